"""What happened about one trainer: flags, what people did about them, and notes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import access, data, show, words
from dashboard.filters import Filters
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.scope import Scope

STATES = ("open", "dismissed", "closed")
MOST_FLAGS = 20
WHOLE = "The person, whatever the campaign"


def flags(trainer: str, chosen: Filters) -> None:
    """The flags about this person, whatever their state, and every act on them."""
    rows = data.flags(chosen.scope & Scope(trainers=(trainer,)), STATES)
    st.subheader("Flags and what was done", anchor=False)
    if rows.empty:
        st.caption("No flag was ever opened about this person alone.")
        return
    rows = rows.sort_values("opened_at", ascending=False).head(MOST_FLAGS)
    show.table(
        rows.assign(
            sentence=[show.sentence(f) for f in rows.itertuples()],
            what=rows["figure"].map(words.figure),
            who=[f.owner if not words.is_unknown(f.owner) else "nobody" for f in rows.itertuples()],
            done=[words.plain(a) if not words.is_unknown(a) else "" for a in rows["action"]],
            judged=[words.plain(v) if not words.is_unknown(v) else "" for v in rows["verdict"]],
        ),
        {
            "sentence": show.text("Flag", width="large"),
            "what": show.text("Figure"),
            "state": show.text("State"),
            "opened_as_of": show.day("Opened"),
            "who": show.text("Owner"),
            "done": show.text("Action"),
            "judged": show.text("Was it right?"),
        },
        opens="flags", by="flag", named="flag_id", key="flag_of_person",
    )  # fmt: skip
    acts = pd.concat([data.history(int(i)) for i in rows["flag_id"]])
    acts = acts[acts["what"].isin(["acted", "commented"])].sort_values("at", ascending=False)
    for a in acts.head(MOST_FLAGS).itertuples():
        what = words.plain(a.new) if not words.is_unknown(a.new) else "Comment"
        said = f": {a.said}" if not words.is_unknown(a.said) else ""
        st.caption(f"{words.moment(a.at)} · {a.actor} · flag {a.flag_id} · {what}{said}")


def notes(trainer: str, own: pd.DataFrame) -> None:
    """What was written down, and a place to write."""
    st.subheader("Notes", anchor=False)
    st.caption(
        "Everybody who may see this person reads them, the vendor's manager too. They cannot be changed."
    )
    me = access.current()
    with st.form("note", border=True, clear_on_submit=True):
        said = st.text_area("New note", height=80, max_chars=ledger.note.LONGEST)
        about = st.selectbox("About", _abouts(own, me.scope), format_func=_named)
        is_sent = st.form_submit_button("Keep it", icon=":material/edit_note:")
    if is_sent:
        _keep(trainer, said, about, own, me)
    told = data.notes(trainer)
    if told.empty:
        st.caption(":material/inbox: Nobody has written anything yet.")
    for n in told.head(50).itertuples():
        about = "" if words.is_unknown(n.campaign) else f", {n.campaign}"
        with st.container(border=True, gap=None):
            st.text(n.said)
            st.caption(f"{n.author}, {words.moment(n.at)}{about}")


def _abouts(own: pd.DataFrame, scope: Scope) -> list[str]:
    """The campaigns in sight; the person as a whole where one may see all of their work."""
    seen = sorted(own["campaign_id"].unique())
    return seen if scope.campaigns is not None else [WHOLE, *seen]


def _named(campaign: str) -> str:
    return data.campaign_names().get(campaign, campaign)


def _keep(trainer: str, said: str, about: str, own: pd.DataFrame, me: access.Access) -> None:
    vendors = own["vendor_id"].dropna()
    try:
        ledger.add_note(
            data.book(), trainer, said, by=me.person, scope=me.scope,
            vendor_id=vendors.iloc[0] if len(vendors) else None,
            campaign_id=None if about == WHOLE else about,
        )  # fmt: skip
    except Refused as refused:
        st.error(str(refused), icon=":material/error:")
