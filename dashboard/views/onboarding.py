"""Onboarding: do newcomers get into the work, and how quickly do they get good?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import onboarding as panel
from dashboard.panels import productive

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
panel.figures(rows, people, chosen)
show.grid(lambda: panel.funnel(cohorts), lambda: panel.ramp(chosen))
productive.panel(people, chosen)
panel.stages(cohorts, people, chosen)
panel.listing(people)
st.caption(
    "A person counts once per campaign. Who still waits counts as waiting in the times between stages, and who "
    "left as gone."
)
show.footer()
