"""Every query: what it says, what it counts, its version, its SQL."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import show, words
from warehouse.query import load, names

FEW = 6
"""So many rows of a search leave the definition below in sight."""


def queries() -> pd.DataFrame:
    """One row per query."""
    told = [load(name) for name in names()]
    superseded = {q.supersedes for q in told if q.supersedes}
    return pd.DataFrame(
        [
            {
                "name": q.name,
                "subject": words.plain(q.name.split("/")[0]),
                "version": q.name.rsplit("_v", 1)[-1],
                "says": q.says,
                "grain": ", ".join(words.plain(g).lower() for g in q.grain),
                "state": "superseded" if q.name in superseded else "in use",
                "text": " ".join([q.name, q.says, q.counts, *(f.name for f in q.returns)]).lower(),
            }
            for q in told
        ]
    )


def find(rows: pd.DataFrame) -> None:
    """The queries whose name, meaning, rules or columns hold every word that is looked for; a click opens one."""
    told = st.text_input(
        "Find a figure", placeholder="Words of its name, its meaning or its columns, e.g. alpha", key="find",
        bind="query-params",
    )  # fmt: skip
    sought = told.lower().split()
    found = rows[[all(word in text for word in sought) for text in rows["text"]]]
    if found.empty:
        st.caption(":material/search_off: No query says that. Try fewer words.")
        return
    show.table(
        found,
        {
            "name": show.text("Query", width="medium"),
            "says": show.text("What it says", width="large"),
            "grain": show.text("One row per"),
            "version": show.text("Version"),
            "state": show.text("State"),
        },
        opens="metric_catalogue",
        by="query",
        height="content" if len(found) <= FEW else 250,
    )


def one(name: str) -> None:
    """The contract and the statement of one query."""
    told = load(name)
    st.markdown(f"#### {told.says}\n{told.counts}")
    st.caption(f"`{told.name}`" + (f", supersedes `{told.supersedes}`" if told.supersedes else ""))
    show.workbench(told.name)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Gives back**")
        rows = [
            {"name": f.name, "type": f.type + ("?" if f.is_optional else ""), "says": f.says}
            for f in told.returns
        ]
        show.table(
            pd.DataFrame(rows),
            {
                "name": show.text("Column"),
                "type": show.text("Type"),
                "says": show.text("Meaning", width="large"),
            },
        )
    with right:
        st.markdown("**Takes**")
        if not told.params:
            st.caption("Nothing.")
        for f in told.params:
            st.markdown(f"`{f.name}` ({f.type}): {f.says}")
        st.markdown("**From the command line**")
        said = " ".join(f"--{f.name} ..." for f in told.params)
        st.code(f"python -m warehouse query {told.name} {said}", language="bash", wrap_lines=True)
    with st.expander("SQL", icon=":material/code:"):
        st.code(told.sql, language="sql", line_numbers=True)
