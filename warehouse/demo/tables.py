"""From the demo's numbers to tables of the warehouse.

Work is made as columns of codes (the number of a vendor, a person, an event type), which numpy
handles fast; here they become Arrow tables with the words that the codes stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import schema
from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, CURRENCIES, VENDORS, Question
from warehouse.demo.truths import mixed, uniform
from warehouse.demo.world import World

DAY_US = 86_400_000_000
UNKNOWN = -1

ROLES = ("annotator", "reviewer", "adjudicator")
KINDS = (*(kind.name for told in CAMPAIGNS for kind in told.kinds), "unknown")
FIRST_KIND = np.cumsum([0, *(len(told.kinds) for told in CAMPAIGNS)])
GUIDELINES = tuple(sorted({version for told in CAMPAIGNS for _, version, _ in told.guidelines}))
SOURCES = (*dict.fromkeys(vendor.source for vendor in VENDORS), "timesheets", "people-office")
LOCALES = tuple(dict.fromkeys(told.locale for told in CAMPAIGNS))
REASONS = (
    *dict.fromkeys(reason for told in CAMPAIGNS for reason in told.reasons),
    "no time", "task broken", "not my field", "rejection disputed", "bonus", "fee", "onboarding",
)  # fmt: skip
OUTCOMES = (
    "correct", "incorrect", "upheld", "declined", *schema.STAGES,
)  # fmt: skip
QUESTIONS = tuple(question for told in CAMPAIGNS for question in told.questions)
LABELS = tuple(dict.fromkeys(label for question in QUESTIONS for label in question.values))
NUMBERS = tuple(str(number) for number in range(101))
VALUES = (*LABELS, *NUMBERS)

HOURS_TO_LOAD = {source: 2 + number / 4 for number, source in enumerate(SOURCES)}
"""Each source is loaded once a night, at its own time (UTC)."""

_MISSING = {
    "type": UNKNOWN, "at": 0, "item": UNKNOWN, "is_gold_item": 0, "pass_no": UNKNOWN, "attempt": 1,
    "person": UNKNOWN, "actor": UNKNOWN, "vendor": UNKNOWN, "role": UNKNOWN, "kind": len(KINDS) - 1,
    "guideline": UNKNOWN, "gold": 0, "outcome": UNKNOWN, "reason": UNKNOWN, "score": np.nan,
    "duration": np.nan, "basis": schema.DURATION_BASES.index("none"), "cost": np.nan,
    "currency": UNKNOWN, "batch": UNKNOWN, "source": UNKNOWN, "locale": UNKNOWN,
}  # fmt: skip
"""What a column holds where the rows do not say."""


@dataclass(frozen=True)
class Rows:
    """Some events of one type in one campaign: columns of codes, and the answers if there are any."""

    campaign: int
    count: int
    columns: dict[str, np.ndarray | float]
    answers: tuple[np.ndarray, ...] = ()
    payload: pa.Array | None = None


@dataclass
class Book:
    """What the loads of the demo brought, kept while the weeks stream by."""

    events: Counter = field(default_factory=Counter)
    first: dict[tuple[int, int], int] = field(default_factory=dict)
    last: dict[tuple[int, int], int] = field(default_factory=dict)
    made: int = 0
    kept: int = 0

    def note(self, loads: np.ndarray, at: np.ndarray) -> None:
        for key in np.unique(loads):
            times = at[loads == key]
            place = (int(key) // 1000, int(key) % 1000)
            self.events[place] += len(times)
            self.first[place] = min(self.first.get(place, 2**62), int(times.min()))
            self.last[place] = max(self.last.get(place, -(2**62)), int(times.max()))


def event_type(name: str) -> int:
    return schema.EVENT_TYPES.index(name)


def outcome(name: str) -> int:
    return OUTCOMES.index(name)


def reason(name: str) -> int:
    return REASONS.index(name)


def load_name(world: World, source: int, night: int) -> str:
    """What the load of one source in the night that ends on a day is called."""
    return f"demo-{SOURCES[source]}-{world.day(night)}"


def zero(world: World) -> int:
    """The first midnight of the demo in microseconds."""
    return int(datetime.combine(world.first, datetime.min.time(), UTC).timestamp() * 1e6)


def tables(
    world: World, book: Book, rows: Sequence[Rows], rng: np.random.Generator
) -> tuple[pa.Table, pa.Table]:
    """Events and responses of some rows: those that had happened and arrived by the demo's end."""
    rows = [told for told in rows if told.count]
    total = sum(told.count for told in rows)
    columns = {name: _column(rows, name) for name in _MISSING}
    columns["campaign"] = np.repeat([r.campaign for r in rows], [r.count for r in rows])
    number = book.made + np.arange(total)
    book.made += total
    at = np.rint(columns["at"]).astype(np.int64)
    night, recorded = _recorded(at, columns)
    at = _clock_ahead(world, columns, at, night, rng)
    days = len(world.roster[0])
    kept = (at < days * DAY_US) & (night <= days)
    kept &= at >= -30 * DAY_US
    columns = {name: values[kept] for name, values in columns.items()}
    at, night, recorded, ids = at[kept], night[kept], recorded[kept], number[kept]
    loads = columns["source"].astype(np.int64) * 1000 + night
    book.note(loads, at)
    book.kept += len(at)
    shared = _shared(world, columns, at, recorded, ids, loads)
    payload = _payload(rows).filter(pa.array(kept))
    events = _events(world, columns, shared, payload)
    return events, _responses(rows, shared, columns, kept)


def _column(rows: Sequence[Rows], name: str) -> np.ndarray:
    told = [(r.columns.get(name, _MISSING[name]), r.count) for r in rows]
    is_real = isinstance(_MISSING[name], float) or name == "at"
    column = np.empty(sum(count for _, count in told), dtype=np.float64 if is_real else np.int64)
    start = 0
    for values, count in told:
        column[start : start + count] = values
        start += count
    return column


def _recorded(at: np.ndarray, columns: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The night in which an event arrives, and the moment: the crowd portal is late at times.

    What happened to one assignment is late together, so that no score comes without its answer.
    """
    source = columns["source"]
    crowd = source == SOURCES.index("crowd-portal")
    place = (columns["item"] << 26) + (columns["pass_no"] << 5) + columns["campaign"]
    u, v = (uniform(place, salt) for salt in (1, 2))
    usual = u < np.where(crowd, 0.97, 0.995)
    late = np.where(crowd, 0.2, 0.02) * -np.log(1 - v)
    late = np.where(usual, late, 0.5 + 3.5 * v) * DAY_US
    hour = (np.array(list(HOURS_TO_LOAD.values()))[source] * 3600e6).astype(np.int64)
    night = -((-(at + late.astype(np.int64) - hour)) // DAY_US)
    return night, night * DAY_US + hour


def _clock_ahead(
    world: World,
    columns: dict[str, np.ndarray],
    at: np.ndarray,
    night: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """The planted load whose submissions are dated two days after it was recorded."""
    told = world.incident("future-events")
    there = (columns["campaign"] == CAMPAIGN[told.campaign_id]) & (night == told.starts + 1)
    there &= columns["source"] == SOURCES.index("label-studio")
    there &= columns["type"] == event_type("assignment_submitted")
    there &= rng.random(len(at)) < told.size
    return np.where(there, at + 2 * DAY_US, at)


# -- codes to words ----------------------------------------------------------------------------


def words(codes: np.ndarray, names: Sequence[str]) -> pa.Array:
    """The names that codes stand for; a negative code stands for nothing known."""
    known = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(known, pa.array(names, pa.string())).dictionary_decode()


def numbers(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def padded(values: np.ndarray, width: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), width, "0")


_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint16)


def hexadecimal(keys: np.ndarray) -> pa.Array:
    """Sixteen hexadecimal digits for each 64-bit key."""
    digits = _HEX[keys.byteswap().view(np.uint8)]
    offsets = np.arange(len(keys) + 1, dtype=np.int32) * 16
    return pa.StringArray.from_buffers(len(keys), pa.py_buffer(offsets), pa.py_buffer(digits))


def _shared(
    world: World,
    columns: dict[str, np.ndarray],
    at: np.ndarray,
    recorded: np.ndarray,
    ids: np.ndarray,
    loads: np.ndarray,
) -> dict[str, pa.Array]:
    """The columns that events and responses have in common."""
    prefixes = [
        f"{told.campaign_id}-{gold}" for told in CAMPAIGNS for gold in ("", "gold-")
    ]  # as truths.item_name does
    prefix = words(2 * columns["campaign"] + columns["is_gold_item"], prefixes)
    item = pc.binary_join_element_wise(prefix, padded(columns["item"], 6), "")
    item = pc.if_else(pa.array(columns["item"] >= 0), item, None)
    pass_no = pc.cast(pa.array(columns["pass_no"]), pa.string())
    assignment = pc.binary_join_element_wise(item, pass_no, "-a")
    assignment = pc.if_else(pa.array(columns["pass_no"] >= 0), assignment, None)
    moment = at + zero(world)
    nights, place = np.unique(loads, return_inverse=True)
    names = [load_name(world, int(key) // 1000, int(key) % 1000) for key in nights]
    seeded = mixed(ids.astype(np.uint64) + (np.uint64(world.seed + 1) << np.uint64(44)))
    return {
        "event_id": hexadecimal(seeded),
        "load_id": words(place, names),
        "occurred_at": pa.array(moment).cast(pa.timestamp("us")),
        "day": pa.array((moment // DAY_US).astype(np.int32)).cast(pa.date32()),
        "recorded_at": pa.array(recorded + zero(world)).cast(pa.timestamp("us")),
        "campaign_id": words(columns["campaign"], [told.campaign_id for told in CAMPAIGNS]),
        "item_id": item,
        "assignment_id": assignment,
        "trainer_id": words(columns["person"], world.team.ids),
        "vendor_id": words(columns["vendor"], [vendor.vendor_id for vendor in VENDORS]),
        "task_type": words(columns["kind"], KINDS),
        "gold_kind": words(columns["gold"], schema.GOLD_KINDS),
    }


def _events(
    world: World, columns: dict[str, np.ndarray], shared: dict[str, pa.Array], payload: pa.Array
) -> pa.Table:
    weeks = 1 + columns["batch"].max(initial=0)
    batches = [f"{told.campaign_id}-b{week:02d}" for told in CAMPAIGNS for week in range(weeks)]
    batch = np.where(
        columns["batch"] < 0, UNKNOWN, columns["campaign"] * weeks + columns["batch"]
    ).astype(int)
    count = len(columns["type"])
    return pa.table(
        shared
        | {
            "source": words(columns["source"], SOURCES),
            "event_type": words(columns["type"], schema.EVENT_TYPES),
            "time_basis": pa.repeat("recorded", count),
            "batch_id": words(batch, batches),
            "attempt_no": pa.array(columns["attempt"].astype(np.int64)),
            "actor_id": words(columns["actor"], world.team.ids),
            "role": words(columns["role"], ROLES),
            "locale": words(columns["locale"], LOCALES),
            "guideline_version": words(columns["guideline"], GUIDELINES),
            "outcome": words(columns["outcome"], OUTCOMES),
            "reason": words(columns["reason"], REASONS),
            "score": numbers(columns["score"]),
            "duration_s": numbers(columns["duration"]),
            "duration_basis": words(columns["basis"], schema.DURATION_BASES),
            "cost": numbers(columns["cost"]),
            "currency": words(columns["currency"], CURRENCIES),
            "payload": payload,
        }
    )


def _payload(rows: Sequence[Rows]) -> pa.Array:
    parts = [pa.nulls(r.count, pa.string()) if r.payload is None else r.payload for r in rows]
    return pa.concat_arrays(parts)


def value_codes(question: Question, answers: np.ndarray) -> np.ndarray:
    """Answers as codes of VALUES."""
    if question.scale == "nominal":
        return np.array([LABELS.index(label) for label in question.values])[answers]
    return len(LABELS) + answers


RESPONSES = (
    "event_id", "load_id", "occurred_at", "day", "recorded_at", "campaign_id", "item_id",
    "assignment_id", "trainer_id", "vendor_id", "task_type", "gold_kind",
)  # fmt: skip


def _responses(
    rows: Sequence[Rows],
    shared: dict[str, pa.Array],
    columns: dict[str, np.ndarray],
    kept: np.ndarray,
) -> pa.Table:
    """A row per answered question, with the columns of its submission."""
    place = np.cumsum(kept) - 1
    starts = np.cumsum([0, *(told.count for told in rows)])
    where, question, value, number = [], [], [], []
    for told, start in zip(rows, starts, strict=False):
        here = kept[start : start + told.count]
        for asked, answers in zip(CAMPAIGNS[told.campaign].questions, told.answers, strict=False):
            where.append(place[start : start + told.count][here])
            question.append(np.full(here.sum(), QUESTIONS.index(asked)))
            value.append(value_codes(asked, answers[here]))
            is_number = asked.scale != "nominal"
            number.append(np.where(is_number, answers[here].astype(float), np.nan))
    if not where:
        where, question, value, number = ([np.zeros(0, dtype=int)] for _ in range(4))
    at = pa.array(np.concatenate(where))
    asked = np.concatenate(question)
    return pa.table(
        {name: shared[name].take(at) for name in RESPONSES}
        | {
            "question_id": words(asked, [q.question_id for q in QUESTIONS]),
            "scale": words(asked, [q.scale for q in QUESTIONS]),
            "value_text": words(np.concatenate(value), VALUES),
            "value_number": numbers(np.concatenate(number).astype(float)),
        }
    )


def loads(world: World, book: Book) -> list[dict]:
    """The book of loads: a row per source and night; of the crowd portal some rows come twice."""
    told = []
    for (source, night), count in sorted(book.events.items()):
        hour = HOURS_TO_LOAD[SOURCES[source]]
        done = datetime.combine(world.day(night), datetime.min.time()) + timedelta(hours=hour)
        again = count // 50 if SOURCES[source] == "crowd-portal" else 0
        epoch = datetime(1970, 1, 1)
        told.append(
            {
                "load_id": load_name(world, source, night),
                "source": SOURCES[source],
                "campaign_id": None,
                "files": f"{SOURCES[source]}-{world.day(night)}.parquet",
                "started_at": done - timedelta(seconds=2 + count / 20_000),
                "recorded_at": done,
                "rows_read": count + again,
                "rows_loaded": count,
                "rows_there": again,
                "rows_quarantined": 0,
                "events": count,
                "first_occurred": epoch
                + timedelta(microseconds=book.first[source, night] + zero(world)),
                "last_occurred": epoch
                + timedelta(microseconds=book.last[source, night] + zero(world)),
                "options": "{}",
            }
        )
    return told
