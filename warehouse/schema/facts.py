"""Events: append-only facts, each row with the load that brought it; and the words they are told in."""

from __future__ import annotations

from warehouse.schema.columns import table

EVENT_TYPES = (
    "item_created",
    "item_removed",
    "assignment_started",
    "assignment_submitted",
    "assignment_skipped",
    "assignment_expired",
    "review_accepted",
    "review_accepted_with_fix",
    "review_rejected",
    "review_escalated",
    "review_overturned",
    "gold_scored",
    "audit_scored",
    "dispute_opened",
    "dispute_resolved",
    "trainer_stage_reached",
    "work_session",
    "cost_posted",
)
"""The types that figures read. Any other type is kept, counted and shown in Data health."""

DURATION_BASES = (
    "active",
    "elapsed_open_to_submit",
    "elapsed_accept_to_submit",
    "gap_between_submits",
    "self_reported",
    "vendor_billed",
    "none",
)
"""How a duration was measured. Durations of different basis are never averaged together."""

GOLD_KINDS = ("none", "training", "hidden")
SCALES = ("nominal", "ordinal", "interval")
STAGES = (
    "invited",
    "quiz",
    "calibration",
    "gated",
    "production",
    "proficient",
    "paused",
    "offboarded",
)


annotation_events = table(
    "annotation_events",
    """
    event_id          text
    source            text
    load_id           text
    event_type        text
    occurred_at       time
    day               day
    time_basis        text
    recorded_at       time
    campaign_id       text
    batch_id          text?
    item_id           text?
    assignment_id     text?
    attempt_no        count
    trainer_id        text?
    actor_id          text?
    vendor_id         text?
    role              text?
    task_type         text
    locale            text?
    guideline_version text?
    gold_kind         text
    outcome           text?
    reason            text?
    score             number?
    duration_s        number?
    duration_basis    text
    cost              number?
    currency          text?
    payload           text?
    """,
    key="campaign_id, day, event_id",
    month="day",
    index="event_id; item_id; campaign_id, day; load_id",
)
"""One thing that happened. ``day`` is the UTC date of ``occurred_at``; ``time_basis`` is
``recorded`` where the source knows the time and ``assumed`` where it does not: such events
count in figures that need no clock and in none that does."""

annotation_responses = table(
    "annotation_responses",
    """
    event_id      text
    load_id       text
    occurred_at   time
    day           day
    recorded_at   time
    campaign_id   text
    item_id       text
    assignment_id text
    trainer_id    text?
    vendor_id     text?
    task_type     text
    gold_kind     text
    question_id   text
    scale         text
    value_text    text
    value_number  number?
    """,
    key="campaign_id, day, event_id",
    month="day",
    index="item_id; campaign_id, day; event_id",
)
"""One answer to one question of one submission (``event_id`` is that submission's)."""
