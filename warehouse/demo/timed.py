"""When people work: each day laid out hour by hour, and what the tools measure of it."""

from __future__ import annotations

import numpy as np

from warehouse import schema
from warehouse.demo.plan import CAMPAIGNS, DAYS, VENDOR, VENDORS
from warehouse.demo.tables import SOURCES
from warehouse.demo.work import VENDOR_SOURCE, Work, during, is_in, is_leaked
from warehouse.demo.world import World

LONGEST_SHIFT_S = 14 * 3600.0


def timed(world: World, campaign: int, work: Work, rng: np.random.Generator) -> None:
    """Lay each person's day out: one assignment after the other, from the hour they begin."""
    people, count = world.team, len(work.trainer)
    vendor = people.vendor[work.trainer]
    tenure = people.tenure(work.trainer, work.day)
    median = np.array([kind.seconds for kind in CAMPAIGNS[campaign].kinds])[work.kind]
    seconds = median * people.pace[work.trainer] * np.exp(0.25 * work.hardness)
    seconds *= 1 + 0.5 * np.exp(-np.maximum(tenure, 0) / 15)
    seconds *= rng.lognormal(0, 0.42, count)
    seconds *= 1 - world.incident("speeding").size * is_in(world, campaign, "speeding", work)
    seconds *= 1 - 0.5 * is_in(world, campaign, "straight-lining", work)
    seconds *= 1 - 0.75 * is_leaked(world, campaign, work)

    order = np.lexsort((rng.random(count), work.day, work.trainer))
    shift = work.trainer[order] * DAYS + work.day[order]
    is_first = np.concatenate([[True], shift[1:] != shift[:-1]])
    group = np.cumsum(is_first) - 1
    pause = (
        5 + rng.exponential(45, count) + (rng.random(count) < 0.03) * rng.exponential(1500, count)
    )
    spent = seconds[order] + pause
    total = np.bincount(group, spent)
    squeeze = np.minimum(1, LONGEST_SHIFT_S / total)[group]
    spent, seconds[order] = spent * squeeze, seconds[order] * squeeze
    clock = np.cumsum(spent)
    clock -= (clock - spent)[is_first][group]
    hour = np.array([v.opens_at for v in VENDORS])[vendor[order]][is_first]
    hour = hour + people.hour[work.trainer[order]][is_first] + rng.normal(0, 0.4, is_first.sum())
    begins = np.clip(hour, 1.2, 20)[group] * 3600
    submitted = np.zeros(count)
    submitted[order] = work.day[order] * 86_400 + begins + clock
    gap = np.full(count, np.nan)
    gap[order] = np.where(is_first, np.nan, np.diff(submitted[order], prepend=0))
    work.seconds, work.submitted = np.round(seconds, 1), np.round(submitted, 3)
    work.duration, work.basis = _measured(world, campaign, work, gap, vendor, rng)
    elapsed = np.where(np.isnan(work.duration), work.seconds, work.duration)
    is_elapsed = np.isin(vendor, [VENDOR["kestrel"], VENDOR["tamarind"]])
    work.started = work.submitted - np.where(is_elapsed, elapsed, work.seconds)


def _measured(
    world: World,
    campaign: int,
    work: Work,
    gap: np.ndarray,
    vendor: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """What each tool says of the seconds spent, and by which measure."""
    seconds, count = work.seconds, len(work.seconds)
    idle = (rng.random(count) < 0.02) * rng.exponential(4000, count)
    reported = np.maximum(30, np.rint(seconds * rng.uniform(0.95, 1.35, count) / 30) * 30)
    by_basis = {
        "active": seconds,
        "elapsed_open_to_submit": seconds * (1 + 0.12 * rng.random(count)) + idle,
        "elapsed_accept_to_submit": seconds * (1 + rng.exponential(0.8, count)) + 2 * idle,
        "self_reported": reported,
        "gap_between_submits": gap,
    }
    duration, basis = np.full(count, np.nan), np.zeros(count, dtype=int)
    for number, told in enumerate(VENDORS):
        here = vendor == number
        duration[here] = by_basis[told.basis][here]
        basis[here] = schema.DURATION_BASES.index(told.basis)
    source = VENDOR_SOURCE[vendor] == SOURCES.index("label-studio")
    duration[during(world, campaign, "missing-durations", work.day) & source] = np.nan
    basis[np.isnan(duration)] = schema.DURATION_BASES.index("none")
    return np.round(duration, 1), basis
