"""The mappings in examples/, each on rows as the tool writes them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from warehouse.sources import mapping as mappings
from warehouse.sources import table

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "mappings"


class Told:
    """What the file ``name`` tells, read with the example ``mapping``."""

    def __init__(self, folder: Path, name: str, rows: list[dict], mapping: str) -> None:
        path = folder / name
        if name.endswith(".csv"):
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        elif name.endswith(".jsonl"):
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        else:
            path.write_text(json.dumps(rows, indent=2))
        batches = list(table.read(path, mappings.load(EXAMPLES / mapping)))
        self.events, self.answers, self.refused = (
            [row for batch in batches for row in getattr(batch, part).to_pylist()]
            for part in ("events", "responses", "refused")
        )

    def of(self, kind: str, *names: str) -> list[tuple]:
        return [tuple(e[n] for n in names) for e in self.events if e["event_type"] == kind]

    @property
    def given(self) -> list[tuple]:
        return [(a["question_id"], a["scale"], a["value_text"]) for a in self.answers]


def test_submissions_of_prolific(tmp_path):
    usual = {
        "Submission id": "s1", "Participant id": "p1", "Status": "APPROVED",
        "Started at": "2024-03-05T14:00:00.113000Z", "Completed at": "2024-03-05T14:10:00.113000Z",
        "Reviewed at": "2024-03-06T09:00:00Z", "Archived at": "", "Time taken": "600",
        "Completion code": "C1", "Total approvals": "12", "Age": "31",
    }  # fmt: skip
    unfinished = {"Completed at": "", "Reviewed at": "", "Time taken": ""}
    rows = [
        usual,
        usual | {"Submission id": "s2", "Status": "REJECTED"},
        usual | {"Submission id": "s3", "Status": "AWAITING REVIEW", "Reviewed at": ""},
        usual | {"Submission id": "s4", "Status": "RETURNED"} | unfinished,
        usual | {"Submission id": "s5", "Status": "TIMED-OUT"} | unfinished,
    ]
    told = Told(tmp_path, "prolific.csv", rows, "prolific.yaml")
    assert told.refused == []
    assert told.of("assignment_submitted", "item_id", "duration_s") == [
        ("s1", 600), ("s2", 600), ("s3", 600),
    ]  # fmt: skip
    assert told.of("assignment_skipped", "item_id", "duration_s") == [("s4", None), ("s5", None)]
    assert told.of("review_accepted", "item_id", "time_basis") == [("s1", "recorded")]
    assert told.of("review_rejected", "item_id", "occurred_at") == [
        ("s2", dt.datetime(2024, 3, 6, 9))
    ]


def test_the_small_export_of_label_studio(tmp_path):
    row = {
        "id": 7, "text": "fine", "sentiment": "good", "annotator": "ann@example.org", "annotation_id": 11,
        "created_at": "2024-03-28T10:00:00.000010Z", "updated_at": "2024-03-28T10:00:00Z", "lead_time": 30.5,
    }  # fmt: skip
    told = Told(tmp_path, "min.json", [row], "label_studio_min.yaml")
    assert told.of("assignment_submitted", "item_id", "assignment_id", "trainer_id", "duration_s") == [
        ("7", "11", "ann@example.org", 30.5)
    ]  # fmt: skip
    assert told.given == [("sentiment", "nominal", "good")]


def test_records_of_argilla(tmp_path):
    def response(who: str, status: str = "submitted", **values: object) -> dict:
        told = {name: {"value": value} for name, value in values.items()}
        return {"user_id": who, "status": status, "values": told}

    records = [
        {"id": "r1", "fields": {"prompt": "Why?"}, "responses": [
            response("u1", preference="A", rating=4), response("u2", preference="B", rating=2),
        ]},
        {"id": "r2", "fields": {"prompt": "How?"}, "responses": [response("u1", "discarded")]},
        {"id": "r3", "fields": {"prompt": "Who?"}, "responses": []},
    ]  # fmt: skip
    told = Told(tmp_path, "records.json", records, "argilla.yaml")
    assert told.of("assignment_submitted", "item_id", "trainer_id", "time_basis") == [
        ("r1", "u1", "assumed"), ("r1", "u2", "assumed"),
    ]  # fmt: skip
    assert told.of("assignment_skipped", "item_id", "trainer_id") == [("r2", "u1")]
    assert sorted(told.given) == [
        ("preference", "nominal", "A"), ("preference", "nominal", "B"),
        ("rating", "ordinal", "2"), ("rating", "ordinal", "4"),
    ]  # fmt: skip


def test_lines_of_prodigy(tmp_path):
    usual = {
        "text": "Uber", "_input_hash": -1, "_task_hash": 1748, "options": [{"id": "A"}, {"id": "B"}],
        "_view_id": "choice", "accept": ["B", "A"], "answer": "accept", "_timestamp": 1709630000,
        "_annotator_id": "topics-ann", "_session_id": "topics-ann",
    }  # fmt: skip
    rows = [usual, usual | {"_task_hash": 9, "answer": "ignore", "accept": []}]
    told = Told(tmp_path, "annotations.jsonl", rows, "prodigy.yaml")
    assert told.of("assignment_submitted", "item_id", "occurred_at") == [
        ("1748", dt.datetime(2024, 3, 5, 9, 13, 20))
    ]
    assert told.of("assignment_skipped", "item_id") == [("9",)]
    assert told.given == [("verdict", "nominal", "accept"), ("options", "nominal", "A | B")]


@pytest.mark.parametrize("winner", ["model_a", "tie (bothbad)"])
def test_votes_of_an_arena(tmp_path, winner):
    vote = {
        "question_id": "58210e39", "model_a": "chatglm-6b", "model_b": "koala-13b", "winner": winner,
        "judge": "arena_user_973", "turn": 1, "anony": True, "language": "English", "tstamp": 1682351591.1322,
        "conversation_a": [{"role": "user", "content": "Hi"}],
    }  # fmt: skip
    told = Told(tmp_path, "votes.jsonl", [vote], "arena.yaml")
    assert told.of("assignment_submitted", "item_id", "trainer_id", "occurred_at") == [
        ("58210e39", "arena_user_973", dt.datetime(2023, 4, 24, 15, 53, 11, 132200))
    ]
    assert told.given == [("preferred", "nominal", winner)]
