"""Where the events of a load wait until it is known which of them are new.

They wait in files: the events as Arrow batches, and beside them a few numbers per event from which it is told
whether any came twice. So a load takes bounded memory however large its files are. Only where some did come twice
are the ids compared as texts, in an embedded database that moves to disk what does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.engine import scratch_folder
from warehouse.ingest.spool import Spool
from warehouse.sources.batch import EVENT, RESPONSE

SORTED = 1 << 24
"""About as many keys are sorted at once; of a larger load, one part of them after the other."""

ROWS_OF_A_FILE = 1 << 40
"""More than any file has: a row of a load is its file's number times this, plus its number there."""

PART = "\x1f"
"""Between the parts that identify an event; it stands in no id."""

IDENTITY = ("campaign_id", "native_id", "event_type", "version")
"""What makes an event the same when it is read again, besides its source."""

SUBMITTED = "assignment_submitted"

STAGED = pa.schema(
    [
        pa.field("event_id", pa.string()),
        *(at for at in EVENT if at.name not in ("row_no", "native_id", "version")),
    ]
)
KEYS = pa.schema([("short", pa.uint64()), ("work", pa.uint64()), ("row_key", pa.int64())])
"""Of each event: its id as a number, its assignment where it submits one, and the row that it came from."""

_column = duckdb.ColumnExpression
_call = duckdb.FunctionExpression
_constant = duckdb.ConstantExpression
_first_of = duckdb.CoalesceOperator


class Staging:
    """The events and answers of one load, batch by batch, and their ids."""

    def __init__(self, source: str, url: str | None = None) -> None:
        self._source = source
        self._folder = scratch_folder(url)
        folder = self._folder.path
        self._database = duckdb.connect(config={"temp_directory": str(folder)})
        self._events = Spool(folder / "events", STAGED)
        self._responses = Spool(folder / "responses", RESPONSE)
        self._keys = Spool(folder / "keys", KEYS)
        self._count = 0
        self._submitted = 0
        self._works: int | None = None
        self._aside: set[int] = set()
        self._rows = 0
        self._kept: np.ndarray | None = None
        self._has_repeats = False
        self._has_ids = False
        self._campaigns: set[str] = set()

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for spool in (self._events, self._responses, self._keys):
            spool.close()
        self._database.close()
        self._folder.close()

    def add(self, events: pa.Table, responses: pa.Table, file_no: int) -> None:
        """Stage what a batch brought."""
        if not events.num_rows:
            return
        self._count += events.num_rows
        self._rows += _how_many_different(events.column("row_no").to_numpy())
        self._campaigns.update(pc.unique(events.column("campaign_id")).to_pylist())
        ids = self._identified(events)
        keys = ids.select(["short", "work"])
        self._submitted += keys.num_rows - keys.column("work").null_count
        row_key = pc.add(events.column("row_no"), file_no * ROWS_OF_A_FILE)
        self._keys.write(keys.append_column("row_key", row_key))
        staged = events.drop_columns(["row_no", "native_id", "version"])
        self._events.write(staged.add_column(0, "event_id", ids.column("event_id")))
        self._responses.write(responses)

    def keep_new(self, there: np.ndarray | None) -> None:
        """Leave out events that came twice in the load, and those that are ``there`` already (their ``seq``)."""
        if not self._count:
            return
        self._has_repeats = self._different("short") < self._count
        is_there = there is not None and len(there) > 0
        if not self._has_repeats and not is_there:
            return
        kept = np.ones(self._count, dtype=bool)
        if self._has_repeats:
            kept[:] = False
            kept[self._firsts().select("first_seq").fetchnumpy()["first_seq"]] = True
        if is_there:
            kept[there] = False
        self._kept = kept

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
        return self._set_aside(odd)

    def set_aside_other_items(self) -> list[tuple[int, int]]:
        """Leave out rows that tell of an assignment which an earlier row has on another item, as ``set_aside_contradictions``.

        An assignment is one person's pass on one item: else all of its items would count as one.
        """
        self._works = self._different("work", every=True)
        if self._works == self._submitted:
            return []
        parts = []
        named = ["assignment_id", "item_id"]
        for events, keys in zip(self._events.read(named), self._keys.read(), strict=True):
            here = pc.and_(pc.is_valid(keys.column("work")), _all_known(events, named))
            items = self._database.from_arrow(events.filter(here))
            item = items.select(_call("hash", _column("item_id")).alias("item")).to_arrow_table()
            parts.append(keys.filter(here).append_column("item", item.column("item")))
        told = pa.concat_tables(parts)
        work, item, row = (told.column(n).to_numpy() for n in ("work", "item", "row_key"))
        _, firsts, of_work = np.unique(work, return_index=True, return_inverse=True)
        return self._set_aside(set(row[item != item[firsts[of_work]]].tolist()))

    def set_aside_work(self, assignments: set[str]) -> list[tuple[int, int]]:
        """Leave out rows that newly submit one of these; their file's and their own number."""
        if not assignments:
            return []
        odd: set[int] = set()
        first = 0
        wanted = pa.array(assignments, pa.string())
        for events, keys in zip(
            self._events.read(["assignment_id"]), self._keys.read(), strict=True
        ):
            here = pc.is_in(events.column("assignment_id"), wanted)
            here = pc.and_(here, pc.is_valid(keys.column("work")))
            if self._kept is not None:
                here = pc.and_(here, pa.array(self._kept[first : first + keys.num_rows]))
            first += keys.num_rows
            odd.update(keys.column("row_key").filter(here).to_pylist())
        return self._set_aside(odd)

    def _set_aside(self, odd: set[int]) -> list[tuple[int, int]]:
        """Leave out all events of these rows (by their keys); their file's and their own number."""
        odd -= self._aside
        self._aside |= odd
        if odd:
            wanted = pa.array(sorted(odd))
            rows = [pc.is_in(keys.column("row_key"), wanted) for keys in self._keys.read()]
            if self._kept is None:
                self._kept = np.ones(self._count, dtype=bool)
            self._kept[np.concatenate(rows)] = False
            self._rows -= len(odd)
        return [divmod(key, ROWS_OF_A_FILE) for key in sorted(odd)]

    def _repeats(self) -> tuple[list[tuple[int, int]], dict[int, int]]:
        """Submissions that came twice, as pairs of the first and a later one, and the rows of these."""
        both = (
            self._ids()
            .filter(_column("work").isnotnull())
            .set_alias("every")
            .join(self._firsts().set_alias("firsts"), "event_id")
            .filter(_column("seq") > _column("first_seq"))
        )
        rows = both.select("first_seq, seq, row_key").order("seq").fetchall()
        return [row[:2] for row in rows], {row[1]: row[2] for row in rows}

    def _firsts(self) -> duckdb.DuckDBPyRelation:
        """Each id with the first event that has it."""
        first = _call("min", _column("seq")).alias("first_seq")
        return self._ids().aggregate([_column("event_id"), first], "event_id")

    def _ids(self) -> duckdb.DuckDBPyRelation:
        """The ids as texts, with the keys and the number of their events; in the database from the first call on."""
        if not self._has_ids:
            for ids, keys in zip(
                self.event_ids(), self._keys.read(["work", "row_key"]), strict=True
            ):
                for name in keys.column_names:
                    ids = ids.append_column(name, keys.column(name))
                told = self._database.from_arrow(ids)
                told.insert_into("ids") if self._has_ids else told.create("ids")
                self._has_ids = True
        return self._database.table("ids")

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

    def event_ids(self, *columns: str) -> Iterator[pa.Table]:
        """The ids of all staged events, each with its number, ``seq``, and these other ``columns``."""
        first = 0
        for ids in self._events.read(["event_id", *columns]):
            seq = np.arange(first, first + ids.num_rows)
            first += ids.num_rows
            yield ids.append_column("seq", pa.array(seq))

    def new_work(self) -> pa.Table:
        """Which assignments the new events submit, and of which items."""
        names = ["campaign_id", "assignment_id", "item_id"]
        parts = [pa.schema([STAGED.field(name) for name in names]).empty_table()]
        for events, _ in self.new():
            submitted = events.filter(pc.equal(events.column("event_type"), SUBMITTED))
            known = submitted.filter(_all_known(submitted, names))
            parts.append(known.select(names).group_by(names).aggregate([]).select(names))
        return pa.concat_tables(parts)

    @property
    def campaigns(self) -> list[str]:
        return sorted(self._campaigns)

    @property
    def events(self) -> int:
        """How many events are new."""
        return self._count if self._kept is None else int(self._kept.sum())

    def rows(self) -> tuple[int, int]:
        """How many rows brought something new, and how many only what was there."""
        if self._kept is None:
            return self._rows, 0
        new = self._different("row_key")
        return new, self._rows - new

    def assignments(self) -> int:
        """How many assignments the new events submit, however often each was edited."""
        if self._kept is None and self._works is not None:
            return self._works
        return self._different("work")

    def _different(self, key: str, *, every: bool = False) -> int:
        """How many values of ``key`` the events have that are kept, or all events."""
        if not self._count:
            return 0
        mask = (1 << (self._count // SORTED).bit_length()) - 1
        kept = None if every else self._kept
        return sum(self._different_of(key, kept, part, mask) for part in range(mask + 1))

    def _different_of(self, key: str, kept: np.ndarray | None, part: int, mask: int) -> int:
        """How many of these values have ``part`` in the bits of ``mask``."""
        parts = []
        first = 0
        for keys in self._keys.read([key]):
            told = keys.column(key)
            if kept is not None:
                told = told.filter(pa.array(kept[first : first + keys.num_rows]))
            first += keys.num_rows
            values = told.drop_null().to_numpy()
            parts.append(values[(values & mask) == part] if mask else values)
        return _how_many_different(np.concatenate(parts))

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

    def _identified(self, events: pa.Table) -> pa.Table:
        """The id that each event has whenever it is read, as a number too, and which assignment it submits."""
        told = _call(
            "concat_ws",
            _constant(PART),
            _constant(self._source),
            *(_known(events, name) for name in IDENTITY),
        )
        work = duckdb.CaseExpression(
            _column("event_type") == _constant(SUBMITTED),
            _call("hash", _column("campaign_id"), _column("assignment_id")),
        )
        return (
            self._database.from_arrow(events.select(["assignment_id", *IDENTITY]))
            .select(_call("md5", told).alias("event_id"), work.alias("work"))
            .select(
                _column("event_id"),
                _call("hash", _column("event_id")).alias("short"),
                _column("work"),
            )
            .to_arrow_table()
        )


def _known(events: pa.Table, name: str) -> duckdb.Expression:
    """The column ``name``, empty where it is unknown: else two events with other gaps might have one id."""
    told = _column(name)
    return _first_of(told, _constant("")) if events.column(name).null_count else told


def _all_known(rows: pa.Table, names: list[str]) -> pa.ChunkedArray:
    """Where none of the columns ``names`` is unknown."""
    first, *rest = (pc.is_valid(rows.column(name)) for name in names)
    for known in rest:
        first = pc.and_(first, known)
    return first


def _how_many_different(values: np.ndarray) -> int:
    every = np.sort(values)
    return int(np.count_nonzero(every[1:] != every[:-1])) + bool(len(every))


def _agree(one: tuple[tuple, frozenset], other: tuple[tuple, frozenset]) -> bool:
    """Whether two tellings of a submission are one: the same, or one of them without its answers."""
    (facts, answers), (other_facts, other_answers) = one, other
    if not answers or not other_answers:
        return facts[:3] == other_facts[:3]
    return facts == other_facts and answers == other_answers
