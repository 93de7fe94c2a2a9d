"""A statement in the words of an engine: written in DuckDB's dialect, translated by sqlglot, and what that leaves open."""

from __future__ import annotations

import re

from sqlglot import ErrorLevel
from sqlglot import expressions as exp

from warehouse.query import GLOT, Field

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


def rendered(
    tree: exp.Expression, dialect: str, types: dict[str, Field], *, is_strict: bool = False
) -> str:
    """``tree`` in the words of ``dialect``, its placeholders as ``:name``; ``types`` are the parameters'.

    With ``is_strict`` raises ``UnsupportedError`` for what the dialect has no words for, instead of leaving it out.
    """
    tree = tree.transform(_repair, GLOT[dialect])
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
    # Of our own statements the examples show that nothing is lost.
    unsaid = ErrorLevel.RAISE if is_strict else ErrorLevel.WARN
    sql = tree.sql(dialect=GLOT[dialect], pretty=True, unsupported_level=unsaid)
    return re.sub(rf"\b{_MARK}(\w+)", r":\1", sql.replace(":", r"\:"))


def order_by_bytes(tree: exp.Query, texts: set[str]) -> None:
    """Order ``tree`` by the bytes of the columns ``texts``: PostgreSQL sorts text by the database's language, the others by bytes."""
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
