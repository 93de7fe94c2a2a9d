"""Gold health: gold items that are wrong themselves or that trainers know make gold accuracy a fiction."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.frames import for_every_campaign
from data_checks.suite import Suite, about
from warehouse.read import fetch


def golds(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign: how many of its golds shown in 56 days are suspect, how many leaked, and which."""
    told = fetch(engine, "quality/gold_health_by_item_v2", as_of=as_of)
    by = told.groupby("campaign_id")
    counted = by.agg(
        golds=("item_id", "count"), suspect=("is_suspect", "sum"), leaked=("is_leaked", "sum")
    )
    for name in ("suspect", "leaked"):
        which = told[told[f"is_{name}"]].groupby("campaign_id")["item_id"]
        counted[f"{name}_items"] = which.apply(lambda items: ", ".join(items.head(5)))
    frame = for_every_campaign(engine, as_of, counted.reset_index())
    return frame.assign(
        golds=frame["golds"].fillna(0),
        suspect_share=frame["suspect"] / frame["golds"],
        leaked_share=frame["leaked"] / frame["golds"],
    )


def _at_most(
    name: str, share: float, severity: str, says: str
) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column=f"{name}_share",
        max_value=share,
        row_condition=Column("golds") >= 1,
        severity=severity,
        description=says,
        meta=about(f"{name}_gold", told=f"{{{name}:,.0f}} of {{golds:,.0f}}: {{{name}_items}}."),
    )


gold_health = Suite(
    name="gold_health",
    says="Gold items that are probably wrong or probably known.",
    frame=golds,
    subject=("campaign_id",),
    n="golds",
    bears_on=("gold_accuracy",),
    expectations=(
        _at_most(
            "suspect", 0.0, "info", "Gold items whose answer is probably wrong: look at them."
        ),
        _at_most("suspect", 0.05, "warning", "More than 5 % of the gold items are probably wrong."),
        _at_most(
            "leaked", 0.0, "warning", "Gold items whose answer is probably known to the trainers."
        ),
    ),
)
