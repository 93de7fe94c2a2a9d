"""A NUL, which PostgreSQL has no text for, is marked as unknown in every format and engine."""

from __future__ import annotations

import json
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from warehouse import engine as door
from warehouse import ingest, schema
from warehouse.errors import Refused
from warehouse.listing import listing
from warehouse.sources import invoices
from warehouse.sources.characters import mended

MAPPING = {
    "columns": {"item_id": "i", "trainer_id": "w", "submitted_at": "t"},
    "questions": {"label": "a"},
    "payload": ["text"],
}
ROWS = [
    {"i": "i\0", "w": "w\0n", "t": "2026-01-05 10:00:00", "a": "cat\0dog", "text": "x\0y"},
    {"i": "i2", "w": "bo", "t": "no\0time", "a": "cat", "text": "plain"},
    {"i": "i3", "w": "bo", "t": "2026-01-05 11:00:00", "a": "cat", "text": r"C:\u0000"},
]


@pytest.fixture
def files(tmp_path):
    """The same rows in each form, one as another item each time."""
    told = {}
    for kind in ("csv", "jsonl", "json", "parquet"):
        path = tmp_path / f"rows.{kind}"
        rows = [row | {"i": f"{kind}-{row['i']}"} for row in ROWS]
        if kind == "csv":
            lines = [",".join(ROWS[0]), *(",".join(row.values()) for row in rows), "too\0few,cells"]
            path.write_text("\n".join(lines) + "\n")
        elif kind == "parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        else:
            told_rows = json.dumps(rows) if kind == "json" else "\n".join(map(json.dumps, rows))
            path.write_text(told_rows + ("" if kind == "json" else '\n{"i": "\0"}'))
        told[kind] = path
    return told


def test_a_nul_is_marked_as_unknown_in_each_format(engine_name, server_urls, files):
    url, campaign = server_urls[engine_name], f"campaign {uuid.uuid4().hex[:8]}"
    for kind, path in files.items():
        summary = ingest.load_files(
            [path], format="table", campaign=campaign, mapping=MAPPING, url=url, refresh=False
        )
        assert (summary.rows_loaded, summary.rows_quarantined) == (2, 2 - (kind in ("json", "parquet")))  # fmt: skip
    events, answers, aside = (
        schema.annotation_events, schema.annotation_responses, schema.quarantine,
    )  # fmt: skip
    with door.connect(url).connect() as connection:

        def told(*columns):  # fmt: skip
            table = columns[0].table
            chosen = sa.select(*columns).where(table.c.campaign_id == campaign)
            return {tuple(row) for row in connection.execute(chosen)}

        assert told(events.c.item_id) == {(f"{k}-i{n}",) for k in files for n in ("�", "3")}
        assert told(events.c.trainer_id) == {("w�n",), ("bo",)}
        assert told(answers.c.value_text) == {("cat�dog",), ("cat",)}
        payloads = [json.loads(row[0])["text"] for row in told(events.c.payload)]
        assert set(payloads) == {"x�y", r"C:\u0000"}
        raws = [row[0] for row in told(aside.c.raw)]
    assert len(raws) == 6
    assert not [raw for raw in raws if "\0" in raw or r"no\u0000" in raw]


def test_an_escaped_nul_goes_and_an_escaped_backslash_before_it_stays():
    assert mended(rb'"a\u0000b"') == rb'"a\ufffdb"'
    assert mended(rb'"C:\\u0000"') == rb'"C:\\u0000"'


def test_lists_that_people_write_are_refused_with_a_nul(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("login,name\nann\0,Ann\n")
    with pytest.raises(Refused, match="found NUL"):
        listing(path, ["login", "name"])
    with pytest.raises(Refused, match="found NUL"):
        invoices.read(path)
