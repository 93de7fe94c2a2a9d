"""Derived per item: recomputed for the items that new events touch, by the SQL file of the same name."""

from __future__ import annotations

from warehouse.schema.columns import table

assignments = table(
    "assignments",
    """
    assignment_id     text
    item_id           text
    campaign_id       text
    batch_id          text?
    trainer_id        text?
    vendor_id         text?
    role              text?
    task_type         text
    locale            text?
    guideline_version text?
    gold_kind         text
    source            text
    state             text
    day               day
    time_basis        text
    started_at        time?
    submitted_at      time?
    pass_no           count
    attempts          count
    edits             count
    duration_s        number?
    duration_basis    text
    rework_s          number?
    first_reviewed_at time?
    first_outcome     text?
    first_reviewer_id text?
    last_reviewed_at  time?
    last_outcome      text?
    reviews           count
    rejections        count
    overturned        count
    gold_score        number?
    last_event_id     text?
    """,
    key="campaign_id, day, assignment_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""One person's pass on one item, as it stands. ``day`` is the day of first submission (of the start, the
skip or the expiry where there is none). ``state``: started, submitted, skipped, expired, accepted, rejected,
escalated. Outcomes: accepted, accepted_with_fix, rejected, escalated. ``pass_no`` is its place among the item's
submitted assignments (0 if never submitted), ``last_event_id`` the submission event whose answers stand."""

item_transitions = table(
    "item_transitions",
    """
    item_id     text
    campaign_id text
    task_type   text
    gold_kind   text
    time_basis  text
    occurred_at time
    day         day
    place       count
    from_state  text
    to_state    text
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""An item's changes of state: available, in_work, awaiting_review, in_rework, accepted, removed. ``place`` numbers
them: two may fall on one moment. The first comes from ''."""

items = table(
    "items",
    """
    item_id            text
    campaign_id        text
    task_type          text
    gold_kind          text
    time_basis         text
    day                day
    available_at       time?
    first_submitted_at time?
    state              text
    state_since        time
    accepted_at        time?
    annotations        count
    accepted           count
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""One row per item as it stands. ``day`` is the day of its first event, ``annotations`` the
assignments submitted on it, ``accepted`` those that stand accepted."""

answers = table(
    "answers",
    """
    assignment_id text
    item_id       text
    campaign_id   text
    trainer_id    text?
    vendor_id     text?
    role          text?
    task_type     text
    gold_kind     text
    time_basis    text
    question_id   text
    scale         text
    day           day
    value_text    text
    value_number  number?
    pass_no       count
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""The answers that stand: those of an assignment's latest submission, with the merged person. ``day`` is
the assignment's, so that an edit changes an answer where it was first given."""

comparisons = table(
    "comparisons",
    """
    assignment_id text
    item_id       text
    campaign_id   text
    trainer_id    text?
    vendor_id     text?
    gold_kind     text
    time_basis    text
    question_id   text
    day           day
    choice        text
    category      text
    prompt        text?
    first_name    text?
    second_name   text?
    first_chars   count?
    second_chars  count?
    one           text?
    other         text?
    lead_of_one   count
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""Answers that stand to a choice between two answers, with what the submission says of these. ``one`` is the name of the
two that comes first in the alphabet, where a prompt and two names are known; ``lead_of_one`` is 1 if it won, -1 if ``other`` did."""

second_opinions = table(
    "second_opinions",
    """
    event_id          text
    campaign_id       text
    item_id           text
    assignment_id     text?
    trainer_id        text?
    vendor_id         text?
    task_type         text
    gold_kind         text
    time_basis        text
    day               day
    event_type        text
    is_against        flag
    first_reviewer_id text?
    first_outcome     text?
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Audits and disputes, few among the events, each with the first review that it is about."""

item_answers = table(
    "item_answers",
    """
    item_id      text
    campaign_id  text
    task_type    text
    gold_kind    text
    question_id  text
    scale        text
    day          day
    value_text   text
    value_number number?
    given        count
    annotations  count
    first_given  count
    people       count
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Per item and question each answer and by how many it was ``given``, of ``annotations`` in all (the answers
that stand, of annotators: what a reviewer or adjudicator answers is not independent). ``first_given`` and ``people`` count a person
once, by the first answer: gold is shown to one again, and an opinion of one's own is no second opinion. ``day`` is the day of the last
annotation that answered the question. Items with one annotation too."""

item_agreements = table(
    "item_agreements",
    """
    item_id     text
    campaign_id text
    task_type   text
    gold_kind   text
    day         day
    annotations count
    questions   count
    differing   count
    agreement   number
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Items with two or more annotations of a question, and how much people agree on them over all questions."""

first_submissions = table(
    "first_submissions",
    """
    item_id     text
    campaign_id text
    vendor_id   text?
    trainer_id  text?
    task_type   text
    day         day
    waited_s    number
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Items by the first submission on them, with the seconds that they had waited for it."""

first_reviews = table(
    "first_reviews",
    """
    assignment_id text
    item_id       text
    campaign_id   text
    reviewer_id   text
    vendor_id     text?
    trainer_id    text?
    task_type     text
    time_basis    text
    day           day
    waited_s      number?
    rejected      count
    overturned    count
    disputed      count
    upheld        count
    decided       count
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Production work by its first review (``day``), with the seconds that it had waited for it; of a rejection whether it
was overturned, disputed, and the dispute decided or upheld: each 1 or 0."""

work_pieces = table(
    "work_pieces",
    """
    item_id        text
    work_id        text
    kind           text
    campaign_id    text
    assignment_id  text?
    attempt_no     count
    trainer_id     text?
    vendor_id      text?
    role           text
    task_type      text
    locale         text?
    gold_kind      text
    category       text
    time_basis     text
    day            day
    pieces         count
    from_s         number?
    to_s           number?
    is_cut         flag
    duration_s     number?
    duration_basis text
    cost           number?
    currency       text?
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""What somebody worked or was paid for: an attempt's submission, a review, a session, a posted cost; hours and
spend are computed from it. ``trainer_id`` is the person who worked (the reviewer of a review), ``item_id`` the event's
own id where it belongs to no item. From ``from_s`` to ``to_s`` are seconds since the midnight that ``day`` begins with, unknown
where the time of work is. Work that began the day before has a second row there with ``pieces`` 0."""

timed_work = table(
    "timed_work",
    """
    assignment_id  text
    item_id        text
    campaign_id    text
    vendor_id      text?
    trainer_id     text?
    task_type      text
    duration_basis text
    kind           text
    work           text
    day            day
    duration_s     number
    """,
    key="campaign_id, day, work",
    month="day",
    index="item_id; campaign_id, day",
)
"""Production work whose time is known: narrow, with its kind and whose it is in one text each, for figures per trainer."""

scored_golds = table(
    "scored_golds",
    """
    assignment_id  text
    item_id        text
    campaign_id    text
    vendor_id      text?
    trainer_id     text?
    task_type      text
    gold           text
    work           text
    day            day
    is_right       count
    """,
    key="campaign_id, day, work",
    month="day",
    index="item_id; campaign_id, day",
)
"""Scored answers to hidden gold: narrow, with the gold item and whose work it is in one text each. ``is_right`` is 1 or 0."""
