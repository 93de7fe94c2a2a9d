"""How a figure is counted: a help text, or header, version and SQL in full."""

from __future__ import annotations

import streamlit as st

from dashboard import access
from dashboard.show.links import link
from warehouse.compile import may_be_asked_freely
from warehouse.query import load


def says(query: str) -> str:
    """What the query's header says, as a help text, with its name and version."""
    told = load(query)
    return f"{told.says}\n\n{told.counts}\n\n`{told.name}`"


def definition(name: str) -> None:
    """Header, version and SQL of one query."""
    told = load(name)
    st.markdown(
        f"**{told.says}** {told.counts}\n\n`{told.name}` · one row per {', '.join(told.grain) or 'team'}"
    )
    with st.popover("SQL", icon=":material/code:"):
        st.code(told.sql, language="sql")
    workbench(name)


def workbench(name: str) -> None:
    """The way from a query to its statement in the workbench, for whoever may write their own."""
    if access.current().opens("sql_workbench") and may_be_asked_freely(name):
        link("sql_workbench", "Open in workbench", ":material/terminal:", query=name)
