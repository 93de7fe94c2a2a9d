"""Agreement and gold: how far people agree, on what they differ, and whether the gold itself can be trusted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, charts_people, data, filters, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.panels.item import address
from dashboard.show import Figure
from dashboard.standings import bar_of
from dashboard.verdicts import Measured
from warehouse.query import Scope

ALPHA = "quality/agreement_by_campaign_v1"
WEEKS = "quality/agreement_by_week_v1"
CHANCE = "quality/chance_corrected_agreement_by_campaign_v1"
ITEMS = "quality/disagreements_v1"
PAIRS = "quality/confusion_pairs_by_campaign_v1"
PEOPLE = "trainers/pair_agreement_v1"
CONSENSUS = "quality/consensus_accuracy_by_campaign_v1"
HEALTH = "quality/gold_health_by_item_v1"
RESCORED = "quality/gold_rescored_by_campaign_v1"
BARS = "team/bars_by_campaign_v1"
MOST_PEOPLE = 24
MOST_ITEMS = 200
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
    standing = verdicts.WATCH if doubtful else verdicts.GOOD
    return verdicts.Verdict(standing, "Agreement holds", f"{said}{rest}")


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
            Figure("Majority is right", words.share(most / known) if known else "not measured", CONSENSUS, detail=f"of {words.count(known)} items; single answers {words.share(single)}" if known else "no gold with two answers"),
            Figure("Suspect gold", words.count(suspect), HEALTH, detail=f"of {words.count(len(gold))} gold items: the best get it wrong"),
            Figure("Leaked gold", words.count(leaked), HEALTH, detail="answered right too quickly by all"),
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
        title="Krippendorff's alpha (1 is perfect, 0 chance), lowest first",
    )  # fmt: skip
    note = f"The 20 lowest of {len(told)}." if len(told) > len(shown) else None
    show.chart("Agreement per question", figure, ALPHA, note)


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
    rows = data.dated(data.frame(WEEKS, chosen.scope, **chosen.range))
    rows = rows[(rows["campaign_id"] == campaign) & (rows["question_id"] == asked)]
    rows = rows[rows["alpha"].notna() & (rows["items"] >= ENOUGH_WEEKLY)]
    if rows.empty:
        show.missing(
            title, f"No week has {ENOUGH_WEEKLY} items with two answers and recorded times."
        )
        return
    bars = data.frame(BARS, chosen.scope)
    # An interval of few items can reach far below what alpha can be.
    rows = rows.assign(alpha_low=rows["alpha_low"].clip(lower=-1))
    figure = charts.rate(
        rows, x="week", y="alpha", n="items", title="alpha", of="items", share=False,
        bar=bar_of(bars[bars["campaign_id"] == campaign], "alpha", asked),
        until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart(title, figure, WEEKS)


def confused(campaign: str, asked: str, chosen: Filters) -> None:
    """Which two answers are taken for each other, against chance."""
    title = "Answers taken for each other"
    rows = data.frame(PAIRS, chosen.scope & Scope(campaigns=(campaign,)), **chosen.range)
    rows = rows[rows["question_id"] == asked].sort_values("pairs", ascending=False).head(10)
    if rows.empty:
        show.missing(title, "Nobody differs, or the answers are numbers.")
        return
    text = [
        f"{words.share(s, 0)} of disagreement, {p / e:.1f} x chance" if e else words.share(s, 0)
        for s, p, e in zip(rows["of_disagreement"], rows["pairs"], rows["expected"], strict=True)
    ]
    figure = charts.ranked(
        rows.assign(pair=rows["value_a"] + " / " + rows["value_b"]), label="pair", value="pairs",
        title="answers in such pairs", text=text,
    )  # fmt: skip
    figure.update_layout(margin_r=210)
    show.chart(title, figure, PAIRS)


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
    drawn = drawn.assign(
        a=drawn["trainer_a"].map(show.person), b=drawn["trainer_b"].map(show.person)
    )
    figure = charts_people.heat(drawn, a="a", b="b", value="agreement", n="items", of="items")
    few = f"The {MOST_PEOPLE} of {len(order)} people who share most items. " if len(order) > MOST_PEOPLE else ""  # fmt: skip
    show.chart(
        title,
        figure,
        PEOPLE,
        f"{few}Those who agree least with everybody come first; pairs with fewer than {ENOUGH} common items are left empty.",
    )


def disagreements(campaign: str, asked: str, chosen: Filters) -> None:
    """The items people differ on most; a click opens the item."""
    show.heading("Read these first", ITEMS)
    scope = chosen.scope & Scope(campaigns=(campaign,))
    rows = data.frame(ITEMS, scope, limit=5000, **chosen.range)
    rows = rows[rows["question_id"] == asked].head(MOST_ITEMS)
    if rows.empty:
        st.caption(":material/inbox: No item of this question has different answers.")
        return
    show.table(
        rows.assign(
            address=address(rows),
            split=[f"{k} of {n} gave {v}" for k, n, v in zip(rows["most_common_by"], rows["annotations"], rows["most_common"], strict=True)],
            gold=rows["gold_kind"].map({"none": ""}).fillna("gold"),
            when=data.dated(rows)["day"],
        ),
        {
            "item_id": show.text("Item", width="medium"),
            "split": show.text("Most common answer"),
            "labels": show.count("Different answers"),
            "agreement": show.share("Pairs that agree"),
            "spread": show.number("Highest less lowest", places=1),
            "task_type": show.text("Task type"),
            "gold": show.text("Gold"),
            "when": show.day("Last answer"),
        },
        opens="item", by="item", named="address", height=380,
    )  # fmt: skip
    if len(rows) == MOST_ITEMS:
        st.caption(f"The first {MOST_ITEMS}.")


def gold_items(gold: pd.DataFrame) -> None:
    """Gold that is probably wrong or known; a click opens the item."""
    show.heading("Doubtful gold", HEALTH)
    rows = gold[gold["is_suspect"] | gold["is_leaked"]]
    if rows.empty:
        st.caption(f":material/check_circle: None of {words.plural(len(gold), 'gold item')} of the last 56 days.")  # fmt: skip
        return
    show.table(
        rows.assign(
            address=address(rows),
            why=["! suspect" if s else "! leaked" for s in rows["is_suspect"]],
            took=[f"{words.duration(a)} against {words.duration(b)}" if not words.is_unknown(a) else "" for a, b in zip(rows["median_seconds"], rows["usual_seconds"], strict=True)],
            best=[f"{words.count(x)} of {words.count(n)}" for x, n in zip(rows["best_wrong"], rows["best_shown"], strict=True)],
        ).sort_values(["is_suspect", "best_wrong"], ascending=False),
        {
            "item_id": show.text("Item", width="medium"),
            "why": show.text("Probably", "suspect: the gold answer is wrong; leaked: trainers know it"),
            "campaign": show.text("Campaign"),
            "wrong_share": show.share("Wrong"),
            "shown": show.count("of answers"),
            "best": show.text("Wrong by the best"),
            "disputes": show.count("Disputes"),
            "took": show.text("Typical time"),
        },
        opens="item", by="item", named="address", key="gold_item",
    )  # fmt: skip


def rescored(chosen: Filters) -> None:
    """Gold accuracy as scored then and against the gold answers now in force."""
    rows = data.frame(RESCORED, chosen.scope, **chosen.range)
    show.heading("Scored then, and scored again", RESCORED)
    changed = rows[rows["changed"] > 0]
    if changed.empty:
        total = words.plural(int(rows["scored"].sum()), "scored answer")
        st.caption(f":material/check_circle: No gold answer was corrected that would change one of {total}.")  # fmt: skip
        return
    total = sums.rate(rows.assign(all="all"), ["all"], "rescored_correct", "scored").iloc[0]
    then = rows["correct"].sum() / rows["scored"].sum()
    st.caption(
        f"All together {words.share(then)} as scored and {words.share(total['rate'])} "
        f"({words.between(total['rate_low'], total['rate_high'])}) scored again, n {words.count(total['scored'])}. "
        "The scores of the past stay as they are."
    )
    show.table(
        changed.assign(interval=[words.between(lo, hi) for lo, hi in zip(changed["rescored_accuracy_low"], changed["rescored_accuracy_high"], strict=True)]),
        {
            "campaign": show.text("Campaign", width="medium"),
            "accuracy": show.share("As scored"),
            "rescored_accuracy": show.share("Scored again"),
            "interval": show.text("95 % interval"),
            "scored": show.count("From"),
            "changed": show.count("Answers that change"),
            "items_changed": show.count("Gold items"),
        },
    )  # fmt: skip
