"""Shrunken estimates: a few answers say little, many say much, an easy mix is no merit."""

import numpy as np
import pandas as pd
import pytest

from dashboard import estimate


def rows(*told):
    columns = ["trainer_id", "campaign_id", "task_type", "correct", "scored"]
    return pd.DataFrame(told, columns=columns)


def team(seed=1, trainers=200, n=60):
    rng = np.random.default_rng(seed)
    true = rng.beta(40, 8, trainers)
    frame = rows(*[(f"t{i}", "c", "easy", rng.binomial(n, p), n) for i, p in enumerate(true)])
    return frame, pd.Series(true, index=frame["trainer_id"])


def test_three_wrong_answers_are_no_certainty():
    told, _ = team()
    people = estimate.trainers(
        pd.concat([told, rows(("new", "c", "easy", 0, 3))]), "correct", "scored", 0.8
    )
    assert people.loc["new", "raw"] == 0 and people.loc["new", "standing"] == "unsure"
    assert people.loc["new", "quality"] > 0.7


def test_sixty_wrong_answers_are():
    told, _ = team()
    people = estimate.trainers(
        pd.concat([told, rows(("bad", "c", "easy", 20, 60))]), "correct", "scored", 0.8
    )
    assert people.loc["bad", "standing"] == "below"


def test_estimates_are_nearer_the_truth_than_raw_rates():
    told, true = team(n=20)
    people = estimate.trainers(told, "correct", "scored", 0.8)
    errors = people[["quality", "raw"]].sub(true, axis=0).pow(2).mean()
    assert errors["quality"] < 0.7 * errors["raw"]


def test_intervals_hold_the_truth_as_often_as_they_say():
    told, true = team(trainers=500, n=30)
    people = estimate.trainers(told, "correct", "scored", 0.8)
    true = true.reindex(people.index)
    held = (people["quality_low"] <= true) & (true <= people["quality_high"])
    assert 0.92 < held.mean() < 0.98


def test_hard_work_is_expected_to_go_worse():
    frame = rows(
        *[(f"e{i}", "c", "easy", 95, 100) for i in range(10)],
        *[(f"h{i}", "c", "hard", 75, 100) for i in range(10)],
        ("x", "c", "hard", 7, 10),
    )
    people = estimate.trainers(frame, "correct", "scored", 0.8)
    assert abs(people.loc["x", "expected"] - 0.75) < 0.02
    assert people.loc["x", "quality"] < people.loc["e0", "quality"]


def test_pace_compares_like_with_like():
    # Short work takes the team the geometric mean of 30 and 60 seconds, long work that of 600 and 1,200.
    columns = ["trainer_id", "task_type", "timed", "typical_seconds", "team_seconds"]
    short, long = (30.0 * 60) ** 0.5, (600.0 * 1200) ** 0.5
    told = [
        ("quick", "short", 100, 30.0, short), ("usual", "short", 100, 60.0, short),
        ("usual", "long", 100, 600.0, long), ("slow", "long", 100, 1200.0, long),
    ]  # fmt: skip
    pace = estimate.pace(pd.DataFrame(told, columns=columns))
    assert pace.to_dict() == pytest.approx({"quick": 0.5**0.5, "slow": 2**0.5, "usual": 1.0})


def test_a_kind_of_work_weighs_as_much_as_is_timed_of_it():
    columns = ["trainer_id", "task_type", "timed", "typical_seconds", "team_seconds"]
    told = [("ann", "short", 300, 20.0, 40.0), ("ann", "long", 100, 80.0, 40.0)]
    assert estimate.pace(pd.DataFrame(told, columns=columns))["ann"] == pytest.approx(0.5**0.5)
