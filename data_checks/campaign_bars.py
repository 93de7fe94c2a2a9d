"""Campaign bars: no campaign may be certain to miss the quality its charter promised.

A floor breach, not a regression: the figure of the last 28 days against the bar, whatever the
figure was before. "Certain" means that the whole 95 % interval lies on the wrong side.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column

from data_checks.suite import Suite, about
from warehouse.read import fetch, wilson

DAYS = 28
ENOUGH = 30
"""Fewer units than this say nothing about a campaign."""

COLUMNS = ["campaign_id", "figure", "question_id", "bar", "value", "low", "high", "n"]


def measured(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign, figure and question: the figure of the last four weeks and the charter's bar.

    Every campaign has its rows, whether its charter sets a bar or not; an unknown bar is not judged.
    """
    since = as_of - timedelta(days=DAYS)
    first = fetch(engine, "quality/first_pass_by_campaign_v1", since=since, until=as_of)
    final = fetch(engine, "quality/final_acceptance_by_campaign_v1", since=since, until=as_of)
    gold = fetch(engine, "quality/gold_accuracy_by_campaign_v1", since=since, until=as_of)
    alike = fetch(engine, "quality/agreement_by_campaign_v2", since=since, until=as_of)
    told = [
        _long(first, "first_pass", "first_pass", "reviewed"),
        _long(final, "final_acceptance", "final_acceptance", "reviewed"),
        _long(gold, "gold_accuracy", "accuracy", "scored"),
        _long(alike[alike["is_enough"]], "alpha", "alpha", "items"),
        _long(_percent(alike), "percent_agreement", "percent_agreement", "items"),
    ]
    figures = pd.concat(told, ignore_index=True)
    bars = fetch(engine, "team/bars_by_campaign_v1")
    for_all = bars[bars["question_id"] == ""].drop(columns="question_id")
    for_one = bars[bars["question_id"] != ""]
    found = figures.merge(for_all, how="left", on=["campaign_id", "figure"]).merge(
        for_one, how="left", on=["campaign_id", "figure", "question_id"], suffixes=("", "_one")
    )
    found["bar"] = found["bar_one"].fillna(found["bar"])
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    found = campaigns.merge(found[COLUMNS], how="left", on="campaign_id")
    return found.assign(
        figure=found["figure"].fillna("quality"),
        question_id=found["question_id"].fillna(""),
        n=found["n"].fillna(0),
        short=found["bar"] - found["high"],
    )


def _long(frame: pd.DataFrame, figure: str, column: str, n: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "campaign_id": frame["campaign_id"],
            "figure": figure,
            "question_id": frame.get("question_id", ""),
            "value": frame[column],
            "low": frame[f"{column}_low"],
            "high": frame[f"{column}_high"],
            "n": frame[n].astype("float64"),
        }
    )


def _percent(alike: pd.DataFrame) -> pd.DataFrame:
    """Percent agreement with the interval of a share of items, which is wide enough for it."""
    share, low, high = wilson(alike["percent_agreement"] * alike["items"], alike["items"])
    return alike.assign(
        percent_agreement=share, percent_agreement_low=low, percent_agreement_high=high
    )


campaign_bars = Suite(
    name="campaign_bars",
    says="Each campaign's quality of the last 28 days against the bar of its charter.",
    frame=measured,
    subject=("campaign_id", "question_id"),
    figure="figure",
    kind="floor breach",
    n="n",
    expectations=(
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="high",
            column_B="bar",
            or_equal=True,
            row_condition=(Column("n") >= ENOUGH)
            & Column("bar").is_not_null()
            & Column("high").is_not_null(),
            severity="warning",
            description="Below the charter's bar with 95 % certainty.",
            meta=about(
                told="{figure} is {value:.3f} ({low:.3f} to {high:.3f}, {n:,.0f} units in 28 days), the bar is {bar:.3f}."
            ),
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="short",
            max_value=0.05,
            row_condition=(Column("n") >= ENOUGH)
            & Column("bar").is_not_null()
            & Column("short").is_not_null(),
            severity="critical",
            description="More than 5 points below the charter's bar with 95 % certainty.",
            meta=about(
                bar="bar",
                told="{figure} is {value:.3f} ({low:.3f} to {high:.3f}, {n:,.0f} units in 28 days), the bar is {bar:.3f}.",
            ),
        ),
    ),
)
