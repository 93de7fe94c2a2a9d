"""Readers never wait for, and never fail because of, a writer; a killed writer leaves the last state whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
import types
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import engine as door
from warehouse import schema
from warehouse.errors import Refused
from warehouse.read import fetch

ROWS = 300


@pytest.fixture(autouse=True)
def no_page_is_run_by_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's test leaves the page as the program that runs, and each new process would begin with that."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


MAPPING = """\
constants: {task_type: rating}
columns:
  item_id: item
  assignment_id: assignment
  trainer_id: worker
  submitted_at: submitted
questions:
  label: {column: label, scale: nominal}
"""


def batch(folder: Path, number: int) -> Path:
    """A file of ``ROWS`` submissions that no other batch holds."""
    path = folder / f"batch-{number}.csv"
    lines = ["item,assignment,worker,submitted,label"]
    lines += [
        f"i{number}-{n},a{number}-{n},w{n % 7},2026-01-{1 + n % 28:02d} 10:00:00,cat"
        for n in range(ROWS)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def write(url: str, path: str, mapping: str) -> None:
    """What a writer process does: load one file and refresh the figures, in one publication."""
    from warehouse import ingest

    ingest.load_files(
        [Path(path)], format="table", campaign="alpha", mapping=Path(mapping), url=url
    )


def counts(engine: sa.Engine) -> tuple[int, int, int, int]:
    """Events, distinct events, rows told by the book of loads, and submissions in the rollup; one moment's."""
    events, rollup, book = (
        schema.annotation_events,
        schema.submissions_by_day,
        schema.loads,
    )
    with engine.connect() as connection, connection.begin():
        row = connection.execute(
            sa.select(
                sa.select(sa.func.count()).select_from(events).scalar_subquery(),
                sa.select(sa.func.count(events.c.event_id.distinct())).scalar_subquery(),
                sa.select(sa.func.coalesce(sa.func.sum(book.c.rows_loaded), 0)).scalar_subquery(),
                sa.select(sa.func.coalesce(sa.func.sum(rollup.c.submitted), 0)).scalar_subquery(),
            )
        ).one()
    return tuple(int(v) for v in row)


def survives(url: str, folder: Path, kills: int) -> None:
    """Kill a loading process ``kills`` times at random instants while pages are read; then load what was lost."""
    chance = random.Random(20261122)
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["warehouse.ingest", "warehouse.refresh", "sqlglot", "duckdb"])
    files = [batch(folder, number) for number in range(kills)]
    write(url, str(batch(folder, 10_000)), str(mapping))
    took = _seconds(lambda: write(url, str(batch(folder, 10_001)), str(mapping)))
    engine = door.connect(url)
    seen, finished, reads = 2 * ROWS, 0, 0
    for path in files:
        writer = context.Process(target=write, args=(url, str(path), str(mapping)))
        writer.start()
        limit = time.monotonic() + chance.uniform(0, 2.5 * took)
        while writer.is_alive() and time.monotonic() < limit:
            events, distinct, told, submitted = counts(engine)
            page = fetch(engine, "team/reach_v1")
            assert events == distinct == told == submitted, "a reader saw half a load"
            assert events % ROWS == 0 and events >= seen
            assert page["events"].sum() >= events
            seen, reads = events, reads + 1
        if writer.is_alive():
            os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert writer.exitcode in (0, -signal.SIGKILL), "the writer died of something else"
        finished += writer.exitcode == 0
    for path in files:  # what a person does after a crash: the same command again
        write(url, str(path), str(mapping))
    total = (kills + 2) * ROWS
    assert counts(engine) == (total, total, total, total)
    assert finished < kills, "no writer was killed: the test proves nothing"
    assert reads > kills, "pages were hardly read while writers ran"
    print(f"{kills - finished} of {kills} writers killed, {reads} reads, none failed")


def _seconds(work) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def test_a_killed_load_is_never_seen_and_never_lost(tmp_path: Path) -> None:
    survives(f"duckdb:///{tmp_path / 'w.duckdb'}", tmp_path, kills=5)
    left = [p.name for p in tmp_path.glob("w.duckdb.states/*") if p.name.startswith("work")]
    assert not left, "a dead writer's copy was left behind"


@pytest.mark.slow
def test_two_hundred_killed_loads_lose_and_double_nothing(tmp_path: Path) -> None:
    survives(f"duckdb:///{tmp_path / 'w.duckdb'}", tmp_path, kills=200)


def _spill_and_die(url: str) -> None:
    with door.publish(url) as connection:
        connection.exec_driver_sql("set memory_limit = '40MB'")
        connection.exec_driver_sql(
            "create temp table t as select md5(range::text) from range(2000000)"
        )
        os._exit(9)


def test_what_a_dead_writer_had_not_in_memory_is_in_nobodys_way(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    writer = multiprocessing.get_context("forkserver").Process(target=_spill_and_die, args=(url,))
    writer.start()
    writer.join()
    assert writer.exitcode == 9
    assert [p.name for p in tmp_path.glob("w.duckdb.states/*") if p.is_dir()] == ["work.duckdb.tmp"]
    with door.publish(url):
        pass
    assert not list(tmp_path.glob("w.duckdb.states/work*"))


def test_a_killed_load_leaves_postgresql_whole(tmp_path: Path, server_urls: dict[str, str]) -> None:
    url = f"{server_urls['postgres']}"
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("drop database if exists killed"))
        connection.execute(sa.text("create database killed"))
    survives(url.replace("/postgres?", "/killed?"), tmp_path, kills=5)


def test_a_failed_publication_on_clickhouse_is_never_seen(server_urls: dict[str, str]) -> None:
    url = server_urls["clickhouse"]
    with door.publish(url) as connection:
        before = len(fetch(connection, "team/vendors_v1"))
    engine = door.connect(url)
    row = {"vendor_id": "v9", "vendor_name": "Nine", "recorded_at": datetime(2026, 1, 5)}
    with pytest.raises(ZeroDivisionError), door.publish(url) as connection:
        door.insert(connection, "vendors", [row])
        assert len(fetch(engine, "team/vendors_v1")) == before
        raise ZeroDivisionError
    assert len(fetch(engine, "team/vendors_v1")) == before
    with door.publish(url) as connection:
        door.insert(connection, "vendors", [row])
    assert len(fetch(engine, "team/vendors_v1")) == before + 1


def test_of_two_writers_on_clickhouse_the_later_is_refused(server_urls: dict[str, str]) -> None:
    url = server_urls["clickhouse"]
    with pytest.raises(Refused, match="run it again"), door.publish(url), door.publish(url):
        pass


def test_clickhouse_takes_a_history_of_many_years(server_urls: dict[str, str]) -> None:
    months = [datetime(1990 + n // 12, 1 + n % 12, 5) for n in range(150)]
    flow = {"campaign_id": "old", "task_type": "rating", "gold_kind": "none"}
    flow |= {"time_basis": "recorded", "place": 1, "from_state": "", "to_state": "available"}
    rows = [
        flow | {"item_id": f"i{n}", "occurred_at": at, "day": at.date()}
        for n, at in enumerate(months)
    ]
    with pytest.raises(ZeroDivisionError), door.publish(server_urls["clickhouse"]) as connection:
        assert door.insert(connection, "item_transitions", rows) == 150
        raise ZeroDivisionError  # other tests count what is published here


def test_an_engine_that_was_kept_sees_the_next_state(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    engine = door.connect(url)
    assert fetch(engine, "team/reach_v1").empty
    (tmp_path / "m.yaml").write_text(MAPPING)
    write(url, str(batch(tmp_path, 1)), str(tmp_path / "m.yaml"))
    assert fetch(engine, "team/reach_v1")["events"].sum() >= ROWS


def test_a_reader_cannot_write_and_cannot_read_files(tmp_path: Path) -> None:
    engine = door.connect(f"duckdb:///{tmp_path / 'w.duckdb'}")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for statement in (
        "insert into vendors values ('a', 'b', now())",
        f"select * from read_csv('{secret}')",
        "set enable_external_access = true",
        f"copy vendors to '{tmp_path / 'out.csv'}'",
        f"attach '{tmp_path / 'other.duckdb'}'",
    ):
        with pytest.raises(sa.exc.DBAPIError), engine.connect() as connection:
            connection.exec_driver_sql(statement)


def test_a_file_that_is_no_warehouse_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_text("not a database")
    with pytest.raises(Refused, match="not a valid DuckDB database"):
        door.connect(f"duckdb:///{path}")
    assert path.read_text() == "not a database"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "expected an SQLAlchemy URL"),
        ("sqlite:///x.db", "expected duckdb, postgresql"),
        ("duckdb:///:memory:", "is a file"),
    ],
)
def test_an_address_that_cannot_be_a_warehouse_is_refused(url: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        door.connect(url)


def test_replaced_states_are_forgotten_after_their_time(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SNAPSHOT_HOURS", "1")
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    for _ in range(3):
        with door.publish(url):
            pass
    states = sorted((tmp_path / "w.duckdb.states").glob("2*.duckdb"))
    assert len(states) == 3
    long_ago = time.time() - 2 * 3600
    for state in states:
        os.utime(state, (long_ago, long_ago))
    with door.publish(url):
        pass
    left = sorted((tmp_path / "w.duckdb.states").glob("2*.duckdb"))
    # The state that the newest replaced has only just been replaced.
    assert len(left) == 2 and states[2] in left
