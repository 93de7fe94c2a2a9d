"""People who still wait are waiting: not there, and not lost."""

import numpy as np
import pandas as pd
import pytest

from dashboard import newcomers, waiting

NEVER = pd.NaT
DAY = pd.Timestamp(2026, 1, 1)


def told(*rows):
    return pd.DataFrame(rows, columns=["days", "end"])


def test_without_anybody_waiting_the_share_is_that_which_arrived():
    curve = waiting.arrival(
        told((1, waiting.ARRIVED), (3, waiting.ARRIVED), (5, waiting.GONE), (9, waiting.ARRIVED))
    )
    assert curve.set_index("day").loc[[0, 1, 4, 9, 100], "share"].tolist() == [0, 0.25, 0.5, 0.75, 0.75]  # fmt: skip


def test_who_still_waits_is_taken_out_of_those_one_can_see_not_counted_as_lost():
    # One of two arrives on day 2; the other was seen for one day only. Naive: 1 of 2.
    curve = waiting.arrival(told((2, waiting.ARRIVED), (1, waiting.OPEN)))
    assert curve["share"].iloc[-1] == pytest.approx(1.0)
    # Kaplan and Meier by hand: 4 at risk on day 1 (1 arrives), 2 on day 3 (1 arrives): .25 + .75 / 2.
    curve = waiting.arrival(told((1, 0), (2, 2), (3, 0), (9, 2)))
    assert curve["share"].iloc[-1] == pytest.approx(0.625)


def test_the_median_is_longer_than_that_of_those_who_arrived():
    rows = told(*[(d, 0) for d in (2, 2, 4, 4)], *[(10, 2)] * 2, *[(12, 0)] * 2)
    middle, low, high = waiting.median(rows)
    assert middle == 4 and low <= middle <= high
    assert waiting.median(told((3, 0), *[(5, 2)] * 20)) is None


def test_spells_end_with_the_first_later_stage_with_leaving_or_not_yet():
    people = pd.DataFrame(
        {
            "invited_at": [DAY, DAY, DAY, NEVER],
            "quiz_at": [DAY + pd.Timedelta(days=2), NEVER, NEVER, DAY],
            "gated_at": [DAY + pd.Timedelta(days=5), NEVER, NEVER, NEVER],
            "offboarded_at": [NEVER, DAY + pd.Timedelta(days=3), NEVER, NEVER],
            "is_gone": [False, True, False, False],
        }
    )
    rows = waiting.spells(people, "invited_at", ["quiz_at", "gated_at"], DAY + pd.Timedelta(days=9))
    assert rows["days"].tolist() == [2, 3, 9]
    assert rows["end"].tolist() == [waiting.ARRIVED, waiting.GONE, waiting.OPEN]


def test_those_who_wait_arrive_as_others_did_from_where_they_stand():
    # All of ten arrived on day 10; one has waited for 5 days: the day lies 5 ahead, in the first week.
    rows = told(*[(10, 0)] * 10, (5, 2))
    assert waiting.coming(rows, 3) == pytest.approx([1, 0, 0])


def ramp(now):
    weeks = range(1, 13)
    return pd.DataFrame(
        {
            "campaign_id": "c", "working_week": weeks, "people": 100,
            "submitted": [100 * min(10 * w, 40) for w in weeks],
            "submitted_squares": [100.0 * (min(10 * w, 40) ** 2 + 25) for w in weeks],
            "people_now": [now.get(w, 0) for w in weeks],
        }
    )  # fmt: skip


def test_people_go_on_along_the_curve_of_those_before_them():
    # Two in week 1: 10 each this week, 20 the next, 40 from week 4 on.
    made = newcomers.projected(ramp({1: 2}), {}, DAY)
    assert made["value"].round(6).tolist() == [20, 40, 60, 80, 80, 80, 80, 80]
    # Spread 5 between people (n / (n - 1) apart), error .5 of the mean: 1.2816 sqrt(2 * 25 + (2 * .5)^2).
    assert made["value_high"][0] - 20 == pytest.approx(1.2816 * np.sqrt(51 * 100 / 99), rel=1e-6)


def test_who_is_beyond_the_ramp_is_not_ramping_and_who_comes_begins_at_the_beginning():
    assert newcomers.projected(ramp({9: 5}), {}, DAY)["value"].sum() == 0
    made = newcomers.projected(ramp({}), {"c": np.array([0, 3.0, 0, 0, 0, 0, 0, 0])}, DAY)
    assert made["value"].round(6).tolist()[:4] == [0, 30, 60, 90]


def test_a_curve_from_a_handful_of_people_is_none():
    few = ramp({1: 2}).assign(people=newcomers.ENOUGH - 1)
    assert newcomers.projected(few, {}, DAY)["value"].sum() == 0


def test_the_plateau_begins_where_the_later_rate_is_first_inside_the_interval():
    rates = [0.5, 0.6, 0.72, 0.8, 0.8, 0.8, 0.8, 0.8]
    weeks = pd.DataFrame({"working_week": range(1, 9), "rate": rates, "n": 100})
    weeks = weeks.assign(rate_low=weeks["rate"] - 0.09, rate_high=weeks["rate"] + 0.09)
    assert newcomers.plateau(weeks) == (3, pytest.approx(0.8))
    assert newcomers.plateau(weeks.head(3)) is None
