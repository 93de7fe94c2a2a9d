"""Onboarding: do newcomers get into the work, and how quickly do they get good?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import classes, productive
from dashboard.panels import onboarding as panel

st.title("Do newcomers get into the work, and how quickly do they get good?", anchor=False)

chosen = filters.chosen()
rows = data.frame(panel.FUNNEL, chosen.scope, as_of=chosen.until)
if rows.empty:
    show.nothing(
        "No stage of onboarding is known.",
        "Load the stages that people reach (events `trainer_stage_reached`: invited, quiz, calibration, gated, "
        "production, proficient).",
    )

people = panel.people_of(chosen)
cohorts = panel.by_cohort(rows)
answer = st.container()
panel.figures(rows, people, chosen)
tabs = st.tabs(["Cohorts", "Growth", "Capacity", "People"], key="tab", bind="query-params")
with tabs[0]:
    panel.funnel(cohorts)
    panel.stages(cohorts, people, chosen)
with tabs[1]:
    below = classes.panel(chosen)
    panel.ramp(chosen)
with tabs[2]:
    productive.panel(people, chosen)
with tabs[3]:
    panel.listing(people)
with answer:
    show.verdict(panel.verdict(rows, people, below))
st.caption(
    "A person counts once per campaign. Who still waits counts as waiting in the times between stages, and who "
    "left as gone."
)
show.footer()
