"""A campaign's work of some days: items, assignments, answers, gold, and the incidents in them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import schema
from warehouse.demo import truths
from warehouse.demo.plan import (
    CAMPAIGN,
    CAMPAIGNS,
    CURRENCIES,
    DAYS,
    GOLD_WAVES,
    MODELS,
    PROMPT_CATEGORIES,
    VENDOR,
    VENDORS,
    Campaign,
)
from warehouse.demo.tables import (
    DAY_US,
    FIRST_KIND,
    GUIDELINES,
    LOCALES,
    ROLES,
    SOURCES,
    UNKNOWN,
    Rows,
    event_type,
    outcome,
    padded,
    reason,
    words,
)
from warehouse.demo.truths import Pairs
from warehouse.demo.world import NEW_DAYS, NEW_TRAINING, World

SPEEDERS_LOSE = 0.3
"""Points of accuracy that those who speed lose."""

LONGEST_SHIFT_S = 14 * 3600.0

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


def done(world: World, campaign: int, days: range, counters: Counters) -> tuple[Work, list[Rows]]:
    """The assignments that a campaign's people submit on some days, and the events up to then."""
    rng = world.rng(4, campaign, days.start)
    trainer, day = _who_and_when(world, campaign, days, rng)
    work, rows = _assigned(world, campaign, days, trainer, day, counters, rng)
    if len(trainer):
        _time(world, campaign, work, rng)
        _answer(world, campaign, work, rng)
        rows += _submissions(world, campaign, work, rng)
        rows += _skips(world, campaign, work, rng)
    return work, rows


# -- who does which item -------------------------------------------------------------------


def _who_and_when(
    world: World, campaign: int, days: range, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    span = slice(days.start, days.stop)
    expected = np.where(world.roster[:, span] == campaign, world.expected[:, span], 0)
    counts = rng.poisson(expected)
    person, offset = np.nonzero(counts)
    times = counts[person, offset]
    return np.repeat(person, times), np.repeat(offset, times) + days.start


def _assigned(
    world: World,
    campaign: int,
    days: range,
    trainer: np.ndarray,
    day: np.ndarray,
    counters: Counters,
    rng: np.random.Generator,
) -> tuple[Work, list[Rows]]:
    """Which item each assignment is on; the items are created before."""
    told, count = CAMPAIGNS[campaign], len(trainer)
    u = rng.random(count)
    tenure = world.team.tenure(trainer, day)
    gold = np.where(u < told.gold, HIDDEN, NONE)
    gold[(tenure < NEW_DAYS) & (u > 1 - NEW_TRAINING)] = TRAINING
    pool = world.gold[campaign]
    item_of, pass_no, first_day = _grouped(rng, told, trainer, day, np.flatnonzero(gold == NONE))
    spare = _spare_items(world, campaign, days, len(first_day), rng)
    item_day = np.concatenate([first_day, spare])
    numbers = counters.item[campaign] + np.arange(len(item_day))
    counters.item[campaign] += len(item_day)
    kind = kinds(world, campaign, item_day, rng)
    told_items = truths.drawn(rng, campaign, numbers, is_gold=False)
    hardness = rng.normal(0, 0.5, len(item_day))

    questions = len(told.questions)
    work = Work(
        trainer=trainer, day=day, gold=gold, item=item_of, pass_no=pass_no,
        kind=np.zeros(count, dtype=int), hardness=np.zeros(count), close=np.zeros(count, dtype=bool),
        truth=np.zeros((count, questions), dtype=int), wrong=np.zeros((count, questions), dtype=int),
        right=np.zeros(count, dtype=bool), answers=np.zeros((count, questions), dtype=int),
        seconds=np.zeros(count), started=np.zeros(count), submitted=np.zeros(count),
        duration=np.zeros(count), basis=np.zeros(count, dtype=int),
    )  # fmt: skip
    here = gold == NONE
    work.kind[here], work.hardness[here] = kind[item_of[here]], hardness[item_of[here]]
    work.close[here] = told_items.close[item_of[here]]
    for question in range(questions):
        work.truth[here, question] = told_items.answers[question][item_of[here]]
        work.wrong[here, question] = told_items.wrong[question][item_of[here]]
    work.item[here] = numbers[item_of[here]]

    shown = np.flatnonzero(~here)
    place = _gold_shown(world, campaign, day[shown], gold[shown], rng)
    work.kind[shown], work.hardness[shown] = pool.kind[place], pool.hardness[place]
    for question in range(questions):
        work.truth[shown, question] = pool.truth[question][place]
        work.wrong[shown, question] = pool.wrong[question][place]
    work.item[shown] = place + 1
    work.pass_no[shown] = counters.gold_pass[campaign] + np.arange(len(shown))
    counters.gold_pass[campaign] += len(shown)
    rows = [
        _created(campaign, numbers, kind, item_day, rng),
        *_removed(campaign, numbers[len(first_day) :], kind[len(first_day) :], spare, rng),
        *_gold_created(world, campaign, days),
    ]
    return work, rows


def _grouped(
    rng: np.random.Generator,
    told: Campaign,
    trainer: np.ndarray,
    day: np.ndarray,
    production: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Production assignments put on items: (item, which pass on it, per item the first day).

    Sorted by person and cut in two (three) equal stacks, the same place in each stack is one
    item: its people differ, unless one person did half (a third) of all, who then gets an item
    of their own.
    """
    item_of, pass_no = np.full(len(trainer), UNKNOWN), np.ones(len(trainer), dtype=int)
    shuffled = rng.permutation(production)
    items = len(shuffled) / told.overlap
    size = {3: int(items * told.thrice), 2: int(items * told.twice)}
    used, made = 0, 0
    for passes in (3, 2):
        stack = shuffled[used : used + passes * size[passes]]
        used += len(stack)
        order = rng.permutation(trainer.max(initial=0) + 1)[trainer[stack]]
        stack = stack[np.argsort(order, kind="stable")].reshape(passes, -1)
        item_of[stack] = made + np.arange(size[passes])
        pass_no[stack] = np.arange(1, passes + 1)[:, None]
        made += size[passes]
        for later in range(1, passes):
            same = (trainer[stack[later]] == trainer[stack[:later]]).any(axis=0)
            alone = stack[later][same]
            item_of[alone], pass_no[alone] = made + np.arange(len(alone)), 1
            made += len(alone)
    rest = shuffled[used:]
    item_of[rest] = made + np.arange(len(rest))
    made += len(rest)
    first_day = np.full(made, DAYS * 2)
    np.minimum.at(first_day, item_of[production], day[production])
    return item_of, pass_no, first_day


def kinds(world: World, campaign: int, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The task type of work of these days; in one campaign the mix shifts."""
    shares = np.array([kind.share for kind in CAMPAIGNS[campaign].kinds])
    by_day = np.tile(shares, (len(day), 1))
    shift = world.incident("mix-shift")
    if CAMPAIGN[shift.campaign_id] == campaign:
        moved = shift.size * np.clip((day - shift.starts + 1) / 4, 0, 1)
        by_day += np.stack([-moved, moved], axis=1)
    return (rng.random(len(day))[:, None] > np.cumsum(by_day, axis=1)).sum(axis=1)


def _gold_shown(
    world: World, campaign: int, day: np.ndarray, gold: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """The gold item of each assignment on one: of the wave in use and of a type as usual that day."""
    pool = world.gold[campaign]
    kind = kinds(world, campaign, day, rng)
    wave = np.where(gold == TRAINING, TRAINING_WAVE, np.searchsorted(GOLD_WAVES, day, "right") - 1)
    place = np.zeros(len(day), dtype=int)
    for w in np.unique(wave):
        for k in range(len(CAMPAIGNS[campaign].kinds)):
            asked = (wave == w) & (kind == k)
            choice = np.flatnonzero((pool.wave == w) & (pool.kind == k))
            place[asked] = rng.choice(choice, asked.sum())
    return place


TRAINING_WAVE = -1


def _spare_items(
    world: World, campaign: int, days: range, items: int, rng: np.random.Generator
) -> np.ndarray:
    """Days of items that nobody works on: some are taken out again, and stock remains at the end."""
    few = rng.binomial(items, 0.006)
    spare = rng.integers(days.start, days.stop, few) if few else np.zeros(0, dtype=int)
    if days.stop == DAYS and CAMPAIGNS[campaign].finishes > DAYS:
        stock = round(1.6 * world.assignments(campaign)[-28:].mean() / CAMPAIGNS[campaign].overlap)
        return np.concatenate([spare, np.full(stock, DAYS - 1)])
    return spare


def _created(
    campaign: int, numbers: np.ndarray, kind: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> Rows:
    """Items arrive in batches, on the morning of the first day of their week of work."""
    week = day // 7
    at = np.maximum(week * 7, CAMPAIGNS[campaign].starts) * DAY_US
    at = at + (1800e6 + rng.integers(0, 600_000_000, len(numbers)))
    return Rows(
        campaign,
        len(numbers),
        {
            "type": event_type("item_created"),
            "at": np.minimum(at, day * DAY_US + 3600e6),
            "item": numbers,
            "kind": FIRST_KIND[campaign] + kind,
            "batch": week,
            "source": _home(campaign),
            "locale": LOCALES.index(CAMPAIGNS[campaign].locale),
        },
    )


def _removed(
    campaign: int, numbers: np.ndarray, kind: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> list[Rows]:
    """Items taken out of the campaign a few days after they came; the last day's stock stays."""
    gone = day < DAYS - 1
    at = day * DAY_US + rng.uniform(0.3, 4, len(day)) * DAY_US
    told = {
        "type": event_type("item_removed"),
        "at": at[gone],
        "item": numbers[gone],
        "kind": FIRST_KIND[campaign] + kind[gone],
        "batch": day[gone] // 7,
        "reason": reason("task broken"),
        "source": _home(campaign),
        "locale": LOCALES.index(CAMPAIGNS[campaign].locale),
    }
    return [Rows(campaign, int(gone.sum()), told)]


def _home(campaign: int) -> int:
    """The tool in which a campaign's items are created: that of its largest vendor."""
    return int(VENDOR_SOURCE[VENDOR[CAMPAIGNS[campaign].vendors[0]]])


def _gold_created(world: World, campaign: int, days: range) -> list[Rows]:
    pool, told = world.gold[campaign], CAMPAIGNS[campaign]
    begins = np.maximum(np.array([*GOLD_WAVES, 0])[pool.wave], told.starts)
    now = np.flatnonzero((begins >= days.start) & (begins < days.stop))
    return [
        Rows(
            campaign,
            len(now),
            {
                "type": event_type("item_created"),
                "at": begins[now] * DAY_US + 600e6,
                "item": now + 1,
                "is_gold_item": 1,
                "kind": FIRST_KIND[campaign] + pool.kind[now],
                "gold": np.where(pool.wave[now] == TRAINING_WAVE, TRAINING, HIDDEN),
                "source": _home(campaign),
                "locale": LOCALES.index(told.locale),
            },
        )
    ]


# -- how long it takes --------------------------------------------------------------------------


def _time(world: World, campaign: int, work: Work, rng: np.random.Generator) -> None:
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
    seconds *= 1 - 0.75 * _is_leaked(world, campaign, work)

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
    duration[_during(world, campaign, "missing-durations", work.day) & source] = np.nan
    basis[np.isnan(duration)] = schema.DURATION_BASES.index("none")
    return np.round(duration, 1), basis


# -- how well it is done -------------------------------------------------------------------------


def _during(world: World, campaign: int, name: str, day: np.ndarray) -> np.ndarray:
    """Whether an incident of this campaign lasts on these days."""
    told = world.incident(name)
    if CAMPAIGN[told.campaign_id] != campaign:
        return np.zeros(len(day), dtype=bool)
    return (day >= told.starts) & (day < (DAYS if told.ends is None else told.ends))


def is_in(world: World, campaign: int, name: str, work: Work) -> np.ndarray:
    """Whether an assignment is one that the incident spoils."""
    during = _during(world, campaign, name, work.day)
    if not during.any():
        return during
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
    return during & members[name]()


def _is_leaked(world: World, campaign: int, work: Work) -> np.ndarray:
    pool = world.gold[campaign]
    leaks = np.zeros(len(work.item), dtype=bool)
    shown = work.gold == HIDDEN
    leaks[shown] = pool.leaks_on[work.item[shown] - 1] <= work.day[shown]
    return leaks


def _answer(world: World, campaign: int, work: Work, rng: np.random.Generator) -> None:
    """Who is right, and what each answers."""
    told, count = CAMPAIGNS[campaign], len(work.trainer)
    chance = _chance_of_right(world, campaign, work, rng)
    right = rng.random(count) < chance
    is_gold = work.gold != NONE
    for number, question in enumerate(told.questions):
        also = right
        if number:
            also = np.where(rng.random(count) < 0.7, right, rng.random(count) < chance)
        truth, wrong = work.truth[:, number], work.wrong[:, number]
        work.answers[:, number] = truths.given(rng, question, truth, wrong, also, is_gold)
    biased = is_in(world, campaign, "position-bias", work)
    taste = truths.by_taste(rng, count, biased)
    work.answers[work.close, 0] = taste[work.close]
    right = np.where(work.close, rng.random(count) < 0.93, right)
    split = is_in(world, campaign, "guideline", work)
    for number, question in enumerate(told.questions):
        if question.scale == "ordinal":
            lower = np.maximum(work.answers[:, number] - 1, question.low)
            work.answers[:, number] = np.where(split, lower, work.answers[:, number])
    careless = is_in(world, campaign, "straight-lining", work)
    careless &= rng.random(count) < world.incident("straight-lining").size
    for number, question in enumerate(told.questions):
        same = 0 if question.scale == "nominal" else question.low
        work.answers[careless, number] = same
    work.right = np.where(careless, work.answers[:, 0] == work.truth[:, 0], right)


def _chance_of_right(
    world: World, campaign: int, work: Work, rng: np.random.Generator
) -> np.ndarray:
    people = world.team
    able = np.array([kind.right for kind in CAMPAIGNS[campaign].kinds])[work.kind]
    tenure = people.tenure(work.trainer, work.day)
    is_new = people.starts[work.trainer] >= 0
    # Shocks are drawn per place, not per row: the same day is as good or bad for everybody.
    of_day = world.rng(5, campaign).normal(0, 0.05, DAYS)[work.day]
    of_person = rng.normal(0, 0.12, (people.size, 8))[work.trainer, work.day % 8]
    lean = np.log(able / (1 - able)) + 0.12 + people.skill[work.trainer]
    lean += of_day + of_person - 0.7 * work.hardness
    lean -= 0.45 * np.exp(-np.maximum(tenure, 0) / 12) * is_new
    chance = 1 / (1 + np.exp(-lean))
    for name in ("vendor-drop", "vendor-by-type", "fifth-of-trainers", "bad-cohort"):
        chance -= world.incident(name).size * is_in(world, campaign, name, work)
    chance -= SPEEDERS_LOSE * is_in(world, campaign, "speeding", work)
    chance[_is_leaked(world, campaign, work)] = 0.99
    return np.clip(chance, 0.03, 0.995)


# -- events --------------------------------------------------------------------------------------


def _submissions(world: World, campaign: int, work: Work, rng: np.random.Generator) -> list[Rows]:
    shared = columns_of(world, campaign, work)
    vendor, count = shared["vendor"], len(work.trainer)
    by_event = np.array([v.unit == "event" for v in VENDORS])[vendor]
    price = CAMPAIGNS[campaign].pay * np.array([v.price for v in VENDORS])[vendor]
    submitted = {
        "type": event_type("assignment_submitted"),
        "at": work.submitted * 1e6,
        "actor": shared["person"],
        "role": ROLES.index("annotator"),
        "duration": work.duration,
        "basis": work.basis,
        "cost": np.where(by_event, np.round(price, 2), np.nan),
        "currency": np.where(by_event, CURRENCIES.index("USD"), UNKNOWN),
    }
    payload = _payload(campaign, work)
    rows = [
        started(campaign, shared, work),
        Rows(campaign, count, shared | submitted, tuple(work.answers.T), payload),
        _scores(world, campaign, shared, work, rng),
    ]
    return rows + _edits(world, campaign, work, submitted, payload, rng)


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


def _scores(
    world: World,
    campaign: int,
    shared: dict[str, np.ndarray],
    work: Work,
    rng: np.random.Generator,
) -> Rows:
    """Each gold answer held against the stored one, which for one item is wrong."""
    pool = world.gold[campaign]
    gold = np.flatnonzero(work.gold != NONE)
    place = work.item[gold] - 1
    stored = np.where(pool.is_mistaken, pool.wrong[0], pool.truth[0])[place]
    correct = work.answers[gold, 0] == stored
    told = {
        "type": event_type("gold_scored"),
        "at": work.submitted[gold] * 1e6 + rng.integers(1_000_000, 30_000_000, len(gold)),
        "score": correct.astype(float),
        "outcome": np.where(correct, outcome("correct"), outcome("incorrect")),
    }
    return Rows(campaign, len(gold), {n: c[gold] for n, c in shared.items()} | told)


def _edits(
    world: World,
    campaign: int,
    work: Work,
    submitted: dict,
    payload: pa.Array | None,
    rng: np.random.Generator,
) -> list[Rows]:
    """A few people change their mind within the hour: the same attempt, submitted again."""
    changed = np.flatnonzero((rng.random(len(work.trainer)) < 0.006) & (work.gold == NONE))
    again = work.take(changed)
    answers = np.where(rng.random(again.answers.shape) < 0.5, again.truth, again.answers)
    told = {n: c[changed] if isinstance(c, np.ndarray) else c for n, c in submitted.items()}
    told["duration"] = np.round(again.duration * 1.1, 1)
    told["at"] = told["at"] + rng.uniform(60, 3000, len(changed)) * 1e6
    edited = None if payload is None else payload.take(pa.array(changed))
    shared = columns_of(world, campaign, again)
    return [Rows(campaign, len(changed), shared | told, tuple(answers.T), edited)]


def _skips(world: World, campaign: int, work: Work, rng: np.random.Generator) -> list[Rows]:
    """Some items are opened and given back, or not handed in before their time is up."""
    left = np.flatnonzero((rng.random(len(work.trainer)) < 0.025) & (work.gold == NONE))
    opened = work.take(left)
    # Somebody who would have been next to it in the queue, so that the day's people are right.
    neighbour = work.take((left + 1) % len(work.trainer))
    opened.trainer, opened.day = neighbour.trainer, neighbour.day
    opened.pass_no = np.full(len(left), 5)
    opened.started = neighbour.submitted + 20
    shared = columns_of(world, campaign, opened)
    expired = rng.random(len(left)) < 0.3
    after = np.where(expired, 7200.0, rng.uniform(15, 240, len(left)))
    why = np.array([reason("no time"), reason("task broken"), reason("not my field")])
    told = {
        "type": np.where(
            expired, event_type("assignment_expired"), event_type("assignment_skipped")
        ),
        "at": (opened.started + after) * 1e6,
        "actor": shared["person"],
        "role": ROLES.index("annotator"),
        "reason": np.where(expired, UNKNOWN, why[rng.integers(0, 3, len(left))]),
    }
    return [started(campaign, shared, opened), Rows(campaign, len(left), shared | told)]


def _payload(campaign: int, work: Work) -> pa.Array | None:
    """What a comparison showed, as JSON: prompt, category, models in order and lengths."""
    told = CAMPAIGNS[campaign]
    if told.task_type != "preference":
        return None
    parts = [
        truths.drawn(np.random.default_rng(0), campaign, work.item, is_gold=is_gold).pairs
        for is_gold in (False, True)
    ]
    is_gold = work.gold != NONE
    pairs = Pairs(
        *(
            np.where(is_gold, getattr(parts[1], f.name), getattr(parts[0], f.name))
            for f in fields(Pairs)
        )
    )
    text = pa.scalar
    return pc.binary_join_element_wise(
        text('{"prompt":"p'), padded(pairs.prompt, 6),
        text('","category":"'), words(pairs.category, PROMPT_CATEGORIES[told.campaign_id]),
        text('","first":"'), words(pairs.first, MODELS),
        text('","second":"'), words(pairs.second, MODELS),
        text('","first_chars":'), pc.cast(pa.array(pairs.first_chars), pa.string()),
        text(',"second_chars":'), pc.cast(pa.array(pairs.second_chars), pa.string()),
        text("}"), text(""),
    )  # fmt: skip
