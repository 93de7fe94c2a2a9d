"""People and hours: what the team delivers, what the deadlines ask of it, what waits and what is done again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, headline, show, sums, words
from dashboard.filters import Filters
from dashboard.show import Figure
from dashboard.verdicts import ACT, GOOD, LIKELY, UNKNOWN, UNLIKELY, WATCH, Verdict
from warehouse.outlook import Outlook, Stored

CAPACITY = "throughput/capacity_by_campaign_v1"
WEEKS = "throughput/capacity_by_week_v1"
DAILY = "throughput/submissions_of_team_by_day_v1"
BACKLOG = "progress/backlog_by_campaign_v1"
HANDLE = "throughput/handle_time_by_campaign_v1"
BOOKED = "throughput/utilisation_by_week_v1"


def needs(capacity: pd.DataFrame, chosen: Filters) -> pd.DataFrame:
    """Per campaign the trainers it has and those its deadline needs, as a range; the most pressing first."""
    open_ = capacity[capacity["remaining_items"].fillna(0) > 0]
    seen = data.outlooks(open_["campaign_id"], chosen.until, chosen.scope)
    told = [_need(row, seen.get(row.campaign_id)) for row in open_.itertuples()]
    columns = ["needed", "more", "chance", "standing"]
    made = pd.DataFrame(told, columns=columns, index=open_.index)
    return open_.join(made).sort_values("chance", na_position="last")


def _need(row: object, seen: Outlook | Stored | None) -> dict[str, object]:
    if seen is None or row.days_left == 0 or (seen.needed.p50 is None and not seen.is_stored):
        why = "deadline over" if row.days_left == 0 else "no forecast"
        return {"needed": why, "more": None, "chance": None, "standing": UNKNOWN}
    standing = GOOD if seen.chance >= LIKELY else ACT if seen.chance <= UNLIKELY else WATCH
    told = {"chance": seen.chance, "standing": standing}
    if seen.is_stored:
        return told | {"needed": "open the campaign", "more": None}
    people = [
        None if f is None else row.active_trainers * f for f in (seen.needed.p10, seen.needed.p90)
    ]
    top = words.count(people[1]) if people[1] is not None else "any number"
    middle = row.active_trainers * seen.needed.p50 - row.active_trainers
    return told | {"needed": f"{words.count(people[0])} to {top}", "more": middle}


def verdict(needed: pd.DataFrame) -> Verdict:
    """Whether the people there are will do."""
    known = needed[needed["standing"] != UNKNOWN]
    if known.empty:
        return Verdict(
            UNKNOWN,
            "Cannot tell yet",
            "no campaign in sight has a forecast to hold its people against",
        )
    short = known[known["standing"] == ACT]
    unsure = known[known["standing"] == WATCH]
    enough = f"{len(known) - len(short) - len(unsure)} of {words.plural(len(known), 'campaign')} have the people they need"
    if len(short):
        told = [
            f"{r.campaign} ({words.count(r.active_trainers)} trainers{_needs(r)})"
            for r in short.itertuples()
        ]
        return Verdict(ACT, "Too few people", f"{words.listed(told)}; {enough}")
    if len(unsure):
        told = [
            f"{r.campaign} ({words.count(r.active_trainers)} trainers{_needs(r)})"
            for r in unsure.itertuples()
        ]
        return Verdict(WATCH, "May be too few people", f"{words.listed(told)}; {enough}")
    return Verdict(GOOD, "Enough people", enough)


def _needs(row: object) -> str:
    """``, needs 101 to 155`` where the forecast was computed for the page."""
    return "" if row.more is None or pd.isna(row.more) else f", needs {row.needed}"


def figures(chosen: Filters, weeks: pd.DataFrame) -> None:
    """Active trainers, submitted, hours, rework, what waits for a review."""
    daily = data.frame(DAILY, chosen.scope, **chosen.range)
    hours, items = weeks["hours"].sum(), daily["accepted_items"].sum() if len(daily) else 0
    waiting = data.frame(BACKLOG, chosen.scope, as_of=chosen.until)
    waiting = waiting[waiting["state"] == "awaiting_review"]
    rate = f"{items / hours:.1f} accepted items per hour; " if hours else ""
    booked = data.frame(BOOKED, chosen.scope, **chosen.range)
    share = booked["hours"].sum() / booked["scheduled_hours"].sum() if len(booked) else None
    used = (
        f"{words.share(share, 0)} of the booked hours"
        if share is not None
        else "no hours are booked in a charter"
    )
    oldest = waiting["oldest_hours"].max()
    show.figures(
        [
            headline.people(daily, DAILY, chosen.until),
            headline.volume("Submitted", daily, "submitted", DAILY, chosen.until, detail=f"{words.count(items)} items accepted"),
            headline.volume("Hours worked", weeks, "hours", WEEKS, chosen.until, value=words.hours(hours) if hours else words.UNKNOWN, detail=f"{rate}{used}"),
            headline.share("Rework", weeks, weeks, ("reworked", "submitted"), WEEKS, chosen.until, "assignments"),
            Figure("Awaiting review", words.count(waiting["items"].sum()), BACKLOG, detail="nothing waits" if waiting.empty else f"oldest {words.duration(oldest * 3600)}"),
        ]
    )  # fmt: skip


def campaigns(needed: pd.DataFrame) -> None:
    """What each open campaign has and needs."""
    show.heading("People the deadlines need", CAPACITY)
    if needed.empty:
        st.caption(":material/inbox: No campaign in sight has a target that is not met.")
        return
    show.table(
        needed,
        {
            "campaign": show.text("Campaign", width="medium"),
            "active_trainers": show.count("Trainers", "who submitted in the last 28 days"),
            "needed": show.text("Needed, P10 to P90", "trainers of today's kind with whom one path in ten, nine in ten, is done in time"),
            "more": show.difference("More or fewer", "needed at P50 less those there are"),
            "chance": show.progress("Chance of the deadline"),
            "remaining_items": show.count("Items left"),
            "days_left": show.count("Days left"),
            "items_per_trainer_day": show.number("Items per trainer day", "accepted items / days on which a trainer submitted, last 28 days"),
            "items_per_hour": show.number("Items per hour", "accepted items / hours worked, last 28 days"),
        },
        opens="campaign",
        by="campaign",
    )  # fmt: skip
    st.caption(
        "The range is the forecast's, as wide as past forecasts missed. New people count as proficient at once: add their "
        "ramp-up."
    )


def hours(weeks: pd.DataFrame) -> None:
    """Hours worked per week by vendor."""
    known = weeks.dropna(subset=["hours"])
    if known.empty:
        show.missing("Hours worked per week", "No duration of this period is known.")
        return
    figure = charts.stacked(
        known,
        x="week",
        y="hours",
        by="vendor",
        title="hours worked",
        x_title="week from Monday (UTC)",
    )
    show.chart("Hours worked per week, by vendor", figure, WEEKS)


def utilisation(chosen: Filters) -> None:
    """Hours worked of the hours booked, by vendor, with its weeks."""
    rows = data.frame(BOOKED, chosen.scope, **chosen.range)
    if rows.empty:
        show.missing(
            "Hours worked of those booked",
            "No hours are booked: a charter's `schedules` say how many hours a week a vendor's people are there for.",
        )
        return
    show.heading("Hours worked of those booked", BOOKED)
    keys = ["campaign", "vendor"]
    whole = rows.groupby(keys)[["hours", "scheduled_hours"]].sum()
    weekly = rows.assign(share=100 * rows["utilisation"]).groupby(keys)["share"].agg(list)
    whole = whole.assign(utilisation=whole["hours"] / whole["scheduled_hours"], weekly=weekly)
    show.table(
        whole.sort_values("utilisation").reset_index(),
        {
            "vendor": show.text("Vendor"),
            "utilisation": show.progress("Utilisation", "hours worked / hours booked"),
            "campaign": show.text("Campaign", width="medium"),
            "weekly": show.history("By week", "per cent of the booked hours", low=0),
            "hours": show.count("Worked"),
            "scheduled_hours": show.count("Booked"),
        },
        key="utilisation",
    )
    st.caption(f"Over {chosen.span}. Above 100 % more was worked than was booked.")


def rework(weeks: pd.DataFrame, chosen: Filters) -> None:
    """The share of assignments that were submitted again, by week of first submission."""
    if weeks.empty:
        show.missing("Rework", "Nothing was submitted in this period.")
        return
    shares = sums.rate(weeks, ["week"], "reworked", "submitted")
    figure = charts.rate(
        shares, x="week", y="rate", n="submitted", title="submitted again", of="assignments",
        until=pd.Timestamp(chosen.until),
    )  # fmt: skip
    show.chart("Rework per week", figure, WEEKS, "The last weeks may still come back.")


def waiting(chosen: Filters) -> None:
    """What waits in each campaign, reviews before rework, the oldest first."""
    rows = data.frame(BACKLOG, chosen.scope, as_of=chosen.until)
    rows = rows[rows["items"] > 0].sort_values(["state", "oldest_hours"], ascending=[True, False])
    show.heading("What waits", BACKLOG)
    if rows.empty:
        st.caption("Nothing waits for a review or for rework.")
        return
    ages = {
        c: rows[c].map(lambda h: words.duration(h * 3600)) for c in ("median_hours", "oldest_hours")
    }
    show.table(
        rows.assign(what=rows["state"].map(words.plain), **ages),
        {
            "campaign": show.text("Campaign", width="medium"),
            "what": show.text("State"),
            "items": show.count("Items"),
            "median_hours": show.text("Half wait longer than"),
            "oldest_hours": show.text("Oldest"),
        },
        key="waiting",
    )


def handle_time(chosen: Filters) -> None:
    """Handle time by task type and way of measuring; ways are never mixed."""
    rows = data.frame(HANDLE, chosen.scope, **chosen.range)
    show.heading("Handle time", HANDLE)
    if rows.empty:
        st.caption(":material/inbox: No assignment of this period has a known duration.")
        return
    show.table(
        rows.assign(
            basis=rows["duration_basis"].map(words.basis),
            median=rows["median_seconds"].map(words.duration),
            p90=rows["p90_seconds"].map(words.duration),
            type=rows["task_type"].map(words.plain),
        ).sort_values(["campaign", "type"]),
        {
            "campaign": show.text("Campaign", width="medium"),
            "type": show.text("Task type"),
            "basis": show.text("Measured as"),
            "assignments": show.count("Assignments"),
            "median": show.text("Median"),
            "p90": show.text("90th percentile"),
        },
        key="handle_time",
    )
