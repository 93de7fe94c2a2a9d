"""The answers of a batch of Mechanical Turk, a column for each question, however the file holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.answers import together
from warehouse.sources.characters import mended
from warehouse.sources.delimited import text

ANSWER = "Answer."
PACKED = "Answer.taskAnswers"


def by_question(cells: pa.Table, asked: Sequence[str]) -> pa.Table:
    """``cells`` with a column ``Answer.<name>`` for each question; columns that are ``asked`` for stay as they are."""
    return _gathered(_unpacked(cells), asked)


def _unpacked(cells: pa.Table) -> pa.Table:
    """``cells`` with the packed answers as columns; a cell that is no JSON stays as it is."""
    if PACKED not in cells.column_names:
        return cells
    packed = cells.column(PACKED).to_pylist()
    told = [_answers_in(cell or "[]") for cell in packed]
    at = cells.column_names.index(PACKED)
    if None in told:
        odd = [cell if row is None else None for cell, row in zip(packed, told, strict=True)]
        cells = cells.set_column(at, PACKED, pa.array(odd, pa.string()))
    else:
        cells = cells.drop_columns(PACKED)
    for name in dict.fromkeys(name for row in told for name in row or ()):
        column = f"{ANSWER}{name}"
        if column not in cells.column_names:
            values = [_plain((row or {}).get(name)) for row in told]
            cells = cells.append_column(column, pa.array(values, pa.string()))
    return cells


def _answers_in(cell: str) -> dict | None:
    try:
        return _merged(json.loads(mended(cell.encode())))
    except (ValueError, RecursionError):
        return None


def groups(names: Sequence[str], asked: Sequence[str] = ()) -> dict[str, list[str]]:
    """The columns ``Answer.<name>.<choice>`` by ``Answer.<name>``, where a name has several and none is ``asked`` for."""
    groups: dict[str, list[str]] = {}
    for name in names:
        group, _, choice = name.rpartition(".")
        if group.startswith(ANSWER) and choice:
            groups.setdefault(group, []).append(name)
    return {
        group: columns
        for group, columns in groups.items()
        if len(columns) > 1 and group not in names and not set(columns) & set(asked)
    }


def _gathered(cells: pa.Table, asked: Sequence[str]) -> pa.Table:
    """``cells`` with the choices of one question, true or false each, as the one column of those that are true."""
    none = pa.scalar(None, pa.string())
    for group, columns in groups(cells.column_names, asked).items():
        told = {name: pc.utf8_lower(text(cells.column(name))) for name in sorted(columns)}
        are_choices = pa.repeat(pa.scalar(True), cells.num_rows)
        joined = pa.nulls(cells.num_rows, pa.string())
        for name, cell in told.items():
            is_choice = pc.is_in(cell, pa.array(["true", "false", None]))
            are_choices = pc.and_(are_choices, is_choice)
            ticked = pc.fill_null(pc.equal(cell, "true"), False)
            one = pc.if_else(ticked, name.removeprefix(f"{group}."), none)
            both = pc.binary_join_element_wise(joined, one, " | ")
            joined = pc.coalesce(both, joined, one)
        cells = cells.append_column(group, pc.if_else(are_choices, joined, none))
        for name in columns:
            kept = pc.if_else(are_choices, none, cells.column(name))
            cells = cells.set_column(cells.column_names.index(name), name, kept)
    return cells


def _merged(told: object) -> dict:
    parts = told if isinstance(told, list) else [told]
    return {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}


def _plain(value: object) -> str | None:
    """An answer as text: the label that was chosen, the boxes that were ticked, or the value itself."""
    if isinstance(value, dict) and value and all(isinstance(v, bool) for v in value.values()):
        return together([name for name, is_ticked in value.items() if is_ticked])
    if isinstance(value, dict) and list(value) == ["label"]:
        value = value["label"]
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
