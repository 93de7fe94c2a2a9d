"""What a query said, in so few letters that two answers can be compared: its version and its frame."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from warehouse.query import Query

DIGITS = 9
"""Numbers that agree to so many significant digits are one: engines add up in different orders."""


def source(query: Query, frame: pd.DataFrame) -> dict[str, object]:
    """Version (of header and statement), rows and digest of the frame."""
    version = hashlib.sha256(f"{query.header}\n{query.sql}".encode()).hexdigest()[:12]
    return {"version": version, "rows": len(frame), "frame": digest(query, frame)}


def digest(query: Query, frame: pd.DataFrame) -> str:
    """The frame's fingerprint, whatever the order of its rows."""
    plain = pd.DataFrame({name: _plain(frame[name]) for name in frame})
    if query.grain:
        plain = plain.sort_values(list(query.grain), ignore_index=True)
    return hashlib.sha256(plain.to_csv(index=False).encode()).hexdigest()[:16]


def _plain(values: pd.Series) -> pd.Series:
    if not pd.api.types.is_float_dtype(values):
        return values.astype(str)
    # Sums come out in any order: money that ends in a 5 at the tenth digit would round either way.
    exact = values.to_numpy(float, na_value=np.nan) * (1 + 1e-12) + 0.0
    return pd.Series([f"{v:.{DIGITS}g}" for v in exact], values.index)
