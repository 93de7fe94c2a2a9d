"""One trainer: how is this person doing, and why?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import signals, trainers
from dashboard.panels import trainer as panel
from warehouse.query import Scope

st.title("How is this trainer doing, and why?", anchor=False)

chosen = filters.chosen()
trainer = filters.one("Trainer", "trainer", trainers.known())
if trainer is None:
    show.nothing("Nobody has worked in this period.", "Choose a longer period, or more campaigns.")

team = data.frame(panel.SUMMARY, chosen.scope, **chosen.range)
own = team[team["trainer_id"] == trainer]
weeks = data.dated(
    data.frame(
        panel.WEEKS, chosen.scope & Scope(trainers=(trainer,)), trainer=trainer, **chosen.range
    )
)
bars = panel.bars(own, chosen)

show.verdict(panel.verdict(trainer, team, bars))
panel.figures(own, weeks, trainer, chosen)
panel.over_time(weeks, bars, chosen)
show.grid(lambda: panel.confusion(trainer, chosen), lambda: panel.reasons(trainer, chosen))
signals.panel(trainer, chosen)
panel.work(trainer, chosen)
signals.sheet(trainer, own, chosen)
st.caption(
    "A figure is a reason to look, not a judgement: read it with the items behind it, the guideline of the day "
    "and the reviewer before you talk to anybody."
)
show.footer()
