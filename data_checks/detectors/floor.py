"""A figure below its charter's bar: no change from the past, a level that is not good enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.watch import Watch

WINDOW_DAYS = 28
SURE = 1.96
"""Deviations beyond the bar from which the level is below it with 95 % certainty (two-sided)."""

CALM_DAYS = 3


@dataclass(frozen=True)
class Breach:
    """A campaign's figure on the wrong side of its bar, from the day on which that was sure."""

    campaign: int
    opened: int
    closed: int | None
    effect: float
    units: float


def breaches(watch: Watch, bad_at_most: dict[int, float]) -> list[Breach]:
    """The breaches of the campaigns with a bar; ``bad_at_most`` is the bar as a bad share.

    Judged over the last 28 days. Closes after three days on which it is no longer even likely
    (one deviation), so that it does not flicker.
    """
    found = []
    for campaign, bar in sorted(bad_at_most.items()):
        units, bad = watch.worth[:, campaign]
        known, needed = watch.common[:, campaign, -1] + 1e-9
        restless = watch.dispersion[campaign] * needed / known
        start = np.maximum(np.arange(len(units)) - WINDOW_DAYS, 0)
        many, wrong = (units - units[start])[1:], (bad - bad[start])[1:]
        spread = np.sqrt(np.maximum(many, 1) * bar * (1 - bar) * restless)
        z = np.where(many >= s.BASELINE_UNITS, (wrong - many * bar) / np.maximum(spread, 1e-9), 0)
        found += _runs(campaign, z, many, wrong, bar)
    return found


def _runs(
    campaign: int, z: np.ndarray, many: np.ndarray, wrong: np.ndarray, bar: float
) -> list[Breach]:
    found, opened, calm = [], None, 0
    for day, value in enumerate(z):
        if opened is None and value >= SURE:
            opened, calm = day, 0
        elif opened is not None:
            calm = calm + 1 if value < 1 else 0
            if calm == CALM_DAYS:
                found.append(_breach(campaign, opened, day, many, wrong, bar))
                opened = None
    if opened is not None:
        found.append(_breach(campaign, opened, None, many, wrong, bar))
    return found


def _breach(
    campaign: int,
    opened: int,
    closed: int | None,
    many: np.ndarray,
    wrong: np.ndarray,
    bar: float,
) -> Breach:
    return Breach(
        campaign, opened, closed, float(wrong[opened] / many[opened] - bar), float(many[opened])
    )
