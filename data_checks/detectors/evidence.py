"""The evidence, day by day, that a figure became worse than each trainer's own past.

For every day on which a change could have begun, what came since is compared with what the
days before it let expect of these people on these tasks: a log-likelihood ratio for several
sizes of change. Their sum over possible beginnings (Shiryaev and Roberts) rarely passes A
within A days while nothing changes, whatever the mix of people and tasks does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout, Panel

PRIOR_STRATUM = 20.0
PRIOR_TASK = 5.0
PRIOR_TRAINERS = 5.0
PRIOR_TRAINER_DAYS = 200.0
PRIOR_DAYS = 28.0
NO_EVIDENCE = -1e9


@dataclass
class Expected:
    """What the past lets expect, one column per day on which a change could have begun."""

    rate: np.ndarray  # cells: expected share of bad units
    certainty: np.ndarray  # trainers: information about the person, own past and colleagues'
    own: np.ndarray  # trainers: the part of it that is the person's own past
    of_mean: np.ndarray  # strata: variance of the colleagues' mean on the logit scale


def expected(layout: Layout, units: np.ndarray, bad: np.ndarray, unequal: np.ndarray) -> Expected:
    """Rates by stratum, moved for each trainer by as much as the own record deserves.

    ``unequal`` is each campaign's variance between trainers, in logits. Linear in the record,
    so that a newcomer is expected at the mean of the others, without bias.
    """
    campaign_rate = (layout.by_campaign @ bad + 0.5) / (layout.by_campaign @ units + 2)
    task_rate = (layout.by_task @ bad + PRIOR_TASK * campaign_rate[layout.campaign_of_task]) / (
        layout.by_task @ units + PRIOR_TASK
    )
    of_task = np.repeat(task_rate, 2, axis=0)
    rate = (layout.by_stratum @ bad + PRIOR_STRATUM * of_task) / (
        layout.by_stratum @ units + PRIOR_STRATUM
    )
    mean = rate[layout.stratum]
    spread = mean * (1 - mean)
    excess = layout.by_trainer @ (bad - units * mean)
    own = layout.by_trainer @ (units * spread)
    prior = (1 / unequal)[layout.campaign_of_trainer][:, None]
    certainty = own + prior
    moved = mean + spread * (excess / certainty)[layout.trainer]
    share = (prior / certainty)[layout.trainer]
    of_mean = 1 / (layout.by_stratum @ (units * spread * share) + 1.0)
    return Expected(
        np.clip(moved, mean / 8, 1 - (1 - mean) / 8).astype(np.float32), certainty, own, of_mean
    )


def inequality(layout: Layout, units: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """Each campaign's variance between trainers, in logits, shrunk towards the usual one."""
    many, tasks = layout.by_campaign @ units, layout.by_task
    rate = (layout.by_campaign @ bad + 0.5) / (many + 2)
    usual = s.TRAINER_ICC / (rate * (1 - rate))
    task_rate = (tasks @ bad + PRIOR_TASK * rate[layout.campaign_of_task]) / (
        tasks @ units + PRIOR_TASK
    )
    mean = task_rate[layout.task]
    excess = layout.by_trainer @ (bad - units * mean)
    own = layout.by_trainer @ (units * mean * (1 - mean))
    of = layout.campaign_of_trainer
    weight = 1 / (1 + own * usual[of]) ** 2
    campaigns = len(layout.campaigns)
    seen = np.bincount(of, own > 1, campaigns)
    correction = seen / np.maximum(seen - 1, 1)
    above = np.bincount(of, weight * (excess**2 * correction[of] - own), campaigns)
    scale = np.bincount(of, weight * own**2, campaigns)
    prior = PRIOR_TRAINERS * np.maximum(scale / np.maximum(seen, 1), 1e-3)
    return np.clip((above + prior * usual) / (scale + prior), 0.1 * usual, 20 * usual)


def log_mean_over_odds(ratios: np.ndarray) -> np.ndarray:
    """The log mean of likelihood ratios over the sizes of change (first axis)."""
    top = ratios.max(axis=0)
    return top + np.log(np.exp(ratios - top).mean(axis=0))


@dataclass
class Evidence:
    """The evidence at the end of one day; columns are the possible first days of a change."""

    begins: np.ndarray
    weight: np.ndarray
    ratio: np.ndarray  # odds x segments x begins: log-likelihood ratios
    some: np.ndarray  # campaigns x begins: of "some trainers"
    of_trainer: np.ndarray  # odds x trainers x begins
    units: np.ndarray  # segments x begins, as counted (weighted by what days are worth)
    excess: np.ndarray  # segments x begins: bad units above expectation, discounted
    worth: np.ndarray  # segments x begins: units, discounted alike
    information: np.ndarray  # segments x begins
    possible: np.ndarray  # campaigns x begins: enough history before it
    dispersion: np.ndarray  # campaigns

    def effect(self, segment: int, begin: int) -> tuple[float, float]:
        """Change of the bad share since ``begin`` in a segment, and its standard error."""
        worth = max(float(self.worth[segment, begin]), 1e-9)
        return float(self.excess[segment, begin]) / worth, float(
            np.sqrt(max(self.information[segment, begin], 1e-9)) / worth
        )


class Watch:
    """One figure of many campaigns, day after day: sums, how unequal people and days are."""

    def __init__(self, layout: Layout, panel: Panel) -> None:
        self.layout, self.panel = layout, panel
        shape = (layout.cells, panel.days + 1)
        self.base_units = np.zeros(shape, dtype=np.float32)
        self.base_bad = np.zeros(shape, dtype=np.float32)
        self.all_units = np.zeros(shape, dtype=np.float32)
        self.all_bad = np.zeros(shape, dtype=np.float32)
        self.raw_units = np.zeros((len(layout.campaigns), panel.days + 1))
        campaigns = len(layout.campaigns)
        self.frozen = np.zeros(campaigns, dtype=bool)
        self.valid_from = np.full(campaigns, panel.days + 1)
        self.day_units = layout.by_campaign @ panel.units
        has = self.day_units > 0
        self.start = np.where(has.any(axis=1), has.argmax(axis=1), panel.days + 1)
        self.valid_from = self.start + s.HISTORY_DAYS
        # Sums behind the estimates of how much trainer-days and days differ beyond chance.
        self.trainer_day = np.zeros((2, campaigns))
        self.ranges = np.zeros((2, campaigns))
        self.leftover = np.zeros((2, campaigns))
        self.last_z = np.full(campaigns, np.nan)
        self.last_left = np.full(campaigns, np.nan)
        self.last_information = np.zeros(campaigns)
        self.unequal = np.ones(campaigns)
        self.dispersion = np.ones(campaigns)
        self.today = -1

    def _usual(self, icc: float, rate: np.ndarray) -> np.ndarray:
        return icc / (rate * (1 - rate))

    def add_day(self) -> None:
        """Take in the next day: give each cell its worth, then add it to what is known."""
        layout, day = self.layout, self.today + 1
        units, bad = self.panel.units[:, day], self.panel.bad[:, day]
        before = max(day - 7, 0) if day > s.HISTORY_DAYS else day
        past_units, past_bad = self.base_units[:, before], self.base_bad[:, before]
        rate = (layout.by_campaign @ past_bad + 2) / (layout.by_campaign @ past_units + 10)
        self.unequal = inequality(layout, past_units, past_bad)
        known = expected(layout, past_units[:, None], past_bad[:, None], self.unequal)
        p = known.rate[:, 0]
        spread = p * (1 - p)

        own = layout.by_trainer @ (units * spread)
        excess = layout.by_trainer @ (bad - units * p)
        of = layout.campaign_of_trainer
        prior = PRIOR_TRAINER_DAYS * np.maximum(self._mean_square(own, of), 1e-6)
        usual = self._usual(s.TRAINER_DAY_ICC, rate)
        varies = (self.trainer_day[0] + prior * usual) / (self.trainer_day[1] + prior)
        varies = np.maximum(varies, 0.1 * usual)
        worth_person = (1 / (1 + own * varies[of]))[layout.trainer]

        information = layout.by_campaign @ (worth_person * units * spread)
        total = layout.by_campaign @ (worth_person * (bad - units * p))
        usual_day = self._usual(s.DAY_ICC, rate)
        prior_days = PRIOR_DAYS * np.maximum(information, 1.0)
        shocks = (self.ranges[0] + prior_days * usual_day) / (self.ranges[1] + prior_days)
        shocks = np.maximum(shocks, 0.1 * usual_day)
        worth_day = 1 / (1 + information * shocks)

        worth = worth_person * worth_day[layout.campaign]
        self._learn(day, own, excess, of, known.certainty[:, 0], information, total, shocks)

        day_units, day_bad = worth * units, worth * bad
        self.all_units[:, day + 1] = self.all_units[:, day] + day_units
        self.all_bad[:, day + 1] = self.all_bad[:, day] + day_bad
        self.raw_units[:, day + 1] = self.raw_units[:, day] + self.day_units[:, day]
        counts = ~self.frozen[layout.campaign]
        keep = np.where(counts, np.exp(-1 / s.MEMORY_DAYS), 1).astype(np.float32)
        self.base_units[:, day + 1] = keep * self.base_units[:, day] + counts * day_units
        self.base_bad[:, day + 1] = keep * self.base_bad[:, day] + counts * day_bad
        self.today = day

    def _mean_square(self, own: np.ndarray, of: np.ndarray) -> np.ndarray:
        campaigns = len(self.layout.campaigns)
        active = np.bincount(of, own > 0, campaigns)
        return np.bincount(of, own**2, campaigns) / np.maximum(active, 1)

    def _learn(self, day, own, excess, of, certainty, information, total, shocks) -> None:
        """Update how much trainer-days and days vary beyond chance, from days without a flag."""
        campaigns = len(self.layout.campaigns)
        known = (day >= self.start + 14) & ~self.frozen & (information > 0.5)
        keep = np.where(known, np.exp(-1 / s.MEMORY_DAYS), 1.0)
        beyond = np.clip(excess**2 - own, None, 16 * own) - own**2 / certainty
        self.trainer_day = keep * self.trainer_day + known * np.stack(
            [np.bincount(of, beyond, campaigns), np.bincount(of, own**2, campaigns)]
        )
        z = total / np.sqrt(np.maximum(information, 1e-9))
        left = total / np.sqrt(np.maximum(information * (1 + information * shocks), 1e-9))
        both = known & ~np.isnan(self.last_z)
        step = np.where(both, np.minimum((z - self.last_z) ** 2 / 2, 9), 0)
        size = (information + self.last_information) / 2
        self.ranges = np.where(known, keep, 1) * self.ranges + both * np.stack(
            [(step - 1) * size, size**2]
        )
        small = np.where(both, np.minimum((left - self.last_left) ** 2 / 2, 9), 0)
        self.leftover = keep * self.leftover + both * np.stack([small, np.ones(campaigns)])
        self.last_z = np.where(known, z, self.last_z)
        self.last_left = np.where(known, left, self.last_left)
        self.last_information = np.where(known, information, self.last_information)
        floor = self.panel.least_dispersion
        self.dispersion = np.maximum(
            floor,
            (self.leftover[0] + PRIOR_DAYS * (1 + floor) / 2) / (self.leftover[1] + PRIOR_DAYS),
        )

    def freeze(self, campaign: int, onset: int) -> None:
        """Keep the days since ``onset`` out of the campaign's past, and those to come."""
        cells = self.layout.campaign == campaign
        self.frozen[campaign] = True
        now = slice(onset + 1, self.today + 2)
        self.base_units[cells, now] = self.base_units[cells, onset][:, None]
        self.base_bad[cells, now] = self.base_bad[cells, onset][:, None]

    def thaw(self, campaign: int) -> None:
        """The campaign is back where it was: what comes from now on is its past again."""
        self.frozen[campaign] = False
        self.valid_from[campaign] = self.today + 1

    def forget(self, campaign: int) -> None:
        """People accepted the level as new: its past begins today."""
        cells = self.layout.campaign == campaign
        self.base_units[cells, self.today + 1] = 0
        self.base_bad[cells, self.today + 1] = 0
        self.frozen[campaign] = False
        self.start[campaign] = self.today + 1
        self.valid_from[campaign] = self.today + 1 + s.HISTORY_DAYS

    def begins(self) -> tuple[np.ndarray, np.ndarray]:
        """The first days of a change to consider today, and how many days each stands for."""
        day = self.today
        days = np.arange(max(day - s.LONGEST_DAYS + 1, 0), day + 1)
        recent = days > day - s.EVERY_DAY_FOR
        keep = recent | (days % 3 == 0)
        return days[keep], np.where(recent, 1.0, 3.0)[keep]

    def evidence(self) -> Evidence:
        """Weigh every possible beginning of a change with what is known today."""
        layout, segments = self.layout, self.layout.segments
        begins, weight = self.begins()
        base_units, base_bad = self.base_units[:, begins], self.base_bad[:, begins]
        past = expected(layout, base_units, base_bad, self.unequal)
        last = self.today + 1
        units = self.all_units[:, last, None] - self.all_units[:, begins]
        bad = self.all_bad[:, last, None] - self.all_bad[:, begins]
        p = past.rate
        seen = units * p * (1 - p)
        of_trainer = layout.by_trainer @ seen
        discount = past.certainty / (past.certainty + of_trainer)
        w = discount[layout.trainer].astype(np.float32)
        information = w * seen
        # How far a wrong mean of the colleagues would move each cell's expectation.
        leans = information * (1 - past.own / past.certainty)[layout.trainer]
        doubt = (past.of_mean * (layout.by_stratum @ leans))[layout.stratum]
        segment_information = segments.sums @ information
        certain = segment_information / (
            segment_information + segments.sums @ (leans * doubt) + 1e-9
        )
        scale = certain / self.dispersion[segments.campaign][:, None]
        trainer_scale = (1 / self.dispersion)[layout.campaign_of_trainer][:, None]
        ratio = np.empty((len(s.ODDS), *scale.shape))
        trainer_ratio = np.empty((len(s.ODDS), *of_trainer.shape), dtype=np.float32)
        for i, odds in enumerate(s.ODDS):
            cell = w * (bad * np.float32(np.log(odds)) - units * np.log1p(np.float32(odds - 1) * p))
            ratio[i] = scale * (segments.sums @ cell)
            trainer_ratio[i] = trainer_scale * (layout.by_trainer @ cell)
        person = log_mean_over_odds(trainer_ratio[1:])
        mixed = np.log1p(s.CARRYING_TRAINERS * np.expm1(np.minimum(person, 60)))
        some = np.zeros((len(layout.campaigns), len(begins)))
        np.add.at(some, layout.campaign_of_trainer, mixed)
        known = layout.by_campaign @ base_units
        possible = (begins[None, :] >= self.valid_from[:, None]) & (known >= s.BASELINE_UNITS)
        return Evidence(
            begins,
            weight,
            ratio,
            some,
            trainer_ratio,
            segments.sums @ units,
            segments.sums @ (w * (bad - units * p)),
            segments.sums @ (w * units),
            segment_information,
            possible,
            self.dispersion.copy(),
        )
