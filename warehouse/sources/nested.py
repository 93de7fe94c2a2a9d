"""JSON, as lines or as a list, as tables; the rows of a nested document included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from warehouse.errors import Refused
from warehouse.sources import delimited, json_list
from warehouse.sources.batch import REFUSED, from_rows
from warehouse.sources.characters import NUL, UNKNOWN, mended
from warehouse.sources.delimited import Rows
from warehouse.sources.mapping import TableMapping

ROWS = 20_000
"""Rows that are handed on at once."""


def read(path: Path, mapping: TableMapping) -> Iterator[Rows]:
    """The rows of ``path``: its lines or the elements of its list or, with ``rows:``, what stands inside them."""
    return rows(path, mapping, _told(path))


def rows(
    path: Path, mapping: TableMapping, documents: Iterator[tuple[object, int]]
) -> Iterator[Rows]:
    """The rows inside ``documents``, each with how many bytes of ``path`` were read by then."""
    steps = _steps(mapping.rows)
    good: list[tuple[int, dict]] = []
    bad: list[dict] = []
    number = faulty = 0
    seen: set[str] = set()
    inner = [name for name in mapping.needed if "." in name]
    for told, done in documents:
        try:
            inside = list(_inside(_object(told), steps, {}))
        except (ValueError, RecursionError) as error:
            number += 1
            faulty += 1
            why = "nested too deeply" if isinstance(error, RecursionError) else error
            bad.append({"row_no": number, "reason": f"no JSON object: {why}", "raw": _raw(told)})
            inside = []
        for row in inside:
            number += 1
            good.append((number, row))
            seen.update(row)
            if not seen.issuperset(inner):
                seen.update(name for name in inner if within(row, name) is not None)
        if len(good) + len(bad) >= ROWS:
            yield _rows(good, bad, mapping, done)
            good, bad = [], []
    if number == faulty and number:
        raise Refused(
            f"{path}: expected one JSON object on each line, or a list of them, found none "
            f"({bad[0]['reason']})"
        )
    if not number:
        raise Refused(f"{path}: expected rows{f' at {mapping.rows}' if steps else ''}, found none")
    # A field may be told of the last row only, so what is missing is known at the end.
    delimited.require(path, sorted(seen), mapping.needed, "the mapping")
    if good or bad:
        yield _rows(good, bad, mapping, path.stat().st_size)


def _told(path: Path) -> Iterator[tuple[object, int]]:
    """What stands in ``path``: the elements of a list, each line or, where these are none, one document."""
    start = delimited.head(path).lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:4]:
        raise Refused(f"{path}: expected JSON in UTF-8, found UTF-16: save it as UTF-8")
    if start[:1] == b"[":
        yield from json_list.elements(path)
    elif ".json" in path.suffixes and not _is_line(start):
        with delimited.open_file(path) as file:
            yield file.read().removeprefix(b"\xef\xbb\xbf"), path.stat().st_size
    else:
        done = 0
        with delimited.open_file(path) as file:
            for line in _lines(file, path):
                done += len(line)
                if line.strip():
                    yield line, done


def _is_line(start: bytes) -> bool:
    """Whether the first line is a JSON value of its own, or too long to tell."""
    line, end, _ = start.partition(b"\n")
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return not end
    return True


def _object(told: object) -> dict:
    if isinstance(told, bytes):
        told = json.loads(mended(told))
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def _raw(told: object) -> str:
    if isinstance(told, bytes):
        return told.decode("utf-8", errors="replace").rstrip().replace(NUL, UNKNOWN)
    try:
        return json.dumps(told, ensure_ascii=False, default=str)
    except RecursionError:
        return "too deeply nested"


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


def _rows(good: list, bad: list, mapping: TableMapping, done: int) -> Rows:
    names = dict.fromkeys(name for _, row in good for name in row)
    columns = {name: delimited.column([row.get(name) for _, row in good]) for name in names}
    for name in mapping.needed:
        if name not in columns:
            columns[name] = delimited.column([within(row, name) for _, row in good])
    numbers = pa.array([number for number, _ in good], pa.int64())
    return Rows(pa.table(columns), numbers, from_rows(REFUSED, bad), done)


def within(row: dict, name: str) -> object:
    """What stands in ``row`` at ``name``, such as ``values.rating.value``."""
    told: object = row
    for part in name.split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return told


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
