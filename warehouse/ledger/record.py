"""From the findings of one run to flags: opened, worsened, closed, in one transaction.

A flag closes after its figure has passed on several days in a row, not at the first pass, and one
that fails again soon afterwards is the same flag, or a figure at the edge of its bar would open a
flag every other week. Running the checks twice on
one day changes nothing the second time, and a run for a past day leaves the flags alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from warehouse.ledger.finding import SEVERITIES, Finding, Key, worse, worst_of
from warehouse.ledger.mute import PROGRAM, Suppression, active
from warehouse.ledger.store import now, writing
from warehouse.schema import check_runs, findings, flag_events, flags

PASSING_DAYS = 3
"""A flag closes after passing on so many days in a row, where its suite says nothing else."""

REOPENED_DAYS = 14
"""A figure that fails again within so many days of its flag's closing has not changed anew: the flag opens again."""

UNJUDGED_DAYS = 30
"""A flag whose figure nobody could judge for so long (the campaign is over) closes and says so."""

INCIDENT_DAYS = 7
"""Regressions of one campaign that open within so many days are one incident."""

DISMISSED = "dismissed; "
"""How the reason of a closing begins where people had dismissed the flag."""


@dataclass(frozen=True)
class Change:
    """What a run changed in a flag: opened, worsened, reopened, closed."""

    what: str
    flag_id: int
    key: Key
    severity: str


@dataclass(frozen=True)
class Recorded:
    """A run as it stands in the ledger."""

    run_id: int
    outcome: str
    changes: tuple[Change, ...]
    muted: Mapping[Key, str]
    """Keys that failed but notify nobody, with the reason in words."""
    is_look_back: bool = False


def record(
    engine: sa.Engine,
    found: Iterable[Finding],
    *,
    as_of: date,
    started_at: datetime | None = None,
    closes_after: Mapping[str, int] | None = None,
    at: datetime | None = None,
    detail: dict | None = None,
) -> Recorded:
    """Write a run's findings and what they change in the flags; all of it or nothing."""
    found = list(found)
    at = at or now()
    for attempt in range(3):
        try:
            with writing(engine) as connection:
                run = _Run(connection, found, as_of, at, dict(closes_after or {}))
                return run.written(started_at or at, detail)
        except sa.exc.IntegrityError:
            # Another run opened the same flag in this instant; the next attempt finds it open.
            if attempt == 2:
                raise
    raise AssertionError


class _Run:
    def __init__(
        self,
        connection: sa.Connection,
        found: list[Finding],
        as_of: date,
        at: datetime,
        closes_after: dict[str, int],
    ) -> None:
        self.connection, self.as_of, self.at = connection, as_of, at
        self.failing = worst_of(found)
        self.found = [f for f in found if f.outcome != "fail" or self.failing[f.key] is f]
        # What a milder finding cleared is cleared all the same.
        self.cleared = frozenset().union(*(f.cleared for f in found)) - self.failing.keys()
        self.closes_after = closes_after
        self.suppressions = active(connection, at.date())
        self.changes: list[Change] = []
        self.muted: dict[Key, str] = {}
        self.flag_of: dict[Key, int] = {}
        self.suppressed: dict[Key, int] = {}

    def written(self, started_at: datetime, detail: dict | None) -> Recorded:
        newest = self.connection.scalar(sa.select(sa.func.max(check_runs.c.as_of)))
        is_look_back = newest is not None and self.as_of < newest
        self.run_id = self._insert_run(started_at, detail)
        failing = self.failing
        for key, finding in failing.items():
            if suppression := self._suppression(finding):
                self.muted[key] = suppression.says
                self.suppressed[key] = suppression.suppression_id
        if not is_look_back:
            self._update_flags(failing)
        outcome = self._outcome(failing)
        self._insert_findings()
        self._finish_run(outcome)
        return Recorded(self.run_id, outcome, tuple(self.changes), self.muted, is_look_back)

    # -- flags

    def _update_flags(self, failing: dict[Key, Finding]) -> None:
        ran = {f.suite for f in self.found} - {f.suite for f in self.found if f.outcome == "error"}
        rows = self.connection.execute(
            sa.select(flags).where(flags.c.open_key.is_not(None)).with_for_update()
        )
        standing = {Key(r.suite, r.figure, r.kind, r.subject): r for r in rows}
        for key, finding in failing.items():
            if key in standing:
                self._still(key, standing[key], finding)
            else:
                self._open(key, finding)
        for key, row in standing.items():
            if key in failing:
                continue
            if key in self.cleared:
                self._passes(key, row)
            elif key.suite in ran and self.as_of - row.seen_as_of > timedelta(UNJUDGED_DAYS):
                self._close(key, row, f"not judged since {row.seen_as_of:%-d %B %Y}: too few data")

    def _again(self, key: Key, finding: Finding) -> sa.Row | None:
        """The closed flag of the same change: of one that tells its day, that opened on it; else one closed lately."""
        opened_on = (finding.evidence or {}).get("opened_on")
        last = self.connection.execute(
            sa.select(flags)
            .where(
                flags.c.suite == key.suite,
                flags.c.figure == key.figure,
                flags.c.kind == key.kind,
                flags.c.subject == key.subject,
                flags.c.state == "closed",
            )
            .order_by(flags.c.flag_id.desc())
            .limit(1)
        ).first()
        if last is None:
            return None
        if opened_on is not None:
            return last if (last.evidence or {}).get("opened_on") == opened_on else None
        is_late = self.as_of - last.closed_as_of > timedelta(REOPENED_DAYS)
        return None if is_late or last.closed_why.startswith(DISMISSED) else last

    def _reopen(self, key: Key, row: sa.Row, finding: Finding) -> None:
        version = row.version + 1
        self._set(
            row.flag_id,
            **self._evidence(finding),
            state="open",
            open_key=key.text(),
            version=version,
            severity=worse(row.severity, finding.severity),
            closed_at=None,
            closed_as_of=None,
            closed_why=None,
            passing=0,
            passing_as_of=None,
            suppressed_by=self.suppressed.get(key),
        )
        self.flag_of[key] = row.flag_id
        self._event(row.flag_id, version, "reopened", "state", "closed", "open", finding.sentence)
        self.changes.append(Change("reopened", row.flag_id, key, finding.severity))

    def _open(self, key: Key, finding: Finding) -> None:
        if (before := self._again(key, finding)) is not None:
            self._reopen(key, before, finding)
            return
        row = self._evidence(finding) | {
            "version": 1,
            "open_key": key.text(),
            "state": "open",
            "suite": key.suite,
            "figure": key.figure,
            "kind": key.kind,
            "subject": key.subject,
            "severity": finding.severity,
            "campaign_id": finding.campaign_id,
            "incident": self._incident(finding),
            "opened_at": self.at,
            "opened_as_of": self.as_of,
            "passing": 0,
            "suppressed_by": self.suppressed.get(key),
            "first_run": self.run_id,
        }
        flag_id = self.connection.scalar(flags.insert().values(row).returning(flags.c.flag_id))
        if row["incident"] is None and finding.kind == "regression":
            self._set(flag_id, incident=flag_id)
        self.flag_of[key] = flag_id
        self._event(flag_id, 1, "opened", "state", None, "open", finding.sentence)
        self.changes.append(Change("opened", flag_id, key, finding.severity))

    def _still(self, key: Key, row: sa.Row, finding: Finding) -> None:
        """The figure fails again: newer evidence, perhaps a worse severity."""
        self.flag_of[key] = row.flag_id
        severity = worse(row.severity, finding.severity)
        version, changes = row.version, {"passing": 0, "passing_as_of": None}
        if severity != row.severity:
            version += 1
            changes |= {"severity": severity, "version": version}
            self._event(
                row.flag_id,
                version,
                "worsened",
                "severity",
                row.severity,
                severity,
                finding.sentence,
            )
            if row.state == "dismissed":
                changes["state"] = "open"
                self._event(row.flag_id, version, "reopened", "state", "dismissed", "open", None)
            self.changes.append(Change("worsened", row.flag_id, key, severity))
        elif row.state == "dismissed":
            self.muted[key] = f"flag {row.flag_id} was dismissed"
        suppressed_by = self.suppressed.get(key)
        if (suppressed_by is None) != (row.suppressed_by is None):
            what = "unmuted" if suppressed_by is None else "muted"
            self._event(row.flag_id, version, what, None, None, None, self.muted.get(key))
        newer = self._evidence(finding)
        newer["evidence"] = _with_lists_of(row.evidence, newer["evidence"])
        self._set(row.flag_id, **newer, **changes, suppressed_by=suppressed_by)

    def _passes(self, key: Key, row: sa.Row) -> None:
        self.flag_of[key] = row.flag_id
        if row.passing_as_of is not None and self.as_of <= row.passing_as_of:
            return
        if self.as_of <= row.seen_as_of and row.passing == 0:
            # The same day failed before: later data of one day are not a day that passed.
            return
        passing = row.passing + 1
        wanted = self.closes_after.get(key.suite, PASSING_DAYS)
        self._set(
            row.flag_id,
            passing=passing,
            passing_as_of=self.as_of,
            seen_as_of=self.as_of,
            last_run=self.run_id,
        )
        if passing >= wanted:
            self._close(key, row, self._why_over(key, passing))

    def _why_over(self, key: Key, passing: int) -> str:
        over = "the fault is gone" if key.kind == "integrity" else "the figure is back"
        day = f"{self.as_of:%-d %B %Y}"
        if passing == 1:
            return f"{over}: it passed the check of {day}"
        return f"{over}: it passed {passing} checks in a row, the last on {day}"

    def _close(self, key: Key, row: sa.Row, why: str) -> None:
        version = row.version + 1
        self._set(
            row.flag_id,
            state="closed",
            open_key=None,
            version=version,
            closed_at=self.at,
            closed_as_of=self.as_of,
            closed_why=why if row.state == "open" else DISMISSED + why,
        )
        self._event(row.flag_id, version, "closed", "state", row.state, "closed", why)
        if row.state == "open":
            self.changes.append(Change("closed", row.flag_id, key, row.severity))

    def _evidence(self, finding: Finding) -> dict[str, object]:
        return {
            "sentence": finding.sentence,
            "value": finding.value,
            "bar": finding.bar,
            "n": finding.n,
            "effect": finding.effect,
            "cause": finding.cause,
            "vendor_id": finding.vendor_id,
            "trainer_id": finding.trainer_id,
            "onset_on": finding.onset_on,
            "evidence": finding.evidence,
            "bears_on": list(finding.bears_on),
            "query": finding.query,
            "seen_as_of": self.as_of,
            "last_run": self.run_id,
        }

    def _incident(self, finding: Finding) -> int | None:
        if finding.kind != "regression" or finding.campaign_id is None:
            return None
        return self.connection.scalar(
            sa.select(flags.c.incident)
            .where(
                flags.c.campaign_id == finding.campaign_id,
                flags.c.kind == "regression",
                flags.c.opened_as_of >= self.as_of - timedelta(INCIDENT_DAYS),
                flags.c.opened_as_of <= self.as_of,
            )
            .order_by(flags.c.flag_id)
            .limit(1)
        )

    def _set(self, flag_id: int, **values: object) -> None:
        self.connection.execute(flags.update().where(flags.c.flag_id == flag_id).values(**values))

    def _event(
        self,
        flag_id: int,
        version: int,
        what: str,
        field: str | None,
        old: str | None,
        new: str | None,
        said: str | None,
    ) -> None:
        row = {"flag_id": flag_id, "version": version, "at": self.at, "actor": PROGRAM}
        row |= {"what": what, "field": field, "old": old, "new": new, "said": said}
        self.connection.execute(flag_events.insert(), row)

    # -- the run itself

    def _suppression(self, finding: Finding) -> Suppression | None:
        return next((s for s in self.suppressions if s.covers(finding)), None)

    def _outcome(self, failing: dict[Key, Finding]) -> str:
        if any(f.outcome == "error" for f in self.found):
            return "could not run"
        loud = [f for key, f in failing.items() if key not in self.muted]
        if any(f.severity == SEVERITIES[0] for f in loud):
            return "critical"
        return "failed" if failing else "passed"

    def _insert_run(self, started_at: datetime, detail: dict | None) -> int:
        outcomes = [f.outcome for f in self.found]
        row = {
            "as_of": self.as_of,
            "started_at": started_at,
            "finished_at": self.at,
            "outcome": "",
            "suites": len({f.suite for f in self.found}),
            "passed": outcomes.count("pass"),
            "failed": outcomes.count("fail"),
            "errors": outcomes.count("error"),
            "opened": 0,
            "closed": 0,
            "detail": detail,
        }
        return self.connection.scalar(
            check_runs.insert().values(row).returning(check_runs.c.run_id)
        )

    def _finish_run(self, outcome: str) -> None:
        whats = [c.what for c in self.changes]
        self.connection.execute(
            check_runs.update()
            .where(check_runs.c.run_id == self.run_id)
            .values(outcome=outcome, opened=whats.count("opened"), closed=whats.count("closed"))
        )

    def _insert_findings(self) -> None:
        kept = ("outcome", "suite", "figure", "kind", "severity", "subject", "campaign_id")
        kept += ("vendor_id", "trainer_id", "sentence", "value", "bar", "n", "judged", "evidence")
        rows = [
            {name: getattr(f, name) for name in kept}
            | {
                "run_id": self.run_id,
                # What could not be judged has no row behind it, only figures that stay unchecked.
                "evidence": {"bears_on": list(f.bears_on)}
                if f.outcome == "error"
                else _short(f.evidence),
                "flag_id": self.flag_of.get(f.key) if f.outcome == "fail" else None,
                "suppressed_by": self.suppressed.get(f.key) if f.outcome == "fail" else None,
            }
            for f in self.found
        ]
        if rows:
            self.connection.execute(findings.insert(), rows)


def _with_lists_of(before: dict | None, now: dict | None) -> dict | None:
    """The newer evidence; of a list that it does not tell anew the older one."""
    if before is None or now is None:
        return now
    untold = {k: v for k, v in before.items() if isinstance(v, list) and now.get(k) is None}
    return now | untold


def _short(evidence: dict | None) -> dict | None:
    """The evidence without its lists: those of the newest run are with the flag, once."""
    if evidence is None:
        return None
    return {name: value for name, value in evidence.items() if not isinstance(value, list)}
