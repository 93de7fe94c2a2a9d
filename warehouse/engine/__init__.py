"""The warehouse's door: read what is published, publish what is new.

Readers never wait for a writer and never see half of its work; a writer killed at any
instant leaves the last published state whole. Each engine keeps that promise its own way:

- An embedded DuckDB file admits one writing process, so the address is a symbolic link to
  the published state. A writer works on a copy under a new name and moves the link; a
  reader looks where the link points before each query.
- ClickHouse has no transactions, so the published state is a database of its own. A writer
  works on a clone (parts are shared, nothing is copied) and adds a row to ``publications``.
- PostgreSQL has transactions: a publication is one.

The statements here that administer an engine (clone, attach, settings) are the only SQL
outside ``queries/``; they hold no figures.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from warehouse import scratch, settings
from warehouse.engine import clickhouse, embedded, postgres
from warehouse.engine.rows import insert
from warehouse.engine.version import prepare, require_version, require_warehouse, schema_version
from warehouse.errors import Refused

__all__ = [
    "checked_address",
    "connect",
    "insert",
    "prepare",
    "publish",
    "require_version",
    "schema_version",
    "scratch_folder",
]

_KINDS = {"duckdb": embedded, "postgresql": postgres, "clickhousedb": clickhouse}


def connect(url: str | None = None) -> sa.Engine:
    """The published warehouse, to read only. An embedded one that does not exist yet is made, empty.

    The engine may be kept for as long as the program runs: each query reads the state that is
    published when it begins. Raises ``Refused`` where the address cannot be a warehouse.
    """
    address = checked_address(url)
    engine = _KINDS[address.get_backend_name()].read(address)
    require_warehouse(engine, address)
    return engine


@contextlib.contextmanager
def publish(url: str | None = None, *, upgrade: bool = False) -> Iterator[sa.Connection]:
    """A connection whose work readers see all at once when the block ends, or never.

    Creates the tables where there are none. On any exception, and on death, the published
    state stays as it was. One publication at a time: a second one waits (DuckDB,
    PostgreSQL) or is refused when it would overwrite the first (ClickHouse). A warehouse of
    an older program is refused, unless ``upgrade``.
    """
    address = checked_address(url)
    with _KINDS[address.get_backend_name()].publish(address) as connection:
        prepare(connection, upgrade=upgrade)
        yield connection


def checked_address(url: str | None) -> sa.URL:
    """The warehouse's address, by default the configured one; refused where it cannot be one."""
    told = url or settings.warehouse_url()
    try:
        address = sa.make_url(told)
    except sa.exc.ArgumentError as error:
        raise Refused(
            f"WAREHOUSE_URL: expected an SQLAlchemy URL such as duckdb:///var/warehouse.duckdb, found {told!r}"
        ) from error
    kind = address.get_backend_name()
    if kind not in _KINDS:
        raise Refused(
            f"WAREHOUSE_URL: expected duckdb, postgresql+psycopg or clickhousedb, found {kind}"
        )
    if kind == "duckdb" and (address.database or ":memory:") == ":memory:":
        raise Refused(
            "WAREHOUSE_URL: a DuckDB warehouse is a file, as in duckdb:///var/warehouse.duckdb"
        )
    return address


def scratch_folder(url: str | None = None) -> scratch.Folder:
    """A folder for what does not fit into memory: beside an embedded warehouse, whose disk has room for a copy of it
    anyway and is none in memory as many a ``/tmp`` is; else where the system keeps temporary files."""
    address = checked_address(url)
    is_embedded = address.get_backend_name() == "duckdb"
    return scratch.folder(embedded.states_of(address) if is_embedded else None)
