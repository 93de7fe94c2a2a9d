"""One item: what happened here, and who is right?"""

import streamlit as st

from dashboard import data, filters, show
from dashboard.panels import item as panel
from dashboard.panels import payload
from warehouse.scope import Scope

st.title("What happened to this item, and who is right?", anchor=False)

chosen = filters.chosen()
told = panel.asked(chosen)
if told is None:
    show.nothing(
        "No item is chosen.",
        "Open one from a list of a trainer's work or of disagreements, or name it in the address: "
        "`?item=CAMPAIGN/ITEM`.",
    )

campaign, item = told
scope = Scope(campaigns=(campaign,))
work, answers, history = panel.frames(campaign, item)
if history.empty:
    show.nothing(f"There is no item {item} in sight.", "Check the address, or who you are signed in as.")  # fmt: skip

show.verdict(panel.verdict(work, answers))
st.caption(f"Item `{item}` of {data.campaign_names().get(campaign, campaign)}")
panel.neighbours(campaign, item, chosen)
panel.figures(work, answers, history)
payload.shown(history)
panel.answered(answers, data.frame(panel.CONSENSUS, scope, campaign=campaign, item=item))
panel.worked(work)
panel.happened(history)
st.caption("Most people can be wrong, and so can a gold answer: read the item before you decide.")
show.footer()
