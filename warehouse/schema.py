"""The tables of the warehouse: events, dimensions, the book of loads, and what is derived from events.

One definition serves every engine; what differs (column types and table engine of
ClickHouse, keys of PostgreSQL) is said here and nowhere else. Times are UTC without zone.

Five kinds of tables:

- ``EVENTS`` are append-only facts, each row with the load that brought it.
- ``DIMENSIONS`` are what the team agreed: charters, rates, people. Versioned by ``recorded_at``.
- ``WEIGHED`` are what a model found probable when it was last run.
- ``BOOKS`` say what was loaded, refused and refreshed.
- ``DERIVED`` are computed from events by the SQL file of the same name under
  ``queries/rollups/`` and can be rebuilt from nothing at any time.
"""

from __future__ import annotations

import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.datatypes import sqltypes as ch
from clickhouse_connect.cc_sqlalchemy.ddl.tableengine import MergeTree

SCHEMA_VERSION = 2
"""Raised by one with every release that changes a table of this file or a rollup's definition."""

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

metadata = sa.MetaData()

_TEXT = sa.Text().with_variant(ch.String(), "clickhousedb")
_DAY = sa.Date().with_variant(ch.Date32(), "clickhousedb")
_TIME = sa.DateTime().with_variant(ch.DateTime64(6), "clickhousedb")
_COUNT = sa.BigInteger().with_variant(ch.Int64(), "clickhousedb")
_NUMBER = sa.Double().with_variant(ch.Float64(), "clickhousedb")
_FLAG = sa.Boolean().with_variant(ch.Bool(), "clickhousedb")
_TEXT_OR_NONE = sa.Text().with_variant(ch.Nullable(ch.String), "clickhousedb")
_DAY_OR_NONE = sa.Date().with_variant(ch.Nullable(ch.Date32), "clickhousedb")
_TIME_OR_NONE = sa.DateTime().with_variant(ch.Nullable(ch.DateTime64(6)), "clickhousedb")
_COUNT_OR_NONE = sa.BigInteger().with_variant(ch.Nullable(ch.Int64), "clickhousedb")
_NUMBER_OR_NONE = sa.Double().with_variant(ch.Nullable(ch.Float64), "clickhousedb")
_FLAG_OR_NONE = sa.Boolean().with_variant(ch.Nullable(ch.Bool), "clickhousedb")

_TYPES = {
    "text": (_TEXT, _TEXT_OR_NONE),
    "day": (_DAY, _DAY_OR_NONE),
    "time": (_TIME, _TIME_OR_NONE),
    "count": (_COUNT, _COUNT_OR_NONE),
    "number": (_NUMBER, _NUMBER_OR_NONE),
    "flag": (_FLAG, _FLAG_OR_NONE),
}


def _table(name: str, columns: str, *, key: str, month: str = "", index: str = "") -> sa.Table:
    """A table from lines of ``name type``; a type that ends in ``?`` may be unknown.

    ``key`` names the columns that rows are ordered by in ClickHouse, ``month`` the day
    column whose month partitions it there, ``index`` what PostgreSQL looks rows up by.
    """
    built = []
    for line in columns.split("\n"):
        if not line.strip():
            continue
        column, kind = line.split()[:2]
        required, optional = _TYPES[kind.rstrip("?")]
        is_optional = kind.endswith("?")
        built.append(sa.Column(column, optional if is_optional else required, nullable=is_optional))
    engine = MergeTree(
        order_by=[c.strip() for c in key.split(",")],
        partition_by=f"toYYYYMM({month})" if month else None,
    )
    table = sa.Table(name, metadata, *built, clickhousedb_engine=engine)
    for group in filter(None, index.split(";")):
        looked_up = [table.c[c.strip()] for c in group.split(",")]
        sa.Index("_".join(["ix", name, *(c.name for c in looked_up)]), *looked_up).ddl_if(
            "postgresql"
        )
    return table


# -- events ---------------------------------------------------------------------------

annotation_events = _table(
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

annotation_responses = _table(
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

# -- dimensions -----------------------------------------------------------------------

campaigns = _table(
    "campaigns",
    """
    campaign_id   text
    campaign_name text
    task_type     text?
    recorded_at   time
    """,
    key="campaign_id",
)

charters = _table(
    "charters",
    """
    campaign_id          text
    version              count
    recorded_at          time
    campaign_name        text
    task_type            text?
    target_items         count
    required_annotations count
    acceptance           text
    starts_on            day
    deadline             day
    budget               number?
    currency             text
    review_share         number?
    idle_limit_s         number
    owners               text?
    source_text          text
    """,
    key="campaign_id, version",
)
"""A campaign's promise, one row per version; the highest version known is in force.
``acceptance`` is ``review`` (a reviewer accepts) or ``submission`` (accepted unless rejected)."""

charter_bars = _table(
    "charter_bars",
    """
    campaign_id text
    version     count
    recorded_at time
    figure      text
    question_id text
    bar         number
    """,
    key="campaign_id, version, figure",
)
"""The quality bar of a charter version per figure, e.g. gold_accuracy .9 (``question_id`` '' for all)."""

charter_terms = _table(
    "charter_terms",
    """
    campaign_id text
    version     count
    recorded_at time
    kind        text
    vendor_id   text?
    name        text?
    starts_on   day
    ends_on     day?
    amount      number?
    currency    text?
    ramp_days   count?
    """,
    key="campaign_id, version, kind",
)
"""What a charter version says of money and people to come, by ``kind``: ``order`` (a purchase order of ``amount``),
``floor`` (the least that an hour may earn), ``holiday`` (from ``starts_on`` to the day before ``ends_on``), ``onboarding``
(``amount`` trainers, proficient after ``ramp_days``), ``schedule`` (``amount`` hours a week), ``level`` (what a vendor agreed to in the figure ``name``). No vendor means any."""

vendors = _table(
    "vendors",
    """
    vendor_id   text
    vendor_name text
    recorded_at time
    """,
    key="vendor_id",
)

trainers = _table(
    "trainers",
    """
    trainer_id  text
    vendor_id   text?
    cohort      text?
    locale      text?
    recorded_at time
    """,
    key="trainer_id",
)

people = _table(
    "people",
    """
    trainer_id  text
    full_name   text?
    email       text?
    recorded_at time
    """,
    key="trainer_id",
)
"""The only table that holds names and addresses; everything else knows pseudonyms."""

trainer_identities = _table(
    "trainer_identities",
    """
    login_id    text
    trainer_id  text
    recorded_at time
    """,
    key="login_id",
)
"""Several logins of one person: work of ``login_id`` counts as work of ``trainer_id``."""

guideline_versions = _table(
    "guideline_versions",
    """
    campaign_id       text
    guideline_version text
    effective_from    day
    summary           text?
    recorded_at       time
    """,
    key="campaign_id, effective_from",
)

rate_cards = _table(
    "rate_cards",
    """
    vendor_id   text?
    campaign_id text?
    role        text?
    task_type   text?
    locale      text?
    unit        text
    amount      number
    currency    text
    valid_from  day
    valid_until day?
    recorded_at time
    """,
    key="valid_from",
)
"""What is paid, by ``unit``: ``assignment`` or ``hour``. An empty field means any; of the cards that
fit and are in force on the day, the one with the most fields filled in applies."""

fx_rates = _table(
    "fx_rates",
    """
    currency    text
    day         day
    usd         number
    recorded_at time
    """,
    key="currency, day",
)
"""US dollars for one unit of ``currency`` on ``day``; a day without a rate takes the last one before."""

invoices = _table(
    "invoices",
    """
    vendor_id    text
    campaign_id  text?
    invoice_no   text
    period_start day
    period_until day
    unit         text
    units        number
    rate         number
    amount       number
    currency     text
    issued_on    day?
    paid_on      day?
    load_id      text
    recorded_at  time
    """,
    key="vendor_id, invoice_no, period_start",
)
"""What vendors bill, a row per line of an invoice; no campaign means all of the vendor's. ``period_until`` is the first day
after the period. A line recorded again (it was paid since) replaces the earlier. ``unit``: assignment, hour, review,
review_hour, or the category of a posted cost (onboarding, bonus, fee)."""

gold_items = _table(
    "gold_items",
    """
    campaign_id text
    item_id     text
    question_id text
    answer      text
    gold_kind   text
    recorded_at time
    """,
    key="campaign_id, item_id",
    index="item_id",
)

# -- weighed: what `python -m warehouse consensus` found probable, the newest run of each question ----

consensus_runs = _table(
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

consensus_items = _table(
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

consensus_people = _table(
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

# -- books ----------------------------------------------------------------------------

loads = _table(
    "loads",
    """
    load_id          text
    source           text
    campaign_id      text?
    files            text
    started_at       time
    recorded_at      time
    rows_read        count
    rows_loaded      count
    rows_there       count
    rows_quarantined count
    events           count
    first_occurred   time?
    last_occurred    time?
    options          text
    """,
    key="load_id",
)
"""One row per load: rows read = rows loaded + rows already there + rows quarantined."""

quarantine = _table(
    "quarantine",
    """
    load_id     text
    campaign_id text?
    file        text
    row_no      count
    reason      text
    raw         text
    replayed_in text?
    recorded_at time
    """,
    key="load_id, row_no",
)

pending_changes = _table(
    "pending_changes",
    """
    campaign_id text?
    trainer_id  text?
    since       day?
    reason      text
    recorded_at time
    """,
    key="recorded_at",
)
"""What the next refresh has to recompute besides the items of new events: a campaign (or, if empty,
all) whose charter or rates changed, or a trainer whose logins were merged."""

refreshes = _table(
    "refreshes",
    """
    refreshed_at time
    load_id      text
    """,
    key="refreshed_at",
)
"""The loads that the derived tables hold."""

schema_versions = _table(
    "schema_versions",
    """
    version    count
    applied_at time
    """,
    key="version",
)

# -- derived, per item: recomputed for the items that new events touch -------------------

assignments = _table(
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

item_transitions = _table(
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

items = _table(
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

answers = _table(
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
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""The answers that stand: those of an assignment's latest submission, with the merged person. ``day`` is
the assignment's, so that an edit changes an answer where it was first given."""

comparisons = _table(
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
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day; trainer_id, day",
)
"""Answers that stand to a choice between two answers, with what the submission says of these."""

second_opinions = _table(
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

item_answers = _table(
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
    """,
    key="campaign_id, day, item_id",
    month="day",
    index="item_id; campaign_id, day",
)
"""Per item and question each answer and by how many it was ``given``, of ``annotations`` in all (the answers
that stand, of annotators: what a reviewer or adjudicator answers is not independent). ``day`` is the day of the last
annotation that answered the question. Items with one annotation too."""

item_agreements = _table(
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

first_submissions = _table(
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

work_pieces = _table(
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

# -- derived, per day: additive sums recomputed for the campaign days that changed --------

submissions_by_day = _table(
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

reviews_by_day = _table(
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

item_flow_by_day = _table(
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

durations_by_day = _table(
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

hours_by_day = _table(
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

labels_by_day = _table(
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

coincidences_by_day = _table(
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

answer_patterns_by_day = _table(
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

agreement_by_day = _table(
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

spend_by_day = _table(
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

events_by_day = _table(
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

EVENTS = ("annotation_events", "annotation_responses")
DIMENSIONS = (
    "campaigns",
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
)
DERIVED = PER_ITEM + PER_DAY
"""In the order in which they are computed: later ones read earlier ones."""


def upgrade(connection: sa.Connection, tables: sa.MetaData = metadata) -> None:
    """Give ``tables`` of an older program the columns they lack; make changed derived ones anew, empty.

    A column that came later may be unknown in older rows, so it has to allow that.
    """
    for table in tables.sorted_tables:
        found = _columns_of(connection, table)
        missing = [c for c in table.columns if found is not None and c.name not in found]
        if table.name in DERIVED and (missing or set(found or ()) - set(table.columns.keys())):
            table.drop(connection)
        elif missing:
            for column in missing:
                told = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(sa.DDL(f"alter table {table.name} add column {told}"))


def _columns_of(connection: sa.Connection, table: sa.Table) -> set[str] | None:
    """The columns that the table has in the warehouse; None where it is not there."""
    database = None
    if connection.dialect.name == "clickhousedb":
        database = connection.connection.driver_connection.client.database
    inspector = sa.inspect(connection)
    if not inspector.has_table(table.name, schema=database):
        return None
    every = sa.select(sa.text("*")).select_from(sa.table(table.name)).limit(0)
    return set(connection.execute(every).keys())


def workbench(dialect: str) -> dict[str, sa.Table]:
    """Tables that live only while a refresh runs, by name.

    ``touched_*`` are the keys that new events touched and all events of these items, ``changed_days`` the campaign days on
    which rows of a ``source`` changed, and ``new_*`` the new rows of a derived table before they replace the old ones.
    """
    bench = sa.MetaData()
    # ClickHouse has no temporary tables without a session; its publication is a database of its own.
    prefixes = () if dialect == "clickhousedb" else ("temporary",)

    def table(name: str, columns: list[sa.Column]) -> sa.Table:
        engine = MergeTree(order_by=[columns[0].name])
        return sa.Table(name, bench, *columns, prefixes=prefixes, clickhousedb_engine=engine)

    touched = {
        "touched_items": (("item_id", _TEXT),),
        "touched_days": (("campaign_id", _TEXT), ("day", _DAY)),
        "touched_trainer_days": (("trainer_id", _TEXT), ("day", _DAY)),
        "changed_days": (("source", _TEXT), ("campaign_id", _TEXT), ("day", _DAY)),
    }
    for name, columns in touched.items():
        table(name, [sa.Column(column, kind, nullable=False) for column, kind in columns])
    copies = {"touched_events": "annotation_events"}
    for name in (*PER_ITEM, "hours_by_day"):
        copies |= {f"old_{name}": name, f"new_{name}": name}
    for name, original in copies.items():
        columns = metadata.tables[original].columns
        table(name, [sa.Column(c.name, c.type, nullable=c.nullable) for c in columns])
    return dict(bench.tables)


def arriving(dialect: str) -> sa.Table:
    """A table that lives only while a load runs: the ids of the events that arrive."""
    return sa.Table(
        "arriving",
        sa.MetaData(),
        sa.Column("event_id", _TEXT, nullable=False),
        prefixes=() if dialect == "clickhousedb" else ("temporary",),
        clickhousedb_engine=MergeTree(order_by=["event_id"]),
    )


# -- the ledger: what people and programs did, in another store (``LEDGER_URL``) ------------

ledger_metadata = sa.MetaData()
"""Small and transactional, SQLite or PostgreSQL, and no part of the warehouse: it cannot be
computed again from events."""

_LEDGER_TYPES = {
    "id": sa.Integer(),
    "text": sa.Text(),
    "day": sa.Date(),
    "time": sa.DateTime(),
    "count": sa.BigInteger(),
    "number": sa.Double(),
    "flag": sa.Boolean(),
    "json": sa.JSON(none_as_null=True),
}


def _book(name: str, columns: str, *, unique: str = "", index: str = "") -> sa.Table:
    """A table of the ledger from lines of ``name type``; the first column is its key.

    A key of type ``id`` counts up and is never given twice, not even after a deletion.
    """
    built = []
    for line in columns.split("\n"):
        if not line.strip():
            continue
        column, kind = line.split()[:2]
        is_key = not built
        built.append(
            sa.Column(
                column,
                _LEDGER_TYPES[kind.rstrip("?")],
                primary_key=is_key,
                nullable=not is_key and kind.endswith("?"),
            )
        )
    table = sa.Table(
        name,
        ledger_metadata,
        *built,
        sqlite_autoincrement=type(built[0].type) is sa.Integer,
    )
    for is_unique, groups in ((True, unique), (False, index)):
        for group in filter(None, groups.split(";")):
            looked_up = [table.c[c.strip()] for c in group.split(",")]
            sa.Index(
                "_".join(["ix", name, *(c.name for c in looked_up)]), *looked_up, unique=is_unique
            )
    return table


check_runs = _book(
    "check_runs",
    """
    run_id      id
    as_of       day
    started_at  time
    finished_at time
    outcome     text
    suites      count
    passed      count
    failed      count
    errors      count
    opened      count
    closed      count
    detail      json?
    """,
    index="started_at",
)
"""One run of the checks; ``outcome`` is ``passed``, ``failed``, ``critical`` or ``could not run``."""

findings = _book(
    "findings",
    """
    finding_id    id
    run_id        id
    outcome       text
    suite         text
    figure        text
    kind          text
    severity      text
    subject       text
    campaign_id   text?
    vendor_id     text?
    trainer_id    text?
    sentence      text
    value         number?
    bar           number?
    n             number?
    judged        count
    flag_id       id?
    suppressed_by id?
    evidence      json?
    """,
    index="run_id; flag_id",
)
"""What a run found: one row per subject that failed, one per expectation that passed or erred."""

flags = _book(
    "flags",
    """
    flag_id          id
    version          count
    open_key         text?
    state            text
    suite            text
    figure           text
    kind             text
    severity         text
    subject          text
    campaign_id      text?
    vendor_id        text?
    trainer_id       text?
    incident         id?
    sentence         text
    value            number?
    bar              number?
    n                number?
    effect           number?
    cause            text?
    onset_on         day?
    evidence         json?
    bears_on         json?
    query            text?
    opened_at        time
    opened_as_of     day
    seen_as_of       day
    passing          count
    passing_as_of    day?
    suppressed_by    id?
    owner            text?
    action           text?
    due_on           day?
    closed_at        time?
    closed_as_of     day?
    closed_why       text?
    verdict          text?
    first_run        id
    last_run         id
    """,
    unique="open_key",
    index="state; campaign_id; opened_at",
)
"""What people work on. ``open_key`` is the flag's suite, figure, kind and subject until it is closed and
null afterwards, so that there is at most one open flag of each. ``state``: open, dismissed, closed; a
dismissed flag keeps its key until the figure passes again, so that it does not open anew every day.
``version`` rises with every change of state and every act of a person."""

flag_events = _book(
    "flag_events",
    """
    event_id id
    flag_id  id
    version  count
    at       time
    actor    text
    what     text
    field    text?
    old      text?
    new      text?
    said     text?
    """,
    index="flag_id; what",
)
"""The history of the flags. Rows are only ever added."""

suppressions = _book(
    "suppressions",
    """
    suppression_id id
    suite          text?
    figure         text?
    kind           text?
    subject        text?
    campaign_id    text?
    until          day
    reason         text
    made_by        text
    made_at        time
    ended_by       text?
    ended_at       time?
    """,
    index="until",
)
"""What is not to be notified of until a day, and why. An empty field means any."""

noticed_events = _book(
    "noticed_events",
    """
    event_id   id
    noticed_at time
    """,
)
"""The events of flags for which the outbox has been written."""

notifications = _book(
    "notifications",
    """
    notification_id id
    dedupe_key      text
    flag_id         id?
    event_id        id?
    person          text
    channel         text
    severity        text
    title           text
    body            text
    is_digest       flag
    state           text
    made_at         time
    send_after      time
    attempts        count
    claim           text?
    claimed_until   time?
    sent_at         time?
    sent_in         id?
    last_error      text?
    """,
    unique="dedupe_key",
    index="state, send_after",
)
"""The outbox: one row per change of a flag, person and channel. ``state``: waiting, sent, dropped.
``sent_in`` is the notification (a digest) in which a row went out."""

trainer_notes = _book(
    "trainer_notes",
    """
    note_id     id
    at          time
    author      text
    trainer_id  text
    vendor_id   text?
    campaign_id text?
    said        text
    """,
    index="trainer_id",
)
"""What people wrote down about a trainer; empty ``campaign_id``: about the person, not one campaign's work.
Rows are only ever added."""

audit_log = _book(
    "audit_log",
    """
    entry_id id
    at       time
    actor    text
    what     text
    about    text?
    detail   json?
    """,
    index="at; actor",
)
"""Logins, exports, free SQL, acts on flags. Rows are only ever added."""

outlooks = _book(
    "outlooks",
    """
    outlook_id  id
    campaign_id text
    as_of       day
    made_at     time
    target      count
    remaining   count
    deadline    day
    plain_p10   number?
    plain_p50   number?
    plain_p90   number?
    scale       number
    days_p10    number?
    days_p50    number?
    days_p90    number?
    chance      number
    cost_p10    number?
    cost_p50    number?
    cost_p90    number?
    came_on     day?
    came_cost   number?
    """,
    unique="campaign_id, as_of",
)
"""Forecasts as they were told, one per campaign and week: days left before (``plain``) and after the widening
of that day (never: empty), the cost at completion, and what came once it is known."""

kept_reports = _book(
    "kept_reports",
    """
    report_id   id
    kind        text
    title       text
    campaign_id text?
    as_of       day
    known_at    time
    made_at     time
    made_by     text
    scope       json?
    blocks      json
    sources     json
    """,
    index="made_at",
)
"""Reports as they were told: ``blocks`` is what they said, ``sources`` the version and the frame's fingerprint
of each query behind them, ``known_at`` what the warehouse knew, ``scope`` what whoever made it may see (none: all)."""

LEDGER_VERSION = 4
"""Raised by one with every change of the ledger's tables."""

ledger_versions = _book(
    "ledger_versions",
    """
    version    count
    applied_at time
    """,
)
