"""The whole team: how each campaign stands, the figures of all, and what needs a person."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, headline, show, standings, sums
from dashboard.filters import Filters

DAILY = "throughput/submissions_of_team_by_day_v1"
GOLD, GOLD_WEEKS = "quality/gold_accuracy_by_campaign_v1", "quality/gold_accuracy_by_week_v1"
PASS, PASS_WEEKS = "quality/first_pass_by_campaign_v1", "quality/first_pass_by_cohort_v1"
COST = "spend/cost_per_item_by_campaign_v2"


def stand(chosen: Filters) -> pd.DataFrame:
    """One row per campaign with its verdicts, those that need a person first."""
    scope, span = chosen.scope, chosen.range
    known = data.campaigns(chosen.until, scope)
    return standings.standings(
        known,
        data.frame("progress/progress_by_campaign_v1", scope, as_of=chosen.until),
        {
            "gold_accuracy": data.frame(GOLD, scope, **span),
            "first_pass": data.frame(PASS, scope, **span),
        },
        data.frame("quality/agreement_by_campaign_v2", scope, **span),
        data.frame("team/bars_by_campaign_v1", scope),
        data.frame(COST, scope, as_of=chosen.until),
        pd.Timestamp(chosen.until),
        data.outlooks(known.loc[known["target_items"].notna(), "campaign_id"], chosen.until, scope),
    )


def figures(chosen: Filters) -> None:
    """Accepted, gold accuracy, first pass, cost of an accepted item, active trainers."""
    scope, span, until = chosen.scope, chosen.range, chosen.until
    daily = data.frame(DAILY, scope, **span)
    gold, gold_weeks = (
        data.frame(GOLD, scope, **span),
        data.dated(data.frame(GOLD_WEEKS, scope, **span)),
    )
    passed, pass_weeks = (
        data.frame(PASS, scope, **span),
        data.dated(data.frame(PASS_WEEKS, scope, **span)),
    )
    submitted = f"{daily['submitted'].sum():,} submitted" if len(daily) else ""
    show.figures(
        [
            headline.volume("Accepted items", daily, "accepted_items", DAILY, until, detail=submitted),
            headline.share("Gold accuracy", gold, gold_weeks, ("correct", "scored"), GOLD, until, "gold answers"),
            headline.share("First pass", passed, pass_weeks, ("accepted", "reviewed"), PASS, until, "reviews"),
            headline.item_cost(data.frame(COST, scope, as_of=until), COST),
            headline.people(daily, DAILY, until),
        ]
    )  # fmt: skip


def campaigns(standing: pd.DataFrame, chosen: Filters) -> None:
    """Every campaign in one table; a click on a name opens it."""
    gold = data.dated(data.frame(GOLD_WEEKS, chosen.scope, **chosen.range))
    passed = data.dated(data.frame(PASS_WEEKS, chosen.scope, **chosen.range))
    st.subheader(
        "All campaigns",
        anchor=False,
        help="Those that need a person come first. Click a name to open it.",
    )
    show.table(
        standing.assign(
            gold=standing["campaign_id"].map(standings.weekly(gold, "accuracy")),
            passed=standing["campaign_id"].map(standings.weekly(passed, "first_pass")),
        ),
        {
            "campaign": show.text("Campaign", width="medium"),
            "delivery": show.text("Delivery", width=130),
            "quality": show.text("Quality"),
            "money": show.text("Money"),
            "progress": show.progress("Accepted", "accepted items of the target"),
            "deadline": show.day("Due"),
            "accepted_last_7": show.count("Last 7 days", "items accepted"),
            "gold": show.history("Gold accuracy", "by week, on a scale of 50 to 100 %", 0.5, 1),
            "passed": show.history(
                "First pass", "by week of submission, on a scale of 50 to 100 %", 0.5, 1
            ),
        },
        opens="campaign",
        by="campaign",
    )


def accepted_weeks(chosen: Filters) -> None:
    """Accepted items per week, all campaigns."""
    daily = data.frame(DAILY, chosen.scope, **chosen.range)
    if daily.empty:
        show.missing(
            "Accepted items per week", "Nothing was submitted at a known time in this period."
        )
        return
    figure = charts.bars(
        sums.weekly(daily, "accepted_items"), x="week", y="accepted_items", title="accepted items",
        unit="accepted", until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart("Accepted items per week", figure, DAILY)


def gold_weeks(chosen: Filters) -> None:
    """Gold accuracy per week, all campaigns together."""
    weeks = sums.rate(
        data.dated(data.frame(GOLD_WEEKS, chosen.scope, **chosen.range)),
        ["week"],
        "correct",
        "scored",
    )
    if weeks.empty:
        show.missing("Gold accuracy per week", "No hidden gold answer was scored in this period.")
        return
    figure = charts.rate(
        weeks, x="week", y="rate", n="scored", title="gold accuracy", of="gold answers",
        until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart("Gold accuracy per week, all campaigns", figure, GOLD_WEEKS)
