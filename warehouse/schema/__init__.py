"""The tables of the warehouse: events, dimensions, the book of loads, and what is derived from events.

One definition serves every engine; what differs (column types and table engine of
ClickHouse, keys of PostgreSQL) is said in this package and nowhere else. Times are UTC without zone.

Five kinds of tables:

- ``EVENTS`` are append-only facts, each row with the load that brought it.
- ``DIMENSIONS`` are what the team agreed: charters, rates, people. Versioned by ``recorded_at``.
- ``WEIGHED`` are what a model found probable when it was last run.
- ``BOOKS`` say what was loaded, refused and refreshed.
- ``DERIVED`` are computed from events by the SQL file of the same name under
  ``queries/rollups/`` and can be rebuilt from nothing at any time.
"""

# ruff: noqa: F401 -- every table is reached as `schema.<name>`, wherever it is defined
from __future__ import annotations

from warehouse.schema.books import (
    loads,
    pending_changes,
    quarantine,
    refreshes,
    schema_versions,
)
from warehouse.schema.columns import metadata
from warehouse.schema.dimensions import (
    acceptance_rules,
    campaigns,
    charter_bars,
    charter_terms,
    charters,
    fx_rates,
    gold_items,
    guideline_versions,
    invoices,
    people,
    rate_cards,
    trainer_identities,
    trainers,
    vendors,
)
from warehouse.schema.facts import (
    DURATION_BASES,
    EVENT_TYPES,
    GOLD_KINDS,
    SCALES,
    STAGES,
    annotation_events,
    annotation_responses,
)
from warehouse.schema.groups import (
    BOOKS,
    DERIVED,
    DIMENSIONS,
    EVENTS,
    PER_DAY,
    PER_ITEM,
    SAYS_WHO,
    WEIGHED,
)
from warehouse.schema.ledger import (
    LEDGER_VERSION,
    audit_log,
    check_runs,
    findings,
    flag_events,
    flags,
    kept_reports,
    ledger_metadata,
    ledger_versions,
    noticed_events,
    notifications,
    outlooks,
    suppressions,
    trainer_notes,
)
from warehouse.schema.migration import upgrade
from warehouse.schema.per_day import (
    agreement_by_day,
    answer_patterns_by_day,
    coincidences_by_day,
    durations_by_day,
    events_by_day,
    hours_by_day,
    item_flow_by_day,
    labels_by_day,
    reviews_by_day,
    spend_by_day,
    submissions_by_day,
    trainer_labels_by_day,
    trainers_by_day,
    vendor_hours_by_day,
    vendor_spend_by_day,
    vendor_submissions_by_day,
)
from warehouse.schema.per_item import (
    answers,
    assignments,
    comparisons,
    first_reviews,
    first_submissions,
    item_agreements,
    item_answers,
    item_transitions,
    items,
    scored_golds,
    second_opinions,
    timed_work,
    work_pieces,
)
from warehouse.schema.staging import (
    arriving,
    arriving_work,
    workbench,
)
from warehouse.schema.weighed import (
    consensus_items,
    consensus_people,
    consensus_runs,
)

SCHEMA_VERSION = 4
"""Raised by one with every release that changes a table of the warehouse or a rollup's definition."""
