"""Vendors are held against others on the same work: harder work is no worse work."""

import pandas as pd
import pytest

from dashboard.panels import vendors


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
