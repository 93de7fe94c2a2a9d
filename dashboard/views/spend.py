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

show.verdict(verdicts.money(cost))
spend.figures(cost, chosen)
invoices.stages(chosen)
spend.campaigns(cost)
completion.earned(cost, chosen)
show.grid(
    lambda: spend.earned_value(chosen),
    lambda: spend.weekly(chosen),
)
completion.variance(chosen)
spend.vendors(chosen)
completion.hourly(chosen)
invoices.reconciliation(chosen)
show.grid(lambda: spend.waterfall(chosen), lambda: spend.currencies(chosen))
show.footer()
