"""What becomes of submitted work: reviews, resubmissions, disputes, overturned rejections, audits."""

from __future__ import annotations

import numpy as np

from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, DAYS, REVIEWER_SHARES, reviewers_of
from warehouse.demo.tables import ROLES, UNKNOWN, Rows, event_type, outcome, reason
from warehouse.demo.truths import given
from warehouse.demo.work import NONE, Work, columns_of, is_in, started
from warehouse.demo.world import World

HOUR = 3600.0
DAY = 24 * HOUR
ATTEMPTS = 3
"""Work that is rejected a third time is not tried again."""

REJECTS_RIGHT, REJECTS_WRONG = -3.4, 0.5
"""Log odds with which a usual reviewer rejects good and bad work."""


def reviewed(world: World, campaign: int, work: Work, rng: np.random.Generator) -> list[Rows]:
    """The reviews of some submitted work and all that follows from them."""
    told = CAMPAIGNS[campaign]
    production = np.flatnonzero(work.gold == NONE)
    chosen = rng.random(len(production)) < told.reviewed
    rows = [_audits(world, campaign, work.take(production), rng)]
    current = work.take(production[chosen])
    for attempt in range(1, ATTEMPTS + 1):
        if not len(current.trainer):
            break
        made, current = _round(world, campaign, current, attempt, rng)
        rows += made
    return rows


def _round(
    world: World, campaign: int, work: Work, attempt: int, rng: np.random.Generator
) -> tuple[list[Rows], Work]:
    """One review of each: its events, and the work that was done again after a rejection."""
    told, count = CAMPAIGNS[campaign], len(work.trainer)
    reviewer = np.array(reviewers_of(campaign))[
        np.searchsorted(np.cumsum(REVIEWER_SHARES[:-1]), rng.random(count))
    ]
    at = work.submitted + _wait(world, campaign, work, rng)
    rejected = rng.random(count) < _severity(world, campaign, work, reviewer, at)
    escalated = ~rejected & (rng.random(count) < 0.012)
    fixed = ~rejected & ~escalated & (rng.random(count) < np.where(work.right, 0.07, 0.5))
    kinds = np.select(
        [rejected, escalated, fixed],
        [event_type(f"review_{name}") for name in ("rejected", "escalated", "accepted_with_fix")],
        event_type("review_accepted"),
    )
    reviewers = world.team.first_reviewer + reviewer
    shared = columns_of(world, campaign, work) | {"attempt": np.full(count, attempt)}
    why = np.array([reason(name) for name in told.reasons])
    weights = 0.55 ** np.arange(len(why))
    picked = rng.choice(why, count, p=weights / weights.sum())
    review = {
        "type": kinds,
        "at": at * 1e6,
        "actor": reviewers,
        "role": np.full(count, ROLES.index("reviewer")),
        "reason": np.where(rejected, picked, UNKNOWN),
    }
    rows = [Rows(campaign, count, shared | review)]

    other = world.team.first_reviewer + np.array(reviewers_of(campaign))[0]
    decided = {
        "at": (at + rng.uniform(0.5, 2, count) * DAY) * 1e6,
        "type": np.where(
            rng.random(count) < 0.7, event_type("review_accepted"), event_type("review_rejected")
        ),
        "actor": np.full(count, other),
        "role": np.full(count, ROLES.index("adjudicator")),
    }
    decided["reason"] = np.where(decided["type"] == event_type("review_rejected"), picked, UNKNOWN)
    rows.append(_some(campaign, shared | decided, escalated))

    overturned, disputes = _disputes(world, campaign, shared, work, rejected, reviewers, at, rng)
    rows += disputes
    again = rejected & ~overturned & (rng.random(count) < 0.96)
    if attempt == ATTEMPTS:
        again[:] = False
    redone, resubmitted = _redone(world, campaign, work.take(again), at[again], attempt + 1, rng)
    return rows + resubmitted, redone


def _some(campaign: int, columns: dict[str, np.ndarray], chosen: np.ndarray) -> Rows:
    kept = {name: values[chosen] for name, values in columns.items()}
    return Rows(campaign, int(chosen.sum()), kept)


def _wait(world: World, campaign: int, work: Work, rng: np.random.Generator) -> np.ndarray:
    """Seconds until the review: most within a day, some after a week, all later in a backlog."""
    count = len(work.trainer)
    wait = rng.lognormal(np.log(15), 0.8, count) * HOUR
    wait += np.where(rng.random(count) < 0.08, rng.uniform(2, 12, count), 0) * DAY
    backlog = world.incident("review-backlog")
    if CAMPAIGN[backlog.campaign_id] == campaign:
        wait = np.where(work.submitted >= backlog.starts * DAY, wait * backlog.size, wait)
    return wait


def _severity(
    world: World, campaign: int, work: Work, reviewer: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """The chance of a rejection: by the work, the reviewer, and the one who turns severe."""
    lean = np.where(work.right, REJECTS_RIGHT, REJECTS_WRONG) + world.team.severity[reviewer]
    chance = 1 / (1 + np.exp(-lean))
    severe = world.incident("severe-reviewer")
    if CAMPAIGN[severe.campaign_id] == campaign:
        turned = reviewer == reviewers_of(campaign)[1]
        turned &= (at >= severe.starts * DAY) & (at < severe.ends * DAY)
        chance = np.where(turned, np.minimum(chance + severe.size, 0.97), chance)
    return chance


def _disputes(
    world: World,
    campaign: int,
    shared: dict[str, np.ndarray],
    work: Work,
    rejected: np.ndarray,
    reviewers: np.ndarray,
    at: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, list[Rows]]:
    """Rejections that the trainer disputes; good work is given right, and the rejection is void."""
    count = len(rejected)
    disputed = rejected & (rng.random(count) < np.where(work.right, 0.3, 0.04))
    upheld = disputed & work.right & (rng.random(count) < 0.8)
    opened = at + rng.uniform(1, 20, count) * HOUR
    solved = opened + rng.uniform(0.5, 3, count) * DAY
    own = np.array(reviewers_of(campaign)) + world.team.first_reviewer
    judge = np.where(reviewers == own[0], own[2], own[0])
    by_judge = {"actor": judge, "role": np.full(count, ROLES.index("adjudicator"))}
    dispute = {
        "type": np.full(count, event_type("dispute_opened")),
        "at": opened * 1e6,
        "actor": shared["person"],
        "role": np.full(count, ROLES.index("annotator")),
        "reason": np.full(count, reason("rejection disputed")),
    }
    resolved = by_judge | {
        "type": np.full(count, event_type("dispute_resolved")),
        "at": solved * 1e6,
        "outcome": np.where(upheld, outcome("upheld"), outcome("declined")),
    }
    void = by_judge | {
        "type": np.full(count, event_type("review_overturned")),
        "at": solved * 1e6 + 1e6,
    }
    return upheld, [
        _some(campaign, shared | dispute, disputed),
        _some(campaign, shared | resolved, disputed),
        _some(campaign, shared | void, upheld),
    ]


def _redone(
    world: World,
    campaign: int,
    work: Work,
    rejected_at: np.ndarray,
    attempt: int,
    rng: np.random.Generator,
) -> tuple[Work, list[Rows]]:
    """Rejected work done again by the same person, a day later, in half of the time."""
    told, count = CAMPAIGNS[campaign], len(work.trainer)
    work.submitted = np.round(rejected_at + rng.lognormal(np.log(14), 0.7, count) * HOUR, 3)
    share = rng.uniform(0.25, 0.65, count)
    work.seconds, work.duration = (np.round(x * share, 1) for x in (work.seconds, work.duration))
    work.started = work.submitted - np.where(
        np.isnan(work.duration), work.seconds, np.maximum(work.duration, work.seconds)
    )
    stubborn = work.close | is_in(world, campaign, "straight-lining", work)
    work.right = work.right | (~stubborn & (rng.random(count) < 0.8))
    for number, question in enumerate(told.questions):
        better = given(
            rng,
            question,
            work.truth[:, number],
            work.wrong[:, number],
            work.right,
            np.zeros(count, dtype=bool),
        )
        work.answers[:, number] = np.where(stubborn, work.answers[:, number], better)
    shared = columns_of(world, campaign, work)
    submitted = {
        "type": event_type("assignment_submitted"),
        "at": work.submitted * 1e6,
        "actor": shared["person"],
        "role": ROLES.index("annotator"),
        "attempt": attempt,
        "duration": work.duration,
        "basis": work.basis,
    }
    rows = [
        started(campaign, shared, work, attempt),
        Rows(campaign, count, shared | submitted, tuple(work.answers.T)),
    ]
    return work, rows


def _audits(world: World, campaign: int, work: Work, rng: np.random.Generator) -> Rows:
    """A few submissions are looked at again by somebody who knows nothing of their review."""
    picked = (rng.random(len(work.trainer)) < 0.03) & (work.day < DAYS)
    audited = work.take(picked)
    shared = columns_of(world, campaign, audited)
    fine = np.where(rng.random(len(audited.trainer)) < 0.95, audited.right, ~audited.right)
    auditor = world.team.first_reviewer + reviewers_of(campaign)[2]
    told = {
        "type": event_type("audit_scored"),
        "at": (audited.submitted + rng.uniform(6, 16, len(fine)) * DAY) * 1e6,
        "actor": auditor,
        "role": ROLES.index("reviewer"),
        "score": fine.astype(float),
        "outcome": np.where(fine, outcome("correct"), outcome("incorrect")),
    }
    return Rows(campaign, len(fine), shared | told)
