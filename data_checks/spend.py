"""Spend: each campaign's cost against its budget and what was delivered for it."""

from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about

ENOUGH_ITEMS = 50
"""Before so many items are accepted the cost of one says little."""

EARNED = "${cost_usd:,.0f} spent, ${earned_value:,.0f} earned: CPI {cpi:.2f}, at this rate ${estimate_at_completion:,.0f} in the end against ${budget_usd:,.0f}."

spend = Suite(
    name="spend",
    says="Each campaign's cost against its budget and against what was delivered for it.",
    query="spend/cost_per_item_by_campaign_v1",
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
