"""One trainer: quality over time, what is confused with what, agreement with peers, time, and the work itself."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, estimate, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.panels import item, signals
from dashboard.show import Figure
from dashboard.verdicts import Measured
from warehouse.scope import Scope

SUMMARY = "trainers/summary_by_trainer_v1"
WEEKS = "trainers/quality_by_week_v1"
PEERS = "trainers/peer_agreement_by_trainer_v1"
GUIDELINES = "team/guidelines_by_campaign_v1"
ITEMS = "trainers/assignments_v1"
BARS = "team/bars_by_campaign_v1"
ROWS = 300


def bars(chosen: Filters) -> dict[str, float | None]:
    """The median bar of the charters in sight, per figure."""
    told = data.agreed(BARS, chosen.scope)
    found = told.groupby("figure")["bar"].median()
    return {
        figure: float(found[figure]) if figure in found else None
        for figure in ("gold_accuracy", "first_pass")
    }


def weeks(trainer: str, chosen: Filters) -> pd.DataFrame:
    """The person's work and its quality week by week, where times are recorded."""
    alone = chosen.scope & Scope(trainers=(trainer,))
    return data.dated(data.frame(WEEKS, alone, trainer=trainer, **chosen.range))


def estimated(
    trainer: str, team: pd.DataFrame, bar: dict[str, float | None]
) -> dict[str, Measured]:
    """The person's gold accuracy and first pass, weighed with what is usual on the same work."""
    figures = {}
    for name, figure, x, n, unit in (
        ("gold accuracy", "gold_accuracy", "correct", "scored", "gold answers"),
        ("first pass", "first_pass", "first_accepted", "reviewed", "reviews"),
    ):
        told = estimate.trainers(team, x, n, bar[figure] or 0.5)
        if trainer in told.index:
            r = told.loc[trainer]
            figures[figure] = Measured(
                f"estimated {name}", r["quality"], r["quality_low"], r["quality_high"],
                int(r["n"]), bar[figure], unit=unit,
            )  # fmt: skip
    return figures


def verdict(figures: dict[str, Measured]) -> verdicts.Verdict:
    """Whether the person's work reaches the bars of their campaigns."""
    if not figures:
        return verdicts.Verdict(
            verdicts.UNKNOWN,
            "Cannot tell",
            "no gold answer scored and no work reviewed in this period",
        )
    return verdicts.quality(list(figures.values()))


def figures(
    own: pd.DataFrame,
    weeks: pd.DataFrame,
    trainer: str,
    told: dict[str, Measured],
    chosen: Filters,
) -> None:
    """Gold accuracy, first pass, agreement with peers, pace, hours and what they cost."""
    span = chosen.range
    peers = data.frame(PEERS, chosen.scope & Scope(trainers=(trainer,)), **span)
    pace = estimate.pace(signals.pace(chosen))
    row = []
    for label, figure, x, n, unit in (
        ("Gold accuracy", "gold_accuracy", "correct", "scored", "gold answers"),
        ("First pass", "first_pass", "first_accepted", "reviewed", "reviews"),
    ):
        whole = sums.rate(own.assign(all="all"), ["all"], x, n)
        if whole.empty:
            row.append(Figure(label, words.UNKNOWN, SUMMARY, detail=f"no {unit} in this period"))
            continue
        w = whole.iloc[0]
        detail = f"{words.between(w['rate_low'], w['rate_high'])}, n {words.count(w[n])}"
        if figure in told:
            detail = f"{detail}; estimate {words.share(told[figure].value)}"
        row.append(
            Figure(
                label,
                words.share(w["rate"]),
                SUMMARY,
                detail=detail,
                history=list(sums.rate(weeks, ["week"], x, n)["rate"]),
            )
        )
    shared = peers["answers"].sum()
    agreement = peers["agreement_sum"].sum() / shared if shared else None
    row.append(
        Figure(
            "Agrees with peers",
            words.share(agreement) if shared else words.UNKNOWN,
            PEERS,
            detail=f"n {words.count(shared)} answers to shared items",
        )
    )
    mine = pace.get(trainer)
    row.append(
        Figure(
            "Pace",
            f"{mine:.2f} x" if mine is not None else words.UNKNOWN,
            signals.PACE,
            detail="time against the team's on the same tasks"
            if mine is not None
            else "no handle time is known",
        )
    )
    hours = own["hours"].sum(min_count=1)
    cost = own["cost_usd"].sum(min_count=1)
    row.append(
        Figure(
            "Submitted",
            words.count(own["submitted"].sum()),
            SUMMARY,
            detail=f"{words.hours(hours)} worked, {words.money(cost)}",
            history=list(weeks.groupby("week")["submitted"].sum().astype(float)),
        )
    )
    show.figures(row)


def over_time(
    weeks: pd.DataFrame,
    team: pd.DataFrame,
    own: pd.DataFrame,
    bar: dict[str, float | None],
    chosen: Filters,
) -> None:
    """Gold accuracy and first pass by week with what is usual, its limits and the guideline versions."""
    marks = data.agreed(GUIDELINES, chosen.scope)
    if own["campaign_id"].nunique() > 1:
        marks = marks.assign(guideline_version=marks["campaign"] + " " + marks["guideline_version"])
    parts = (
        ("Gold accuracy by week", "correct", "scored", "gold answers", "gold_accuracy"),
        ("First pass by week of submission", "first_accepted", "reviewed", "reviewed", "first_pass"),
    )  # fmt: skip
    for column, (title, x, n, of, figure) in zip(st.columns(2, gap="large"), parts, strict=True):
        with column:
            told = sums.rate(weeks, ["week"], x, n)
            if told.empty:
                show.missing(title, f"No {of} in this period.")
                continue
            told = estimate.limits(told, n, usual_of(team, own, x, n))
            outside = told["rate"].lt(told["limit_low"]) | told["rate"].gt(told["limit_high"])
            chart = charts.within_limits(
                charts.rate(
                    told, x="week", y="rate", n=n, title=title.split(" by ")[0].lower(), of=of, bar=bar[figure],
                    until=pd.Timestamp(chosen.until), marks=marks,
                ),
                told,
            )  # fmt: skip
            note = (
                f"Between the dotted lines lie 95 of 100 weeks of somebody who is as the others are on the same work; "
                f"{words.count(outside.sum())} of {words.count(len(told))} weeks lie outside."
            )
            show.chart(title, chart, WEEKS, note)


def usual_of(team: pd.DataFrame, own: pd.DataFrame, x: str, n: str) -> float | None:
    """What the others do on the person's mix of campaigns and task types."""
    cell = ["campaign_id", "task_type"]
    here = team["campaign_id"].isin(own["campaign_id"].unique())
    others = team[here & ~team.index.isin(own.index)].groupby(cell)[[x, n]].sum()
    mine = own.groupby(cell)[n].sum()
    rates = (others[x] / others[n].where(others[n] > 0)).reindex(mine.index).dropna()
    weight = mine.reindex(rates.index)
    return float((rates * weight).sum() / weight.sum()) if weight.sum() > 0 else None


def work(trainer: str, chosen: Filters) -> None:
    """The assignments behind the figures."""
    rows = data.frame(ITEMS, chosen.scope, trainer=trainer, limit=ROWS, **chosen.range)
    show.heading("The work behind these figures, newest first", ITEMS)
    only = st.pills(
        "Only", ["Rejected", "Gold answered wrong", "Skipped"], key="only", bind="query-params"
    )
    kept = {
        "Rejected": rows["rejections"] > 0,
        "Gold answered wrong": rows["gold_score"] < 0.5,
        "Skipped": rows["state"] == "skipped",
    }
    rows = rows[kept[only]] if only else rows
    if rows.empty:
        st.caption(":material/inbox: Nothing of that kind.")
        return
    show.table(
        rows.assign(
            address=item.address(rows),
            day=data.dated(rows)["day"],
            stood=rows["state"].map(words.plain),
            first=rows["first_outcome"].map(
                lambda v: "" if words.is_unknown(v) else words.plain(v)
            ),
            gold=[
                "" if words.is_unknown(s) else "✓ right" if s >= 0.5 else "✕ wrong"
                for s in rows["gold_score"]
            ],
            took=[words.duration(s) if not words.is_unknown(s) else "" for s in rows["duration_s"]],
        ),
        {
            "item_id": show.text("Item"),
            "campaign": show.text("Campaign"),
            "day": show.day("Day"),
            "stood": show.text("State"),
            "first": show.text("First review"),
            "gold": show.text("Gold"),
            "attempts": show.count("Attempts"),
            "took": show.text("Took"),
        },
        height=380,
        opens="item",
        by="item",
        named="address",
    )
    if len(rows) == ROWS:
        st.caption(f"The newest {ROWS}. Choose a shorter period to see others.")
