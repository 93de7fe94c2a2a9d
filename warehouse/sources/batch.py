"""What a source hands on: events, answers, gold, people and the rows it could not read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

EVENT = pa.schema(
    [
        ("row_no", pa.int64()),
        ("native_id", pa.string()),
        ("version", pa.string()),
        ("event_type", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("time_basis", pa.string()),
        ("campaign_id", pa.string()),
        ("batch_id", pa.string()),
        ("item_id", pa.string()),
        ("assignment_id", pa.string()),
        ("attempt_no", pa.int64()),
        ("trainer_id", pa.string()),
        ("actor_id", pa.string()),
        ("vendor_id", pa.string()),
        ("role", pa.string()),
        ("task_type", pa.string()),
        ("locale", pa.string()),
        ("guideline_version", pa.string()),
        ("gold_kind", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("score", pa.float64()),
        ("duration_s", pa.float64()),
        ("duration_basis", pa.string()),
        ("cost", pa.float64()),
        ("currency", pa.string()),
        ("payload", pa.string()),
    ]
)
"""An event as its tool knows it. ``native_id`` and ``version`` (with the type) are what makes it the
same event when it is read again; ``row_no`` is the row of the file it came from, from 1; where
``occurred_at`` is unknown the time is assumed. Ids are the tool's own."""

RESPONSE = pa.schema(
    [
        ("event_no", pa.int64()),
        ("question_id", pa.string()),
        ("scale", pa.string()),
        ("value_text", pa.string()),
        ("value_number", pa.float64()),
    ]
)
"""An answer given with the event in row ``event_no`` (from 0) of the batch's events."""

GOLD = pa.schema(
    [
        ("campaign_id", pa.string()),
        ("item_id", pa.string()),
        ("question_id", pa.string()),
        ("answer", pa.string()),
        ("gold_kind", pa.string()),
    ]
)
PERSON = pa.schema([("login", pa.string()), ("email", pa.string()), ("full_name", pa.string())])
REFUSED = pa.schema([("row_no", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])
"""A row that could not be read: why, and its text, from which it can be read again."""


@dataclass(frozen=True)
class Batch:
    """Part of a file. ``rows`` counts the rows read, each of which is in ``events`` or in ``refused``.

    ``knows_reviews`` says that work of this kind of file may wait for a review, although none has to be in it.
    """

    rows: int
    bytes_read: int
    events: pa.Table = field(default_factory=EVENT.empty_table)
    responses: pa.Table = field(default_factory=RESPONSE.empty_table)
    gold: pa.Table = field(default_factory=GOLD.empty_table)
    people: pa.Table = field(default_factory=PERSON.empty_table)
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    knows_reviews: bool = False


def table(schema: pa.Schema, rows: int, **columns: object) -> pa.Table:
    """``rows`` rows of ``schema``: each column an array, or one value for all rows; unknown if not named."""
    unknown = set(columns) - set(schema.names)
    if unknown:
        raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
    built = []
    for at in schema:
        value = columns.get(at.name)
        if isinstance(value, pa.Array | pa.ChunkedArray):
            built.append(value.cast(at.type))
        else:
            built.append(repeated(pa.scalar(value, at.type), rows))
    return pa.Table.from_arrays(built, schema=schema)


@functools.lru_cache(maxsize=32)
def repeated(value: pa.Scalar, rows: int) -> pa.Array:
    """``value`` as often as there are rows; one array for all pieces of a file, for most columns of most files."""
    return pa.repeat(value, rows)


def from_rows(schema: pa.Schema, rows: Sequence[dict]) -> pa.Table:
    """``rows`` as a table of ``schema``; what a row does not name is unknown."""
    return pa.Table.from_pylist(list(rows), schema=schema)
