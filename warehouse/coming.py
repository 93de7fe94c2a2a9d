"""What is known of the days to come: holidays, and people who will join, as factors on a campaign's pace.

Pure functions of frames. A holiday takes away the share of the work that its vendor did in the last four weeks; people who
join add their share of the team, rising over their ramp. Only what was written down before a day is known on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

RECENT = timedelta(days=28)
"""From which work a vendor's share and the size of the team are read."""
BEGINNER = 0.5
"""What a new trainer does on the first day, against a proficient one; then it rises in a straight line."""
WHOLE = 0.3
"""A day on which at least so much of the work is away says nothing of the usual level."""


@dataclass(frozen=True)
class Coming:
    """A campaign's plans by charter version, and its work by vendor and day."""

    plans: pd.DataFrame
    """changed_on, charter_version, kind, vendor_id, starts_on, ends_on, trainers, ramp_days"""
    work: pd.DataFrame
    """vendor_id, day, submitted, active_trainers"""

    def _known(self, as_of: date, kind: str) -> pd.DataFrame:
        """The plans in force before ``as_of``."""
        told = self.plans[self.plans["changed_on"] < pd.Timestamp(as_of)]
        newest = told["charter_version"] == told["charter_version"].max()
        return told[newest & (told["kind"] == kind)]

    def _recent(self, as_of: date) -> pd.DataFrame:
        day = self.work["day"]
        return self.work[(day >= pd.Timestamp(as_of - RECENT)) & (day < pd.Timestamp(as_of))]

    def away(self, as_of: date) -> dict[date, float]:
        """The share of the work that is away on each holiday, past and to come."""
        recent = self._recent(as_of)
        done = recent.groupby(recent["vendor_id"].fillna(""))["submitted"].sum()
        shares = done / done.sum() if done.sum() else done
        days: dict[date, set[str]] = {}
        for row in self._known(as_of, "holiday").itertuples():
            whose = "*" if pd.isna(row.vendor_id) else str(row.vendor_id)
            for day in pd.date_range(row.starts_on, row.ends_on, inclusive="left"):
                days.setdefault(day.date(), set()).add(whose)
        return {
            day: 1.0 if "*" in whose else float(shares.reindex(sorted(whose)).sum())
            for day, whose in days.items()
        }

    def team(self, as_of: date) -> int:
        """The most people who worked on one of the last 28 days."""
        recent = self._recent(as_of)
        return int(recent.groupby("day")["active_trainers"].sum().max()) if len(recent) else 0

    def joined(self, as_of: date) -> list[date]:
        """The days before ``as_of`` on which people were to join."""
        starts = self._known(as_of, "onboarding")["starts_on"]
        return [day.date() for day in starts if day < pd.Timestamp(as_of)]

    def joining(self, as_of: date, horizon: int) -> dict[date, float]:
        """The factor on the pace of each day from ``as_of`` on; empty where nobody is to come."""
        plans = self._known(as_of, "onboarding")
        plans = plans[plans["starts_on"] >= pd.Timestamp(as_of)]
        team = self.team(as_of)
        if plans.empty or not team:
            return {}
        days = [as_of + timedelta(days=n) for n in range(horizon)]
        return {
            day: 1
            + sum(
                row.trainers / team * ramp((day - row.starts_on.date()).days, int(row.ramp_days))
                for row in plans.itertuples()
            )
            for day in days
        }


def ramp(day: int, ramp_days: int) -> float:
    """What somebody does on the ``day``-th day (0 first) against a proficient person; 0 before."""
    if day < 0:
        return 0.0
    return 1.0 if day >= ramp_days else BEGINNER + (1 - BEGINNER) * day / ramp_days
