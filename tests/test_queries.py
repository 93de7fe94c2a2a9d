"""Every query and every rollup, by hand-computed example, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
import yaml
from conftest import add, full_row

from warehouse import engine as door
from warehouse import schema
from warehouse.compile import compile_rollup
from warehouse.query import ROLLUPS, Query, load, names
from warehouse.read import fetch, typed
from warehouse.scope import Scope

EXAMPLES = Path(__file__).parent / "queries"
NEAR = {"atol": 1e-4, "rtol": 1e-4}


@dataclass(frozen=True)
class Case:
    """One example: given these rows, the query with these parameters returns those."""

    query: str
    name: str
    given: dict = field(repr=False)
    params: dict = field(repr=False)
    scope: dict = field(repr=False)
    known_at: object = field(repr=False)
    expect: list = field(repr=False)

    def __str__(self) -> str:
        return f"{self.query}{':' + self.name if self.name else ''}"


def cases() -> list[Case]:
    found = []
    for path in sorted(EXAMPLES.rglob("*.yaml")):
        told = yaml.load(path.read_text(), yaml.CSafeLoader)
        for case in told.get("cases", [told]):
            found.append(
                Case(
                    query=path.relative_to(EXAMPLES).with_suffix("").as_posix(),
                    name=case.get("name", ""),
                    given=case.get("given", {}),
                    params=case.get("params", {}),
                    scope=case.get("scope", {}),
                    known_at=case.get("known_at"),
                    expect=case["expect"],
                )
            )
    return found


CASES = cases()
QUESTIONS = [case for case in CASES if not case.query.startswith(f"{ROLLUPS}/")]
DEFINITIONS = [case for case in CASES if case.query.startswith(f"{ROLLUPS}/")]


def given(connection: sa.Connection, case: Case) -> None:
    for table, rows in case.given.items():
        add(connection, table, rows)


def answer(connection: sa.Connection, case: Case) -> pd.DataFrame:
    scope = Scope(**{k: tuple(v) if isinstance(v, list) else v for k, v in case.scope.items()})
    return fetch(connection, case.query, scope=scope, known_at=case.known_at, **case.params)


@pytest.mark.parametrize("case", QUESTIONS, ids=str)
def test_query_returns_the_rows_of_its_example(case: Case, writing: sa.Connection) -> None:
    given(writing, case)
    got = answer(writing, case)
    query = load(case.query)
    expected = _expected(query, case.expect)
    pd.testing.assert_frame_equal(got[list(expected.columns)], expected, **NEAR)
    grain = list(query.grain)
    is_unique = not got.duplicated(grain).any() if grain else len(got) == 1
    assert is_unique, "more than one row per grain"


TWIN = "~"
MEETS = {
    "spend/invoices_by_period_v1:each cause": "a line without a campaign is held against all of the vendor's",
    "trainers/repeated_answers_v1": "a row without a question is about all questions of an assignment together",
}
"""Examples in which campaigns or questions meet, and why."""


@pytest.fixture(scope="module")
def alone() -> Iterator[sa.Connection]:
    """A DuckDB of its own: whether rows are kept apart is no matter of the engine."""
    engine = sa.create_engine("duckdb:///:memory:", poolclass=sa.StaticPool)
    with engine.connect() as connection:
        door.prepare(connection)
        connection.commit()
        yield connection


def _is_apart(case: Case) -> bool:
    return (
        "campaign_id" in load(case.query).grain
        and not {"campaign", "limit"} & set(case.params)
        and not case.scope
        and not any(str(case).startswith(meets) for meets in MEETS)
    )


@pytest.mark.parametrize("case", [c for c in QUESTIONS if _is_apart(c)], ids=str)
def test_campaigns_and_questions_that_share_ids_are_kept_apart(
    case: Case, alone: sa.Connection
) -> None:
    """Beside the same rows under another campaign, and under another question, each is told as if it were alone."""
    query = load(case.query)
    keys = [key for key in ("campaign_id", "question_id") if key in query.grain]
    with alone.begin() as transaction:
        for table, rows in case.given.items():
            full = [full_row(table, row, n) for n, row in enumerate(rows)]
            door.insert(alone, table, full + _twins(full, keys))
        got = answer(alone, case)
        transaction.rollback()
    expected = _expected(query, case.expect + _twins(case.expect, keys))
    pd.testing.assert_frame_equal(*(_sorted(f, query) for f in (got, expected)), **NEAR)


def _twins(rows: list[dict], keys: list[str]) -> list[dict]:
    """``rows`` once more for each of ``keys``, under another campaign or question."""
    return [
        {c: f"{v}{TWIN}" if v == row[key] or c in _naming(row) else v for c, v in row.items()}
        for key in keys
        for row in rows
        if row.get(key)
    ]


def _naming(row: dict) -> set[str]:
    """The columns of ``row`` whose texts are of one campaign alone: timed work says its kind and whose it is in such."""
    return {"event_id", "gold", "work"} | ({"kind"} if "work" in row else set())


def _sorted(frame: pd.DataFrame, query: Query) -> pd.DataFrame:
    selected = frame[list(query.selected)]
    return selected.sort_values(list(query.grain), ignore_index=True)


def _expected(query: Query, expect: list) -> pd.DataFrame:
    """The expected rows, typed as the header says; shares that the example leaves out are not compared."""
    selected = list(query.selected)
    rows = pd.DataFrame(expect, columns=sorted({k for r in expect for k in r}) or selected)
    missing = [column for column in selected if column not in rows]
    assert not missing, f"the example does not say what {', '.join(missing)} is"
    frame = typed(query, rows[selected])
    for share in (f for f in query.returns if f.share_of is not None):
        if share.name in rows:
            told = rows[share.name].astype("float64")
            pd.testing.assert_series_equal(frame[share.name], told, **NEAR)
    return frame


@pytest.mark.parametrize("case", DEFINITIONS, ids=str)
def test_rollup_gives_the_rows_of_its_example(case: Case, writing: sa.Connection) -> None:
    given(writing, case)
    _defines(case, writing, case.expect)


def _defines(case: Case, connection: sa.Connection, expect: list) -> None:
    table = schema.metadata.tables[Path(case.query).name]
    rows = connection.execute(sa.text(compile_rollup(table.name, connection.dialect.name)))
    columns = list(rows.keys())
    assert set(columns) == set(table.columns.keys())
    got = pd.DataFrame.from_records(rows.fetchall(), columns=columns)
    told = list(dict.fromkeys(key for row in expect for key in row))
    assert _comparable(got, told) == _comparable(pd.DataFrame(expect, columns=told), told)


def _comparable(frame: pd.DataFrame, columns: list[str]) -> list[tuple]:
    """Rows in any order, numbers to six digits, days and moments alike."""

    def plain(value: object) -> object:
        if value is None or (not isinstance(value, str) and pd.isna(value)):
            return None
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int | float):
            return round(float(value), 6)
        try:
            return pd.Timestamp(value).isoformat()
        except (TypeError, ValueError):
            return float(value)

    rows = [tuple(plain(v) for v in row) for row in frame[columns].itertuples(index=False)]
    return sorted(rows, key=repr)


def test_every_query_and_rollup_has_an_example_and_every_example_a_query() -> None:
    told = {case.query for case in CASES}
    assert told == set(names()) | {f"{ROLLUPS}/{table}" for table in schema.DERIVED}


def test_every_rollup_returns_the_columns_of_its_table() -> None:
    for table in schema.DERIVED:
        promised = [f.name for f in load(f"{ROLLUPS}/{table}").returns]
        assert promised == list(schema.metadata.tables[table].columns.keys()), table
