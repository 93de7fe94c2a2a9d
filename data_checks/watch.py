"""The detectors between two runs: what each knows is kept beside the ledger, a checkpoint per day judged.

A run feeds them the new days only. Where a day that was judged has changed since (a gold scored
again, logins merged, an item's next answer), the figures it touches go back to their newest checkpoint
before that day and judge again from there. Without a folder they begin anew each time.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from data_checks import checkpoints
from data_checks.checkpoints import DIGEST_DAYS, Digest
from data_checks.detectors import Detector, Settings
from data_checks.watched import QUERIES, RESTS_ON, WATCHED, Watched
from warehouse.read import fetch

DIGEST = "checks/digest_by_day_v2"
BEGINNING = date(2000, 1, 1)
UNKNOWN = "unknown"
MAY_BE_UNKNOWN = ("vendor_id", "trainer_id", "onboarding_cohort")
DIGITS = 11
DAY = timedelta(days=1)


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
        last = max(as_of, self.until or as_of) - DAY
        if self.through is not None and self.through >= last:
            return
        digest = _digest(engine, last)
        reached = self._resumed(digest, as_of) if self.through is None else {}
        versions = fetch(engine, "team/guidelines_by_campaign_v1")
        versions = versions.rename(columns={"effective_from": "effective_date"})
        before = self.through or BEGINNING - DAY
        for watched in WATCHED:
            self.detectors.setdefault(
                watched, Detector(watched.figure, watched.direction, self.settings)
            )
        for query in QUERIES:
            behind = {w: reached.get(w, before) for w in WATCHED if w.query == query}
            since = min(behind.values()) + DAY
            if since > last:
                continue
            counts = counted(engine, query, since, last + DAY)
            # Figures know nothing of each other, and most of the work leaves Python's lock free.
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                feeds = [
                    pool.submit(self._feed, watched, counts, day, last, versions, digest)
                    for watched, day in behind.items()
                    if day < last
                ]
                for feed in feeds:
                    feed.result()
        self.through = last
        self.tables.clear()

    def table(self, watched: Watched, name: str) -> pd.DataFrame:
        """What the figure's detector says of flags, causes or days; asked once in a replay."""
        key = (watched, name)
        if key not in self.tables:
            self.tables[key] = getattr(self.detectors[watched], name)()
        return self.tables[key]

    def _feed(
        self,
        watched: Watched,
        counts: pd.DataFrame,
        day: date,
        last: date,
        versions: pd.DataFrame,
        digest: Digest,
    ) -> None:
        """Judge the days after ``day``; keep what is known on the days that a later run may go back to."""
        detector, kept = self.detectors[watched], self._kept(watched)
        counts = _of(watched, counts)
        # A replay tells of past days once all are judged: nothing of them must be forgotten by then.
        for mark in checkpoints.marks(day, last) if kept and self.until is None else [last]:
            own = counts[counts["day"].between(pd.Timestamp(day + DAY), pd.Timestamp(mark))]
            detector.add(own, through=mark, guidelines=versions)
            if kept:
                kept.keep(detector, mark, digest.of(RESTS_ON[watched.figure]), self.settings)
            day = mark

    def _resumed(self, digest: Digest, as_of: date) -> dict[Watched, date]:
        """Load each figure's newest checkpoint whose days are as they were; through which day each is judged."""
        reached = {}
        if self.folder is not None:
            checkpoints.clear_older_versions(self.folder)

        def newest(watched: Watched) -> tuple[date, Detector | None] | None:
            kept = self._kept(watched)
            return kept and kept.newest(digest.of(RESTS_ON[watched.figure]), as_of, self.settings)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for watched, found in zip(WATCHED, pool.map(newest, WATCHED), strict=True):
                if found:
                    reached[watched], detector = found
                    if detector is not None:
                        self.detectors[watched] = detector
        return reached

    def _kept(self, watched: Watched) -> checkpoints.Kept | None:
        if self.folder is None:
            return None
        return checkpoints.Kept(self.folder / f"{watched.figure}-{watched.direction}")


def counted(engine: sa.Engine, query: str, since: date, until: date) -> pd.DataFrame:
    """The counts of a query's figures."""
    counts = fetch(engine, query, since=since, until=until)
    # Who is unknown is called so from the beginning, or two days' unknowns were two people.
    return counts.assign(**{name: counts[name].fillna(UNKNOWN) for name in MAY_BE_UNKNOWN})


def _of(watched: Watched, counts: pd.DataFrame) -> pd.DataFrame:
    own = counts[counts["figure"] == watched.figure].drop(columns="figure")
    bad = own["units"] - own["bad"] if watched.is_turned else own["bad"]
    # Shares of one unit that were added up may exceed it by the last digit.
    return own.assign(bad=bad.clip(lower=0.0).where(bad <= own["units"], own["units"]))


def _digest(engine: sa.Engine, last: date) -> Digest:
    since = last - timedelta(days=DIGEST_DAYS)
    sums = {
        f"{r.source} {r.day:%Y-%m-%d}": [f"{r.units:.{DIGITS}g}", f"{r.bad:.{DIGITS}g}", int(r.people)]
        for r in fetch(engine, DIGEST, since=since, until=last + DAY).itertuples()
    }  # fmt: skip
    return Digest(since, sums)
