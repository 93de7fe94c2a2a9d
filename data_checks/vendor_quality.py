"""Vendor quality: whose people do clearly worse than the other vendors' on the same campaign."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks import peers
from data_checks.suite import Suite, about
from warehouse.read import fetch

DAYS = 28
ENOUGH = 50
ENOUGH_TRAINERS = 3

TOLD = "{figure}: {rate:.1%} of {n:,.0f} ({trainers:,.0f} trainers), other vendors {peers:.1%} on the same task types; z {z:.1f}."


def vendors(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign, vendor and figure; campaigns with one vendor have nobody to compare."""
    since = as_of - timedelta(days=DAYS)
    work = fetch(engine, "trainers/summary_by_trainer_v1", since=since, until=as_of)
    work = work.assign(vendor_id=work["vendor_id"].fillna("unknown"))
    told = pd.concat(
        [
            peers.groups(work, "vendor_id", "correct", "scored").assign(figure="gold_accuracy"),
            peers.groups(work, "vendor_id", "first_accepted", "reviewed").assign(
                figure="first_pass"
            ),
        ],
        ignore_index=True,
    )
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    told = campaigns.merge(told, how="left", on="campaign_id")
    counts = ["n", "peer_n", "trainers", "peer_trainers"]
    told = told.assign(
        figure=told["figure"].fillna("quality"), **told[counts].astype("float64").fillna(0)
    )
    # A certain but small gap is none: zero, so that it passes and closes the flag it once opened.
    return told.assign(
        z_of_3=told["z"].where(told["gap"] <= -0.03, 0.0),
        z_of_10=told["z"].where(told["gap"] <= -0.10, 0.0),
    )


def _worse(column: str, z: float, severity: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        min_value=z,
        row_condition=(Column("n") >= ENOUGH)
        & (Column("peer_n") >= ENOUGH)
        & (Column("trainers") >= ENOUGH_TRAINERS)
        & (Column("peer_trainers") >= ENOUGH_TRAINERS),
        severity=severity,
        description=says,
        meta=about(told=TOLD, effect="gap", bar="peers", value="rate"),
    )


vendor_quality = Suite(
    name="vendor_quality",
    says="Each vendor's last 28 days against the other vendors of the campaign.",
    frame=vendors,
    subject=("campaign_id", "vendor_id"),
    figure="figure",
    kind="outlier",
    n="n",
    closes_after=7,
    expectations=(
        _worse("z_of_3", -3.0, "warning", "More than 3 points worse than the other vendors."),
        _worse("z_of_10", -4.0, "critical", "More than 10 points worse than the other vendors."),
    ),
)
