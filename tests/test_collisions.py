"""Two servers that number tasks, annotations and people alike, in one campaign."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import engine as door
from warehouse import ingest, schema
from warehouse.__main__ import main
from warehouse.errors import Refused


@pytest.fixture
def any_url(engine_name, server_urls) -> str:
    return server_urls[engine_name]


@pytest.fixture
def campaign() -> str:
    return f"campaign {uuid.uuid4().hex[:8]}"


def server(folder: Path, name: str, day: str, tasks=range(1, 4), notes=range(11, 14)) -> Path:
    """An export of a server of which the tasks and annotations bear these numbers; user 7 did them all."""
    told = [
        {
            "id": task,
            "project": 1,
            "data": {"text": name},
            "created_at": f"{day}T08:00:00Z",
            "annotations": [
                {
                    "id": note,
                    "completed_by": 7,
                    "created_at": f"{day}T09:00:00Z",
                    "updated_at": f"{day}T09:00:00Z",
                    "lead_time": 10,
                    "ground_truth": task == 1,
                    "result": [
                        {"from_name": "label", "type": "choices", "value": {"choices": ["cat"]}}
                    ],
                }
            ],
        }
        for task, note in zip(tasks, notes, strict=True)
    ]
    path = folder / f"{name}.json"
    path.write_text(json.dumps(told))
    return path


def load(*files: Path, **said) -> ingest.LoadSummary:
    return ingest.load_files(files, format="label-studio", refresh=False, **said)


def rows_of(table: str, url: str, campaign: str) -> pd.DataFrame:
    told = schema.metadata.tables[table]
    with door.connect(url).connect() as connection:
        rows = connection.execute(sa.select(told).where(told.c.campaign_id == campaign)).mappings()
        return pd.DataFrame(rows.all(), columns=list(told.columns.keys()))


def test_servers_of_two_names_are_two_pieces_of_work(any_url, campaign, tmp_path):
    said = {"campaign": campaign, "url": any_url}
    load(server(tmp_path, "rome", "2026-01-05"), **said)
    berlin = server(tmp_path, "berlin", "2026-02-02")
    assert load(berlin, source="berlin", **said).rows_loaded == 6
    assert load(berlin, source="berlin", **said).rows_there == 6
    events = rows_of("annotation_events", any_url, campaign)
    work = events[events["event_type"] == "assignment_submitted"]
    assert sorted(work["item_id"]) == ["1", "2", "3", "berlin:1", "berlin:2", "berlin:3"]
    assert set(work["assignment_id"]) == {"11", "12", "13", "berlin:11", "berlin:12", "berlin:13"}
    assert set(work["trainer_id"]) == {"label-studio:7", "berlin:7"}
    assert set(work["batch_id"]) == {"project 1", "berlin:project 1"}
    assert set(work["source"]) == {"label-studio", "berlin"}
    gold = rows_of("gold_items", any_url, campaign)
    assert set(gold["item_id"]) == {"1", "berlin:1"}


def test_another_task_under_a_known_number_is_refused(any_url, campaign, tmp_path):
    said = {"campaign": campaign, "url": any_url}
    load(server(tmp_path, "rome", "2026-01-05"), **said)
    before = rows_of("annotation_events", any_url, campaign)
    with pytest.raises(Refused, match=r"task 1 was created at .* here and at .* --source NAME"):
        load(server(tmp_path, "berlin", "2026-02-02", notes=range(21, 24)), **said)
    assert len(rows_of("annotation_events", any_url, campaign)) == len(before)


def test_a_time_in_whole_seconds_is_the_same_time(any_url, campaign, tmp_path):
    said = {"campaign": campaign, "url": any_url}
    rome = server(tmp_path, "rome", "2026-01-05")
    load(rome, **said)
    rome.write_text(rome.read_text().replace("T08:00:00Z", "T08:00:00.750Z"))
    assert load(rome, **said).rows_there == 6


def test_another_item_of_a_known_annotation_is_refused(any_url, campaign, tmp_path):
    said = {"campaign": campaign, "url": any_url}
    load(server(tmp_path, "rome", "2026-01-05"), **said)
    with pytest.raises(Refused, match=r"assignment 11 is of item 4 here and of item 1 in"):
        load(server(tmp_path, "berlin", "2026-02-02", tasks=range(4, 7)), **said)


@pytest.mark.parametrize("tasks", [range(1, 4), range(4, 7)])
def test_files_of_two_servers_in_one_load_are_refused(tmp_path, tasks):
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    rome = server(tmp_path, "rome", "2026-01-05")
    berlin = server(tmp_path, "berlin", "2026-02-02", tasks=tasks)
    with pytest.raises(Refused, match="--source NAME"):
        load(rome, berlin, campaign="alpha", url=url)
    again = server(tmp_path, "rome again", "2026-01-05", range(1, 5), range(11, 15))
    assert load(rome, again, campaign="alpha", url=url).assignments == 4


def test_a_worker_of_mechanical_turk_is_one_person_whoever_asks(tmp_path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tmp_path / 'w.duckdb'}")
    file = tmp_path / "batch.csv"
    file.write_text(
        "AssignmentId,HITId,WorkerId,AcceptTime,SubmitTime\n"
        "A1,H1,W1,2017-10-02 16:39:18 UTC,2017-10-02 16:40:18 UTC\n"
    )
    told = ["load", str(file), "--format", "mturk", "--campaign", "alpha", "--source", "acme"]
    assert main(told) == 0
    with door.connect().connect() as connection:
        events = schema.annotation_events
        chosen = sa.select(events.c.source, events.c.item_id, events.c.trainer_id).distinct()
        assert [tuple(row) for row in connection.execute(chosen)] == [("acme", "acme:H1", "W1")]


def test_a_table_s_rows_in_quarantine_keep_their_source(tmp_path):
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    file = tmp_path / "rows.csv"
    file.write_text("i,w,t\n1,ann@x.org,2026-01-05 10:00\n2,bo,05.01.2026 10:00\n")
    mapping = {"columns": {"item_id": "i", "trainer_id": "w", "submitted_at": "t"}}
    said = {"campaign": "alpha", "mapping": mapping, "source": "east", "url": url}
    ingest.load_files([file], format="table", refresh=False, **said)
    german = mapping | {"time": {"form": "%d.%m.%Y %H:%M"}}
    ingest.replay(mapping=german, url=url, refresh=False)
    events = rows_of("annotation_events", url, "alpha")
    assert set(events["source"]) == {"east"}
    assert set(events["item_id"]) == {"east:1", "east:2"}
    assert "east:bo" in set(events["trainer_id"])
    assert not events["trainer_id"].str.startswith("east:p-").any()
