"""A campaign before it starts: what it will cost and take, from the history of like campaigns.

Pure functions. Unit figures of each like campaign are seen as draws from one log-normal; the next campaign is one draw
more, so the range holds what campaigns differ by, and is wide where few are known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import yaml
from scipy.stats import t as student

from warehouse.forecast import Range

ALARM = 900
"""Days between false flags of severity warning: the 30 months that the checks take where nothing else is said."""
DISPERSION = 1.3
"""How much more days differ than independent answers would."""
LEAST_SPREAD = 0.15
"""Campaigns differ by at least so much (log scale), however alike few of them look."""
UNKNOWN = Range(None, None, None)


@dataclass(frozen=True)
class Plan:
    """What somebody wants to start."""

    items: int
    overlap: int
    review_share: float
    gold_share: float
    trainers: int


@dataclass(frozen=True)
class Expected:
    """What to expect of it; a range with fewer than two like campaigns is empty."""

    cost: Range
    cost_per_item: Range
    days: Range
    golds_a_day: float | None
    golds_needed: float | None
    """Gold answers after which a drop of five points is likely to be flagged."""
    escaped: Range

    def days_to_see(self) -> float | None:
        """Days until a drop of five points is likely to be flagged."""
        if not self.golds_a_day or self.golds_needed is None:
            return None
        return self.golds_needed / self.golds_a_day


def units(
    campaigns: pd.DataFrame, waterfall: pd.DataFrame, capacity: pd.DataFrame, quality: pd.DataFrame
) -> pd.DataFrame:
    """Per campaign: dollars per annotation, per review and of other things per item, annotations per trainer and calendar day,
    gold accuracy and the share that fails its first review."""
    cost = waterfall.pivot_table(
        index="campaign_id", columns="category", values="cost_per_item", aggfunc="sum"
    )
    cost = cost.reindex(
        columns=["annotation", "overlap", "review", "rework", "onboarding", "bonus", "fee"]
    ).fillna(0.0)
    known = campaigns.set_index("campaign_id")
    known = known[known["required_annotations"].notna()]
    required = known["required_annotations"].astype(float)
    people = capacity.set_index("campaign_id")
    daily = people["accepted_items"].astype(float) / 28 / people["active_trainers"].astype(float)
    work = cost["annotation"] + cost["overlap"]
    share = known["review_share"].astype(float)
    rates = quality.set_index("campaign_id")
    made = pd.DataFrame(
        {
            "task_type": known["task_type"],
            "annotation": (work / required).where(lambda v: v > 0),
            "review": (cost["review"] / share).where(share > 0),
            "other": cost[["rework", "onboarding", "bonus", "fee"]].sum(axis=1).where(work > 0),
            "pace": (daily * required).where(lambda v: v > 0),
            "accuracy": rates["accuracy"],
            "failing": 1 - rates["first_pass"],
        }
    )
    return made.loc[made.index.intersection(known.index)].replace([np.inf, -np.inf], np.nan)


def like(known: pd.DataFrame, task_type: str) -> tuple[pd.DataFrame, bool]:
    """The campaigns of that task type; all of them, and False, where fewer than two are known."""
    same = known[known["task_type"] == task_type]
    return (same, True) if same["annotation"].notna().sum() >= 2 else (known, False)


def one_more(values: pd.Series) -> Range:
    """P10, P50 and P90 of the next campaign's value: a log-normal seen through few draws (Student's t)."""
    values = values[values > 0].dropna()
    if len(values) < 2:
        return UNKNOWN
    logs = np.log(values.to_numpy(float))
    spread = max(float(logs.std(ddof=1)), LEAST_SPREAD) * math.sqrt(1 + 1 / len(logs))
    low, high = student.ppf([0.1, 0.9], len(logs) - 1) * spread
    middle = float(logs.mean())
    return Range(*(math.exp(middle + step) for step in (low, 0.0, high)))


def expected(plan: Plan, known: pd.DataFrame, price: float | None = None) -> Expected:
    """Cost, duration, the power to see a drop and the defects that escape; ``price`` per annotation is a vendor's offer."""
    if price is not None:
        # The offer takes the place of what was paid; how much else came on top stays.
        known = known.assign(annotation=price)
    gold = plan.gold_share / (1 - plan.gold_share) if plan.gold_share < 1 else 0.0
    each = one_more(
        known["annotation"] * plan.overlap * (1 + gold)
        + known["review"].fillna(0) * plan.review_share
        + known["other"].fillna(0)
    )
    pace = one_more(known["pace"])
    days, golds = UNKNOWN, None
    if pace.p50 is not None and plan.trainers:
        work = plan.items * plan.overlap * (1 + gold) / plan.trainers
        days = Range(work / pace.p90, work / pace.p50, work / pace.p10)
        golds = pace.p50 * plan.trainers * plan.gold_share
    p = known["accuracy"].dropna().mean()
    failing = known["failing"].dropna()
    missed = plan.items * (1 - plan.review_share)
    return Expected(
        cost=_times(each, plan.items),
        cost_per_item=each,
        days=days,
        golds_a_day=golds,
        golds_needed=None if pd.isna(p) else golds_for(0.05, float(p)),
        escaped=_times(one_more(failing), missed) if len(failing) else UNKNOWN,
    )


def golds_for(drop: float, accuracy: float) -> float:
    """Gold answers after which a drop of that size is likely to be flagged: 2 p (1-p) phi (ln A + 1) / d^2."""
    return 2 * accuracy * (1 - accuracy) * DISPERSION * (math.log(ALARM) + 1) / drop**2


def _times(told: Range, factor: float) -> Range:
    return replace(
        told,
        **{k: None if v is None else v * factor for k, v in vars(told).items()},
    )


def draft(plan: Plan, name: str, task_type: str, starts_on: object, seen: Expected) -> str:
    """The plan as a charter: deadline and budget at P90, which nine in ten such campaigns keep."""
    slug = (
        "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split()) or "new-campaign"
    )
    days = 90 if seen.days.p90 is None else math.ceil(seen.days.p90)
    told = {
        "campaign": slug,
        "name": name.strip() or "New campaign",
        "task_type": task_type,
        "target_items": plan.items,
        "required_annotations": plan.overlap,
        "acceptance": "review" if plan.review_share else "submission",
        "starts_on": starts_on,
        "deadline": starts_on + pd.Timedelta(days=days).to_pytimedelta(),
        **({} if seen.cost.p90 is None else {"budget": math.ceil(seen.cost.p90)}),
        "currency": "USD",
        "review_share": plan.review_share,
        "gold_share": plan.gold_share,
    }
    first = "# A draft: deadline and budget are those that nine in ten like campaigns would keep.\n"
    return first + yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
