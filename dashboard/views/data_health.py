"""Data health: can these figures be trusted today?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import docs, health

st.title("Can these figures be trusted today?", anchor=False)

chosen = filters.chosen()
fresh = data.frame(health.FRESH, chosen.scope, as_of=chosen.until)
reasons = data.frame(health.REASONS, chosen.scope)
loads = data.frame(health.LOADS, chosen.scope)
if fresh.empty and loads.empty and reasons.empty:
    show.nothing("Nothing has been loaded yet.", show.LOAD)

faults = data.frame(health.FAULTS, chosen.scope, as_of=chosen.until)
books = data.frame(health.BOOKS, chosen.scope)
lost = int((~books["is_whole"]).sum())

show.verdict(health.verdict(fresh, faults, int(reasons["waiting"].sum()), lost), queries=())
health.figures(fresh, faults, reasons, loads)
health.quarantine(reasons)
health.faults(faults)
health.freshness(fresh)
health.loads(loads, books)
health.checks(chosen)
docs.panel()
show.footer()
