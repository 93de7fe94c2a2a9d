"""The kinds of tables, by name."""

from __future__ import annotations

EVENTS = ("annotation_events", "annotation_responses")
DIMENSIONS = (
    "campaigns",
    "acceptance_rules",
    "charters",
    "charter_bars",
    "charter_terms",
    "vendors",
    "trainers",
    "people",
    "trainer_identities",
    "guideline_versions",
    "rate_cards",
    "fx_rates",
    "invoices",
    "gold_items",
)
WEIGHED = ("consensus_runs", "consensus_items", "consensus_people")
BOOKS = ("loads", "quarantine", "pending_changes", "refreshes", "schema_versions")
PER_ITEM = (
    "assignments",
    "item_transitions",
    "items",
    "answers",
    "comparisons",
    "second_opinions",
    "item_answers",
    "item_agreements",
    "first_submissions",
    "timed_work",
    "scored_golds",
    "first_reviews",
    "work_pieces",
)
PER_DAY = (
    "submissions_by_day",
    "reviews_by_day",
    "item_flow_by_day",
    "durations_by_day",
    "hours_by_day",
    "labels_by_day",
    "coincidences_by_day",
    "answer_patterns_by_day",
    "agreement_by_day",
    "spend_by_day",
    "events_by_day",
    "trainer_labels_by_day",
    "trainers_by_day",
    "vendor_submissions_by_day",
    "vendor_hours_by_day",
    "vendor_spend_by_day",
)
DERIVED = PER_ITEM + PER_DAY
"""In the order in which they are computed: later ones read earlier ones."""
SAYS_WHO = {
    "vendor_submissions_by_day": "submissions_by_day",
    "vendor_hours_by_day": "hours_by_day",
    "vendor_spend_by_day": "spend_by_day",
}
"""Sums over the trainers, and the table that they sum up: it is read instead where the scope names trainers."""
