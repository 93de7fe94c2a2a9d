"""Spend: each campaign's cost against its budget and what was delivered for it."""

from __future__ import annotations

from datetime import date, timedelta
from math import log

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.dearer import DAYS_A_WEEK, LEAST_WEEKS, Weeks, judged, rises_of
from data_checks.detectors import Settings
from data_checks.frames import known_until
from data_checks.suite import Suite, about
from data_checks.tuning import tuned
from warehouse.read import fetch
from warehouse.settings import checks_file

COST = "spend/cost_per_item_by_campaign_v2"

ENOUGH_ITEMS = 50
"""Before so many items are accepted the cost of one says little."""

EARLY_DAYS = 14
"""In the first days work is paid that is not accepted yet: it has cost, and earned nothing."""

EARNED = "${cost_usd:,.0f} spent, ${earned_value:,.0f} earned: CPI {cpi:.2f}, at this rate ${estimate_at_completion:,.0f} in the end against ${budget_usd:,.0f}."

DEARER = "${cost_since:,.2f} for each of the {items_since:,.0f} done since about {dearer_since:%-d %B %Y}, ${cost_before:,.2f} before for the same mix of task types ({dearer:+.0%})."

WORK = "spend/work_cost_by_week_v1"
COLUMNS = ["campaign_id", "became_dearer", "dearer", "dearer_since", "cost_since", "cost_before", "items_since"]  # fmt: skip
WEEKS = 78
LATELY = timedelta(days=28)
"""A campaign without a week to judge for so long is at rest."""


def costs(engine: sa.Engine, as_of: date, settings: Settings | None = None) -> pd.DataFrame:
    """One row per campaign: its cost against its budget, and whether its work became dearer."""
    frame = fetch(engine, COST, as_of=as_of)
    # Past its target a campaign has earned its budget; what it has spent it has spent all the same.
    whole = frame[["estimate_at_completion", "cost_usd"]].max(axis=1, skipna=False)
    starts = fetch(engine, "team/campaigns_v1", as_of=as_of).set_index("campaign_id")["starts_on"]
    is_early = pd.Timestamp(as_of) - frame["campaign_id"].map(starts) < pd.Timedelta(
        days=EARLY_DAYS
    )
    frame = frame.assign(cpi=frame["cpi"].where(~is_early), estimate_at_completion=whole)
    dearer = changed(engine, as_of, settings or tuned(checks_file()))
    return frame.merge(dearer, how="left", on="campaign_id")


def changed(engine: sa.Engine, as_of: date, settings: Settings) -> pd.DataFrame:
    """One row per campaign with enough whole weeks: 0 at rest, 1 where it became dearer, 2 where that is surer still."""
    known = known_until(engine, as_of)
    until = known - timedelta(days=known.weekday())
    work = fetch(engine, WORK, since=until - timedelta(weeks=WEEKS), until=until)
    rows = [
        _of_weeks(weeks, pd.Timestamp(as_of), settings)
        for weeks in judged(work)
        if len(weeks.week) > LEAST_WEEKS
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {name: "float64" for name in COLUMNS if name not in ("campaign_id", "dearer_since")}
    )


def _of_weeks(weeks: Weeks, as_of: pd.Timestamp, settings: Settings) -> tuple:
    standing = [rise for rise in rises_of(weeks, settings) if rise.closed is None]
    if not standing or as_of - weeks.week[-1] > LATELY:
        return (weeks.campaign_id, 0.0, None, None, None, None, None)
    rise = standing[-1]
    is_critical = rise.peak >= log(settings.days_between_false_critical / DAYS_A_WEEK)
    return (
        weeks.campaign_id, 2.0 if is_critical else 1.0, rise.effect, rise.onset.date(),
        rise.since, rise.before, rise.items,
    )  # fmt: skip


def _dearer(standing: float, severity: str, says: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="became_dearer",
        max_value=standing,
        row_condition=Column("became_dearer").is_not_null(),
        severity=severity,
        description=says,
        meta=about(
            "cost_per_item",
            "regression",
            told=DEARER,
            n="items_since",
            effect="dearer",
            value="cost_since",
            bar="cost_before",
            onset="dearer_since",
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
        _dearer(0, "warning", "An accepted item costs more than before."),
        _dearer(1, "critical", "An accepted item surely costs more than before."),
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
