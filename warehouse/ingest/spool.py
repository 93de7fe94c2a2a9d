"""Tables that wait in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.batch import repeated


@dataclass(frozen=True)
class _Piece:
    """Where a piece begins in the file, how many rows it has, and its columns that are the same in all of them."""

    start: int
    rows: int
    same: dict[str, pa.Scalar]


class Spool:
    """Tables of one schema in a file, read back in the order in which they were written.

    A column that is the same throughout a piece is not written row by row: in most files most columns are.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._file: pa.NativeFile | None = pa.OSFile(str(path), "wb")
        self._written: list[list[_Piece]] = []

    def write(self, rows: pa.Table) -> None:
        """One table, also where there is no row: the spools of a load stay in step."""
        told = rows.select(self._schema.names).cast(self._schema)
        self._written.append([self._put(piece) for piece in told.to_batches() if piece.num_rows])

    def read(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The tables, or these ``columns`` of them."""
        self.close()
        if not any(self._written):
            yield from (self._schema.empty_table() for _ in self._written)
            return
        names = columns or self._schema.names
        schema = pa.schema([self._schema.field(name) for name in names])
        with pa.OSFile(str(self._path)) as file:
            for pieces in self._written:
                told = [self._get(file, piece, names) for piece in pieces]
                yield pa.Table.from_batches(told, schema)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _put(self, rows: pa.RecordBatch) -> _Piece:
        same = {
            n: c[0] for n, c in zip(self._schema.names, rows.columns, strict=True) if _is_same(c)
        }
        start = self._file.tell()
        varied = rows.drop_columns(list(same))
        with pa.ipc.new_stream(self._file, varied.schema) as stream:
            stream.write_batch(varied)
        return _Piece(start, rows.num_rows, same)

    def _get(self, file: pa.NativeFile, piece: _Piece, names: list[str]) -> pa.RecordBatch:
        file.seek(piece.start)
        varied = pa.ipc.open_stream(file).read_next_batch()
        columns = [
            repeated(piece.same[name], piece.rows) if name in piece.same else varied.column(name)
            for name in names
        ]
        return pa.RecordBatch.from_arrays(columns, names)


def _is_same(column: pa.Array) -> bool:
    if column.null_count:
        return column.null_count == len(column)
    first = column[0]
    # Most columns that vary do so between their ends, and need not be read.
    return first == column[-1] and pc.all(pc.equal(column, first)).as_py()
