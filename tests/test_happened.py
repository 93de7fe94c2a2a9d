"""The history of a flag reads as what happened, not as fields that changed."""

from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard.happened import happened


@pytest.mark.parametrize(
    ("what", "field", "old", "new", "said", "reads"),
    [
        ("opened", "state", None, "open", "It fell.", "**Opened** “It fell.”"),
        ("opened", "state", float("nan"), "open", pd.NA, "**Opened**"),
        ("worsened", "severity", "warning", "critical", None, "**Worsened** from warning to critical"),
        ("reopened", "state", "closed", "open", None, "**Opened again**"),
        ("closed", "state", "open", "closed", "the figure is back", "**Closed** “the figure is back”"),
        ("muted", None, None, None, "muted until Friday", "**Muted** “muted until Friday”"),
        ("unmuted", None, None, None, None, "**No longer muted**"),
        ("acted", "action", None, "coach", "They were new", "**Coach** “They were new”"),
        ("commented", None, None, None, "Mine", "**Comment** “Mine”"),
        ("changed", "owner", None, "Ada", None, "**Ada has it**"),
        ("changed", "owner", "Ada", None, None, "**Nobody has it** any more, Ada had it"),
        ("changed", "due_on", None, "2026-03-05", None, "**Due on 5 March 2026**"),
        ("changed", "due_on", "2026-03-05", None, None, "**No longer due** on a day"),
        ("changed", "verdict", None, "true", None, "**Judged to be right**"),
        ("changed", "state", "open", "dismissed", None, "**Dismissed**"),
        ("changed", "level", None, "2026-03-05", None, "**New level** from 5 March 2026 on: what comes is held against it"),
    ],
)  # fmt: skip
def test_each_event_is_a_line_of_words(what, field, old, new, said, reads):
    event = SimpleNamespace(what=what, field=field, old=old, new=new, said=said)
    assert happened(event) == reads
