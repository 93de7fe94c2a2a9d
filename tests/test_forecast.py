"""Forecasts: small cases whose answer is known by hand, and what must hold of every range."""

import datetime as dt

import numpy as np
import pytest

from warehouse import forecast

MONDAY = dt.date(2026, 1, 5)
STEADY = np.full(56, 10.0)
LAST = MONDAY + dt.timedelta(days=56)
"""The day after eight weeks from a Monday: a Monday again."""


def told(accepted, remaining, **more):
    return forecast.finish(forecast.pace(accepted, MONDAY), remaining, LAST, **more)


def weekly(*factors):
    """Eight weeks of ten items a day times the factor of the weekday."""
    return 10.0 * np.tile(np.array(factors, float), 8)


def test_ten_a_day_finish_a_hundred_on_the_tenth_day():
    # Days 1 to 10 of the forecast are LAST to LAST + 9; the tenth is reached on the tenth, give or take a day.
    assert abs(np.median(told(STEADY, 100, scale=1.0).days_left) - 10) <= 1


def test_nobody_works_on_weekends_so_fifty_items_need_a_whole_week_of_work():
    finish = told(weekly(1, 1, 1, 1, 1, 0, 0), 60, scale=1.0)
    assert (finish.items[:, 5:7] == 0).all()  # the first Saturday and Sunday
    # Five days bring 50; the sixth working day is the Monday after, day 8.
    assert abs(np.median(finish.days_left) - 8) <= 1


def test_a_weekday_with_half_the_work_counts_half():
    finish = told(weekly(1, 1, 1, 1, 1, 0.5, 0.5), 1000, scale=1.0)
    middle = np.median(finish.items, axis=0)
    assert middle[5] / middle[4] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("weekend", [0.02, 0.15, 0.6])
def test_quiet_weekends_make_no_forecast_late(weekend):
    usual = 100 * np.tile([1, 1, 1, 1, 1, weekend, weekend], 8)
    middles = []
    for seed in range(8, 12):
        draw = np.random.default_rng(seed)
        worked = draw.poisson(usual * np.exp(draw.normal(0, 0.2, 56)))
        # Four weeks' work is left, at the mean of the eight weeks that were seen.
        middles.append(np.median(told(worked, 28 * worked.mean(), scale=1.0).days_left))
    assert np.median(middles) == pytest.approx(28, abs=2)


def test_a_ramp_up_goes_on_for_a_while_and_ends():
    # From 10 to 100 items over 30 days, of which 21 are seen.
    worked = 10 + 90 * np.arange(21) / 30
    finish = forecast.finish(forecast.pace(worked, MONDAY), 1e9, MONDAY + dt.timedelta(days=21))
    middle = np.median(finish.items, axis=0)
    assert middle[7] > worked[-1] and middle[200] < 3 * worked[-1]


def test_people_to_come_bring_more_or_less_than_planned_and_a_change_of_today_is_certain():
    def spread(day):
        items = told(STEADY, 1e9, capacity={day: 3.0}).items[:, 60]
        return np.std(np.log(items))

    assert spread(LAST + dt.timedelta(days=30)) > spread(LAST)


def test_holidays_to_come_bring_nothing():
    holidays = [LAST + dt.timedelta(days=n) for n in range(7)]
    quick, slow = told(STEADY, 100, scale=1.0), told(STEADY, 100, scale=1.0, holidays=holidays)
    assert (slow.items[:, :7] == 0).all()
    assert np.median(slow.days_left) - np.median(quick.days_left) == pytest.approx(7, abs=1)


def test_holidays_of_the_past_do_not_slow_the_pace():
    worked = STEADY.copy()
    free = [MONDAY + dt.timedelta(days=n) for n in (40, 44, 47, 50)]
    worked[[40, 44, 47, 50]] = 0
    blind, aware = (forecast.pace(worked, MONDAY, days) for days in ((), free))
    assert aware.usual > blind.usual
    assert aware.usual == pytest.approx(10, rel=0.05)


def test_a_vendor_that_doubles_the_work_halves_the_days():
    doubled = told(STEADY, 200, scale=1.0, capacity={LAST: 2.0})
    assert np.median(doubled.days_left) == pytest.approx(
        np.median(told(STEADY, 200, scale=1.0).days_left) / 2, abs=1
    )


def test_what_is_done_already_takes_no_days():
    finish = told(STEADY, 0)
    assert (finish.days_left == 0).all() and finish.on(0.9) == LAST


@pytest.mark.parametrize("days, is_told", [(13, False), (14, True)])
def test_under_fourteen_days_there_is_no_pace(days, is_told):
    assert (forecast.pace(STEADY[:days], MONDAY) is not None) == is_told


def test_where_nothing_was_accepted_there_is_no_pace():
    assert forecast.pace(np.zeros(60), MONDAY) is None


def test_what_is_never_done_has_no_day_and_no_chance():
    finish = told(STEADY, 1e9)
    assert finish.on(0.5) is None and finish.chance_by(LAST + dt.timedelta(days=900)) == 0


def test_the_same_seed_gives_the_same_range_and_another_seed_nearly():
    noisy = np.random.default_rng(1).poisson(10, 56)
    a, b, c = (told(noisy, 300, seed=seed).days_left for seed in (3, 3, 4))
    assert (a == b).all() and not (a == c).all()
    assert np.median(a) == pytest.approx(np.median(c), rel=0.05)


def test_the_chance_of_a_deadline_rises_with_it_and_is_half_at_the_median():
    finish = told(np.random.default_rng(1).poisson(10, 56), 300)
    chances = [finish.chance_by(LAST + dt.timedelta(days=n)) for n in (0, 20, 30, 45, 300)]
    assert chances == sorted(chances) and chances[0] == 0 and chances[-1] == 1
    assert finish.chance_by(finish.on(0.5)) == pytest.approx(0.5, abs=0.1)


def test_a_larger_scale_widens_the_range_about_the_same_middle():
    noisy = np.random.default_rng(1).poisson(10, 56)
    narrow, wide = (
        np.quantile(told(noisy, 300, scale=s).days_left, (0.1, 0.5, 0.9)) for s in (1, 2)
    )
    assert wide[0] < narrow[0] and wide[2] > narrow[2]
    assert wide[1] == pytest.approx(narrow[1], rel=0.02)


def test_until_thirty_are_known_the_scale_is_the_unlearned_one():
    ranges = np.tile([8.0, 10.0, 13.0], (29, 1))
    assert forecast.learned_scale(ranges, np.full(29, 10.0)) == forecast.UNLEARNED_SCALE
    assert forecast.learned_scale(np.empty((0, 3)), np.empty(0)) == forecast.UNLEARNED_SCALE


def test_the_scale_learned_from_ranges_three_times_too_narrow_is_three():
    draw = np.random.default_rng(2)
    sigma = 0.1
    ranges = np.tile(10 * np.exp(np.array([-1.2816, 0, 1.2816]) * sigma), (2000, 1))
    came = 10 * np.exp(draw.normal(0, 3 * sigma, 2000))
    scale = forecast.learned_scale(ranges, came)
    assert scale == pytest.approx(3, rel=0.1)
    wide = np.exp(np.log(10) + scale * (np.log(ranges) - np.log(10)))
    inside, of = forecast.held(wide[:, [0, 2]], came)
    assert inside / of == pytest.approx(0.8, abs=0.01)


def test_how_often_ranges_held_leaves_out_what_has_not_come_yet():
    ranges = np.array([[1.0, 5.0], [1.0, 5.0], [1.0, 5.0], [1.0, 5.0]])
    assert forecast.held(ranges, np.array([1.0, 5.0, 6.0, np.nan])) == (2, 3)


def test_a_hundred_items_left_at_two_dollars_cost_two_hundred_more():
    whole = forecast.cost_at_completion(told(STEADY, 100), 100, 300.0, np.full(8, 2.0))
    assert whole.p50 == pytest.approx(500, rel=0.01)
    assert whole.p10 < whole.p50 < whole.p90


def test_without_a_known_price_the_whole_cost_is_unknown():
    whole = forecast.cost_at_completion(told(STEADY, 100), 100, 0.0, np.array([np.nan, 0.0]))
    assert whole == forecast.Range(None, None, None)


def test_prices_that_wander_widen_the_range_of_the_cost():
    steady, wild = (
        forecast.cost_at_completion(told(STEADY, 400), 400, 0.0, np.array(prices))
        for prices in ([2.0] * 12, [1.0, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3])
    )
    assert wild.p90 - wild.p10 > 3 * (steady.p90 - steady.p10)


def test_two_hundred_dollars_last_ten_days_at_ten_items_of_two_dollars():
    assert forecast.runs_out(told(STEADY, 1e6), 200.0, 2.0).p50 == pytest.approx(10, abs=1)
    assert forecast.runs_out(told(STEADY, 1e6), 0.0, 2.0).p50 == 0


def test_four_hundred_in_twenty_days_need_twice_the_pace_of_ten_a_day():
    done = told(STEADY, 400)
    factor = forecast.needed(done, 400, LAST + dt.timedelta(days=20), 1.0)
    assert factor.p50 == pytest.approx(2, rel=0.05)
    assert forecast.needed(done, 400, LAST, 1.0) == forecast.Range(None, None, None)
