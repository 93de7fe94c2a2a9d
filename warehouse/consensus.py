"""Which answer is probably right where no gold exists: one-coin Dawid-Skene by EM.

Each person has one chance to answer right, whatever the answer; a wrong answer is any of the others
alike. Who often agrees with what the others make probable weighs more. METRICS.md, "Estimating
trainers".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

RIGHT, WRONG = 4.0, 1.0
"""What is thought of a person before the first answer (a Beta prior): little data is drawn to it."""
STEPS = 200
STILL = 1e-6


@dataclass(frozen=True)
class Consensus:
    """The probable answers (item_id, answer, certainty, annotations, majority) and people (trainer_id, accuracy, answers)."""

    items: pd.DataFrame
    people: pd.DataFrame
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
    return Consensus(
        items=pd.DataFrame(
            {
                "item_id": items,
                "answer": labels.to_numpy()[posterior.argmax(1)] if len(items) else [],
                "certainty": posterior.max(1) if len(items) else [],
                "annotations": votes.sum(1).astype("int64"),
                "majority": labels.to_numpy()[votes.argmax(1)] if len(items) else [],
            }
        ),
        people=pd.DataFrame(
            {"trainer_id": people, "accuracy": accuracy, "answers": given.astype("int64")}
        ),
        steps=step,
    )
