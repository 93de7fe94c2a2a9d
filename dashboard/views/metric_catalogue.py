"""Metric catalogue: what does each figure mean?"""

import streamlit as st

from dashboard import filters, show, verdicts, words
from dashboard.panels import adopt, catalogue

st.title("What does each figure mean?", anchor=False)

queries = catalogue.queries()
if queries.empty:
    show.nothing("There is no query.", "Put SQL files under `queries/`.")

old = int((queries["state"] == "superseded").sum())
show.verdict(
    verdicts.Verdict(
        verdicts.GOOD,
        f"{words.plural(len(queries), 'query', 'queries')}, each defined once",
        f"every figure on every page comes from one of them; {old} superseded versions are kept for published reports",
    ),
    queries=(),
)
chosen = filters.one("Query", "query", dict(zip(queries["name"], queries["name"], strict=True)))
catalogue.one(chosen)
adopt.panel(chosen, filters.chosen())

st.subheader("All of them", anchor=False)
show.table(
    queries,
    {
        "name": show.text("Query", width="large"),
        "says": show.text("What it says", width="large"),
        "grain": show.text("One row per"),
        "version": show.text("Version"),
        "state": show.text("State"),
    },
    opens="metric_catalogue",
    by="query",
)
show.footer()
