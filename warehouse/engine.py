"""The warehouse's door: read what is published, publish what is new.

Readers never wait for a writer and never see half of its work; a writer killed at any
instant leaves the last published state whole. Each engine keeps that promise its own way:

- An embedded DuckDB file admits one writing process, so the address is a symbolic link to
  the published state. A writer works on a copy under a new name and moves the link; a
  reader looks where the link points before each query.
- ClickHouse has no transactions, so the published state is a database of its own. A writer
  works on a clone (parts are shared, nothing is copied) and adds a row to ``publications``.
- PostgreSQL has transactions: a publication is one.

The statements below that administer an engine (clone, attach, settings) are the only SQL
outside ``queries/``; they hold no figures.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

from warehouse import schema, scratch, settings
from warehouse.errors import Refused

FICLONE = 0x40049409
"""Linux's request for a copy that shares its blocks (btrfs, xfs): instant whatever the size."""

CLICKHOUSE_SETTINGS = {
    "session_timezone": "UTC",
    "join_use_nulls": "1",
    "aggregate_functions_null_for_empty": "1",
    "prefer_column_name_to_alias": "1",
    "cast_keep_nullable": "1",
    "mutations_sync": "2",
    "lightweight_deletes_sync": "2",
    # Tables are partitioned by month: a load of more than eight years would be refused.
    "max_partitions_per_insert_block": "0",
}
"""What makes ClickHouse answer as standard SQL does, and take a history of any length."""

DUCKDB_STORAGE = {"storage_compatibility_version": "latest"}
"""A new file is for this version of DuckDB, not for any: its texts are packed faster and read faster."""

ROW_GROUP = 122_880
"""Rows that DuckDB keeps together: what is inserted in multiples of it is written once."""

WORK = "work"
"""How the file of an unfinished publication is called; under the lock, one found is a dead writer's."""


def connect(url: str | None = None) -> sa.Engine:
    """The published warehouse, to read only. An embedded one that does not exist yet is made, empty.

    The engine may be kept for as long as the program runs: each query reads the state that is
    published when it begins. Raises ``Refused`` where the address cannot be a warehouse.
    """
    address = checked_address(url)
    reader = {"duckdb": _read_duckdb, "postgresql": _read_postgres}.get(
        address.get_backend_name(), _read_clickhouse
    )
    engine = reader(address)
    _require_warehouse(engine, address)
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
    writer = {"duckdb": _publish_duckdb, "postgresql": _publish_postgres}.get(
        address.get_backend_name(), _publish_clickhouse
    )
    with writer(address) as connection:
        prepare(connection, upgrade=upgrade)
        yield connection


def insert(
    connection: sa.Connection,
    table: str | sa.Table,
    rows: pa.Table | pd.DataFrame | Sequence[dict],
) -> int:
    """Append ``rows`` to ``table`` the fastest way its engine has; the number of rows.

    Columns that ``rows`` lacks are unknown; one that must be known and is missing is an error.
    """
    known = schema.metadata.tables[table] if isinstance(table, str) else table
    table = known.name
    arrow = _aligned(rows, known)
    if not arrow.num_rows:
        return 0
    names = ", ".join(arrow.column_names)
    driver = connection.connection.driver_connection
    kind = connection.dialect.name
    if kind == "duckdb":
        in_order = arrow.select(driver.table(table).columns)
        # Not through a registered name: until it commits, a transaction keeps every table that
        # was registered in it, and a large load would sit in memory whole.
        driver.from_arrow(_in_row_groups(in_order)).insert_into(table)
    elif kind == "postgresql":
        with driver.cursor().copy(f"copy {table} ({names}) from stdin (format csv)") as copy:
            pyarrow.csv.write_csv(
                arrow.combine_chunks(),  # of an empty chunk it writes what lies in memory
                _Writer(copy),
                pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"),
            )
    else:
        driver.client.insert_arrow(table, arrow, database=driver.client.database)
    return arrow.num_rows


def scratch_folder(url: str | None = None) -> scratch.Folder:
    """A folder for what does not fit into memory: beside an embedded warehouse, whose disk has room for a copy of it
    anyway and is none in memory as many a ``/tmp`` is; else where the system keeps temporary files."""
    address = checked_address(url)
    is_embedded = address.get_backend_name() == "duckdb"
    return scratch.folder(_states(address) if is_embedded else None)


# -- DuckDB ---------------------------------------------------------------------------


def _states(address: sa.URL) -> Path:
    """The folder of all states of the warehouse."""
    path = Path(address.database).absolute()
    return path.with_name(path.name + ".states")


_readers: dict[tuple[int, Path], scratch.Folder] = {}
_one_reader = threading.Lock()


def _reader_folder(states: Path) -> str:
    """Where this process puts what its queries cannot keep in memory.

    DuckDB's own choice is one folder per file: two processes that read the file would write into each other's.
    """
    with _one_reader:
        key = os.getpid(), states
        if key not in _readers:
            _readers[key] = scratch.folder(states)
        return str(_readers[key].path)


def _read_duckdb(address: sa.URL) -> sa.Engine:
    path = Path(address.database)
    if not path.exists():
        with _publish_duckdb(address) as connection:
            prepare(connection)
    reader = {
        "enable_external_access": False,
        "lock_configuration": True,
        "temp_directory": _reader_folder(_states(address)),
    }
    engine = sa.create_engine(
        address,
        poolclass=sa.QueuePool,
        pool_size=4,
        max_overflow=16,
        isolation_level="AUTOCOMMIT",  # what is published never changes: a transaction would be for nothing
    )

    @event.listens_for(engine, "do_connect")
    def open_published(dialect, record, args, parameters):
        published = os.path.realpath(path)
        record.info["published"] = published
        parameters.update(database=published, read_only=True, config=reader)

    @event.listens_for(engine, "checkout")
    def follow(connection, record, proxy):
        if record.info.get("published") != os.path.realpath(path):
            raise DisconnectionError("a newer state of the warehouse is published")

    return engine


@contextlib.contextmanager
def _publish_duckdb(address: sa.URL) -> Iterator[sa.Connection]:
    path = Path(address.database).absolute()
    states = _states(address)
    states.mkdir(parents=True, exist_ok=True)
    with _only_writer(states / "lock"):
        _forget_work(states)
        scratch.forget_dead(states)
        work = states / f"{WORK}.duckdb"
        if path.exists():
            _clone(Path(os.path.realpath(path)), work)
        try:
            engine = sa.create_engine(
                address.set(database=str(work)),
                poolclass=sa.NullPool,
                connect_args={"config": DUCKDB_STORAGE},
            )
            with engine.connect() as connection:
                # Without this a load larger than memory keeps its order at the price of memory.
                connection.exec_driver_sql("set preserve_insertion_order = false")
                connection.commit()
                with connection.begin():
                    yield connection
                connection.exec_driver_sql("checkpoint")
                connection.commit()
            engine.dispose()
        except BaseException:
            _forget_work(states)
            raise
        _move_link(path, work, states)
        _forget_old(path, states)


@contextlib.contextmanager
def _only_writer(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system frees it when its holder dies
        yield


def _clone(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        try:
            fcntl.ioctl(write.fileno(), FICLONE, read.fileno())
        except OSError:  # this file system has no shared copies
            shutil.copyfile(source, target)


def _move_link(path: Path, work: Path, states: Path) -> None:
    """Make ``work`` the published state: durable first, then visible in one step."""
    with work.open("rb") as file:
        os.fsync(file.fileno())
    state = states / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.duckdb"
    work.rename(state)
    link = states / f"{WORK}.link"
    link.symlink_to(os.path.relpath(state, path.parent))
    if path.exists() and not path.is_symlink():
        # A warehouse that was copied here as a plain file: kept as the oldest state.
        path.rename(states / "00000000T000000.000000.duckdb")
    link.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _forget_work(states: Path) -> None:
    """Remove what an unfinished publication left: files, and the folder of what did not fit into memory."""
    for left in states.glob(f"{WORK}.*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _forget_old(path: Path, states: Path) -> None:
    """Remove states that were replaced longer ago than readers may need them."""
    kept_since = time.time() - settings.snapshot_hours() * 3600
    published = os.path.realpath(path)
    every = sorted(states.glob("[0-9]*.duckdb"))
    for state, successor in itertools.pairwise(every):
        if str(state) != published and successor.stat().st_mtime < kept_since:
            state.unlink()


# -- PostgreSQL -----------------------------------------------------------------------


def _read_postgres(address: sa.URL) -> sa.Engine:
    options = {"options": "-c default_transaction_read_only=on -c timezone=UTC"}
    return sa.create_engine(address, connect_args=options, pool_pre_ping=True)


@contextlib.contextmanager
def _publish_postgres(address: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        address, poolclass=sa.NullPool, connect_args={"options": "-c timezone=UTC"}
    )
    with engine.connect() as connection, connection.begin():
        # Writers take turns; readers are not held up by an advisory lock.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x48444343)))
        yield connection
    engine.dispose()


# -- ClickHouse -----------------------------------------------------------------------


def _read_clickhouse(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address)
    home = address.database or "default"

    @event.listens_for(engine, "connect")
    def behave(connection, record):
        for name, value in CLICKHOUSE_SETTINGS.items():
            connection.client.set_client_setting(name, value)

    @event.listens_for(engine, "checkout")
    def follow(connection, record, proxy):
        connection.client.database = _published_database(connection.client, home) or home

    return engine


def _published_database(client, home: str) -> str | None:
    """The database that holds the published state, or None where nothing was published.

    Of two publications with one number the one that was written first counts.
    """
    known = client.query(f"select name from system.tables where database = '{home}'").result_rows
    if ("publications",) not in known:
        return None
    rows = client.query(
        f"select database from `{home}`.publications order by number desc, published_at limit 1"
    ).result_rows
    return rows[0][0] if rows else None


@contextlib.contextmanager
def _publish_clickhouse(address: sa.URL) -> Iterator[sa.Connection]:
    home = address.database or "default"
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        client = connection.connection.driver_connection.client
        for name, value in CLICKHOUSE_SETTINGS.items():
            client.set_client_setting(name, value)
        client.command(
            f"create table if not exists `{home}`.publications (number Int64, database String, "
            "published_at DateTime64(6) default now64(6)) engine = MergeTree order by number"
        )
        before = _published_database(client, home)
        (number,) = client.query(f"select max(number) from `{home}`.publications").result_rows[0]
        work = f"{home}_{(number or 0) + 1:08d}_{uuid.uuid4().hex[:8]}"
        client.command(f"create database `{work}`")
        try:
            if before:
                for (table,) in client.query(
                    f"select name from system.tables where database = '{before}'"
                ).result_rows:
                    client.command(f"create table `{work}`.`{table}` clone as `{before}`.`{table}`")
            client.database = work
            yield connection
            if _published_database(client, home) != before:
                raise Refused(
                    "another load was published meanwhile and this one began before it: run it again"
                )
        except BaseException:
            client.database = home
            client.command(f"drop database `{work}` sync")
            raise
        client.command(
            f"insert into `{home}`.publications (number, database) values ({(number or 0) + 1}, '{work}')"
        )
        client.database = home
        _drop_old(client, home)
    engine.dispose()


def _drop_old(client, home: str) -> None:
    """Drop states that were replaced longer ago than readers may need them, and dead writers' clones."""
    limit = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=settings.snapshot_hours())
    rows = client.query(
        f"select database, published_at from `{home}`.publications order by number desc, published_at"
    ).result_rows
    keep = {database for database, at in rows if at > limit}
    keep |= {database for database, _ in rows[:1]}
    # The newest state older than the limit may still have readers that began before its successor.
    keep |= {database for database, at in rows if at <= limit and database == rows[0][0]}
    for name, changed in client.query(
        "select d.name, max(t.metadata_modification_time) from system.databases as d "
        "left join system.tables as t on t.database = d.name group by d.name"
    ).result_rows:
        is_state = name.startswith(f"{home}_") and name.count("_") >= 2
        if (
            is_state
            and name not in keep
            and (changed is None or changed.replace(tzinfo=None) < limit)
        ):
            client.command(f"drop database `{name}` sync")


@contextlib.contextmanager
def past_tables(
    connection: sa.Connection, made: Sequence[tuple[str, str]], known_at: datetime
) -> Iterator[dict[str, str]]:
    """The tables ``made`` (name, select), for the length of the block; their names, which no other reader has."""
    own = {name: f"{name}_{uuid.uuid4().hex[:12]}" for name, _ in made}
    try:
        for name, select in made:
            told = renamed(select, own)
            statement = sa.text(f"create temporary table {own[name]} engine = Memory as {told}")
            # A definition that reads earlier ones only has no moment of its own.
            connection.execute(statement, {"known_at": known_at} if ":known_at" in told else {})
        yield own
    finally:
        for name in own.values():
            connection.execute(sa.text(f"drop temporary table if exists {name}"))


def renamed(sql: str, names: dict[str, str]) -> str:
    """``sql`` with these tables under their other names."""
    for name, other in names.items():
        sql = re.sub(rf"\b{name}\b", other, sql)
    return sql


# -- what the engines share -----------------------------------------------------------


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
    if kind not in ("duckdb", "postgresql", "clickhousedb"):
        raise Refused(
            f"WAREHOUSE_URL: expected duckdb, postgresql+psycopg or clickhousedb, found {kind}"
        )
    if kind == "duckdb" and (address.database or ":memory:") == ":memory:":
        raise Refused(
            "WAREHOUSE_URL: a DuckDB warehouse is a file, as in duckdb:///var/warehouse.duckdb"
        )
    return address


def _require_warehouse(engine: sa.Engine, address: sa.URL) -> None:
    """Refuse what is not a warehouse of this version, in words."""
    where = address.render_as_string(hide_password=True)
    try:
        # Through the engine: DuckDB opens a file once in a process, with one configuration.
        with engine.connect() as connection:
            version = schema_version(connection)
    except sa.exc.DBAPIError as error:
        said = str(error.orig).splitlines()[0]
        raise Refused(f"expected a warehouse at {where}, could not read one ({said})") from error
    if version is None:
        raise Refused(
            f"expected a warehouse at {where}, found no tables of one: load a file, or run "
            "`python -m warehouse migrate`"
        )
    require_version(version, where)


def schema_version(connection: sa.Connection) -> int | None:
    """The schema version of the tables in sight; None where there are none."""
    database = None
    if connection.dialect.name == "clickhousedb":
        database = connection.connection.driver_connection.client.database
    if not sa.inspect(connection).has_table("schema_versions", schema=database):
        return None
    table = schema.schema_versions
    return connection.execute(sa.select(sa.func.max(table.c.version))).scalar()


def prepare(connection: sa.Connection, *, upgrade: bool = False) -> None:
    """Make the tables inside a publication, where there are none; refuse those of another version.

    With ``upgrade`` older tables get what they lack, and the next refresh is a rebuild.
    """
    version = schema_version(connection)
    if version is not None:
        if not (upgrade and version < schema.SCHEMA_VERSION):
            require_version(version, "the warehouse")
            return
        schema.upgrade(connection)
        connection.execute(sa.delete(schema.refreshes).where(sa.true()))
    schema.metadata.create_all(connection)
    applied = datetime.now(UTC).replace(tzinfo=None)
    insert(
        connection,
        "schema_versions",
        [{"version": schema.SCHEMA_VERSION, "applied_at": applied}],
    )


def require_version(version: int, warehouse: object) -> None:
    """Refuse a warehouse that another program than this one made, with what to do about it."""
    told = f"{warehouse} has schema version {version}, this program needs {schema.SCHEMA_VERSION}: "
    if version > schema.SCHEMA_VERSION:
        raise Refused(told + "update the program")
    if version < schema.SCHEMA_VERSION:
        raise Refused(told + "run `python -m warehouse migrate`")


_ARROW = {
    sa.Text: pa.string(),
    sa.Date: pa.date32(),
    sa.DateTime: pa.timestamp("us"),
    sa.BigInteger: pa.int64(),
    sa.Double: pa.float64(),
    sa.Boolean: pa.bool_(),
}


def _aligned(rows: pa.Table | pd.DataFrame | Sequence[dict], table: sa.Table) -> pa.Table:
    """``rows`` with exactly the columns of ``table``, in its order and types."""
    target = pa.schema(
        [pa.field(c.name, _ARROW[type(c.type)], nullable=bool(c.nullable)) for c in table.columns]
    )
    if isinstance(rows, pd.DataFrame):
        rows = pa.Table.from_pandas(rows, preserve_index=False)
    elif not isinstance(rows, pa.Table):
        rows = pa.Table.from_pylist(
            list(rows), schema=pa.schema([f.with_nullable(True) for f in target])
        )
    unknown = set(rows.column_names) - set(target.names)
    if unknown:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    columns = []
    for field in target:
        if field.name in rows.column_names:
            column = rows.column(field.name).cast(field.type)
        else:
            column = pa.chunked_array([pa.nulls(rows.num_rows, field.type)])
        if not field.nullable and column.null_count:
            raise ValueError(f"{table.name}.{field.name} must be known and is empty in some rows")
        columns.append(column)
    return pa.Table.from_arrays(columns, names=target.names)


def _in_row_groups(rows: pa.Table) -> pa.Table:
    """``rows`` in pieces of a row group each, copied only where they are not.

    Threads that fill row groups from pieces of another size leave them incomplete, and publishing would write them
    a second time.
    """
    groups = [rows.slice(start, ROW_GROUP) for start in range(0, rows.num_rows, ROW_GROUP)]
    return pa.Table.from_batches([b for g in groups for b in g.combine_chunks().to_batches()])


class _Writer:
    """A COPY in the shape of a file that is written to."""

    closed = False

    def __init__(self, copy) -> None:
        self._copy = copy

    def write(self, data: bytes) -> int:
        self._copy.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""
