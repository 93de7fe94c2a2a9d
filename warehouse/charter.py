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

from warehouse import engine, schema
from warehouse.charter_file import OF_QUESTIONS, Charter, Rate, charters_from
from warehouse.errors import Refused


def rows_of(
    charter: Charter, version: int, recorded_at: datetime, before: Charter | None = None
) -> dict[str, list[dict]]:
    """The rows, by table, that ``version`` adds to what the version ``before`` said."""
    base = {"campaign_id": charter.campaign_id, "recorded_at": recorded_at}
    told = {field.name: getattr(charter, field.name) for field in fields(charter)}
    columns = {column.name for column in schema.charters.columns}
    agreed = {name: value for name, value in told.items() if name in columns}
    name = {"campaign_name": charter.campaign_name, "task_type": charter.task_type}
    is_renamed = before is None or any(getattr(before, key) != value for key, value in name.items())
    known = before.guidelines if before else ()
    rates = _rate_changes(before.rates if before else (), charter.rates)
    return {
        "campaigns": [base | name] if is_renamed else [],
        "charters": [
            base | agreed | {"version": version, "owners": ", ".join(charter.owners) or None}
        ],
        "charter_bars": [base | {"version": version} | vars(bar) for bar in charter.bars],
        "charter_terms": [base | {"version": version} | vars(term) for term in charter.terms],
        "guideline_versions": [base | vars(one) for one in charter.guidelines if one not in known],
        "rate_cards": [base | vars(rate) for rate in rates],
    }


def _rate_changes(before: tuple[Rate, ...], after: tuple[Rate, ...]) -> list[Rate]:
    """Rates that are new or changed, and those taken out, which from then on hold on no day."""
    kept = {rate.key for rate in after}
    withdrawn = [replace(r, valid_until=r.valid_from) for r in before if r.key not in kept]
    return [rate for rate in after if rate not in before] + withdrawn


def apply(path: str | Path, url: str | None = None) -> str:
    """Put the charters of a file into the warehouse; a sentence per campaign says what changed."""
    charters = read(path)
    with engine.publish(url) as connection:
        return "\n".join(_apply(connection, charter) for charter in charters)


def read(path: str | Path) -> list[Charter]:
    """The charters of a file; refuses with every fault it finds."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: expected a charter in YAML, could not read it: {error}") from error
    return charters_from(text, file.name)


def _apply(connection: sa.Connection, charter: Charter) -> str:
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
    (before,) = charters_from(last.source_text, "the version before") if last else (None,)
    now = datetime.now(UTC).replace(tzinfo=None)
    pending = {
        "campaign_id": charter.campaign_id,
        "reason": f"charter version {version}",
        "recorded_at": now,
    }
    rows = rows_of(charter, version, now, before) | {"pending_changes": [pending]}
    for name, told in rows.items():
        engine.insert(connection, name, told)
    told = (
        f"{charter.campaign_id}: version {version} applied: {'; '.join(_changes(before, charter))}"
    )
    return "\n".join([told, *_unjudged(charter)])


def _unjudged(charter: Charter) -> list[str]:
    """A sentence per bar that no check can judge: better said now than believed for months."""
    return [
        f"{charter.campaign_id}: no check judges the bar of {bar.figure} for {bar.question_id}: only"
        f" {' and '.join(OF_QUESTIONS)} are known by question; set one for all questions"
        for bar in charter.bars
        if bar.question_id and bar.figure not in OF_QUESTIONS
    ] + [
        f"{charter.campaign_id}: no check judges the bar of cost_per_item: it is in {charter.currency},"
        " and without a budget its worth in dollars is unknown"
        for bar in charter.bars
        if bar.figure == "cost_per_item" and charter.currency != "USD" and charter.budget is None
    ]


# -- telling: what a new version changes -----------------------------------------------------


def _changes(before: Charter | None, after: Charter) -> list[str]:
    """What the new version changes, in words; the promise itself where there was none."""
    if before is None:
        money = f", {after.budget:,.0f} {after.currency}" if after.budget is not None else ""
        return [
            f"{after.target_items:,} items by {after.deadline}{money}, accepted by {after.acceptance}"
        ]
    simple = [
        f.name for f in fields(Charter) if f.name not in ("bars", "guidelines", "rates", "terms")
    ]
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
    changes += _differences(
        "term",
        {term.label: term.words for term in before.terms},
        {term.label: term.words for term in after.terms},
    )
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
