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
        if name.endswith((".csv", ".tsv")):
            with path.open("w", newline="") as file:
                delimiter = "\t" if name.endswith(".tsv") else ","
                writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
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


def test_tasks_on_pages_of_toloka(tmp_path):
    usual = {
        "INPUT:image": "a.jpg", "OUTPUT:result": "cat", "GOLDEN:result": "", "HINT:text": "",
        "ASSIGNMENT:task_id": "t1", "ASSIGNMENT:assignment_id": "a1", "ASSIGNMENT:task_suite_id": "s1",
        "ASSIGNMENT:worker_id": "w1", "ASSIGNMENT:status": "APPROVED",
        "ASSIGNMENT:started": "2021-06-01T10:00:00.123", "ASSIGNMENT:submitted": "2021-06-01T10:00:40.123",
        "ASSIGNMENT:accepted": "2021-06-02T10:00:00", "ASSIGNMENT:reward": "0.01",
    }  # fmt: skip
    rows = [
        usual,
        usual | {"ASSIGNMENT:task_id": "t2", "GOLDEN:result": "dog"},
        usual | {"ASSIGNMENT:assignment_id": "a2", "ASSIGNMENT:status": "SKIPPED"},
    ]
    told = Told(tmp_path, "assignments.tsv", rows, "toloka.yaml")
    assert told.of("assignment_submitted", "assignment_id", "item_id", "duration_s") == [
        ("a1/t1", "t1", 40.0), ("a1/t2", "t2", 40.0),
    ]  # fmt: skip
    assert told.of("assignment_skipped", "assignment_id") == [("a2/t1",)]
    assert told.of("gold_scored", "item_id", "outcome") == [("t2", "incorrect")]
    accepted = dt.datetime(2021, 6, 2, 10)
    assert told.of("review_accepted", "item_id", "occurred_at") == [
        ("t1", accepted), ("t2", accepted),
    ]  # fmt: skip


def test_responses_of_qualtrics(tmp_path):
    usual = {
        "StartDate": "2023-02-01 10:00:00", "EndDate": "2023-02-01 10:05:00", "Progress": "100",
        "Duration (in seconds)": "300", "Finished": "True", "ResponseId": "R_1", "UserLanguage": "EN",
        "Q1": "4", "Q2": "good",
    }  # fmt: skip
    rows = [
        {name: f"the words of\n{name}" for name in usual},
        {name: '{"ImportId":"QID"}' for name in usual},
        usual,
        usual | {"ResponseId": "R_2", "Finished": "False", "Q1": "", "Q2": ""},
    ]
    told = Told(tmp_path, "survey.csv", rows, "qualtrics.yaml")
    assert told.of("assignment_submitted", "item_id", "occurred_at", "duration_s") == [
        ("R_1", dt.datetime(2023, 2, 1, 17, 5), 300.0)
    ]
    assert told.of("assignment_skipped", "item_id") == [("R_2",)]
    assert told.given == [("quality", "ordinal", "4"), ("remark: characters", "interval", "4")]
    assert [row["row_no"] for row in told.refused] == [1, 2]


def test_answers_of_a_google_form(tmp_path):
    row = {
        "Timestamp": "2023/10/29 2:30:00 AM GMT+2", "Email Address": "ann@example.org",
        "Which item?": "i1", "Which answer is better?": "A, because",
    }  # fmt: skip
    told = Told(tmp_path, "form.csv", [row], "google_forms.yaml")
    assert told.of("assignment_submitted", "trainer_id", "occurred_at") == [
        ("ann@example.org", dt.datetime(2023, 10, 29, 0, 30))
    ]
    assert told.given == [("preferred", "nominal", "A, because")]
