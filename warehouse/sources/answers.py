"""Columns of answers: what was asked, on which scale, and which answer is the right one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.amounts import POINT, decimal_of, numbers
from warehouse.sources.batch import RESPONSE, table
from warehouse.sources.delimited import number_text, text

TEXT = "text"
"""The scale of free text: no two people write the same, so its length in characters is the figure."""


@dataclass(frozen=True)
class Question:
    """A column of answers. ``many`` is how several answers stand in one cell: ``json`` or what parts
    them; ``order`` names the answers of an ordinal scale from lowest to highest; ``decimal`` is the sign of fractions."""

    question_id: str
    column: str
    scale: str = "nominal"
    many: str | None = None
    order: tuple[str, ...] = ()
    decimal: str = POINT


@dataclass(frozen=True)
class GoldColumn:
    """A column with the right answer to a question; ``any_of`` parts several that are all right."""

    question_id: str
    column: str
    any_of: str | None = None
    tolerance: float = 0.0


@dataclass(frozen=True)
class Answers:
    """The answers to one question, row by row, as the warehouse keeps them; null where there is none."""

    question: Question
    value_text: pa.Array
    value_number: pa.Array
    faulty: pa.Array
    """True where the cell cannot be an answer on the question's scale."""


def answers(question: Question, column: pa.Array) -> Answers:
    """``column`` read as answers to ``question``."""
    told = several(column, question.many) if question.many else text(column)
    if question.scale == "nominal":
        no_number = pa.nulls(len(told), pa.float64())
        return Answers(question, told, no_number, pa.repeat(pa.scalar(False), len(told)))
    if question.scale == TEXT:
        number = pc.utf8_length(told).cast(pa.float64())
        return Answers(
            question, number_text(number), number, pc.and_not(pc.is_valid(told), pc.is_valid(told))
        )
    if question.order:
        rank = pc.index_in(told, pa.array(question.order))
        number = pc.add(rank, 1).cast(pa.float64())
    else:
        number = numbers(told, decimal_of(column, question.decimal))
    faulty = pc.and_(pc.is_valid(told), pc.invert(pc.is_valid(number)))
    shown = told if question.order else number_text(number)
    return Answers(question, shown, number, faulty)


def responses(every: Sequence[Answers], given: pa.Array) -> pa.Table:
    """One row per answer that was given; ``given`` is false for rows without a submission."""
    parts = []
    for one in every:
        known = pc.and_(pc.is_valid(one.value_text), given)
        at = pc.indices_nonzero(known)
        parts.append(
            table(
                RESPONSE,
                len(at),
                event_no=at,
                question_id=named(one.question),
                scale=scale(one.question),
                value_text=one.value_text.take(at),
                value_number=one.value_number.take(at),
            )
        )
    return pa.concat_tables(parts) if parts else RESPONSE.empty_table()


def named(question: Question) -> str:
    """What the question is called in figures; free text is measured, and its name says so."""
    return f"{question.question_id}: characters" if question.scale == TEXT else question.question_id


def scale(question: Question) -> str:
    return "interval" if question.scale == TEXT else question.scale


def gold_answers(gold: GoldColumn, given: Answers, column: pa.Array) -> Answers:
    """The right answers, in the form in which ``answers`` puts what was ``given``."""
    question = given.question
    if gold.any_of:
        told = text(column)
        none = pa.nulls(len(told), pa.float64())
        return Answers(question, told, none, pa.repeat(pa.scalar(False), len(told)))
    wanted = answers(question, column)
    if question.scale != "nominal":
        return wanted
    # A program that knows no empty number writes a column of 1, 2 and gaps as 1.0, 2.0.
    if pc.any(pc.match_substring_regex(given.value_text, r"^-?\d+\.0$")).as_py():
        return wanted
    plain = pc.replace_substring_regex(wanted.value_text, r"^(-?\d+)\.0$", r"\1")
    return replace(wanted, value_text=plain)


def right(gold: GoldColumn, given: Answers, wanted: Answers) -> pa.Array:
    """True or false per row, null where no right answer is known. No answer is not right."""
    known = pc.is_valid(wanted.value_text)
    if gold.any_of:
        pairs = zip(given.value_text.to_pylist(), wanted.value_text.to_pylist(), strict=True)
        hit = pa.array(
            [w is not None and g in [p.strip() for p in w.split(gold.any_of)] for g, w in pairs],
            pa.bool_(),
        )
    elif gold.tolerance:
        distance = pc.abs(pc.subtract(given.value_number, wanted.value_number))
        hit = pc.less_equal(distance, gold.tolerance)
    else:
        hit = pc.equal(given.value_text, wanted.value_text)
    return pc.if_else(known, pc.fill_null(hit, False), pa.scalar(None, pa.bool_()))


def several(column: pa.Array, parted_by: str) -> pa.Array:
    """Cells of several answers, in one order and joined by `` | ``, so that equal sets are equal."""
    encoded = text(column).dictionary_encode()
    return pa.array(
        [_together(v, parted_by) for v in encoded.dictionary.to_pylist()], pa.string()
    ).take(encoded.indices)


def together(values: Sequence[object]) -> str | None:
    """A set of answers as one: sorted, joined by `` | ``."""
    return " | ".join(sorted({str(value).strip() for value in values})) or None


def _together(cell: str, parted_by: str) -> str | None:
    if parted_by != "json":
        return together([part for part in cell.split(parted_by) if part.strip()])
    try:
        told = json.loads(cell)
    except ValueError:
        return cell
    if isinstance(told, dict) and len(told) == 1:  # as {"choices": ["b", "a"]}
        (told,) = told.values()
    return together(told) if isinstance(told, list) else str(told)
