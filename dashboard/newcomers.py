"""What the people who are ramping up now will bring, from what newcomers before them brought."""

from __future__ import annotations

import numpy as np
import pandas as pd

RAMP_WEEKS = 8
"""Working weeks in which somebody counts as ramping up."""
AHEAD = 8
ENOUGH = 5
"""People for whom a working week must be over before its mean is used."""
Z80 = 1.2816


def curve(rows: pd.DataFrame) -> pd.DataFrame:
    """Per working week of one campaign what one newcomer brings: mean, its error, and the spread between people.

    The weeks that too few have seen stand at the mean of the last four that enough have.
    """
    known = rows[rows["people"] >= ENOUGH].sort_values("working_week")
    if known.empty:
        return pd.DataFrame(columns=["working_week", "mean", "error", "spread"])
    n = known["people"].astype(float)
    mean = known["submitted"] / n
    variance = np.maximum(known["submitted_squares"] / n - mean**2, 0) * n / np.maximum(n - 1, 1)
    told = pd.DataFrame(
        {
            "working_week": known["working_week"],
            "mean": mean,
            "error": np.sqrt(variance / n),
            "spread": np.sqrt(variance),
        }
    ).set_index("working_week")
    last = told.tail(4).mean()
    weeks = range(1, int(rows["working_week"].max()) + RAMP_WEEKS + AHEAD + 1)
    return told.reindex(weeks).fillna(last).rename_axis("working_week").reset_index()


def projected(
    rows: pd.DataFrame, coming: dict[str, np.ndarray], until: pd.Timestamp
) -> pd.DataFrame:
    """Per week to come what those now ramping, and those about to begin, are expected to submit.

    ``week`` (its first day), ``people`` ramping or about to begin, ``value`` with 80 % range
    ``value_low`` to ``value_high``. ``coming`` are starts expected per campaign and week. The range
    holds how different people are and how few the curve is known from; it does not know of plans.
    """
    total = np.zeros((AHEAD, 3))
    for campaign, own in rows.groupby("campaign_id"):
        told = curve(own)
        if told.empty:
            continue
        means, errors, spreads = (
            told[c].to_numpy(float) for c in ("mean", "error", "spread")
        )  # by working week less one
        now = own[own["working_week"] <= RAMP_WEEKS]
        heads = np.zeros(len(means))
        heads[now["working_week"].to_numpy(int) - 1] = now["people_now"]
        starts = coming.get(campaign, np.zeros(AHEAD))
        for week in range(AHEAD):
            there = np.zeros(len(means))
            # In the first week to come everybody goes on where they are.
            there[week:] = heads[: len(heads) - week]
            there[: week + 1] += starts[week::-1]
            total[week] += [
                there.sum(),
                (there * means).sum(),
                (there * spreads**2).sum() + ((there * errors) ** 2).sum(),
            ]
    error = Z80 * np.sqrt(total[:, 2])
    return pd.DataFrame(
        {
            "week": [until + pd.Timedelta(days=7 * k) for k in range(AHEAD)],
            "people": total[:, 0],
            "value": total[:, 1],
            "value_low": np.maximum(total[:, 1] - error, 0),
            "value_high": total[:, 1] + error,
        }
    )


def plateau(weeks: pd.DataFrame) -> tuple[int, float] | None:
    """From which working week a cohort no longer grows, and at which rate it stays; None under four weeks.

    ``weeks`` have rate, rate_low, rate_high and n, one row per working week. The rate is that of
    the last half of the weeks; the plateau begins with the first week whose interval holds it.
    """
    told = weeks.dropna(subset=["rate"]).sort_values("working_week")
    if len(told) < 4:
        return None
    late = told.tail(max(len(told) // 2, 2))
    level = float((late["rate"] * late["n"]).sum() / late["n"].sum())
    there = told[told["rate_high"] >= level]
    return (int(there["working_week"].iloc[0]), level) if len(there) else None
