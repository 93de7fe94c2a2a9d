"""Who does which item: overlap, gold, and the items themselves as they come and go."""

from __future__ import annotations

import numpy as np

from warehouse.demo import truths
from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, DAYS, GOLD_WAVES, VENDOR, Campaign
from warehouse.demo.tables import DAY_US, FIRST_KIND, LOCALES, UNKNOWN, Rows, event_type, reason
from warehouse.demo.work import HIDDEN, NONE, TRAINING, VENDOR_SOURCE, Counters, Work
from warehouse.demo.world import NEW_DAYS, NEW_TRAINING, World

TRAINING_WAVE = -1
"""The wave that training gold is in: shown to newcomers all the time."""


def who_and_when(
    world: World, campaign: int, days: range, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    span = slice(days.start, days.stop)
    expected = np.where(world.roster[:, span] == campaign, world.expected[:, span], 0)
    counts = rng.poisson(expected)
    person, offset = np.nonzero(counts)
    times = counts[person, offset]
    return np.repeat(person, times), np.repeat(offset, times) + days.start


def assigned(
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
