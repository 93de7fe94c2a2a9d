"""Vendors: which vendor delivers what we need, and at which price?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import levels, ramped
from dashboard.panels import vendors as panel

st.title("Which vendor delivers what we need, and at which price?", anchor=False)

chosen = filters.chosen()
rows = data.frame(panel.SCORECARD, chosen.scope, **chosen.range)
if rows.empty or (rows["vendor"] == panel.NOBODY).all():
    show.nothing(
        "No vendor has worked in this period.",
        "Choose a longer period, or name the vendor when loading (`--vendor NAME`).",
    )

answer = st.container()
by = panel.judged_by(rows)
own = panel.scorecard(rows, by, chosen)
agreed = levels.found(rows, chosen)
with answer:
    show.verdict(panel.verdict(own, by, levels.missed(agreed)))
panel.figures(own, by)
show.grid(lambda: panel.against_others(own, by), lambda: panel.against_bar(own, by))
tabs = st.tabs(
    ["Scorecards", "Service levels", "Campaigns", "Newcomers"], key="tab", bind="query-params"
)
with tabs[0]:
    panel.listing(own)
with tabs[1]:
    levels.panel(agreed)
with tabs[2]:
    panel.by_campaign(rows, by)
with tabs[3]:
    if tabs[3].open:
        ramped.panel(chosen)
st.caption(
    "Vendors with other tasks or harder campaigns cannot be compared by their raw figures: read the comparison "
    "on the same work first. Differences whose interval spans 0 are no ranking."
)
show.footer()
