"""What a charter says of money and people to come: purchase orders, floor rates, holidays, onboarding, schedules,
service levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from warehouse.charter_fields import Fields

RAMP_DAYS = 28
"""Days until a new trainer counts as proficient, where a charter does not say otherwise."""


LEVEL_SHARES = ("gold_accuracy", "first_pass", "final_acceptance", "rework_rate")
LEVELS = (*LEVEL_SHARES, "turnaround_hours", "weekly_submitted")
"""What a vendor can agree to: shares, half of the items within so many hours, assignments a week."""


@dataclass(frozen=True)
class Term:
    """One of them; ``ends_on`` is the first day on which it no longer holds, no vendor means any."""

    kind: str
    vendor_id: str | None
    name: str | None
    starts_on: date
    ends_on: date | None
    amount: float | None
    currency: str | None
    ramp_days: int | None

    @property
    def label(self) -> str:
        """How a sentence names it."""
        whom = [self.kind, self.name, self.vendor_id]
        return f"{' '.join(filter(None, whom))} from {self.starts_on}"

    @property
    def words(self) -> str:
        """What it says, in words."""
        until = f" until {self.ends_on}" if self.ends_on else ""
        ramp = f", proficient after {self.ramp_days} days" if self.ramp_days is not None else ""
        number = "" if self.amount is None else f"{self.amount:g} {self.currency or ''}".strip()
        return (number + until + ramp).strip() or "a day"


def terms(told: Fields, currency: str) -> tuple[Term, ...]:
    """Every term of the charter ``told``; ``currency`` is the charter's own."""
    found = [
        *_orders(told, currency),
        *_floors(told, currency),
        *_holidays(told),
        *_onboarding(told),
        *_schedules(told),
        *_levels(told),
    ]
    labels = [term.label for term in found]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        told.faults.append(f"{label}: expected once, found {labels.count(label)} times")
    return tuple(found)


def _rows(told: Fields, key: str, known: str) -> Iterator[Fields]:
    for number, row in enumerate(told.rows(key), 1):
        yield Fields(row, f"{key}[{number}].", told.faults, known)


def _orders(told: Fields, currency: str) -> Iterator[Term]:
    for one in _rows(told, "purchase_orders", "number vendor amount currency from"):
        yield Term(
            "order", one.text("vendor"), one.maybe_text("number"), one.day("from"), None,
            one.number("amount"), one.currency("currency", currency), None,
        )  # fmt: skip


def _floors(told: Fields, currency: str) -> Iterator[Term]:
    for one in _rows(told, "floor_rates", "vendor amount currency from until"):
        yield Term(
            "floor", one.maybe_text("vendor"), None, one.day("from"), _end(one),
            one.number("amount"), one.currency("currency", currency), None,
        )  # fmt: skip


def _holidays(told: Fields) -> Iterator[Term]:
    for one in _rows(told, "holidays", "name vendor from until"):
        start = one.day("from")
        # A holiday without an end is that one day; an end makes it a break.
        end = _end(one) or min(start, date.max - timedelta(days=1)) + timedelta(days=1)
        yield Term(
            "holiday",
            one.maybe_text("vendor"),
            one.maybe_text("name"),
            start,
            end,
            None,
            None,
            None,
        )


def _onboarding(told: Fields) -> Iterator[Term]:
    for one in _rows(told, "onboarding", "vendor from trainers ramp_days"):
        yield Term(
            "onboarding", one.maybe_text("vendor"), None, one.day("from"), None,
            float(one.count("trainers")), None, one.count("ramp_days", RAMP_DAYS),
        )  # fmt: skip


def _schedules(told: Fields) -> Iterator[Term]:
    for one in _rows(told, "schedules", "vendor from until hours_per_week"):
        yield Term(
            "schedule", one.text("vendor"), None, one.day("from"), _end(one),
            one.number("hours_per_week"), None, None,
        )  # fmt: skip


def _levels(told: Fields) -> Iterator[Term]:
    for one in _rows(told, "service_levels", f"vendor from until {' '.join(LEVELS)}"):
        vendor, start, end = one.text("vendor"), one.day("from"), _end(one)
        for figure in (f for f in LEVELS if f in one.told):
            most = 1 if figure in LEVEL_SHARES else 1e12
            yield Term(
                "level", vendor, figure, start, end, one.number(figure, most=most), None, None
            )
        if not set(LEVELS) & set(one.told):
            one.fault("", f"one of {', '.join(LEVELS)}", None)


def _end(one: Fields) -> date | None:
    """The ``until`` of a row: the first day after, which has to lie behind its ``from``."""
    end = one.maybe_day("until")
    start = one.told.get("from")
    if end is not None and isinstance(start, date) and end <= start:
        one.fault("until", f"a day after {start}", end)
    return end
