"""Findings and flags as lines of text."""

from __future__ import annotations

import textwrap

import pandas as pd

from warehouse.ledger import Finding

WIDTH = 110


def finding_line(finding: Finding, muted: str | None = None) -> str:
    """``fail  critical campaign_quality beta: Gold accuracy fell ...``"""
    subject = f" {finding.subject}" if finding.subject else ""
    note = f" ({muted})" if muted else ""
    where = f"{finding.suite}{subject}"
    return f"{finding.outcome:5} {finding.severity:8} {where}: {finding.sentence}{note}"


def flags_table(frame: pd.DataFrame) -> str:
    """One line per flag, its sentence below it."""
    if frame.empty:
        return "No open flags."
    lines = [
        f"{'flag':>6}  {'severity':8}  {'kind':12}  {'figure':22}  {'since':10}  {'owner':12}  subject"
    ]
    for flag in frame.itertuples():
        state = "" if flag.state == "open" else f" [{flag.state}]"
        muted = "" if pd.isna(flag.suppressed_by) else f" [muted until {flag.muted_until:%Y-%m-%d}]"
        owner = "-" if pd.isna(flag.owner) else flag.owner
        lines.append(
            f"{flag.flag_id:>6}  {flag.severity:8}  {flag.kind:12}  {flag.figure:22}  "
            f"{flag.opened_as_of:%Y-%m-%d}  {owner:12}  {flag.subject or 'team'}{state}{muted}"
        )
        lines += textwrap.wrap(
            flag.sentence, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8
        )
    return "\n".join(lines)


def suppressions_table(frame: pd.DataFrame) -> str:
    """One line per suppression in force."""
    if frame.empty:
        return "Nothing is muted."
    lines = []
    for told in frame.itertuples():
        named = ("campaign_id", "suite", "figure", "kind", "subject")
        what = ", ".join(str(getattr(told, n)) for n in named if not pd.isna(getattr(told, n)))
        lines.append(
            f"{told.suppression_id:>4}  until {told.until:%Y-%m-%d}  {what}: {told.reason} ({told.made_by})"
        )
    return "\n".join(lines)
