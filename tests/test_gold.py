"""Correcting gold: a new version of the answer, scores stated anew, and both kept."""

import datetime as dt

import pytest

from tests.conftest import add
from warehouse import engine as door
from warehouse.__main__ import main
from warehouse.errors import Refused
from warehouse.gold import correct
from warehouse.read import fetch
from warehouse.refresh import refresh

RANGE = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 2, 1)}
BEFORE = dt.datetime(2026, 1, 20)
ACCURACY = "quality/gold_accuracy_by_campaign_v1"
RESCORED = "quality/gold_rescored_by_campaign_v2"
ANSWERS = {"g1": {"ann": "cat", "bo": "dog", "cy": "dog"}, "g2": {"ann": "cat", "bo": "cat", "cy": "dog"}}  # fmt: skip


@pytest.fixture
def url(tmp_path, monkeypatch):
    """Two gold items, right is cat, answered by three people: 3 of 6 right."""
    told = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    monkeypatch.setenv("WAREHOUSE_URL", told)
    events, responses = [], []
    for item, given in ANSWERS.items():
        for person, answer in given.items():
            work = {"item_id": item, "assignment_id": f"{item}{person}", "trainer_id": person, "gold_kind": "hidden"}  # fmt: skip
            events.append(work | {"event_id": f"{item}{person}"})
            responses.append(work | {"event_id": f"{item}{person}", "value_text": answer})
            score = float(answer == "cat")
            events.append(work | {"event_id": f"{item}{person}s", "event_type": "gold_scored", "score": score})  # fmt: skip
    with door.publish(told) as connection:
        add(connection, "annotation_events", events)
        add(connection, "annotation_responses", responses)
        gold = [{"item_id": i, "answer": "cat", "gold_kind": "hidden", "recorded_at": dt.datetime(2026, 1, 1)} for i in ANSWERS]  # fmt: skip
        add(connection, "gold_items", gold)
        add(connection, "loads", [{"load_id": "load-1", "recorded_at": dt.datetime(2026, 1, 5)}])
        refresh(connection, rebuild=True)
    return told


@pytest.fixture
def dog(tmp_path):
    """A file that says that the right answer of g1 is dog."""
    path = tmp_path / "corrections.csv"
    path.write_text("campaign_id,item_id,question_id,answer\nalpha,g1,label,dog\n")
    return path


def accuracy(url, **known):
    row = fetch(door.connect(url), ACCURACY, **RANGE, **known).iloc[0]
    return int(row["correct"]), int(row["scored"])


def test_a_corrected_answer_scores_again_what_it_changes(url, dog):
    assert accuracy(url) == (3, 6)
    told = correct([dog], url)
    assert (told.rows, told.changed, told.scores) == (1, 1, 3)
    assert accuracy(url) == (4, 6)  # g1: bo and cy instead of ann; g2 as before: ann and bo
    item = fetch(door.connect(url), "items/history_by_item_v1", campaign="alpha", item="g1")
    assert item["event_type"].tolist().count("gold_scored") == 6
    loads = fetch(door.connect(url), "health/reconciliation_by_load_v1").set_index("source")
    assert loads.loc["gold correction", "is_whole"] and loads.loc["gold correction", "events"] == 3


def test_both_numbers_are_kept(url, dog):
    correct([dog], url)
    row = fetch(door.connect(url), RESCORED, **RANGE).iloc[0]
    assert (row["correct"], row["rescored_correct"], row["changed"], row["waiting"]) == (3, 4, 3, 0)
    assert accuracy(url, known_at=BEFORE) == (3, 6)


def test_the_same_file_twice_changes_nothing(url, dog):
    correct([dog], url)
    again = correct([dog], url)
    assert (again.rows, again.changed, again.scores) == (1, 0, 0)
    assert str(again).endswith("no score changes")
    assert accuracy(url) == (4, 6)


def test_a_correction_can_be_taken_back(url, dog):
    correct([dog], url)
    dog.write_text(dog.read_text().replace("dog", "cat"))
    assert correct([dog], url).scores == 3
    assert accuracy(url) == (3, 6)
    assert fetch(door.connect(url), RESCORED, **RANGE)["changed"].tolist() == [0]


def test_what_a_load_corrected_is_scored_again_without_a_file(url):
    with door.publish(url) as connection:
        add(connection, "gold_items", [{"item_id": "g2", "answer": "dog", "recorded_at": BEFORE}])
    assert fetch(door.connect(url), RESCORED, **RANGE)["waiting"].tolist() == [3]
    assert correct([], url).scores == 3
    assert accuracy(url) == (2, 6)


def test_a_refresh_from_nothing_gives_the_same(url, dog):
    correct([dog], url)
    with door.publish(url) as connection:
        refresh(connection, rebuild=True)
    assert accuracy(url) == (4, 6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("campaign_id,item_id,answer\nalpha,g1,dog\n", "found no question_id"),
        ("campaign_id,item_id,question_id,answer\nalpha,g1,label,\n", "row 2: expected a value"),
        ("campaign_id,item_id,question_id,answer\nalpha,g9,label,dog\n", "none for alpha g9 label"),
        (
            "campaign_id,item_id,question_id,answer\nalpha,g1,label,dog\nalpha,g1,label,cow\n",
            "found several",
        ),
        ("", "expected a CSV file"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_nothing_changes(url, dog, text, said):
    dog.write_text(text)
    with pytest.raises(Refused, match=said):
        correct([dog], url)
    assert accuracy(url) == (3, 6)


def test_the_command_says_what_it_did(url, dog, capsys):
    assert main(["gold", str(dog)]) == 0
    assert "1 corrected + 0 in force already; 3 scores stated anew in alpha" in capsys.readouterr().out  # fmt: skip
    assert main(["gold", str(dog.with_name("none.csv"))]) == 2
