"""Scoping a campaign: the form, what to expect, and the charter draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import data, planning, show, words
from dashboard.filters import Filters
from dashboard.planning import Expected, Plan
from dashboard.show import Figure
from dashboard.verdicts import GOOD, UNKNOWN, WATCH, Verdict
from warehouse.forecast import Range

WATERFALL = "spend/waterfall_by_campaign_v1"
CAPACITY = "throughput/capacity_by_campaign_v1"
GOLD, PASS = "quality/gold_accuracy_by_campaign_v1", "quality/first_pass_by_campaign_v1"
BEGINNING = date(1990, 1, 1)

TOO_WIDE = 4
"""A range whose end is so many times its beginning is no plan."""


@dataclass(frozen=True)
class Asked:
    """What the form says."""

    name: str
    task_type: str
    starts_on: date
    price: float | None
    plan: Plan


def history(chosen: Filters) -> pd.DataFrame:
    """The unit figures of every campaign in sight, over all of its time."""
    span = {"since": BEGINNING, "until": chosen.until}
    rates = data.frame(GOLD, chosen.scope, **span)[["campaign_id", "accuracy"]].merge(
        data.frame(PASS, chosen.scope, **span)[["campaign_id", "first_pass"]],
        on="campaign_id",
        how="outer",
    )
    return planning.units(
        data.campaigns(chosen.until, chosen.scope),
        data.frame(WATERFALL, chosen.scope, **span),
        data.frame(CAPACITY, chosen.scope, as_of=chosen.until),
        rates,
    )


def form(known: pd.DataFrame, chosen: Filters) -> Asked:
    """What is to be started."""
    types = sorted(known["task_type"].dropna().unique())
    with st.container(border=True):
        first = st.columns(4)
        name = first[0].text_input("Name", "New campaign", key="plan_name")
        kind = first[1].selectbox("Task type", types, key="plan_type", format_func=words.plain)
        items = first[2].number_input("Items", 1, 10_000_000, 5000, 500, key="plan_items")
        starts = first[3].date_input(
            "Starts on", chosen.until + timedelta(days=14), key="plan_start"
        )
        second = st.columns(5)
        overlap = second[0].slider("Annotations per item", 1, 10, 1, key="plan_overlap")
        review = second[1].slider("Reviewed", 0, 100, 50, 5, format="%d %%", key="plan_review")
        gold = second[2].slider("Hidden gold", 0, 50, 8, 1, format="%d %%", key="plan_gold")
        people = second[3].number_input("Trainers", 1, 10_000, 40, 5, key="plan_trainers")
        price = second[4].number_input(
            "Dollars per annotation", min_value=0.0, value=None, step=0.1, key="plan_price",
            placeholder="as like campaigns", help="A vendor's offer; without one, what like campaigns paid.",
        )  # fmt: skip
    plan = Plan(int(items), int(overlap), review / 100, gold / 100, int(people))
    return Asked(name, kind, starts, price or None, plan)


def verdict(asked: Asked, seen: Expected, of: int, is_same: bool) -> Verdict:
    """What it will cost and take, in a sentence."""
    whom = f"{words.plural(of, 'campaign')} of {'this task type' if is_same else 'any task type'}"
    if seen.cost.p50 is None:
        return Verdict(
            UNKNOWN, "Cannot tell", f"fewer than two campaigns with known costs to go by ({whom})"
        )
    days = f", in {_between(seen.days, words.count)} days" if seen.days.p50 is not None else ""
    is_wide = seen.cost.p90 > TOO_WIDE * seen.cost.p10
    advice = ". They differ too much to plan with: enter a price per annotation" if is_wide else ""
    return Verdict(
        UNKNOWN if not is_same else WATCH if is_wide else GOOD,
        f"{_between(seen.cost, words.money)}{days}",
        f"{words.count(asked.plan.items)} items with {words.plural(asked.plan.trainers, 'trainer')}: four in five like "
        f"campaigns stay within; from the history of {whom}{advice}",
    )


def _between(told: Range, form: object) -> str:
    return f"{form(told.p10)} to {form(told.p90)}"


def figures(asked: Asked, seen: Expected) -> None:
    """Cost, cost per item, duration, the power to see a drop, what escapes."""
    plan, wait = asked.plan, seen.days_to_see()
    ends = "no pace known"
    if seen.days.p50 is not None:
        last = [asked.starts_on + timedelta(days=round(d)) for d in (seen.days.p10, seen.days.p90)]
        ends = f"P10 {words.day(last[0])}, P90 {words.day(last[1])}"
    show.figures(
        [
            Figure("Cost (P50)", words.money(seen.cost.p50), WATERFALL, detail=_tenths(seen.cost, words.money)),
            Figure("Per accepted item", words.money(seen.cost_per_item.p50), WATERFALL, detail=_tenths(seen.cost_per_item, words.money)),
            Figure("Days (P50)", words.count(seen.days.p50), CAPACITY, detail=ends),
            Figure(
                "5-point drop seen",
                words.UNKNOWN if wait is None else f"in {words.count(max(wait, 1))} days",
                GOLD,
                detail=f"{words.count(seen.golds_needed)} gold answers at {seen.golds_a_day:.1f} a day" if wait else "no hidden gold, no drop is seen",
            ),
            Figure("Escaped defects", words.count(seen.escaped.p50), PASS, detail=f"of {words.count(plan.items * (1 - plan.review_share))} items nobody reviews; {_tenths(seen.escaped, words.count)}"),
        ]
    )  # fmt: skip


def _tenths(told: Range, form: object) -> str:
    return "not known" if told.p10 is None else f"P10 {form(told.p10)}, P90 {form(told.p90)}"


def like(known: pd.DataFrame) -> None:
    """The campaigns that the ranges rest on."""
    st.subheader("What this rests on", anchor=False)
    names = data.campaign_names()
    show.table(
        known.assign(campaign=[names.get(k, k) for k in known.index]).reset_index(drop=True),
        {
            "campaign": show.text("Campaign", width="medium"),
            "annotation": show.money("Per annotation", places=2),
            "review": show.money("Per reviewed item", places=2),
            "other": show.money("Other, per item", "rework, onboarding, bonus, fee", 2),
            "pace": show.number("Annotations per trainer and day", "calendar days of the last 28, weekends included"),
            "accuracy": show.share("Gold accuracy"),
            "failing": show.share("Fail the first review"),
        },
        key="like",
    )  # fmt: skip
    st.caption(
        "The next campaign is taken as one more of these, so the range holds what they differ by. Reviewers are taken to "
        "find every defect; gold is paid like other work; new trainers count as proficient at once."
    )


def save(asked: Asked, seen: Expected) -> None:
    """The charter draft as a file."""
    text = planning.draft(asked.plan, asked.name, asked.task_type, asked.starts_on, seen)
    st.subheader("Charter draft", anchor=False)
    st.code(text, language="yaml")
    st.download_button(
        "Save the draft", text, f"{asked.name.strip() or 'campaign'}.yaml", "application/yaml",
        icon=":material/download:", key="plan_save",
    )  # fmt: skip
    st.caption(
        "Complete it (rates, bars, owners) and apply it with `python -m warehouse charter apply FILE.yaml`."
    )
