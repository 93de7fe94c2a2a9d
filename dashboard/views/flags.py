"""Flags: what changed, and who is on it?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import changes, muted
from dashboard.panels import flags as panel

st.title("What changed, and who is on it?", anchor=False)

chosen = filters.chosen()
if data.last_run() is None:
    show.nothing(
        "The checks have never run.",
        "Start them with `python -m data_checks`; they take under a minute.",
    )

if told := st.query_params.get("flag"):
    panel.one(told, chosen)
    flags = data.flags(chosen.scope)
    muted.panel(flags[flags["flag_id"].astype(str) == told])
    show.footer()
    st.stop()

answer = st.container()
flags = panel.chosen_ones(chosen)
with answer:
    show.verdict(panel.verdict(flags), queries=())
    panel.figures(chosen, flags)
panel.listing(flags)
st.caption(
    "A regression is a change against the figure's own past, a floor breach is below the charter's bar, an outlier "
    "differs from its peers: three different things."
)
left, right = st.columns([3, 2], gap="large")
with left:
    changes.setting()
with right:
    changes.rightness(chosen.scope)
muted.panel(flags)
show.footer()
