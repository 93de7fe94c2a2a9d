"""Regressions: no figure may become worse than its own past without a flag, and none may flag by mere chance.

The calibrated detectors measure, this suite judges what they found. A change that the mix of the work
explains is a finding of its own kind and only for information, and so is a new class that becomes quicker.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.changes import Changes
from data_checks.suite import Suite, about
from data_checks.tuning import tuned
from data_checks.watch import Watch
from warehouse import settings

RATE = Column("kind") == "regression"
MIX = Column("kind") == "mix"


def _anew(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """The changes of detectors that begin anew: what nobody keeps between two runs."""
    return Changes(Watch(tuned(settings.checks_file()))).frame(engine, as_of)


def _at_most(
    standing: float, kind: str, severity: str, says: str
) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="standing",
        max_value=standing,
        row_condition=RATE if kind == "regression" else MIX,
        severity=severity,
        description=says,
        meta=about(kind=kind, told="{sentence}", effect="effect", value="effect"),
    )


regressions = Suite(
    name="regressions",
    says="Each campaign's figures, and the whole team's, against what their own past lets expect of like work.",
    frame=_anew,
    subject=("campaign_id", "change"),
    figure="figure",
    kind="regression",
    n="n",
    closes_after=1,
    expectations=(
        _at_most(
            0,
            "regression",
            "info",
            "Quicker work of a new class, as practice lets expect.",
        ),
        _at_most(0.5, "regression", "warning", "Worse than its own past."),
        _at_most(1, "regression", "critical", "Far worse than its own past."),
        _at_most(0, "mix", "info", "A change of the mix, not of the work."),
    ),
)
