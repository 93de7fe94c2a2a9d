"""Reviewers: who is strict beyond chance, and whose doing a change in acceptance is."""

import numpy as np
import pandas as pd
import pytest

from dashboard import severity


def reviews(seed, rates, trainers=12, each=40, shift=0.0):
    """Reviews of everybody by every reviewer; ``rates`` is each reviewer's chance to reject."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            {
                "reviewer_id": reviewer, "trainer_id": f"t{t}", "task_type": "chat", "reviews": each,
                "rejected": int(rng.binomial(each, rate + shift)),
            }
            for reviewer, rate in rates.items()
            for t in range(trainers)
        ]
    )  # fmt: skip


USUAL = {"ann": 0.1, "bo": 0.1, "cy": 0.1, "di": 0.1}


def points(told):
    return told.set_index("part")["points"]


def test_the_parts_add_up_to_the_change():
    told = points(severity.parts(reviews(1, USUAL), reviews(2, USUAL | {"ann": 0.3}, each=30)))
    assert told.iloc[1:].sum() == pytest.approx(told["the whole change"], abs=1e-9)


def test_one_stricter_reviewer_explains_the_change():
    told = points(severity.parts(reviews(1, USUAL), reviews(2, USUAL | {"ann": 0.4})))
    assert told["individual reviewers"] == pytest.approx(told["the whole change"], abs=0.02)
    assert abs(told["seen by all reviewers alike"]) < 0.02


def test_the_change_is_attributed_to_the_reviewer_who_became_stricter():
    pair = reviews(1, USUAL), reviews(2, USUAL | {"ann": 0.4})
    told = severity.by_reviewer(*pair).set_index("reviewer_id")
    assert told.index[0] == "ann" and told.loc["ann", "points_low"] > 0.04
    others = told.drop("ann")
    assert ((others["points_low"] <= 0) & (others["points_high"] >= 0)).all()
    single = points(severity.parts(*pair))["individual reviewers"]
    assert told["points"].sum() == pytest.approx(single, abs=1e-9)


def test_a_change_that_all_reviewers_see_is_no_reviewers_doing():
    table = severity.parts(reviews(1, USUAL), reviews(2, USUAL, shift=0.15))
    told = table.set_index("part")
    assert told.loc["seen by all reviewers alike", "points"] == pytest.approx(0.15, abs=0.03)
    single = told.loc["individual reviewers"]
    assert single["points_low"] < 0 < single["points_high"]


def test_harder_work_is_neither_the_reviewers_nor_the_common_part():
    hard = reviews(3, USUAL, trainers=2, shift=0.4).assign(trainer_id="novice")
    told = points(
        severity.parts(pd.concat([reviews(1, USUAL), hard]), pd.concat([reviews(2, USUAL), *[hard] * 6]))
    )  # fmt: skip
    assert told["whose work, which type"] > 0.08
    assert abs(told["individual reviewers"]) < 0.02


def test_two_reviewers_of_whom_one_changed_cannot_be_told_apart():
    two = {"ann": 0.1, "bo": 0.1}
    told = points(severity.parts(reviews(1, two), reviews(2, two | {"ann": 0.5})))
    assert told["individual reviewers"] < 0.75 * told["the whole change"]


def test_nothing_before_is_nothing_to_compare():
    assert severity.parts(reviews(1, USUAL).head(0), reviews(2, USUAL)).empty


def summary(**rejected):
    return pd.DataFrame(
        [
            {
                "campaign_id": "c", "reviewer_id": who, "reviews": 400, "rejected": x, "expected": 40.0,
                "variance": 36.0, "first_rejected": x, "reversed": 0,
            }
            for who, x in rejected.items()
        ]
    )  # fmt: skip


def test_only_who_is_beyond_chance_stands_out():
    told = severity.reviewers(summary(ann=90, bo=42, cy=38, di=8)).set_index("reviewer_id")
    assert told["standing"].to_dict() == {
        "ann": "strict",
        "bo": "as expected",
        "cy": "as expected",
        "di": "lenient",
    }


def test_among_many_reviewers_the_luckiest_is_not_called_lenient():
    rng = np.random.default_rng(0)
    many = {f"r{k}": int(v) for k, v in enumerate(rng.binomial(400, 0.1, 200))}
    assert (severity.reviewers(summary(**many))["standing"] != "as expected").sum() <= 2
