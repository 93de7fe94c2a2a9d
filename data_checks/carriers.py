"""What carries a change: parts of a campaign before and since, and which reviewer a rise of rejections belongs to."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa

from data_checks.detectors import Detector, mix
from warehouse.read import fetch
from warehouse.scope import Scope

BEFORE_DAYS = 56
DAYS_SHOWN = 120
MOST_PARTS = 12
PARTS = ("vendor_id", "task_type", "onboarding_cohort")
ODDS = (1.4, 2.0, 3.0)
LEAST_REVIEWS = 20
REVIEWERS = "reviewers/severity_by_reviewer_v1"


def campaign_days(daily: pd.DataFrame, campaign: str, until: date, sign: int) -> list[list]:
    """Day, units, share, expected share and the range of a usual day, as the figure is read (not its bad share)."""
    own = daily[(daily["campaign_id"] == campaign) & (daily["day"] < pd.Timestamp(until))]
    own = own[own["day"] >= pd.Timestamp(until) - pd.Timedelta(days=DAYS_SHOWN)]
    told = own[["bad", "expected", "low", "high"]].div(own["units"], axis=0)
    if sign < 0:
        told = 1 - told
        told[["low", "high"]] = told[["high", "low"]].to_numpy()
    rows = zip(own["day"], own["units"], told.itertuples(index=False), strict=True)
    return [[f"{d:%Y-%m-%d}", round(float(n), 2), *(round(float(v), 4) for v in r)] for d, n, r in rows]  # fmt: skip


def parts(detector: Detector, campaign: str, onset: date, until: date) -> dict[str, object]:
    """Mix and rate (Kitagawa) of the change of the bad share, and each part's share before and since the onset."""
    tracker = detector.tracker
    first = tracker.panel.first_day.astype(object)
    start, end = (onset - first).days, (until - first).days
    people = tracker.layout.parts
    people = people[people["campaign_id"] == campaign].copy()
    before = slice(max(start - BEFORE_DAYS, 0), max(start, 0))
    since = slice(max(start, 0), end)
    for name, values in zip(("n", "bad"), tracker.watch.counts, strict=True):
        people[f"{name}_before"] = values[people.index, before].sum(axis=1)
        people[f"{name}_since"] = values[people.index, since].sum(axis=1)
    sums = ["n_before", "bad_before", "n_since", "bad_since"]
    kinds = people.groupby(["vendor_id", "task_type"])[sums].sum().to_numpy().T
    told: dict[str, object] = {"parts": []}
    if kinds[0].sum() and kinds[2].sum():
        by_mix, by_rate = mix.parts(*kinds)
        told |= {"by_mix": round(by_mix, 4), "by_rate": round(by_rate, 4)}
    for dimension in PARTS:
        grouped = people.groupby(dimension)[sums].sum()
        grouped = grouped[grouped["n_since"] > 0]
        if len(grouped) > 1:
            top = grouped.sort_values("n_since", ascending=False).head(MOST_PARTS)
            told["parts"] += [
                [dimension, str(name), *(round(float(v), 1) for v in row)]
                for name, row in zip(top.index, top.to_numpy(), strict=True)
            ]
    return told


def first_day_of_class(detector: Detector, campaign: str, cohort: str) -> date:
    """The first day, among those the detector still knows, on which a class worked on the campaign."""
    tracker = detector.tracker
    parts = tracker.layout.parts
    own = (parts["campaign_id"] == campaign) & (parts["onboarding_cohort"] == cohort)
    worked = tracker.watch.counts[0][own.to_numpy(bool)].any(axis=0)
    return tracker.panel.first_day.astype(object) + timedelta(days=int(worked.argmax()))


def reviewer(engine: sa.Engine, campaign: str, onset: date, until: date) -> list[tuple[str, float]]:
    """Reviewers by how probable it is that one of them alone rejects more, against all of them; '' is all."""
    scope = Scope(campaigns=(campaign,))
    now = fetch(engine, REVIEWERS, scope=scope, since=onset, until=until)
    past = fetch(engine, REVIEWERS, scope=scope, since=onset - timedelta(days=BEFORE_DAYS), until=onset)  # fmt: skip
    now = now[now["reviews"] >= LEAST_REVIEWS].merge(
        past[["reviewer_id", "reviews", "rejected"]], how="inner", on="reviewer_id", suffixes=("", "_past")
    )  # fmt: skip
    if len(now) < 2:
        return []
    pooled = past["rejected"].sum() / max(past["reviews"].sum(), 1)
    p = ((now["rejected_past"] + 30 * pooled) / (now["reviews_past"] + 30)).clip(0.005, 0.95)
    x, n = now["rejected"].to_numpy(float), now["reviews"].to_numpy(float)
    p = p.to_numpy()
    each = np.stack([_ratio(x, n, p, odds) for odds in ODDS])
    alone = np.logaddexp.reduce(each, axis=0) - np.log(len(now))
    together = np.logaddexp.reduce(each.sum(axis=1))
    weighed = np.exp(np.append(alone, together) - max(alone.max(), together))
    names = [*now["reviewer_id"], ""]
    told = zip(names, (weighed / weighed.sum()).tolist(), strict=True)
    return sorted(told, key=lambda pair: -pair[1])


def _ratio(x: np.ndarray, n: np.ndarray, p: np.ndarray, odds: float) -> np.ndarray:
    b = odds * p / (1 - p + odds * p)
    return x * np.log(b / p) + (n - x) * np.log((1 - b) / (1 - p))
