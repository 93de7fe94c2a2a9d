"""Onboarding: do newcomers get into the work, and how quickly do they get good?"""

import streamlit as st

from dashboard import data, filters, show
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
show.verdict(panel.verdict(rows, people))
panel.figures(rows)
show.grid(lambda: panel.funnel(cohorts), lambda: panel.ramp(chosen))
panel.stages(cohorts)
panel.listing(people)
st.caption(
    "A person counts once per campaign. Times between stages are those of people who went on: they are too short "
    "while many wait."
)
show.footer()
