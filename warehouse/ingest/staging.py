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
        self._has_repeats = False
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
        self._has_repeats = different < self._count

    def set_aside_contradictions(self) -> list[tuple[int, int]]:
        """Leave out rows that tell otherwise of a submission than an earlier row; their file's and their own number.

        A row that says the same again, or of the same submission less (its answers stand on a later edit), is
        no contradiction.
        """
        if self._kept is None or not self._has_repeats:
            return []
        pairs, row_keys = self._repeats()
        contents = self._contents({seq for pair in pairs for seq in pair})
        odd = {
            row_keys[again]
            for first, again in pairs
            if not _agree(contents[first], contents[again])
        }
        if odd:
            keys = self._database.from_arrow(pa.table({"row_key": pa.array(sorted(odd))}))
            ids = self._database.table("ids").join(keys, "row_key", how="semi")
            self._kept[ids.select("seq").fetchnumpy()["seq"]] = False
            self._rows -= len(odd)
        return [divmod(key, ROWS_OF_A_FILE) for key in sorted(odd)]

    def _repeats(self) -> tuple[list[tuple[int, int]], dict[int, int]]:
        """Submissions that came twice, as pairs of the first and a later one, and the rows of these."""
        ids = self._database.table("ids").filter(_column("work").isnotnull())
        first = ids.aggregate(
            [_column("event_id"), _call("min", _column("seq")).alias("first_seq")], "event_id"
        )
        both = (
            ids.set_alias("every")
            .join(first.set_alias("firsts"), "event_id")
            .filter(_column("seq") > _column("first_seq"))
        )
        rows = both.select("first_seq, seq, row_key").order("seq").fetchall()
        return [row[:2] for row in rows], {row[1]: row[2] for row in rows}

    def _contents(self, wanted: set[int]) -> dict[int, tuple[tuple, frozenset]]:
        """What the submissions ``wanted`` say: whose and on what, and their answers."""
        found = {}
        first = 0
        seqs = np.array(sorted(wanted), dtype=np.int64)
        for events, responses in zip(self._events.read(), self._responses.read(), strict=True):
            low, high = np.searchsorted(seqs, [first, first + events.num_rows])
            here = (seqs[low:high] - first).tolist()
            first += events.num_rows
            if not here:
                continue
            told = events.select(["item_id", "trainer_id", "occurred_at", "duration_s"]).take(here)
            given: dict[int, set] = {at: set() for at in here}
            asked = responses.filter(pc.is_in(responses.column("event_no"), pa.array(here)))
            for answer in asked.to_pylist():
                given[answer["event_no"]].add((answer["question_id"], answer["value_text"]))
            for at, row in zip(here, told.to_pylist(), strict=True):
                found[first - events.num_rows + at] = tuple(row.values()), frozenset(given[at])
        return found

    def event_ids(self) -> Iterator[pa.Table]:
        """The ids of all staged events."""
        if self._count:
            for block in self._database.table("ids").select("event_id").to_arrow_reader(IDS):
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


def _agree(one: tuple[tuple, frozenset], other: tuple[tuple, frozenset]) -> bool:
    """Whether two tellings of a submission are one: the same, or one of them without its answers."""
    (facts, answers), (other_facts, other_answers) = one, other
    if not answers or not other_answers:
        return facts[:3] == other_facts[:3]
    return facts == other_facts and answers == other_answers


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
