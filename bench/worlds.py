"""Worlds with known truth: event-level data of campaigns in which something changed, or nothing did.

Every submission is drawn one by one: who did it (people of unequal ability come and go), on
which kind of task, whether it was gold, reviewed (often late), done by three people, how long
it took. What changed, when, by how much and who carried it goes into the truth table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

START = np.datetime64("2025-01-06")
"""A Monday; day 0 of every world."""

DAYS = 180
MONITORED_FROM = 70
ONSET = 97
LABELS = 4


@dataclass(frozen=True)
class Shape:
    """What a campaign is like when nothing goes wrong."""

    golds: float = 50.0
    trainers: int = 20
    vendors: tuple[float, ...] = (0.3, 0.3, 0.4)
    types: tuple[float, ...] = (0.6, 0.4)
    accuracy: tuple[float, ...] = (0.95, 0.83)
    rejected: tuple[float, ...] = (0.08, 0.16)
    seconds: tuple[float, ...] = (90.0, 210.0)
    trainer_icc: float = 0.05
    trainer_day_icc: float = 0.02
    day_icc: float = 0.007
    churn: float = 0.04
    weekend: float = 0.35
    weekend_worse: float = 0.0
    missing: float = 0.03
    gold_share: float = 1 / 3
    reviewed: float = 0.6
    overlap: float = 0.12
    label_skill: float = 0.88
    kind_icc: float = 0.0
    """How unequal people, and vendors, are in what they are better at."""


@dataclass(frozen=True)
class Change:
    """What goes wrong: ``size`` in the figure's own unit, seen by the rows that ``who`` picks."""

    metric: str
    direction: str
    size: float
    dimension: str = "campaign"
    ramp: int = 0
    lasts: int | None = None
    fades: int | None = None
    again_after: int | None = None
    easier: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """A family of worlds: a shape, what changes in it, and what a detector should say."""

    name: str
    says: str
    changes: tuple[Change, ...] = ()
    shape: dict[str, object] = field(default_factory=dict)
    mix: str | None = None
    gap: bool = False
    growth: float = 1.0
    same_day: bool = False
    """It changes on the same day in all campaigns, as a change of the whole team does."""
    any_shape: bool = False
    """Each campaign has a shape of its own, drawn at random, and its change begins on any day."""


GOLD, REJECTED, SECONDS, ALPHA = (
    "gold_accuracy",
    "rejection_rate",
    "handle_time_median",
    "agreement_alpha",
)


def _gold(size: float, **more: object) -> tuple[Change, ...]:
    return (Change(GOLD, "down", size, **more),)


NEAR_PERFECT = {
    "accuracy": (0.985, 0.985),
    "trainer_icc": 0.01,
    "trainer_day_icc": 0.005,
    "day_icc": 0.001,
}

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("S01", "step of 3 points", _gold(0.03)),
    Scenario("S02", "step of 5 points", _gold(0.05)),
    Scenario("S03", "step of 10 points", _gold(0.10)),
    Scenario("S04", "drift of 10 points over 28 days", _gold(0.10, ramp=28)),
    Scenario("S05", "one vendor by 15 points", _gold(0.15, dimension="vendor_id")),
    Scenario("S06", "a fifth of the trainers by 20", _gold(0.20, dimension="trainer_id")),
    Scenario("S07", "hard tasks by 15", _gold(0.15, dimension="task_type")),
    Scenario(
        "S08",
        "guideline version by 10, recovers in 14 days",
        _gold(0.10, dimension="guideline_version", fades=14),
    ),
    Scenario("S09", "one day by 20", _gold(0.20, lasts=1)),
    Scenario("S10", "all by 3 while the mix gets easier", _gold(0.03, easier=0.25)),
    Scenario("S11", "rejections +8", (Change(REJECTED, "up", 0.08),)),
    Scenario("S12", "handle time -25 %, one vendor", (Change(SECONDS, "down", 0.25, "vendor_id"),)),
    Scenario("S13", "handle time +25 %", (Change(SECONDS, "up", 0.25),)),
    Scenario("S14", "alpha -.10", (Change(ALPHA, "down", 0.10),)),
    Scenario("S15", "team-wide 2 points", _gold(0.02), same_day=True),
    Scenario("M01", "more hard tasks", mix="task_type"),
    Scenario("M02", "more work of a weaker vendor", mix="vendor_id"),
    Scenario("N01", "plain"),
    Scenario("N02", "iid", shape={"trainer_icc": 0.0, "trainer_day_icc": 0.0, "day_icc": 0.0}),
    Scenario(
        "N03",
        "overdispersed",
        shape={"trainer_icc": 0.10, "trainer_day_icc": 0.05, "day_icc": 0.02},
    ),
    Scenario("N04", "strong weekend", shape={"weekend": 0.15, "weekend_worse": 0.05}),
    Scenario("N05", "churn 15 % a week", shape={"churn": 0.15}),
    Scenario("N06", "20 % of days missing", shape={"missing": 0.20}),
    Scenario("N07", "a week without work", gap=True),
    Scenario("N08", "volume doubles", growth=2.0),
    Scenario("N09", "97 % accuracy", shape={"accuracy": (0.98, 0.955), "trainer_icc": 0.02}),
    Scenario("N10", "day shocks", shape={"day_icc": 0.02}),
    Scenario("N11", "trainer-day shocks", shape={"trainer_day_icc": 0.06}),
    Scenario("N12", "four trainers", shape={"trainers": 4}),
    # Beyond the public bench: what the trial of the method was weak at, and other shapes.
    Scenario("X01", "new cohort, worse by 15", _gold(0.15, dimension="onboarding_cohort")),
    Scenario("X02", "two steps of 4, 21 days apart", _gold(0.04, again_after=21)),
    Scenario("X03", "slip of 4 points from 98.5 %", _gold(0.04), shape=NEAR_PERFECT),
    Scenario("X04", "drift of 10 points over 56 days", _gold(0.10, ramp=56)),
    Scenario("X05", "7 points, churn 15 % a week", _gold(0.07), shape={"churn": 0.15}),
    Scenario("X06", "vendor x type by 20", _gold(0.20, dimension="vendor_id*task_type")),
    Scenario("X07", "weekends by 15", _gold(0.15, dimension="weekday")),
    Scenario("X08", "one trainer by 35", _gold(0.35, dimension="one_trainer")),
    Scenario("X09", "rejections +12, one vendor", (Change(REJECTED, "up", 0.12, "vendor_id"),)),
    Scenario("X10", "handle time -15 %", (Change(SECONDS, "down", 0.15),)),
    Scenario(
        "X11",
        "7 points, four task types, five vendors",
        _gold(0.07),
        shape={
            "types": (0.4, 0.3, 0.2, 0.1),
            "accuracy": (0.93, 0.86, 0.8, 0.7),
            "rejected": (0.05, 0.1, 0.15, 0.2),
            "seconds": (60.0, 90.0, 150.0, 400.0),
            "vendors": (0.1, 0.15, 0.2, 0.25, 0.3),
        },
    ),
    Scenario(
        "Y01",
        "null: four task types, five vendors",
        shape={
            "types": (0.4, 0.3, 0.2, 0.1),
            "accuracy": (0.93, 0.86, 0.8, 0.7),
            "rejected": (0.05, 0.1, 0.15, 0.2),
            "seconds": (60.0, 90.0, 150.0, 400.0),
            "vendors": (0.1, 0.15, 0.2, 0.25, 0.3),
        },
    ),
    Scenario("Y02", "null: 98.5 %", shape=NEAR_PERFECT),
    Scenario("Y03", "null: very unequal trainers", shape={"trainer_icc": 0.15}),
    # Campaigns of any shape: what was settled on the others must hold here too.
    Scenario("Y04", "null: any shape", any_shape=True),
    Scenario("Z01", "any shape, all by 8", _gold(0.08), any_shape=True),
    Scenario("Z02", "any shape, vendor by 15", _gold(0.15, dimension="vendor_id"), any_shape=True),
    Scenario("Z03", "any shape, type by 15", _gold(0.15, dimension="task_type"), any_shape=True),
    Scenario(
        "Z04", "any shape, a fifth by 20", _gold(0.20, dimension="trainer_id"), any_shape=True
    ),
    Scenario("Z05", "any shape, drift of 12 over 14 days", _gold(0.12, ramp=14), any_shape=True),
    Scenario("Z06", "any shape, rejections +10", (Change(REJECTED, "up", 0.10),), any_shape=True),
    Scenario("Z07", "any shape, handle time +20 %", (Change(SECONDS, "up", 0.20),), any_shape=True),
    Scenario("Z08", "any shape, alpha -.15", (Change(ALPHA, "down", 0.15),), any_shape=True),
    Scenario(
        "Z09",
        "any shape, handle time -30 %, one vendor",
        (Change(SECONDS, "down", 0.30, "vendor_id"),),
        any_shape=True,
    ),
    Scenario(
        "Z10",
        "any shape, vendor x type by 25",
        _gold(0.25, dimension="vendor_id*task_type"),
        any_shape=True,
    ),
    Scenario(
        "Z11",
        "any shape, new cohort by 15",
        _gold(0.15, dimension="onboarding_cohort"),
        any_shape=True,
    ),
    Scenario(
        "Z12",
        "any shape, guideline by 12",
        _gold(0.12, dimension="guideline_version"),
        any_shape=True,
    ),
    Scenario("Z13", "any shape, mix of types", mix="task_type", any_shape=True),
    Scenario("Z14", "mix, people unequal by type", mix="task_type", shape={"kind_icc": 0.05}),
    Scenario(
        "Y05", "null: people unequal by type, volume doubles", shape={"kind_icc": 0.05}, growth=2.0
    ),
)

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
PUBLIC = tuple(s.name for s in SCENARIOS if s.name[0] in "SMN")


def _moved(rates: tuple[float, ...], kind: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Each row's rate, moved by ``by`` deviations of one answer; the mean stays the stated one."""
    rate = np.array(rates)
    return np.clip(rate[kind] + np.sqrt(rate * (1 - rate))[kind] * by, 0.002, 0.998)


def _people(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slot x day -> person; each person's slot; each person's first day (0 for the first staff)."""
    holder = np.empty((shape.trainers, DAYS), dtype=np.int64)
    slot_of, since = list(range(shape.trainers)), [0] * shape.trainers
    now = np.arange(shape.trainers)
    for day in range(DAYS):
        if day % 7 == 0 and day:
            for slot in np.flatnonzero(rng.random(shape.trainers) < shape.churn):
                now[slot] = len(slot_of)
                slot_of.append(int(slot))
                since.append(day)
        holder[:, day] = now
    return holder, np.array(slot_of), np.array(since)


def _mix_turned(shape: Shape) -> np.ndarray:
    """The types' shares after the mix changed: most of the work is of the type with most mistakes."""
    shares = np.array(shape.types) / 3
    shares[int(np.argmin(shape.accuracy))] += 1 - shares.sum()
    return shares


def _strength(change: Change, onset: int) -> np.ndarray:
    """How much of the change is felt on each day, 0 to 1 (2 after a second step)."""
    age = np.arange(DAYS) - onset
    felt = (age >= 0).astype(float)
    if change.ramp:
        felt = np.clip((age + 1) / change.ramp, 0, 1)
    if change.lasts:
        felt[age >= change.lasts] = 0
    if change.fades:
        felt *= np.clip(1 - age / change.fades, 0, 1)
    if change.again_after:
        felt += age >= change.again_after
    return felt


def shape_at_random(rng: np.random.Generator, golds: float) -> Shape:
    """A campaign of any shape that people may meet: size, staff, vendors, tasks, rates, restlessness."""
    types, vendors = int(rng.integers(2, 5)), int(rng.integers(2, 7))
    parts = lambda many: tuple(0.1 / many + 0.9 * rng.dirichlet(np.full(many, 4.0)))  # noqa: E731
    return Shape(
        golds=golds,
        trainers=int(rng.choice([6, 8, 15, 30, 45, 90])),
        vendors=parts(vendors),
        types=parts(types),
        accuracy=tuple(rng.uniform(0.72, 0.97, types)),
        rejected=tuple(rng.uniform(0.04, 0.25, types)),
        seconds=tuple(np.exp(rng.uniform(np.log(20), np.log(900), types))),
        trainer_icc=rng.uniform(0.0, 0.10),
        trainer_day_icc=rng.uniform(0.0, 0.03),
        day_icc=rng.uniform(0.0, 0.010),
        churn=rng.uniform(0.0, 0.10),
        weekend=rng.uniform(0.05, 1.2),
        missing=rng.uniform(0.0, 0.12),
        gold_share=rng.uniform(0.15, 0.5),
        reviewed=rng.uniform(0.3, 0.95),
        overlap=rng.uniform(0.06, 0.3),
        label_skill=rng.uniform(0.75, 0.95),
        kind_icc=rng.uniform(0.0, 0.03),
    )


def campaign(
    scenario: Scenario, campaign_id: str, seed: int, golds: float
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict]]:
    """One campaign's submissions, its guideline versions and its rows of the truth table."""
    rng = np.random.default_rng(seed)
    shape = Shape(golds=golds, trainers=int(rng.choice([10, 20, 60], p=[0.3, 0.4, 0.3])))
    shape = replace(shape, **scenario.shape)
    onset = ONSET + int(rng.integers(-7, 8))
    if scenario.same_day:
        onset = ONSET
    if scenario.any_shape:
        shape = shape_at_random(rng, golds)
        onset = int(rng.integers(MONITORED_FROM + 5, 140))
    kinds = len(shape.types)

    holder, slot_of, since = _people(rng, shape)
    persons = len(slot_of)
    shares = np.cumsum(shape.vendors) / sum(shape.vendors)
    vendor_of_slot = np.searchsorted(
        shares, (rng.permutation(shape.trainers) + 0.5) / shape.trainers
    )
    vendor = vendor_of_slot[slot_of]
    month = (since + 29) // 30  # 0 is the first staff
    busy = rng.gamma(4.0, 0.25, size=persons)[holder]  # slot x day

    weekday = (np.arange(DAYS) % 7) >= 5
    volume = np.where(weekday, shape.weekend, 1.0)
    volume *= shape.golds / shape.gold_share / volume.mean()
    volume[rng.random(DAYS) < shape.missing] = 0
    if scenario.gap:
        volume[onset - 7 : onset] = 0
    volume[onset:] *= scenario.growth
    day = np.repeat(np.arange(DAYS), rng.poisson(volume))
    rows = len(day)

    hard = np.tile(np.array(shape.types), (DAYS, 1))
    if scenario.mix == "task_type":
        hard[onset:] = _mix_turned(shape)
    for change in scenario.changes:
        if change.easier:
            hard[onset:] = [shape.types[0] + change.easier, shape.types[1] - change.easier]
    kind = (rng.random(rows)[:, None] > np.cumsum(hard, axis=1)[day, :-1]).sum(axis=1)

    if scenario.mix == "vendor_id":
        ramp = np.clip((np.arange(DAYS) - onset) / 14, 0, 1)
        busy = busy * np.where(vendor_of_slot[:, None] == 0, 1 + 4 * ramp, 1)
    odds = np.cumsum(busy, axis=0) / busy.sum(axis=0)
    u = rng.random(rows)
    slot = np.empty(rows, dtype=np.int64)
    first_row = np.searchsorted(day, np.arange(DAYS + 1))
    for d in range(DAYS):
        part = slice(first_row[d], first_row[d + 1])
        slot[part] = np.searchsorted(odds[:, d], u[part])
    person = holder[slot, day]

    gold = rng.random(rows) < shape.gold_share
    trio = ~gold & (rng.random(rows) < shape.overlap)  # each becomes three rows
    copies = np.where(trio, 3, 1)
    task = np.repeat(np.arange(rows), copies)
    day, kind, gold = day[task], kind[task], gold[task]
    is_overlap = trio[task]
    copy = np.arange(len(task)) - np.repeat(np.cumsum(copies) - copies, copies)
    # The other two of a trio are the next slots, at most a day later.
    later = (copy > 0) & (rng.random(len(task)) < 0.4) & (day + 1 < DAYS)
    slot = (slot[task] + copy * (1 + shape.trainers // 4)) % shape.trainers
    day = day + later
    person = holder[slot, day]
    rows = len(task)

    # In units of the deviation of one answer: an intraclass correlation is a variance then.
    able = rng.normal(0, np.sqrt(shape.trainer_icc), persons)
    able_here = able[:, None] + rng.normal(0, np.sqrt(shape.trainer_day_icc), (persons, DAYS))
    shock = rng.normal(0, np.sqrt(shape.day_icc), DAYS)
    review_shock = rng.normal(0, np.sqrt(shape.day_icc), DAYS)
    careful = 0.6 * able + 0.8 * rng.normal(0, np.sqrt(shape.trainer_icc), persons)
    weekend = (day % 7) >= 5

    version_day = {"v1": 0}
    if any(c.dimension == "guideline_version" for c in scenario.changes):
        version_day["v2"] = onset
    elif rng.random() < 0.5:
        version_day["v2"] = int(rng.integers(40, 150))
    guideline = (day >= version_day.get("v2", DAYS)).astype(np.int64)

    truth = []
    hit = {metric: np.zeros(rows) for metric in (GOLD, REJECTED, SECONDS, ALPHA)}
    cohort_day = since.copy()
    for change in scenario.changes:
        who, segment = _carriers(
            rng, change, onset, holder, vendor, person, kind, weekend, shape, campaign_id
        )
        if change.dimension == "onboarding_cohort":
            # A third of the seats goes to newcomers at the onset: they are the carriers.
            seats = rng.permutation(shape.trainers)[: max(2, shape.trainers // 3)]
            fresh = persons + np.arange(len(seats))
            holder2 = np.where(
                (np.arange(DAYS) >= onset)[None, :]
                & np.isin(np.arange(shape.trainers), seats)[:, None],
                -1,
                holder,
            )
            for seat, newcomer in zip(seats, fresh, strict=True):
                holder2[seat, onset:] = newcomer
            person = holder2[slot, day]
            able = np.append(able, rng.normal(0, np.sqrt(shape.trainer_icc), len(seats)))
            careful = np.append(careful, rng.normal(0, np.sqrt(shape.trainer_icc), len(seats)))
            able_here = np.vstack(
                [
                    able_here,
                    able[persons:, None]
                    + rng.normal(0, np.sqrt(shape.trainer_day_icc), (len(seats), DAYS)),
                ]
            )
            vendor = np.append(vendor, vendor_of_slot[seats])
            cohort_day = np.append(cohort_day, np.full(len(seats), onset))
            month = np.append(month, np.full(len(seats), 90))
            who, segment = np.isin(person, fresh), "c90"
            persons += len(seats)
        felt = _strength(change, onset)
        hit[change.metric] += change.size * felt[day] * who
        ends = np.flatnonzero(felt > 0.1)
        truth.append(
            {
                "scenario": scenario.name,
                "campaign_id": campaign_id,
                "metric": change.metric,
                "direction": change.direction,
                "kind": "regression",
                "onset": START + onset,
                "end": START + int(ends[-1]),
                "size": change.size,
                "golds": golds,
                "cause_dimension": "trainer_id"
                if change.dimension == "one_trainer"
                else change.dimension,
                "cause_segment": segment if change.dimension != "guideline_version" else "v2",
            }
        )
    if scenario.mix:
        truth.append(
            {
                "scenario": scenario.name,
                "campaign_id": campaign_id,
                "metric": GOLD,
                "direction": "down",
                "kind": "mix",
                "onset": START + onset,
                "end": START + DAYS - 1,
                "size": 0.0,
                "golds": golds,
                "cause_dimension": scenario.mix,
                "cause_segment": "",
            }
        )
    if not truth:
        truth.append(
            {"scenario": scenario.name, "campaign_id": campaign_id, "kind": "none", "golds": golds}
        )

    # Drawn apart, so that worlds without it stay as they were.
    other = np.random.default_rng([seed, 1])
    fit = other.normal(0, np.sqrt(shape.kind_icc), (persons, kinds))
    fit += other.normal(0, np.sqrt(shape.kind_icc / 2), (len(shape.vendors), kinds))[vendor]
    moved = able_here[person, day] + fit[person, kind] + shock[day]
    right = _moved(shape.accuracy, kind, moved) - hit[GOLD] - shape.weekend_worse * weekend
    if scenario.mix == "vendor_id":
        right -= 0.12 * (vendor[person] == 0)
    correct = rng.random(rows) < np.clip(right, 0.01, 0.999)

    skill = np.clip(shape.label_skill + 0.1 * able[person], 0.3, 0.99)
    if hit[ALPHA].any():
        alpha = ((LABELS * skill - 1) / (LABELS - 1)) ** 2
        skill = (1 + (LABELS - 1) * np.sqrt(np.maximum(alpha - hit[ALPHA], 0))) / LABELS
    true_label = rng.integers(0, LABELS, size=task[-1] + 1 if rows else 0)
    wrong_by = rng.integers(1, LABELS, size=rows)
    label = (true_label[task] + np.where(rng.random(rows) < skill, 0, wrong_by)) % LABELS

    reviewed = ~gold & (rng.random(rows) < shape.reviewed)
    late = rng.random(rows) < 0.15
    wait = np.where(late, rng.uniform(3, 14, rows), rng.exponential(1.0, rows))
    moment = day + rng.uniform(0.3, 0.8, rows)
    reject = (
        _moved(shape.rejected, kind, review_shock[day] - careful[person])
        + hit[REJECTED]
        + 0.6 * shape.weekend_worse * weekend
    )
    rejected = rng.random(rows) < np.clip(reject, 0.001, 0.99)

    pace = rng.normal(0, 0.3, persons)
    mood = rng.normal(0, 0.08, (persons, DAYS))
    day_pace = rng.normal(0, 0.02, DAYS)
    direction = (
        -1 if any(c.metric == SECONDS and c.direction == "down" for c in scenario.changes) else 1
    )
    seconds = (
        np.array(shape.seconds)[kind]
        * np.exp(pace[person] + mood[person, day] + day_pace[day] + rng.normal(0, 0.55, rows))
        * (1 + direction * hit[SECONDS])
    )

    names = _names(persons, len(shape.vendors), kinds, cohort_day, month, campaign_id)
    to_time = START.astype("datetime64[us]")
    micro = np.timedelta64(1, "D") / np.timedelta64(1, "us")
    events = pd.DataFrame(
        {
            "campaign_id": pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), [campaign_id]),
            "vendor_id": pd.Categorical.from_codes(vendor[person], names["vendors"]),
            "trainer_id": pd.Categorical.from_codes(person, names["trainers"]),
            "onboarding_cohort": pd.Categorical.from_codes(
                names["cohort_code"][person], names["cohorts"]
            ),
            "task_id": task,
            "task_type": pd.Categorical.from_codes(kind, names["types"]),
            "guideline_version": pd.Categorical.from_codes(guideline, ["v1", "v2"]),
            "event_time": to_time + (moment * micro).astype("timedelta64[us]"),
            "is_gold": gold,
            "gold_correct": np.where(gold, correct, np.nan),
            "is_overlap": is_overlap,
            "label": pd.Categorical.from_codes(label, list("abcd")),
            "review_time": np.where(
                reviewed,
                to_time + ((moment + wait) * micro).astype("timedelta64[us]"),
                np.datetime64("NaT"),
            ),
            "review_outcome": pd.Categorical.from_codes(
                np.where(reviewed, np.where(rejected, 1, 0), -1), ["accept", "reject"]
            ),
            "is_rework": rng.random(rows) < 0.04,
            "handle_time_s": seconds,
        }
    )
    versions = pd.DataFrame(
        {
            "campaign_id": campaign_id,
            "guideline_version": list(version_day),
            "effective_date": [START + d for d in version_day.values()],
        }
    )
    return events, versions, truth


def _names(persons, vendors, kinds, since, month, campaign_id) -> dict:
    cohorts, code = np.unique(month, return_inverse=True)
    return {
        "trainers": [f"{campaign_id}-t{i}" for i in range(persons)],
        "vendors": [f"vendor{i}" for i in range(vendors)],
        "types": ["easy", "hard"] if kinds == 2 else [f"type{i}" for i in range(kinds)],
        "cohorts": [f"c{c}" for c in cohorts],
        "cohort_code": code,
    }


def _carriers(
    rng, change, onset, holder, vendor, person, kind, weekend, shape, campaign_id
) -> tuple[np.ndarray, str]:
    """Which rows feel the change, and the segment's name as a detector should give it."""
    types = (
        ["easy", "hard"] if len(shape.types) == 2 else [f"type{i}" for i in range(len(shape.types))]
    )
    everyone = np.ones(len(person), dtype=bool)
    match change.dimension:
        case "vendor_id":
            return vendor[person] == 0, "vendor0"
        case "task_type":
            return kind == len(types) - 1, types[-1]
        case "vendor_id*task_type":
            return (vendor[person] == 0) & (kind == 0), f"vendor0|{types[0]}"
        case "weekday":
            return weekend, "weekend"
        case "trainer_id" | "one_trainer":
            share = 1 if change.dimension == "one_trainer" else max(1, round(0.2 * shape.trainers))
            chosen = holder[rng.permutation(shape.trainers)[:share], onset]
            names = sorted(f"{campaign_id}-t{i}" for i in chosen)
            return np.isin(person, chosen), "|".join(names)
        case _:
            return everyone, ""


@dataclass(frozen=True)
class World:
    """Events of several campaigns with what is true of them."""

    events: pd.DataFrame
    guidelines: pd.DataFrame
    truth: pd.DataFrame


def world(
    names: Sequence[str],
    campaigns: int,
    seed: int,
    golds: Callable[[int], float] = lambda i: (50, 200, 20, 50, 200)[i % 5],
) -> World:
    """``campaigns`` campaigns of each scenario; the i-th has ``golds(i)`` golds a weekday."""
    events, versions, truth = [], [], []
    for name in names:
        scenario = BY_NAME[name]
        for i in range(campaigns):
            # The scenario's place in the list, not its name's hash: hashes differ between runs.
            own = (seed * 1_000_003 + SCENARIOS.index(scenario) * 10_007 + i) % 2**32
            part = campaign(scenario, f"{name}-{golds(i):g}-{i}", own, golds(i))
            events.append(part[0])
            versions.append(part[1])
            truth.extend(part[2])
    return World(_stack(events), pd.concat(versions, ignore_index=True), pd.DataFrame(truth))


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of all, text columns staying categories (a concat would make them objects)."""
    columns = {}
    for name in frames[0].columns:
        parts = [f[name] for f in frames]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            columns[name] = pd.api.types.union_categoricals(parts)
        else:
            columns[name] = np.concatenate([p.to_numpy() for p in parts])
    tasks, shift = [], 0
    for frame in frames:
        own = frame["task_id"].to_numpy()
        tasks.append(own + shift)
        shift += int(own.max()) + 1 if len(own) else 0
    columns["task_id"] = np.concatenate(tasks)
    return pd.DataFrame(columns)
