"""What a load's files brought, on its way through the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import Refused
from warehouse.ingest.collisions import Numbers
from warehouse.ingest.order import WORLDWIDE, Order, Stamp
from warehouse.ingest.pseudonyms import Door
from warehouse.ingest.staging import Staging
from warehouse.sources.batch import REFUSED, Batch, from_rows

TOLD_OTHERWISE = "an earlier row of this load tells otherwise of the same assignment"
OF_ANOTHER_ITEM = "an earlier row has the same assignment on another item"


class Arrived:
    """All that the files brought besides the staged events; e-mail addresses go no further than this."""

    def __init__(self, order: Order, door: Door, staging: Staging, files: int) -> None:
        self._order = order
        self._numbers = Numbers() if order.is_numbered and files > 1 else None
        self._door = door
        self._staging = staging
        self.rows = 0
        self.files_of: list[int] = []
        self.refused: list[pa.Table] = []
        self.gold: list[pa.Table] = []
        self.names: dict[str, str | None] = {}
        self.knows_reviews = False

    def take(self, number: int, batch: Batch) -> None:
        self.rows += batch.rows
        self.knows_reviews |= batch.knows_reviews
        events, gold = batch.events, batch.gold
        if self._order.source:
            events = _owned(events, self._order)
            gold = _prefixed(gold, "item_id", self._order.source)
        for name in ("trainer_id", "actor_id"):
            at = events.schema.get_field_index(name)
            events = events.set_column(
                at, events.schema.field(at), self._door.people(events.column(at))
            )
        events = self._door.texts(events)
        events = self._filled(events)
        if self._numbers is not None:
            self._numbers.require_same(events)
        self._staging.add(events, self._door.texts(batch.responses), number)
        for person in batch.people.to_pylist():
            name = self._door.person(person["login"])
            if person["full_name"] or name not in self.names:
                self.names[name] = person["full_name"]
        if batch.refused.num_rows:
            self.refused.append(self._door.texts(batch.refused))
            self.files_of += [number] * batch.refused.num_rows
        if gold.num_rows:
            self.gold.append(_filled(self._door.texts(gold), "campaign_id", self._order.campaign))

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
        self,
        odd: Sequence[tuple[int, int]],
        reason: str,
        raws: Callable[[int, set[int]], dict[int, str]],
    ) -> None:
        """Quarantine rows (their file's number and their own) for ``reason``."""
        for number in sorted({number for number, _ in odd}):
            wanted = {row for at, row in odd if at == number}
            found = raws(number, wanted)
            rows = [{"row_no": r, "reason": reason, "raw": found[r]} for r in sorted(wanted)]
            self.refused.append(self._door.texts(from_rows(REFUSED, rows)))
            self.files_of += [number] * len(rows)

    def require_some(self, *, of_at_least: int) -> None:
        """Refuse where not one row could be read: the mapping or the format is wrong, not the rows."""
        refused = [row["reason"] for part in self.refused for row in part.to_pylist()]
        if len(refused) == self.rows >= of_at_least:
            reason, n = Counter(refused).most_common(1)[0]
            raise Refused(f"none of {self.rows:,} rows can be read; {n:,} of them: {reason}")

    def refused_rows(self, files: Sequence[str], stamp: Stamp) -> list[dict]:
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


def _owned(events: pa.Table, order: Order) -> pa.Table:
    """``events`` with ids that no other source has; an e-mail address is the same person everywhere."""
    for name in ("item_id", "assignment_id", "batch_id"):
        events = _prefixed(events, name, order.source)
    if order.format in WORLDWIDE:
        return events
    for name in ("trainer_id", "actor_id"):
        at = events.schema.get_field_index(name)
        logins = events.column(name)
        bare = pc.replace_substring_regex(logins, f"^{order.format}:", "")
        owned = pc.binary_join_element_wise(order.source, bare, ":")
        has_address = pc.match_substring(logins, "@")
        events = events.set_column(
            at, events.schema.field(at), pc.if_else(has_address, logins, owned)
        )
    return events


def _prefixed(rows: pa.Table, name: str, source: str) -> pa.Table:
    at = rows.schema.get_field_index(name)
    told = pc.binary_join_element_wise(source, rows.column(name), ":")
    return rows.set_column(at, rows.schema.field(at), told)
