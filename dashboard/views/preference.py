"""Preferences: do people choose the better answer, or the first and the longer one?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import preference as panel

st.title("Do people choose the better answer, or the first and the longer one?", anchor=False)

chosen = filters.chosen()
rows = data.frame(panel.CATEGORIES, chosen.scope, **chosen.range)
if rows.empty:
    show.nothing(
        "No comparison of two answers in this period.",
        "Choose a longer period, or load comparisons whose payload says what was shown (`first` and `second`).",
    )

people = panel.people(chosen)
show.verdict(panel.verdict(rows, people))
panel.figures(rows, chosen)
asked = panel.side()
show.grid(lambda: panel.categories(rows, asked), lambda: panel.weeks(chosen, asked))
panel.listing(people)
panel.behind(rows, panel.circles(chosen), chosen)
st.caption(
    "An uneven share is a reason to look at what was shown, not a proof: where answers are not shuffled the "
    "better one may really come first more often."
)
show.footer()
