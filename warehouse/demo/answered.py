"""How well people work: who is right about which item, and what each answers."""

from __future__ import annotations

import numpy as np

from warehouse.demo import truths
from warehouse.demo.plan import CAMPAIGNS, DAYS
from warehouse.demo.work import NONE, Work, is_in, is_leaked
from warehouse.demo.world import World

SPEEDERS_LOSE = 0.3
"""Points of accuracy that those who speed lose."""


def answered(world: World, campaign: int, work: Work, rng: np.random.Generator) -> None:
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
    chance[is_leaked(world, campaign, work)] = 0.99
    return np.clip(chance, 0.03, 0.995)
