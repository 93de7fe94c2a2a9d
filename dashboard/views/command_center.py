"""Command center: which campaigns need a person today?"""

import streamlit as st

from dashboard import data, filters, show, verdicts
from dashboard.panels import team

st.title("Which campaigns need a person today?", anchor=False)

chosen = filters.chosen()
stand = team.stand(chosen)
flags = data.flags(chosen.scope)

if stand.empty:
    show.nothing("No campaign yet.", show.LOAD)

show.verdict(verdicts.team(stand, len(flags)))
team.figures(chosen)
show.attention(stand, flags)
team.campaigns(stand, chosen)
show.grid(lambda: team.accepted_weeks(chosen), lambda: team.gold_weeks(chosen))
show.footer()
