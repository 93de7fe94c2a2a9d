"""Quarantine: rows that could not be loaded and wait for a fix."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe

from data_checks.suite import Suite, about
from warehouse.read import fetch


def waiting(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign, and one for rows of no campaign: how many wait, and for which reasons."""
    refused = fetch(engine, "health/quarantine_by_reason_v1")
    refused = refused[refused["waiting"] > 0]
    told = refused.groupby(refused["campaign_id"].fillna(""), as_index=False).agg(
        campaign_id=("campaign_id", "first"),
        waiting=("waiting", "sum"),
        reasons=("reason", "; ".join),
    )
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    found = campaigns.merge(told, how="outer", on="campaign_id")
    return found.assign(waiting=found["waiting"].fillna(0))


quarantine = Suite(
    name="quarantine",
    says="Rows that could not be loaded and wait for a fix.",
    frame=waiting,
    subject=("campaign_id",),
    n="waiting",
    bears_on=("progress", "throughput", "spend"),
    closes_after=1,
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="waiting",
            max_value=0,
            severity="warning",
            description="Rows could not be loaded and wait for a fix and a replay.",
            meta=about("quarantine", told="{waiting:,.0f} rows: {reasons}."),
        ),
    ),
)
