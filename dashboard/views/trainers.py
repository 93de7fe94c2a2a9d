"""Trainers: whose work needs attention?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import compare, trainers

st.title("Whose work needs attention?", anchor=False)

chosen = filters.chosen()
rows = data.frame(trainers.SUMMARY, chosen.scope, **chosen.range)
if rows.empty:
    show.nothing("Nobody has worked in this period.", "Choose a longer period, or more campaigns.")

answer = st.container()
by, bar = trainers.judged_by(rows, chosen)
people = compare.with_adjusted(trainers.table(rows, by, bar, chosen), by, chosen)

with answer:
    show.verdict(trainers.verdict(people, bar))
trainers.figures(people, by)
trainers.scatter(people, by, bar)
trainers.listing(people, by)
compare.panel(people, by, bar)
show.footer()
