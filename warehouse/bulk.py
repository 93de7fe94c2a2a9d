"""Many rows into one table, in bounded memory."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa

from warehouse.engine.rows import ROW_GROUP, insert

BULK = 2 * ROW_GROUP
"""Rows that are written with one statement."""


class Bulk:
    """Rows on their way into one table, written in whole row groups of the embedded engine.

    What fills a row group is packed and goes to the file at once; anything less waits in memory, unpacked, until the
    publication ends, whatever has come since.
    """

    def __init__(self, connection: sa.Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self.written = 0

    def add(self, rows: pa.Table) -> None:
        self._waiting.append(rows)
        self._rows += rows.num_rows
        while self._rows >= BULK:
            every = pa.concat_tables(self._waiting)
            self._write(every.slice(0, BULK))
            self._rows -= BULK
            self._waiting = [every.slice(BULK)] if self._rows else []

    def close(self) -> int:
        """Write what is left; the number of rows written in all."""
        if self._rows:
            self._write(pa.concat_tables(self._waiting))
        return self.written

    def _write(self, rows: pa.Table) -> None:
        self.written += insert(self._connection, self._table, rows)
