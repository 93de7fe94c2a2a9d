"""Charters: a campaign's promise as a YAML file, checked, versioned and put into the warehouse.

The file says what was agreed: how many items, until when, for how much, how good, under which
guidelines, at which rates. Applying a changed file adds a version; nothing is ever overwritten,
so that a report of last month still knows last month's target. Where a dimension holds several
rows for one key (a rate with the same validity, a guideline version with a corrected date), the
row recorded last is meant; a rate taken out of the charter is recorded again with an empty
validity (``valid_until`` = ``valid_from``).
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from warehouse import schema
from warehouse.charter_file import Charter, Rate, charters_from
from warehouse.errors import Refused


def rows_of(charter: Charter, version: int, recorded_at: datetime) -> dict[str, list[dict]]:
    """All rows that a charter stands for, by table, as its ``version`` recorded at that moment."""
    base = {"campaign_id": charter.campaign_id, "recorded_at": recorded_at}
    told = {field.name: getattr(charter, field.name) for field in fields(charter)}
    columns = {column.name for column in schema.charters.columns}
    agreed = {name: value for name, value in told.items() if name in columns}
    return {
        "campaigns": [
            base | {"campaign_name": charter.campaign_name, "task_type": charter.task_type}
        ],
        "charters": [
            base | agreed | {"version": version, "owners": ", ".join(charter.owners) or None}
        ],
        "charter_bars": [base | {"version": version} | vars(bar) for bar in charter.bars],
        "guideline_versions": [base | vars(guideline) for guideline in charter.guidelines],
        "rate_cards": [base | vars(rate) for rate in charter.rates],
    }


def apply(path: str | Path, url: str | None = None) -> str:
    """Put the charters of a file into the warehouse; a sentence per campaign says what changed."""
    # The engine's drivers take a while to import; checking a file needs none of them.
    from warehouse import engine

    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: expected a charter in YAML, could not read it: {error}") from error
    charters = charters_from(text, file.name)
    with engine.publish(url) as connection:
        return "\n".join(_apply(connection, charter, engine.insert) for charter in charters)


def _apply(connection: sa.Connection, charter: Charter, insert: object) -> str:
    table = schema.charters
    last = connection.execute(
        sa.select(table.c.version, table.c.source_text)
        .where(table.c.campaign_id == charter.campaign_id)
        .order_by(table.c.version.desc())
        .limit(1)
    ).first()
    if last is not None and last.source_text == charter.source_text:
        return f"{charter.campaign_id}: version {last.version} holds already, nothing changed"
    version = last.version + 1 if last else 1
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = rows_of(charter, version, now)
    rates = _known_rates(connection, charter.campaign_id)
    rows["rate_cards"] = [
        {"campaign_id": charter.campaign_id, "recorded_at": now} | vars(rate)
        for rate in _rate_changes(rates, charter.rates)
    ]
    for name in ("campaigns", "guideline_versions"):
        rows[name] = [row for row in rows[name] if not _is_known(connection, name, row)]
    rows["pending_changes"] = [
        {
            "campaign_id": charter.campaign_id,
            "trainer_id": None,
            "since": None,
            "reason": f"charter version {version}",
            "recorded_at": now,
        }
    ]
    for name, told in rows.items():
        if told:
            insert(connection, name, told)
    changes = _changes(last.source_text if last else None, charter)
    return f"{charter.campaign_id}: version {version} applied: {'; '.join(changes)}"


def _known_rates(connection: sa.Connection, campaign_id: str) -> dict[tuple, Rate]:
    """The campaign's rates as last recorded, the withdrawn ones left out."""
    table = schema.rate_cards
    names = [field.name for field in fields(Rate)]
    found = connection.execute(
        sa.select(*(table.c[name] for name in names))
        .where(table.c.campaign_id == campaign_id)
        .order_by(table.c.recorded_at)
    )
    rates = {rate.key: rate for rate in (Rate(*row) for row in found)}
    return {k: r for k, r in rates.items() if r.valid_until is None or r.valid_until > r.valid_from}


def _rate_changes(known: dict[tuple, Rate], told: tuple[Rate, ...]) -> list[Rate]:
    kept = {rate.key for rate in told}
    new = [rate for rate in told if known.get(rate.key) != rate]
    withdrawn = [replace(r, valid_until=r.valid_from) for k, r in known.items() if k not in kept]
    return new + withdrawn


def _is_known(connection: sa.Connection, name: str, row: dict) -> bool:
    """Whether the last recorded row for this campaign (and guideline version) says the same."""
    table = schema.metadata.tables[name]
    told = {column: value for column, value in row.items() if column != "recorded_at"}
    chosen = sa.select(*(table.c[column] for column in told)).where(
        table.c.campaign_id == row["campaign_id"]
    )
    if "guideline_version" in row:
        chosen = chosen.where(table.c.guideline_version == row["guideline_version"])
    last = connection.execute(chosen.order_by(table.c.recorded_at.desc()).limit(1)).first()
    return last is not None and tuple(last) == tuple(told.values())


# -- telling: what a new version changes -----------------------------------------------------


def _changes(before_text: str | None, after: Charter) -> list[str]:
    """What the new version changes, in words; the promise itself where there was none."""
    if before_text is None:
        money = f", {after.budget:,.0f} {after.currency}" if after.budget is not None else ""
        return [
            f"{after.target_items:,} items by {after.deadline}{money}, accepted by {after.acceptance}"
        ]
    try:
        (before,) = charters_from(before_text)
    except Refused:
        # Written under older rules: its text is kept, but cannot be compared field by field.
        return ["replaces a version that this program can no longer read"]
    simple = [f.name for f in fields(Charter) if f.name not in ("bars", "guidelines", "rates")]
    pairs = [(n, getattr(before, n), getattr(after, n)) for n in simple if n != "source_text"]
    changes = [f"{n} {_told(a)} -> {_told(b)}" for n, a, b in pairs if a != b]
    changes += _differences(
        "bar",
        {f"{b.figure} {b.question_id}".strip(): _told(b.bar) for b in before.bars},
        {f"{b.figure} {b.question_id}".strip(): _told(b.bar) for b in after.bars},
    )
    changes += _differences(
        "guideline",
        {g.guideline_version: f"from {g.effective_from}" for g in before.guidelines},
        {g.guideline_version: f"from {g.effective_from}" for g in after.guidelines},
    )
    changes += _differences("rate", _rate_words(before.rates), _rate_words(after.rates))
    return changes or ["only its wording changed"]


def _rate_words(rates: tuple[Rate, ...]) -> dict[str, str]:
    return {
        rate.label: f"{_told(rate.amount)} {rate.currency} per {rate.unit}"
        + (f" until {rate.valid_until}" if rate.valid_until else "")
        for rate in rates
    }


def _differences(what: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    return (
        [f"{what} {name} added ({told})" for name, told in after.items() if name not in before]
        + [
            f"{what} {name} {before[name]} -> {told}"
            for name, told in after.items()
            if name in before and before[name] != told
        ]
        + [f"{what} {name} dropped" for name in before if name not in after]
    )


def _told(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value)
