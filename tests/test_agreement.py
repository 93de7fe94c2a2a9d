"""Alpha and its interval, from events through the rollups, against the `krippendorff` package."""

from __future__ import annotations

import datetime as dt

import krippendorff
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from conftest import add

from warehouse.read import fetch
from warehouse.refresh import refresh

MONDAY = dt.datetime(2026, 1, 5, 9)
RANGE = {"since": dt.date(2026, 1, 1), "until": dt.date(2027, 1, 1)}
QUERY = "quality/agreement_by_campaign_v2"
SCALES = ("nominal", "ordinal", "interval")
SIZES = {"duckdb": 150, "postgresql": 60, "clickhousedb": 60}
"""Items per data set: the closed form is checked everywhere, the bulk of it where it is fast."""


def ratings(rng: np.random.Generator, items: int, values: np.ndarray, noise: float) -> np.ndarray:
    """Up to four people's answers per item (rows), some missing, of a truth that they see with noise."""
    truth = rng.normal(size=(items, 1))
    seen = truth + rng.normal(scale=noise, size=(items, 4))
    cuts = np.quantile(seen, np.linspace(0, 1, len(values) + 1)[1:-1] ** 1.5)
    answers = values[np.digitize(seen, cuts)]
    answers[rng.random(answers.shape) < 0.35] = np.nan
    return answers


def told(answers: np.ndarray, campaign: str, question: str, scale: str) -> tuple[list, list]:
    """The events and responses of a matrix of answers, an item a row; two of three items on a later day."""
    events, responses = [], []
    for item, row in enumerate(answers):
        for person, value in enumerate(row):
            if np.isnan(value):
                continue
            event = f"{campaign}-{question}-{item}-{person}"
            shared = {
                "event_id": event,
                "campaign_id": campaign,
                "item_id": f"{campaign}-{question}-{item}",
                "assignment_id": event,
                "trainer_id": f"t{person}",
                "occurred_at": MONDAY + dt.timedelta(days=item % 3, minutes=person),
            }
            events.append(shared)
            responses.append(
                shared
                | {
                    "question_id": question,
                    "scale": scale,
                    "value_text": f"{value:g}",
                    "value_number": value,
                }
            )
    return events, responses


def asked(
    connection: sa.Connection, sets: list[tuple[list, list]], query: str = QUERY
) -> pd.DataFrame:
    """What the query says of these sets of answers, loaded and refreshed."""
    add(connection, "annotation_events", [row for events, _ in sets for row in events])
    add(connection, "annotation_responses", [row for _, answers in sets for row in answers])
    add(connection, "loads", [{"load_id": "load-1", "recorded_at": MONDAY}])
    refresh(connection, rebuild=True)
    return fetch(connection, query, **RANGE)


def oracle(answers: np.ndarray, scale: str) -> float:
    return krippendorff.alpha(reliability_data=answers.T, level_of_measurement=scale)


def pairable(answers: np.ndarray) -> np.ndarray:
    return answers[(~np.isnan(answers)).sum(1) > 1]


def mid_ranks(answers: np.ndarray) -> np.ndarray:
    """Each answer's mid-rank among all: what the ordinal scale measures distances by."""
    values, place, times = np.unique(
        answers[~np.isnan(answers)], return_inverse=True, return_counts=True
    )
    assert len(values) > 1
    ranks = answers.copy()
    ranks[~np.isnan(answers)] = (np.cumsum(times) - times / 2)[place]
    return ranks


def jackknife(answers: np.ndarray, scale: str) -> tuple[float, float]:
    """The interval of alpha by leaving out each item in turn; ordinal ranks are held as they are."""
    answers = pairable(answers)
    if scale == "ordinal":
        answers, scale = mid_ranks(answers), "interval"
    whole = np.log(1 - oracle(answers, scale))
    without = np.array(
        [np.log(1 - oracle(np.delete(answers, i, axis=0), scale)) for i in range(len(answers))]
    )
    k = len(without)
    error = np.sqrt((k - 1) / k * ((without - without.mean()) ** 2).sum())
    return 1 - np.exp(whole + 1.959963984540054 * error), 1 - np.exp(
        whole - 1.959963984540054 * error
    )


VALUES = {
    "labels": np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    "two": np.array([0.0, 1.0]),
    # Far from 0 and unevenly spaced: sums of squares would lose digits if they were not centred.
    "scores": 1000.0 + np.cumsum(np.arange(1, 22)) / 8,
}


def test_alpha_and_its_jackknife_are_exact_at_all_scales(writing: sa.Connection) -> None:
    rng = np.random.default_rng(7)
    size = SIZES[writing.dialect.name]
    data = {
        (f"{values}-{noise}", scale): ratings(rng, size, VALUES[values], noise)
        for values in VALUES
        for noise in (0.5, 3.0)
        for scale in SCALES
    }
    frame = asked(
        writing, [told(a, campaign, scale, scale) for (campaign, scale), a in data.items()]
    )
    assert len(frame) == len(data)
    for row in frame.itertuples():
        answers = data[row.campaign_id, row.scale]
        assert row.items == len(pairable(answers))
        assert row.annotations == (~np.isnan(pairable(answers))).sum()
        assert row.alpha == pytest.approx(oracle(answers, row.scale), abs=1e-9)
        low, high = jackknife(answers, row.scale)
        assert row.alpha_low == pytest.approx(low, abs=1e-9)
        assert row.alpha_high == pytest.approx(high, abs=1e-9)


def test_a_week_of_its_own_has_its_own_alpha(writing: sa.Connection) -> None:
    rng = np.random.default_rng(8)
    weeks = [ratings(rng, 40, VALUES["labels"], noise) for noise in (0.5, 2.0)]
    sets = []
    for number, answers in enumerate(weeks):
        events, responses = told(answers, "alpha", f"week {number}", "ordinal")
        for row in events + responses:
            row["occurred_at"] += dt.timedelta(weeks=number)
        for row in responses:
            row["question_id"] = "grade"
        sets.append((events, responses))
    frame = asked(writing, sets, "quality/agreement_by_week_v2")
    assert list(frame["week"].dt.date) == [dt.date(2026, 1, 5), dt.date(2026, 1, 12)]
    for got, answers in zip(frame.itertuples(), weeks, strict=True):
        assert got.alpha == pytest.approx(oracle(answers, "ordinal"), abs=1e-9)
        assert (got.alpha_low, got.alpha_high) == pytest.approx(
            jackknife(answers, "ordinal"), abs=1e-9
        )


def test_an_answer_without_a_number_does_not_spoil_a_scale_of_numbers(
    writing: sa.Connection,
) -> None:
    answers = ratings(np.random.default_rng(9), 40, VALUES["labels"], 1.0)
    events, responses = told(answers, "alpha", "grade", "ordinal")
    for person in (0, 1):
        more, unclear = told(np.array([[3.0]]), "alpha", f"odd {person}", "ordinal")
        for row in more + unclear:
            row |= {"item_id": "odd", "trainer_id": f"t{person}"}
        unclear[0] |= {"question_id": "grade", "value_text": "hard to say", "value_number": None}
        events += more
        responses += unclear
    frame = asked(writing, [(events, responses)])
    assert frame["alpha"].item() == pytest.approx(oracle(answers, "ordinal"), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("scale", SCALES)
def test_the_interval_covers_the_truth_as_often_as_it_says(
    writing: sa.Connection, scale: str
) -> None:
    if writing.dialect.name != "duckdb":
        pytest.skip("the engines agree to 1e-9: one of them is simulated on")
    rng = np.random.default_rng(SCALES.index(scale))
    values = VALUES["scores"] if scale == "interval" else VALUES["labels"]
    everybody = ratings(rng, 60_000, values, 0.8)
    truth = oracle(everybody, scale)
    samples = [everybody[rng.choice(len(everybody), 100, replace=False)] for _ in range(400)]
    frame = asked(writing, [told(a, f"c{n}", scale, scale) for n, a in enumerate(samples)])
    is_covered = (frame["alpha_low"] <= truth) & (truth <= frame["alpha_high"])
    assert frame["is_enough"].all()
    assert 0.92 <= is_covered.mean() <= 0.98, is_covered.mean()
