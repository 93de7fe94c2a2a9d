"""Schedule: each campaign's delivery against the plan of its charter."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about
from warehouse.read import fetch

SOON, SETTLED = 14, 28
"""A pace is held against the deadline from half of the time on: not before so many days after the start, nor
later than so many, since the first two weeks, in which people are still being found, say nothing of the rest."""

PROGRESS = "{accepted_items:,.0f} of {target_items:,.0f} accepted, planned were {planned_items:,.0f} by now."


def planned(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign: what is delivered, what was planned, and what the pace of two weeks gives."""
    progress = fetch(engine, "progress/progress_by_campaign_v1", as_of=as_of)
    promised = fetch(engine, "team/campaigns_v1", as_of=as_of)
    frame = promised[["campaign_id", "starts_on", "deadline"]].merge(
        progress, how="left", on="campaign_id"
    )
    today = pd.Timestamp(as_of)
    target = frame["target_items"].astype("float64")
    accepted = frame["accepted_items"].astype("float64")
    left = (target - accepted).clip(lower=0)
    last, before = (frame[c].astype("float64") for c in ("accepted_last_7", "accepted_before_7"))
    days_left = (frame["deadline"] - today).dt.days.astype("float64")
    pace = (last + before) / 14
    days_in = (today - frame["starts_on"]).dt.days.astype("float64")
    is_early = days_in < ((days_in + days_left) / 2).clip(SOON, SETTLED)
    return frame.assign(
        behind=(frame["planned_items"] - accepted).where(left > 0, 0.0) / target.where(target > 0),
        left=left,
        days_left=days_left,
        days_in=days_in,
        pace=pace,
        reaches=(pace * days_left / left.where(left > 0)).where((days_left > 0) & ~is_early),
    )


schedule = Suite(
    name="schedule",
    says="Each campaign's delivery against the plan of its charter.",
    frame=planned,
    subject=("campaign_id",),
    kind="plan",
    n="accepted_items",
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="behind",
            max_value=0.10,
            row_condition=Column("days_left") > 0,
            severity="warning",
            description="More than 10 % of the target behind plan.",
            meta=about("progress", told=PROGRESS),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="behind",
            max_value=0.25,
            row_condition=Column("days_left") > 0,
            severity="critical",
            description="More than 25 % of the target behind plan.",
            meta=about("progress", told=PROGRESS),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="left",
            max_value=0,
            row_condition=Column("days_left") <= 0,
            severity="critical",
            description="The deadline has passed and the target is not met.",
            meta=about(
                "deadline",
                told="{left:,.0f} of {target_items:,.0f} items are missing; it was {deadline:%-d %B %Y}.",
            ),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="reaches",
            min_value=0.90,
            row_condition=(Column("days_left") > 0)
            & (Column("days_in") >= SOON)
            & (Column("left") > 0)
            & Column("reaches").is_not_null(),
            severity="warning",
            description="At the pace of the last two weeks the target is missed by more than a tenth.",
            meta=about(
                "pace",
                told="{pace:,.1f} items a day reach {reaches:.0%} of the {left:,.0f} missing in {days_left:,.0f} days.",
            ),
        ),
    ),
)
