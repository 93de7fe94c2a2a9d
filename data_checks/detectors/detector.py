"""One figure of many campaigns, fed with counts day after day; what is known can be kept in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from data_checks.detectors import state, tables
from data_checks.detectors.cells import KEYS, Layout, Panel, count, is_weekend, layout_of
from data_checks.detectors.flags import Tracker
from data_checks.detectors.settings import Settings
from data_checks.detectors.team import Team
from warehouse.errors import Refused

COLUMNS = (*KEYS, "day", "units", "bad")
DAY = np.timedelta64(1, "D")


class Detector:
    """Watches one figure in one direction; see the package's docstring for what goes in and out."""

    def __init__(self, metric: str, direction: str, settings: Settings | None = None) -> None:
        self.metric, self.direction = metric, direction
        self.settings = settings or Settings()
        self.tracker: Tracker | None = None
        self.team = Team(0, self.settings)
        self.versions: dict[str, dict[str, np.datetime64]] = {}

    @property
    def through(self) -> date | None:
        """The last day that was judged, or None before the first."""
        if self.tracker is None:
            return None
        return (self.tracker.panel.first_day + self.tracker.watch.today).astype(object)

    def add(
        self, counts: pd.DataFrame, through: date, guidelines: pd.DataFrame | None = None
    ) -> None:
        """Judge the days after those already judged, up to and including ``through``."""
        counts = self._checked(counts, through)
        if guidelines is not None:
            self.versions = versions_of(guidelines)
        if self.tracker is None and counts.empty:
            return
        tracker = self._tracker(counts, np.datetime64(through, "D"))
        while tracker.watch.today < tracker.panel.days - 1:
            evidence = tracker.step()
            if evidence is not None:
                self.team.add(tracker.panel, tracker, evidence)
        self.tracker = tracker

    def flags(self) -> pd.DataFrame:
        """All flags so far, in the order of their opening."""
        return tables.flags(self.tracker, self.team, self.settings)

    def causes(self) -> pd.DataFrame:
        """The three most probable causes of each regression."""
        return tables.causes(self.tracker)

    def daily(self) -> pd.DataFrame:
        """Each campaign's days beside what the past let expect of them."""
        return tables.daily(self.tracker)

    def visible(self) -> pd.DataFrame:
        """The smallest change that the last fourteen days could have shown, by campaign."""
        return tables.visible(self.tracker, self.settings)

    def save(self, path: Path) -> None:
        """Keep what is known in a file: the next day needs nothing older."""
        if self.tracker is None:
            raise Refused(f"nothing to save in {path}: no day was judged yet")
        state.save(path, self.tracker, self.team, self.versions)

    @classmethod
    def load(cls, path: Path, settings: Settings | None = None) -> Detector:
        """A detector that goes on where the saved one stood."""
        settings = settings or Settings()
        tracker, team, versions = state.load(path, settings)
        detector = cls(tracker.panel.metric, tracker.panel.direction, settings)
        detector.tracker, detector.team, detector.versions = tracker, team, versions
        return detector

    def _checked(self, counts: pd.DataFrame, through: date) -> pd.DataFrame:
        missing = [c for c in COLUMNS if c not in counts.columns]
        if missing:
            raise Refused(f"counts lack {', '.join(missing)}; expected {', '.join(COLUMNS)}")
        counts = counts.assign(day=pd.to_datetime(counts["day"]).to_numpy("datetime64[D]"))
        if ((counts["bad"] < 0) | (counts["bad"] > counts["units"])).any():
            raise Refused(
                f"counts of {self.metric} have more bad units than units, or fewer than none"
            )
        if len(counts) and counts["day"].max() > pd.Timestamp(through):
            raise Refused(
                f"counts reach {counts['day'].max().date()}; expected none after {through}"
            )
        passed = self.through
        if passed is not None and len(counts) and counts["day"].min() <= pd.Timestamp(passed):
            raise Refused(
                f"counts begin on {counts['day'].min().date()}, but {self.metric} is judged through"
                f" {passed} already; expected later days only"
            )
        return counts

    def _tracker(self, counts: pd.DataFrame, through: np.datetime64) -> Tracker:
        """The tracker over the days known so far and those to come."""
        old = self.tracker
        if old is None:
            first = counts["day"].min().to_datetime64().astype("datetime64[D]")
            layout, panel = panel_of(counts, self.metric, self.direction, first, through)
            return Tracker(layout, panel, self.settings, self._guidelines(layout, first))
        dropped = state.days_to_forget(old)
        self.team.shift(dropped)
        first = old.panel.first_day + dropped
        people = pd.concat([old.layout.people, counts[list(KEYS)]], ignore_index=True)
        layout, place = layout_of(people)
        known = len(old.layout.people)
        to = state.places(old.layout, layout, place[:known])
        since = old.watch.today + 1 - dropped
        units, bad = _units(counts, layout, place[known:], first + since, through)
        panel = replace(old.panel, first_day=first, units=units, bad=bad, since=since)
        return state.moved(old, layout, panel, self._guidelines(layout, first), dropped, to)

    def _guidelines(self, layout: Layout, first: np.datetime64) -> list[dict[int, str]]:
        return [guideline_days(self.versions.get(str(c), {}), first) for c in layout.campaigns]


def panel_of(
    counts: pd.DataFrame, metric: str, direction: str, first: np.datetime64, through: np.datetime64
) -> tuple[Layout, Panel]:
    """The layout of the people in ``counts`` and the panel of their units."""
    layout, place = layout_of(counts)
    return layout, Panel(metric, direction, first, *_units(counts, layout, place, first, through))


def _units(
    counts: pd.DataFrame,
    layout: Layout,
    place: np.ndarray,
    first: np.datetime64,
    through: np.datetime64,
) -> tuple[np.ndarray, np.ndarray]:
    days = int((through - first) / DAY) + 1
    day = ((counts["day"].to_numpy("datetime64[D]") - first) / DAY).astype(np.int64)
    weekend = is_weekend(first, days).astype(int)
    units, bad = (
        count(place, day, weekend, counts[name].to_numpy(float), layout.cells, days)
        for name in ("units", "bad")
    )
    return units, bad


def versions_of(guidelines: pd.DataFrame) -> dict[str, dict[str, np.datetime64]]:
    """Campaign -> version -> first day."""
    expected = ("campaign_id", "guideline_version", "effective_date")
    missing = [c for c in expected if c not in guidelines.columns]
    if missing:
        raise Refused(f"the guidelines lack {', '.join(missing)}; expected {', '.join(expected)}")
    days = pd.to_datetime(guidelines["effective_date"]).to_numpy("datetime64[D]")
    versions: dict[str, dict[str, np.datetime64]] = {}
    told = zip(guidelines["campaign_id"], guidelines["guideline_version"], days, strict=True)
    for campaign, version, day in told:
        if not np.isnat(day):
            versions.setdefault(str(campaign), {})[str(version)] = day
    return versions


def guideline_days(versions: dict[str, np.datetime64], first: np.datetime64) -> dict[int, str]:
    """Day number -> version, without the version that was in force at the beginning."""
    days = {int((day - first) / DAY): version for version, day in versions.items()}
    return {day: version for day, version in days.items() if day > 0}
