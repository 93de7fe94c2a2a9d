"""Onboarding: who comes how far, how long it takes, and how newcomers grow into the work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import charts, data, newcomers, show, sums, verdicts, waiting, words
from dashboard.filters import Filters
from dashboard.show import Figure

FUNNEL = "onboarding/funnel_by_cohort_v1"
RAMP = "onboarding/ramp_by_working_week_v1"
PEOPLE = "onboarding/stages_by_trainer_v1"
BARS = "team/bars_by_campaign_v1"
STAGES = ["invited", "quiz", "calibration", "gated", "production", "proficient"]
LONG = 14
"""Days at one stage after which somebody should be asked."""
WEEKS = 12
COHORTS = 6
GROWS = {
    "Gold accuracy": ("gold_accuracy", "correct", "scored", "gold answers"),
    "First pass": ("first_pass", "first_accepted", "reviewed", "reviews"),
    "Pace": (None, "submitted", "active_days", "active days"),
}


def by_cohort(rows: pd.DataFrame) -> pd.DataFrame:
    """The funnel of each cohort, all campaigns and vendors in sight together, the newest last."""
    counts = ["invited", "reached", "went_further", "waiting"]
    own = rows.groupby(["cohort", "place", "stage"], as_index=False)[counts].sum()
    days = rows.dropna(subset=["days_to_next"])
    weighed = days.assign(_d=days["days_to_next"] * days["went_further"])
    parts = weighed.groupby(["cohort", "place"])[["_d", "went_further"]].sum()
    typical = (parts["_d"] / parts["went_further"].where(parts["went_further"] > 0)).rename("days")
    told = sums.rate(own, ["cohort", "place", "stage"], "reached", "invited", "share")
    told = told.drop(columns=["reached", "invited"])
    own = own.merge(told, on=["cohort", "place", "stage"]).join(typical, on=["cohort", "place"])
    return own.assign(name=[f"{c:%B %Y}" for c in own["cohort"]])


def verdict(rows: pd.DataFrame, people: pd.DataFrame, below: list[str]) -> verdicts.Verdict:
    """Which class is worse than the others, how many got into production, where the others wait or were lost."""
    stages = rows.groupby("place")[["reached", "went_further", "waiting", "invited"]].sum()
    invited = int(stages.loc[1, "invited"]) if 1 in stages.index else int(stages["invited"].max())
    produced = int(stages.loc[5, "reached"]) if 5 in stages.index else 0
    waiting = int(stages.loc[stages.index < 5, "waiting"].sum())
    lost = int((people["is_gone"] & people["production_at"].isna()).sum())
    stuck = people[people["days"].gt(LONG) & people["is_waiting"]]
    said = (
        f"of {words.plural(invited, 'newcomer')} {words.count(produced)} reached production "
        f"({words.share(produced / max(invited, 1), 0)}), {words.count(waiting)} still wait before it, "
        f"{words.count(lost)} left before it"
    )
    if below:
        return verdicts.Verdict(
            verdicts.WATCH,
            f"{words.plural(len(below), 'class', 'classes')} below the others",
            f"{words.listed(below)} in the same working weeks of the same campaign, beyond chance: look at how they were "
            f"trained; {said}",
        )
    if len(stuck):
        where = stuck["furthest_stage"].value_counts()
        return verdicts.Verdict(
            verdicts.WATCH,
            f"{words.plural(len(stuck), 'newcomer')} waiting for more than {LONG} days",
            f"most often after {words.plain(where.index[0]).lower()} ({where.iloc[0]}); {said}",
        )
    return verdicts.Verdict(verdicts.GOOD, "Nobody is stuck", said)


def people_of(chosen: Filters) -> pd.DataFrame:
    """Every newcomer with the days since the latest stage, those waiting longest first."""
    rows = data.frame(PEOPLE, chosen.scope, as_of=chosen.until)
    since = rows[[f"{s}_at" for s in STAGES]].max(axis=1)
    is_waiting = ~rows["is_gone"] & ~rows["furthest_stage"].isin(["production", "proficient"])
    rows = rows.assign(
        since=since,
        days=(pd.Timestamp(chosen.until) - since).dt.total_seconds() / 86400,
        is_waiting=is_waiting,
    )
    return rows.sort_values(["is_waiting", "days"], ascending=False)


def half_by(
    people: pd.DataFrame, stage: str, until: pd.Timestamp
) -> tuple[float, float, float] | None:
    """The days in which half of those at ``stage`` go on, those who wait still waiting; with its interval."""
    later = [f"{s}_at" for s in STAGES[STAGES.index(stage) + 1 :]]
    return waiting.median(waiting.spells(people, f"{stage}_at", later, until))


def figures(rows: pd.DataFrame, people: pd.DataFrame, chosen: Filters) -> None:
    """How many of those who came to each stage went on, and in how many days half of them did."""
    stages = rows.groupby("place")[["reached", "went_further", "waiting"]].sum()
    shown = []
    for place, stage in enumerate(STAGES[:-1], 1):
        if place not in stages.index:
            continue
        s = stages.loc[place]
        detail = f"of {words.count(s['reached'])}, {words.count(s['waiting'])} still waiting"
        if half := half_by(people, stage, pd.Timestamp(chosen.until)):
            detail += f"; half within {half[0]:.0f} days"
        went = words.share(s["went_further"] / s["reached"], 0) if s["reached"] else words.UNKNOWN
        shown.append(Figure(f"Past {stage}", went, FUNNEL, detail=detail))
    show.figures(shown)


def funnel(own: pd.DataFrame) -> None:
    """Share of each cohort that reached each stage."""
    recent = sorted(own["cohort"].unique())[-COHORTS:]
    drawn = own[own["cohort"].isin(recent)].assign(at=lambda f: f["stage"].map(words.plain))
    figure = charts.reached(drawn, cohort="name", stage="at", share="share", n="invited")
    show.chart(
        "How far each cohort has come",
        figure,
        FUNNEL,
        "Young cohorts are not over: who waits counts as not there yet.",
    )


def stages(own: pd.DataFrame, people: pd.DataFrame, chosen: Filters) -> None:
    """The funnel as numbers, stage by stage."""
    recent = sorted(own["cohort"].unique())[-COHORTS:]
    told = own[own["cohort"].isin(recent)].sort_values(["cohort", "place"], ascending=[False, True])
    until, of = pd.Timestamp(chosen.until), dict(iter(people.groupby("cohort")))
    halves = [
        half_by(of[r.cohort], r.stage, until) if r.stage != STAGES[-1] and r.cohort in of else None
        for r in told.itertuples()
    ]
    show.heading("Stage by stage", FUNNEL)
    show.table(
        told.assign(
            stage=told["stage"].map(words.plain),
            further=told["went_further"] / told["reached"].where(told["reached"] > 0),
            half=[h[0] if h else None for h in halves],
            between=[f"{h[1]:.0f} to {h[2]:.0f}" if h and h[2] < np.inf else "" for h in halves],
        ),
        {
            "name": show.text("Cohort"),
            "stage": show.text("Stage"),
            "reached": show.count("Reached"),
            "share": show.share("of the cohort"),
            "further": show.share("Went on", "so far; who still waits counts as not gone on"),
            "waiting": show.count("Still waiting"),
            "half": show.number("Half on within, days", "who waits counts as waiting; empty where half will not be seen to go on", places=0),
            "between": show.text("95 % interval"),
        },
        height=420,
    )  # fmt: skip


def ramp(chosen: Filters) -> None:
    """How quality or pace grows with the working week, per cohort, and when it reaches the bar."""
    rows = data.frame(RAMP, chosen.scope, as_of=chosen.until)
    rows = rows[rows["working_week"] <= WEEKS]
    title = "How newcomers grow into the work"
    if rows.empty:
        show.missing(title, "No production work with recorded times yet.")
        return
    by = st.segmented_control(
        "Measured by", list(GROWS), default="First pass", required=True, key="grows", bind="query-params",
    )  # fmt: skip
    figure_name, x, n, of = GROWS[by]
    recent = sorted(rows["cohort"].unique())[-COHORTS:]
    rows = rows[rows["cohort"].isin(recent) & (rows[n] > 0)]
    rows = rows.assign(name=[f"{c:%B %Y}" for c in rows["cohort"]])
    if figure_name:
        told = sums.rate(rows, ["cohort", "name", "working_week"], x, n)
        bars = data.agreed(BARS, chosen.scope)
        own = bars.loc[bars["figure"] == figure_name, "bar"]
        bar = float(own.median()) if len(own) else None
    else:
        told = rows.groupby(["cohort", "name", "working_week"], as_index=False)[[x, n]].sum()
        told["rate"], bar = told[x] / told[n], None
    figure = charts.lines(
        told, x="working_week", y="rate", by="name", n=n, of=of, bar=bar, share=bar is not None or figure_name is not None,
        title=by.lower() if figure_name else "submitted per active day", x_title="working week since the first production day",
    )  # fmt: skip
    note = _proficient(told, bar) + _flat(told, n) if figure_name else None
    show.chart(title, figure, RAMP, note)


def _proficient(told: pd.DataFrame, bar: float | None) -> str:
    """In which working week each cohort's interval first lies above the bar."""
    note = "The first cohort may have been experienced before the data begin."
    if bar is None:
        return note
    sure = told[told["rate_low"] >= bar].groupby("name")["working_week"].min()
    if sure.empty:
        return f"No cohort is above the bar of {words.share(bar, 0)} with 95 % certainty in any week: too few, or not there yet. {note}"
    said = [f"{name} in week {week}" for name, week in sure.items()]
    return f"Above the bar of {words.share(bar, 0)} with 95 % certainty first: {words.listed(said)}. {note}"


def _flat(told: pd.DataFrame, n: str) -> str:
    """From which working week each cohort no longer grows, and at which rate."""
    said = [
        f"{name} from week {flat[0]} at {words.share(flat[1], 0)}"
        for name, own in told.rename(columns={n: "n"}).groupby("name", sort=False)
        if (flat := newcomers.plateau(own))
    ]
    return f" No further growth: {words.listed(said[::-1])}." if said else ""


def listing(people: pd.DataFrame) -> None:
    """Every newcomer; a click opens one."""
    show.heading("Newcomers, those waiting longest first", PEOPLE)
    told = people.head(1000)
    stood = [
        "left" if gone else f"! {round(d)} days" if waits and d > LONG else f"{round(d)} days" if waits else "✓ in the work"
        for gone, waits, d in zip(told["is_gone"], told["is_waiting"], told["days"], strict=True)
    ]  # fmt: skip
    show.table(
        told.assign(
            trainer=told["trainer_id"].map(show.person),
            stage=told["furthest_stage"].map(words.plain),
            stood=stood,
        ),
        {
            "trainer": show.text("Trainer", width="medium"),
            "campaign": show.text("Campaign"),
            "vendor": show.text("Vendor"),
            "stage": show.text("Came to"),
            "stood": show.text("Waiting"),
            "since": show.day("Since"),
            "invited_at": show.day("Invited"),
            "production_at": show.day("In production"),
            "proficient_at": show.day("Proficient"),
        },
        opens="trainer", by="trainer", named="trainer_id", height=420,
    )  # fmt: skip
    if len(people) > len(told):
        st.caption(f"{len(told):,} of {len(people):,} shown. Narrow by campaign or vendor.")
