"""What the past lets expect of each person at each kind of task: a share of bad units, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout
from data_checks.detectors.roster import Roster

PRIOR_STRATUM = 20.0
PRIOR_TASK = 5.0
PRIOR_TRAINERS = 5.0
PRIOR_VENDOR = 2.0
LESS_UNEQUAL = 4.0
"""People and vendors differ in what they are better at by so much less than in how good they are."""


@dataclass
class Expected:
    """What the past lets expect, one column per day on which a change could have begun."""

    rate: np.ndarray  # cells: expected share of bad units
    scale: np.ndarray  # cells: deviation of one unit, by which people and days move rates
    certainty: np.ndarray  # trainers: units that the expectation rests on, own and colleagues'
    own: np.ndarray  # trainers: the part of them that is the person's own past
    doubt: np.ndarray  # trainers: variance of the mean of the vendor's people


def stratum_rates(layout: Layout, units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """Share of bad units per stratum, drawn towards its task type's, and that to the campaign's.

    ``units`` and ``bad`` are sums over the people of each stratum.
    """
    task_units, task_bad = (a[0::2] + a[1::2] for a in (units, bad))
    sums = layout.tasks_of_campaign
    campaign_rate = (sums @ task_bad + 0.5) / (sums @ task_units + 2)
    task_rate = (task_bad + PRIOR_TASK * campaign_rate[layout.campaign_of_task]) / (
        task_units + PRIOR_TASK
    )
    return (bad + PRIOR_STRATUM * np.repeat(task_rate, 2, axis=0)) / (units + PRIOR_STRATUM)


def expected(
    roster: Roster,
    units: np.ndarray,
    bad: np.ndarray,
    rates: np.ndarray,
    unequal: np.ndarray,
    sharper: np.ndarray,
) -> Expected:
    """Rates by stratum, moved for each trainer by as much as the own record deserves.

    ``unequal`` is each campaign's variance between trainers, in deviations of one unit (so that
    1 / unequal is the number of units at which an own record counts half); ``sharper`` how much
    more a record says than its fading units do. Linear in the record, so that a newcomer is
    expected at the mean of the others of the vendor, without bias.
    """
    mean = rates.astype(np.float32)[roster.stratum]
    scale = np.sqrt(mean * (1 - mean))
    excess = sharper * (roster.by_trainer @ ((bad - units * mean) / scale))
    own = sharper * (roster.by_trainer @ units)
    prior = (1 / unequal)[roster.campaign_of_trainer][:, None].astype(np.float32)
    certainty = own + prior
    vendor, doubt = vendor_means(roster.by_vendor, roster.vendor, excess, own, prior)
    moved = mean + scale * ((excess + prior * vendor) / certainty)[roster.trainer]
    moved += scale * better_at(roster, units, (bad - units * moved) / scale, LESS_UNEQUAL * prior)
    return Expected(within(moved, mean), scale, certainty, own, doubt)


def better_at(
    roster: Roster, units: np.ndarray, excess: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    """What vendors, then people, are better or worse at than at their other kinds of task.

    In deviations of one unit, per cell, from what is left of each cell's excess once vendors and
    people are accounted for. Without it, a change of who does what would look like a change of
    how well it is done.
    """
    many, left = roster.by_kind @ units, roster.by_kind @ excess
    of_vendor = (left / (many + roster.kind_prior(prior)))[roster.kind]
    # A person's cells of one task type, weekdays and weekends, stand side by side.
    many, left = (a[0::2] + a[1::2] for a in (units, excess - units * of_vendor))
    own = left / (many + prior[roster.trainer[0::2]])
    return of_vendor + np.repeat(own, 2, axis=0)


def vendor_means(
    by_vendor: sparse.csr_matrix,
    vendor: np.ndarray,
    excess: np.ndarray,
    own: np.ndarray,
    prior: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """For each trainer the mean of the vendor's people, in deviations of one unit, and its variance.

    A newcomer of a weak vendor is expected to be like the vendor's others, which is no regression.
    """
    certainty = own + prior
    many = (by_vendor @ (own / certainty) + PRIOR_VENDOR)[vendor]
    mean = (by_vendor @ (excess / certainty))[vendor] / many
    return mean, 1 / (prior * many)


def within(rate: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The rate, kept away from 0 and 1 by an eighth of its mean's distance."""
    return np.clip(rate, mean / 8, 1 - (1 - mean) / 8)


def inequality(layout: Layout, units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """Each campaign's variance between trainers, shrunk towards the usual one.

    In deviations of one unit: for a share, the intraclass correlation, by the method of moments.
    """
    many, tasks = layout.by_campaign @ units, layout.by_task
    rate = (layout.by_campaign @ bad + 0.5) / (many + 2)
    mean = (tasks @ bad + PRIOR_TASK * rate[layout.campaign_of_task]) / (tasks @ units + PRIOR_TASK)
    mean = mean[layout.task]
    excess = layout.by_trainer @ ((bad - units * mean) / np.sqrt(mean * (1 - mean)))
    own = layout.by_trainer @ units
    of, usual = layout.campaign_of_trainer, s.TRAINER_ICC
    weight = 1 / (1 + own * usual) ** 2
    campaigns = len(layout.campaigns)
    seen = np.bincount(of, own > 5, campaigns)
    correction = seen / np.maximum(seen - 1, 1)
    above = np.bincount(of, weight * (excess**2 * correction[of] - own), campaigns)
    scale = np.bincount(of, weight * own**2, campaigns)
    prior = PRIOR_TRAINERS * np.maximum(scale / np.maximum(seen, 1), 1e-3)
    return np.clip((above + prior * usual) / (scale + prior), 0.1 * usual, 20 * usual)
