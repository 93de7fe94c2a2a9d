"""Spend: each campaign's cost against its budget and what was delivered for it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about
from warehouse.read import fetch

COST = "spend/cost_per_item_by_campaign_v2"

ENOUGH_ITEMS = 50
"""Before so many items are accepted the cost of one says little."""

EARLY_DAYS = 14
"""In the first days work is paid that is not accepted yet: it has cost, and earned nothing."""

EARNED = "${cost_usd:,.0f} spent, ${earned_value:,.0f} earned: CPI {cpi:.2f}, at this rate ${estimate_at_completion:,.0f} in the end against ${budget_usd:,.0f}."

ENOUGH_TO_COMPARE = 200
"""Accepted items of the last four weeks and of the time before: with fewer the cost of one moves by chance."""

DEARER = "${marginal_cost:,.2f} for each of the {accepted_last_28:,.0f} accepted in the last 28 days, ${cost_before:,.2f} before ({dearer:+.0%})."


def costs(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign: what an accepted item cost lately, against before."""
    frame = fetch(engine, COST, as_of=as_of)
    lately = frame["accepted_last_28"].astype("float64")
    before = frame["accepted_items"] - lately
    cost_before = (frame["cost_usd"] - frame["cost_last_28"]) / before.where(before > 0)
    is_enough = (lately >= ENOUGH_TO_COMPARE) & (before >= ENOUGH_TO_COMPARE)
    change = frame["marginal_cost"] / cost_before - 1
    # Past its target a campaign has earned its budget; what it has spent it has spent all the same.
    whole = frame[["estimate_at_completion", "cost_usd"]].max(axis=1, skipna=False)
    starts = fetch(engine, "team/campaigns_v1", as_of=as_of).set_index("campaign_id")["starts_on"]
    is_early = pd.Timestamp(as_of) - frame["campaign_id"].map(starts) < pd.Timedelta(
        days=EARLY_DAYS
    )
    return frame.assign(
        cpi=frame["cpi"].where(~is_early),
        cost_before=cost_before,
        dearer=change.where(is_enough),
        estimate_at_completion=whole,
    )


def _dearer(share: float, severity: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="dearer",
        max_value=share,
        row_condition=Column("dearer").is_not_null(),
        severity=severity,
        description=says,
        meta=about(
            "cost_per_item",
            "regression",
            told=DEARER,
            effect="dearer",
            value="marginal_cost",
            bar="cost_before",
        ),
    )


spend = Suite(
    name="spend",
    says="Each campaign's cost against its budget and against what was delivered for it.",
    frame=costs,
    subject=("campaign_id",),
    kind="plan",
    n="accepted_items",
    expectations=(
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="budget_usd",
            column_B="cost_usd",
            or_equal=True,
            row_condition=Column("budget_usd").is_not_null() & Column("cost_usd").is_not_null(),
            severity="critical",
            description="The budget is spent.",
            meta=about("budget", told="${cost_usd:,.0f} of ${budget_usd:,.0f}."),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="cpi",
            min_value=0.90,
            row_condition=(Column("accepted_items") >= ENOUGH_ITEMS) & Column("cpi").is_not_null(),
            severity="warning",
            description="More than a tenth over the cost planned for what was delivered.",
            meta=about("cost", told=EARNED),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="cpi",
            min_value=0.75,
            row_condition=(Column("accepted_items") >= ENOUGH_ITEMS) & Column("cpi").is_not_null(),
            severity="critical",
            description="More than a third over the cost planned for what was delivered.",
            meta=about("cost", told=EARNED),
        ),
        _dearer(0.15, "warning", "An accepted item costs 15 % more than before."),
        _dearer(0.50, "critical", "An accepted item costs half as much again as before."),
        gxe.ExpectColumnValuesToBeBetween(
            column="unpriced",
            max_value=0,
            severity="warning",
            description="Work without a known price: the cost shown is too low.",
            meta=about(
                "unpriced",
                "integrity",
                told="{unpriced:,.0f} units have no rate card, cost or exchange rate.",
                bears_on=("spend", "cost_per_item", "cpi", "estimate_at_completion", "budget"),
            ),
        ),
    ),
)
