"""Suppressions: what nobody is to be told of until a day, and why. Nothing is muted silently:
the findings are still written, the flag still opens and is shown as muted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from warehouse.errors import Refused
from warehouse.ledger.audit import write_audit
from warehouse.ledger.store import frame_of, now, writing
from warehouse.schema import flag_events, flags
from warehouse.schema import suppressions as table

if TYPE_CHECKING:
    from warehouse.ledger.finding import Finding

PROGRAM = "checks"
"""Who the history names where no person did it."""

MATCHED = ("suite", "figure", "kind", "subject", "campaign_id")


@dataclass(frozen=True)
class Suppression:
    suppression_id: int
    suite: str | None
    figure: str | None
    kind: str | None
    subject: str | None
    campaign_id: str | None
    until: date
    reason: str

    @property
    def says(self) -> str:
        return f"muted until {self.until}: {self.reason}"

    def covers(self, finding: Finding | sa.Row) -> bool:
        """Whether each field that is filled in is that of the finding or flag."""
        return all(getattr(self, name) in (None, getattr(finding, name)) for name in MATCHED)


def suppress(
    engine: sa.Engine,
    *,
    by: str,
    until: date | None,
    reason: str,
    suite: str | None = None,
    figure: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    campaign_id: str | None = None,
    at: datetime | None = None,
) -> int:
    """Tell nobody of what matches before ``until``; the number of the suppression."""
    at = at or now()
    what = {"suite": suite, "figure": figure, "kind": kind}
    what |= {"subject": subject, "campaign_id": campaign_id}
    if not reason.strip():
        raise Refused("a suppression needs a reason; none was given")
    if until is None or until <= at.date():
        raise Refused(f"a suppression needs a day to come on which it ends; got {until or 'none'}")
    if not any(what.values()):
        raise Refused("a suppression needs at least one of suite, figure, kind, subject, campaign")
    row = what | {"until": until, "reason": reason.strip(), "made_by": by, "made_at": at}
    with writing(engine) as connection:
        number = connection.scalar(table.insert().values(row).returning(table.c.suppression_id))
        told = {k: v for k, v in what.items() if v} | {"until": str(until), "reason": reason}
        write_audit(connection, by, "suppressed", f"suppression {number}", told, at)
    return number


def end_suppression(
    engine: sa.Engine, suppression_id: int, *, by: str, at: datetime | None = None
) -> None:
    """Let a suppression end now."""
    at = at or now()
    with writing(engine) as connection:
        done = connection.execute(
            table.update()
            .where(table.c.suppression_id == int(suppression_id), table.c.ended_at.is_(None))
            .values(ended_at=at, ended_by=by)
        )
        if done.rowcount != 1:
            raise Refused(f"there is no suppression {suppression_id} that could be ended")
        write_audit(connection, by, "unsuppressed", f"suppression {suppression_id}", None, at)


def suppressions(engine: sa.Engine, *, on: date | None = None) -> pd.DataFrame:
    """Every suppression, newest first; ``on`` asks for those in force on that day."""
    chosen = sa.select(table).order_by(table.c.suppression_id.desc())
    if on is not None:
        chosen = chosen.where(table.c.until > on, table.c.ended_at.is_(None))
    return frame_of(engine, chosen)


def active(connection: sa.Connection, on: date) -> list[Suppression]:
    """The suppressions in force on ``on``."""
    names = ("suppression_id", *MATCHED, "until", "reason")
    chosen = sa.select(*(table.c[name] for name in names)).where(
        table.c.until > on, table.c.ended_at.is_(None)
    )
    return [Suppression(**row._mapping) for row in connection.execute(chosen)]


def mute_now(connection: sa.Connection, flag_ids: Iterable[int], at: datetime) -> dict[int, str]:
    """Which of the flags are muted at this moment, and by what, in words.

    A flag that no run has found muted yet is muted here: a run after the suppression's end tells
    people of it then, and what they were not told is not lost.
    """
    standing = active(connection, at.date())
    told = {}
    for row in connection.execute(sa.select(flags).where(flags.c.flag_id.in_(list(flag_ids)))):
        found = next((s for s in standing if s.covers(row)), None)
        if found is None:
            continue
        told[row.flag_id] = found.says
        if row.suppressed_by is None and row.state != "closed":
            connection.execute(
                flags.update()
                .where(flags.c.flag_id == row.flag_id)
                .values(suppressed_by=found.suppression_id)
            )
            event = {"flag_id": row.flag_id, "version": row.version, "at": at, "actor": PROGRAM}
            connection.execute(flag_events.insert(), event | {"what": "muted", "said": found.says})
    return told
