"""What a table of the warehouse is made of: one word per kind of column, whatever the engine calls it."""

from __future__ import annotations

import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.datatypes import sqltypes as ch
from clickhouse_connect.cc_sqlalchemy.ddl.tableengine import MergeTree

metadata = sa.MetaData()

TEXT = sa.Text().with_variant(ch.String(), "clickhousedb")
DAY = sa.Date().with_variant(ch.Date32(), "clickhousedb")
_TIME = sa.DateTime().with_variant(ch.DateTime64(6), "clickhousedb")
COUNT = sa.BigInteger().with_variant(ch.Int64(), "clickhousedb")
_NUMBER = sa.Double().with_variant(ch.Float64(), "clickhousedb")
_FLAG = sa.Boolean().with_variant(ch.Bool(), "clickhousedb")
_TEXT_OR_NONE = sa.Text().with_variant(ch.Nullable(ch.String), "clickhousedb")
_DAY_OR_NONE = sa.Date().with_variant(ch.Nullable(ch.Date32), "clickhousedb")
TIME_OR_NONE = sa.DateTime().with_variant(ch.Nullable(ch.DateTime64(6)), "clickhousedb")
_COUNT_OR_NONE = sa.BigInteger().with_variant(ch.Nullable(ch.Int64), "clickhousedb")
_NUMBER_OR_NONE = sa.Double().with_variant(ch.Nullable(ch.Float64), "clickhousedb")
_FLAG_OR_NONE = sa.Boolean().with_variant(ch.Nullable(ch.Bool), "clickhousedb")

_TYPES = {
    "text": (TEXT, _TEXT_OR_NONE),
    "day": (DAY, _DAY_OR_NONE),
    "time": (_TIME, TIME_OR_NONE),
    "count": (COUNT, _COUNT_OR_NONE),
    "number": (_NUMBER, _NUMBER_OR_NONE),
    "flag": (_FLAG, _FLAG_OR_NONE),
}


def table(name: str, columns: str, *, key: str, month: str = "", index: str = "") -> sa.Table:
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
    made = sa.Table(name, metadata, *built, clickhousedb_engine=engine)
    for group in filter(None, index.split(";")):
        looked_up = [made.c[c.strip()] for c in group.split(",")]
        sa.Index("_".join(["ix", name, *(c.name for c in looked_up)]), *looked_up).ddl_if(
            "postgresql"
        )
    return made
