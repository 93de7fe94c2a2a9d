"""What stands below a page's answer: charts, empty states, and until when the data reach."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import data, words
from dashboard.charts import CONFIG
from dashboard.show.definitions import definition, marked, meaning


def heading(title: str, query: str) -> None:
    """The title of a chart or table with its definition; greyed with the reason where its data are in doubt."""
    doubts = data.doubts([query])
    said = marked(f":gray[{title}]" if doubts else title, doubts)
    st.subheader(said, help=meaning(query, doubts), anchor=False)


def chart(title: str, figure: go.Figure, query: str, note: str | None = None) -> None:
    """A chart under its title, with the definition of what it shows one hover away."""
    heading(title, query)
    if note:
        st.caption(note)
    st.plotly_chart(figure, config=CONFIG, alt=title)


def missing(title: str, why: str) -> None:
    """A chart that cannot be drawn: its title and what is missing."""
    st.subheader(title, anchor=False)
    st.caption(f":material/inbox: {why}")


def grid(*parts: Callable[[], None]) -> None:
    """Parts of a page two by two, one below the other on a narrow screen."""
    for first in range(0, len(parts), 2):
        for column, part in zip(st.columns(2, gap="large"), parts[first : first + 2], strict=False):
            with column:
                part()


LOAD = (
    "Load some with `python -m warehouse load FILE --format F --campaign C`, "
    "or make a demo with `python -m warehouse demo`."
)


def nothing(what: str, do: str) -> None:
    """An empty state: what is missing and what to do about it; the page ends here.

    In a warehouse without an event there is one thing to do, whatever the page.
    """
    if data.reach().empty:
        what, do = "Nothing is loaded yet.", LOAD
    st.info(f"**{what}** {do}", icon=":material/inbox:")
    reach()
    st.stop()


def reach() -> None:
    """Until when the data reach."""
    reach = data.reach()
    last, heard = reach["last_occurred"].max(), reach["last_recorded"].max()
    until = (
        "No events yet."
        if pd.isna(last)
        else f"Events until {words.moment(last)}, loaded {words.moment(heard)}."
    )
    st.caption(f"{until} Days and weeks in UTC.")


def footer() -> None:
    """Until when the data reach, and the definitions of all figures on the page."""
    reach()
    names = list(data.asked())
    if not names:
        return
    label = (
        f"How the figures on this page are counted ({words.plural(len(names), 'query', 'queries')})"
    )
    with st.expander(
        label, icon=":material/function:", key="definitions", on_change="rerun"
    ) as opened:
        if opened.open:
            for name in names:
                definition(name)
