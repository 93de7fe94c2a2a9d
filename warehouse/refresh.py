"""Refreshing: bring the derived tables up to what was loaded, at the cost of what is new.

Each derived table is defined once, by its file under ``queries/rollups/``. A rebuild runs every
definition over everything. A refresh runs the same definitions over the keys that new events
touch: first the items, then the days on which rows of these items came, went or changed. Both give
equal tables.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
import sqlglot
from tqdm import tqdm

from warehouse import schema
from warehouse.compile import compile_rollup
from warehouse.engine import insert
from warehouse.query import ROLLUPS, load
from warehouse.scope import EVERYTHING, Scope

Progress = Callable[[str, int, int], None]
"""Told which table comes next, how many are done, and how many there are."""

EVENTS = schema.annotation_events
HOURS = "hours_by_day"
"""Keyed by person and day instead of campaign and day: a union of hours crosses campaigns."""

PENDING = "pending_changes"
AT_ONCE = 20_000_000
"""Of so many events, and of one campaign's at least, a rebuild makes rows of items in one statement: more would only be
sorted and joined on disk."""
MOSTLY = 0.5
"""From this share of the items on, a rebuild is cheaper than a refresh."""


def refresh(
    connection: sa.Connection, *, rebuild: bool = False, progress: Progress | None = None
) -> None:
    """Make the derived tables hold all loads and agreed changes, inside a publication.

    With ``rebuild`` from nothing; otherwise only what waits since the last refresh.
    """
    loads = _waiting_loads(connection)
    changes = connection.execute(sa.select(schema.pending_changes)).all()
    if not (rebuild or loads or changes):
        return
    work = _Refresh(connection, progress or (lambda table, done, total: None))
    if rebuild or not _is_refreshed_once(connection):
        work.rebuild()
    else:
        work.recompute(loads, changes)
    now = datetime.now(UTC).replace(tzinfo=None)
    insert(connection, "refreshes", [{"refreshed_at": now, "load_id": load} for load in loads])
    if changes:
        connection.execute(sa.delete(schema.pending_changes).where(sa.true()))


@contextlib.contextmanager
def shown(*, quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error, where that is a terminal."""
    off = quiet or not sys.stderr.isatty()
    with tqdm(total=len(schema.DERIVED), unit=" tables", desc="figures", disable=off) as bar:

        def progress(table: str, done: int, total: int) -> None:
            bar.set_postfix_str(table)
            bar.update(done - bar.n)

        yield progress


def _waiting_loads(connection: sa.Connection) -> list[str]:
    done = sa.select(schema.refreshes.c.load_id)
    waiting = sa.select(schema.loads.c.load_id).where(schema.loads.c.load_id.not_in(done))
    return sorted(set(connection.execute(waiting).scalars()))


def _is_refreshed_once(connection: sa.Connection) -> bool:
    return bool(
        connection.execute(sa.select(sa.func.count()).select_from(schema.refreshes)).scalar()
    )


@functools.cache
def _sources(name: str) -> frozenset[str]:
    """The tables whose changes the derived table ``name`` has to follow, as its definition reads them.

    Of a table by day it follows what that one follows: on these days it was made anew.
    """
    tree = sqlglot.parse_one(load(f"{ROLLUPS}/{name}").sql, read="duckdb")
    read = {table.name for table in tree.find_all(sqlglot.exp.Table)}
    return frozenset(read.union(*(_sources(table) for table in read & set(schema.PER_DAY))))


@functools.cache
def _says_its_order(name: str) -> bool:
    """Whether the definition of the derived table ``name`` orders its rows itself."""
    return "order" in sqlglot.parse_one(load(f"{ROLLUPS}/{name}").sql, read="duckdb").args


class _Refresh:
    """One refresh at work: the connection, its work tables, and how far it is."""

    def __init__(self, connection: sa.Connection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
        self._dialect = connection.dialect.name
        self._bench = schema.workbench(self._dialect)

    # -- from nothing ---------------------------------------------------------------------

    def rebuild(self) -> None:
        """Every table by its definition, over everything; an item's rows depend on its campaign only."""
        parts = self._parts()
        for name in self._each():
            table = schema.metadata.tables[name]
            self._empty(table)
            for scope in parts if name in schema.PER_ITEM else [EVERYTHING]:
                self._fill(table, name, scope=scope, is_whole=True)

    def _parts(self) -> list[Scope]:
        """The campaigns, in their order, in groups of about as many events as one statement takes."""
        count = sa.func.count().label("events")
        counted = sa.select(EVENTS.c.campaign_id, count).group_by(EVENTS.c.campaign_id)
        groups: list[tuple[int, list[str]]] = []
        for campaign, events in sorted(self._connection.execute(counted).all()):
            if groups and groups[-1][0] + events <= AT_ONCE:
                groups[-1] = (groups[-1][0] + events, [*groups[-1][1], campaign])
            else:
                groups.append((events, [campaign]))
        if len(groups) < 2:
            return [EVERYTHING]
        return [Scope(campaigns=tuple(campaigns)) for _, campaigns in groups]

    # -- what is new ----------------------------------------------------------------------

    def recompute(self, loads: list[str], changes: Iterable[sa.Row]) -> None:
        """Only the items and days that new loads and pending changes touch."""
        new = EVENTS.c.load_id.in_(loads)
        changed = self._changed_events(changes)
        for table in self._bench.values():
            table.create(self._connection)
        self._touch_items(new, changed)
        if self._is_most():
            self.rebuild()
        else:
            self._touch_events()
            self._touch_days(new, changed)
            for table in self._each():
                if table in schema.PER_ITEM:
                    self._recompute_items(table, is_agreed=changed is not None)
                elif table == HOURS:
                    self._recompute_hours()
                else:
                    self._recompute_days(table)
        # Not in a `finally`: after a failure the publication is thrown away, these tables with it.
        for table in self._bench.values():
            table.drop(self._connection)

    def _changed_events(self, changes: Iterable[sa.Row]) -> sa.ColumnElement[bool] | None:
        """Which events are read anew although they are old; None for none."""
        conditions = []
        for campaign, trainer, since in sorted({c[:3] for c in changes}, key=str):
            told = []
            if campaign is not None:
                told.append(EVENTS.c.campaign_id == campaign)
            if trainer is not None:
                identities = schema.trainer_identities
                logins = sa.select(identities.c.login_id).where(identities.c.trainer_id == trainer)
                told.append(
                    sa.or_(
                        EVENTS.c.trainer_id == trainer,
                        EVENTS.c.actor_id == trainer,
                        EVENTS.c.trainer_id.in_(logins),
                        EVENTS.c.actor_id.in_(logins),
                    )
                )
            if since is not None:
                told.append(EVENTS.c.day >= since)
            conditions.append(sa.and_(sa.true(), *told))
        return sa.or_(*conditions) if conditions else None

    def _touch_items(
        self, new: sa.ColumnElement[bool], changed: sa.ColumnElement[bool] | None
    ) -> None:
        """What belongs to no item, as a session or a posted cost, is a unit of its own."""
        unit = sa.func.coalesce(EVENTS.c.item_id, EVENTS.c.event_id)
        either = new if changed is None else sa.or_(new, changed)
        self._put("touched_items", sa.select(unit).where(either).distinct())
        self._settle("touched_items")

    def _touch_events(self) -> None:
        """Put the touched items' events aside: several definitions read them."""
        touched = sa.select(self._bench["touched_items"].c.item_id)
        # By far the widest column, and read of comparisons only.
        payload = sa.case((EVENTS.c.payload.like('%"first"%"second"%'), EVENTS.c.payload))
        columns = [payload if c.name == "payload" else c for c in EVENTS.c]
        of_items = sa.select(*columns).where(EVENTS.c.item_id.in_(touched))
        of_none = sa.select(*columns).where(
            EVENTS.c.item_id.is_(None), EVENTS.c.event_id.in_(touched)
        )
        # Not one select with `coalesce`: neither a lookup nor a skipped block could serve that.
        self._put("touched_events", sa.union_all(of_items, of_none))
        self._settle("touched_events")

    def _is_most(self) -> bool:
        def count(table: sa.Table) -> int:
            return (
                self._connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
                or 0
            )

        return count(self._bench["touched_items"]) > MOSTLY * count(schema.items)

    def _touch_days(
        self, new: sa.ColumnElement[bool], changed: sa.ColumnElement[bool] | None
    ) -> None:
        self._put_days(EVENTS.name, sa.select(EVENTS.c.campaign_id, EVENTS.c.day).where(new))
        if changed is not None:
            self._put_days(PENDING, sa.select(EVENTS.c.campaign_id, EVENTS.c.day).where(changed))

    # -- one table ------------------------------------------------------------------------

    def _recompute_items(self, name: str, *, is_agreed: bool) -> None:
        table = schema.metadata.tables[name]
        touched = sa.select(self._bench["touched_items"].c.item_id)
        changed = self._replace(table, table.c.item_id.in_(touched))
        if name == "work_pieces":
            days = [
                sa.select(c.c.trainer_id, c.c.day).where(c.c.trainer_id.is_not(None))
                for c in changed
            ]
            self._put("touched_trainer_days", sa.union(*days))
            self._settle("touched_trainer_days")
            if is_agreed:
                # Work across midnight is paid on a day that may have no event of its own.
                new = self._bench[f"new_{name}"]
                self._put_days(PENDING, sa.select(new.c.campaign_id, new.c.day))

    def _recompute_hours(self) -> None:
        table, keys = schema.metadata.tables[HOURS], self._bench["touched_trainer_days"]
        touched = sa.select(keys.c.trainer_id, keys.c.day)
        self._replace(table, sa.tuple_(table.c.trainer_id, table.c.day).in_(touched))

    def _recompute_days(self, name: str) -> None:
        """The days on which anything that the table reads has changed."""
        table = schema.metadata.tables[name]
        changed, keys = self._bench["changed_days"], self._bench["touched_days"]
        self._empty(keys)
        self._put(
            "touched_days",
            sa.select(changed.c.campaign_id, changed.c.day)
            .where(changed.c.source.in_([*_sources(name), PENDING]))
            .distinct(),
        )
        self._settle("touched_days")
        touched = sa.select(keys.c.campaign_id, keys.c.day)
        self._delete(table, sa.tuple_(table.c.campaign_id, table.c.day).in_(touched))
        self._fill(table, name, is_touched=True)
        self._put_days(name, touched)

    def _replace(self, table: sa.Table, touched: sa.ColumnElement[bool]) -> list[sa.Subquery]:
        """Put the new rows in the old ones' place and note the days on which they differ.

        Gives the rows that went and those that came. An item keeps most of its rows when something
        happens to it, and what did not change has no day to recompute.
        """
        old, new = self._bench[f"old_{table.name}"], self._bench[f"new_{table.name}"]
        self._put(old.name, sa.select(*table.c).where(touched))
        self._settle(old.name)
        self._fill(new, table.name, is_touched=True)
        gone, come = sa.select(*old.c), sa.select(*new.c)
        changed = [gone.except_(come).subquery(), come.except_(gone).subquery()]
        for rows in changed:
            self._put_days(table.name, sa.select(rows.c.campaign_id, rows.c.day))
        self._delete(table, touched)
        names = [c.name for c in table.columns]
        self._connection.execute(sa.insert(table).from_select(names, come))
        return changed

    # -- steps ----------------------------------------------------------------------------

    def _each(self) -> Iterable[str]:
        for done, table in enumerate(schema.DERIVED):
            self._progress(table, done, len(schema.DERIVED))
            yield table
        self._progress("", len(schema.DERIVED), len(schema.DERIVED))

    def _fill(
        self,
        target: sa.Table,
        name: str,
        *,
        scope: Scope = EVERYTHING,
        is_touched: bool = False,
        is_whole: bool = False,
    ) -> None:
        """Append what the definition of ``name`` gives to ``target``."""
        text = sa.text(compile_rollup(name, self._dialect, scope, is_touched=is_touched))
        text = text.bindparams(
            *(
                sa.bindparam(f"scope_{column}", list(allowed), expanding=True)
                for column, allowed in scope.limits().items()
            )
        )
        columns = [sa.column(c.name, c.type) for c in schema.metadata.tables[name].columns]
        names = [c.name for c in columns]
        rows = text.columns(*columns)
        if is_whole and self._dialect == "duckdb" and not _says_its_order(name):
            # It knows no keys of a table: where a campaign's rows lie together all others are skipped.
            made = rows.subquery()
            rows = sa.select(made).order_by(made.c.campaign_id, made.c.day)
        self._connection.execute(sa.insert(target).from_select(names, rows))
        self._settle(target.name)

    def _put(self, name: str, keys: sa.Select | sa.CompoundSelect) -> None:
        table = self._bench[name]
        names = [c.name for c in table.columns]
        self._connection.execute(sa.insert(table).from_select(names, keys))

    def _put_days(self, source: str, days: sa.Select) -> None:
        told = days.distinct().subquery()
        self._put("changed_days", sa.select(sa.literal(source), *told.c))

    def _delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> None:
        self._connection.execute(sa.delete(table).where(where))

    def _empty(self, table: sa.Table) -> None:
        if self._dialect == "postgresql":
            # Anything faster would lock readers out until the publication ends.
            self._connection.execute(sa.delete(table))
        else:
            table.drop(self._connection)
            table.create(self._connection)

    def _settle(self, name: str) -> None:
        """Let PostgreSQL count what was just written, or it plans for an empty table."""
        if self._dialect == "postgresql":
            self._connection.execute(sa.DDL(f"analyze {name}"))
