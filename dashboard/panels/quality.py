"""How good the work is: first pass by cohort, gold, agreement, reasons for rejection, answers."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, words
from dashboard.filters import Filters

PASS = "quality/first_pass_by_cohort_v1"
GOLD = "quality/gold_accuracy_by_week_v1"
ALPHA, ALPHA_WEEKS = "quality/agreement_by_campaign_v2", "quality/agreement_by_week_v2"
REASONS = "quality/rejection_reasons_by_campaign_v1"
NO_WEEKS = (
    "The source knows no real times, so there are no weeks; the figure of all work stands above."
)
LABELS = "quality/label_distribution_by_campaign_v1"
DRIFT = "quality/label_drift_by_campaign_v1"


def first_pass(chosen: Filters, marks: pd.DataFrame, bar: float | None) -> None:
    """First-pass acceptance by the week in which the work was submitted."""
    if not chosen.has_times:
        show.missing("First pass by week of submission", NO_WEEKS)
        return
    cohorts = data.frame(PASS, chosen.scope, **chosen.range)
    cohorts = cohorts[cohorts["reviewed"] > 0]
    if cohorts.empty:
        show.missing(
            "First pass by week of submission",
            "No submission of this period has been reviewed yet.",
        )
        return
    last = cohorts.iloc[-1]
    note = (
        f"Week of {words.day(last['week'])}: {words.share(last['coverage'], 0)} of "
        f"{words.count(last['submitted'])} reviewed so far; the rest can still move it to between "
        f"{words.share(last['lowest'])} and {words.share(last['highest'])}."
    )
    figure = charts.rate(
        cohorts, x="week", y="first_pass", n="reviewed", title="passed at first review", of="reviewed",
        bar=bar, marks=marks, until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart("First pass by week of submission", figure, PASS, note)


def gold(chosen: Filters, marks: pd.DataFrame, bar: float | None) -> None:
    """Hidden gold accuracy by week."""
    if not chosen.has_times:
        show.missing("Gold accuracy by week", NO_WEEKS)
        return
    weeks = data.frame(GOLD, chosen.scope, **chosen.range)
    if weeks.empty:
        show.missing(
            "Gold accuracy by week",
            "No hidden gold answer was scored in this period. Add gold items to measure accuracy.",
        )
        return
    figure = charts.rate(
        weeks, x="week", y="accuracy", n="scored", title="gold accuracy", of="gold answers",
        bar=bar, marks=marks, until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart("Gold accuracy by week", figure, GOLD)


def agreement(chosen: Filters, bar: Callable[[str, str], float | None]) -> None:
    """Krippendorff's alpha per question, and by week where there is one question."""
    questions = data.frame(ALPHA, chosen.scope, **chosen.range)
    if questions["alpha"].notna().sum() == 0:
        show.missing(
            "Agreement",
            "No item has two annotations in this period. Plan some overlap to measure agreement.",
        )
        return
    few = questions.loc[~questions["is_enough"], "question_id"].map(words.plain).tolist()
    questions = questions.assign(
        question=questions["question_id"].map(words.plain) + " (" + questions["scale"] + ")",
        bar=[bar("alpha", question) for question in questions["question_id"]],
    )
    shown = questions.sort_values("alpha", ascending=False).head(20)
    figure = charts.intervals(
        shown, label="question", value="alpha", n="items", title="Krippendorff's alpha (1 is perfect, 0 chance)",
        of="items", bars="bar", share=False,
    )  # fmt: skip
    note = (
        f"Too few items or too few different answers for a verdict: {words.listed(few)}."
        if few
        else None
    )
    show.chart("Agreement per question", figure, ALPHA, note)


def agreement_weeks(
    chosen: Filters, marks: pd.DataFrame, bar: Callable[[str, str], float | None]
) -> None:
    """Alpha by week of the question with the most items."""
    weeks = data.frame(ALPHA_WEEKS, chosen.scope, **chosen.range)
    weeks = weeks[weeks["alpha"].notna() & (weeks["items"] >= 20)]
    if weeks.empty or not chosen.has_times:
        return
    main = weeks.groupby("question_id")["items"].sum().idxmax()
    figure = charts.rate(
        weeks[weeks["question_id"] == main], x="week", y="alpha", n="items", title="alpha", of="items",
        bar=bar("alpha", main), marks=marks, share=False, until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart(f"Agreement on {words.plain(main).lower()} by week", figure, ALPHA_WEEKS)


def reasons(chosen: Filters) -> None:
    """Why work was rejected."""
    found = data.frame(REASONS, chosen.scope, **chosen.range)
    if found.empty:
        show.missing("Reasons for rejection", "Nothing was rejected in this period.")
        return
    text = [
        f"{words.count(n)}, {words.share(s, 0)}"
        for n, s in zip(found["rejections"], found["share"], strict=True)
    ]
    figure = charts.ranked(
        found.assign(reason=found["reason"].map(words.plain)), label="reason", value="rejections",
        title="rejections", text=text,
    )  # fmt: skip
    show.chart("Reasons for rejection", figure, REASONS)


def answers(chosen: Filters) -> None:
    """Which answers are given, question by question."""
    given = data.frame(LABELS, chosen.scope, **chosen.range)
    if given.empty:
        show.missing("Answers", "No answer is stored for this period.")
        return
    sizes = given.groupby("question_id")["answers"].sum().sort_values(ascending=False)
    question = st.selectbox(
        "Question", list(sizes.index), format_func=words.plain, key="question", bind="query-params"
    )
    own = given[given["question_id"] == question]
    points = pd.to_numeric(own["value_text"], errors="coerce")
    is_scale = own["scale"].iloc[0] != "nominal" and points.notna().all()
    if is_scale:
        own = own.loc[points.sort_values().index]
    if own["scale"].iloc[0] == "interval" and own["value_text"].nunique() > 12:
        show.chart(
            "Answers", charts.spread(own, x="value_text", y="answers", title="answers"), LABELS
        )
        return
    text = [
        f"{words.share(s)}, {words.count(n)}"
        for n, s in zip(own["answers"], own["share"], strict=True)
    ]
    figure = charts.ranked(
        own, label="value_text", value="answers", title="answers", text=text, in_order=is_scale
    )
    show.chart(
        "Answers",
        figure,
        LABELS,
        f"{words.count(own['of_answers'].iloc[0])} answers to this question."
        + drifted(data.frame(DRIFT, chosen.scope, **chosen.range), question),
    )


def drifted(moved: pd.DataFrame, question: str) -> str:
    """How far the answers to ``question`` have moved from its first 28 days; nothing where there is no such comparison."""
    own = moved[moved["question_id"] == question]
    if own.empty:
        return ""
    row = own.iloc[0]
    is_more = row["distance"] > row["by_chance"]
    told = "more than" if is_more else "no more than"
    between = f", {row['distance_low']:.3f} to {row['distance_high']:.3f}" if is_more else ""
    return (
        f" Their shares lie {row['distance']:.3f}{between} from those of the question's first 28 days "
        f"(Jensen-Shannon: 0 is alike, 1 nothing in common), {told} the {row['by_chance']:.3f} that chance allows."
    )
