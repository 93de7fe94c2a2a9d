"""Reports that were made: what they said, when, by whom, and from which versions and frames."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from warehouse.errors import Refused
from warehouse.ledger.audit import write_audit
from warehouse.ledger.store import as_key, frame_of, now, writing
from warehouse.schema import kept_reports as table
from warehouse.scope import EVERYTHING, Scope

MADE = "made a report"
_PARTS = ("campaigns", "vendors", "trainers")


def write_report(
    engine: sa.Engine,
    told: Mapping[str, object],
    *,
    by: str,
    scope: Scope = EVERYTHING,
    at: datetime | None = None,
) -> int:
    """Keep a report; its number."""
    at = at or now()
    seen = {part: getattr(scope, part) for part in _PARTS if getattr(scope, part) is not None}
    row = {**told, "made_by": by, "made_at": at, "scope": {k: list(v) for k, v in seen.items()} or None}  # fmt: skip
    with writing(engine) as connection:
        number = connection.scalar(table.insert().values(row).returning(table.c.report_id))
        write_audit(connection, by, MADE, f"report {number}", {"title": str(told["title"])}, at)
    return number


def reports(engine: sa.Engine, scope: Scope = EVERYTHING, *, limit: int = 500) -> pd.DataFrame:
    """The reports that ``scope`` may read, newest first."""
    chosen = sa.select(table).order_by(table.c.report_id.desc()).limit(limit)
    rows = frame_of(engine, chosen)
    return rows[[_covers(scope, made) for made in rows["scope"]]].reset_index(drop=True)


def report(engine: sa.Engine, report_id: int, scope: Scope = EVERYTHING) -> sa.Row:
    """One report; refused where there is none or ``scope`` may not read it (which reads the same)."""
    with engine.connect() as connection:
        found = connection.execute(
            sa.select(table).where(table.c.report_id == as_key(report_id))
        ).first()
    if found is None or not _covers(scope, found.scope):
        raise Refused(f"there is no report {report_id}, or you may not see it")
    return found


def _covers(mine: Scope, made: Mapping[str, list[str]] | None) -> bool:
    """Whether whoever sees ``mine`` sees all that the report could show."""
    made = made or {}
    return all(
        getattr(mine, part) is None
        or (part in made and set(made[part]) <= set(getattr(mine, part)))
        for part in _PARTS
    )
