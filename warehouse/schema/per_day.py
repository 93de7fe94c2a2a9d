"""Derived per day: additive sums, recomputed for the campaign days that changed, by the SQL file of the same name."""

from __future__ import annotations

from warehouse.schema.columns import table

submissions_by_day = table(
    "submissions_by_day",
    """
    campaign_id         text
    vendor_id           text?
    trainer_id          text?
    task_type           text
    guideline_version   text?
    time_basis          text
    day                 day
    submitted           count
    skipped             count
    expired             count
    attempts            count
    reworked            count
    reviewed            count
    first_accepted      count
    first_fixed         count
    first_rejected      count
    first_escalated     count
    last_accepted       count
    last_rejected       count
    rejections          count
    overturned          count
    gold_scored         count
    gold_correct        count
    gold_training       count
    timed               count
    seconds             number
    rework_seconds      number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Assignments by the day of first submission. All counts but gold_* are of production items; gold_scored
and gold_correct of hidden gold, gold_training the training gold submitted; ``timed``/``seconds`` of assignments with a
known duration. An outcome is in one count: ``first_accepted`` are those without a fix, ``first_fixed`` those with;
``last_accepted`` holds both."""

reviews_by_day = table(
    "reviews_by_day",
    """
    campaign_id text
    vendor_id   text?
    trainer_id  text?
    reviewer_id text?
    task_type   text
    reason      text
    time_basis  text
    day         day
    reviews     count
    accepted    count
    fixed       count
    rejected    count
    escalated   count
    overturned  count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Review events of production work by the day of the review; ``reason`` is '' but for rejections. An event is in
one count; ``reviews`` is all but the overturned, ``accepted`` those without a fix."""

item_flow_by_day = table(
    "item_flow_by_day",
    """
    campaign_id text
    task_type   text
    state       text
    time_basis  text
    day         day
    entered     count
    left_it     count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Production items that entered and left each state on a day; a stock is the sum of entered less left."""

durations_by_day = table(
    "durations_by_day",
    """
    campaign_id    text
    vendor_id      text?
    task_type      text
    duration_basis text
    bucket         count
    day            day
    assignments    count
    seconds        number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Handle time in logarithmic buckets: bucket i holds (1.02^(i-1), 1.02^i] seconds, so that a percentile read
from it is within 1 % (DDSketch, Masson et al. 2019)."""

hours_by_day = table(
    "hours_by_day",
    """
    campaign_id    text
    vendor_id      text?
    trainer_id     text
    role           text
    task_type      text
    locale         text?
    category       text
    duration_basis text
    day            day
    intervals      count
    cut            count
    worked_s       number
    claimed_s      number
    payable_s      number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day; trainer_id, day",
)
"""Seconds worked: the union of a person's intervals, each cut at the idle limit; a second that two
intervals share is credited to the one that began first. ``claimed_s`` is the naive sum, ``payable_s`` the seconds
worked on what carries no cost of its own: an hourly rate is paid on these. ``category`` as in spend_by_day."""

labels_by_day = table(
    "labels_by_day",
    """
    campaign_id text
    vendor_id   text?
    task_type   text
    question_id text
    scale       text
    value_text  text
    day         day
    answers     count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)

coincidences_by_day = table(
    "coincidences_by_day",
    """
    campaign_id  text
    task_type    text
    question_id  text
    scale        text
    value_a      text
    number_a     number?
    value_b      text
    number_b     number?
    day          day
    coincidences number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Krippendorff's coincidence matrix of the items whose last annotation fell on the day; additive over days."""

answer_patterns_by_day = table(
    "answer_patterns_by_day",
    """
    campaign_id  text
    question_id  text
    scale        text
    pattern      text
    value_text   text
    value_number number?
    day          day
    given        count
    annotations  count
    items        count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Items that were answered alike, counted together: a row per answer of a pattern; additive over days."""

agreement_by_day = table(
    "agreement_by_day",
    """
    campaign_id  text
    task_type    text
    question_id  text
    scale        text
    day          day
    items        count
    annotations  count
    unanimous    count
    pair_share   number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Items with two or more annotations by the day of the last: ``pair_share`` is the sum over items of the
share of agreeing pairs."""

spend_by_day = table(
    "spend_by_day",
    """
    campaign_id text
    vendor_id   text?
    trainer_id  text?
    task_type   text
    category    text
    currency    text
    day         day
    units       count
    unpriced    count
    cost        number
    cost_usd    number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""Accrued cost by category: annotation, overlap, review, rework, gold, onboarding, bonus, fee. ``unpriced``
counts units for which neither the event nor a rate card knows a price, or no exchange rate is known. ``currency``
is '' where not even the currency is known."""

events_by_day = table(
    "events_by_day",
    """
    campaign_id    text
    source         text
    event_type     text
    duration_basis text
    time_basis     text
    day            day
    events         count
    last_occurred  time
    last_recorded  time
    future         count
    without_item   count
    without_person count
    negative_time  count
    duplicates     count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""What arrived, for Data health; ``future`` counts events dated after they were recorded, ``duplicates`` those
that are there more than once, less one each."""

trainer_labels_by_day = table(
    "trainer_labels_by_day",
    """
    campaign_id text
    vendor_id   text?
    trainer_id  text
    question_id text
    scale       text
    value_text  text
    day         day
    answers     count
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""How often each person gave each answer, of questions with labels."""

trainers_by_day = table(
    "trainers_by_day",
    """
    campaign_id    text
    vendor_id      text?
    trainer_id     text
    task_type      text
    day            day
    submitted      count
    skipped        count
    expired        count
    reviewed       count
    first_accepted count
    first_fixed    count
    last_accepted  count
    rejections     count
    overturned     count
    reworked       count
    gold_scored    count
    gold_correct   count
    gold_training  count
    rework_seconds number
    worked_s       number?
    cost_usd       number?
    unpriced       count?
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""What each person did on a day, with hours and cost: other daily sums in one row per person, so that a page over all
people reads one narrow table."""

vendor_submissions_by_day = table(
    "vendor_submissions_by_day",
    """
    campaign_id         text
    vendor_id           text?
    task_type           text
    guideline_version   text?
    time_basis          text
    day                 day
    submitted           count
    skipped             count
    expired             count
    attempts            count
    reworked            count
    reviewed            count
    first_accepted      count
    first_fixed         count
    first_rejected      count
    first_escalated     count
    last_accepted       count
    last_rejected       count
    rejections          count
    overturned          count
    gold_scored         count
    gold_correct        count
    gold_training       count
    timed               count
    seconds             number
    rework_seconds      number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""``submissions_by_day`` summed up over the trainers: a twentieth of its rows, for whoever asks about no person."""

vendor_hours_by_day = table(
    "vendor_hours_by_day",
    """
    campaign_id    text
    vendor_id      text?
    role           text
    task_type      text
    locale         text?
    category       text
    duration_basis text
    day            day
    intervals      count
    cut            count
    worked_s       number
    claimed_s      number
    payable_s      number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""``hours_by_day`` summed up over the trainers: a twentieth of its rows, for whoever asks about no person."""

vendor_spend_by_day = table(
    "vendor_spend_by_day",
    """
    campaign_id text
    vendor_id   text?
    task_type   text
    category    text
    currency    text
    day         day
    units       count
    unpriced    count
    cost        number
    cost_usd    number
    """,
    key="campaign_id, day",
    month="day",
    index="campaign_id, day",
)
"""``spend_by_day`` summed up over the trainers: a twentieth of its rows, for whoever asks about no person."""
