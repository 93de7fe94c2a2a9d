"""From a plain table of submissions to the figures' panels: one bad score between 0 and 1 per unit.

- gold accuracy: a scored gold, on the day of its submission, bad when wrong
- rejection rate: a review, on the day of the review (so late reviews hide nothing), bad when rejected
- handle time: a submission that is no rework, bad when longer (shorter) than the median of the
  campaign's task type in the type's first 28 days
- agreement: an item done by several people, on the day of its last label, bad by the share of
  its pairs that disagree; each person's share is what the others say against the own label
- rework: a submission, bad when it is rework
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_checks.detectors.cells import Layout, Panel, count, is_weekend, layout_of

GOLD, REJECTION, HANDLE, ALPHA, REWORK = (
    "gold_accuracy",
    "rejection_rate",
    "handle_time_median",
    "agreement_alpha",
    "rework_rate",
)
METRICS = (GOLD, REJECTION, HANDLE, ALPHA)
SHARES = (GOLD, REJECTION, REWORK)
"""The figures that are a share of units themselves, so that a bar can be held against them."""

REFERENCE_DAYS = 28
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Rows:
    """The submissions of a table, in numbers."""

    layout: Layout
    place: np.ndarray
    first_day: np.datetime64
    days: int
    day: np.ndarray
    events: pd.DataFrame

    @property
    def weekend(self) -> np.ndarray:
        """Which of the days are Saturday or Sunday."""
        return is_weekend(self.first_day, self.days)

    def counted(self, which: np.ndarray, day: np.ndarray, value: np.ndarray | None) -> np.ndarray:
        weight = np.ones(len(day)) if value is None else value
        return count(
            self.place[which], day, self.weekend.astype(int), weight, self.layout.cells, self.days
        )


def rows_of(events: pd.DataFrame, first: np.datetime64, days: int) -> Rows:
    """The submissions with their cells and their days since ``first``."""
    layout, place = layout_of(events)
    day = ((_days(events["event_time"]) - first) / DAY).astype(np.int64)
    return Rows(layout, place, first, days, day, events)


def _days(times: pd.Series) -> np.ndarray:
    return times.to_numpy(dtype="datetime64[us]").astype("datetime64[D]")


def panels(rows: Rows, metrics: Sequence[str] = METRICS) -> list[Panel]:
    """The panels of ``metrics`` in the directions that are for the worse."""
    made = []
    for metric in metrics:
        panel = MAKERS[metric](rows)
        if metric == HANDLE:
            made += [panel, panel.turned("down")]
        else:
            made.append(panel)
    return made


def _gold(rows: Rows) -> Panel:
    right = rows.events["gold_correct"].astype(float).to_numpy()
    which = np.flatnonzero(rows.events["is_gold"].fillna(False).to_numpy(bool) & ~np.isnan(right))
    day = rows.day[which]
    return Panel(
        GOLD,
        "down",
        rows.first_day,
        rows.counted(which, day, None),
        rows.counted(which, day, 1 - right[which]),
    )


def _rejection(rows: Rows) -> Panel:
    outcome = rows.events["review_outcome"].astype("category")
    code = outcome.cat.codes.to_numpy()
    names = list(outcome.cat.categories)
    rejected = code == (names.index("reject") if "reject" in names else -2)
    accepted = code == (names.index("accept") if "accept" in names else -2)
    reviewed = _days(rows.events["review_time"])
    which = np.flatnonzero((rejected | accepted) & ~np.isnat(reviewed))
    day = ((reviewed[which] - rows.first_day) / DAY).astype(np.int64)
    which, day = which[day >= 0], day[day >= 0]
    return Panel(
        REJECTION,
        "up",
        rows.first_day,
        rows.counted(which, day, None),
        rows.counted(which, day, rejected[which].astype(float)),
    )


def _handle(rows: Rows) -> Panel:
    seconds = rows.events["handle_time_s"].astype(float).to_numpy()
    rework = rows.events["is_rework"].fillna(False).to_numpy(bool)
    which = np.flatnonzero((seconds > 0) & ~rework)
    task = rows.layout.task[2 * rows.place[which]]
    day, seconds = rows.day[which], seconds[which]
    start = np.full(int(rows.layout.task.max(initial=-1)) + 1, rows.days)
    np.minimum.at(start, task, day)
    early = day < start[task] + REFERENCE_DAYS
    reference = np.full(len(start), np.nan)
    medians = pd.Series(seconds[early]).groupby(task[early]).median()
    reference[medians.index.to_numpy()] = medians.to_numpy()
    longer = (seconds > reference[task]).astype(float)
    return Panel(
        HANDLE,
        "up",
        rows.first_day,
        rows.counted(which, day, None),
        rows.counted(which, day, longer),
    )


def labelled_together(rows: Rows) -> pd.DataFrame:
    """One row per label of an item that several people did: row, item, day, people, against.

    ``day`` is that of the item's last label, ``people`` how many labels it has and
    ``against`` the share of the other labels that differ from this one.
    """
    label = rows.events["label"].astype("category").cat.codes.to_numpy().astype(np.int64)
    which = np.flatnonzero(rows.events["is_overlap"].fillna(False).to_numpy(bool) & (label >= 0))
    campaign = rows.layout.campaign[2 * rows.place[which]]
    task = pd.factorize(rows.events["task_id"].to_numpy()[which])[0].astype(np.int64)
    many = int(label.max(initial=0)) + 1
    item = np.unique(campaign * (task.max(initial=0) + 1) + task, return_inverse=True)[1]
    people = np.bincount(item)[item] if len(item) else item
    same_key, same = np.unique(item * many + label[which], return_inverse=True)
    alike = np.bincount(same, minlength=len(same_key))[same] if len(item) else item
    last = np.zeros(int(item.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(last, item, rows.day[which])
    frame = pd.DataFrame(
        {
            "row": which,
            "item": item,
            "day": last[item],
            "people": people,
            "label": label[which],
            "against": (people - alike) / np.maximum(people - 1, 1),
        }
    )
    return frame[frame["people"] >= 2]


def _agreement(rows: Rows) -> Panel:
    together = labelled_together(rows)
    which = together["row"].to_numpy()
    day = together["day"].to_numpy()
    part = 1 / together["people"].to_numpy(dtype=float)
    return Panel(
        ALPHA,
        "down",
        rows.first_day,
        rows.counted(which, day, part),
        rows.counted(which, day, part * together["against"].to_numpy(dtype=float)),
        least_dispersion=0.5,
    )


def _rework(rows: Rows) -> Panel:
    rework = rows.events["is_rework"].fillna(False).to_numpy(bool)
    which = np.arange(len(rework))
    return Panel(
        REWORK,
        "up",
        rows.first_day,
        rows.counted(which, rows.day, None),
        rows.counted(which, rows.day, rework.astype(float)),
    )


MAKERS = {GOLD: _gold, REJECTION: _rejection, HANDLE: _handle, ALPHA: _agreement, REWORK: _rework}
