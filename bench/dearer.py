"""False flags of dearer work: campaigns of any shape in which the cost of an item never changes.

python -m bench.dearer --campaigns 2000 --seed 2026
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from data_checks.dearer import rises
from data_checks.detectors.settings import DAYS_A_MONTH, Settings

KINDS = ("plain", "alike weeks", "heavy tails", "mix", "backlog", "learning", "few items")


def campaign(
    rng: np.random.Generator, name: str, kind: str, dearer: float = 0.0, at: int = 20
) -> pd.DataFrame:
    """Its weeks by task type; from the week ``at`` on each item costs ``dearer`` more."""
    weeks, types = int(rng.integers(26, 53)), int(rng.integers(1, 5))
    price = rng.lognormal(0, 0.6, types)
    volume = np.exp(rng.uniform(np.log(60), np.log(2000))) if kind != "few items" else 55.0
    share = rng.dirichlet(np.full(types, 3.0))[None, :].repeat(weeks, axis=0)
    if kind == "mix":
        tilt = np.linspace(0, rng.uniform(0.5, 2), weeks)[:, None] * price.argsort().argsort()
        share = share * np.exp(tilt * rng.choice([-1, 1]))
        share /= share.sum(axis=1, keepdims=True)
    done = rng.poisson(share * (volume * rng.lognormal(0, 0.15, weeks))[:, None])
    spread = np.exp(rng.uniform(np.log(0.01), np.log(0.12)))
    noise = rng.normal(0, spread, weeks)
    if kind == "alike weeks":
        for week in range(1, weeks):
            noise[week] = 0.3 * noise[week - 1] + noise[week] * np.sqrt(1 - 0.3**2)
    if kind == "heavy tails":
        noise = spread * rng.standard_t(4, weeks)
    if kind == "learning":
        noise = noise + rng.uniform(0, 0.3) * np.exp(-np.arange(weeks) / 4)
    own = rng.normal(0, 0.6, (weeks, types)) / np.sqrt(np.maximum(done, 1))
    level = np.where(np.arange(weeks) >= at, 1 + dearer, 1.0)[:, None]
    cost = done * price * np.exp(noise[:, None] + own) * level
    waits = np.zeros((weeks, types))
    if kind == "backlog":
        late = (np.arange(weeks) >= 15) & (np.arange(weeks) < 18)
        waits[late] = np.floor(0.6 * done[late])
        waits[18:21] = -waits[15:18]
    return pd.DataFrame(
        {
            "campaign_id": name,
            "task_type": np.tile([f"type {k}" for k in range(types)], weeks),
            "week": np.repeat(pd.date_range("2026-01-05", periods=weeks, freq="7D"), types),
            "cost_usd": cost.ravel(),
            "units": done.ravel(),
            "unpriced": 0,
            "accepted_items": (done - waits).ravel(),
            "waiting_items": waits.ravel(),
        }
    )


def measured(campaigns: int, seed: int, dearer: float = 0.0) -> pd.DataFrame:
    """One row per kind: campaigns, months, and flags of which none (or each) is true."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(campaigns):
        kind = KINDS[number % len(KINDS)]
        work = campaign(rng, f"c{number}", kind, dearer)
        found = rises(work, Settings())
        start = work["week"].min() + pd.Timedelta(weeks=20)
        soon = [r for r in found if pd.Timedelta(0) < r.opened - start <= pd.Timedelta(weeks=4)]
        rows.append((kind, work["week"].nunique() * 7 / DAYS_A_MONTH, len(found), bool(soon)))
    told = pd.DataFrame(rows, columns=["kind", "months", "flags", "soon"])
    sums = told.groupby("kind").agg(
        campaigns=("flags", "size"), months=("months", "sum"), flags=("flags", "sum"), soon=("soon", "mean")
    )  # fmt: skip
    sums.loc["all"] = [len(told), told["months"].sum(), told["flags"].sum(), told["soon"].mean()]
    return sums.assign(a_month=sums["flags"] / sums["months"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.dearer", description=__doc__)
    parser.add_argument("--campaigns", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    print(measured(args.campaigns, args.seed).drop(columns="soon").round(4).to_string())
    for dearer in (0.1, 0.2, 0.4):
        told = measured(args.campaigns // 10, args.seed + 1, dearer).loc["all", "soon"]
        print(f"{dearer:.0%} dearer, told within four weeks: {told:.2f}")
