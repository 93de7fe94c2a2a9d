"""The figures at the top of a page: each from the frames, with its change and its small history.

The change is that of the last whole week against the four before it, ratios of sums in both.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard import words
from dashboard.show import Figure
from dashboard.sums import by_week, rate, week_of
from dashboard.verdicts import Measured

BEFORE = 4
MOST = 10
"""A change of more than so many times says only that there was hardly anything before."""


def _moved(change: float) -> str | None:
    return words.relative(change) if change < MOST else None


def volume(
    label: str,
    frame: pd.DataFrame,
    column: str,
    query: str,
    until: date,
    *,
    money: bool = False,
    value: str | None = None,
    detail: str = "",
) -> Figure:
    """A sum over the period, e.g. accepted items."""
    weeks = by_week(frame, until, column)[column].astype(float)
    change = None
    if len(weeks) > 1 and (before := weeks.iloc[-1 - BEFORE : -1].mean()) > 0 <= weeks.iloc[-1]:
        change = _moved(weeks.iloc[-1] / before - 1)
    total = frame[column].sum() if len(frame) else None
    shown = value or (words.money(total) if money else words.count(total))
    return Figure(label, shown, query, change, detail, list(weeks))


def share(
    label: str,
    totals: pd.DataFrame,
    weeks: pd.DataFrame,
    parts: tuple[str, str],
    query: str,
    until: date,
    unit: str,
) -> Figure:
    """A ratio of sums over campaigns with its interval and n, e.g. gold accuracy of the team."""
    x, n = parts
    whole = rate(totals.assign(all="all"), ["all"], x, n)
    if whole.empty:
        return Figure(label, words.UNKNOWN, query, detail=f"no {unit} in this period")
    now = whole.iloc[0]
    history = by_week(weeks, until, x, n)
    history = history[history[n] > 0]
    rates = (history[x] / history[n]).astype(float)
    change = None
    if len(history) > 1:
        before = history.iloc[-1 - BEFORE : -1]
        change = words.points(rates.iloc[-1] - before[x].sum() / before[n].sum())
    return Figure(
        label,
        words.share(now["rate"]),
        query,
        change,
        f"{words.between(now['rate_low'], now['rate_high'])}, n {words.count(now[n])}",
        list(rates),
    )


def people(daily: pd.DataFrame, query: str, until: date) -> Figure:
    """Trainers active on the usual working day: the median of the last whole week's five busiest days."""
    if daily.empty:
        return Figure("Active trainers", "none", query, detail="nobody submitted in this period")
    busy = daily.assign(week=week_of(daily["day"])).sort_values("active_trainers", ascending=False)
    weeks = busy.groupby("week")["active_trainers"].apply(lambda days: days.head(5).median())
    weeks = weeks[weeks.index <= pd.Timestamp(until) - pd.Timedelta(days=7)]
    last = weeks.iloc[-1] if len(weeks) else daily["active_trainers"].max()
    change = None
    if len(weeks) > 1:
        change = _moved(last / weeks.iloc[-1 - BEFORE : -1].mean() - 1)
    return Figure(
        "Active trainers",
        words.count(last),
        query,
        change,
        "on a usual working day",
        list(weeks),
    )


def item_cost(cost: pd.DataFrame, query: str) -> Figure:
    """Fully loaded cost of an accepted item over all campaigns, and that of the last 28 days."""
    known = cost.dropna(subset=["cost_usd"])
    spent, items = known["cost_usd"].sum(), known["accepted_items"].sum()
    if not items or not spent:
        return Figure("Cost per item", words.UNKNOWN, query, detail="no price or nothing accepted")
    recent = known.dropna(subset=["cost_last_28", "accepted_last_28"])
    late, late_items = recent["cost_last_28"].sum(), recent["accepted_last_28"].sum()
    change = words.relative(late / late_items / (spent / items) - 1) if late_items else None
    last = (
        f"per accepted item; {words.money(late / late_items)} in the last 28 days ({change})"
        if late_items
        else ""
    )
    return Figure(
        "Cost per item",
        words.money(spent / items),
        query,
        detail=last or f"{words.money(spent)} over {words.count(items)} accepted items",
    )


def pace(state: pd.Series, daily: pd.DataFrame, query: str, until: date) -> Figure:
    """Items accepted in the last seven days, against the seven before."""
    last, before = state["accepted_last_7"], state["accepted_before_7"]
    if words.is_unknown(last):
        return Figure("Last 7 days", words.UNKNOWN, query, detail="no acceptance has its real time")
    weeks = by_week(daily, until, "accepted_items")["accepted_items"]
    change = f", {words.relative(last / before - 1)}" if before > 0 <= last else ""
    return Figure(
        "Last 7 days",
        words.count(last),
        query,
        detail=f"items accepted; {words.count(before)} in the 7 before{change}",
        history=list(weeks.astype(float)),
    )


def alpha(figure: Measured, weeks: pd.DataFrame, query: str) -> Figure:
    """Krippendorff's alpha of the first question, with its weeks."""
    first = weeks[weeks["question_id"] == weeks["question_id"].iloc[0]] if len(weeks) else weeks
    of = figure.name.removeprefix("alpha").strip().removeprefix("of ")
    of = f"of {of}: " if of else ""
    interval = (
        "too few for an interval"
        if words.is_unknown(figure.low)
        else f"{figure.low:.2f} to {figure.high:.2f}"
    )
    return Figure(
        "Alpha",
        words.number(figure.value),
        query,
        detail=f"{of}{interval}, n {words.count(figure.n)}",
        history=list(first["alpha"].dropna()),
    )
