"""What the new events of a load say as a whole: for its summary, the book of loads and the lists of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc


class Tally:
    """Counts that grow with each part of the events."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.reviewers: set[str] = set()
        self._people: dict[tuple, dict] = {}
        self._recorded = 0
        self._submitted = 0
        self._undated = 0
        self._timed = 0
        self._priced = 0

    def add(self, events: pa.Table) -> None:
        for one in pc.value_counts(events.column("event_type")).to_pylist():
            self.kinds[one["values"]] += one["counts"]
        recorded = pc.equal(events.column("time_basis"), "recorded")
        self._add_times(events.column("occurred_at").filter(recorded))
        self._recorded += pc.sum(recorded).as_py() or 0
        submits = pc.equal(events.column("event_type"), "assignment_submitted")
        self._submitted += pc.sum(submits).as_py() or 0
        self._undated += pc.sum(pc.and_(submits, pc.invert(recorded))).as_py() or 0
        self._timed += _known(events.column("duration_s"), submits)
        self._priced += _known(events.column("cost"), submits)
        reviews = pc.starts_with(events.column("event_type"), "review_")
        if events.column("actor_id").null_count < events.num_rows:
            named = pc.unique(events.column("actor_id").filter(reviews)).to_pylist()
            self.reviewers.update(filter(None, named))
        columns = ["trainer_id", "vendor_id", "locale"]
        for row in events.select(columns).group_by(columns).aggregate([]).to_pylist():
            self._people.setdefault(tuple(row.values()), row)

    def _add_times(self, known: pa.ChunkedArray) -> None:
        told = pc.min_max(known).as_py()
        if told["min"] is not None:
            self.first = min(filter(None, (self.first, told["min"])))
            self.last = max(filter(None, (self.last, told["max"])))

    @property
    def events(self) -> int:
        return self.kinds.total()

    @property
    def reviews(self) -> int:
        return sum(n for kind, n in self.kinds.items() if kind.startswith("review_"))

    @property
    def trainers(self) -> list[dict]:
        """Whose work it is, in a fixed order: trainer, vendor, locale."""
        known = [row for row in self._people.values() if row["trainer_id"] is not None]
        return sorted(known, key=lambda row: tuple(value or "" for value in row.values()))

    @property
    def vendors(self) -> list[str]:
        return sorted({row["vendor_id"] for row in self._people.values() if row["vendor_id"]})

    def unknown(self, *, waits_for_review: bool) -> Iterator[str]:
        """What the files do not say, and what follows for the figures.

        ``waits_for_review``: the tool knows reviews, so that work without one waits for it.
        """
        if not self._submitted:
            return
        if not self._recorded:
            yield "times: not in the file, so no throughput, no hours and no handle time"
        elif self._undated:
            yield f"times: not known of {self._undated:,} submissions"
        if not self._timed and self._recorded:
            yield "time worked: not in the file, so no handle time and no hours"
        if not self._priced:
            yield "cost: not in the file; a rate card in the charter prices the work"
        if not self.reviews and waits_for_review:
            yield "reviews: none in the file yet, so all of its work waits for one"
        elif not self.reviews:
            yield (
                "reviews: not in the file; without any, and where no charter says otherwise, "
                "work counts as accepted when it is submitted"
            )


def _known(column: pa.ChunkedArray, where: pa.ChunkedArray) -> int:
    """How many values of ``column`` are known where ``where`` is true."""
    if column.null_count == len(column):
        return 0
    return pc.sum(pc.and_(pc.is_valid(column), where)).as_py() or 0
