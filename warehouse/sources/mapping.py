"""Mapping files: which column of a file is what, in YAML, checked field by field.

A mapping for the ``table`` format, with every part it can have::

    columns:                         # what the warehouse calls it: what the file calls it
      item_id: [passage, question]   # several columns are joined by /
      trainer_id: worker
      submitted_at: finished
      started_at: began
    constants:                       # the same for every row
      task_type: rating
      locale: en-GB
    time:
      form: "%m/%d/%Y %H:%M:%S"      # or iso (the default), epoch_s, epoch_ms, named_zone
      zone: Europe/Berlin            # of times that name none; UTC by default
    decimal: ","                     # how fractions are written: 1.250,75; a point by default
    questions:                       # what was asked, by the name it shall have in figures
      quality: {column: q1, scale: ordinal}
      topics:  {column: q2, many: json}        # several answers in one cell
      verdict: {column: q3, scale: ordinal, order: [bad, fair, good]}
      remark:  {column: q4, scale: text}       # free text: its length is the figure
    gold:                            # the column with the right answer to a question
      quality: {column: q1_gold, tolerance: 1}
    gold_kind: hidden                # or training
    gold_counts_as: gold             # or production: the items are real work that is scored as well
    review: {outcome: verdict, accepted: [ok], rejected: [redo], waiting: [open], at: checked, by: lead, reason: why}
    skipped_if: {column: status, values: [skip]}   # of such a row neither answer, review nor end is asked for
    duration_basis: active           # how duration_s was measured
    payload: [text]                  # kept to be looked at

``columns`` knows: id, campaign_id, batch_id, item_id, assignment_id, attempt_no, trainer_id, vendor_id,
role, task_type, locale, guideline_version, created_at (of the item), started_at, submitted_at,
duration_s, cost, currency. One row is one submission, unless ``event_type`` is
among them: then one row is one event, and occurred_at, actor_id, outcome, reason, score and gold_kind are
known too. ``event_types: {done: assignment_submitted}`` renames what the file calls them.

``time: none`` says that the file holds no time to be trusted: events are then dated ``date`` (or the day of the
load), marked as assumed, and no figure that needs a clock counts them. ``rows`` leads to the rows
inside each line of nested JSON: ``questions.{question}.{system}.reviews[]`` takes every key of ``questions``
as the column ``question``, every key below as ``system``, and every element of ``reviews`` as a row; plain
values passed on the way are columns too; ``values.rating.value`` is the column that stands so deep in a row of JSON or
Parquet. ``format``, ``delimiter`` and ``encoding`` are guessed
(from the name; UTF-8) unless given; ``quote: none`` where quotes are plain characters.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import yaml

from warehouse.errors import Refused
from warehouse.once import Once
from warehouse.schema import DURATION_BASES, GOLD_KINDS, SCALES
from warehouse.sources import times
from warehouse.sources.amounts import DECIMALS, POINT
from warehouse.sources.answers import TEXT, GoldColumn, Question
from warehouse.sources.delimited import NO_QUOTE, QUOTE

TEXTS = (
    "batch_id",
    "vendor_id",
    "role",
    "task_type",
    "locale",
    "guideline_version",
    "currency",
)
SUBMISSION_FIELDS = (
    "id",
    "campaign_id",
    "item_id",
    "assignment_id",
    "attempt_no",
    "trainer_id",
    "created_at",
    "started_at",
    "submitted_at",
    "duration_s",
    "cost",
    *TEXTS,
)
EVENT_FIELDS = (
    "id",
    "campaign_id",
    "item_id",
    "assignment_id",
    "attempt_no",
    "trainer_id",
    "event_type",
    "occurred_at",
    "actor_id",
    "outcome",
    "reason",
    "score",
    "gold_kind",
    "duration_s",
    "duration_basis",
    "cost",
    *TEXTS,
)
TIMES = ("created_at", "started_at", "submitted_at", "occurred_at")
SINGLE = (*TIMES, "attempt_no", "duration_s", "cost", "score")
"""Times and numbers: nothing can be joined to them."""
CONSTANTS = ("campaign_id", "trainer_id", "gold_kind", *TEXTS)
FORMS = ("iso", "epoch_s", "epoch_ms", "named_zone", "none")
CURRENCY = "[A-Z]{3}"
TEXT_FORM = ("delimiter", "encoding", "quote")
"""How a table is written as text."""
FORMATS = ("csv", "tsv", "json", "jsonl", "parquet")
OUTCOMES = ("accepted", "accepted_with_fix", "rejected", "escalated")
COUNTS_AS = ("gold", "production")


@dataclass(frozen=True)
class Clock:
    """How times are written; ``form`` none where the file holds none."""

    form: str = "iso"
    zone: str = "UTC"
    nominal: datetime | None = None


@dataclass(frozen=True)
class Review:
    """Columns of a review that stands in the row of the work it judges, and what its verdicts mean."""

    outcome: str
    meaning: Mapping[str, str]
    waiting: tuple[str, ...] = ()
    at: str | None = None
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class TableMapping:
    """A mapping of the ``table`` format, checked."""

    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    time: Clock
    questions: tuple[Question, ...] = ()
    gold: tuple[GoldColumn, ...] = ()
    gold_kind: str = "hidden"
    gold_counts_as: str = "gold"
    review: Review | None = None
    skipped_column: str | None = None
    skipped_values: tuple[str, ...] = ()
    duration_basis: str | None = None
    event_types: Mapping[str, str] | None = None
    payload: tuple[str, ...] = ()
    rows: str | None = None
    decimal: str = POINT
    format: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    quote: str = QUOTE

    @property
    def is_of_events(self) -> bool:
        return "event_type" in self.columns

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns of the file that are read."""
        named = [name for names in self.columns.values() for name in names]
        named += [question.column for question in self.questions]
        named += [gold.column for gold in self.gold]
        named += [self.skipped_column] if self.skipped_column else []
        if self.review:
            at = self.review
            named += [name for name in (at.outcome, at.at, at.by, at.reason) if name]
        return tuple(dict.fromkeys([*named, *self.payload]))


class Told:
    """Part of a mapping as it was written; asks of it what it must say and names what is wrong."""

    def __init__(self, told: object, where: str, known: Sequence[str] | None = None) -> None:
        if not isinstance(told, Mapping):
            raise Refused(f"{where}: expected names and values, found {told!r}")
        for name in told:
            if known is not None and name not in known:
                raise Refused(f"{where}: expected one of {', '.join(known)}; found {name!r}")
        self._told = told
        self.where = where

    def __contains__(self, name: str) -> bool:
        return self._told.get(name) is not None

    def get(self, name: str, default: object = None) -> object:
        value = self._told.get(name)
        return default if value is None else value

    def text(self, name: str, default: str | None = None) -> str | None:
        value = self.get(name, default)
        if isinstance(value, bool):
            raise Refused(
                f"{self.where}.{name}: expected a text, found {value} (YAML reads a bare yes, no, on and off so: quote it)"
            )
        if value is not None and not isinstance(value, str | int | float):
            raise Refused(f"{self.where}.{name}: expected a text, found {value!r}")
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise Refused(f"{self.where}.{name}: expected a value, found none")
        return value

    def one_of(self, name: str, known: Sequence[str], default: str | None = None) -> str | None:
        value = self.text(name, default)
        if value is not None and value not in known:
            raise Refused(
                f"{self.where}.{name}: expected one of {', '.join(known)}; found {value!r}"
            )
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.get(name, ())
        if isinstance(value, str | int | float):
            value = [value]
        if not isinstance(value, Sequence | tuple) or not all(
            isinstance(v, str | int | float | bool) for v in value
        ):
            raise Refused(
                f"{self.where}.{name}: expected a text or a list of texts, found {value!r}"
            )
        return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in value)

    def words(self, name: str) -> tuple[str, ...]:
        """What a cell may say; truth values as programs write them."""
        told = self.texts(name)
        return tuple(
            form
            for word in told
            for form in (
                (word, word.title(), word.upper()) if word in ("true", "false") else (word,)
            )
        )

    def part(self, name: str, known: Sequence[str] | None = None) -> Told:
        return Told(self.get(name, {}), f"{self.where}.{name}", known)

    def parts(self, name: str, known: Sequence[str]) -> dict[str, Told]:
        """The named parts of ``name``; a part that is a text is a column."""
        outer = Told(self.get(name, {}), f"{self.where}.{name}")
        return {
            str(key): Told(
                value if isinstance(value, Mapping) else {"column": value},
                f"{outer.where}.{key}",
                known,
            )
            for key, value in outer._told.items()
        }

    def names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in self._told)


def load(path: str | Path) -> dict:
    """The mapping in the YAML file ``path``, not checked yet."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path}: expected a mapping file ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path}: expected a mapping in YAML, found other bytes") from error
    try:
        told = yaml.load(text, Loader=Once)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise Refused(f"{path}: expected a mapping in YAML, found: {said}") from error
    except RecursionError as error:
        raise Refused(f"{path}: expected a mapping in YAML, found one nested too deeply") from error
    if not isinstance(told, dict):
        found = "nothing" if told is None else repr(str(told)[:60])
        raise Refused(f"{path}: expected a mapping of names and values, found {found}")
    return told


def table_mapping(told: Mapping | None) -> TableMapping:
    """``told`` as a mapping of the ``table`` format."""
    if not told:
        raise Refused(
            "the table format needs a mapping (--mapping FILE.yaml) with `columns:`, found none"
        )
    known = [name for name in TableMapping.__dataclass_fields__ if not name.startswith("skipped_")]
    top = Told(told, "mapping", [*known, "skipped_if", "date"])
    given = Told(top.get("columns", {}), "mapping.columns")
    is_of_events = "event_type" in given
    fields = EVENT_FIELDS if is_of_events else SUBMISSION_FIELDS
    columns_told = Told(top.get("columns", {}), "mapping.columns", fields)
    columns = {
        name: columns_told.texts(name) for name in columns_told.names() if name in columns_told
    }
    constants_told = top.part("constants", CONSTANTS)
    constants = {name: constants_told.required(name) for name in constants_told.names()}
    clock = _clock(top)
    decimal = top.one_of("decimal", DECIMALS, POINT)
    questions = tuple(
        replace(_question(name, part), decimal=decimal)
        for name, part in top.parts("questions", _QUESTION).items()
    )
    gold = tuple(
        _gold(name, part)
        for name, part in top.parts("gold", ("column", "any_of", "tolerance")).items()
    )
    skipped = top.part("skipped_if", ("column", "values"))
    mapping = TableMapping(
        columns=columns,
        constants=constants,
        time=clock,
        questions=questions,
        gold=gold,
        gold_kind=top.one_of("gold_kind", GOLD_KINDS[1:], "hidden"),
        gold_counts_as=top.one_of("gold_counts_as", COUNTS_AS, "gold"),
        review=_review(top.part("review")) if "review" in top else None,
        skipped_column=skipped.required("column") if "skipped_if" in top else None,
        skipped_values=skipped.words("values"),
        duration_basis=top.one_of("duration_basis", DURATION_BASES),
        event_types=_renamed(top.part("event_types")),
        payload=top.texts("payload"),
        rows=top.text("rows"),
        decimal=decimal,
        format=top.one_of("format", FORMATS),
        **text_form(top),
    )
    _agree(mapping)
    return mapping


_QUESTION = ("column", "scale", "many", "order")


def questions(told: Told, default: Sequence[Question] = ()) -> tuple[Question, ...]:
    """``default`` with the questions of ``told`` in place of those on the same column."""
    said = [_question(name, part) for name, part in told.parts("questions", _QUESTION).items()]
    taken = {question.column for question in said}
    return (*(question for question in default if question.column not in taken), *said)


def gold_columns(told: Told) -> tuple[GoldColumn, ...]:
    parts = told.parts("gold", ("column", "any_of", "tolerance"))
    return tuple(_gold(name, part) for name, part in parts.items())


def text_form(told: Told) -> dict[str, str]:
    """``delimiter``, ``encoding`` and ``quote``, as far as a mapping says them."""
    form = {name: told.text(name) for name in TEXT_FORM if name in told}
    quote = form.get("quote", QUOTE)
    if quote != NO_QUOTE and len(quote) != 1:
        raise Refused(f"{told.where}.quote: expected one character or none, found {quote!r}")
    if len(form.get("delimiter", ",")) != 1:
        raise Refused(
            f"{told.where}.delimiter: expected one character, found {form['delimiter']!r}"
        )
    try:
        "".encode(form.get("encoding", "utf-8"))
    except LookupError as error:
        raise Refused(
            f"{told.where}.encoding: expected one such as utf-8 or cp1252, found {form['encoding']!r}"
        ) from error
    return form


def _clock(top: Told) -> Clock:
    told = top.get("time", {})
    nominal = _date(top)
    if told == "none":
        return Clock(form="none", nominal=nominal)
    if "date" in top:
        raise Refused("mapping.date: expected only with `time: none`, found it beside a real time")
    part = Told(told, "mapping.time", ("form", "zone"))
    zone = part.text("zone", "UTC")
    times.require_zone(zone)
    return Clock(form=part.text("form", "iso"), zone=zone)


def _date(top: Told) -> datetime | None:
    value = top.get("date")
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value)  # of a mapping that was kept as JSON
    if value is not None and not isinstance(value, date):
        raise Refused(f"mapping.date: expected a date such as 2008-05-01, found {value!r}")
    return None if value is None else datetime(value.year, value.month, value.day)


def _question(name: str, part: Told) -> Question:
    order = part.texts("order")
    scale = part.one_of("scale", (*SCALES, TEXT), "ordinal" if order else "nominal")
    if order and scale != "ordinal":
        raise Refused(f"{part.where}.order: expected with scale ordinal, found scale {scale}")
    many = part.text("many")
    if many and scale != "nominal":
        raise Refused(f"{part.where}.many: expected with scale nominal, found scale {scale}")
    return Question(name, part.required("column"), scale, many, order)


def _gold(name: str, part: Told) -> GoldColumn:
    tolerance = part.get("tolerance", 0.0)
    if not isinstance(tolerance, int | float):
        raise Refused(f"{part.where}.tolerance: expected a number, found {tolerance!r}")
    return GoldColumn(name, part.required("column"), part.text("any_of"), float(tolerance))


def _review(part: Told) -> Review:
    part = Told(part._told, part.where, ("outcome", "at", "by", "reason", "waiting", *OUTCOMES))
    meaning = {value: outcome for outcome in OUTCOMES for value in part.words(outcome)}
    if not meaning:
        raise Refused(
            f"{part.where}: expected what {', '.join(OUTCOMES)} are called, found none of them"
        )
    columns = {name: part.text(name) for name in ("at", "by", "reason")}
    return Review(part.required("outcome"), meaning, part.words("waiting"), **columns)


def _renamed(part: Told) -> dict[str, str]:
    return {name: part.required(name) for name in part.names()}


def _check_words(mapping: TableMapping) -> None:
    """Refuse a word that means nothing."""
    if mapping.skipped_column and not mapping.skipped_values:
        raise Refused("mapping.skipped_if.values: expected what a skip is called, found none")
    form = mapping.time.form
    if form not in FORMS and "%" not in form:
        raise Refused(
            f"mapping.time.form: expected {', '.join(FORMS)} or a pattern such as "
            f"'%m/%d/%Y %H:%M:%S', found {form!r}"
        )
    kind, money = mapping.constants.get("gold_kind"), mapping.constants.get("currency")
    if kind is not None and kind not in GOLD_KINDS:
        raise Refused(
            f"mapping.constants.gold_kind: expected one of {', '.join(GOLD_KINDS)}; found {kind!r}"
        )
    if money is not None and not re.fullmatch(CURRENCY, money):
        raise Refused(f"mapping.constants.currency: expected a code like USD, found {money!r}")


def _agree(mapping: TableMapping) -> None:
    """Refuse what is said well and does not fit together."""
    _check_words(mapping)
    columns = mapping.columns
    asked = {question.question_id: question for question in mapping.questions}
    for gold in mapping.gold:
        if gold.question_id not in asked:
            raise Refused(
                f"mapping.gold.{gold.question_id}: expected a question of that name under questions, "
                f"found {', '.join(asked) or 'no questions'}"
            )
        if gold.tolerance and asked[gold.question_id].scale not in ("ordinal", "interval"):
            raise Refused(
                f"mapping.gold.{gold.question_id}.tolerance: expected on a scale of numbers"
            )
    if mapping.is_of_events:
        needed = ("event_type",) if mapping.time.form == "none" else ("event_type", "occurred_at")
    else:
        needed = ("item_id",) if mapping.time.form == "none" else ("item_id", "submitted_at")
    for name in needed:
        if name not in columns:
            hint = "; a file without times says `time: none`" if name.endswith("_at") else ""
            raise Refused(
                f"mapping.columns.{name}: expected the column of the file, found none{hint}"
            )
    for name in SINGLE:
        if len(columns.get(name, ())) > 1:
            raise Refused(
                f"mapping.columns.{name}: expected one column, found {', '.join(columns[name])}"
            )
    told = [name for name in TIMES if name in columns]
    if mapping.time.form == "none" and told:
        raise Refused(f"mapping.columns.{told[0]}: expected no time beside `time: none`, found one")
    if not mapping.is_of_events and not {"trainer_id", "id", "assignment_id"} & {
        *columns,
        *mapping.constants,
    }:
        raise Refused(
            "mapping.columns.trainer_id: expected the column of whose work it is, found none"
        )
    if "duration_s" in columns and not mapping.duration_basis and "duration_basis" not in columns:
        raise Refused(
            "mapping.duration_basis: expected how duration_s was measured, one of "
            f"{', '.join(DURATION_BASES)}; found none"
        )
    if mapping.gold and mapping.is_of_events:
        raise Refused(
            "mapping.gold: expected only where a row is a submission, found event_type too"
        )
