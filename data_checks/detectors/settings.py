"""What people may set about flags, in their words, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

DAYS_A_MONTH = 30


@dataclass(frozen=True)
class Settings:
    """How often a flag may be false, and from which day on levels were accepted as new.

    ``months_between_false_flags`` is per campaign and metric: at 30, a campaign in which
    nothing ever changes shows a false flag of one metric at most about every 30 months.
    """

    months_between_false_flags: float = 30.0
    months_between_false_critical: float = 150.0
    new_levels: Mapping[tuple[str, str], date] = field(default_factory=dict)
    """(campaign_id, metric) -> first day of a level that people accepted: the past is forgotten."""
    bars: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """(campaign_id, metric) -> the charter's bar; only a level below it is a floor breach."""

    @property
    def days_between_false_flags(self) -> float:
        return self.months_between_false_flags * DAYS_A_MONTH

    @property
    def days_between_false_critical(self) -> float:
        return self.months_between_false_critical * DAYS_A_MONTH

    def false_flags_a_month(self, scopes: int) -> float:
        """How many false flags a month to expect from ``scopes`` campaigns times metrics."""
        return scopes / self.months_between_false_flags


@dataclass(frozen=True)
class Worsening:
    """One way of becoming worse: odds multiplied, or a share of what was good turned bad."""

    odds: float = 1.0
    turned: float = 0.0

    def of(self, rate: float) -> float:
        """The bad share that a bad share of ``rate`` becomes."""
        if self.turned:
            return rate + self.turned * (1 - rate)
        return self.odds * rate / (1 - rate + self.odds * rate)


WORSENINGS = (
    Worsening(odds=1.4),
    Worsening(odds=2.2),
    Worsening(turned=0.03),
    Worsening(turned=0.07),
    Worsening(turned=0.15),
    Worsening(turned=0.3),
)
"""The alternatives that evidence is gathered for: small to very large, in odds and in points.

A vendor or a few people may lose thirty points, a campaign as a whole hardly: were the largest
size too small for them, a larger part that lost less would seem to fit better.

Fewer points from everybody is not the same odds for everybody: with odds alone, a loss of five
points in all task types would look like one of the easy tasks.
"""

WHOLE_LOSES = (0.12, 0.25, 0.16, 0.33, 0.12, 0.02)
PART_LOSES = (0.06, 0.15, 0.05, 0.22, 0.33, 0.19)
"""How likely each of them is before data speak, for a campaign as a whole and for a part of it."""

SMALL, LARGER = (0, 2), (1, 3, 4, 5)
"""Which of them are for a whole team, and which for single trainers."""

MEMORY_DAYS = 90.0
"""A day in the baseline counts 1/e after this many days."""

LONGEST_DAYS = 56
"""Onsets further back than this are no longer considered."""

EVERY_DAY_FOR, THEN_EVERY = 14, 4
"""Onsets this recent are considered day by day, older ones every fourth."""

HISTORY_DAYS = 21
"""Days of history before the first onset that can be called a change from the past."""

BASELINE_UNITS = 40.0
CAMPAIGN_UNITS = 20.0
SEGMENT_UNITS = 10.0
CAMPAIGN_EFFECT = 0.01
SEGMENT_EFFECT = 0.03

TRAINER_ICC = 0.05
TRAINER_DAY_ICC = 0.01
DAY_ICC = 0.003
"""Where estimates of how unequal people and days are start from before data speak."""

EXPLAINED, DEMANDED = 0.02, 3.0
"""Where the mix of work explains so many points of a worsening, or more, this much more evidence
is demanded (in logarithms) for a worsening beside it; for fewer points in proportion. When the
mix that is counted moves, so may what nobody counts: harder items of the same kind of task."""

NEW_GUIDELINE_DAYS, NEW_GUIDELINE_WEIGHT = 3, 2.0
"""Days from a new guideline on that are likelier to be the first of a change, and by how much."""

SCOPE_SHARES = {
    "campaign": 0.39,
    "vendor_id": 0.15,
    "task_type": 0.15,
    "vendor_id*task_type": 0.10,
    "onboarding_cohort": 0.03,
    "weekday": 0.02,
    "trainer_id": 0.11,
    "newcomers": 0.05,
}
"""How the evidence for a flag is weighted before data speak, over who could carry a change."""

CAUSE_SHARES = {
    "campaign": 0.50,
    "vendor_id": 0.11,
    "task_type": 0.11,
    "vendor_id*task_type": 0.09,
    "onboarding_cohort": 0.07,
    "weekday": 0.03,
    "trainer_id": 0.09,
}
"""The same for the question who it is, once something changed: everybody, or a part of them."""

CARRYING_TRAINERS = (0.03, 0.08, 0.25)
"""Shares of the trainers that carry a change of "some trainers", before data speak."""
