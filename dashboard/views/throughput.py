"""Throughput and capacity: have we got the people to deliver in time?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import capacity

st.title("Have we got the people to deliver in time?", anchor=False)

chosen = filters.chosen()
weeks = data.frame(capacity.WEEKS, chosen.scope, **chosen.range)
people = data.frame(capacity.CAPACITY, chosen.scope, as_of=chosen.until)
if weeks.empty:
    show.nothing("Nobody has worked in this period.", f"Choose a longer period. {show.LOAD}")

needed = capacity.needs(people, chosen)
show.verdict(capacity.verdict(needed))
capacity.figures(chosen, weeks)
capacity.campaigns(needed)
tabs = st.tabs(["Hours", "Waiting", "Handle time"], key="tab", bind="query-params")
with tabs[0]:
    show.grid(lambda: capacity.hours(weeks), lambda: capacity.rework(weeks, chosen))
    capacity.utilisation(chosen)
with tabs[1]:
    capacity.waiting(chosen)
with tabs[2]:
    capacity.handle_time(chosen)
show.footer()
