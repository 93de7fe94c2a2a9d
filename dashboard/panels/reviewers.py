"""Reviewers: who is stricter or milder than the work explains, how quick they are, and what it does to acceptance."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import charts, data, filters, severity, show, verdicts, words
from dashboard.filters import Filters
from dashboard.panels import backlog
from dashboard.show import Figure
from dashboard.sums import per, rate
from warehouse.read import wilson
from warehouse.scope import Scope

SEVERITY = "reviewers/severity_by_reviewer_v1"
SPEED = "reviewers/speed_by_reviewer_v1"
ESCAPES = "reviewers/escapes_by_reviewer_v1"
DISPUTES = "reviewers/disputes_by_reviewer_v1"
WORK = "reviewers/reviews_by_trainer_v1"
WEEKS = "reviewers/reviews_by_week_v1"
CHANGE_DAYS = 28
SIGNS = {"strict": "! strict", "lenient": "! lenient", "as expected": "✓ as expected"}
FEW = 100
"""Reviews in each of two periods that a change of acceptance needs."""


def people(rows: pd.DataFrame, chosen: Filters) -> pd.DataFrame:
    """One row per reviewer: severity, reversals, disputes, escapes and speed; who stands out first."""
    own = severity.reviewers(rows).set_index("reviewer_id")
    own["reversal_rate"] = own["reversed"] / own["first_rejected"].where(own["first_rejected"] > 0)
    campaigns = data.frame(SPEED, chosen.scope, **chosen.range)
    speed = campaigns.groupby("reviewer_id")
    own["per_day"] = speed["reviews"].sum() / speed["active_days"].sum()
    own["per_hour"] = per(campaigns, "reviewer_id", "reviews", "hours")
    own["last_day"] = speed["last_day"].max()
    own["wait"] = speed["median_wait_hours"].median()
    for query, x, n, name in (
        (DISPUTES, "upheld", "decided", "upheld_rate"),
        (ESCAPES, "defective", "audited", "escape_rate"),
    ):
        sums = data.frame(query, chosen.scope, **chosen.range).groupby("reviewer_id")[[x, n]].sum()
        own = own.join(sums)
        own[name] = own[x] / own[n].where(own[n] > 0)
    # Whoever decided on the same work after them: disputes decided, audits of what they let through.
    checked = own[["decided", "audited"]].fillna(0).sum(axis=1)
    confirmed = checked - own[["upheld", "defective"]].fillna(0).sum(axis=1)
    own["confirmed"], own["confirmed_low"], own["confirmed_high"] = wilson(confirmed, checked)
    own["checked"] = checked
    own["queue"] = backlog.shares(chosen)
    own["reviewer"] = own.index.map(show.person)
    own["stands_out"] = own["standing"] != "as expected"
    order = own["above"].abs().where(own["stands_out"], own["above"].abs() - 10)
    return own.assign(_order=order).sort_values("_order", ascending=False).reset_index()


def verdict(own: pd.DataFrame) -> verdicts.Verdict:
    """Who is strict or lenient beyond chance."""
    strict = own.loc[own["standing"] == "strict", "reviewer"].tolist()
    lenient = own.loc[own["standing"] == "lenient", "reviewer"].tolist()
    if not strict and not lenient:
        return verdicts.Verdict(
            verdicts.GOOD,
            "Nobody stands out",
            f"{words.plural(len(own), 'reviewer')} reject about as often as expected on the same work; "
            "differences are within chance",
        )
    said = [
        f"{words.listed(names)} {'rejects' if len(names) == 1 else 'reject'} {more} than expected on the same work"
        for names, more in ((strict, "more"), (lenient, "less"))
        if names
    ]
    found = len(strict) + len(lenient)
    return verdicts.Verdict(
        verdicts.WATCH,
        f"{found} of {words.plural(len(own), 'reviewer')} {'stands' if found == 1 else 'stand'} out",
        f"{'; '.join(said)}, beyond chance: look at their reviews before you look at the trainers",
    )


def figures(own: pd.DataFrame) -> None:
    """Reviewers, the rejection rate, reversals, disputes upheld and escapes."""

    def ratio(x: str, n: str) -> tuple[str, str]:
        total = own[n].sum()
        return (words.share(own[x].sum() / total) if total else words.UNKNOWN), words.count(total)

    rejected, reviews = ratio("rejected", "reviews")
    turned, first = ratio("reversed", "first_rejected")
    upheld, decided = ratio("upheld", "decided")
    escaped, audited = ratio("defective", "audited")
    show.figures(
        [
            Figure("Reviewers", words.count(len(own)), SEVERITY, detail=f"{reviews} reviews"),
            Figure("Rejected", rejected, SEVERITY, detail=f"of {reviews} reviews"),
            Figure("Reversed", turned, SEVERITY, detail=f"of {first} first rejections"),
            Figure("Disputes upheld", upheld, DISPUTES, detail=f"of {decided} decided"),
            Figure("Escaped", escaped, ESCAPES, detail=f"defective of {audited} audited"),
        ]
    )


def chart(own: pd.DataFrame) -> None:
    """How far each reviewer is above what is expected of the same work."""
    figure = charts.around(
        own.sort_values("above", ascending=False), label="reviewer", value="above", n="reviews", of="reviews",
        title="points of rejections above or below expected",
        found="stands_out",
    )  # fmt: skip
    few = len(own) > charts.MOST_ROWS
    note = f"The {charts.MOST_ROWS} strictest; all are in the table." if few else None
    show.chart("Severity", figure, SEVERITY, note)


def change(chosen: Filters) -> None:
    """How much of the change in acceptance is the reviewers', for the campaign that the address names."""
    until = chosen.until
    middle, since = until - timedelta(CHANGE_DAYS), until - timedelta(2 * CHANGE_DAYS)
    after = data.dated(data.frame(WORK, chosen.scope, since=middle, until=until))
    before = data.dated(data.frame(WORK, chosen.scope, since=since, until=middle))
    title = "What the change in rejections is made of"
    sizes = pd.concat([f.groupby("campaign_id")["reviews"].sum() for f in (before, after)], axis=1)
    enough = sizes.fillna(0).min(axis=1) >= FEW
    if not enough.any():
        show.missing(
            title,
            f"No campaign has {FEW} reviews in both the last {CHANGE_DAYS} days and those before.",
        )
        return
    periods = {
        c: (before[before["campaign_id"] == c], after[after["campaign_id"] == c])
        for c in sizes.index[enough]
    }
    told = {c: severity.parts(*pair) for c, pair in periods.items()}
    names = data.campaign_names()
    first = max(told, key=lambda c: _beyond_chance(told[c]))
    campaign = filters.one("Campaign", "change", {c: names.get(c, c) for c in told}, first=first)
    figure = charts.parts(
        told[campaign], label="part", value="points", title="change of the rejection rate, points"
    )
    own = severity.by_reviewer(*periods[campaign])
    note = (
        f"Last {CHANGE_DAYS} days against the {CHANGE_DAYS} before. {attributed(told[campaign], own)} What half of the "
        "reviewers changed together cannot be told from a change of the work."
    )
    show.chart(title, figure, WORK, note)


def attributed(parts: pd.DataFrame, own: pd.DataFrame) -> str:
    """How much of the change is the reviewers', with its interval, and whose; or that it can be chance."""
    told = parts.set_index("part")
    whole, single = told.loc["the whole change", "points"], told.loc["individual reviewers"]
    said = (
        f"Rejections changed by {words.points(whole)} of the reviews, {words.points(single['points'])} of it "
        f"({words.points_between(single['points_low'], single['points_high'])}) through individual reviewers, "
        "held against the others on the same people's work"
    )
    if _beyond_chance(parts) <= 0:
        return f"{said}; that can be chance."
    sure = own[(own["points_low"] > 0) | (own["points_high"] < 0)]
    sure = sure[sure["points"] * single["points"] > 0]
    whose = [
        f"{show.person(r.reviewer_id)} {words.points(r.points)} ({words.points_between(r.points_low, r.points_high)})"
        for r in sure.head(3).itertuples()
    ]
    return f"{said}, beyond chance{': ' + words.listed(whose) if whose else ''}."


def _beyond_chance(parts: pd.DataFrame) -> float:
    """How far the interval of the individual reviewers' part stays away from 0; negative where it spans it."""
    own = parts.set_index("part").loc["individual reviewers"]
    return max(own["points_low"], -own["points_high"])


def listing(own: pd.DataFrame) -> None:
    """Every reviewer; a click shows whose work they reviewed."""
    st.subheader(
        "Every reviewer, those who stand out first", anchor=False, help=show.says(SEVERITY)
    )
    show.table(
        own.assign(
            verdict=own["standing"].map(SIGNS),
            interval=[words.points_between(lo, hi) for lo, hi in zip(own["above_low"], own["above_high"], strict=True)],
            confirmed_interval=[words.between(lo, hi) if n else "" for lo, hi, n in zip(own["confirmed_low"], own["confirmed_high"], own["checked"], strict=True)],
        ),
        {
            "reviewer": show.text("Reviewer", width="medium"),
            "verdict": show.text("Severity"),
            "rate": show.share("Rejected"),
            "expected_rate": show.share("Expected", "what the others do with the same people's work"),
            "interval": show.text("Above expected, 95 %"),
            "reviews": show.count("Reviews"),
            "reversal_rate": show.share("Reversed", "first rejections overturned later"),
            "first_rejected": show.count("of rejections"),
            "upheld_rate": show.share("Disputes upheld"),
            "decided": show.count("of decided"),
            "escape_rate": show.share("Escaped", "accepted work that an audit found defective"),
            "audited": show.count("of audited"),
            "confirmed": show.share("Confirmed", "of decisions that somebody looked at again, disputes decided and audits: those that stood"),
            "confirmed_interval": show.text("95 % interval", "which decisions are looked at again is no fair sample of all"),
            "checked": show.count("of looked at again"),
            "queue": show.count("Waiting for them", "work awaiting review, shared out as the campaign's reviews of the last two weeks were"),
            "per_day": show.number("Per active day", places=1),
            "per_hour": show.number("Per hour", "of time worked on reviewing, where it is known", places=1),
            "wait": show.number("Wait, h", "median hours from submission to review, the queue included", places=1),
            "last_day": show.day("Last active"),
        },
        opens="reviewers", by="reviewer", named="reviewer_id",
    )  # fmt: skip


def one(own: pd.DataFrame, chosen: Filters) -> None:
    """One reviewer: week by week, and whose work they rejected."""
    told = st.query_params.get("reviewer")
    if told not in set(own["reviewer_id"]):
        return
    st.divider()
    st.header(show.person(told), anchor=False)
    weeks = data.frame(WEEKS, chosen.scope, **chosen.range)
    weeks = weeks[weeks["reviews"] > 0].assign(
        who=weeks["reviewer_id"].eq(told).map({True: show.person(told), False: "all others"})
    )
    campaigns = weeks.loc[weeks["reviewer_id"] == told, "campaign_id"].unique()
    weeks = weeks[weeks["campaign_id"].isin(campaigns)]
    if weeks.empty:
        show.missing("Rejections by week", "No review of this period has a recorded time.")
    else:
        by_week = rate(weeks, ["who", "week"], "rejected", "reviews").sort_values("who", key=lambda w: w != "all others")  # fmt: skip
        figure = charts.lines(
            by_week, x="week", y="rate", by="who", n="reviews", of="reviews",
            title="rejected", x_title="week from Monday (UTC)",
        )  # fmt: skip
        show.chart("Rejections by week, same campaigns", figure, WEEKS)
    work = data.frame(WORK, chosen.scope & Scope(campaigns=tuple(campaigns) or None), **chosen.range)  # fmt: skip
    _whose(work, told)


def _whose(work: pd.DataFrame, told: str) -> None:
    """The people whose work this reviewer saw, beside what the other reviewers do with it."""
    counts = ["reviews", "rejected"]
    mine = work[work["reviewer_id"] == told].groupby("trainer_id")[counts].sum()
    others = work[work["reviewer_id"] != told].groupby("trainer_id")[counts].sum()
    rows = mine.join(others.add_suffix("_others")).fillna(0).reset_index()
    rows["rate"] = rows["rejected"] / rows["reviews"]
    rows["others"] = rows["rejected_others"] / rows["reviews_others"].where(rows["reviews_others"] > 0)  # fmt: skip
    rows["surplus"] = (rows["rate"] - rows["others"].fillna(rows["rate"])) * rows["reviews"]
    show.heading("Whose work they reviewed", WORK)
    show.table(
        rows.assign(trainer=rows["trainer_id"].map(show.person)).sort_values("surplus", ascending=False),
        {
            "trainer": show.text("Trainer", width="medium"),
            "reviews": show.count("Reviews"),
            "rate": show.share("Rejected"),
            "others": show.share("Rejected by others"),
            "reviews_others": show.count("of their reviews"),
        },
        opens="trainer", by="trainer", named="trainer_id", key="whose",
    )  # fmt: skip
