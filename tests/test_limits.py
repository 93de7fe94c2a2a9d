"""A free statement is stopped in time on every engine, and the engine answers on."""

import time

import pytest

from tests.conftest import add
from warehouse import engine as door
from warehouse.errors import Refused
from warehouse.read import ask
from warehouse.scope import EVERYTHING, Scope

LONG = "select sum(length(concat(a.vendor_id, b.vendor_id, c.vendor_id, d.vendor_id))) as n from vendors a, vendors b, vendors c, vendors d"


@pytest.fixture
def engine(engine_name, server_urls, tmp_path):
    """A published warehouse of each engine with vendors enough for a statement without end."""
    url = (
        f"duckdb:///{tmp_path / 'w.duckdb'}"
        if engine_name == "duckdb"
        else server_urls[engine_name]
    )
    with door.publish(url) as connection:
        add(connection, "vendors", [{"vendor_id": f"v{n}", "vendor_name": "x"} for n in range(400)])
    return door.connect(url)


def test_what_takes_too_long_is_stopped_and_the_engine_answers_on(engine):
    began = time.monotonic()
    with pytest.raises(Refused, match="was stopped after 1 seconds"):
        ask(engine, LONG, seconds=1)
    assert time.monotonic() - began < 20
    assert ask(engine, "select count(*) as n from vendors")["n"].iloc[0] >= 400


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(vendors=("v1",), is_own_only=True)])
def test_a_column_that_is_not_there_is_refused_in_the_engine_s_words(engine, scope):
    with pytest.raises(Refused) as told:
        ask(engine, "select nonsense from vendors", scope=scope)
    if scope == EVERYTHING or engine.dialect.name != "clickhousedb":
        assert "nonsense" in str(told.value)
    assert "\n" not in str(told.value)


def test_values_of_rows_out_of_sight_are_in_no_error(engine):
    scope = Scope(vendors=("v1",), is_own_only=True)
    sql = "select cast(vendor_name || vendor_id as bigint) as n from vendors"
    if engine.dialect.name == "clickhousedb":  # makes null of what is no number
        assert ask(engine, sql, scope=scope)["n"].isna().all()
        return
    with pytest.raises(Refused) as told:
        ask(engine, sql, scope=scope)
    assert "may quote rows" in str(told.value) and "xv" not in str(told.value)
