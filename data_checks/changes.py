"""From what the detectors found to one frame: a row per change that stands, one per figure at rest.

``standing`` is 0 at rest, 1 for a change that is hardly by chance, 2 for one that is still less so, and half
for new people who become quicker: that is what learning looks like, and no regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_checks import carriers
from data_checks.detectors import Detector, Settings
from data_checks.detectors.settings import DAYS_A_MONTH
from data_checks.frames import known_until
from data_checks.tuning import in_words
from data_checks.volume import Loss, losses
from data_checks.watch import Watch
from data_checks.watched import WATCHED, Watched
from warehouse import vocabulary
from warehouse.read import fetch

WORK = "throughput/submissions_by_day_v1"
VOLUME_DAYS = 240
BESIDE = ("throughput", "cost_per_item")
"""Figures that have a method of their own and follow the same setting."""

SURE_ENOUGH = 0.6
"""A cause is named from this probability on; below it the first three are."""

REVIEWER_SURE = 0.9
"""A reviewer is named only where one alone explains the rise so much better than all together."""

REST, LEARNING, WARNING, CRITICAL = 0.0, 0.5, 1.0, 2.0
LEARNING_DAYS = 56
"""So long after its first day of work a class may become quicker by practice."""

CLOSED_LATELY = 40
SINCE = timedelta(days=28)
"""A change is measured until so long after it was flagged: later days may be better again."""

NEAR_DAYS = 90
NEAR_MONTHS = 3.0
COLUMNS = [
    "campaign_id", "figure", "kind", "change", "standing", "sentence", "onset_on", "effect",
    "effect_low", "effect_high", "n", "cause", "posterior", "causes", "vendor_id", "trainer_id",
    "opened_on", "months", "days", "direction", "parts", "by_mix", "by_rate",
]  # fmt: skip

NUMBERS = ("standing", "effect", "effect_low", "effect_high", "n", "posterior", "months", "by_mix", "by_rate")  # fmt: skip


@dataclass
class Changes:
    """The frame of the suite ``regressions``; it keeps its detectors from day to day."""

    watch: Watch
    scopes: int = 0
    """Campaigns times figures judged last."""

    def frame(self, engine: sa.Engine, as_of: date) -> pd.DataFrame:
        """One row per campaign and figure; the team's rows have no campaign."""
        self.watch.judge(engine, as_of)
        campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)["campaign_id"]
        vendors = fetch(engine, "team/vendors_v1").set_index("vendor_id")["vendor_name"].to_dict()
        rows = []
        for watched, detector in self.watch.detectors.items():
            if detector.tracker is not None:
                rows += _OfFigure(engine, self.watch, watched, as_of, vendors).rows()
        rows += _volume(engine, as_of, self.watch.settings, vendors)
        told = pd.DataFrame(rows, columns=COLUMNS)
        self.scopes = len(campaigns) * (len(WATCHED) + len(BESIDE))
        return _plain(pd.concat([told, _at_rest(told, campaigns)], ignore_index=True))

    def expectation(self) -> str:
        """How many flags may be false, in words; nothing before anything was judged."""
        if not self.scopes:
            return ""
        settings = self.watch.settings
        most = settings.false_flags_a_month(self.scopes)
        return (
            f"False flags: {in_words(settings)}; over the {self.scopes:,} watched here at most "
            f"{most:.1f} a month are to be expected."
        )

    def told(self, as_of: date) -> dict[str, object]:
        """The settings and what came near to a flag, as the ledger keeps them with the run."""
        settings = self.watch.settings
        return {
            "months": settings.months_between_false_flags,
            "critical": settings.months_between_false_critical,
            "scopes": self.scopes,
            "near": self.near(as_of),
        }

    def near(self, as_of: date) -> list[dict]:
        """The evidence that came nearest to a flag of each campaign and figure in 90 days, in months.

        One false flag in so many months would have been needed to see it: what another setting
        would have shown is counted from these.
        """
        found = []
        for watched, detector in self.watch.detectors.items():
            if detector.tracker is not None:
                found += _near(watched, detector, self.watch.table(watched, "flags"), as_of)
        return found


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers, and None where nothing is known of anything else."""
    rest = [name for name in COLUMNS if name not in NUMBERS]
    told = frame.astype({name: "float64" for name in NUMBERS} | dict.fromkeys(rest, object))
    return told.assign(**{name: told[name].where(told[name].notna(), None) for name in rest})


def _at_rest(told: pd.DataFrame, campaigns: pd.Series) -> pd.DataFrame:
    """A row for each campaign and figure without a change: what is judged and found well."""
    figures = [(w.code, "regression") for w in WATCHED] + [("throughput", "regression")]
    figures += [(w.code, "mix") for w in WATCHED if w.query == WATCHED[0].query]
    every = pd.DataFrame(
        [(c, f, k, "") for c in (*campaigns, "") for f, k in figures],
        columns=["campaign_id", "figure", "kind", "change"],
    )
    keys = list(every.columns)
    free = every.merge(told[keys], how="left", on=keys, indicator=True)
    return free[free["_merge"] == "left_only"][keys].assign(standing=REST)


class _OfFigure:
    """The changes of one figure as of one day."""

    def __init__(
        self, engine: sa.Engine, watch: Watch, watched: Watched, as_of: date, vendors: dict
    ) -> None:
        self.engine, self.watch, self.watched = engine, watch, watched
        self.detector = watch.detectors[watched]
        self.as_of, self.vendors = as_of, vendors
        self.last = pd.Timestamp(as_of) - pd.Timedelta(days=1)

    def rows(self) -> list[dict]:
        """The changes that stand, and those that closed lately, at rest."""
        found = self.watch.table(self.watched, "flags")
        found = found[(found["opened"] <= self.last) & (found["kind"] != "floor")]
        found = found.assign(is_open=~(found["closed"] <= self.last))
        rows = []
        for _, same in found.groupby(["campaign_id", "kind"], sort=False):
            names = _changes_of(same)
            for flag, change in zip(same.to_dict("records"), names, strict=True):
                if flag["is_open"]:
                    rows.append(self._standing(flag, change))
                elif change and self.last - flag["closed"] < pd.Timedelta(days=CLOSED_LATELY):
                    rows.append(self._key(flag, change) | {"standing": REST})
        return rows

    def _key(self, flag: dict, change: str) -> dict:
        told = {"campaign_id": flag["campaign_id"], "figure": self.watched.code}
        return told | {"kind": flag["kind"], "change": change}

    def _standing(self, flag: dict, change: str) -> dict:
        told = self._causes(flag)
        dimension, segment, posterior = told[0] if told else ("campaign", "", np.nan)
        is_sure = posterior >= SURE_ENOUGH
        opened, onset = flag["opened"].date(), flag["onset_est"].date()
        row = self._key(flag, change) | {
            "standing": self._grave(flag, dimension, segment),
            "onset_on": onset,
            "opened_on": opened,
            "effect": flag["effect"],
            "effect_low": flag["effect_low"],
            "effect_high": flag["effect_high"],
            "n": float(flag["n"]),
            "cause": _said(dimension, segment, self.vendors) if told and is_sure else None,
            "posterior": posterior,
            "causes": [[d, s, round(float(p), 3)] for d, s, p in told],
            "vendor_id": segment.split("|")[0] if is_sure and dimension.startswith("vendor_id") else None,
            "trainer_id": segment if is_sure and dimension == "trainer_id" and "|" not in segment else None,
            "months": flag["months"],
            "direction": self.watched.direction,
        }  # fmt: skip
        if flag["campaign_id"] and self._is_worth_detail(opened):
            sign = -1 if self.watched.direction == "down" and not self.watched.is_turned else 1
            daily = self.watch.table(self.watched, "daily")
            row["days"] = carriers.campaign_days(daily, flag["campaign_id"], self.as_of, sign)
            row |= carriers.parts(
                self.detector, flag["campaign_id"], onset, min(self.as_of, opened + SINCE)
            )
        if flag["campaign_id"] and flag["kind"] == "regression":
            row["months"] = _peak(self.detector, flag["campaign_id"], opened, self.as_of)
        return row | {"sentence": self._sentence(row)}

    def _grave(self, flag: dict, dimension: str, segment: str) -> float:
        is_quicker = (self.watched.figure, self.watched.direction) == ("handle_time", "down")
        if is_quicker and dimension == "onboarding_cohort" and flag["campaign_id"]:
            began = carriers.first_day_of_class(self.detector, flag["campaign_id"], segment)
            if flag["onset_est"].date() - began <= timedelta(days=LEARNING_DAYS):
                return LEARNING
        return CRITICAL if flag["severity"] == "critical" else WARNING

    def _is_worth_detail(self, opened: date) -> bool:
        """On the day asked about, and by weeks on the past days of a replay: days and parts take most of its time."""
        is_past = self.watch.until is not None and self.as_of < self.watch.until
        return not is_past or (self.as_of - opened).days % 7 == 1

    def _causes(self, flag: dict) -> list[tuple[str, str, float]]:
        if flag["kind"] == "mix":
            return [(flag["cause_dimension"], flag["cause_segment"], np.nan)]
        causes = self.watch.table(self.watched, "causes")
        own = causes[
            (causes["campaign_id"] == flag["campaign_id"])
            & (causes["opened"] == flag["opened"])
            & (causes["scope"] == flag["scope"])
        ]
        told = [(r.dimension, r.segment, r.posterior) for r in own.itertuples()]
        if self.watched.figure == "rejection_rate" and flag["campaign_id"] and told:
            told = self._with_reviewers(flag, told)
        return told

    def _with_reviewers(
        self, flag: dict, told: list[tuple[str, str, float]]
    ) -> list[tuple[str, str, float]]:
        """A rise on everybody that one reviewer alone explains is hardly the trainers'."""
        if told[0][0] != "campaign":
            return told
        onset = flag["onset_est"].date()
        found = carriers.reviewer(self.engine, flag["campaign_id"], onset, self.as_of)
        if not found or not found[0][0] or found[0][1] < REVIEWER_SURE:
            return told
        name, alone = found[0]
        rest = [(d, s, p * (1 - alone)) for d, s, p in told]
        return [("reviewer_id", name, alone), *rest][:3]

    def _sentence(self, row: dict) -> str:
        points, low, high = (abs(100 * v) for v in (row["effect"], row["effect_low"], row["effect_high"]))  # fmt: skip
        between = f" ({min(low, high):.1f} to {max(low, high):.1f})" if low == low else ""
        since = f"since about {row['onset_on']:%-d %B %Y}"
        n = f"{row['n']:,.0f} {self.watched.unit}"
        if row["kind"] == "mix":
            of = _said(*row["causes"][0][:2], self.vendors)
            return f"{self.watched.became} by about {points:.1f} points {since} because the mix changed: more of {of}. The rates hold; {n}."
        whole = "" if row["campaign_id"] else " in the whole team"
        return f"{self.watched.became} by {points:.1f} points{between}{whole} on like work {since}, {n}.{_why(row, self.vendors)}"


def _why(row: dict, vendors: dict) -> str:
    if not row["causes"]:
        return ""
    if row["cause"]:
        return f" Probably {row['cause']} ({100 * row['posterior']:.0f} %)."
    told = [f"{_said(d, s, vendors)} {100 * p:.0f} %" for d, s, p in row["causes"]]
    return f" No single cause stands out: {', '.join(told)}."


def _said(dimension: str, segment: str, vendors: dict) -> str:
    """A cause in words, without the names of people."""
    match dimension:
        case "campaign":
            return "everybody on the campaign"
        case "vendor_id":
            return vendors.get(segment, segment)
        case "vendor_id*task_type":
            vendor, task = segment.split("|", 1)
            return f"{vendors.get(vendor, vendor)} on {task}"
        case "onboarding_cohort":
            return f"the class of {segment}"
        case "guideline_version":
            return f"guideline {segment}"
        case "weekday":
            return "weekends"
        case "trainer_id":
            many = segment.count("|") + 1
            return f"{many} trainers" if many > 1 else "one trainer"
        case "reviewer_id":
            return f"the reviewer {segment}"
        case _:
            return segment or vocabulary.figure(dimension)


def _changes_of(same: pd.DataFrame) -> list[str]:
    """'' for a change that came when no other of its figure stood, else since when it is a further one.

    The name of a change never changes, so that each has one flag from its opening to its closing.
    """
    names = []
    until = pd.Timestamp.min
    for flag in same.itertuples():
        closed = flag.closed if pd.notna(flag.closed) else pd.Timestamp.max
        names.append("" if flag.opened > until else f"again {flag.opened:%Y-%m-%d}")
        until = max(until, closed) if flag.opened <= until else closed
    return names


def _peak(detector: Detector, campaign: str, opened: date, as_of: date) -> float:
    """The most months between false flags at which a setting would still have shown the change by now."""
    tracker = detector.tracker
    first = tracker.panel.first_day.astype(object)
    row = tracker.layout.number_of(campaign)
    told = tracker.log_e[row, max((opened - first).days, 0) : (as_of - first).days]
    told = told[~np.isnan(told)]
    return float(np.exp(min(told.max(), 30)) / DAYS_A_MONTH) if len(told) else float("nan")


def _near(watched: Watched, detector: Detector, flags: pd.DataFrame, as_of: date) -> list[dict]:
    tracker = detector.tracker
    first = tracker.panel.first_day.astype(object)
    last = (as_of - first).days
    log_e = tracker.log_e[:, max(last - NEAR_DAYS, 0) : last]
    flags = flags[(flags["scope"] == "campaign") & (flags["kind"] == "regression")]
    late = pd.Timestamp(as_of) - pd.Timedelta(days=NEAR_DAYS)
    had = set(flags.loc[~(flags["closed"] < late), "campaign_id"])
    highest = np.nanmax(np.where(np.isnan(log_e), -np.inf, log_e), axis=1, initial=-np.inf)
    months = np.exp(np.minimum(highest, 30)) / DAYS_A_MONTH
    return [
        {"campaign_id": str(c), "figure": watched.code, "months": round(float(m), 1)}
        for c, m in zip(tracker.layout.campaigns, months, strict=True)
        if m >= NEAR_MONTHS and str(c) not in had
    ]


def _volume(engine: sa.Engine, as_of: date, settings: Settings, vendors: dict) -> list[dict]:
    """Submissions that are missing, in campaigns that have not met their target."""
    since = as_of - timedelta(days=VOLUME_DAYS)
    work = fetch(engine, WORK, since=since, until=as_of)
    known = known_until(engine, as_of)
    work = work[work["day"] < pd.Timestamp(known)]
    found, first = losses(work, np.datetime64(known, "D"), settings)
    standing = [loss for loss in found if loss.closed is None]
    if not standing:
        return []
    progress = fetch(engine, "progress/progress_by_campaign_v1", as_of=as_of)
    done = set(progress.loc[progress["accepted_items"] >= progress["target_items"].astype("float64"), "campaign_id"])  # fmt: skip
    return [_lost(loss, first, settings, vendors) for loss in standing if loss.campaign_id not in done]  # fmt: skip


def _lost(loss: Loss, first: np.datetime64, settings: Settings, vendors: dict) -> dict:
    onset = (first + loss.onset).astype(object)
    missing = 1 - loss.submitted / loss.expected
    whose = f" by {vendors.get(loss.vendor_id, loss.vendor_id)}" if loss.vendor_id else ""
    cause = vendors.get(loss.vendor_id, loss.vendor_id) if loss.vendor_id else None
    is_critical = loss.peak >= np.log(settings.days_between_false_critical)
    return {
        "campaign_id": loss.campaign_id, "figure": "throughput", "kind": "regression", "change": "",
        "standing": CRITICAL if is_critical else WARNING, "onset_on": onset,
        "opened_on": (first + loss.opened).astype(object), "effect": -missing, "n": loss.submitted,
        "cause": cause, "vendor_id": loss.vendor_id or None, "causes": [], "direction": "down",
        "months": float(np.exp(min(loss.peak, 30)) / DAYS_A_MONTH),
        "sentence": f"{missing:.0%} of the submissions{whose} are missing since about {onset:%-d %B %Y}: "
        f"{loss.submitted:,.0f} came, the same weekdays before let expect {loss.expected:,.0f}.",
    }  # fmt: skip
