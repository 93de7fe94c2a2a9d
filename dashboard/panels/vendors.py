"""Vendors side by side: quality on the same mix of work, volume, cost, turnaround, rework and who left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import charts, data, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.show import Figure

SCORECARD = "vendors/scorecard_by_vendor_v1"
TURNAROUND = "vendors/turnaround_by_vendor_v1"
ATTRITION = "vendors/attrition_by_vendor_v1"
BARS = "team/bars_by_campaign_v1"
NOBODY = "no vendor"
JUDGED = {
    "Gold accuracy": ("gold_accuracy", "correct", "scored", "gold answers"),
    "First pass": ("first_pass", "first_accepted", "reviewed", "reviews"),
}
LITTLE = 10.0
Z = 1.96


def adjusted(rows: pd.DataFrame, x: str, n: str) -> pd.DataFrame:
    """Per vendor how far it lies above what the others do on the same campaigns and task types.

    ``alone`` is the share of work that no other vendor does: there is nothing to hold that against.
    """
    rows = rows[rows[n] > 0]
    cell = ["campaign_id", "task_type"]
    all_work = rows.groupby(cell)[[x, n]].transform("sum")
    team = rows.groupby("campaign_id")[[x, n]].transform("sum")
    others, usual = all_work - rows[[x, n]], team[x] / team[n]
    p = (others[x] + LITTLE * usual) / (others[n] + LITTLE)
    counted = rows.assign(
        _e=p * rows[n],
        _v=rows[n] * p * (1 - p) + rows[n] ** 2 * p * (1 - p) / (others[n] + LITTLE),
        _alone=rows[n].where(others[n] == 0, 0),
    )
    own = counted.groupby("vendor")[[x, n, "_e", "_v", "_alone"]].sum()
    error = np.sqrt(np.maximum(own["_v"], 0.25)) / own[n]
    above = (own[x] - own["_e"]) / own[n]
    return pd.DataFrame(
        {
            "n": own[n],
            "above": above,
            "above_low": above - Z * error,
            "above_high": above + Z * error,
            "alone": own["_alone"] / own[n],
            "is_worse": above + Z * error < 0,
        }
    )


def judged_by(rows: pd.DataFrame) -> str:
    """The figure that vendors are compared by, from the address; gold where there is gold."""
    default = "Gold accuracy" if rows["scored"].sum() > 0 else "First pass"
    return st.segmented_control(
        "Compared by", list(JUDGED), default=default, required=True, key="by", bind="query-params"
    )


def bar_of(rows: pd.DataFrame, by: str, chosen: Filters) -> pd.Series:
    """Each vendor's bar: that of its campaigns' charters, weighed by its work; unknown where none is set."""
    _, _, n, _ = JUDGED[by]
    bars = data.agreed(BARS, chosen.scope)
    bars = bars[bars["figure"] == JUDGED[by][0]].groupby("campaign_id")["bar"].mean()
    known = rows.assign(bar=rows["campaign_id"].map(bars)).dropna(subset=["bar"])
    known = known[known[n] > 0]
    return (known["bar"] * known[n]).groupby(known["vendor"]).sum() / known.groupby("vendor")[n].sum()  # fmt: skip


def scorecard(rows: pd.DataFrame, by: str, chosen: Filters) -> pd.DataFrame:
    """One row per vendor with everything it is held against, the worst against the others first."""
    _, x, n, _ = JUDGED[by]
    known = rows[rows["vendor"] != NOBODY]
    counts = ["submitted", "reviewed", "first_accepted", "last_accepted", "reworked", "scored", "correct"]  # fmt: skip
    own = known.groupby("vendor")[counts].sum()
    own["hours"] = known.groupby("vendor")["hours"].sum(min_count=1)
    own["cost_usd"] = known.groupby("vendor")["cost_usd"].sum(min_count=1)
    own["unpriced"] = known.groupby("vendor")["unpriced"].sum()
    rate = sums.rate(known, ["vendor"], x, n).set_index("vendor")
    own = own.join(rate[["rate", "rate_low", "rate_high"]]).join(adjusted(known, x, n))
    own["bar"] = bar_of(known, by, chosen)
    own["rework"] = own["reworked"] / own["submitted"].where(own["submitted"] > 0)
    own["per_hour"] = sums.per(known, "vendor", "submitted", "hours")
    # Where only a sample is reviewed, what it says of acceptance is taken for all of the work.
    accepted = own["last_accepted"] / own["reviewed"].where(own["reviewed"] > 0)
    own["accepted"] = own["submitted"] * accepted
    each = sums.per(known, "vendor", "cost_usd", "submitted")
    own["cost_per_accepted"] = each / accepted.where(accepted > 0)
    waits = data.frame(TURNAROUND, chosen.scope, **chosen.range)
    waits = waits[waits["items"] > 0]
    weighed = waits["median_hours"] * waits["items"]
    own["turnaround"] = weighed.groupby(waits["vendor"]).sum() / waits.groupby("vendor")["items"].sum()  # fmt: skip
    left = data.frame(ATTRITION, chosen.scope, as_of=chosen.until).set_index("vendor")
    own = own.join(left[["active_before", "gone", "active_now", "joined", "attrition"]])
    return own.sort_values("above", na_position="last").reset_index()


def verdict(own: pd.DataFrame, by: str, missed: Sequence[str] = ()) -> verdicts.Verdict:
    """Which vendor is below its bar, or below the others on the same work, for certain; and which level is ``missed``."""
    low = own.loc[own["rate_high"] < own["bar"], "vendor"].tolist()
    worse = own.loc[own["is_worse"].fillna(False).astype(bool), "vendor"].tolist()
    what = by[:1].lower() + by[1:]
    if own["n"].fillna(0).sum() == 0:
        return verdicts.Verdict(
            verdicts.UNKNOWN, "Cannot tell", f"no {what} was measured in this period"
        )
    said, levels = [], []
    if missed:
        several = "" if len(missed) == 1 else f", {len(missed)} in all"
        levels = [f"service level not met{several}: {missed[0]}"]
    if low:
        said.append(
            f"{words.listed(low)} below the bar of the charters in {what} with 95 % certainty"
        )
    if worse:
        said.append(f"{words.listed(worse)} below what the others do on the same work")
    if said:
        worst = sorted({*low, *worse})
        verb = "needs" if len(worst) == 1 else "need"
        return verdicts.Verdict(
            verdicts.ACT if low else verdicts.WATCH,
            f"{len(worst)} of {words.plural(len(own), 'vendor')} {verb} a talk",
            "; ".join([*said, *levels]),
        )
    alike = f"in {what} {words.plural(len(own), 'vendor')} differ by no more than chance on the same work"
    if len(own) == 1:
        alike = f"{own['vendor'].iloc[0]} is not below its bar in {what} for certain"
    if missed:
        word = f"{words.plural(len(missed), 'service level')} not met"
        return verdicts.Verdict(verdicts.WATCH, word, f"{levels[0]}; {alike}")
    return verdicts.Verdict(verdicts.GOOD, "No vendor stands out", alike)


def figures(own: pd.DataFrame, by: str) -> None:
    """What all vendors together delivered, how good, at which price."""
    _, x, n, unit = JUDGED[by]
    priced = own.dropna(subset=["cost_usd"])
    accepted, cost = priced["accepted"].sum(), priced["cost_usd"].sum(min_count=1)
    before, total = own["active_before"].sum(), own[n].sum()
    show.figures(
        [
            Figure("Vendors", words.count(len(own)), SCORECARD, detail=f"{words.count(own['active_now'].sum())} people active in 28 days"),
            Figure(by, words.share(own[x].sum() / total) if total else words.UNKNOWN, SCORECARD, detail=f"{words.count(total)} {unit}"),
            Figure("Submitted", words.count(own["submitted"].sum()), SCORECARD, detail=f"{words.share(own['reworked'].sum() / max(own['submitted'].sum(), 1))} submitted again"),
            Figure("Per accepted", words.money(cost / accepted) if accepted else words.UNKNOWN, SCORECARD, detail=f"{words.money(cost)} for about {words.count(accepted)} accepted assignments, reviews left out"),
            Figure("Left in 28 days", words.share(own["gone"].sum() / before) if before else words.UNKNOWN, ATTRITION, detail=f"of {words.count(before)} people"),
        ]
    )  # fmt: skip


def against_bar(own: pd.DataFrame, by: str) -> None:
    """Each vendor's own figure with its interval and its bar."""

    told = own.rename(columns={"rate": "value", "rate_low": "value_low", "rate_high": "value_high"})
    if told["value"].notna().sum() == 0:
        show.missing(f"{by} against the bar", "Nothing was measured in this period.")
        return
    figure = charts.intervals(
        told, label="vendor", value="value", n="n", title=by.lower(), of=JUDGED[by][3], bars="bar"
    )
    note = (
        "As measured, whatever the work. The bar weighs the charters of a vendor's own campaigns."
    )
    show.chart(f"{by} against the bar", figure, SCORECARD, note)


def against_others(own: pd.DataFrame, by: str) -> None:
    """Each vendor against what the others do on the same campaigns and task types."""
    title = f"{by} on the same mix of work"
    told = own.dropna(subset=["above"])
    if len(told) < 2:
        show.missing(title, "There is one vendor only: nobody to hold it against.")
        return
    figure = charts.around(
        told, label="vendor", value="above", n="n", of=JUDGED[by][3], found="is_worse",
        title="points above or below the others, same tasks", middle_name="the others",
    )  # fmt: skip
    alone = told.loc[told["alone"] > 0.5, "vendor"].tolist()
    note = "Each vendor against the others on the same campaigns and task types."
    if alone:
        note = f"{note} Most of what {words.listed(alone)} did no other vendor does: little to compare."
    show.chart(title, figure, SCORECARD, note)


def listing(own: pd.DataFrame) -> None:
    """The scorecards side by side."""
    show.heading("Scorecards", SCORECARD)
    show.table(
        own.assign(
            interval=[words.between(lo, hi) if not words.is_unknown(lo) else "" for lo, hi in zip(own["rate_low"], own["rate_high"], strict=True)],
            compared=[words.points_between(lo, hi) if not words.is_unknown(lo) else "" for lo, hi in zip(own["above_low"], own["above_high"], strict=True)],
        ),
        {
            "vendor": show.text("Vendor", width="medium"),
            "rate": show.share("Quality"),
            "interval": show.text("95 % interval"),
            "bar": show.share("Bar"),
            "compared": show.text("Same work, 95 %", "above or below the others on the same campaigns and task types"),
            "n": show.count("From"),
            "submitted": show.count("Submitted"),
            "per_hour": show.number("Per hour", "submitted per hour worked, where time is known", places=1),
            "cost_per_accepted": show.money("Per accepted", "everything paid to the vendor but for reviewing, by accepted pieces of work; the share accepted is that of the reviewed", places=2),
            "turnaround": show.number("Turnaround, hours", "median hours from an item's becoming available to its first submission, the queue included", places=0),
            "rework": show.share("Rework"),
            "attrition": show.share("Left in 28 days"),
            "active_before": show.count("of people"),
            "joined": show.count("Joined"),
        },
        opens="trainers", by="vendors", named="vendor",
    )  # fmt: skip
    if own["unpriced"].sum():
        st.caption(
            f"{words.count(own['unpriced'].sum())} units of work have no known price: cost is too low by these."
        )


def by_campaign(rows: pd.DataFrame, by: str) -> None:
    """Where a vendor's difference lies: vendor by campaign."""
    _, x, n, unit = JUDGED[by]
    told = sums.rate(rows[rows["vendor"] != NOBODY], ["vendor", "campaign"], x, n)
    if told.empty:
        return
    show.heading(f"{by} by campaign", SCORECARD)
    show.table(
        told.assign(interval=[words.between(lo, hi) for lo, hi in zip(told["rate_low"], told["rate_high"], strict=True)]).sort_values(["campaign", "rate"]),
        {
            "campaign": show.text("Campaign", width="medium"),
            "vendor": show.text("Vendor"),
            "rate": show.share(by),
            "interval": show.text("95 % interval"),
            n: show.count("From", unit),
        },
        opens="campaign", by="campaign", key="vendor_campaign",
        height=min(38 + 35 * len(told), 420),
    )  # fmt: skip
