"""How much is done on each weekday, against a usual day.

Pure functions of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HISTORY = 56
"""Days from which the factors are taken."""
APART = 0.5
"""How far weekdays lie apart, as a standard deviation on the log scale, before any is seen."""
SELDOM = 0.4
"""A weekday on which less than this share of days saw any work says nothing of the level."""


@dataclass(frozen=True)
class Weekdays:
    """Seven factors with mean 1, Monday first; ``is_quiet`` where hardly anybody works."""

    factors: np.ndarray
    is_quiet: np.ndarray


def weekdays(done: np.ndarray, weekday: np.ndarray, is_work: np.ndarray) -> Weekdays:
    """The factors of the last eight weeks; days that are no ``is_work`` (holidays) say nothing.

    On the log scale, where half and twice are equally far; each day is seen against the seven around it, so that a
    ramp-up does not pass for a weekday, and few days are drawn towards the mean by how much they scatter.
    """
    done, weekday, is_work = done[-HISTORY:], weekday[-HISTORY:], is_work[-HISTORY:]
    own = [(weekday == number) & is_work for number in range(7)]
    seen = np.array([o.sum() for o in own])
    mean = np.array([done[o].mean() if o.any() else 0.0 for o in own])
    worked = np.array([(done[o] > 0).mean() if o.any() else 1.0 for o in own])
    is_quiet = (seen > 1) & (worked < SELDOM)
    if is_quiet.all():
        is_quiet[:] = False
    off = _off(np.log(done + 0.5), weekday, is_work)
    middle = np.array([np.median(off[o]) if o.any() else 0.0 for o in own])
    scatter = np.concatenate([off[o] - m for o, m in zip(own, middle, strict=True)])
    noise = max(1.4826 * float(np.median(np.abs(scatter))), 0.05) ** 2
    middle -= middle[~is_quiet].mean()
    # A median scatters half again as much as a mean.
    factors = np.exp(middle * seen * APART**2 / (seen * APART**2 + 1.5 * noise))
    usual = mean[~is_quiet].mean() / factors[~is_quiet].mean()
    factors[is_quiet] = mean[is_quiet] / max(usual, 1e-9)
    return Weekdays(factors / factors.mean(), is_quiet)


def _off(logs: np.ndarray, weekday: np.ndarray, is_work: np.ndarray) -> np.ndarray:
    """Each day less the mean of the seven around it, which hold each weekday once; holidays as such a day usually is."""
    logs = logs.copy()
    for number in range(7):
        own = weekday == number
        if (own & is_work).any():
            logs[own & ~is_work] = np.median(logs[own & is_work])
    total = np.concatenate([[0.0], np.cumsum(logs)])
    begin = np.clip(np.arange(len(logs)) - 3, 0, len(logs) - 7)
    return logs - (total[begin + 7] - total[begin]) / 7
