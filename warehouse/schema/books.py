"""The books: what was loaded, refused and refreshed, and for which program."""

from __future__ import annotations

from warehouse.schema.columns import table

loads = table(
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

quarantine = table(
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

pending_changes = table(
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

refreshes = table(
    "refreshes",
    """
    refreshed_at time
    load_id      text
    """,
    key="refreshed_at",
)
"""The loads that the derived tables hold."""

schema_versions = table(
    "schema_versions",
    """
    version    count
    applied_at time
    """,
    key="version",
)
