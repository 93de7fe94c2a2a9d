"""When and how quickly one trainer worked: against the own task types, and session by session."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, show, words
from dashboard.filters import Filters

SPEED = "trainers/speed_by_trainer_v2"
SESSIONS = "trainers/sessions_v1"


def speed(trainer: str, chosen: Filters) -> None:
    """The person's seconds beside everybody's, one row per kind of work and way of measuring."""
    rows = data.frame(SPEED, chosen.scope, **chosen.range)
    rows = rows[rows["trainer_id"] == trainer].sort_values("timed", ascending=False)
    title = "Handle time against the same kind of work"
    if rows.empty:
        show.missing(title, "No duration of this work is known.")
        return
    show.heading(title, SPEED)
    show.table(
        rows.assign(
            kind=rows["task_type"].map(words.plain),
            basis=rows["duration_basis"].map(words.basis),
            own=[words.duration(s) for s in rows["typical_seconds"]],
            usual=[words.duration(s) for s in rows["usual_seconds"]],
            times=rows["typical_seconds"] / rows["usual_seconds"],
        ),
        {
            "campaign": show.text("Campaign"),
            "kind": show.text("Task type"),
            "own": show.text("Own", "typical time, mean on the log scale"),
            "usual": show.text("Usual", "everybody's median on the same kind of work"),
            "times": show.number("Times the usual"),
            "distance": show.number("Spreads away", "robust z of the log seconds: below 0 is quick", places=1),
            "fast_share": show.share("Very quick", "quicker than the quickest 5 % of established people"),
            "timed": show.count("From"),
            "basis": show.text("Measured as"),
        },
    )  # fmt: skip


def sessions(trainer: str, chosen: Filters) -> None:
    """The stretches without a long pause, the newest first."""
    rows = data.frame(SESSIONS, chosen.scope, trainer=trainer, **chosen.range)
    title = "Sessions, the newest first"
    if rows.empty:
        show.missing(title, "The source knows no times of this work.")
        return
    pace = rows["submissions"] / (rows["worked_s"] / 3600).where(rows["worked_s"] > 0)
    typical = pace[rows["submissions"] >= 10].median()
    show.heading(title, SESSIONS)
    hours = rows["worked_s"].sum() / 3600
    st.caption(
        f"{words.plural(len(rows), 'session')} on {words.plural(rows['day'].nunique(), 'day')}, {words.hours(hours)} worked. Times in UTC."
    )
    told = rows.assign(
        when=[f"{_clock(a)} to {_clock(b)}" for a, b in zip(rows["from_s"], rows["to_s"], strict=True)],
        worked=[words.duration(s) for s in rows["worked_s"]],
        pace=pace,
        times=pace / typical,
    )  # fmt: skip
    show.table(
        told.sort_values(["day", "session"], ascending=False).head(500),
        {
            "day": show.day("Day"),
            "when": show.text("From, to"),
            "worked": show.text("Worked"),
            "submissions": show.count("Submitted"),
            "reviews": show.count("Reviewed"),
            "pace": show.number("Per hour", places=1),
            "times": show.number("Times the own usual", "against the median of the person's sessions with ten submissions", places=1),
            "cut": show.count("Cut", "pieces cut at the idle limit"),
        },
        height=320,
    )  # fmt: skip


def _clock(seconds: float) -> str:
    return f"{pd.Timestamp(0) + pd.Timedelta(seconds=min(seconds, 86399)):%H:%M}"
