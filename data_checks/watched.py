"""The figures that are watched for changes: where their counts come from, and how a change reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

FAULTS = "checks/faults_by_day_v1"
SLOW = "checks/slow_work_by_day_v1"
DIFFERING = "checks/differing_answers_by_day_v1"
UNUSUAL = "checks/unusual_answers_by_day_v1"
QUERIES = (FAULTS, SLOW, DIFFERING, UNUSUAL)

RESTS_ON = {
    "gold_accuracy": ("golds",),
    "rejection_rate": ("reviews",),
    "rework_rate": ("rework",),
    "handle_time": ("work",),
    "agreement": ("agreement", "people"),
    "first_position": ("answers", "people"),
    "label_drift": ("answers", "people"),
}
"""Whose daily sums tell that the counts of a figure have changed."""


@dataclass(frozen=True)
class Watched:
    """One figure in the direction that is for the worse."""

    figure: str
    direction: str
    query: str
    became: str
    unit: str
    is_turned: bool = False
    """Whether the units that are not bad are what is counted: the other way of a figure."""

    @property
    def code(self) -> str:
        """How the ledger calls it: the figure, and which way where it is watched both ways."""
        both = self.figure in ("handle_time", "first_position", "label_drift")
        return f"{self.figure}_{self.direction}" if both else self.figure


WATCHED = (
    Watched("gold_accuracy", "down", FAULTS, "Gold accuracy fell", "hidden golds"),
    Watched("rejection_rate", "up", FAULTS, "The share of reviews that reject rose", "reviews"),
    Watched("rework_rate", "up", FAULTS, "The share of work that is rework rose", "submissions"),
    Watched("handle_time", "up", SLOW, "The share of slow work rose", "timed submissions"),
    Watched("handle_time", "down", SLOW, "The share of quick work rose", "timed submissions", True),
    Watched("agreement", "down", DIFFERING, "Agreement between annotators fell", "items"),
    Watched("first_position", "up", UNUSUAL, "The first of two answers is preferred more often", "comparisons"),
    Watched("first_position", "down", UNUSUAL, "The first of two answers is preferred less often", "comparisons", True),
    Watched("label_drift", "up", UNUSUAL, "Answers other than the usual ones became more common", "answers"),
    Watched("label_drift", "down", UNUSUAL, "Answers other than the usual ones became rarer", "answers", True),
)  # fmt: skip


def by_figure(levels: Mapping[tuple[str, str], date]) -> dict[tuple[str, str], date]:
    """(campaign, code of the ledger) as (campaign, figure): a level is the new one whichever way it is watched."""
    figures = {watched.code: watched.figure for watched in WATCHED}
    told: dict[tuple[str, str], date] = {}
    for (campaign, code), day in levels.items():
        key = (campaign, figures.get(code, code))
        told[key] = max(day, told.get(key, day))
    return told
