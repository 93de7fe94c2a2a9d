"""Assignments as columns: what the steps of the demo hand on to each other, and what spoils them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from warehouse import schema
from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, DAYS, VENDOR, VENDORS
from warehouse.demo.tables import (
    FIRST_KIND,
    GUIDELINES,
    LOCALES,
    ROLES,
    SOURCES,
    UNKNOWN,
    Rows,
    event_type,
)
from warehouse.demo.world import World

BASES = [vendor.basis for vendor in VENDORS]
HAS_STARTS = np.array([basis != "gap_between_submits" for basis in BASES])
VENDOR_SOURCE = np.array([SOURCES.index(vendor.source) for vendor in VENDORS])
NONE, TRAINING, HIDDEN = (schema.GOLD_KINDS.index(name) for name in ("none", "training", "hidden"))


@dataclass
class Counters:
    """The next numbers of each campaign while the weeks stream by."""

    item: list[int] = field(default_factory=lambda: [1] * len(CAMPAIGNS))
    gold_pass: list[int] = field(default_factory=lambda: [1] * len(CAMPAIGNS))


@dataclass
class Work:
    """Assignments of one campaign, one entry each: who did what when, and how well."""

    trainer: np.ndarray
    day: np.ndarray
    gold: np.ndarray
    item: np.ndarray
    pass_no: np.ndarray
    kind: np.ndarray
    hardness: np.ndarray
    close: np.ndarray
    truth: np.ndarray
    wrong: np.ndarray
    right: np.ndarray
    answers: np.ndarray
    seconds: np.ndarray
    started: np.ndarray
    submitted: np.ndarray
    duration: np.ndarray
    basis: np.ndarray

    def take(self, chosen: np.ndarray) -> Work:
        return Work(**{f.name: getattr(self, f.name)[chosen] for f in fields(Work)})


def columns_of(world: World, campaign: int, work: Work) -> dict[str, np.ndarray]:
    """The columns that all events of these assignments share."""
    told, people = CAMPAIGNS[campaign], world.team
    begins = np.array([day for day, _, _ in told.guidelines])
    versions = np.array([GUIDELINES.index(version) for _, version, _ in told.guidelines])
    person = work.trainer.copy()
    for place, number in enumerate(people.merged):
        # One person with two logins: the second one came with a new laptop.
        second = (person == number) & (work.day >= 60) & (work.day % 2 == 1)
        person[second] = people.size + place
    return {
        "item": work.item,
        "is_gold_item": (work.gold != NONE).astype(int),
        "pass_no": work.pass_no,
        "person": person,
        "vendor": people.vendor[work.trainer],
        "kind": FIRST_KIND[campaign] + work.kind,
        "guideline": versions[np.maximum(np.searchsorted(begins, work.day, "right") - 1, 0)],
        "gold": work.gold,
        "batch": np.where(work.gold == NONE, work.day // 7, UNKNOWN),
        "source": VENDOR_SOURCE[people.vendor[work.trainer]],
        "locale": np.full(len(person), LOCALES.index(told.locale)),
    }


def during(world: World, campaign: int, name: str, day: np.ndarray) -> np.ndarray:
    """Whether an incident of this campaign lasts on these days."""
    told = world.incident(name)
    if CAMPAIGN[told.campaign_id] != campaign:
        return np.zeros(len(day), dtype=bool)
    return (day >= told.starts) & (day < (DAYS if told.ends is None else told.ends))


def is_in(world: World, campaign: int, name: str, work: Work) -> np.ndarray:
    """Whether an assignment is one that the incident spoils."""
    lasts = during(world, campaign, name, work.day)
    if not lasts.any():
        return lasts
    people = world.team
    vendor = people.vendor[work.trainer]
    members = {
        "vendor-drop": lambda: vendor == VENDOR["kestrel"],
        "position-bias": lambda: vendor == VENDOR["solstice"],
        "vendor-by-type": lambda: (vendor == VENDOR["meridian"]) & (work.kind == 2),
        "fifth-of-trainers": lambda: np.isin(work.trainer, people.fifth),
        "bad-cohort": lambda: np.isin(work.trainer, people.cohort),
        "speeding": lambda: np.isin(work.trainer, people.speeding),
        "straight-lining": lambda: np.isin(work.trainer, people.careless),
        # Half of the people read the new guideline the other way; gold was chosen to be clear.
        "guideline": lambda: (work.trainer % 2 == 1) & (work.gold == NONE),
    }
    return lasts & members[name]()


def is_leaked(world: World, campaign: int, work: Work) -> np.ndarray:
    pool = world.gold[campaign]
    leaks = np.zeros(len(work.item), dtype=bool)
    shown = work.gold == HIDDEN
    leaks[shown] = pool.leaks_on[work.item[shown] - 1] <= work.day[shown]
    return leaks


def started(campaign: int, shared: dict[str, np.ndarray], work: Work, attempt: int = 1) -> Rows:
    """The moment work was begun, from the tools that say so."""
    knows = HAS_STARTS[shared["vendor"]]
    told = {
        "type": event_type("assignment_started"),
        "at": (work.started * 1e6)[knows],
        "actor": shared["person"][knows],
        "role": ROLES.index("annotator"),
        "attempt": attempt,
    }
    return Rows(campaign, int(knows.sum()), {n: c[knows] for n, c in shared.items()} | told)
