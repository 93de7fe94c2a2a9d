"""How a figure is counted: a help text, or header, version and SQL in full."""

from __future__ import annotations

import streamlit as st

from dashboard import access, doubt
from dashboard.doubt import Doubt
from dashboard.show.links import link
from warehouse.compile import may_be_asked_freely
from warehouse.query import load


def says(query: str) -> str:
    """What the query's header says, as a help text, with its name and version."""
    told = load(query)
    return f"{told.says}\n\n{told.counts}\n\n`{told.name}`"


IN_DOUBT = ":material/report:"


def marked(title: str, doubts: list[Doubt]) -> str:
    """``title`` with the sign of what is in doubt, where there is any."""
    return f"{title} :gray[{IN_DOUBT}]" if doubts else title


def meaning(query: str, doubts: list[Doubt]) -> str:
    """What the query's header says; before it, why its figures are in doubt."""
    why = f"{IN_DOUBT} **In doubt.** {doubt.reason(doubts)}\n\n" if doubts else ""
    return why + says(query)


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
