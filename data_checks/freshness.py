"""Freshness: a campaign that is not finished has been silent for longer than is usual for it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about
from warehouse.read import fetch

OVER = 60
"""A campaign without a charter that has been silent for so many days is taken to be over."""

LEAST = 3
"""So many days of silence are nothing unusual for any campaign: a long weekend."""

TOLD = "Last event on {last_day:%-d %B %Y}, {silent_days:,.0f} days ago; its longest pause was {usual_silence:,.0f} days."


def silence(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign: by how many days its silence exceeds its longest pause."""
    fresh = fetch(engine, "health/freshness_by_campaign_v1", as_of=as_of)
    frame = with_progress(fresh, engine, as_of)
    is_over = frame["is_done"] | (frame["target_items"].isna() & (frame["silent_days"] > OVER))
    return frame.assign(unusual_days=unusual(frame).where(~is_over), is_over=is_over)


def with_progress(fresh: pd.DataFrame, engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """``fresh`` with the progress of each row's campaign, and whether its target ``is_done``: then silence is right."""
    progress = fetch(engine, "progress/progress_by_campaign_v1", as_of=as_of)
    frame = fresh.merge(progress, how="left", on="campaign_id")
    target, accepted = (frame[c].astype("float64") for c in ("target_items", "accepted_items"))
    return frame.assign(is_done=accepted >= target)


def unusual(frame: pd.DataFrame) -> pd.Series:
    """By how many days each row's silence exceeds its longest pause; unknown where nothing is dated."""
    silent, usual = (frame[c].astype("float64") for c in ("silent_days", "usual_silence"))
    return silent - usual.fillna(0).clip(lower=LEAST)


def at_most(
    days: int, severity: str, says: str, told: str = TOLD
) -> gxe.ExpectColumnValuesToBeBetween:
    """Silence may exceed the longest pause by so many days."""
    return gxe.ExpectColumnValuesToBeBetween(
        column="unusual_days",
        max_value=days,
        row_condition=Column("unusual_days").is_not_null(),
        severity=severity,
        description=says,
        meta=about("freshness", told=told),
    )


freshness = Suite(
    name="freshness",
    says="Campaigns that have been silent for longer than is usual for them.",
    frame=silence,
    subject=("campaign_id",),
    n="events_last_7",
    bears_on=("progress", "throughput", "spend", "hours"),
    closes_after=1,
    expectations=(
        at_most(
            0, "warning", "Silent for longer than is usual: did a load fail, or did the work stop?"
        ),
        at_most(
            7,
            "critical",
            "Silent for more than a week longer than is usual: did a load fail, or did the work stop?",
        ),
    ),
)
