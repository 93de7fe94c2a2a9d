"""Checkpoints of one figure's detector: what it knew at the end of a day, and of which data it knew it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data_checks.detectors import Detector, Settings, state

VERSION = [6, state.VERSION]
"""Of this way of keeping checkpoints, and of what a detector keeps in one."""

DIGEST_DAYS = 84
"""A change of an older day is no longer looked for."""

AGES = (0, 1, 2, 5, 12, 29, DIGEST_DAYS + 1)
"""Of the checkpoints between two of these ages, in days, the oldest is kept: what changes late goes back only
little further than it must, and few are kept."""

BACK = (6, 3, 0)
"""How many days before the last one a run keeps what it knows, where it judges so many."""


@dataclass(frozen=True)
class Digest:
    """Daily sums by which a changed day is seen."""

    since: date
    """The first day looked at."""
    sums: dict[str, list]
    """Source and day, with the day's sums as texts."""

    def of(self, sources: tuple[str, ...]) -> Digest:
        """Only those of some sources."""
        own = {key: told for key, told in self.sums.items() if key.rsplit(" ", 1)[0] in sources}
        return Digest(self.since, own)


def marks(after: date, last: date) -> list[date]:
    """The days after ``after``, up to ``last``, on which a run keeps what it knows."""
    days = [last - timedelta(days=back) for back in BACK]
    return [day for day in days if day > after]


def clear_older_versions(folder: Path) -> None:
    """Earlier programs kept all figures of a day together; nobody reads that any more."""
    for old in folder.glob("[0-9]*-[0-9]*-[0-9]*"):
        shutil.rmtree(old)


@dataclass
class Kept:
    """The checkpoints in one folder, each in a folder called by its day."""

    folder: Path

    def newest(
        self, digest: Digest, as_of: date, settings: Settings
    ) -> tuple[date, Detector | None] | None:
        """The newest checkpoint before ``as_of`` whose days are as they were, and drops those that are not.

        Its day, and the detector; none where the figure had no data yet.
        """
        for place in reversed(self._places()):
            told = json.loads((place / "told.json").read_text())
            through = date.fromisoformat(told["through"])
            is_alike = _is_alike(told, through, settings)
            if through >= as_of and is_alike:
                continue  # a run for a past day; what is known of later ones stays
            if not is_alike or not _is_same(told, digest, through):
                shutil.rmtree(place)
                continue
            state = place / "state.npy"
            return through, Detector.load(state, settings) if state.is_file() else None
        return None

    def keep(self, detector: Detector, through: date, digest: Digest, settings: Settings) -> None:
        """Write what the detector knows at the end of ``through``; drop what is not needed beside it."""
        place = self.folder / str(through)
        if not place.exists():
            making = self.folder / f".{through}.new"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir(parents=True)
            if detector.through is not None:
                detector.save(making / "state.npy")
            days = {key: sums for key, sums in digest.sums.items() if _day(key) <= str(through)}
            told = {"version": VERSION, "through": str(through), "digest": days}
            told |= {"since": str(digest.since)}
            told |= {"settings": _told_settings(settings)}
            (making / "told.json").write_text(json.dumps(told))
            making.rename(place)  # whole or not at all, whenever the run is killed
        self._prune(through)

    def _prune(self, newest: date) -> None:
        filled = set()
        for place in self._places():  # the oldest first
            age = (newest - date.fromisoformat(place.name)).days
            between = sum(age >= one for one in AGES)
            if age >= 0 and (between in filled or between == len(AGES)):
                shutil.rmtree(place)
            filled.add(between)

    def _places(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(p for p in self.folder.iterdir() if not p.name.startswith("."))


def _is_alike(told: dict, through: date, settings: Settings) -> bool:
    """Whether a checkpoint was made by this program with these settings, as far as its days go."""
    mine = _told_settings(settings)
    theirs = told.get("settings", {})
    changed = {tuple(a) for a in mine.pop("levels")} ^ {tuple(a) for a in theirs.pop("levels")}
    new = all(day > str(through) for _, _, day in changed)
    return told["version"] == VERSION and mine == theirs and new


def _told_settings(settings: Settings) -> dict[str, object]:
    levels = sorted([c, f, str(d)] for (c, f), d in settings.new_levels.items())
    return {
        "months": settings.months_between_false_flags,
        "critical": settings.months_between_false_critical,
        "levels": levels,
    }


def _is_same(told: dict, now: Digest, through: date) -> bool:
    """Whether the days through ``through`` that both look at have the sums they had."""
    first, before = max(told["since"], str(now.since)), told["digest"]
    keys = {key for key in (*before, *now.sums) if first <= _day(key) <= str(through)}
    return all(before.get(key) == now.sums.get(key) for key in keys)


def _day(key: str) -> str:
    return key.rsplit(" ", 1)[1]
