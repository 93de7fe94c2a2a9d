"""What a charter says of money and people to come is what the warehouse knows, and what is wrong has a name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import charter, engine, schema
from warehouse.charter_terms import Term
from warehouse.errors import Refused

MINIMAL = "campaign: alpha\ntarget_items: 100\nstarts_on: 2026-01-05\ndeadline: 2026-03-31\ncurrency: EUR\n"
FIFTH, SIXTH = dt.date(2026, 1, 5), dt.date(2026, 1, 6)


def terms(text: str) -> tuple[Term, ...]:
    (told,) = charter.charters_from(MINIMAL + text, "a.yaml")
    return told.terms


@pytest.mark.parametrize(
    ("text", "term"),
    [
        (
            "purchase_orders: [{number: P1, vendor: north, amount: 50, currency: USD, from: 2026-01-05}]",
            Term("order", "north", "P1", FIFTH, None, 50, "USD", None),
        ),
        ("floor_rates: [{amount: 9, from: 2026-01-05}]", Term("floor", None, None, FIFTH, None, 9, "EUR", None)),
        (
            "holidays: [{name: Epiphany, vendor: north, from: 2026-01-05}]",
            Term("holiday", "north", "Epiphany", FIFTH, SIXTH, None, None, None),
        ),
        (
            "holidays: [{from: 2026-01-05, until: 2026-01-09}]",
            Term("holiday", None, None, FIFTH, dt.date(2026, 1, 9), None, None, None),
        ),
        (
            "onboarding: [{from: 2026-01-05, trainers: 4}]",
            Term("onboarding", None, None, FIFTH, None, 4, None, 28),
        ),
        (
            "schedules: [{vendor: north, hours_per_week: 80, from: 2026-01-05, until: 2026-01-06}]",
            Term("schedule", "north", None, FIFTH, SIXTH, 80, None, None),
        ),
        (
            "service_levels: [{vendor: north, from: 2026-01-05, turnaround_hours: 48}]",
            Term("level", "north", "turnaround_hours", FIFTH, None, 48, None, None),
        ),
    ],
)  # fmt: skip
def test_a_term_is_read_with_its_stated_defaults(text, term):
    assert terms(text) == (term,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("holidays: [{name: X}]", "holidays[1].from: expected a day like 2026-03-31, found nothing"),
        (
            "holidays: [{from: 2026-01-05, until: 2026-01-05}]",
            "holidays[1].until: expected a day after 2026-01-05, found datetime.date(2026, 1, 5)",
        ),
        ("onboarding: [{from: 2026-01-05, trainers: some}]", "onboarding[1].trainers: expected a whole number from 1"),
        ("schedules: [{hours_per_week: 4, from: 2026-01-05}]", "schedules[1].vendor: expected a text, found nothing"),
        ("purchase_orders: [{vendor: n, amount: 4, day: 2026-01-05}]", "purchase_orders[1].day: unknown field"),
        ("service_levels: [{vendor: n, from: 2026-01-05}]", "service_levels[1]: expected one of gold_accuracy, first_pass"),
        (
            "service_levels: [{vendor: n, from: 2026-01-05, first_pass: 80}]",
            "service_levels[1].first_pass: expected a share from 0 to 1, found 80",
        ),
        ("floor_rates: 12", "floor_rates: expected a list, found 12"),
        (
            "floor_rates: [{amount: 9, from: 2026-01-05}, {amount: 8, from: 2026-01-05}]",
            "floor from 2026-01-05: expected once, found 2 times",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_place(text, sentence):
    with pytest.raises(Refused) as refused:
        terms(text)
    assert sentence in str(refused.value)


def test_a_new_version_says_which_terms_changed(tmp_path: Path):
    url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    path = tmp_path / "a.yaml"
    path.write_text(MINIMAL + "onboarding: [{from: 2026-01-05, trainers: 4}]\n")
    charter.apply(path, url)
    path.write_text(
        MINIMAL
        + "onboarding: [{from: 2026-01-05, trainers: 6}]\nholidays: [{name: Epiphany, from: 2026-01-06}]\n"
    )
    said = charter.apply(path, url)
    assert "term onboarding from 2026-01-05 4, proficient after 28 days -> 6, proficient" in said
    assert "term holiday Epiphany from 2026-01-06 added" in said
    with engine.connect(url).connect() as connection:
        table = schema.charter_terms
        stored = connection.execute(sa.select(table.c.version, table.c.kind, table.c.amount)).all()
    assert sorted(map(tuple, stored), key=str) == [
        (1, "onboarding", 4.0),
        (2, "holiday", None),
        (2, "onboarding", 6.0),
    ]
