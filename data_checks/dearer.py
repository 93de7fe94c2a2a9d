"""Work that became dearer: each campaign's weekly cost per accepted item against its own weeks before.

Weeks are compared on the log scale, each with what its own task types cost on average: another mix is no
change. Items that wait for review count as done, at whatever pace reviewers come to them: cost and items of a
week then belong together, and no week has to be left out until it is decided.

How much a campaign's weeks vary is learned from these weeks. Evidence that all since some week are dearer by
one of four sizes is the ratio of what Student's t gives them with and without the rise, so that few weeks are
taken for what they are. It is gathered since any week (Shiryaev-Roberts), and a flag opens where it exceeds the
wanted number of weeks between false flags and the rise is a tenth or more.

Measured on 2,000 campaigns of seven shapes in which nothing changed (`python -m bench.dearer`): .0044 false flags
a month, .016 with heavy tails, the worst shape, at 24 months, which allow .042. Of rises by 10, 20 and 40 % at any
volume and spread .24, .67 and .94 were told within four weeks. Weak spots: a wider spread than that of the rise, and
whoever is dearer and takes over more of the same type of work, which is told as the rise that it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_checks.detectors.settings import Settings

SIZES = np.log([1.15, 1.35, 1.7, 3.0])
"""How much dearer: what evidence is gathered for, from a rise on that people act on."""

LEAST_EFFECT = 0.10
"""A smaller rise is told by the budget in time, however certain it is."""

WEEKS = 26
LEAST_WEEKS = 5
"""Weeks before the first that can be called dearer."""

LONGEST_WEEKS = 8
"""Onsets further back than this are no longer considered."""

ENOUGH_ITEMS = 50
"""A week with fewer items is not judged: the cost of one moves by chance."""

PRICED = 0.95
"""Nor is a week of which a smaller part has a price."""

LEAST_SPREAD = 0.015
"""No campaign's weeks are taken to vary less than this."""

CALM = 0.5
CALM_WEEKS = 2
"""So many weeks in a row with less than half of the least effect end a flag."""

DAYS_A_WEEK = 7


@dataclass
class Rise:
    """Dearer work in one campaign: since which week, and by how much."""

    campaign_id: str
    opened: pd.Timestamp
    """The first day after the week that told it."""
    onset: pd.Timestamp
    peak: float
    """The most that the logarithm of the evidence has been."""
    before: float = np.nan
    """What an item cost before, at the mix of task types since."""
    since: float = np.nan
    items: float = 0.0
    closed: pd.Timestamp | None = None

    @property
    def effect(self) -> float:
        return self.since / self.before - 1


@dataclass(frozen=True)
class Weeks:
    """A campaign's judged weeks: a row per week, a column per task type."""

    campaign_id: str
    week: pd.DatetimeIndex
    cost: np.ndarray
    items: np.ndarray

    def index(self, rows: np.ndarray) -> np.ndarray:
        """Of each week in ``rows`` the log of its cost over what its items cost in all of them by their type.

        Cost of no item's type, such as of reviews that name none, belongs to all items.
        """
        items = self.items[rows].sum(axis=0)
        cost = self.cost[rows].sum(axis=0)
        own = np.where((items > 0) & (cost > 0), cost / np.maximum(items, 1), 0.0)
        usual = np.where(own > 0, own, cost.sum() / items.sum())
        expected = np.maximum(self.items[rows] @ usual, 1e-9)
        return np.log(self.cost[rows].sum(axis=1) / expected)


def rises(work: pd.DataFrame, settings: Settings) -> list[Rise]:
    """Every rise as each week would have told it; ``work`` has a row per campaign, task type and whole week."""
    return [rise for weeks in judged(work) for rise in rises_of(weeks, settings)]


def judged(work: pd.DataFrame) -> Iterator[Weeks]:
    """Each campaign's weeks with enough items, nearly all of them priced."""
    work = work.assign(items=work["accepted_items"] + work["waiting_items"])
    sums = work.groupby(["campaign_id", "week"], as_index=False)[
        ["items", "units", "unpriced"]
    ].sum()
    is_enough = (sums["items"] >= ENOUGH_ITEMS) & (sums["unpriced"] <= (1 - PRICED) * sums["units"])
    kept = work.merge(sums.loc[is_enough, ["campaign_id", "week"]], on=["campaign_id", "week"])
    for campaign, own in kept[kept["cost_usd"] > 0].groupby("campaign_id"):
        table = own.pivot_table(
            index="week", columns="task_type", values=["cost_usd", "items"], aggfunc="sum"
        ).fillna(0.0)
        yield Weeks(
            str(campaign),
            pd.DatetimeIndex(table.index),
            table["cost_usd"].to_numpy(float),
            table["items"].to_numpy(float),
        )


def rises_of(weeks: Weeks, settings: Settings) -> Iterator[Rise]:
    """A campaign's rises: one at a time, each against the weeks before it without those of earlier rises."""
    wanted = np.log(settings.days_between_false_flags / DAYS_A_WEEK)
    # A level that people accepted is the first that counts.
    accepted = settings.new_levels.get((weeks.campaign_id, "cost_per_item"))
    is_past = np.ones(len(weeks.week), bool)
    if accepted is not None:
        is_past = weeks.week >= pd.Timestamp(accepted)
    rise = None
    for last in np.flatnonzero(is_past):
        rows = np.flatnonzero(is_past[: last + 1])
        if rise is not None:
            before, since = (
                rows[weeks.week[rows] < rise.onset],
                rows[weeks.week[rows] >= rise.onset],
            )
            before = before[-WEEKS:]
            if _is_over(weeks, before, since):
                rise.closed = weeks.week[last] + pd.Timedelta(days=DAYS_A_WEEK)
                is_past[since] = False
                rise = None
                continue
            rise.peak = max(rise.peak, evidence(weeks, rows[-WEEKS:])[0])
            _measure(rise, weeks, before, since)
            continue
        rows = rows[-WEEKS:]
        log_e, first = evidence(weeks, rows)
        if log_e >= wanted:
            opened = weeks.week[last] + pd.Timedelta(days=DAYS_A_WEEK)
            told = Rise(weeks.campaign_id, opened, weeks.week[rows[first]], log_e)
            _measure(told, weeks, rows[:first], rows[first:])
            if told.effect >= LEAST_EFFECT:
                rise = told
                yield rise


def evidence(weeks: Weeks, rows: np.ndarray) -> tuple[float, int]:
    """The logarithm of the evidence that the last of the weeks are dearer, and the likeliest first of them."""
    n = len(rows)
    first = np.arange(max(LEAST_WEEKS, n - LONGEST_WEEKS), n)
    if not len(first):
        return -np.inf, 0
    y = weeks.index(rows)
    y = y - y.mean()
    after = n - first
    rest = (y**2).sum() + (n - 1) * LEAST_SPREAD**2
    sums = y[::-1].cumsum()[after - 1]
    square = (after * (n - after) / n)[:, None] * SIZES**2
    shifted = rest - 2 * sums[:, None] * SIZES + square
    log_ratio = -(n - 1) / 2 * np.log(shifted / rest)
    of_first = np.logaddexp.reduce(log_ratio, axis=1) - np.log(len(SIZES))
    return float(np.logaddexp.reduce(of_first)), int(first[of_first.argmax()])


def _measure(rise: Rise, weeks: Weeks, before: np.ndarray, since: np.ndarray) -> None:
    y = weeks.index(np.concatenate([before, since]))
    shift = y[len(before) :].mean() - y[: len(before)].mean()
    rise.items = float(weeks.items[since].sum())
    rise.since = float(weeks.cost[since].sum() / rise.items)
    rise.before = float(rise.since / np.exp(shift))


def _is_over(weeks: Weeks, before: np.ndarray, since: np.ndarray) -> bool:
    if len(since) < CALM_WEEKS:
        return False
    y = weeks.index(np.concatenate([before, since]))
    late = y[-CALM_WEEKS:] - y[: len(before)].mean()
    return bool((late < CALM * LEAST_EFFECT).all())
