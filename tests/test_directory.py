"""Names, merged logins and exchange rates that people tell: in force at once, twice without effect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import charter, directory, ingest, schema
from warehouse import engine as door
from warehouse.errors import Refused
from warehouse.read import fetch

WORK = """\
assignment,item,person,vendor,submitted,seconds
a1,i1,ann,acme,2026-02-02T10:00:00,1800
a2,i2,annie,acme,2026-02-02T10:10:00,1800
a3,i3,a.smith@acme.example,acme,2026-02-03T10:00:00,1800
"""
MAPPING = """\
time: {zone: UTC}
constants: {task_type: rating}
columns:
  {assignment_id: assignment, item_id: item, trainer_id: person, vendor_id: vendor, submitted_at: submitted, duration_s: seconds}
duration_basis: active
"""
CHARTER = """\
campaign: news
name: News
task_type: rating
target_items: 10
starts_on: 2026-02-01
deadline: 2026-03-01
currency: USD
rates:
  - {vendor: acme, unit: hour, amount: 10, currency: EUR, from: 2026-01-01}
"""
SPAN = {"since": dt.date(2026, 2, 1), "until": dt.date(2026, 3, 1)}


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    (tmp_path / "work.csv").write_text(WORK)
    (tmp_path / "work.yaml").write_text(MAPPING)
    (tmp_path / "charter.yaml").write_text(CHARTER)
    charter.apply(tmp_path / "charter.yaml", url)
    ingest.load_files(
        [tmp_path / "work.csv"],
        format="table",
        campaign="news",
        mapping=tmp_path / "work.yaml",
        url=url,
    )
    return url


def told(folder: Path, text: str) -> Path:
    path = folder / "told.csv"
    path.write_text(text)
    return path


def hours(url: str) -> float:
    return fetch(door.connect(url), "throughput/hours_by_campaign_v1", **SPAN)["hours"].sum()


def spend(url: str) -> tuple[float, int]:
    frame = fetch(door.connect(url), "spend/spend_by_campaign_v1", **SPAN)
    return frame["cost_usd"].sum(), int(frame["unpriced"].sum())


def people(url: str) -> set[str]:
    return set(fetch(door.connect(url), "trainers/summary_by_trainer_v1", **SPAN)["trainer_id"])


def test_a_merged_login_is_one_person_whose_overlapping_hours_count_once(url, tmp_path) -> None:
    # ann works 9:30 to 10:00, annie 9:40 to 10:10: an hour by two people, 40 minutes by one.
    before = hours(url)
    assert before == pytest.approx(1.5)
    merged = told(tmp_path, "login,name,same_person_as\nannie,,ann\nann,Ann Li,\n")
    assert directory.apply("people", merged, url) == "2 of told.csv read; 2 changes recorded"
    assert "annie" not in people(url)
    assert hours(url) == pytest.approx(0.5 + 40 / 60)
    assert directory.apply("people", merged, url) == "2 of told.csv read; 0 changes recorded"


def test_a_chain_of_logins_ends_at_one_person_and_can_be_undone(url, tmp_path) -> None:
    directory.apply("people", told(tmp_path, "login,same_person_as\nannie,ann\n"), url)
    chain = "login,same_person_as\nann,a.smith@acme.example\n"
    directory.apply("people", told(tmp_path, chain), url)
    assert len(people(url)) == 1, "annie follows ann"
    directory.apply("people", told(tmp_path, "login,same_person_as\nannie,annie\n"), url)
    assert "annie" in people(url) and len(people(url)) == 2


def test_logins_in_a_circle_are_refused_and_nothing_changes(url, tmp_path) -> None:
    circle = "login,same_person_as\nannie,ann\nann,annie\n"
    with pytest.raises(Refused, match="found a circle: ann"):
        directory.apply("people", told(tmp_path, circle), url)
    assert len(people(url)) == 3


def test_an_address_in_the_file_is_the_pseudonym_of_the_work(url, tmp_path) -> None:
    named = told(tmp_path, "login,name\nA.Smith@acme.example,Ada Smith\n")
    directory.apply("people", named, url)
    with door.connect(url).connect() as connection:
        table = schema.people
        rows = connection.execute(
            sa.select(table.c.trainer_id, table.c.email).where(table.c.full_name == "Ada Smith")
        ).all()
    assert len(rows) == 1 and rows[0].email == "a.smith@acme.example"
    assert rows[0].trainer_id in people(url)


def test_exchange_rates_price_what_had_no_price(url, tmp_path) -> None:
    cost, unpriced = spend(url)
    assert cost == 0 and unpriced > 0, "nobody said what a euro is worth"
    rates = "currency,day,usd\neur,2026-02-01,1.10\nEUR,2026-02-03,1.20\n"
    directory.apply("rates", told(tmp_path, rates), url)
    # An hour on 2 February (two people's half hours) at 1.10, half an hour on the 3rd at 1.20.
    assert spend(url) == (pytest.approx(1.0 * 10 * 1.1 + 0.5 * 10 * 1.2), 0)
    directory.apply("rates", told(tmp_path, "currency,day,usd\nEUR,2026-02-03,1.30\n"), url)
    assert spend(url)[0] == pytest.approx(1.0 * 10 * 1.1 + 0.5 * 10 * 1.3)


def test_vendors_are_called_what_people_call_them(url, tmp_path) -> None:
    vendors = told(tmp_path, "vendor_id,vendor_name\nacme,Acme Annotation\n")
    assert directory.apply("vendors", vendors, url) == "1 of told.csv read; 1 changes recorded"
    names = fetch(door.connect(url), "team/vendors_v1").set_index("vendor_id")["vendor_name"]
    assert names["acme"] == "Acme Annotation"


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("people", "name\nAnn\n", "found no login"),
        ("people", "login,nmae\nann,Ann\n", "found nmae"),
        ("people", "login\nann\nann\n", "row 3: ann stands there a second time"),
        ("vendors", "vendor_id,vendor_name\nacme,\n", "row 2: expected a value in each column"),
        ("rates", "currency,day,usd\neuro,2026-02-01,1\n", "row 2: currency: expected three letters"),
        ("rates", "currency,day,usd\nEUR,1 Feb,1\n", "row 2: day: expected a date"),
        ("rates", "currency,day,usd\nEUR,2026-02-01,-1\n", "row 2: usd: expected dollars"),
        ("rates", "", "expected a CSV file"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(url, tmp_path, kind, text, says) -> None:
    with pytest.raises(Refused, match=says):
        directory.apply(kind, told(tmp_path, text), url)
