"""Team quality: does the whole team's work get worse, like campaigns compared with like?"""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.frames import change_of
from data_checks.suite import Suite, about
from warehouse.read import fetch

ENOUGH = 200
ENOUGH_BEFORE = 400

TOLD = "{figure}: {now:.1%} of {n:,.0f} in the last 7 days, {before:.1%} of {n_before:,.0f} in the 28 before; {change:+.1%} among like campaigns."


def changes(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per figure of the team; the change is that among like campaigns, so a new mix is none."""
    frame = fetch(engine, "checks/quality_change_of_team_v1", as_of=as_of)
    told = {
        "gold_accuracy": ("gold_scored", 1),
        "rejection_rate": ("reviews", -1),
        "agreement": ("items", 1),
    }
    return pd.concat(
        [
            change_of(
                frame,
                figure,
                n,
                f"{n}_before",
                rate=figure,
                change=f"{figure}_adjusted",
                better=better,
            )
            for figure, (n, better) in told.items()
        ],
        ignore_index=True,
    ).drop(columns="campaign_id")


def _at_most(points: float, severity: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="worse_for_sure",
        max_value=points,
        row_condition=(Column("n") >= ENOUGH)
        & (Column("n_before") >= ENOUGH_BEFORE)
        & Column("worse_for_sure").is_not_null(),
        severity=severity,
        description=says,
        meta=about(told=TOLD, effect="change", value="now", bar="before"),
    )


team_quality = Suite(
    name="team_quality",
    says="The team's quality of the last 7 days against the 28 days before, like campaigns compared with like.",
    frame=changes,
    figure="figure",
    kind="regression",
    n="n",
    expectations=(
        _at_most(
            0.02,
            "warning",
            "The whole team is more than 2 points worse than in the four weeks before.",
        ),
        _at_most(
            0.05,
            "critical",
            "The whole team is more than 5 points worse than in the four weeks before.",
        ),
    ),
)
