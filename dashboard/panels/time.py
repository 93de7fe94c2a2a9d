"""How long the work takes and how many hours went into it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, sums, words
from dashboard.filters import Filters

SUBMITTED = "throughput/submissions_by_day_v1"
HANDLE, HANDLE_WEEKS = "throughput/handle_time_by_campaign_v1", "throughput/handle_time_by_week_v1"
HOURS = "throughput/hours_by_campaign_v1"

NO_TIMES = (
    "**No throughput and no handle time.** The source of this campaign records no real times (its dates are one "
    "constant or missing), so a curve drawn from them would show nothing that happened."
)


def unknown() -> None:
    """Why a campaign without real times shows neither throughput nor handle time."""
    st.info(NO_TIMES, icon=":material/schedule:")


def throughput(chosen: Filters, marks: pd.DataFrame) -> None:
    """Assignments submitted per week, by vendor."""
    daily = data.frame(SUBMITTED, chosen.scope, **chosen.range)
    if daily.empty:
        show.missing("Submitted per week", "Nothing was submitted in this period.")
        return
    weeks = daily.assign(week=sums.week_of(daily["day"]))
    figure = charts.stacked(
        weeks,
        x="week",
        y="submitted",
        by="vendor",
        title="assignments submitted",
        x_title="week from Monday (UTC)",
    )
    show.chart("Submitted per week, by vendor", figure, SUBMITTED)


def handle_time(chosen: Filters, marks: pd.DataFrame) -> None:
    """Median and 90th percentile of one assignment by week, one line per way of measuring."""
    weeks = data.frame(HANDLE_WEEKS, chosen.scope, **chosen.range)
    if weeks.empty:
        show.missing("Handle time", "No assignment of this period has a known duration.")
        return
    largest = weeks.groupby("task_type")["assignments"].sum().idxmax()
    bases = sorted(weeks["duration_basis"].unique())
    only = f"{words.plain(largest)} only. " if weeks["task_type"].nunique() > 1 else ""
    note = f"{only}Measured as {words.listed([words.basis(b) for b in bases])}." + (
        " Ways of measuring are never mixed." if len(bases) > 1 else ""
    )
    show.chart(
        "Handle time by week",
        charts.handle_time(weeks[weeks["task_type"] == largest], marks=marks),
        HANDLE_WEEKS,
        note,
    )


def hours(chosen: Filters) -> None:
    """Hours worked beside the naive sum, per way of measuring."""
    worked = data.frame(HOURS, chosen.scope, **chosen.range)
    times = data.frame(HANDLE, chosen.scope, **chosen.range)
    show.heading("Hours worked", HOURS)
    if worked.empty:
        st.caption("No work interval is known in this period.")
        return
    for row in worked.itertuples():
        more = row.claimed_hours - row.hours
        naive = (
            f" Adding up all durations would give {words.hours(row.claimed_hours)}: assignments overlap or pauses are counted."
            if more > 0.05 * row.hours
            else ""
        )
        st.markdown(
            f"**{words.hours(row.hours)}** by {words.plural(row.people, 'person', 'people')} "
            f"({words.basis(row.duration_basis)}); {words.count(row.cut)} of {words.count(row.intervals)} intervals "
            f"cut at the idle limit.{naive}"
        )
    show.table(
        times.assign(
            basis=times["duration_basis"].map(words.basis),
            median=times["median_seconds"].map(words.duration),
            p90=times["p90_seconds"].map(words.duration),
            type=times["task_type"].map(words.plain),
        ),
        {
            "type": show.text("Task type"),
            "basis": show.text("Measured as"),
            "assignments": show.count("Assignments"),
            "median": show.text("Median"),
            "p90": show.text("90th percentile"),
        },
    )


def all_of(chosen: Filters, marks: pd.DataFrame) -> None:
    """Throughput, handle time and hours; or why none of them can be told."""
    if not chosen.has_times:
        unknown()
        return
    show.grid(lambda: throughput(chosen, marks), lambda: handle_time(chosen, marks))
    hours(chosen)
