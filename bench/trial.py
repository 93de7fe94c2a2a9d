"""The method that the product's figures were promised with, to hold beside our own detector.

METRICS.md ("Regressions: one detector for every figure") describes a risk-adjusted e-detector and
what a trial of it reached. This is that method as written there, on the same counts as ours: who
did what on which day is all that is shared. Left out is what worlds do not show: throughput, the
whole team, bars, accepted levels, reviewers.

    python -m bench.trial --seed 36 --campaigns 10      campaigns of any shape
    python -m bench.trial --names N01,S02,S03           other scenarios

"Reading:" marks a choice where the text is silent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb, log

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from bench.detection import GOLDS
from bench.score import Scored, false_rate, of_changes, score
from bench.worlds import World, world
from data_checks.detect import FLAG_COLUMNS, checked, detect
from data_checks.detectors import panels
from data_checks.detectors.cells import Panel, is_weekend

COMPARED = (*(f"Z{i:02d}" for i in range(1, 13)), "Y04")

ODDS = np.array([[1.4], [2.0], [3.0]])
TWICE = 1
"""The place of the odds ratio of 2, whose path tells the onset."""

BASELINE_DAYS, GAP_DAYS, BASELINE_UNITS = 56, 8, 40
HISTORY_DAYS = 21
PRIOR_UNITS = 5
LEAST_RHO, LARGEST_RHO = 0.001, 0.5
LEAST_RATE = 0.002
PRIOR_RANGES, LANEY = 28, 1.128
UNITS, EFFECT = 20, 0.01
SEGMENT_UNITS, SEGMENT_EFFECT = 10, 0.03
ONSET_DAYS = 35
NEW_DAYS = 28
LAST_DAYS, CALM_Z, CALM_DAYS = 7, 1.0, 3
REFRESHED_DAYS = 7
REST_ALONE = 2.0
GUIDELINE_DAYS = 4
TOP_TRAINERS = 3
NOW_DAYS, BEFORE_DAYS, MIX_EFFECT = 7, 28, 0.02

SEGMENTS = {
    "vendor_id": ("vendor_id",),
    "task_type": ("task_type",),
    "vendor_id*task_type": ("vendor_id", "task_type"),
    "onboarding_cohort": ("onboarding_cohort",),
}
NEWCOMERS = "new trainers"


@dataclass(frozen=True)
class Part:
    """Who could carry a change: some rows of a campaign's people, perhaps on weekends only."""

    dimension: str
    segment: str
    rows: np.ndarray
    on_weekends: bool = False

    @property
    def is_whole(self) -> bool:
        return self.dimension == "campaign"


@dataclass(frozen=True)
class Cause:
    """The likeliest explanation of a change, and the part that it speaks of."""

    dimension: str
    segment: str
    posterior: float
    part: Part


@dataclass(frozen=True)
class Scope:
    """One figure of one campaign in one direction.

    ``counts`` are units and bad units (2), per row of ``people`` (trainer x task type) and day.
    """

    campaign_id: str
    panel: Panel
    people: pd.DataFrame
    counts: np.ndarray
    versions: dict[int, str]

    @property
    def days(self) -> int:
        return self.counts.shape[2]

    @cached_property
    def day_units(self) -> np.ndarray:
        return self.counts[0].sum(axis=0)

    @cached_property
    def weekend(self) -> np.ndarray:
        return is_weekend(self.panel.first_day, self.days)

    @cached_property
    def task(self) -> np.ndarray:
        return pd.factorize(self.people["task_type"])[0]

    @cached_property
    def trainer(self) -> np.ndarray:
        return pd.factorize(self.people["trainer_id"])[0]

    @cached_property
    def trainer_names(self) -> np.ndarray:
        return pd.factorize(self.people["trainer_id"])[1].to_numpy()

    @cached_property
    def stratum(self) -> np.ndarray:
        """Whose past tells what to expect of each row: agreement is told by task type alone."""
        is_shared = self.panel.metric == panels.ALPHA
        return self.task if is_shared else np.arange(len(self.people))

    @cached_property
    def since(self) -> np.ndarray:
        """The first day of each row's trainer."""
        works = self.counts[0] > 0
        first = np.where(works.any(axis=1), works.argmax(axis=1), self.days)
        of_trainer = np.full(len(self.trainer_names), self.days)
        np.minimum.at(of_trainer, self.trainer, first)
        return of_trainer[self.trainer]

    @cached_property
    def whole(self) -> Part:
        return Part("campaign", "", np.ones(len(self.people)))

    @cached_property
    def parts(self) -> list[Part]:
        """The campaign, its segments and its weekends; a dimension of one segment says nothing more."""
        found = [self.whole]
        for dimension, keys in SEGMENTS.items():
            if all(self.people[key].nunique() > 1 for key in keys):
                groups = self.people.groupby(["|".join(row) for row in self.people[[*keys]].values])
                found += [
                    Part(dimension, str(name), np.isin(np.arange(len(self.people)), rows) * 1.0)
                    for name, rows in groups.indices.items()
                ]
        return [*found, Part("weekday", "weekend", self.whole.rows, on_weekends=True)]

    def sums(self, part: Part, first: int, last: int) -> np.ndarray:
        """Units and bad units of each row that belong to a part, from day ``first`` to ``last``."""
        days = np.arange(max(first, 0), last + 1)
        days = days[self.weekend[days]] if part.on_weekends else days
        return self.counts[:, :, days].sum(axis=2) * part.rows


@dataclass
class Flag:
    """One change; days are numbers of the panel's days."""

    onset: int
    opened: int
    effect: float
    cause: Cause
    cause7: Cause
    closed: int | None = None
    calm: int = 0


def inequality(task: np.ndarray, units: np.ndarray, bad: np.ndarray) -> float:
    """The intraclass correlation of people at the same kind of task, by the method of moments."""
    # Reading: the formula holds within a task type; numerators and denominators are added up.
    between = possible = 0.0
    for kind in np.unique(task):
        n, x = (a[(task == kind) & (units > 0)].astype(float) for a in (units, bad))
        if len(n) < 2:
            continue
        mean = x.sum() / n.sum()
        chance = mean * (1 - mean)
        between += (n * (x / n - mean) ** 2).sum() - (len(n) - 1) * chance
        possible += chance * (n.sum() - (n**2).sum() / n.sum() - (len(n) - 1))
    # Reading: people are never quite alike, nor so unlike that their own past were all there is.
    return float(np.clip(between / possible if possible > 0 else 0, LEAST_RHO, LARGEST_RHO))


@dataclass(frozen=True)
class Baseline:
    """What the past of a campaign lets expect of each row."""

    last: int
    rate: np.ndarray
    certain: np.ndarray
    units: float

    @classmethod
    def before(cls, scope: Scope, day: int, is_kept: np.ndarray) -> Baseline:
        """From the 56 days that end 8 days before ``day``, without those that are not kept."""
        last = day - GAP_DAYS
        window = slice(max(last - BASELINE_DAYS + 1, 0), max(last + 1, 0))
        units, bad = scope.counts[:, :, window] @ is_kept[window]
        whole = bad.sum() / max(units.sum(), 1e-9)
        n, x = (np.bincount(scope.task, a)[scope.task] for a in (units, bad))
        rate, certain = (x + PRIOR_UNITS * whole) / (n + PRIOR_UNITS), n + PRIOR_UNITS
        if scope.panel.metric != panels.ALPHA:
            prior = 1 / inequality(scope.task, units, bad) - 1
            rate, certain = (bad + prior * rate) / (units + prior), units + prior
        # Reading: no rate is expected to be 0 or 1, of which no odds could be taken.
        return cls(last, np.clip(rate, LEAST_RATE, 1 - LEAST_RATE), certain, float(units.sum()))

    def discount(self, scope: Scope, day: int) -> np.ndarray:
        """How much a row's units count on ``day``: little where little was known of it."""
        # Reading: "recent" are the units after the baseline, those of the day included.
        recent = scope.sums(scope.whole, self.last + 1, day)[0]
        recent = np.bincount(scope.stratum, recent)[scope.stratum]
        return self.certain / (self.certain + recent)

    def ratios(self, scope: Scope, sums: np.ndarray, day: int) -> np.ndarray:
        """Log-likelihood ratios (odds x rows) of units and bad units, before their dispersion."""
        units, bad = sums
        # With b the rate at odds r, ln(b / p) = ln r + ln((1 - b) / (1 - p)).
        gain = bad * np.log(ODDS) - units * np.log1p((ODDS - 1) * self.rate)
        return self.discount(scope, day) * gain

    def effect(self, sums: np.ndarray) -> float:
        """By how much the share of bad units is above the expected."""
        units, bad = sums
        return float((bad - units * self.rate).sum() / max(units.sum(), 1e-9))

    def z(self, sums: np.ndarray) -> float:
        """The bad units above the expected, in deviations of chance."""
        units, bad = sums
        variance = (units * self.rate * (1 - self.rate)).sum()
        return float((bad - units * self.rate).sum() / np.sqrt(max(variance, 1e-9)))


class Watch:
    """One scope, day after day: its evidence, and the flags it led to."""

    def __init__(self, scope: Scope, days_between_false_flags: float) -> None:
        self.scope, self.threshold = scope, log(days_between_false_flags)
        # Cohorts explain a flag but open none, as written; newcomers the other way round.
        self.watched = [p for p in scope.parts if p.dimension != "onboarding_cohort"]
        self.watched.append(Part(NEWCOMERS, "", scope.whole.rows))
        # Reading: half of the weight is spread evenly over all segments, whatever their dimension.
        segments = len(self.watched) - 1
        self.log_weight = np.log([0.5] + segments * [0.5 / segments])
        self.member = np.stack([p.rows for p in self.watched])
        self.is_kept = np.ones(scope.days)
        self.z = np.full(scope.days, np.nan)
        self.path = np.zeros((len(self.watched), scope.days))
        self.restart(0)
        self.open: Flag | None = None
        self.baseline: Baseline | None = None
        self.flags: list[Flag] = []

    def restart(self, day: int) -> None:
        """Begin to gather evidence anew."""
        self.began = day
        self.state = np.full((len(ODDS), len(self.watched)), -np.inf)

    def dispersion(self, day: int) -> float:
        """Laney's: how much days differ from each other beyond chance, from the 56 days before."""
        # Reading: parts of a campaign are as restless as the campaign.
        z = self.z[max(day - BASELINE_DAYS, 0) : day]
        ranges = np.abs(np.diff(z[~np.isnan(z)]))
        if not len(ranges):
            return 1.0
        spread = (ranges.mean() / LANEY) ** 2
        return max(1.0, (len(ranges) * spread + PRIOR_RANGES) / (len(ranges) + PRIOR_RANGES))

    def step(self, day: int) -> None:
        """Take in one day: gather evidence, then open, follow or close a flag."""
        scope = self.scope
        if self.open is None:
            self.baseline = Baseline.before(scope, day, self.is_kept)
        base = self.baseline
        # Reading: a day without units is no day; the state stays as it is.
        if base.units < BASELINE_UNITS or scope.day_units[day] == 0:
            return
        today = scope.counts[:, :, day]
        phi = self.dispersion(day)
        self.z[day] = base.z(today)
        if self.open is not None:
            self.follow(self.open, day, phi)
            return
        # Reading: who began at most four weeks ago is new.
        self.member[-1] = scope.since > day - NEW_DAYS
        gain = base.ratios(scope, today, day) @ self.member.T / phi
        gain[:, [p.on_weekends and not scope.weekend[day] for p in self.watched]] = 0
        self.path[:, day] = gain[TWICE]
        self.state = np.logaddexp(0, self.state) + gain
        evidence = logsumexp(self.state, axis=0) - log(len(ODDS)) + self.log_weight
        if logsumexp(evidence) >= self.threshold:
            self.try_to_open(int(np.argmax(evidence)), day, phi)

    def try_to_open(self, leader: int, day: int, phi: float) -> None:
        """Open a flag where the part with most evidence has units and effect enough."""
        # Reading: units, effect and onset are those of the part with most evidence.
        scope, part = self.scope, self.watched[leader]
        part = Part(part.dimension, part.segment, self.member[leader].copy(), part.on_weekends)
        onset = self.onset(leader, day)
        # Reading: "frozen at the onset" is the baseline that the onset's day was held against.
        frozen = Baseline.before(scope, onset, self.is_kept)
        sums = scope.sums(part, onset, day)
        effect = frozen.effect(sums)
        units, least = (UNITS, EFFECT) if part.is_whole else (SEGMENT_UNITS, SEGMENT_EFFECT)
        if frozen.units < BASELINE_UNITS or sums[0].sum() < units or effect < least:
            return
        self.baseline = frozen
        cause = explain(scope, frozen, onset, day, phi)
        self.open = Flag(onset, day, effect, cause, cause)
        self.flags.append(self.open)

    def onset(self, leader: int, day: int) -> int:
        """The day after the last minimum of the path within 35 days."""
        first = max(day - ONSET_DAYS + 1, self.began)
        path = np.append(0, np.cumsum(self.path[leader, first : day + 1]))[:-1]
        return first + len(path) - 1 - int(np.argmin(path[::-1]))

    def follow(self, flag: Flag, day: int, phi: float) -> None:
        """Explain an open flag anew in its first week; close it once the figure is back."""
        scope = self.scope
        if day - flag.opened <= REFRESHED_DAYS:
            flag.cause7 = explain(scope, self.baseline, flag.onset, day, phi)
        # Reading: what must come back is the part that is told to carry the change, and its z is
        # in deviations of days, not of chance alone.
        part = flag.cause7.part
        if not scope.sums(part, day, day)[0].sum():
            return
        z = self.baseline.z(scope.sums(part, day - LAST_DAYS + 1, day)) / np.sqrt(phi)
        flag.calm = flag.calm + 1 if z < CALM_Z else 0
        if flag.calm == CALM_DAYS:
            # Reading: a flag's days are those from its onset to its closing.
            flag.closed, self.open = day, None
            self.is_kept[flag.onset : day + 1] = 0
            self.restart(day + 1)


def log_mean(ratios: np.ndarray) -> np.ndarray:
    """The logarithm of the mean likelihood ratio over odds (the first axis)."""
    return logsumexp(ratios, axis=0) - log(len(ODDS))


def explain(scope: Scope, base: Baseline, onset: int, day: int, phi: float) -> Cause:
    """Who carries a change that began on ``onset``, as of ``day``."""
    # Reading: the ratios are those of the flag, discounted and dispersed, with the odds watched.
    parts, logs, ratios = [], [], []
    for part, alternatives, gain in _hypotheses(scope, base, onset, day):
        parts.append(part)
        ratios.append(gain / phi)
        logs.append(float(log_mean(gain / phi)) - log(alternatives))
    posterior = np.exp(np.array(logs) - logsumexp(logs))
    best = int(np.argmax(posterior))
    part, sure = parts[best], float(posterior[best])
    # Reading: below .6 the likeliest is told all the same, with its posterior.
    if part.is_whole or log_mean(ratios[0] - ratios[best]) <= REST_ALONE:
        return _told(scope, part, sure, onset, day)
    # Reading: what spoke for the part then speaks for the whole.
    return _told(scope, scope.whole, float(posterior[0]) + sure, onset, day)


def _told(scope: Scope, part: Part, posterior: float, onset: int, day: int) -> Cause:
    near = [v for v in scope.versions if v <= day and abs(v - onset) <= GUIDELINE_DAYS]
    if part.is_whole and near:
        version = scope.versions[min(near, key=lambda v: abs(v - onset))]
        return Cause("guideline_version", version, posterior, part)
    return Cause(part.dimension, part.segment, posterior, part)


def _hypotheses(
    scope: Scope, base: Baseline, onset: int, day: int
) -> Iterator[tuple[Part, int, np.ndarray]]:
    """Each part, how many alternatives it is one of, and its ratios; the campaign comes first."""
    sums = scope.sums(scope.whole, onset, day)
    gain = base.ratios(scope, sums, day)
    is_seen = [scope.sums(p, onset, day)[0].sum() > 0 for p in scope.parts]
    seen = [p for p, s in zip(scope.parts, is_seen, strict=True) if s]
    many = pd.Series([p.dimension for p in seen]).value_counts()
    for part in seen:
        own = scope.sums(part, onset, day)
        # Reading: a part that did all the work since the onset is the campaign.
        if part.is_whole or own[0].sum() < sums[0].sum():
            yield part, int(many[part.dimension]), base.ratios(scope, own, day).sum(axis=1)
    of_trainer = np.stack([np.bincount(scope.trainer, of_odds) for of_odds in gain])
    people = int((np.bincount(scope.trainer, sums[0]) > 0).sum())
    order = np.argsort(-log_mean(of_trainer), kind="stable")
    for size in range(1, min(TOP_TRAINERS, people - 1) + 1):
        chosen = order[:size]
        rows = np.isin(scope.trainer, chosen) * 1.0
        names = "|".join(sorted(scope.trainer_names[chosen]))
        yield (
            Part("trainer_id", names, rows),
            comb(people, size),
            of_trainer[:, chosen].sum(axis=1),
        )


# --- mix ----------------------------------------------------------------------------------------


def mix_effects(scope: Scope) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Each day's composition effect on the share of bad units (7 days against the 28 before).

    Also what each segment (vendor x task type) adds to it, and the segments' names.
    """
    names = scope.people["vendor_id"] + "|" + scope.people["task_type"]
    group, found = pd.factorize(names)
    by_group = np.zeros((2, len(found), scope.days + 1))
    np.add.at(by_group[:, :, 1:], (slice(None), group), scope.counts)
    total = np.cumsum(by_group, axis=2)
    until = np.arange(NOW_DAYS + BEFORE_DAYS, scope.days + 1)
    now = total[:, :, until] - total[:, :, until - NOW_DAYS]
    before = total[:, :, until - NOW_DAYS] - total[:, :, until - NOW_DAYS - BEFORE_DAYS]
    rates = [
        np.divide(p[1], p[0], out=np.full(p[0].shape, np.nan), where=p[0] > 0)
        for p in (now, before)
    ]
    # Reading: a segment seen on one side only had the same rate on the other.
    rate = np.nan_to_num(np.where(np.isnan(rates), rates[::-1], rates).mean(axis=0))
    many = [p[0].sum(axis=0) for p in (now, before)]
    share_now, share_before = (
        p[0] / np.maximum(m, 1e-9) for p, m in zip((now, before), many, strict=True)
    )
    adds = np.zeros((len(found), scope.days))
    # Reading: with fewer units than a flag and a baseline need, nothing is said.
    enough = (many[0] >= UNITS) & (many[1] >= BASELINE_UNITS)
    adds[:, until - 1] = np.where(enough, (share_now - share_before) * rate, 0)
    return adds.sum(axis=0), adds, list(found)


def _mix_rows(scope: Scope) -> Iterator[dict]:
    """A flag for each spell of days on which the mix made the figure worse by 2 points."""
    effect, adds, names = mix_effects(scope)
    is_mix = np.append(effect >= MIX_EFFECT, False)
    for day in np.flatnonzero(is_mix & ~np.append(False, is_mix[:-1])):
        over = int(day + np.argmin(is_mix[day:]))
        part = Part("vendor_id*task_type", names[int(np.argmax(adds[:, day]))], scope.whole.rows)
        cause = Cause(part.dimension, part.segment, 1.0, part)
        closed = over if over < scope.days else None
        yield _row(scope, Flag(day - NOW_DAYS + 1, day, effect[day], cause, cause, closed), "mix")


# --- tables -------------------------------------------------------------------------------------


def _row(scope: Scope, flag: Flag, kind: str) -> dict:
    first = scope.panel.first_day
    return {
        "scope": "campaign",
        "campaign_id": scope.campaign_id,
        "metric": scope.panel.metric,
        "direction": scope.panel.direction,
        "kind": kind,
        "opened": first + flag.opened,
        "closed": np.datetime64("NaT") if flag.closed is None else first + flag.closed,
        "onset_est": first + flag.onset,
        "effect": -flag.effect if scope.panel.direction == "down" else flag.effect,
        "cause_dimension": flag.cause.dimension,
        "cause_segment": flag.cause.segment,
        "posterior": flag.cause.posterior,
        "cause7_dimension": flag.cause7.dimension,
        "cause7_segment": flag.cause7.segment,
        "posterior7": flag.cause7.posterior,
    }


COLUMNS = [name for name in FLAG_COLUMNS if name != "n"]


def scopes(events: pd.DataFrame, guidelines: pd.DataFrame) -> Iterator[Scope]:
    """Every figure of every campaign, counted."""
    events = checked(events)
    times = pd.concat([events["event_time"], events["review_time"].dropna()])
    first = events["event_time"].min().to_datetime64().astype("datetime64[D]")
    days = (times.max().to_datetime64().astype("datetime64[D]") - first).astype(int) + 1
    rows = panels.rows_of(events, first, int(days))
    began = guidelines["effective_date"].to_numpy("datetime64[D]") - first
    for panel in panels.panels(rows):
        # Weekdays and weekends of a person are two cells there, one row here.
        counts = np.stack([a[0::2] + a[1::2] for a in (panel.units, panel.bad)]).astype(float)
        for number, campaign in enumerate(rows.layout.campaigns):
            own = np.flatnonzero(rows.layout.campaign[0::2] == number)
            is_own = (guidelines["campaign_id"] == campaign).to_numpy()
            names = guidelines["guideline_version"][is_own]
            versions = dict(zip(began[is_own].astype(int).tolist(), names, strict=True))
            people = rows.layout.people.iloc[own].reset_index(drop=True)
            yield Scope(str(campaign), panel, people, counts[:, own], versions)


def flags(
    events: pd.DataFrame, guidelines: pd.DataFrame, days_between_false_flags: float = 600.0
) -> pd.DataFrame:
    """One row per flag that the method would have raised day by day, in the columns of ours."""
    found = []
    for scope in scopes(events, guidelines):
        watch = Watch(scope, days_between_false_flags)
        worked = np.flatnonzero(scope.day_units)
        # Without three weeks of history there is no regression, as written.
        for day in range(int(worked.min(initial=scope.days)) + HISTORY_DAYS, scope.days):
            watch.step(day)
        found += [_row(scope, flag, "regression") for flag in watch.flags]
        found += _mix_rows(scope)
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.sort_values("opened", kind="stable", ignore_index=True)


def figures(scored: Sequence[Scored]) -> dict[str, float]:
    """What two methods are compared by."""
    told = of_changes(pd.concat([s.changes for s in scored if len(s.changes)], ignore_index=True))
    wanted = ("recall", "in 14 days", "median delay", "mean delay, a miss 30")
    wanted += ("cause right", "where sure", "openings per hit")
    false = false_rate(pd.concat([s.nulls for s in scored], ignore_index=True))
    return {"false flags a month": false} | {name: told[name] for name in wanted}


def beside(drawn: Sequence[World], days_between_false_flags: float) -> pd.DataFrame:
    """Our detector and the trial on the same worlds, one row each."""
    ours = [score(w.truth, detect(w.events, w.guidelines)) for w in drawn]
    trial = [score(w.truth, flags(w.events, w.guidelines, days_between_false_flags)) for w in drawn]
    return pd.DataFrame(
        [{"method": "this detector", **figures(ours)}, {"method": "trial", **figures(trial)}]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print both methods' figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.trial", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=36)
    parser.add_argument("--campaigns", type=int, default=10, help="campaigns per scenario")
    parser.add_argument(
        "--days", type=float, default=600.0, help="wanted between the trial's false flags"
    )
    parser.add_argument("--names", default=",".join(COMPARED), help="scenarios, by commas")
    args = parser.parse_args(argv)
    golds = lambda i: GOLDS[i % len(GOLDS)]  # noqa: E731
    drawn = [world([n], args.campaigns, args.seed, golds) for n in args.names.split(",")]
    print(beside(drawn, args.days).round(3).to_string(index=False, na_rep="-"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
