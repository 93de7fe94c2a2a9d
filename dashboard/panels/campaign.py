"""One campaign: where it stands, its figures, and what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import data, headline, show, standings, verdicts, words
from dashboard.filters import Filters
from dashboard.panels import open_flags
from dashboard.show import Figure
from dashboard.verdicts import Measured
from warehouse.outlook import Outlook

PROGRESS = "progress/progress_by_campaign_v1"
DAILY = "progress/accepted_items_by_day_v1"
GOLD, GOLD_WEEKS = "quality/gold_accuracy_by_campaign_v1", "quality/gold_accuracy_by_week_v1"
PASS, PASS_WEEKS = "quality/first_pass_by_campaign_v1", "quality/first_pass_by_cohort_v1"
ALPHA, ALPHA_WEEKS = "quality/agreement_by_campaign_v2", "quality/agreement_by_week_v2"
BARS, COST = "team/bars_by_campaign_v1", "spend/cost_per_item_by_campaign_v2"


@dataclass(frozen=True)
class Standing:
    """A campaign's state on the day asked about, its quality figures and its bars."""

    state: pd.Series
    figures: list[Measured]
    bars: pd.DataFrame
    verdict: verdicts.Verdict
    outlook: Outlook | None
    """The forecast; None where there is not enough to make one, or nothing left to do."""

    def bar(self, figure: str, question: str = "") -> float | None:
        """The bar of ``figure`` in the charter, for one question where it has its own."""
        return standings.bar_of(self.bars, figure, question)


def standing(chosen: Filters, about: pd.Series) -> Standing | None:
    """How the campaign stands; None where nothing had happened in it by that day."""
    scope, span = chosen.scope, chosen.range
    progress = data.frame(PROGRESS, scope, as_of=chosen.until)
    if progress.empty:
        return None
    state = progress.iloc[0].combine_first(about)
    bars = data.frame(BARS, scope)
    shares = {
        "gold_accuracy": data.frame(GOLD, scope, **span),
        "first_pass": data.frame(PASS, scope, **span),
    }
    found = standings.measured(about["campaign_id"], shares, data.frame(ALPHA, scope, **span), bars)
    seen = data.outlook(about["campaign_id"], chosen.until, scope)
    delivered = verdicts.delivery(state, pd.Timestamp(chosen.until), seen)
    cost = data.frame(COST, scope, as_of=chosen.until)
    paid = verdicts.budget(cost.iloc[0]) if len(cost) else verdicts.NO_COST
    whole = verdicts.campaign(delivered, verdicts.quality(found), paid)
    return Standing(state, found, bars, whole, seen)


def figures(chosen: Filters, stands: Standing) -> None:
    """Progress, pace, gold accuracy, first pass and alpha, or the cost where there is no alpha."""
    scope, span, until = chosen.scope, chosen.range, chosen.until
    daily = data.frame(DAILY, scope, **span)
    gold = headline.share(
        "Gold accuracy", data.frame(GOLD, scope, **span), data.frame(GOLD_WEEKS, scope, **span),
        ("correct", "scored"), GOLD, until, "gold answers",
    )  # fmt: skip
    passed = headline.share(
        "First pass", data.frame(PASS, scope, **span), data.frame(PASS_WEEKS, scope, **span),
        ("accepted", "reviewed"), PASS, until, "reviews",
    )  # fmt: skip
    alpha = next(
        (f for f in stands.figures if not f.is_share and not words.is_unknown(f.value)), None
    )
    last = (
        headline.alpha(alpha, data.frame(ALPHA_WEEKS, scope, **span), ALPHA)
        if alpha
        else headline.item_cost(data.frame(COST, scope, as_of=until), COST)
    )
    show.figures(
        [
            _done(stands.state),
            headline.pace(stands.state, daily, PROGRESS, until),
            gold,
            passed,
            last,
        ]
    )


def flags(chosen: Filters) -> None:
    """The campaign's open flags, each a link: the figures above are of a whole period, a flag is of a change."""
    open_flags.listed(data.flags(chosen.scope))


def _done(state: pd.Series) -> Figure:
    accepted, target = words.count(state["accepted_items"]), state["target_items"]
    if words.is_unknown(target):
        return Figure("Accepted", accepted, PROGRESS, detail="no target without a charter")
    done = words.share(state["accepted_items"] / target, 0)
    return Figure("Accepted", done, PROGRESS, detail=f"{accepted} of {words.count(target)} items")


def promises(stands: Standing, chosen: Filters) -> None:
    """The charter's bars as a scoreboard."""
    st.subheader(
        "What was promised, and what can be said of it", anchor=False, help=show.says(BARS)
    )
    if not stands.figures:
        st.caption(
            ":material/inbox: No quality figure is measured and no bar is set for this campaign."
        )
        return
    show.scoreboard(stands.figures, chosen.span)
