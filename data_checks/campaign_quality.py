"""Campaign quality: no campaign may fall well below its own recent record.

A simple detector: the last 7 days against the 28 before, where the difference is three
standard errors away from nothing. It knows no task mix and no weekday; the calibrated detector does.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.frames import SURE, change_of, for_every_campaign
from data_checks.suite import Suite, about
from warehouse.read import fetch

ENOUGH = 40
ENOUGH_BEFORE = 80
"""Fewer units than this, in the last 7 days or the 28 before, say nothing about a campaign."""

RATE = "{figure}: {now:.1%} of {n:,.0f} in the last 7 days, {before:.1%} of {n_before:,.0f} in the 28 before."
TIME = "{now:,.0f} s ({n:,.0f} timed) in the last 7 days, {before:,.0f} s in the 28 before ({change:+.0%})."


def changes(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign and figure: by how much it got worse against its own four weeks."""
    frame = fetch(engine, "checks/quality_change_by_campaign_v1", as_of=as_of)
    told = pd.concat(
        [
            change_of(
                frame, "gold_accuracy", "gold_scored", "gold_scored_before", rate="gold_accuracy"
            ),
            change_of(
                frame,
                "rejection_rate",
                "reviews",
                "reviews_before",
                rate="rejection_rate",
                better=-1,
            ),
            change_of(frame, "agreement", "items", "items_before", rate="agreement"),
            _slower(frame),
        ],
        ignore_index=True,
    )
    told = for_every_campaign(engine, as_of, told)
    return told.assign(figure=told["figure"].fillna("quality"), n=told["n"].fillna(0))


def _slower(frame: pd.DataFrame) -> pd.DataFrame:
    """Handle time, whose logarithms spread by about 0.8: too fast is as bad as too slow."""
    n, before = frame["timed"].astype("float64"), frame["timed_before"].astype("float64")
    with np.errstate(divide="ignore"):
        error = 0.8 * np.sqrt(2 * (1 / n + 1 / before))
    size = frame["handle_change"].abs()
    sure = np.log1p(frame["handle_change"]).abs() - SURE * error
    return pd.DataFrame(
        {
            "campaign_id": frame["campaign_id"],
            "figure": "handle_time",
            "now": frame["handle_seconds"],
            "before": frame["handle_seconds_before"],
            "change": frame["handle_change"],
            "n": n,
            "n_before": before,
            "worse": size,
            "sure": sure,
            "worse_for_sure": size.where((sure > 0) | size.isna(), 0.0),
        }
    )


def _enough(figures: tuple[str, ...]) -> object:
    return (
        Column("figure").is_in(list(figures))
        & (Column("n") >= ENOUGH)
        & (Column("n_before") >= ENOUGH_BEFORE)
        & Column("worse_for_sure").is_not_null()
    )


def _at_most(points: float, severity: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="worse_for_sure",
        max_value=points,
        row_condition=_enough(("gold_accuracy", "rejection_rate", "agreement")),
        severity=severity,
        description=says,
        meta=about(told=RATE, effect="change", value="now", bar="before"),
    )


campaign_quality = Suite(
    name="campaign_quality",
    says="Each campaign's quality of the last 7 days against its own 28 days before.",
    frame=changes,
    subject=("campaign_id",),
    figure="figure",
    kind="regression",
    n="n",
    expectations=(
        _at_most(0.03, "warning", "More than 3 points worse than in the four weeks before."),
        _at_most(0.10, "critical", "More than 10 points worse than in the four weeks before."),
        gxe.ExpectColumnValuesToBeBetween(
            column="worse_for_sure",
            max_value=0.25,
            row_condition=_enough(("handle_time",)),
            severity="warning",
            description="Handle time changed by more than a quarter on like work.",
            meta=about("handle_time", told=TIME, effect="change", value="now", bar="before"),
        ),
    ),
)
