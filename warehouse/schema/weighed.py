"""What ``python -m warehouse consensus`` found probable: the newest run of each question."""

from __future__ import annotations

from warehouse.schema.columns import table

consensus_runs = table(
    "consensus_runs",
    """
    campaign_id text
    question_id text
    recorded_at time
    known_until time
    method      text
    items       count
    people      count
    answers     count
    steps       count
    """,
    key="campaign_id, question_id",
)
"""How answers to a question were weighed: ``recorded_at`` is when, ``known_until`` when the newest answer that
counted was recorded."""

consensus_items = table(
    "consensus_items",
    """
    campaign_id text
    question_id text
    item_id     text
    recorded_at time
    answer      text
    certainty   number
    annotations count
    majority    text
    majority_by count
    equals      count
    """,
    key="campaign_id, question_id, item_id",
    index="item_id; campaign_id, question_id",
)
"""The probable answer of an item beside the most common one (the first in the alphabet of ``equals``)."""

consensus_people = table(
    "consensus_people",
    """
    campaign_id  text
    question_id  text
    trainer_id   text
    vendor_id    text?
    recorded_at  time
    answers      count
    likely_right number
    compared     count
    alike        count
    """,
    key="campaign_id, question_id, trainer_id",
    index="trainer_id; campaign_id, question_id",
)
"""What a person's answers are worth: ``likely_right`` by the probable answers; ``alike`` of ``compared`` by the
most common answer of the others."""
