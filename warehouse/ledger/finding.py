"""A finding: what one expectation said about one subject."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

OUTCOMES = ("pass", "fail", "error")
"""``error``: it could not be judged, which is neither of the others."""

SEVERITIES = ("critical", "warning", "info")
"""``critical`` is to be acted on today and makes the exit code 1."""

KINDS = ("regression", "floor breach", "outlier", "mix", "plan", "integrity")
"""Against its own past, the charter's bar, its peers; a change of composition only; against the
charter's plan of time and money; whether the data can be believed at all. Never mixed."""


class Key(NamedTuple):
    """What there is at most one open flag of."""

    suite: str
    figure: str
    kind: str
    subject: str

    def text(self) -> str:
        """The key as one string, without two keys that read alike."""
        return json.dumps(list(self), ensure_ascii=False)


@dataclass(frozen=True)
class Finding:
    """A subject that failed, or an expectation that passed or could not be judged."""

    outcome: str
    suite: str
    figure: str
    kind: str
    severity: str
    sentence: str
    subject: str = ""
    campaign_id: str | None = None
    vendor_id: str | None = None
    trainer_id: str | None = None
    value: float | None = None
    bar: float | None = None
    n: float | None = None
    effect: float | None = None
    cause: str | None = None
    onset_on: date | None = None
    judged: int = 0
    query: str | None = None
    bears_on: tuple[str, ...] = ()
    evidence: dict | None = field(default=None, compare=False)
    cleared: frozenset[Key] = field(default=frozenset(), compare=False, repr=False)
    """The keys that this expectation judged and found well: what closes their flags."""

    @property
    def key(self) -> Key:
        return Key(self.suite, self.figure, self.kind, self.subject)


def worse(a: str, b: str) -> str:
    """The worse of two severities."""
    return min(a, b, key=SEVERITIES.index)


def worst_of(found: Iterable[Finding]) -> dict[Key, Finding]:
    """The finding of each failing key; of several the worst speaks."""
    failing: dict[Key, Finding] = {}
    for finding in found:
        before = failing.get(finding.key)
        if finding.outcome == "fail" and (
            before is None or worse(finding.severity, before.severity) != before.severity
        ):
            failing[finding.key] = finding
    return failing
