"""Query files: one question, one version, one SQL file in DuckDB's dialect, with what it says of itself.

The header says what the query means, takes and returns; pages, checks, the catalogue and the tests all read it.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from warehouse import settings
from warehouse.errors import Refused

QUERIES = settings.ROOT / "queries"
ROLLUPS = "rollups"
"""The folder of the derived tables' definitions: not questions, so not among ``names()``."""

GLOT = {"duckdb": "duckdb", "postgresql": "postgres", "clickhousedb": "clickhouse"}
"""What sqlglot calls the dialects that SQLAlchemy names."""

TYPES = ("text", "bigint", "double", "date", "timestamp", "boolean")


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
    written_in: str = "duckdb"
    """The dialect of ``sql``, as sqlglot calls it: a sibling is written in its engine's own words."""

    @property
    def selected(self) -> tuple[str, ...]:
        """The columns the statement itself returns; shares are computed from them."""
        return tuple(f.name for f in self.returns if f.share_of is None)


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
    return _load(name, path, _written_in(path, dialect), path.stat().st_mtime_ns)


@functools.cache
def _load(name: str, path: Path, written_in: str, changed: int) -> Query:
    header, sql = _split(path.read_text())
    if written_in != "duckdb":
        sql = _sibling(path, written_in).read_text()
    return _parse(name, header, sql, written_in)


@functools.cache
def _files() -> dict[str, Path]:
    found = {}
    for path in sorted(QUERIES.rglob("*.sql")):
        if "." not in path.stem:  # a sibling is name.dialect.sql
            found[path.relative_to(QUERIES).with_suffix("").as_posix()] = path
    return found


def _written_in(path: Path, dialect: str) -> str:
    glot = GLOT[dialect]
    return glot if glot != "duckdb" and _sibling(path, glot).exists() else "duckdb"


def _sibling(path: Path, glot: str) -> Path:
    return path.with_suffix(f".{glot}.sql")


def _split(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    header = "\n".join(line.removeprefix("--").removeprefix(" ").rstrip() for line in lines[:end])
    return header, "\n".join(lines[end:]).strip()


_KEY = re.compile(r"^(grain|params|returns|supersedes|refresh|whole):\s*(.*)$")
_SHARE = re.compile(r"^(share|ratio)\(\s*(\w+)\s*/\s*(\w+)\s*(?:,\s*design\s+(\w+)\s*)?\)\s*(.*)$")


def _parse(name: str, header: str, sql: str, written_in: str) -> Query:
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
        written_in=written_in,
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
