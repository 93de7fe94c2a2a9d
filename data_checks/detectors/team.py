"""A change that all campaigns share, too small to show in any of them alone."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Panel
from data_checks.detectors.evidence import Evidence
from data_checks.detectors.flags import CLOSING_ODDS, DAYS_TO_RECOVERY, Tracker
from data_checks.detectors.logs import NO_EVIDENCE, log_sum
from data_checks.detectors.settings import Settings

CAP = 1.0
"""No campaign counts for more than this: a few that fell do not make the team fall."""

BREADTH = 0.65
"""Share of the campaigns that must point the same way."""

LEAST_CAMPAIGNS = 3
LEAST_EFFECT = 0.005


@dataclass
class Sums:
    """What one day of one figure adds up to over the campaigns."""

    begins: np.ndarray
    ratio: np.ndarray
    excess: np.ndarray
    worth: np.ndarray
    spread: np.ndarray
    campaigns: np.ndarray
    worse: np.ndarray


@dataclass(frozen=True)
class TeamFlag:
    """One change of one figure in the whole team."""

    metric: str
    direction: str
    opened: int
    closed: int | None
    onset: int
    effect: float
    units: float


@dataclass
class Team:
    """Adds up campaigns' evidence, day by day and figure by figure."""

    days: int
    settings: Settings
    sums: dict[tuple[str, str], dict[int, Sums]] = field(default_factory=dict)

    def add(self, panel: Panel, tracker: Tracker, evidence: Evidence) -> None:
        """Count the campaigns of ``tracker`` in at the end of its day."""
        campaigns = len(tracker.layout.campaigns)
        day = tracker.watch.today
        known = evidence.possible
        ratio = np.minimum(evidence.ratio[s.SMALL, :campaigns], CAP) * known[None]
        excess = evidence.excess[:campaigns]
        own = Sums(
            evidence.begins,
            ratio.sum(axis=1),
            (excess * known).sum(axis=0),
            (evidence.worth[:campaigns] * known).sum(axis=0),
            (evidence.spread[:campaigns] * known * evidence.dispersion[:, None]).sum(axis=0),
            known.sum(axis=0).astype(float),
            (known & (excess > 0)).sum(axis=0).astype(float),
        )
        of_figure = self.sums.setdefault((panel.metric, panel.direction), {})
        before = of_figure.get(day)
        if before is not None:
            for name in ("ratio", "excess", "worth", "spread", "campaigns", "worse"):
                getattr(before, name).__iadd__(getattr(own, name))
        else:
            of_figure[day] = own

    def shift(self, days: int) -> None:
        """Count days from ``days`` later on: what was day ``days`` becomes day 0."""
        for figure, by_day in self.sums.items():
            self.sums[figure] = {
                day - days: replace(sums, begins=sums.begins - days) for day, sums in by_day.items()
            }

    def arrays(self) -> dict[str, np.ndarray]:
        """The sums of the one figure it knows, as arrays: days, and all their columns in a row."""
        by_day = next(iter(self.sums.values()), {})
        columns = {
            f.name: [np.atleast_2d(getattr(sums, f.name)) for sums in by_day.values()]
            for f in fields(Sums)
        }
        days = np.repeat(list(by_day), [len(sums.begins) for sums in by_day.values()])
        empty = np.zeros((1, 0))
        return {
            "days": days,
            **{name: np.hstack(values or [empty]) for name, values in columns.items()},
        }

    def fill(self, figure: tuple[str, str], columns: dict[str, np.ndarray]) -> None:
        """Take back what ``arrays`` gave."""
        days = columns["days"]
        self.sums[figure] = {
            int(day): Sums(
                **{
                    f.name: columns[f.name][:, days == day]
                    if f.name == "ratio"
                    else columns[f.name][0, days == day]
                    for f in fields(Sums)
                }
            )
            for day in np.unique(days)
        }

    def flags(self) -> list[TeamFlag]:
        """The team's flags of all figures."""
        return [
            flag
            for (metric, direction), by_day in self.sums.items()
            for flag in self._of_figure(metric, direction, by_day)
        ]

    def _of_figure(self, metric: str, direction: str, by_day: dict[int, Sums]) -> list[TeamFlag]:
        found: list[TeamFlag] = []
        is_open = False
        valid_from = min(by_day, default=0) - s.LONGEST_DAYS  # days may count from below 0
        for day in sorted(by_day):
            sums = by_day[day]
            weight = np.where(sums.begins > day - s.EVERY_DAY_FOR, 0.0, np.log(s.THEN_EVERY))
            if is_open:
                if self._is_over(sums, found[-1], weight):
                    found[-1] = replace(found[-1], closed=day)
                    is_open, valid_from = False, day + 1
                continue
            broad = (
                (sums.begins >= valid_from)
                & (sums.campaigns >= LEAST_CAMPAIGNS)
                & (sums.worse >= BREADTH * sums.campaigns)
            )
            if not broad.any():
                continue
            curve = sums.ratio + np.where(broad, weight, NO_EVIDENCE)
            total = log_sum(curve, (0, 1)) - np.log(len(s.SMALL))
            begin = int(np.argmax(log_sum(curve, 0)))
            effect = sums.excess[begin] / max(sums.worth[begin], 1e-9)
            if total >= np.log(self.settings.days_between_false_flags) and effect >= LEAST_EFFECT:
                is_open = True
                onset = int(sums.begins[begin])
                found.append(
                    TeamFlag(
                        metric, direction, day, None, onset, float(effect), float(sums.worth[begin])
                    )
                )
        return found

    def _is_over(self, sums: Sums, flag: TeamFlag, weight: np.ndarray) -> bool:
        """Whether the days since the opening speak for the old level rather than half the slip."""
        since = sums.begins > flag.opened
        if not since.any():
            return False
        lost = sums.worth[since] * flag.effect / 2
        ratio = lost * (-sums.excess[since] + lost / 2) / np.maximum(sums.spread[since], 1e-9)
        back = ratio + weight[since] - np.log(DAYS_TO_RECOVERY)
        return bool(log_sum(back, 0) >= np.log(CLOSING_ODDS))
