"""All suites, in the order in which they run: whether the data can be believed comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from data_checks.campaign_bars import campaign_bars
from data_checks.charters import charters
from data_checks.event_integrity import event_integrity
from data_checks.freshness import freshness
from data_checks.gold_health import gold_health
from data_checks.quarantine import quarantine
from data_checks.reconciliation import reconciliation
from data_checks.regressions import regressions
from data_checks.reviewer_quality import reviewer_quality
from data_checks.schedule import schedule
from data_checks.source_freshness import source_freshness
from data_checks.spend import costs, spend
from data_checks.suite import Suite
from data_checks.throughput import throughput
from data_checks.trainer_quality import trainer_quality
from data_checks.vendor_quality import vendor_quality
from warehouse.errors import Refused

if TYPE_CHECKING:
    from data_checks.changes import Changes

SUITES: tuple[Suite, ...] = (
    event_integrity,
    reconciliation,
    quarantine,
    freshness,
    source_freshness,
    charters,
    gold_health,
    regressions,
    campaign_bars,
    throughput,
    schedule,
    spend,
    vendor_quality,
    trainer_quality,
    reviewer_quality,
)


def chosen(names: Sequence[str] | None) -> tuple[Suite, ...]:
    """The suites called so, or all."""
    known = {suite.name: suite for suite in SUITES}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise Refused(f"no suite {', '.join(unknown)}; there are: {', '.join(known)}")
    return tuple(known[name] for name in names) if names else SUITES


def watched_by(changes: Changes, suites: Iterable[Suite]) -> tuple[Suite, ...]:
    """The suites, where those that follow the setting read it, and what is kept between two runs, from ``changes``."""
    frames = {
        regressions.frame: changes.frame,
        spend.frame: partial(costs, settings=changes.watch.settings),
    }
    return tuple(replace(s, frame=frames.get(s.frame, s.frame)) for s in suites)
