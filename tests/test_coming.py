"""Days to come: holidays take away their vendor's share of the work, people who join add theirs as they learn."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from warehouse import outlook
from warehouse.coming import Coming, ramp

FIRST = dt.date(2026, 1, 5)


def day(number):
    return FIRST + dt.timedelta(days=number)


def plans(*rows):
    """Rows of (version, changed on day, kind, vendor, first day, end, trainers, ramp)."""
    names = [
        "charter_version",
        "changed_on",
        "kind",
        "vendor_id",
        "starts_on",
        "ends_on",
        "trainers",
        "ramp_days",
    ]
    told = pd.DataFrame(rows, columns=names)
    for name in ("changed_on", "starts_on", "ends_on"):
        told[name] = pd.to_datetime([None if n is None else day(n) for n in told[name]])
    return told


def work(days=56):
    """North submits 30 a day with three people, south 10 with two."""
    every = [
        (v, day(n), s, p) for n in range(days) for v, s, p in (("north", 30, 3), ("south", 10, 2))
    ]
    told = pd.DataFrame(every, columns=["vendor_id", "day", "submitted", "active_trainers"])
    return told.assign(day=pd.to_datetime(told["day"]))


HOLIDAY = (1, -7, "holiday", None, 60, 62, None, None)
OWN = (1, -7, "holiday", "south", 61, 63, None, None)
NEW = (1, -7, "onboarding", None, 60, None, 5, 10)


def test_a_holiday_takes_away_its_vendors_share_and_one_for_all_everything():
    away = Coming(plans(HOLIDAY, OWN), work()).away(day(56))
    assert away == {day(60): 1.0, day(61): 1.0, day(62): pytest.approx(0.25)}


def test_only_the_version_that_was_written_down_before_counts():
    later = Coming(plans(HOLIDAY, (2, 30, "holiday", None, 70, 71, None, None)), work())
    assert set(later.away(day(30))) == {day(60), day(61)}
    assert set(later.away(day(31))) == {day(70)}


def test_the_share_is_that_of_the_last_four_weeks():
    old = work(28).assign(submitted=[1000, 0] * 28)
    recent = work(56).iloc[56:]
    told = Coming(plans(OWN), pd.concat([old, recent]))
    assert told.away(day(56))[day(62)] == pytest.approx(0.25)


def test_new_people_rise_from_half_to_all_over_their_ramp():
    assert [ramp(n, 10) for n in (-1, 0, 5, 10, 99)] == [0, 0.5, 0.75, 1, 1]
    assert [ramp(n, 0) for n in (-1, 0)] == [0, 1]


def test_people_to_come_add_their_share_of_the_team():
    told = Coming(plans(NEW), work())
    assert told.team(day(56)) == 5
    factors = told.joining(day(56), 30)
    assert [factors[day(n)] for n in (56, 59, 60, 65, 70, 85)] == [1, 1, 1.5, 1.75, 2, 2]
    # Who came before is part of the team by now.
    assert told.joining(day(61), 30) == {}


def history(*rows, target=1000):
    promises = {
        "changed_on": pd.to_datetime([day(-7)]), "target_items": [target], "deadline": pd.Timestamp(day(100)),
    }  # fmt: skip
    coming = Coming(plans(*rows), work()) if rows else None
    return outlook.History(
        "alpha",
        FIRST,
        np.full(56, 10.0),
        np.full(56, 20.0),
        0.0,
        pd.DataFrame(promises),
        None,
        coming,
    )


def days_left(*rows, **what_if):
    return outlook.outlook(history(*rows), day(56), **what_if).days.p50


def test_the_forecast_waits_for_holidays_and_gains_by_people_to_come():
    usual = days_left()
    week_off = (1, -7, "holiday", None, 60, 67, None, None)
    assert days_left(week_off) == pytest.approx(usual + 7, abs=1)
    # 44 days of work left: 4 as ever, then as many people again, who take ten days to learn.
    assert days_left(NEW) == pytest.approx(4 + 2.5 + 20, abs=2)


def test_a_what_if_of_new_people_waits_for_them_and_for_what_they_learn():
    at_once = days_left(joining=1.0)
    assert at_once == pytest.approx(22, abs=1)
    assert days_left(joining=1.0, joins_in=10) == pytest.approx(10 + 17, abs=2)
    # Over a ramp of 10 days 2.5 days' work of the old team is lost, half as much time with both.
    assert days_left(joining=1.0, ramp_days=10) == pytest.approx(22 + 1.25, abs=1.5)
    assert days_left(NEW, joining=1.0) < min(at_once, days_left(NEW))
    assert days_left(quicker=2.0) == pytest.approx(at_once, abs=0.5)
