"""Exports of Label Studio, open and Enterprise edition, with the traps that real ones hold."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from warehouse.errors import Refused
from warehouse.sources import label_studio

ANN = {"id": 3, "email": "ann@example.org", "first_name": "Ann", "last_name": "Ash"}
BO = {"id": 4, "email": "bo@example.org", "first_name": "", "last_name": ""}
CHOICE = {"from_name": "tone", "type": "choices", "value": {"choices": ["good"]}}


def annotation(number: int = 11, **said: object) -> dict:
    return {
        "id": number,
        "completed_by": ANN,
        "result": [CHOICE],
        "reviews": [],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2024-03-28T10:00:00.000010Z",
        "updated_at": "2024-03-28T10:00:00.000055Z",
        "draft_created_at": "2024-03-28T09:55:00Z",
        "lead_time": 300.5,
    } | said


def task(*annotations: dict, **said: object) -> dict:
    return {
        "id": 1,
        "project": 7,
        "data": {"text": "write to cy@example.org"},
        "created_at": "2024-03-01T08:00:00Z",
        "annotations": list(annotations),
        "drafts": [{"result": [CHOICE]}],
        "predictions": [{"result": [CHOICE]}],
    } | said


def exported(folder: Path, *tasks: object) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(list(tasks)))
    return path


def read(path: Path, options: dict | None = None) -> tuple[list[dict], list[dict], list[dict]]:
    batches = list(label_studio.read(path, options))
    return tuple(
        [row for batch in batches for row in getattr(batch, part).to_pylist()]
        for part in ("events", "responses", "refused")
    )


def told(folder: Path, *annotations: dict, options: dict | None = None) -> list[dict]:
    return read(exported(folder, task(*annotations)), options)[0]


def answers(folder: Path, *results: dict) -> dict[str, tuple]:
    path = exported(folder, task(annotation(result=list(results))))
    return {
        row["question_id"]: (row["scale"], row["value_text"], row["value_number"])
        for row in read(path)[1]
    }


def test_a_task_is_created_and_an_annotation_submitted_once(tmp_path):
    created, submitted = told(tmp_path, annotation())
    assert (created["event_type"], created["item_id"], created["batch_id"]) == (
        "item_created",
        "1",
        "project 7",
    )
    assert submitted["event_type"] == "assignment_submitted"
    assert (submitted["assignment_id"], submitted["trainer_id"]) == ("11", "ann@example.org")
    # Saving writes both times some microseconds apart; that is no edit.
    assert submitted["occurred_at"] == dt.datetime(2024, 3, 28, 10, 0, 0, 10)
    assert (submitted["duration_s"], submitted["duration_basis"]) == (
        300.5,
        "elapsed_open_to_submit",
    )


def test_an_edit_is_of_the_author_and_carries_the_answers(tmp_path):
    edited = annotation(updated_at="2024-04-19T08:00:00Z", updated_by=4, completed_by=ANN)
    path = exported(tmp_path, task(edited, annotation(12, completed_by=BO)))
    events, responses, _ = read(path)
    first, edit = [e for e in events if e["assignment_id"] == "11"]
    assert (first["duration_s"], edit["duration_s"]) == (None, 300.5)
    assert first["occurred_at"] < edit["occurred_at"] == dt.datetime(2024, 4, 19, 8)
    assert edit["trainer_id"] == "ann@example.org"
    assert edit["actor_id"] == "bo@example.org"
    assert first["attempt_no"] == edit["attempt_no"] == 1
    assert [events[r["event_no"]] is edit for r in responses] == [True, False]


def test_the_first_submission_is_the_same_event_before_and_after_an_edit(tmp_path):
    def identity(row: dict) -> tuple:
        return row["native_id"], row["event_type"], row["version"]

    before = told(tmp_path, annotation())
    after = told(tmp_path, annotation(updated_at="2024-04-19T08:00:00Z"))
    assert [identity(row) for row in after[:2]] == [identity(row) for row in before]


def test_an_edit_of_the_author_after_a_rejection_is_the_next_attempt(tmp_path):
    rejected = {"id": 5, "accepted": False, "created_at": "2024-04-01T08:00:00Z", "created_by": BO}
    again = annotation(updated_at="2024-04-02T08:00:00Z", updated_by=3, reviews=[rejected])
    _, first, second, review = told(tmp_path, again)
    assert (first["attempt_no"], second["attempt_no"]) == (1, 2)
    assert (first["duration_s"], second["duration_s"]) == (300.5, None)
    assert review["event_type"] == "review_rejected"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"accepted": True, "fixed_annotation_history": None}, "review_accepted"),
        ({"accepted": True, "fixed_annotation_history": 99}, "review_accepted_with_fix"),
        ({"accepted": False}, "review_rejected"),
        ({"accepted": None}, "review_undecided"),
    ],
)
def test_reviews_are_of_the_work_and_by_the_reviewer(tmp_path, said, kind):
    review = {"id": 5, "created_at": "2024-04-01T08:00:00Z", "created_by": BO} | said
    *_, last = told(tmp_path, annotation(reviews=[review]))
    assert (last["event_type"], last["trainer_id"], last["actor_id"]) == (
        kind,
        "ann@example.org",
        "bo@example.org",
    )
    assert last["occurred_at"] == dt.datetime(2024, 4, 1, 8)


def test_a_cancelled_annotation_is_a_skip_without_answers(tmp_path):
    path = exported(tmp_path, task(annotation(was_cancelled=True, ground_truth=True)))
    events, responses, _ = read(path)
    assert [e["event_type"] for e in events] == ["item_created", "assignment_skipped"]
    assert responses == []


def test_people_of_the_open_edition_are_numbers(tmp_path):
    _, submitted = told(tmp_path, annotation(completed_by=5))
    assert submitted["trainer_id"] == "label-studio:5"
    _, submitted = told(tmp_path, annotation(completed_by=5), options={"instance": "berlin"})
    assert submitted["trainer_id"] == "label-studio berlin:5"


def test_work_of_a_deleted_user_is_work_of_somebody_unknown(tmp_path):
    events = told(tmp_path, annotation(completed_by=None), annotation(12, completed_by=""))
    assert [e["trainer_id"] for e in events[1:]] == [None, None]


def test_an_annotation_that_does_not_speak_of_its_author_is_none(tmp_path):
    nameless = annotation()
    del nameless["completed_by"]
    _, _, (aside,) = read(exported(tmp_path, task(nameless)))
    assert aside["reason"] == "completed_by: expected who made the annotation, found none"


def test_a_number_is_the_person_whose_address_the_file_tells_elsewhere(tmp_path):
    events = told(tmp_path, annotation(completed_by=3), annotation(12, completed_by=ANN))
    assert {e["trainer_id"] for e in events[1:]} == {"ann@example.org"}


def test_the_same_person_may_annotate_a_task_twice(tmp_path):
    events = told(tmp_path, annotation(11), annotation(12))
    assert [e["assignment_id"] for e in events] == [None, "11", "12"]


# -- answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("choices", {"choices": ["b", "a"]}, ("nominal", "a | b", None)),
        ("taxonomy", {"taxonomy": [["B", "c"], ["A"]]}, ("nominal", "A | B > c", None)),
        ("rating", {"rating": 4}, ("ordinal", "4", 4)),
        ("number", {"number": 2.5}, ("interval", "2.5", 2.5)),
        ("pairwise", {"selected": "left"}, ("nominal", "left", None)),
        ("datetime", {"datetime": "2024-01-01"}, ("nominal", "2024-01-01", None)),
    ],
)
def test_each_kind_of_result_has_its_scale(tmp_path, kind, value, told):
    result = {"from_name": "q", "type": kind, "value": value}
    assert answers(tmp_path, result) == {"q": told}


def test_text_is_measured_and_rankings_are_ranks(tmp_path):
    written = {"from_name": "why", "type": "textarea", "value": {"text": ["four"]}}
    ranked = {"from_name": "best", "type": "ranker", "value": {"ranker": {"_": ["m2", "m1"]}}}
    assert answers(tmp_path, written, ranked) == {
        "why: characters": ("interval", "4", 4),
        "best: m2": ("ordinal", "1", 1),
        "best: m1": ("ordinal", "2", 2),
    }


def test_spans_are_counted_by_label_with_the_labels_that_others_marked(tmp_path):
    def span(label: str) -> dict:
        return {
            "from_name": "ner",
            "type": "labels",
            "value": {"start": 0, "end": 3, "labels": [label]},
        }

    path = exported(
        tmp_path,
        task(annotation(11, result=[span("Age"), span("Age")])),
        task(annotation(12, result=[span("Gun")]), annotation(13, result=[]), id=2),
    )
    events, responses, _ = read(path)
    counts = {
        (events[r["event_no"]]["assignment_id"], r["question_id"]): r["value_number"]
        for r in responses
    }
    assert counts == {
        ("11", "ner: Age"): 2, ("11", "ner: Gun"): 0,
        ("12", "ner: Age"): 0, ("12", "ner: Gun"): 1,
        ("13", "ner: Age"): 0, ("13", "ner: Gun"): 0,
    }  # fmt: skip


# -- ground truth ---------------------------------------------------------------------


def test_ground_truth_is_an_answer_and_scores_nobody_unless_told(tmp_path):
    path = exported(tmp_path, task(annotation(11, ground_truth=True), annotation(12)))
    (batch,) = label_studio.read(path, None)
    assert batch.gold.to_pylist() == [
        {
            "campaign_id": None,
            "item_id": "1",
            "question_id": "tone",
            "answer": "good",
            "gold_kind": "none",
        }
    ]
    assert "gold_scored" not in batch.events.column("event_type").to_pylist()


def test_ground_truth_scores_the_others_where_the_mapping_says_so(tmp_path):
    bad = CHOICE | {"value": {"choices": ["bad"]}}
    events = told(
        tmp_path,
        annotation(11, ground_truth=True),
        annotation(12),
        annotation(13, result=[bad]),
        options={"ground_truth": "hidden"},
    )
    scored = {
        e["assignment_id"]: (e["score"], e["outcome"])
        for e in events
        if e["event_type"] == "gold_scored"
    }
    assert scored == {"12": (1, "correct"), "13": (0, "incorrect")}


# -- what cannot be read --------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"created_at": None}, "created_at: expected a time, found none"),
        ({"created_at": "yesterday"}, "created_at: expected a time, found 'yesterday'"),
        ({"lead_time": -4}, "lead_time: expected seconds, found -4"),
        ({"result": None}, "result: expected a list"),
        ({"id": None}, "expected an annotation with an id"),
    ],
)
def test_an_annotation_that_cannot_be_understood_is_set_aside_without_names(tmp_path, said, reason):
    path = exported(tmp_path, task(annotation(11) | said, annotation(12)))
    events, _, ((row),) = read(path)
    assert row["row_no"] == 2
    assert row["reason"].startswith(reason)
    assert "first_name" not in row["raw"]
    assert [e["assignment_id"] for e in events] == [None, "12"]


def test_a_task_that_cannot_be_understood_is_set_aside_whole(tmp_path):
    path = exported(tmp_path, task(annotation(), id=None), task(annotation(12)))
    (batch,) = label_studio.read(path, None)
    assert (batch.rows, batch.refused.num_rows) == (3, 1)


def test_what_was_set_aside_can_be_read_again(tmp_path):
    path = exported(tmp_path, task(annotation(11, lead_time=-4), annotation(12)))
    ((_, _, (row,))) = read(path)
    mended = row["raw"].replace('"lead_time": -4', '"lead_time": 4')
    (again,) = label_studio.reread([(row["row_no"], mended)], None)
    assert [e["assignment_id"] for e in again.events.to_pylist()] == [None, "11"]
    (still,) = label_studio.reread([(row["row_no"], row["raw"])], None)
    assert (still.rows, still.events.num_rows, still.refused.num_rows) == (1, 0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("[]", "found an empty list"),
        ("a,b\n1,2\n", "found a file that begins 'a,b'"),
        ('{"id": 1, "annotations": []}\n{"id": 2}\n', "found one JSON object per line"),
        ('[{"id": 1, "annotation_id": 3, "annotator": 1, "tone": "good"}]', "found its JSON-MIN"),
        ('[{"text": "a"}]', "expected tasks with `annotations`, found text"),
        (json.dumps([task(annotation())])[:-40], "found one that is cut off or damaged"),
    ],
)
def test_another_kind_of_file_is_refused_in_one_line(tmp_path, content, said):
    path = tmp_path / "export.json"
    path.write_text(content)
    with pytest.raises(Refused) as refusal:
        read(path)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_mapping_with_an_unknown_word_is_refused(tmp_path):
    path = exported(tmp_path, task(annotation()))
    with pytest.raises(
        Refused, match=r"mapping.ground_truth: expected one of answer, hidden, training"
    ):
        read(path, {"ground_truth": "yes"})


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"lead_time": 1e300}, "lead_time: expected seconds, found 1e+300"),
        ({"created_at": "0001-01-01T00:00:00+05:00"}, "created_at: expected a time, found '0001-01-01T00:00:00+05:00'"),
        ({"created_at": "9999-12-31T23:59:59Z"}, "created_at: expected a time, found '9999-12-31T23:59:59Z'"),
    ],
)  # fmt: skip
def test_what_no_clock_shows_is_set_aside(tmp_path, said, reason):
    _, _, refused = read(exported(tmp_path, task(annotation(), annotation(12, **said))))
    assert [row["reason"] for row in refused] == [reason]


def test_a_number_keeps_all_its_digits_and_a_lone_choice_is_one(tmp_path):
    number = {"from_name": "n", "type": "number", "value": {"number": 1234567.25}}
    lone = {"from_name": "c", "type": "choices", "value": {"choices": "good"}}
    odd = {"from_name": "d", "type": "rating", "value": {"rating": 1e300}}
    told = answers(tmp_path, number, lone, odd)
    assert told["n"] == ("interval", "1234567.25", 1234567.25)
    assert told["c"][1] == "good"
    assert "d" not in told
