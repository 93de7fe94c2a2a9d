"""Campaign: will this campaign deliver enough good data in time?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import campaign, cycle, delivery, newest, outlook, quality, time

st.title("Will this campaign deliver enough good data in time?", anchor=False)

about = filters.campaign()
if about is None:
    show.nothing("No campaign yet.", show.LOAD)
chosen = filters.chosen().of(about)

stands = campaign.standing(chosen, about)
if stands is None:
    show.nothing("Nothing had happened in this campaign by that day.", "Choose a later last day.")

show.verdict(stands.verdict)
campaign.figures(chosen, stands)
campaign.flags(chosen)
campaign.promises(stands, chosen)

marks = data.frame("team/guidelines_by_campaign_v1", chosen.scope)
tabs = st.tabs(
    ["Delivery", "Forecast", "Quality", "Time", "Answers", "Items"], key="tab", bind="query-params"
)
with tabs[0]:
    if tabs[0].open:
        delivery.burn_up(chosen, stands.state, marks, stands.outlook)
        delivery.states(chosen, marks)
        show.grid(lambda: delivery.backlog(chosen), lambda: delivery.cycle_time(chosen))
        cycle.curve(chosen)
with tabs[1]:
    if tabs[1].open:
        outlook.ranges(chosen, stands)
        outlook.what_if(chosen, stands)
with tabs[2]:
    if tabs[2].open:
        show.grid(
            lambda: quality.first_pass(chosen, marks, stands.bar("first_pass")),
            lambda: quality.gold(chosen, marks, stands.bar("gold_accuracy")),
            lambda: quality.agreement(chosen, stands.bar),
            lambda: quality.agreement_weeks(chosen, marks, stands.bar),
            lambda: quality.reasons(chosen),
        )
with tabs[3]:
    if tabs[3].open:
        time.all_of(chosen, marks)
with tabs[4]:
    if tabs[4].open:
        quality.answers(chosen)
with tabs[5]:
    if tabs[5].open:
        newest.items(chosen, about["campaign_id"])
show.footer()
