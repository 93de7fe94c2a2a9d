"""Reviewer quality: who rejects far more, or far less, than the same work lets expect, and whose rejections fall."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.frames import ALIKE, for_every_campaign
from data_checks.suite import Suite, about
from warehouse.read import fetch

DAYS = 28
ENOUGH = 50
ENOUGH_REJECTED = 20
FAR = 4.0
NEAR = 0.10
"""A gap of less than 10 points is nobody's concern however certain it is: work differs in ways unseen here."""

RATE = "{rejection_rate:.1%} of {reviews:,.0f} reviews of {trainers:,.0f} people rejected, {expected_rate:.1%} expected from the same work; z {z:.1f}."


def reviewers(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign and reviewer: how far from what others do with the same work."""
    since = as_of - timedelta(days=DAYS)
    told = apart(fetch(engine, "reviewers/severity_by_reviewer_v1", since=since, until=as_of))
    frame = for_every_campaign(engine, as_of, told)
    counts = ["reviews", "first_rejected", "others"]
    return frame.assign(**frame[counts].astype("float64").fillna(0))


def apart(told: pd.DataFrame) -> pd.DataFrame:
    """``told`` (per campaign and reviewer) with gap, z, the number of others, and z where the gap is large."""
    gap = told["rejection_rate"] - told["expected_rate"]
    # One harsh reviewer of three makes the two others look lenient: measure from the median gap.
    gap = gap - gap.groupby(told["campaign_id"]).transform("median")
    # Whichever spread is larger: that of the expectation, or that of what was seen. Where nothing is
    # expected at all, half a rejection is: certainty does not come from a clean past.
    seen = told["rejected"] * (1 - told["rejected"] / told["reviews"])
    rate = (told["expected"] + 0.5) / (told["reviews"] + 1)
    variance = np.maximum(told["variance"], seen).clip(lower=told["reviews"] * rate * (1 - rate))
    z = gap * told["reviews"] / np.sqrt(ALIKE * variance)
    others = told.groupby("campaign_id")["reviewer_id"].transform("count") - 1
    return told.assign(z=z, gap=gap, others=others, far=z.abs().where(gap.abs() >= NEAR, 0.0))


reviewer_quality = Suite(
    name="reviewer_quality",
    says="Each reviewer's last 28 days against what the same work lets expect.",
    frame=reviewers,
    subject=("campaign_id", "reviewer_id"),
    kind="outlier",
    n="reviews",
    closes_after=7,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="far",
            max_value=FAR,
            row_condition=(Column("reviews") >= ENOUGH) & (Column("others") >= 1),
            severity="warning",
            description="Rejects far more or far less than others do on the same work.",
            meta=about(
                "rejection_rate",
                told=RATE,
                effect="gap",
                value="rejection_rate",
                bar="expected_rate",
            ),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="reversal_rate_low",
            max_value=0.20,
            row_condition=Column("first_rejected") >= ENOUGH_REJECTED,
            severity="warning",
            description="More than a fifth of the rejections are overturned, with 97.5 % certainty.",
            meta=about(
                "reversal_rate",
                "floor breach",
                told="{reversed:,.0f} of {first_rejected:,.0f} ({reversal_rate:.0%}).",
                value="reversal_rate",
            ),
        ),
    ),
)
