"""How well flags tell what is true of a world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench.worlds import DAYS, MONITORED_FROM, START

METRICS = ("gold_accuracy", "rejection_rate", "handle_time_median", "agreement_alpha")
A_MISS = 30
"""Days of delay that a change not found counts for."""
IN_TIME = 14
MONTHS = (DAYS - MONITORED_FROM) / 30


@dataclass(frozen=True)
class Scored:
    """Two tables: one row per true change, one row per exposure of a figure without change."""

    changes: pd.DataFrame
    nulls: pd.DataFrame


def _day(times: pd.Series) -> np.ndarray:
    return (
        (pd.to_datetime(times).to_numpy("datetime64[D]") - START) / np.timedelta64(1, "D")
    ).astype(float)


def is_cause_right(dimension: str, segment: str, told: pd.Series) -> bool:
    """Whether a flag names what carried the change; of trainers, at least half in common."""
    if dimension != told["cause_dimension"]:
        return False
    if dimension == "campaign":
        return True
    if dimension == "trainer_id":
        said, true = set(str(segment).split("|")), set(told["cause_segment"].split("|"))
        return len(said & true) / len(said | true) >= 0.5
    return segment == told["cause_segment"]


def score(truth: pd.DataFrame, flags: pd.DataFrame, metrics: Iterable[str] = METRICS) -> Scored:
    """Hold flags against the truth, from the first monitored day on."""
    flags = flags[flags["scope"] == "campaign"].copy()
    flags["day"] = _day(flags["opened"])
    flags = flags[flags["day"] >= MONITORED_FROM]
    by_campaign = dict(list(flags.groupby("campaign_id")))
    changes, nulls = [], []
    for campaign_id, told in truth.groupby("campaign_id", sort=False):
        own = by_campaign.get(campaign_id, flags.iloc[:0])
        rates = own[own["kind"] == "regression"]
        first = told.iloc[0]
        changed = set()
        for _, change in told.iterrows():
            if change["kind"] == "none":
                continue
            changed.add(change["metric"])
            onset, end = _day(pd.Series([change["onset"], change["end"]]))
            of_figure = rates[rates["metric"] == change["metric"]]
            before = int((of_figure["day"] < onset).sum())
            nulls.append(_null(first, change["metric"], before, (onset - MONITORED_FROM) / 30))
            matched = of_figure[
                (of_figure["day"] >= onset)
                & (of_figure["day"] <= end + IN_TIME)
                & (of_figure["direction"] == change["direction"])
            ].sort_values("day")
            changes.append(_change(change, onset, of_figure, matched))
        for metric in metrics:
            if metric not in changed:
                false = int((rates["metric"] == metric).sum())
                mixed = int(((own["kind"] == "mix") & (own["metric"] == metric)).sum())
                nulls.append(_null(first, metric, false, MONTHS, mixed))
    return Scored(pd.DataFrame(changes), pd.DataFrame(nulls))


def _null(first: pd.Series, metric: str, false: int, months: float, mixed: int = 0) -> dict:
    return {
        "scenario": first["scenario"],
        "golds": first["golds"],
        "metric": metric,
        "false": false,
        "mixed": mixed,
        "months": max(months, 0.0),
    }


def _change(
    change: pd.Series, onset: float, of_figure: pd.DataFrame, matched: pd.DataFrame
) -> dict:
    is_found = len(matched) > 0
    first = matched.iloc[0] if is_found else None
    delay = float(first["day"] - onset) if is_found else np.nan
    row = {
        "scenario": change["scenario"],
        "golds": change["golds"],
        "campaign_id": change["campaign_id"],
        "kind": change["kind"],
        "size": change["size"],
        "found": is_found,
        "delay": delay,
        "in_time": is_found and delay <= IN_TIME,
        "restricted": min(delay, A_MISS) if is_found else A_MISS,
        "openings": int((of_figure["day"] >= onset).sum()),
    }
    if is_found:
        row |= {
            "right": is_cause_right(first["cause_dimension"], first["cause_segment"], change),
            "right7": is_cause_right(first["cause7_dimension"], first["cause7_segment"], change),
            "posterior7": float(first["posterior7"]),
            "said7": first["cause7_dimension"],
            "onset_error": float(_day(pd.Series([first["onset_est"]]))[0] - onset),
            "effect": first["effect"],
        }
    return row


def mean(values: pd.Series) -> float:
    values = values.dropna()
    return float(values.astype(float).mean()) if len(values) else float("nan")


def of_changes(changes: pd.DataFrame) -> dict[str, float]:
    """Recall, delay, cause and stability of a set of true changes."""
    found = changes[changes["found"]]
    said = lambda name: found[name] if name in found else pd.Series(dtype=float)  # noqa: E731
    sure = found[said("posterior7") >= 0.8] if len(said("posterior7")) else found.iloc[:0]
    return {
        "changes": len(changes),
        "recall": mean(changes["found"]),
        "in 14 days": mean(changes["in_time"]),
        "median delay": float(found["delay"].median()) if len(found) else float("nan"),
        "mean delay, a miss 30": mean(changes["restricted"]),
        "cause right": mean(said("right7")),
        "where sure": mean(sure["right7"]) if len(sure) else float("nan"),
        "openings per hit": found["openings"].sum() / max(len(found), 1)
        if len(found)
        else float("nan"),
        "onset error": float(said("onset_error").abs().median()) if len(found) else float("nan"),
    }


def false_rate(nulls: pd.DataFrame) -> float:
    """False flags per campaign, figure and month."""
    months = nulls["months"].sum()
    return float(nulls["false"].sum() / months) if months else float("nan")
