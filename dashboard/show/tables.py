"""Tables: what a column shows, and a click on a row that opens its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard import access, standings
from dashboard.verdicts import Measured


@dataclass(frozen=True)
class Column:
    """A column of a table: how it is shown, by how much values are multiplied before, and the cents of money."""

    config: object
    times: float = 1
    cents: int | None = None


def text(label: str, help: str | None = None, width: str | int | None = None) -> Column:
    """Words."""
    return Column(st.column_config.TextColumn(label, help=help, width=width))


def count(label: str, help: str | None = None) -> Column:
    """12,340"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%,d"))


def difference(label: str, help: str | None = None) -> Column:
    """+90"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%+d"))


def money(label: str, help: str | None = None, places: int = 0) -> Column:
    """$12,340"""
    config = st.column_config.NumberColumn(label, help=help, format=f"$%,.{places}f")
    return Column(config, cents=places)


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
        st.column_config.LineChartColumn(label, help=help, y_min=low, y_max=high, width=110)
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
    clicked: str | None = None,
) -> None:
    """``frame`` in the named ``columns``; a click on a row's first cell opens the page ``opens`` for it.

    ``by`` is the parameter of that page's address, ``named`` the column whose value it gets, ``clicked``
    the one to click where it is not the first.
    """
    shown = pd.DataFrame(
        {
            name: frame[name] * c.times if c.times != 1 else frame[name]
            for name, c in columns.items()
        }
    )
    configs = {name: c.config for name, c in columns.items()}
    shown = _signed(shown, columns, configs)
    if height == "auto" and len(frame) <= WHOLE:
        height = "content"
    # What a row is about stays in sight where a narrow screen has to be scrolled sideways.
    first = next(iter(columns))
    is_short = bool(frame[first].astype(str).str.len().max() <= BESIDE)
    configs[first] = configs[first] | {"pinned": is_short}
    opens = opens if opens and access.current().opens(opens) else None
    if opens:
        clicked = clicked or first
        key = key or f"{opens}_{clicked}"
        configs[clicked] = st.column_config.ButtonColumn(
            columns[clicked].config["label"],
            type="tertiary",
            alignment="left",
            key=key,
            help="Click to open",
            pinned=is_short and clicked == first,
        )
    st.dataframe(shown, column_config=configs, hide_index=True, height=height, placeholder="–")
    if opens and (click := st.session_state.get(key)):
        value = str(frame[named or first].iloc[click["row"]])
        st.switch_page(f"views/{opens}.py", query_params={by: value})


BESIDE = 30
"""Letters that leave a phone room for another column beside them."""

WHOLE = 15
"""Tables of so many rows are shown whole: a scroll bar that hides two rows of twelve helps nobody."""


def _signed(
    shown: pd.DataFrame, columns: Mapping[str, Column], configs: dict
) -> pd.DataFrame | Styler:
    """Amounts below 0 as -$823, which the format of a column writes as $-823."""
    below = [n for n, c in columns.items() if c.cents is not None and shown[n].lt(0).any()]
    if not below:
        return shown
    for name in below:
        # A format of the column's own would win over what the style says.
        configs[name] = configs[name] | {"type_config": {"type": "number"}}
    forms = {name: partial(_dollars, columns[name].cents) for name in below}
    return shown.reset_index(drop=True).style.format(forms, na_rep="–")


def _dollars(places: int, value: float) -> str:
    rounded = round(value, places) + 0.0
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.{places}f}"


def scoreboard(figures: Sequence[Measured], span: str) -> None:
    """Each quality figure, its interval, its bar and its verdict; how many more observations would tell."""
    table(
        standings.scoreboard(figures),
        {
            "figure": text("Figure"),
            "value": text("Measured"),
            "interval": text("95 % interval"),
            "bar": text("Bar"),
            "verdict": text("Verdict"),
            "n": text("From"),
            "more": text(
                "To tell",
                "how many more observations would settle it if the figure stays where it is",
            ),
        },
    )
    st.caption(f"Measured over {span}.")
