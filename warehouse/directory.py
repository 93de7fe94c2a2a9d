"""What no labelling tool knows: who a login is, what a vendor is called, what a currency was worth.

Three CSV files that people keep, each put into force by ``python -m warehouse directory KIND FILE.csv``. A row
that says something else than the one in force is recorded after it, nothing is overwritten, and the figures
that it bears on are computed anew in the same publication. Twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from warehouse import engine, schema, settings
from warehouse.errors import Refused
from warehouse.ingest.pseudonyms import ADDRESS, Door
from warehouse.listing import listing, place
from warehouse.refresh import refresh

Tables = dict[str, list[dict[str, object]]]
"""Rows to append, by table."""


def apply(kind: str, path: Path, url: str | None = None) -> str:
    """Put a file of ``kind`` (people, vendors or rates) in force; a sentence says what changed."""
    required, optional, read = KINDS[kind]
    rows = listing(path, required, optional)
    with engine.publish(url) as connection:
        told = read(connection, rows, path)
        now = {"recorded_at": datetime.now(UTC).replace(tzinfo=None)}
        for table, new in told.items():
            engine.insert(connection, table, [row | now for row in new])
        refresh(connection)
    changed = sum(len(new) for table, new in told.items() if table != "pending_changes")
    return f"{len(rows):,} of {path.name} read; {changed:,} changes recorded"


# -- people ---------------------------------------------------------------------------


def _people(connection: sa.Connection, rows: pd.DataFrame, path: Path) -> Tables:
    """Names and addresses; ``same_person_as`` merges a login into another, or with itself takes it out again."""
    door = Door(settings.pseudonym_key())
    logins = rows["login"].map(door.person)
    twice = rows[logins.duplicated()]
    if len(twice):
        raise Refused(
            f"{path}, {place(twice.index[0])}: {twice['login'].iloc[0]} stands there a second time"
        )
    named = [
        {"trainer_id": login, "full_name": row.name or None, "email": _address(row)}
        for login, row in zip(logins, rows.itertuples(index=False), strict=True)
    ]
    merged, pending = _merged(connection, rows, logins, door, path)
    named = [row for row in named if row["full_name"] or row["email"]]
    return {
        "people": _changed(connection, schema.people, ("trainer_id",), named),
        "trainer_identities": merged,
        "pending_changes": pending,
    }


def _address(row: object) -> str | None:
    found = ADDRESS.search(row.email or row.login)
    return found[0].lower() if found else None


def _merged(
    connection: sa.Connection, rows: pd.DataFrame, logins: pd.Series, door: Door, path: Path
) -> tuple[list[dict], list[dict]]:
    """The logins whose person changes, each pointed at the last of its chain, and whom to compute anew."""
    known = _in_force(connection, schema.trainer_identities, ("login_id",))
    before = {login: row["trainer_id"] for (login,), row in known.items()}
    told = {
        login: door.person(other)
        for login, other in zip(logins, rows["same_person_as"], strict=True)
        if other
    }
    after = before | told
    pointed = {login: _last(login, after, path) for login in after}
    changed = {login: person for login, person in pointed.items() if before.get(login) != person}
    touched = set(changed.values()) | {before[login] for login in changed if login in before}
    return (
        [{"login_id": login, "trainer_id": person} for login, person in sorted(changed.items())],
        [{"trainer_id": person, "reason": "logins merged"} for person in sorted(touched)],
    )


def _last(login: str, points_at: dict[str, str], path: Path) -> str:
    """Who ``login`` is in the end; a login may be told to be itself, which undoes a merger."""
    seen = [login]
    while (further := points_at.get(seen[-1], seen[-1])) != seen[-1]:
        if further in seen:
            raise Refused(
                f"{path}: expected logins of one person to end at one, found a circle: "
                f"{' is '.join([*seen, further])}"
            )
        seen.append(further)
    return seen[-1]


# -- vendors and rates ----------------------------------------------------------------


def _vendors(connection: sa.Connection, rows: pd.DataFrame, path: Path) -> Tables:
    told = rows.to_dict("records")
    return {"vendors": _changed(connection, schema.vendors, ("vendor_id",), told)}


def _rates(connection: sa.Connection, rows: pd.DataFrame, path: Path) -> Tables:
    """US dollars for one unit of a currency on a day."""
    told = []
    for index, row in rows.iterrows():
        where = f"{path}, {place(index)}"
        told.append(
            {
                "currency": _currency(row["currency"], where),
                "day": _day(row["day"], where),
                "usd": _dollars(row["usd"], where),
            }
        )
    changed = _changed(connection, schema.fx_rates, ("currency", "day"), told)
    since = min((row["day"] for row in changed), default=None)
    pending = [{"since": since, "reason": "exchange rates changed"}] if changed else []
    return {"fx_rates": changed, "pending_changes": pending}


def _currency(told: str, where: str) -> str:
    if not (len(told) == 3 and told.isascii() and told.isalpha()):
        raise Refused(f"{where}: currency: expected three letters such as EUR, found {told!r}")
    return told.upper()


def _day(told: str, where: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise Refused(
            f"{where}: day: expected a date such as 2026-03-31, found {told!r}"
        ) from error


def _dollars(told: str, where: str) -> float:
    try:
        dollars = float(told)
    except ValueError:
        dollars = 0.0
    if not 0 < dollars < float("inf"):
        raise Refused(f"{where}: usd: expected dollars for one unit, above 0, found {told!r}")
    return dollars


# -- what holds -----------------------------------------------------------------------


def _in_force(connection: sa.Connection, table: sa.Table, key: tuple[str, ...]) -> dict:
    """The row recorded last, by key."""
    rows = connection.execute(sa.select(table).order_by(table.c.recorded_at)).mappings()
    return {tuple(row[k] for k in key): dict(row) for row in rows}


def _changed(
    connection: sa.Connection, table: sa.Table, key: tuple[str, ...], told: list[dict]
) -> list[dict]:
    """The rows that say something else than what is in force."""
    known = _in_force(connection, table, key)
    return [
        row
        for row in told
        if any(known.get(tuple(row[k] for k in key), {}).get(c) != v for c, v in row.items())
    ]


Reader = Callable[[sa.Connection, pd.DataFrame, Path], Tables]

KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Reader]] = {
    "people": (
        ("login",),
        ("name", "email", "same_person_as"),
        _people,
    ),
    "vendors": (("vendor_id", "vendor_name"), (), _vendors),
    "rates": (("currency", "day", "usd"), (), _rates),
}
"""Columns that a file must have, those it may have, and what makes rows of them."""
