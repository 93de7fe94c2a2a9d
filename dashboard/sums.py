"""Adding frames up: sums of counts, ratios of sums, never means of ratios."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from warehouse.read import wilson


def week_of(days: pd.Series) -> pd.Series:
    """The Monday of each day's week."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def rate(
    frame: pd.DataFrame, by: Sequence[str], x: str, n: str, name: str = "rate"
) -> pd.DataFrame:
    """Per ``by`` the sums of ``x`` and ``n`` and their ratio with its 95 % interval.

    A ``design_effect`` widens the interval: each row's n counts as so many independent answers.
    """
    frame = frame[frame[n] > 0]
    effective = frame[n] / frame["design_effect"] if "design_effect" in frame else frame[n]
    sums = (
        frame.assign(_effective=effective.astype(float))
        .groupby(list(by))[[x, n, "_effective"]]
        .sum()
    )
    value, low, high = wilson(sums[x], sums[n], sums[n] / sums["_effective"])
    sums = sums.assign(**{name: value, f"{name}_low": low, f"{name}_high": high})
    return sums.drop(columns="_effective").reset_index()


def per(frame: pd.DataFrame, by: str, x: str, n: str) -> pd.Series:
    """Per ``by`` the sum of ``x`` over that of ``n``, of the rows that know both: what is unknown is no 0 above or below the line."""
    told = frame.dropna(subset=[x, n]).groupby(by)[[x, n]].sum().astype("float64")
    return told[x] / told[n].where(told[n] > 0)


def by_week(frame: pd.DataFrame, until: date, *columns: str) -> pd.DataFrame:
    """Sums of ``columns`` per whole week (those that ``until`` does not cut), oldest first.

    Takes frames by week or by day; weeks without a row count 0.
    """
    if frame.empty:
        return pd.DataFrame(columns=["week", *columns])
    week = frame["week"] if "week" in frame else week_of(frame["day"])
    sums = frame.groupby(week)[list(columns)].sum()
    sums = sums.reindex(pd.date_range(sums.index.min(), sums.index.max(), freq="7D"), fill_value=0)
    last = pd.Timestamp(until) - pd.Timedelta(days=7)
    return sums[sums.index <= last].rename_axis("week").reset_index()


def weekly(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Daily ``columns`` summed by week, the week that is not over included."""
    return frame.groupby(week_of(frame["day"]).rename("week"))[list(columns)].sum().reset_index()


def to_date(days: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Planned value, earned value and cost of all campaigns together at the end of each day.

    Each campaign's plan is a straight line between its days, and stays where it ends; cost and
    earned value stay as they are until they change, and are not known from ``until`` on.
    """
    parts = []
    for column in ("planned_cost", "earned_value", "cost_to_date"):
        wide = days.pivot_table(
            index="day", columns="campaign_id", values=column, aggfunc="last"
        ).asfreq("D")
        if column == "planned_cost":
            wide = wide.interpolate(limit_area="inside").ffill()
        else:
            wide = wide[wide.index < until].ffill()
        parts.append(wide.sum(axis=1).rename(column))
    return pd.concat(parts, axis=1).rename_axis("day").reset_index()
