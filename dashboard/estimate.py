"""What can be said of a trainer from few answers: shrunken estimates (beta-binomial, empirical Bayes).

A person's own answers are weighed against what is usual for the same campaign and task type: with
few answers the usual counts most, with many their own. METRICS.md, "Estimating trainers".
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

CELL = ["campaign_id", "task_type"]
MOST = 60.0
"""The usual is worth at most so many answers: people always differ a little, and from few answers
each nobody can tell that they do not."""
LEAST = 2.0
CERTAIN = 0.975
MANY = 1000


def strength(x: np.ndarray, n: np.ndarray) -> float:
    """How many answers the usual rate is worth: 1/rho - 1 by the method of moments."""
    x, n = x[n > 0].astype(float), n[n > 0].astype(float)
    total, k = n.sum(), len(n)
    if k < 3 or total <= 0:
        return 20.0
    m = x.sum() / total
    spread = m * (1 - m)
    if spread <= 0:
        return MOST
    scale = spread * (total - (n**2).sum() / total - (k - 1))
    if scale <= 0:
        return MOST
    rho = ((n * (x / n - m) ** 2).sum() - (k - 1) * spread) / scale
    return float(np.clip(1 / rho - 1, LEAST, MOST)) if rho > 0 else MOST


def usual(rows: pd.DataFrame, x: str, n: str) -> pd.Series:
    """For each row what is usual in its campaign and task type, itself drawn to the campaign's rate."""
    campaign = rows.groupby("campaign_id")[[x, n]].transform("sum")
    cell = rows.groupby(CELL)[[x, n]].transform("sum")
    overall = campaign[x] / campaign[n].where(campaign[n] > 0)
    return (cell[x] + 5 * overall) / (cell[n] + 5)


def trainers(rows: pd.DataFrame, x: str, n: str, bar: float) -> pd.DataFrame:
    """Per trainer: raw rate, what was expected of their mix, shrunken estimate with 95 % interval, and the verdict.

    ``rows`` are per trainer, campaign and task type. ``standing`` is below or good where the
    interval says so with 95 % certainty (97.5 % on that side), else unsure.
    """
    rows = rows[rows[n] > 0]
    expected = usual(rows, x, n)
    counted = rows.assign(_expected=expected * rows[n])
    own = counted.groupby("trainer_id")[[x, n, "_expected"]].sum().astype(float)
    weight = strength(rows[x].to_numpy(), rows[n].to_numpy())
    mean = (own["_expected"] / own[n]).clip(0.01, 0.99)
    a = mean * weight + own[x]
    b = (1 - mean) * weight + own[n] - own[x]
    below = beta.cdf(bar, a, b)
    last = worst_tenth(a.to_numpy(), b.to_numpy())
    return pd.DataFrame(
        {
            "n": own[n].astype("int64"),
            "raw": own[x] / own[n],
            "expected": mean,
            "quality": a / (a + b),
            "quality_low": beta.ppf(1 - CERTAIN, a, b),
            "quality_high": beta.ppf(CERTAIN, a, b),
            "p_below": below,
            "p_worst": last,
            "standing": np.select(
                [below >= CERTAIN, below <= 1 - CERTAIN], ["below", "good"], "unsure"
            ),
        },
        index=own.index,
    )


def worst_tenth(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """For each of Beta(a, b) the chance to be among the lowest tenth, from draws of all together.

    Among very many one more or less does not move where the lowest tenth ends: from 1,000 on it is
    taken as known.
    """
    k = len(a)
    if k == 0:
        return np.zeros(0)
    drawn = np.random.default_rng(3).beta(a, b, size=(max(40, min(2000, 1_000_000 // k)), k))
    ends = np.partition(drawn, (k - 1) // 10, axis=1)[:, (k - 1) // 10]
    if k >= MANY:
        return beta.cdf(np.median(ends), a, b)
    return (drawn <= ends[:, None]).mean(axis=0)


def limits(weeks: pd.DataFrame, n: str, usual: float | None) -> pd.DataFrame:
    """``weeks`` with the range in which 95 of 100 weeks of somebody usual lie, by the week's own n."""
    m = np.nan if usual is None else np.clip(usual, 0.01, 0.99)
    spread = 1.96 * np.sqrt(m * (1 - m) / weeks[n])
    low, high = np.clip(m - spread, 0, 1), np.clip(m + spread, 0, 1)
    return weeks.assign(usual=m, limit_low=low, limit_high=high)


def pace(rows: pd.DataFrame) -> pd.Series:
    """Each trainer's time against the team's on the same tasks, measured alike: 1 is usual, 2 twice as long.

    ``rows`` hold typical seconds, a trainer's and the team's, per campaign, task type and way of
    measuring; the mean is geometric, weighted by how many are timed.
    """
    if rows.empty:
        return pd.Series(dtype=float, name="pace")
    own = np.log(rows["typical_seconds"] / rows["team_seconds"]) * rows["timed"]
    by = rows["trainer_id"]
    return np.exp(own.groupby(by).sum() / rows["timed"].groupby(by).sum()).rename("pace")
