"""A version is a promise about results: no query's answer changes under its name."""

from __future__ import annotations

import json

from lock import LOCK, fingerprints

from warehouse import engine as door
from warehouse.query import names


def test_no_answer_changed_under_its_name(demo_url: str) -> None:
    promised = json.loads(LOCK.read_text())
    found = fingerprints(door.connect(demo_url))
    changed = sorted(n for n in promised.keys() & found.keys() if promised[n] != found[n])
    assert not changed, (
        f"write _v2 of {', '.join(changed)}, or `make catalogue` if the demo itself changed"
    )


def test_every_query_is_locked() -> None:
    assert set(json.loads(LOCK.read_text())) == set(names()), "run `make catalogue`"
