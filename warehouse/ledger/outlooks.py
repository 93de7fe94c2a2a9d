"""Past forecasts: one per campaign and week, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import sqlalchemy as sa

from warehouse.ledger.store import frame_of, now, writing
from warehouse.schema import outlooks as table


def outlooks(engine: sa.Engine, campaigns: tuple[str, ...] | None = None) -> pd.DataFrame:
    """The forecasts of past weeks, oldest first."""
    chosen = sa.select(table).order_by(table.c.as_of, table.c.campaign_id)
    if campaigns is not None:
        chosen = chosen.where(table.c.campaign_id.in_(list(campaigns)))
    return frame_of(engine, chosen)


def write_outlook(engine: sa.Engine, row: Mapping[str, object]) -> None:
    """Keep one forecast in the place of another method's; there is at most one of a campaign and day."""
    same = (table.c.campaign_id == row["campaign_id"]) & (table.c.as_of == row["as_of"])
    other = sa.func.coalesce(table.c.method, 1) != row["method"]
    with writing(engine) as connection:
        connection.execute(sa.delete(table).where(same & other))
        connection.execute(table.insert(), {**row, "made_at": now()})


def note_outcomes(engine: sa.Engine, came: Mapping[str, tuple[date, float]]) -> None:
    """Note on which day each campaign met its target and what it had cost by then.

    A campaign that is not named has not met it (its target may have been raised since).
    """
    with writing(engine) as connection:
        over = sa.update(table).where(table.c.campaign_id.not_in(list(came)))
        connection.execute(over.values(came_on=None, came_cost=None))
        for campaign_id, (day, cost) in came.items():
            own = sa.update(table).where(table.c.campaign_id == campaign_id)
            connection.execute(own.values(came_on=day, came_cost=cost))
