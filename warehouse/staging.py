"""Where the events of a load wait until it is known which of them are new.

An embedded database in memory, which moves to disk what does not fit: however large a file is, a load
takes bounded memory, and one join tells the new events from those that are there already.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.batch import EVENT, RESPONSE

ROWS = 500_000
"""Rows that are handed on at once."""

ROWS_OF_A_FILE = 1 << 40
"""More than any file has: a row of a load is its file's number times this, plus its number there."""

PART = "\x1f"
"""Between the parts that identify an event; it stands in no id."""

_column = duckdb.ColumnExpression
_call = duckdb.FunctionExpression


def _constant(value: object) -> duckdb.Expression:
    return duckdb.ConstantExpression(value)


class Staging:
    """The events and answers of one load."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._folder = tempfile.TemporaryDirectory(prefix="load-")
        self._database = duckdb.connect(
            config={"temp_directory": self._folder.name, "preserve_insertion_order": "false"}
        )
        self._seq = 0
        self._made: set[str] = set()
        self._add("events", self._identified(_numbered(EVENT.empty_table(), 0, 0)))
        self._add("responses", self._database.from_arrow(_responses(RESPONSE.empty_table(), 0)))

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()
        self._folder.cleanup()

    def add(self, events: pa.Table, responses: pa.Table, file_no: int) -> None:
        """Stage what a batch brought."""
        first = self._seq
        self._seq += events.num_rows
        self._add("events", self._identified(_numbered(events, first, file_no)))
        if responses.num_rows:
            self._add("responses", self._database.from_arrow(_responses(responses, first)))

    def keep_new(self, there: pa.Table | None) -> None:
        """Leave out events that came twice in the load and those ``there`` (``event_id``) already."""
        events = self._database.table("events")
        firsts = events.aggregate(
            [_column("event_id"), _call("min", _column("seq")).alias("seq")], "event_id"
        )
        if there is not None and there.num_rows:
            firsts = firsts.join(self._database.from_arrow(there), "event_id", how="anti")
        firsts.select("seq").create("kept")

    def event_ids(self) -> Iterator[pa.Table]:
        """The ids of all staged events."""
        return _tables(self._database.table("events").select("event_id"))

    def campaigns(self) -> list[str]:
        rows = self._database.table("events").select("campaign_id").distinct().fetchall()
        return sorted(row[0] for row in rows)

    def rows(self) -> tuple[int, int]:
        """How many rows brought something new, and how many only what was there."""
        events = self._database.table("events")
        every = events.select("row_key").distinct().count("*").fetchone()[0]
        kept = events.join(self._database.table("kept"), "seq", how="semi")
        new = kept.select("row_key").distinct().count("*").fetchone()[0]
        return new, every - new

    def events(self, load_id: str, recorded_at: datetime, nominal: datetime) -> Iterator[pa.Table]:
        """The new events as the warehouse keeps them; a time that is not known is ``nominal``."""
        at = duckdb.CoalesceOperator(_column("occurred_at"), _constant(nominal))
        told = self._kept().select(
            _column("event_id"),
            _constant(self._source).alias("source"),
            _constant(load_id).alias("load_id"),
            at.alias("occurred_at"),
            at.cast("date").alias("day"),
            _constant(recorded_at).alias("recorded_at"),
            *(_column(name) for name in EVENT.names if name not in _OURS),
        )
        yield from _tables(told)

    def responses(
        self, load_id: str, recorded_at: datetime, nominal: datetime
    ) -> Iterator[pa.Table]:
        """The answers given with the new events."""
        at = duckdb.CoalesceOperator(_column("occurred_at"), _constant(nominal))
        told = (
            self._database.table("responses")
            .join(self._kept(), "seq")
            .select(
                _column("event_id"),
                _constant(load_id).alias("load_id"),
                at.alias("occurred_at"),
                at.cast("date").alias("day"),
                _constant(recorded_at).alias("recorded_at"),
                *(_column(name) for name in _OF_EVENT),
                *(_column(name) for name in RESPONSE.names[1:]),
            )
        )
        yield from _tables(told)

    def kinds(self) -> dict[str, int]:
        """How many new events there are of each type."""
        told = self._kept().aggregate(
            [_column("event_type"), _call("count").alias("n")], "event_type"
        )
        return {kind: n for kind, n in told.order("n desc, event_type").fetchall()}

    def people(self) -> pa.Table:
        """Whose work the new events tell of: trainer, vendor, locale."""
        return (
            self._kept()
            .filter(_column("trainer_id").isnotnull())
            .aggregate(
                [
                    _column("trainer_id"),
                    _call("min", _column("vendor_id")).alias("vendor_id"),
                    _call("min", _column("locale")).alias("locale"),
                ],
                "trainer_id",
            )
            .to_arrow_table()
        )

    def vendors(self) -> list[str]:
        rows = self._kept().select("vendor_id").distinct().fetchall()
        return sorted(row[0] for row in rows if row[0])

    def facts(self) -> dict[str, object]:
        """What can be said of the new events as a whole."""
        names = ("first", "last", "events", "assumed", "trainers", "reviewers")
        names += (
            "assignments",
            "submitted",
            "assumed_submitted",
            "with_duration",
            "with_cost",
            "reviews",
        )
        is_known = _column("time_basis") == _constant("recorded")
        submits = _column("event_type") == _constant("assignment_submitted")
        reviews = _call("starts_with", _column("event_type"), _constant("review_"))

        def only(condition: duckdb.Expression, value: str = "event_id") -> duckdb.Expression:
            return duckdb.CaseExpression(condition, _column(value))

        told = self._kept().select(
            only(is_known, "occurred_at").alias("known_at"),
            only(~is_known).alias("assumed"),
            _column("trainer_id"),
            only(reviews, "actor_id").alias("reviewer"),
            only(submits, "assignment_id").alias("assignment"),
            only(submits).alias("submitted"),
            only(submits & ~is_known).alias("assumed_submitted"),
            only(submits, "duration_s").alias("with_duration"),
            only(submits, "cost").alias("with_cost"),
            only(reviews).alias("reviews"),
        )
        row = told.aggregate(
            "min(known_at), max(known_at), count(*), count(assumed), count(distinct trainer_id), "
            "count(distinct reviewer), count(distinct assignment), count(submitted), count(assumed_submitted), "
            "count(with_duration), count(with_cost), count(reviews)"
        ).fetchone()
        return dict(zip(names, row, strict=True))

    def _kept(self) -> duckdb.DuckDBPyRelation:
        return self._database.table("events").join(self._database.table("kept"), "seq", how="semi")

    def _identified(self, events: pa.Table) -> duckdb.DuckDBPyRelation:
        """``events`` with the id that they have whenever they are read."""
        parts = [duckdb.CoalesceOperator(_column(name), _constant("")) for name in _IDENTITY]
        told = _call("concat_ws", _constant(PART), _constant(self._source), *parts)
        return self._database.from_arrow(events).select(
            _call("md5", told).alias("event_id"),
            _column("seq"),
            _column("row_key"),
            *(
                _column(name)
                for name in EVENT.names
                if name not in ("row_no", "native_id", "version")
            ),
        )

    def _add(self, name: str, rows: duckdb.DuckDBPyRelation) -> None:
        if name in self._made:
            rows.insert_into(name)
        else:
            rows.create(name)
            self._made.add(name)


_IDENTITY = ("campaign_id", "native_id", "event_type", "version")
_OURS = ("row_no", "native_id", "version", "occurred_at")
_OF_EVENT = (
    "campaign_id",
    "item_id",
    "assignment_id",
    "trainer_id",
    "vendor_id",
    "task_type",
    "gold_kind",
)


def _numbered(events: pa.Table, first: int, file_no: int) -> pa.Table:
    seq = pa.array(range(first, first + events.num_rows), pa.int64())
    row_key = pc.add(events.column("row_no"), file_no * ROWS_OF_A_FILE)
    return events.append_column("seq", seq).append_column("row_key", row_key)


def _responses(responses: pa.Table, first: int) -> pa.Table:
    seq = pc.add(responses.column("event_no"), first)
    return responses.drop_columns("event_no").add_column(0, "seq", seq)


def _tables(told: duckdb.DuckDBPyRelation) -> Iterator[pa.Table]:
    for block in told.fetch_record_batch(ROWS):
        yield pa.Table.from_batches([block])
