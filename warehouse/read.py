"""Fetching: run a query and get the frame that its header promises, whatever the engine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from warehouse import schema
from warehouse.compile import TELLS_PAST_APART, compile_past, compile_query, free
from warehouse.engine.clickhouse import past_tables, renamed
from warehouse.errors import Refused
from warehouse.limits import within
from warehouse.query import Field, Query, load
from warehouse.scope import EVERYTHING, Scope

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

_DTYPES = {
    "text": "str",
    "bigint": "int64",
    "double": "float64",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
    "boolean": "bool",
}
_OPTIONAL_DTYPES = _DTYPES | {"bigint": "Int64", "boolean": "boolean"}
_ARROW = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "date": pa.timestamp("us"),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
_LISTED = {"bigint": sa.BigInteger(), "double": sa.Double(), "date": sa.Date()}
_PYTHON = {"text": str, "bigint": int, "double": (int, float), "date": date, "boolean": bool}


def fetch(
    source: sa.Engine | sa.Connection,
    name: str,
    *,
    scope: Scope = EVERYTHING,
    known_at: datetime | None = None,
    **params: object,
) -> pd.DataFrame:
    """Run the query called ``name`` and return its rows.

    The frame has the columns that the header promises, in that order and of those types
    (text as str, counts as int64, shares and numbers as float64, days and times as
    datetime64 in UTC), and for every sampled share ``x`` also ``x_low`` and ``x_high``, its 95 %
    interval. ``scope`` is what may be seen; ``known_at`` asks what the warehouse knew then.

    Raises ``Refused`` for an unknown query, missing or unknown parameters, or a value of another type.
    """
    query = load(name, source.dialect.name)
    _match(query, params)
    frame = _rows(source, query, scope, known_at, params)
    if set(frame.columns) != set(query.selected):
        raise Refused(
            f"{query.name} returns {', '.join(query.selected)}; its statement gave {', '.join(frame.columns)}"
        )
    return typed(query, frame)


def known_until(source: sa.Engine | sa.Connection) -> datetime | None:
    """The latest moment at which anything in the warehouse was recorded: what was recorded by then is all in it.

    Not so the moment at which one looks: what is being loaded then was recorded before, and is published after.
    """
    told = [
        sa.select(sa.func.max(table.c.recorded_at).label("at"))
        for name, table in schema.metadata.tables.items()
        if "recorded_at" in table.c and name not in (*schema.EVENTS, *schema.DERIVED)
    ]
    every = sa.union_all(*told).subquery()
    opened = nullcontext(source) if isinstance(source, sa.Connection) else source.connect()
    with opened as connection:
        return connection.execute(sa.select(sa.func.max(every.c.at))).scalar()


def ask(
    source: sa.Engine | sa.Connection,
    sql: str,
    *,
    scope: Scope = EVERYTHING,
    limit: int = 1000,
    seconds: float = 30,
) -> pd.DataFrame:
    """At most ``limit`` rows of a free statement, written in DuckDB's dialect, within ``seconds``.

    The same compiler puts the scope around every table it reads; it can read the warehouse's
    tables and nothing else. Raises ``Refused`` for anything but one select, and where the engine
    cannot run it or is not done in time.
    """
    query = free(sql, limit)
    compile_query(query, source.dialect.name, scope)  # refused before anything is opened
    opened = nullcontext(source) if isinstance(source, sa.Connection) else source.connect()
    with opened as connection, within(connection, seconds, scope):
        return _rows(connection, query, scope, None, {})


def _rows(
    source: sa.Engine | sa.Connection,
    query: Query,
    scope: Scope,
    known_at: datetime | None,
    params: dict[str, object],
) -> pd.DataFrame:
    dialect, is_past = source.dialect.name, known_at is not None
    sql = compile_query(query, dialect, scope, is_past=is_past)
    made = compile_past(query, dialect) if is_past and dialect in TELLS_PAST_APART else ()
    types = {f.name: f.type for f in query.params}
    values = {f.name: _value(query, f, params[f.name]) for f in query.params}
    values |= {f"scope_{column}": list(allowed) for column, allowed in scope.limits().items()}
    if known_at is not None:
        values["known_at"] = known_at
    opened = nullcontext(source) if isinstance(source, sa.Connection) else source.connect()
    with opened as connection, past_tables(connection, made, known_at) as names:
        statement = sa.text(renamed(sql, names))
        binds = [_bind(n, v, types.get(n)) for n, v in values.items() if n in statement._bindparams]
        result = connection.execute(statement.bindparams(*binds))
        if dialect == "duckdb" and query.returns:
            return _from_columns(query, result.cursor.to_arrow_table())
        return pd.DataFrame.from_records(result.fetchall(), columns=list(result.keys()))


def _from_columns(query: Query, table: pa.Table) -> pd.DataFrame:
    """``table`` as a frame, its columns in the promised types: ten times as fast as row by row."""
    types = {f.name: _ARROW[f.type] for f in query.returns}
    target = pa.schema([(f.name, types.get(f.name, f.type)) for f in table.schema])
    return table.cast(target).to_pandas(types_mapper=_NULLABLE.get)


def typed(query: Query, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with the promised columns in the promised order and types, shares computed."""
    made = {}
    for told in query.returns:
        if told.share_of is not None:
            x, n = (frame[column].astype("float64").to_numpy() for column in told.share_of)
            design = frame[told.design].astype("float64").to_numpy() if told.design else 1.0
            made[told.name], low, high = wilson(x, n, design)
            if told.is_sampled:
                made[f"{told.name}_low"], made[f"{told.name}_high"] = low, high
        else:
            made[told.name] = _column(query, told, frame[told.name])
    return pd.DataFrame(made)


def wilson(
    x: np.ndarray | float, n: np.ndarray | float, design: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The share x/n with its 95 % Wilson interval (Wilson 1927), for n reduced by a design effect.

    Unknown (NaN) where n is 0 or unknown.
    """
    x, n, design = np.broadcast_arrays(
        np.asarray(x, float), np.asarray(n, float), np.asarray(design, float)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(n > 0, n, np.nan)
        p = x / n
        effective = n / np.where(design > 1, design, 1.0)
        middle = (p + Z**2 / (2 * effective)) / (1 + Z**2 / effective)
        inner = np.clip(p * (1 - p), 0, None) / effective + Z**2 / (4 * effective**2)
        half = Z * np.sqrt(inner) / (1 + Z**2 / effective)
    # Exactly 0 and 1 at the ends, where rounding leaves crumbs.
    low = np.where(p == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(p == 1, 1.0, np.clip(middle + half, 0, 1))
    return p, low, high


def _column(query: Query, told: Field, values: pd.Series) -> pd.Series:
    if not told.is_optional and told.type != "double" and values.isna().any():
        raise Refused(f"{query.name}: {told.name} is promised in every row and unknown in some")
    if told.type in ("date", "timestamp"):
        return pd.to_datetime(values).astype("datetime64[us]")
    if told.type == "text":
        return values.astype("str")
    if told.type in ("bigint", "double"):
        values = pd.to_numeric(values)
    return values.astype((_OPTIONAL_DTYPES if told.is_optional else _DTYPES)[told.type])


def _match(query: Query, params: dict[str, object]) -> None:
    wanted = [f.name for f in query.params]
    if set(wanted) != set(params):
        raise Refused(
            f"{query.name} takes {', '.join(wanted) or 'no parameters'}; "
            f"got {', '.join(params) or 'none'}"
        )


def _value(query: Query, told: Field, value: object) -> object:
    """``value`` as the parameter's type; days as days, moments as moments."""
    if told.is_list:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise Refused(f"{query.name}: {told.name} takes a list, got {value!r}")
        return list(value)
    if value is None and told.is_optional:
        return None
    if told.type == "timestamp":
        return pd.Timestamp(value).to_pydatetime()
    if told.type == "date" and isinstance(value, datetime):
        if value != datetime(value.year, value.month, value.day):
            raise Refused(f"{query.name}: {told.name} takes a day, got the moment {value}")
        return value.date()
    if not isinstance(value, _PYTHON[told.type]):
        raise Refused(f"{query.name}: {told.name} takes a {told.type}, got {value!r}")
    return value


def _bind(name: str, value: object, told: str | None) -> sa.BindParameter:
    if not isinstance(value, list):
        return sa.bindparam(name, value)
    # An empty list says nothing of its type, and the engines ask.
    return sa.bindparam(name, value, _LISTED.get(told, sa.Text()), expanding=True)
