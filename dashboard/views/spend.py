"""Spend: are we inside the budget, and where does a dollar go?"""

import streamlit as st

from dashboard import data, filters, show, verdicts
from dashboard.panels import completion, invoices, spend

st.title("Are we inside the budget, and where does a dollar go?", anchor=False)

chosen = filters.chosen()
cost = data.frame(spend.COST, chosen.scope, as_of=chosen.until)
if cost["cost_usd"].notna().sum() == 0:
    show.nothing(
        "No cost is known.",
        "Give the work a price: a cost in the events, or a rate card in a charter "
        "(`python -m warehouse charter apply FILE.yaml`).",
    )

show.verdict(verdicts.money(cost, completion.runs_out(cost, chosen)))
spend.figures(cost, chosen)
spend.dollar(chosen)
tabs = st.tabs(["Budget", "Where it goes", "Vendors", "Invoices"], key="tab", bind="query-params")
with tabs[0]:
    spend.campaigns(cost)
    completion.earned(cost, chosen)
    spend.earned_value(chosen)
with tabs[1]:
    show.grid(lambda: spend.waterfall(chosen), lambda: spend.weekly(chosen))
    invoices.stages(chosen)
    spend.currencies(chosen)
with tabs[2]:
    completion.variance(chosen)
    spend.vendors(chosen)
    completion.hourly(chosen)
with tabs[3]:
    invoices.reconciliation(chosen)
show.footer()
