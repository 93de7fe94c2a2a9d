"""Label Studio's JSON export, of the open and the Enterprise edition.

Two kinds of rows: a task, and each annotation of it with its reviews.

- An annotation is a submission at ``created_at``. Where ``updated_at`` is later it was edited: the export holds
  only the last state, so the answers and the time worked stand on the edit event. An edit may be
  somebody else's (``updated_by``), who is then its actor.
- ``lead_time`` runs from opening to submitting, idle time included, and adds up over edits. When the task was opened
  is not in the export (``draft_created_at`` is the first draft, which is later), so there is no start.
- An edit by the author after a rejection is the next attempt; how long it took is not known apart.
- ``completed_by`` is empty where the user was deleted since: work of somebody unknown.
- ``was_cancelled`` is a skip. Drafts and predictions are nobody's submission.
- A review that changed the annotation (``fixed_annotation_history``) is an acceptance with a fix.
- ``ground_truth`` marks an annotation as the right answer of its task: its answers become gold answers. By
  default nobody is scored on them, for they may have been chosen from the very work they
  would judge; ``ground_truth: hidden`` (or ``training``) in the mapping scores the other annotations of the task,
  never the chosen one itself.

Answers: choices, taxonomy and pairwise are nominal (several are sorted and joined by `` | ``, a taxonomy's path by
`` > ``), rating and ranker ordinal, number interval. Marked spans and regions become one question for each label,
``<name>: <label>``, with how many were marked, 0 included: two people who mark the same five ages and one
more firearm then differ on firearms alone, and counts work at any position, shape or length. A text field is
measured by its length in characters.

Options (a mapping file): ``task_type``, ``locale``, ``guideline_version``, ``ground_truth`` (answer, hidden, training) and ``instance``, a name for the
server, where people have no e-mail address and two servers number them alike.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from warehouse.errors import Refused
from warehouse.sources import delimited, json_list
from warehouse.sources.amounts import MOST
from warehouse.sources.answers import together
from warehouse.sources.batch import EVENT, GOLD, PERSON, REFUSED, RESPONSE, Batch, from_rows
from warehouse.sources.mapping import Told
from warehouse.sources.times import moment

TASKS = 500
"""Tasks that are handed on at once."""

AT_ONCE = timedelta(seconds=1)
"""Saving writes created_at and updated_at some microseconds apart; that is no edit."""

SHOWN = 4000
"""Characters of a task's data that are kept to be looked at."""

REGIONS = {
    "labels": "labels",
    "hypertextlabels": "hypertextlabels",
    "paragraphlabels": "paragraphlabels",
    "rectanglelabels": "rectanglelabels",
    "polygonlabels": "polygonlabels",
    "ellipselabels": "ellipselabels",
    "keypointlabels": "keypointlabels",
    "brushlabels": "brushlabels",
    "bitmasklabels": "bitmasklabels",
    "vectorlabels": "vectorlabels",
    "timeserieslabels": "timeserieslabels",
    "timelinelabels": "timelinelabels",
    "videorectangle": "labels",
}
"""Kinds of results that mark regions, and where each keeps its labels."""


@dataclass(frozen=True)
class Options:
    constants: Mapping[str, str | None]
    ground_truth: str
    instance: str


@dataclass
class Known:
    """What a first reading of the file learns: who its people are, and which labels there are."""

    emails: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=dict)


def read(path: Path, options: Mapping | None) -> Iterator[Batch]:
    """The events that the export in ``path`` tells of."""
    wanted = checked(options)
    known = Known()
    _look(path)
    for task, _ in json_list.elements(path):
        _learn(known, task)
    part, first = _Part(wanted, known), True
    for task, bytes_read in json_list.elements(path):
        if first:
            _require_export(path, task)
            first = False
        part.add(task)
        if part.tasks == TASKS:
            yield part.batch(bytes_read)
            part = part.next()
    if first:
        raise Refused(f"{path}: expected tasks, found an empty list")
    if part.rows:
        yield part.batch(path.stat().st_size)


def reread(rows: Sequence[tuple[int, str]], options: Mapping | None) -> Iterator[Batch]:
    """The events of rows that were set aside; each is a task with the one annotation it was set aside for."""
    known = Known()
    told = []
    for number, raw in rows:
        try:
            task = json.loads(raw)
        except ValueError:
            task = None
        if isinstance(task, dict):
            _learn(known, task)
        told.append((number, task, raw))
    part = _Part(checked(options), known)
    for number, task, raw in told:
        part.add_again(number, task, raw)
    yield part.batch(0)


def raws(path: Path, options: Mapping | None, rows: set[int]) -> dict[int, str]:
    """The rows of ``path`` numbered ``rows``, as they are set aside."""
    found = {}
    part = _Part(checked(options), Known())
    for task, _ in json_list.elements(path):
        first = part.rows + 1
        part.add(task)
        # A task that was set aside is one row, whatever annotations it has.
        for row in rows.intersection(range(first + 1, part.rows + 1)):
            found[row] = _raw(task | {"annotations": [task["annotations"][row - first - 1]]})
    return found


# -- the file -------------------------------------------------------------------------


def _look(path: Path) -> None:
    start = delimited.head(path).lstrip(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"{":
        first_line = start.split(b"\n", 1)[0]
        what = "one JSON object per line" if first_line.rstrip().endswith(b"}") else "a JSON object"
        raise Refused(
            f"{path}: expected Label Studio's JSON export (a list of tasks), found {what}"
        )
    if start[:1] != b"[":
        shown = start[:40].decode("utf-8", errors="replace").splitlines()[0]
        raise Refused(
            f"{path}: expected Label Studio's JSON export (a list of tasks), found a file that begins {shown!r}"
        )


def _require_export(path: Path, task: object) -> None:
    if isinstance(task, dict) and isinstance(task.get("annotations"), list):
        return
    if isinstance(task, dict) and ("annotation_id" in task or "annotator" in task):
        raise Refused(
            f"{path}: expected Label Studio's JSON export, found its JSON-MIN, which lacks reviews and skips: export as JSON, or load it as a table (examples/mappings/label_studio_min.yaml)"
        )
    names = ", ".join(list(task)[:12]) if isinstance(task, dict) else repr(task)[:60]
    raise Refused(f"{path}: expected tasks with `annotations`, found {names or 'nothing'}")


def _learn(known: Known, task: object) -> None:
    for annotation in _listed(task, "annotations"):
        people = [annotation.get("completed_by"), annotation.get("updated_by")]
        people += [review.get("created_by") for review in _listed(annotation, "reviews")]
        for person in people:
            if isinstance(person, dict) and person.get("id") is not None and person.get("email"):
                number = str(person["id"])
                known.emails[number] = str(person["email"])
                name = f"{person.get('first_name') or ''} {person.get('last_name') or ''}".strip()
                if name:
                    known.names[number] = name
        for result in _listed(annotation, "result"):
            for label in _region_labels(result):
                known.labels.setdefault(str(result.get("from_name")), set()).add(label)


def _listed(told: object, name: str) -> list[dict]:
    """The objects in the list ``name`` of ``told``, none where there is no such list."""
    found = told.get(name) if isinstance(told, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _region_labels(result: dict) -> list[str]:
    where = REGIONS.get(str(result.get("type")))
    value = result.get("value")
    if where is None or not isinstance(value, dict):
        return []
    found = value.get(where) or value.get("labels") or []
    return [str(label) for label in found] if isinstance(found, list) else []


# -- tasks and annotations ------------------------------------------------------------


class _Fault(Exception):
    """Why a task or an annotation cannot be read."""


def _why(fault: Exception) -> str:
    return "nested too deeply" if isinstance(fault, RecursionError) else str(fault)


class _Part:
    """The tasks of one batch as they are collected."""

    def __init__(self, options: Options, known: Known, row: int = 0) -> None:
        self._options = options
        self._known = known
        self._row = row
        self.tasks = 0
        self.rows = 0
        self._events: list[dict] = []
        self._responses: list[dict] = []
        self._gold: list[dict] = []
        self._refused: list[dict] = []
        self._people: dict[str, dict] = {}
        self._knows_reviews = False

    def next(self) -> _Part:
        return _Part(self._options, self._known, self._row)

    def batch(self, bytes_read: int) -> Batch:
        return Batch(
            self.rows,
            bytes_read,
            from_rows(EVENT, self._events),
            from_rows(RESPONSE, self._responses),
            from_rows(GOLD, self._gold),
            from_rows(PERSON, list(self._people.values())),
            from_rows(REFUSED, self._refused),
            knows_reviews=self._knows_reviews,
        )

    def add(self, task: object) -> None:
        """A task and its annotations, a row each."""
        self.tasks += 1
        number = self._next_row()
        before = self._kept()
        try:
            common = self._task(task, number)
            truths = self._truths(task, common["item_id"])
        except (_Fault, RecursionError) as fault:
            self._forget(before)
            self._set_aside(number, _why(fault), task)
            return
        annotations = task["annotations"]
        for annotation in annotations:
            number = self._next_row()
            before = self._kept()
            try:
                self._annotation(annotation, common | {"row_no": number}, truths)
            except (_Fault, RecursionError) as fault:
                self._forget(before)
                self._set_aside(number, _why(fault), task | {"annotations": [annotation]})

    def add_again(self, number: int, task: object, raw: str) -> None:
        """One row that was set aside: a task with one annotation, or a task whose own fields were at fault."""
        before = self._kept()
        self.rows += 1
        try:
            common = self._task(task, number)
            truths = self._truths(task, common["item_id"])
            for annotation in task["annotations"]:
                self._annotation(annotation, common, truths)
        except (_Fault, RecursionError) as fault:
            self._forget(before)
            self._refused.append({"row_no": number, "reason": _why(fault), "raw": raw})

    def _kept(self) -> tuple[int, int, int]:
        return len(self._events), len(self._responses), len(self._gold)

    def _forget(self, before: tuple[int, int, int]) -> None:
        """Leave out what was kept since ``before``."""
        del self._events[before[0] :], self._responses[before[1] :], self._gold[before[2] :]

    def _next_row(self) -> int:
        self._row += 1
        self.rows += 1
        return self._row

    def _set_aside(self, number: int, reason: str, task: object) -> None:
        self._refused.append({"row_no": number, "reason": reason, "raw": _raw(task)})

    def _task(self, task: object, number: int) -> dict:
        """The item's creation; what all events of the task have in common."""
        if not isinstance(task, dict) or task.get("id") is None:
            raise _Fault("expected a task with an id")
        if not isinstance(task.get("annotations"), list):
            raise _Fault("expected a list of annotations")
        created = _time(task, "created_at", required=False)
        project = task.get("project")
        common = {
            "row_no": number,
            "item_id": str(task["id"]),
            "batch_id": None if project is None else f"project {project}",
            "attempt_no": 1,
            "time_basis": "recorded",
            "gold_kind": "none",
            "duration_basis": "none",
            **self._options.constants,
        }
        first = min(
            (
                a["created_at"]
                for a in _listed(task, "annotations")
                if isinstance(a.get("created_at"), str)
            ),
            default=None,
        )
        if created is None and first is None:
            raise _Fault("created_at: expected the time of the task, found none")
        made = {
            "event_type": "item_created",
            "native_id": f"task {task['id']}",
            "occurred_at": created or _time({"created_at": first}, "created_at"),
            "time_basis": "recorded" if created else "assumed",
            "payload": json.dumps(task.get("data"), ensure_ascii=False)[:SHOWN],
        }
        self._events.append(common | made)
        return common

    def _truths(self, task: dict, item: str) -> dict[str, dict[str, str]]:
        """The answers of the annotations that are marked as ground truth, by annotation."""
        truths = {}
        for annotation in _listed(task, "annotations"):
            if annotation.get("ground_truth") and not annotation.get("was_cancelled"):
                told = {r["question_id"]: r["value_text"] for r in self._answers(annotation)}
                truths[str(annotation.get("id"))] = told
        kind = self._options.ground_truth
        self._gold += [
            {
                "item_id": item,
                "question_id": question,
                "answer": answer,
                "gold_kind": "none" if kind == "answer" else kind,
            }
            for told in truths.values()
            for question, answer in told.items()
        ]
        return truths

    def _annotation(self, annotation: object, common: dict, truths: dict) -> None:
        if not isinstance(annotation, dict) or annotation.get("id") is None:
            raise _Fault("expected an annotation with an id")
        own = str(annotation["id"])
        created = _time(annotation, "created_at")
        updated = _time(annotation, "updated_at", required=False) or created
        trainer = self._person(annotation.get("completed_by"))
        if "completed_by" not in annotation:
            raise _Fault("completed_by: expected who made the annotation, found none")
        seconds = annotation.get("lead_time")
        if seconds is not None and not (isinstance(seconds, int | float) and 0 <= seconds <= MOST):
            raise _Fault(f"lead_time: expected seconds, found {seconds!r}")
        if not isinstance(annotation.get("result"), list):
            raise _Fault("result: expected a list, found none")
        self._knows_reviews |= "reviews" in annotation  # of the Enterprise edition
        reviews = [self._review(review) for review in _listed(annotation, "reviews")]

        common = common | {"assignment_id": own, "native_id": own, "trainer_id": trainer}
        worked = {
            "duration_s": None if seconds is None else float(seconds),
            "duration_basis": "none" if seconds is None else "elapsed_open_to_submit",
        }
        was_edited = updated - created > AT_ONCE
        if annotation.get("was_cancelled"):
            at = updated if was_edited else created
            skipped = {"event_type": "assignment_skipped", "occurred_at": at, "version": str(at)}
            self._events.append(common | skipped | worked)
        else:
            rejected = sum(
                review["event_type"] == "review_rejected" and review["occurred_at"] < updated
                for review in reviews
            )
            edited = updated if was_edited else None
            self._submission(annotation, common, worked, created, edited, rejected)
            self._score(annotation, common | {"occurred_at": created}, truths)
        self._events += [common | review for review in reviews]

    def _submission(
        self,
        annotation: dict,
        common: dict,
        worked: dict,
        created: datetime,
        edited: datetime | None,
        rejected: int,
    ) -> None:
        """The submission and, where there was one, the last edit: on it is all that the export knows."""
        first = {
            "event_type": "assignment_submitted",
            "occurred_at": created,
            "version": str(created),
        }
        if edited is None:
            self._events.append(common | first | worked)
        else:
            editor = self._person(annotation.get("updated_by"))
            last = {"occurred_at": edited, "version": str(edited), "actor_id": editor}
            if rejected and editor in (None, common["trainer_id"]):
                last["attempt_no"] = 1 + rejected
                first |= worked
            else:
                last |= worked
            self._events.append(common | first)
            self._events.append(
                common | first | {"duration_s": None, "duration_basis": "none"} | last
            )
        at = len(self._events) - 1
        self._responses += [{"event_no": at, **answer} for answer in self._answers(annotation)]

    def _review(self, review: dict) -> dict:
        accepted, fixed = review.get("accepted"), review.get("fixed_annotation_history")
        if accepted:
            outcome = "accepted_with_fix" if fixed else "accepted"
        else:
            outcome = "rejected" if accepted is False else "undecided"
        reason = review.get("remarks") or review.get("comment")
        return {
            "event_type": f"review_{outcome}",
            "native_id": f"review {review.get('id')}",
            "occurred_at": _time(review, "created_at"),
            "actor_id": self._person(review.get("created_by")),
            "outcome": outcome,
            "reason": str(reason) if reason and outcome == "rejected" else None,
        }

    def _score(self, annotation: dict, common: dict, truths: dict) -> None:
        """Hold the annotation against the ground truths of its task, if the team says that they are gold."""
        own = str(annotation["id"])
        kind = self._options.ground_truth
        if kind == "answer" or not truths or own in truths:
            return
        given = {
            answer["question_id"]: answer["value_text"] for answer in self._answers(annotation)
        }
        shares = [
            sum(given.get(question) == answer for question, answer in truth.items()) / len(truth)
            for truth in truths.values()
            if truth
        ]
        if shares:
            best = max(shares)
            outcome = "correct" if best == 1 else "incorrect"
            scored = {
                "event_type": "gold_scored",
                "gold_kind": kind,
                "score": best,
                "outcome": outcome,
            }
            self._events.append(common | scored)

    def _answers(self, annotation: dict) -> list[dict]:
        """The answers of an annotation, question by question."""
        told: dict[str, list[dict]] = {}
        marked = Counter()
        for result in _listed(annotation, "result"):
            name = str(result.get("from_name"))
            marked.update((name, label) for label in _region_labels(result))
            told.setdefault(name, []).append(result)
        answers = [
            _number(f"{name}: {label}", "interval", marked[name, label])
            for name, labels in self._known.labels.items()
            for label in sorted(labels)
        ]
        for name, results in told.items():
            answers += _classified(name, results)
        return answers

    def _person(self, told: object) -> str | None:
        """Who ``told`` is: the e-mail address where the file says it anywhere, or else the user's number."""
        number = told.get("id") if isinstance(told, dict) else told
        email = (told.get("email") or None) if isinstance(told, dict) else None
        if email is None and number is not None:
            email = self._known.emails.get(str(number))
        if email is None and isinstance(told, str) and "@" in told:
            email = told
        if email is None:
            is_known = number not in (None, "")
            return f"label-studio{self._options.instance}:{number}" if is_known else None
        name = self._known.names.get(str(number))
        self._people.setdefault(
            str(email), {"login": str(email), "email": str(email), "full_name": name}
        )
        return str(email)


def _classified(name: str, results: list[dict]) -> Iterator[dict]:
    """The answers that the results of one control give, apart from marked regions."""
    values = [(str(r.get("type")), r["value"]) for r in results if isinstance(r.get("value"), dict)]
    picked = [
        " > ".join(map(str, one)) if isinstance(one, list) else str(one)
        for kind, value in values
        if kind in ("choices", "taxonomy")
        for one in _several(value.get(kind))
    ]
    if picked:
        yield _text(name, together(picked))
    for kind, value in values:
        if kind == "rating" and _is_number(value.get("rating")):
            yield _number(name, "ordinal", value["rating"])
        elif kind == "number" and _is_number(value.get("number")):
            yield _number(name, "interval", value["number"])
        elif kind == "pairwise" and value.get("selected"):
            yield _text(name, str(value["selected"]))
        elif kind == "datetime" and value.get("datetime"):
            yield _text(name, str(value["datetime"]))
        elif kind == "ranker":
            yield from _ranks(name, value.get("ranker"))
    written = [value.get("text") for kind, value in values if kind == "textarea"]
    if written:
        texts = [
            "\n".join(map(str, one)) if isinstance(one, list) else str(one or "") for one in written
        ]
        yield _number(f"{name}: characters", "interval", len("\n".join(texts)))


def _several(told: object) -> list:
    return told if isinstance(told, list) else [told] if told else []


def _is_number(told: object) -> bool:
    return isinstance(told, int | float) and abs(told) <= MOST


def _ranks(name: str, told: object) -> Iterator[dict]:
    """A ranking as the rank that each thing was given; several buckets each rank their own."""
    buckets = told if isinstance(told, dict) else {"": told}
    for bucket, ranked in buckets.items():
        if isinstance(ranked, list):
            for rank, thing in enumerate(ranked, 1):
                part = f" {bucket}" if len(buckets) > 1 else ""
                yield _number(f"{name}{part}: {thing}", "ordinal", rank)


def _text(question: str, value: str | None) -> dict:
    return {
        "question_id": question,
        "scale": "nominal",
        "value_text": value or "",
        "value_number": None,
    }


def _number(question: str, scale: str, value: float) -> dict:
    return {
        "question_id": question,
        "scale": scale,
        "value_text": str(int(value)) if value == int(value) else repr(value),
        "value_number": float(value),
    }


def _time(told: dict, name: str, *, required: bool = True) -> datetime | None:
    value = told.get(name)
    try:
        found = moment(value)
    except (TypeError, ValueError) as error:
        raise _Fault(f"{name}: expected a time, found {value!r}") from error
    if found is None and required:
        raise _Fault(f"{name}: expected a time, found none")
    return found


def _raw(task: object) -> str:
    try:
        return json.dumps(_without_names(task), ensure_ascii=False, default=str)
    except RecursionError:
        return json.dumps({"id": str(task.get("id"))} if isinstance(task, dict) else None)


def _without_names(told: object) -> object:
    """``told`` without people's names, which have no place beside the data."""
    if isinstance(told, dict):
        return {
            k: _without_names(v) for k, v in told.items() if k not in ("first_name", "last_name")
        }
    if isinstance(told, list):
        return [_without_names(one) for one in told]
    return told


def checked(told: Mapping | None) -> Options:
    """``told`` as the options of this format."""
    constants = ("task_type", "locale", "guideline_version")
    top = Told(told or {}, "mapping", (*constants, "ground_truth", "instance"))
    instance = top.text("instance")
    return Options(
        {name: top.text(name) for name in constants},
        top.one_of("ground_truth", ("answer", "hidden", "training"), "answer"),
        f" {instance}" if instance else "",
    )
