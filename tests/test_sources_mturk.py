"""Batch results of Mechanical Turk, with the traps that real ones hold."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from warehouse.errors import Refused
from warehouse.sources import mturk

USUAL = {
    "HITId": "H1",
    "HITTypeId": "T1",
    "Title": 'Say "yes", or no',
    "Reward": "$0.13",
    "CreationTime": "Mon Oct 02 09:00:00 PDT 2017",
    "RequesterAnnotation": "BatchId:2950;OriginalHitTemplateId:7;",
    "AssignmentId": "A1",
    "WorkerId": "W1",
    "AssignmentStatus": "Approved",
    "AcceptTime": "Tue Oct 03 03:30:00 PDT 2017",
    "SubmitTime": "Tue Oct 03 03:30:40 PDT 2017",
    "ApprovalTime": "2017-10-05 16:39:18 UTC",
    "RejectionTime": "",
    "RequesterFeedback": "",
    "WorkTimeInSeconds": "40",
    "Input.text": 'a, b\n"c"',
    "Answer.label": "yes",
}


def batch_results(folder: Path, *rows: dict[str, str], **form: str) -> Path:
    """A file with a row per dictionary, each of which says only what differs from the usual."""
    path = folder / "Batch_1.csv"
    names = list(dict.fromkeys(name for row in (USUAL, *rows) for name in row))
    encoding, line_end = form.get("encoding", "utf-8"), form.get("line_end", "\n")
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL, lineterminator=line_end)
        writer.writeheader()
        for row in rows:
            writer.writerow(USUAL | row)
    return path


def events(path: Path, options: dict | None = None) -> list[dict]:
    return [row for batch in mturk.read(path, options) for row in batch.events.to_pylist()]


def of_type(path: Path, kind: str, options: dict | None = None) -> list[dict]:
    return [row for row in events(path, options) if row["event_type"] == kind]


def utc(day: int, clock: str, month: int = 10) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2017-{month:02}-{day:02} {clock}")


def test_a_row_is_a_start_a_submission_and_a_verdict(tmp_path):
    told = {row["event_type"]: row for row in events(batch_results(tmp_path, {}))}
    assert set(told) == {
        "item_created",
        "assignment_started",
        "assignment_submitted",
        "review_accepted",
    }
    submitted = told["assignment_submitted"]
    assert submitted["occurred_at"] == utc(3, "10:30:40")
    assert (submitted["item_id"], submitted["assignment_id"], submitted["trainer_id"]) == (
        "H1",
        "A1",
        "W1",
    )
    assert (submitted["duration_s"], submitted["duration_basis"]) == (
        40,
        "elapsed_accept_to_submit",
    )
    assert (submitted["cost"], submitted["currency"]) == (0.13, "USD")
    assert submitted["batch_id"] == "2950"
    assert told["assignment_started"]["occurred_at"] == utc(3, "10:30:00")
    assert told["review_accepted"]["occurred_at"] == utc(5, "16:39:18")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tue Oct 03 03:30:40 PDT 2017", utc(3, "10:30:40")),
        ("2017-10-03 10:30:40 UTC", utc(3, "10:30:40")),
        # The hour that came twice when summer time ended: the name of the zone tells which.
        ("Sun Nov 05 01:30:00 PDT 2017", utc(5, "08:30:00", 11)),
        ("Sun Nov 05 01:30:00 PST 2017", utc(5, "09:30:00", 11)),
        ("Sun Nov  5 01:30:00 PST 2017", utc(5, "09:30:00", 11)),
        ("2017-11-05T09:30:00Z", utc(5, "09:30:00", 11)),
    ],
)
def test_both_forms_of_time_are_read_across_the_change_of_summer_time(tmp_path, written, meant):
    early = "2017-10-01 00:00:00 UTC"
    path = batch_results(
        tmp_path, {"AcceptTime": early, "SubmitTime": written}, {"AssignmentId": "A2"}
    )
    assert of_type(path, "assignment_submitted")[0]["occurred_at"] == meant


def test_a_rejection_and_a_later_approval_is_an_overturned_rejection(tmp_path):
    path = batch_results(
        tmp_path,
        {
            "RejectionTime": "Wed Oct 04 09:00:00 PDT 2017",
            "ApprovalTime": "2017-10-05 16:39:18 UTC",
            "RequesterFeedback": "too fast",
        },
    )
    verdicts = [row for row in events(path) if row["event_type"].startswith("review_")]
    assert [(v["event_type"], v["reason"]) for v in verdicts] == [
        ("review_rejected", "too fast"),
        ("review_overturned", None),
    ]
    assert sum(row["cost"] or 0 for row in events(path)) == pytest.approx(0.13)


@pytest.mark.parametrize("approved", ["", "2017-10-04 16:00:00 UTC"])
def test_approved_work_was_overturned_also_where_the_approval_has_no_later_time(tmp_path, approved):
    rejected = {"RejectionTime": "2017-10-04 16:00:00 UTC", "ApprovalTime": approved}
    path = batch_results(tmp_path, rejected)
    kinds = [row["event_type"] for row in events(path) if row["event_type"].startswith("review_")]
    assert sorted(kinds) == ["review_overturned", "review_rejected"]
    assert sum(row["cost"] or 0 for row in events(path)) == pytest.approx(0.13)


def test_a_reward_is_taken_back_once_however_the_rejection_is_dated(tmp_path):
    rejected = {"AssignmentStatus": "Rejected", "ApprovalTime": ""}
    posted = set()
    for at in ("", "2017-10-04 16:00:00 UTC"):
        path = batch_results(tmp_path, rejected | {"RejectionTime": at})
        posted |= {(r["native_id"], r["version"]) for r in of_type(path, "cost_posted")}
    assert posted == {("A1/review_rejected", None)}


def test_an_answer_off_its_scale_is_set_aside_not_dropped(tmp_path):
    path = batch_results(tmp_path, {"Answer.label": "5"}, {"AssignmentId": "A2"})
    asked = {"questions": {"label": {"column": "Answer.label", "scale": "interval"}}}
    (batch,) = mturk.read(path, asked)
    (refused,) = batch.refused.to_pylist()
    assert refused["reason"] == "label: expected an answer on the interval scale, found yes"
    assert refused["row_no"] == 2


def test_an_approval_before_a_rejection_is_two_verdicts(tmp_path):
    path = batch_results(
        tmp_path,
        {"AssignmentStatus": "Rejected", "RejectionTime": "2017-10-06 00:00:00 UTC"},
    )
    verdicts = [
        row["event_type"] for row in events(path) if row["event_type"].startswith("review_")
    ]
    assert sorted(verdicts) == ["review_accepted", "review_rejected"]


@pytest.mark.parametrize(
    ("row", "paid"),
    [
        ({}, 0.13),
        ({"AssignmentStatus": "Submitted", "ApprovalTime": ""}, 0.13),
        ({"AssignmentStatus": "Rejected", "ApprovalTime": "", "RejectionTime": "2017-10-06 00:00:00 UTC"}, 0),
        ({"Reward": "$1,050.00"}, 1050),
        ({"Reward": ""}, 0),
    ],
    ids=["approved", "not reviewed yet", "rejected", "a thousand", "unknown"],
)  # fmt: skip
def test_only_work_that_is_not_rejected_costs(tmp_path, row, paid):
    told = events(batch_results(tmp_path, row))
    assert sum(one["cost"] or 0 for one in told) == pytest.approx(paid)


def test_a_verdict_without_a_time_is_dated_by_the_submission_and_assumed(tmp_path):
    (accepted,) = of_type(batch_results(tmp_path, {"ApprovalTime": ""}), "review_accepted")
    assert (accepted["occurred_at"], accepted["time_basis"]) == (utc(3, "10:30:40"), "assumed")


def test_work_time_is_counted_where_the_file_does_not_say_it(tmp_path):
    (submitted,) = of_type(
        batch_results(tmp_path, {"WorkTimeInSeconds": ""}), "assignment_submitted"
    )
    assert submitted["duration_s"] == 40


def test_every_answer_column_is_a_question_and_an_empty_cell_no_answer(tmp_path):
    path = batch_results(
        tmp_path, {"Answer.why": ""}, {"AssignmentId": "A2", "Answer.why": 'so, "so"'}
    )
    (batch,) = mturk.read(path, None)
    told = [(r["question_id"], r["value_text"]) for r in batch.responses.to_pylist()]
    assert told == [("label", "yes"), ("label", "yes"), ("why", 'so, "so"')]


def test_answers_packed_into_one_column_are_unpacked(tmp_path):
    packed = [{"tone": {"label": "good"}, "sure": {"a": True, "b": False, "c": True}, "stars": 4}]
    path = batch_results(
        tmp_path, {"Answer.taskAnswers": json.dumps(packed), "Answer.label": ""}, {"AssignmentId": "A2"}
    )  # fmt: skip
    options = {"questions": {"stars": {"column": "Answer.stars", "scale": "ordinal"}}}
    (batch,) = mturk.read(path, options)
    told = {
        r["question_id"]: (r["value_text"], r["value_number"]) for r in batch.responses.to_pylist()
    }
    assert told == {
        "tone": ("good", None),
        "sure": ("a | c", None),
        "stars": ("4", 4),
        "label": ("yes", None),
    }


def test_a_mapping_sets_scale_and_gold(tmp_path):
    path = batch_results(
        tmp_path, {"Answer.score": "4", "Input.gold": "no"}, {"AssignmentId": "A2", "Answer.score": "5"}
    )  # fmt: skip
    options = {
        "task_type": "sentiment",
        "questions": {
            "quality": {"column": "Answer.score", "scale": "ordinal"},
            "label": "Answer.label",
        },
        "gold": {"label": "Input.gold"},
    }
    (batch,) = mturk.read(path, options)
    told = batch.events.to_pylist()
    assert {row["task_type"] for row in told} == {"sentiment"}
    (scored,) = [row for row in told if row["event_type"] == "gold_scored"]
    assert (scored["assignment_id"], scored["score"], scored["outcome"]) == ("A1", 0, "incorrect")
    numbers = [
        r["value_number"] for r in batch.responses.to_pylist() if r["question_id"] == "quality"
    ]
    assert numbers == [4, 5]


def test_what_was_shown_stands_on_the_item_once(tmp_path):
    path = batch_results(tmp_path, {}, {"AssignmentId": "A2", "WorkerId": "W2"})
    (created,) = of_type(path, "item_created")
    assert json.loads(created["payload"]) == {"Input.text": 'a, b\n"c"'}
    assert created["occurred_at"] == utc(2, "16:00:00")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"WorkerId": ""}, "WorkerId: expected a value, found none"),
        ({"AssignmentId": " "}, "AssignmentId: expected a value, found none"),
        ({"SubmitTime": "Tue Oct 03"}, "SubmitTime: expected a time such as Tue Oct 03 03:30:40 PDT 2017, from 1970 to 2099, found Tue Oct 03"),
        ({"SubmitTime": "Tue Oct 03 03:30:40 XYZ 2017"}, "SubmitTime: expected a time such as Tue Oct 03 03:30:40 PDT 2017, from 1970 to 2099, found Tue Oct 03 03:30:40 XYZ 2017"),
        ({"SubmitTime": "2017-10-03 03:30:40"}, "SubmitTime: expected a time such as Tue Oct 03 03:30:40 PDT 2017, from 1970 to 2099, found 2017-10-03 03:30:40"),
        ({"AcceptTime": "2017-10-09 00:00:00 UTC"}, "AcceptTime: expected a time before SubmitTime"),
        ({"AssignmentStatus": "Returned"}, "AssignmentStatus: expected one of Submitted, Approved, Rejected, found Returned"),
        ({"WorkTimeInSeconds": "-5"}, "WorkTimeInSeconds: expected seconds, found -5"),
        ({"Reward": "free"}, "Reward: expected dollars, found free"),
        ({"Reward": "nan"}, "Reward: expected dollars, found nan"),
        ({"WorkTimeInSeconds": "1e400"}, "WorkTimeInSeconds: expected seconds, found 1e400"),
        ({"SubmitTime": "9999-12-31 23:59:59 UTC"}, "SubmitTime: expected a time such as Tue Oct 03 03:30:40 PDT 2017, from 1970 to 2099, found 9999-12-31 23:59:59 UTC"),
        ({"AcceptTime": "1969-12-31 23:59:59 UTC"}, "AcceptTime: expected a time such as Tue Oct 03 03:30:40 PDT 2017, from 1970 to 2099, found 1969-12-31 23:59:59 UTC"),
        ({"AssignmentStatus": "Rejected", "RejectionTime": "2017-10-04 00:00:00 UTC"}, "AssignmentStatus: expected what the later of the two reviews says, found Rejected"),
        ({"RejectionTime": "2017-10-06 00:00:00 UTC"}, "AssignmentStatus: expected what the later of the two reviews says, found Approved"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_understood_is_set_aside(tmp_path, row, reason):
    path = batch_results(tmp_path, {}, {"AssignmentId": "A2"} | row)
    (batch,) = mturk.read(path, None)
    (refused,) = batch.refused.to_pylist()
    assert (refused["row_no"], refused["reason"]) == (2, reason)
    assert json.loads(refused["raw"])["HITId"] == "H1"
    assert (batch.rows, len({e["row_no"] for e in batch.events.to_pylist()})) == (2, 1)


def test_a_row_that_was_set_aside_can_be_read_again(tmp_path):
    (batch,) = mturk.read(batch_results(tmp_path, {"WorkerId": ""}), None)
    (row,) = batch.refused.to_pylist()
    mended = json.dumps(json.loads(row["raw"]) | {"WorkerId": "W9"})
    (again,) = mturk.reread([(row["row_no"], mended)], None)
    assert {e["trainer_id"] for e in again.events.to_pylist()} == {"W9", None}
    assert again.refused.num_rows == 0


@pytest.mark.parametrize("form", [{"encoding": "utf-8-sig"}, {"line_end": "\r\n"}])
def test_a_byte_order_mark_and_foreign_line_ends_change_nothing(tmp_path, form):
    plain = events(batch_results(tmp_path, {}, {"AssignmentId": "A2"}))
    assert events(batch_results(tmp_path, {}, {"AssignmentId": "A2"}, **form)) == plain


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"id": 1}]', "found JSON"),
        ("AssignmentId,HITId,WorkerId,AssignmentStatus,AcceptTime\n", "needs the column SubmitTime; found AssignmentId"),
        ("", "the file is empty"),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_refused(tmp_path, content, said):
    path = tmp_path / "other.csv"
    path.write_text(content)
    with pytest.raises(Refused) as refusal:
        events(path)
    assert said in str(refusal.value)


def test_a_mapping_that_names_what_is_not_there_is_refused(tmp_path):
    path = batch_results(tmp_path, {})
    for options, said in (
        ({"gold": {"label": "Input.gold"}}, "the mapping needs the column Input.gold"),
        (
            {"gold": {"verdict": "Answer.label"}},
            "mapping.gold.verdict: expected the name of a question",
        ),
        ({"columns": {}}, "found 'columns'"),
    ):
        with pytest.raises(Refused) as refusal:
            events(path, options)
        assert said in str(refusal.value)


def test_a_file_without_a_status_knows_no_reviews_but_those_with_a_time(tmp_path):
    path = batch_results(tmp_path, {"ApprovalTime": ""}, {"AssignmentId": "A2"})
    with path.open(newline="") as file:
        told = [
            {k: v for k, v in row.items() if k != "AssignmentStatus"}
            for row in csv.DictReader(file)
        ]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(told[0]))
        writer.writeheader()
        writer.writerows(told)
    assert len(of_type(path, "assignment_submitted")) == 2
    assert [e["assignment_id"] for e in of_type(path, "review_accepted")] == ["A2"]


def test_a_batch_that_a_spreadsheet_saved_is_read_as_the_mapping_says(tmp_path):
    path = batch_results(tmp_path, {"Answer.label": "naïve"}, encoding="cp1252")
    path.write_bytes(path.read_bytes().replace(b'","', b'";"'))
    told = {"encoding": "cp1252", "delimiter": ";"}
    (answer,) = [r for b in mturk.read(path, told) for r in b.responses.to_pylist()]
    assert answer["value_text"] == "naïve"


def given(path: Path, options: dict | None = None) -> list[tuple[str, str]]:
    rows = [r for b in mturk.read(path, options) for r in b.responses.to_pylist()]
    return [(r["question_id"], r["value_text"]) for r in rows if r["question_id"] != "label"]


def test_choices_with_a_column_each_are_one_question(tmp_path):
    path = batch_results(
        tmp_path,
        {"Answer.fair.yes": "false", "Answer.fair.no": "true", "Answer.why.a": "TRUE", "Answer.why.b": "true", "Answer.ok.on": "true"},
        {"AssignmentId": "A2", "Answer.fair.yes": "false", "Answer.fair.no": "false", "Answer.why.a": "", "Answer.why.b": "some text"},
    )  # fmt: skip
    assert sorted(given(path)) == [
        ("fair", "no"), ("ok.on", "true"), ("why", "a | b"), ("why.b", "some text"),
    ]  # fmt: skip
    assert ("is it", "no") in given(path, {"questions": {"is it": "Answer.fair"}})
    named = given(path, {"questions": {"yes": "Answer.fair.yes"}})
    assert sorted(named)[0] == ("fair.no", "false") and ("yes", "false") in named


def test_one_packed_answer_that_is_no_json_does_not_spoil_the_others(tmp_path):
    told = (r'[{"tone": {"label": "good \ud83d"}}]', "not json", "[" * 3000 + "]" * 3000)
    rows = [{"AssignmentId": f"A{n}", "Answer.taskAnswers": cell} for n, cell in enumerate(told)]
    assert [(name, text[:9]) for name, text in given(batch_results(tmp_path, *rows))] == [
        ("taskAnswers", "not json"),
        ("taskAnswers", "[" * 9),
        ("tone", "good \ufffd"),
    ]
