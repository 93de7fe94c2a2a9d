"""The audit log: logins, exports, free SQL, acts on flags. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from warehouse.ledger.store import frame_of, now, writing
from warehouse.schema import audit_log


def audit(
    engine: sa.Engine,
    actor: str,
    what: str,
    about: str | None = None,
    detail: dict | None = None,
    at: datetime | None = None,
) -> None:
    """Note that ``actor`` did ``what``."""
    with writing(engine) as connection:
        write_audit(connection, actor, what, about, detail, at or now())


def write_audit(
    connection: sa.Connection,
    actor: str,
    what: str,
    about: str | None,
    detail: dict | None,
    at: datetime,
) -> None:
    """The same within a transaction, so that an act and its entry stand or fall together."""
    row = {"at": at, "actor": actor, "what": what, "about": about, "detail": detail}
    connection.execute(audit_log.insert(), row)


def audit_entries(engine: sa.Engine, *, actor: str | None = None, limit: int = 500) -> pd.DataFrame:
    """The newest entries first."""
    chosen = sa.select(audit_log).order_by(audit_log.c.entry_id.desc()).limit(limit)
    if actor is not None:
        chosen = chosen.where(audit_log.c.actor == actor)
    return frame_of(engine, chosen)
