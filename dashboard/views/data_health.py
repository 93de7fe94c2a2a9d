"""Data health: can these figures be trusted today?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import docs, health, open_flags

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

found = health.found(chosen)
waiting = int(reasons["waiting"].sum())
show.verdict(health.verdict(fresh, faults, waiting, lost, found), queries=())
health.figures(fresh, faults, reasons, loads)
open_flags.listed(found, most=8, named=True)
tabs = st.tabs(["Faults", "Freshness", "Loads", "Checks"], key="tab", bind="query-params")
with tabs[0]:
    health.quarantine(reasons)
    health.faults(faults)
with tabs[1]:
    health.freshness(fresh)
with tabs[2]:
    health.loads(loads, books)
with tabs[3]:
    health.checks(chosen)
    docs.panel()
show.footer()
