"""Money: against budget and plan, where a dollar goes, who costs what."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import charts, data, headline, show, sums, words
from dashboard.filters import Filters
from dashboard.show import Figure

COST = "spend/cost_per_item_by_campaign_v2"
WEEKLY = "spend/spend_of_team_by_week_v1"
EARNED = "spend/earned_value_by_day_v1"
WATERFALL = "spend/waterfall_by_campaign_v1"
VENDORS = "spend/cost_by_vendor_v1"
CURRENCIES = "spend/spend_by_currency_v1"


def figures(cost: pd.DataFrame, chosen: Filters) -> None:
    """Spent, spent in the period, cost of an accepted item, cost performance, what has no price."""
    weeks = data.frame(WEEKLY, chosen.scope, **chosen.range).dropna(subset=["cost_usd"])
    planned = cost.dropna(subset=["budget_usd"])
    of = f"{words.money(planned['cost_usd'].sum())} of {words.money(planned['budget_usd'].sum())} budgeted"
    earned, spent = planned["earned_value"].sum(), planned["cost_usd"].sum()
    cpi = earned / spent if spent else None
    unpriced = int(cost["unpriced"].sum())
    show.figures(
        [
            Figure("Spent to date", words.money(cost["cost_usd"].sum()), COST, detail=of if len(planned) else "no budget set"),
            headline.volume("Spent in period", weeks, "cost_usd", WEEKLY, chosen.until, money=True),
            headline.item_cost(cost, COST),
            Figure("CPI", words.number(cpi), COST, detail="cost performance: earned value / cost; under 1 is over budget"),
            Figure("Without a price", words.count(unpriced), COST, detail="units of work, so cost is too low" if unpriced else "every unit has a price"),
        ]
    )  # fmt: skip


def earned_value(chosen: Filters) -> None:
    """Planned value, earned value and actual cost to date of the campaigns that have a budget."""
    plans = data.campaigns(chosen.until, chosen.scope).dropna(subset=["starts_on", "deadline"])
    if plans.empty:
        since, until = chosen.since, chosen.until
    else:
        since = plans["starts_on"].min().date()
        until = max(plans["deadline"].max().date(), chosen.until) + timedelta(days=1)
    days = data.frame(EARNED, chosen.scope, since=since, until=until)
    days = days.dropna(subset=["planned_cost"])
    if days.empty:
        show.missing(
            "Cost against plan and earned value",
            "No campaign in sight has a charter with a budget. Apply one with `python -m warehouse charter apply FILE.yaml`.",
        )
        return
    show.chart(
        "Cost against plan and earned value",
        charts.earned_value(sums.to_date(days, pd.Timestamp(chosen.until))),
        EARNED,
        "Campaigns with a budget. Earned value counts accepted items only: rework earns nothing.",
    )


def weekly(chosen: Filters) -> None:
    """Spend per week by category."""
    weeks = data.frame(WEEKLY, chosen.scope, **chosen.range).dropna(subset=["cost_usd"])
    if weeks.empty:
        show.missing("Spend per week", "No cost is known in this period.")
        return
    figure = charts.stacked(
        weeks.assign(kind=weeks["category"].map(words.plain)), x="week", y="cost_usd", by="kind",
        title="US dollars", money=True, x_title="week from Monday (UTC)",
    )  # fmt: skip
    show.chart("Spend per week", figure, WEEKLY)


def waterfall(chosen: Filters) -> None:
    """Where a dollar goes, by category."""
    parts = data.frame(WATERFALL, chosen.scope, **chosen.range).dropna(subset=["cost_usd"])
    if parts.empty:
        show.missing("Where a dollar goes", "No cost is known in this period.")
        return
    parts = by_category(parts)
    figure = charts.waterfall(
        parts.assign(kind=parts["category"].map(words.plain)), label="kind", value="cost_usd",
        title="US dollars", total="All",
    )  # fmt: skip
    show.chart("Where a dollar goes", figure, WATERFALL, f"Over {chosen.span}.")


def dollar(chosen: Filters) -> None:
    """Where a dollar of the period went, in one sentence."""
    parts = data.frame(WATERFALL, chosen.scope, **chosen.range).dropna(subset=["cost_usd"])
    if parts.empty or parts["cost_usd"].sum() <= 0:
        return
    told = by_category(parts).sort_values("cost_usd", ascending=False)
    cents = (told["cost_usd"] / told["cost_usd"].sum() * 100).round().astype(int)
    named = [
        f"{c} ¢ {words.plain(k).lower()}" for k, c in zip(told["category"], cents, strict=True)
    ]
    rest = f", {cents[4:].sum()} ¢ the rest" if len(named) > 4 else ""
    st.markdown(f"**Where a dollar goes**, over {chosen.span}: {', '.join(named[:4])}{rest}.")


def by_category(parts: pd.DataFrame) -> pd.DataFrame:
    """The cost of each category over all campaigns, once, in the order of the waterfall."""
    # A place is counted in each campaign by itself: where a category is missing the next moves up.
    whole = parts.groupby("category", as_index=False).agg({"place": "max", "cost_usd": "sum"})
    return whole.sort_values(["place", "category"], ignore_index=True)


def campaigns(cost: pd.DataFrame) -> None:
    """Each campaign's money, the worst cost performance first."""
    show.heading("Campaigns", COST)
    rows = cost.assign(used=cost["cost_usd"] / cost["budget_usd"]).sort_values(
        "cpi", na_position="last"
    )
    show.table(
        rows,
        {
            "campaign": show.text("Campaign", width="medium"),
            "used": show.progress("Budget used"),
            "cost_usd": show.money("Spent"),
            "budget_usd": show.money("Budget"),
            "cpi": show.number("CPI", "earned value / cost; under 1 is over budget"),
            "accepted_items": show.count("Accepted"),
            "cost_per_item": show.money("Per item", "all accrued cost / accepted items", 2),
            "marginal_cost": show.money(
                "Last 28 days", "cost per accepted item of the last 28 days", 2
            ),
            "unpriced": show.count("Unpriced", "units of work without a known price"),
        },
        opens="campaign",
        by="campaign",
    )


def vendors(chosen: Filters) -> None:
    """What each vendor cost and what its people earn per hour."""
    rows = data.frame(VENDORS, chosen.scope, **chosen.range)
    show.heading("Vendors", VENDORS)
    if rows.empty:
        st.caption(":material/inbox: No cost is known in this period.")
        return
    sums_ = rows.groupby("vendor")[["cost_usd", "pay_usd", "submitted", "hours", "unpriced"]].sum(
        min_count=1
    )
    sums_ = sums_.assign(
        hourly=sums.per(rows, "vendor", "pay_usd", "hours"),
        each=sums.per(rows, "vendor", "cost_usd", "submitted"),
    )
    show.table(
        sums_.sort_values("cost_usd", ascending=False).reset_index(),
        {
            "vendor": show.text("Vendor", width="medium"),
            "cost_usd": show.money("Cost"),
            "submitted": show.count("Assignments"),
            "each": show.money("Per assignment", "cost / assignments submitted", 2),
            "hours": show.count("Hours worked", "union of each person's work intervals"),
            "hourly": show.money("Pay per hour", "pay without fees / hours worked", 2),
            "unpriced": show.count("Unpriced", "units of work without a known price"),
        },
        key="vendors",
    )
    bases = int(rows["duration_bases"].max())
    st.caption(
        f"Over {chosen.span}."
        + (" Hours were measured in several ways; compare with care." if bases > 1 else "")
    )


def currencies(chosen: Filters) -> None:
    """What was spent in which currency, where there is more than one."""
    rows = data.frame(CURRENCIES, chosen.scope, **chosen.range)
    if rows["currency"].nunique() < 2:
        return
    sums_ = (
        rows.groupby("currency")[["cost", "cost_usd", "unpriced"]].sum(min_count=1).reset_index()
    )
    sums_ = sums_[(sums_["cost"] != 0) | (sums_["unpriced"] > 0)]
    sums_["rate"] = sums_["cost_usd"] / sums_["cost"]
    sums_["currency"] = sums_["currency"].replace("", words.UNKNOWN)
    show.heading("Currencies", CURRENCIES)
    show.table(
        sums_,
        {
            "currency": show.text("Currency"),
            "cost": show.count("Spent in it"),
            "cost_usd": show.money("In US dollars"),
            "rate": show.number("Dollars for one", places=4),
            "unpriced": show.count("Unpriced", "units without a known price or exchange rate"),
        },
    )
