"""The demo's world before anybody works: how much is done where on which day, and the gold items.

Everything follows from the seed, the number of events and the last day; nothing is stored.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from warehouse.demo import truths
from warehouse.demo.incidents import PLANTED, UNTIL, Incident, first_day, incidents
from warehouse.demo.plan import (
    CAMPAIGN,
    CAMPAIGNS,
    DAYS,
    GOLD_WAVES,
    VENDOR,
    VENDORS,
    WEEKDAYS,
    Campaign,
)
from warehouse.demo.team import Team, team

NOBODY = -1
GOLD_SHOWN = 22
"""How often a gold item is shown, about; the number of gold items follows the work."""

NEW_DAYS = 14
NEW_TRAINING = 0.15
"""Share of training gold in the work of a person's first ``NEW_DAYS``."""

FEWEST_GOLDS, TRAINING_ITEMS = 16, 12
"""Hidden gold items of a wave at the least, and training items of a campaign."""

TAPER = 5
"""A campaign that finishes does so over its last days, not at noon."""

CALIBRATION = 1.012
"""Events written per event expected, measured: late work that the demo's end cuts off, resubmissions."""


@dataclass(frozen=True)
class Gold:
    """A campaign's hidden gold: one entry per item in each array."""

    kind: np.ndarray
    wave: np.ndarray
    truth: tuple[np.ndarray, ...]
    wrong: tuple[np.ndarray, ...]
    hardness: np.ndarray
    leaks_on: np.ndarray
    is_mistaken: np.ndarray


@dataclass(frozen=True)
class World:
    """Who works where (``roster``: a campaign per trainer and day) and how many assignments
    each is expected to submit (``expected``), the gold, and what will go wrong."""

    seed: int
    events: int
    until: date
    team: Team
    roster: np.ndarray
    expected: np.ndarray
    gold: tuple[Gold, ...]
    incidents: tuple[Incident, ...]

    @property
    def first(self) -> date:
        return first_day(self.until)

    def day(self, number: int) -> date:
        return self.first + timedelta(days=int(number))

    def incident(self, name: str) -> Incident:
        return next(told for told in self.incidents if told.incident == name)

    def rng(self, *place: int) -> np.random.Generator:
        """Chance for one place of the world, the same whatever else is drawn."""
        return np.random.default_rng([self.seed, *place])

    def assignments(self, campaign: int) -> np.ndarray:
        """Assignments expected in a campaign on each day."""
        return np.where(self.roster == campaign, self.expected, 0).sum(axis=0)


@lru_cache(maxsize=4)
def world(seed: int, events: int, until: date) -> World:
    """The world of one seed, size and last day."""
    first = first_day(until)
    people = team(seed, events, first)
    rng = np.random.default_rng([seed, 2])
    roster = _roster(rng, people, first)
    shape = _shape(rng, people, roster, first)
    shape *= _scale(people, roster, shape, events)
    gold = tuple(_gold(seed, number, shape, roster) for number in range(len(CAMPAIGNS)))
    leaked, mistaken = (
        ",".join(
            truths.item_name(CAMPAIGN["toxicity-labels"], number, is_gold=True)
            for number in np.flatnonzero(marked) + 1
        )
        for pool in [gold[CAMPAIGN["toxicity-labels"]]]
        for marked in (pool.leaks_on < DAYS, pool.is_mistaken)
    )
    return World(
        seed, events, until, people, roster, shape, gold, incidents(people, first, leaked, mistaken)
    )


def truth(seed: int = 7, events: int = 1_000_000, until: date = UNTIL) -> pd.DataFrame:
    """The truth table: a row per planted incident, in order of time. Needs no warehouse."""
    told = world(seed, events, until)
    frame = pd.DataFrame([asdict(incident) for incident in told.incidents])
    days = pd.to_datetime(told.first) + pd.to_timedelta(frame.pop("starts"), unit="D")
    ends = pd.to_datetime(told.first) + pd.to_timedelta(frame.pop("ends"), unit="D")
    frame.insert(5, "starts_on", days.dt.as_unit("us"))
    frame.insert(6, "ends_on", ends.dt.as_unit("us"))
    return frame.sort_values(["starts_on", "incident"], ignore_index=True)


def weekdays(first: date) -> np.ndarray:
    """The weekday (Monday 0) of each day of the demo."""
    return (first.weekday() + np.arange(DAYS)) % 7


def pace(campaign: Campaign, days: np.ndarray) -> np.ndarray:
    """How much of its full volume a campaign has on each day, weekdays apart; also beyond the demo."""
    ramp = np.clip(0.4 + 0.6 * (days - campaign.starts) / 14, 0, 1)
    # The last days slow down, and go on a little past the target so that it is really met.
    end = np.clip((campaign.finishes + TAPER - days) / (2 * TAPER), 0, 1)
    return np.where(days < campaign.starts, 0, ramp * end)


def _roster(rng: np.random.Generator, people: Team, first: date) -> np.ndarray:
    days = np.arange(DAYS)
    weekend = weekdays(first) >= 5
    is_there = rng.random((people.size, DAYS)) < np.where(weekend, 0.3, 0.84)
    is_there &= (days >= people.starts[:, None]) & (days < people.leaves[:, None])
    starts = np.array([told.starts for told in CAMPAIGNS])
    ends = np.array([told.finishes + TAPER for told in CAMPAIGNS])
    at_second = (rng.random((people.size, DAYS)) < 0.15) | (days >= ends[people.campaign][:, None])
    at_second &= days >= starts[people.second][:, None]
    at_second |= days < starts[people.campaign][:, None]
    place = np.where(at_second, people.second[:, None], people.campaign[:, None])
    is_open = (days >= starts[place]) & (days < ends[place])
    return np.where(is_there & is_open, place, NOBODY).astype(np.int8)


def _shape(rng: np.random.Generator, people: Team, roster: np.ndarray, first: date) -> np.ndarray:
    """Expected assignments per person and day, up to a common factor.

    A campaign's day has its volume and its people share it, so that volume does not follow
    who happens to be there; a vendor that stops takes its share with it.
    """
    days = np.arange(DAYS)
    tenure = days - people.starts[:, None]
    weight = people.eagerness[:, None] * (1 - 0.5 * np.exp(-np.maximum(tenure, 0) / 10))
    noise = rng.lognormal(-0.005, 0.1, (len(CAMPAIGNS), DAYS))
    week = np.array(WEEKDAYS)[weekdays(first)]
    expected = np.zeros(roster.shape, dtype=np.float32)
    for number, told in enumerate(CAMPAIGNS):
        here = np.where(roster == number, weight, 0)
        whole = here.sum(axis=0)
        volume = told.load * pace(told, days) * week * noise[number]
        expected += np.where(whole > 0, here * volume / np.maximum(whole, 1e-9), 0)
    start, end, lost = PLANTED["vendor-stops"]
    gone = (people.vendor == VENDOR["tamarind"])[:, None] & (days >= start) & (days < end)
    gone &= roster == CAMPAIGN["chat-preferences"]
    return np.where(gone, expected * (1 - lost), expected).astype(np.float32)


def events_each(campaign: Campaign) -> np.ndarray:
    """Events that one assignment brings, by vendor: its start, submission, item, review, score."""
    starts = np.array([vendor.basis != "gap_between_submits" for vendor in VENDORS])
    rejected = 0.12
    chain = 1.03 + rejected * (0.85 * (2 + 0.1) + 0.12)
    production = 1 - campaign.gold - 0.01
    item = 1.01 / campaign.overlap
    skipped = 0.025 * (1 + starts)
    return (
        (1 + starts)
        + production * (item + campaign.reviewed * chain + 0.04 + skipped)
        + campaign.gold
    )


def _scale(people: Team, roster: np.ndarray, shape: np.ndarray, events: int) -> float:
    """The factor that turns ``shape`` into as many assignments as make ``events`` events."""
    each = np.stack([events_each(told) for told in CAMPAIGNS])
    brings = np.where(roster == NOBODY, 0, each[roster, people.vendor[:, None]])
    by_work = float((shape * brings).sum()) * CALIBRATION
    of_office = 6.8 * (people.starts >= 0).sum() + 2.5 * len(people.candidates) + 550
    has_timesheet = people.vendor == VENDOR["meridian"]
    scale = events / by_work
    for _ in range(6):
        timesheets = (1 - np.exp(-shape[has_timesheet] * scale)).sum()
        shown = scale * float(shape.sum()) * 0.12 / GOLD_SHOWN
        golds = max(shown, len(CAMPAIGNS) * 2.8 * FEWEST_GOLDS) + len(CAMPAIGNS) * TRAINING_ITEMS
        scale = max(events - of_office - timesheets - golds, 0.3 * events) / by_work
    return scale


def _gold(seed: int, campaign: int, expected: np.ndarray, roster: np.ndarray) -> Gold:
    rng = np.random.default_rng([seed, 3, campaign])
    told = CAMPAIGNS[campaign]
    per_day = np.where(roster == campaign, expected, 0).sum(axis=0) * told.gold
    ends = (*GOLD_WAVES[1:], DAYS)
    sizes = [
        max(FEWEST_GOLDS, round(per_day[start:end].sum() / GOLD_SHOWN)) if end > told.starts else 0
        for start, end in zip(GOLD_WAVES, ends, strict=True)
    ]
    sizes = [
        size if start < told.finishes + TAPER else 0
        for size, start in zip(sizes, GOLD_WAVES, strict=True)
    ]
    # The last ones are for training newcomers, in use all the time: wave -1.
    sizes.append(TRAINING_ITEMS)
    wave = np.repeat([*range(len(GOLD_WAVES)), -1], sizes)
    # Both kinds evenly in each wave: which one is shown is drawn by the day's mix of work.
    kind = np.concatenate([np.arange(size) % len(told.kinds) for size in sizes]).astype(int)
    truth = truths.drawn(rng, campaign, np.arange(len(wave)) + 1, is_gold=True)
    leaks_on = np.full(len(wave), 10 * DAYS)
    is_mistaken = np.zeros(len(wave), dtype=bool)
    if campaign == CAMPAIGN["toxicity-labels"]:
        last = np.flatnonzero(wave == 2)
        start, _, count = PLANTED["leaked-gold"]
        leaks_on[last[:count]] = start
        is_mistaken[np.flatnonzero(wave == 1)[0]] = True
    return Gold(
        kind=kind,
        wave=wave,
        truth=truth.answers,
        wrong=truth.wrong,
        hardness=rng.normal(0, 0.35, len(wave)),
        leaks_on=leaks_on,
        is_mistaken=is_mistaken,
    )
