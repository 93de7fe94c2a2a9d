"""Who carries a change: the campaign as a whole, a part of it, some people, or a new guideline."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from data_checks.detectors import settings as s
from data_checks.detectors.cells import Layout
from data_checks.detectors.evidence import Evidence
from data_checks.detectors.logs import NO_EVIDENCE, log_mean, log_sum, mixed

GUIDELINE_PRIOR = 0.4
"""How likely a change of everybody is due to a guideline that is new, before its beginning speaks."""

BEFORE_GUIDELINE, AFTER_GUIDELINE = 1, 2
"""A change that a new guideline makes begins within so many days of it."""

TOLD = 3
"""So many causes are told, the most probable."""

TURNED = np.array([worse.turned for worse in s.WORSENINGS if worse.turned])
IS_TURNED = np.array([worse.turned > 0 for worse in s.WORSENINGS])
BETWEEN = (0.05, 0.10, 0.22)
"""Sizes between those that are watched. Who carries a change hangs on small differences: were all
sizes too small or too large for everybody, a part of the campaign would seem to fit better."""


BEND = 0.05
"""Evidence bends most between no change and a size like this: it is smooth in log(size + BEND)."""


def _between(size: float) -> np.ndarray:
    """Weights with which a smooth curve through no change and ``TURNED`` gives the value at ``size``."""
    nodes, at = np.log(np.append(0, TURNED) + BEND), np.log(size + BEND)
    others = [np.delete(nodes, place) for place in range(1, len(nodes))]
    return np.array([np.prod((at - o) / (n - o)) for n, o in zip(nodes[1:], others, strict=True)])


def with_sizes_between(ratio: np.ndarray) -> np.ndarray:
    """Log-likelihood ratios of ``TURNED`` (sizes first) with those of ``BETWEEN`` added."""
    weights = np.stack([_between(size) for size in BETWEEN])
    return np.concatenate([ratio, np.tensordot(weights, ratio, axes=1)])


@dataclass(frozen=True)
class Cause:
    """One explanation of a change, with its probability among those considered."""

    dimension: str
    segment: str
    posterior: float

    def row(self, layout: Layout, campaign: int) -> int:
        """The row in the layout of the segment of a campaign, or -1: a set of trainers."""
        if self.dimension == "trainer_id":
            return -1
        if self.dimension in ("campaign", "guideline_version"):
            return campaign
        return layout.segments.rows[campaign, self.dimension, self.segment]


def verdict(
    layout: Layout,
    evidence: Evidence,
    campaign: int,
    latest: int,
    guidelines: dict[int, str],
    log_share: np.ndarray,
) -> tuple[list[Cause], int]:
    """The explanations of a campaign's change, most probable first, and the day it began.

    ``latest`` is the last day on which it can have begun (the day it was flagged);
    ``guidelines`` maps days to the versions that came into force; ``log_share`` says how likely
    each segment is to be the one, before data speak.
    """
    segments = layout.segments
    rows = np.flatnonzero(segments.campaign == campaign)
    allowed = evidence.possible[campaign] & (evidence.begins <= latest)
    if not allowed.any():
        allowed = evidence.begins <= latest
    prior = np.where(allowed, np.log(evidence.weight), NO_EVIDENCE)
    ratio = evidence.ratio[:, rows, :]
    sizes = np.concatenate([with_sizes_between(ratio[IS_TURNED]), ratio[~IS_TURNED]])
    by_begin = log_mean(sizes) + prior
    log_e = log_sum(by_begin, 1) + log_share[rows]
    some = evidence.some[campaign] + prior
    log_some = log_sum(some, 0) + np.log(s.CAUSE_SHARES["trainer_id"])
    every = np.append(log_e, log_some)
    posterior = np.exp(every - log_sum(every, 0))

    names = segments.table[["dimension", "segment"]].iloc[rows]
    told = [*names.itertuples(index=False, name=None), ("trainer_id", "")]
    best = int(np.argmax(posterior))
    curve = np.vstack([by_begin, some])[best]
    begin = int(evidence.begins[int(np.argmax(curve))])
    causes = [Cause(*who, float(p)) for who, p in zip(told, posterior, strict=True)]
    named = "|".join(_carriers(layout, evidence, campaign, int(np.argmax(some))))
    causes[-1] = replace(causes[-1], segment=named)
    if told[best][0] == "campaign":
        version, share, since = _guideline(evidence, curve, guidelines)
        whole = causes[best].posterior
        causes[best] = Cause("campaign", "", whole * (1 - share))
        if version:
            causes.append(Cause("guideline_version", version, whole * share))
            begin = since if share > 0.5 else begin
    causes.sort(key=lambda c: (-c.posterior, c.dimension, c.segment))
    return causes[:TOLD], begin


def _carriers(layout: Layout, evidence: Evidence, campaign: int, begin: int) -> list[str]:
    """The trainers who more likely than not are among those that carry the change."""
    own = np.flatnonzero(layout.campaign_of_trainer[evidence.trainers] == campaign)
    trainers = evidence.trainers[own]
    ratio = evidence.of_trainer[s.LARGER, :, begin][:, own].astype(float)
    # For each size and each number of carriers: how likely it is, and who would be among them.
    evidences, odds = [], []
    for part in s.CARRYING_TRAINERS:
        evidences.append(mixed(ratio, part).sum(axis=1))
        odds.append(np.log(part / (1 - part)) + np.minimum(ratio, 60))
    likely = np.concatenate(evidences)
    weight = np.exp(likely - log_sum(likely, 0))
    is_carrier = weight @ (1 / (1 + np.exp(-np.concatenate(odds))))
    chosen = trainers[is_carrier > 0.5]
    if not len(chosen):
        chosen = trainers[[int(np.argmax(is_carrier))]]
    return sorted(set(layout.trainer_names[chosen]))


def _guideline(
    evidence: Evidence, curve: np.ndarray, guidelines: dict[int, str]
) -> tuple[str, float, int]:
    """The new version that is likeliest the reason, how likely it is, and since when it was.

    Had a version nothing to do with it, the change could as well have begun on any other day.
    """
    begins, days = evidence.begins, evidence.weight
    likeliest, found, since = -np.inf, "", 0
    for day, version in guidelines.items():
        at = (begins >= day - BEFORE_GUIDELINE) & (begins <= day + AFTER_GUIDELINE)
        if at.any():
            with_it = log_sum(curve[at], 0) - np.log(days[at].sum())
            if with_it > likeliest:
                likeliest, found = with_it, version
                since = int(begins[at][int(np.argmax(curve[at]))])
    without = log_sum(curve, 0) - np.log(days.sum())
    odds = np.log(GUIDELINE_PRIOR / (1 - GUIDELINE_PRIOR)) + likeliest - without
    return found, float(expit(odds)), since
