"""How far a campaign is: burn-up, items by state, what waits and for how long."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, verdicts, words
from dashboard.filters import Filters

ACCEPTED = "progress/accepted_items_by_day_v1"
FLOW = "progress/state_flow_by_day_v1"
BACKLOG = "progress/backlog_by_campaign_v1"
BEGINNING = date(1990, 1, 1)


def burn_up(chosen: Filters, state: pd.Series, marks: pd.DataFrame) -> None:
    """Accepted items since the first day against the plan."""
    daily = data.frame(ACCEPTED, chosen.scope, since=BEGINNING, until=chosen.until)
    if daily.empty:
        st.info(
            "No item has been accepted at a known time yet, so there is no curve to draw.",
            icon=":material/inbox:",
        )
        return
    so_far = daily.sort_values("day").assign(accepted_so_far=daily["accepted_items"].cumsum())
    has_target = not words.is_unknown(state["target_items"])
    ends = verdicts.finish(state, pd.Timestamp(chosen.until)) if has_target else None
    show.chart(
        "Accepted items against the plan",
        charts.burn_up(
            so_far,
            target=state["target_items"] if has_target else None,
            starts_on=state["starts_on"],
            deadline=state["deadline"],
            ends=ends,
            marks=marks,
        ),
        ACCEPTED,
        "The pale fan is the range of the end at the pace of the last two weeks." if ends else None,
    )


def states(chosen: Filters, marks: pd.DataFrame) -> None:
    """In which state the items were at the end of each day."""
    flow = data.frame(FLOW, chosen.scope, **chosen.range)
    if flow.empty:
        return
    stock = (
        flow.pivot_table(index="day", columns="state", values="items", aggfunc="sum")
        .asfreq("D")
        .ffill()
    )
    long = stock.reset_index().melt("day", value_name="items").dropna()
    show.chart("Items by state", charts.stock(long, marks=marks), FLOW)


def backlog(chosen: Filters) -> None:
    """What waits for a reviewer or for rework, and since when."""
    waiting = data.frame(BACKLOG, chosen.scope, as_of=chosen.until)
    waiting = waiting[waiting["items"] > 0]
    st.subheader("What waits", help=show.says(BACKLOG), anchor=False)
    if waiting.empty:
        st.caption("Nothing waits for a review or for rework.")
        return
    for row in waiting.itertuples():
        age = (
            f"half of them for {words.duration(row.median_hours * 3600)} or more, one in ten for "
            f"{words.duration(row.p90_hours * 3600)}, the oldest for {words.duration(row.oldest_hours * 3600)}"
            if not words.is_unknown(row.median_hours)
            else "since when is not known"
        )
        st.markdown(
            f"**{words.plural(row.items, 'item')} {words.plain(row.state).lower()}**: {age}."
        )
