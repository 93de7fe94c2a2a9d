"""What the campaigns will have cost: earned value, the forecast's range, and why vendors differ from the plan."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, show, words
from dashboard.filters import Filters
from dashboard.sums import per
from warehouse.outlook import Outlook

COST = "spend/cost_per_item_by_campaign_v2"
VARIANCE = "spend/variance_by_vendor_v1"
HOURLY = "spend/hourly_rate_by_vendor_v1"
FLOOR = "spend/floor_rate_by_vendor_v1"
PARTS = {
    "volume": "more or fewer items delivered than planned",
    "price": "an annotation costs more than planned or than other vendors'",
    "mix": "does dearer task types than the campaign's average",
    "rework": "work done again",
    "overhead": "onboarding, bonus, fee and other posted costs",
}


def earned(cost: pd.DataFrame, chosen: Filters) -> None:
    """Planned value, earned value and cost per campaign; the whole cost as a range, and until when the money lasts."""
    rows = cost.dropna(subset=["budget_usd"]).sort_values("cpi", na_position="last")
    show.heading("Cost at completion", COST)
    if rows.empty:
        st.caption(":material/inbox: No campaign in sight has a budget.")
        return
    seen = data.outlooks(rows["campaign_id"], chosen.until, chosen.scope)
    told = [_completion(row, seen.get(row.campaign_id)) for row in rows.itertuples()]
    show.table(
        rows.reset_index(drop=True).join(pd.DataFrame(told)),
        {
            "campaign": show.text("Campaign", width="medium"),
            "eac": show.text("Whole cost, P10 to P90", "the forecast: the paths of the finish times a cost per item that wanders as it did"),
            "lasts": show.text("Money runs out"),
            "planned_cost": show.money("Planned (PV)", "planned value to date"),
            "earned_value": show.money("Earned (EV)", "accepted items at budget / target each"),
            "cpi": show.number("CPI", "earned value / cost; under 1 is over budget"),
            "spi": show.number("SPI", "earned value / planned value; under 1 is late"),
        },
        opens="campaign", by="campaign", key="completion",
    )  # fmt: skip
    st.caption(
        "P10 to P90 is the forecast's range of the whole cost; a finished campaign has none. Beside it, without a range, "
        "stand the usual formulas of earned value:"
    )
    with st.expander("Estimates by formula"):
        formulas(rows)


def formulas(rows: pd.DataFrame) -> None:
    """What earned value alone says of the whole cost: three assumptions side by side, and what they ask of the rest."""
    show.table(
        with_whole(rows).reset_index(drop=True),
        {
            "campaign": show.text("Campaign", width="medium"),
            "budget_usd": show.money("Budget"),
            "whole": show.money("At the cost so far", "budget / CPI, and at least what is spent: what is left costs what an item has cost so far"),
            "estimate_at_plan": show.money("At the planned cost", "spent + value left: what is left costs what was planned"),
            "estimate_at_pace": show.money("And in time", "spent + value left / (CPI x SPI): lost time is made up at a price"),
            "estimate_to_complete": show.money("Still to spend", "at the cost so far"),
            "variance_at_completion": show.money("Under budget", "budget less the whole at the cost so far; below 0 is over budget"),
            "to_complete_index": show.number("CPI needed", "value left / money left: the CPI from here on that keeps the budget; empty once it is spent"),
        },
        opens="campaign", by="campaign", key="formulas",
    )  # fmt: skip
    st.caption("Nothing is left of a campaign past its target.")


def with_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with the cost of the whole at the rate so far, and what is over or left then: who is past the target has spent it all the same."""
    whole = rows[["estimate_at_completion", "cost_usd"]].max(axis=1, skipna=False)
    return rows.assign(whole=whole, variance_at_completion=rows["budget_usd"] - whole)


def _completion(row: object, seen: Outlook | None) -> dict[str, object]:
    if seen is None or seen.cost.p50 is None:
        return {"eac": "no forecast", "lasts": ""}
    eac = f"{words.money(seen.cost.p10)} to {words.money(seen.cost.p90)}"
    return {"eac": eac, "lasts": lasts(seen, row.budget_usd)}


def runs_out(cost: pd.DataFrame, chosen: Filters) -> list[str]:
    """``Document spans (29 July 2026 to 7 August 2026)``: campaigns whose money may end before their work."""
    rows = cost.dropna(subset=["budget_usd"])
    seen = data.outlooks(rows["campaign_id"], chosen.until, chosen.scope)
    told = [(r, seen.get(r.campaign_id)) for r in rows.itertuples()]
    return [
        r.campaign if o.is_stored else f"{r.campaign} ({lasts(o, r.budget_usd)})"
        for r, o in told
        if o is not None and o.cost.p90 is not None and r.cost_usd <= r.budget_usd < o.cost.p90
    ]


def lasts(seen: Outlook, budget: float) -> str:
    """When the budget is spent, in words that agree with the range of the whole cost."""
    if seen.is_stored:
        return "open the campaign"
    money, done = seen.money_lasts, seen.days
    if money.p10 is None:
        return "not within two years"
    if money.p90 == 0:
        return "already spent"
    if seen.cost.p90 <= budget or (done.p90 is not None and money.p10 > done.p90):
        return "not before the target is met"
    ends = [seen.day(d) for d in (money.p10, money.p90)]
    if seen.cost.p10 <= budget:
        return f"if at all, from {words.day(ends[0])} on"
    if ends[0] == ends[1]:
        return words.day(ends[0])
    return f"{words.day(ends[0])} to {words.day(ends[1]) if ends[1] else 'never'}"


def variance(chosen: Filters) -> None:
    """Each vendor's contribution to the difference from plan, taken apart; the parts add up to the whole."""
    rows = data.frame(VARIANCE, chosen.scope, as_of=chosen.until)
    show.heading("Who differs from the plan, and why", VARIANCE)
    rows = rows.dropna(subset=["variance"])
    if rows.empty:
        st.caption(":material/inbox: No campaign in sight has a budget and accepted items.")
        return
    columns = ["cost_usd", "planned_cost", "variance", *PARTS]
    if rows["campaign_id"].nunique() > 1:
        rows = rows.groupby("vendor", as_index=False)[columns].sum(min_count=1)
        what = "all campaigns with a budget; choose one above to see it alone"
    else:
        what = rows["campaign"].iloc[0]
    rows = rows.sort_values("variance", ascending=False)
    whole = rows[columns].sum(min_count=1).round(2) + 0.0  # no sum of parts is -0
    show.table(
        pd.concat([rows, pd.DataFrame([{"vendor": "All", **whole}])], ignore_index=True),
        {
            "vendor": show.text("Vendor", width="medium"),
            "cost_usd": show.money("Spent to date"),
            "planned_cost": show.money("Planned by now"),
            "variance": show.money("Difference", "cost less planned value: what is above 0 costs more than planned"),
            **{part: show.money(words.plain(part), says) for part, says in PARTS.items()},
        },
        key="variance",
    )  # fmt: skip
    direction = 1 if whole["variance"] > 0 else -1
    largest = max(PARTS, key=lambda part: direction * whole[part])
    side = "more" if whole["variance"] > 0 else "less"
    st.caption(
        f"{words.plain(what)}. Spent {words.money(abs(whole['variance']))} {side} than planned by now; the largest part is "
        f"{largest} ({words.money(abs(whole[largest]))} {side}). The parts add up to the difference."
    )


def hourly(chosen: Filters) -> None:
    """Pay per hour worked against what was agreed per hour and against the floor; who is below it is said first."""
    rows = data.frame(HOURLY, chosen.scope, **chosen.range)
    show.heading("Pay per hour, agreed and floor", HOURLY)
    if rows.empty:
        st.caption(":material/inbox: No hours are known in this period.")
        return
    floors = data.frame(FLOOR, chosen.scope, **chosen.range)
    st.markdown(floor_verdict(floors))
    sums = _by_vendor(rows, floors)
    show.table(
        sums.sort_values("hours", ascending=False),
        {
            "vendor": show.text("Vendor", width="medium"),
            "standing": show.text("Against the floor"),
            "effective": show.money("Pay per hour", "pay without fees / hours worked", 2),
            "floor": show.money("Floor", "the least that the charters allow, by the hours worked", 2),
            "agreed_rate": show.money("Agreed per hour", "of the hours that have an hourly rate; empty where pay is per assignment", 2),
            "covered": show.progress("Hours under an hourly rate"),
            "hours": show.count("Hours worked"),
        },
        key="hourly",
    )  # fmt: skip
    st.caption(f"Over {chosen.span}. Where pay is per assignment nothing is agreed per hour.")


def _by_vendor(rows: pd.DataFrame, floors: pd.DataFrame) -> pd.DataFrame:
    """Hours, pay and rates of each vendor over its campaigns: ratios of sums."""
    rows = rows.assign(agreed=rows["agreed_hourly"] * rows["agreed_hours"])
    sums = rows.groupby("vendor")[["hours", "pay_usd", "agreed_hours", "agreed"]].sum(min_count=1)
    known = floors.dropna(subset=["floor_hourly"])
    known = known.assign(floor=known["floor_hourly"] * known["hours"])
    least = known.groupby("vendor")[["floor", "hours", "is_below"]].sum()
    sums = sums.assign(
        effective=per(rows, "vendor", "pay_usd", "hours"),
        agreed_rate=sums["agreed"] / sums["agreed_hours"].where(sums["agreed_hours"] > 0),
        covered=sums["agreed_hours"] / sums["hours"].where(sums["hours"] > 0),
        floor=least["floor"] / least["hours"],
        standing=[
            "no floor set"
            if vendor not in least.index
            else f"below in {words.plural(int(least.loc[vendor, 'is_below']), 'campaign')}"
            if least.loc[vendor, "is_below"]
            else "at or above"
            for vendor in sums.index
        ],
    )
    return sums.reset_index()


def floor_verdict(floors: pd.DataFrame) -> str:
    """Who earns less per hour than the floor, or that nobody does, or that none is set."""
    if floors["floor_hourly"].notna().sum() == 0:
        return (
            ":gray[:material/do_not_disturb_on:] **No floor rate is set**: "
            "a charter's `floor_rates` say the least that an hour may earn."
        )
    below = floors[floors["is_below"]].sort_values("effective_hourly")
    if below.empty:
        return ":green[:material/check_circle:] **Nobody earns less than the floor.**"
    told = [
        f"{r.vendor} in {r.campaign} ({words.money(r.effective_hourly)} an hour, floor {words.money(r.floor_hourly)})"
        for r in below.itertuples()
    ]
    return f":red[:material/error:] **Below the floor**: {words.listed(told)}."
