"""Batch results of Mechanical Turk (CSV), one row per assignment.

Money: the reward is the cost of the submission. Amazon charges for approved work only, so a rejection
takes the reward back (``cost_posted`` of category ``rejected``, negative, on the day of the rejection) and overturning
the rejection posts it again; work not reviewed yet stays accrued. The fee is not in the file.

Reviews: times tell what happened. A rejection time and a later approval is a rejection that was
overturned. A verdict without a time is dated by the submission and marked as assumed.

Time worked is Amazon's ``WorkTimeInSeconds``, from accepting to submitting, so waiting is in it.

Forms made of crowd elements put all answers into the one column ``Answer.taskAnswers``, as JSON; each becomes a column
``Answer.<name>`` of its own. Of a group of tick boxes the ticked ones are the answer; so they are where each box, or each
choice of one, is a column of its own (``Answer.<name>.<choice>``, true or false), unless the mapping names these columns.

Options (a mapping file): ``task_type``, ``locale``, ``guideline_version``; ``questions`` and ``gold`` as in a mapping of the
``table`` format, with columns such as ``Answer.label`` and ``Input.gold``; ``gold_kind``, ``gold_counts_as``; ``delimiter``,
``encoding`` and ``quote`` of a file that a spreadsheet saved anew. Without ``questions`` every ``Answer.`` column is a nominal question.

A file without ``AssignmentStatus``, as the programs write that take Mechanical Turk's place in a house, knows no reviews
but those it has times of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources import amounts, delimited, scoring, times
from warehouse.sources import answers as given
from warehouse.sources.answers import Question
from warehouse.sources.batch import EVENT, GOLD, REFUSED, RESPONSE, Batch, table
from warehouse.sources.delimited import Rows, text
from warehouse.sources.faults import Faults
from warehouse.sources.mapping import TEXT_FORM, Told, questions, text_form
from warehouse.sources.mturk_answers import ANSWER, PACKED, by_question, groups
from warehouse.sources.scoring import Scoring

NEEDED = (
    "AssignmentId",
    "HITId",
    "WorkerId",
    "AcceptTime",
    "SubmitTime",
)
OPTIONAL = (
    "AssignmentStatus",
    "ApprovalTime",
    "RejectionTime",
    "RequesterFeedback",
    "Reward",
    "WorkTimeInSeconds",
    "CreationTime",
    "RequesterAnnotation",
    "HITTypeId",
)
STATUSES = ("Submitted", "Approved", "Rejected")


@dataclass(frozen=True)
class Options:
    constants: Mapping[str, str | None]
    told: Told
    scoring: Scoring
    form: Mapping[str, str]


def read(path: Path, options: Mapping | None) -> Iterator[Batch]:
    """The events that the batch results in ``path`` tell of."""
    wanted = checked(options)
    names = delimited.called(delimited.header(path, **wanted.form), (*NEEDED, *OPTIONAL))
    delimited.require(path, names, NEEDED, "a batch results file of Mechanical Turk")
    asked = _asked(wanted)
    if PACKED in names:  # which answers are in it is known when its rows are read
        asked = tuple(name for name in asked if not name.startswith(ANSWER))
    delimited.require(path, [*names, *groups(names)], asked, "the mapping")
    for rows in delimited.read(path, **wanted.form, wanted=(*NEEDED, *OPTIONAL)):
        yield batch(rows, wanted)


def reread(rows: Sequence[tuple[int, str]], options: Mapping | None) -> Iterator[Batch]:
    """The events of rows that were set aside."""
    yield batch(delimited.from_json(rows), checked(options))


def raws(path: Path, options: Mapping | None, rows: set[int]) -> dict[int, str]:
    """The rows of ``path`` numbered ``rows``, as they are set aside."""
    every = delimited.read(path, **checked(options).form, wanted=(*NEEDED, *OPTIONAL))
    return delimited.raws(every, rows)


def batch(rows: Rows, options: Options) -> Batch:
    cells = by_question(rows.cells, _asked(options))
    for name in (*NEEDED, *OPTIONAL, *_asked(options)):
        if name not in cells.column_names:
            cells = cells.append_column(name, pa.nulls(cells.num_rows, pa.string()))
    faults = Faults(cells.num_rows)
    told = _Told(cells, faults)
    for one in _answers(cells, options):
        asked = one.question
        what = f"{asked.question_id}: expected an answer on the {asked.scale} scale"
        faults.add(one.faulty, what, cells.column(asked.column))
    refused = rows.refused
    row_no = rows.row_no
    if faults.any:
        odd = faults.rows
        raw = pa.array(delimited.as_json(rows.cells.take(odd)), pa.string())
        aside = [row_no.take(odd), faults.reasons.take(odd), raw]
        refused = pa.concat_tables([refused, pa.Table.from_arrays(aside, schema=REFUSED)])
        cells, row_no = cells.filter(faults.sound), row_no.filter(faults.sound)
        told = _Told(cells, Faults(cells.num_rows))
    events, responses, gold = _events(cells, row_no, told, options)
    return Batch(
        rows.count,
        rows.bytes_read,
        events,
        responses,
        gold,
        refused=refused,
        knows_reviews="AssignmentStatus" in rows.cells.column_names,
    )


class _Told:
    """The columns of the file as what they mean; a cell that means nothing is a fault of its row."""

    def __init__(self, cells: pa.Table, faults: Faults) -> None:
        self._cells = cells
        self._faults = faults
        for name in ("AssignmentId", "HITId", "WorkerId", "AcceptTime", "SubmitTime"):
            faults.add(pc.is_null(self.text(name)), f"{name}: expected a value, found none")
        self.status = self.text("AssignmentStatus")
        known = pc.is_in(self.status, pa.array(STATUSES))
        is_told = pc.is_valid(cells.column("AssignmentStatus").combine_chunks())
        faults.add(
            pc.and_not(is_told, known),
            f"AssignmentStatus: expected one of {', '.join(STATUSES)}",
            self.status,
        )
        self.created = self.time("CreationTime")
        self.accepted = self.time("AcceptTime")
        self.submitted = self.time("SubmitTime")
        self.approved = self.time("ApprovalTime")
        self.rejected = self.time("RejectionTime")
        faults.add(
            pc.greater(self.accepted, self.submitted),
            "AcceptTime: expected a time before SubmitTime",
        )
        self._reviewed(faults)
        worked = self.number("WorkTimeInSeconds", "seconds", r"^\s*")
        elapsed = pc.microseconds_between(self.accepted, self.submitted).cast(pa.float64())
        self.seconds = pc.coalesce(worked, pc.divide(elapsed, 1e6))
        self.reward = self.number("Reward", "dollars", r"^\s*(?:USD)?\s*\$?\s*")

    def _reviewed(self, faults: Faults) -> None:
        """Of a rejection and an approval the later one is what the assignment's status says."""
        approved = pc.equal(self.status, "Approved")
        later, earlier = (
            pc.greater(self.approved, self.rejected),
            pc.less(self.approved, self.rejected),
        )
        refused = pc.equal(self.status, "Rejected")
        odd = pc.or_kleene(pc.and_kleene(refused, later), pc.and_kleene(approved, earlier))
        faults.add(
            odd, "AssignmentStatus: expected what the later of the two reviews says", self.status
        )

    def text(self, name: str) -> pa.Array:
        return text(self._cells.column(name))

    def time(self, name: str) -> pa.Array:
        told = self.text(name)
        found = times.named_zone(told)
        if found.null_count > told.null_count:
            found = pc.coalesce(found, times.parse(_zoned(told), "iso", "UTC"))
        wrong = pc.and_(pc.is_valid(told), pc.is_null(found))
        self._faults.add(
            wrong,
            f"{name}: expected a time such as Tue Oct 03 03:30:40 PDT 2017, {times.SPAN}",
            told,
        )
        return found

    def number(self, name: str, what: str, prefix: str) -> pa.Array:
        told = self.text(name)
        found = amounts.numbers(pc.replace_substring_regex(told, prefix, ""))
        wrong = pc.or_kleene(pc.and_(pc.is_valid(told), pc.is_null(found)), pc.less(found, 0.0))
        self._faults.add(wrong, f"{name}: expected {what}", told)
        return found


def _events(
    cells: pa.Table, row_no: pa.Array, told: _Told, options: Options
) -> tuple[pa.Table, pa.Table, pa.Table]:
    rows = cells.num_rows
    assignment, item = told.text("AssignmentId"), told.text("HITId")
    common = {
        "row_no": row_no,
        "native_id": assignment,
        "item_id": item,
        "assignment_id": assignment,
        "attempt_no": 1,
        "trainer_id": told.text("WorkerId"),
        "batch_id": _batch_id(told),
        "time_basis": "recorded",
        "gold_kind": "none",
        "duration_basis": "none",
        **options.constants,
    }
    every = _answers(cells, options)
    scores = scoring.score(options.scoring, every, cells, item)
    if scores is not None:
        common["gold_kind"] = scores.gold_kind
    submitted = table(
        EVENT,
        rows,
        **common
        | {
            "event_type": "assignment_submitted",
            "occurred_at": told.submitted,
            "duration_s": told.seconds,
            "duration_basis": pc.if_else(
                pc.is_valid(told.seconds), "elapsed_accept_to_submit", "none"
            ),
            "cost": told.reward,
            "currency": pc.if_else(pc.is_valid(told.reward), "USD", pa.scalar(None, pa.string())),
        },
    )
    events = [
        submitted,
        table(EVENT, rows, **common, event_type="assignment_started", occurred_at=told.accepted),
        _created(cells, told, common),
        *_reviews(told, common, rows),
    ]
    if scores is not None:
        events.append(scores.events(common | {"occurred_at": told.submitted}))
    done = pa.repeat(pa.scalar(True), rows)
    gold = scores.answers if scores is not None else GOLD.empty_table()
    responses = given.responses(every, done) if every else RESPONSE.empty_table()
    return pa.concat_tables(events), responses, gold


def _created(cells: pa.Table, told: _Told, common: dict) -> pa.Table:
    """The HIT's creation, with what was shown; every row of a HIT tells of the same."""
    told_at = pa.table(
        {"hit": common["item_id"], "row": pa.array(range(cells.num_rows), pa.int64())}
    )
    told_at = told_at.filter(pc.is_valid(told.created))
    first = told_at.group_by("hit", use_threads=False).aggregate([("row", "min")]).column("row_min")
    first = first.combine_chunks()
    shown = [name for name in cells.column_names if name.startswith("Input.")]
    shown_of_first = delimited.as_json(cells.select(shown).take(first)) if shown else None
    made = {
        name: value.take(first) if isinstance(value, pa.Array) else value
        for name, value in common.items()
    }
    return table(
        EVENT,
        len(first),
        **made
        | {
            "native_id": made["item_id"],
            "assignment_id": None,
            "trainer_id": None,
            "event_type": "item_created",
            "occurred_at": told.created.take(first),
            "payload": None if shown_of_first is None else pa.array(shown_of_first, pa.string()),
        },
    )


def _reviews(told: _Told, common: dict, rows: int) -> Iterator[pa.Table]:
    """Verdicts in the order of their times, and what they did to the pay."""
    approved = pc.equal(told.status, "Approved")
    rejected = pc.equal(told.status, "Rejected")
    rejected_at, rejected_basis = _dated(told.rejected, rejected, told.submitted)
    least = pc.coalesce(told.rejected, told.submitted)
    approved_at, approved_basis = _dated(told.approved, approved, least)
    overturned = pc.fill_null(pc.greater_equal(approved_at, rejected_at), False)
    verdicts = (
        (rejected_at, rejected_basis, "review_rejected", "rejected", -1.0, None),
        (approved_at, approved_basis, "review_accepted", "accepted", 0.0, pc.invert(overturned)),
        (approved_at, approved_basis, "review_overturned", "accepted", 1.0, overturned),
    )
    for at, basis, kind, outcome, pays, only in verdicts:
        here = pc.is_valid(at) if only is None else pc.and_(pc.is_valid(at), only)
        made = common | {
            "event_type": kind,
            "occurred_at": at,
            "time_basis": basis,
            "version": at.cast(pa.int64()).cast(pa.string()),
            "outcome": outcome,
        }
        if kind == "review_rejected":
            made["reason"] = told.text("RequesterFeedback")
        yield table(EVENT, rows, **made).filter(here)
        if pays:
            # Not of the item: the reward moves, no further work was done on it.
            posted = made | {
                "event_type": "cost_posted",
                "native_id": pc.binary_join_element_wise(common["assignment_id"], kind, "/"),
                "version": None,  # once, however the time of the review is told
                "item_id": None,
                "assignment_id": None,
                "gold_kind": "none",
                "outcome": None,
                "reason": "rejected",
                "cost": pc.multiply(told.reward, pays),
                "currency": "USD",
            }
            yield table(EVENT, rows, **posted).filter(pc.and_(here, pc.is_valid(told.reward)))


def _dated(at: pa.Array, has_status: pa.Array, submitted: pa.Array) -> tuple[pa.Array, pa.Array]:
    """When the verdict fell; one that only the status tells of has the submission's time, assumed."""
    basis = pc.if_else(pc.is_valid(at), "recorded", "assumed")
    assumed = pc.if_else(has_status, submitted, pa.scalar(None, times.STAMP))
    return pc.coalesce(at, assumed), basis


def _batch_id(told: _Told) -> pa.Array:
    """Amazon's number of the batch where the file tells it, or else the type of the HIT."""
    noted = pc.extract_regex(told.text("RequesterAnnotation"), pattern=r"BatchId:(?P<batch>\d+)")
    return pc.coalesce(pc.struct_field(noted, "batch"), told.text("HITTypeId"))


def _zoned(column: pa.Array) -> pa.Array:
    """Only ISO times that name their zone: the wall time of an unnamed zone is not known."""
    named = pc.match_substring_regex(column, r"\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$")
    return pc.if_else(named, column, pa.scalar(None, pa.string()))


def _questions(cells: pa.Table, options: Options) -> tuple[Question, ...]:
    default = [
        Question(name.removeprefix(ANSWER), name)
        for name in cells.column_names
        if name.startswith(ANSWER)
    ]
    return questions(options.told, default)


def _answers(cells: pa.Table, options: Options) -> list[given.Answers]:
    return [
        given.answers(q, cells.column(q.column).combine_chunks())
        for q in _questions(cells, options)
    ]


def _asked(options: Options) -> tuple[str, ...]:
    named = [question.column for question in questions(options.told)]
    return tuple(dict.fromkeys([*named, *(gold.column for gold in options.scoring.columns)]))


def checked(told: Mapping | None) -> Options:
    """``told`` as the options of this format."""
    names = ("task_type", "locale", "guideline_version")
    known = (*names, "questions", *scoring.KEYS, *TEXT_FORM)
    top = Told(told or {}, "mapping", known)
    constants = {name: top.text(name) for name in names}
    return Options(constants, top, scoring.scoring(top), text_form(top))
