"""Scoping a campaign: unit figures of like campaigns, the next one as one more of them, and the charter draft."""

import datetime as dt
import math

import pandas as pd
import pytest

from dashboard import planning
from warehouse.charter_file import charters_from

PLAN = planning.Plan(items=1000, overlap=2, review_share=0.5, gold_share=0.1, trainers=10)


def known(**changes):
    usual = {
        "task_type": "rating", "annotation": [1.0, 1.0, 1.0], "review": 0.4, "other": 0.1, "pace": 20.0,
        "accuracy": 0.9, "failing": 0.2,
    }  # fmt: skip
    return pd.DataFrame(usual | changes, index=["a", "b", "c"])


def test_the_middle_is_the_sum_of_its_parts():
    seen = planning.expected(PLAN, known())
    # Two annotations and their share of gold (1/9), half a review, and the rest.
    assert seen.cost_per_item.p50 == pytest.approx(2 * (1 + 1 / 9) + 0.2 + 0.1)
    assert seen.cost.p50 == pytest.approx(1000 * seen.cost_per_item.p50)
    # 2,222 annotations by ten people who do 20 a day.
    assert seen.days.p50 == pytest.approx(2000 / 0.9 / 200)


def test_a_vendors_offer_takes_the_place_of_what_was_paid():
    seen = planning.expected(PLAN, known(), price=2.0)
    assert seen.cost_per_item.p50 == pytest.approx(4 * (1 + 1 / 9) + 0.3)


def test_campaigns_that_differ_more_give_a_wider_range():
    alike, unlike = (planning.one_more(pd.Series(v)) for v in ([1.0, 1.1, 1.2], [0.5, 1.1, 3.0]))
    assert unlike.p90 / unlike.p10 > 2 * alike.p90 / alike.p10
    assert alike.p10 < alike.p50 < alike.p90


def test_one_campaign_alone_is_no_range():
    assert planning.one_more(pd.Series([1.0])).p50 is None
    assert planning.expected(PLAN, known().head(1)).cost.p50 is None


def test_without_two_of_the_task_type_all_campaigns_are_taken_and_it_is_said():
    rows, is_same = planning.like(known(task_type=["rating", "rating", "spans"]), "spans")
    assert len(rows) == 3 and not is_same
    rows, is_same = planning.like(known(task_type=["rating", "rating", "spans"]), "rating")
    assert len(rows) == 2 and is_same


def test_the_golds_that_a_drop_of_five_points_needs():
    # 2 * .9 * .1 * 1.3 * (ln 900 + 1) / .05 ^ 2
    assert planning.golds_for(0.05, 0.9) == pytest.approx(730.3, abs=0.5)
    seen = planning.expected(PLAN, known())
    assert seen.days_to_see() == pytest.approx(730.3 / (20 * 10 * 0.1), rel=0.01)


def test_what_nobody_reviews_escapes():
    seen = planning.expected(PLAN, known())
    assert seen.escaped.p50 == pytest.approx(1000 * 0.5 * 0.2)


def test_the_units_of_a_campaign_by_hand():
    made = planning.units(
        pd.DataFrame({"campaign_id": ["a"], "task_type": "rating", "required_annotations": [2], "review_share": [0.5]}),
        pd.DataFrame(
            {
                "campaign_id": "a", "category": ["annotation", "overlap", "review", "fee"],
                "cost_per_item": [1.0, 1.2, 0.3, 0.1],
            }
        ),
        pd.DataFrame({"campaign_id": ["a"], "accepted_items": [560], "active_trainers": [10]}),
        pd.DataFrame({"campaign_id": ["a"], "accuracy": [0.9], "first_pass": [0.8]}),
    ).loc["a"]  # fmt: skip
    assert (made["annotation"], made["review"], made["other"]) == pytest.approx((1.1, 0.6, 0.1))
    assert made["pace"] == pytest.approx(560 / 28 / 10 * 2)
    assert made["failing"] == pytest.approx(0.2)


def test_the_draft_is_a_charter():
    seen = planning.expected(PLAN, known())
    (charter,) = charters_from(
        planning.draft(PLAN, "Bonjour, monde!", "rating", dt.date(2026, 7, 6), seen)
    )
    assert (charter.campaign_id, charter.target_items, charter.required_annotations) == (
        "bonjour-monde", 1000, 2,
    )  # fmt: skip
    assert charter.budget == math.ceil(seen.cost.p90)
    assert (charter.deadline - dt.date(2026, 7, 6)).days == math.ceil(seen.days.p90)
