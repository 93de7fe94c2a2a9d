"""Disagreement on one question: which answers are taken for each other, and the items to read first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, words
from dashboard.filters import Filters
from dashboard.panels.item import address
from warehouse.scope import Scope

PAIRS = "quality/confusion_pairs_by_campaign_v2"
ITEMS = "quality/disagreements_v3"
WHOLE = "quality/disagreements_by_item_v2"
MOST_PAIRS = 10
MOST_ITEMS = 200


def pairs(campaign: str, asked: str, chosen: Filters) -> pd.DataFrame:
    """The pairs of answers given to one item, most frequent first; ``pair`` is how the address names one."""
    rows = data.frame(PAIRS, chosen.scope & Scope(campaigns=(campaign,)), **chosen.range)
    rows = rows[rows["question_id"] == asked].sort_values("pairs", ascending=False)
    return rows.assign(pair=rows["value_a"] + " / " + rows["value_b"]).head(MOST_PAIRS)


def confused(found: pd.DataFrame) -> None:
    """Which two answers are taken for each other, against chance; a click lists their items."""
    title = "Answers taken for each other"
    if found.empty:
        show.missing(title, "Nobody differs, or the answers are numbers.")
        return
    text = [
        f"{words.share(s, 0)} of disagreement, {p / e:.1f} x chance" if e else words.share(s, 0)
        for s, p, e in zip(found["of_disagreement"], found["pairs"], found["expected"], strict=True)
    ]
    figure = charts.ranked(
        found, label="pair", value="pairs", title="answers in such pairs", text=text
    )
    figure.update_layout(margin_r=210)
    unseen = {"marker": {"opacity": 1}, "textfont": {"color": charts.MUTED}}
    figure.update_traces(selected=unseen, unselected=unseen)  # the list below says what was chosen
    show.heading(title, PAIRS)
    st.caption("Click a bar for its items.")
    st.plotly_chart(
        figure, config=charts.CONFIG, alt=title, key="pairs",
        selection_mode="points", on_select=_choose,
    )  # fmt: skip


def _choose() -> None:
    """Put the clicked pair where the list reads it, and with it the address."""
    points = st.session_state["pairs"]["selection"]["points"]
    if points:
        st.session_state["pair"] = points[0]["y"]


def first(campaign: str, asked: str, found: pd.DataFrame, chosen: Filters) -> None:
    """What to read first: items of the question, or of all questions of the campaign together."""
    whole = st.toggle("All questions of the campaign together", key="whole", bind="query-params")
    if whole:
        _whole(campaign, chosen)
    else:
        items(campaign, asked, found, chosen)


def _whole(campaign: str, chosen: Filters) -> None:
    show.heading("Read these first", WHOLE)
    rows = data.frame(WHOLE, chosen.scope & Scope(campaigns=(campaign,)), limit=MOST_ITEMS, **chosen.range)  # fmt: skip
    if rows.empty:
        st.caption(":material/inbox: No item has different answers.")
        return
    show.table(
        rows.assign(
            address=address(rows),
            split=[f"{k} of {n}" for k, n in zip(rows["differing"], rows["questions"], strict=True)],
            when=data.dated(rows)["day"],
        ),
        {
            "item_id": show.text("Item", width="medium"),
            "agreement": show.share("Pairs that agree", "mean over the questions"),
            "split": show.text("Questions that differ"),
            "annotations": show.count("People"),
            "task_type": show.text("Task type"),
            "when": show.day("Last answer"),
        },
        opens="item", by="item", named="address", height=380,
    )  # fmt: skip
    if len(rows) == MOST_ITEMS:
        st.caption(f"The first {MOST_ITEMS}.")


def items(campaign: str, asked: str, found: pd.DataFrame, chosen: Filters) -> None:
    """The items people differ on most, or those of one pair of answers; a click opens the item."""
    show.heading("Read these first", ITEMS)
    told = _pair(found)
    rows = data.frame(
        ITEMS, chosen.scope & Scope(campaigns=(campaign,)), question=asked, limit=MOST_ITEMS,
        answer_a=told.value_a if told else None, answer_b=told.value_b if told else None, **chosen.range,
    )  # fmt: skip
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


def _pair(found: pd.DataFrame) -> pd.Series | None:
    """The pair of answers that the address names."""
    if found.empty:
        return None
    if st.session_state.get("pair") not in set(found["pair"]):
        st.session_state.pop("pair", None)  # it belonged to another question
    told = st.selectbox(
        "Answers", found["pair"].tolist(), None, key="pair", bind="query-params",
        placeholder="Any two that differ: click a bar above, or choose here",
    )  # fmt: skip
    return next((r for r in found.itertuples() if r.pair == told), None)
