"""Agreement and gold: do people agree, and can the gold be trusted?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import agreement as panel
from dashboard.panels import consensus, disagreement
from dashboard.panels import gold as golden

st.title("Do people agree, and can the gold be trusted?", anchor=False)

chosen = filters.chosen()
questions = data.frame(panel.ALPHA, chosen.scope, **chosen.range)
gold = data.frame(panel.HEALTH, chosen.scope, as_of=chosen.until)
if questions.empty and gold.empty:
    show.nothing(
        "No item has two answers and no gold was scored in this period.",
        "Plan some overlap and some hidden gold, or choose a longer period.",
    )

told = panel.measured(questions, chosen)
show.verdict(panel.verdict(told, gold))
panel.figures(questions, told, gold, chosen)
panel.per_question(questions, chosen)
panel.skewed(questions, chosen)
asked = panel.question(questions)
tabs = st.tabs(
    ["The question", "Who agrees with whom", "Probable answers", "Gold"],
    key="tab", bind="query-params",
)  # fmt: skip
with tabs[0]:
    if asked and tabs[0].open:
        pairs = disagreement.pairs(*asked, chosen)
        show.grid(lambda: panel.weeks(*asked, chosen), lambda: disagreement.confused(pairs))
        disagreement.first(*asked, pairs, chosen)
with tabs[1]:
    if asked and tabs[1].open:
        panel.heat(*asked, chosen)
with tabs[2]:
    if asked and tabs[2].open and consensus.run(*asked, chosen) is not None:
        consensus.people(*asked, chosen)
        consensus.items(*asked, chosen)
with tabs[3]:
    if tabs[3].open:
        golden.doubtful(gold)
        golden.correction(gold)
        golden.rescored(chosen)
st.caption(
    "Low agreement may be a vague guideline, hard items or careless work: the items say which. "
    "Agreement is not truth: all may be wrong alike."
)
show.footer()
