"""What a load did, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

NAMED = 5
"""So many campaigns are called by name."""


@dataclass(frozen=True)
class LoadSummary:
    """What a load did; as text, for the person who ran it."""

    load_id: str
    files: tuple[str, ...]
    campaigns: tuple[str, ...]
    rows_read: int
    rows_loaded: int
    rows_there: int
    rows_quarantined: int
    events: Mapping[str, int]
    responses: int
    first_occurred: datetime | None
    last_occurred: datetime | None
    assignments: int
    trainers: int
    reviewers: int
    reasons: Mapping[str, int]
    unknown: tuple[str, ...]
    seconds: float = 0.0
    """From the first row read until readers see them, without the figures."""
    figures_seconds: float = 0.0

    def __str__(self) -> str:
        told = [
            f"load {self.load_id}: {', '.join(self.files)} into {self._campaigns()}",
            f"  rows     {self.rows_read:,} read = {self.rows_loaded:,} loaded + {self.rows_there:,} already there "
            f"+ {self.rows_quarantined:,} quarantined",
        ]
        if self.events:
            kinds = ", ".join(f"{n:,} {kind}" for kind, n in self.events.items())
            told.append(
                f"  events   {sum(self.events.values()):,}: {kinds}; {self.responses:,} answers"
            )
            told.append(
                f"  work     {self.assignments:,} assignments submitted by {self.trainers:,} trainers; "
                f"{self.reviewers:,} reviewers are named"
            )
        if self.first_occurred and self.last_occurred:
            told.append(
                f"  times    {self.first_occurred:%Y-%m-%d %H:%M} to {self.last_occurred:%Y-%m-%d %H:%M} UTC"
            )
        if self.seconds:
            told.append(
                f"  took     {self.seconds:.1f} s, {self.rows_read / self.seconds:,.0f} rows a second"
                + (f"; the figures {self.figures_seconds:.1f} s" if self.figures_seconds else "")
            )
        told += [f"  unknown  {what}" for what in self.unknown]
        if self.reasons:
            most = sorted(self.reasons.items(), key=lambda one: (-one[1], one[0]))
            told += [f"  refused  {n:,} rows: {reason}" for reason, n in most[:3]]
            if len(most) > 3:
                rest = sum(n for _, n in most[3:])
                told.append(f"  refused  {rest:,} rows for {len(most) - 3} other reasons")
            told.append(
                "           they are kept: mend the mapping, then `python -m warehouse replay`"
            )
        return "\n".join(told)

    def _campaigns(self) -> str:
        """Which campaigns; of many the first few, and how many more."""
        named, more = self.campaigns[:NAMED], len(self.campaigns) - NAMED
        return ", ".join([*named, *[f"{more:,} more"] * (more > 0)]) or "no campaign"
