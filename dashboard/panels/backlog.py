"""What awaits review: how much, for how long, and for how many days the reviewers of now have work."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from dashboard import data, show, words
from dashboard.filters import Filters

BACKLOG = "progress/backlog_by_campaign_v1"
SPEED = "reviewers/speed_by_reviewer_v1"
DAYS = 14
"""Whose reviews count as the pace of now."""
LONG, SLOW = 7, 72
"""Days of work, or hours that half of it has waited, from which on a queue is called long."""


def table(chosen: Filters) -> pd.DataFrame:
    """One row per campaign with work awaiting review: waiting, reviewers, per_day, days of work."""
    rows = data.frame(BACKLOG, chosen.scope, as_of=chosen.until)
    rows = rows[(rows["state"] == "awaiting_review") & (rows["items"] > 0)]
    speed = _lately(chosen).groupby("campaign_id")
    told = rows.set_index("campaign_id")
    told["reviewers"] = speed["reviewer_id"].nunique()
    told["reviewers"] = told["reviewers"].fillna(0).astype("int64")
    told["per_day"] = (speed["reviews"].sum() / DAYS).reindex(told.index).fillna(0)
    told["days"] = told["items"] / told["per_day"].where(told["per_day"] > 0)
    return told.sort_values("days", ascending=False, na_position="first").reset_index()


def shares(chosen: Filters) -> pd.Series:
    """What awaits each reviewer if the queues are shared out as the reviews of the last days were."""
    speed = _lately(chosen)
    waiting = table(chosen).set_index("campaign_id")["items"]
    part = speed["reviews"] / speed.groupby("campaign_id")["reviews"].transform("sum")
    own = part * speed["campaign_id"].map(waiting).fillna(0)
    return own.groupby(speed["reviewer_id"]).sum().round()


def _lately(chosen: Filters) -> pd.DataFrame:
    return data.frame(
        SPEED, chosen.scope, since=chosen.until - timedelta(days=DAYS), until=chosen.until
    )


def panel(chosen: Filters) -> None:
    """The queues, the longest first."""
    told = table(chosen)
    title = "Awaiting review"
    if told.empty:
        show.missing(title, "Nothing awaits review.")
        return
    show.heading(title, BACKLOG)
    show.table(
        told.assign(
            stands=[
                "! nobody reviews" if not r.reviewers
                else "! long" if r.days > LONG or r.median_hours > SLOW
                else "✓ short"
                for r in told.itertuples()
            ],
            typical=[words.duration(h * 3600) for h in told["median_hours"]],
            oldest=[words.duration(h * 3600) for h in told["oldest_hours"]],
        ),
        {
            "campaign": show.text("Campaign", width="medium"),
            "stands": show.text("Queue", f"long from {LONG} days of work on, or where half has waited for {SLOW} hours"),
            "items": show.count("Items waiting"),
            "days": show.number("Days of work", f"at the pace of the last {DAYS} days", places=1),
            "reviewers": show.count("Reviewers", f"who reviewed in the last {DAYS} days"),
            "per_day": show.number("Reviews a day", places=1),
            "typical": show.text("Half wait longer than"),
            "oldest": show.text("The oldest"),
        },
        opens="campaign", by="campaign", named="campaign_id", key="queue_of", height=min(38 + 35 * len(told), 320),
    )  # fmt: skip
