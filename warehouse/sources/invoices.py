"""Invoices of vendors (CSV), one row per line of an invoice.

Columns: ``vendor, invoice, period_start, period_end, unit, units, rate, amount, currency``, and where they are known
``campaign`` (empty: all of the vendor's), ``issued_on``, ``paid_on``. A period's end is its last day. An invoice is a
claim for money: a file with a row that does not add up is refused whole, nothing of it is set aside.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from warehouse.errors import Refused
from warehouse.sources.times import END, FIRST, SPAN

NEEDED = (
    "vendor", "invoice", "period_start", "period_end", "unit", "units", "rate", "amount", "currency",
)  # fmt: skip
OPTIONAL = ("campaign", "issued_on", "paid_on")
UNITS = ("assignment", "hour", "review", "review_hour", "onboarding", "bonus", "fee")
CENT = 0.01
"""An amount may differ by so much from units x rate: it was rounded."""


@dataclass(frozen=True)
class Line:
    """A line of an invoice. ``period_until`` is the first day after its period."""

    vendor_id: str
    campaign_id: str | None
    invoice_no: str
    period_start: date
    period_until: date
    unit: str
    units: float
    rate: float
    amount: float
    currency: str
    issued_on: date | None
    paid_on: date | None
    place: str
    """The file and the row, for a sentence."""

    @property
    def key(self) -> tuple:
        """What makes two lines the same claim."""
        return (
            *self.invoice,
            self.campaign_id or "",
            self.unit,
            self.period_start,
            self.period_until,
        )

    @property
    def invoice(self) -> tuple[str, str]:
        return self.vendor_id, self.invoice_no

    @property
    def claim(self) -> tuple:
        """What may not change once it was loaded."""
        return self.units, self.rate, self.amount, self.currency

    @property
    def period(self) -> str:
        return f"{self.period_start} to {self.period_until - timedelta(days=1)}"


def read(path: Path) -> list[Line]:
    """The lines of ``path``; refuses the file with the first fault it finds."""
    try:
        if b"\0" in path.read_bytes():
            raise Refused(f"{path}: expected text in UTF-8, found NUL characters (UTF-16?)")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            _check_columns(path, rows.fieldnames or [])
            return [_line(f"{path.name}, row {n}", row) for n, row in enumerate(rows, 1)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: expected invoices as CSV, could not read it: {error}") from error


def _check_columns(path: Path, found: list[str]) -> None:
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise Refused(
            f"{path}: expected the columns {', '.join(NEEDED)}, found no {', '.join(missing)}"
        )
    odd = [str(name) for name in found if name not in NEEDED + OPTIONAL]
    if odd:
        raise Refused(
            f"{path}: expected no columns but {', '.join(NEEDED + OPTIONAL)}, found {', '.join(odd)}"
        )


def _line(place: str, row: dict[str, str | None]) -> Line:
    if None in row or None in row.values():
        raise Refused(
            f"{place}: expected as many cells as the header has columns, found more or fewer"
        )
    told = {name: str(value).strip() for name, value in row.items()}
    for name in ("vendor", "invoice"):
        if not told[name]:
            raise Refused(f"{place}: expected the {name}, found nothing")
    if told["unit"] not in UNITS:
        raise Refused(f"{place}: expected a unit of {', '.join(UNITS)}, found {told['unit']!r}")
    if not re.fullmatch("[A-Z]{3}", told["currency"]):
        raise Refused(f"{place}: expected a currency code like USD, found {told['currency']!r}")
    start, end = (_day(place, name, told[name]) for name in ("period_start", "period_end"))
    issued, paid = (
        _day(place, name, told[name]) if told.get(name) else None
        for name in ("issued_on", "paid_on")
    )
    if end < start:
        raise Refused(f"{place}: expected a period_end from {start}, found {end}")
    units, rate, amount = (_number(place, name, told[name]) for name in ("units", "rate", "amount"))
    if abs(units * rate - amount) > CENT:
        raise Refused(
            f"{place}: expected an amount of {units:g} x {rate:g} = {units * rate:.2f}, found {amount:.2f}"
        )
    return Line(
        told["vendor"], told.get("campaign") or None, told["invoice"], start, end + timedelta(days=1),
        told["unit"], units, rate, amount, told["currency"], issued, paid, place,
    )  # fmt: skip


def _day(place: str, name: str, told: str) -> date:
    try:
        day = date.fromisoformat(told)
    except ValueError as error:
        raise Refused(f"{place}: expected a {name} like 2026-03-31, found {told!r}") from error
    if not FIRST.year <= day.year < END.year:
        raise Refused(f"{place}: expected a {name} {SPAN}, found {told}")
    return day


def _number(place: str, name: str, told: str) -> float:
    try:
        number = float(told)
    except ValueError as error:
        raise Refused(
            f"{place}: expected a number of {name} like 1234.50, found {told!r}"
        ) from error
    if not math.isfinite(number):
        raise Refused(f"{place}: expected a number of {name} like 1234.50, found {told!r}")
    return number
