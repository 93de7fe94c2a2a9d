"""How far a campaign is: burn-up, items by state, what waits and for how long."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, verdicts, words
from dashboard.filters import Filters
from warehouse.outlook import Outlook

BURN_UP = "progress/burn_up_by_day_v1"
SCOPE = "progress/scope_changes_by_campaign_v1"
FLOW = "progress/state_flow_by_day_v1"
CYCLE = "progress/cycle_time_by_campaign_v1"
BACKLOG = "progress/backlog_by_campaign_v1"


def burn_up(
    chosen: Filters, state: pd.Series, marks: pd.DataFrame, seen: Outlook | None = None
) -> None:
    """Accepted items to date against the plan, with every change of scope."""
    has_plan = not words.is_unknown(state["deadline"])
    known = [d for d in (state["starts_on"], state["first_day"]) if not words.is_unknown(d)]
    begin = min(known, default=pd.Timestamp(chosen.since))
    end = max(pd.Timestamp(chosen.until), state["deadline"] if has_plan else begin) + pd.Timedelta(
        days=1
    )
    days = data.frame(BURN_UP, chosen.scope, since=begin.date(), until=end.date())
    if days["accepted_items"].notna().sum() == 0:
        show.missing(
            "Accepted items against the plan",
            "No item has been accepted at a known time, so there is no curve to draw.",
        )
        return
    changes = data.frame(SCOPE, chosen.scope)
    changes = changes[changes["is_scope_change"]]
    ends = verdicts.finish(state, pd.Timestamp(chosen.until)) if has_plan else None
    note = "The pale fan is the range of the end at the pace of the last two weeks." if ends else ""
    if seen is not None:
        told = [seen.day(d) for d in (seen.days.p10, seen.days.p90)]
        ends = (pd.Timestamp(told[0]), pd.Timestamp(told[1])) if all(told) else None
        note = "The pale fan is the forecast: four in five paths end within it." if ends else ""
    for c in changes.itertuples():
        if c.target_items != c.target_before:
            note += (
                f" On {words.day(c.changed_on)} the target went from {words.count(c.target_before)} "
                f"to {words.count(c.target_items)} items."
            )
        elif c.deadline != c.deadline_before:
            note += f" On {words.day(c.changed_on)} the deadline moved to {words.day(c.deadline)}."
    figure = charts.burn_up(days, ends=ends, marks=marks, until=pd.Timestamp(chosen.until))
    show.chart("Accepted items against the plan", figure, BURN_UP, note.strip() or None)


def states(chosen: Filters, marks: pd.DataFrame) -> None:
    """In which state the items that are not yet accepted were at the end of each day."""
    flow = data.frame(FLOW, chosen.scope, **chosen.range)
    flow = flow[~flow["state"].isin(("accepted", "removed"))]
    if flow.empty:
        return
    stock = (
        flow.pivot_table(index="day", columns="state", values="items", aggfunc="sum")
        .asfreq("D")
        .ffill()
    )
    long = stock.reset_index().melt("day", value_name="items").dropna()
    show.chart("Items not yet accepted, by state", charts.stock(long, marks=marks), FLOW)


def backlog(chosen: Filters) -> None:
    """What waits for a reviewer or for rework, and since when."""
    waiting = data.frame(BACKLOG, chosen.scope, as_of=chosen.until)
    waiting = waiting[waiting["items"] > 0]
    show.heading("What waits", BACKLOG)
    if waiting.empty:
        st.caption("Nothing waits for a review or for rework.")
        return
    for row in waiting.itertuples():
        if words.is_unknown(row.oldest_hours):
            age = "since when is not known"
        elif row.items == 1:
            age = f"for {words.duration(row.oldest_hours * 3600)}"
        else:
            age = (
                f"half of them for {words.duration(row.median_hours * 3600)} or more, one in ten for "
                f"{words.duration(row.p90_hours * 3600)}, the oldest for {words.duration(row.oldest_hours * 3600)}"
            )
        st.markdown(
            f"**{words.plural(row.items, 'item')} {words.plain(row.state).lower()}**: {age}."
        )


def cycle_time(chosen: Filters) -> None:
    """How long an item takes from available to accepted, open items not left out."""
    told = data.frame(CYCLE, chosen.scope, **chosen.range)
    show.heading("From available to accepted", CYCLE)
    if told.empty or told["items"].iloc[0] == 0:
        st.caption(":material/inbox: No item became available in this period at a known time.")
        return
    r = told.iloc[0]
    took = [
        f"{share} within **{words.duration(value * 3600)}**"
        for share, value in (
            ("half of the items", r["median_hours"]),
            ("nine in ten", r["p90_hours"]),
        )
        if not words.is_unknown(value)
    ]
    st.markdown(
        f"{(', '.join(took) or 'less than half of the items are accepted so far').capitalize()}. "
        f"Of {words.count(r['items'])} that became available in this period {words.count(r['open_items'])} are still open; "
        "they count as having taken at least so long."
    )
