"""What a statement may hold: one select that reads the warehouse's tables, and nothing of the server's own."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError

from warehouse.errors import Refused

TELLS_OF_THE_SERVER = re.compile(
    r"read_|to_file|current_(?!date|time)|session_user|host|dynamic_identifier|next_value"
)
"""Functions with a name in every dialect that read files, sessions or names made up as the statement runs."""


MAKES_MUCH_OF_NOTHING = (exp.Repeat, exp.Pad, exp.Space, exp.Format, exp.GenerateSeries)
"""One call of these can ask for more memory than there is, before any limit of rows or time is looked at."""


def select_only(name: str, sql: str, dialect: str) -> exp.Query:
    """``sql`` as a tree; ``Refused`` for anything but one select of harmless parts.

    What is written in an engine's own words, the sibling of a query, was read by people: its functions are let pass.
    """
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
    if dialect == "duckdb":
        _only_harmless(name, statements[0])
    return statements[0]


def _only_harmless(name: str, tree: exp.Query) -> None:
    """Settings, files and the like hide behind functions, and behind names of types that an engine looks up."""
    for node in tree.find_all(exp.Func, exp.DataType, exp.Lateral):
        if isinstance(node, exp.DataType):
            if node.this == exp.DType.USERDEFINED:
                raise Refused(f"{name}: no type {node.sql('duckdb')}")
        elif isinstance(node, exp.Lateral):
            if not isinstance(node.this, exp.Subquery | exp.Unnest):
                raise Refused(only_tables(name, node.this))
        elif isinstance(node.parent, exp.Table):
            raise Refused(only_tables(name, node))
        elif isinstance(node, MAKES_MUCH_OF_NOTHING):
            raise Refused(
                f"{name}: {node.sql('duckdb')} makes values of nothing, as many as it is told; take them from a table"
            )
        elif isinstance(node, exp.Anonymous) or TELLS_OF_THE_SERVER.match(node.sql_name().lower()):
            called = node.name if isinstance(node, exp.Anonymous) else node.sql_name().lower()
            raise Refused(f"{name}: the function {called} is not known to be harmless")


def only_tables(name: str, found: exp.Expression) -> str:
    """What is said where something else stands in the place of a table."""
    return f"{name}: expected tables only, found the function {found.sql('duckdb')}"


def reads_part(table: exp.Table) -> bool:
    """Whether ``table`` names a part (`with`) of its statement that is in sight where it stands.

    A part is in sight below the `with` that makes it and in the parts that follow it; elsewhere the engine would
    read a table of that name, its own catalogue's included. Names must be written alike, quotes included: engines differ
    in what else they take for the same.
    """
    below: exp.Expression = table
    above = table.parent
    while above is not None:
        if isinstance(above, exp.With):
            place = next(n for n, part in enumerate(above.expressions) if part is below)
            parts = above.expressions[: place + bool(above.recursive)]
        else:
            made = above.args.get("with_")
            parts = made.expressions if made is not None and made is not below else []
        if any(part.args["alias"].this == table.this for part in parts):
            return True
        below, above = above, above.parent
    return False


def says_more(table: exp.Table) -> bool:
    """Whether something is asked of ``table`` that its replacement would lose: a pivot, a sample, names for its columns."""
    lost = {k for k, v in table.args.items() if v} - {"this", "db", "catalog", "alias", "joins"}
    alias = table.args.get("alias")
    return bool(lost) or bool(alias and alias.columns)
