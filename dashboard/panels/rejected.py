"""Why one trainer's work was rejected, by whom, and what the reviewers said."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, data, show, sums, words
from dashboard.filters import Filters
from dashboard.panels import item
from warehouse.scope import Scope

REASONS = "quality/rejection_reasons_by_campaign_v1"
REJECTIONS = "trainers/rejections_v1"
REVIEWS = "reviewers/reviews_by_trainer_v1"
ROWS = 300


def reasons(trainer: str, chosen: Filters) -> None:
    """Why reviewers rejected this person's work."""
    found = data.frame(REASONS, chosen.scope & Scope(trainers=(trainer,)), **chosen.range)
    found = found.groupby("reason", as_index=False)["rejections"].sum()
    if found.empty:
        show.missing("Reasons for rejection", "None of this work was rejected in this period.")
        return
    figure = charts.ranked(
        found.assign(reason=found["reason"].map(words.plain)), label="reason", value="rejections", title="rejections",
        text=[words.count(n) for n in found["rejections"]],
    )  # fmt: skip
    show.chart("Reasons for rejection", figure, REASONS)


def comments(trainer: str, chosen: Filters) -> None:
    """The rejections one by one, with what the reviewer said."""
    rows = data.frame(REJECTIONS, chosen.scope, trainer=trainer, limit=ROWS, **chosen.range)
    if rows.empty:
        return
    show.heading("What reviewers said", REJECTIONS)
    said = rows["comment"].map(words.said)
    comment = {"said": show.text("Comment", width="large")}
    if (said == "").all():
        comment = {}
        st.caption("The source gives reasons only, no comments.")
    show.table(
        rows.assign(
            address=item.address(rows),
            day=data.dated(rows)["day"],
            why=rows["reason"].map(words.plain),
            said=said,
            stands=["overturned" if o else words.plain(last) for o, last in zip(rows["overturned"], rows["last_outcome"], strict=True)],
        ),
        {
            "item_id": show.text("Item"),
            "campaign": show.text("Campaign"),
            "day": show.day("Day"),
            "why": show.text("Reason"),
            "stands": show.text("In the end"),
            **comment,
        },
        opens="item", by="item", named="address", key="rejected_item", height=min(38 + 35 * len(rows), 320),
    )  # fmt: skip


def by_reviewer(trainer: str, chosen: Filters) -> None:
    """Who rejected: one reviewer alone is another matter than all of them."""
    rows = data.frame(REVIEWS, chosen.scope & Scope(trainers=(trainer,)), **chosen.range)
    told = sums.rate(rows.dropna(subset=["reviewer_id"]), ["reviewer_id"], "rejected", "reviews")
    title = "Rejected by whom"
    if told.empty:
        show.missing(title, "No review of this work by a known reviewer in this period.")
        return
    show.heading(title, REVIEWS)
    show.table(
        told.assign(
            reviewer=told["reviewer_id"].map(show.person),
            interval=[words.between(lo, hi) for lo, hi in zip(told["rate_low"], told["rate_high"], strict=True)],
        ).sort_values("reviews", ascending=False),
        {
            "reviewer": show.text("Reviewer"),
            "rate": show.share("Rejected"),
            "interval": show.text("95 % interval"),
            "reviews": show.count("Of reviews"),
        },
        opens="reviewers", by="reviewer", named="reviewer_id", key="rejected_by", height=min(38 + 35 * len(told), 320),
    )  # fmt: skip
