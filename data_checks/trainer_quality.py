"""Trainer quality: who is clearly worse than peers on the same work, or below the bar.

A finding is a reason to look at the items, not a verdict about a person. Rates are shrunk, so
that a bad day of ten answers is none, and the task mix is allowed for.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks import peers
from data_checks.suite import Suite, about
from warehouse.read import fetch, wilson

DAYS = 28
ENOUGH_GOLD = 10
ENOUGH_REVIEWS = 20
FAR = -2.5
"""Between-trainer standard deviations below peers, after shrinking: about one of 300 by chance."""

NEAR = -0.05
"""A gap of less than 5 points is nobody's concern however certain it is."""

GOLD = "{rate:.0%} of {n:,.0f} hidden golds right; peers on the same task types {peers:.0%}, shrunken estimate {shrunk:.0%}."
REVIEWS = "{rate:.0%} of {n:,.0f} first reviews passed; peers on the same task types {peers:.0%}, shrunken estimate {shrunk:.0%}."


def people(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign, trainer and figure, and the charter's bar where there is one."""
    since = as_of - timedelta(days=DAYS)
    work = fetch(engine, "trainers/summary_by_trainer_v1", since=since, until=as_of)
    told = pd.concat(
        [
            peers.people(work, "correct", "scored").assign(figure="gold_accuracy"),
            peers.people(work, "first_accepted", "reviewed").assign(figure="first_pass"),
        ],
        ignore_index=True,
    )
    bars = fetch(engine, "team/bars_by_campaign_v1").query("question_id == ''")
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    told = campaigns.merge(told, how="left", on="campaign_id").merge(
        bars[["campaign_id", "figure", "bar"]], how="left", on=["campaign_id", "figure"]
    )
    told = told.assign(
        figure=told["figure"].fillna("quality"),
        n=told["n"].fillna(0),
        gap=told["rate"] - told["peers"],
    )
    # Both the shrunken and the own interval: a trainer is not below the bar because the campaign is.
    _, _, own_high = wilson(told["x"], told["n"])
    told["sure_high"] = np.fmax(told["shrunk_high"], own_high)
    # Far in spreads where all trainers are alike may be near in points: then it counts as no distance.
    return told.assign(apart=told["distance"].where(told["gap"] <= NEAR, 0.0))


def _far(figure: str, enough: int, told: str) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column="apart",
        min_value=FAR,
        row_condition=(Column("figure") == figure) & (Column("n") >= enough),
        severity="warning",
        description="Clearly below peers on the same work.",
        meta=about(figure, "outlier", told=told, effect="gap", bar="peers", value="rate"),
    )


def _below(figure: str, enough: int, told: str) -> gxe.ExpectColumnPairValuesAToBeGreaterThanB:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="sure_high",
        column_B="bar",
        or_equal=True,
        row_condition=(Column("figure") == figure)
        & (Column("n") >= enough)
        & Column("bar").is_not_null(),
        severity="warning",
        description="Below the charter's bar with 97.5 % certainty.",
        meta=about(figure, "floor breach", told=told + " The bar is {bar:.0%}.", value="shrunk"),
    )


trainer_quality = Suite(
    name="trainer_quality",
    says="Each trainer's last 28 days against peers on the same work and against the bar.",
    frame=people,
    subject=("campaign_id", "trainer_id"),
    kind="outlier",
    n="n",
    closes_after=7,
    expectations=(
        _far("gold_accuracy", ENOUGH_GOLD, GOLD),
        _far("first_pass", ENOUGH_REVIEWS, REVIEWS),
        _below("gold_accuracy", ENOUGH_GOLD, GOLD),
        _below("first_pass", ENOUGH_REVIEWS, REVIEWS),
    ),
)
