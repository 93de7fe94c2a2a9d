"""Parquet files as tables, and as documents for what stands inside their rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.errors import Refused
from warehouse.sources import delimited
from warehouse.sources.batch import REFUSED
from warehouse.sources.delimited import Rows
from warehouse.sources.mapping import TableMapping

ROWS = 122_880
"""Rows taken at once: as many as the embedded engine keeps together, which spares it cutting."""


def read(path: Path, mapping: TableMapping) -> Iterator[Rows]:
    """The needed columns of ``path``; all columns of the piece where a row may have to be set aside."""
    file = _opened(path)
    names = file.schema_arrow.names
    inner = [name for name in mapping.needed if name not in names and _is_inner(file, name)]
    whole = [name for name in mapping.needed if name not in inner]
    delimited.require(path, names, whole, "the mapping")
    # The innermost column of a list bears names of its own: what is nested is read whole.
    read = dict.fromkeys([*whole, *(name.split(".")[0] for name in inner)])
    size, rows, done = path.stat().st_size, max(file.metadata.num_rows, 1), 0
    for block in _blocks(path, file, list(read)):
        cells = pa.Table.from_batches([block])
        for name in inner:
            first, *rest = name.split(".")
            cells = cells.append_column(name, pc.struct_field(cells.column(first), rest))
        numbers = pa.array(np.arange(done + 1, done + cells.num_rows + 1))
        done += cells.num_rows
        yield Rows(cells, numbers, REFUSED.empty_table(), size * done // rows)
    if not done:
        raise Refused(f"{path}: expected rows, the file has none")


def documents(path: Path) -> Iterator[tuple[object, int]]:
    """Each row of a Parquet file as a document, for what stands inside it."""
    for block in _blocks(path, _opened(path)):
        yield from ((row, 0) for row in block.to_pylist())


def _opened(path: Path) -> pq.ParquetFile:
    delimited.head(path)
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"{path}: expected a Parquet file, found none ({error})") from error


def _blocks(
    path: Path, file: pq.ParquetFile, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=ROWS, columns=columns)
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())
        raise Refused(
            f"{path}: expected a whole Parquet file, found one damaged ({said})"
        ) from error


def _is_inner(file: pq.ParquetFile, name: str) -> bool:
    """Whether ``name`` leads through structs, such as ``values.rating``."""
    first, *rest = name.split(".")
    at = file.schema_arrow.get_field_index(first)
    kind = file.schema_arrow.field(at).type if rest and at >= 0 else None
    for part in rest:
        at = kind.get_field_index(part) if kind is not None and pa.types.is_struct(kind) else -1
        kind = kind.field(at).type if at >= 0 else None
    return kind is not None
