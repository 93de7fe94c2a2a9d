"""SQL workbench: what else do the data say?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import workbench

st.title("What else do the data say?", anchor=False)

chosen = filters.chosen()
if data.reach().empty:
    show.nothing("There is nothing to ask about yet.", show.LOAD)

answer = st.container()
sql, limit, is_pressed = workbench.asked(chosen)
given = workbench.answer(sql, limit, is_pressed, chosen.scope)

with answer:
    show.verdict(workbench.verdict(given), queries=())
if not given.refused:
    workbench.result(given)
    workbench.picture(given.rows)
workbench.known()
workbench.history()
show.footer()
