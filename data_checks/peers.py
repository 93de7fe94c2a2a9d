"""People and vendors held against their peers, fairly: small numbers are shrunk, harder work is expected to go worse."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

PRIOR = 5.0
"""How many units the campaign's rate weighs in a task type's rate."""


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
        found[campaign] = 1 / np.clip(rho, 0.001, 0.5) - 1
    return pd.Series(found, dtype=float)


def groups(frame: pd.DataFrame, by: str, x: str, n: str) -> pd.DataFrame:
    """One row per campaign and group (vendor): its rate less the others', and z clustered by trainer.

    Both are adjusted for the task mix: what counts is the difference from what was expected.
    """
    told = frame[frame[n] > 0].assign(excess=lambda f: f[x] - expected(f, x, n) * f[n])
    cells = told.groupby(["campaign_id", by, "trainer_id"], as_index=False).agg(
        x=(x, "sum"), n=(n, "sum"), excess=("excess", "sum")
    )
    rows = []
    for (campaign, group), own in cells.groupby(["campaign_id", by]):
        others = cells[(cells["campaign_id"] == campaign) & (cells[by] != group)]
        if others.empty:
            continue
        gap = _mean(own) - _mean(others)
        error = np.sqrt(_variance(own) + _variance(others))
        rows.append(
            {
                "campaign_id": campaign,
                by: group,
                "trainers": len(own),
                "x": own["x"].sum(),
                "n": own["n"].sum(),
                "rate": own["x"].sum() / own["n"].sum(),
                "peers": own["x"].sum() / own["n"].sum() - gap,
                "peer_trainers": len(others),
                "peer_n": others["n"].sum(),
                "gap": gap,
                "z": gap / error if error > 0 else 0.0,
            }
        )
    columns = ["campaign_id", by, "trainers", "x", "n", "rate", "peers", "peer_trainers", "peer_n"]
    return pd.DataFrame(rows, columns=[*columns, "gap", "z"])


def _mean(cells: pd.DataFrame) -> float:
    return cells["excess"].sum() / cells["n"].sum()


def _variance(cells: pd.DataFrame) -> float:
    """Of the mean excess, one trainer being one cluster: their answers are alike."""
    k, total = len(cells), cells["n"].sum()
    if k < 2:
        return np.inf
    return ((cells["excess"] - _mean(cells) * cells["n"]) ** 2).sum() / total**2 * k / (k - 1)
