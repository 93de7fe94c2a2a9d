"""Loading invoices: held against what the warehouse knows, then all of them or none.

An invoice is known by its vendor and number. The same again changes nothing; the same with days on which it was issued or
paid records these. Anything else under a known number is refused: a correction is a credit note with a number of its own,
negative, for the period it corrects.
"""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.errors import Refused
from warehouse.ingest.order import now
from warehouse.sources.invoices import Line, read

FORMAT = "invoices"
_STORED = [field.name for field in fields(Line) if field.name != "place"]


@dataclass(frozen=True)
class Invoiced:
    """What a load of invoices did; as text, for the person who ran it."""

    load_id: str
    lines: int
    new: int
    noted: int
    invoices: int

    def __str__(self) -> str:
        there = self.lines - self.new - self.noted
        return (
            f"load {self.load_id}: {self.lines:,} lines read = {self.new:,} new of {self.invoices:,} invoices "
            f"+ {self.noted:,} issued or paid since + {there:,} already there"
        )


def load_invoices(paths: Sequence[str | Path], *, url: str | None = None) -> Invoiced:
    """Load the invoices of ``paths``; raises ``Refused``, with nothing changed, for the first that is wrong."""
    files = [Path(path) for path in paths]
    lines = [line for path in files for line in read(path)]
    if not lines:
        raise Refused(f"{', '.join(map(str, files))}: expected a line of an invoice, found none")
    _require_once(lines)
    started = now()
    load_id = f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with engine.publish(url) as connection:
        before = known_lines(connection)
        _require_known(connection, lines)
        new = [line for line in lines if line.key not in before]
        noted = [
            merged
            for line in lines
            if line.key in before and (merged := _noted(before[line.key], line)) is not None
        ]
        _require_whole(before, lines)
        _require_currency(connection, new)
        _require_no_overlap([*before.values(), *new], new)
        recorded = {"load_id": load_id, "recorded_at": now()}
        rows = [
            {name: getattr(line, name) for name in _STORED} | recorded for line in [*new, *noted]
        ]
        engine.insert(connection, "invoices", rows)
        changed = len(new) + len(noted)
        engine.insert(
            connection,
            "loads",
            [
                {
                    "load_id": load_id,
                    "source": FORMAT,
                    "campaign_id": None,
                    "files": ", ".join(path.name for path in files),
                    "started_at": started,
                    "recorded_at": recorded["recorded_at"],
                    "rows_read": len(lines),
                    "rows_loaded": changed,
                    "rows_there": len(lines) - changed,
                    "rows_quarantined": 0,
                    "events": 0,
                    "first_occurred": None,
                    "last_occurred": None,
                    "options": "",
                }
            ],
        )
    return Invoiced(load_id, len(lines), len(new), len(noted), len({line.invoice for line in new}))


def known_lines(connection: sa.Connection) -> dict[tuple, Line]:
    """The lines in the warehouse by what they claim, as last recorded."""
    table = schema.invoices
    chosen = sa.select(*(table.c[name] for name in _STORED)).order_by(table.c.recorded_at)
    lines = [Line(*row, place="the warehouse") for row in connection.execute(chosen)]
    return {line.key: line for line in lines}


def _require_once(lines: Iterable[Line]) -> None:
    first: dict[tuple, Line] = {}
    for line in lines:
        other = first.setdefault(line.key, line)
        if other is not line:
            raise Refused(
                f"{line.place}: expected each line of invoice {line.invoice_no} once, found it again after {other.place}"
            )


def _require_known(connection: sa.Connection, lines: Iterable[Line]) -> None:
    vendors = _values(connection, schema.vendors.c.vendor_id)
    campaigns = _values(connection, schema.campaigns.c.campaign_id) | _values(
        connection, schema.charters.c.campaign_id
    )
    for line in lines:
        for what, name, known in (
            ("vendor", line.vendor_id, vendors),
            ("campaign", line.campaign_id, campaigns),
        ):
            if name is not None and name not in known:
                there = ", ".join(sorted(known)) or "none yet"
                raise Refused(f"{line.place}: expected a known {what} ({there}), found {name!r}")


def _noted(before: Line, line: Line) -> Line | None:
    """``before`` with the days that ``line`` adds; None where it says nothing new."""
    if line.claim != before.claim:
        raise Refused(
            f"{line.place}: expected invoice {line.invoice_no} of {line.vendor_id} as it was loaded ({_said(before)}), "
            f"found {_said(line)}; a correction is a credit note with a number of its own"
        )
    told = {
        name: getattr(line, name)
        for name in ("issued_on", "paid_on")
        if getattr(line, name) is not None and getattr(line, name) != getattr(before, name)
    }
    return replace(before, **told) if told else None


def _said(line: Line) -> str:
    return f"{line.units:g} x {line.rate:g} = {line.amount:.2f} {line.currency}"


def _require_whole(before: dict[tuple, Line], lines: Iterable[Line]) -> None:
    """An invoice that was loaded gets no further lines."""
    loaded = Counter(line.invoice for line in before.values())
    for line in lines:
        if line.key not in before and line.invoice in loaded:
            raise Refused(
                f"{line.place}: expected the {loaded[line.invoice]} lines with which invoice {line.invoice_no} of "
                f"{line.vendor_id} was loaded, found another ({line.unit}, {line.period})"
            )


def _require_currency(connection: sa.Connection, lines: Iterable[Line]) -> None:
    """An invoice is in the currency that was agreed, or else in which the vendor's work is known to cost."""
    cards, spent = schema.rate_cards, schema.spend_by_day
    agreed = sa.select(cards.c.vendor_id, cards.c.campaign_id, cards.c.currency).where(
        cards.c.vendor_id.is_not(None)
    )
    cost = sa.select(spent.c.vendor_id, spent.c.campaign_id, spent.c.currency).where(
        spent.c.vendor_id.is_not(None), spent.c.category != "review", spent.c.currency != ""
    )
    sources = [connection.execute(chosen.distinct()).all() for chosen in (agreed, cost)]
    for line in lines:
        told = (
            {
                currency
                for vendor, campaign, currency in source
                if vendor == line.vendor_id
                and (not campaign or not line.campaign_id or campaign == line.campaign_id)
            }
            for source in sources
        )
        expected = next(filter(None, told), set())
        if expected and line.currency not in expected:
            raise Refused(
                f"{line.place}: expected {' or '.join(sorted(expected))}, in which {line.vendor_id} is paid, "
                f"found {line.currency}"
            )


def _require_no_overlap(every: Sequence[Line], new: Sequence[Line]) -> None:
    """The same work is billed once; a credit note is for exactly the period it corrects."""
    of_vendor: dict[tuple, list[Line]] = {}
    for line in every:
        of_vendor.setdefault((line.vendor_id, line.unit), []).append(line)
    fresh = {line.key for line in new}
    for lines in of_vendor.values():
        for one, other in itertools.combinations(lines, 2):
            line, earlier = (other, one) if other.key in fresh else (one, other)
            if line.key not in fresh or not _overlap(line, earlier):
                continue
            is_credit = min(line.amount, earlier.amount) < 0 and _place(line) == _place(earlier)
            if not is_credit:
                raise Refused(
                    f"{line.place}: expected a period that invoice {earlier.invoice_no} of {line.vendor_id} "
                    f"({line.unit}, {earlier.campaign_id or 'all campaigns'}, {earlier.period}) does not cover, "
                    f"found {line.period}"
                )


def _overlap(one: Line, other: Line) -> bool:
    same = one.campaign_id == other.campaign_id or not one.campaign_id or not other.campaign_id
    return same and one.period_start < other.period_until and other.period_start < one.period_until


def _place(line: Line) -> tuple:
    return line.campaign_id, line.period_start, line.period_until


def _values(connection: sa.Connection, column: sa.Column) -> set[str]:
    return set(connection.execute(sa.select(column).distinct()).scalars())
