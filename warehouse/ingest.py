"""Loading: from the files of a labelling tool to events in the warehouse, all or nothing.

Rows read = rows loaded + rows already there + rows quarantined, in every load. A row is loaded if it brought
at least one event that the warehouse did not have.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from tqdm import tqdm

from warehouse import engine, schema, settings
from warehouse.errors import Refused
from warehouse.pseudonyms import Door
from warehouse.sources import label_studio, mturk, table
from warehouse.sources import mapping as mappings
from warehouse.sources.batch import REFUSED, Batch, from_rows
from warehouse.staging import Staging
from warehouse.tally import Tally

SOURCES: Mapping[str, ModuleType] = {
    "label-studio": label_studio,
    "mturk": mturk,
    "table": table,
}


@dataclass(frozen=True)
class LoadSummary:
    """What a load did; as text, for the person who ran it."""

    load_id: str
    files: tuple[str, ...]
    campaigns: tuple[str, ...]
    rows_read: int
    rows_loaded: int
    rows_there: int
    rows_quarantined: int
    events: Mapping[str, int]
    responses: int
    first_occurred: datetime | None
    last_occurred: datetime | None
    assignments: int
    trainers: int
    reviewers: int
    reasons: Mapping[str, int]
    unknown: tuple[str, ...]

    def __str__(self) -> str:
        told = [
            f"load {self.load_id}: {', '.join(self.files)} into {', '.join(self.campaigns) or 'no campaign'}",
            f"  rows     {self.rows_read:,} read = {self.rows_loaded:,} loaded + {self.rows_there:,} already there "
            f"+ {self.rows_quarantined:,} quarantined",
        ]
        if self.events:
            kinds = ", ".join(f"{n:,} {kind}" for kind, n in self.events.items())
            told.append(
                f"  events   {sum(self.events.values()):,}: {kinds}; {self.responses:,} answers"
            )
            told.append(
                f"  work     {self.assignments:,} assignments submitted by {self.trainers:,} trainers; "
                f"{self.reviewers:,} reviewers are named"
            )
        if self.first_occurred and self.last_occurred:
            told.append(
                f"  times    {self.first_occurred:%Y-%m-%d %H:%M} to {self.last_occurred:%Y-%m-%d %H:%M} UTC"
            )
        told += [f"  unknown  {what}" for what in self.unknown]
        if self.reasons:
            most = sorted(self.reasons.items(), key=lambda one: (-one[1], one[0]))
            told += [f"  refused  {n:,} rows: {reason}" for reason, n in most[:3]]
            if len(most) > 3:
                rest = sum(n for _, n in most[3:])
                told.append(f"  refused  {rest:,} rows for {len(most) - 3} other reasons")
            told.append(
                "           they are kept: mend the mapping, then `python -m warehouse replay`"
            )
        return "\n".join(told)


FETCHED = 100_000
"""Ids that are fetched at once."""

BULK = 2 * engine.ROW_GROUP
"""Rows that are written with one statement."""


@dataclass(frozen=True)
class _Order:
    """What was asked for: enough to do it again with the rows that were set aside."""

    format: str
    campaign: str | None
    vendor: str | None
    options: dict | None

    @property
    def source(self) -> ModuleType:
        return SOURCES[self.format]

    @property
    def task_type(self) -> str | None:
        """What the mapping says that the task is."""
        told = self.options or {}
        return told.get("task_type") or (told.get("constants") or {}).get("task_type")

    def told(self) -> str:
        return json.dumps(
            {
                "format": self.format,
                "campaign": self.campaign,
                "vendor": self.vendor,
                "mapping": self.options,
            },
            ensure_ascii=False,
            default=str,
        )


def load_files(
    paths: Sequence[str | Path],
    *,
    format: str,  # the command line's word
    campaign: str | None,
    vendor: str | None = None,
    mapping: str | Path | Mapping | None = None,
    url: str | None = None,
    refresh: bool = True,
) -> LoadSummary:
    """Load ``paths`` into the warehouse in one publication; what was read twice changes nothing.

    ``mapping`` is a YAML file, or what stands in one. Raises ``Refused``, with nothing changed, where a file is
    not of ``format`` or the mapping does not fit it.
    """
    if format not in SOURCES:
        raise Refused(f"expected a format of {', '.join(SOURCES)}; found {format!r}")
    files = [Path(path) for path in paths]
    if not files:
        raise Refused("expected at least one file to load, found none")
    order = _Order(format, campaign, vendor, _options(mapping))
    twice = [str(path) for path, n in Counter(path.resolve() for path in files).items() if n > 1]
    if twice:
        raise Refused(f"expected each file once, found twice: {', '.join(twice)}")

    def raws(number: int, rows: set[int]) -> dict[int, str]:
        return order.source.raws(files[number], order.options, rows)

    batches = _read(files, order)
    return _load(batches, raws, order, [path.name for path in files], url, refresh)


def replay(
    load_id: str | None = None,
    mapping: str | Path | Mapping | None = None,
    *,
    url: str | None = None,
    refresh: bool = True,
) -> tuple[LoadSummary, ...]:
    """Load quarantined rows again, those of ``load_id`` or all; ``mapping`` takes the place of the one used then."""
    return _Replays(tuple(_replays(load_id, _options(mapping), url, refresh)))


class _Replays(tuple):
    """The loads that a replay made, as text one below the other."""

    def __str__(self) -> str:
        return "\n".join(str(one) for one in self) or "no rows in quarantine: nothing to replay"


def _options(told: str | Path | Mapping | None) -> dict | None:
    if told is None or isinstance(told, Mapping):
        return dict(told) if told is not None else None
    return mappings.load(told)


def _read(files: Sequence[Path], order: _Order) -> Iterator[tuple[int, Batch]]:
    """The batches of all files, each with the number of its file, behind a progress bar for a person."""
    total = 0
    for path in files:
        if not path.is_file():
            raise Refused(f"{path}: no such file")
        total += path.stat().st_size
    before = 0
    with tqdm(
        total=total,
        unit="B",
        unit_scale=True,
        desc="Loading",
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:
        for number, path in enumerate(files):
            for batch in order.source.read(path, order.options):
                yield number, batch
                bar.update(max(0, min(before + batch.bytes_read, total) - bar.n))
            before += path.stat().st_size


def _load(
    batches: Iterator[tuple[int, Batch]],
    raws: Callable[[int, set[int]], dict[int, str]],
    order: _Order,
    files: Sequence[str],
    url: str | None,
    refresh: bool,
    replayed: Sequence[sa.Row] = (),
) -> LoadSummary:
    started = _now()
    load_id = f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with Staging(order.format) as staging:
        arrived = _Arrived(order, Door(settings.pseudonym_key()), staging)
        for number, batch in batches:
            arrived.take(number, batch)
        arrived.require_some()
        # Nobody waits for a file to be read: the publication begins when all is ready.
        with engine.publish(url) as connection:
            stamp = _Stamp(load_id, started, _now())
            staging.keep_new(_there(connection, staging, order))
            arrived.set_aside(staging.set_aside_contradictions(), raws)
            summary = _write(connection, arrived, staging, order, stamp, files)
            if replayed:
                _mark(connection, replayed, load_id)
            if refresh:
                from warehouse.refresh import refresh as refresh_figures

                refresh_figures(connection)
    return summary


class _Arrived:
    """All that the files brought besides the staged events; e-mail addresses go no further than this."""

    def __init__(self, order: _Order, door: Door, staging: Staging) -> None:
        self._order = order
        self._door = door
        self._staging = staging
        self.rows = 0
        self.files_of: list[int] = []
        self.refused: list[pa.Table] = []
        self.gold: list[pa.Table] = []
        self.names: dict[str, str | None] = {}

    def take(self, number: int, batch: Batch) -> None:
        self.rows += batch.rows
        events = batch.events
        for name in ("trainer_id", "actor_id"):
            at = events.schema.get_field_index(name)
            events = events.set_column(
                at, events.schema.field(at), self._door.people(events.column(at))
            )
        events = self._door.texts(events)
        events = self._filled(events)
        self._staging.add(events, self._door.texts(batch.responses), number)
        for person in batch.people.to_pylist():
            name = self._door.person(person["login"])
            if person["full_name"] or name not in self.names:
                self.names[name] = person["full_name"]
        if batch.refused.num_rows:
            self.refused.append(self._door.texts(batch.refused))
            self.files_of += [number] * batch.refused.num_rows
        if batch.gold.num_rows:
            self.gold.append(
                _filled(self._door.texts(batch.gold), "campaign_id", self._order.campaign)
            )

    def _filled(self, events: pa.Table) -> pa.Table:
        """What the command line says of every event, where the file does not say it."""
        for name, value in (
            ("campaign_id", self._order.campaign),
            ("vendor_id", self._order.vendor),
        ):
            events = _filled(events, name, value)
        missing = events.column("campaign_id").null_count
        if missing:
            raise Refused(
                f"expected a campaign for every row (--campaign, or the column campaign_id), found {missing:,} rows without"
            )
        return events

    def set_aside(
        self, odd: Sequence[tuple[int, int]], raws: Callable[[int, set[int]], dict[int, str]]
    ) -> None:
        """Quarantine rows (their file's number and their own) that contradict an earlier row."""
        for number in sorted({number for number, _ in odd}):
            wanted = {row for at, row in odd if at == number}
            found = raws(number, wanted)
            reason = "an earlier row of this load tells otherwise of the same assignment"
            rows = [{"row_no": r, "reason": reason, "raw": found[r]} for r in sorted(wanted)]
            self.refused.append(self._door.texts(from_rows(REFUSED, rows)))
            self.files_of += [number] * len(rows)

    def require_some(self) -> None:
        """Refuse where not one row could be read: the mapping or the format is wrong, not the rows."""
        refused = [row["reason"] for part in self.refused for row in part.to_pylist()]
        if self.rows > 1 and len(refused) == self.rows:
            reason, n = Counter(refused).most_common(1)[0]
            raise Refused(f"none of {self.rows:,} rows can be read; {n:,} of them: {reason}")

    def refused_rows(self, files: Sequence[str], stamp: _Stamp) -> list[dict]:
        """The rows to quarantine."""
        rows = [row for part in self.refused for row in part.to_pylist()]
        return [
            row
            | {
                "load_id": stamp.load_id,
                "campaign_id": self._order.campaign,
                "file": files[number],
                "recorded_at": stamp.recorded_at,
            }
            for number, row in zip(self.files_of, rows, strict=True)
        ]

    @property
    def people(self) -> list[dict]:
        """Every address that was met, with its pseudonym and, where known, the name."""
        return [
            {"trainer_id": name, "email": address, "full_name": self.names.get(name)}
            for name, address in sorted(self._door.met.items())
        ]


def _filled(rows: pa.Table, name: str, value: str | None) -> pa.Table:
    column = rows.column(name)
    if value is None or not column.null_count:
        return rows
    at = rows.schema.get_field_index(name)
    return rows.set_column(at, rows.schema.field(at), pc.fill_null(column, value))


# -- writing --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stamp:
    """Which load it is and when: the same on every row it writes."""

    load_id: str
    started_at: datetime
    recorded_at: datetime

    @property
    def nominal(self) -> datetime:
        """The time given to events of which no time is known."""
        return datetime.combine(self.recorded_at.date(), time())


def _there(connection: sa.Connection, staging: Staging, order: _Order) -> pa.Table | None:
    """Which of the staged events the warehouse has, or None where it can have none of them."""
    events = schema.annotation_events
    known = sa.and_(events.c.campaign_id.in_(staging.campaigns), events.c.source == order.format)
    if connection.execute(sa.select(events.c.event_id).where(known).limit(1)).first() is None:
        return None
    arriving = schema.arriving(connection.dialect.name)
    arriving.create(connection)
    for ids in staging.event_ids():
        engine.insert(connection, arriving, ids)
    found = connection.execute(
        sa.select(events.c.event_id)
        .join(arriving, arriving.c.event_id == events.c.event_id)
        .where(known)
    )
    # The driver's own rows: a million of SQLAlchemy's take longer than the rest of a load.
    parts = []
    while rows := found.cursor.fetchmany(FETCHED):
        parts.append(pa.array([row[0] for row in rows], pa.string()))
    found.close()
    arriving.drop(connection)
    return pa.table({"event_id": pa.chunked_array(parts, pa.string())})


def _write(
    connection: sa.Connection,
    arrived: _Arrived,
    staging: Staging,
    order: _Order,
    stamp: _Stamp,
    files: Sequence[str],
) -> LoadSummary:
    loaded, there = staging.rows()
    refused = arrived.refused_rows(files, stamp)
    if loaded + there + len(refused) != arrived.rows:
        raise RuntimeError(
            f"{arrived.rows} rows were read, but {loaded} loaded + {there} there + {len(refused)} quarantined"
        )
    tally = Tally()
    types = _task_types(connection, staging.campaigns)
    all_events = _Bulk(connection, "annotation_events")
    all_answers = _Bulk(connection, "annotation_responses")
    for events, answers in staging.new():
        tally.add(events)
        events = _finished(events, order, stamp, types)
        all_events.add(events)
        all_answers.add(_answered(events, answers))
    all_events.close()
    responses = all_answers.close()
    _write_dimensions(connection, arrived, tally, staging, order, stamp)
    engine.insert(connection, "quarantine", refused)
    engine.insert(
        connection,
        "loads",
        [
            {
                "load_id": stamp.load_id,
                "source": order.format,
                "campaign_id": order.campaign or ", ".join(staging.campaigns) or None,
                "files": ", ".join(files),
                "started_at": stamp.started_at,
                "recorded_at": stamp.recorded_at,
                "rows_read": arrived.rows,
                "rows_loaded": loaded,
                "rows_there": there,
                "rows_quarantined": len(refused),
                "events": tally.events,
                "first_occurred": tally.first,
                "last_occurred": tally.last,
                "options": order.told(),
            }
        ],
    )
    return LoadSummary(
        load_id=stamp.load_id,
        files=tuple(files),
        campaigns=tuple(staging.campaigns) or tuple(filter(None, [order.campaign])),
        rows_read=arrived.rows,
        rows_loaded=loaded,
        rows_there=there,
        rows_quarantined=len(refused),
        events=dict(tally.kinds.most_common()),
        responses=responses,
        first_occurred=tally.first,
        last_occurred=tally.last,
        assignments=staging.assignments(),
        trainers=len({row["trainer_id"] for row in tally.trainers}),
        reviewers=len(tally.reviewers),
        reasons=dict(Counter(row["reason"].split(", found ")[0] for row in refused).most_common()),
        unknown=tuple(tally.unknown()),
    )


def _task_types(connection: sa.Connection, campaigns: Sequence[str]) -> dict[str, str]:
    """What kind of task each campaign is, as its charter says."""
    told = schema.charters
    rows = connection.execute(
        sa.select(told.c.campaign_id, told.c.task_type)
        .where(told.c.campaign_id.in_(campaigns), told.c.task_type.is_not(None))
        .order_by(told.c.version)
    )
    return {row.campaign_id: row.task_type for row in rows}


class _Bulk:
    """Rows on their way into one table, written in pieces that suit the embedded engine."""

    def __init__(self, connection: sa.Connection, table: str) -> None:
        self._connection = connection
        self._table = table
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self.written = 0

    def add(self, rows: pa.Table) -> None:
        self._waiting.append(rows)
        self._rows += rows.num_rows
        while self._rows >= BULK:
            every = pa.concat_tables(self._waiting)
            self._write(every.slice(0, BULK))
            self._waiting = [every.slice(BULK)]
            self._rows -= BULK

    def close(self) -> int:
        """Write what is left; the number of rows written in all."""
        if self._rows:
            self._write(pa.concat_tables(self._waiting))
        return self.written

    def _write(self, rows: pa.Table) -> None:
        self.written += engine.insert(self._connection, self._table, rows)


def _finished(events: pa.Table, order: _Order, stamp: _Stamp, types: Mapping[str, str]) -> pa.Table:
    """``events`` as the warehouse keeps them: when known to whom, dated, and of a task type each."""
    at = pc.fill_null(events.column("occurred_at"), stamp.nominal)
    kinds = events.column("task_type")
    if kinds.null_count:
        for name, kind in types.items():
            here = pc.and_(pc.is_null(kinds), pc.equal(events.column("campaign_id"), name))
            kinds = pc.if_else(here, kind, kinds)
        kinds = pc.fill_null(kinds, "unknown")
    same = {
        "source": pa.scalar(order.format),
        "load_id": pa.scalar(stamp.load_id),
        "recorded_at": pa.scalar(stamp.recorded_at, pa.timestamp("us")),
    }
    changed = {
        "occurred_at": at,
        "day": at.cast(pa.date32(), safe=False),
        "task_type": kinds,
        **{name: pa.repeat(value, events.num_rows) for name, value in same.items()},
    }
    kept = {name: events.column(name) for name in events.column_names if name not in changed}
    return pa.table(kept | changed)


def _answered(events: pa.Table, answers: pa.Table) -> pa.Table:
    """``answers``, each with what it has of its event."""
    told = events.select(_OF_EVENT).take(answers.column("event_no"))
    for name in answers.column_names[1:]:
        told = told.append_column(name, answers.column(name))
    return told


_OF_EVENT = [
    column.name
    for column in schema.annotation_responses.columns
    if column.name in schema.annotation_events.columns
]
"""What an answer repeats of its submission, so that answers are counted without a join."""


def _write_dimensions(
    connection: sa.Connection,
    arrived: _Arrived,
    tally: Tally,
    staging: Staging,
    order: _Order,
    stamp: _Stamp,
) -> None:
    """Campaigns, vendors, people and gold answers that the warehouse does not know yet."""
    at = {"recorded_at": stamp.recorded_at}
    known = _values(connection, schema.campaigns.c.campaign_id)
    engine.insert(
        connection,
        "campaigns",
        [
            {"campaign_id": name, "campaign_name": name, "task_type": order.task_type, **at}
            for name in staging.campaigns
            if name not in known
        ],
    )
    known = _values(connection, schema.vendors.c.vendor_id)
    engine.insert(
        connection,
        "vendors",
        [{"vendor_id": v, "vendor_name": v, **at} for v in tally.vendors if v not in known],
    )
    known = _values(connection, schema.trainers.c.trainer_id)
    first = {row["trainer_id"]: row | at for row in reversed(tally.trainers)}
    trainers = [first[name] for name in sorted(first) if name not in known]
    engine.insert(connection, "trainers", trainers)
    people = schema.people
    named = {
        (row.trainer_id, row.email, row.full_name) for row in connection.execute(sa.select(people))
    }
    unnamed = {row[:2] for row in named}
    engine.insert(
        connection,
        "people",
        [
            row | at
            for row in arrived.people
            if (row["trainer_id"], row["email"], row["full_name"]) not in named
            and (row["full_name"] or (row["trainer_id"], row["email"]) not in unnamed)
        ],
    )
    _write_gold(connection, arrived, stamp)


def _write_gold(connection: sa.Connection, arrived: _Arrived, stamp: _Stamp) -> None:
    if not arrived.gold:
        return
    gold = pa.concat_tables(arrived.gold)
    gold = gold.group_by(gold.column_names).aggregate([]).select(gold.column_names)
    table = schema.gold_items
    rows = connection.execute(
        sa.select(*(table.c[name] for name in gold.column_names)).where(
            table.c.campaign_id.in_(pc.unique(gold.column("campaign_id")).to_pylist())
        )
    ).all()
    if rows:
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        known = pa.table(columns, names=gold.column_names)
        gold = gold.join(known, gold.column_names, join_type="left anti")
    recorded = pa.repeat(pa.scalar(stamp.recorded_at, pa.timestamp("us")), gold.num_rows)
    engine.insert(connection, "gold_items", gold.append_column("recorded_at", recorded))


def _values(connection: sa.Connection, column: sa.Column) -> set[str]:
    return set(connection.execute(sa.select(column).distinct()).scalars())


# -- replay ---------------------------------------------------------------------------


def _replays(
    load_id: str | None, options: dict | None, url: str | None, refresh: bool
) -> Iterator[LoadSummary]:
    with engine.connect(url).connect() as connection:
        waiting = _waiting(connection, load_id)
    refusals = []
    done = 0
    for told, rows in waiting:
        order = _Order(told["format"], told["campaign"], told["vendor"], options or told["mapping"])
        files = list(dict.fromkeys(row.file for row in rows))

        def again(order: _Order = order, rows: list = rows, files: list = files) -> Iterator:
            for number, file in enumerate(files):
                here = [(row.row_no, row.raw) for row in rows if row.file == file]
                for batch in order.source.reread(here, order.options):
                    yield number, batch

        def raws(number: int, wanted: set[int], rows: list = rows, files: list = files) -> dict:
            here = (row for row in rows if row.file == files[number])
            return {row.row_no: row.raw for row in here if row.row_no in wanted}

        try:
            yield _load(again(), raws, order, files, url, refresh, rows)
            done += 1
        except Refused as refusal:
            refusals.append(refusal)
    if refusals and not done:
        raise refusals[0]


def _waiting(connection: sa.Connection, load_id: str | None) -> list[tuple[dict, list[sa.Row]]]:
    """The rows in quarantine by load, with how the load was ordered."""
    loads, quarantine = schema.loads, schema.quarantine
    told = sa.select(loads.c.load_id, loads.c.options)
    rows = sa.select(quarantine).where(quarantine.c.replayed_in.is_(None))
    if load_id is not None:
        told = told.where(loads.c.load_id == load_id)
        rows = rows.where(quarantine.c.load_id == load_id)
    options = {row.load_id: json.loads(row.options) for row in connection.execute(told)}
    if load_id is not None and not options:
        raise Refused(f"expected the id of a load (see Data health), found {load_id!r}")
    by_load: dict[str, list[sa.Row]] = {}
    order = (quarantine.c.load_id, quarantine.c.file, quarantine.c.row_no)
    for row in connection.execute(rows.order_by(*order)):
        by_load.setdefault(row.load_id, []).append(row)
    return [(options[name], found) for name, found in by_load.items()]


def _mark(connection: sa.Connection, rows: Sequence[sa.Row], load_id: str) -> None:
    """Say on quarantined rows which load took them up; deleted and written again, for not every engine updates."""
    quarantine = schema.quarantine
    names = sorted({row.load_id for row in rows})
    connection.execute(
        sa.delete(quarantine).where(
            quarantine.c.load_id.in_(names), quarantine.c.replayed_in.is_(None)
        )
    )
    engine.insert(
        connection, "quarantine", [dict(row._mapping) | {"replayed_in": load_id} for row in rows]
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
