"""The catalogue of queries: ``queries/README.md``, written from the headers and nothing else."""

from __future__ import annotations

from itertools import groupby

from warehouse import schema
from warehouse.query import QUERIES, ROLLUPS, Field, Query, load, names

PAGE = QUERIES / "README.md"

PREFACE = """\
# Queries

Every figure of the product is one of the SQL files below: one question, one version, one file. The header of the
file is its definition; this page is written from the headers (`make catalogue`) and a test holds the two together.

A version is a promise about results. While its example still holds, edit freely; when the meaning, the grain or
a column changes, write `_v2` and move its users in the same commit. A changed result under an unchanged name
fails the tests.

How to write one: lower case, one purpose per `with` part, DuckDB's dialect, parameters as `:name`, ranges half open on
`day`, an `order by` at the end. Do not filter by campaign, vendor or trainer: what a reader may see and has
chosen is put around every table by the compiler. Its example goes to `tests/queries/<same path>.yaml`.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [PREFACE]
    for subject, group in groupby(names(), key=lambda name: name.split("/")[0]):
        parts.append(f"## {subject}\n")
        parts += [_entry(load(name)) for name in group]
    parts.append("## Derived tables\n")
    parts.append(
        "Computed from events by `queries/rollups/<table>.sql`; a refresh recomputes the keys that new events touch.\n"
    )
    parts += [_entry(load(f"{ROLLUPS}/{table}")) for table in schema.DERIVED]
    return "\n".join(parts)


def _entry(query: Query) -> str:
    lines = [f"### {query.name}\n", query.says]
    if query.counts:
        lines.append(query.counts)
    facts = [f"one row per {', '.join(query.grain)}" if query.grain else "one row"]
    if query.params:
        facts.append("takes " + ", ".join(f"`{p.name}`" for p in query.params))
    if query.refresh:
        facts.append("refreshed by " + ", ".join(query.refresh))
    if query.supersedes:
        facts.append(f"supersedes {query.supersedes}")
    lines.append(f"*{'; '.join(facts)}*\n")
    lines.append("| column | type | meaning |\n| --- | --- | --- |")
    lines += [_row(told) for told in query.returns]
    return "\n".join(lines) + "\n"


def _row(told: Field) -> str:
    kind = f"share of {told.share_of[1]}" if told.share_of else told.type
    kind += " or unknown" if told.is_optional and not told.share_of else ""
    return f"| {told.name} | {kind} | {told.says.replace('|', '/')} |"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"{PAGE} holds {len(names())} queries")
