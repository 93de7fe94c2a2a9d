"""Tables as text (CSV, TSV), read in pieces, every cell as text; rows of another width are set aside."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from warehouse.errors import Refused
from warehouse.sources.batch import REFUSED, from_rows
from warehouse.sources.characters import NUL, UNKNOWN, mended, without_nul

BLOCK = 16 << 20
"""Bytes read at once; one row, texts included, must fit in it."""


QUOTE, NO_QUOTE = '"', "none"

PACKED = {
    b"PK\x03\x04": "an archive or a spreadsheet (unpack it, or save it as CSV)",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (save it as CSV)",
    b"\x1f\x8b": "a file packed by gzip (name it .gz)",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database (export its table as CSV)",
}
"""How files begin that people take for tables."""


@dataclass(frozen=True)
class Rows:
    """Rows of a file as a table of its own columns, their numbers from 1, and what was no row."""

    cells: pa.Table
    row_no: pa.Array
    refused: pa.Table
    bytes_read: int = 0

    @property
    def count(self) -> int:
        return len(self.row_no) + self.refused.num_rows


def open_file(path: Path) -> pa.NativeFile:
    """The bytes of ``path``, unpacked where its name ends in .gz, .bz2 or .zst."""
    try:
        return pa.input_stream(str(path), compression="detect")
    except FileNotFoundError as error:
        raise Refused(f"{path}: no such file") from error
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror or error})") from error


def head(path: Path, size: int = 65536) -> bytes:
    """The first bytes of ``path``; refuses one that cannot be opened or has nothing in it."""
    try:
        with open_file(path) as file:
            found = file.read(size)
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error})") from error
    if not found.strip():
        raise Refused(f"{path}: expected rows, the file is empty")
    for begin, what in PACKED.items():
        if found.startswith(begin):
            raise Refused(f"{path}: expected rows, found {what}")
    return found


def header(
    path: Path, delimiter: str = ",", encoding: str = "utf-8", quote: str = QUOTE
) -> list[str]:
    """The names of the columns of ``path``, which its first line says; see ``require`` for those told twice."""
    start = head(path, 1 << 20)
    first_line = start.split(b"\n", 1)[0]
    if b"\0" in first_line and not encoding.lower().startswith("utf-16"):
        is_wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
        found = "UTF-16 (say `encoding: utf-16` in the mapping)" if is_wide else "binary data"
        raise Refused(f"{path}: expected text ({encoding}), found {found}")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        raise Refused(f"{path}: expected a table with a line of column names, found JSON")
    if encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    text = start.decode(encoding, errors="replace")
    quoting = {"quoting": csv.QUOTE_NONE} if quote == NO_QUOTE else {"quotechar": quote}
    with _long_fields():
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **quoting))


@contextlib.contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(BLOCK)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def require(path: Path, found: Sequence[str], wanted: Sequence[str], what: str) -> None:
    """Refuse a file that lacks a column that ``what`` needs, or has two of its name."""
    missing = [name for name in wanted if name not in found]
    if missing and found[0].lower().startswith("sep="):
        raise Refused(
            f"{path}: expected the names of the columns, found {found[0]!r}, which is for Excel only: delete this line"
        )
    if missing:
        hint = _hint(found[0]) if len(found) == 1 else ""
        raise Refused(
            f"{path}: {what} needs the column {_listed(missing)}; found {_listed(found)}{hint}"
        )
    twice = [name for name in wanted if list(found).count(name) > 1]
    if twice:
        raise Refused(
            f"{path}: expected columns of different names, found {_listed(sorted(twice), 5)} twice"
        )


def _hint(only: str) -> str:
    """What to do about a table that seems to have one column only."""
    parted = next((sign for sign in (";", "\t", "|", ",") if sign in only), None)
    return f" (one column; say `delimiter: {json.dumps(parted)}` in the mapping)" if parted else ""


def different(names: Sequence[str]) -> list[str]:
    """``names``, those that are empty or told again with their place, so that each is one."""
    return [
        name if name and name not in names[:at] else f"{name} (column {at + 1})".strip()
        for at, name in enumerate(names)
    ]


def called(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """``names`` as ``wanted`` has them: without blanks around, where only so one of these is found."""
    return [
        name if name in wanted or name.strip() not in wanted else name.strip() for name in names
    ]


def read(
    path: Path,
    delimiter: str = ",",
    encoding: str = "utf-8",
    quote: str = QUOTE,
    *,
    wanted: Sequence[str] = (),
) -> Iterator[Rows]:
    """The rows of ``path`` in order, in pieces of about ``BLOCK`` bytes; its columns are ``called`` as ``wanted``."""
    names = header(path, delimiter, encoding, quote)
    named = different(called(names, wanted))
    odd: list[tuple[int, str]] = []

    def set_aside(row: pa.csv.InvalidRow) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    skipped: set[int] = set()
    last = None
    with open_file(path) as file:
        counted = _Counted(file, b"" if quote == NO_QUOTE else quote.encode())
        try:
            reader = pa.csv.open_csv(
                counted,
                read_options=pa.csv.ReadOptions(
                    use_threads=False, block_size=BLOCK, encoding=encoding
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=delimiter,
                    quote_char=False if quote == NO_QUOTE else quote,
                    newlines_in_values=True,
                    invalid_row_handler=set_aside,
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
            row = 0
            for block in reader:
                cells = pa.Table.from_batches([block]).rename_columns(named)
                if delimiter == "\t":
                    _require_no_row_within_a_cell(path, cells)
                aside, odd[:] = list(odd), []
                skipped |= {number for number, _ in aside}
                numbers, row = _numbers(row, cells.num_rows, skipped)
                yield Rows(cells, numbers, _refused(aside, len(names)), counted.bytes_read)
                last = cells if cells.num_rows else last
            if odd:
                yield Rows(
                    pa.table({name: pa.array([], pa.string()) for name in named}),
                    pa.array([], pa.int64()),
                    _refused(odd, len(names)),
                    counted.bytes_read,
                )
            if not row and not skipped and not odd:
                raise Refused(f"{path}: expected rows below the names of the columns, found none")
        except pa.ArrowInvalid as error:
            raise Refused(f"{path}: {_reason(error, encoding)}") from error
        except UnicodeError as error:
            raise Refused(
                f"{path}: expected text in {encoding}, found other bytes ({error})"
            ) from error
        except OSError as error:
            raise Refused(f"{path}: cannot be read ({error})") from error
    if counted.quotes % 2 and last is not None and _ends_inside_a_quote(last):
        raise Refused(
            f"{path}: expected every quote to be closed, found one that runs on to the end of the file "
            "(if quotes are plain characters in it, say `quote: none` in the mapping)"
        )


def as_json(cells: pa.Table) -> list[str]:
    """Each row as JSON, for setting it aside so that it can be read again."""
    return [_dumped(row) for row in cells.to_pylist()]


def raws(every: Iterable[Rows], wanted: set[int]) -> dict[int, str]:
    """The rows numbered ``wanted``, as they are set aside."""
    found = {}
    for rows in every:
        here = pc.is_in(rows.row_no, pa.array(wanted, pa.int64()))
        numbers = rows.row_no.filter(here).to_pylist()
        found |= zip(numbers, as_json(rows.cells.filter(here)), strict=True)
    return found


def from_json(rows: Sequence[tuple[int, str]]) -> Rows:
    """Rows that were set aside, as they were read; those that never were rows stay set aside."""
    good, bad = [], []
    for number, raw in rows:
        try:
            told = json.loads(raw)
        except ValueError:
            told = None
        if isinstance(told, dict):
            good.append((number, told))
        else:
            bad.append({"row_no": number, "reason": "not a row of the file's width", "raw": raw})
    names = list(dict.fromkeys(name for _, row in good for name in row))
    columns = {name: column([row.get(name) for _, row in good]) for name in names}
    return Rows(
        pa.table(columns), pa.array([n for n, _ in good], pa.int64()), from_rows(REFUSED, bad)
    )


def column(values: list) -> pa.Array:
    """``values`` as one Arrow column; of mixed kinds, as text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([_told(value) for value in values], pa.string())


def _told(value: object) -> str | None:
    if isinstance(value, float) and math.isnan(value):
        return None  # as where all are numbers
    return value if isinstance(value, str) else _json(value)


def text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """``column`` as trimmed text; blank is unknown."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        column = pa.array([_json(v) for v in column.to_pylist()], pa.string())
    if pa.types.is_duration(column.type):
        column = pc.divide(column.cast(pa.duration("us"), safe=False).cast(pa.int64()), 1e6)
    if pa.types.is_floating(column.type):
        # Some programs write an empty cell as NaN.
        column = number_text(pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column))
    try:
        told = column.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise Refused(
            "expected text in the columns that the mapping names, found bytes that are none"
        ) from error
    trimmed = pc.utf8_trim_whitespace(without_nul(told))
    blank = pc.equal(trimmed, "")
    if not pc.any(blank).as_py():
        return trimmed
    return pc.if_else(blank, pa.scalar(None, pa.string()), trimmed)


def _json(value: object) -> str | None:
    """``value`` as JSON, the same whatever stands in the other rows: Arrow adds the fields that those have."""
    return None if value is None else _dumped(_plain(value))


def _dumped(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False, default=str)
    return mended(told.encode()).decode() if r"\u" in told else told


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2.0**53:
        return int(value)
    return value


def number_text(column: pa.Array) -> pa.Array:
    """Numbers as people write them: 10 and not 10.0."""
    whole = pc.and_(pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), 2.0**53))
    integers = pc.if_else(whole, column, None).cast(pa.int64(), safe=False).cast(pa.string())
    return pc.coalesce(integers, column.cast(pa.string()))


def _numbers(before: int, rows: int, skipped: set[int]) -> tuple[pa.Array, int]:
    """The numbers of the next ``rows`` rows, which those set aside do not have, and the last of them."""
    ahead = sum(number > before for number in skipped)
    every = np.arange(before + 1, before + rows + ahead + 1)
    if ahead:
        every = every[~np.isin(every, list(skipped))]
    numbers = every[:rows]
    return pa.array(numbers, pa.int64()), int(numbers[-1]) if rows else before


def _refused(aside: list[tuple[int, str]], width: int) -> pa.Table:
    return from_rows(
        REFUSED,
        [
            {
                "row_no": number,
                "reason": f"not a row of {width} columns",
                "raw": raw.replace(NUL, UNKNOWN),
            }
            for number, raw in aside
        ],
    )


def _require_no_row_within_a_cell(path: Path, cells: pa.Table) -> None:
    """Refuse a table in which a text begins with a quote that is meant as one: it swallows the rows up to the next."""
    for column in cells.columns:
        long = column.filter(pc.match_substring(column, "\n")).to_pylist()
        for cell in long:
            if (cells.num_columns - 1) * cell.count("\n") == cell.count("\t") > 0:
                raise Refused(
                    f"{path}: expected rows, found {cell.count(chr(10))} of them within a cell that begins "
                    f"{cell[:40]!r}: if quotes are plain characters in this file, say `quote: none` in the mapping"
                )


def _ends_inside_a_quote(cells: pa.Table) -> bool:
    return any(
        "\n" in str(cell) for cell in cells.slice(cells.num_rows - 1).to_pylist()[0].values()
    )


def _reason(error: pa.ArrowInvalid, encoding: str) -> str:
    said = str(error)
    if "UTF8" in said or "UTF-8" in said:
        return (
            f"expected text in {encoding}, found other bytes "
            "(save the file as UTF-8, or say `encoding: cp1252` or what it is in the mapping)"
        )
    if "straddl" in said:
        return f"expected rows of less than {BLOCK >> 20} MB, found a longer one (an open quote?)"
    return f"expected a table as text, found: {said}"


def _listed(names: object, limit: int = 20) -> str:
    told = [str(name)[:60] for name in names]
    shown = [name if name == name.strip() else repr(name) for name in told]  # blanks matter
    rest = f" and {len(shown) - limit} more" if len(shown) > limit else ""
    return ", ".join(shown[:limit]) + rest


class _Counted(io.RawIOBase):
    """A file that counts what was read of it: bytes for the progress bar, quotes for open ones."""

    def __init__(self, file: pa.NativeFile, quote: bytes) -> None:
        self._file = file
        self._quote = quote
        self.bytes_read = 0
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size if size and size > 0 else None)
        self.bytes_read += len(data)
        if self._quote:
            self.quotes += data.count(self._quote)
        return data
