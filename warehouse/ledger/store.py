"""The ledger's door: one engine, short transactions, readers that never wait."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import event

from warehouse import schema, settings
from warehouse.errors import Refused

WAIT_S = 30
"""How long a writer waits for another one; a transaction of the ledger takes milliseconds."""


def connect(url: str | None = None) -> sa.Engine:
    """The ledger at ``url`` (by default ``LEDGER_URL``); its tables are made where there are none."""
    address = sa.make_url(url or settings.ledger_url())
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    try:
        _create(engine)
    except sa.exc.OperationalError as error:
        raise Refused(
            f"expected a ledger at {address.render_as_string()}, found none: {error.orig}"
        ) from error
    return engine


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes; it takes its turn at the beginning instead of failing at the end."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def now() -> datetime:
    """This moment in UTC, without zone, as every table holds it."""
    return datetime.now(UTC).replace(tzinfo=None)


LARGEST_KEY = 2**31 - 1
"""What every database can hold as a key that counts up."""


def as_key(number: object) -> int:
    """``number`` as databases can bind it; 0, which no row has, where no key can be so large.

    A frame's numbers are not what drivers bind, and an address may say any number.
    """
    told = int(number)
    return told if 0 < told <= LARGEST_KEY else 0


_DTYPES = {
    sa.Text: "str",
    sa.Integer: "Int64",
    sa.BigInteger: "Int64",
    sa.Double: "float64",
    sa.Date: "datetime64[us]",
    sa.DateTime: "datetime64[us]",
}


def frame_of(engine: sa.Engine, chosen: sa.Select) -> pd.DataFrame:
    """The rows with steady types, whether there are any and whatever is unknown in them."""
    with engine.connect() as connection:
        rows = connection.execute(chosen).fetchall()
    columns = list(chosen.selected_columns)
    frame = pd.DataFrame(rows, columns=[c.name for c in columns], dtype=object)
    types = {c.name: _DTYPES.get(type(c.type), "object") for c in columns}
    return frame.astype({name: dtype for name, dtype in types.items() if dtype != "object"})


def _prepare_sqlite(engine: sa.Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection, record):
        # Transactions are begun by `begin` below: the driver's own come too late for writers.
        connection.isolation_level = None
        connection.execute(f"pragma busy_timeout = {WAIT_S * 1000}")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")

    @event.listens_for(engine, "begin")
    def begin(connection):
        # A transaction that reads first and writes later is refused when another wrote meanwhile.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")


def _create(engine: sa.Engine) -> None:
    versions = schema.ledger_versions
    if sa.inspect(engine).has_table(versions.name):
        with engine.connect() as connection:
            version = connection.scalar(sa.select(sa.func.max(versions.c.version)))
        if version == schema.LEDGER_VERSION:
            return
        if version is not None and version > schema.LEDGER_VERSION:
            raise Refused(
                f"the ledger at {engine.url.render_as_string()} has version {version}, "
                f"this program needs {schema.LEDGER_VERSION}"
            )
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Two programs that start at once would both find no tables.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(7_264_101)))
        schema.upgrade(connection, schema.ledger_metadata)
        schema.ledger_metadata.create_all(connection)
        if connection.scalar(sa.select(sa.func.max(versions.c.version))) != schema.LEDGER_VERSION:
            row = {"version": schema.LEDGER_VERSION, "applied_at": now()}
            connection.execute(versions.insert(), row)
