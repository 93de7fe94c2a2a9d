"""A campaign's forecast: when it will be done, what it will have cost, how often such ranges held, and what-if."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import data, show, words
from dashboard.filters import Filters
from dashboard.panels.campaign import Standing
from warehouse import outlook as forecasts
from warehouse.outlook import Outlook

ACCEPTED = "progress/accepted_items_by_day_v1"
COST = "spend/cost_per_item_by_campaign_v2"
WEEKS = "throughput/capacity_by_week_v1"
PLANS = "progress/plans_by_campaign_v1"
METHOD = (
    "Accepted items per day continue at their level of late (weekdays, holidays and a fading trend counted in) along "
    "600 simulated paths; the spread is widened by what past forecasts missed by. P10: one path in ten is done by "
    "then, P90: nine in ten."
)


def ranges(chosen: Filters, stands: Standing) -> None:
    """Finish and cost as P10, P50, P90, the chance of the deadline, and how often past ranges held."""
    st.subheader("When it will be done, and at what cost", anchor=False, help=METHOD)
    seen = stands.outlook
    if seen is None:
        st.caption(f":material/inbox: {why_not(chosen, stands.state)}")
        return
    _table({"as things are": seen}, stands.state)
    st.markdown(_said(seen, stands.state) + coming(chosen))
    st.caption(record(seen))


def coming(chosen: Filters) -> str:
    """The holidays and people to come that are in the range, in words."""
    plans = data.frame(PLANS, chosen.scope)
    until = pd.Timestamp(chosen.until)
    plans = plans[plans["changed_on"] < until]
    plans = plans[plans["charter_version"] == plans["charter_version"].max()]
    free = plans[(plans["kind"] == "holiday") & (plans["ends_on"] > until)].sort_values("starts_on")
    people = plans[(plans["kind"] == "onboarding") & (plans["starts_on"] >= until)]
    told = [
        f"{r.name_ or 'a holiday'} from {words.day(r.starts_on)}"
        + ("" if words.is_unknown(r.vendor_id) else f" at {r.vendor}")
        for r in free.rename(columns={"name": "name_"}).itertuples()
    ]
    told += [
        f"{words.plural(int(r.trainers), 'new trainer')} from {words.day(r.starts_on)}, proficient after {r.ramp_days} days"
        for r in people.itertuples()
    ]
    return f" Counted in, as the charter says: {words.listed(told, 5)}." if told else ""


def why_not(chosen: Filters, state: pd.Series) -> str:
    """Why there is no forecast, and what the plan says."""
    if words.is_unknown(state["target_items"]):
        return "No forecast without a target: apply a charter."
    plan = (
        f"The plan: {words.count(state['target_items'])} items by {words.day(state['deadline'])}."
    )
    if state["accepted_items"] >= state["target_items"]:
        return f"Nothing left to forecast: the target is met. {plan}"
    if chosen.scope.vendors or chosen.scope.trainers:
        return f"A forecast needs all vendors: remove the filter. {plan}"
    return (
        f"{plan} A forecast needs two weeks of accepted items with real times, some of them in the last eight weeks: "
        "from less, a range would be a guess."
    )


def record(seen: Outlook) -> str:
    """How often past ranges held: ``P10 to P90 held in 81 % of 64 weeks``."""
    past = data.past_outlooks()
    inside, of = forecasts.held(past)
    paid, priced = forecasts.held_cost(past)
    if not of:
        return (
            "No past range can be held against what came yet: no campaign with forecasts has finished. "
            "`python -m warehouse forecast` writes those of all past weeks."
        )
    finished = past.dropna(subset=["came_on"])["campaign_id"].nunique()
    cost = f", the cost in {words.share(paid / priced, 0)} of {priced}" if priced else ""
    return (
        f"P10 to P90 held the day that came in {words.share(inside / of, 0)} of {words.plural(of, 'week')}{cost} "
        f"({words.plural(finished, 'finished campaign')}). The paths' own spread times {seen.scale:.1f}"
        + (
            f", as long as fewer than {forecasts.ENOUGH_CAMPAIGNS} campaigns have finished to learn from."
            if finished < forecasts.ENOUGH_CAMPAIGNS
            else ", learned from these."
        )
    )


def _said(seen: Outlook, state: pd.Series) -> str:
    due = f"**{words.plain(words.chance(seen.chance))}** to be done by {words.day(seen.deadline)}."
    budget = state.get("budget")
    if words.is_unknown(budget) or seen.money_lasts.p50 is None or seen.cost.p50 is None:
        return due
    days = [seen.day(d) for d in (seen.money_lasts.p10, seen.money_lasts.p90)]
    until = " and ".join(words.day(d) if d else "later than two years" for d in days)
    if seen.cost.p90 <= budget or (
        seen.days.p90 is not None and seen.money_lasts.p10 > seen.days.p90
    ):
        return f"{due} The money lasts until the target is met."
    return f"{due} At this pace the money runs out between {until}."


def _table(told: dict[str, Outlook | None], state: pd.Series) -> None:
    rows = []
    for name, seen in told.items():
        if seen is None:
            continue
        for label, values in (
            ("Finish", [words.day(seen.day(d)) for d in _three(seen.days)]),
            ("Whole cost", [words.money(v) for v in _three(seen.cost)]),
        ):
            if label == "Whole cost" and seen.cost.p50 is None:
                continue
            rows.append([label, name, *values])
    columns = ["what", "case", "p10", "p50", "p90"]
    frame = pd.DataFrame(rows, columns=columns)
    shown = {
        "what": show.text("Forecast"),
        "p10": show.text("P10 (early, low)"),
        "p50": show.text("P50 (middle)"),
        "p90": show.text("P90 (late, high)"),
    }
    if len(told) > 1:
        shown = {"what": shown["what"], "case": show.text("Case"), **shown}
    show.table(frame, shown, key="outlook")


def _three(told: object) -> tuple[float | None, float | None, float | None]:
    return told.p10, told.p50, told.p90


@st.fragment
def what_if(chosen: Filters, stands: Standing) -> None:
    """What would bring the end forward: people, hours, overlap and review share, as factors on the forecast."""
    seen, state = stands.outlook, stands.state
    if seen is None:
        return
    st.subheader("What if?", anchor=False)
    reviewing = _review_hours(chosen)
    overlap = state["required_annotations"]
    review = state["review_share"]
    columns = st.columns(4)
    more = columns[0].slider("Trainers", -50, 100, 0, 5, format="%+d %%", key="what_if_trainers")
    hours = columns[1].slider(
        "Hours per trainer", -50, 100, 0, 5, format="%+d %%", key="what_if_hours"
    )
    passes = columns[2].slider("Annotations per item", 1, 5, int(overlap), key="what_if_overlap")
    has_review = not words.is_unknown(review) and review > 0 and reviewing > 0
    checked = columns[3].slider(
        "Work reviewed", 0, 100, round(100 * review) if has_review else 0, 5, format="%d %%",
        key="what_if_review", disabled=not has_review,
        help=None if has_review else "No hours of review are known, so nothing can be said of fewer reviews.",
    )  # fmt: skip
    effort = (1 - reviewing) * passes / overlap + (
        reviewing * checked / 100 / review if has_review else reviewing
    )
    if effort <= 0:
        return
    rest = st.columns(4)
    joins = rest[0].slider(
        "They come in", 0, 12, 0, 1, format="%d weeks", key="what_if_joins", disabled=more <= 0
    )
    learns = rest[1].slider(
        "And learn for", 0, 12, 4, 1, format="%d weeks", key="what_if_ramp", disabled=more <= 0,
        help="New trainers begin at half the pace of the others and reach it after so many weeks.",
    )  # fmt: skip
    # Who leaves is gone at once; who comes has to come and to learn.
    quicker = (1 + min(more, 0) / 100) * (1 + hours / 100) / effort
    joining = max(more, 0) / 100
    if quicker == 1 and not joining:
        st.caption("Move a slider: the range is computed anew.")
        return
    other = data.outlook(
        seen.campaign_id, chosen.until, chosen.scope, quicker=quicker, pricier=effort,
        joining=joining, joins_in=7 * joins, ramp_days=7 * learns,
    )  # fmt: skip
    _table({"as things are": seen, "what if": other}, state)
    change = (
        f"{words.plain(words.chance(other.chance))} to be done by {words.day(seen.deadline)}, "
        f"instead of {words.chance(seen.chance)}."
    )
    st.markdown(
        f"**{change}** Items per day {words.relative(quicker * (1 + joining) - 1)}"
        + (" once the new trainers have learned" if joining and (joins or learns) else "")
        + f", cost per item {words.relative(effort - 1)}."
    )
    st.caption(
        f"From {words.day(chosen.until - timedelta(days=1))} on. What new trainers cost while they learn is not in the range; hours saved in "
        f"review or overlap go into the work; review takes {words.share(reviewing, 0)} of the hours of the last four weeks. "
        "What fewer reviews or annotations do to quality is not in the range."
    )


def _review_hours(chosen: Filters) -> float:
    """The share of hours of the last four weeks that reviewers worked; 0 where it is not known."""
    weeks = data.frame(
        WEEKS, chosen.scope, since=chosen.until - timedelta(days=28), until=chosen.until
    )
    hours, review = weeks["hours"].sum(), weeks["review_hours"].sum()
    return float(review / hours) if hours and review else 0.0
