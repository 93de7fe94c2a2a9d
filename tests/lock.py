"""The lock: what every query returns on the reference demo warehouse, as fingerprints, and which tables a version has.

    python -m tests.lock --write      after a query was added, or the demo itself was changed

A changed fingerprint under an unchanged name means that the promise of a version was broken: write ``_v2``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa
import sqlglot

from warehouse import engine as door
from warehouse import schema
from warehouse.query import ROLLUPS, load, names
from warehouse.read import fetch

LOCK = Path(__file__).parent / "queries" / "fingerprints.json"
SCHEMA_LOCK = Path(__file__).parent / "queries" / "schema.json"
EVENTS = 60_000
ASKED: dict[str, object] = {
    "since": dt.date(2026, 4, 1),
    "recent": dt.date(2026, 6, 3),
    "until": dt.date(2026, 7, 1),
    "as_of": dt.date(2026, 7, 1),
    "campaign": "coding-preferences",
    "question": "preferred",
    "limit": 50,
    "label": None,
    "disputed": False,
    "consensus": "A",
    "given_answer": "B",
    "category": None,
    "choice": None,
    "prompt": None,
    "answer_a": "A",
    "answer_b": "B",
    "figure": "rejection_rate",
    "task_type": None,
}


def fingerprints(warehouse: sa.Engine) -> dict[str, dict[str, object]]:
    """Rows and digest of every query's frame; numbers to nine significant digits, rows by their grain."""
    asked = ASKED | _busiest(warehouse)
    found = {}
    for name in names():
        query = load(name)
        frame = fetch(warehouse, name, **{p.name: asked[p.name] for p in query.params})
        if query.grain:
            frame = frame.sort_values(list(query.grain), ignore_index=True)
        found[name] = {"rows": len(frame), "digest": _digest(frame)}
    return found


def _busiest(warehouse: sa.Engine) -> dict[str, str]:
    """The trainer and the item that the lock asks about: the first of those with most work."""
    work = fetch(
        warehouse,
        "trainers/summary_by_trainer_v1",
        since=ASKED["since"],
        until=ASKED["until"],
    ).sort_values(["submitted", "trainer_id"], ascending=[False, True])
    trainer = work.iloc[0]["trainer_id"]
    items = fetch(
        warehouse,
        "quality/disagreements_v3",
        question=None,
        answer_a=None,
        answer_b=None,
        since=ASKED["since"],
        until=ASKED["until"],
        limit=5000,
    )
    chosen = items[items["campaign_id"] == ASKED["campaign"]].sort_values("item_id")
    return {"trainer": trainer, "item": chosen.iloc[0]["item_id"]}


def _digest(frame: pd.DataFrame) -> str:
    told = hashlib.sha256("|".join(frame.columns).encode())
    for column in frame.columns:
        values = frame[column]
        if values.dtype == "float64":
            # Engines add up in any order: money that ends in a 5 at the tenth digit would round either way.
            exact = values.to_numpy() * (1 + 1e-12) + 0.0
            text = [f"{v:.9g}" if np.isfinite(v) else "" for v in exact]
        else:
            text = values.astype("object").where(values.notna(), "").astype(str).tolist()
        told.update("\x1f".join(text).encode())
    return told.hexdigest()[:16]


def schema_digest() -> str:
    """What the tables and the definitions of the derived ones are, comments and layout aside."""
    told = hashlib.sha256()
    for table in schema.metadata.sorted_tables:
        columns = [f"{c.name} {c.type} {c.nullable}" for c in table.columns]
        told.update("\x1f".join([table.name, *columns]).encode())
    for name in schema.DERIVED:
        definition = sqlglot.parse_one(load(f"{ROLLUPS}/{name}").sql, read="duckdb")
        told.update(definition.sql("duckdb", comments=False).encode())
    return told.hexdigest()[:16]


def main() -> int:
    """Build the reference demo and print or write the fingerprints."""
    from warehouse import demo

    with tempfile.TemporaryDirectory() as folder:
        url = f"duckdb:///{folder}/warehouse.duckdb"
        demo.build(url, events=EVENTS, progress=False)
        found = fingerprints(door.connect(url))
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    if "--write" in sys.argv:
        LOCK.write_text(text)
        told = {"version": schema.SCHEMA_VERSION, "digest": schema_digest()}
        SCHEMA_LOCK.write_text(json.dumps(told) + "\n")
        print(f"{LOCK} holds {len(found)} queries")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
