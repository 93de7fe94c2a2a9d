"""Invoices: loaded whole or not at all, and each difference from what was accrued has its cause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import demo, engine, schema
from warehouse.__main__ import main
from warehouse.errors import Refused
from warehouse.ingest import load_invoices
from warehouse.read import fetch
from warehouse.scope import Scope

HEADER = "vendor,campaign,invoice,period_start,period_end,unit,units,rate,amount,currency,issued_on,paid_on"
MAY = "north,alpha,N1,2026-05-01,2026-05-31,assignment,100,1.50,150.00,USD,2026-06-02,"
FEE = "north,alpha,N1,2026-05-01,2026-05-31,fee,1,20,20,USD,2026-06-02,"
MOMENT = dt.datetime(2026, 1, 1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A warehouse in which north is paid in dollars for alpha, and south in nothing that is known."""
    address = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    with engine.publish(address) as connection:
        for vendor in ("north", "south"):
            row = {"vendor_id": vendor, "vendor_name": vendor, "recorded_at": MOMENT}
            engine.insert(connection, "vendors", [row])
        for campaign in ("alpha", "beta"):
            row = {"campaign_id": campaign, "campaign_name": campaign, "recorded_at": MOMENT}
            engine.insert(connection, "campaigns", [row])
        card = {"vendor_id": "north", "campaign_id": "alpha", "unit": "assignment", "amount": 1.5}
        card |= {"currency": "USD", "valid_from": MOMENT.date(), "recorded_at": MOMENT}
        engine.insert(connection, "rate_cards", [card])
    return address


@pytest.fixture
def load(url: str, tmp_path: Path):
    """Load lines as a file; what came back as text."""

    def loaded(*lines: str, header: str = HEADER) -> str:
        path = tmp_path / "invoices.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        return str(load_invoices([path], url=url))

    return loaded


@pytest.fixture
def stored(url: str):
    """The rows of a table as they are published."""

    def rows(table: str = "invoices") -> list[sa.Row]:
        with engine.connect(url).connect() as connection:
            return connection.execute(sa.select(schema.metadata.tables[table])).all()

    return rows


def test_an_invoice_is_stored_line_by_line(load, stored):
    assert "2 lines read = 2 new of 1 invoices" in load(MAY, FEE)
    may, fee = sorted(stored(), key=lambda row: row.unit)
    assert (may.vendor_id, may.campaign_id, may.invoice_no) == ("north", "alpha", "N1")
    assert (may.period_start, may.period_until) == (dt.date(2026, 5, 1), dt.date(2026, 6, 1))
    assert (may.units, may.rate, may.amount, may.currency) == (100, 1.5, 150, "USD")
    assert (may.issued_on, may.paid_on) == (dt.date(2026, 6, 2), None)
    assert fee.amount == 20


def test_the_same_invoice_again_changes_nothing(load, stored):
    load(MAY, FEE)
    assert "0 new of 0 invoices + 0 issued or paid since + 2 already there" in load(MAY, FEE)
    assert len(stored()) == 2


def test_a_load_of_invoices_stands_in_the_book_of_loads(load, stored):
    load(MAY)
    load(MAY, FEE.replace("N1", "N2"))
    assert [(r.source, r.rows_read, r.rows_loaded, r.rows_there) for r in stored("loads")] == [
        ("invoices", 1, 1, 0),
        ("invoices", 2, 1, 1),
    ]


def test_the_day_of_payment_is_recorded_when_it_comes(load, stored, url):
    load(MAY)
    assert "1 issued or paid since" in load(MAY + "2026-06-30")
    before, after = sorted(stored(), key=lambda row: row.recorded_at)
    assert (before.paid_on, after.paid_on) == (None, dt.date(2026, 6, 30))
    told = {"since": dt.date(2026, 5, 1), "until": dt.date(2026, 6, 1)}
    asked = "spend/invoices_by_period_v1"
    now = fetch(engine.connect(url), asked, **told)
    then = fetch(engine.connect(url), asked, known_at=before.recorded_at, **told)
    assert (len(now), now["amount_paid"].item(), then["amount_paid"].item()) == (1, 150, 0)


def test_a_line_without_a_campaign_is_for_all_of_the_vendors(load, stored):
    load("south,,S1,2026-05-01,2026-05-31,hour,10,20,200,EUR,,")
    assert stored()[0].campaign_id is None


def test_a_credit_note_corrects_the_period_of_an_invoice(load, stored):
    load(MAY)
    load("north,alpha,N2,2026-05-01,2026-05-31,assignment,-10,1.50,-15.00,USD,2026-06-12,")
    assert sum(row.amount for row in stored()) == 135


def test_the_next_period_begins_where_the_last_one_ended(load, stored):
    load(MAY)
    load("north,alpha,N2,2026-06-01,2026-06-30,assignment,10,1.50,15.00,USD,,")
    assert len(stored()) == 2


def test_a_vendors_person_sees_the_vendors_own_invoices_only(load, url):
    load(MAY)
    load("south,,S1,2026-05-01,2026-05-31,hour,10,20,200,EUR,,")
    told = {"since": dt.date(2026, 5, 1), "until": dt.date(2026, 6, 1)}
    own = Scope(vendors=("south",), is_own_only=True)
    for name, params in (
        ("spend/invoices_by_period_v1", told),
        ("spend/money_by_vendor_v1", {"as_of": dt.date(2026, 7, 1)}),
    ):
        seen = fetch(engine.connect(url), name, scope=own, **params)
        assert set(seen["vendor_id"]) == {"south"}


REFUSED = {
    "an unknown vendor": (MAY.replace("north", "nord"), "expected a known vendor (north, south), found 'nord'"),
    "an unknown campaign": (MAY.replace("alpha", "alfa"), "expected a known campaign (alpha, beta), found 'alfa'"),
    "a wrong currency": (MAY.replace("USD", "EUR"), "expected USD, in which north is paid, found EUR"),
    "no currency": (MAY.replace("USD", "dollars"), "expected a currency code like USD, found 'dollars'"),
    "an end before its start": (MAY.replace("05-31", "04-30"), "expected a period_end from 2026-05-01, found 2026-04-30"),
    "a wrong sum": (MAY.replace("150.00", "160.00"), "expected an amount of 100 x 1.5 = 150.00, found 160.00"),
    "an unknown unit": (MAY.replace("assignment", "task"), "expected a unit of assignment, hour"),
    "a number with commas": (MAY.replace("150.00", "1.50.00"), "expected a number of amount like 1234.50"),
    "no number": (MAY.replace("150.00", "nan"), "expected a number of amount like 1234.50"),
    "no day": (MAY.replace("2026-05-31", "31 May"), "expected a period_end like 2026-03-31, found '31 May'"),
    "a day of another age": (MAY.replace("2026-05-31", "9999-12-31"), "expected a period_end from 1970 to 2099, found 9999"),
    "no invoice number": (MAY.replace("N1", ""), "expected the invoice, found nothing"),
    "too few cells": ("north,alpha,N1", "expected as many cells as the header has columns"),
    "the same line twice": (f"{MAY}\n{MAY}", "expected each line of invoice N1 once"),
    "a period billed already": (MAY.replace("N1", "N2").replace("05-01", "05-31"), "that invoice N0 of north"),
    "all campaigns over one": (MAY.replace("N1", "N2").replace("alpha", ""), "that invoice N0 of north"),
    "another sum under a known number": (
        MAY.replace("N1", "N0").replace("100,1.50,150.00", "90,1.50,135.00"),
        "expected invoice N0 of north as it was loaded (100 x 1.5 = 150.00 USD), found 90 x 1.5 = 135.00 USD",
    ),
    "another line under a known number": (FEE.replace("N1", "N0"), "expected the 1 lines with which invoice N0"),
    "a credit note for half a period": (
        "north,alpha,N2,2026-05-01,2026-05-15,assignment,-10,1.50,-15.00,USD,,",
        "that invoice N0 of north",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_is_wrong_is_refused_in_a_sentence_and_nothing_is_loaded(wrong, load, stored):
    load(MAY.replace("N1", "N0"))
    line, said = REFUSED[wrong]
    right = "south,,S1,2026-05-01,2026-05-31,hour,10,20,200,EUR,,"
    with pytest.raises(Refused) as refused:
        load(right, line)
    assert said in str(refused.value)
    assert "invoices.csv, row" in str(refused.value)
    assert [row.invoice_no for row in stored()] == ["N0"]
    assert len(stored("loads")) == 1


def test_a_missing_or_unknown_column_is_named(load):
    with pytest.raises(Refused, match="found no rate, currency"):
        load(header=HEADER.replace("rate,", "").replace("currency,", ""))
    with pytest.raises(Refused, match="found payed_on"):
        load(header=HEADER.replace("paid_on", "payed_on"))


def test_a_file_without_a_line_is_refused(load):
    with pytest.raises(Refused, match="expected a line of an invoice, found none"):
        load()


def test_the_command_says_what_it_did_and_refuses_with_2(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WAREHOUSE_URL", url)
    path = tmp_path / "invoices.csv"
    path.write_text(f"{HEADER}\n{MAY}\n")
    assert main(["load", str(path), "--format", "invoices"]) == 0
    assert "1 new of 1 invoices" in capsys.readouterr().out
    assert main(["load", str(path), "--format", "invoices", "--campaign", "alpha"]) == 2
    assert "expected no --campaign" in capsys.readouterr().err
    path.write_text(f"{HEADER}\n{MAY.replace('150.00', '1')}\n")
    assert main(["load", str(path), "--format", "invoices"]) == 2
    assert "expected an amount of 100 x 1.5 = 150.00, found 1.00" in capsys.readouterr().err


def test_a_load_of_work_still_needs_its_campaign(tmp_path, capsys):
    assert main(["load", str(tmp_path / "a.csv"), "--format", "mturk"]) == 2
    assert "expected --campaign" in capsys.readouterr().err


@pytest.fixture
def reconciled(demo_url: str):
    """The demo's invoices against its work."""
    span = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 7, 1)}
    return fetch(engine.connect(demo_url), "spend/invoices_by_period_v1", **span)


def test_the_parts_add_up_to_the_difference(reconciled):
    parts = reconciled[["from_hours", "from_count", "from_rate", "from_exchange"]].sum(axis=1)
    assert len(reconciled) > 300
    assert (parts - reconciled["difference_usd"]).abs().max() < 1e-9


def test_the_planted_differences_are_found_and_no_other(reconciled):
    wrong = reconciled[reconciled["cause"].isin(["hours", "count", "rate"])]
    planted = demo.truth(7, 60_000).query("kind == 'invoice'")
    assert {*zip(wrong["campaign_id"], wrong["vendor_id"], wrong["cause"], strict=True)} == {
        *zip(planted["campaign_id"], planted["segment"], planted["figure"], strict=True)
    }
    assert len(planted) == len(wrong) == 3
