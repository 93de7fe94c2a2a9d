"""How one trainer grew into the work, beside the people who began in the same month."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, sums, words
from dashboard.filters import Filters
from warehouse.scope import Scope

RAMP = "onboarding/ramp_by_working_week_v1"
WEEKS = 16
GROWS = {
    "First pass": ("first_accepted", "reviewed", "reviews", "first_pass"),
    "Gold accuracy": ("correct", "scored", "gold answers", "gold_accuracy"),
    "Pace": ("submitted", "active_days", "active days", None),
}
TITLE = "Growing into the work, beside the same cohort"


def panel(trainer: str, bars: dict[str, float | None], chosen: Filters) -> None:
    """Quality or pace by working week since the first production day."""
    own = data.frame(RAMP, chosen.scope & Scope(trainers=(trainer,)), as_of=chosen.until)
    if own.empty:
        show.missing(TITLE, "No production work with recorded times yet.")
        return
    by = st.segmented_control(
        "Measured by", list(GROWS), default="First pass", required=True, key="grows", bind="query-params",
    )  # fmt: skip
    x, n, of, bar = GROWS[by]
    mates = chosen.on(own["campaign_id"].unique())
    told = beside(own, data.frame(RAMP, mates.scope, as_of=chosen.until), x, n)
    if told["rate"].notna().sum() == 0:
        show.missing(TITLE, f"No {of} are known.")
        return
    figure = charts.against_cohort(
        told, x="working_week", share=bar is not None, n=n, of=of, bar=bars.get(bar) if bar else None,
        title=by.lower() if bar else "submitted per active day", x_title="working week since the first production day",
    )  # fmt: skip
    people = told["trainers"].max()
    began = words.listed(sorted({f"{c:%B %Y}" for c in own["cohort"]}))
    note = f"Began in {began}; the line of the others is of up to {words.count(people)} people on the same campaigns."
    show.chart(TITLE, figure, RAMP, note)


def beside(own: pd.DataFrame, everybody: pd.DataFrame, x: str, n: str) -> pd.DataFrame:
    """Per working week the person's ``rate`` with interval and n, and the ``cohort``'s without the person."""
    keys = ["campaign_id", "cohort"]
    mates = everybody.merge(own[keys].drop_duplicates(), on=keys)
    mine = own[own["working_week"] <= WEEKS].groupby("working_week")[[x, n]].sum()
    all_of = mates.groupby("working_week")[[x, n, "trainers"]].sum()
    others = (all_of[[x, n]].sub(mine, fill_value=0)).reindex(mine.index)
    told = mine[[n]].assign(rate=mine[x] / mine[n].where(mine[n] > 0))
    if x != "submitted":  # pieces of work per day are no share
        rate = sums.rate(mine.reset_index(), ["working_week"], x, n).set_index("working_week")
        told = told.join(rate[["rate_low", "rate_high"]])
    told["cohort"] = others[x] / others[n].where(others[n] > 0)
    told[f"{n}_cohort"] = others[n]
    told["trainers"] = (all_of["trainers"] - 1).reindex(mine.index).clip(lower=0)
    return told.reset_index()
