"""What is known at the end of those days on which a change could have begun; other days are not kept.

A campaign's past at each of them is what people are held against. Keeping it for every day that was
ever judged would take most of the memory and of the disk, and nobody would read it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout

OLDER = -(-(s.LONGEST_DAYS - s.EVERY_DAY_FOR) // s.THEN_EVERY)
SLOTS = s.EVERY_DAY_FOR + OLDER + 1
"""The days a change could have begun on, and the coming one."""

NONE = -1


def beginnings(day: int) -> tuple[np.ndarray, np.ndarray]:
    """The first days of a change to consider at the end of ``day``, and how many days each stands for."""
    days = np.arange(max(day - s.LONGEST_DAYS + 1, 0), day + 1)
    recent = days > day - s.EVERY_DAY_FOR
    keep = recent | (days % s.THEN_EVERY == 0)
    return days[keep], np.where(recent, 1.0, s.THEN_EVERY)[keep]


@dataclass
class Past:
    """Sums over all that came before each of a few days; (units, bad) first, then cells, then days.

    ``base`` fades, and leaves out what flags keep out of it: it says what to expect. ``all`` does
    neither: the difference between two days is what came between them.
    """

    base: np.ndarray
    base_of_stratum: np.ndarray
    all: np.ndarray
    days: np.ndarray
    """Which day each column is before, or ``NONE``."""

    @classmethod
    def of(cls, layout: Layout) -> Past:
        """Nothing known, on day 0."""
        days = np.full(SLOTS, NONE)
        days[0] = 0
        return cls(
            np.zeros((2, layout.cells, SLOTS), dtype=np.float32),
            np.zeros((2, layout.by_stratum.shape[0], SLOTS)),
            np.zeros((2, layout.cells, SLOTS), dtype=np.float32),
            days,
        )

    def column(self, day: int) -> int:
        """The column of a day; LookupError where it is not kept."""
        return int(self.columns(np.array([day]))[0])

    def columns(self, days: np.ndarray) -> np.ndarray:
        """The columns of some days; LookupError where one is not kept."""
        order = np.argsort(self.days)
        found = order[np.minimum(np.searchsorted(self.days, days, sorter=order), SLOTS - 1)]
        if (self.days[found] != days).any():
            raise LookupError(
                f"expected some of the days {sorted(self.days.tolist())}, found {days.tolist()}"
            )
        return found

    def add(
        self, day: int, base: np.ndarray, base_of_stratum: np.ndarray, everything: np.ndarray
    ) -> None:
        """Keep what is known before ``day``, in place of a day that is needed no more."""
        free = int(np.flatnonzero(~np.isin(self.days, beginnings(day - 1)[0]))[0])
        self.base[:, :, free] = base
        self.base_of_stratum[:, :, free] = base_of_stratum
        self.all[:, :, free] = everything
        self.days[free] = day

    def since(self, cells: np.ndarray, day: int, until: int) -> np.ndarray:
        """What came of some cells from ``day`` to before ``until``."""
        return self.all[:, cells, self.column(until)] - self.all[:, cells, self.column(day)]

    def freeze(self, cells: np.ndarray, strata: np.ndarray, onset: int) -> None:
        """Nothing since ``onset`` counts as the past of these cells and strata."""
        column, later = self.column(onset), np.flatnonzero(self.days > onset)
        for sums, own in ((self.base, cells), (self.base_of_stratum, strata)):
            sums[:, own[:, None], later] = sums[:, own, column][:, :, None]
