"""Which figures cannot be believed just now, and why: the open findings about the data themselves.

Each query rests on some figures; an integrity suite says which figures its failure bears on. Where
the two meet, for a campaign in sight, whatever shows the query is greyed with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard import words

ALL = "all"
REVIEWS = ("first_pass", "final_acceptance", "rejection_rate")
CLOCK = ("handle_time", "hours")

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "checks/": (),
    "checks/quality": (*REVIEWS, "gold_accuracy", "handle_time"),
    "checks/throughput": ("throughput",),
    "health/": (),
    "items/": (),
    "onboarding/": ("trainers",),
    "onboarding/ramp": ("trainers", "gold_accuracy", "first_pass", "rate"),
    "preference/": ("agreement",),
    "progress/": ("progress",),
    "progress/backlog": ("progress", "queue_age"),
    "progress/burn_up": ("progress", "plan"),
    "progress/cycle": ("cycle_time",),
    "quality/": ("agreement",),
    "quality/escape": (*REVIEWS, "escape_rate"),
    "quality/final": ("final_acceptance",),
    "quality/first_pass": ("first_pass",),
    "quality/gold": ("gold_accuracy",),
    "quality/rejection": ("rejection_rate",),
    "quality/consensus": ("gold_accuracy", "agreement"),
    "reviewers/": REVIEWS,
    "reviewers/speed": (*REVIEWS, "handle_time"),
    "spend/": ("spend",),
    "spend/cost_by_vendor": ("spend", "hours", "effective_hourly"),
    "spend/cost_per_item": ("spend", "cost_per_item", "progress", "cpi", "budget", "estimate_at_completion"),
    "spend/earned_value": ("spend", "progress", "cpi", "budget", "plan"),
    "spend/hourly": ("spend", "hours", "effective_hourly"),
    "team/": (),
    "throughput/": ("throughput",),
    "throughput/capacity": ("throughput", "hours", "rate"),
    "throughput/first_response": ("queue_age",),
    "throughput/handle_time": ("handle_time",),
    "throughput/hours": ("hours",),
    "throughput/rework": ("handle_time",),
    "trainers/": ("trainers",),
    "trainers/gold": ("trainers", "gold_accuracy"),
    "trainers/handle_time": ("trainers", "handle_time"),
    "trainers/quality": ("trainers", "gold_accuracy", "first_pass"),
    "trainers/rejection": ("trainers", "rejection_rate"),
    "trainers/sessions": ("trainers", "hours"),
    "trainers/speed": ("trainers", "handle_time"),
    "trainers/summary": ("trainers", "gold_accuracy", *REVIEWS, *CLOCK),
    "vendors/": ("trainers",),
    "vendors/scorecard": ("trainers", "gold_accuracy", *REVIEWS, *CLOCK, "spend"),
    "vendors/turnaround": ("queue_age", "cycle_time"),
}  # fmt: skip
"""The figures that a query rests on, by the beginning of its name; the longest beginning speaks.
What counts faults, tells names or feeds the detectors (health, items, team, checks) is never in doubt itself."""


MEANT: Mapping[str, tuple[str, ...]] = {
    "Cost per item": ("spend", "cost_per_item", "progress"),
    "First pass": ("first_pass",),
    "Gold accuracy": ("gold_accuracy",),
    "Hours": ("hours",),
    "Per accepted": ("spend", "cost_per_item", "first_pass"),
    "Rejected": ("rejection_rate",),
    "Spent": ("spend",),
    "Submitted": ("trainers",),
    "Trainers": ("trainers",),
    "Vendors": ("trainers",),
}
"""What a tile shows whose query holds several figures, by the beginning of its label."""


@dataclass(frozen=True)
class Doubt:
    """Why a figure cannot be believed: one open finding about the data of a campaign ('' of all)."""

    figure: str
    campaign: str
    severity: str
    sentence: str
    flag_id: int | None


def rests_on(query: str) -> tuple[str, ...]:
    """The figures that ``query`` rests on."""
    known = [beginning for beginning in RESTS_ON if query.startswith(beginning)]
    return RESTS_ON[max(known, key=len)] if known else ()


def meant(query: str, label: str) -> tuple[str, ...]:
    """Of the figures that ``query`` rests on those that a tile of that label shows; all where it says none."""
    every = rests_on(query)
    told = next((codes for said, codes in MEANT.items() if label.startswith(said)), every)
    return tuple(code for code in told if code in every) or every


def bearing(
    rows: pd.DataFrame, figures: Iterable[str], campaigns: tuple[str, ...] | None
) -> list[Doubt]:
    """The doubts among ``rows`` that bear on one of ``figures`` in one of ``campaigns`` (None: any).

    Each finding once, the worst first. What is only for information leaves a figure believable.
    """
    figures = set(figures)
    if not figures or rows.empty:
        return []
    bears = rows["figure"].isin({*figures, ALL}) & (rows["severity"] != "info")
    if campaigns is not None:
        bears &= rows["campaign_id"].isin({*campaigns, ""})
    return [
        Doubt(r.figure, r.campaign, r.severity, r.sentence, None if pd.isna(r.flag_id) else int(r.flag_id))
        for r in rows[bears].drop_duplicates(["campaign_id", "sentence"]).itertuples()
    ]  # fmt: skip


def reason(doubts: list[Doubt]) -> str:
    """The worst in short with the campaigns that are in doubt, and how many findings more there are."""
    short = doubts[0].sentence.split(". ")[0].rstrip(".")
    return f"{_whose(doubts)}{short}.{_more(doubts)}"


def summary(doubts: list[Doubt]) -> str:
    """The same in full, for a verdict, which rests on many figures."""
    return f"Rests on data in doubt. {_whose(doubts)}{doubts[0].sentence}{_more(doubts)}"


def _whose(doubts: list[Doubt]) -> str:
    campaigns = list(dict.fromkeys(d.campaign for d in doubts if d.campaign))
    return f"{words.listed(campaigns, 2)}: " if campaigns else ""


def _more(doubts: list[Doubt]) -> str:
    more = len({d.sentence for d in doubts}) - 1
    return f" And {words.plural(more, 'more finding')}." if more else ""
