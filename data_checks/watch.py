"""The detectors between two runs: what they know is kept beside the ledger, a checkpoint per day judged.

A run feeds them the new days only. Where a day that was judged has changed since (a gold scored
again, logins merged, answers corrected), they go back to the newest checkpoint before that day
and judge again from there. Without a folder they begin anew each time.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data_checks.detectors import Detector, Settings
from data_checks.watched import QUERIES, WATCHED, Watched
from warehouse.read import fetch

DIGEST = "checks/digest_by_day_v1"
BEGINNING = date(2000, 1, 1)
KEPT_DAYS = 84
"""A change of an older day is no longer looked for."""

NEWEST = 2
"""So many of the newest checkpoints are kept, and of the older ones those of Sundays."""

VERSION = 2
UNKNOWN = "unknown"
MAY_BE_UNKNOWN = ("vendor_id", "trainer_id", "onboarding_cohort")
DIGITS = 11


@dataclass
class Watch:
    """The detectors of all figures, judged through the same day."""

    settings: Settings
    folder: Path | None = None
    until: date | None = None
    """In a replay, the last day asked about: days are fed up to it at once."""

    def __post_init__(self) -> None:
        self.detectors: dict[Watched, Detector] = {}
        self.tables: dict[tuple[Watched, str], pd.DataFrame] = {}
        self.through: date | None = None

    def judge(self, engine: sa.Engine, as_of: date) -> None:
        """Take in every day before ``as_of``."""
        last = max(as_of, self.until or as_of) - timedelta(days=1)
        if self.through is not None and self.through >= last:
            return
        digest = _digest(engine, last)
        if self.through is None:
            self._resume(digest, as_of)
        since = BEGINNING if self.through is None else self.through + timedelta(days=1)
        counts = counted(engine, since, last + timedelta(days=1))
        versions = fetch(engine, "team/guidelines_by_campaign_v1")
        versions = versions.rename(columns={"effective_from": "effective_date"})
        for watched in WATCHED:
            detector = self.detectors.setdefault(
                watched, Detector(watched.figure, watched.direction, self.settings)
            )
            detector.add(_of(watched, counts), through=last, guidelines=versions)
        self.through = last
        self.tables.clear()
        self._keep(digest)

    def table(self, watched: Watched, name: str) -> pd.DataFrame:
        """What the figure's detector says of flags, causes or days; asked once in a replay."""
        key = (watched, name)
        if key not in self.tables:
            self.tables[key] = getattr(self.detectors[watched], name)()
        return self.tables[key]

    # -- checkpoints

    def _resume(self, digest: dict[str, list], as_of: date) -> None:
        """Load the newest checkpoint whose days are as they were; drop those that are not."""
        for place in reversed(self._checkpoints()):
            told = json.loads((place / "told.json").read_text())
            through = date.fromisoformat(told["through"])
            if through >= as_of and self._is_alike(told, through):
                continue  # a run for a past day; what is known of later ones stays
            if not self._is_alike(told, through) or not _is_same(told["digest"], digest, through):
                shutil.rmtree(place)
            else:
                self._load(place)
                self.through = through
                return

    def _is_alike(self, told: dict, through: date) -> bool:
        """Whether a checkpoint was made by this program with these settings, as far as its days go."""
        mine = self._told_settings()
        theirs = told.get("settings", {})
        changed = {tuple(a) for a in mine.pop("levels")} ^ {tuple(a) for a in theirs.pop("levels")}
        new = all(day > str(through) for _, _, day in changed)
        return told["version"] == VERSION and mine == theirs and new

    def _load(self, place: Path) -> None:
        for watched in WATCHED:
            path = place / f"{watched.figure}-{watched.direction}.npz"
            if path.is_file():
                self.detectors[watched] = Detector.load(path, self.settings)

    def _keep(self, digest: dict[str, list]) -> None:
        if self.folder is None:
            return
        place = self.folder / str(self.through)
        if place.exists():
            return
        making = self.folder / f".{self.through}.new"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        for watched, detector in self.detectors.items():
            if detector.through is not None:
                detector.save(making / f"{watched.figure}-{watched.direction}.npz")
        told = {"version": VERSION, "through": str(self.through), "digest": digest}
        told |= {"settings": self._told_settings()}
        (making / "told.json").write_text(json.dumps(told))
        making.rename(place)  # whole or not at all, whenever the run is killed
        self._prune()

    def _prune(self) -> None:
        places = self._checkpoints()
        oldest = self.through - timedelta(days=KEPT_DAYS)
        for place in places[:-NEWEST]:
            day = date.fromisoformat(place.name)
            if day.weekday() != 6 or day < oldest:
                shutil.rmtree(place)

    def _checkpoints(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(p for p in self.folder.iterdir() if not p.name.startswith("."))

    def _told_settings(self) -> dict[str, object]:
        levels = sorted([c, f, str(d)] for (c, f), d in self.settings.new_levels.items())
        return {
            "months": self.settings.months_between_false_flags,
            "critical": self.settings.months_between_false_critical,
            "levels": levels,
        }


def counted(engine: sa.Engine, since: date, until: date) -> pd.DataFrame:
    """The counts of all figures."""
    parts = [fetch(engine, name, since=since, until=until) for name in QUERIES]
    counts = pd.concat(parts, ignore_index=True)
    # Who is unknown is called so from the beginning, or two days' unknowns were two people.
    return counts.assign(**{name: counts[name].fillna(UNKNOWN) for name in MAY_BE_UNKNOWN})


def _of(watched: Watched, counts: pd.DataFrame) -> pd.DataFrame:
    own = counts[counts["figure"] == watched.figure].drop(columns="figure")
    bad = own["units"] - own["bad"] if watched.is_turned else own["bad"]
    # Shares of one unit that were added up may exceed it by the last digit.
    return own.assign(bad=bad.clip(lower=0.0).where(bad <= own["units"], own["units"]))


def _digest(engine: sa.Engine, last: date) -> dict[str, list]:
    since, until = last - timedelta(days=KEPT_DAYS), last + timedelta(days=1)
    rows = fetch(engine, DIGEST, since=since, until=until)
    return {
        f"{r.source} {r.day:%Y-%m-%d}": [f"{r.units:.{DIGITS}g}", f"{r.bad:.{DIGITS}g}", int(r.people)]
        for r in rows.itertuples()
    }  # fmt: skip


def _is_same(before: dict[str, list], now: dict[str, list], through: date) -> bool:
    """Whether the days through ``through`` that both know have the sums they had."""
    first = max(min((_day(key) for key in told), default="") for told in (before, now))
    keys = {key for key in (*before, *now) if first <= _day(key) <= str(through)}
    return all(before.get(key) == now.get(key) for key in keys)


def _day(key: str) -> str:
    return key.rsplit(" ", 1)[1]
