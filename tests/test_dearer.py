"""Dearer work: told when it happens, and not for a mix, a backlog, a chance or too few weeks."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("great_expectations")


import small_world

from bench.dearer import campaign, measured
from data_checks import spend
from data_checks.changes import Changes
from data_checks.dearer import ENOUGH_ITEMS, LEAST_WEEKS, evidence, judged, rises
from data_checks.detectors import Settings
from data_checks.suites import watched_by
from data_checks.watch import Watch

FIRST = pd.Timestamp("2026-01-05")
WOBBLE = 0.03 * np.array([1, -1, 0.5, -0.5, 1.5, -1.5, 0, 1, -1, 0.5, -0.5, 0])
"""How a quiet campaign's weeks go up and down, on the log scale."""


def weeks(cost, items=100.0, task_type="rating", **told):
    """A row per week: what an item cost in it, and how many there were."""
    cost = np.asarray(cost, float)
    return pd.DataFrame(
        {
            "campaign_id": "alpha",
            "task_type": task_type,
            "week": pd.date_range(FIRST, periods=len(cost), freq="7D"),
            "cost_usd": cost * items,
            "units": 100,
            "unpriced": 0,
            "accepted_items": items,
            "waiting_items": 0.0,
        }
        | told
    )


def quiet(price=2.0):
    return price * np.exp(WOBBLE)


def dearer(rise=1.3, since=9):
    return quiet() * np.where(np.arange(len(WOBBLE)) >= since, rise, 1.0)


def test_a_rise_is_told_with_its_week_and_both_prices():
    (found,) = rises(weeks(dearer()), Settings())
    assert (found.onset, found.closed) == (FIRST + pd.Timedelta(weeks=9), None)
    assert found.effect == pytest.approx(0.3, abs=0.03)
    assert (found.before, found.since) == pytest.approx((2.0, 2.6), rel=0.03)
    assert found.opened <= FIRST + pd.Timedelta(weeks=12)
    assert found.items == 300


def test_a_quiet_campaign_and_one_that_becomes_cheaper_raise_nothing():
    assert rises(weeks(quiet()), Settings()) == []
    assert rises(weeks(dearer(0.7)), Settings()) == []


def test_the_wanted_months_between_false_flags_are_the_threshold():
    work = weeks(dearer(1.2))
    (own,) = judged(work)
    log_e, first = evidence(own, np.arange(12))
    assert first == 9
    months = np.exp(log_e) * 7 / 30
    assert len(rises(work, Settings(months_between_false_flags=0.99 * months))) == 1
    assert rises(work, Settings(months_between_false_flags=1.01 * months)) == []


@pytest.mark.parametrize(("rise", "flags"), [(1.09, 0), (1.11, 1)])
def test_a_certain_rise_of_less_than_a_tenth_is_none(rise, flags):
    cost = np.where(np.arange(30) >= 20, rise, 1.0)
    assert len(rises(weeks(cost), Settings())) == flags


@pytest.mark.parametrize(("before", "is_told"), [(LEAST_WEEKS - 1, False), (LEAST_WEEKS, True)])
def test_enough_weeks_come_first(before, is_told):
    (own,) = judged(weeks([1.0] * before + [3.0]))
    assert (evidence(own, np.arange(before + 1))[0] > 0) == is_told


@pytest.mark.parametrize(("items", "flags"), [(ENOUGH_ITEMS - 1, 0), (ENOUGH_ITEMS, 1)])
def test_weeks_with_few_items_are_not_judged(items, flags):
    assert len(rises(weeks(dearer(), float(items)), Settings())) == flags


def test_no_work_is_no_rise():
    assert rises(weeks([]), Settings()) == []


def test_another_mix_of_task_types_is_no_rise():
    late = np.arange(12) >= 9
    cheap = weeks(quiet(1.0), np.where(late, 20.0, 100.0))
    dear = weeks(quiet(5.0), np.where(late, 100.0, 20.0), "essay")
    assert rises(pd.concat([cheap, dear]), Settings()) == []


def test_reviews_that_wait_are_no_rise():
    late = np.arange(12) >= 9
    waits = np.where(late, 80.0, 0.0)
    assert rises(weeks(quiet(), accepted_items=100 - waits, waiting_items=waits), Settings()) == []
    assert len(rises(weeks(quiet(), accepted_items=100 - 0.5 * waits), Settings())) == 1


@pytest.mark.parametrize(("unpriced", "flags"), [(5, 1), (6, 0)])
def test_weeks_that_are_hardly_priced_are_not_compared(unpriced, flags):
    early = np.arange(12) < 9
    work = weeks(dearer(), unpriced=np.where(early, unpriced, 0))
    assert len(rises(work, Settings())) == flags


def test_cost_of_no_type_belongs_to_all_items():
    reviews = weeks(dearer(2.0), 0.0, "unknown").assign(cost_usd=100 * dearer(2.0))
    (found,) = rises(pd.concat([weeks(quiet()), reviews]), Settings())
    assert found.effect == pytest.approx(0.5, abs=0.05)


def test_a_rise_that_is_over_is_closed_and_leaves_no_shadow():
    (found,) = rises(weeks(np.concatenate([dearer(1.5), quiet(), quiet()])), Settings())
    assert found.closed == FIRST + pd.Timedelta(weeks=14)


def test_a_level_that_people_accepted_is_the_new_one():
    accepted = {("alpha", "cost_per_item"): dt.date(2026, 3, 9)}
    work = weeks(np.concatenate([dearer(1.5), quiet(3.0)]))
    assert len(rises(work, Settings())) == 1
    assert rises(work, replace(Settings(), new_levels=accepted)) == []


def test_campaigns_of_any_shape_hardly_raise_a_false_flag():
    told = measured(140, seed=5).loc["all"]
    assert told["a_month"] <= 1 / Settings().months_between_false_flags


def test_the_bench_plants_the_rise_that_it_says():
    work = campaign(np.random.default_rng(3), "alpha", "plain", dearer=0.4)
    assert any(found.effect == pytest.approx(0.4, abs=0.1) for found in rises(work, Settings()))


def row_of(work, as_of, settings=None):
    (own,) = judged(work)
    return spend._of_weeks(own, pd.Timestamp(as_of), settings or Settings())


def test_a_campaign_says_whether_it_is_dearer_and_for_sure():
    work = weeks(dearer(1.6))
    _, standing, effect, since, *_ = row_of(work, "2026-03-30")
    assert (standing, since) == (2.0, dt.date(2026, 3, 9))
    assert effect == pytest.approx(0.6, abs=0.05)
    never = Settings(months_between_false_critical=1e9)
    assert row_of(work, "2026-03-30", never)[1] == 1.0
    assert row_of(weeks(quiet()), "2026-03-30")[1:3] == (0.0, None)


@pytest.mark.parametrize(("as_of", "standing"), [("2026-04-20", 2.0), ("2026-04-21", 0.0)])
def test_a_campaign_without_work_for_four_weeks_is_at_rest(as_of, standing):
    assert row_of(weeks(dearer(1.6)), as_of)[1] == standing


def test_the_checks_give_their_setting_to_the_spend():
    settings = Settings(months_between_false_flags=7)
    (suite,) = watched_by(Changes(Watch(settings)), [spend.spend])
    assert suite.frame.keywords == {"settings": settings}


@pytest.mark.parametrize(("days", "standing"), [(7, 2.0), (3, 0.0)])
def test_a_week_that_the_data_do_not_fill_is_not_judged(tmp_path, days, standing):
    frame = small_world.submissions(("alpha",))
    made = small_world.events(frame[frame["day_no"] < small_world.DAYS - 7 + days])
    is_late = made["occurred_at"] >= small_world.BEGIN + dt.timedelta(days=small_world.DAYS - 7)
    made["cost"] *= np.where(is_late, 1.7, 1)
    engine = small_world.fill(f"duckdb:///{tmp_path / 'w.duckdb'}", made=made)
    told = spend.changed(engine, small_world.AS_OF, Settings())
    assert told.set_index("campaign_id").loc["alpha", "became_dearer"] == standing
