"""From the staging to the tables of the warehouse."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from tqdm import tqdm

from warehouse import engine, schema
from warehouse.bulk import Bulk
from warehouse.ingest import dimensions
from warehouse.ingest.arrived import Arrived
from warehouse.ingest.order import Order, Stamp
from warehouse.ingest.staging import Staging
from warehouse.ingest.summary import LoadSummary
from warehouse.ingest.tally import Tally
from warehouse.sources.batch import repeated


def write(
    connection: sa.Connection,
    arrived: Arrived,
    staging: Staging,
    order: Order,
    stamp: Stamp,
    files: Sequence[str],
) -> LoadSummary:
    """Write all that is new, and the book of it."""
    loaded, there = staging.rows()
    refused = arrived.refused_rows(files, stamp)
    if loaded + there + len(refused) != arrived.rows:
        raise RuntimeError(
            f"{arrived.rows} rows were read, but {loaded} loaded + {there} there + {len(refused)} quarantined"
        )
    tally = Tally()
    types = _task_types(connection, staging.campaigns)
    all_events = Bulk(connection, "annotation_events")
    all_answers = Bulk(connection, "annotation_responses")
    with tqdm(
        total=staging.events,
        unit=" events",
        desc="Writing",
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:
        for events, answers in staging.new():
            tally.add(events)
            events = _finished(events, order, stamp, types)
            all_events.add(events)
            all_answers.add(_answered(events, answers))
            bar.update(events.num_rows)
        all_events.close()
        responses = all_answers.close()
    dimensions.write(connection, arrived, tally, staging, order, stamp)
    engine.insert(connection, "quarantine", refused)
    engine.insert(
        connection,
        "loads",
        [
            {
                "load_id": stamp.load_id,
                "source": order.origin,
                "campaign_id": order.campaign or ", ".join(staging.campaigns) or None,
                "files": ", ".join(files),
                "started_at": stamp.started_at,
                "recorded_at": stamp.recorded_at,
                "rows_read": arrived.rows,
                "rows_loaded": loaded,
                "rows_there": there,
                "rows_quarantined": len(refused),
                "events": tally.events,
                "first_occurred": tally.first,
                "last_occurred": tally.last,
                "options": order.told(),
            }
        ],
    )
    return LoadSummary(
        load_id=stamp.load_id,
        files=tuple(files),
        campaigns=tuple(staging.campaigns) or tuple(filter(None, [order.campaign])),
        rows_read=arrived.rows,
        rows_loaded=loaded,
        rows_there=there,
        rows_quarantined=len(refused),
        events=dict(tally.kinds.most_common()),
        responses=responses,
        first_occurred=tally.first,
        last_occurred=tally.last,
        assignments=staging.assignments(),
        trainers=len({row["trainer_id"] for row in tally.trainers}),
        reviewers=len(tally.reviewers),
        reasons=dict(Counter(row["reason"].split(", found ")[0] for row in refused).most_common()),
        unknown=tuple(tally.unknown(waits_for_review=arrived.knows_reviews)),
    )


def _task_types(connection: sa.Connection, campaigns: Sequence[str]) -> dict[str, str]:
    """What kind of task each campaign is, as its charter says."""
    told = schema.charters
    rows = connection.execute(
        sa.select(told.c.campaign_id, told.c.task_type)
        .where(told.c.campaign_id.in_(campaigns), told.c.task_type.is_not(None))
        .order_by(told.c.version)
    )
    return {row.campaign_id: row.task_type for row in rows}


def _finished(events: pa.Table, order: Order, stamp: Stamp, types: Mapping[str, str]) -> pa.Table:
    """``events`` as the warehouse keeps them: when known to whom, dated, and of a task type each."""
    at = pc.fill_null(events.column("occurred_at"), stamp.nominal)
    kinds = events.column("task_type")
    if kinds.null_count:
        for name, kind in types.items():
            here = pc.and_(pc.is_null(kinds), pc.equal(events.column("campaign_id"), name))
            kinds = pc.if_else(here, kind, kinds)
        kinds = pc.fill_null(kinds, "unknown")
    same = {
        "source": pa.scalar(order.origin),
        "load_id": pa.scalar(stamp.load_id),
        "recorded_at": pa.scalar(stamp.recorded_at, pa.timestamp("us")),
    }
    changed = {
        "occurred_at": at,
        "day": at.cast(pa.date32(), safe=False),
        "task_type": kinds,
        **{name: repeated(value, events.num_rows) for name, value in same.items()},
    }
    kept = {name: events.column(name) for name in events.column_names if name not in changed}
    return pa.table(kept | changed)


def _answered(events: pa.Table, answers: pa.Table) -> pa.Table:
    """``answers``, each with what it has of its event."""
    told = events.select(_OF_EVENT).take(answers.column("event_no"))
    for name in answers.column_names[1:]:
        told = told.append_column(name, answers.column(name))
    return told


_OF_EVENT = [
    column.name
    for column in schema.annotation_responses.columns
    if column.name in schema.annotation_events.columns
]
"""What an answer repeats of its submission, so that answers are counted without a join."""
