"""One run of the checks: fetch each suite's frame, judge it, write what was found."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from data_checks.suite import Suite, could_not_run, judge
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.ledger.finding import worst_of
from warehouse.ledger.store import now
from warehouse.read import fetch

if TYPE_CHECKING:
    from data_checks.changes import Changes


@dataclass(frozen=True)
class Judged:
    """A suite's findings and what it took."""

    suite: Suite
    findings: list[ledger.Finding]
    frame: pd.DataFrame | None
    seconds: float

    @property
    def rows(self) -> int:
        return 0 if self.frame is None else len(self.frame)

    @property
    def failed(self) -> list[ledger.Finding]:
        """What failed, the worst first; of several about one thing the worst only."""
        return sorted(
            worst_of(self.findings).values(), key=lambda f: ledger.SEVERITIES.index(f.severity)
        )

    @property
    def errors(self) -> list[ledger.Finding]:
        return [f for f in self.findings if f.outcome == "error"]


def day_to_ask_about(engine: sa.Engine) -> date:
    """The day after the last event: what the warehouse can say most about."""
    last = fetch(engine, "team/reach_v1")["last_occurred"].max()
    if last is None or last != last:  # NaT
        raise Refused("the warehouse holds no events: load some, or try `python -m warehouse demo`")
    return last.date() + timedelta(days=1)


def days_before(book: sa.Engine, since: date, as_of: date) -> list[date]:
    """The days from ``since`` to the one before ``as_of`` that were not judged yet."""
    runs = ledger.runs(book, limit=1_000_000)
    if len(runs):
        since = max(since, runs["as_of"].max().date() + timedelta(days=1))
    return [since + timedelta(days=n) for n in range((as_of - since).days)]


def judge_all(engine: sa.Engine, suites: Iterable[Suite], as_of: date) -> Iterable[Judged]:
    """Each suite's findings as they come. A suite that cannot run is a finding, not an exception."""
    for suite in suites:
        began = time.perf_counter()
        frame = None
        try:
            frame = suite.fetch(engine, as_of)
            found = judge(suite, frame)
        except Exception as error:  # one broken suite must not hide the others
            found = [could_not_run(suite, _in_one_line(error))]
        yield Judged(suite, found, frame, time.perf_counter() - began)


def record_all(
    book: sa.Engine,
    judged: Iterable[Judged],
    as_of: date,
    started_at: datetime,
    changes: Changes | None = None,
) -> ledger.Recorded:
    """Write the findings of a run and open, update or close flags."""
    judged = list(judged)
    return ledger.record(
        book,
        [finding for told in judged for finding in told.findings],
        as_of=as_of,
        started_at=started_at,
        at=now(),
        closes_after={told.suite.name: told.suite.closes_after for told in judged},
        detail={
            told.suite.name: {"rows": told.rows, "seconds": round(told.seconds, 3)}
            for told in judged
        }
        | ({"false flags": changes.told(as_of)} if changes and changes.scopes else {}),
    )


def _in_one_line(error: Exception) -> str:
    reason = getattr(error, "orig", None) or error
    lines = str(reason).strip().splitlines() or [""]
    return lines[0] if isinstance(error, Refused) else f"{type(reason).__name__}: {lines[0]}"
