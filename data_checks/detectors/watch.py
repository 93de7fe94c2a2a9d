"""One figure of many campaigns, day after day: what is known of people and days, and what it is worth."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout, Panel
from data_checks.detectors.expectation import expected, inequality, stratum_rates
from data_checks.detectors.roster import Roster, roster_of

PRIOR_TRAINER_DAYS = 200.0
PRIOR_DAYS = 28.0
LAGS = 3
SUMS = 6 + LAGS
LEARN_AFTER = 28
ROSTER_DAYS = 7


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
        self.dispersion = np.ones(campaigns)
        self.daily = np.zeros((2, campaigns, days))
        self.today = self.roster_day = -1

    @cached_property
    def first_day_of_segment(self) -> np.ndarray:
        """Since when each segment has people."""
        place = self.layout.segments.sums.tocoo()
        first = np.full(place.shape[0], self.panel.days + 1)
        np.minimum.at(first, place.row, self.first_day[self.layout.trainer[place.col]])
        return first

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
        sharper = self.sharper(roster.trainers, np.array([before]))
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

    def sharper(self, trainers: np.ndarray, begins: np.ndarray) -> np.ndarray:
        """How many units each trainer's fading record is worth, per unit in it."""
        of = self.layout.campaign_of_trainer[trainers]
        first = np.maximum(self.first_day[trainers], self.past_from[of])
        return self.worth_of_age(np.maximum(begins[None, :] - first[:, None], 0))

    def worth_of_age(self, age: np.ndarray) -> np.ndarray:
        """How many units a fading record of so many days is worth, per unit in it.

        Days that count less make a mean no less certain than their weights' sum says, but more:
        (sum of weights)^2 / (sum of squared weights) is up to twice the sum of weights.
        """
        return (2 / (1 + np.exp(-age / s.MEMORY_DAYS))).astype(np.float32)

    def call_the_roster(self, day: int) -> None:
        """Watch from now on those who worked lately before the end of ``day``."""
        self.roster_day = day
        for of_a_day in ("roster", "is_called"):
            self.__dict__.pop(of_a_day, None)

    @cached_property
    def roster(self) -> Roster:
        """Whom to watch for the next days; others count through the sums over their colleagues."""
        day = self.roster_day
        first = max(day - s.LONGEST_DAYS - ROSTER_DAYS, 0)
        return roster_of(self.layout, self.panel.units[:, first : day + 1].any(axis=1))

    @cached_property
    def is_called(self) -> np.ndarray:
        """Which cells are those of the roster."""
        called = np.zeros(self.layout.cells, dtype=bool)
        called[self.roster.cells] = True
        return called

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
