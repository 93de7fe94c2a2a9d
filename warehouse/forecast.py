"""When will a campaign be done and what will it have cost, as ranges that were held against history.

Accepted items per day follow a local level on the log scale with a damped trend and weekday factors; the
level's innovations have heavy tails (Student's t, 5 degrees) and the days' residuals are drawn from the past.
600 paths are simulated; the finish of a path is the first day on which what remains is accepted. The spread of the
paths' log days is then widened by one factor that was learned from past forecasts of finished campaigns
(conformal prediction: Vovk, Gammerman, Shafer 2005), because no model's own spread holds for two months ahead.

Pure functions of arrays: no clock, no database, the same seed gives the same range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

PATHS = 600
HISTORY = 56
"""Days from which weekday factors and residuals are taken."""
ENOUGH_DAYS = 14
"""Days with data below which only the plan is shown."""
ENOUGH_FINISHED = 30
"""Finished campaigns' forecasts from which the widening factor is learned."""
UNLEARNED_SCALE = 1.8
"""The widening factor until then."""
SMOOTHING = 0.1
"""Weight of the newest day in the level: weights fall as .9 ^ age."""
DAMPING = 0.93
TREND_DAYS = 21
HORIZON = 730
"""Days after which a path that is not done counts as never done at this pace."""


@dataclass(frozen=True)
class Pace:
    """What the past says of a day: level and trend of the log rate, weekday factors, residuals."""

    level: float
    trend: float
    drift: float
    """Standard deviation of the level's step from one day to the next."""
    weekdays: np.ndarray
    """Seven factors around 1, Monday first."""
    residuals: np.ndarray


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


def pace(accepted: np.ndarray, first_day: date, holidays: Iterable[date] = ()) -> Pace | None:
    """What ``accepted`` items per day (one value a day from ``first_day``) say of the days to come.

    None with fewer than ``ENOUGH_DAYS`` days or nothing accepted: then only the plan can be shown.
    """
    accepted = np.asarray(accepted, float)
    if len(accepted) < ENOUGH_DAYS or accepted[-HISTORY:].sum() <= 0:
        return None
    days = [first_day + timedelta(days=n) for n in range(len(accepted))]
    free = set(holidays)
    is_work = np.array([day not in free for day in days])
    weekday = np.array([day.weekday() for day in days])
    weekdays = _weekday_factors(accepted, weekday, is_work)
    rate = np.log((np.clip(accepted, 0, None) + 0.5) / np.maximum(weekdays[weekday], 0.05))
    # A weekday on which nobody works says nothing of the level.
    says = is_work & (weekdays[weekday] > 0.05)
    rate = rate[says][-max(HISTORY, ENOUGH_DAYS) :]
    age = np.arange(len(rate))[::-1]
    weight = (1 - SMOOTHING) ** age
    level = float(np.sum(weight * rate) / np.sum(weight))
    residuals = rate - _smoothed(rate)
    spread = float(np.median(np.abs(residuals - np.median(residuals))) * 1.4826) or 0.05
    # The steady state of a local level with this smoothing (Harvey 1989): q = a^2 / (1 - a).
    drift = spread * np.sqrt(SMOOTHING**2 / (1 - SMOOTHING))
    return Pace(level, _trend(rate, spread), drift, weekdays, residuals - residuals.mean())


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
    on (a vendor that joins, trainers in ramp-up, a what-if).
    """
    draw = np.random.default_rng(seed)
    days = [since + timedelta(days=n) for n in range(HORIZON)]
    steps = np.clip(draw.standard_t(5, (PATHS, HORIZON)) / np.sqrt(5 / 3), -6, 6) * pace.drift
    damped = np.cumsum(DAMPING ** np.arange(1, HORIZON + 1))
    level = pace.level + pace.trend * damped + np.cumsum(steps, axis=1)
    noise = draw.choice(pace.residuals, (PATHS, HORIZON))
    factor = pace.weekdays[np.array([day.weekday() for day in days])]
    factor = factor * _capacity(days, capacity or {})
    away = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, 1.0)
    factor = factor * [1 - away.get(day, 0.0) for day in days]
    items = np.exp(np.clip(level + noise, -10, 15)) * factor
    done = np.cumsum(items, axis=1) >= remaining
    left = np.where(done.any(axis=1), done.argmax(axis=1) + 1.0, np.inf)
    return Finish(since, widened(left if remaining > 0 else np.zeros(PATHS), scale), items)


def cost_at_completion(
    done: Finish,
    remaining: float,
    spent: float,
    cost_per_item: np.ndarray,
    *,
    scale: float = 1.0,
    seed: int = 0,
) -> Range:
    """What the campaign will have cost: the same paths, at a cost per item that wanders as it did.

    ``cost_per_item`` is the cost per accepted item of past weeks (the newest last); its log is a random walk.
    """
    weekly = np.asarray(cost_per_item, float)
    weekly = weekly[np.isfinite(weekly) & (weekly > 0)]
    if not len(weekly):
        return Range(None, None, None)
    steps = np.diff(np.log(weekly[-12:]))
    # Half of a week's change is the noise of that week, not a new price.
    spread = max(float(np.std(steps)) / 2 if len(steps) > 2 else 0.05, 0.005)
    weeks = np.where(np.isfinite(done.days_left), done.days_left, HORIZON) / 7
    draw = np.random.default_rng(seed + 1)
    # The mean of a random walk over w weeks has a third of its end's variance.
    wander = draw.standard_normal(PATHS) * spread * np.sqrt(np.maximum(weeks, 1) / 3) * scale
    recent = np.exp(np.log(weekly[-4:]).mean())
    total = spent + max(remaining, 0) * recent * np.exp(wander)
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


def _weekday_factors(accepted: np.ndarray, weekday: np.ndarray, is_work: np.ndarray) -> np.ndarray:
    """Each weekday's median over the last eight weeks by the mean of the seven; 1 where unknown."""
    recent, day, work = accepted[-HISTORY:], weekday[-HISTORY:], is_work[-HISTORY:]
    # A ramp-up would pass for a weekday: each day is seen against the week around it.
    around = np.convolve(np.pad(recent, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    relative = np.divide(recent, around, out=np.ones_like(recent), where=around > 0)
    factors = np.ones(7)
    for number in range(7):
        seen = relative[(day == number) & work]
        if len(seen):
            # Two days of prior at 1: one odd Sunday is no pattern.
            factors[number] = (np.median(seen) * len(seen) + 2) / (len(seen) + 2)
            if len(seen) >= 3 and np.median(seen) == 0:
                factors[number] = 0.0
    return factors / max(factors.mean(), 1e-9)


def _smoothed(rate: np.ndarray) -> np.ndarray:
    level = np.empty_like(rate)
    level[0] = rate[:7].mean()
    for n in range(1, len(rate)):
        level[n] = level[n - 1] + SMOOTHING * (rate[n - 1] - level[n - 1])
    return level


def _trend(rate: np.ndarray, spread: float) -> float:
    """The slope of the last three weeks, shrunk by how well so few noisy days can know it."""
    recent = rate[-TREND_DAYS:]
    if len(recent) < ENOUGH_DAYS:
        return 0.0
    at = np.arange(len(recent)) - (len(recent) - 1) / 2
    slope = float(np.sum(at * recent) / np.sum(at**2))
    error = spread / np.sqrt(np.sum(at**2))
    return slope * slope**2 / (slope**2 + 4 * error**2) if slope else 0.0


def _capacity(days: list[date], capacity: Mapping[date, float]) -> np.ndarray:
    factor = np.ones(len(days))
    for day, times in sorted(capacity.items()):
        factor[max((day - days[0]).days, 0) :] = times
    return factor


def widened(left: np.ndarray, scale: float) -> np.ndarray:
    """Days left with their spread about the median stretched by ``scale`` on the log scale."""
    known = np.isfinite(left) & (left > 0)
    if not known.any():
        return left
    middle = np.log(np.median(left[known]))
    wide = left.copy()
    wide[known] = np.exp(middle + scale * (np.log(left[known]) - middle))
    return wide


def quantile(values: np.ndarray, share: float) -> float | None:
    """The value below which ``share`` lie; None where that is never."""
    value = float(np.quantile(values, share, method="higher"))
    return value if np.isfinite(value) else None
