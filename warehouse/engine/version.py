"""Which version of the tables a warehouse has; making and bringing them up to date."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from warehouse import schema
from warehouse.engine.rows import insert
from warehouse.errors import Refused


def require_warehouse(engine: sa.Engine, address: sa.URL) -> None:
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
