"""The events of work up to its submission: starts, answers, gold scores, edits, skips."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo import truths
from warehouse.demo.answered import answered
from warehouse.demo.assigned import assigned, who_and_when
from warehouse.demo.plan import CAMPAIGNS, CURRENCIES, MODELS, PROMPT_CATEGORIES, VENDORS
from warehouse.demo.tables import ROLES, UNKNOWN, Rows, event_type, outcome, padded, reason, words
from warehouse.demo.timed import timed
from warehouse.demo.truths import Pairs
from warehouse.demo.work import NONE, Counters, Work, columns_of, started
from warehouse.demo.world import World


def done(world: World, campaign: int, days: range, counters: Counters) -> tuple[Work, list[Rows]]:
    """The assignments that a campaign's people submit on some days, and the events up to then."""
    rng = world.rng(4, campaign, days.start)
    trainer, day = who_and_when(world, campaign, days, rng)
    work, rows = assigned(world, campaign, days, trainer, day, counters, rng)
    if len(trainer):
        timed(world, campaign, work, rng)
        answered(world, campaign, work, rng)
        rows += _submissions(world, campaign, work, rng)
        rows += _skips(world, campaign, work, rng)
    return work, rows


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
