"""Throughput: work that arrives in unbelievable amounts, against the four weeks before.

Work that dries up is a change like others: the suite of the regressions tells it.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about
from warehouse.read import fetch

ENOUGH = 100
"""Submissions in the four weeks before; fewer say nothing about a usual week."""

TOLD = "{submitted_per_day:,.1f} submissions a day in the last 7 days, {submitted_per_day_before:,.1f} in the 28 before; {active_trainers:,.0f} people, {active_trainers_before:,.0f} before."

USUAL = (
    (Column("submitted_before") >= ENOUGH)
    & (Column("weeks_before") >= 3)
    & Column("submitted_change").is_not_null()
)


def unfinished(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """The change of volume per campaign; unknown where the target is met, for then work may end."""
    frame = fetch(engine, "checks/throughput_change_by_campaign_v1", as_of=as_of)
    progress = fetch(engine, "progress/progress_by_campaign_v1", as_of=as_of)
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    frame = campaigns.merge(frame, how="left", on="campaign_id").merge(
        progress[["campaign_id", "target_items", "accepted_items"]].rename(
            columns={"accepted_items": "accepted_in_all"}
        ),
        how="left",
        on="campaign_id",
    )
    accepted, target = (frame[c].astype("float64") for c in ("accepted_in_all", "target_items"))
    return frame.assign(submitted_change=frame["submitted_change"].where(~(accepted >= target)))


throughput = Suite(
    name="throughput",
    says="Each campaign's volume of the last 7 days against the 28 before.",
    frame=unfinished,
    subject=("campaign_id",),
    n="submitted",
    expectations=(
        gxe.ExpectColumnValuesToBeBetween(
            column="submitted_change",
            max_value=2.0,
            row_condition=USUAL,
            severity="warning",
            description="More than three times the usual volume: a surge, or rows loaded twice?",
            meta=about(
                "volume",
                told=TOLD,
                effect="submitted_change",
                bears_on=("throughput",),
            ),
        ),
    ),
)
