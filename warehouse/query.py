"""Query files: load them with their headers, and compile them for an engine, a scope and a moment.

A query is one question, one version, one SQL file in DuckDB's dialect. Its header says what it
means, takes and returns; pages, checks, the catalogue and the tests all read that header.

Compiling parses the file once and then, around every table the statement reads, puts

- the **scope**: the rows of the campaigns, vendors and trainers that may be seen;
- **known_at**: what the warehouse knew then. A derived table is replaced by its own
  definition over the events known then;
- **touched** (refresh only): the keys that new events changed.

No query can forget them, because no query mentions them. Values are only ever bound.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from warehouse import schema, settings
from warehouse.errors import Refused

QUERIES = settings.ROOT / "queries"
ROLLUPS = "rollups"
"""The folder of the derived tables' definitions: not questions, so not among ``names()``."""

TYPES = ("text", "bigint", "double", "date", "timestamp", "boolean")
SCOPED = ("campaign_id", "vendor_id", "trainer_id")
NAMES = {
    "campaigns": "campaign_id",
    "charter_bars": "campaign_id",
    "guideline_versions": "campaign_id",
    "people": "trainer_id",
}
"""What a vendor's person may know of the campaigns that the vendor works in and of the people who work for it, though no
row is the vendor's own; by which column."""
PUBLIC = ("fx_rates", "schema_versions")
SHARED = ("rate_cards", "charter_terms", "quarantine", "loads", "pending_changes")
"""Tables in which an empty campaign or vendor means any, so that a narrow scope still sees the row."""

HIDDEN = ("people",)
"""Tables that a free statement may not read: names of persons."""

TOUCHED = {
    ("item_id",): "touched_items",
    ("campaign_id", "day"): "touched_days",
    ("trainer_id", "day"): "touched_trainer_days",
}
"""What a refresh restricts sources to, by the key that a rollup's header says it is refreshed by."""

TOUCHED_EVENTS = "touched_events"
"""The events of the touched items; what belongs to no item (a session, a posted cost) is a unit of its own."""


@dataclass(frozen=True)
class Field:
    """One parameter or returned column as the header declares it."""

    name: str
    type: str
    says: str
    is_optional: bool = False
    is_list: bool = False
    share_of: tuple[str, str] | None = None
    """Numerator and denominator of a share, which ``fetch`` computes with its interval."""
    design: str | None = None
    """The column with the share's design effect, where trainers cluster the units."""
    is_sampled: bool = True
    """Whether the share has an interval: not where everything was counted, as delivered of promised."""


@dataclass(frozen=True)
class Query:
    """A query file: what it says about itself, and its statement."""

    name: str
    says: str
    counts: str
    grain: tuple[str, ...]
    params: tuple[Field, ...]
    returns: tuple[Field, ...]
    supersedes: str | None
    refresh: tuple[str, ...]
    whole: tuple[str, ...]
    sql: str
    header: str = field(repr=False)

    @property
    def selected(self) -> tuple[str, ...]:
        """The columns the statement itself returns; shares are computed from them."""
        return tuple(f.name for f in self.returns if f.share_of is None)


@dataclass(frozen=True)
class Scope:
    """Which campaigns, vendors and trainers may be seen; None is all, an empty tuple none."""

    campaigns: tuple[str, ...] | None = None
    vendors: tuple[str, ...] | None = None
    trainers: tuple[str, ...] | None = None
    is_own_only: bool = False
    """Whether a table that does not say whose row it is (items, charters, loads) shows nothing to a vendor
    or trainer. So it is for a person who may see one vendor; a page's filter only narrows what can be told apart."""

    def __and__(self, other: Scope) -> Scope:
        """What both allow: a page's filter narrows what a person may see, never widens it."""
        return Scope(
            *(
                theirs if mine is None else mine if theirs is None else _common(mine, theirs)
                for mine, theirs in zip(self._parts(), other._parts(), strict=True)
            ),
            is_own_only=self.is_own_only or other.is_own_only,
        )

    def _parts(self) -> tuple[tuple[str, ...] | None, ...]:
        return self.campaigns, self.vendors, self.trainers

    def limits(self) -> dict[str, tuple[str, ...]]:
        """The restricted columns and the values that are allowed in each."""
        told = zip(SCOPED, self._parts(), strict=True)
        return {column: tuple(allowed) for column, allowed in told if allowed is not None}


EVERYTHING = Scope()
OWN_ONLY = "own only"
"""Among the limited columns: what cannot be told apart is hidden."""


def _common(mine: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    allowed = set(theirs)
    return tuple(value for value in mine if value in allowed)


# -- loading --------------------------------------------------------------------------


def names() -> list[str]:
    """Every question, as ``subject/measure_by_grain_vN``, sorted."""
    return [name for name in _files() if not name.startswith(f"{ROLLUPS}/")]


def load(name: str, dialect: str = "duckdb") -> Query:
    """The query called ``name``; its statement is the sibling for ``dialect`` where there is one.

    Raises ``Refused`` for an unknown name or a header that does not say what it must.
    """
    files = _files()
    if name not in files:
        near = get_close_matches(name, names(), n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise Refused(f"no query {name!r}: {hint}`python -m warehouse query` lists them all")
    path = files[name]
    return _load(name, path, _sibling(path, dialect), path.stat().st_mtime_ns)


FREE = "your statement"


def free(sql: str, limit: int) -> Query:
    """A statement that somebody typed, cut at ``limit`` rows. It has no header and promises nothing."""
    tree = _select_only(FREE, sql, "duckdb")
    cut = exp.select("*").from_(tree.subquery("answer")).limit(limit)
    return Query(FREE, "", "", (), (), (), None, (), (), cut.sql("duckdb"), "")


@functools.cache
def _load(name: str, path: Path, sibling: Path | None, changed: int) -> Query:
    header, sql = _split(path.read_text())
    if sibling:
        sql = sibling.read_text()
    return _parse(name, header, sql)


@functools.cache
def _files() -> dict[str, Path]:
    found = {}
    for path in sorted(QUERIES.rglob("*.sql")):
        if "." not in path.stem:  # a sibling is name.dialect.sql
            found[path.relative_to(QUERIES).with_suffix("").as_posix()] = path
    return found


def _sibling(path: Path, dialect: str) -> Path | None:
    own = path.with_suffix(f".{_GLOT[dialect]}.sql")
    return own if dialect != "duckdb" and own.exists() else None


def _split(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = "\n".join(line.removeprefix("--").removeprefix(" ").rstrip() for line in lines[:end])
    return header, "\n".join(lines[end:]).strip()


_KEY = re.compile(r"^(grain|params|returns|supersedes|refresh|whole):\s*(.*)$")
_SHARE = re.compile(r"^(share|ratio)\(\s*(\w+)\s*/\s*(\w+)\s*(?:,\s*design\s+(\w+)\s*)?\)\s*(.*)$")


def _parse(name: str, header: str, sql: str) -> Query:
    prose, told = _sections(header)
    paragraphs = [" ".join(p.split()) for p in prose.strip().split("\n\n") if p.strip()]
    if not paragraphs or not sql:
        raise Refused(f"queries/{name}.sql: expected a header sentence and a statement below it")
    for key in ("grain", "returns"):
        if key not in told:
            raise Refused(f"queries/{name}.sql: the header lacks `{key}:`")
    return Query(
        name=name,
        says=paragraphs[0],
        counts=" ".join(paragraphs[1:]),
        grain=_listed(told["grain"]),
        params=_fields(name, told.get("params", [])),
        returns=_fields(name, told["returns"]),
        supersedes=next(iter(_listed(told.get("supersedes", []))), None),
        refresh=_listed(told.get("refresh", [])),
        whole=_listed(told.get("whole", [])),
        sql=sql,
        header=header,
    )


def _sections(header: str) -> tuple[str, dict[str, list[str]]]:
    prose: list[str] = []
    told: dict[str, list[str]] = {}
    current: list[str] = prose
    for line in header.splitlines():
        key = _KEY.match(line)
        if key:
            current = told.setdefault(key[1], [])
            line = key[2]
        current.append(line)
    return "\n".join(prose), told


def _listed(lines: list[str]) -> tuple[str, ...]:
    words = " ".join(lines).replace(",", " ").split()
    return tuple(word for word in words if word not in ("none", "-"))


def _fields(name: str, lines: list[str]) -> tuple[Field, ...]:
    fields: list[Field] = []
    for line in lines:
        if not line.strip() or line.strip() in ("none", "-"):
            continue
        if fields and line.startswith("      "):  # a description that goes on
            last = fields.pop()
            fields.append(Field(**{**last.__dict__, "says": f"{last.says} {line.strip()}".strip()}))
            continue
        fields.append(_field(name, line))
    return tuple(fields)


def _field(name: str, line: str) -> Field:
    column, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    share = _SHARE.match(rest)
    if share:
        sampled = share[1] == "share"
        return Field(
            column, "double", share[5], True, False, (share[2], share[3]), share[4], sampled
        )
    kind, _, says = rest.partition(" ")
    bare = kind.removesuffix("?").removesuffix("[]")
    if bare not in TYPES:
        raise Refused(
            f"queries/{name}.sql: {column} has type {kind!r}; expected one of {', '.join(TYPES)}"
        )
    return Field(column, bare, says.strip(), kind.endswith("?"), kind.endswith("[]"))


# -- compiling ------------------------------------------------------------------------


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
    tree = _select_only(query.name, query.sql, _parses_as(query, dialect))
    past: dict[str, exp.Query] = {}
    _restrict(tree, query, dialect, frozenset(), True, False, past)
    types = {"known_at": Field("known_at", "timestamp", "")}
    return tuple(
        (f"past_{table}", _rendered(made.copy(), dialect, types)) for table, made in past.items()
    )


def compile_rollup(table: str, dialect: str, *, is_touched: bool = False) -> str:
    """The definition of a derived table; with ``is_touched`` over the touched keys of its sources only."""
    return _compiled(load(f"{ROLLUPS}/{table}", dialect), dialect, frozenset(), False, is_touched)


@functools.lru_cache(maxsize=2000)
def _compiled(
    query: Query, dialect: str, limits: frozenset[str], is_past: bool, is_touched: bool
) -> str:
    tree = _select_only(query.name, query.sql, _parses_as(query, dialect))
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
        _order_by_bytes(tree, {f.name for f in query.returns if f.type == "text"})
    types = {f.name: f for f in query.params}
    types["known_at"] = Field("known_at", "timestamp", "")
    return _rendered(tree, dialect, types)


def _parses_as(query: Query, dialect: str) -> str:
    """Siblings are written in their own engine's words."""
    path = QUERIES / f"{query.name}.sql"
    return _GLOT[dialect] if path.exists() and _sibling(path, dialect) else "duckdb"


def _select_only(name: str, sql: str, dialect: str) -> exp.Query:
    try:
        statements = sqlglot.parse(sql, read=dialect)
    except SqlglotError as error:
        first = str(error).splitlines()[0]
        raise Refused(
            f"{name}: expected one select statement, found text that is none ({first})"
        ) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise Refused(f"{name}: expected one select statement, found something else")
    forbidden = next(statements[0].find_all(exp.DML, exp.DDL, exp.Command, exp.Into), None)
    if forbidden is not None and not isinstance(forbidden, exp.Query):
        raise Refused(f"{name}: expected a select that only reads, found {forbidden.key}")
    unknown = next(statements[0].find_all(exp.Anonymous), None)
    # Settings, files and the like hide behind functions; those of a sibling were read by people.
    if unknown is not None and dialect == "duckdb":
        raise Refused(f"{name}: the function {unknown.name} is not known to be harmless")
    return statements[0]


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
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    shadows = sorted(own & set(schema.metadata.tables))
    if shadows:
        # The part's own reading of the table would pass for a reading of the part.
        raise Refused(f"{query.name}: a part may not be called like the table {shadows[0]}")
    for node in list(tree.find_all(exp.Table)):
        table = node.name
        if not isinstance(node.this, exp.Identifier):
            raise Refused(
                f"{query.name}: expected tables only, found the function {node.sql('duckdb')}"
            )
        if table in own and not node.db:
            continue
        is_hidden = table in HIDDEN and query.name == FREE
        if table not in schema.metadata.tables or node.db or is_hidden:
            raise Refused(
                f"{query.name}: no table {node.sql('duckdb')}; there are: {', '.join(readable())}"
            )
        source, where = _source(table, query, dialect, limits, is_past, is_touched, past)
        if where is None and source == table:
            continue
        selected = exp.select("*").from_(exp.to_table(source))
        if where is not None:
            selected = selected.where(where, copy=False)
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
    columns = schema.metadata.tables[table].columns
    conditions: list[exp.Expression] = []
    source = table
    if is_past and table in schema.DERIVED:
        source = f"past_{table}"
        for read, definition in _past_parts(table, dialect):
            past.setdefault(read, definition)
    elif is_past and "recorded_at" in columns:
        conditions.append(exp.column("recorded_at") <= exp.Placeholder(this="known_at"))
    for column in SCOPED:
        if column in limits and column in columns:
            allowed = exp.In(this=exp.column(column), field=exp.Placeholder(this=f"scope_{column}"))
            # Whoever sees one vendor and asks freely gets no row that is not said to be that vendor's.
            if table in SHARED and not (query.name == FREE and OWN_ONLY in limits):
                allowed = exp.or_(allowed, exp.column(column).is_(exp.null()))
            if column == "trainer_id" and table in schema.EVENTS:
                allowed = exp.or_(allowed, _by_another_login(allowed))
            conditions.append(allowed)
    if OWN_ONLY in limits:
        conditions += _own_only(table, limits)
    if is_touched and table == "annotation_events" and query.refresh == ("item_id",):
        # Several definitions read them: the refresh has put them aside once.
        source = TOUCHED_EVENTS
    elif is_touched and table not in query.whole:
        condition = _touched(table, query.refresh)
        if condition is not None:
            conditions.append(condition)
    return source, exp.and_(*conditions) if conditions else None


def _by_another_login(allowed: exp.In) -> exp.In:
    """Events know logins; the scope names persons, whose other logins are theirs too."""
    logins = exp.select("login_id").from_("trainer_identities").where(allowed.copy())
    return exp.In(this=exp.column("trainer_id"), query=logins.subquery())


def _own_only(table: str, limits: frozenset[str]) -> list[exp.Expression]:
    """What a person who may see one vendor or trainer sees of a table that does not say whose a row is."""
    columns = schema.metadata.tables[table].columns
    unsaid = [c for c in ("vendor_id", "trainer_id") if c in limits and c not in columns]
    if not unsaid or table in PUBLIC:
        return []
    if table not in NAMES:
        return [exp.false()]
    key = NAMES[table]
    own = exp.select(key).from_("submissions_by_day")
    for column in unsaid:
        own = own.where(
            exp.In(this=exp.column(column), field=exp.Placeholder(this=f"scope_{column}"))
        )
    return [exp.In(this=exp.column(key), query=own.subquery())]


@functools.cache
def _past_parts(table: str, dialect: str) -> tuple[tuple[str, exp.Query], ...]:
    """The definition of a derived table over what was known then, behind those that it reads.

    Without a scope: that stands outside, since what a person worked elsewhere bears on a union of hours.
    """
    definition = load(f"{ROLLUPS}/{table}", dialect)
    tree = _select_only(definition.name, definition.sql, _parses_as(definition, dialect))
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
    tree = _select_only(name, load(name).sql, "duckdb")
    return not {table.name for table in tree.find_all(exp.Table)} & set(HIDDEN)


def readable() -> list[str]:
    """The tables that a free statement may read."""
    return sorted(set(schema.metadata.tables) - set(HIDDEN))


# -- rendering for an engine ----------------------------------------------------------

_GLOT = {"duckdb": "duckdb", "postgresql": "postgres", "clickhousedb": "clickhouse"}
_MOMENTS = (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.DATETIME)
_MARK = "bound__"
_CAST = {
    "text": "TEXT",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}


def _rendered(tree: exp.Expression, dialect: str, types: dict[str, Field]) -> str:
    tree = tree.transform(_repair, _GLOT[dialect])
    for node in list(tree.find_all(exp.Placeholder)):
        name = node.name
        mark: exp.Expression = exp.var(f"{_MARK}{name}")
        told = types.get(name)
        if told is not None and not told.is_list:
            # The engine must know what it compares with: a bare value is text to some.
            mark = exp.cast(mark, _CAST[told.type], dialect="duckdb")
            if dialect == "clickhousedb":
                mark = mark.transform(_repair, "clickhouse")
        node.replace(mark)
    sql = tree.sql(dialect=_GLOT[dialect], pretty=True)
    return re.sub(rf"\b{_MARK}(\w+)", r":\1", sql.replace(":", r"\:"))


def _order_by_bytes(tree: exp.Query, texts: set[str]) -> None:
    """PostgreSQL sorts text by the database's language, the others by bytes."""
    order = tree.args.get("order")
    for ordered in order.expressions if order else ():
        if isinstance(ordered.this, exp.Column) and ordered.this.name in texts:
            collation = exp.Identifier(this="C", quoted=True)
            ordered.set("this", exp.Collate(this=ordered.this.copy(), expression=collation))


def _repair(node: exp.Expression, glot: str) -> exp.Expression:
    """What the translation leaves different between the engines."""
    if glot == "duckdb":
        return node
    if isinstance(node, exp.Div) and not node.expression.find(exp.Nullif):
        is_number = isinstance(node.expression, exp.Literal)
        if not is_number:  # DuckDB: null; the others: an error, or infinity
            node.set(
                "expression",
                exp.Nullif(this=exp.paren(node.expression), expression=exp.Literal.number(0)),
            )
        return node
    if glot == "postgres" and isinstance(node, exp.RegexpExtract):
        # What the pattern's one group matches.
        return exp.Anonymous(this="SUBSTRING", expressions=[node.this, node.expression])
    if glot != "clickhouse":
        return node
    if isinstance(node, exp.Select):
        # ClickHouse calls the column `k.name` where two tables of a join have a `name`.
        named = [
            exp.alias_(c.copy(), c.name) if isinstance(c, exp.Column) and not c.is_star else c
            for c in node.expressions
        ]
        node.set("expressions", named)
        return node
    if isinstance(node, exp.PercentileCont | exp.Median):
        share = node.args.get("expression") or exp.Literal.number(0.5)
        return exp.ParameterizedAgg(
            this="quantileExactInclusiveOrNull", expressions=[share], params=[node.this]
        )
    if isinstance(node, exp.DataType):
        if node.this in _MOMENTS:
            return exp.DataType.build("Nullable(DateTime64(6))", dialect="clickhouse")
        if node.this == exp.DataType.Type.DATE:
            return exp.DataType.build("Nullable(Date32)", dialect="clickhouse")
    if isinstance(node, exp.LogicalOr):
        return exp.func("max", node.this)
    if isinstance(node, exp.LogicalAnd):
        return exp.func("min", node.this)
    return node
