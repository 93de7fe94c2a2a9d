"""Reports: what was reported, and does it still hold?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import reports

st.title("What was reported, and does it still hold?", anchor=False)

chosen = filters.chosen()
if data.reach().empty:
    show.nothing("There is nothing to report on yet.", show.LOAD)

kept = data.reports()
show.verdict(reports.verdict(kept), queries=())
if told := st.query_params.get("report"):
    reports.one(told)
reports.new(chosen)
reports.listing(kept)
show.footer()
