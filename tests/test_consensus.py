"""Dawid-Skene: against a slow one in plain Python, on planted people, and on real answers with known truth."""

import datetime as dt
import math
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from tests.conftest import add
from warehouse import engine as door
from warehouse import schema, weighing
from warehouse.consensus import RIGHT, WRONG, consensus
from warehouse.errors import Refused
from warehouse.read import fetch
from warehouse.refresh import refresh

ROOT = Path(__file__).resolve().parent.parent
RTE = Path(os.environ.get("REAL_DATA_DIR") or ROOT / "../shared/data") / "crowdtruth_core/rte.standardized.csv"  # fmt: skip


def planted(seed=3, items=300, each=5, accuracies=(0.95, 0.9, 0.85, 0.6, 0.4, 0.35), labels="abc"):
    """Answers of people of known accuracy to items of known truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(list(labels), items)
    rows = []
    for i, right in enumerate(truth):
        for w in rng.choice(len(accuracies), each, replace=False):
            wrong = [v for v in labels if v != right]
            given = right if rng.random() < accuracies[w] else rng.choice(wrong)
            rows.append((f"i{i:03}", f"w{w}", given))
    return pd.DataFrame(rows, columns=["item_id", "trainer_id", "value_text"]), pd.Series(truth)


def slowly(rows, steps):
    """The same model as loops over dictionaries."""
    labels = sorted(set(rows["value_text"]))
    told = list(rows.itertuples(index=False))
    items, people = sorted(set(rows["item_id"])), sorted(set(rows["trainer_id"]))
    t = {i: {v: 0.0 for v in labels} for i in items}
    for i, _, v in told:
        t[i][v] += 1 / sum(1 for r in told if r[0] == i)
    for _ in range(steps):
        p = {}
        for w in people:
            own = [(i, v) for i, x, v in told if x == w]
            p[w] = (sum(t[i][v] for i, v in own) + RIGHT - 1) / (len(own) + RIGHT + WRONG - 2)
            p[w] = min(max(p[w], 1e-3), 1 - 1e-3)
        common = {v: (sum(t[i][v] for i in items) + 1) / (len(items) + len(labels)) for v in labels}
        for i in items:
            score = {v: math.log(common[v]) for v in labels}
            for j, w, given in told:
                if j == i:
                    for v in labels:
                        score[v] += math.log(p[w] if v == given else (1 - p[w]) / (len(labels) - 1))
            most = max(score.values())
            total = sum(math.exp(s - most) for s in score.values())
            t[i] = {v: math.exp(s - most) / total for v, s in score.items()}
    return t, p


def test_it_says_the_same_as_plain_loops():
    rows, _ = planted(items=25)
    fast = consensus(rows)
    t, p = slowly(rows, fast.steps)
    for r in fast.items.itertuples():
        assert r.certainty == pytest.approx(max(t[r.item_id].values()), abs=1e-9)
    assert fast.people.set_index("trainer_id")["accuracy"].to_dict() == pytest.approx(p, abs=1e-9)


def test_it_weighs_people_and_beats_the_majority():
    rows, truth = planted()
    told = consensus(rows).items
    right, majority = (told["answer"] == truth).mean(), (told["majority"] == truth).mean()
    assert right > majority + 0.03 and right > 0.93


def test_it_finds_how_good_people_are():
    rows, _ = planted(items=800)
    found = consensus(rows).people["accuracy"].to_numpy()
    assert np.abs(found - np.array([0.95, 0.9, 0.85, 0.6, 0.4, 0.35])).max() < 0.05


def test_the_order_of_rows_does_not_matter():
    rows, _ = planted(items=60)
    shuffled = consensus(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(consensus(rows).items, shuffled.items, atol=1e-9)


def test_a_second_answer_of_the_same_person_is_no_second_opinion():
    rows = pd.DataFrame({"item_id": ["i"] * 3, "trainer_id": ["w", "w", "v"], "value_text": list("aab")})  # fmt: skip
    assert consensus(rows).items["annotations"].tolist() == [2]


def test_no_answers_are_no_consensus():
    rows, _ = planted(items=2)
    assert consensus(rows.head(0)).items.empty


def test_a_million_answers_are_weighed_at_once():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "item_id": np.repeat(np.arange(200_000), 5), "trainer_id": rng.integers(0, 2000, 1_000_000),
            "value_text": rng.choice(list("abcd"), 1_000_000, p=[0.7, 0.1, 0.1, 0.1]),
        }
    )  # fmt: skip
    told = consensus(rows).items
    assert len(told) == 200_000 and (told["answer"] == "a").mean() > 0.8


@pytest.mark.skipif(not RTE.exists(), reason="the real RTE answers are not here (REAL_DATA_DIR)")
def test_on_rte_at_least_92_of_100_items_are_right():
    rows = pd.read_csv(RTE, dtype=str).rename(columns={"orig_id": "item_id", "!amt_worker_ids": "trainer_id", "response": "value_text"})  # fmt: skip
    gold = rows.drop_duplicates("item_id").set_index("item_id")["gold"]
    told = consensus(rows).items
    assert len(told) == 800
    assert (told["answer"] == told["item_id"].map(gold)).mean() >= 0.92


# -- beside the majority of the others, and kept in the warehouse -----------------------------


def beside_others(rows):
    """Who was compared and who was alike, by plain loops."""
    told = list(rows.itertuples(index=False))
    counts = {w: [0, 0] for w in set(rows["trainer_id"])}
    for i, w, given in told:
        others = Counter(v for j, x, v in told if j == i and x != w).most_common()
        if others and (len(others) == 1 or others[0][1] > others[1][1]):
            counts[w][0] += 1
            counts[w][1] += others[0][0] == given
    return counts


@pytest.mark.parametrize("seed", range(4))
def test_each_answer_is_held_against_the_majority_of_the_others(seed):
    rows, _ = planted(seed=seed, items=60, each=1 + seed + (seed > 1))
    people = consensus(rows).people.set_index("trainer_id")
    found = {w: [r.compared, r.alike] for w, r in people.iterrows()}
    assert found == beside_others(rows)
    assert seed == 0 or people["compared"].sum() > 20


def test_equally_common_answers_are_counted():
    rows = pd.DataFrame([("i", w, v) for w, v in zip("uvwxy", "aabbc", strict=True)], columns=["item_id", "trainer_id", "value_text"])  # fmt: skip
    told = consensus(rows).items.iloc[0]
    assert (told["majority"], told["majority_by"], told["equals"]) == ("a", 2, 2)


def loaded(connection, rows, question="label"):
    """Answers in a refreshed warehouse, as if loaded that moment."""
    told = [
        {"event_id": f"{r.item_id}{r.trainer_id}", "item_id": r.item_id, "assignment_id": f"{r.item_id}{r.trainer_id}", "trainer_id": r.trainer_id}
        for r in rows.itertuples()
    ]  # fmt: skip
    given = [a | {"question_id": question, "value_text": v} for a, v in zip(told, rows["value_text"], strict=True)]  # fmt: skip
    add(connection, "annotation_events", told)
    add(connection, "annotation_responses", given)
    add(connection, "loads", [{"load_id": "load-1"}])
    refresh(connection, rebuild=True)


@pytest.fixture
def url(tmp_path):
    """A warehouse with planted answers, gold for ten items and a question that nobody can be weighed on."""
    told = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    rows, truth = planted(items=80)
    alone = pd.DataFrame([("i999", "w0", "a")], columns=rows.columns)
    rows = pd.concat([rows, alone], ignore_index=True)
    with door.publish(told) as connection:
        loaded(connection, rows)
        gold = [{"item_id": f"i{i:03}", "answer": truth[i]} for i in range(10)]
        add(connection, "gold_items", gold)
    return told


def test_a_run_is_kept_and_takes_the_place_of_the_one_before(url):
    (first,) = weighing.run(url)
    weighing.run(url, at=dt.datetime(2026, 3, 1, 9))
    warehouse = door.connect(url)
    kept = fetch(warehouse, "quality/consensus_by_question_v1")
    assert len(kept) == 1 and str(kept["computed_at"][0]) == "2026-03-01 09:00:00"
    assert not kept["is_stale"][0]
    assert kept["weighed_right"][0] == first.right and kept["gold_items"][0] == first.known == 10
    assert kept["majority_right"][0] == pytest.approx(first.majority_right)
    people = fetch(warehouse, "quality/consensus_by_trainer_v1", campaign="alpha", question="label")
    assert people["likely_right"].to_numpy() == pytest.approx(first.told.people["likely_right"])
    assert people["alike"].tolist() == first.told.people["alike"].tolist()
    items = fetch(warehouse, "quality/consensus_items_v1", campaign="alpha", question="label", limit=500)  # fmt: skip
    assert len(items) == 80 and items["differs"].is_monotonic_decreasing


def test_newer_answers_make_a_run_stale(url):
    weighing.run(url)
    later = {"event_id": "later", "recorded_at": dt.datetime(2027, 1, 1), "item_id": "i900", "load_id": "load-2"}  # fmt: skip
    with door.publish(url) as connection:
        add(connection, "annotation_events", [later])
        add(connection, "loads", [{"load_id": "load-2"}])
        refresh(connection)
    assert fetch(door.connect(url), "quality/consensus_by_question_v1")["is_stale"].tolist() == [True]  # fmt: skip


def test_what_cannot_be_weighed_is_refused_or_left_out(url):
    with pytest.raises(Refused, match="expected answers to the question tone"):
        weighing.run(url, [("alpha", "tone")])
    assert fetch(door.connect(url), "quality/consensus_by_question_v1").empty
    with door.publish(url) as connection:
        for table in ("annotation_responses", "annotation_events"):
            connection.execute(sa.delete(schema.metadata.tables[table]))
        refresh(connection, rebuild=True)
    assert weighing.run(url) == []
