"""What of a change of a rate is the mix, and what the rates themselves (Kitagawa 1955)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout, sums_over

RECENT_DAYS = 7
BEFORE_DAYS = 28
PRIOR_UNITS = 10.0


def parts(
    units_before: np.ndarray, bad_before: np.ndarray, units_now: np.ndarray, bad_now: np.ndarray
) -> tuple[float, float]:
    """The parts of the change of bad / units that come from the mix and from the rates.

    One entry per segment. They add up to the change of the ratio of sums.
    """
    weight_before = units_before / units_before.sum()
    weight_now = units_now / units_now.sum()
    # A segment seen on one side only has no change of rate of its own: all of it is mix.
    rate_before = np.divide(
        bad_before, units_before, where=units_before > 0, out=np.full(len(units_before), np.nan)
    )
    rate_now = np.divide(
        bad_now, units_now, where=units_now > 0, out=np.full(len(units_now), np.nan)
    )
    rate_before, rate_now = (
        np.where(np.isnan(rate_before), rate_now, rate_before),
        np.where(np.isnan(rate_now), rate_before, rate_now),
    )
    rate_before, rate_now = np.nan_to_num(rate_before), np.nan_to_num(rate_now)
    mix = float(((weight_now - weight_before) * (rate_before + rate_now) / 2).sum())
    rate = float(((rate_now - rate_before) * (weight_before + weight_now) / 2).sum())
    return mix, rate


@dataclass(frozen=True)
class MixShift:
    """A change of the figure that the mix of work explains, not the people's work."""

    campaign: int
    opened: int
    closed: int | None
    onset: int
    effect: float
    units: float
    dimension: str
    segment: str


def shifts(layout: Layout, counts: np.ndarray) -> list[MixShift]:
    """The days on which the mix of a campaign's work moved the figure for the worse.

    ``counts`` are the units and the bad ones, per part of the layout and day. The last 7 days are
    held against the 28 before, over vendor x task type. A shift must be worth 2 points and four
    standard errors of the mix's own day-to-day movement.
    """
    found = []
    first = np.unique(layout.kind, return_index=True)[1]
    names = layout.people.loc[first // 2, ["vendor_id", "task_type"]].to_numpy()
    sums = sums_over(layout.kind_of_part, len(first))
    units, bad = (np.asarray(sums @ a, dtype=float) for a in counts)
    # Kinds are numbered campaign by campaign.
    ends = np.cumsum(np.bincount(layout.campaign[first], minlength=len(layout.campaigns)))
    for campaign, rows in enumerate(np.split(np.arange(len(first)), ends[:-1])):
        if len(rows) > 1:
            told = [(vendor, task) for vendor, task in names[rows]]
            found += _of_campaign(campaign, units[rows], bad[rows], told)
    return found


def _of_campaign(
    campaign: int, units: np.ndarray, bad: np.ndarray, names: list[tuple[str, str]]
) -> list[MixShift]:
    days = units.shape[1]
    zero = np.zeros((len(names), 1))
    many, wrong = (np.hstack([zero, np.cumsum(a, axis=1)]) for a in (units, bad))
    last = np.arange(RECENT_DAYS + BEFORE_DAYS, days + 1)
    if not len(last):
        return []
    now, wrong_now = (
        many[:, last] - many[:, last - RECENT_DAYS],
        wrong[:, last] - wrong[:, last - RECENT_DAYS],
    )
    start = last - RECENT_DAYS - BEFORE_DAYS
    before = many[:, last - RECENT_DAYS] - many[:, start]
    wrong_before = wrong[:, last - RECENT_DAYS] - wrong[:, start]
    pooled = (wrong_now + wrong_before).sum(axis=0) / np.maximum((now + before).sum(axis=0), 1)
    # Rates of the whole five weeks, drawn to the campaign's: few units must not make a mix effect.
    rate = (wrong_now + wrong_before + PRIOR_UNITS * pooled) / (now + before + PRIOR_UNITS)
    total_now, total_before = now.sum(axis=0), before.sum(axis=0)
    weight_now, weight_before = now / np.maximum(total_now, 1), before / np.maximum(total_before, 1)
    effect = ((weight_now - weight_before) * rate).sum(axis=0)
    error = _error(units, rate, weight_before, last, total_now)
    enough = (total_now >= s.BASELINE_UNITS) & (total_before >= 2 * s.BASELINE_UNITS)
    is_shift = enough & (effect >= 0.02) & (effect >= 4 * error)
    if not is_shift.any():
        return []
    found, i = [], 0
    while i < len(last):
        if not is_shift[i]:
            i += 1
            continue
        j = i
        # It stays one shift until the mix is calm for a week (against the days before it).
        while j + 1 < len(last) and is_shift[j + 1 : j + 1 + RECENT_DAYS].any():
            j += 1
        top = i + int(np.argmax(effect[i : j + 1]))
        found.append(
            MixShift(
                campaign,
                int(last[i]) - 1,
                int(last[j]) if j + 1 < len(last) else None,
                int(last[i]) - RECENT_DAYS,
                float(effect[top]),
                float(total_now[i]),
                *_mover(names, weight_now[:, top] - weight_before[:, top]),
            )
        )
        i = j + 1
    return found


def _error(
    units: np.ndarray, rate: np.ndarray, weight: np.ndarray, last: np.ndarray, total: np.ndarray
) -> np.ndarray:
    """How far the week's mix effect moves when only days differ: from the five weeks' days."""
    harder = rate - (weight * rate).sum(axis=0)
    before = np.lib.stride_tricks.sliding_window_view(units, BEFORE_DAYS, axis=1)
    # Each day's units times how much easier or harder its mix was than usual.
    moved = np.einsum("ki,kid->id", harder, before[:, last - RECENT_DAYS - BEFORE_DAYS])
    return np.sqrt(RECENT_DAYS * np.mean(moved**2, axis=1)) / np.maximum(total, 1)


def _mover(names: list[tuple[str, str]], moved: np.ndarray) -> tuple[str, str]:
    """Whether it was the vendors or the task types whose shares moved most, and which grew most."""
    vendors: dict[str, float] = {}
    types: dict[str, float] = {}
    for (vendor, task), by in zip(names, moved, strict=True):
        vendors[vendor] = vendors.get(vendor, 0) + by
        types[task] = types.get(task, 0) + by
    by_vendor = sum(abs(v) for v in vendors.values())
    by_type = sum(abs(v) for v in types.values())
    dimension, shares = ("task_type", types) if by_type >= by_vendor else ("vendor_id", vendors)
    return dimension, max(sorted(shares), key=lambda name: shares[name])
