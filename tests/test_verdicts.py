"""The sentences that pages open with: each verdict, and 'cannot tell yet' between them."""

import pandas as pd
import pytest

from dashboard import verdicts
from dashboard.panels import quality
from dashboard.verdicts import ACT, GOOD, UNKNOWN, WATCH, Measured

TODAY = pd.Timestamp("2026-03-05")


def progress(**changes):
    usual = {
        "target_items": 1000, "accepted_items": 600, "accepted_last_7": 70, "accepted_before_7": 70,
        "deadline": pd.Timestamp("2026-06-01"),
    }  # fmt: skip
    return pd.Series(usual | changes)


def gold(low, high, *, bar=0.85, n=400, value=None):
    return Measured(
        "gold accuracy", (low + high) / 2 if value is None else value, low, high, n, bar
    )


@pytest.mark.parametrize(
    ("changes", "standing", "word"),
    [
        ({}, GOOD, "On track"),
        ({"accepted_items": 1000}, GOOD, "Done"),
        ({"deadline": pd.Timestamp("2026-03-20")}, ACT, "Late"),
        ({"deadline": pd.Timestamp("2026-04-15")}, WATCH, "Cannot tell yet"),
        ({"deadline": pd.Timestamp("2026-03-04")}, ACT, "Overdue"),
        ({"accepted_last_7": 0, "accepted_before_7": 0}, ACT, "Stalled"),
        ({"accepted_last_7": -5, "accepted_before_7": 2}, ACT, "Stalled"),
        ({"accepted_last_7": pd.NA, "accepted_before_7": pd.NA}, UNKNOWN, "Pace unknown"),
        ({"accepted_items": 0}, WATCH, "Not delivering yet"),
        ({"target_items": pd.NA}, UNKNOWN, "No charter"),
    ],
)
def test_delivery_is_judged_by_the_range_of_the_pace(changes, standing, word):
    told = verdicts.delivery(progress(**changes), TODAY)
    assert (told.standing, told.word) == (standing, word)


def test_a_finish_is_a_range_that_holds_the_pace_of_the_last_two_weeks():
    first, last = verdicts.finish(progress(), TODAY)
    assert first < TODAY + pd.Timedelta(days=40) < last  # 400 left at 70 a week: 40 days


def test_weeks_that_differ_give_a_wider_range():
    even = verdicts.finish(progress(), TODAY)
    uneven = verdicts.finish(progress(accepted_last_7=110, accepted_before_7=30), TODAY)
    assert uneven[1] - uneven[0] > even[1] - even[0]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.85, 0.90, "met"), (0.80, 0.8499, "not met"), (0.80, 0.85, "cannot tell yet")],
)
def test_a_bar_is_met_or_missed_only_by_the_whole_interval(low, high, verdict):
    assert gold(low, high).verdict == verdict


def test_what_would_settle_it_grows_as_the_figure_nears_the_bar():
    near, far = gold(0.80, 0.89, value=0.845), gold(0.80, 0.89, value=0.82)
    assert near.more > far.more > 0
    assert gold(0.86, 0.90).more is None


def test_quality_names_what_misses_its_bar():
    told = verdicts.quality(
        [gold(0.7, 0.8), Measured("alpha", 0.74, 0.71, 0.77, 90, 0.75, is_share=False)]
    )
    assert told.standing == ACT
    assert told.says.replace("\u00a0", " ") == "gold accuracy 70.0 to 80.0 % against 85.0 %"


def test_quality_that_spans_its_bar_cannot_be_told_yet():
    told = verdicts.quality([Measured("alpha", 0.74, 0.71, 0.77, 90, 0.75, is_share=False)])
    assert (told.standing, told.says) == (WATCH, "alpha 0.71 to 0.77 against 0.75")


def test_without_a_bar_there_is_no_verdict_of_quality():
    assert verdicts.quality([gold(0.8, 0.9, bar=None)]).standing == UNKNOWN


def test_a_campaign_is_as_good_as_its_worst_part():
    fine = verdicts.delivery(progress(), TODAY)
    missed = verdicts.quality([gold(0.7, 0.8)])
    told = verdicts.campaign(fine, missed, verdicts.NO_COST)
    assert told.standing == ACT and told.word == "Below the bar" and "On track" in told.says


def test_what_is_merely_unknown_does_not_outweigh_what_is_good():
    fine = verdicts.delivery(progress(), TODAY)
    assert verdicts.worst(fine, verdicts.quality([]), verdicts.NO_COST) == GOOD


def budget(**changes):
    usual = {
        "cost_usd": 600.0,
        "budget_usd": 1000.0,
        "accepted_items": 600,
        "cpi": 1.0,
        "campaign": "A",
    }
    return pd.Series(usual | changes)


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, GOOD),
        ({"cpi": 0.96}, WATCH),
        ({"cpi": 0.89}, ACT),
        ({"cost_usd": 1001.0, "cpi": 1.2}, ACT),
        ({"budget_usd": None}, UNKNOWN),
        ({"cost_usd": None}, UNKNOWN),
        ({"accepted_items": 0, "cpi": None}, UNKNOWN),
    ],
)
def test_a_budget_is_judged_by_what_a_dollar_bought(changes, standing):
    assert verdicts.budget(budget(**changes)).standing == standing


def test_the_team_names_who_needs_a_person():
    rows = pd.DataFrame({"campaign": ["A", "B", "C"], "standing": [ACT, GOOD, UNKNOWN]})
    told = verdicts.team(rows, flags=2)
    assert (
        told.sentence
        == "1 of 3 campaigns needs a person: A. 1 on track, 1 cannot be told yet; 2 flags open"
    )


def test_health_is_sound_only_without_any_trouble():
    assert verdicts.health([], 0, 0, 0, TODAY).standing == GOOD
    assert verdicts.health(["A"], 0, 0, 0, TODAY).standing == WATCH
    assert verdicts.health([], 0, 3, 0, TODAY).standing == ACT
    assert verdicts.health([], 0, 0, 1, TODAY).standing == ACT


@pytest.mark.parametrize(
    ("distance", "by_chance", "said"),
    [
        (0.25, 0.12, "lie 0.250, 0.150 to 0.350 from those of the question's first 28 days"),
        (0.12, 0.12, "no more than the 0.120 that chance allows"),
        (0.0, 0.12, "lie 0.000 from those"),
    ],
)
def test_a_drift_of_answers_is_told_beside_what_chance_allows(distance, by_chance, said):
    row = {"question_id": "label", "distance": distance, "by_chance": by_chance}
    low, high = (0.15, 0.35) if distance else (None, None)
    moved = pd.DataFrame([row | {"distance_low": low, "distance_high": high}])
    assert said in quality.drifted(moved, "label")
    assert quality.drifted(moved, "other") == ""
