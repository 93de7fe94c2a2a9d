"""One figure of many campaigns, day after day: what is known of people and days, and what it is worth."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout, Panel
from data_checks.detectors.expectation import expected, inequality, stratum_rates
from data_checks.detectors.past import Past
from data_checks.detectors.roster import Roster, roster_of

PRIOR_TRAINER_DAYS = 200.0
PRIOR_DAYS = 28.0
LAGS = 3
SUMS = 6 + LAGS
LEARN_AFTER = 28
ROSTER_DAYS = 7
NEVER = -(10**6)


class Watch:
    """One figure of many campaigns, day after day: sums, how unequal people and days are."""

    def __init__(self, layout: Layout, panel: Panel) -> None:
        self.layout, self.panel = layout, panel
        campaigns, parts, days = len(layout.campaigns), len(layout.parts), panel.days + 1
        self.past = Past.of(layout)
        self.at_onset = np.zeros((2, layout.cells), dtype=np.float32)
        self.onset = np.zeros(campaigns, dtype=int)
        self.frozen = np.zeros(campaigns, dtype=bool)
        self.counts = np.zeros((2, parts, panel.days), dtype=np.float32)
        self.counts[:, :, panel.since :] = (
            layout.by_part @ panel.units,
            layout.by_part @ panel.bad,
        )
        self.start = _first(layout.parts_of_campaign @ self.counts[0] > 0, days)
        self.valid_from = self.start + s.HISTORY_DAYS
        self.past_from = np.zeros(campaigns, dtype=int)
        self.learned = np.zeros((SUMS, campaigns, days))
        self.last_z = np.full((LAGS, campaigns), np.nan)
        self.last_left = np.full((LAGS, campaigns), np.nan)
        self.last_information = np.zeros(campaigns)
        self.unequal = np.full(campaigns, s.TRAINER_ICC)
        self.unequal_before = np.full((1, campaigns, days), s.TRAINER_ICC)
        works = layout.by_trainer @ panel.units > 0
        self.first_day = panel.since + _first(works, days - panel.since)
        self.last_day = np.full(layout.cells, NEVER)
        self.dispersion = np.ones(campaigns)
        self.common = np.zeros((2, campaigns, days))
        self.worth = np.zeros((2, campaigns, days))
        self.daily = np.zeros((2, campaigns, days))
        self.today = self.roster_day = -1

    @cached_property
    def day_units(self) -> np.ndarray:
        """Units of each campaign and day."""
        return self.counts_of_campaigns[0]

    @cached_property
    def counts_of_campaigns(self) -> np.ndarray:
        """Units and bad units of each campaign and day."""
        return np.stack([self.layout.parts_of_campaign @ counts for counts in self.counts])

    @cached_property
    def first_day_of_segment(self) -> np.ndarray:
        """Since when each segment has people."""
        place = self.layout.segments.sums.tocoo()
        first = np.full(place.shape[0], self.panel.days + 1)
        np.minimum.at(first, place.row, self.first_day[self.layout.trainer[place.col]])
        return first

    def add_day(self) -> None:
        """Take in the next day: give each cell its worth, then add it to what is known."""
        layout, day, past = self.layout, self.today + 1, self.past
        units_today, bad_today = self.panel.of_day(day)
        at_work = units_today > 0
        self.last_day[at_work] = day
        if day % ROSTER_DAYS == 0 or not self.is_called[at_work].all():
            self.call_the_roster(day)
        roster, now = self.roster, past.column(day)
        self.unequal_before[0, :, day] = inequality(layout, *past.base[:, :, now])
        before = max(day - 7, 0) if day > s.HISTORY_DAYS else day
        self.unequal = self.unequal_before[0, :, before]
        if day > LEARN_AFTER:
            # With four weeks of patience here too: people who became worse are not yet "unequal".
            is_long = day - self.start > 2 * LEARN_AFTER
            settled = self.unequal_before[0, :, day - LEARN_AFTER]
            self.unequal = np.where(is_long, settled, self.unequal)
        column = past.column(before)
        rates = stratum_rates(layout, *past.base_of_stratum[:, :, [column]])
        sharper = self.sharper(roster.trainers, np.array([before]))
        known = past.base[:, roster.cells, column][:, :, None]
        expectation = expected(roster, known[0], known[1], rates, self.unequal, sharper)
        p, certainty = expectation.rate[:, 0], expectation.certainty[:, 0]
        units, bad = units_today[roster.cells], bad_today[roster.cells]
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
        self.worth[:, :, day + 1] = self.worth[:, :, day] + (layout.by_campaign @ today.T).T
        counts = ~self.frozen
        keep = np.where(counts, np.exp(-1 / s.MEMORY_DAYS), 1).astype(np.float32)
        of_cell, of_stratum = layout.campaign, np.repeat(layout.campaign_of_task, 2)
        past.add(
            day + 1,
            keep[of_cell] * past.base[:, :, now] + counts[of_cell] * today,
            keep[of_stratum] * past.base_of_stratum[:, :, now]
            + counts[of_stratum] * (layout.by_stratum @ today.T).T,
            past.all[:, :, now] + today,
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
        first = max(self.roster_day - s.LONGEST_DAYS - ROSTER_DAYS, 0)
        return roster_of(self.layout, self.last_day >= first)

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

    def _own(self, campaign: int) -> tuple[np.ndarray, np.ndarray]:
        """The cells and the strata of a campaign."""
        strata = np.repeat(self.layout.campaign_of_task, 2)
        return np.flatnonzero(self.layout.campaign == campaign), np.flatnonzero(strata == campaign)

    def freeze(self, campaign: int, onset: int) -> None:
        """Keep the days since ``onset`` out of the campaign's past, and those to come."""
        self.frozen[campaign] = True
        self.past.freeze(*self._own(campaign), onset)
        unequal = self.unequal_before[0, campaign]
        unequal[onset + 1 : self.today + 1] = unequal[onset]
        self.move_onset(campaign, onset)

    def move_onset(self, campaign: int, onset: int) -> None:
        """The change that the campaign is frozen for began on another day than was thought."""
        own, _ = self._own(campaign)
        self.at_onset[:, own] = self.past.all[:, own, self.past.column(onset)]
        self.onset[campaign] = onset

    def thaw(self, campaign: int) -> None:
        """The campaign is back where it was: what comes from now on is its past again."""
        self.frozen[campaign] = False
        self.valid_from[campaign] = self.today + 1

    def settle(self, campaign: int) -> None:
        """The level since the onset of the change is the new one."""
        own, _ = self._own(campaign)
        now = self.past.all[:, own, self.past.column(self.today + 1)]
        self._restart(campaign, now - self.at_onset[:, own], int(self.onset[campaign]))

    def restart(self, campaign: int, since: int) -> None:
        """The level since a day is the new one: the campaign's past begins there."""
        own, _ = self._own(campaign)
        self._restart(campaign, self.past.since(own, since, self.today + 1), since)

    def _restart(self, campaign: int, recent: np.ndarray, since: int) -> None:
        own, strata = self._own(campaign)
        column = self.past.column(self.today + 1)
        self.past.base[:, own, column] = recent
        self.past.base_of_stratum[:, strata, column] = (
            self.layout.by_stratum[:, own] @ recent.T
        ).T[:, strata]
        self.frozen[campaign] = False
        self.start[campaign] = since
        self.past_from[campaign] = self.today + 1
        self.valid_from[campaign] = max(self.today + 1, since + s.HISTORY_DAYS)


def _first(is_so: np.ndarray, never: int) -> np.ndarray:
    """The first column of each row in which it is so, or ``never``."""
    columns = np.arange(is_so.shape[1])
    return np.where(is_so, columns, never).min(axis=1, initial=never)
