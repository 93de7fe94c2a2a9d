"""A warehouse of an older program gets what it lacks."""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.schema.columns import metadata
from warehouse.schema.groups import DERIVED


def upgrade(connection: sa.Connection, tables: sa.MetaData = metadata) -> None:
    """Give ``tables`` of an older program the columns they lack; make changed derived ones anew, empty.

    A column that came later may be unknown in older rows, so it has to allow that.
    """
    for table in tables.sorted_tables:
        found = _columns_of(connection, table)
        missing = [c for c in table.columns if found is not None and c.name not in found]
        if table.name in DERIVED and (missing or set(found or ()) - set(table.columns.keys())):
            table.drop(connection)
        elif missing:
            for column in missing:
                told = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(sa.DDL(f"alter table {table.name} add column {told}"))


def _columns_of(connection: sa.Connection, table: sa.Table) -> set[str] | None:
    """The columns that the table has in the warehouse; None where it is not there."""
    database = None
    if connection.dialect.name == "clickhousedb":
        database = connection.connection.driver_connection.client.database
    inspector = sa.inspect(connection)
    if not inspector.has_table(table.name, schema=database):
        return None
    every = sa.select(sa.text("*")).select_from(sa.table(table.name)).limit(0)
    return set(connection.execute(every).keys())
