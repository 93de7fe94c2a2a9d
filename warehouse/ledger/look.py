"""What pages read from the ledger: frames, narrowed to what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa

from warehouse.errors import Refused
from warehouse.ledger.finding import SEVERITIES
from warehouse.ledger.store import as_key, frame_of
from warehouse.read import wilson
from warehouse.schema import check_runs, flag_events, notifications, suppressions
from warehouse.schema import findings as findings_table
from warehouse.schema import flags as flags_table

if TYPE_CHECKING:
    from warehouse.scope import Scope

LIVE = ("open",)
IN_DOUBT = "A check of the campaign's data failed; its people know."


def flags(
    engine: sa.Engine,
    scope: Scope | None = None,
    *,
    states: Sequence[str] | None = LIVE,
    kinds: Sequence[str] | None = None,
    suites: Sequence[str] | None = None,
    owner: str | None = None,
    limit: int = 5000,
) -> pd.DataFrame:
    """The flags that ``scope`` may see: worst first, faults of the data after changes of a figure, then oldest first.

    ``states=None`` means all.
    """
    table = flags_table
    muted = suppressions.alias("muted")
    chosen = (
        sa.select(
            table,
            muted.c.until.label("muted_until"),
            muted.c.reason.label("muted_reason"),
        )
        .join_from(table, muted, muted.c.suppression_id == table.c.suppressed_by, isouter=True)
        .where(*visible(table, scope))
        .order_by(
            _rank(table.c.severity),
            sa.case((table.c.kind == "integrity", 1), else_=0),
            table.c.opened_as_of,
            table.c.flag_id,
        )
        .limit(limit)
    )
    for column, values in ((table.c.state, states), (table.c.kind, kinds), (table.c.suite, suites)):
        if values is not None:
            chosen = chosen.where(column.in_(list(values)))
    if owner is not None:
        chosen = chosen.where(table.c.owner == owner if owner else table.c.owner.is_(None))
    return frame_of(engine, chosen)


def flag(engine: sa.Engine, flag_id: int, scope: Scope | None = None) -> sa.Row:
    """One flag; refused where there is none or ``scope`` may not see it (which reads the same)."""
    chosen = sa.select(flags_table).where(
        flags_table.c.flag_id == as_key(flag_id), *visible(flags_table, scope)
    )
    with engine.connect() as connection:
        found = connection.execute(chosen).first()
    if found is None:
        raise Refused(f"there is no flag {flag_id}, or you may not see it")
    return found


def history(engine: sa.Engine, flag_id: int, scope: Scope | None = None) -> pd.DataFrame:
    """Everything that happened to a flag, oldest first."""
    flag(engine, flag_id, scope)
    chosen = (
        sa.select(flag_events)
        .where(flag_events.c.flag_id == int(flag_id))
        .order_by(flag_events.c.event_id)
    )
    return frame_of(engine, chosen)


def similar(
    engine: sa.Engine, flag_id: int, scope: Scope | None = None, *, limit: int = 10
) -> pd.DataFrame:
    """Other flags in sight of the same figure and kind, those of the same campaign first, newest first."""
    table = flags_table
    this = flag(engine, flag_id, scope)
    same = table.c.campaign_id == this.campaign_id if this.campaign_id else sa.false()
    chosen = (
        sa.select(table)
        .where(
            table.c.flag_id != int(flag_id),
            table.c.figure == this.figure,
            table.c.kind == this.kind,
            *visible(table, scope),
        )
        .order_by(sa.case((same, 0), else_=1), table.c.opened_at.desc(), table.c.flag_id.desc())
        .limit(limit)
    )
    return frame_of(engine, chosen)


def together(engine: sa.Engine, flag_id: int, scope: Scope | None = None) -> pd.DataFrame:
    """The other flags in sight of the same incident: what began about when this one did, on one campaign."""
    table = flags_table
    this = flag(engine, flag_id, scope)
    # Compared with nothing, all that have none would be alike.
    same = sa.false() if this.incident is None else table.c.incident == this.incident
    chosen = (
        sa.select(table)
        .where(
            table.c.flag_id != int(flag_id),
            same,
            *visible(table, scope),
        )
        .order_by(table.c.opened_as_of, table.c.flag_id)
    )
    return frame_of(engine, chosen)


def precision(
    engine: sa.Engine, scope: Scope | None = None, *, by: Sequence[str] = ("kind",)
) -> pd.DataFrame:
    """How often past flags were right: per ``by`` (kind, figure, suite, severity) the flags and their
    verdicts. ``precision`` is true / (true + false) with its 95 % interval, unknown where nobody judged."""
    table = flags_table
    columns = [table.c[name] for name in by]

    def count(verdict: str) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((table.c.verdict == verdict, 1), else_=0))

    chosen = (
        sa.select(
            *columns,
            sa.func.count().label("flags"),
            count("true").label("right"),
            count("false").label("wrong"),
            count("not sure").label("not_sure"),
            sa.func.sum(sa.case((table.c.verdict.is_(None), 1), else_=0)).label("unjudged"),
        )
        .where(*visible(table, scope))
        .group_by(*columns)
        .order_by(*columns)
    )
    frame = frame_of(engine, chosen)
    judged = (frame["right"] + frame["wrong"]).astype("float64")
    share, low, high = wilson(frame["right"].astype("float64"), judged)
    return frame.assign(precision=share, precision_low=low, precision_high=high)


def doubts(engine: sa.Engine, scope: Scope | None = None) -> pd.DataFrame:
    """Which figures cannot be believed just now and why: one row per figure, campaign ('' for all)
    and open integrity flag, or integrity check that could not run (it has no ``flag_id``). A page
    shows such a figure greyed, with the sentence."""
    frame = pd.concat(
        [_failed(engine, scope), _could_not_run(engine)], ignore_index=True
    ).sort_values("severity", key=lambda s: s.map(SEVERITIES.index), kind="stable")
    if scope is not None and (scope.vendors is not None or scope.trainers is not None):
        # Whoever sees a part of a campaign is told that it is in doubt, not the counts of the others.
        frame["sentence"] = frame["sentence"].where(frame["vendor_id"].notna(), IN_DOUBT)
    frame = frame.explode("bears_on", ignore_index=True)
    frame = frame.rename(columns={"bears_on": "figure"}).dropna(subset=["figure"])
    return frame.assign(campaign_id=frame["campaign_id"].fillna("")).reset_index(drop=True)


_DOUBT = ("campaign_id", "vendor_id", "severity", "sentence")


def _failed(engine: sa.Engine, scope: Scope | None) -> pd.DataFrame:
    table = flags_table
    chosen = (
        sa.select(table.c.flag_id, *(table.c[name] for name in _DOUBT), table.c.bears_on)
        .where(
            table.c.state == "open",
            table.c.kind == "integrity",
            *_believed_by(table, scope),
        )
        .order_by(_rank(table.c.severity), table.c.flag_id)
    )
    return frame_of(engine, chosen)


def _could_not_run(engine: sa.Engine) -> pd.DataFrame:
    """What the newest run of each suite could not judge: a figure nobody could check is not a good one."""
    table = findings_table
    newest = (
        sa.select(table.c.suite, sa.func.max(table.c.run_id).label("run_id"))
        .group_by(table.c.suite)
        .subquery()
    )
    chosen = (
        sa.select(*(table.c[name] for name in _DOUBT), table.c.evidence)
        .join(newest, sa.and_(newest.c.suite == table.c.suite, newest.c.run_id == table.c.run_id))
        .where(table.c.outcome == "error", table.c.kind == "integrity")
        .order_by(table.c.finding_id)
    )
    frame = frame_of(engine, chosen)
    bears = [(e or {}).get("bears_on", []) for e in frame.pop("evidence")]
    unflagged = pd.Series(pd.NA, frame.index, "Int64")
    return frame.assign(flag_id=unflagged, bears_on=pd.Series(bears, frame.index, object))


def new_levels(engine: sa.Engine) -> dict[tuple[str, str], date]:
    """(campaign, figure) and the last day on which people accepted the figure's level as the new one."""
    chosen = (
        sa.select(flags_table.c.campaign_id, flags_table.c.figure, sa.func.max(flag_events.c.new))
        .join_from(flag_events, flags_table, flags_table.c.flag_id == flag_events.c.flag_id)
        .where(
            flag_events.c.field == "level",
            flags_table.c.campaign_id.is_not(None),
            flags_table.c.kind == "regression",
        )
        .group_by(flags_table.c.campaign_id, flags_table.c.figure)
    )
    with engine.connect() as connection:
        rows = connection.execute(chosen).fetchall()
    return {(campaign, figure): date.fromisoformat(day) for campaign, figure, day in rows}


def runs(engine: sa.Engine, *, limit: int = 50) -> pd.DataFrame:
    """The newest runs of the checks first."""
    return frame_of(engine, sa.select(check_runs).order_by(check_runs.c.run_id.desc()).limit(limit))


def last_run(engine: sa.Engine) -> sa.Row | None:
    """The newest run, or nothing where the checks never ran."""
    chosen = sa.select(check_runs).order_by(check_runs.c.run_id.desc()).limit(1)
    with engine.connect() as connection:
        return connection.execute(chosen).first()


def findings(
    engine: sa.Engine,
    run_id: int | None = None,
    scope: Scope | None = None,
    *,
    outcomes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """What a run found (by default the newest), errors first, then failures, then passes."""
    table = findings_table
    newest = sa.select(sa.func.max(check_runs.c.run_id)).scalar_subquery()
    chosen = (
        sa.select(table)
        .where(
            table.c.run_id == (newest if run_id is None else int(run_id)),
            *_visible_to_all(table, scope),
        )
        .order_by(table.c.outcome, _rank(table.c.severity), table.c.finding_id)
    )
    if outcomes is not None:
        chosen = chosen.where(table.c.outcome.in_(list(outcomes)))
    return frame_of(engine, chosen)


def outbox(engine: sa.Engine, *, limit: int = 200) -> pd.DataFrame:
    """The newest notifications first: to whom, when, how often tried, and what went wrong."""
    table = notifications
    return frame_of(engine, sa.select(table).order_by(table.c.notification_id.desc()).limit(limit))


def visible(table: sa.Table, scope: Scope | None) -> list[sa.ColumnElement[bool]]:
    """A scope that names campaigns sees theirs; what concerns all campaigns is for those who see all."""
    return [
        table.c[name].in_(list(chosen)) for name, chosen in _narrowed(scope) if chosen is not None
    ]


def _visible_to_all(table: sa.Table, scope: Scope | None) -> list[sa.ColumnElement[bool]]:
    """The same, and rows about no campaign, vendor or trainer: they say nothing about anybody."""
    about_nobody = [table.c[name].is_(None) for name, _ in _narrowed(scope)]
    return [sa.or_(sa.and_(sa.true(), *visible(table, scope)), sa.and_(sa.true(), *about_nobody))]


def _believed_by(table: sa.Table, scope: Scope | None) -> list[sa.ColumnElement[bool]]:
    """Doubts about data one sees a part of: a campaign's doubt concerns each of its vendors."""
    return [
        sa.or_(table.c[name].in_(list(chosen)), table.c[name].is_(None))
        for name, chosen in _narrowed(scope)
        if chosen is not None
    ]


def _narrowed(scope: Scope | None) -> list[tuple[str, Sequence[str] | None]]:
    if scope is None:
        return []
    return [
        ("campaign_id", scope.campaigns),
        ("vendor_id", scope.vendors),
        ("trainer_id", scope.trainers),
    ]


def _rank(severity: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    return sa.case({name: rank for rank, name in enumerate(SEVERITIES)}, value=severity, else_=9)
