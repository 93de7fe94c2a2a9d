"""What is true of the demo's items, and what people answer who are right or wrong about it.

An answer is a number: of a label for nominal questions, the rating itself for the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warehouse.demo.plan import CAMPAIGNS, MODELS, PROMPT_CATEGORIES, Question

LABEL_SHARES = np.array([0.4, 0.25, 0.15, 0.1, 0.06, 0.02, 0.01, 0.01])
"""How common a nominal question's labels are, the first the most."""

CLOSE = 0.32
"""Two answers whose quality differs less are about equal: people choose by taste, or by position."""

A, B, TIE = 0, 1, 2


@dataclass(frozen=True)
class Pairs:
    """What a comparison shows: which prompt, its category, the models in order, their lengths."""

    prompt: np.ndarray
    category: np.ndarray
    first: np.ndarray
    second: np.ndarray
    first_chars: np.ndarray
    second_chars: np.ndarray


@dataclass(frozen=True)
class Items:
    """The true answer and the likeliest wrong one per question and item; ``close`` ones are taste."""

    answers: tuple[np.ndarray, ...]
    wrong: tuple[np.ndarray, ...]
    close: np.ndarray
    pairs: Pairs | None


def item_name(campaign: int, number: int, *, is_gold: bool) -> str:
    """How an item is called; the same as ``tables`` makes of many at once."""
    return f"{CAMPAIGNS[campaign].campaign_id}-{'gold-' if is_gold else ''}{number:06d}"


def drawn(rng: np.random.Generator, campaign: int, numbers: np.ndarray, *, is_gold: bool) -> Items:
    """Items of a campaign by number, with what is true of each."""
    told = CAMPAIGNS[campaign]
    if told.task_type == "preference":
        return _comparisons(rng, campaign, numbers, is_gold)
    answers = tuple(_true_answer(rng, question, len(numbers)) for question in told.questions)
    wrong = tuple(
        _wrong_answer(rng, question, answer)
        for question, answer in zip(told.questions, answers, strict=True)
    )
    return Items(answers, wrong, np.zeros(len(numbers), dtype=bool), None)


def _true_answer(rng: np.random.Generator, question: Question, count: int) -> np.ndarray:
    if question.scale == "nominal":
        shares = LABEL_SHARES[: len(question.values)]
        return np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(count)).astype(np.int64)
    middle, spread = (question.low + question.high) / 2, (question.high - question.low) / 3.6
    told = np.rint(rng.normal(middle + 0.2 * spread, spread, count))
    return np.clip(told, question.low, question.high).astype(np.int64)


def _wrong_answer(rng: np.random.Generator, question: Question, answer: np.ndarray) -> np.ndarray:
    """The mistake that an item invites; never the truth."""
    if question.scale == "nominal":
        step = rng.integers(1, len(question.values), len(answer))
        return (answer + step) % len(question.values)
    span = question.high - question.low
    if question.scale == "ordinal":
        size = np.where(rng.random(len(answer)) < 0.65, 1, 2)
    else:
        size = np.rint(rng.uniform(0.18, 0.4, len(answer)) * span).astype(np.int64)
    up = rng.random(len(answer)) < 0.5
    up = np.where(
        answer + size > question.high, False, np.where(answer - size < question.low, True, up)
    )
    return np.clip(answer + np.where(up, size, -size), question.low, question.high)


def given(
    rng: np.random.Generator,
    question: Question,
    truth: np.ndarray,
    wrong: np.ndarray,
    right: np.ndarray,
    is_gold: np.ndarray,
) -> np.ndarray:
    """The answers of people who are ``right`` or not. On gold, right is exactly the stored answer;
    elsewhere neighbouring ratings are a matter of taste."""
    count = len(truth)
    if question.scale == "nominal":
        others = (truth + rng.integers(1, max(len(question.values), 2), count)) % len(
            question.values
        )
        mistake = np.where(rng.random(count) < 0.6, wrong, others)
        return np.where(right, truth, mistake)
    if question.scale == "ordinal":
        taste = np.where(rng.random(count) < 0.22, rng.choice([-1, 1], count), 0)
    else:
        taste = np.rint(rng.normal(0, 0.04 * (question.high - question.low), count)).astype(
            np.int64
        )
    near = truth + np.where(is_gold, 0, taste)
    return np.clip(np.where(right, near, wrong), question.low, question.high)


def by_taste(rng: np.random.Generator, count: int, biased: np.ndarray) -> np.ndarray:
    """The choice between two answers that are about equal; a ``biased`` person takes the first."""
    u = rng.random(count)
    fair = np.where(u < 0.42, A, np.where(u < 0.84, B, TIE))
    first = np.where(u < 0.84, A, np.where(u < 0.94, B, TIE))
    return np.where(biased, first, fair)


def _comparisons(
    rng: np.random.Generator, campaign: int, numbers: np.ndarray, is_gold: bool
) -> Items:
    """Three items in a row are the three pairs of three models' answers to one prompt."""
    count = len(numbers)
    prompt = numbers // 3
    left = np.array([0, 1, 0])[numbers % 3]
    right = np.array([1, 2, 2])[numbers % 3]
    salt = 1000 * campaign + (500 if is_gold else 0)
    turned = uniform(numbers, salt + 9) < 0.5
    first, second = np.where(turned, right, left), np.where(turned, left, right)
    chars = [_chars(prompt, salt, model) for model in (first, second)]
    better = _quality(prompt, salt, first) - _quality(prompt, salt, second)
    better = better + 0.3 * np.log(chars[0] / chars[1])
    close = np.abs(better) < CLOSE
    if is_gold:  # gold is chosen among the clear cases
        close = np.zeros(count, dtype=bool)
    answer = np.where(better > 0, A, B)
    answer = np.where(~close & (uniform(numbers, salt + 7) < 0.05), TIE, answer)
    wrong = np.where(
        answer == TIE, B, np.where(rng.random(count) < 0.75, 1 - np.minimum(answer, 1), TIE)
    )
    categories = len(PROMPT_CATEGORIES[CAMPAIGNS[campaign].campaign_id])
    category = (uniform(prompt, salt + 8) * categories).astype(np.int64)
    return Items((answer,), (wrong,), close, Pairs(prompt, category, first, second, *chars))


def _quality(prompt: np.ndarray, salt: int, model: np.ndarray) -> np.ndarray:
    """How good a model's answer to a prompt is: the same whichever pair shows it."""
    spread = sum(uniform(prompt * len(MODELS) + model, salt + k) for k in range(4)) - 2
    return spread * 1.7 + np.array([0.15, 0.0, -0.1])[model]


def _chars(prompt: np.ndarray, salt: int, model: np.ndarray) -> np.ndarray:
    u = uniform(prompt * len(MODELS) + model, salt + 5) + uniform(prompt, salt + 6)
    return np.rint(np.exp(5.2 + 1.2 * u)).astype(np.int64)


def uniform(keys: np.ndarray, salt: int) -> np.ndarray:
    """A number from 0 to 1 that depends on the key alone."""
    return (mixed(keys.astype(np.uint64) + np.uint64(salt << 40)) >> np.uint64(11)) * 2.0**-53


def mixed(keys: np.ndarray) -> np.ndarray:
    """SplitMix64's finish: 64 well mixed bits, different for different keys."""
    z = keys.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
