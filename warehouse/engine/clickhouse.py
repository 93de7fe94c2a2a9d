"""ClickHouse: a published state is a database of its own, cloned without copying parts."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import event

from warehouse import settings
from warehouse.errors import Refused

SETTINGS = {
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


def read(address: sa.URL) -> sa.Engine:
    engine = sa.create_engine(address)
    home = address.database or "default"

    @event.listens_for(engine, "connect")
    def behave(connection, record):
        for name, value in SETTINGS.items():
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
def publish(address: sa.URL) -> Iterator[sa.Connection]:
    home = address.database or "default"
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        client = connection.connection.driver_connection.client
        for name, value in SETTINGS.items():
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
