"""The money pages say who bills more than was done, who earns less than the floor, and what was booked and worked."""

import datetime as dt

import pandas as pd
import pytest

from dashboard import data
from dashboard.panels import completion, invoices, spend
from tests.conftest import add
from tests.test_views import empty, full, open_view, text  # noqa: F401
from warehouse import engine as door
from warehouse import ledger, outlook
from warehouse.refresh import refresh


def lines(**changes):
    row = {
        "vendor": "North", "campaign": "Alpha", "unit": "hour", "cause": "hours", "period_start": pd.Timestamp("2026-05-01"),
        "period_until": pd.Timestamp("2026-06-01"), "units_invoiced": 112.0, "units_accrued": 100.0, "rate_invoiced": 2.0,
        "rate_accrued": 2.0, "difference_usd": 24.0, "from_hours": 24.0, "from_count": 0.0, "from_rate": 0.0,
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def test_a_bill_over_the_work_is_said_with_its_cause_and_its_money():
    rows = lines()
    assert (
        "**1 of 1 invoice line in dispute, $24.00 too much**: North, May: hours +12"
        in invoices.verdict(rows, rows)
    )
    rate = lines(cause="rate", rate_invoiced=2.3, from_hours=0.0, from_rate=33.6)
    assert "North, May: the rate +15\u00a0% ($33.60)" in invoices.verdict(rate, rate)
    never = lines(cause="count", unit="bonus", units_accrued=0.0, from_hours=0.0, from_count=24.0)
    assert "bonuses never accrued ($24.00)" in invoices.verdict(never, never)


def test_bills_that_agree_are_said_to_and_what_cannot_be_compared_is_not_among_them():
    rows = pd.concat(
        [lines(cause="", difference_usd=0.0), lines(cause="", difference_usd=float("nan"))]
    )
    said = invoices.verdict(rows, rows.head(0))
    assert (
        "**All 1 lines that can be compared agree**" in said and "1 line cannot be compared" in said
    )


def test_a_category_stands_once_in_the_waterfall_whatever_its_place_in_each_campaign():
    rows = [
        ("annotation", 1, 5.0),
        ("bonus", 2, 1.0),
        ("annotation", 1, 5.0),
        ("gold", 2, 2.0),
        ("bonus", 3, 1.0),
    ]
    told = spend.by_category(pd.DataFrame(rows, columns=["category", "place", "cost_usd"]))
    assert told["category"].tolist() == ["annotation", "gold", "bonus"]
    assert told["cost_usd"].tolist() == [10.0, 2.0, 2.0]


def floors(**changes):
    row = {
        "vendor": "North",
        "campaign": "Alpha",
        "effective_hourly": 9.0,
        "floor_hourly": 10.0,
        "is_below": True,
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (floors(), "**Below the floor**: North in Alpha ($9.00 an hour, floor $10.00)"),
        (floors(is_below=False), "Nobody earns less than the floor"),
        (floors(floor_hourly=float("nan"), is_below=False), "No floor rate is set"),
    ],
)
def test_the_floor_has_a_verdict(rows, said):
    assert said in completion.floor_verdict(rows)


def test_spend_shows_the_four_kinds_of_money_and_the_invoices_in_dispute(full):  # noqa: F811
    page = open_view("spend.py")
    assert {s.value for s in page.subheader} >= {
        "Committed, accrued, invoiced, paid",
        "Do invoices agree with the work?",
    }
    told = text(page)
    assert "**3 of " in told and "Meridian Linguists, May: hours +1" in told
    assert "Kestrel Labs, April: the rate +15 %" in told
    (disputed,) = [
        d.value for d in page.dataframe if "from_exchange" in d.value and len(d.value) == 3
    ]
    parts = disputed[["from_hours", "from_count", "from_rate", "from_exchange"]].sum(axis=1)
    assert (parts - disputed["difference_usd"]).abs().max() < 1e-9


def test_throughput_shows_what_was_worked_of_what_was_booked(full):  # noqa: F811
    page = open_view("throughput.py")
    (booked,) = [d.value for d in page.dataframe if "scheduled_hours" in d.value]
    assert (
        booked["utilisation"] - 100 * booked["hours"] / booked["scheduled_hours"]
    ).abs().max() < 1e-9
    assert "of the booked hours" in text(page)


@pytest.mark.slow
def test_many_campaigns_show_the_forecasts_that_were_stored(full, monkeypatch):  # noqa: F811
    warehouse, book = door.connect(), ledger.connect()
    for _ in outlook.record(warehouse, book, dt.date(2026, 7, 1)):
        pass
    monkeypatch.setattr(data, "MOST_OUTLOOKS", 3)
    (needed,) = [d.value for d in open_view("throughput.py").dataframe if "chance" in d.value]
    late = needed.iloc[0]
    assert (late["campaign"], late["needed"]) == ("Helpfulness ratings", "open the campaign")
    assert late["chance"] < 50
    (costs,) = [d.value for d in open_view("spend.py").dataframe if "eac" in d.value]
    assert costs["eac"].str.contains(" to ").sum() >= 9


def test_without_invoices_the_page_says_how_to_load_them(empty):  # noqa: F811
    with door.publish() as connection:
        event = {
            "cost": 3.0,
            "currency": "USD",
            "role": "annotator",
            "recorded_at": dt.datetime(2026, 1, 5),
        }
        add(connection, "annotation_events", [event])
        refresh(connection, rebuild=True)
    told = text(open_view("spend.py"))
    assert (
        "No invoice is known. Load invoices with `python -m warehouse load invoices.csv --format invoices`"
        in told
    )
    assert "No floor rate is set" in told or "No hours are known" in told
