"""The answer of a page: its verdict, at most five figures, and what needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import access, data, doubt, words
from dashboard.show.definitions import IN_DOUBT, marked, meaning
from dashboard.show.links import about, core, link, owner
from dashboard.verdicts import ACT, GOOD, UNKNOWN, WATCH, Verdict

ICONS = {
    GOOD: (":material/check_circle:", "green"),
    WATCH: (":material/help:", "orange"),
    ACT: (":material/error:", "red"),
    UNKNOWN: (":material/do_not_disturb_on:", "gray"),
}


@dataclass(frozen=True)
class Figure:
    """One of the at most five figures at the top of a page."""

    label: str
    value: str
    query: str | None = None
    change: str | None = None
    detail: str = ""
    """The interval and n, or what stands behind the value."""
    history: Sequence[float] | None = None


def verdict(told: Verdict, queries: Iterable[str] | None = None) -> None:
    """The page's answer: an icon, a word and a sentence; never colour alone.

    It rests on ``queries``, by default on all that the page has asked so far. What is wrong stays red where that is in doubt;
    what looks fine is greyed.
    """
    icon, color = ICONS[told.standing]
    doubts = data.doubts(data.asked() if queries is None else queries)
    if doubts and told.standing == GOOD:
        color = "gray"
    with st.container(border=True):
        st.markdown(
            f"#### :{color}[{icon} {told.word}]\n{words.spaced(_first_capital(told.says))}."
        )
        if doubts:
            _doubted(doubt.summary(doubts))


def _doubted(why: str) -> None:
    """That something is in doubt, why, and the way to where that can be looked into."""
    way = " [Data health](data_health)" if access.current().opens("data_health") else ""
    st.caption(f":orange-badge[{IN_DOUBT} In doubt] {why}{way}")


def _first_capital(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.rstrip(",;:").isalpha() else text


def figures(row: Sequence[Figure]) -> None:
    """Figures side by side, each with its definition, its change and its small history.

    Changes are in one colour whichever way they go: red is for what was found to be wrong.
    """
    with st.container(horizontal=True):  # as many beside each other as the screen has room for
        for figure in row:
            _figure(figure)
    if any(figure.change for figure in row):
        st.caption(
            "Change: the last whole week against the four before it. Small lines: by whole week."
        )


def _figure(figure: Figure) -> None:
    history = [v for v in figure.history or () if not words.is_unknown(v)]
    doubts = data.doubts([figure.query], figure.label) if figure.query else []
    stays = figure.change in (None, words.relative(0), words.points(0))
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            marked(figure.label, doubts),
            f":gray[{figure.value}]" if doubts else figure.value,
            figure.change,
            delta_color="off" if stays else "primary",
            delta_arrow="off" if stays else "auto",
            help=meaning(figure.query, doubts) if figure.query else None,
            chart_data=history if len(history) > 1 else None,
        )
        if figure.detail:
            st.caption(figure.detail)


def attention(stand: pd.DataFrame, flags: pd.DataFrame, most: int = 5) -> None:
    """What needs a person: campaigns in trouble and open flags, each with its link; what is fine stays quiet."""
    act = stand[stand["standing"] == ACT]
    if act.empty and flags.empty:
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"Campaigns that need a person ({len(act)})", anchor=False)
        if act.empty:
            st.caption("None: no campaign is late, stalled or below its bar for certain.")
        for row in act.head(most).itertuples():
            with st.container(border=True, gap=None):
                link("campaign", f"**{row.campaign}**", ":material/error:", campaign=row.campaign)
                st.caption(row.needs)
        if len(act) > most:
            st.caption(f"And {len(act) - most} more in the table below.")
    with right:
        st.subheader(f"Open flags ({len(flags)})", anchor=False)
        if flags.empty:
            st.caption("None. The checks run with `python -m data_checks`.")
        for row in flags.head(most).itertuples():
            with st.container(border=True, gap=None):
                icon = ":material/error:" if row.severity == "critical" else ":material/warning:"
                link("flags", f"**{about(row)}**", icon, flag=row.flag_id)
                st.caption(
                    f"{core(row)}  \n{words.plain(row.severity)} · since {words.day(row.opened_as_of)} · {owner(row)}"
                )
        if len(flags) > most:
            link("flags", f"And {len(flags) - most} more")
