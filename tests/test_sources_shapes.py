"""Files as tools, spreadsheets and accidents shape them: what is read all the same, and what is set aside."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.errors import Refused
from warehouse.sources import json_list, label_studio, table
from warehouse.sources import mapping as mappings

MAPPING = {
    "columns": {"item_id": "item", "trainer_id": "who", "submitted_at": "at"},
    "questions": {"label": "answer"},
}
ROW = {"item": "i1", "who": "ann", "at": "2026-01-05T10:00:00Z", "answer": "cat"}
HALF = b'{"item": "i1", "who": "ann", "at": "2026-01-05", "answer": "%b"}\n'


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(path: Path, part: str, mapping: dict = MAPPING) -> list[dict]:
    return [row for batch in table.read(path, mapping) for row in getattr(batch, part).to_pylist()]


def answers(path: Path, mapping: dict = MAPPING) -> list[str]:
    return [row["value_text"] for row in rows(path, "responses", mapping)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.json", json.dumps([ROW])),
        ("rows.json", "\ufeff" + json.dumps([ROW], indent=2)),
        ("rows.json", json.dumps(ROW)),
        ("rows.json", json.dumps(ROW, indent=2)),
        ("rows.jsonl", json.dumps([ROW])),
        ("rows.json.gz", gzip.compress(json.dumps([ROW]).encode(), mtime=0)),
        ("rows.csv", "item,who,at,answer,,\ni1,ann,2026-01-05T10:00:00Z,cat,1,2\n"),
        ("rows.csv", ",item,who,at,answer,x,x\n0,i1,ann,2026-01-05T10:00:00Z,cat,1,2\n"),
    ],
)
def test_a_row_is_the_same_row_in_many_shapes(tmp_path, name, content):
    path = written(tmp_path, name, content)
    (event,) = rows(path, "events")
    assert (event["item_id"], event["occurred_at"]) == ("i1", dt.datetime(2026, 1, 5, 10))
    assert answers(path) == ["cat"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_spreadsheets_encoding_and_delimiter_are_said_in_the_mapping(tmp_path, encoding):
    text = "item;who;at;answer\ni1;ann;2026-01-05;café\n"
    path = written(tmp_path, "rows.csv", text.encode(encoding))
    assert answers(path, MAPPING | {"encoding": encoding, "delimiter": ";"}) == ["café"]
    with pytest.raises(Refused, match=r"say `(encoding|delimiter): "):
        answers(path, MAPPING | {"delimiter": ";"})


def test_yes_is_a_word_and_true_is_written_as_programs_write_it(tmp_path):
    said = "columns: {item_id: item, trainer_id: who, submitted_at: at}\nreview: {outcome: answer, accepted: [yes, true], rejected: no}"
    mapping = mappings.load(written(tmp_path, "m.yaml", said))
    cells = "".join(f"i{n},a,2026-01-05,{word}\n" for n, word in enumerate(("yes", "True", "no")))
    path = written(tmp_path, "rows.csv", f"item,who,at,answer\n{cells}")
    kinds = [e["outcome"] for e in rows(path, "events", mapping) if e["outcome"]]
    assert kinds == ["accepted", "accepted", "rejected"]


def test_work_that_was_given_back_has_neither_end_nor_length(tmp_path):
    text = "item,who,began,at,answer\ni1,ann,2026-01-05T10:00:00Z,,back\ni2,bo,2026-01-05T10:00:00Z,,cat\n"
    mapping = MAPPING | {"skipped_if": {"column": "answer", "values": ["back"]}}
    mapping = mapping | {"columns": MAPPING["columns"] | {"started_at": "began"}}
    path = written(tmp_path, "rows.csv", text)
    (skip,) = [e for e in rows(path, "events", mapping) if e["event_type"] == "assignment_skipped"]
    assert (skip["occurred_at"], skip["duration_s"]) == (dt.datetime(2026, 1, 5, 10), None)
    assert [r["reason"] for r in rows(path, "refused", mapping)] == [
        "submitted_at: expected a time in at"
    ]


def test_a_field_that_only_a_later_row_has_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("warehouse.sources.nested.ROWS", 1)
    bare = {name: value for name, value in ROW.items() if name != "answer"}
    lines = [json.dumps(bare), json.dumps(ROW | {"item": "i2"})]
    path = written(tmp_path, "rows.jsonl", "\n".join(lines))
    assert len(rows(path, "events")) == 2
    assert answers(path) == ["cat"]


INNER = {"item": {"id": "i1"}, "who": "ann", "at": "2026-01-05", "answers": {"tone": {"value": 4}}}
INNER_MAPPING = {
    "columns": {"item_id": "item.id", "trainer_id": "who", "submitted_at": "at"},
    "questions": {"tone": {"column": "answers.tone.value", "scale": "ordinal"}},
}


def test_a_column_may_stand_inside_others(tmp_path):
    lines = written(tmp_path, "rows.jsonl", json.dumps(INNER))
    pq.write_table(pa.Table.from_pylist([INNER]), tmp_path / "rows.parquet")
    for path in (lines, tmp_path / "rows.parquet"):
        assert rows(path, "events", INNER_MAPPING)[0]["item_id"] == "i1"
        assert answers(path, INNER_MAPPING) == ["4"]
        wrong = INNER_MAPPING | {"questions": {"tone": "answers.tune.value"}}
        with pytest.raises(Refused, match=r"needs the column answers\.tune\.value"):
            answers(path, wrong)


def test_rows_inside_a_parquet_file_are_reached_by_a_path(tmp_path):
    told = {"item": "i1", "at": "2026-01-05", "by": [{"who": w, "answer": w} for w in ("a", "b")]}
    pq.write_table(pa.Table.from_pylist([told]), tmp_path / "rows.parquet")
    mapping = MAPPING | {"rows": "by[]"}
    assert answers(tmp_path / "rows.parquet", mapping) == ["a", "b"]
    path = written(tmp_path, "rows.csv", "item,who,at,answer\ni1,a,2026-01-05,x\n")
    with pytest.raises(Refused, match=r"mapping\.rows: expected with JSON or Parquet"):
        answers(path, mapping)


def test_a_parquet_file_may_name_two_columns_alike_unless_one_is_meant(tmp_path):
    names, cells = [*ROW, "x", "x"], [[value] for value in [*ROW.values(), "1", "2"]]
    pq.write_table(
        pa.Table.from_arrays([pa.array(c) for c in cells], names), tmp_path / "a.parquet"
    )
    assert answers(tmp_path / "a.parquet") == ["cat"]
    with pytest.raises(Refused, match="found x twice"):
        answers(tmp_path / "a.parquet", MAPPING | {"questions": {"label": "x"}})


def test_a_duration_is_in_seconds_whatever_its_unit(tmp_path):
    took = {unit: pa.array([90], pa.duration("s")).cast(pa.duration(unit)) for unit in ("s", "ms", "ns")}  # fmt: skip
    mapping = MAPPING | {"duration_basis": "active"}
    for unit, column in took.items():
        cells = {name: [value] for name, value in ROW.items()} | {"took": column}
        pq.write_table(pa.table(cells), tmp_path / f"{unit}.parquet")
        named = mapping | {"columns": mapping["columns"] | {"duration_s": "took"}}
        assert [e["duration_s"] for e in rows(tmp_path / f"{unit}.parquet", "events", named)] == [
            90
        ]


def test_a_list_where_a_number_is_expected_is_set_aside(tmp_path):
    cells = {name: [value] * 2 for name, value in ROW.items()} | {"answer": [[1], [2]]}
    pq.write_table(pa.table(cells | {"item": ["i1", "i2"]}), tmp_path / "a.parquet")
    mapping = MAPPING | {"questions": {"label": {"column": "answer", "scale": "interval"}}}
    assert [r["reason"] for r in rows(tmp_path / "a.parquet", "refused", mapping)] == [
        "label: expected an answer on the interval scale, found [1]",
        "label: expected an answer on the interval scale, found [2]",
    ]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    cells = {name: [value] for name, value in ROW.items()} | {"answer": [b"\xff\xfe"]}
    pq.write_table(pa.table(cells), tmp_path / "a.parquet")
    with pytest.raises(Refused, match="found bytes that are none"):
        answers(tmp_path / "a.parquet")


def test_an_answer_is_the_same_whatever_the_rows_beside_it_hold(tmp_path):
    told = [{"a": 1}, {"a": 1, "b": None}, {"b": 2.5, "a": 1.0}, 7, 7.0, 10**30]
    alone = []
    for answer in told:
        path = written(tmp_path, "one.jsonl", json.dumps(ROW | {"answer": answer}))
        alone += answers(path)
    lines = [json.dumps(ROW | {"item": f"i{n}", "answer": a}) for n, a in enumerate(told)]
    assert answers(written(tmp_path, "all.jsonl", "\n".join(lines))) == alone
    assert alone == ['{"a": 1}', '{"a": 1}', '{"b": 2.5, "a": 1}', "7", "7", str(10**30)]


# -- halves of a character, and depths ---------------------------------------------------


@pytest.mark.parametrize(
    ("escaped", "told"),
    [
        (rb"ok \ud83d\ude00", "ok \U0001f600"),
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"\ude00 and \uD83D.", "\ufffd and \ufffd."),
        (rb"a path: c:\\ud83d", r"a path: c:\ud83d"),
    ],
)
def test_half_a_character_is_marked_and_the_rest_is_kept(tmp_path, escaped, told):
    assert answers(written(tmp_path, "rows.jsonl", HALF % escaped)) == [told]
    assert answers(written(tmp_path, "rows.json", b"[" + HALF % escaped + b"]")) == [told]


def test_an_escape_may_be_cut_by_the_end_of_a_piece():
    text = rb'["\ud83d\ude00", "\\\ud83d", "\\\\ud83d", "\u00e9"]'
    for size in range(1, len(text)):
        whole = json_list._Whole(pa.BufferReader(text), Path("export.json"))
        pieces = list(iter(lambda whole=whole, size=size: whole.read(size), b""))
        assert json.loads(b"".join(pieces)) == ["\U0001f600", "\\\ufffd", "\\\\ud83d", "é"]


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_a_row_that_is_nested_too_deeply_is_set_aside(tmp_path):
    deep = json.dumps(ROW).replace('"cat"', nested(100_000))
    path = written(tmp_path, "rows.jsonl", f"{json.dumps(ROW)}\n{deep}\n")
    (aside,) = rows(path, "refused")
    assert aside["reason"] == "no JSON object: nested too deeply"
    assert answers(path) == ["cat"]


def test_a_task_that_is_nested_too_deeply_is_set_aside(tmp_path):
    sound = '{"id": 1, "created_at": "2024-01-01T00:00:00Z", "annotations": []}'
    deep = sound.replace('"id": 1', f'"id": 2, "data": {nested(3000)}')
    path = written(tmp_path, "export.json", f"[{sound}, {deep}]")
    (batch,) = label_studio.read(path, None)
    assert batch.events.column("item_id").to_pylist() == ["1"]
    (aside,) = batch.refused.to_pylist()
    assert (aside["reason"], aside["raw"]) == ("nested too deeply", '{"id": "2"}')
