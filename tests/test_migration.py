"""A warehouse of an older program is refused in words, and brought up to date by one command."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from lock import SCHEMA_LOCK, schema_digest

from warehouse import engine as door
from warehouse import ingest, schema
from warehouse.__main__ import main
from warehouse.errors import Refused
from warehouse.read import fetch

WORK = """\
assignment,item,person,submitted,seconds,label
a1,i1,ann,2026-02-02T10:00:00,30,yes
a2,i1,bob,2026-02-02T10:05:00,40,no
a3,i2,ann,2026-02-03T10:00:00,50,yes
"""
MAPPING = """\
time: {zone: UTC}
columns: {assignment_id: assignment, item_id: item, trainer_id: person, submitted_at: submitted, duration_s: seconds}
duration_basis: active
questions: {label: {column: label, scale: nominal}}
"""


LATER = {"annotation_events": "payload", "assignments": "duration_s"}
"""Columns that an older program did not know: one of facts, one that is derived."""
SPAN = {"since": dt.date(2026, 2, 1), "until": dt.date(2026, 3, 1)}


def made_by_version_1(url: str, folder: Path) -> None:
    """A loaded warehouse as a program left it that knew two columns less."""
    (folder / "work.csv").write_text(WORK)
    (folder / "work.yaml").write_text(MAPPING)
    ingest.load_files(
        [folder / "work.csv"],
        format="table",
        campaign="news",
        mapping=folder / "work.yaml",
        url=url,
    )
    with door.publish(url) as connection:
        for table, column in LATER.items():
            connection.execute(sa.DDL(f"alter table {table} drop column {column}"))
        connection.execute(sa.delete(schema.schema_versions).where(sa.true()))
        first = {"version": 1, "applied_at": dt.datetime(2026, 1, 1)}
        door.insert(connection, "schema_versions", [first])


def test_an_older_warehouse_is_refused_until_it_is_migrated(
    own_url: str, tmp_path: Path, monkeypatch
) -> None:
    url = own_url
    made_by_version_1(url, tmp_path)
    with pytest.raises(Refused, match="python -m warehouse migrate"):
        door.connect(url)
    with pytest.raises(Refused, match="python -m warehouse migrate"), door.publish(url):
        pass

    monkeypatch.setenv("WAREHOUSE_URL", url)
    assert main(["migrate"]) == 0

    warehouse = door.connect(url)
    hours = fetch(warehouse, "throughput/hours_by_campaign_v1", **SPAN)
    assert hours["hours"].sum() * 3600 == pytest.approx(30 + 40 + 50)
    assert fetch(warehouse, "throughput/submissions_by_day_v1", **SPAN)["submitted"].sum() == 3
    with warehouse.connect() as connection:
        assert door.schema_version(connection) == schema.SCHEMA_VERSION
        payloads = connection.execute(sa.select(schema.annotation_events.c.payload)).scalars()
        assert set(payloads) == {None}, "what came later is unknown of older rows"


def test_a_warehouse_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'newer.duckdb'}"
    with door.publish(url) as connection:
        newer = {"version": schema.SCHEMA_VERSION + 1, "applied_at": dt.datetime(2027, 1, 1)}
        door.insert(connection, "schema_versions", [newer])
    with pytest.raises(Refused, match="update the program"):
        door.connect(url)


def test_the_schema_is_the_one_that_its_version_promises() -> None:
    promised = json.loads(SCHEMA_LOCK.read_text())
    assert promised == {"version": schema.SCHEMA_VERSION, "digest": schema_digest()}, (
        "a table or a rollup changed: raise SCHEMA_VERSION if the last one was released, "
        "then `make catalogue`"
    )
