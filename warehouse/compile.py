"""The compiler: a query for an engine, a scope and a moment.

Compiling parses the file once and then, around every table the statement reads, puts

- the **scope**: the rows of the campaigns, vendors and trainers that may be seen;
- **known_at**: what the warehouse knew then. A derived table is replaced by its own
  definition over the events known then;
- **touched** (refresh only): the keys that new events changed.

No query can forget them, because no query mentions them. Values are only ever bound.
"""

from __future__ import annotations

import functools

from sqlglot import expressions as exp
from sqlglot.errors import UnsupportedError

from warehouse import schema
from warehouse.dialect import order_by_bytes, rendered
from warehouse.errors import Refused
from warehouse.guard import only_tables, reads_part, says_more, select_only
from warehouse.query import GLOT, ROLLUPS, Field, Query, load
from warehouse.scope import EVERYTHING, HIDDEN, OWN_ONLY, Scope, conditions

TOUCHED = {
    ("item_id",): "touched_items",
    ("campaign_id", "day"): "touched_days",
    ("trainer_id", "day"): "touched_trainer_days",
}
"""What a refresh restricts sources to, by the key that a rollup's header says it is refreshed by."""

TOUCHED_EVENTS = "touched_events"
"""The events of the touched items; what belongs to no item (a session, a posted cost) is a unit of its own."""

FREE = "your statement"
EVERY_ROW = 2**62
"""A limit that no table reaches: engines push no condition below a limit."""


def free(sql: str, limit: int) -> Query:
    """A statement that somebody typed, cut at ``limit`` rows. It has no header and promises nothing."""
    tree = select_only(FREE, sql, "duckdb")
    if tree.find(exp.Placeholder, exp.Parameter):
        raise Refused(f"{FREE}: expected values in it, found a parameter without one")
    cut = exp.select("*").from_(tree.subquery("answer")).limit(limit)
    return Query(FREE, "", "", (), (), (), None, (), (), cut.sql("duckdb"), "")


def compile_query(
    query: Query, dialect: str, scope: Scope = EVERYTHING, *, is_past: bool = False
) -> str:
    """The statement of ``query`` for ``dialect``, restricted to ``scope``, with ``:name`` placeholders.

    Scope values are bound as ``scope_campaign_id`` and so on (lists); with ``is_past`` the moment is bound as
    ``known_at``. Raises ``Refused`` for a statement that reads anything but the warehouse's tables.
    """
    limits = frozenset(scope.limits()) | ({OWN_ONLY} if scope.is_own_only else set())
    return _compiled(query, dialect, limits, is_past, False)


TELLS_PAST_APART = ("clickhousedb",)
"""Engines that would compute a part anew wherever it is read, and the definitions read each other: for
these each past table is made first, under the name ``past_<table>``."""


def compile_past(query: Query, dialect: str) -> tuple[tuple[str, str], ...]:
    """The derived tables that ``query`` reads, as known at ``known_at``: names and statements, each after those it reads."""
    tree = select_only(query.name, query.sql, query.written_in)
    past: dict[str, exp.Query] = {}
    _restrict(tree, query, dialect, frozenset(), True, False, past)
    types = {"known_at": Field("known_at", "timestamp", "")}
    return tuple(
        (f"past_{table}", rendered(made.copy(), dialect, types)) for table, made in past.items()
    )


def compile_rollup(
    table: str, dialect: str, scope: Scope = EVERYTHING, *, is_touched: bool = False
) -> str:
    """The definition of a derived table over what ``scope`` holds of its sources, bound as a query's is.

    With ``is_touched`` over the touched keys of its sources only.
    """
    limits = frozenset(scope.limits())
    return _compiled(load(f"{ROLLUPS}/{table}", dialect), dialect, limits, False, is_touched)


@functools.lru_cache(maxsize=2000)
def _compiled(
    query: Query, dialect: str, limits: frozenset[str], is_past: bool, is_touched: bool
) -> str:
    tree = select_only(query.name, query.sql, query.written_in)
    past: dict[str, exp.Query] = {}
    _restrict(tree, query, dialect, limits, is_past, is_touched, past)
    if past and dialect not in TELLS_PAST_APART:
        # A definition stands before those that read it; the statement's own parts come last.
        own = tree.ctes
        parts = [
            exp.CTE(this=q.copy(), alias=exp.TableAlias(this=exp.to_identifier(f"past_{t}")))
            for t, q in past.items()
        ]
        tree.set("with_", exp.With(expressions=parts + own))
    if dialect == "postgresql":
        order_by_bytes(tree, {f.name for f in query.returns if f.type == "text"})
    types = {f.name: f for f in query.params}
    types["known_at"] = Field("known_at", "timestamp", "")
    try:
        return rendered(tree, dialect, types, is_strict=query.name == FREE)
    except UnsupportedError as error:
        raise Refused(f"{FREE}: {GLOT[dialect]} cannot be asked so ({error})") from error


def _restrict(
    tree: exp.Query,
    query: Query,
    dialect: str,
    limits: frozenset[str],
    is_past: bool,
    is_touched: bool,
    past: dict[str, exp.Query],
) -> None:
    """Put the restrictions around every table that ``tree`` reads, in place."""
    # Engines take names in either case, and a scope reads tables too: it would read the part.
    shadows = {cte.alias.lower() for cte in tree.find_all(exp.CTE)} & set(schema.metadata.tables)
    if shadows:
        raise Refused(f"{query.name}: a part may not be called like the table {min(shadows)}")
    for node in list(tree.find_all(exp.Table)):
        table = node.name
        if not isinstance(node.this, exp.Identifier):
            raise Refused(only_tables(query.name, node))
        if not node.db and reads_part(node):
            continue
        is_hidden = table in HIDDEN and query.name == FREE
        if table not in schema.metadata.tables or node.db or is_hidden:
            raise Refused(
                f"{query.name}: no table {node.sql('duckdb')}; there are: {', '.join(readable())}"
            )
        source, where = _source(table, query, dialect, limits, is_past, is_touched, past)
        if where is None and source == table:
            continue
        if says_more(node):
            raise Refused(
                f"{query.name}: ask for {node.sql('duckdb')} around a select from {table}"
            )
        selected = exp.select("*").from_(exp.to_table(source))
        if where is not None:
            selected = selected.where(where, copy=False)
        if query.name == FREE:
            # No condition of the statement's is tried on a row out of sight: whether it fails would tell of the row.
            selected = selected.limit(EVERY_ROW, copy=False)
        alias = node.alias or table
        replacement = selected.subquery(alias, copy=False)
        for join in node.args.get("joins") or []:
            replacement.append("joins", join)
        node.replace(replacement)


def _source(
    table: str,
    query: Query,
    dialect: str,
    limits: frozenset[str],
    is_past: bool,
    is_touched: bool,
    past: dict[str, exp.Query],
) -> tuple[str, exp.Expression | None]:
    """What stands for ``table``, and the condition on its rows."""
    if "trainer_id" in limits:
        table = schema.SAYS_WHO.get(table, table)
    wanted: list[exp.Expression] = []
    source = table
    if is_past and table in schema.DERIVED:
        source = f"past_{table}"
        for read, definition in _past_parts(table, dialect):
            past.setdefault(read, definition)
    elif is_past and "recorded_at" in schema.metadata.tables[table].columns:
        wanted.append(exp.column("recorded_at") <= exp.Placeholder(this="known_at"))
    wanted += conditions(table, limits, is_free=query.name == FREE)
    if is_touched and table == "annotation_events" and query.refresh == ("item_id",):
        # Several definitions read them: the refresh has put them aside once.
        source = TOUCHED_EVENTS
    elif is_touched and table not in query.whole:
        condition = _touched(table, query.refresh)
        if condition is not None:
            wanted.append(condition)
    return source, exp.and_(*wanted) if wanted else None


@functools.cache
def _past_parts(table: str, dialect: str) -> tuple[tuple[str, exp.Query], ...]:
    """The definition of a derived table over what was known then, behind those that it reads.

    Without a scope: that stands outside, since what a person worked elsewhere bears on a union of hours.
    """
    definition = load(f"{ROLLUPS}/{table}", dialect)
    tree = select_only(definition.name, definition.sql, definition.written_in)
    past: dict[str, exp.Query] = {}
    _restrict(tree, definition, dialect, frozenset(), True, False, past)
    return (*past.items(), (table, tree))


def _touched(table: str, key: tuple[str, ...]) -> exp.Expression | None:
    columns = schema.metadata.tables[table].columns
    if not key or any(column not in columns for column in key):
        return None
    own = [exp.column(column) for column in key]
    left = own[0] if len(own) == 1 else exp.Tuple(expressions=own)
    keys = exp.select(*key).from_(exp.to_table(TOUCHED[key]))
    return exp.In(this=left, query=keys.subquery())


def may_be_asked_freely(name: str) -> bool:
    """Whether a free statement may read all that the query called ``name`` reads."""
    tree = select_only(name, load(name).sql, "duckdb")
    return not {table.name for table in tree.find_all(exp.Table)} & set(HIDDEN)


def readable() -> list[str]:
    """The tables that a free statement may read."""
    return sorted(set(schema.metadata.tables) - set(HIDDEN))
