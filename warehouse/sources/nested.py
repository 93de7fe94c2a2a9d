"""JSON lines as tables, the rows of a nested document included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from warehouse.errors import Refused
from warehouse.sources import delimited
from warehouse.sources.batch import REFUSED, from_rows
from warehouse.sources.delimited import Rows
from warehouse.sources.mapping import TableMapping

ROWS = 20_000
"""Rows that are handed on at once."""


def read(path: Path, mapping: TableMapping) -> Iterator[Rows]:
    """The rows of ``path``, which are its lines or, with ``rows:``, what stands inside them."""
    first = delimited.head(path).lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if first == b"[":
        raise Refused(f"{path}: expected one JSON object on each line, found a JSON array")
    steps = _steps(mapping.rows)
    good: list[tuple[int, dict]] = []
    bad: list[dict] = []
    number = done = 0
    seen: set[str] = set()
    with delimited.open_file(path) as file:
        for line in _lines(file, path):
            done += len(line)
            if not line.strip():
                continue
            try:
                told = json.loads(line)
                if not isinstance(told, dict):
                    raise ValueError("not an object")
                rows = list(_inside(told, steps, {}))
            except ValueError as error:
                number += 1
                raw = line.decode("utf-8", errors="replace").rstrip()
                bad.append({"row_no": number, "reason": f"no JSON object: {error}", "raw": raw})
                rows = []
            for row in rows:
                number += 1
                good.append((number, row))
                seen.update(row)
            if len(good) + len(bad) >= ROWS:
                yield _rows(path, good, bad, mapping, seen, done)
                good, bad = [], []
    if number == len(bad) and number:
        raise Refused(
            f"{path}: expected one JSON object on each line, found none ({bad[0]['reason']})"
        )
    if not number:
        raise Refused(f"{path}: expected rows at {mapping.rows}, found none")
    if good or bad:
        yield _rows(path, good, bad, mapping, seen, done)


def _lines(file: pa.NativeFile, path: Path) -> Iterator[bytes]:
    rest = b""
    while block := file.read(1 << 20):
        *lines, rest = (rest + block).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if len(rest) > delimited.BLOCK * 8:
            raise Refused(
                f"{path}: expected one JSON object on each line, found no line end in 128 MB"
            )
    if rest:
        yield rest


def _rows(
    path: Path, good: list, bad: list, mapping: TableMapping, seen: set[str], done: int
) -> Rows:
    delimited.require(path, sorted(seen), mapping.needed, "the mapping")
    names = dict.fromkeys(name for _, row in good for name in row)
    columns = {name: delimited.column([row.get(name) for _, row in good]) for name in names}
    for name in mapping.needed:
        if name not in columns:
            columns[name] = pa.nulls(len(good), pa.string())
    numbers = pa.array([number for number, _ in good], pa.int64())
    return Rows(pa.table(columns), numbers, from_rows(REFUSED, bad), done)


def _steps(path: str | None) -> list[tuple[str, str]]:
    """``questions.{question}.reviews[]`` as what to do at each level."""
    steps = []
    for part in path.split(".") if path else []:
        name, listed = (part[:-2], True) if part.endswith("[]") else (part, False)
        captured = re.fullmatch(r"\{(\w+)\}", name)
        if name:
            steps.append(("each", captured[1]) if captured else ("into", name))
        if listed:
            steps.append(("list", ""))
    return steps


def _inside(told: object, steps: list[tuple[str, str]], outer: dict) -> Iterator[dict]:
    """The rows that ``steps`` lead to, each with the plain values met on the way."""
    if not steps:
        own = told if isinstance(told, dict) else {"value": told}
        yield outer | own
        return
    (do, name), *rest = steps
    if do == "list":
        for element in told if isinstance(told, list) else ():
            yield from _inside(element, rest, outer)
        return
    if not isinstance(told, dict):
        return
    plain = {key: value for key, value in told.items() if not isinstance(value, dict | list)}
    if do == "into":
        if name in told:
            yield from _inside(told[name], rest, outer | plain)
        return
    for key, value in told.items():
        if isinstance(value, dict | list):
            yield from _inside(value, rest, outer | plain | {name: key})
