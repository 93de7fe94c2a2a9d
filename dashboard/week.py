"""What changed in a week: volume, quality and money against the four weeks before, and the flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import pandas as pd

from dashboard import words
from dashboard.printed import Block
from warehouse.read import wilson

OF_TEAM, OF_CAMPAIGN = "checks/quality_change_of_team_v2", "checks/quality_change_by_campaign_v2"
WORK, SPENT = "checks/throughput_change_by_campaign_v1", "spend/spend_by_campaign_v1"
FIGURES = {
    "gold_accuracy": ("gold_scored", "gold answers"),
    "first_pass": ("reviewed", "reviewed of the week's submissions"),
    "rejection_rate": ("reviews", "reviews"),
    "agreement": ("items", "items with two annotations or more"),
}
BEFORE = 4
"""Weeks that a week is compared with."""

Frame = Callable[..., pd.DataFrame]


def changes(frame: Frame, stand: pd.DataFrame, as_of: date, campaign: str | None) -> list[Block]:
    """Sentences on the whole, and a row per campaign."""
    quality = frame(OF_CAMPAIGN, as_of=as_of)
    whole = quality if campaign else frame(OF_TEAM, as_of=as_of)
    work = frame(WORK, as_of=as_of)
    told = [*_work(work), *_money(frame, as_of)]
    told += [s for s in (_quality(whole.iloc[0], key) for key in FIGURES) if s] if len(whole) else []  # fmt: skip
    blocks: list[Block] = [{"list": told or ["Nothing was done in this week."]}]
    if campaign is None:
        blocks.append(_table(stand, work, quality))
    return blocks


def _work(work: pd.DataFrame) -> list[str]:
    now, before = work["accepted_items"].sum(), work["accepted_items_before"].sum() / BEFORE
    return (
        [f"**{words.count(now)} items accepted**, {_against(now, before)}."]
        if now or before
        else []
    )


def _money(frame: Frame, as_of: date) -> list[str]:
    first = as_of - timedelta(days=7)
    spent = frame(SPENT, since=first, until=as_of)["cost_usd"].sum(min_count=1)
    earlier = frame(SPENT, since=first - timedelta(weeks=BEFORE), until=first)["cost_usd"]
    before = earlier.sum(min_count=1) / BEFORE
    if words.is_unknown(spent):
        return []
    return [f"**{words.money(spent)} spent**, {_against(spent, before)}."]


def _against(now: float, before: float) -> str:
    if words.is_unknown(before) or not before:
        return "nothing in the four weeks before"
    return f"{words.relative(now / before - 1)} against the mean of the four weeks before"


def _quality(row: pd.Series, key: str) -> str | None:
    """``gold accuracy 91.2 % (89.9 to 92.3 %, 2,011 gold answers), +0.4 points``"""
    n_column, unit = FIGURES[key]
    value, n = row[key], row[n_column]
    if words.is_unknown(value) or not n:
        return None
    _, low, high = wilson(float(value) * float(n), float(n))
    change = row[f"{key}_change"]
    moved = "no change known" if words.is_unknown(change) else f"{words.points(change)} against the four weeks before"  # fmt: skip
    adjusted = row.get(f"{key}_adjusted")
    alike = "" if words.is_unknown(adjusted) else f", {words.points(adjusted)} among like campaigns"
    said = words.figure(key)
    return (
        f"**{said[:1].upper()}{said[1:]} {words.share(value)}** ({words.between(float(low), float(high))}, "
        f"{words.count(n)} {unit}), {moved}{alike}."
    )


def _table(stand: pd.DataFrame, work: pd.DataFrame, quality: pd.DataFrame) -> Block:
    names = ["campaign", "accepted, 7 days", "a day, against before", "gold accuracy", "first pass"]
    rows = stand.merge(work, on="campaign_id", how="left", suffixes=("", "_w")).merge(
        quality, on="campaign_id", how="left", suffixes=("", "_q")
    )
    rows = rows[rows["submitted"].fillna(0) + rows["submitted_before"].fillna(0) > 0]
    return {
        "table": [names]
        + [
            [
                r["campaign"],
                words.count(_own(r, "accepted_items")),
                "new" if words.is_unknown(r["accepted_change"]) else words.relative(r["accepted_change"]),
                _cell(r, "gold_accuracy"),
                _cell(r, "first_pass"),
            ]
            for _, r in rows.sort_values("campaign").iterrows()
        ]
    }  # fmt: skip


def _own(row: pd.Series, column: str) -> object:
    return row.get(f"{column}_w", row.get(column))


def _cell(row: pd.Series, key: str) -> str:
    n = row[FIGURES[key][0]]
    if words.is_unknown(row[key]) or not n:
        return "not measured"
    change = row[f"{key}_change"]
    moved = "" if words.is_unknown(change) else f", {words.points(change)}"
    return f"{words.share(row[key])} of {words.count(n)}{moved}"


MOST_FLAGS = 10
"""Flags that somebody reads in a digest; the gravest come first."""


def flags(
    rows: pd.DataFrame | None, as_of: date, known_at: datetime | None, names: Mapping[str, str]
) -> list[Block]:
    """The flags that the week opened and closed, as far as they were known then."""
    if rows is None:
        return []
    rows = rows[rows["campaign_id"].isna() | rows["campaign_id"].isin(list(names))]
    rows = rows[rows["severity"] != "info"]  # gaps of the source: Data health has them
    opened = _of_week(rows, "opened", as_of, known_at)
    closed = _of_week(rows, "closed", as_of, known_at)
    told = [f"**{names.get(f.campaign_id, 'The team')}**, {words.figure(f.figure)}: {f.sentence}" for f in opened.itertuples()]  # fmt: skip
    if len(told) > MOST_FLAGS:
        told = [*told[:MOST_FLAGS], f"and {len(told) - MOST_FLAGS} more, on the page Flags"]
    head = f"Flags: {words.count(len(opened))} opened, {words.count(len(closed))} closed"
    return [{"heading": head}, {"list": told} if told else {"text": "The week opened no flag."}]


def _of_week(rows: pd.DataFrame, what: str, as_of: date, known_at: datetime | None) -> pd.DataFrame:
    day = pd.to_datetime(rows[f"{what}_as_of"])
    last = pd.Timestamp(as_of)
    held = (day > last - pd.Timedelta(days=7)) & (day <= last)
    return rows[held] if known_at is None else rows[held & (rows[f"{what}_at"] <= known_at)]
