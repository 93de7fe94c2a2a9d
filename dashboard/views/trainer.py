"""One trainer: how is this person doing, and why?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import confused, dossier, found, growth, open_flags, rejected, signals, worked
from dashboard.panels import trainer as panel
from warehouse.scope import Scope

st.title("How is this trainer doing, and why?", anchor=False)

chosen = filters.chosen()
team = data.frame(panel.SUMMARY, chosen.scope, **chosen.range)
trainer = found.person(team)
if trainer is None:
    show.nothing("No work of this person in this period.", "Choose a longer period, other campaigns, or another person.")  # fmt: skip

own = team[team["trainer_id"] == trainer]
weeks = panel.weeks(trainer, chosen)
here = chosen.on(own["campaign_id"].unique())
bars = panel.bars(here)
told = panel.estimated(trainer, team, bars)
show.verdict(panel.verdict(told))
signals.named(trainer, here)
open_flags.listed(data.flags(chosen.scope & Scope(trainers=(trainer,))), named=True)
panel.figures(own, weeks, trainer, told, here)
tabs = st.tabs(
    ["Quality", "Answers", "Reviews", "Time", "Signals", "Flags and notes", "Work"],
    key="tab", bind="query-params",
)  # fmt: skip
with tabs[0]:
    if tabs[0].open:
        panel.over_time(weeks, team, own, bars, here)
        growth.panel(trainer, bars, chosen)
with tabs[1]:
    if tabs[1].open:
        confused.panel(trainer, chosen)
with tabs[2]:
    if tabs[2].open:
        show.grid(
            lambda: rejected.reasons(trainer, chosen), lambda: rejected.by_reviewer(trainer, chosen)
        )
        rejected.comments(trainer, chosen)
with tabs[3]:
    if tabs[3].open:
        worked.speed(trainer, here)
        worked.sessions(trainer, chosen)
with tabs[4]:
    if tabs[4].open:
        signals.panel(trainer, here)
with tabs[5]:
    if tabs[5].open:
        dossier.flags(trainer, chosen)
        signals.sheet(trainer, own, chosen)
        dossier.notes(trainer, own)
with tabs[6]:
    if tabs[6].open:
        panel.work(trainer, chosen)
st.caption("A figure is a reason to look, not a judgement: read it with the items behind it before you talk to anybody.")  # fmt: skip
show.footer()
