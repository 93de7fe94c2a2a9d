"""Reviewers against what the work they saw lets expect, and what they have to do with a change in acceptance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

Z = 1.96
FALSE_AMONG_FOUND = 0.05
"""Of those called strict or lenient, so many may be so by chance (Benjamini and Hochberg)."""
LITTLE = 10.0
"""Reviews of the task type that are mixed into what is expected of a trainer's work."""
DRAWS = 400


def reviewers(rows: pd.DataFrame) -> pd.DataFrame:
    """Per reviewer: the rejection rate, what the work lets expect, how far above it with 95 % interval, and who stands out.

    ``rows`` are per campaign and reviewer. ``standing`` is strict or lenient only where chance is
    ruled out for all reviewers together.
    """
    counts = ["reviews", "rejected", "expected", "variance", "first_rejected", "reversed"]
    own = rows.groupby("reviewer_id")[counts].sum()
    own["campaigns"] = rows.groupby("reviewer_id")["campaign_id"].nunique()
    n = own["reviews"].where(own["reviews"] > 0)
    # Whichever spread is larger: that of the expectation, or that of what was seen.
    seen = own["rejected"] * (1 - own["rejected"] / n)
    error = np.sqrt(np.maximum(np.maximum(own["variance"], seen), 0.25)) / n
    own["rate"], own["expected_rate"] = own["rejected"] / n, own["expected"] / n
    own["above"] = own["rate"] - own["expected_rate"]
    own["above_low"], own["above_high"] = own["above"] - Z * error, own["above"] + Z * error
    p = pd.Series(2 * norm.sf((own["above"] / error).abs()), own.index)
    is_found = stands_out(p)
    own["standing"] = np.where(
        is_found, np.where(own["above"] > 0, "strict", "lenient"), "as expected"
    )
    return own.reset_index()


def stands_out(p: pd.Series) -> pd.Series:
    """Which of many p-values are findings, so that few of these are chance (Benjamini and Hochberg)."""
    ranked = p.sort_values()
    limits = FALSE_AMONG_FOUND * np.arange(1, len(ranked) + 1) / max(len(ranked), 1)
    passed = ranked[ranked.to_numpy() <= limits]
    return p <= (passed.max() if len(passed) else -1)


def parts(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What the change of a campaign's rejection rate is made of: part, points, points_low, points_high.

    Whose work was reviewed and of which type; individual reviewers who became stricter or milder than
    the others did, and who reviewed; and the rest, which all reviewers saw alike. A change that half
    of the reviewers or more made together cannot be told from a change of the work. The parts add up.
    Empty where either period has no review.
    """
    cells = _cells(before, after)
    if cells is None:
        return pd.DataFrame(columns=["part", *RANGE])
    n, x, e, drawn = cells.n, cells.x, cells.e, cells.drawn
    mix, single, common = _split(n, x[None], e)
    _, singles, commons = _split(n, drawn, e)
    change = x.sum(0) / n.sum(0)
    told = [
        ("the whole change", change[1] - change[0], None),
        ("individual reviewers", single[0].sum(), singles.sum(axis=1)),
        ("whose work, which type", mix, None),
        ("seen by all reviewers alike", common[0], commons),
    ]
    return pd.DataFrame(
        [(name, v, *_interval(draws)) for name, v, draws in told], columns=["part", *RANGE]
    )


def by_reviewer(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What each reviewer alone has to do with the change: reviewer_id, points and interval, the largest first."""
    cells = _cells(before, after)
    if cells is None:
        return pd.DataFrame(columns=["reviewer_id", *RANGE])
    _, single, _ = _split(cells.n, cells.x[None], cells.e)
    _, singles, _ = _split(cells.n, cells.drawn, cells.e)
    low, high = np.quantile(singles, [0.025, 0.975], axis=0)
    told = pd.DataFrame(
        {
            "reviewer_id": cells.reviewers,
            "points": single[0],
            "points_low": low,
            "points_high": high,
        }
    )
    known = told[told["reviewer_id"] != ""]
    return known.sort_values("points", key=abs, ascending=False, ignore_index=True)


RANGE = ["points", "points_low", "points_high"]


@dataclass(frozen=True)
class _Cells:
    """Reviews, rejections and expected rejections by reviewer and period, and draws of the rejections."""

    reviewers: list[str]
    n: np.ndarray
    x: np.ndarray
    e: np.ndarray
    drawn: np.ndarray


def _cells(before: pd.DataFrame, after: pd.DataFrame) -> _Cells | None:
    both = pd.concat([before.assign(period=0), after.assign(period=1)])
    both = both.assign(
        reviewer_id=both["reviewer_id"].fillna(""), trainer_id=both["trainer_id"].fillna("")
    )
    if both.empty or both["period"].nunique() < 2:
        return None
    both["e"] = _expected(both) * both["reviews"]
    sums = both.groupby(["reviewer_id", "period"])[["reviews", "rejected", "e"]].sum()
    sums = sums.unstack(fill_value=0)
    n, x, e = (sums[c].to_numpy(float) for c in ("reviews", "rejected", "e"))
    chance = np.divide(x, n, out=np.zeros_like(x), where=n > 0)
    rng = np.random.default_rng(5)
    drawn = rng.binomial(n.astype(int), chance, size=(DRAWS, *n.shape)).astype(float)
    return _Cells(list(sums.index), n, x, e, drawn)


def _interval(draws: np.ndarray | None) -> tuple[float, float]:
    return (np.nan, np.nan) if draws is None else tuple(np.quantile(draws, [0.025, 0.975]))


def _expected(both: pd.DataFrame) -> pd.Series:
    """How often the other reviewers, in both periods, reject this person's work of this type."""
    counts = ["reviews", "rejected"]
    work = both.groupby(["trainer_id", "task_type"])[counts].transform("sum")
    own = both.groupby(["trainer_id", "task_type", "reviewer_id"])[counts].transform("sum")
    kind = both.groupby("task_type")[counts].transform("sum")
    usual = kind["rejected"] / kind["reviews"]
    others = work - own
    return (others["rejected"] + LITTLE * usual) / (others["reviews"] + LITTLE)


def _split(n: np.ndarray, x: np.ndarray, e: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The change as mix, part of each reviewer alone and common part; ``x`` may hold many draws."""
    weight = n / n.sum(0)
    safe = np.where(n > 0, n, 1)
    above = (x - e) / safe
    in_both = (n > 0).all(1)
    # Who reviewed in one period only has not changed: what they are counts through their weight.
    above = np.where((n > 0)[None], above, above[:, :, ::-1])
    own = above[:, :, 1] - above[:, :, 0]
    middle = _weighted_median(own[:, in_both], n[in_both].sum(1)) if in_both.any() else np.zeros(len(x))  # fmt: skip
    mean_weight = weight.mean(1)
    shifted = (weight[:, 1] - weight[:, 0]) * above.mean(2)
    stricter = mean_weight * in_both * (own - middle[:, None])
    common = (mean_weight * in_both).sum() * middle
    mix = float(e[:, 1].sum() / n[:, 1].sum() - e[:, 0].sum() / n[:, 0].sum())
    return mix, stricter + shifted, common


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of each row; between two values of equal weight their middle, so that neither is blamed."""
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, 1)
    to_date = np.cumsum(weights[order], axis=1) / weights.sum()
    upper = (to_date > 0.5 + 1e-9).argmax(1)
    lower = (to_date >= 0.5 - 1e-9).argmax(1)
    rows = np.arange(len(values))
    return (ranked[rows, lower] + ranked[rows, upper]) / 2
