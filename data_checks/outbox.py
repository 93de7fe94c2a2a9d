"""The outbox: what is to be sent stands in the ledger before anything is sent.

Each change of a flag is noticed in one transaction with the rows it gives, so none is lost and
none is written twice. A sender claims rows before it sends, so two senders never send the same.
What failed is tried again, later and later. One gap cannot be closed: a sender killed between
the receiver's answer and its own note sends again when its claim runs out; that is why every
message carries its number.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from warehouse.ledger.mute import mute_now
from warehouse.ledger.store import writing
from warehouse.schema import flag_events, flags, noticed_events, notifications

TOLD = ("opened", "worsened", "reopened", "unmuted", "closed")
"""The changes of state that people are told of; and of a flag that became theirs."""

CLAIM_MINUTES = 5
LONGEST_WAIT = timedelta(hours=6)

Row = Mapping[str, object]


def notice(
    engine: sa.Engine, address: Callable[[Row, Row], list[dict]] | None, at: datetime
) -> int:
    """Write to the outbox what ``address`` makes of each new event and its flag; how many rows.

    Without ``address`` (nobody is to be told of anything) the events are noticed all the same,
    so that a file of routes written later does not tell old news.
    """
    for attempt in range(3):
        try:
            with writing(engine) as connection:
                return _notice(connection, address, at)
        except sa.exc.IntegrityError:
            # Another program noticed the same events in this instant.
            if attempt == 2:
                raise
    raise AssertionError


def _notice(
    connection: sa.Connection, address: Callable[[Row, Row], list[dict]] | None, at: datetime
) -> int:
    new = connection.execute(
        sa.select(flag_events)
        .where(
            sa.or_(flag_events.c.what.in_(TOLD), flag_events.c.field == "owner"),
            flag_events.c.event_id.not_in(sa.select(noticed_events.c.event_id)),
        )
        .order_by(flag_events.c.event_id)
    ).fetchall()
    if not new:
        return 0
    connection.execute(
        noticed_events.insert(), [{"event_id": e.event_id, "noticed_at": at} for e in new]
    )
    concerned = {
        row.flag_id: row._mapping
        for row in connection.execute(
            sa.select(flags).where(flags.c.flag_id.in_({e.flag_id for e in new}))
        )
    }
    rows = [
        row
        for event in new
        for row in (address(event._mapping, concerned[event.flag_id]) if address else ())
    ]
    if rows:
        connection.execute(notifications.insert(), rows)
    return len(rows)


def claim(engine: sa.Engine, at: datetime) -> list[list[sa.Row]]:
    """What is due now and nobody else is sending, in one list per person and channel."""
    token = uuid.uuid4().hex
    free = sa.or_(notifications.c.claimed_until.is_(None), notifications.c.claimed_until < at)
    with writing(engine) as connection:
        due = connection.scalars(
            sa.select(notifications.c.notification_id)
            .where(notifications.c.state == "waiting", notifications.c.send_after <= at, free)
            .with_for_update(skip_locked=True)
        ).all()
        if not due:
            return []
        connection.execute(
            notifications.update()
            .where(notifications.c.notification_id.in_(due))
            .values(
                claim=token,
                claimed_until=at + timedelta(minutes=CLAIM_MINUTES),
                attempts=notifications.c.attempts + 1,
            )
        )
        claimed = connection.execute(
            sa.select(notifications)
            .where(notifications.c.claim == token)
            .order_by(notifications.c.notification_id)
        ).fetchall()
    groups: dict[tuple[str, str], list[sa.Row]] = {}
    for row in claimed:
        groups.setdefault((row.person, row.channel), []).append(row)
    return list(groups.values())


def without_muted(engine: sa.Engine, rows: list[sa.Row], at: datetime) -> list[sa.Row]:
    """The rows whose flags may be told of now; the others are dropped, and each says by what.

    Muted is what a suppression covers at this moment, whether the checks ran since it was made or not.
    """
    with writing(engine) as connection:
        reasons = mute_now(connection, {r.flag_id for r in rows}, at)
        for row in rows:
            if row.flag_id in reasons:
                _settle_in(connection, [row], state="dropped", last_error=reasons[row.flag_id])
    return [row for row in rows if row.flag_id not in reasons]


def hold(engine: sa.Engine, rows: list[sa.Row], at: datetime) -> bool:
    """Claim the rows anew just before they are sent; not where the claim ran out and another sender has them.

    A receiver that lets the messages before wait for minutes must not make these go out twice.
    """
    with writing(engine) as connection:
        held = connection.execute(
            notifications.update()
            .where(_are(rows))
            .values(claimed_until=at + timedelta(minutes=CLAIM_MINUTES))
        )
    return held.rowcount == len(rows)


def sent(engine: sa.Engine, rows: list[sa.Row], at: datetime) -> None:
    """Note that the rows went out, in one message that has the first one's number."""
    _settle(
        engine, rows, state="sent", sent_at=at, sent_in=rows[0].notification_id, last_error=None
    )


def failed(engine: sa.Engine, rows: list[sa.Row], reason: str, at: datetime) -> None:
    """Note that they did not, and when to try again: after 1, 2, 4 ... minutes, at most 6 hours."""
    wait = min(timedelta(minutes=2 ** min(max(r.attempts for r in rows) - 1, 10)), LONGEST_WAIT)
    _settle(engine, rows, send_after=at + wait, last_error=reason)


def waiting(engine: sa.Engine) -> int:
    """How many rows have not been sent yet."""
    with engine.connect() as connection:
        return connection.scalar(
            sa.select(sa.func.count())
            .select_from(notifications)
            .where(notifications.c.state == "waiting")
        )


def _settle(engine: sa.Engine, rows: list[sa.Row], **values: object) -> None:
    with writing(engine) as connection:
        _settle_in(connection, rows, **values)


def _settle_in(connection: sa.Connection, rows: list[sa.Row], **values: object) -> None:
    connection.execute(
        notifications.update().where(_are(rows)).values(claim=None, claimed_until=None, **values)
    )


def _are(rows: list[sa.Row]) -> sa.ColumnElement[bool]:
    """The rows as far as the claim still stands: one that ran out may belong to another sender now."""
    return sa.and_(
        notifications.c.notification_id.in_([r.notification_id for r in rows]),
        notifications.c.claim == rows[0].claim,
    )
