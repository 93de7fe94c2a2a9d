"""Event integrity: faults and gaps of the events that make figures unbelievable or unknown."""

from great_expectations import expectations as gxe

from data_checks.suite import Suite, about

CLOCK = ("throughput", "progress", "handle_time", "hours", "cycle_time", "queue_age")
TIME = ("handle_time", "hours", "rate", "effective_hourly")
QUALITY = ("first_pass", "final_acceptance", "rejection_rate")


def _none(
    column: str, severity: str, says: str, bears_on: tuple[str, ...]
) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        max_value=0,
        severity=severity,
        description=says,
        meta=about(column, told=f"{{{column}:,.0f}} of {{events:,.0f}} events.", bears_on=bears_on),
    )


event_integrity = Suite(
    name="event_integrity",
    says="Faults and gaps in the events of each campaign.",
    query="health/integrity_by_campaign_v1",
    subject=("campaign_id",),
    n="events",
    closes_after=1,
    expectations=(
        _none("duplicates", "critical", "Events are there more than once.", ("all",)),
        _none("future", "critical", "Events are dated after they were recorded.", CLOCK),
        _none("negative_time", "warning", "Durations below 0.", TIME),
        _none(
            "orphan_reviews", "warning", "Reviews of work of which no submission is known.", QUALITY
        ),
        _none(
            "without_item",
            "warning",
            "Events that need an item and name none.",
            ("progress", "throughput"),
        ),
        _none(
            "without_person",
            "warning",
            "Events that need a person and name none.",
            ("trainers", "hours"),
        ),
        _none("unknown_type", "warning", "Events of a type that no figure reads.", ()),
        _none("unknown_basis", "warning", "Durations measured in a way nobody knows.", TIME),
        _none(
            "assumed_times",
            "info",
            "The source does not know when this work was done.",
            (*CLOCK, *TIME),
        ),
        _none(
            "without_duration", "info", "Submissions whose duration the source does not know.", TIME
        ),
    ),
)
