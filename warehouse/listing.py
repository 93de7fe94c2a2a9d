"""Small CSV files that people write by hand: read whole, every cell checked to be there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from warehouse.errors import Refused


def listing(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of a CSV file as text, with all these columns; an optional one that is missing is empty.

    Raises ``Refused`` for a file that cannot be read, a column that is missing or unknown, or an empty cell
    of a required column.
    """
    wanted = ", ".join(required)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        names, *cells = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(
            f"{path}: expected a CSV file with {wanted}; could not read it: {error}"
        ) from error
    except ValueError as error:  # not even a line of names
        raise Refused(f"{path}: expected a CSV file with {wanted}; found nothing") from error
    if "\0" in text:
        raise Refused(f"{path}: expected text in UTF-8, found NUL characters (UTF-16?)")
    for at, row in enumerate(cells):
        if len(row) > len(names):
            raise Refused(f"{path}, {place(at)}: expected {len(names)} cells, found {len(row)}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(f"{path}: expected each column once, found {', '.join(twice)} twice")
    rows = pd.DataFrame(
        [row + [""] * (len(names) - len(row)) for row in cells if row],
        columns=names,
        index=[at for at, row in enumerate(cells) if row],
        dtype=str,
    )
    missing = [c for c in required if c not in rows]
    if missing:
        raise Refused(f"{path}: expected the columns {wanted}; found no {', '.join(missing)}")
    unknown = [c for c in rows if c not in (*required, *optional)]
    if unknown:
        raise Refused(
            f"{path}: expected the columns {', '.join((*required, *optional))}; found {', '.join(unknown)}"
        )
    rows = rows.reindex(columns=[*required, *optional], fill_value="").map(str.strip)
    empty = rows[rows[list(required)].eq("").any(axis=1)]
    if len(empty):
        first = empty.iloc[0]
        lacks = ", ".join(c for c in required if not first[c])
        raise Refused(
            f"{path}, {place(empty.index[0])}: expected a value in each column, found none in {lacks}"
        )
    return rows


def place(index: int) -> str:
    """Where a row of a listing stands in its file, as an editor counts."""
    return f"row {index + 2}"
