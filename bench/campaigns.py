"""Invented campaigns for the forecast bench, in two ways that share no code: drifting levels, and single trainers.

Both have weekends, holidays, a ramp-up, a vendor that joins on a date the plan knows and in other numbers than planned, and
in one of five a change of the target that no forecast before it can know. Levels drift by themselves in the first; in the
second nothing drifts: people come, learn, fall ill, leave and are replaced, and in one of seven a vendor leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST = date(2025, 1, 6)
LENGTH = 900
DAYS = np.arange(LENGTH)


@dataclass(frozen=True)
class Truth:
    """What drives a campaign of drifting levels and no forecaster can see."""

    level: np.ndarray
    """Log of the items of a usual day, before ``usual``."""
    drift: float
    usual: np.ndarray
    """Ramp, weekday and holiday of each day."""
    noise: float
    gains: float
    """The factor of the vendor that joins."""


@dataclass(frozen=True)
class Campaign:
    """A campaign as it will have gone: what came in each day, what it cost, what was planned."""

    accepted: np.ndarray
    cost: np.ndarray
    target: np.ndarray
    """The target in force on each day."""
    holidays: tuple[date, ...]
    joins: tuple[int, float]
    """The day on which a vendor joins and the planned factor on the rate; 1 where none does."""
    truth: Truth | None = None

    @property
    def days(self) -> int:
        """Days until the last target was met."""
        done = np.nonzero(np.cumsum(self.accepted) >= self.target)[0]
        return int(done[0]) + 1 if len(done) else LENGTH


def drifting(draw: np.random.Generator) -> Campaign:
    """A campaign of 60 to 240 days or so whose level wanders."""
    weekday = np.array([1, 1.05, 1.05, 1, 0.95, *draw.uniform(0, 0.5, 2)])
    holidays = _holidays(draw, 20)
    start, steps = np.log(draw.uniform(15, 400)), draw.standard_t(4, LENGTH)
    drift = draw.uniform(0.005, 0.03)
    ramp = np.minimum(1, (DAYS + 3) / draw.integers(5, 45))
    day, planned = int(draw.integers(20, 120)), float(draw.choice([1.0, 1.0, 1.3, 1.6]))
    gains = 1 + (planned - 1) * draw.uniform(0.5, 1.3)
    noise = draw.uniform(0.1, 0.35)
    usual = ramp * weekday[DAYS % 7]
    usual[[(h - FIRST).days for h in holidays]] *= 0.1
    level = start + np.cumsum(steps * drift)
    rate = np.exp(level) * usual * np.where(day <= DAYS, gains, 1.0)
    rate *= np.exp(draw.normal(0, noise, LENGTH))
    accepted = draw.poisson(rate)
    target = _target(draw, accepted)
    price = draw.uniform(2, 40) * np.exp(np.cumsum(draw.normal(0, 0.004, LENGTH)))
    cost = price * (accepted * draw.uniform(0.85, 1.15, LENGTH) + rate * 0.1)
    truth = Truth(level, drift, usual, noise, gains)
    return Campaign(accepted, cost, target, holidays, (day, planned), truth)


def of_trainers(draw: np.random.Generator) -> Campaign:
    """A campaign of 4 to 50 trainers, each with an own pace, days off and a day of leaving."""
    weekday = np.array([1, 1, 1, 1, 0.9, *draw.uniform(0, 0.4, 2)])
    holidays = _holidays(draw, 25)
    team, learns = int(draw.integers(4, 50)), int(draw.integers(7, 40))
    usual = draw.uniform(2, 12)
    starts = draw.integers(0, draw.integers(1, 35), team)
    done = np.zeros(LENGTH)
    for start in starts:
        while start < LENGTH:
            end = start + int(draw.geometric(draw.uniform(0.002, 0.008)))
            done[:end] += _person(draw, start, learns, usual)[:end]
            start = end + int(draw.integers(3, 25))
    day, planned = int(draw.integers(20, 120)), float(draw.choice([1.0, 1.0, 1.25, 1.5]))
    for _ in range(round((planned - 1) * team * draw.uniform(0.7, 1.1))):
        done += _person(draw, day + int(draw.integers(0, 10)), learns, usual)
    if draw.random() < 0.15:
        done[int(draw.integers(40, 200)) :] *= draw.uniform(0.6, 0.85)
    together, size = np.zeros(LENGTH), draw.uniform(0.05, 0.25)
    for number in range(1, LENGTH):  # a good day is often followed by another
        together[number] = 0.4 * together[number - 1] + draw.normal(0, size)
    rate = done * weekday[DAYS % 7] * np.exp(together)
    rate[[(h - FIRST).days for h in holidays]] = 0
    burst = draw.uniform(5, 40)
    accepted = draw.poisson(draw.gamma(burst, 1, LENGTH) / burst * rate)
    price = draw.uniform(1, 30) * np.exp(np.cumsum(draw.normal(0, 0.003, LENGTH)))
    cost = price * (0.9 * rate + 0.1 * accepted)
    return Campaign(accepted, cost, _target(draw, accepted), holidays, (day, planned))


def _person(draw: np.random.Generator, start: int, learns: int, usual: float) -> np.ndarray:
    """What one trainer does from ``start`` on, learning for ``learns`` days."""
    learnt = np.where(start <= DAYS, 0.4 + 0.6 * np.minimum(1, (DAYS - start) / learns), 0.0)
    return draw.gamma(6, usual / 6) * learnt * (draw.random(LENGTH) < draw.uniform(0.6, 0.95))


def _holidays(draw: np.random.Generator, number: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=int(d)) for d in draw.choice(LENGTH, number, replace=False))


def _target(draw: np.random.Generator, accepted: np.ndarray) -> np.ndarray:
    """What is accepted by some day from the 60th to the 240th; in one of five another from some day on."""
    last = int(draw.integers(60, 240))
    target = np.full(LENGTH, max(int(np.cumsum(accepted)[last]), 50))
    if draw.random() < 0.2:
        target[int(draw.integers(20, 100)) :] = int(target[0] * draw.uniform(0.8, 1.4))
    return target
