"""Service levels: what each vendor agreed to in the charters, and what it delivers."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
from scipy.stats import t

from dashboard import data, show, words
from dashboard.filters import Filters
from warehouse.read import wilson

LEVELS = "vendors/service_levels_by_vendor_v1"
TURNAROUND = "vendors/turnaround_by_vendor_v1"
DAYS = "throughput/submissions_by_day_v1"
SHARES = {
    "gold_accuracy": ("correct", "scored", "gold answers"),
    "first_pass": ("first_accepted", "reviewed", "reviews"),
    "final_acceptance": ("last_accepted", "reviewed", "reviews"),
    "rework_rate": ("reworked", "submitted", "submissions"),
}
AT_MOST = ("rework_rate", "turnaround_hours")
NAMES = {"turnaround_hours": "turnaround, hours", "weekly_submitted": "submitted a week"}
SIGNS = {"met": "✓ met", "not met": "! not met", "cannot tell yet": "? cannot tell yet", "": "– not measured"}  # fmt: skip


def found(rows: pd.DataFrame, chosen: Filters) -> pd.DataFrame:
    """What was agreed and delivered; no rows where no charter names a level."""
    agreed = data.agreed(LEVELS, chosen.scope, as_of=chosen.until)
    return delivered(agreed, rows, _turnaround(chosen), _weekly(chosen)) if len(agreed) else agreed


def missed(told: pd.DataFrame) -> list[str]:
    """``Tamarind Crowd in Fact checking: submitted a week 90, agreed at least 101``, one per level that is not met."""
    if told.empty:
        return []
    return [
        f"{r.vendor} in {r.campaign}: {_name(r.figure)} {_said(r.figure, r.value)}, agreed {_asked(r.figure, r.level)}"
        for r in told[told["verdict"] == "not met"].itertuples()
    ]


def _name(figure: str) -> str:
    return NAMES.get(figure, words.plain(figure).lower())


def _asked(figure: str, level: float) -> str:
    return f"{'at most' if figure in AT_MOST else 'at least'} {_said(figure, level)}"


def panel(told: pd.DataFrame) -> None:
    """Agreed and delivered side by side, what is not met first."""
    title = "Service levels: agreed and delivered"
    if told.empty:
        show.missing(
            title, "No charter says what a vendor agreed to: name `service_levels:` in it."
        )
        return
    show.heading(title, LEVELS)
    show.table(
        told.assign(
            what=told["figure"].map(_name),
            asked=[_asked(f, v) for f, v in zip(told["figure"], told["level"], strict=True)],
            got=[_said(f, v) for f, v in zip(told["figure"], told["value"], strict=True)],
            interval=[_between(f, lo, hi) for f, lo, hi in zip(told["figure"], told["low"], told["high"], strict=True)],
            verdict=told["verdict"].map(SIGNS),
            of=[f"{words.count(n)} {unit}" for n, unit in zip(told["n"], told["unit"], strict=True)],
        ),
        {
            "vendor": show.text("Vendor", width="medium"),
            "campaign": show.text("Campaign", width="medium"),
            "what": show.text("What"),
            "asked": show.text("Agreed"),
            "got": show.text("Delivered"),
            "interval": show.text("95 % interval"),
            "verdict": show.text("Verdict"),
            "of": show.text("From"),
        },
        opens="trainers", by="vendors", named="vendor", key="level_of", height=min(38 + 35 * len(told), 420),
    )  # fmt: skip


def delivered(
    agreed: pd.DataFrame, rows: pd.DataFrame, waits: pd.DataFrame, weeks: pd.DataFrame
) -> pd.DataFrame:
    """``agreed`` with value, low, high, n, unit and verdict; what is not met first.

    ``weeks`` are submissions per vendor, campaign and whole week; the interval of their mean is held
    against the level.
    """
    keys = ["vendor_id", "campaign_id"]
    counts = sorted({c for x, n, _ in SHARES.values() for c in (x, n)})
    sums = rows.dropna(subset=["vendor_id"]).groupby(keys)[counts].sum()
    waits = waits.set_index(keys)
    mean = weeks.groupby(keys)["submitted"].agg(["mean", "count", "sem"])
    made = []
    for a in agreed.itertuples():
        key = (a.vendor_id, a.campaign_id)
        value, low, high, n, unit = None, None, None, 0, ""
        if a.figure in SHARES:
            x, of, unit = SHARES[a.figure]
            n = int(sums.loc[key, of]) if key in sums.index else 0
            if n:
                told = wilson(pd.Series([float(sums.loc[key, x])]), pd.Series([float(n)]))
                value, low, high = (float(v[0]) for v in told)
        elif a.figure == "turnaround_hours":
            unit = "items"
            if key in waits.index:
                value, n = float(waits.loc[key, "median_hours"]), int(waits.loc[key, "items"])
        elif key in mean.index:
            m = mean.loc[key]
            value, n, unit = float(m["mean"]), int(m["count"]), "whole weeks"
            if n > 1:
                spread = float(t.ppf(0.975, n - 1) * m["sem"])
                low, high = max(value - spread, 0.0), value + spread
        made.append((value, low, high, n, unit, _verdict(a.figure, a.level, value, low, high)))
    columns = ["value", "low", "high", "n", "unit", "verdict"]
    found = pd.concat([agreed.reset_index(drop=True), pd.DataFrame(made, columns=columns)], axis=1)
    order = found["verdict"].map({"not met": 0, "cannot tell yet": 1, "met": 2, "": 3})
    return found.assign(_order=order).sort_values(["_order", "vendor", "campaign", "figure"])


def _verdict(
    figure: str, level: float, value: float | None, low: float | None, high: float | None
) -> str:
    if value is None:
        return ""
    worst, best = (value, value) if low is None else (low, high)
    if figure in AT_MOST:
        worst, best, level = -best, -worst, -level
    return "met" if worst >= level else "not met" if best < level else "cannot tell yet"


def _turnaround(chosen: Filters) -> pd.DataFrame:
    waits = data.frame(TURNAROUND, chosen.scope, **chosen.range)
    return waits[waits["items"] > 0].dropna(subset=["vendor_id"])


def _weekly(chosen: Filters) -> pd.DataFrame:
    """Submissions per vendor, campaign and whole week, weeks without one between the first and the last included."""
    days = data.frame(DAYS, chosen.scope, **chosen.range).dropna(subset=["vendor_id"])
    last = pd.Timestamp(chosen.until - timedelta(days=chosen.until.weekday()))
    days = days[days["day"] < last]
    week = days["day"] - pd.to_timedelta(days["day"].dt.day_of_week, unit="D")
    parts = []
    for (vendor, campaign), own in days.groupby(["vendor_id", "campaign_id"]):
        sums = own.groupby(week.loc[own.index])["submitted"].sum().asfreq("7D", fill_value=0)
        parts.append(
            pd.DataFrame({"vendor_id": vendor, "campaign_id": campaign, "submitted": sums})
        )
    columns = ["vendor_id", "campaign_id", "submitted"]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def _between(figure: str, low: float | None, high: float | None) -> str:
    if words.is_unknown(low):
        return ""
    return words.between(low, high) if figure in SHARES else f"{low:,.0f} to {high:,.0f}"


def _said(figure: str, value: float | None) -> str:
    if words.is_unknown(value):
        return words.UNKNOWN
    if figure in SHARES:
        return words.share(value)
    return f"{value:,.0f} h" if figure == "turnaround_hours" else f"{value:,.0f}"
