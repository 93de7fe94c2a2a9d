"""What the office books: who joined and left, timesheets, bonuses and fees."""

from __future__ import annotations

import numpy as np

from warehouse import schema
from warehouse.demo.plan import CAMPAIGNS, CURRENCIES, DAYS, USD_PER, VENDOR, VENDORS
from warehouse.demo.tables import OUTCOMES, ROLES, SOURCES, Rows, event_type, reason
from warehouse.demo.team import NEVER
from warehouse.demo.work import Work, columns_of
from warehouse.demo.world import World

DAY_US = 86_400e6
OFFICE = SOURCES.index("people-office")
ONBOARDING_PAY = 20.0
"""An onboarding is paid like so many assignments."""

FEE_SHARE = 0.03
BONUS_SHARE = 0.04
"""Of a month's pay: what the vendors' platforms cost, and what the most careful people get on top."""

_BEFORE = {"invited": 13, "quiz": 9, "calibration": 6, "gated": 2, "production": 0}
"""Days before the first day of work on which a stage is reached."""


def staged(world: World, days: range) -> list[Rows]:
    """The steps of onboarding, pauses and farewells that fall on these days."""
    people, rng = world.team, world.rng(6)
    steps: list[tuple[np.ndarray, np.ndarray, str]] = []
    new = np.flatnonzero(people.starts >= 0)
    for stage, before in _BEFORE.items():
        day = people.starts[new] - before + rng.uniform(0.3, 0.7, len(new))
        steps.append((new, day, stage))
    able = new[rng.random(len(new)) < 0.85]
    # Who learned from the wrong material does not become proficient.
    able = np.setdiff1d(able, people.cohort)
    steps.append((able, people.starts[able] + rng.gamma(4, 6, len(able)) + 7.4, "proficient"))
    gone = np.flatnonzero(people.leaves != NEVER)
    steps.append((gone, people.leaves[gone] + 0.7, "offboarded"))
    failed = rng.integers(1, 5, len(people.candidates))
    for number, stage in enumerate(["invited", "quiz", "calibration", "gated"]):
        reached = np.flatnonzero(failed > number)
        day = people.starts[people.candidates[reached]] - _BEFORE[stage]
        steps.append(
            (people.first_candidate + reached, day + rng.uniform(0.3, 0.7, len(reached)), stage)
        )
    person = np.concatenate([who for who, _, _ in steps])
    day = np.concatenate([when for _, when, _ in steps])
    stage = np.repeat([OUTCOMES.index(name) for _, _, name in steps], [len(w) for w, _, _ in steps])
    # Those who came in the first days were invited before: booked when the demo begins.
    day = np.maximum(day, 0.3)
    now = (day >= days.start) & (day < days.stop)
    return _by_campaign(
        world,
        person[now],
        {
            "type": event_type("trainer_stage_reached"),
            "at": day[now] * DAY_US,
            "outcome": stage[now],
        },
    )


def _by_campaign(world: World, person: np.ndarray, told: dict) -> list[Rows]:
    """Events of people, each in the campaign that the person was hired for."""
    people = world.team
    trainer = person.copy()
    hired_with = person >= people.first_candidate
    trainer[hired_with] = people.candidates[person[hired_with] - people.first_candidate]
    campaign = people.campaign[trainer]
    told = told | {"person": person, "vendor": people.vendor[trainer], "source": OFFICE}
    rows = []
    for number in np.unique(campaign):
        here = campaign == number
        columns = {n: c[here] if isinstance(c, np.ndarray) else c for n, c in told.items()}
        rows.append(Rows(int(number), int(here.sum()), columns))
    return rows


def paid(world: World, days: range) -> list[Rows]:
    """Onboarding flat rates on the first day of work; fees and bonuses at the end of each month."""
    people = world.team
    new = np.flatnonzero((people.starts >= days.start) & (people.starts < days.stop))
    pay = ONBOARDING_PAY * np.array([told.pay for told in CAMPAIGNS])[people.campaign[new]]
    rows = _by_campaign(
        world, new, _posted(world, people.starts[new] + 0.75, "onboarding", pay, new)
    )
    for day in days:
        if world.day(day + 1).day == 1:
            rows += _month_end(world, day)
    return rows


def _posted(
    world: World, day: np.ndarray, category: str, usd: np.ndarray | float, person: np.ndarray
) -> dict:
    """A cost in the currency of the person's vendor."""
    vendor = world.team.vendor[person]
    per = np.array([USD_PER[v.currency] for v in VENDORS])[vendor]
    return {
        "type": event_type("cost_posted"),
        "at": day * DAY_US,
        "reason": reason(category),
        "cost": np.round(usd / per, 2),
        "currency": np.array([CURRENCIES.index(v.currency) for v in VENDORS])[vendor],
    }


def _month_end(world: World, day: int) -> list[Rows]:
    people, rows = world.team, []
    span = slice(max(0, day - 29), day + 1)
    for number, told in enumerate(CAMPAIGNS):
        done = np.where(world.roster[:, span] == number, world.expected[:, span], 0).sum(axis=1)
        for name in told.vendors:
            here = people.vendor == VENDOR[name]
            vendor = VENDORS[VENDOR[name]]
            pay = (
                float(done[here].sum()) * told.pay * (1 if vendor.unit == "hour" else vendor.price)
            )
            if pay <= 0 or name == "internal":
                continue
            someone = np.flatnonzero(here & (done > 0))[:1]
            fee = _posted(world, np.array([day + 0.9]), "fee", FEE_SHARE * pay, someone)
            # A fee is the vendor's, nobody's in particular.
            columns = fee | {"vendor": VENDOR[name], "source": OFFICE}
            rows.append(Rows(number, 1, columns))
            best = np.flatnonzero(here)[np.argsort(-(done * (people.skill > 0))[here])[:2]]
            bonus = np.full(len(best), BONUS_SHARE * pay / len(best))
            told_bonus = _posted(world, np.full(len(best), day + 0.8), "bonus", bonus, best)
            columns = told_bonus | {"person": best, "vendor": VENDOR[name], "source": OFFICE}
            rows.append(Rows(number, len(best), columns))
    return rows


def timesheets(world: World, campaign: int, work: Work, rng: np.random.Generator) -> list[Rows]:
    """Meridian is paid by the hour: one timesheet per person and day, in steps of five minutes."""
    hourly = np.flatnonzero(world.team.vendor[work.trainer] == VENDOR["meridian"])
    if not len(hourly):
        return []
    own = work.take(hourly)
    _, first, place = np.unique(
        own.trainer * DAYS + own.day, return_index=True, return_inverse=True
    )
    seconds = np.bincount(place, own.seconds)
    last = np.zeros(len(first))
    np.maximum.at(last, place, own.submitted)
    shared = columns_of(world, campaign, own.take(first))
    told = {
        "type": event_type("work_session"),
        "at": (last + rng.uniform(60, 600, len(first))) * 1e6,
        "actor": shared["person"],
        "role": ROLES.index("annotator"),
        "duration": np.ceil((seconds * rng.uniform(1.03, 1.15, len(first)) + 60) / 300) * 300,
        "basis": schema.DURATION_BASES.index("vendor_billed"),
        "source": SOURCES.index("timesheets"),
    }
    kept = ("person", "vendor", "guideline", "locale")
    return [Rows(campaign, len(first), {name: shared[name] for name in kept} | told)]
