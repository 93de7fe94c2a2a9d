"""Loading: nothing lost, nothing twice, nothing half, and nobody's address in the data."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import uuid
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from warehouse import bulk, ingest, schema
from warehouse import engine as door
from warehouse.__main__ import main
from warehouse.errors import Refused
from warehouse.ingest import spool, staging
from warehouse.sources import delimited, label_studio, mturk
from warehouse.sources import mapping as mappings

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "mappings"

MAPPING = {
    "columns": {"item_id": "item", "trainer_id": "who", "submitted_at": "at"},
    "questions": {"label": "answer"},
}
ROWS = (
    "item,who,at,answer\n"
    "i1,ann@example.org,2026-01-05 10:00:00,cat\n"
    "i1,bo,2026-01-05 11:00:00,dog\n"
    "i2,bo,2026-01-06 11:00:00,dog\n"
)


@pytest.fixture
def url(tmp_path, monkeypatch) -> str:
    """An embedded warehouse of this test's own, and a fixed key for pseudonyms."""
    address = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    monkeypatch.setenv("WAREHOUSE_URL", address)
    monkeypatch.setenv("PSEUDONYM_KEY", "a key for tests")
    return address


@pytest.fixture
def any_url(engine_name, server_urls, tmp_path, monkeypatch) -> str:
    """Each engine in turn; those on a server are shared by all tests, so campaigns have names of their own."""
    monkeypatch.setenv("PSEUDONYM_KEY", "a key for tests")
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    if engine_name == "duckdb":
        return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    return server_urls[engine_name]


@pytest.fixture
def campaign() -> str:
    return f"campaign {uuid.uuid4().hex[:8]}"


def load(folder: Path, text: str = ROWS, name: str = "rows.csv", **said) -> ingest.LoadSummary:
    path = folder / name
    path.write_text(text)
    order = {"format": "table", "campaign": "alpha", "mapping": MAPPING, "refresh": False} | said
    return ingest.load_files([path], **order)


def rows_of(table: str, url: str | None = None, campaign: str | None = None) -> pd.DataFrame:
    told = schema.metadata.tables[table]
    wanted = sa.select(told)
    if campaign:
        wanted = wanted.where(told.c.campaign_id == campaign)
    with door.connect(url).connect() as connection:
        rows = connection.execute(wanted).mappings().all()
    return pd.DataFrame(rows, columns=list(told.columns.keys()))


def account(summary: ingest.LoadSummary) -> tuple[int, int, int, int]:
    return summary.rows_read, summary.rows_loaded, summary.rows_there, summary.rows_quarantined


def dump() -> str:
    """Everything that the warehouse holds but the names of people, as text."""
    tables = [t for t in schema.metadata.tables if t not in ("people", "loads")]
    return "\n".join(rows_of(table).to_csv() for table in tables)


# -- nothing lost, nothing twice ------------------------------------------------------


def test_a_file_loaded_twice_changes_nothing(any_url, campaign, tmp_path):
    first = load(tmp_path, campaign=campaign, url=any_url)
    before = rows_of("annotation_events", any_url, campaign)
    second = load(tmp_path, campaign=campaign, url=any_url)
    assert account(first) == (3, 3, 0, 0)
    assert account(second) == (3, 0, 3, 0)
    after = rows_of("annotation_events", any_url, campaign)
    assert len(after) == 3
    assert set(after["event_id"]) == set(before["event_id"])
    assert len(rows_of("annotation_responses", any_url, campaign)) == 3


def test_only_the_new_rows_of_a_longer_file_are_loaded(any_url, campaign, tmp_path):
    load(tmp_path, campaign=campaign, url=any_url)
    longer = ROWS + "i3,cy,2026-01-07 09:00:00,cat\n"
    assert account(load(tmp_path, longer, campaign=campaign, url=any_url)) == (4, 1, 3, 0)
    answers = rows_of("annotation_responses", any_url, campaign)
    events = rows_of("annotation_events", any_url, campaign)
    assert sorted(answers["event_id"]) == sorted(events["event_id"])
    assert (
        answers.set_index("event_id")["item_id"].to_dict()
        == events.set_index("event_id")["item_id"].to_dict()
    )


def test_a_row_that_stands_twice_in_a_file_counts_once(url, tmp_path):
    twice = ROWS + ROWS.splitlines()[1] + "\n"
    assert account(load(tmp_path, twice)) == (4, 3, 1, 0)


def test_a_row_that_contradicts_an_earlier_one_is_quarantined(url, tmp_path):
    other = ROWS + "i1,bo,2026-01-05 11:00:00,cow\n"
    summary = load(tmp_path, other)
    assert account(summary) == (4, 3, 0, 1)
    (row,) = rows_of("quarantine").to_dict("records")
    assert row["row_no"] == 4
    assert "tells otherwise" in row["reason"]
    assert json.loads(row["raw"])["answer"] == "cow"
    assert "cow" not in set(rows_of("annotation_responses")["value_text"])


def test_an_assignment_is_of_one_item_and_its_other_rows_are_quarantined(url, tmp_path):
    text = (
        "page,item,who,at,answer\n"
        "p1,i1,ann,2026-01-05 10:00:00,cat\n"
        "p1,i2,ann,2026-01-05 10:01:00,dog\n"
        "p1,i1,ann,2026-01-05 10:02:00,dog\n"
        "p2,i2,bo,2026-01-05 10:03:00,dog\n"
    )
    paged = MAPPING | {"columns": MAPPING["columns"] | {"assignment_id": "page"}}
    summary = load(tmp_path, text, mapping=paged)
    assert account(summary) == (4, 3, 0, 1)
    assert summary.assignments == 2
    assert set(summary.reasons) == {"an earlier row has the same assignment on another item"}
    (raw,) = rows_of("quarantine")["raw"]
    assert json.loads(raw)["item"] == "i2"
    assert account(load(tmp_path, text, mapping=paged)) == (4, 0, 3, 1)


def test_work_without_an_assignment_or_an_item_is_nobody_s_other_item(url, tmp_path):
    told = {"columns": {"event_type": "kind", "item_id": "item", "assignment_id": "a", "occurred_at": "at"}}  # fmt: skip
    text = (
        "kind,item,a,at\n"
        "assignment_submitted,i1,,2026-01-05 10:00:00\n"
        "assignment_submitted,i2,,2026-01-05 10:01:00\n"
        "assignment_submitted,i3,a1,2026-01-05 10:02:00\n"
        "assignment_submitted,,a1,2026-01-05 10:03:00\n"
    )
    assert account(load(tmp_path, text, mapping=told)) == (4, 4, 0, 0)
    more = text + "assignment_submitted,i4,,2026-01-05 10:04:00\n"
    assert account(load(tmp_path, more, mapping=told)) == (5, 1, 4, 0)


def test_a_row_of_another_item_does_not_hold_up_a_replay(url, tmp_path):
    text = (
        "page,item,who,at,answer\n"
        "p1,i1,ann,2026-01-05 10:00:00,cat\n"
        "p1,i2,ann,2026-01-05 10:01:00,dog\n"
        "p2,i2,bo,2026-01-05 10:03:00,bird\n"
    )

    def paged(*order: str) -> dict:
        columns = MAPPING["columns"] | {"assignment_id": "page"}
        return {"columns": columns, "questions": {"label": {"column": "answer", "order": order}}}

    assert account(load(tmp_path, text, mapping=paged("cat", "dog"))) == (3, 1, 0, 2)
    (again,) = ingest.replay(mapping=paged("cat", "dog", "bird"), refresh=False)
    assert account(again) == (2, 1, 0, 1)
    assert set(rows_of("annotation_events")["assignment_id"]) == {"p1", "p2"}
    assert "p1" in rows_of("quarantine")["raw"].iloc[-1]


def test_a_second_row_at_another_time_is_an_edit(url, tmp_path):
    assert account(load(tmp_path, ROWS + "i1,bo,2026-01-05 12:00:00,cow\n")) == (4, 4, 0, 0)
    told = rows_of("annotation_events")
    edits = told[told["assignment_id"] == "i1/bo"]
    assert list(edits["attempt_no"]) == [1, 1]


def test_the_same_rows_in_two_campaigns_are_two_pieces_of_work(url, tmp_path):
    load(tmp_path)
    assert account(load(tmp_path, campaign="beta")) == (3, 3, 0, 0)


def test_several_files_are_one_load(url, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(ROWS.replace("i2", name))
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    summary = ingest.load_files(
        files, format="table", campaign="alpha", mapping=MAPPING, refresh=False
    )
    assert account(summary) == (6, 4, 2, 0)
    (booked,) = rows_of("loads").to_dict("records")
    assert booked["files"] == "a.csv, b.csv"


def test_files_of_many_pieces_are_loaded_whole(url, tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 20_000)  # read in some thirty pieces
    monkeypatch.setattr(bulk, "BULK", 7_000)  # written in other ones
    rows = 20_005
    lines = (f"i{n // 3},w{n % 7},2026-01-05 10:00:00,{n % 3}" for n in range(rows))
    text = "item,who,at,answer\n" + "\n".join(lines) + "\n"
    assert account(load(tmp_path, text)) == (rows, rows, 0, 0)
    events, answers = rows_of("annotation_events"), rows_of("annotation_responses")
    assert events["event_id"].nunique() == len(events) == len(answers) == rows
    both = events.merge(answers, on="event_id")
    assert (both["assignment_id_x"] == both["assignment_id_y"]).all()
    assert account(load(tmp_path, text)) == (rows, 0, rows, 0)


def test_the_summary_tells_how_long_it_took_and_how_long_the_figures(url, tmp_path):
    summary = load(tmp_path, refresh=True)
    assert summary.seconds > 0 and summary.figures_seconds > 0
    rate = f"{3 / summary.seconds:,.0f} rows a second"
    assert f"took     {summary.seconds:.1f} s, {rate}; the figures" in str(summary)
    assert "the figures" not in str(load(tmp_path))


def test_pieces_that_just_fill_what_is_written_at_once_are_loaded_whole(
    any_url, campaign, tmp_path, monkeypatch
):
    monkeypatch.setattr(bulk, "BULK", 2)
    head, *lines = ROWS.splitlines()
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    files[0].write_text("\n".join([head, *lines[:2]]))
    files[1].write_text("\n".join([head, lines[2]]))
    order = {"format": "table", "campaign": campaign, "mapping": MAPPING, "refresh": False}
    assert account(ingest.load_files(files, url=any_url, **order)) == (3, 3, 0, 0)
    events = rows_of("annotation_events", any_url, campaign)
    assert sorted(events["item_id"]) == ["i1", "i1", "i2"]


def test_rows_that_begin_with_an_empty_chunk_are_written_as_they_are(any_url, campaign):
    rows = pa.table(
        {
            "campaign_id": [campaign],
            "campaign_name": ["x"],
            "recorded_at": [dt.datetime(2026, 1, 5)],
        }
    )
    with door.publish(any_url) as connection:
        door.insert(connection, "campaigns", pa.concat_tables([rows.slice(1), rows]))
    assert list(rows_of("campaigns", any_url, campaign)["campaign_name"]) == ["x"]


def test_a_load_too_large_to_be_sorted_at_once_is_counted_in_parts(url, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "SORTED", 100)  # in sixteen parts
    rows = 1_000
    lines = [f"i{n},w{n % 7},2026-01-05 10:00:00,{n % 3}" for n in range(rows)]
    text = "item,who,at,answer\n" + "\n".join(lines) + "\n"
    first = load(tmp_path, text)
    assert account(first) == (rows, rows, 0, 0)
    assert first.assignments == rows
    edits = [line.replace("10:00", "11:00") for line in lines[:200]]
    again = text + "\n".join(edits + edits[:50]) + "\n"
    second = load(tmp_path, again)
    assert account(second) == (rows + 250, 200, rows + 50, 0)
    assert second.assignments == 200


def test_what_waits_in_a_file_comes_back_as_it_was(tmp_path):
    columns = pa.schema(
        [
            ("same", pa.string()),
            ("other", pa.int64()),
            ("none", pa.float64()),
            ("some", pa.string()),
        ]
    )
    first = pa.table([["x"] * 3, [1, 2, 1], [None] * 3, ["a", None, "a"]], schema=columns)
    second = pa.table([["y"], [1], [0.5], [None]], schema=columns)
    written = [first, columns.empty_table(), pa.concat_tables([second, first.slice(1)])]
    waiting = spool.Spool(tmp_path / "rows", columns)
    for rows in written:
        waiting.write(rows)
    assert [rows.to_pylist() for rows in waiting.read()] == [rows.to_pylist() for rows in written]
    assert [rows.schema for rows in waiting.read()] == [columns] * 3
    some = [rows.to_pylist() for rows in waiting.read(["some", "same"])]
    assert some == [rows.select(["some", "same"]).to_pylist() for rows in written]


def test_rows_in_pieces_of_other_sizes_per_column_wait_too(url, tmp_path):
    text = (
        "AssignmentId,HITId,WorkerId,AssignmentStatus,AcceptTime,SubmitTime,ApprovalTime\n"
        "A1,H1,W1,Approved,2020-03-08 01:00:00-08:00,2020-03-08 01:06:00-08:00,2020-03-09 01:00:00-08:00\n"
    )
    summary = load(tmp_path, text, format="mturk", mapping=None)
    assert (summary.assignments, summary.events["review_accepted"]) == (1, 1)


def test_what_is_the_same_in_all_rows_takes_no_room_in_the_file(tmp_path):
    columns = pa.schema([("same", pa.string()), ("none", pa.float64())])
    waiting = spool.Spool(tmp_path / "rows", columns)
    waiting.write(pa.table([["x" * 40] * 10_000, [None] * 10_000], schema=columns))
    assert len(next(waiting.read())) == 10_000
    assert (tmp_path / "rows").stat().st_size < 1_000


@pytest.mark.parametrize("seed", range(3))
def test_however_the_rows_are_split_into_loads_the_same_events_result(url, tmp_path, seed):
    chance = random.Random(seed)
    rows = [
        f"i{n % 9},w{n % 4},2026-01-{5 + n % 3:02} 1{n % 5}:00:00,{n % 2}" for n in range(40)
    ] + [f"i{n},,2026-01-05,x" for n in range(3)]

    def events_of(campaign: str, parts: list[list[str]]) -> set[tuple]:
        for part in parts:
            summary = load(tmp_path, "\n".join(["item,who,at,answer", *part]), campaign=campaign)
            read, *accounted = account(summary)
            assert read == len(part) == sum(accounted)
        told = rows_of("annotation_events", campaign=campaign)
        answers = rows_of("annotation_responses", campaign=campaign).set_index("event_id")
        labels = answers["value_text"].to_dict()
        return {
            (e.item_id, e.trainer_id, e.occurred_at, labels[e.event_id]) for e in told.itertuples()
        }

    whole = events_of("whole", [rows])
    shuffled = chance.sample(rows, len(rows)) + chance.choices(rows[:40], k=10)
    cuts = sorted(chance.sample(range(4, len(shuffled) - 4), 2))
    parts = [shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :]]
    assert events_of("split", [[*part, rows[0]] for part in parts]) == whole


# -- nothing half ---------------------------------------------------------------------


def test_a_refused_load_changes_nothing(url, tmp_path):
    load(tmp_path)
    before = dump()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(ROWS.replace("i1", "i9"))
    bad.write_text("item,who\n")
    with pytest.raises(Refused, match="the mapping needs the column at, answer; found item, who"):
        ingest.load_files([good, bad], format="table", campaign="alpha", mapping=MAPPING)
    assert dump() == before


def test_a_file_of_which_no_row_can_be_read_is_refused(url, tmp_path):
    with pytest.raises(
        Refused, match=r"none of 3 rows can be read; .*submitted_at: expected a time"
    ):
        load(tmp_path, mapping=MAPPING | {"time": {"form": "%d.%m.%Y"}})
    assert rows_of("loads").empty


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"format": "excel"}, "expected a format of label-studio, mturk, table; found 'excel'"),
        ({"mapping": None}, "needs a mapping"),
        ({"mapping": "no/such.yaml"}, "expected a mapping file"),
        ({"campaign": None}, "expected a campaign for every row"),
        ({"format": "label-studio", "mapping": None}, "expected Label Studio's JSON export"),
        ({"format": "mturk", "mapping": None}, "needs the column AssignmentId"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(url, tmp_path, said, words):
    with pytest.raises(Refused) as refusal:
        load(tmp_path, **said)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["columns: [", "- a list", "", "colour: red"])
def test_a_mapping_file_that_is_none_is_refused(url, tmp_path, text):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text)
    with pytest.raises(Refused, match="mapping"):
        load(tmp_path, mapping=mapping)


# -- people ---------------------------------------------------------------------------


def test_addresses_become_pseudonyms_and_stand_in_people_only(url, tmp_path):
    text = (
        ROWS.replace("answer\n", "answer,note\n")
        .replace(",cat\n", ",cat,ask Zoe@Example.org\n")
        .replace(",dog\n", ",dog,\n")
    )
    text += "i4,dan@example.org,never,cat,x\n"
    load(tmp_path, text, mapping=MAPPING | {"payload": ["note"]})
    assert "@" not in dump()
    people = rows_of("people").set_index("email")["trainer_id"].to_dict()
    assert set(people) == {"ann@example.org"}
    events = rows_of("annotation_events")
    assert people["ann@example.org"] in set(events["trainer_id"])
    assert people["ann@example.org"].startswith("p-")


def test_a_person_is_one_person_whatever_the_tool_or_the_case(url, tmp_path):
    load(tmp_path)
    load(tmp_path, ROWS.replace("ann@", "ANN@").replace("i1", "i7"), campaign="beta")
    events = rows_of("annotation_events")
    assert events.loc[events["trainer_id"].str.startswith("p-"), "trainer_id"].nunique() == 1


def test_another_key_gives_other_pseudonyms(url, tmp_path, monkeypatch):
    load(tmp_path)
    monkeypatch.setenv("PSEUDONYM_KEY", "another key")
    load(tmp_path, campaign="beta")
    assert rows_of("people")["trainer_id"].nunique() == 2


def test_names_of_label_studio_go_to_people(url, tmp_path):
    person = {"id": 3, "email": "ann@example.org", "first_name": "Ann", "last_name": "Ash"}
    note = {"id": 1, "completed_by": person, "result": [], "created_at": "2026-01-05T10:00:00Z"}
    export = json.dumps(
        [{"id": 1, "data": {}, "created_at": "2026-01-01T00:00:00Z", "annotations": [note]}]
    )
    for _ in range(2):
        load(tmp_path, export, "export.json", format="label-studio", mapping=None)
    (told,) = rows_of("people").to_dict("records")
    assert (told["full_name"], told["email"]) == ("Ann Ash", "ann@example.org")
    assert "Ash" not in dump()


# -- the lists of what is known -------------------------------------------------------


def test_campaigns_vendors_and_trainers_are_listed_once(url, tmp_path):
    for _ in range(2):
        load(
            tmp_path,
            vendor="acme",
            mapping=MAPPING | {"constants": {"task_type": "rating", "locale": "en"}},
        )
    load(tmp_path, ROWS.replace("bo", "cy"))
    assert rows_of("campaigns")[["campaign_id", "task_type"]].values.tolist() == [
        ["alpha", "rating"]
    ]
    assert list(rows_of("vendors")["vendor_id"]) == ["acme"]
    trainers = rows_of("trainers").set_index("trainer_id")
    assert trainers.index.is_unique
    assert len(trainers) == 3
    assert trainers.loc["bo", ["vendor_id", "locale"]].tolist() == ["acme", "en"]
    assert set(rows_of("annotation_events")["task_type"]) == {"rating", "unknown"}


def test_the_charter_tells_the_task_type_that_the_file_does_not(url, tmp_path):
    with door.publish() as connection:
        told = {c.name: None for c in schema.charters.columns} | {
            "campaign_id": "alpha", "version": 1, "task_type": "rating", "campaign_name": "Alpha",
            "target_items": 1, "required_annotations": 1, "acceptance": "review", "currency": "USD",
            "idle_limit_s": 60.0, "source_text": "",
            "recorded_at": pd.Timestamp("2026-01-01"),
            "starts_on": pd.Timestamp("2026-01-01").date(), "deadline": pd.Timestamp("2026-02-01").date(),
        }  # fmt: skip
        door.insert(connection, "charters", [told])
    load(tmp_path)
    assert set(rows_of("annotation_events")["task_type"]) == {"rating"}
    assert set(rows_of("annotation_responses")["task_type"]) == {"rating"}


def test_right_answers_are_listed_once_and_a_changed_one_again(url, tmp_path):
    text = (
        ROWS.replace("answer\n", "answer,right\n")
        .replace(",cat\n", ",cat,cat\n")
        .replace(",dog\n", ",dog,\n")
    )
    mapping = MAPPING | {"gold": {"label": "right"}}
    for _ in range(2):
        load(tmp_path, text, mapping=mapping)
    assert list(rows_of("gold_items")["answer"]) == ["cat"]
    load(tmp_path, text.replace("cat,cat", "cat,dog"), mapping=mapping)
    assert list(rows_of("gold_items").sort_values("recorded_at")["answer"]) == ["cat", "dog"]


def test_assumed_times_are_marked_and_dated_by_the_load_where_no_day_is_given(url, tmp_path):
    mapping = {"columns": {"item_id": "item", "trainer_id": "who"}, "time": "none"}
    summary = load(tmp_path, mapping=mapping)
    told = rows_of("annotation_events")
    assert set(told["time_basis"]) == {"assumed"}
    assert (told["occurred_at"] == told["recorded_at"].dt.normalize()).all()
    assert summary.first_occurred is None
    assert "no throughput" in str(summary)
    assert account(load(tmp_path, mapping=mapping)) == (3, 0, 3, 0)


def test_the_summary_is_for_a_person(url, tmp_path):
    text = str(load(tmp_path, ROWS + "i4,bo,never,cat\ni5,,2026-01-05,cat\n"))
    assert "5 read = 3 loaded + 0 already there + 2 quarantined" in text
    assert "3 assignment_submitted" in text
    assert "2026-01-05 10:00 to 2026-01-06 11:00 UTC" in text
    assert "refused  1 rows: submitted_at: expected a time (iso)" in text
    assert "cost: not in the file" in text


def test_a_table_may_say_itself_whose_work_each_row_is(url, tmp_path, capsys):
    """Of many campaigns the summary names a few, by the command line too."""
    lines = [f"i{n},ann,2026-01-05 10:00:00,cat,camp-{n}" for n in range(8)]
    (tmp_path / "rows.csv").write_text("\n".join(["item,who,at,answer,whose", *lines]) + "\n")
    columns = MAPPING["columns"] | {"campaign_id": "whose"}
    (tmp_path / "m.yaml").write_text(json.dumps(MAPPING | {"columns": columns}))
    told = ["load", str(tmp_path / "rows.csv"), "--format", "table", "--no-refresh"]
    assert main([*told, "--mapping", str(tmp_path / "m.yaml")]) == 0
    assert "into camp-0, camp-1, camp-2, camp-3, camp-4, 3 more\n" in capsys.readouterr().out
    assert set(rows_of("annotation_events")["campaign_id"]) == {f"camp-{n}" for n in range(8)}
    (tmp_path / "m.yaml").write_text(json.dumps(MAPPING))
    assert main([*told, "--mapping", str(tmp_path / "m.yaml")]) == 2
    assert "expected a campaign for every row (--campaign, or the column" in capsys.readouterr().err


# -- quarantine and replay ------------------------------------------------------------

BROKEN = ROWS + "i4,bo,05.01.2026,cat\ni5,,2026-01-05 09:00:00,cat\n"


def test_quarantined_rows_are_loaded_once_the_mapping_is_mended(any_url, campaign, tmp_path):
    first = load(tmp_path, BROKEN, campaign=campaign, url=any_url)
    assert account(first) == (5, 3, 0, 2)
    mended = MAPPING | {"time": {"form": "%d.%m.%Y"}}
    (again,) = ingest.replay(first.load_id, mended, url=any_url, refresh=False)
    assert account(again) == (2, 1, 0, 1)
    told = rows_of("quarantine", any_url, campaign)
    taken_up = told[told["load_id"] == first.load_id]
    assert set(taken_up["replayed_in"]) == {again.load_id}
    (waiting,) = told[told["replayed_in"].isna()].to_dict("records")
    assert (waiting["load_id"], waiting["row_no"]) == (again.load_id, 5)
    assert waiting["reason"] == "trainer_id: expected a value in who"
    events = rows_of("annotation_events", any_url, campaign)
    assert sorted(events["item_id"]) == ["i1", "i1", "i2", "i4"]


def test_a_replay_that_mends_nothing_is_refused_and_changes_nothing(url, tmp_path):
    load(tmp_path, BROKEN)
    before = dump()
    with pytest.raises(Refused, match="none of 2 rows can be read"):
        ingest.replay(refresh=False)
    assert dump() == before


def test_replaying_what_was_loaded_meanwhile_changes_nothing(url, tmp_path):
    first = load(tmp_path, BROKEN)
    load(tmp_path, ROWS + "i4,bo,2026-01-05,cat\n")
    (again,) = ingest.replay(first.load_id, MAPPING | {"time": {"form": "%d.%m.%Y"}}, refresh=False)
    assert account(again) == (2, 0, 1, 1)


def test_a_mapping_with_a_date_is_kept_for_the_replay(url, tmp_path):
    mapping = {
        "columns": {"item_id": "item", "trainer_id": "who"},
        "time": "none",
        "date": dt.date(2008, 5, 1),
    }
    first = load(tmp_path, ROWS + ",bo,,cat\n", mapping=mapping)
    with pytest.raises(Refused, match="item_id: expected a value in item"):
        ingest.replay(first.load_id, refresh=False)


def test_files_of_one_name_are_told_apart(url, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rows.csv").write_text(BROKEN.replace("i", folder))
    files = [tmp_path / "a" / "rows.csv", tmp_path / "b" / "rows.csv"]
    mapping = {**MAPPING, "columns": {"item_id": "atem", "trainer_id": "who", "submitted_at": "at"}}
    with pytest.raises(Refused, match="needs the column atem; found btem"):
        ingest.load_files(files, format="table", campaign="alpha", mapping=mapping)
    files[1].write_text(files[1].read_text().replace("btem", "atem"))
    summary = ingest.load_files(
        files, format="table", campaign="alpha", mapping=mapping, refresh=False
    )
    assert account(summary) == (10, 6, 0, 4)
    assert rows_of("quarantine")["file"].nunique() == 2


def test_a_replay_of_nothing_says_so(url, tmp_path):
    load(tmp_path)
    assert str(ingest.replay(refresh=False)) == "no rows in quarantine: nothing to replay"
    with pytest.raises(Refused, match="expected the id of a load"):
        ingest.replay("none", refresh=False)


def test_the_figures_follow_in_the_same_publication(url, tmp_path):
    load(tmp_path, refresh=True)
    assert rows_of("assignments")["state"].tolist() == ["accepted"] * 3


def states() -> dict[str, str]:
    return rows_of("items").set_index("item_id")["state"].to_dict()


def test_work_waits_for_a_review_only_where_the_files_know_reviews(url, tmp_path):
    summary = load(tmp_path, refresh=True)
    assert "work counts as accepted when it is submitted" in str(summary)
    assert set(states().values()) == {"accepted"}
    reviewed = MAPPING | {"review": {"outcome": "answer", "accepted": "cat", "waiting": "dog"}}
    later = "item,who,at,answer\ni8,ann,2026-01-06 10:00:00,cat\ni9,ann,2026-01-06 10:00:00,dog\n"
    load(tmp_path, later, "later.csv", mapping=reviewed, refresh=True)
    assert states() == {"i1": "awaiting_review", "i2": "awaiting_review", "i8": "accepted", "i9": "awaiting_review"}  # fmt: skip
    load(tmp_path, ROWS.replace("i1", "i5"), "more.csv", refresh=True)
    assert states()["i5"] == "awaiting_review"
    waiting = "item,who,at,answer\ni7,ann,2026-01-06 10:00:00,dog\n"
    summary = load(tmp_path, waiting, "waiting.csv", mapping=reviewed, refresh=True)
    assert "none in the file yet, so all of its work waits for one" in str(summary)
    assert states()["i7"] == "awaiting_review"


def test_a_campaign_of_an_older_program_is_looked_at_once(url, tmp_path):
    reviewed = MAPPING | {"review": {"outcome": "answer", "accepted": "cat", "waiting": "dog"}}
    load(tmp_path, mapping=reviewed, refresh=True)
    before = states()
    with door.publish() as connection:
        connection.execute(sa.delete(schema.acceptance_rules).where(sa.true()))
    load(tmp_path, ROWS.replace("i1", "i5"), "more.csv", refresh=True)
    assert rows_of("acceptance_rules")["acceptance"].tolist() == ["review"]
    assert {name: state for name, state in states().items() if name in before} == before


# -- the examples that a new user starts from -------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_of_a_mapping_is_one(path):
    told = mappings.load(path)
    if path.stem == "mturk":
        mturk.checked(told)
    elif path.stem == "label_studio":
        label_studio.checked(told)
    else:
        mappings.table_mapping(told)


# -- the real data --------------------------------------------------------------------

REAL = Path(os.environ.get("REAL_DATA_DIR") or ROOT / ".." / "shared" / "data")
real = pytest.mark.skipif(
    not (REAL / "README.md").exists(), reason=f"no real data at REAL_DATA_DIR ({REAL})"
)


def load_real(path: str, mapping: str) -> ingest.LoadSummary:
    return ingest.load_files(
        [REAL / path], format="table", campaign="real", mapping=EXAMPLES / mapping, refresh=False
    )


@real
@pytest.mark.parametrize(
    ("path", "mapping", "rows", "items", "people", "label", "worker"),
    [
        ("crowdtruth_core/rte.standardized.csv", "rte.yaml", 8000, 800, 164, 0.7291, 0.8370),
        ("crowdtruth_core/temp.standardized.csv", "temp.yaml", 4620, 462, 76, 0.7338, 0.8413),
    ],
)
def test_gold_accuracy_of_snow_and_others_follows_from_events(
    url, path, mapping, rows, items, people, label, worker
):
    summary = load_real(path, mapping)
    assert account(summary) == (rows, rows, 0, 0)
    told = rows_of("annotation_events")
    assert set(told["time_basis"]) == {"assumed"}
    assert told["item_id"].nunique() == items
    scored = told[told["event_type"] == "gold_scored"]
    assert set(scored["gold_kind"]) == {"hidden"}
    assert scored["trainer_id"].nunique() == people
    assert scored["score"].mean() == pytest.approx(label, abs=5e-5)
    assert scored.groupby("trainer_id")["score"].mean().mean() == pytest.approx(worker, abs=5e-5)
    assert len(rows_of("gold_items")) == items


@real
def test_ratings_of_squality_follow_from_events(url):
    assert account(load_real("squality_humaneval/all-responses.jsonl", "squality.yaml")) == (
        900,
        900,
        0,
        0,
    )
    answers = rows_of("annotation_responses")
    assert answers["trainer_id"].value_counts().tolist() == [225 * 6] * 4
    assert answers["item_id"].nunique() == 300
    system = answers["item_id"].str.split("/").str[-1]
    means = answers.groupby([system, "question_id"])["value_number"].mean().round(1).unstack()
    assert means[["correctness", "selection", "overall"]].T.to_dict("list") == {
        "bart": [34.8, 15.6, 18.1],
        "bart-dpr": [45.4, 24.3, 27.9],
        "human": [94.1, 88.8, 91.3],
    }


@real
def test_crowdflower_reports_have_real_times(url):
    summary = load_real("crowdtruth_core/relex-multiple-choice.csv", "crowdflower_relations.yaml")
    assert account(summary) == (150, 150, 0, 0)
    told = rows_of("annotation_events")
    first = told[(told["event_type"] == "assignment_submitted")].sort_values("occurred_at").iloc[0]
    assert first["duration_basis"] == "elapsed_open_to_submit"
    summary = load_real(
        "crowdtruth_core/person-video-multiple-choice.csv", "crowdflower_video.yaml"
    )
    assert account(summary) == (1000, 1000, 0, 0)
    answers = rows_of("annotation_responses")
    assert "Astronaut | Scientist" in set(answers["value_text"])


@real
def test_label_studio_exports_of_nine_teams_are_counted_right(url):
    files = sorted((REAL / "leoka_labelstudio").glob("*.json"))
    summary = ingest.load_files(files, format="label-studio", campaign="leoka", refresh=False)
    assert account(summary) == (1170 + 3538, 1170 + 3538, 0, 0)
    assert summary.events["item_created"] == 1170
    assert summary.events["assignment_skipped"] == 6
    assert summary.assignments == 3538 - 6
    reviews = {k: n for k, n in summary.events.items() if k.startswith("review_")}
    assert reviews == {"review_accepted": 276, "review_rejected": 39, "review_accepted_with_fix": 4}
    assert summary.trainers == 29
    assert "@" not in dump()
    again = ingest.load_files(files, format="label-studio", campaign="leoka", refresh=False)
    assert again.rows_there == again.rows_read
