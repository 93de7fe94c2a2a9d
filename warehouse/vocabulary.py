"""The field's words for the codes that the ledger keeps: one vocabulary for pages, checks and messages."""

from __future__ import annotations

FIGURES = {
    "accepted_items": "accepted items",
    "alpha": "agreement (alpha)",
    "before_2000": "work of before 2000",
    "cost": "cost",
    "cost_per_item": "cost per accepted item",
    "cpi": "cost performance (CPI)",
    "escape_rate": "escape rate",
    "final_acceptance": "final acceptance",
    "first_pass": "first-pass acceptance",
    "first_position_down": "second answer preferred",
    "first_position_up": "first answer preferred",
    "future": "events from the future",
    "handle_time_down": "quick work",
    "handle_time_up": "slow work",
    "hours": "hours worked",
    "label_drift_down": "usual answers",
    "label_drift_up": "unusual answers",
    "leaked_gold": "leaked gold items",
    "longer_than_a_day": "durations of more than a day",
    "negative_time": "durations below 0",
    "orphan_reviews": "orphan reviews",
    "quarantine": "rows in quarantine",
    "reviewed_early": "reviews before their submission",
    "rework_rate": "rework rate",
    "rows": "rows to judge",
    "spi": "schedule performance (SPI)",
    "submitted_early": "submissions before their start",
    "suspect_gold": "suspect gold items",
    "turnaround_hours": "turnaround, hours",
    "unaccounted": "rows unaccounted for",
    "unknown_basis": "unknown time bases",
    "unknown_type": "unknown event types",
    "unpriced": "work without a price",
    "weekly_submitted": "submitted a week",
    "without_item": "events without an item",
    "without_person": "events without a person",
}
"""Where the words are not the code without its underscores."""


def figure(code: str) -> str:
    """``gold_accuracy`` as ``gold accuracy``: a figure's code as it stands within a sentence."""
    return FIGURES.get(code, str(code).replace("_", " ").strip().lower())


def figure_first(code: str) -> str:
    """The same at the beginning of a sentence."""
    said = figure(code)
    return said[:1].upper() + said[1:]
