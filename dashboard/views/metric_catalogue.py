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
        "every figure on every page comes from one of them; "
        f"{words.plural(old, 'superseded version') if old else 'no superseded version'} kept for published reports",
    ),
    queries=(),
)
catalogue.find(queries)
chosen = filters.one("Query", "query", dict(zip(queries["name"], queries["name"], strict=True)))
catalogue.one(chosen)
adopt.panel(chosen, filters.chosen())
show.footer()
