"""Rows in quarantine, loaded once what was wrong is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.errors import Refused
from warehouse.ingest.load import load
from warehouse.ingest.order import Order, options_of
from warehouse.ingest.summary import LoadSummary
from warehouse.sources.batch import Batch


def replay(
    load_id: str | None = None,
    mapping: str | Path | Mapping | None = None,
    *,
    url: str | None = None,
    refresh: bool = True,
) -> tuple[LoadSummary, ...]:
    """Load quarantined rows again, those of ``load_id`` or all; ``mapping`` takes the place of the one used then."""
    return _Replays(tuple(_replays(load_id, options_of(mapping), url, refresh)))


class _Replays(tuple):
    """The loads that a replay made, as text one below the other."""

    def __str__(self) -> str:
        return "\n".join(str(one) for one in self) or "no rows in quarantine: nothing to replay"


def _replays(
    load_id: str | None, options: dict | None, url: str | None, refresh: bool
) -> Iterator[LoadSummary]:
    """A load for each load that left rows in quarantine; one that mends nothing does not hold up the others."""
    with engine.connect(url).connect() as connection:
        waiting = _waiting(connection, load_id)
    refusals = []
    for number, (name, told, rows) in enumerate(waiting, 1):
        try:
            again = _Again(Order.again(name, told, options), rows)
            yield load(
                again.batches(), again.raws, again.order, again.files, url, refresh, again.mark
            )
        except Refused as refusal:
            refusals.append(refusal)
            if len(refusals) == number == len(waiting):
                raise refusals[0] from None


class _Again:
    """The rows that one load left in quarantine."""

    def __init__(self, order: Order, rows: Sequence[sa.Row]) -> None:
        self.order = order
        self.files = list(dict.fromkeys(row.file for row in rows))
        self._rows = rows

    def batches(self) -> Iterator[tuple[int, Batch]]:
        for number in range(len(self.files)):
            for batch in self.order.module.reread(self._of(number), self.order.options):
                yield number, batch

    def raws(self, number: int, wanted: set[int]) -> dict[int, str]:
        return {row_no: raw for row_no, raw in self._of(number) if row_no in wanted}

    def mark(self, connection: sa.Connection, load_id: str) -> None:
        """Say which load took the rows up; deleted and written again, for not every engine updates."""
        quarantine = schema.quarantine
        still_open = sa.and_(
            quarantine.c.load_id.in_({row.load_id for row in self._rows}),
            quarantine.c.replayed_in.is_(None),
        )
        found = connection.execute(sa.select(quarantine).where(still_open)).mappings().all()
        connection.execute(sa.delete(quarantine).where(still_open))
        engine.insert(
            connection, "quarantine", [dict(row) | {"replayed_in": load_id} for row in found]
        )

    def _of(self, number: int) -> list[tuple[int, str]]:
        return [(row.row_no, row.raw) for row in self._rows if row.file == self.files[number]]


def _waiting(connection: sa.Connection, load_id: str | None) -> list[tuple[str, str, list[sa.Row]]]:
    """The rows in quarantine by load, with what the load was asked for."""
    loads, quarantine = schema.loads, schema.quarantine
    told = sa.select(loads.c.load_id, loads.c.options)
    rows = sa.select(quarantine).where(quarantine.c.replayed_in.is_(None))
    if load_id is not None:
        told = told.where(loads.c.load_id == load_id)
        rows = rows.where(quarantine.c.load_id == load_id)
    orders = {row.load_id: row.options for row in connection.execute(told)}
    if load_id is not None and not orders:
        raise Refused(f"expected the id of a load (see Data health), found {load_id!r}")
    by_load: dict[str, list[sa.Row]] = {}
    order = (quarantine.c.load_id, quarantine.c.file, quarantine.c.row_no)
    for row in connection.execute(rows.order_by(*order)):
        by_load.setdefault(row.load_id, []).append(row)
    return [(name, orders.get(name, ""), found) for name, found in by_load.items()]
