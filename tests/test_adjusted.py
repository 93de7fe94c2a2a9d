"""Adjusted figures: hard items and strict reviewers are not the trainer's fault."""

import pandas as pd
import pytest

from dashboard import adjusted


def gold(*rows):
    columns = ["trainer_id", "scored", "correct", "expected"]
    return pd.DataFrame(rows, columns=columns).assign(campaign_id="c", task_type="t")


def test_who_is_given_hard_items_is_not_thought_worse():
    told = adjusted.for_items(gold(("hard", 100, 60, 60.0), ("easy", 100, 90, 90.0)))
    assert told["hard"] == pytest.approx(0.75) and told["easy"] == pytest.approx(0.75)


def test_who_is_given_the_hard_task_type_is_not_thought_worse():
    rows = gold(("law", 100, 60, 60.0), ("chat", 100, 90, 90.0)).assign(task_type=["law", "chat"])
    told = adjusted.for_items(rows)
    assert told["law"] == pytest.approx(0.75) and told["chat"] == pytest.approx(0.75)


def test_who_does_better_than_the_items_lets_expect_stays_better():
    told = adjusted.for_items(gold(("good", 100, 70, 60.0), ("poor", 100, 80, 90.0)))
    assert told["good"] > told["poor"]


def test_a_strict_reviewer_is_taken_out_and_an_ordinary_one_is_not():
    severities = pd.DataFrame(
        {
            "campaign_id": "c", "reviewer_id": ["strict", "usual"], "reviews": 500, "rejected": [150, 52],
            "expected": 50.0, "variance": 45.0, "first_rejected": 50, "reversed": 0,
        }
    )  # fmt: skip
    reviews = pd.DataFrame(
        {"trainer_id": ["ann", "bo"], "reviewer_id": ["strict", "usual"], "reviews": [40, 40]}
    )
    told = adjusted.for_reviewers(pd.Series({"ann": 0.7, "bo": 0.9}), severities, reviews)
    assert told["ann"] == pytest.approx(0.9) and told["bo"] == pytest.approx(0.9)
