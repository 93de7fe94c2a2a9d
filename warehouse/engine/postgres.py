"""PostgreSQL: a publication is a transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa


def read(address: sa.URL) -> sa.Engine:
    options = {"options": "-c default_transaction_read_only=on -c timezone=UTC"}
    return sa.create_engine(address, connect_args=options, pool_pre_ping=True)


@contextlib.contextmanager
def publish(address: sa.URL) -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        address, poolclass=sa.NullPool, connect_args={"options": "-c timezone=UTC"}
    )
    with engine.connect() as connection, connection.begin():
        # Writers take turns; readers are not held up by an advisory lock.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(0x48444343)))
        yield connection
    engine.dispose()
