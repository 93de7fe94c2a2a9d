"""The evidence, day by day, that a figure became worse than each trainer's own past.

For every day on which a change could have begun, what came since is compared with what the
days before it let expect of these people on these tasks: a log-likelihood ratio for several
sizes of change. Their sum over possible beginnings (Shiryaev and Roberts) rarely passes A
within A days while nothing changes, whatever the mix of people and tasks does.
"""

from __future__ import annotations

import numpy as np

from data_checks.detectors import settings as s
from data_checks.detectors.cells import sums_over
from data_checks.detectors.evidence import Evidence, Groups
from data_checks.detectors.expectation import LESS_UNEQUAL, expected, stratum_rates
from data_checks.detectors.logs import log_mean, mixed
from data_checks.detectors.past import beginnings
from data_checks.detectors.roster import Roster
from data_checks.detectors.watch import Watch

TINY = 1e-9
NEWCOMER_SHARE = 0.2
"""A newcomer's own record makes up less than this of what is expected of the person."""


def _groups(
    watch: Watch,
    begins: np.ndarray,
    units: np.ndarray,
    bad: np.ndarray,
    discount: np.ndarray,
    rate: np.ndarray,
    information: np.ndarray,
) -> Groups:
    """The sums over segments and trainers, cleared of what whole days have in common."""
    roster, sums = watch.roster, watch.roster.by_group
    since = watch.common[:, :, watch.today + 1, None] - watch.common[:, :, begins]
    restless = np.maximum(watch.dispersion, 1)[:, None]
    usual = 1 - (since[0] + 1e-9) / (since[1] + 1e-9) / restless
    return Groups(
        sums,
        discount * units,
        discount * bad,
        rate,
        information,
        usual.astype(np.float32),
        roster.campaign_of_group,
    )


def _known_of_kind(
    watch: Watch, begins: np.ndarray, units: np.ndarray, of_stratum: np.ndarray
) -> np.ndarray:
    """Units that the expectation of each vendor's kind of task rests on: its own, and the others'.

    Where the mix moves to work that was rare, people's long records of other work say little.
    """
    roster = watch.roster
    age = np.maximum(begins[None, :] - np.maximum(watch.start, watch.past_from)[:, None], 0)
    first = np.unique(roster.kind, return_index=True)[1]
    sharper = watch.worth_of_age(age)[roster.campaign[first]]
    of_task = (of_stratum[0::2] + of_stratum[1::2])[roster.stratum[first] // 2]
    prior = LESS_UNEQUAL / watch.unequal[roster.campaign[first]][:, None]
    return (sharper * (roster.by_kind @ units + prior * of_task / (of_task + prior))).astype(
        np.float32
    )


def moved_by_mix(
    roster: Roster, before: np.ndarray, since: np.ndarray, p: np.ndarray, is_past: np.ndarray
) -> np.ndarray:
    """Points by which the mix of vendors and kinds of task alone made a campaign's figure worse.

    The most that it did since any day of ``is_past`` up to each beginning, and only what the few
    units of some days leave sure (two standard errors are taken off).
    """
    of_kind = np.zeros(roster.by_kind.shape[0], dtype=np.int64)
    of_kind[roster.kind] = roster.campaign
    sums = sums_over(of_kind, len(is_past))
    was, now = roster.by_kind @ before, roster.by_kind @ since
    rate = (roster.by_kind @ ((before + since) * p)) / np.maximum(was + now, TINY)
    many = np.maximum(sums @ now, TINY)
    mean = (sums @ (now * rate)) / many
    moved = mean - (sums @ (was * rate)) / np.maximum(sums @ was, TINY)
    spread = (sums @ (now * rate**2)) / many - mean**2
    sure = np.maximum(moved - 2 * np.sqrt(np.maximum(spread, 0) / many), 0)
    return np.maximum.accumulate(sure * is_past, axis=1)


def weigh(watch: Watch) -> Evidence:
    """Weigh every possible beginning of a change with what is known today."""
    layout, segments, roster = watch.layout, watch.layout.segments, watch.roster
    begins, weight = beginnings(watch.today)
    columns = watch.past.columns(begins)
    of_stratum = watch.past.base_of_stratum[:, :, columns]
    rates = stratum_rates(layout, *of_stratum)
    # Days first, then people: most of the time goes into moving these numbers about.
    base = watch.past.base.take(columns, axis=2)[:, roster.cells]
    sharper = watch.sharper(roster.trainers, begins)
    past = expected(roster, base[0], base[1], rates, watch.unequal, sharper)
    until_now = watch.past.all[:, roster.cells, watch.past.column(watch.today + 1), None]
    units, bad = until_now - watch.past.all.take(columns, axis=2)[:, roster.cells]
    p = past.rate
    discount = past.certainty / (past.certainty + roster.by_trainer @ units)
    of_kind = _known_of_kind(watch, begins, base[0], of_stratum[0])
    w = np.minimum(
        discount[roster.trainer],
        (of_kind / (of_kind + roster.by_kind @ units + TINY))[roster.kind],
    )
    information = w * units * p * (1 - p)
    # How far a wrong mean of the colleagues would move each cell's expectation.
    leans = w * units * past.scale * (1 - past.own / past.certainty)[roster.trainer]
    of_vendor = (roster.by_vendor @ (roster.by_trainer @ leans))[roster.vendor]
    leans *= (past.doubt * of_vendor)[roster.trainer]
    groups = _groups(watch, begins, units, bad, w, p, information)
    parts = len(segments.campaign)
    certain = groups.information / (groups.information + roster.by_group @ leans + 1e-9)
    certain[parts:] = 1
    own = np.minimum(watch.dispersion, 1).astype(np.float32)
    scale = certain / own[roster.campaign_of_group][:, None]
    every = np.stack([scale * groups.log_ratio(worse) for worse in s.WORSENINGS])
    ratio, of_trainer = every[:, :parts].astype(float), every[:, parts:]
    is_new = past.own < NEWCOMER_SHARE * past.certainty
    newcomers = np.stack(
        [roster.by_campaign_of_trainer @ (r * is_new) for r in of_trainer[s.LARGER,]]
    )
    some = np.stack(
        [
            roster.by_campaign_of_trainer @ mixed(r, part)
            for r in of_trainer[s.LARGER,]
            for part in s.CARRYING_TRAINERS
        ]
    )
    known = layout.tasks_of_campaign @ (of_stratum[0, 0::2] + of_stratum[0, 1::2])
    possible = (begins[None, :] >= watch.valid_from[:, None]) & (known >= s.BASELINE_UNITS)
    return Evidence(
        begins,
        weight,
        ratio,
        log_mean(some),
        log_mean(newcomers),
        roster.trainers,
        of_trainer,
        (roster.by_group @ units)[:parts],
        groups.excess,
        groups.units,
        groups.spread,
        possible,
        moved_by_mix(roster, base[0], units, p, begins >= watch.past_from[:, None]),
        watch.dispersion.copy(),
    )
