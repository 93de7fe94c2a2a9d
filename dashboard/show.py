"""What pages are made of: the verdict, a row of figures, a chart with its definition, a table, the end of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import data, words
from dashboard.charts import CONFIG
from dashboard.verdicts import ACT, GOOD, UNKNOWN, WATCH, Verdict
from warehouse.query import load

ICONS = {
    GOOD: (":material/check_circle:", "green"),
    WATCH: (":material/help:", "orange"),
    ACT: (":material/error:", "red"),
    UNKNOWN: (":material/do_not_disturb_on:", "gray"),
}
SIGNS = {GOOD: "✓", WATCH: "?", ACT: "!", UNKNOWN: "–"}
"""The standings in a table's cell, beside the word."""


@dataclass(frozen=True)
class Figure:
    """One of the at most five figures at the top of a page."""

    label: str
    value: str
    query: str | None = None
    change: str | None = None
    over: str | None = None
    """What the change is against, or the interval and n."""
    history: Sequence[float] | None = None
    more_is: str = "good"
    """good, bad or neither: what a rise of this figure means."""


def verdict(told: Verdict) -> None:
    """The page's answer: an icon, a word and a sentence; never colour alone."""
    icon, color = ICONS[told.standing]
    with st.container(border=True):
        st.markdown(f"#### :{color}[{icon} {told.word}]\n{_first_capital(told.says)}.")


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def says(query: str) -> str:
    """What the query's header says, as a help text, with its name and version."""
    told = load(query)
    return f"{told.says}\n\n{told.counts}\n\n`{told.name}`"


def figures(row: Sequence[Figure]) -> None:
    """Figures side by side, each with its definition, its change and its small history."""
    colors = {"good": "normal", "bad": "inverse", "neither": "off"}
    for column, figure in zip(st.columns(len(row)), row, strict=True):
        history = [v for v in figure.history or () if not words.is_unknown(v)]
        column.metric(
            figure.label,
            figure.value,
            figure.change,
            delta_color=colors[figure.more_is],
            help=says(figure.query) if figure.query else None,
            delta_description=figure.over,
            chart_data=history if len(history) > 1 else None,
            border=True,
            height="stretch",
        )


def chart(title: str, figure: go.Figure, query: str, note: str | None = None) -> None:
    """A chart under its title, with the definition of what it shows one hover away."""
    st.subheader(title, help=says(query), anchor=False)
    if note:
        st.caption(note)
    st.plotly_chart(figure, config=CONFIG, alt=title)


@dataclass(frozen=True)
class Column:
    """A column of a table: how it is shown, and by how much values are multiplied before."""

    config: object
    times: float = 1


def text(label: str, help: str | None = None, width: str | int | None = None) -> Column:
    """Words."""
    return Column(st.column_config.TextColumn(label, help=help, width=width))


def count(label: str, help: str | None = None) -> Column:
    """12,340"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%,d"))


def money(label: str, help: str | None = None, places: int = 0) -> Column:
    """$12,340"""
    return Column(st.column_config.NumberColumn(label, help=help, format=f"$%,.{places}f"))


def number(label: str, help: str | None = None, places: int = 2) -> Column:
    """0.74"""
    return Column(st.column_config.NumberColumn(label, help=help, format=f"%,.{places}f"))


def share(label: str, help: str | None = None) -> Column:
    """87.3 %"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%.1f %%"), times=100)


def progress(label: str, help: str | None = None) -> Column:
    """A bar of 0 to 100 %."""
    config = st.column_config.ProgressColumn(
        label, help=help, format="%.0f %%", min_value=0, max_value=100
    )
    return Column(config, times=100)


def history(
    label: str, help: str | None = None, low: float | None = None, high: float | None = None
) -> Column:
    """A small line of the last weeks."""
    return Column(
        st.column_config.LineChartColumn(label, help=help, y_min=low, y_max=high, width="small")
    )


def day(label: str, help: str | None = None) -> Column:
    """5 Mar 2026"""
    return Column(st.column_config.DateColumn(label, help=help, format="D MMM YYYY"))


def moment(label: str, help: str | None = None) -> Column:
    """5 Mar 2026, 14:05 (UTC)"""
    return Column(st.column_config.DatetimeColumn(label, help=help, format="D MMM YYYY, HH:mm"))


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    opens: str | None = None,
    by: str | None = None,
    named: str | None = None,
    key: str | None = None,
    height: int | str = "auto",
) -> None:
    """``frame`` in the named ``columns``; a click on a row's first cell opens the page ``opens`` for it.

    ``by`` is the parameter of that page's address, ``named`` the column whose value it gets.
    """
    shown = pd.DataFrame(
        {
            name: frame[name] * c.times if c.times != 1 else frame[name]
            for name, c in columns.items()
        }
    )
    configs = {name: c.config for name, c in columns.items()}
    if opens:
        first = next(iter(columns))
        key = key or f"{opens}_{first}"
        configs[first] = st.column_config.ButtonColumn(
            columns[first].config["label"],
            type="tertiary",
            alignment="left",
            key=key,
            help="Click to open",
        )
    st.dataframe(shown, column_config=configs, hide_index=True, height=height)
    if opens and (click := st.session_state.get(key)):
        value = str(frame[named or first].iloc[click["row"]])
        st.switch_page(f"views/{opens}.py", query_params={by: value})


def nothing(what: str, do: str) -> None:
    """An empty state: what is missing and what to do about it; the page ends here."""
    st.info(f"**{what}** {do}", icon=":material/inbox:")
    footer()
    st.stop()


def footer() -> None:
    """Until when the data reach, and the definitions of all figures on the page."""
    reach = data.reach()
    last, heard = reach["last_occurred"].max(), reach["last_recorded"].max()
    until = (
        "No events yet."
        if pd.isna(last)
        else f"Events until {words.moment(last)}, loaded {words.moment(heard)}."
    )
    st.caption(f"{until} Days and weeks in UTC.")
    names = list(data.asked())
    label = (
        f"How the figures on this page are counted ({words.plural(len(names), 'query', 'queries')})"
    )
    with st.expander(
        label, icon=":material/function:", key="definitions", on_change="rerun"
    ) as opened:
        if opened.open:
            for name in names:
                definition(name)


def definition(name: str) -> None:
    """Header, version and SQL of one query."""
    told = load(name)
    st.markdown(
        f"**{told.says}** {told.counts}\n\n`{told.name}` · one row per {', '.join(told.grain) or 'team'}"
    )
    with st.popover("SQL", icon=":material/code:"):
        st.code(told.sql, language="sql")
