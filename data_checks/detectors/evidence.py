"""The evidence of one day: for each possible beginning of a change, how much what came since speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from data_checks.detectors import settings as s


@dataclass
class Groups:
    """Groups of cells (segments, trainers) since each possible beginning of a change.

    A day on which everybody was worse says little about the campaign, but as much as ever about
    one group against the others: a group gives up the part of its excess and information that
    common days explain, little if it is small, most if it is the campaign itself.
    """

    sums: sparse.csr_matrix
    units_of_cell: np.ndarray
    bad_of_cell: np.ndarray
    rate: np.ndarray
    information_of_cell: np.ndarray
    usual: np.ndarray  # campaigns x begins: part of the campaign's excess that common days have
    campaign: np.ndarray  # of each group; the first groups are the campaigns themselves

    def __post_init__(self) -> None:
        self.information = self.sums @ self.information_of_cell
        self.taken = self._taken(self.information)
        self.units = self.sums @ self.units_of_cell
        self.bad = self.sums @ self.bad_of_cell
        self.expected_of_cell = self.units_of_cell * self.rate
        self.expected = self.sums @ self.expected_of_cell

    def _taken(self, information: np.ndarray) -> np.ndarray:
        """The part of a group's information that common days take: the more, the larger its share."""
        whole = np.maximum(information[: len(self.usual)], 1e-9)[self.campaign]
        return information / whole * self.usual[self.campaign]

    def _of_campaign(self, sums: np.ndarray) -> np.ndarray:
        """What the campaign has in common: to its parts only what is worse.

        Where one part becomes better, the others stay what they were; they are not worse for it.
        """
        own = sums[: len(self.usual)]
        common = np.maximum(own, 0)[self.campaign]
        common[: len(own)] = own
        return common

    @property
    def excess(self) -> np.ndarray:
        """Bad units above expectation, without what common days explain."""
        excess = self.bad - self.expected
        return (excess - self.taken * self._of_campaign(excess)) / (1 - self.taken)

    @property
    def spread(self) -> np.ndarray:
        """The variance of ``excess``."""
        return self.information / (1 - self.taken)

    def log_ratio(self, worse: s.Worsening) -> np.ndarray:
        """Log-likelihood ratios for one way of becoming worse than ``rate``.

        Without common days: the sum of bad ln(b / p) + (units - bad) ln((1 - b) / (1 - p)), b
        being what p becomes. Common days are taken to have the same shape as the worsening, so
        that a bad day for everybody is nobody's own.
        """
        if worse.turned:
            stays = np.float32(np.log(1 - worse.turned))
            gain = np.log(1 + np.float32(worse.turned) * (1 / self.rate - 1)) - stays
            expected = self.sums @ (self.expected_of_cell * gain)
            excess = self.sums @ (self.bad_of_cell * gain) - expected
            mean = expected + stays * self.units
            taken = self._taken(self.sums @ (self.information_of_cell * gain * gain))
        else:
            gain = np.float32(np.log(worse.odds))
            cost = np.log(1 + np.float32(worse.odds - 1) * self.rate)
            excess = gain * (self.bad - self.expected)
            mean = gain * self.expected - self.sums @ (self.units_of_cell * cost)
            taken = self.taken
        return excess - taken * self._of_campaign(excess) + (1 - taken) * mean


@dataclass
class Evidence:
    """The evidence at the end of one day; columns are the possible first days of a change."""

    begins: np.ndarray
    weight: np.ndarray
    ratio: np.ndarray  # worsenings x segments x begins: log-likelihood ratios
    some: np.ndarray  # campaigns x begins: of "some trainers"
    newcomers: np.ndarray  # campaigns x begins: of people without a past, together
    trainers: np.ndarray  # the trainers who worked lately
    of_trainer: np.ndarray  # worsenings x these trainers x begins
    units: np.ndarray  # segments x begins, as counted (weighted by what days are worth)
    excess: np.ndarray  # groups x begins: bad units above expectation, discounted, cleared of days
    worth: np.ndarray  # groups x begins: units, discounted alike
    spread: np.ndarray  # groups x begins: variance of the excess
    possible: np.ndarray  # campaigns x begins: enough history before it
    moved: np.ndarray  # campaigns x begins: points of a worsening that the mix of work explains
    dispersion: np.ndarray  # campaigns

    def effect(self, groups: int | np.ndarray, begin: int) -> tuple[float, float]:
        """Change of the bad share since ``begin`` in one group or several, and its standard error.

        Groups are the segments, then the trainers who worked lately.
        """
        worth = max(float(np.sum(self.worth[groups, begin])), 1e-9)
        excess, spread = (float(np.sum(a[groups, begin])) for a in (self.excess, self.spread))
        return excess / worth, float(np.sqrt(max(spread, 1e-9)) / worth)
