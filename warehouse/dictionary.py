"""What a free statement may read: each table with its columns, and what ``warehouse/schema`` says of it."""

from __future__ import annotations

import ast
import functools
import itertools
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from warehouse import schema
from warehouse.compile import readable

KINDS = (
    (sa.Text, "text"),
    (sa.DateTime, "timestamp"),
    (sa.Date, "date"),
    (sa.BigInteger, "bigint"),
    (sa.Double, "double"),
    (sa.Boolean, "boolean"),
)
"""A moment is a kind of day to no type here; the order only has to name each once."""


@dataclass(frozen=True)
class Table:
    """A table as somebody who asks it needs to know it."""

    name: str
    says: str
    columns: tuple[tuple[str, str], ...]
    """Names and types; a type that ends in ``?`` may be unknown."""


def tables() -> list[Table]:
    """Every table that a free statement may read, by name."""
    said = _comments()
    return [
        Table(name, said.get(name, ""), tuple(_column(c) for c in schema.metadata.tables[name].columns))
        for name in readable()
    ]  # fmt: skip


def _column(column: sa.Column) -> tuple[str, str]:
    kind = next(said for told, said in KINDS if isinstance(column.type, told))
    return column.name, kind + ("?" if column.nullable else "")


@functools.cache
def _comments() -> dict[str, str]:
    """The text that stands below each table's definition, which Python itself does not keep."""
    told = {}
    for module in sorted(Path(schema.__file__).parent.glob("*.py")):
        for made, text in itertools.pairwise(ast.parse(module.read_text()).body):
            is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            if isinstance(made, ast.Assign) and is_text and isinstance(made.targets[0], ast.Name):
                told[made.targets[0].id] = " ".join(str(text.value.value).split())
    return told
