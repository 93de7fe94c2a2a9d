"""Trainers: who is below the bar for certain, who cannot be told yet, and how quick everybody is."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, estimate, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.panels import found, signals
from dashboard.show import Figure

SUMMARY = "trainers/summary_by_trainer_v1"
TENURE = "trainers/tenure_by_trainer_v2"
BARS = "team/bars_by_campaign_v1"
JUDGED = {
    "Gold accuracy": ("gold_accuracy", "correct", "scored", "gold answers"),
    "First pass": ("first_pass", "first_accepted", "reviewed", "reviews"),
}
"""What people can be judged by: the bar's name, the counts, and what n counts."""
NO_BAR = 0.8
MOST = 1000
"""Rows of the table; in a larger team one searches, or narrows by vendor or campaign."""
DRAWN = 1500
"""Marks of the scatter, more than an eye can tell apart."""

WORDS = {"below": "! below the bar", "unsure": "? cannot tell yet", "good": "✓ above the bar"}


def judged_by(rows: pd.DataFrame, chosen: Filters) -> tuple[str, float]:
    """The figure and the bar to judge by, from the address; by default what most campaigns can tell."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    has_gold = rows["scored"].sum() > 0
    by = left.segmented_control(
        "Judged by", list(JUDGED), default="Gold accuracy" if has_gold else "First pass",
        required=True, key="by", bind="query-params",
    )  # fmt: skip
    bars = data.agreed(BARS, chosen.scope)
    own = bars.loc[bars["figure"] == JUDGED[by][0], "bar"]
    usual = round(float(own.median()) * 100) if len(own) else round(NO_BAR * 100)
    bar = right.number_input(
        "Bar, %", 1, 99, usual, key=f"bar_{JUDGED[by][0]}", bind="query-params",
        help="The median bar of the charters in sight unless you choose another.",
    )  # fmt: skip
    return by, bar / 100


def table(rows: pd.DataFrame, by: str, bar: float, chosen: Filters) -> pd.DataFrame:
    """One row per trainer: the estimate and what stands beside it, those below the bar first."""
    _, x, n, _ = JUDGED[by]
    told = estimate.trainers(rows, x, n, bar)
    counts = ["submitted", "reviewed", "first_accepted", "last_accepted", "scored", "correct", "reworked"]  # fmt: skip
    groups = rows.groupby("trainer_id")
    own = groups[counts].sum()
    own[["hours", "cost_usd"]] = groups[["hours", "cost_usd"]].sum(min_count=1)
    own["last_day"] = data.dated(rows).groupby("trainer_id")["last_day"].max()
    own["vendor"] = groups["vendor"].first()
    own["rework"] = own["reworked"] / own["submitted"].where(own["submitted"] > 0)
    # Where only a sample is reviewed, what it says of acceptance is taken for all of the work.
    accepted = own["last_accepted"] / own["reviewed"].where(own["reviewed"] > 0)
    own["rate"] = accepted * sums.per(rows, "trainer_id", "submitted", "hours")
    each = sums.per(rows, "trainer_id", "cost_usd", "submitted")
    own["cost_per_accepted"] = each / accepted.where(accepted > 0)
    own = own.join(told).join(estimate.pace(signals.pace(chosen)))
    own["standing"] = own["standing"].fillna("unmeasured")
    tenure = data.frame(TENURE, chosen.scope, as_of=chosen.until)
    own["tenure_days"] = tenure.groupby("trainer_id")["tenure_days"].max().astype("float64")
    own["flags"] = data.flags(chosen.scope)["trainer_id"].value_counts()
    own["flags"] = own["flags"].fillna(0).astype("int64")
    own["signals"] = signals.of_all(chosen).reindex(own.index).fillna("")
    own["trainer"] = own.index.map(show.person)
    return found.ordered(own.reset_index(), "Those below the bar first")


def verdict(people: pd.DataFrame, bar: float) -> verdicts.Verdict:
    """Who is below the bar with certainty."""
    below = people.loc[people["standing"] == "below", "trainer"].tolist()
    counts = people["standing"].value_counts()
    return verdicts.trainers(below, int(counts.get("unsure", 0)), int(counts.get("good", 0)), bar)


def figures(people: pd.DataFrame, by: str) -> None:
    """How many people, how many below, the team's figure, hours and pace."""
    _, x, n, unit = JUDGED[by]
    total = people[n].sum()
    worked = people["hours"].sum(min_count=1)
    active = people[people["submitted"] > 0]
    below = people["standing"] == "below"
    reach = people.loc[below, "submitted"].sum() / max(people["submitted"].sum(), 1)
    row = [
        Figure("Trainers", words.count(len(people)), SUMMARY, detail=f"{words.count(len(active))} with production work"),
        Figure("Below the bar", words.count(below.sum()), SUMMARY, detail=f"{words.share(reach)} of all submissions" if below.any() else "nobody for certain"),
        Figure(by, words.share(people[x].sum() / total) if total else words.UNKNOWN, SUMMARY, detail=f"{words.count(total)} {unit}"),
        Figure("Submitted", words.count(people["submitted"].sum()), SUMMARY, detail=f"{words.share(people['reworked'].sum() / max(people['submitted'].sum(), 1))} submitted again"),
        Figure("Hours worked", words.hours(worked), SUMMARY, detail="overlaps counted once, pauses cut" if not words.is_unknown(worked) else "no time is recorded"),
    ]  # fmt: skip
    show.figures(row)


def scatter(people: pd.DataFrame, by: str, bar: float) -> None:
    """Speed against quality."""
    drawn = people.dropna(subset=["quality", "pace"])
    if drawn.empty:
        show.missing(
            "Speed and quality", "Nobody has both a measured quality and a known handle time."
        )
        return
    note = "Time against the team's on the same tasks. Being quick is a reason to look only where quality is low too."
    if len(drawn) > DRAWN:
        # Those below the bar are the reason to look at the chart; the others are its background.
        below = drawn[drawn["standing"] == "below"].head(DRAWN // 2)
        others = drawn.drop(below.index).sample(DRAWN - len(below), random_state=1)
        note = f"{note} Drawn are {words.count(DRAWN)} of {words.count(len(drawn))} people: those below the bar, the others by lot."
        drawn = pd.concat([below, others])
    figure = charts.speed_and_quality(drawn, bar=bar, quality=by)
    show.chart("Speed and quality", figure, signals.PACE, note)


def listing(people: pd.DataFrame, by: str) -> None:
    """The people who fit what is asked for; a click opens one."""
    show.heading("Everybody", SUMMARY)
    st.caption(
        "Estimates weigh a person's own answers against what is usual for the same campaigns and task types. "
        "Within a verdict the order is no ranking: people whose intervals overlap cannot be told apart."
    )
    asked = found.asked(people)
    if asked.empty:
        st.caption(":material/inbox: Nobody fits. Search for less, or take the filter away.")
        return
    shown = asked.head(MOST)
    show.table(
        shown.assign(
            verdict=shown["standing"].map(WORDS).fillna("– not measured"),
            interval=[words.between(lo, hi) if not words.is_unknown(lo) else "" for lo, hi in zip(shown["quality_low"], shown["quality_high"], strict=True)],
        ),
        {
            "trainer": show.text("Trainer", width="medium"),
            "vendor": show.text("Vendor"),
            "verdict": show.text("Verdict"),
            "quality": show.share(by, "estimate, drawn to what is usual for the same tasks"),
            "interval": show.text("95 % interval"),
            "p_below": show.share("Below the bar", "how likely the person is below the bar"),
            "p_worst": show.share("In the last tenth", "how likely the person is among the lowest tenth of those measured"),
            "raw": show.share("Raw", "own answers alone"),
            "adjusted": show.share("Adjusted", "raw, on items of usual difficulty (gold) or by usual reviewers (first pass)"),
            "n": show.count("From", JUDGED[by][3]),
            "flags": show.count("Open flags"),
            "signals": show.text("Signals", "a reason to look, not a finding: what each does not prove is on the person's page"),
            "submitted": show.count("Submitted"),
            "rework": show.share("Rework", "submitted again after a rejection"),
            "hours": show.count("Hours", "hours worked, overlaps counted once, pauses cut"),
            "rate": show.number("Accepted per hour", "the share accepted is that of the reviewed", places=1),
            "pace": show.number("Pace", "time against the team's on the same tasks: 2 is twice as long"),
            "cost_per_accepted": show.money("Per accepted", "cost of the person's work on items by accepted pieces of it", places=2),
            "tenure_days": show.count("Tenure, days", "since the first work on a campaign in sight"),
            "last_day": show.day("Last active"),
        },
        opens="trainer",
        by="trainer",
        named="trainer_id",
    )  # fmt: skip
    if len(asked) > MOST:
        st.caption(
            f"{words.count(MOST)} of {words.count(len(asked))} shown. Search, or narrow by campaign or vendor at the left."
        )
