"""Planner: what will a new campaign cost and take?"""

import streamlit as st

from dashboard import filters, planning, show
from dashboard.panels import planner

st.title("What will a new campaign cost and take?", anchor=False)

chosen = filters.chosen()
known = planner.history(chosen)
if known.empty:
    show.nothing("No campaign with a charter to learn from.", show.LOAD)

answer = st.container()
asked = planner.form(known, chosen)
rows, is_same = planning.like(known, asked.task_type)
seen = planning.expected(asked.plan, rows, asked.price)
with answer:
    show.verdict(planner.verdict(asked, seen, int(rows["annotation"].notna().sum()), is_same))
planner.figures(asked, seen)
planner.like(rows)
planner.save(asked, seen)
show.footer()
