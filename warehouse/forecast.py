"""When will a campaign be done and what will it have cost, as ranges that were held against history.

Accepted items per day follow a level on the log scale that drifts, with a trend that fades, times weekday factors; counts
scatter by themselves, days beyond that. What the past cannot tell of level, trend, drift and noise stays open
(``level.py``), and the level may jump. 600 paths are simulated; the finish of a path is the first day on which what
remains is accepted. The spread of the paths' log days is then widened by one factor that was learned from past forecasts
of finished campaigns (conformal prediction: Vovk, Gammerman, Shafer 2005): what no model knows, a change of the target
above all.

Pure functions of arrays: no clock, no database, the same seed gives the same range.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from warehouse.level import Belief, believe
from warehouse.weekdays import Weekdays, weekdays

METHOD = 2
"""Raised when ranges are made in another way: what the former one missed teaches nothing of this one's width."""
PATHS = 600
HISTORY = 112
"""Days from which the level is taken."""
ENOUGH_DAYS = 14
"""Days with data below which only the plan is shown."""
ENOUGH_FINISHED = 30
"""Finished campaigns' forecasts from which the widening factor is learned."""
UNLEARNED_SCALE = 1.15
"""The widening factor until then."""
DRIFTS = (0.008, 0.016, 0.032)
NOISES = (0.05, 0.1, 0.2, 0.35, 0.6, 1.0)
"""Of a day, on the log scale: how far the level may move, and how much a day may differ from it."""
BEGINNING = (0.01, 0.05)
"""Growth per day with which a campaign begins, mean and standard deviation: most ramp up, some are there at once."""
PLANS_DIFFER = 0.3
"""Standard deviation of what people to come bring, against what was planned of them."""
WEEKS = 26
"""Weeks from which the cost of an item is taken."""
PRICE_DRIFTS = (0.008, 0.016, 0.032)
PRICE_NOISES = (0.005, 0.015, 0.05, 0.15, 0.5)
"""The same of a week's cost per accepted item."""
HORIZON = 730
"""Days after which a path that is not done counts as never done at this pace."""


@dataclass(frozen=True)
class Pace:
    """What the past says of a day: the log of a usual day's items, and the weekdays."""

    log_rate: Belief
    weekdays: Weekdays

    @property
    def usual(self) -> float:
        """Items on a day that is like the mean of a week."""
        return float(np.exp(self.log_rate.middle)) - 0.5


@dataclass(frozen=True)
class Range:
    """A tenth, a half and nine tenths of the paths lie below; None where a path never gets there."""

    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True)
class Finish:
    """The forecast of a finish: the days left of every path (shape ``(PATHS,)``, inf for never)."""

    since: date
    days_left: np.ndarray
    items: np.ndarray
    """Accepted items per path and day, shape ``(PATHS, HORIZON)``."""

    def on(self, share: float) -> date | None:
        """The day by which ``share`` of the paths are done."""
        days = quantile(self.days_left, share)
        return None if days is None else self.since + timedelta(days=round(days))

    def chance_by(self, deadline: date) -> float:
        """The share of paths that are done on or before ``deadline``."""
        return float(np.mean(self.days_left <= (deadline - self.since).days))


def pace(
    accepted: np.ndarray,
    first_day: date,
    holidays: Iterable[date] = (),
    joined: Collection[date] = (),
) -> Pace | None:
    """What ``accepted`` items per day (one value a day from ``first_day``) say of the days to come.

    On days in ``joined`` people came or went, as planned: the level may have moved. None with fewer than ``ENOUGH_DAYS``
    days or nothing accepted in the last eight weeks: then only the plan can be shown.
    """
    accepted = np.clip(np.asarray(accepted, float), 0, None)
    if len(accepted) < ENOUGH_DAYS or accepted[-56:].sum() <= 0:
        return None
    days = [first_day + timedelta(days=n) for n in range(len(accepted))]
    free = set(holidays)
    is_work = np.array([day not in free for day in days])
    weekday = np.array([day.weekday() for day in days])
    week = weekdays(accepted, weekday, is_work)
    factor = np.maximum(week.factors[weekday], 1e-3)
    says = is_work & ~week.is_quiet[weekday]
    if not says[-HISTORY:].any():
        return None
    rate = np.where(says, np.log((accepted + 0.5) / factor), np.nan)
    first = max(len(rate) - HISTORY, 0)
    return Pace(
        believe(
            rate[first:],
            drifts=DRIFTS,
            noises=NOISES,
            weight=factor[first:],
            trend=(0.0, 0.01) if first else BEGINNING,
            known_jumps={(day - first_day).days - first for day in joined},
        ),
        week,
    )


def finish(
    pace: Pace,
    remaining: float,
    since: date,
    *,
    scale: float = UNLEARNED_SCALE,
    holidays: Iterable[date] | Mapping[date, float] = (),
    capacity: Mapping[date, float] | None = None,
    seed: int = 0,
) -> Finish:
    """Paths of accepted items from ``since`` on until ``remaining`` are accepted.

    ``holidays`` are days without work, or with the share of it that is away; ``capacity`` multiplies the rate from a day
    on (a vendor that joins, trainers in ramp-up, a what-if); what it changes after ``since`` comes about
    more or less as planned (``PLANS_DIFFER``).
    """
    draw = np.random.default_rng(seed)
    days = [since + timedelta(days=n) for n in range(HORIZON)]
    weekday = np.array([day.weekday() for day in days])
    items = pace.log_rate.levels(draw, PATHS, HORIZON)
    scatter = pace.log_rate.residuals.astype(np.float32)
    items += scatter[draw.integers(0, len(scatter), items.shape, dtype=np.uint8)]
    np.exp(np.clip(items, -10, 15, out=items), out=items)
    items *= pace.weekdays.factors[weekday].astype(np.float32)
    # Half an item was added before the logarithm, so that a day without any has one.
    items -= np.where(pace.weekdays.is_quiet, 0, 0.5).astype(np.float32)[weekday]
    np.maximum(items, 0, out=items)
    items *= _times(days, capacity or {}, draw)
    away = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, 1.0)
    items *= np.array([1 - away.get(day, 0.0) for day in days], np.float32)
    # Items are whole: half of the last one is that one.
    done = np.cumsum(items, axis=1, dtype=float) >= remaining - 0.5
    left = np.where(done.any(axis=1), done.argmax(axis=1) + 1.0, np.inf)
    return Finish(since, widened(left if remaining > 0 else np.zeros(PATHS), scale), items)


def cost_at_completion(
    done: Finish,
    remaining: float,
    spent: float,
    cost_per_item: np.ndarray,
    *,
    seed: int = 0,
) -> Range:
    """What the campaign will have cost: the same paths, at a cost per item that wanders as it did.

    ``cost_per_item`` is the cost per accepted item of past weeks (the newest last); its log drifts.
    """
    weekly = np.asarray(cost_per_item, float)[-WEEKS:]
    weekly = np.where(np.isfinite(weekly) & (weekly > 0), weekly, np.nan)
    if np.isnan(weekly).all():
        return Range(None, None, None)
    price = believe(np.log(weekly), drifts=PRICE_DRIFTS, noises=PRICE_NOISES, may_jump=False)
    weeks = np.where(np.isfinite(done.days_left), done.days_left, HORIZON) / 7
    horizon = int(np.clip(np.ceil(weeks.max()), 1, HORIZON // 7 + 1))
    levels = price.levels(np.random.default_rng(seed + 1), PATHS, horizon)
    share = np.clip(weeks[:, None] - np.arange(horizon), 0, 1)
    share[:, 0] = np.maximum(share[:, 0], 1e-9)
    each = (np.exp(levels) * share).sum(axis=1) / share.sum(axis=1)
    total = spent + max(remaining, 0) * each
    return Range(*(float(v) for v in np.quantile(total, [0.1, 0.5, 0.9])))


def runs_out(done: Finish, money_left: float, cost_per_item: float) -> Range:
    """Days until the money is spent at the paths' pace, whether or not the target is met by then."""
    if money_left <= 0:
        return Range(0.0, 0.0, 0.0)
    spent = np.cumsum(done.items, axis=1) * cost_per_item >= money_left
    days = np.where(spent.any(axis=1), spent.argmax(axis=1) + 1.0, np.inf)
    return Range(*(quantile(days, share) for share in (0.1, 0.5, 0.9)))


def needed(done: Finish, remaining: float, deadline: date, scale: float) -> Range:
    """The factor on the pace with which ``remaining`` are accepted before ``deadline``.

    With p50 as many paths are done in time as are not, with p90 nine in ten are.
    """
    days = min((deadline - done.since).days, HORIZON)
    if days <= 0:
        return Range(None, None, None)
    items = done.items[:, :days].sum(axis=1)
    factor = np.divide(remaining, items, out=np.full(PATHS, np.inf), where=items > 0)
    factor = widened(factor, scale)
    return Range(*(quantile(factor, share) for share in (0.1, 0.5, 0.9)))


def learned_scale(told: np.ndarray, came: np.ndarray, *, nominal: float = 0.8) -> float:
    """The factor by which past ranges had to be wider to hold ``nominal`` of the time.

    ``told`` are unwidened p10, p50, p90 of days left (shape ``(n, 3)``), ``came`` the days it took (``(n,)``).
    ``UNLEARNED_SCALE`` with fewer than ``ENOUGH_FINISHED`` of them.
    """
    told, came = np.log(np.maximum(told, 0.5)), np.log(np.maximum(came, 0.5))
    usable = np.isfinite(told).all(axis=1) & np.isfinite(came)
    told, came = told[usable], came[usable]
    if len(came) < ENOUGH_FINISHED:
        return UNLEARNED_SCALE
    low, middle, high = told.T
    half = np.where(came >= middle, high - middle, middle - low)
    ratio = np.abs(came - middle) / np.maximum(half, 1e-3)
    # The finite-sample rank of split conformal prediction.
    rank = min(int(np.ceil((len(ratio) + 1) * nominal)), len(ratio)) - 1
    return float(np.clip(np.sort(ratio)[rank], 0.5, 5.0))


def held(told: np.ndarray, came: np.ndarray) -> tuple[int, int]:
    """How many of past ranges (p10, p90; shape ``(n, 2)``) held what came, and of how many."""
    usable = np.isfinite(came)
    inside = (told[:, 0] <= came) & (came <= told[:, 1])
    return int((inside & usable).sum()), int(usable.sum())


def _times(
    days: list[date], capacity: Mapping[date, float], draw: np.random.Generator
) -> np.ndarray:
    """The factor of each path and day: today's is certain, what is to come differs from its plan."""
    factor = np.ones(len(days))
    for day, times in sorted(capacity.items()):
        factor[max((day - days[0]).days, 0) :] = times
    brought = np.clip(1 + PLANS_DIFFER * draw.standard_normal((PATHS, 1)), 0, 2)
    return np.maximum(factor[0] + (factor - factor[0]) * brought, 0).astype(np.float32)


def widened(left: np.ndarray, scale: float) -> np.ndarray:
    """Days left with their spread about the median stretched by ``scale`` on the log scale."""
    known = np.isfinite(left) & (left > 0)
    if scale == 1 or not known.any():
        return left
    middle = np.log(np.median(left[known]))
    wide = left.copy()
    wide[known] = np.exp(middle + scale * (np.log(left[known]) - middle))
    return wide


def quantile(values: np.ndarray, share: float) -> float | None:
    """The value below which ``share`` lie; None where that is never."""
    value = float(np.quantile(values, share, method="higher"))
    return value if np.isfinite(value) else None
