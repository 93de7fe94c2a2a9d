"""What arrives held against what the warehouse has: the same again, or another thing under the same id.

A server numbers its tasks, annotations and users from 1, so two servers (or two tools) number theirs alike. Their files can
be told apart by ``--source``; where nobody said so, the second one is refused rather than mixed into the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.errors import Refused
from warehouse.ingest.order import Order
from warehouse.ingest.staging import Staging

FETCHED = 100_000
"""Ids that are fetched at once."""

ROUNDED = timedelta(seconds=1)
"""Two exports may tell one time in fractions of a second and in whole ones."""

CREATED = "item_created"
ADVICE = (
    "does another server number alike? Load the files of each with --source NAME of its own, "
    "as `--source berlin`"
)


def there(connection: sa.Connection, staging: Staging, order: Order) -> np.ndarray | None:
    """Which of the staged events the warehouse has (their ``seq``), or None where it can have none of them."""
    events = schema.annotation_events
    known = _known(staging, order)
    if connection.execute(sa.select(events.c.event_id).where(known).limit(1)).first() is None:
        return None
    arriving = schema.arriving(connection.dialect.name)
    arriving.create(connection)
    for told in staging.event_ids("event_type", "time_basis", "occurred_at"):
        engine.insert(connection, arriving, _with_creation(told))
    both = arriving.join(events, arriving.c.event_id == events.c.event_id)
    if order.is_numbered:
        _require_same_creation(connection, arriving, both, known)
    found = connection.execute(sa.select(arriving.c.seq).select_from(both).where(known))
    # The driver's own rows: a million of SQLAlchemy's take longer than the rest of a load.
    parts = [np.zeros(0, dtype=np.int64)]
    while rows := found.cursor.fetchmany(FETCHED):
        parts.append(np.fromiter((row[0] for row in rows), np.int64, len(rows)))
    found.close()
    arriving.drop(connection)
    return np.concatenate(parts)


def other_items(
    connection: sa.Connection, staging: Staging, order: Order
) -> list[tuple[str, str, str]]:
    """New work under an id that the warehouse knows of another item: assignment, its item here and there."""
    work = staging.new_work()
    if not work.num_rows:
        return []
    arriving, events = schema.arriving_work(connection.dialect.name), schema.annotation_events
    arriving.create(connection)
    engine.insert(connection, arriving, work)
    same = sa.and_(
        arriving.c.assignment_id == events.c.assignment_id,
        arriving.c.campaign_id == events.c.campaign_id,
    )
    other = sa.and_(
        _known(staging, order),
        events.c.event_type == "assignment_submitted",
        events.c.item_id != arriving.c.item_id,
    )
    chosen = sa.select(arriving.c.assignment_id, arriving.c.item_id, events.c.item_id)
    found = connection.execute(
        chosen.select_from(arriving.join(events, same))
        .where(other)
        .order_by(arriving.c.assignment_id)
        .distinct()
    ).all()
    arriving.drop(connection)
    return [tuple(row) for row in found]


def require_none(others: list[tuple[str, str, str]]) -> None:
    """Refuse ``other_items``, if there are any."""
    if others:
        own, item, before = others[0]
        raise Refused(
            f"assignment {own} is of item {item} here and of item {before} in the warehouse: {ADVICE}"
        )


class Numbers:
    """What several files of tools that number their tasks call by the same number."""

    def __init__(self) -> None:
        self._created: dict[tuple[str, str], datetime] = {}
        self._items: dict[tuple[str, str], str] = {}

    def require_same(self, events: pa.Table) -> None:
        """Refuse ``events`` that call another task or annotation by a number that came before."""
        told = events.select(
            ["campaign_id", "event_type", "item_id", "assignment_id", "occurred_at", "time_basis"]
        )
        kinds = pa.array([CREATED, "assignment_submitted"])
        for row in told.filter(pc.is_in(told.column("event_type"), kinds)).to_pylist():
            campaign, item, own = row["campaign_id"], row["item_id"], row["assignment_id"]
            if row["event_type"] == CREATED:
                at = row["occurred_at"]
                if row["time_basis"] != "recorded":
                    continue
                before = self._created.setdefault((campaign, item), at)
                if abs(at - before) > ROUNDED:
                    raise Refused(_created_twice(item, at, f"at {before} in another file"))
            elif (before := self._items.setdefault((campaign, own), item)) != item:
                raise Refused(
                    f"annotation {own} is of task {item} and, in another file, of task {before}: {ADVICE}"
                )


def _known(staging: Staging, order: Order) -> sa.ColumnElement[bool]:
    events = schema.annotation_events
    return sa.and_(events.c.campaign_id.in_(staging.campaigns), events.c.source == order.origin)


def _with_creation(told: pa.Table) -> pa.Table:
    """``told`` with the time at which a task was created, where it tells of that and knows it."""
    is_known = pc.and_(
        pc.equal(told.column("event_type"), CREATED),
        pc.equal(told.column("time_basis"), "recorded"),
    )
    none = pa.scalar(None, pa.timestamp("us"))
    at = pc.if_else(is_known, told.column("occurred_at"), none)
    return told.select(["event_id", "seq"]).append_column("created_at", at)


def _require_same_creation(
    connection: sa.Connection, arriving: sa.Table, both: sa.Join, known: sa.ColumnElement[bool]
) -> None:
    """Refuse a task that the warehouse knows to have been created at another time."""
    events = schema.annotation_events
    other = sa.and_(
        known,
        events.c.event_type == CREATED,
        events.c.time_basis == "recorded",
        events.c.occurred_at != arriving.c.created_at,
    )
    chosen = sa.select(events.c.item_id, arriving.c.created_at, events.c.occurred_at)
    found = connection.execute(chosen.select_from(both).where(other).order_by(events.c.item_id))
    for item, at, before in found.all():
        if abs(at - before) > ROUNDED:
            raise Refused(_created_twice(item, at, f"at {before} in the warehouse"))


def _created_twice(item: str, at: datetime, otherwise: str) -> str:
    return f"task {item} was created at {at} here and {otherwise}: {ADVICE}"
