"""Campaigns, vendors, people and gold answers that a load makes known."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.ingest.arrived import Arrived
from warehouse.ingest.order import Order, Stamp
from warehouse.ingest.staging import Staging
from warehouse.ingest.tally import Tally


def write(
    connection: sa.Connection,
    arrived: Arrived,
    tally: Tally,
    staging: Staging,
    order: Order,
    stamp: Stamp,
) -> None:
    """Add what the warehouse does not know yet."""
    at = {"recorded_at": stamp.recorded_at}
    known = _values(connection, schema.campaigns.c.campaign_id)
    engine.insert(
        connection,
        "campaigns",
        [
            {"campaign_id": name, "campaign_name": name, "task_type": order.task_type, **at}
            for name in staging.campaigns
            if name not in known
        ],
    )
    knows_reviews = arrived.knows_reviews or tally.reviews > 0
    _write_acceptance_rules(connection, staging, known, knows_reviews, at)
    known = _values(connection, schema.vendors.c.vendor_id)
    engine.insert(
        connection,
        "vendors",
        [{"vendor_id": v, "vendor_name": v, **at} for v in tally.vendors if v not in known],
    )
    known = _values(connection, schema.trainers.c.trainer_id)
    first = {row["trainer_id"]: row | at for row in reversed(tally.trainers)}
    trainers = [first[name] for name in sorted(first) if name not in known]
    engine.insert(connection, "trainers", trainers)
    people = schema.people
    named = {
        (row.trainer_id, row.email, row.full_name) for row in connection.execute(sa.select(people))
    }
    unnamed = {row[:2] for row in named}
    engine.insert(
        connection,
        "people",
        [
            row | at
            for row in arrived.people
            if (row["trainer_id"], row["email"], row["full_name"]) not in named
            and (row["full_name"] or (row["trainer_id"], row["email"]) not in unnamed)
        ],
    )
    _write_gold(connection, arrived, stamp)


def _write_acceptance_rules(
    connection: sa.Connection,
    staging: Staging,
    older: set[str],
    knows_reviews: bool,
    at: dict,
) -> None:
    """Note of which campaigns the files know reviews; with the first of them work is judged anew.

    ``older`` are campaigns that the warehouse knew before: what they hold may not be noted yet.
    """
    told = schema.acceptance_rules
    rows = connection.execute(
        sa.select(told.c.campaign_id, told.c.acceptance).order_by(told.c.recorded_at)
    )
    known = {row.campaign_id: row.acceptance for row in rows}
    noted = []
    for name in staging.campaigns:
        has_reviews = knows_reviews or (
            name in older - set(known) and _is_reviewed(connection, name)
        )
        acceptance = "review" if has_reviews else "submission"
        if name not in known or (known[name], acceptance) == ("submission", "review"):
            noted.append({"campaign_id": name, "acceptance": acceptance} | at)
    engine.insert(connection, "acceptance_rules", noted)
    changed = [
        {"campaign_id": row["campaign_id"], "reason": f"accepted by {row['acceptance']}"} | at
        for row in noted
        if row["campaign_id"] in older
    ]
    engine.insert(connection, "pending_changes", changed)


def _is_reviewed(connection: sa.Connection, campaign: str) -> bool:
    events = schema.annotation_events
    reviews = sa.and_(
        events.c.campaign_id == campaign, events.c.event_type.startswith("review_", autoescape=True)
    )
    return (
        connection.execute(sa.select(events.c.event_id).where(reviews).limit(1)).first() is not None
    )


def _write_gold(connection: sa.Connection, arrived: Arrived, stamp: Stamp) -> None:
    if not arrived.gold:
        return
    gold = pa.concat_tables(arrived.gold)
    gold = gold.group_by(gold.column_names).aggregate([]).select(gold.column_names)
    table = schema.gold_items
    rows = connection.execute(
        sa.select(*(table.c[name] for name in gold.column_names)).where(
            table.c.campaign_id.in_(pc.unique(gold.column("campaign_id")).to_pylist())
        )
    ).all()
    if rows:
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        known = pa.table(columns, names=gold.column_names)
        gold = gold.join(known, gold.column_names, join_type="left anti")
    recorded = pa.repeat(pa.scalar(stamp.recorded_at, pa.timestamp("us")), gold.num_rows)
    engine.insert(connection, "gold_items", gold.append_column("recorded_at", recorded))


def _values(connection: sa.Connection, column: sa.Column) -> set[str]:
    return set(connection.execute(sa.select(column).distinct()).scalars())
