"""Any table (CSV, TSV, JSON lines, Parquet) that a mapping explains; see ``mapping`` for what it can say.

A row becomes the submission it tells of, and, where the mapping names their columns, the
item's creation, the start, the review and the gold score. What makes a submission the same when it is
read again is its ``id`` (or ``assignment_id``; or else item and trainer), and its time: a second row of the
same assignment at another time is an edit of it.

Gold: ``gold_counts_as: gold`` marks the submission itself as gold, so that it counts in quality and spend but
not in delivered volume; ``production`` leaves it production work, which is scored as well. Either way the
``gold_scored`` event says which kind of gold it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import Refused
from warehouse.schema import DURATION_BASES, GOLD_KINDS
from warehouse.sources import amounts, delimited, nested, parquet, scoring, times
from warehouse.sources import answers as given
from warehouse.sources.batch import EVENT, GOLD, REFUSED, Batch, table
from warehouse.sources.delimited import Rows, text
from warehouse.sources.faults import Faults
from warehouse.sources.mapping import CURRENCY, TEXTS, TableMapping, table_mapping


def read(path: Path, options: Mapping | None) -> Iterator[Batch]:
    """The events that ``path`` tells of, as the mapping ``options`` explains it."""
    mapping = table_mapping(options)
    for rows in _rows(path, mapping):
        yield batch(rows, mapping)


def reread(rows: Sequence[tuple[int, str]], options: Mapping | None) -> Iterator[Batch]:
    """The events of rows that were set aside."""
    mapping = table_mapping(options)
    told = delimited.from_json(rows)
    cells = told.cells
    for name in mapping.needed:
        if name not in cells.column_names:
            values = [nested.within(row, name) for row in told.cells.to_pylist()]
            cells = cells.append_column(name, delimited.column(values))
    yield batch(replace(told, cells=cells), mapping)


def raws(path: Path, options: Mapping | None, rows: set[int]) -> dict[int, str]:
    """The rows of ``path`` numbered ``rows``, as they are set aside."""
    return delimited.raws(_rows(path, table_mapping(options)), rows)


def _rows(path: Path, mapping: TableMapping) -> Iterator[Rows]:
    kind = mapping.format or _kind(path)
    if mapping.rows and kind == "parquet":
        return nested.rows(path, mapping, parquet.documents(path))
    if mapping.rows and kind in ("csv", "tsv"):
        raise Refused(f"mapping.rows: expected with JSON or Parquet, found it with {path}")
    reader = {"parquet": parquet.read, "jsonl": nested.read, "json": nested.read}.get(
        kind, _delimited
    )
    return reader(path, mapping)


def batch(rows: Rows, mapping: TableMapping) -> Batch:
    """``rows`` as events; a row with a fault is set aside with its reason."""
    build = _event_rows if mapping.is_of_events else _submission_rows
    faults = Faults(len(rows.row_no))
    check = build(rows.cells, rows.row_no, mapping, faults)
    refused = rows.refused
    if faults.any:
        odd = faults.rows
        aside = pa.Table.from_arrays(
            [
                rows.row_no.take(odd),
                faults.reasons.take(odd),
                pa.array(delimited.as_json(rows.cells.take(odd)), pa.string()),
            ],
            schema=REFUSED,
        )
        refused = pa.concat_tables([refused, aside])
        sound = faults.sound
        cells, row_no = rows.cells.filter(sound), rows.row_no.filter(sound)
        check = build(cells, row_no, mapping, Faults(len(row_no)))
    events, responses, gold = check
    return Batch(
        rows.count,
        rows.bytes_read,
        events,
        responses,
        gold,
        refused=refused,
        knows_reviews=mapping.review is not None,
    )


class _Fields:
    """The fields of the mapping as columns of one length, each read when it is asked for."""

    def __init__(self, cells: pa.Table, mapping: TableMapping, faults: Faults) -> None:
        self._cells = cells
        self._mapping = mapping
        self.faults = faults
        self.rows = cells.num_rows

    def has(self, field: str) -> bool:
        return field in self._mapping.columns or field in self._mapping.constants

    def text(self, field: str, *, required: bool = False) -> pa.Array | str | None:
        names = self._mapping.columns.get(field)
        if not names:
            return self._mapping.constants.get(field)
        parts = [text(self._cells.column(name)) for name in names]
        found = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "/")
        if required:
            self.faults.add(pc.is_null(found), f"{field}: expected a value in {', '.join(names)}")
        return found

    def time(self, field: str, *, required: bool = False) -> pa.Array | None:
        names = self._mapping.columns.get(field)
        if not names:
            return None
        return self.time_of(names[0], field, required=required)

    def time_of(self, name: str, field: str, *, required: bool = False) -> pa.Array:
        clock = self._mapping.time
        column = self._cells.column(name).combine_chunks()
        if not pa.types.is_temporal(column.type):
            column = text(column)
        found = times.parse(column, clock.form, clock.zone)
        known = pc.is_valid(column)
        self.faults.add(
            pc.and_(known, pc.is_null(found)),
            f"{field}: expected a time ({clock.form}) {times.SPAN}",
            column,
        )
        if required:
            self.faults.add(pc.invert(known), f"{field}: expected a time in {name}")
        return found

    def number(self, field: str) -> pa.Array | None:
        names = self._mapping.columns.get(field)
        if not names:
            return None
        column = self._cells.column(names[0])
        told, decimal = text(column), amounts.decimal_of(column, self._mapping.decimal)
        if field == "duration_s":
            found = amounts.seconds(told, decimal)
        else:
            found = amounts.numbers(
                amounts.without_currency(told) if field == "cost" else told, decimal
            )
        wrong = pc.and_(pc.is_valid(told), pc.is_null(found))
        if decimal == amounts.POINT:
            hint = f'{field}: expected a number (of a file with decimal commas say `decimal: ","`)'
            self.faults.add(pc.and_(wrong, pc.match_substring(told, ",")), hint, told)
        self.faults.add(wrong, f"{field}: expected a number", told)
        return found

    def currency(self, cost: pa.Array) -> pa.Array:
        """What ``cost`` is in: as its column or the mapping says, or its sign; dollars where nothing says it."""
        signed = amounts.currencies(text(self.column(self._mapping.columns["cost"][0])))
        told = self.text("currency")
        if told is None:
            told = pc.fill_null(signed, "USD")
        elif isinstance(told, str):
            told = pa.repeat(told, self.rows)
        told = pc.fill_null(told, "USD")
        here = pc.is_valid(cost)
        coded = pc.match_substring_regex(told, f"^{CURRENCY}$")
        self.faults.add(pc.and_not(here, coded), "currency: expected a code like USD", told)
        other = pc.and_(here, pc.not_equal(signed, told))
        self.faults.add(other, "cost: expected an amount in the currency told beside it", signed)
        return pc.if_else(here, told, pa.scalar(None, pa.string()))

    def column(self, name: str) -> pa.Array:
        return self._cells.column(name).combine_chunks()

    def attempt(self) -> pa.Array | int:
        told = self.number("attempt_no")
        if told is None:
            return 1
        whole = pc.and_(pc.equal(told, pc.floor(told)), pc.greater_equal(told, 1.0))
        odd = pc.invert(pc.and_(whole, pc.less_equal(told, 1000.0)))
        self.faults.add(odd, "attempt_no: expected a whole number from 1", told)
        return pc.fill_null(told, 1).cast(pa.int64(), safe=False)

    def payload(self) -> pa.Array | None:
        names = self._mapping.payload
        if not names:
            return None
        return pa.array(delimited.as_json(self._cells.select(list(names))), pa.string())


def _submission_rows(
    cells: pa.Table, row_no: pa.Array, mapping: TableMapping, faults: Faults
) -> tuple[pa.Table, pa.Table, pa.Table]:
    fields = _Fields(cells, mapping, faults)
    rows = fields.rows
    item = fields.text("item_id", required=True)
    trainer = fields.text("trainer_id", required="trainer_id" in mapping.columns)
    own_id = fields.text("id", required="id" in mapping.columns)
    assignment = fields.text("assignment_id", required="assignment_id" in mapping.columns)
    if assignment is None:
        assignment = own_id if own_id is not None else _joined(item, trainer)
    native = own_id if own_id is not None else assignment
    timed = mapping.time.form != "none"
    skipped = _skipped(fields, mapping)
    submitted, started = fields.time("submitted_at"), fields.time("started_at")
    ended = submitted
    if submitted is not None:
        if started is not None:  # work that was given back may have no end
            submitted = pc.if_else(skipped, pc.coalesce(submitted, started), submitted)
        column = mapping.columns["submitted_at"][0]
        faults.add(pc.is_null(submitted), f"submitted_at: expected a time in {column}")
    version = None if submitted is None else submitted.cast(pa.int64()).cast(pa.string())
    stamp = submitted if timed else mapping.time.nominal
    common = {
        "row_no": row_no,
        "native_id": native,
        "item_id": item,
        "assignment_id": assignment,
        "attempt_no": fields.attempt(),
        "trainer_id": trainer,
        "campaign_id": fields.text("campaign_id"),
        "time_basis": "recorded" if timed else "assumed",
        "gold_kind": mapping.constants.get("gold_kind", "none"),
        **{name: fields.text(name) for name in TEXTS if fields.has(name)},
    }
    duration = fields.number("duration_s")
    basis = mapping.duration_basis
    if duration is None and started is not None:
        seconds = pc.microseconds_between(started, ended)
        duration = pc.divide(seconds.cast(pa.float64()), 1e6)
        basis = basis or "elapsed_open_to_submit"
    if started is not None:
        faults.add(
            pc.greater(started, submitted), "started_at: expected a time before submitted_at"
        )
    if duration is not None:
        faults.add(pc.less(duration, 0.0), "duration_s: expected no negative time", duration)
    done = pc.invert(skipped)
    every = [given.answers(q, fields.column(q.column)) for q in mapping.questions]
    for one in every:
        faults.add(
            pc.and_(one.faulty, done),
            f"{one.question.question_id}: expected an answer on the {one.question.scale} scale",
            fields.column(one.question.column),
        )
    scores = scoring.score(_scoring(mapping), every, cells, item, common["campaign_id"])
    review = _review(fields, mapping, submitted, done, common)
    cost = fields.number("cost")
    currency = None if cost is None else fields.currency(cost)
    if faults.any:
        return EVENT.empty_table(), given.RESPONSE.empty_table(), GOLD.empty_table()

    if scores is not None and common["gold_kind"] == "none":
        common["gold_kind"] = scores.gold_kind
    events = [
        table(
            EVENT,
            rows,
            **common
            | {
                "event_type": _either(skipped, "assignment_skipped", "assignment_submitted"),
                "version": version,
                "occurred_at": stamp,
                "duration_s": duration,
                "duration_basis": _basis(duration, basis),
                "cost": cost,
                "currency": currency,
                "payload": fields.payload(),
            },
        )
    ]
    bare = common | {"currency": None} if "currency" in common else common
    if started is not None:
        begun = table(
            EVENT,
            rows,
            **bare,
            event_type="assignment_started",
            occurred_at=started,
            duration_basis="none",
        )
        events.append(begun.filter(pc.is_valid(started)))
    created = fields.time("created_at")
    if created is not None:
        made = bare | {"native_id": item, "assignment_id": None, "trainer_id": None}
        item_rows = table(
            EVENT,
            rows,
            **made,
            event_type="item_created",
            occurred_at=created,
            duration_basis="none",
        )
        events.append(item_rows.filter(pc.is_valid(created)))
    if review is not None:
        events.append(review)
    if scores is not None:
        events.append(scores.events(bare | {"version": version, "occurred_at": stamp}, done))
    told = scores.answers if scores is not None else GOLD.empty_table()
    return pa.concat_tables(events), given.responses(every, done), told


def _event_rows(
    cells: pa.Table, row_no: pa.Array, mapping: TableMapping, faults: Faults
) -> tuple[pa.Table, pa.Table, pa.Table]:
    fields = _Fields(cells, mapping, faults)
    kind = fields.text("event_type", required=True)
    if mapping.event_types:
        known = pa.array(mapping.event_types), pa.array(mapping.event_types.values())
        kind = pc.coalesce(known[1].take(pc.index_in(kind, known[0])), kind)
    timed = mapping.time.form != "none"
    at = fields.time("occurred_at", required=True) if timed else None
    stamp = "" if at is None else at.cast(pa.int64()).cast(pa.string())
    item, assignment = fields.text("item_id"), fields.text("assignment_id")
    trainer = fields.text("trainer_id")
    actor = fields.text("actor_id")
    own_id = fields.text("id", required="id" in mapping.columns)
    if assignment is None and item is not None and trainer is not None:
        assignment = _joined(item, trainer)
    native = own_id if own_id is not None else _joined(item, assignment, trainer, actor, stamp)
    gold_kind = _known(fields, "gold_kind", GOLD_KINDS, "none")
    duration = fields.number("duration_s")
    basis = mapping.duration_basis
    if "duration_basis" in mapping.columns:
        basis = _known(fields, "duration_basis", DURATION_BASES, "none")
    if duration is not None:
        faults.add(pc.less(duration, 0.0), "duration_s: expected no negative time", duration)
    cost = fields.number("cost")
    currency = fields.text("currency") if cost is None else fields.currency(cost)
    score = fields.number("score")
    attempt = fields.attempt()
    every = [given.answers(q, fields.column(q.column)) for q in mapping.questions]
    for one in every:
        faults.add(
            one.faulty,
            f"{one.question.question_id}: expected an answer on the {one.question.scale} scale",
            fields.column(one.question.column),
        )
    submits = pc.equal(kind, "assignment_submitted")
    if every:
        without = pc.or_(_absent(item), _absent(assignment))
        faults.add(
            pc.and_(submits, without), "item_id: expected the item of a submission with answers"
        )
    if faults.any:
        return EVENT.empty_table(), given.RESPONSE.empty_table(), GOLD.empty_table()
    events = table(
        EVENT,
        fields.rows,
        row_no=row_no,
        native_id=native,
        event_type=kind,
        occurred_at=at if timed else mapping.time.nominal,
        time_basis="recorded" if timed else "assumed",
        campaign_id=fields.text("campaign_id"),
        item_id=item,
        assignment_id=assignment,
        attempt_no=attempt,
        trainer_id=trainer,
        actor_id=actor,
        gold_kind=gold_kind,
        outcome=fields.text("outcome"),
        reason=fields.text("reason"),
        score=score,
        duration_s=duration,
        duration_basis=_basis(duration, basis),
        cost=cost,
        payload=fields.payload(),
        **{name: fields.text(name) for name in TEXTS if name != "currency"},
        currency=currency,
    )
    return events, given.responses(every, submits), GOLD.empty_table()


def _review(
    fields: _Fields, mapping: TableMapping, submitted: pa.Array | None, done: pa.Array, common: dict
) -> pa.Table | None:
    """The reviews that stand beside the work; one without a time of its own has that of the submission, assumed."""
    told = mapping.review
    if told is None:
        return None
    verdict = text(fields.column(told.outcome))
    is_waiting = pc.is_in(verdict, pa.array(told.waiting, pa.string()))
    verdict = pc.if_else(pc.and_not(done, is_waiting), verdict, pa.scalar(None, pa.string()))
    meanings = pa.array([f"review_{outcome}" for outcome in told.meaning.values()])
    kind = meanings.take(pc.index_in(verdict, pa.array(list(told.meaning))))
    known = ", ".join([*told.meaning, *told.waiting])
    fields.faults.add(
        pc.and_(pc.is_valid(verdict), pc.is_null(kind)), f"review: expected one of {known}", verdict
    )
    at = fields.time_of(told.at, "review.at") if told.at and submitted is not None else None
    moment = submitted if at is None else pc.coalesce(at, submitted)
    basis = "assumed" if at is None else _either(pc.is_valid(at), "recorded", "assumed")
    reason = text(fields.column(told.reason)) if told.reason else None
    rejected = pc.equal(kind, "review_rejected")
    made = common | {
        "event_type": kind,
        "version": None if at is None else at.cast(pa.int64()).cast(pa.string()),
        "occurred_at": mapping.time.nominal if moment is None else moment,
        "time_basis": basis,
        "actor_id": text(fields.column(told.by)) if told.by else None,
        "outcome": pc.utf8_slice_codeunits(kind, len("review_")),
        "reason": None if reason is None else pc.if_else(rejected, reason, None),
        "duration_basis": "none",
        "currency": None,
    }
    return table(EVENT, fields.rows, **made).filter(pc.is_valid(kind))


def _skipped(fields: _Fields, mapping: TableMapping) -> pa.Array:
    if not mapping.skipped_column:
        return pa.repeat(pa.scalar(False), fields.rows)
    told = text(fields.column(mapping.skipped_column))
    return pc.fill_null(pc.is_in(told, pa.array(mapping.skipped_values)), False)


def _known(fields: _Fields, field: str, known: Sequence[str], default: str) -> pa.Array | str:
    told = fields.text(field)
    if told is None or isinstance(told, str):
        return told or default
    odd = pc.and_(pc.is_valid(told), pc.invert(pc.is_in(told, pa.array(known))))
    fields.faults.add(odd, f"{field}: expected one of {', '.join(known)}", told)
    return pc.fill_null(told, default)


def _basis(duration: pa.Array | None, basis: pa.Array | str | None) -> pa.Array | str:
    if duration is None or basis is None:
        return "none"
    return pc.if_else(pc.is_valid(duration), basis, "none")


def _either(condition: pa.Array, yes: str | None, no: str | None) -> pa.Array:
    return pc.if_else(condition, pa.scalar(yes, pa.string()), pa.scalar(no, pa.string()))


def _absent(column: pa.Array | None) -> pa.Array | bool:
    return True if column is None else pc.is_null(column)


def _joined(*parts: pa.Array | str | None) -> pa.Array:
    """``parts`` as one text; what is unknown is left empty."""
    known = [part for part in parts if part is not None]
    return pc.binary_join_element_wise(*known, "/", null_handling="replace", null_replacement="")


def _kind(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes if s.lower() not in (".gz", ".bz2", ".zst")]
    last = suffixes[-1] if suffixes else ""
    kinds = {
        ".csv": "csv",
        ".txt": "csv",
        ".tsv": "tsv",
        ".tab": "tsv",
        ".json": "json",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".pq": "parquet",
    }
    if last not in kinds:
        raise Refused(
            f"{path}: the table format reads .csv, .tsv, .json, .jsonl and .parquet; "
            "save a spreadsheet as CSV, and for a file of another name say `format:` in the mapping"
        )
    return kinds[last]


def _delimited(path: Path, mapping: TableMapping) -> Iterator[Rows]:
    delimiter = mapping.delimiter or ("\t" if (mapping.format or _kind(path)) == "tsv" else ",")
    form = (delimiter, mapping.encoding, mapping.quote)
    names = delimited.called(delimited.header(path, *form), mapping.needed)
    delimited.require(path, names, mapping.needed, "the mapping")
    yield from delimited.read(path, *form, wanted=mapping.needed)


def _scoring(mapping: TableMapping) -> scoring.Scoring:
    return scoring.Scoring(mapping.gold, mapping.gold_kind, mapping.gold_counts_as)
