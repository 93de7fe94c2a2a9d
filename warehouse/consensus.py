"""Which answer is probably right where no gold exists: one-coin Dawid-Skene by EM.

Each person has one chance to answer right, whatever the answer; a wrong answer is any of the others
alike. Who often agrees with what the others make probable weighs more. METRICS.md, "Estimating
trainers".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

RIGHT, WRONG = 4.0, 1.0
"""What is thought of a person before the first answer (a Beta prior): little data is drawn to it."""
STEPS = 200
STILL = 1e-6


@dataclass(frozen=True)
class Consensus:
    """What is probable of items and of people, beside what a plain count of votes says of both."""

    items: pd.DataFrame
    """item_id, answer, certainty, annotations, majority (the first in the alphabet of equals),
    majority_by (how many gave it), equals (how many answers were as common)."""
    people: pd.DataFrame
    """trainer_id, accuracy, answers, likely_right (of these, by the probable answers), compared (answers
    to items on which more of the others gave one answer than any other), alike (of these the same)."""
    steps: int


def consensus(answers: pd.DataFrame) -> Consensus:
    """What ``answers`` (item_id, trainer_id, value_text) make probable.

    A person's second answer to an item does not count: it is no second opinion.
    """
    rows = answers.dropna(subset=["item_id", "trainer_id", "value_text"])
    rows = rows.drop_duplicates(["item_id", "trainer_id"])
    item, items = pd.factorize(rows["item_id"], sort=True)
    person, people = pd.factorize(rows["trainer_id"], sort=True)
    label, labels = pd.factorize(rows["value_text"], sort=True)
    k = max(len(labels), 2)
    cell = item * k + label
    votes = np.bincount(cell, minlength=len(items) * k).reshape(-1, k).astype(float)
    given = np.bincount(person, minlength=len(people)).astype(float)
    posterior = votes / votes.sum(1, keepdims=True)
    accuracy, step = np.full(len(people), RIGHT / (RIGHT + WRONG)), 0
    for step in range(1, STEPS + 1):  # noqa: B007 - how many it took is told
        agreed = np.bincount(person, posterior[item, label], len(people))
        now = (agreed + RIGHT - 1) / (given + RIGHT + WRONG - 2)
        now = np.clip(now, 1e-3, 1 - 1e-3)
        common = (posterior.sum(0) + 1) / (len(items) + k)
        weight = np.log(now / (1 - now) * (k - 1))
        score = np.bincount(cell, weight[person], len(items) * k).reshape(-1, k) + np.log(common)
        posterior = np.exp(score - score.max(1, keepdims=True))
        posterior /= posterior.sum(1, keepdims=True)
        moved, accuracy = np.abs(now - accuracy).max(initial=0), now
        if moved < STILL:
            break
    told = labels.to_numpy()
    most = votes.max(1, initial=0)
    is_compared, is_alike = _beside_others(votes, item, label)
    count = partial(np.bincount, person, minlength=len(people))
    return Consensus(
        items=pd.DataFrame(
            {
                "item_id": items,
                "answer": told[posterior.argmax(1)] if len(items) else [],
                "certainty": posterior.max(1) if len(items) else [],
                "annotations": votes.sum(1).astype("int64"),
                "majority": told[votes.argmax(1)] if len(items) else [],
                "majority_by": most.astype("int64"),
                "equals": (votes == most[:, None]).sum(1),
            }
        ),
        people=pd.DataFrame(
            {
                "trainer_id": people,
                "accuracy": accuracy,
                "answers": given.astype("int64"),
                "likely_right": count(weights=posterior[item, label]),
                "compared": count(weights=is_compared).astype("int64"),
                "alike": count(weights=is_alike).astype("int64"),
            }
        ),
        steps=step,
    )


def _beside_others(
    votes: np.ndarray, item: np.ndarray, label: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each answer, whether the others have one most common answer, and whether it is this one.

    The answer's own vote is taken from the three highest counts of its item: no table of
    answers by labels is needed, so a million answers fit in memory.
    """
    if not len(item):
        return np.zeros(0, bool), np.zeros(0, bool)
    ranked = np.argsort(-votes, axis=1, kind="stable")[:, :3]
    counts = np.take_along_axis(votes, ranked, 1)
    first, second = counts[item, 0], counts[item, 1]
    third = counts[item, 2] if counts.shape[1] > 2 else np.zeros(len(item))
    leads, follows = ranked[item, 0] == label, ranked[item, 1] == label
    is_alike = leads & (first - 1 > second)
    overtaken = leads & (first - 1 < second) & (second > third)
    others_lead = ~leads & (first > np.where(follows, np.maximum(second - 1, third), second))
    return is_alike | overtaken | others_lead, is_alike
