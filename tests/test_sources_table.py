"""The table format: what a mapping can say, what a row becomes, and what is refused in which words."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.errors import Refused
from warehouse.sources import table

BASIC = {
    "columns": {"item_id": "item", "trainer_id": "who", "submitted_at": "at"},
    "questions": {"label": "answer"},
}
ROWS = "item,who,at,answer\ni1,ann,2026-01-05 10:00:00,cat\ni1,bo,2026-01-05 11:00:00,dog\n"


def written(folder: Path, text: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def events(path: Path, mapping: dict) -> list[dict]:
    return [row for batch in table.read(path, mapping) for row in batch.events.to_pylist()]


def answers(path: Path, mapping: dict) -> list[tuple]:
    return [
        (row["question_id"], row["scale"], row["value_text"], row["value_number"])
        for batch in table.read(path, mapping)
        for row in batch.responses.to_pylist()
    ]


def refused(path: Path, mapping: dict) -> list[tuple[int, str]]:
    return [
        (row["row_no"], row["reason"])
        for batch in table.read(path, mapping)
        for row in batch.refused.to_pylist()
    ]


def with_columns(**more: str) -> dict:
    return BASIC | {"columns": BASIC["columns"] | more}


def test_a_row_is_a_submission_with_its_answers(tmp_path):
    path = written(tmp_path, ROWS)
    first, second = events(path, BASIC)
    assert first["event_type"] == "assignment_submitted"
    assert first["occurred_at"] == dt.datetime(2026, 1, 5, 10)
    assert first["trainer_id"] == "ann"
    assert first["assignment_id"] == "i1/ann"
    assert second["assignment_id"] == "i1/bo"
    assert answers(path, BASIC) == [
        ("label", "nominal", "cat", None),
        ("label", "nominal", "dog", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.replace("\n", "\r\n").encode(),
        ROWS.rstrip("\n").encode(),
        ROWS.replace("\n", "\n\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "no last line end", "blank lines"],
)
def test_the_shape_of_the_file_does_not_matter(tmp_path, text):
    plain = events(written(tmp_path, ROWS, "plain.csv"), BASIC)
    assert events(written(tmp_path, text), BASIC) == plain


def test_quotes_may_hold_commas_quotes_and_line_ends(tmp_path):
    path = written(tmp_path, ROWS + 'i2,ann,2026-01-05 12:00:00,"a, ""b""\nc"\n')
    assert answers(path, BASIC)[-1] == ("label", "nominal", 'a, "b"\nc', None)


def test_a_start_gives_the_time_worked_and_an_event(tmp_path):
    path = written(tmp_path, "item,who,began,at\ni1,ann,2026-01-05T09:58:00,2026-01-05T10:00:00\n")
    mapping = {"columns": BASIC["columns"] | {"started_at": "began"}}
    submitted, started = events(path, mapping)
    assert (submitted["duration_s"], submitted["duration_basis"]) == (120, "elapsed_open_to_submit")
    assert (started["event_type"], started["duration_s"]) == ("assignment_started", None)


@pytest.mark.parametrize(
    ("time", "cell", "utc"),
    [
        ({}, "2026-07-05T10:00:00+02:00", dt.datetime(2026, 7, 5, 8)),
        ({"zone": "Europe/Berlin"}, "2026-07-05 10:00", dt.datetime(2026, 7, 5, 8)),
        ({"zone": "Europe/Berlin"}, "2026-07-05T10:00:00Z", dt.datetime(2026, 7, 5, 10)),
        ({"form": "epoch_s"}, "1700000000", dt.datetime(2023, 11, 14, 22, 13, 20)),
        ({"form": "epoch_ms"}, "1700000000250", dt.datetime(2023, 11, 14, 22, 13, 20, 250000)),
        (
            {"form": "%m/%d/%Y %H:%M:%S", "zone": "America/New_York"},
            "8/20/2018 18:40:05",
            dt.datetime(2018, 8, 20, 22, 40, 5),
        ),
        ({"form": "%d.%m.%Y %H:%M:%S.%f"}, "20.08.2018 18:40:05.5", dt.datetime(2018, 8, 20, 18, 40, 5, 500000)),
        ({"form": "named_zone"}, "Tue Oct 03 03:30:40 PDT 2017", dt.datetime(2017, 10, 3, 10, 30, 40)),
        # 2:30 came twice that night; the first of them, still in summer time.
        ({"zone": "Europe/Berlin"}, "2026-10-25 02:30:00", dt.datetime(2026, 10, 25, 0, 30)),
    ],
)  # fmt: skip
def test_times_are_read_as_the_mapping_says(tmp_path, time, cell, utc):
    path = written(tmp_path, f"item,who,at,answer\ni1,ann,{cell},cat\n")
    assert events(path, BASIC | {"time": time})[0]["occurred_at"] == utc


def test_zoned_and_wall_times_may_stand_in_one_column(tmp_path):
    path = written(
        tmp_path, "item,who,at,answer\ni,a,2026-07-05T10:00:00Z,x\ni,b,2026-07-05 10:00,x\n"
    )
    told = events(path, BASIC | {"time": {"zone": "Europe/Berlin"}})
    assert [row["occurred_at"].hour for row in told] == [10, 8]


def test_a_file_without_times_has_assumed_ones_and_no_start(tmp_path):
    path = written(tmp_path, ROWS)
    mapping = {
        "columns": {"item_id": "item", "trainer_id": "who"},
        "time": "none",
        "date": dt.date(2008, 5, 1),
    }
    told = events(path, mapping)
    assert {row["time_basis"] for row in told} == {"assumed"}
    assert {row["occurred_at"] for row in told} == {dt.datetime(2008, 5, 1)}
    assert {row["duration_basis"] for row in told} == {"none"}


def test_a_row_with_a_fault_is_set_aside_with_its_reason_and_its_text(tmp_path):
    path = written(
        tmp_path, ROWS + "i2,,2026-01-05 12:00:00,cat\ni3,bo,yesterday,cat\ni4,bo\n,bo,2026-01-05,x\n"
    )  # fmt: skip
    assert refused(path, BASIC) == [
        (5, "not a row of 4 columns"),
        (3, "trainer_id: expected a value in who"),
        (4, "submitted_at: expected a time (iso) from 1970 to 2099, found yesterday"),
        (6, "item_id: expected a value in item"),
    ]
    assert len(events(path, BASIC)) == 2
    (batch,) = table.read(path, BASIC)
    raw = json.loads(batch.refused.to_pylist()[2]["raw"])
    assert raw == {"item": "i3", "who": "bo", "at": "yesterday", "answer": "cat"}
    assert batch.rows == 6


def test_a_row_that_was_set_aside_is_read_again_with_another_mapping(tmp_path):
    path = written(tmp_path, ROWS.replace("2026-01-05 11", "05/01/2026 11"))
    (batch,) = table.read(path, BASIC)
    (row,) = batch.refused.to_pylist()
    mended = BASIC | {"time": {"form": "%d/%m/%Y %H:%M:%S"}}
    (again,) = table.reread([(row["row_no"], row["raw"])], mended)
    assert again.events.to_pylist()[0]["occurred_at"] == dt.datetime(2026, 1, 5, 11)
    assert again.events.to_pylist()[0]["row_no"] == 2


@pytest.mark.parametrize(
    ("question", "cell", "told"),
    [
        ({"scale": "ordinal"}, "4", ("label", "ordinal", "4", 4)),
        ({"scale": "interval"}, "4.50", ("label", "interval", "4.5", 4.5)),
        ({"order": ["bad", "fair", "good"]}, "fair", ("label", "ordinal", "fair", 2)),
        ({"many": "json"}, '"[""b"",""a""]"', ("label", "nominal", "a | b", None)),
        ({"many": ";"}, "b; a;", ("label", "nominal", "a | b", None)),
        ({"scale": "text"}, "a remark", ("label: characters", "interval", "8", 8)),
    ],
)
def test_answers_are_kept_on_the_scale_of_their_question(tmp_path, question, cell, told):
    path = written(tmp_path, f"item,who,at,answer\ni1,ann,2026-01-05,{cell}\n")
    mapping = BASIC | {"questions": {"label": {"column": "answer", **question}}}
    assert answers(path, mapping) == [told]


def test_an_answer_off_its_scale_is_a_fault_and_an_empty_one_is_none(tmp_path):
    path = written(
        tmp_path, "item,who,at,answer\ni1,ann,2026-01-05,five\ni1,bo,2026-01-05,\ni1,cy,2026-01-05,5\n"
    )  # fmt: skip
    mapping = BASIC | {"questions": {"label": {"column": "answer", "scale": "interval"}}}
    assert refused(path, mapping) == [
        (1, "label: expected an answer on the interval scale, found five")
    ]
    assert answers(path, mapping) == [("label", "interval", "5", 5)]
    assert len(events(path, mapping)) == 2


# -- gold -----------------------------------------------------------------------------

GOLD_ROWS = (
    "item,who,at,answer,right\n"
    "i1,ann,2026-01-05,cat,cat\n"
    "i1,bo,2026-01-05,dog,cat\n"
    "i2,bo,2026-01-05,dog,\n"  # nobody knows the right answer
    "i3,bo,2026-01-05,,cat\n"  # not answered, so not right
)


def test_gold_scores_each_submission_whose_right_answer_is_known(tmp_path):
    told = events(written(tmp_path, GOLD_ROWS), BASIC | {"gold": {"label": "right"}})
    scored = [
        (row["item_id"], row["score"], row["outcome"], row["gold_kind"])
        for row in told
        if row["event_type"] == "gold_scored"
    ]
    assert scored == [
        ("i1", 1, "correct", "hidden"),
        ("i1", 0, "incorrect", "hidden"),
        ("i3", 0, "incorrect", "hidden"),
    ]
    submitted = [row["gold_kind"] for row in told if row["event_type"] == "assignment_submitted"]
    assert submitted == ["hidden", "hidden", "none", "hidden"]


def test_gold_that_counts_as_production_is_scored_and_still_production(tmp_path):
    mapping = BASIC | {"gold": {"label": "right"}, "gold_counts_as": "production"}
    told = events(written(tmp_path, GOLD_ROWS), mapping)
    kinds = {(row["event_type"], row["gold_kind"]) for row in told}
    assert kinds == {("assignment_submitted", "none"), ("gold_scored", "hidden")}


def test_the_right_answers_are_told_once_for_each_item(tmp_path):
    mapping = BASIC | {"gold": {"label": "right"}, "gold_kind": "training"}
    (batch,) = table.read(written(tmp_path, GOLD_ROWS), mapping)
    told = {(g["item_id"], g["answer"], g["gold_kind"]) for g in batch.gold.to_pylist()}
    assert told == {("i1", "cat", "training"), ("i3", "cat", "training")}
    assert batch.gold.num_rows == 2


@pytest.mark.parametrize(
    ("gold", "answer", "right", "score"),
    [
        ({"any_of": "|"}, "dog", "cat|dog", 1),
        ({"any_of": "|"}, "cow", "cat|dog", 0),
        ({"tolerance": 5}, "48", "50", 1),
        ({"tolerance": 5}, "56", "50", 0),
    ],
)
def test_right_may_be_one_of_several_or_near(tmp_path, gold, answer, right, score):
    path = written(tmp_path, f"item,who,at,answer,right\ni1,ann,2026-01-05,{answer},{right}\n")
    scale = "interval" if "tolerance" in gold else "nominal"
    mapping = BASIC | {
        "questions": {"label": {"column": "answer", "scale": scale}},
        "gold": {"label": {"column": "right", **gold}},
    }
    assert events(path, mapping)[-1]["score"] == score


# -- reviews, skips, cost -------------------------------------------------------------


def test_a_review_beside_the_work_is_an_event_of_the_reviewer(tmp_path):
    path = written(
        tmp_path,
        "item,who,at,verdict,checked,lead,why\n"
        "i1,ann,2026-01-05 10:00,redo,2026-01-06 10:00,zoe,too short\n"
        "i2,ann,2026-01-05 11:00,ok,,zoe,\n"
        "i3,ann,2026-01-05 12:00,,,,\n",
    )
    mapping = {
        "columns": BASIC["columns"],
        "review": {
            "outcome": "verdict",
            "accepted": "ok",
            "rejected": ["redo", "bad"],
            "at": "checked",
            "by": "lead",
            "reason": "why",
        },
    }
    reviews = [row for row in events(path, mapping) if row["event_type"].startswith("review_")]
    rejected, accepted = reviews
    assert (rejected["event_type"], rejected["actor_id"], rejected["trainer_id"]) == (
        "review_rejected",
        "zoe",
        "ann",
    )
    assert (rejected["reason"], rejected["occurred_at"]) == (
        "too short",
        dt.datetime(2026, 1, 6, 10),
    )
    assert (accepted["time_basis"], accepted["occurred_at"]) == (
        "assumed",
        dt.datetime(2026, 1, 5, 11),
    )


def test_a_skip_has_no_answers_and_no_score(tmp_path):
    path = written(tmp_path, "item,who,at,answer,right,did\ni1,ann,2026-01-05,cat,cat,skip\n")
    mapping = BASIC | {
        "gold": {"label": "right"},
        "skipped_if": {"column": "did", "values": ["skip"]},
    }
    assert [row["event_type"] for row in events(path, mapping)] == ["assignment_skipped"]
    assert answers(path, mapping) == []


def test_cost_is_read_as_people_write_it(tmp_path):
    path = written(tmp_path, 'item,who,at,answer,pay\ni1,ann,2026-01-05,cat,"$1,200.50"\n')
    (told,) = events(path, with_columns(cost="pay"))
    assert (told["cost"], told["currency"]) == (1200.5, "USD")


# -- other shapes ---------------------------------------------------------------------


def test_parquet_keeps_its_types_and_gives_the_same_events(tmp_path):
    at = pa.array([dt.datetime(2026, 1, 5, 10), dt.datetime(2026, 1, 5, 11)])
    columns = {"item": ["i1", "i1"], "who": ["ann", "bo"], "at": at, "answer": ["cat", "dog"]}
    pq.write_table(pa.table(columns), tmp_path / "rows.parquet")
    plain = events(written(tmp_path, ROWS), BASIC)
    assert events(tmp_path / "rows.parquet", BASIC) == plain


def test_lines_of_json_and_tabs_give_the_same_events(tmp_path):
    plain = events(written(tmp_path, ROWS), BASIC)
    names, *rows = [line.split(",") for line in ROWS.splitlines()]
    lines = "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    assert events(written(tmp_path, lines, "rows.jsonl"), BASIC) == plain
    assert events(written(tmp_path, ROWS.replace(",", "\t"), "rows.tsv"), BASIC) == plain


def test_rows_inside_nested_json_are_reached_by_a_path(tmp_path):
    line = {
        "passage": "p1",
        "questions": {
            "0": {
                "bart": {"text": "...", "reviews": [{"who": "ann", "q": 4}, {"who": "bo", "q": 5}]}
            },
            "1": {"note": "no reviews here"},
        },
    }
    mapping = {
        "rows": "questions.{question}.{system}.reviews[]",
        "columns": {"item_id": ["passage", "question", "system"], "trainer_id": "who"},
        "time": "none",
        "questions": {"quality": {"column": "q", "scale": "interval"}},
    }
    path = written(tmp_path, json.dumps(line), "nested.jsonl")
    assert [row["item_id"] for row in events(path, mapping)] == ["p1/0/bart", "p1/0/bart"]
    assert [answer[2:] for answer in answers(path, mapping)] == [("4", 4), ("5", 5)]


def test_a_line_that_is_no_json_is_set_aside(tmp_path):
    path = written(
        tmp_path, '{"item":"i1","who":"ann","at":"2026-01-05","answer":"x"}\n{"item"\n', "r.jsonl"
    )
    ((number, reason),) = refused(path, BASIC)
    assert number == 2
    assert reason.startswith("no JSON object")


def test_a_table_of_events_keeps_its_types_the_unknown_ones_too(tmp_path):
    path = written(
        tmp_path,
        "what,item,who,by,at,why,points\n"
        "done,i1,ann,,2026-01-05 10:00,,\n"
        "review_rejected,i1,ann,zoe,2026-01-05 11:00,too short,\n"
        "tea_break,,ann,,2026-01-05 11:30,,\n",
    )
    mapping = {
        "columns": {
            "event_type": "what",
            "item_id": "item",
            "trainer_id": "who",
            "actor_id": "by",
            "occurred_at": "at",
            "reason": "why",
            "score": "points",
        },
        "event_types": {"done": "assignment_submitted"},
    }
    told = events(path, mapping)
    assert [row["event_type"] for row in told] == [
        "assignment_submitted",
        "review_rejected",
        "tea_break",
    ]
    assert told[1]["actor_id"] == "zoe"
    assert told[0]["assignment_id"] == told[1]["assignment_id"] == "i1/ann"


# -- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (None, "needs a mapping"),
        ({}, "needs a mapping"),
        ({"columns": {"item": "item"}}, "mapping.columns: expected one of id, campaign_id, item_id"),
        ({"columns": {"item_id": "item"}}, "mapping.columns.submitted_at: expected the column of the file"),
        ({"columns": {"item_id": "item"}, "time": "none"}, "mapping.columns.trainer_id"),
        (BASIC | {"colour": 1}, "found 'colour'"),
        (BASIC | {"questions": {"label": {"column": "answer", "scale": "nominl"}}},
         "mapping.questions.label.scale: expected one of nominal, ordinal, interval, text; found 'nominl'"),
        (BASIC | {"questions": {"label": {"scale": "nominal"}}}, "mapping.questions.label.column: expected a value"),
        (BASIC | {"gold": {"lable": "right"}}, "mapping.gold.lable: expected a question of that name"),
        (BASIC | {"gold_kind": "secret"}, "mapping.gold_kind: expected one of training, hidden"),
        (BASIC | {"time": {"form": "iso", "zone": "Mars/Olympus"}}, "expected a zone such as Europe/Berlin"),
        (BASIC | {"time": "none"}, "expected no time beside `time: none`"),
        (with_columns(duration_s="answer"), "mapping.duration_basis: expected how duration_s was measured"),
        (with_columns(locale="lang"), "the mapping needs the column lang; found item, who, at, answer"),
        (BASIC | {"review": {"outcome": "answer"}}, "mapping.review: expected what accepted"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_by_the_name_of_its_field(tmp_path, mapping, said):
    with pytest.raises(Refused) as refusal:
        events(written(tmp_path, ROWS), mapping)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rows.csv", b"", "the file is empty"),
        ("rows.csv", b"  \n", "the file is empty"),
        ("rows.csv", b"PK\x03\x04\x00\x00item,who,at,answer\n", "found an archive or a spreadsheet (unpack it, or save it as CSV)"),
        ("rows.csv", b"\x1f\x8b\x08\x00", "found a file packed by gzip (name it .gz)"),
        ("rows.csv", b"item\x00\x01,who,at,answer\n", "found binary data"),
        ("rows.csv", b"item,who,at,answer\ni1,ann,2026-01-05,\xff\xfe\n", "found other bytes"),
        ("rows.csv", b'item,who,at,answer\ni1,ann,2026-01-05,"cat\ni2,ann,2026-01-05,dog\n', "found one that runs on"),
        ("rows.csv", b"item,who,at,answer,at\ni1,ann,x,y,z\n", "found at twice"),
        ("rows.csv", b"item;who;at;answer\ni1;ann;x;y\n", "say `delimiter: \";\"` in the mapping"),
        ("rows.csv", "item,who,at,answer\n".encode("utf-16"), "say `encoding: utf-16` in the mapping"),
        ("rows.csv", b"item,who,at,answer\n", "expected rows below the names of the columns, found none"),
        ("rows.xls", b"x", "reads .csv, .tsv, .json, .jsonl and .parquet"),
        ("rows.parquet", b"item,who,at,answer\n", "expected a Parquet file"),
        ("rows.jsonl", b"[1, 2]", "or a list of them, found none (no JSON object: not an object)"),
        ("rows.json", b"[{\"item\": ", "found one that is cut off or damaged"),
        ("rows.json", b"[" * 100_000, "found more than 8,000 levels of it"),
        ("rows.jsonl", b"item,who,at,answer\ni1,ann,x,y\n", "expected one JSON object on each line"),
        ("rows.jsonl", b'{"item": "i1"}\n', "the mapping needs the column who, at, answer; found item"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_one_line(tmp_path, name, content, said):
    with pytest.raises(Refused) as refusal:
        events(written(tmp_path, content, name), BASIC)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="no such file"):
        events(tmp_path / "none.csv", BASIC)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"skipped_if": {"column": "answer"}}, "skipped_if.values: expected what a skip is called"),
        ({"delimiter": ";;"}, "delimiter: expected one character, found ';;'"),
        ({"encoding": "foo"}, "encoding: expected one such as utf-8 or cp1252, found 'foo'"),
        ({"encoding": "base64"}, "encoding: expected one such as utf-8 or cp1252, found 'base64'"),
        ({"columns": BASIC["columns"] | {"submitted_at": ["at", "answer"]}}, "columns.submitted_at: expected one column, found at, answer"),
        ({"time": {"zone": "Mars/Base"}}, "time: zone: expected a zone such as Europe/Berlin, found 'Mars/Base'"),
        ({"time": {"form": "foo"}}, "time.form: expected iso, epoch_s, .* found 'foo'"),
        ({"constants": {"currency": "euro"}}, "constants.currency: expected a code like USD"),
        ({"constants": {"locale": False}}, "constants.locale: expected a text, found False"),
        ({"constants": {"gold_kind": "yes"}}, "constants.gold_kind: expected one of none, training"),
    ],
)  # fmt: skip
def test_a_word_that_means_nothing_is_refused_by_its_place(tmp_path, more, said):
    with pytest.raises(Refused, match=said):
        events(written(tmp_path, ROWS), BASIC | more)


@pytest.mark.parametrize(
    "at", ["1969-12-31T23:59:59", "2100-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00"]
)
def test_a_time_in_which_nobody_worked_is_set_aside(tmp_path, at):
    path = written(tmp_path, ROWS + f"i2,bo,{at},cat\n")
    ((row, reason),) = refused(path, BASIC)
    assert (row, reason) == (
        3,
        f"submitted_at: expected a time (iso) from 1970 to 2099, found {at}",
    )


def test_seconds_taken_for_milliseconds_are_set_aside(tmp_path):
    path = written(tmp_path, "item,who,at,answer\ni1,ann,1767607200000,cat\ni2,bo,1767607200,dog\n")
    assert [row for row, _ in refused(path, BASIC | {"time": {"form": "epoch_s"}})] == [1]


@pytest.mark.parametrize("cost", ["nan", "inf", "1e300"])
def test_what_is_no_amount_is_set_aside(tmp_path, cost):
    path = written(
        tmp_path, f"item,who,at,answer,paid\ni1,ann,2026-01-05,cat,1\ni2,bo,2026-01-05,cat,{cost}\n"
    )
    assert refused(path, with_columns(cost="paid")) == [
        (2, f"cost: expected a number, found {cost}")
    ]


def test_nan_and_nanoseconds_of_a_parquet_file_are_unknown_and_cut(tmp_path):
    path = tmp_path / "rows.parquet"
    at = pa.array([1767607200123456789] * 2, pa.timestamp("ns"))
    cells = {
        "item": ["i1", "i2"],
        "who": ["a", "b"],
        "at": at,
        "answer": ["x", "y"],
        "paid": [float("nan"), 2.0],
    }
    pq.write_table(pa.table(cells), path)
    told = events(path, with_columns(cost="paid"))
    assert [(row["cost"], row["currency"]) for row in told] == [(None, None), (2.0, "USD")]
    assert {row["occurred_at"] for row in told} == {dt.datetime(2026, 1, 5, 10, 0, 0, 123456)}


def test_the_sign_of_an_amount_says_its_currency(tmp_path):
    head = "item,who,at,answer,paid\n"
    path = written(
        tmp_path, head + "i1,a,2026-01-05,x,€1.50\ni2,b,2026-01-05,x,GBP 2\ni3,c,2026-01-05,x,3\n"
    )
    told = events(path, with_columns(cost="paid"))
    assert [(r["cost"], r["currency"]) for r in told] == [(1.5, "EUR"), (2.0, "GBP"), (3.0, "USD")]
    euros = with_columns(cost="paid") | {"constants": {"currency": "EUR"}}
    assert refused(path, euros) == [
        (2, "cost: expected an amount in the currency told beside it, found GBP")
    ]


@pytest.mark.parametrize("attempt", ["0", "1.5", "-2", "1e9"])
def test_an_attempt_is_a_whole_number_from_1(tmp_path, attempt):
    path = written(
        tmp_path, f"item,who,at,answer,n\ni1,ann,2026-01-05,cat,\ni2,bo,2026-01-05,cat,{attempt}\n"
    )
    (fault,) = refused(path, with_columns(attempt_no="n"))
    assert fault[1].startswith("attempt_no: expected a whole number from 1, found")


def test_a_constant_kind_of_gold_is_that_of_every_submission(tmp_path):
    told = events(written(tmp_path, ROWS), BASIC | {"constants": {"gold_kind": "training"}})
    assert {row["gold_kind"] for row in told} == {"training"}


def test_a_type_of_event_may_be_renamed_to_a_number(tmp_path):
    mapping = {
        "columns": {"event_type": "answer", "occurred_at": "at"},
        "event_types": {"cat": 5},
    }
    assert [row["event_type"] for row in events(written(tmp_path, ROWS), mapping)] == ["5", "dog"]
