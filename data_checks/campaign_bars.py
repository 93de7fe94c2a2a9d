"""Campaign bars: no campaign may be certain to miss what its charter promised, nor a vendor its service levels.

A floor breach, not a regression: the figure of the last 28 days against the bar, whatever the
figure was before. "Certain" means that the whole 95 % interval lies on the wrong side. Times and
costs are compared as they are: the medians of the task types, weighted by their number, and the cost
per accepted item in the charter's currency.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.expectations.row_conditions import Column
from scipy.stats import t

from data_checks.frames import known_until
from data_checks.suite import Suite, about
from warehouse.read import fetch, wilson

DAYS = 28
ENOUGH = 30
"""Fewer units than this say nothing about a campaign."""

LEAST_WEEKS = 3
"""Whole weeks that a vendor's weekly work needs."""

COLUMNS = ["campaign_id", "vendor_id", "figure", "question_id", "bar", "value", "low", "high", "n"]
AT_MOST = ("rejection_rate", "rework_rate", "escape_rate")
"""Shares that the bar holds down; the others it holds up."""

AMOUNTS = {"handle_time": -1, "cost_per_item": -1, "turnaround_hours": -1, "weekly_submitted": 1}
"""What is no share: 1 where more is better."""

LEVELS = {
    "gold_accuracy": ("correct", "scored"),
    "first_pass": ("first_accepted", "reviewed"),
    "final_acceptance": ("last_accepted", "reviewed"),
    "rework_rate": ("reworked", "submitted"),
}
"""The shares among the vendors' service levels: columns of the scorecard."""


def measured(engine: sa.Engine, as_of: date) -> pd.DataFrame:
    """One row per campaign, vendor with service levels, figure and question: the last four weeks and the bar.

    Every campaign has its rows, whether its charter sets a bar or not; an unknown bar is not judged.
    """
    span = {"since": as_of - timedelta(days=DAYS), "until": as_of}
    found = pd.concat([_of_campaigns(engine, as_of, span), _of_vendors(engine, as_of, span)])
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    found = campaigns.merge(found[COLUMNS], how="left", on="campaign_id")
    found = found.assign(
        figure=found["figure"].fillna("quality"),
        question_id=found["question_id"].fillna(""),
        vendor_id=found["vendor_id"].fillna(""),
        n=found["n"].fillna(0),
    )
    is_amount, is_at_most = found["figure"].isin(AMOUNTS), found["figure"].isin(AT_MOST)
    better = found["figure"].map(AMOUNTS)
    amiss = (found["bar"] - found["high"]).where(better > 0, found["low"] - found["bar"])
    return found.assign(
        short=(found["bar"] - found["high"]).where(~is_amount & ~is_at_most),
        over=(found["low"] - found["bar"]).where(is_at_most),
        missed_by=(amiss / found["bar"].where(found["bar"] > 0)).where(is_amount),
    )


def _of_campaigns(engine: sa.Engine, as_of: date, span: dict[str, date]) -> pd.DataFrame:
    alike = fetch(engine, "quality/agreement_by_campaign_v2", **span)
    told = [
        _long(fetch(engine, "quality/first_pass_by_campaign_v1", **span), "first_pass", "first_pass", "reviewed"),
        _long(fetch(engine, "quality/final_acceptance_by_campaign_v1", **span), "final_acceptance", "final_acceptance", "reviewed"),
        _long(fetch(engine, "quality/gold_accuracy_by_campaign_v1", **span), "gold_accuracy", "accuracy", "scored"),
        _long(alike[alike["is_enough"]], "alpha", "alpha", "items"),
        _long(_percent(alike), "percent_agreement", "percent_agreement", "items"),
        _long(fetch(engine, "throughput/rework_by_campaign_v1", **span), "rework_rate", "rework_share", "submitted"),
        _long(fetch(engine, "quality/escape_rate_by_campaign_v1", **span), "escape_rate", "escape_rate", "audited"),
        _rejections(fetch(engine, "reviewers/reviews_by_week_v1", **span)),
        _handle_times(fetch(engine, "throughput/handle_time_by_campaign_v1", **span)),
        _costs(fetch(engine, "spend/cost_per_item_by_campaign_v2", as_of=as_of)),
    ]  # fmt: skip
    figures = pd.concat([frame for frame in told if len(frame)] or told[:1], ignore_index=True)
    bars = fetch(engine, "team/bars_by_campaign_v1")
    for_all = bars[bars["question_id"] == ""].drop(columns="question_id")
    for_one = bars[bars["question_id"] != ""]
    found = figures.merge(for_all, how="left", on=["campaign_id", "figure"]).merge(
        for_one, how="left", on=["campaign_id", "figure", "question_id"], suffixes=("", "_one")
    )
    return found.assign(bar=found["bar_one"].fillna(found["bar"]), vendor_id="")


def _of_vendors(engine: sa.Engine, as_of: date, span: dict[str, date]) -> pd.DataFrame:
    """The service levels in force with what their vendors delivered."""
    agreed = fetch(engine, "vendors/service_levels_by_vendor_v1", as_of=as_of)
    if agreed.empty:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["campaign_id", "vendor_id"]
    card = fetch(engine, "vendors/scorecard_by_vendor_v1", **span)
    card = card.groupby(keys, as_index=False)[
        sorted({c for pair in LEVELS.values() for c in pair})
    ].sum()
    told = [
        _share(card, figure, x, n).assign(vendor_id=card["vendor_id"])
        for figure, (x, n) in LEVELS.items()
    ]
    waits = fetch(engine, "vendors/turnaround_by_vendor_v1", **span)
    told.append(
        _amount(waits, "turnaround_hours", waits["median_hours"], waits["items"]).assign(
            vendor_id=waits["vendor_id"]
        )
    )
    told.append(_weekly(engine, as_of, agreed[agreed["figure"] == "weekly_submitted"]))
    delivered = pd.concat([frame for frame in told if len(frame)] or told[:1], ignore_index=True)
    found = agreed.merge(delivered, how="left", on=[*keys, "figure"])
    return found.assign(bar=found["level"], question_id="")


def _weekly(engine: sa.Engine, as_of: date, agreed: pd.DataFrame) -> pd.DataFrame:
    """Submissions of the last whole weeks since the level holds, weeks without any as such.

    Campaigns that have met their target ask for no more.
    """
    progress = fetch(engine, "progress/progress_by_campaign_v1", as_of=as_of)
    is_done = progress["accepted_items"] >= progress["target_items"].astype("float64")
    agreed = agreed[~agreed["campaign_id"].isin(progress.loc[is_done, "campaign_id"])]
    known = known_until(engine, as_of)
    last = known - timedelta(days=known.weekday())
    days = fetch(
        engine, "throughput/submissions_by_day_v1", since=last - timedelta(days=DAYS), until=last
    )
    rows = []
    for level in agreed.itertuples():
        since = max(pd.Timestamp(level.starts_on), pd.Timestamp(last - timedelta(days=DAYS)))
        since += pd.Timedelta(days=-since.day_of_week % 7)
        weeks = (pd.Timestamp(last) - since).days // 7
        own = days[
            (days["campaign_id"] == level.campaign_id) & (days["vendor_id"] == level.vendor_id)
        ]
        own = own[own["day"] >= since]
        week = (own["day"] - since).dt.days // 7
        counts = own.groupby(week)["submitted"].sum().reindex(range(max(weeks, 0)), fill_value=0)
        if weeks < LEAST_WEEKS:
            continue
        half = float(t.ppf(0.975, weeks - 1) * counts.sem())
        mean = float(counts.mean())
        rows.append((level.campaign_id, level.vendor_id, "weekly_submitted", mean, mean - half, mean + half, ENOUGH))  # fmt: skip
    return pd.DataFrame(
        rows, columns=["campaign_id", "vendor_id", "figure", "value", "low", "high", "n"]
    )


def _rejections(reviews: pd.DataFrame) -> pd.DataFrame:
    sums = reviews.groupby("campaign_id", as_index=False)[["rejected", "reviews"]].sum()
    return _share(sums, "rejection_rate", "rejected", "reviews")


def _handle_times(times: pd.DataFrame) -> pd.DataFrame:
    """The medians of a campaign's task types, weighted; of several ways to measure time the commonest."""
    by = ["campaign_id", "duration_basis"]
    times = times.assign(seconds=times["median_seconds"] * times["assignments"])
    sums = times.groupby(by, as_index=False)[["seconds", "assignments"]].sum()
    sums = sums.sort_values("assignments").drop_duplicates("campaign_id", keep="last")
    return _amount(sums, "handle_time", sums["seconds"] / sums["assignments"], sums["assignments"])


def _costs(costs: pd.DataFrame) -> pd.DataFrame:
    """What an accepted item cost in 28 days, in the charter's currency at the rate of its first day."""
    rate = (costs["budget"] / costs["budget_usd"]).where(costs["currency"] != "USD", 1.0)
    return _amount(costs, "cost_per_item", costs["marginal_cost"] * rate, costs["accepted_last_28"])


def _share(frame: pd.DataFrame, figure: str, x: str, n: str) -> pd.DataFrame:
    share, low, high = wilson(frame[x], frame[n])
    told = {"share": share, "share_low": low, "share_high": high}
    return _long(frame.assign(**told), figure, "share", n)


def _amount(frame: pd.DataFrame, figure: str, value: pd.Series, n: pd.Series) -> pd.DataFrame:
    """An amount has no interval: it is what it is, once there is enough of it."""
    n = n.astype("float64").fillna(0)
    value = value.astype("float64").where(n >= ENOUGH)
    return pd.DataFrame(
        {
            "campaign_id": frame["campaign_id"],
            "figure": figure,
            "question_id": "",
            "value": value,
            "low": value,
            "high": value,
            "n": n,
        }
    )


def _long(frame: pd.DataFrame, figure: str, column: str, n: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "campaign_id": frame["campaign_id"],
            "figure": figure,
            "question_id": frame.get("question_id", ""),
            "value": frame[column],
            "low": frame[f"{column}_low"],
            "high": frame[f"{column}_high"],
            "n": frame[n].astype("float64"),
        }
    )


def _percent(alike: pd.DataFrame) -> pd.DataFrame:
    """Percent agreement with the interval of a share of items, which is wide enough for it."""
    share, low, high = wilson(alike["percent_agreement"] * alike["items"], alike["items"])
    return alike.assign(
        percent_agreement=share, percent_agreement_low=low, percent_agreement_high=high
    )


BETWEEN = "{figure} is {value:.3f} ({low:.3f} to {high:.3f}, {n:,.0f} units in 28 days), the bar is {bar:.3f}."
AS_IT_IS = "{figure} is {value:,.2f} in the last 28 days, the bar is {bar:,.2f}."


def _missed(
    column: str, most: float, severity: str, says: str, told: str = BETWEEN
) -> gxe.ExpectColumnValuesToBeBetween:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column,
        max_value=most,
        row_condition=(Column("n") >= ENOUGH) & Column(column).is_not_null(),
        severity=severity,
        description=says,
        meta=about(bar="bar", value="value", told=told),
    )


campaign_bars = Suite(
    name="campaign_bars",
    says="Each campaign's last 28 days against the bars of its charter, and its vendors' against their service levels.",
    frame=measured,
    subject=("campaign_id", "vendor_id", "question_id"),
    figure="figure",
    kind="floor breach",
    n="n",
    expectations=(
        _missed("short", 0, "warning", "Below the charter's bar with 95 % certainty."),
        _missed(
            "short",
            0.05,
            "critical",
            "More than 5 points below the charter's bar with 95 % certainty.",
        ),
        _missed("over", 0, "warning", "Above the charter's bar with 95 % certainty."),
        _missed(
            "over",
            0.05,
            "critical",
            "More than 5 points above the charter's bar with 95 % certainty.",
        ),
        _missed("missed_by", 0, "warning", "The charter's bar is missed.", AS_IT_IS),
        _missed(
            "missed_by",
            0.25,
            "critical",
            "The charter's bar is missed by more than a quarter.",
            AS_IT_IS,
        ),
    ),
)
