"""Event integrity: faults and gaps of the events that make figures unbelievable or unknown."""

from datetime import date

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe

from data_checks.suite import Suite, about
from warehouse.read import fetch

FEW = 0.001
"""Faults among no more of a campaign's events than this move none of its counts by more than a tenth of a per cent, the
last digit that a page shows: they are to be mended, and put no figure in doubt. Events that are there more than once never are
few: a load that counts twice is broken."""

CLOCK = ("throughput", "progress", "handle_time", "hours", "cycle_time", "queue_age")
TIME = ("handle_time", "hours", "rate", "effective_hourly")
QUALITY = ("first_pass", "final_acceptance", "rejection_rate")

FUTURE = "Events are dated after they were recorded."
NEGATIVE = "Durations below 0."
ORPHANS = "Reviews of work of which no submission is known."
NO_ITEM = "Events that need an item and name none."
NOBODY = "Events that need a person and name none."
REVIEWED = "Reviews dated before the submission they are of."
STARTED = "Submissions dated before their start."
LONG = "Durations of more than a day."
OLD = "Work dated before the year 2000: a clock was never set."
BASIS = "Durations measured in a way nobody knows."


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


def _few(
    column: str, severity: str, says: str, bears_on: tuple[str, ...]
) -> gxe.ExpectColumnPairValuesAToBeGreaterThanB:
    told = f"{{{column}:,.0f}} of {{events:,.0f}} events, more than one in a thousand."
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="few",
        column_B=column,
        or_equal=True,
        severity=severity,
        description=says,
        meta=about(column, told=told, bears_on=bears_on, value=column, bar="few"),
    )


def faults(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign: its faults by kind, and how many of them are few among its events."""
    frame = fetch(engine, "health/integrity_by_campaign_v1", as_of=as_of)
    times = fetch(engine, "health/impossible_times_by_campaign_v1", as_of=as_of)
    frame = frame.merge(times, how="left", on="campaign_id")
    counts = times.columns.drop("campaign_id")
    frame[counts] = frame[counts].fillna(0).astype("int64")  # no work yet
    return frame.assign(few=frame["events"] * FEW // 1)


event_integrity = Suite(
    name="event_integrity",
    says="Faults and gaps in the events of each campaign.",
    frame=faults,
    subject=("campaign_id",),
    n="events",
    closes_after=1,
    expectations=(
        _none("duplicates", "critical", "Events are there more than once.", ("all",)),
        _none("future", "warning", FUTURE, ()),
        _few("future", "critical", FUTURE, CLOCK),
        _none("negative_time", "info", NEGATIVE, ()),
        _few("negative_time", "warning", NEGATIVE, TIME),
        _none("longer_than_a_day", "info", LONG, ()),
        _few("longer_than_a_day", "warning", LONG, TIME),
        _none("submitted_early", "info", STARTED, ()),
        _few("submitted_early", "warning", STARTED, CLOCK),
        _none("reviewed_early", "info", REVIEWED, ()),
        _few("reviewed_early", "warning", REVIEWED, ("cycle_time", "queue_age")),
        _none("before_2000", "info", OLD, ()),
        _few("before_2000", "warning", OLD, CLOCK),
        _none("orphan_reviews", "info", ORPHANS, ()),
        _few("orphan_reviews", "warning", ORPHANS, QUALITY),
        _none("without_item", "info", NO_ITEM, ()),
        _few("without_item", "warning", NO_ITEM, ("progress", "throughput")),
        _none("without_person", "info", NOBODY, ()),
        _few("without_person", "warning", NOBODY, ("trainers", "hours")),
        _none("unknown_type", "warning", "Events of a type that no figure reads.", ()),
        _none("unknown_basis", "info", BASIS, ()),
        _few("unknown_basis", "warning", BASIS, TIME),
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
