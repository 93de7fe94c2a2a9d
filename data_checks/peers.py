"""People and vendors held against their peers, fairly: small numbers are shrunk, harder work is expected to go worse."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta, norm, t

PRIOR = 5.0
"""How many units the campaign's rate weighs in a task type's rate."""


LEAST_ALIKE = 0.01
"""Trainers always differ a little: however alike few data make them look, fifty units say something about one."""


def expected(frame: pd.DataFrame, x: str, n: str) -> pd.Series:
    """The rate expected of each row: its campaign's rate on its task type."""
    campaign = frame.groupby("campaign_id")[[x, n]].transform("sum")
    kind = frame.groupby(["campaign_id", "task_type"])[[x, n]].transform("sum")
    overall = campaign[x] / campaign[n].where(campaign[n] > 0)
    return (kind[x] + PRIOR * overall) / (kind[n] + PRIOR)


def people(frame: pd.DataFrame, x: str, n: str) -> pd.DataFrame:
    """One row per campaign and trainer: counts, the rate their task types let expect, the shrunken rate.

    ``frame`` has a row per campaign, trainer and task type. The shrunken rate is the mean of a
    beta posterior (empirical Bayes: how much trainers differ is learned from the campaign);
    ``spread`` is by how much trainers of the campaign differ, ``distance`` how many spreads a
    trainer lies from what was expected.
    """
    told = frame.assign(expected_x=expected(frame, x, n) * frame[n])
    keys = ["campaign_id", "trainer_id"]
    one = told.groupby(keys, as_index=False).agg(
        vendor_id=("vendor_id", "first"),
        x=(x, "sum"),
        n=(n, "sum"),
        expected_x=("expected_x", "sum"),
    )
    one = one[one["n"] > 0].reset_index(drop=True).astype({"x": "float64", "n": "float64"})
    peers = (one["expected_x"] / one["n"]).clip(1e-4, 1 - 1e-4)
    strength = one["campaign_id"].map(_strength(one)).astype("float64")
    a, b = peers * strength + one["x"], (1 - peers) * strength + one["n"] - one["x"]
    spread = np.sqrt(peers * (1 - peers) / (strength + 1))
    shrunk = a / (a + b)
    return one.assign(
        rate=one["x"] / one["n"],
        peers=peers,
        shrunk=shrunk,
        shrunk_low=beta.ppf(0.025, a, b),
        shrunk_high=beta.ppf(0.975, a, b),
        spread=spread,
        distance=(shrunk - peers) / spread,
    ).drop(columns="expected_x")


def _strength(one: pd.DataFrame) -> pd.Series:
    """Per campaign the weight M = 1/rho - 1 of the peers' rate, from the method of moments."""
    found = {}
    for campaign, rows in one.groupby("campaign_id"):
        n, p = rows["n"].to_numpy(float), (rows["x"] / rows["n"]).to_numpy(float)
        k, total = len(rows), rows["n"].sum()
        m = rows["x"].sum() / total
        noise = m * (1 - m)
        below = noise * (total - (n**2).sum() / total - (k - 1))
        rho = ((n * (p - m) ** 2).sum() - (k - 1) * noise) / below if below > 0 else 0.0
        found[campaign] = 1 / np.clip(rho, LEAST_ALIKE, 0.5) - 1
    return pd.Series(found, dtype=float)


def groups(frame: pd.DataFrame, by: str, x: str, n: str) -> pd.DataFrame:
    """One row per campaign and group (vendor) that has others beside it: its rate less theirs, and z.

    Adjusted for the task mix: what counts is the difference from what was expected. The error is
    clustered by trainer, whose answers are alike, and itself uncertain where these are few: ``z`` is
    the normal deviate as improbable as Welch's t (1947), with Satterthwaite's degrees of freedom.
    """
    told = frame[frame[n] > 0]
    told = told.assign(excess=told[x] - expected(told, x, n) * told[n])
    cells = told.groupby(["campaign_id", by, "trainer_id"], as_index=False).agg(
        x=(x, "sum"), n=(n, "sum"), excess=("excess", "sum")
    )
    cells = cells.astype({"x": "float64", "n": "float64"}).assign(
        trainers=1.0, ee=cells["excess"] ** 2, en=cells["excess"] * cells["n"], nn=cells["n"] ** 2.0
    )
    sums = ["trainers", "x", "n", "excess", "ee", "en", "nn"]
    own = cells.groupby(["campaign_id", by])[sums].sum()
    others = own.groupby("campaign_id").transform("sum") - own
    has_others = others["trainers"] > 0
    own, others = own[has_others], others[has_others]
    gap = own["excess"] / own["n"] - others["excess"] / others["n"]
    z = _deviate(gap, own, others)
    rate = own["x"] / own["n"]
    return pd.DataFrame(
        {
            "trainers": own["trainers"],
            "x": own["x"],
            "n": own["n"],
            "rate": rate,
            "peers": rate - gap,
            "peer_trainers": others["trainers"],
            "peer_n": others["n"],
            "gap": gap,
            "z": z,
        }
    ).reset_index()


def _deviate(gap: pd.Series, *sides: pd.DataFrame) -> pd.Series:
    """The normal deviate of a gap between the means of two sides, each with its sums over trainers."""
    variances = [_variance(sums) for sums in sides]
    total = sum(variances)
    freedom = total**2 / sum(
        v**2 / (sums["trainers"] - 1) for v, sums in zip(variances, sides, strict=True)
    )
    # Unknown where no spread is seen (any gap is then certain) or where one is alone (none is): either way
    # the ratio below is boundless or nothing, whatever stands here.
    chance = t.sf(gap.abs() / np.sqrt(total), freedom.fillna(1.0))
    apart = norm.isf(np.maximum(chance, np.finfo(float).tiny))  # a number, however certain
    return (np.sign(gap) * apart).fillna(0.0)


def _variance(sums: pd.DataFrame) -> pd.Series:
    """Of the mean excess of each group, from its sums over trainers; boundless for one trainer alone."""
    mean = sums["excess"] / sums["n"]
    squares = sums["ee"] - 2 * mean * sums["en"] + mean**2 * sums["nn"]
    k = sums["trainers"]
    inflated = squares.clip(lower=0) / sums["n"] ** 2 * k / (k - 1).where(k > 1)
    return inflated.fillna(np.inf)
