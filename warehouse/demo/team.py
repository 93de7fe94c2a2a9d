"""The people of the demo: who works where, since when, how well and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, DAYS, REVIEWERS, VENDOR

NEVER = 10_000
PEOPLE = 400
EVENTS_PER_PERSON = 5_000
"""Above two million events the team grows with the work, so that a person's day stays a day."""

BAD_CLASS_AFTER = 85
"""The first class of fact-checking that starts after this day is taught by the wrong material."""


@dataclass(frozen=True)
class Team:
    """One entry per trainer in each array; days are days of the demo, before it below 0."""

    vendor: np.ndarray
    campaign: np.ndarray
    second: np.ndarray
    starts: np.ndarray
    leaves: np.ndarray
    skill: np.ndarray
    pace: np.ndarray
    eagerness: np.ndarray
    hour: np.ndarray
    severity: np.ndarray
    fifth: np.ndarray
    speeding: np.ndarray
    careless: np.ndarray
    cohort: np.ndarray
    merged: np.ndarray
    candidates: np.ndarray

    @property
    def size(self) -> int:
        return len(self.vendor)

    @cached_property
    def ids(self) -> list[str]:
        """Trainers, the second logins of merged ones, reviewers, candidates: the order of codes."""
        return (
            [trainer_id(number) for number in range(self.size)]
            + [f"{trainer_id(number)}-b" for number in self.merged]
            + [reviewer_id(number) for number in range(REVIEWERS)]
            + [f"candidate-{number + 1:03d}" for number in range(len(self.candidates))]
        )

    @property
    def first_reviewer(self) -> int:
        return self.size + len(self.merged)

    @property
    def first_candidate(self) -> int:
        return self.first_reviewer + REVIEWERS

    def tenure(self, trainer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Days since the person started."""
        return day - self.starts[trainer]


def trainer_id(number: int) -> str:
    return f"trainer-{number + 1:04d}"


def reviewer_id(number: int) -> str:
    return f"reviewer-{number + 1:02d}"


def class_days(first: date) -> list[int]:
    """The days on which newcomers start: the first Monday of each month."""
    days = (first + timedelta(days=day) for day in range(DAYS))
    return [(d - first).days for d in days if d.weekday() == 0 and d.day <= 7]


def cohort_name(first: date, starts: int) -> str:
    """The cohort of a newcomer, by month; who was there before the demo is a veteran."""
    return f"{first + timedelta(days=int(starts)):%Y-%m}" if starts >= 0 else "veterans"


def team(seed: int, events: int, first: date) -> Team:
    """The people of one demo, the same for the same seed and size."""
    rng = np.random.default_rng([seed, 1])
    size = max(PEOPLE, events // EVENTS_PER_PERSON)
    campaign, vendor = _places(size)
    starts = _starts(rng, campaign, first)
    leaves = np.where(
        starts < 0,
        rng.exponential(7 * 160, size),
        starts + 14 + rng.exponential(7 * 60, size),
    ).astype(int)
    free = np.flatnonzero(starts < 0)
    fifth = _fifth(rng, free, campaign)
    speeding = _chosen(rng, free, campaign, "toxicity-labels", "northwind", vendor, 4)
    careless = _chosen(rng, free, campaign, "safety-redteam", "northwind", vendor, 1)
    merged = _chosen(rng, free, campaign, "code-bug-triage", "kestrel", vendor, 1)
    planted = np.concatenate([fifth, speeding, careless, merged])
    leaves[planted] = NEVER
    leaves[leaves >= DAYS] = NEVER
    skill = rng.normal(0, 0.5, size)
    skill[planted] *= 0.3  # neither stars nor weak before their incident
    eagerness = rng.lognormal(0, 0.35, size)
    eagerness[np.concatenate([speeding, careless, merged])] = 1.8
    eagerness[fifth] = 1.3
    second = _second(rng, campaign, vendor)
    second[planted] = campaign[planted]
    bad_class = min(day for day in class_days(first) if day > BAD_CLASS_AFTER)
    cohort = np.flatnonzero((campaign == CAMPAIGN["fact-checking"]) & (starts == bad_class))
    leaves[cohort] = NEVER
    second[cohort] = campaign[cohort]
    return Team(
        vendor=vendor,
        campaign=campaign,
        second=second,
        starts=starts,
        leaves=leaves,
        skill=skill,
        pace=rng.lognormal(0, 0.22, size),
        eagerness=eagerness,
        hour=rng.normal(0, 1.2, size),
        severity=rng.normal(0, 0.2, REVIEWERS),
        fifth=fifth,
        speeding=speeding,
        careless=careless,
        cohort=cohort,
        merged=merged,
        # Applied together with a later trainer, and did not get through.
        candidates=rng.choice(np.flatnonzero(starts >= 0), round(0.15 * size)),
    )


def _places(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Campaign and vendor of each person: by the campaign's load, its first vendor the largest."""
    places = [(c, VENDOR[v]) for c, told in enumerate(CAMPAIGNS) for v in told.vendors]
    weights = np.array(
        [
            told.load * share
            for told in CAMPAIGNS
            for share in ((0.6, 0.4) if len(told.vendors) == 2 else (0.4, 0.33, 0.27))
        ]
    )
    exact = weights / weights.sum() * size
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact)[: size - counts.sum()]] += 1
    # Interleaved, so that a number tells nothing about the place.
    order = np.argsort(np.concatenate([(np.arange(n) + 0.5) / n for n in counts]), kind="stable")
    campaign, vendor = (
        np.repeat(np.array(part), counts)[order] for part in zip(*places, strict=True)
    )
    return campaign, vendor


def _starts(rng: np.random.Generator, campaign: np.ndarray, first: date) -> np.ndarray:
    """Two thirds were there before; the others come in the monthly classes of their campaign."""
    starts = -rng.integers(30, 400, len(campaign))
    classes = np.array(class_days(first))
    bad_class = min(day for day in classes if day > BAD_CLASS_AFTER)
    for number, told in enumerate(CAMPAIGNS):
        here = np.flatnonzero(campaign == number)
        new = rng.permutation(here)[: round(0.36 * len(here))]
        open_classes = classes[(classes > told.starts) & (classes < min(told.finishes - 40, 160))]
        if number == CAMPAIGN["fact-checking"]:
            # One large class, whose training goes wrong, and a few people in the others.
            others = open_classes[open_classes != bad_class]
            large = round(0.75 * len(new))
            starts[new[:large]] = bad_class
            starts[new[large:]] = rng.choice(others, len(new) - large)
        else:
            starts[new] = rng.choice(open_classes, len(new))
    return starts


def _second(rng: np.random.Generator, campaign: np.ndarray, vendor: np.ndarray) -> np.ndarray:
    """Where one helps out, or goes when the first campaign is done: another of the same vendor."""
    second = campaign.copy()
    helps = rng.random(len(campaign)) < 0.2
    for number, told in enumerate(CAMPAIGNS):
        is_finishing = told.finishes < DAYS
        for name in told.vendors:
            others = [
                c
                for c, other in enumerate(CAMPAIGNS)
                if name in other.vendors and c != number and other.finishes >= DAYS
            ]
            here = (campaign == number) & (vendor == VENDOR[name]) & (helps | is_finishing)
            if others:
                second[here] = rng.choice(others, here.sum())
    return second


def _fifth(rng: np.random.Generator, free: np.ndarray, campaign: np.ndarray) -> np.ndarray:
    """A fifth of the intent-classification trainers."""
    here = np.flatnonzero(campaign == CAMPAIGN["intent-classification"])
    veterans = np.intersect1d(here, free)
    return np.sort(rng.permutation(veterans)[: round(0.2 * len(here))])


def _chosen(
    rng: np.random.Generator,
    free: np.ndarray,
    campaign: np.ndarray,
    where: str,
    whose: str,
    vendor: np.ndarray,
    count: int,
) -> np.ndarray:
    """A few veterans of one vendor in one campaign."""
    here = free[(campaign[free] == CAMPAIGN[where]) & (vendor[free] == VENDOR[whose])]
    return np.sort(rng.permutation(here)[:count])


# -- names, which only the table of people holds ------------------------------------------------

GIVEN = """
Abiola Aino Amara Anouk Arjun Aster Basil Bela Beto Bronwen Cai Camila Ciro Dagny Dalia Davor
Elif Emeka Enzo Eshe Farid Fenna Gaia Goran Hana Hedda Idris Ines Ivo Jaya Jonas Juno Kaito
Keira Kofi Lara Leif Lior Maeve Malik Marta Mei Milo Nadia Nils Noor Odin Olga Paolo Petra
Quinn Rafa Rhea Sami Selma Tariq Tove Uma Vera Wen Yara Yusuf Zola
"""
FAMILY = """
Abara Adler Almeida Anand Arslan Baptiste Beck Bianchi Borg Castell Cho Coelho Dahl Darwish
Dietz Eklund Falk Farah Ferro Gallo Gruber Haddad Holm Ibarra Imani Jansen Kaya Keller Kimura
Kovac Lange Leroux Lindqvist Lund Maro Mbeki Moreau Nair Novak Obi Okafor Olsen Park Pereira
Quist Rahman Reyes Rossi Sato Silva Soto Tanaka Torres Ueda Vance Varga Weber Wolff Yilmaz Zhou
"""


def people_names(count: int) -> list[str]:
    """Invented names, none twice."""
    given, family = GIVEN.split(), FAMILY.split()
    pairs = len(given) * len(family)
    names = []
    for number in range(count):
        # A step that shares no factor with the number of pairs visits each pair once.
        place = number * 2_357 % pairs
        name = f"{given[place // len(family)]} {family[place % len(family)]}"
        names.append(name if number < pairs else f"{name} {number // pairs + 1}")
    return names
