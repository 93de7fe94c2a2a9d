"""The ledger: what was found, what people did about it, who was told.

Checks write findings and flags, people act on flags, pages read both; they never import each
other and meet here. It is another store than the warehouse (``LEDGER_URL``): small,
transactional, and not to be computed again from anything.
"""

from warehouse.ledger.act import ACTIONS, VERDICTS, Conflict, act, actions
from warehouse.ledger.audit import audit, audit_entries
from warehouse.ledger.finding import KINDS, OUTCOMES, SEVERITIES, Finding
from warehouse.ledger.look import (
    doubts,
    findings,
    flag,
    flags,
    history,
    last_run,
    new_levels,
    outbox,
    precision,
    runs,
    similar,
    together,
)
from warehouse.ledger.mute import end_suppression, suppress, suppressions
from warehouse.ledger.note import add_note, notes
from warehouse.ledger.outlooks import note_outcomes, outlooks, write_outlook
from warehouse.ledger.record import Change, Recorded, record
from warehouse.ledger.reports import report, reports, write_report
from warehouse.ledger.store import connect

__all__ = [
    "ACTIONS",
    "KINDS",
    "OUTCOMES",
    "SEVERITIES",
    "VERDICTS",
    "Change",
    "Conflict",
    "Finding",
    "Recorded",
    "act",
    "actions",
    "add_note",
    "audit",
    "audit_entries",
    "connect",
    "doubts",
    "end_suppression",
    "findings",
    "flag",
    "flags",
    "history",
    "last_run",
    "new_levels",
    "note_outcomes",
    "notes",
    "outlooks",
    "outbox",
    "precision",
    "record",
    "report",
    "reports",
    "runs",
    "similar",
    "together",
    "suppress",
    "suppressions",
    "write_outlook",
    "write_report",
]
