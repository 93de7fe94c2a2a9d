"""The feedback sheet holds one person's own work and nobody else."""

import pandas as pd

from dashboard.panels.signals import feedback


def test_the_sheet_tells_own_figures_and_rejections_and_no_reviewer():
    own = pd.DataFrame(
        [{"submitted": 20, "scored": 8, "correct": 6, "reviewed": 10, "first_accepted": 9, "reworked": 1}]
    )  # fmt: skip
    rejected = pd.DataFrame(
        [{"campaign": "Chat", "item_id": "i1", "reason": "wrong_label", "comment": None, "overturned": 0, "reviewer_id": "reviewer-9"}]
    )  # fmt: skip
    told = feedback("trainer-1", own, rejected, "the last 4 weeks").replace("\u00a0", " ")
    assert "75.0 % of 8 gold answers" in told and "item i1: wrong label" in told
    assert "reviewer-9" not in told


def test_of_a_raw_payload_only_the_comment_is_passed_on():
    own = pd.DataFrame(
        [{"submitted": 1, "scored": 0, "correct": 0, "reviewed": 0, "first_accepted": 0, "reworked": 0}]
    )  # fmt: skip
    payload = '{"comment": "Cite the source.", "completed_by": "reviewer-9", "score": 3}'
    rows = [{"campaign": "Chat", "item_id": "i1", "reason": "source", "comment": c, "overturned": 0} for c in (payload, "Plain words.", "[1, 2]")]  # fmt: skip
    told = feedback("trainer-1", own, pd.DataFrame(rows), "the last 4 weeks")
    assert "Cite the source." in told and "Plain words." in told
    assert "reviewer-9" not in told and "[1, 2]" not in told
