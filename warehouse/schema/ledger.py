"""The ledger: what people and programs did, in another store (``LEDGER_URL``)."""

from __future__ import annotations

import sqlalchemy as sa

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
    method      count?
    """,
    unique="campaign_id, as_of",
)
"""Forecasts as they were told, one per campaign and week: days left before (``plain``) and after the widening
of that day (never: empty), the cost at completion, and what came once it is known. ``method`` is the number of the way
it was made (empty: the first)."""

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

LEDGER_VERSION = 5
"""Raised by one with every change of the ledger's tables."""

ledger_versions = _book(
    "ledger_versions",
    """
    version    count
    applied_at time
    """,
)
