"""Charters: a campaign without a promise has no progress, no plan and no bar."""

from great_expectations import expectations as gxe

from data_checks.suite import Suite, about

charters = Suite(
    name="charters",
    says="Campaigns without a charter, or whose charter lacks what figures need.",
    query="team/campaigns_v1",
    subject=("campaign_id",),
    closes_after=1,
    expectations=(
        gxe.ExpectColumnValuesToBeInSet(
            column="has_charter",
            value_set=[True],
            severity="warning",
            description="No charter: progress, plan and bars are unknown. Apply one with `python -m warehouse charter apply`.",
            meta=about("charter", bears_on=("progress", "plan", "budget")),
        ),
    ),
)
