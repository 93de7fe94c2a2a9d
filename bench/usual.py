"""The methods in common use, on the same daily counts as ours: an alarm where a statistic passes a limit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

BASELINE = 56
"""The first days, which fixed limits and control charts take as normal."""


def _rate(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    return np.divide(bad, units, where=units > 0, out=np.full(units.shape, np.nan))


def _base(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    many = units[:, :BASELINE].sum(axis=1)
    return ((bad[:, :BASELINE].sum(axis=1) + 0.5) / (many + 1))[:, None]


def fixed_daily_limit(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """The day's rate above that of the first days (limit: 10 points)."""
    return np.nan_to_num(_rate(units, bad) - _base(units, bad))


def z_over_14_days(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """The day's rate against mean and deviation of the 14 days before (limit: 3)."""
    rate = _rate(units, bad)
    out = np.zeros(rate.shape)
    for day in range(14, rate.shape[1]):
        past = rate[:, day - 14 : day]
        many = (~np.isnan(past)).sum(axis=1)
        ok = (many >= 7) & ~np.isnan(rate[:, day])
        if ok.any():
            mean = np.nanmean(past[ok], axis=1)
            deviation = np.maximum(np.nanstd(past[ok], axis=1, ddof=1), 1e-3)
            out[ok, day] = (rate[ok, day] - mean) / deviation
    return out


def seven_against_28(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """The last 7 days against the 28 before, as a difference of two shares (limit: z of 3)."""
    zero = np.zeros((len(units), 1))
    many, wrong = (np.hstack([zero, np.cumsum(a, axis=1)]) for a in (units, bad))
    out = np.zeros(units.shape)
    for day in range(35, units.shape[1]):
        n1, x1 = (c[:, day + 1] - c[:, day - 6] for c in (many, wrong))
        n0, x0 = (c[:, day - 6] - c[:, day - 34] for c in (many, wrong))
        share = (x1 + x0 + 0.5) / (n1 + n0 + 1)
        error = np.sqrt(share * (1 - share) * (1 / np.maximum(n1, 1) + 1 / np.maximum(n0, 1)))
        out[:, day] = np.where(
            (n1 >= 20) & (n0 >= 40), (x1 / np.maximum(n1, 1) - x0 / np.maximum(n0, 1)) / error, 0
        )
    return out


def _standardised(units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    base = _base(units, bad)
    return np.where(
        units > 0, (bad - units * base) / np.sqrt(np.maximum(units * base * (1 - base), 1e-9)), 0
    )


def ewma(units: np.ndarray, bad: np.ndarray, weight: float = 0.2) -> np.ndarray:
    """Exponentially weighted mean of the daily z against the first days (limit: 3 deviations)."""
    z = _standardised(units, bad)
    out, level = np.zeros(z.shape), np.zeros(len(z))
    for day in range(z.shape[1]):
        level = np.where(units[:, day] > 0, weight * z[:, day] + (1 - weight) * level, level)
        out[:, day] = level / np.sqrt(weight / (2 - weight))
    return out


def cusum(units: np.ndarray, bad: np.ndarray, slack: float = 0.5) -> np.ndarray:
    """Cumulative sum of the daily z less half a deviation (limit: 5)."""
    z = _standardised(units, bad)
    out, level = np.zeros(z.shape), np.zeros(len(z))
    for day in range(z.shape[1]):
        step = np.where(units[:, day] > 0, z[:, day] - slack, 0)
        level = np.maximum(level + step, 0)
        out[:, day] = level
    return out


METHODS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], float]] = {
    "fixed daily limit": (fixed_daily_limit, 0.10),
    "z over 14 days": (z_over_14_days, 3.0),
    "7 against 28 days": (seven_against_28, 3.0),
    "EWMA": (ewma, 3.0),
    "CUSUM": (cusum, 5.0),
}


def openings(above: np.ndarray, first: int, calm: int = 7) -> list[list[int]]:
    """Per row, the days on which a flag opens; it closes after ``calm`` days without alarm."""
    found = []
    for row in above:
        opened, last = [], -(10**6)
        for day in np.flatnonzero(row):
            if day - last > calm and day >= first:
                opened.append(int(day))
            last = day
        found.append(opened)
    return found
