"""Agreement and gold: how far people agree, on what they differ, and whether the gold itself can be trusted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, filters, show, verdicts, words
from dashboard.filters import Filters
from dashboard.show import Figure
from dashboard.standings import bar_of
from dashboard.verdicts import Measured

ALPHA = "quality/agreement_by_campaign_v2"
WEEKS = "quality/agreement_by_week_v2"
CHANCE = "quality/chance_corrected_agreement_by_campaign_v2"
ORDERED = "quality/ordered_agreement_by_campaign_v2"
PEOPLE = "trainers/pair_agreement_v1"
CONSENSUS = "quality/consensus_accuracy_by_campaign_v1"
HEALTH = "quality/gold_health_by_item_v2"
GUIDELINES = "team/guidelines_by_campaign_v1"
BARS = "team/bars_by_campaign_v1"
MOST_PEOPLE = 40
ENOUGH_WEEKLY = 10
ENOUGH = 5
"""Common items below which a cell of the heat map says nothing."""


def measured(questions: pd.DataFrame, chosen: Filters) -> list[Measured]:
    """Alpha of every question that can be judged, with the bar of its campaign."""
    bars = data.frame(BARS, chosen.scope)
    told = []
    for r in questions.dropna(subset=["alpha"]).itertuples():
        low, high = (r.alpha_low, r.alpha_high) if r.is_enough else (None, None)
        bar = bar_of(bars[bars["campaign_id"] == r.campaign_id], "alpha", r.question_id)
        name = f"{r.campaign}, {words.plain(r.question_id).lower()}"
        told.append(Measured(name, r.alpha, low, high, int(r.items), bar, False, "items"))
    return told


def verdict(told: list[Measured], gold: pd.DataFrame) -> verdicts.Verdict:
    """Which questions are below their bar, and how many gold answers are doubtful."""
    doubtful = int(gold["is_suspect"].sum() + gold["is_leaked"].sum())
    rest = f"; {words.plural(doubtful, 'gold item')} doubtful" if doubtful else ""
    barred = [m for m in told if m.bar is not None]
    missed = [m for m in barred if m.met is False]
    if missed:
        names = words.listed([m.compared for m in missed])
        return verdicts.Verdict(
            verdicts.ACT,
            f"{len(missed)} of {words.plural(len(barred), 'question')} below the bar",
            f"{names}{rest}",
        )
    unsure = [m for m in barred if m.met is None]
    said = f"{len(barred) - len(unsure)} of {words.plural(len(barred), 'question')} with a bar reach it"
    if unsure:
        return verdicts.Verdict(
            verdicts.WATCH,
            "Agreement not settled",
            f"{said}, {len(unsure)} cannot be told yet{rest}",
        )
    if not barred:
        lowest = min(told, key=lambda m: m.value) if told else None
        said = f"lowest: {lowest.compared}" if lowest else "alpha cannot be computed"
        return verdicts.Verdict(verdicts.UNKNOWN, "No bar set", f"{said}{rest}")
    if doubtful:
        word = f"Agreement holds, {words.plural(doubtful, 'gold item')} in doubt"
        return verdicts.Verdict(verdicts.WATCH, word, f"{said}; look at the doubtful gold")
    return verdicts.Verdict(verdicts.GOOD, "Agreement holds", said)


def figures(
    questions: pd.DataFrame, told: list[Measured], gold: pd.DataFrame, chosen: Filters
) -> None:
    """Items with overlap, how many are unanimous, what the majority gets right, and the gold's health."""
    right = data.frame(CONSENSUS, chosen.scope, **chosen.range)
    items, unanimous = questions["items"].sum(), questions["unanimous"].sum()
    known, most = right["items"].sum(), right["right_items"].sum()
    single = right["right_answers"].sum() / max(right["answers"].sum(), 1)
    below = [m for m in told if m.met is False]
    suspect, leaked = int(gold["is_suspect"].sum()), int(gold["is_leaked"].sum())
    show.figures(
        [
            Figure("Questions", words.count(len(questions)), ALPHA, detail=f"{len(below)} below the bar"),
            Figure("Unanimous", words.share(unanimous / items) if items else words.UNKNOWN, ALPHA, detail=f"of {words.count(items)} items with two answers or more"),
            Figure("Majority is right", words.share(most / known) if known else words.UNKNOWN, CONSENSUS, detail=f"of {words.count(known)} items; single answers {words.share(single)}" if known else "no gold with two answers"),
            Figure("Suspect gold", words.count(suspect), HEALTH, detail=f"of {words.count(len(gold))} gold items: the best get it wrong" if len(gold) else "no gold in the last 56 days"),
            Figure("Leaked gold", words.count(leaked), HEALTH, detail="answered right too quickly by all" if len(gold) else "no gold in the last 56 days"),
        ]
    )  # fmt: skip


def per_question(questions: pd.DataFrame, chosen: Filters) -> None:
    """Alpha of every question with its interval and bar."""
    bars = data.frame(BARS, chosen.scope)
    told = questions.dropna(subset=["alpha"])
    several = told["campaign_id"].nunique() > 1
    told = told.assign(
        question=[
            f"{words.plain(r.question_id)}<br>{r.campaign if several else r.scale}"
            for r in told.itertuples()
        ],
        bar=[
            bar_of(bars[bars["campaign_id"] == r.campaign_id], "alpha", r.question_id)
            for r in told.itertuples()
        ],
    )
    shown = told.sort_values("alpha").head(20)
    figure = charts.intervals(
        shown, label="question", value="alpha", n="items", of="items", bars="bar", share=False,
        title="Krippendorff's alpha (1 perfect, 0 chance)",
    )  # fmt: skip
    few = f"The 20 lowest of {len(told)}. " if len(told) > len(shown) else ""
    codes = dict(zip(shown["question"], _code(shown), strict=True))
    unseen = {"marker": {"opacity": 1}}
    figure.update_traces(selected=unseen, unselected=unseen, selector={"mode": "markers"})
    title = "Agreement per question"
    show.heading(title, ALPHA)
    st.caption(f"{few}Click a question to look into it.")
    st.plotly_chart(
        figure, config=charts.CONFIG, alt=title, key="alphas", selection_mode="points",
        on_select=lambda: _choose(codes),
    )  # fmt: skip


def _code(rows: pd.DataFrame) -> pd.Series:
    """How the address names a question."""
    return rows["campaign_id"] + "/" + rows["question_id"]


def _choose(codes: dict[str, str]) -> None:
    """Put the clicked question where the choice of questions reads it, and with it the address."""
    points = st.session_state["alphas"]["selection"]["points"]
    if points and points[0]["y"] in codes:
        st.session_state["about"] = codes[points[0]["y"]]


def skewed(questions: pd.DataFrame, chosen: Filters) -> None:
    """Where one answer is so common that alpha misleads: Gwet's AC1 and AC2 beside it."""
    labels = data.frame(CHANCE, chosen.scope, **chosen.range).rename(columns={"ac1": "ac", "percent_agreement": "agree"})  # fmt: skip
    ordered = data.frame(ORDERED, chosen.scope, **chosen.range).rename(columns={"ac2": "ac", "weighted_agreement": "agree"})  # fmt: skip
    rows = pd.concat([labels.assign(form="AC1"), ordered.assign(form="AC2", most_common=ordered["most_common"].map("{:g}".format))])  # fmt: skip
    rows = rows[rows["is_skewed"].astype(bool)]
    if rows.empty:
        return
    show.heading("Where one answer is very common", CHANCE)
    st.caption(
        "More than 80 % of the answers are alike here: every rare answer then pulls alpha down however well people agree. "
        "Read Gwet's AC1 (labels) or AC2 (ordered answers) beside it."
    )
    alphas = questions.set_index(["campaign_id", "question_id"])["alpha"].groupby(level=[0, 1]).min()  # fmt: skip
    keys = pd.MultiIndex.from_frame(rows[["campaign_id", "question_id"]])
    show.table(
        rows.assign(question=rows["question_id"].map(words.plain), alpha=alphas.reindex(keys).to_numpy()),
        {
            "question": show.text("Question", width="medium"),
            "campaign": show.text("Campaign"),
            "most_common": show.text("Most common answer"),
            "most_common_share": show.share("Its share"),
            "agree": show.share("Agreement", "share of agreeing pairs; near answers count in part where answers are ordered"),
            "alpha": show.number("Alpha"),
            "ac": show.number("AC1 or AC2"),
            "form": show.text("Which"),
            "items": show.count("Items"),
        },
    )  # fmt: skip


def question(questions: pd.DataFrame) -> tuple[str, str] | None:
    """Campaign and question of the address; else the question with the lowest alpha that can be judged."""
    rows = questions.sort_values(["is_enough", "alpha"], ascending=[False, True])
    if rows.empty:
        return None
    names = {
        f"{r.campaign_id}/{r.question_id}": f"{r.campaign}: {words.plain(r.question_id).lower()}"
        for r in rows.itertuples()
    }
    told = filters.one("Question", "about", names, first=next(iter(names)))
    row = next((r for r in rows.itertuples() if f"{r.campaign_id}/{r.question_id}" == told), None)
    return (row.campaign_id, row.question_id) if row else None


def weeks(campaign: str, asked: str, chosen: Filters) -> None:
    """Alpha of one question by week."""
    title = "Agreement by week"
    rows = data.dated(data.frame(WEEKS, chosen.on([campaign]).scope, **chosen.range))
    rows = rows[rows["question_id"] == asked]
    rows = rows[rows["alpha"].notna() & (rows["items"] >= ENOUGH_WEEKLY)]
    if rows.empty:
        show.missing(
            title, f"No week has {ENOUGH_WEEKLY} items with two answers and recorded times."
        )
        return
    bars = data.frame(BARS, chosen.scope)
    versions = data.frame(GUIDELINES, chosen.scope)
    # An interval of few items can reach far below what alpha can be.
    rows = rows.assign(alpha_low=rows["alpha_low"].clip(lower=-1))
    figure = charts.rate(
        rows, x="week", y="alpha", n="items", title="alpha", of="items", share=False,
        bar=bar_of(bars[bars["campaign_id"] == campaign], "alpha", asked),
        until=pd.Timestamp(chosen.until), marks=versions[versions["campaign_id"] == campaign],
    )  # fmt: skip
    show.chart(title, figure, WEEKS)


def heat(campaign: str, asked: str, chosen: Filters) -> None:
    """Who agrees with whom."""
    title = "Who agrees with whom"
    rows = data.frame(PEOPLE, chosen.scope, campaign=campaign, question=asked, **chosen.range)
    rows = rows[rows["items"] >= ENOUGH]
    if len(rows) < 3:
        show.missing(title, f"Hardly any two people share {ENOUGH} items of this question.")
        return
    both = pd.concat(
        [rows.groupby("trainer_a")["items"].sum(), rows.groupby("trainer_b")["items"].sum()]
    )
    order = both.groupby(level=0).sum().sort_values(ascending=False)
    kept = order.index[:MOST_PEOPLE]
    drawn = rows[rows["trainer_a"].isin(kept) & rows["trainer_b"].isin(kept)]
    named = _called(kept)
    drawn = drawn.assign(a=drawn["trainer_a"].map(named), b=drawn["trainer_b"].map(named))
    figure = charts.heat(drawn, a="a", b="b", value="agreement", n="items", of="items")
    few = f"The {MOST_PEOPLE} of {len(order)} people who share most items. " if len(order) > MOST_PEOPLE else ""  # fmt: skip
    show.chart(
        title,
        figure,
        PEOPLE,
        f"{few}Who answers alike stands together; pairs with fewer than {ENOUGH} common items are left empty.",
    )


def _called(people: pd.Index) -> dict[str, str]:
    """A name for each; where two people share one, the pseudonym stands beside it."""
    names = pd.Series({who: show.person(who) for who in people})
    doubled = names.duplicated(keep=False)
    return names.where(~doubled, names + " (" + names.index + ")").to_dict()
