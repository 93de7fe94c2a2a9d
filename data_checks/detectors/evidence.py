"""The evidence, day by day, that a figure became worse than each trainer's own past.

For every day on which a change could have begun, what came since is compared with what the
days before it let expect of these people on these tasks: a log-likelihood ratio for several
sizes of change. Their sum over possible beginnings (Shiryaev and Roberts) rarely passes A
within A days while nothing changes, whatever the mix of people and tasks does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout, Panel, sums_over

PRIOR_STRATUM = 20.0
PRIOR_TASK = 5.0
PRIOR_TRAINERS = 5.0
PRIOR_VENDOR = 2.0
PRIOR_TRAINER_DAYS = 200.0
PRIOR_DAYS = 28.0
LESS_UNEQUAL = 4.0
"""People and vendors differ in what they are better at by so much less than in how good they are."""

NO_EVIDENCE = -1e9
LAGS = 3
SUMS = 6 + LAGS
LEARN_AFTER = 28
ROSTER_DAYS = 7
NEWCOMER_SHARE = 0.2
"""A newcomer's own record makes up less than this of what is expected of the person."""


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


@dataclass
class GroupSums:
    """Sums over segments, then over trainers, in two steps: cells to blocks, blocks to segments."""

    fine: sparse.csr_matrix
    coarse: sparse.csr_matrix

    def __matmul__(self, cells: np.ndarray) -> np.ndarray:
        fine = self.fine @ cells
        blocks = self.coarse.shape[1]
        return np.concatenate([self.coarse @ fine[:blocks], fine[blocks:]])


@dataclass
class Roster:
    """The cells of the people who worked lately, and the sums over them."""

    cells: np.ndarray
    trainer: np.ndarray
    stratum: np.ndarray
    campaign: np.ndarray
    trainers: np.ndarray
    campaign_of_trainer: np.ndarray
    by_trainer: sparse.csr_matrix
    by_stratum: sparse.csr_matrix
    by_group: GroupSums
    campaign_of_group: np.ndarray
    by_campaign_of_trainer: sparse.csr_matrix
    vendor: np.ndarray
    by_vendor: sparse.csr_matrix
    kind: np.ndarray
    by_kind: sparse.csr_matrix

    def kind_prior(self, prior: np.ndarray) -> np.ndarray:
        """The prior of each vendor's kinds of task: that of any of its people."""
        told = np.ones((self.by_kind.shape[0], 1), dtype=np.float32)
        told[self.kind] = prior[self.trainer]
        return told


def roster_of(layout: Layout, is_active: np.ndarray) -> Roster:
    """The roster of the trainers with an active cell."""
    busy = np.unique(layout.trainer[is_active])
    cells = np.flatnonzero(np.isin(layout.trainer, busy))
    trainer = np.searchsorted(busy, layout.trainer[cells])
    of = layout.campaign_of_trainer[busy]
    by_trainer = sums_over(trainer, len(busy))
    blocks, block = np.unique(layout.block[cells], return_inverse=True)
    kinds, kind = np.unique(layout.kind[cells], return_inverse=True)
    fine = sparse.vstack([sums_over(block, len(blocks)), by_trainer]).tocsr()
    return Roster(
        cells,
        trainer,
        layout.stratum[cells],
        layout.campaign[cells],
        busy,
        of,
        by_trainer,
        layout.by_stratum[:, cells],
        GroupSums(fine, layout.segments.of_block[:, blocks]),
        np.concatenate([layout.segments.campaign, of]),
        sums_over(of, len(layout.campaigns)),
        layout.vendor_of_trainer[busy],
        sums_over(
            layout.vendor_of_trainer[busy], int(layout.vendor_of_trainer.max(initial=-1)) + 1
        ),
        kind,
        sums_over(kind, len(kinds)),
    )


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


def log_mean(ratios: np.ndarray) -> np.ndarray:
    """The log mean of likelihood ratios over the sizes of change (first axis)."""
    top = ratios.max(axis=0)
    return top + np.log(np.exp(ratios - top).mean(axis=0))


def log_sum(values: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """The logarithm of a sum of exponentials."""
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis)


def mixed(ratio: np.ndarray, part: float) -> np.ndarray:
    """Log-likelihood ratio of a trainer who carries a change with probability ``part``."""
    return np.log1p(part * np.expm1(np.minimum(ratio, 60)))


@dataclass
class Groups:
    """Groups of cells (segments, trainers) since each possible beginning of a change.

    A day on which everybody was worse says little about the campaign, but as much as ever about
    one group against the others: a group gives up the part of its excess and information that
    common days explain, little if it is small, most if it is the campaign itself.
    """

    sums: sparse.csr_matrix
    units_of_cell: np.ndarray
    bad_of_cell: np.ndarray
    rate: np.ndarray
    information_of_cell: np.ndarray
    usual: np.ndarray  # campaigns x begins: part of the campaign's excess that common days have
    campaign: np.ndarray  # of each group; the first groups are the campaigns themselves

    def __post_init__(self) -> None:
        self.information = self.sums @ self.information_of_cell
        self.taken = self._taken(self.information)
        self.units = self.sums @ self.units_of_cell
        self.bad = self.sums @ self.bad_of_cell
        self.expected_of_cell = self.units_of_cell * self.rate
        self.expected = self.sums @ self.expected_of_cell

    def _taken(self, information: np.ndarray) -> np.ndarray:
        """The part of a group's information that common days take: the more, the larger its share."""
        whole = np.maximum(information[: len(self.usual)], 1e-9)[self.campaign]
        return information / whole * self.usual[self.campaign]

    def _of_campaign(self, sums: np.ndarray) -> np.ndarray:
        """What the campaign has in common: to its parts only what is worse.

        Where one part becomes better, the others stay what they were; they are not worse for it.
        """
        own = sums[: len(self.usual)]
        common = np.maximum(own, 0)[self.campaign]
        common[: len(own)] = own
        return common

    @property
    def excess(self) -> np.ndarray:
        """Bad units above expectation, without what common days explain."""
        excess = self.bad - self.expected
        return (excess - self.taken * self._of_campaign(excess)) / (1 - self.taken)

    @property
    def spread(self) -> np.ndarray:
        """The variance of ``excess``."""
        return self.information / (1 - self.taken)

    def log_ratio(self, worse: s.Worsening) -> np.ndarray:
        """Log-likelihood ratios for one way of becoming worse than ``rate``.

        Without common days: the sum of bad ln(b / p) + (units - bad) ln((1 - b) / (1 - p)), b
        being what p becomes. Common days are taken to have the same shape as the worsening, so
        that a bad day for everybody is nobody's own.
        """
        if worse.turned:
            stays = np.float32(np.log(1 - worse.turned))
            gain = np.log(1 + np.float32(worse.turned) * (1 / self.rate - 1)) - stays
            expected = self.sums @ (self.expected_of_cell * gain)
            excess = self.sums @ (self.bad_of_cell * gain) - expected
            mean = expected + stays * self.units
            taken = self._taken(self.sums @ (self.information_of_cell * gain * gain))
        else:
            gain = np.float32(np.log(worse.odds))
            cost = np.log(1 + np.float32(worse.odds - 1) * self.rate)
            excess = gain * (self.bad - self.expected)
            mean = gain * self.expected - self.sums @ (self.units_of_cell * cost)
            taken = self.taken
        return excess - taken * self._of_campaign(excess) + (1 - taken) * mean


@dataclass
class Evidence:
    """The evidence at the end of one day; columns are the possible first days of a change."""

    begins: np.ndarray
    weight: np.ndarray
    ratio: np.ndarray  # worsenings x segments x begins: log-likelihood ratios
    some: np.ndarray  # campaigns x begins: of "some trainers"
    newcomers: np.ndarray  # campaigns x begins: of people without a past, together
    trainers: np.ndarray  # the trainers who worked lately
    of_trainer: np.ndarray  # worsenings x these trainers x begins
    units: np.ndarray  # segments x begins, as counted (weighted by what days are worth)
    excess: np.ndarray  # groups x begins: bad units above expectation, discounted, cleared of days
    worth: np.ndarray  # groups x begins: units, discounted alike
    spread: np.ndarray  # groups x begins: variance of the excess
    possible: np.ndarray  # campaigns x begins: enough history before it
    dispersion: np.ndarray  # campaigns

    def ratios(self, worse: int, groups: np.ndarray, since: np.ndarray) -> np.ndarray:
        """The log-likelihood ratio of one worsening of some groups together, per beginning."""
        parts = self.ratio.shape[1]
        of_segments = self.ratio[worse][groups[groups < parts]][:, since].sum(axis=0)
        own = groups[groups >= parts] - parts
        return of_segments + self.of_trainer[worse][own][:, since].sum(axis=0)

    def effect(self, groups: int | np.ndarray, begin: int) -> tuple[float, float]:
        """Change of the bad share since ``begin`` in one group or several, and its standard error.

        Groups are the segments, then the trainers who worked lately.
        """
        worth = max(float(np.sum(self.worth[groups, begin])), 1e-9)
        excess, spread = (float(np.sum(a[groups, begin])) for a in (self.excess, self.spread))
        return excess / worth, float(np.sqrt(max(spread, 1e-9)) / worth)


class Watch:
    """One figure of many campaigns, day after day: sums, how unequal people and days are."""

    def __init__(self, layout: Layout, panel: Panel) -> None:
        self.layout, self.panel = layout, panel
        campaigns, strata, days = len(layout.campaigns), layout.by_stratum.shape[0], panel.days + 1
        self.base = np.zeros((2, layout.cells, days), dtype=np.float32)
        self.base_of_stratum = np.zeros((2, strata, days))
        self.all = np.zeros((2, layout.cells, days), dtype=np.float32)
        self.common = np.zeros((2, campaigns, days))
        self.frozen = np.zeros(campaigns, dtype=bool)
        self.day_units = layout.by_campaign @ panel.units
        has = self.day_units > 0
        self.start = np.where(has.any(axis=1), has.argmax(axis=1), days)
        self.valid_from = self.start + s.HISTORY_DAYS
        self.past_from = np.zeros(campaigns, dtype=int)
        self.learned = np.zeros((SUMS, campaigns, days))
        self.last_z = np.full((LAGS, campaigns), np.nan)
        self.last_left = np.full((LAGS, campaigns), np.nan)
        self.last_information = np.zeros(campaigns)
        self.unequal = np.full(campaigns, s.TRAINER_ICC)
        works = (layout.by_trainer @ panel.units) > 0
        self.first_day = np.where(works.any(axis=1), works.argmax(axis=1), days)
        self.is_called = np.zeros(layout.cells, dtype=bool)
        self.note_first_days()
        self.dispersion = np.ones(campaigns)
        self.daily = np.zeros((2, campaigns, days))
        self.today = self.roster_day = -1

    def note_first_days(self) -> None:
        """Since when each segment has people."""
        place = self.layout.segments.sums.tocoo()
        self.first_day_of_segment = np.full(place.shape[0], self.panel.days + 1)
        np.minimum.at(
            self.first_day_of_segment, place.row, self.first_day[self.layout.trainer[place.col]]
        )

    def add_day(self) -> None:
        """Take in the next day: give each cell its worth, then add it to what is known."""
        layout, day = self.layout, self.today + 1
        at_work = self.panel.units[:, day] > 0
        if day % ROSTER_DAYS == 0 or not self.is_called[at_work].all():
            self.call_the_roster(day)
        roster = self.roster
        before = max(day - 7, 0) if day > s.HISTORY_DAYS else day
        self.unequal = inequality(layout, *self.base[:, :, before])
        if day > LEARN_AFTER:
            # With four weeks of patience here too: people who became worse are not yet "unequal".
            settled = inequality(layout, *self.base[:, :, day - LEARN_AFTER])
            is_long = day - self.start > 2 * LEARN_AFTER
            self.unequal = np.where(is_long, settled, self.unequal)
        rates = stratum_rates(layout, *self.base_of_stratum[:, :, [before]])
        sharper = self._sharper(roster.trainers, np.array([before]))
        known = self.base[:, roster.cells][:, :, [before]]
        past = expected(roster, known[0], known[1], rates, self.unequal, sharper)
        p, certainty = past.rate[:, 0], past.certainty[:, 0]
        units, bad = self.panel.units[roster.cells, day], self.panel.bad[roster.cells, day]
        of = roster.campaign_of_trainer

        information = roster.by_trainer @ units
        excess = roster.by_trainer @ ((bad - units * p) / np.sqrt(p * (1 - p)))
        known = self._learned_until(day)
        varies = self._shrunk(
            known[0:2],
            PRIOR_TRAINER_DAYS * self._mean_square(information, of),
            s.TRAINER_DAY_ICC,
        )
        worth_person = 1 / (1 + information * varies[of])
        campaigns = len(layout.campaigns)
        of_day = np.bincount(of, worth_person * information, campaigns)
        total = np.bincount(of, worth_person * excess, campaigns)
        shocks = self._shrunk(known[2:4], PRIOR_DAYS * np.maximum(of_day, 10) ** 2, s.DAY_ICC)
        worth_day = 1 / (1 + of_day * shocks)
        self.dispersion = self._dispersion(known[4:])
        restless = np.bincount(of, information / worth_person, campaigns) + shocks * (
            np.bincount(of, information, campaigns) ** 2
        )
        self._note_the_day(day, units, p, self.dispersion * restless)
        self._learn(day, information, excess, certainty, of_day, total, shocks)

        # The information of whole days, and what it would have to be were days alike in nothing.
        self.common[:, :, day + 1] = self.common[:, :, day] + np.stack([of_day, of_day / worth_day])
        worth = worth_person[roster.trainer]
        today = np.zeros((2, layout.cells), dtype=np.float32)
        today[:, roster.cells] = worth * units, worth * bad
        self.all[:, :, day + 1] = self.all[:, :, day] + today
        counts = ~self.frozen[layout.campaign]
        keep = np.where(counts, np.exp(-1 / s.MEMORY_DAYS), 1)
        self.base[:, :, day + 1] = keep * self.base[:, :, day] + counts * today
        counts = ~self.frozen[np.repeat(layout.campaign_of_task, 2)]
        keep = np.where(counts, np.exp(-1 / s.MEMORY_DAYS), 1)
        self.base_of_stratum[:, :, day + 1] = keep * self.base_of_stratum[:, :, day] + counts * (
            (layout.by_stratum @ today.T).T
        )
        self.today = day

    def _note_the_day(
        self, day: int, units: np.ndarray, p: np.ndarray, restless: np.ndarray
    ) -> None:
        """How many bad units were to be expected of the day, and how far a usual day is off."""
        of, campaigns = self.roster.campaign, len(self.layout.campaigns)
        expected = np.bincount(of, units * p, campaigns)
        variance = np.bincount(of, units * p * (1 - p), campaigns)
        many = np.maximum(self.day_units[:, day], 1e-9)
        self.daily[:, :, day + 1] = np.stack([expected, variance / many * restless])

    def _sharper(self, trainers: np.ndarray, begins: np.ndarray) -> np.ndarray:
        """How many units a trainer's fading record is worth, per unit in it.

        Days that count less make a mean no less certain than their weights' sum says, but more:
        (sum of weights)^2 / (sum of squared weights) is up to twice the sum of weights.
        """
        of = self.layout.campaign_of_trainer[trainers]
        first = np.maximum(self.first_day[trainers], self.past_from[of])
        age = np.maximum(begins[None, :] - first[:, None], 0)
        return (2 / (1 + np.exp(-age / s.MEMORY_DAYS))).astype(np.float32)

    def call_the_roster(self, day: int) -> None:
        """Whom to watch for the next days; others count through the sums over their colleagues."""
        self.roster_day = day
        first = max(day - s.LONGEST_DAYS - ROSTER_DAYS, 0)
        self.roster = roster_of(self.layout, self.panel.units[:, first : day + 1].any(axis=1))
        self.is_called = np.zeros(self.layout.cells, dtype=bool)
        self.is_called[self.roster.cells] = True

    def log_shares(self, shares: dict[str, float]) -> np.ndarray:
        """The segments' parts of ``shares``, of those that worked lately."""
        lately = np.diff(self.roster.by_group.coarse.indptr) > 0
        is_seen = lately & (self.first_day_of_segment <= self.today)
        return self.layout.segments.log_shares(shares, is_seen)

    def _mean_square(self, information: np.ndarray, of: np.ndarray) -> np.ndarray:
        campaigns = len(self.layout.campaigns)
        active = np.bincount(of, information > 0, campaigns)
        return np.bincount(of, information**2, campaigns) / np.maximum(active, 1) + 1e-6

    def _shrunk(self, sums: np.ndarray, prior: np.ndarray, usual: float) -> np.ndarray:
        """A variance beyond chance, drawn towards the usual one."""
        return np.maximum((sums[0] + prior * usual) / (sums[1] + prior), 0.1 * usual)

    def _learned_until(self, day: int) -> np.ndarray:
        """The sums as they were four weeks ago: a change now must not pass for restless days."""
        wait = np.clip(day - self.start - 2 * s.HISTORY_DAYS, 0, LEARN_AFTER)
        return self.learned[:, np.arange(len(wait)), day - np.minimum(wait, day)]

    def _dispersion(self, sums: np.ndarray) -> np.ndarray:
        """What remains of restlessness: moving ranges, and days that resemble the days before."""
        floor = self.panel.least_dispersion
        many = sums[0] + PRIOR_DAYS
        ranges = (sums[1] + PRIOR_DAYS * (1 + floor) / 2) / many
        alike = sums[2:] / many
        long_run = (
            ranges
            + alike[0]
            + 2 * sum((1 - lag / (LAGS + 1)) * alike[lag - 1] for lag in range(1, LAGS + 1))
        )
        return np.maximum(floor, long_run)

    def _learn(
        self,
        day: int,
        information: np.ndarray,
        excess: np.ndarray,
        certainty: np.ndarray,
        of_day: np.ndarray,
        total: np.ndarray,
        shocks: np.ndarray,
    ) -> None:
        """Add to what is known of trainer-days and days beyond chance, from days without a flag."""
        campaigns, of = len(self.layout.campaigns), self.roster.campaign_of_trainer
        known = (day >= self.start + 14) & ~self.frozen & (of_day > 4)
        keep = np.where(known, np.exp(-1 / s.MEMORY_DAYS), 1.0)
        beyond = np.minimum(excess**2 - information, 16 * information) - information**2 / certainty
        z = total / np.sqrt(np.maximum(of_day, 1e-9))
        left = z / np.sqrt(1 + of_day * shocks)
        both = known & ~np.isnan(self.last_z[0])
        step = np.minimum((z - self.last_z[0]) ** 2 / 2, 9)
        small = np.minimum((left - self.last_left[0]) ** 2 / 2, 9)
        size = (of_day + self.last_information) / 2
        alike = np.clip(left * self.last_left, -9, 9)
        added = [
            np.where(known, np.bincount(of, beyond, campaigns), 0),
            np.where(known, np.bincount(of, information**2, campaigns), 0),
            np.where(both, (step - 1) * size, 0),
            np.where(both, size**2, 0),
            both.astype(float),
            np.where(both, small, 0),
            *np.where(known & ~np.isnan(self.last_left), alike, 0),
        ]
        self.learned[:, :, day + 1] = keep * self.learned[:, :, day] + np.stack(added)
        for last, now in ((self.last_z, z), (self.last_left, left)):
            last[1:, known] = last[:-1, known]
            last[0, known] = now[known]
        self.last_information = np.where(known, of_day, self.last_information)

    def _own(self, campaign: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """The sums that make up a campaign's past, and which of their rows are its own."""
        strata = np.repeat(self.layout.campaign_of_task, 2)
        return (
            (self.base, self.layout.campaign == campaign),
            (self.base_of_stratum, strata == campaign),
        )

    def freeze(self, campaign: int, onset: int) -> None:
        """Keep the days since ``onset`` out of the campaign's past, and those to come."""
        self.frozen[campaign] = True
        for sums, own in self._own(campaign):
            sums[:, own, onset + 1 : self.today + 2] = sums[:, own, onset][:, :, None]

    def thaw(self, campaign: int) -> None:
        """The campaign is back where it was: what comes from now on is its past again."""
        self.frozen[campaign] = False
        self.valid_from[campaign] = self.today + 1

    def restart(self, campaign: int, since: int) -> None:
        """The level since a day is the new one: the campaign's past begins there."""
        own = self.layout.campaign == campaign
        recent = self.all[:, own, self.today + 1] - self.all[:, own, since]
        strata = np.repeat(self.layout.campaign_of_task, 2) == campaign
        self.base[:, own, self.today + 1] = recent
        self.base_of_stratum[:, strata, self.today + 1] = (
            self.layout.by_stratum[:, own] @ recent.T
        ).T[:, strata]
        self.frozen[campaign] = False
        self.start[campaign] = since
        self.past_from[campaign] = self.today + 1
        self.valid_from[campaign] = max(self.today + 1, since + s.HISTORY_DAYS)

    def begins(self) -> tuple[np.ndarray, np.ndarray]:
        """The first days of a change to consider today, and how many days each stands for."""
        day = self.today
        days = np.arange(max(day - s.LONGEST_DAYS + 1, 0), day + 1)
        recent = days > day - s.EVERY_DAY_FOR
        keep = recent | (days % s.THEN_EVERY == 0)
        return days[keep], np.where(recent, 1.0, s.THEN_EVERY)[keep]

    def _groups(
        self,
        begins: np.ndarray,
        units: np.ndarray,
        bad: np.ndarray,
        discount: np.ndarray,
        rate: np.ndarray,
        information: np.ndarray,
    ) -> Groups:
        """The sums over segments and trainers, cleared of what whole days have in common."""
        roster, sums = self.roster, self.roster.by_group
        since = self.common[:, :, self.today + 1, None] - self.common[:, :, begins]
        restless = np.maximum(self.dispersion, 1)[:, None]
        usual = 1 - (since[0] + 1e-9) / (since[1] + 1e-9) / restless
        return Groups(
            sums,
            discount * units,
            discount * bad,
            rate,
            information,
            usual.astype(np.float32),
            roster.campaign_of_group,
        )

    def evidence(self) -> Evidence:
        """Weigh every possible beginning of a change with what is known today."""
        layout, segments, roster = self.layout, self.layout.segments, self.roster
        begins, weight = self.begins()
        of_stratum = self.base_of_stratum[:, :, begins]
        rates = stratum_rates(layout, *of_stratum)
        # Only the columns since the earliest beginning, in one piece: most of the time goes here.
        columns, last = slice(begins[0], self.today + 2), begins - begins[0]
        base = self.base[:, roster.cells, columns].take(last, axis=2)
        sharper = self._sharper(roster.trainers, begins)
        past = expected(roster, base[0], base[1], rates, self.unequal, sharper)
        everything = self.all[:, roster.cells, columns]
        units, bad = everything[:, :, -1:] - everything.take(last, axis=2)
        p = past.rate
        discount = past.certainty / (past.certainty + roster.by_trainer @ units)
        w = discount[roster.trainer]
        information = w * units * p * (1 - p)
        # How far a wrong mean of the colleagues would move each cell's expectation.
        leans = w * units * past.scale * (1 - past.own / past.certainty)[roster.trainer]
        of_vendor = (roster.by_vendor @ (roster.by_trainer @ leans))[roster.vendor]
        leans *= (past.doubt * of_vendor)[roster.trainer]
        groups = self._groups(begins, units, bad, w, p, information)
        parts = len(segments.campaign)
        certain = groups.information / (groups.information + roster.by_group @ leans + 1e-9)
        certain[parts:] = 1
        own = np.minimum(self.dispersion, 1).astype(np.float32)
        scale = certain / own[roster.campaign_of_group][:, None]
        every = np.stack([scale * groups.log_ratio(worse) for worse in s.WORSENINGS])
        ratio, of_trainer = every[:, :parts].astype(float), every[:, parts:]
        is_new = past.own < NEWCOMER_SHARE * past.certainty
        newcomers = np.stack(
            [roster.by_campaign_of_trainer @ (r * is_new) for r in of_trainer[s.LARGER,]]
        )
        some = np.stack(
            [
                roster.by_campaign_of_trainer @ mixed(r, part)
                for r in of_trainer[s.LARGER,]
                for part in s.CARRYING_TRAINERS
            ]
        )
        known = layout.tasks_of_campaign @ (of_stratum[0, 0::2] + of_stratum[0, 1::2])
        possible = (begins[None, :] >= self.valid_from[:, None]) & (known >= s.BASELINE_UNITS)
        return Evidence(
            begins,
            weight,
            ratio,
            log_mean(some),
            log_mean(newcomers),
            roster.trainers,
            of_trainer,
            (roster.by_group @ units)[:parts],
            groups.excess,
            groups.units,
            groups.spread,
            possible,
            self.dispersion.copy(),
        )
