"""Correcting gold: a new right answer is a further version, and what it changes is scored again.

Nothing is overwritten. The corrected answer is a row of ``gold_items`` recorded later, and a score that
changes is a further ``gold_scored`` event of the same submission and moment, recorded later: figures read
the newest, ``known_at`` still tells what was known before, and the page shows both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.errors import Refused
from warehouse.listing import listing
from warehouse.read import fetch
from warehouse.refresh import refresh

SOURCE = "gold correction"
"""As ``quality/gold_rescored_by_campaign`` knows a score that was stated anew from the source's own."""
KEY = ["campaign_id", "item_id", "question_id"]
COLUMNS = [*KEY, "answer"]
SCORED = "quality/gold_scores_to_correct_v1"


@dataclass(frozen=True)
class Corrected:
    """What a correction did."""

    rows: int
    changed: int
    scores: int
    campaigns: tuple[str, ...]

    def __str__(self) -> str:
        there = self.rows - self.changed
        said = f"{self.rows:,} gold answers read = {self.changed:,} corrected + {there:,} in force already"
        if not self.scores:
            return f"{said}; no score changes"
        return f"{said}; {self.scores:,} scores stated anew in {', '.join(self.campaigns)}"


def correct(paths: Sequence[Path], url: str | None = None) -> Corrected:
    """Put the corrected answers of the files in force and state anew the scores that they change.

    Also those that earlier loads changed: without files, only these. Twice changes nothing.
    """
    told = _read(paths)
    with engine.publish(url) as connection:
        now = datetime.now(UTC).replace(tzinfo=None)
        changed = _changed(connection, told)
        engine.insert(connection, "gold_items", changed.assign(recorded_at=now))
        scores = fetch(connection, SCORED)
        if len(changed) or len(scores):
            _state_anew(connection, scores, now, paths, len(told), len(changed))
            refresh(connection)
    return Corrected(
        len(told), len(changed), len(scores), tuple(sorted(set(scores["campaign_id"])))
    )


def _read(paths: Sequence[Path]) -> pd.DataFrame:
    """The rows of the files, each key once."""
    parts = [listing(path, COLUMNS) for path in paths]
    told = pd.concat(parts).drop_duplicates() if parts else pd.DataFrame(columns=COLUMNS, dtype=str)
    twice = told[told.duplicated(KEY)]
    if len(twice):
        raise Refused(f"expected one answer for {' '.join(twice.iloc[0][KEY])}, found several")
    return told


def _changed(connection: sa.Connection, told: pd.DataFrame) -> pd.DataFrame:
    """The rows that say something else than the answer in force, with the kind of gold that they are."""
    table = schema.gold_items
    known = pd.DataFrame.from_records(
        connection.execute(
            sa.select(*(table.c[c] for c in (*COLUMNS, "gold_kind", "recorded_at"))).where(
                table.c.campaign_id.in_(sorted(set(told["campaign_id"])))
            )
        ).fetchall(),
        columns=[*COLUMNS, "gold_kind", "recorded_at"],
    )
    # In the order in which every query takes the version in force: the newest, of equals the first by name.
    known = known.sort_values(["recorded_at", "answer"], ascending=[False, True]).drop_duplicates(KEY)  # fmt: skip
    both = told.merge(known, on=KEY, how="left", suffixes=("", "_known"))
    unknown = both[both["gold_kind"].isna()]
    if len(unknown):
        raise Refused(
            f"expected gold items with an answer to correct, found none for {' '.join(unknown.iloc[0][KEY])}"
            + (f" and {len(unknown) - 1} more" if len(unknown) > 1 else "")
        )
    return both.loc[both["answer"] != both["answer_known"], [*COLUMNS, "gold_kind"]]


def _state_anew(
    connection: sa.Connection,
    scores: pd.DataFrame,
    now: datetime,
    paths: Sequence[Path],
    rows: int,
    changed: int,
) -> None:
    """One more ``gold_scored`` event for each score that changed, and the load that brought them."""
    load_id = f"gold-{now:%Y%m%dT%H%M%S%f}"
    events = scores.drop(columns="gold_score").assign(
        event_id=[_id(r.campaign_id, r.assignment_id, now) for r in scores.itertuples()],
        source=SOURCE,
        load_id=load_id,
        event_type="gold_scored",
        day=scores["occurred_at"].dt.date,
        recorded_at=now,
        outcome=(scores["score"] == 1).map({True: "correct", False: "incorrect"}),
        reason="gold answer corrected",
        duration_basis="none",
    )
    engine.insert(connection, "annotation_events", events)
    load = {
        "load_id": load_id, "source": SOURCE, "files": ", ".join(p.name for p in paths), "started_at": now,
        "recorded_at": now, "rows_read": rows, "rows_loaded": changed, "rows_there": rows - changed,
        "rows_quarantined": 0, "events": len(events), "options": "{}",
        "first_occurred": scores["occurred_at"].min() if len(scores) else None,
        "last_occurred": scores["occurred_at"].max() if len(scores) else None,
    }  # fmt: skip
    engine.insert(connection, "loads", [load])


def _id(campaign: str, assignment: str, now: datetime) -> str:
    told = "\x1f".join((SOURCE, campaign, assignment, now.isoformat()))
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()
