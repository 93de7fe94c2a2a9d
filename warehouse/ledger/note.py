"""Notes about a trainer: who wrote what when. They are added and read, never changed or taken away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from warehouse.errors import Refused
from warehouse.ledger.audit import write_audit
from warehouse.ledger.look import visible
from warehouse.ledger.store import frame_of, now, writing
from warehouse.schema import trainer_notes

if TYPE_CHECKING:
    from warehouse.scope import Scope

LONGEST = 4000


def add_note(
    engine: sa.Engine,
    trainer_id: str,
    said: str,
    *,
    by: str,
    vendor_id: str | None = None,
    campaign_id: str | None = None,
    scope: Scope | None = None,
    at: datetime | None = None,
) -> int:
    """Write ``said`` down about the trainer and note it in the audit log; the number of the note.

    Refused where ``scope`` could not read the note afterwards: nobody writes about people out of sight.
    """
    said = said.strip()
    if not said or len(said) > LONGEST:
        raise Refused(f"expected a note of 1 to {LONGEST} characters, found {len(said)}")
    row = {"trainer_id": trainer_id, "vendor_id": vendor_id, "campaign_id": campaign_id}
    for name in row if scope is not None else ():
        allowed = getattr(scope, f"{name.removesuffix('_id')}s")
        if allowed is not None and row[name] not in allowed:
            raise Refused(f"{by} may not write about {trainer_id}: out of sight")
    at = at or now()
    with writing(engine) as connection:
        added = connection.execute(
            trainer_notes.insert(), {**row, "at": at, "author": by, "said": said}
        )
        (number,) = added.inserted_primary_key
        write_audit(connection, by, "wrote a note", f"trainer {trainer_id}", {"note": number}, at)
    return int(number)


def notes(engine: sa.Engine, trainer_id: str, scope: Scope | None = None) -> pd.DataFrame:
    """The notes about the trainer that ``scope`` may see, the newest first."""
    table = trainer_notes
    chosen = (
        sa.select(table)
        .where(table.c.trainer_id == trainer_id, *visible(table, scope))
        .order_by(table.c.note_id.desc())
    )
    return frame_of(engine, chosen)
