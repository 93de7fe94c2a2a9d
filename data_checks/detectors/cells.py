"""Who did what on which day: the cells (trainer x task type x weekend) that every figure is counted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

UNKNOWN = "unknown"
WEEKEND = "weekend"
KEYS = ("campaign_id", "vendor_id", "trainer_id", "onboarding_cohort", "task_type")
PART_KEYS = ("campaign_id", "vendor_id", "onboarding_cohort", "task_type")
SEGMENT_KEYS = {
    "vendor_id": ("vendor_id",),
    "task_type": ("task_type",),
    "vendor_id*task_type": ("vendor_id", "task_type"),
    "onboarding_cohort": ("onboarding_cohort",),
}
"""What people, and tasks, of one segment have in common."""


def is_weekend(first: np.datetime64, days: int) -> np.ndarray:
    """Which of the days are Saturday or Sunday (day 0 of numpy's calendar is a Thursday)."""
    number = first.astype("datetime64[D]").astype(int) + np.arange(days)
    return (number + 3) % 7 >= 5


def sums_over(group: np.ndarray, groups: int) -> sparse.csr_matrix:
    """The matrix that adds up rows of cells into rows of groups."""
    cells = len(group)
    ones = np.ones(cells, dtype=np.float32)
    return sparse.csr_matrix((ones, (group, np.arange(cells))), shape=(groups, cells))


@dataclass(frozen=True)
class Layout:
    """The cells of all campaigns and the groups they add up to.

    ``people`` has one row per (campaign, vendor, trainer, cohort, task type), sorted; each
    has two cells, weekdays and weekends: cell 2i and cell 2i + 1.
    """

    people: pd.DataFrame

    @property
    def cells(self) -> int:
        return 2 * len(self.people)

    @cached_property
    def is_weekend(self) -> np.ndarray:
        return np.tile(np.array([False, True]), len(self.people))

    @cached_property
    def _codes(self) -> dict[str, np.ndarray]:
        """The names of each key as numbers, in the order of the names."""
        return {key: pd.factorize(self.people[key], sort=True)[0] for key in KEYS}

    def _group(self, columns: Sequence[str]) -> np.ndarray:
        """The number of each cell's group: people alike in some columns, in the order of the names."""
        number = np.zeros(len(self.people), dtype=np.int64)
        for column in columns:
            code = self._codes[column]
            number = number * (code.max(initial=0) + 1) + code
        return np.repeat(np.unique(number, return_inverse=True)[1], 2)

    @cached_property
    def campaigns(self) -> np.ndarray:
        return np.unique(self.people["campaign_id"].to_numpy(dtype=object))

    def number_of(self, campaign: str) -> int:
        """The place of a campaign in ``campaigns``; ValueError where it is none of them."""
        return list(self.campaigns).index(campaign)

    @cached_property
    def campaign(self) -> np.ndarray:
        return self._group(["campaign_id"])

    @cached_property
    def trainer(self) -> np.ndarray:
        return self._group(["campaign_id", "trainer_id", "vendor_id", "onboarding_cohort"])

    @cached_property
    def task(self) -> np.ndarray:
        return self._group(["campaign_id", "task_type"])

    @cached_property
    def stratum(self) -> np.ndarray:
        return 2 * self.task + self.is_weekend

    @cached_property
    def by_campaign(self) -> sparse.csr_matrix:
        return sums_over(self.campaign, len(self.campaigns))

    @cached_property
    def by_trainer(self) -> sparse.csr_matrix:
        return sums_over(self.trainer, int(self.trainer.max(initial=-1)) + 1)

    @cached_property
    def by_task(self) -> sparse.csr_matrix:
        return sums_over(self.task, int(self.task.max(initial=-1)) + 1)

    @cached_property
    def by_stratum(self) -> sparse.csr_matrix:
        return sums_over(self.stratum, 2 * (int(self.task.max(initial=-1)) + 1))

    @cached_property
    def campaign_of_trainer(self) -> np.ndarray:
        return self._first(self.trainer)

    @cached_property
    def campaign_of_task(self) -> np.ndarray:
        return self._first(self.task)

    @cached_property
    def tasks_of_campaign(self) -> sparse.csr_matrix:
        return sums_over(self.campaign_of_task, len(self.campaigns))

    @cached_property
    def vendor_of_trainer(self) -> np.ndarray:
        """Which vendor of which campaign each trainer works for."""
        first = np.unique(self.trainer, return_index=True)[1]
        return self._group(["campaign_id", "vendor_id"])[first]

    @cached_property
    def trainer_names(self) -> np.ndarray:
        names = np.repeat(self.people["trainer_id"].to_numpy(dtype=object), 2)
        return names[np.unique(self.trainer, return_index=True)[1]]

    def _first(self, group: np.ndarray) -> np.ndarray:
        return self.campaign[np.unique(group, return_index=True)[1]]

    @cached_property
    def part(self) -> np.ndarray:
        """Cells alike in all but the trainer and the weekend."""
        return self._group(PART_KEYS)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The names of each part."""
        first = np.unique(self.part, return_index=True)[1] // 2
        return self.people.loc[first, list(PART_KEYS)].reset_index(drop=True)

    @cached_property
    def by_part(self) -> sparse.csr_matrix:
        return sums_over(self.part, len(self.parts))

    @cached_property
    def kind_of_part(self) -> np.ndarray:
        return self.kind[np.unique(self.part, return_index=True)[1]]

    @cached_property
    def parts_of_campaign(self) -> sparse.csr_matrix:
        return sums_over(self._first(self.part), len(self.campaigns))

    @cached_property
    def block(self) -> np.ndarray:
        """Cells alike in all but the trainer: every segment is made of whole blocks."""
        return 2 * self.part + self.is_weekend

    @cached_property
    def kind(self) -> np.ndarray:
        """Cells of one vendor and one task type, people and days aside."""
        return self._group(["campaign_id", "vendor_id", "task_type"])

    @cached_property
    def segments(self) -> Segments:
        return _segments(self)


@dataclass(frozen=True)
class Segments:
    """Who could carry a change: the campaign as a whole and its parts, with the sums of their cells.

    The first rows are the campaigns themselves, in order.
    """

    table: pd.DataFrame
    sums: sparse.csr_matrix
    block: np.ndarray

    @cached_property
    def campaign(self) -> np.ndarray:
        return self.table["campaign"].to_numpy()

    @cached_property
    def rows(self) -> dict[tuple[int, str, str], int]:
        """Campaign's number, dimension and segment -> row."""
        names = self.table[["campaign", "dimension", "segment"]].itertuples(index=False, name=None)
        return {name: row for row, name in enumerate(names)}

    @cached_property
    def of_block(self) -> sparse.csr_matrix:
        """The same sums from blocks."""
        first = np.unique(self.block, return_index=True)[1]
        return self.sums[:, first].tocsr()

    @cached_property
    def rivals(self) -> np.ndarray:
        """Segments of one campaign and dimension have the same number."""
        return self.table.groupby(["campaign", "dimension"]).ngroup().to_numpy()

    def log_shares(self, shares: dict[str, float], is_seen: np.ndarray) -> np.ndarray:
        """The logarithm of each seen segment's part of its dimension's share.

        A dimension of which only one segment was seen says no more than the campaign.
        """
        many = np.bincount(self.rivals[is_seen], minlength=int(self.rivals.max()) + 1)[self.rivals]
        share = np.array([shares[name] for name in self.dimensions])[self.dimension]
        told = np.log(share) - np.log(np.maximum(many, 1))
        return np.where(is_seen & (self.is_alone | (many > 1)), told, -1e9)

    @cached_property
    def dimensions(self) -> list[str]:
        """The names of the dimensions, by number."""
        return sorted(set(self.table["dimension"]))

    @cached_property
    def dimension(self) -> np.ndarray:
        """The number of each segment's dimension."""
        return np.searchsorted(self.dimensions, self.table["dimension"].to_numpy(dtype=str))

    @cached_property
    def is_cohort(self) -> np.ndarray:
        """Which segments are classes of people who began together."""
        return (self.table["dimension"] == "onboarding_cohort").to_numpy()

    @cached_property
    def is_alone(self) -> np.ndarray:
        """Whether a segment is the only one of its kind by nature, not because others are unseen."""
        return self.table["dimension"].isin(["campaign", "weekday"]).to_numpy()


def _segments(layout: Layout) -> Segments:
    campaigns = len(layout.campaigns)
    whole = {"campaign": np.arange(campaigns), "segment": "", "dimension": "campaign"}
    tables, sums = [pd.DataFrame(whole)], [layout.by_campaign]
    parts_of = {}
    for dimension, keys in SEGMENT_KEYS.items():
        group = layout._group(["campaign_id", *keys])
        first = np.unique(group, return_index=True)[1]
        of = layout.campaign[first]
        parts_of[dimension] = np.bincount(of, minlength=campaigns)
        # A part that is all there is would be the whole; a crossing needs several of both.
        is_part = np.all([parts_of[key][of] > 1 for key in keys], axis=0)
        names = [layout.people[key].to_numpy(dtype=object)[first // 2] for key in keys]
        segment = ["|".join(name) for name in zip(*names, strict=True)]
        table = pd.DataFrame({"campaign": of, "segment": segment})
        tables.append(table[is_part].assign(dimension=dimension))
        sums.append(sums_over(group, len(first))[is_part])
    weekend = {"campaign": np.arange(campaigns), "segment": WEEKEND, "dimension": "weekday"}
    tables.append(pd.DataFrame(weekend))
    sums.append(sums_over(2 * layout.campaign + layout.is_weekend, 2 * campaigns)[1::2])
    table = pd.concat(tables, ignore_index=True)
    return Segments(table, sparse.vstack(sums).tocsr(), layout.block)


@dataclass(frozen=True)
class Panel:
    """One figure in one direction: units and how many of them are bad, per cell and day.

    The first of the days is number ``since``, counted from ``first_day``; those before it are judged.
    """

    metric: str
    direction: str
    first_day: np.datetime64
    units: np.ndarray
    bad: np.ndarray
    least_dispersion: float = 1.0
    since: int = 0

    @property
    def days(self) -> int:
        """How many days there are up to the last one, from ``first_day`` on."""
        return self.since + self.units.shape[1]

    def of_day(self, day: int) -> tuple[np.ndarray, np.ndarray]:
        """Units and bad units of each cell on one day."""
        return self.units[:, day - self.since], self.bad[:, day - self.since]

    def turned(self, direction: str) -> Panel:
        """The same figure watched in the other direction."""
        return replace(self, direction=direction, bad=self.units - self.bad)


def layout_of(rows: pd.DataFrame) -> tuple[Layout, np.ndarray]:
    """The layout of ``rows`` (with the columns ``KEYS``) and, per row, its place in ``people``."""
    codes = np.zeros(len(rows), dtype=np.int64)
    names = []
    for key in KEYS:
        column = rows[key]
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype("string").astype("category")
        code = column.cat.codes.to_numpy().astype(np.int64)
        categories = column.cat.categories.astype(str).to_numpy(dtype=object)
        if (code < 0).any():
            if UNKNOWN not in categories:
                categories = np.append(categories, UNKNOWN)
            code = np.where(code < 0, int(np.flatnonzero(categories == UNKNOWN)[0]), code)
        codes = codes * (len(categories) + 1) + code
        names.append((categories, len(categories) + 1))
    found, place = np.unique(codes, return_inverse=True)
    people, rest = {}, found
    for key, (categories, base) in reversed(list(zip(KEYS, names, strict=True))):
        people[key] = categories[rest % base]
        rest = rest // base
    frame = pd.DataFrame(people, columns=list(KEYS), dtype=object)
    # Sorted by name, so that the order of the input changes nothing.
    order = frame.sort_values(list(KEYS), kind="stable").index.to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Layout(frame.loc[order].reset_index(drop=True)), rank[place]


def count(
    place: np.ndarray,
    day: np.ndarray,
    weekend: np.ndarray,
    value: np.ndarray,
    cells: int,
    days: int,
) -> np.ndarray:
    """``value`` added up per cell and day."""
    key = (2 * place + weekend[day]) * days + day
    return (
        np.bincount(key, weights=value, minlength=cells * days)
        .astype(np.float32)
        .reshape(cells, days)
    )
