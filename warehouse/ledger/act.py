"""What people do with a flag. Two who act at once lose nothing: acts on different things both
stand, and the second of two on the same thing is told what the first did."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from warehouse.errors import Refused
from warehouse.ledger.audit import write_audit
from warehouse.ledger.finding import Key
from warehouse.ledger.look import visible
from warehouse.ledger.store import now, writing
from warehouse.schema import flag_events, flags

if TYPE_CHECKING:
    from warehouse.scope import Scope

ACCEPT = "accept the new level"

ACTIONS = (
    "coach",
    "recalibrate",
    "pause",
    "re-review",
    "change guideline",
    "escalate to vendor",
    ACCEPT,
    "dismiss",
    "reopen",
)
"""``dismiss`` and ``reopen`` change the flag's state; ``accept the new level`` lets the baseline
begin anew; the others say what is being done."""

HAVE_A_LEVEL = (
    "gold_accuracy",
    "rejection_rate",
    "rework_rate",
    "handle_time_up",
    "handle_time_down",
    "agreement",
    "first_position_up",
    "first_position_down",
    "label_drift_up",
    "label_drift_down",
)
"""The figures that a detector holds against their own past in each campaign; a test holds them against the checks."""

VERDICTS = ("true", "false", "not sure")


def actions(flag: sa.Row) -> tuple[str, ...]:
    """What can be done about ``flag``: a new level only where there is one that a detector keeps."""
    return ACTIONS if _has_level(flag) else tuple(a for a in ACTIONS if a != ACCEPT)


def _has_level(flag: sa.Row) -> bool:
    """Not the whole team's, which is told from its campaigns, and not against peers, bars or plans."""
    is_regression = flag.kind == "regression" and flag.campaign_id is not None
    return is_regression and flag.figure in HAVE_A_LEVEL


class Conflict(Refused):
    """Somebody else changed the same thing first; nothing was written."""


def act(
    engine: sa.Engine,
    flag_id: int,
    *,
    by: str,
    seen: int,
    owner: str | None = None,
    due_on: date | None = None,
    verdict: str | None = None,
    action: str | None = None,
    comment: str | None = None,
    scope: Scope | None = None,
    at: datetime | None = None,
) -> int:
    """Do what is given to the flag as ``by`` saw it at version ``seen``; its new version.

    ``comment`` is the reason where there is an action. An empty ``owner`` takes the owner away.
    Raises ``Conflict`` where somebody changed the same field after that version, ``Refused`` where
    ``scope`` may not see the flag.
    """
    flag_id, seen = int(flag_id), int(seen)  # a frame's numbers are not what drivers bind
    comment = (comment or "").strip() or None
    _require(action, verdict, comment, (owner, due_on))
    at = at or now()
    with writing(engine) as connection:
        row = connection.execute(
            sa.select(flags)
            .where(flags.c.flag_id == flag_id, *visible(flags, scope))
            .with_for_update()
        ).first()
        if row is None:
            raise Refused(f"there is no flag {flag_id}, or you may not see it")
        if action == ACCEPT and not _has_level(row):
            raise Refused(f"flag {flag_id} has no level to accept: no detector keeps one of it")
        changes = _changes(row, owner, due_on, verdict)
        if action in ("dismiss", "reopen"):
            changes |= _state(connection, row, action, at)
        _require_unchanged(connection, row, seen, changes)
        version = row.version + 1
        events = [
            {"what": "changed", "field": name, "old": _text(row._mapping[name]), "new": _text(new)}
            for name, new in changes.items()
            if name in ("owner", "due_on", "verdict", "state")
        ]
        if action:
            events.append({"what": "acted", "field": "action", "old": row.action, "new": action})
            changes["action"] = action
        if action == ACCEPT:
            # From this day on the level is the usual one: the checks let their baseline begin anew.
            level = {"what": "changed", "field": "level", "old": None, "new": str(row.seen_as_of)}
            events.append(level)
        if comment and not action:
            events.append({"what": "commented", "field": None, "old": None, "new": None})
        if not events:
            return row.version
        for event in events:
            event |= {"flag_id": flag_id, "version": version, "at": at, "actor": by}
            event["said"] = comment if event["what"] != "changed" else None
        connection.execute(flag_events.insert(), events)
        connection.execute(
            flags.update().where(flags.c.flag_id == flag_id).values(version=version, **changes)
        )
        told = {e["field"] or "comment": e["new"] for e in events}
        write_audit(connection, by, "acted on a flag", f"flag {flag_id}", told, at)
        return version


def _require(
    action: str | None, verdict: str | None, comment: str | None, rest: tuple[object, ...]
) -> None:
    if action is not None and action not in ACTIONS:
        raise Refused(f"expected an action of {', '.join(ACTIONS)}; got {action!r}")
    if verdict is not None and verdict not in VERDICTS:
        raise Refused(f"expected a verdict of {', '.join(VERDICTS)}; got {verdict!r}")
    if action == "dismiss" and not comment:
        raise Refused("a dismissal needs a reason; none was given")
    if action is None and verdict is None and comment is None and all(v is None for v in rest):
        raise Refused("nothing to do: give an owner, a day, an action, a verdict or a comment")


def _changes(
    row: sa.Row, owner: str | None, due_on: date | None, verdict: str | None
) -> dict[str, object]:
    told = {"owner": owner, "due_on": due_on, "verdict": verdict}
    wanted = {k: v if v != "" else None for k, v in told.items() if v is not None}
    return {k: v for k, v in wanted.items() if row._mapping[k] != v}


def _state(connection: sa.Connection, row: sa.Row, action: str, at: datetime) -> dict[str, object]:
    """What dismissing or opening again changes."""
    if action == "dismiss":
        if row.state != "open":
            raise Refused(f"flag {row.flag_id} is {row.state}; only an open flag can be dismissed")
        return {"state": "dismissed"}
    if row.state == "open":
        raise Refused(f"flag {row.flag_id} is open already")
    key = Key(row.suite, row.figure, row.kind, row.subject).text()
    other = connection.scalar(sa.select(flags.c.flag_id).where(flags.c.open_key == key))
    if other not in (None, row.flag_id):
        raise Refused(f"flag {other} is open for the same figure and subject: work on that one")
    return {
        "state": "open",
        "open_key": key,
        "passing": 0,
        "passing_as_of": None,
        "closed_at": None,
        "closed_as_of": None,
        "closed_why": None,
    }


def _require_unchanged(
    connection: sa.Connection, row: sa.Row, seen: int, changes: dict[str, object]
) -> None:
    """Refuse where somebody changed a field of ``changes`` after version ``seen``."""
    if row.version == seen:
        return
    since = connection.execute(
        sa.select(flag_events)
        .where(
            flag_events.c.flag_id == row.flag_id,
            flag_events.c.version > seen,
            flag_events.c.field.in_(list(changes)),
        )
        .order_by(flag_events.c.event_id)
    )
    for event in since:
        raise Conflict(
            f"{event.actor} changed the {event.field.replace('_', ' ')} of flag {row.flag_id} "
            f"from {event.old or 'none'} to {event.new or 'none'} at {event.at:%H:%M:%S} UTC, "
            "after you looked: look again"
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
