"""Source freshness: where a campaign comes from several sources, one has been silent while others go on."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from data_checks.freshness import OVER, TOLD, at_most, unusual, with_progress
from data_checks.suite import Suite
from warehouse.read import fetch

OF_SOURCE = "From {source}: " + TOLD[0].lower() + TOLD[1:]


def silence(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per source and campaign: by how many days its silence exceeds its longest pause.

    Unknown for a campaign's only source, which freshness judges, for one of a campaign that is done, for one that
    was given up long ago, and for one that knows no times.
    """
    every = fetch(engine, "team/reach_v1")[["source", "campaign_id"]]
    known = fetch(engine, "health/freshness_by_source_v2", as_of=as_of)
    # A source that knows no times is silent to nobody's knowledge, and no reason to judge nothing.
    fresh = every.merge(known, how="left", on=["source", "campaign_id"])
    frame = with_progress(fresh, engine, as_of)
    several, silent = (frame[c].astype("float64") for c in ("sources", "silent_days"))
    is_watched = (several > 1) & (silent <= OVER) & ~frame["is_done"]
    return frame.assign(unusual_days=unusual(frame).where(is_watched))


source_freshness = Suite(
    name="source_freshness",
    says="Sources of a campaign that have been silent for longer than is usual, while others go on.",
    frame=silence,
    subject=("campaign_id", "source"),
    n="events_last_7",
    bears_on=("progress", "throughput", "spend", "hours"),
    closes_after=1,
    expectations=(
        at_most(
            0,
            "warning",
            "One source is silent for longer than is usual: did its load fail?",
            OF_SOURCE,
        ),
        at_most(
            7,
            "critical",
            "One source is silent for more than a week longer than is usual: did its load fail?",
            OF_SOURCE,
        ),
    ),
)
