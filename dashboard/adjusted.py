"""Raw rates made fair: what the items and the reviewers have to do with them is taken out."""

from __future__ import annotations

import pandas as pd

from dashboard import severity


def for_items(gold: pd.DataFrame) -> pd.Series:
    """Gold accuracy per trainer as it would be on the campaign's usual mix of task types and items.

    ``gold`` are rows per trainer, campaign and task type with what the others got right on the same items.
    """
    gold = gold[gold["scored"] > 0]
    cell = gold.groupby("campaign_id")[["correct", "scored"]].transform("sum")
    usual = cell["correct"] / cell["scored"] * gold["scored"]
    own = gold.assign(_usual=usual).groupby("trainer_id")[["correct", "expected", "_usual", "scored"]].sum()  # fmt: skip
    made = (own["correct"] - own["expected"] + own["_usual"]) / own["scored"]
    return made.clip(0, 1).rename("adjusted")


def for_reviewers(
    first_pass: pd.Series, severities: pd.DataFrame, reviews: pd.DataFrame
) -> pd.Series:
    """First pass per trainer as it would be if all reviewers rejected as often as the others do.

    Only reviewers who are strict or lenient beyond chance change it.
    """
    judged = severity.reviewers(severities)
    above = judged.loc[judged["standing"] != "as expected"].set_index("reviewer_id")["above"]
    known = reviews.dropna(subset=["trainer_id"])
    shift = known["reviewer_id"].map(above).fillna(0) * known["reviews"]
    counts = known.groupby("trainer_id")["reviews"].sum()
    owed = shift.groupby(known["trainer_id"]).sum() / counts
    return (first_pass + owed.reindex(first_pass.index).fillna(0)).clip(0, 1).rename("adjusted")
