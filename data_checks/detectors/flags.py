"""Flags: opened once for each change, explained, and closed when the figure is back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cause import Cause, verdict
from data_checks.detectors.cells import Layout, Panel
from data_checks.detectors.evidence import Evidence
from data_checks.detectors.logs import NO_EVIDENCE, log_sum
from data_checks.detectors.settings import Settings
from data_checks.detectors.watch import Watch
from data_checks.detectors.weigh import weigh

REFRESHED_FOR = 7
"""Days after its opening during which a flag's cause and onset are estimated anew."""

FADED = 1.0
"""Evidence that fell by more, in logarithms: the change is passing, and newer days tell less of it."""

REOPENED_WITHIN = 14
"""Days after its closing during which a flag opens again, rather than a second one for one change."""

DAYS_TO_RECOVERY = 30.0
WAS_FALSE = 0.3
CLOSING_ODDS = 20.0
"""A flag closes at twenty to one for: the figure came back (a chance of one in 30 each day), or was
never gone (three in ten flags, before the days that follow speak)."""

NEW_COHORT_DAYS = 60
LEAST_OF_TRAINERS = 0.0075
"""What some trainers do is the campaign's flag only where the campaign feels it."""

PICKED = 0.5
"""So much of what some trainers lost is surely lost: they are named for being the worst, partly by chance."""

SETTLED_AFTER = 42
"""Days after which a flag's level is what people live with: a further worsening is a further flag.

Not while the figure may be back: its return would be lost in the new past.
"""

STAYING_ODDS = 3.0
"""A level is what people live with at three to one for: it is still the flagged one."""


@dataclass
class Flag:
    """One change of one figure in one campaign (days are numbers of the panel's days)."""

    campaign: int
    opened: int
    severity: str
    log_e: float
    causes: list[Cause]
    onset: int
    effect: float
    error: float
    units: float
    closed: int | None = None
    later: list[Cause] = field(default_factory=list)

    @property
    def cause(self) -> Cause:
        """The most probable cause, as of the last estimate."""
        return (self.later or self.causes)[0]


def log_beginnings(evidence: Evidence, guidelines: list[dict[int, str]]) -> np.ndarray:
    """How likely each campaign's changes begin on each day, before data speak, in logarithms."""
    weight = np.tile(evidence.weight, (len(evidence.possible), 1))
    for campaign, versions in enumerate(guidelines):
        for day in versions:
            new = (evidence.begins >= day) & (evidence.begins < day + s.NEW_GUIDELINE_DAYS)
            weight[campaign, new] += s.NEW_GUIDELINE_WEIGHT
    demanded = s.DEMANDED * np.minimum(evidence.moved / s.EXPLAINED, 1)
    return np.where(evidence.possible, np.log(weight) - demanded, NO_EVIDENCE)


def total_evidence(
    layout: Layout, evidence: Evidence, log_share: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    """The logarithm of each campaign's evidence, over beginnings, sizes and carriers."""
    segments = layout.segments
    is_whole = np.arange(len(segments.campaign)) < len(layout.campaigns)
    sizes = np.where(is_whole, *np.log([s.WHOLE_LOSES, s.PART_LOSES])[:, :, None])
    by_size = log_sum(evidence.ratio + prior[segments.campaign][None], 2)
    by_segment = log_sum(by_size + sizes, 0) + log_share
    total = np.full(len(layout.campaigns), NO_EVIDENCE)
    np.logaddexp.at(total, segments.campaign, by_segment)
    some = log_sum(evidence.some + prior, 1) + np.log(s.SCOPE_SHARES["trainer_id"])
    new = log_sum(evidence.newcomers + prior, 1) + np.log(s.SCOPE_SHARES["newcomers"])
    return np.logaddexp(np.logaddexp(total, some), new)


class Tracker:
    """The flags of one figure over all campaigns, day by day."""

    def __init__(
        self,
        layout: Layout,
        panel: Panel,
        settings: Settings,
        guidelines: list[dict[int, str]] | None = None,
    ) -> None:
        self.layout, self.panel, self.settings = layout, panel, settings
        self.watch = Watch(layout, panel)
        self.guidelines = guidelines or [{} for _ in layout.campaigns]
        self.open: dict[int, Flag] = {}
        self.last: dict[int, Flag] = {}
        self.settled: list[Flag] = []
        self.flags: list[Flag] = []
        self.new_levels = self._days_of_new_levels()
        self.log_e = np.full((len(layout.campaigns), panel.days), np.nan)

    def step(self) -> Evidence | None:
        """Take in one more day; open, explain and close flags."""
        watch = self.watch
        watch.add_day()
        day = watch.today
        if not (watch.valid_from <= day).any():
            return None
        for campaign in np.flatnonzero(self.new_levels == day):
            self._accept(int(campaign))
        evidence = weigh(watch)
        prior = log_beginnings(evidence, self.guidelines)
        total = total_evidence(self.layout, evidence, watch.log_shares(s.SCOPE_SHARES), prior)
        self.log_e[:, day] = total
        for flag in list(self.open.values()):
            self._follow(flag, evidence, day)
        self._close_settled(evidence, day)
        threshold = np.log(self.settings.days_between_false_flags)
        critical = np.log(self.settings.days_between_false_critical)
        has_news = watch.day_units[:, day] > 0
        can_open = watch.valid_from <= day  # not where a flag closed or settled just now
        for campaign in np.flatnonzero((total >= threshold) & has_news & can_open):
            flag = self.open.get(campaign)
            if flag is None:
                self._open(int(campaign), evidence, float(total[campaign]), day)
            elif total[campaign] >= critical:
                flag.severity = "critical"
        return evidence

    def _days_of_new_levels(self) -> np.ndarray:
        """Per campaign, the day from which on people accepted the figure's level, or -1."""
        days = np.full(len(self.layout.campaigns), -1)
        for (campaign, metric), day in self.settings.new_levels.items():
            if metric == self.panel.metric:
                number = (np.datetime64(day, "D") - self.panel.first_day).astype(int)
                days[self.layout.campaigns == campaign] = number
        return days

    def _accept(self, campaign: int) -> None:
        """Close what is open: people took the level as the new one, and the past begins today."""
        day = self.watch.today
        self.watch.restart(campaign, day)
        self.open.pop(campaign, None)
        self.last.pop(campaign, None)
        self.settled = [f for f in self.settled if f.campaign != campaign]
        for flag in self.flags:
            if flag.campaign == campaign and flag.closed is None:
                flag.closed = day

    def _open(self, campaign: int, evidence: Evidence, log_e: float, day: int) -> None:
        causes, onset = self._verdict(campaign, evidence, day)
        effect, error, units = self._size(campaign, causes[0], evidence, onset)
        part = causes[0].dimension not in ("campaign", "guideline_version")
        enough = s.SEGMENT_UNITS if part else s.CAMPAIGN_UNITS
        if units < enough or effect < (s.SEGMENT_EFFECT if part else s.CAMPAIGN_EFFECT):
            return
        self.watch.freeze(campaign, onset)
        last = self.last.get(campaign)
        if last is not None and day - (last.closed or day) <= REOPENED_WITHIN:
            last.closed = None
            self.open[campaign] = last
            return
        severity = (
            "critical" if log_e >= np.log(self.settings.days_between_false_critical) else "warning"
        )
        flag = Flag(campaign, day, severity, log_e, causes, onset, effect, error, units)
        self.open[campaign] = self.last[campaign] = flag
        self.flags.append(flag)

    def _verdict(self, campaign: int, evidence: Evidence, latest: int) -> tuple[list[Cause], int]:
        # Cohorts that came long ago are as good as anybody's guess; new ones are suspects.
        age = latest - self.watch.first_day_of_segment
        shares = self.watch.log_shares(s.CAUSE_SHARES) + np.where(
            self.layout.segments.is_cohort & (age > NEW_COHORT_DAYS), -2.0, 0
        )
        return verdict(self.layout, evidence, campaign, latest, self.guidelines[campaign], shares)

    def _size(
        self, campaign: int, cause: Cause, evidence: Evidence, onset: int
    ) -> tuple[float, float, float]:
        """The effect of a cause since the onset, its error and the units it is measured on."""
        begin = (
            int(np.flatnonzero(evidence.begins <= onset)[-1])
            if (evidence.begins <= onset).any()
            else 0
        )
        part = cause.row(self.layout, campaign)
        row = part if part >= 0 else campaign
        effect, error = evidence.effect(row, begin)
        if part < 0:
            if effect < LEAST_OF_TRAINERS:
                return 0.0, error, 0.0
            effect, error = evidence.effect(self._carriers(campaign, cause, evidence), begin)
        return effect, error, float(evidence.units[row, begin])

    def _carriers(self, campaign: int, cause: Cause, evidence: Evidence) -> np.ndarray:
        """The groups that a cause speaks of: a segment's row, or the rows of the trainers it names."""
        row = cause.row(self.layout, campaign)
        if row >= 0:
            return np.array([row])
        own = self.layout.campaign_of_trainer[evidence.trainers] == campaign
        named = np.isin(self.layout.trainer_names[evidence.trainers], cause.segment.split("|"))
        return len(self.layout.segments.table) + np.flatnonzero(own & named)

    def _follow(self, flag: Flag, evidence: Evidence, day: int) -> None:
        age = day - flag.opened
        before = self.log_e[flag.campaign, flag.opened : day]
        if age <= REFRESHED_FOR and self.log_e[flag.campaign, day] >= before.max() - FADED:
            flag.later, onset = self._verdict(flag.campaign, evidence, flag.opened)
            flag.onset = onset
            effect, error, units = self._size(flag.campaign, flag.later[0], evidence, onset)
            if units:
                flag.effect, flag.error, flag.units = effect, error, units
            self.watch.move_onset(flag.campaign, onset)
        back = self._odds_of_return(flag, evidence)
        if back >= np.log(CLOSING_ODDS):
            flag.closed = day
            del self.open[flag.campaign]
            self.watch.thaw(flag.campaign)
        elif age >= s.LONGEST_DAYS or (age >= SETTLED_AFTER and back <= -np.log(STAYING_ODDS)):
            self.settled.append(flag)
            del self.open[flag.campaign], self.last[flag.campaign]
            self.watch.settle(flag.campaign)

    def _close_settled(self, evidence: Evidence, day: int) -> None:
        """Close the flags of old whose figure came back, though the past is the flagged level now."""
        for flag in list(self.settled):
            since = np.flatnonzero(evidence.begins > flag.opened + SETTLED_AFTER)
            back = self._return(flag, evidence, since, is_flagged_level_expected=True)
            if len(back) and log_sum(back, 0) >= np.log(CLOSING_ODDS):
                flag.closed = day
                self.settled.remove(flag)
                if flag.campaign not in self.open:
                    self.watch.restart(flag.campaign, int(evidence.begins[since][np.argmax(back)]))

    def _odds_of_return(self, flag: Flag, evidence: Evidence) -> float:
        """How much the days since the opening speak for the old level, not the flagged one, in logarithms."""
        since = np.flatnonzero(evidence.begins > flag.opened)
        if not len(since):
            return NO_EVIDENCE
        back = self._return(flag, evidence, since, is_flagged_level_expected=False)
        if evidence.begins[since[0]] <= flag.opened + 3:
            back[0] += np.log1p(WAS_FALSE / evidence.weight[since[0]] * DAYS_TO_RECOVERY)
        return float(log_sum(back, 0))

    def _return(
        self, flag: Flag, evidence: Evidence, since: np.ndarray, is_flagged_level_expected: bool
    ) -> np.ndarray:
        """For each first day of a return, how much speaks for the old level since, in logarithms.

        Against the least that the figure surely lost, as a normal excess over what was expected.
        """
        groups = self._carriers(flag.campaign, flag.cause, evidence)
        worth, spread, excess = (
            a[groups][:, since].sum(axis=0)
            for a in (evidence.worth, evidence.spread, evidence.excess)
        )
        picked = PICKED if flag.cause.dimension == "trainer_id" else 1.0
        lost = worth * max(picked * flag.effect - flag.error, s.CAMPAIGN_EFFECT)
        below = -excess if is_flagged_level_expected else lost - excess
        prior = np.log(evidence.weight[since] / DAYS_TO_RECOVERY)
        return lost * (below - lost / 2) / np.maximum(spread, 1e-9) + prior


def run(tracker: Tracker) -> list[Flag]:
    """All flags of a panel, as they would have been raised day by day."""
    for _ in range(tracker.panel.days):
        tracker.step()
    return tracker.flags
