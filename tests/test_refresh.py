"""However history arrives, refreshing after each load ends where a rebuild from nothing ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterator

import pandas as pd
import pytest
import sqlalchemy as sa
from conftest import add
from histories import LOADS, Step, histories, recorded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Known, hours_of, spend_of, states_of

from warehouse import refresh as refreshing
from warehouse import schema
from warehouse.engine import insert
from warehouse.query import load
from warehouse.read import fetch, typed
from warehouse.refresh import refresh

EXAMPLES = {"duckdb": 4, "postgres": 3, "clickhouse": 1}
"""Histories per engine: one costs a second or so, on ClickHouse several."""

over_histories = pytest.mark.parametrize(
    "times", [pytest.param(1, id="few"), pytest.param(6, id="many", marks=pytest.mark.slow)]
)


@pytest.fixture(autouse=True)
def never_rebuild_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """These histories are small: each load touches most of them."""
    monkeypatch.setattr(refreshing, "MOSTLY", math.inf)


@contextlib.contextmanager
def nothing_before(connection: sa.Connection) -> Iterator[sa.Connection]:
    """Empty tables for one history, and empty again after it."""
    try:
        with connection.begin() as transaction:
            yield connection
            transaction.rollback()
    finally:
        if connection.dialect.name == "clickhousedb":  # which has no transactions
            for table in schema.metadata.tables.values():
                if table.name != "schema_versions":
                    connection.execute(sa.delete(table).where(sa.true()))
            connection.commit()


def arrive(connection: sa.Connection, step: Step, number: int) -> None:
    """A load with what was agreed before it."""
    for table, rows in step.agreed.items():
        insert(connection, table, rows)
    insert(connection, "pending_changes", step.pending)
    insert(connection, "annotation_events", step.events)
    insert(connection, "annotation_responses", step.responses)
    at = dt.datetime(2026, 2, 4 + number)
    told = dict.fromkeys(
        ("rows_read", "rows_loaded", "rows_there", "rows_quarantined", "events"), len(step.events)
    )
    load = {"load_id": f"load-{number}", "source": "test", "files": "", "options": ""}
    insert(connection, "loads", [load | told | {"started_at": at, "recorded_at": at}])


def derived(connection: sa.Connection) -> dict[str, list[tuple]]:
    """The rows of every derived table, as what its definition promises."""
    found = {}
    for name in schema.DERIVED:
        columns = schema.metadata.tables[name].c
        rows = connection.execute(sa.select(*columns)).all()
        frame = pd.DataFrame.from_records(rows, columns=columns.keys())
        found[name] = in_order(typed(load(f"rollups/{name}"), frame), name)
    return found


def in_order(frame: pd.DataFrame, name: str) -> list[tuple]:
    """Rows in a fixed order, numbers to six digits, the unknown as None."""
    frame = frame[list(schema.metadata.tables[name].c.keys())]
    return sorted((tuple(map(_plain, row)) for row in frame.itertuples(index=False)), key=repr)


def _plain(value: object) -> object:
    if pd.isna(value):
        return None
    return round(value, 6) + 0.0 if isinstance(value, float) else value


def replay(connection: sa.Connection, history: list[Step]) -> None:
    for number, step in enumerate(history):
        arrive(connection, step, number)
        refresh(connection)


def same_as_rebuilt(connection: sa.Connection, at_once: int) -> None:
    kept = derived(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refreshing, "AT_ONCE", at_once)
        refresh(connection, rebuild=True)
    rebuilt = derived(connection)
    for table in schema.DERIVED:
        assert kept[table] == rebuilt[table], table


def over_many(engine_name: str, times: int) -> settings:
    return settings(
        max_examples=EXAMPLES[engine_name] * times,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )


@over_histories
def test_refreshing_after_each_load_equals_a_rebuild(
    _tables: sa.Connection, engine_name: str, times: int
) -> None:
    @over_many(engine_name, times)
    @given(histories(), st.sampled_from([1, refreshing.AT_ONCE]))
    def held(history: list[Step], at_once: int) -> None:
        with nothing_before(_tables):
            replay(_tables, history)
            same_as_rebuilt(_tables, at_once)

    held()


def test_a_new_rate_reaches_work_before_midnight_on_a_day_without_events(
    writing: sa.Connection,
) -> None:
    submitted = dt.datetime(2026, 1, 5, 0, 1)
    told = {"occurred_at": submitted, "duration_s": 300, "duration_basis": "active"}
    add(writing, "annotation_events", [told])
    add(writing, "loads", [{"load_id": "load-1"}])
    add(writing, "rate_cards", [{"unit": "hour", "amount": 36.0}])
    refresh(writing)
    before = dt.date(2026, 1, 4)
    assert spend(writing)["alpha", "annotation", before] == (0, 0, 2.4)  # 240 s at a cent
    raised = {"unit": "hour", "amount": 72.0, "recorded_at": dt.datetime(2026, 2, 1)}
    add(writing, "rate_cards", [raised])
    add(writing, "pending_changes", [{"campaign_id": "alpha", "since": before}])
    refresh(writing)
    assert spend(writing)["alpha", "annotation", before] == (0, 0, 4.8)


def test_a_refresh_with_nothing_new_does_nothing(writing: sa.Connection) -> None:
    told: list[str] = []
    refresh(writing, progress=lambda table, done, total: told.append(table))
    assert told == []


def test_what_is_agreed_waits_only_until_the_next_refresh(writing: sa.Connection) -> None:
    add(writing, "annotation_events", [{}])
    add(writing, "loads", [{"load_id": "load-1"}])
    add(writing, "pending_changes", [{"campaign_id": "alpha"}])
    refresh(writing)
    assert writing.execute(sa.select(schema.pending_changes)).all() == []
    assert writing.execute(sa.select(schema.refreshes.c.load_id)).scalars().all() == ["load-1"]


@over_histories
def test_what_was_known_then_is_what_the_tables_held_then(
    _tables: sa.Connection, engine_name: str, times: int
) -> None:
    @over_many(engine_name, times)
    @given(histories(), st.integers(0, LOADS - 1))
    def held(history: list[Step], last: int) -> None:
        with nothing_before(_tables):
            held_then = {}
            for number, step in enumerate(history):
                arrive(_tables, step, number)
                if number == last:
                    refresh(_tables, rebuild=True)
                    held_then = derived(_tables)
            for table in schema.DERIVED:
                known = fetch(_tables, f"rollups/{table}", known_at=recorded(last))
                assert in_order(known, table) == held_then[table], table

    held()


@over_histories
def test_states_hours_and_spend_are_those_of_the_oracle(
    _tables: sa.Connection, engine_name: str, times: int
) -> None:
    @over_many(engine_name, times)
    @given(histories())
    def held(history: list[Step]) -> None:
        with nothing_before(_tables):
            for number, step in enumerate(history):
                arrive(_tables, step, number)
            refresh(_tables)
            known = known_from(history)
            assert states(_tables) == sorted(states_of(known))
            assert hours(_tables) == pytest.approx(hours_of(known))
            assert spend(_tables) == {k: v for k, v in spend_of(known).items() if any(v)}

    held()


def known_from(history: list[Step]) -> Known:
    def agreed(table: str) -> list[dict]:
        return [row for step in history for row in step.agreed.get(table, [])]

    return Known(
        [event for step in history for event in step.events],
        agreed("charters"),
        agreed("rate_cards"),
        agreed("fx_rates"),
        agreed("trainer_identities"),
        agreed("acceptance_rules"),
    )


def states(connection: sa.Connection) -> list[tuple]:
    t = schema.item_transitions.c
    rows = connection.execute(sa.select(t.item_id, t.occurred_at, t.from_state, t.to_state))
    return sorted(tuple(row) for row in rows)


def hours(connection: sa.Connection) -> dict[tuple, float]:
    h = schema.hours_by_day.c
    key = (h.campaign_id, h.trainer_id, h.category, h.day)
    rows = connection.execute(sa.select(*key, sa.func.sum(h.worked_s)).group_by(*key))
    return {tuple(row[:4]): row[4] for row in rows if row[4]}


def spend(connection: sa.Connection) -> dict[tuple, tuple]:
    s = schema.spend_by_day.c
    key = (s.campaign_id, s.category, s.day)
    sums = (sa.func.sum(c) for c in (s.units, s.unpriced, s.cost_usd))
    rows = connection.execute(sa.select(*key, *sums).group_by(*key))
    found = {tuple(row[:3]): (int(row[3]), int(row[4]), round(row[5], 4)) for row in rows}
    # Hours in a currency without a rate: their pieces are counted as unpriced.
    return {key: told for key, told in found.items() if any(told)}
