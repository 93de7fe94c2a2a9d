"""Reviewers: do all reviewers judge by the same measure?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import backlog
from dashboard.panels import reviewers as panel

st.title("Do all reviewers judge by the same measure?", anchor=False)

chosen = filters.chosen()
rows = data.frame(panel.SEVERITY, chosen.scope, **chosen.range)
if rows.empty:
    show.nothing(
        "No review by a known reviewer in this period.",
        "Choose a longer period, or give reviews their reviewer (actor_id) when they are loaded.",
    )

people = panel.people(rows, chosen)
show.verdict(panel.verdict(people))
panel.figures(people)
panel.one(people, chosen)
panel.chart(people)
panel.change(chosen)
backlog.panel(chosen)
panel.listing(people)
st.caption(
    "Expected is what the other reviewers do with the same people's work of the same type. A strict reviewer "
    "can be the one who is right: look at reversals, upheld disputes and escapes before you talk to anybody."
)
show.footer()
