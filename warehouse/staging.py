"""Where the events of a load wait until it is known which of them are new.

The events themselves wait in a file of Arrow batches; only their ids are in a database, an embedded one
in memory that moves to disk what does not fit. So a load takes bounded memory however large its files are,
and one join tells the new events from those that are there already.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.batch import EVENT, RESPONSE

IDS = 500_000
"""Ids that are handed on at once."""

ROWS_OF_A_FILE = 1 << 40
"""More than any file has: a row of a load is its file's number times this, plus its number there."""

PART = "\x1f"
"""Between the parts that identify an event; it stands in no id."""

IDENTITY = ("campaign_id", "native_id", "event_type", "version")
"""What makes an event the same when it is read again, besides its source."""

SUBMITTED = "assignment_submitted"

_column = duckdb.ColumnExpression
_call = duckdb.FunctionExpression
_constant = duckdb.ConstantExpression
_first_of = duckdb.CoalesceOperator


class Staging:
    """The events and answers of one load, batch by batch, and their ids."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._folder = tempfile.TemporaryDirectory(prefix="load-")
        folder = Path(self._folder.name)
        self._database = duckdb.connect(config={"temp_directory": self._folder.name})
        self._events = _Spool(folder / "events.arrow", _STAGED)
        self._responses = _Spool(folder / "responses.arrow", RESPONSE)
        self._count = 0
        self._rows = 0
        self._kept: np.ndarray | None = None
        self._campaigns: set[str] = set()

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._events.close()
        self._responses.close()
        self._database.close()
        self._folder.cleanup()

    def add(self, events: pa.Table, responses: pa.Table, file_no: int) -> None:
        """Stage what a batch brought."""
        if not events.num_rows:
            return
        first = self._count
        self._count += events.num_rows
        self._rows += pc.count_distinct(events.column("row_no")).as_py()
        self._campaigns.update(pc.unique(events.column("campaign_id")).to_pylist())
        ids = self._identified(events, first, file_no)
        if first:
            self._database.from_arrow(ids).insert_into("ids")
        else:
            self._database.from_arrow(ids).create("ids")
        staged = events.drop_columns(["row_no", "native_id", "version"])
        self._events.write(staged.add_column(0, "event_id", ids.column("event_id")))
        self._responses.write(responses)

    def keep_new(self, there: pa.Table | None) -> None:
        """Leave out events that came twice in the load and those ``there`` (``event_id``) already."""
        if not self._count:
            return
        ids = self._database.table("ids")
        different = ids.aggregate("count(distinct short)").fetchone()[0]
        is_there = there is not None and there.num_rows > 0
        if different == self._count and not is_there:
            return
        firsts = ids.aggregate(
            [_column("event_id"), _call("min", _column("seq")).alias("seq")], "event_id"
        )
        if is_there:
            firsts = firsts.join(self._database.from_arrow(there), "event_id", how="anti")
        self._kept = np.zeros(self._count, dtype=bool)
        self._kept[firsts.select("seq").fetchnumpy()["seq"]] = True

    def event_ids(self) -> Iterator[pa.Table]:
        """The ids of all staged events."""
        if self._count:
            for block in self._database.table("ids").select("event_id").fetch_record_batch(IDS):
                yield pa.Table.from_batches([block])

    @property
    def campaigns(self) -> list[str]:
        return sorted(self._campaigns)

    def rows(self) -> tuple[int, int]:
        """How many rows brought something new, and how many only what was there."""
        if self._kept is None:
            return self._rows, 0
        new = self._kept_ids().select("row_key").distinct().count("*").fetchone()[0]
        return new, self._rows - new

    def assignments(self) -> int:
        """How many assignments the new events submit, however often each was edited."""
        if not self._count:
            return 0
        return self._kept_ids().aggregate("count(distinct work)").fetchone()[0]

    def new(self) -> Iterator[tuple[pa.Table, pa.Table]]:
        """The new events, with their ids, and the answers given with them."""
        first = 0
        for events, responses in zip(self._events.read(), self._responses.read(), strict=True):
            kept = None if self._kept is None else self._kept[first : first + events.num_rows]
            first += events.num_rows
            if kept is None or kept.all():
                yield events, responses
            elif kept.any():
                new_no = pa.array(np.cumsum(kept) - 1)
                answered = responses.filter(pa.array(kept).take(responses.column("event_no")))
                event_no = new_no.take(answered.column("event_no"))
                yield (
                    events.filter(pa.array(kept)),
                    answered.set_column(0, RESPONSE.field("event_no"), event_no),
                )

    def _kept_ids(self) -> duckdb.DuckDBPyRelation:
        ids = self._database.table("ids")
        if self._kept is None:
            return ids
        kept = pa.table({"seq": pa.array(np.flatnonzero(self._kept))})
        return ids.join(self._database.from_arrow(kept), "seq", how="semi")

    def _identified(self, events: pa.Table, first: int, file_no: int) -> pa.Table:
        """The id that each event has whenever it is read, and where it stands."""
        told = _call(
            "concat_ws",
            _constant(PART),
            _constant(self._source),
            *(_first_of(_column(name), _constant("")) for name in IDENTITY),
        )
        work = duckdb.CaseExpression(
            _column("event_type") == _constant(SUBMITTED),
            _call("hash", _column("campaign_id"), _column("assignment_id")),
        )
        read = events.select(["row_no", "assignment_id", *IDENTITY])
        ids = (
            self._database.from_arrow(read)
            .select(_call("md5", told).alias("event_id"), work.alias("work"), _column("row_no"))
            .select(
                _column("event_id"),
                _call("hash", _column("event_id")).alias("short"),
                _column("work"),
                (_column("row_no") + _constant(file_no * ROWS_OF_A_FILE)).alias("row_key"),
            )
            .to_arrow_table()
        )
        seq = np.arange(first, first + ids.num_rows)
        return ids.append_column("seq", pa.array(seq))


_STAGED = pa.schema(
    [
        pa.field("event_id", pa.string()),
        *(at for at in EVENT if at.name not in ("row_no", "native_id", "version")),
    ]
)


class _Spool:
    """Tables of one schema in a file, read back in the order in which they were written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._writer = pa.ipc.new_file(str(path), schema)

    def write(self, rows: pa.Table) -> None:
        """One batch, also where there is no row: the spools of a load stay in step."""
        batches = rows.cast(self._schema).combine_chunks().to_batches()
        empty = pa.RecordBatch.from_pylist([], schema=self._schema)
        if len(batches) > 1:
            raise ValueError(f"a batch of {rows.num_rows} rows holds more text than one piece can")
        self._writer.write_batch(batches[0] if batches else empty)

    def read(self) -> Iterator[pa.Table]:
        self.close()
        with pa.memory_map(str(self._path)) as file:
            reader = pa.ipc.open_file(file)
            for number in range(reader.num_record_batches):
                yield pa.Table.from_batches([reader.get_batch(number)])

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
