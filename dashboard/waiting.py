"""How long people take to get from one stage to another, those who still wait counted as waiting.

Who waits is not lost and not there yet: leaving them out makes every time too short. The share
that has arrived by each day is estimated with leaving as the other way out (Aalen and Johansen).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS = 182
"""Longer waits are counted on the last day."""
DRAWS = 200
ARRIVED, GONE, OPEN = 0, 1, 2


def spells(
    people: pd.DataFrame, start: str, arrived: list[str], until: pd.Timestamp
) -> pd.DataFrame:
    """One row per person who came to ``start``: ``days`` to the first of ``arrived``, to leaving, or so far (``end``)."""
    own = people[people[start].notna()]
    came = own[arrived].min(axis=1) if arrived else pd.Series(pd.NaT, own.index)
    left = own["offboarded_at"].where(own["is_gone"])
    end = np.select([came.notna(), left.notna()], [ARRIVED, GONE], OPEN)
    stop = came.fillna(left).fillna(until)
    days = ((stop - own[start]).dt.total_seconds() / 86400).clip(0, DAYS - 1)
    return pd.DataFrame({"days": days, "end": end}, index=own.index)


def arrival(told: pd.DataFrame) -> pd.DataFrame:
    """Per whole day since the start the share that has arrived, with a 95 % interval from resampled people."""
    cells = np.zeros((3, DAYS))
    np.add.at(cells, (told["end"].to_numpy(int), told["days"].to_numpy().astype(int)), 1)
    share = _arrived(cells[None])[0]
    n = int(cells.sum())
    drawn = np.random.default_rng(11).multinomial(n, cells.ravel() / max(n, 1), size=DRAWS)
    low, high = np.quantile(_arrived(drawn.reshape(DRAWS, 3, DAYS)), [0.025, 0.975], axis=0)
    return pd.DataFrame({"day": np.arange(DAYS), "share": share, "low": low, "high": high})


def _arrived(cells: np.ndarray) -> np.ndarray:
    """The curve of each draw; ``cells`` are counts by draw, way out and day."""
    out = cells.sum(axis=1)
    at_risk = out[:, ::-1].cumsum(axis=1)[:, ::-1]
    safe = np.maximum(at_risk, 1)
    leaves = (cells[:, ARRIVED] + cells[:, GONE]) / safe
    still = np.cumprod(1 - leaves, axis=1)
    before = np.concatenate([np.ones((len(cells), 1)), still[:, :-1]], axis=1)
    return np.cumsum(before * cells[:, ARRIVED] / safe, axis=1)


def median(told: pd.DataFrame) -> tuple[float, float, float] | None:
    """The day by which half have arrived, with its 95 % interval; None where fewer than half will be seen to."""
    if told.empty:
        return None
    curve = arrival(told)

    def first(column: str) -> float:
        reached = curve.loc[curve[column] >= 0.5, "day"]
        return float(reached.iloc[0]) if len(reached) else np.inf

    middle = first("share")
    return None if np.isinf(middle) else (middle, first("high"), first("low"))


def coming(told: pd.DataFrame, ahead: int) -> np.ndarray:
    """How many of those who still wait are expected to arrive in each of the next ``ahead`` weeks."""
    waits = told.loc[told["end"] == OPEN, "days"].to_numpy().astype(int)
    expected = np.zeros(ahead)
    if len(waits) == 0:
        return expected
    cells = np.zeros((1, 3, DAYS))
    np.add.at(cells[0], (told["end"].to_numpy(int), told["days"].to_numpy().astype(int)), 1)
    curve = _arrived(cells)[0]
    leaving = _arrived(cells[:, [GONE, ARRIVED, OPEN]])[0]
    still = np.maximum(1 - curve - leaving, 1e-9)
    for week in range(ahead):
        ends = np.minimum(waits + 7 * (week + 1), DAYS - 1)
        begins = np.minimum(waits + 7 * week, DAYS - 1)
        chance = np.clip((curve[ends] - curve[begins]) / still[waits], 0, 1)
        expected[week] = chance.sum()
    return expected
