"""Appending rows to a table, the fastest way its engine has."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa

from warehouse import schema

ROW_GROUP = 122_880
"""Rows that DuckDB keeps together: what is inserted in multiples of it is written once."""


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
