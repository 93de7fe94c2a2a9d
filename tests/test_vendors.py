"""Vendors are held against others on the same work: harder work is no worse work."""

import pandas as pd
import pytest

from dashboard.panels import levels, vendors


def rows(*told):
    columns = ["vendor", "task_type", "correct", "scored"]
    return pd.DataFrame(told, columns=columns).assign(campaign_id="c")


def test_a_vendor_with_the_hard_tasks_is_not_below_the_others():
    own = vendors.adjusted(
        rows(
            ("acme", "hard", 630, 900), ("acme", "easy", 95, 100),
            ("zeta", "hard", 70, 100), ("zeta", "easy", 855, 900),
        ),
        "correct", "scored",
    )  # fmt: skip
    assert own["above"].abs().max() < 0.02 and not own["is_worse"].any()


def test_a_vendor_that_is_worse_on_the_same_work_is_found():
    own = vendors.adjusted(
        rows(("acme", "easy", 700, 1000), ("zeta", "easy", 900, 1000)), "correct", "scored"
    )
    assert own.loc["acme", "above"] == pytest.approx(-0.2, abs=0.01)
    assert own["is_worse"].to_dict() == {"acme": True, "zeta": False}


def test_work_that_no_other_vendor_does_is_said_to_be_alone():
    own = vendors.adjusted(rows(("acme", "easy", 1, 9), ("zeta", "hard", 9, 9)), "correct", "scored")  # fmt: skip
    assert own["alone"].tolist() == [1, 1]


def level(figure, level, **told):
    return {"vendor_id": "a", "campaign_id": "c", "vendor": "Acme", "campaign": "C", "figure": figure, "level": level} | told  # fmt: skip


DONE = pd.DataFrame(
    [
        {
            "vendor_id": "a", "campaign_id": "c", "correct": 95, "scored": 100, "first_accepted": 60, "reviewed": 100,
            "last_accepted": 78, "reworked": 30, "submitted": 300,
        }
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "agreed", "verdict"),
    [
        ("gold_accuracy", 0.85, "met"),  # 95 of 100: 88.8 to 97.8 %
        ("first_pass", 0.8, "not met"),
        ("final_acceptance", 0.8, "cannot tell yet"),  # 78 of 100: 68.9 to 85 %
        ("rework_rate", 0.15, "met"),  # at most; 30 of 300: 7.1 to 13.9 %
        ("rework_rate", 0.05, "not met"),
        ("turnaround_hours", 48, "met"),  # at most
        ("turnaround_hours", 24, "not met"),
        ("weekly_submitted", 95, "met"),  # 100, 99 and 101: 97.5 to 102.5
        ("weekly_submitted", 100, "cannot tell yet"),
        ("weekly_submitted", 103, "not met"),
    ],
)
def test_a_service_level_is_held_against_what_was_delivered(figure, agreed, verdict):
    waits = pd.DataFrame([{"vendor_id": "a", "campaign_id": "c", "items": 9, "median_hours": 36.0}])
    weeks = pd.DataFrame({"vendor_id": "a", "campaign_id": "c", "submitted": [100, 99, 101]})
    told = levels.delivered(pd.DataFrame([level(figure, agreed)]), DONE, waits, weeks)
    assert told["verdict"].tolist() == [verdict]


def test_what_was_agreed_and_never_measured_is_not_said_to_be_met():
    other = pd.DataFrame([level("first_pass", 0.8, vendor_id="b"), level("turnaround_hours", 9, vendor_id="b")])  # fmt: skip
    nothing = pd.DataFrame(columns=["vendor_id", "campaign_id", "items", "median_hours", "submitted"])  # fmt: skip
    assert levels.delivered(other, DONE, nothing, nothing)["verdict"].tolist() == ["", ""]
