"""Tables that live only while a load or a refresh runs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.ddl.tableengine import MergeTree

from warehouse.schema.columns import COUNT, DAY, TEXT, TIME_OR_NONE, metadata
from warehouse.schema.groups import PER_ITEM


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
        "touched_items": (("item_id", TEXT),),
        "touched_days": (("campaign_id", TEXT), ("day", DAY)),
        "touched_trainer_days": (("trainer_id", TEXT), ("day", DAY)),
        "changed_days": (("source", TEXT), ("campaign_id", TEXT), ("day", DAY)),
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
    """A table that lives only while a load runs: the ids of the events that arrive, with their numbers and times."""
    columns = (
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("seq", COUNT, nullable=False),
        sa.Column("created_at", TIME_OR_NONE, nullable=True),
    )
    return _passing("arriving", columns, dialect)


def arriving_work(dialect: str) -> sa.Table:
    """A table that lives only while a load runs: which assignments arrive, and of which items."""
    names = ("assignment_id", "campaign_id", "item_id")
    columns = [sa.Column(name, TEXT, nullable=False) for name in names]
    return _passing("arriving_work", columns, dialect)


def _passing(name: str, columns: Sequence[sa.Column], dialect: str) -> sa.Table:
    return sa.Table(
        name,
        sa.MetaData(),
        *columns,
        prefixes=() if dialect == "clickhousedb" else ("temporary",),
        clickhousedb_engine=MergeTree(order_by=[columns[0].name]),
    )
