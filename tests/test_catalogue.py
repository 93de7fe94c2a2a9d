"""The catalogue says what the headers say, and every query keeps the house rules."""

from __future__ import annotations

import re

import pytest

from warehouse import catalogue, schema
from warehouse.query import QUERIES, ROLLUPS, load, names

EVERY = [*names(), *(f"{ROLLUPS}/{table}" for table in schema.DERIVED)]


def test_the_catalogue_is_what_the_headers_say() -> None:
    assert catalogue.PAGE.read_text() == catalogue.page(), "run `make catalogue`"


@pytest.mark.parametrize("name", names())
def test_a_query_is_named_by_subject_measure_grain_and_version(name: str) -> None:
    assert re.fullmatch(r"[a-z]+/[a-z_]+_v\d+", name)


@pytest.mark.parametrize("name", EVERY)
def test_a_query_has_no_clock_and_says_what_it_returns(name: str) -> None:
    query = load(name)
    text = query.sql.lower()
    assert not re.search(r"\b(now|today|current_date|current_timestamp|getdate)\b", text)
    assert query.says.endswith("."), f"{name}: the first paragraph is a sentence"
    returned = {f.name for f in query.returns}
    assert set(query.grain) <= returned, f"{name}: the grain is among the columns"
    for told in query.returns:
        if told.share_of:
            assert set(told.share_of) <= returned, f"{name}: {told.name} comes with its counts"


@pytest.mark.parametrize("name", names())
def test_a_query_declares_the_parameters_that_it_uses(name: str) -> None:
    for path in QUERIES.glob(f"{name}*.sql"):
        text = "\n".join(x for x in path.read_text().splitlines() if not x.startswith("--"))
        used = set(re.findall(r"(?<![:\w]):(\w+)", text))
        assert used == {f.name for f in load(name).params}, path.name


@pytest.mark.parametrize("name", names())
def test_rows_come_in_a_stated_order(name: str) -> None:
    query = load(name)
    if query.grain:
        assert "order by" in query.sql.lower().rsplit(")", 1)[-1] or "order by" in query.sql.lower()
