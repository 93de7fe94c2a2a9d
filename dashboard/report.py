"""The team's digest as Markdown: the same verdicts as the pages, for a mail, a chat or an archive.

Made from what the warehouse knew at a moment, last Monday's digest comes out number for number.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from dashboard import standings, verdicts, words
from dashboard.sums import rate
from warehouse.engine import connect
from warehouse.errors import Refused
from warehouse.read import fetch

DAYS = 28
NOBODY = "Nobody: no campaign is late, below its bar or over its budget for certain."

QUERIES = {
    "progress": "progress/progress_by_campaign_v1",
    "cost": "spend/cost_per_item_by_campaign_v1",
}
RANGES = {
    "gold_accuracy": "quality/gold_accuracy_by_campaign_v1",
    "first_pass": "quality/first_pass_by_campaign_v1",
    "agreement": "quality/agreement_by_campaign_v1",
}


def digest(as_of: date | None = None, known_at: datetime | None = None) -> str:
    """What a team lead should know on ``as_of`` (by default the day after the newest event), as Markdown."""
    engine = connect()
    reach = fetch(engine, "team/reach_v1", known_at=known_at)["last_occurred"].max()
    if pd.isna(reach):
        raise Refused(
            "expected events to report on, found none: load some, or run `python -m warehouse demo`"
        )
    as_of = as_of or reach.date() + timedelta(days=1)
    stand, frames = _stand(engine, as_of, known_at)
    lines = [
        f"# The team up to {words.day(as_of - timedelta(days=1))}",
        f"**{verdicts.team(stand, 0).sentence}.**",
        _figures(frames),
        "## Who needs a person",
        _needs(stand) or NOBODY,
        "## Every campaign",
        _table(stand),
        f"Figures of quality: the {DAYS} days to {words.day(as_of - timedelta(days=1))}. "
        f"Events until {words.moment(reach)}"
        + (f", as known at {words.moment(known_at)}." if known_at else ".")
        + f" From {', '.join(f'`{q}`' for q in (*QUERIES.values(), *RANGES.values()))}.",
    ]
    return "\n\n".join(lines)


def _stand(
    engine: sa.Engine, as_of: date, known_at: datetime | None
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    span = {"since": as_of - timedelta(days=DAYS), "until": as_of}
    frames = {k: fetch(engine, q, as_of=as_of, known_at=known_at) for k, q in QUERIES.items()}
    frames |= {k: fetch(engine, q, known_at=known_at, **span) for k, q in RANGES.items()}
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of, known_at=known_at)
    bars = fetch(engine, "team/bars_by_campaign_v1", known_at=known_at)
    shares = {k: frames[k] for k in ("gold_accuracy", "first_pass")}
    stand = standings.standings(
        campaigns.assign(campaign=campaigns["campaign_name"]),
        frames["progress"],
        shares,
        frames["agreement"],
        bars,
        frames["cost"],
        pd.Timestamp(as_of),
    )
    return stand, frames


def _figures(frames: dict[str, pd.DataFrame]) -> str:
    """The team's figures in one paragraph, each with its interval and n."""
    progress, cost = frames["progress"], frames["cost"].dropna(subset=["cost_usd"])
    told = [f"{words.count(progress['accepted_last_7'].sum())} items accepted in the last 7 days"]
    for key, x, n, unit in (
        ("gold_accuracy", "correct", "scored", "gold answers"),
        ("first_pass", "accepted", "reviewed", "reviews"),
    ):
        whole = rate(frames[key].assign(all="all"), ["all"], x, n)
        if len(whole):
            w = whole.iloc[0]
            told.append(
                f"{words.figure(key)} {words.share(w['rate'])} "
                f"({words.between(w['rate_low'], w['rate_high'])}, {words.count(w[n])} {unit})"
            )
    if len(cost) and cost["accepted_items"].sum():
        each = cost["cost_usd"].sum() / cost["accepted_items"].sum()
        told.append(
            f"{words.money(cost['cost_usd'].sum())} spent, {words.money(each)} per accepted item"
        )
    return "; ".join(told) + "."


def _needs(stand: pd.DataFrame) -> str:
    act = stand[stand["standing"] == verdicts.ACT]
    return "\n".join(f"- **{row.campaign}**: {row.needs}" for row in act.itertuples())


def _table(stand: pd.DataFrame) -> str:
    rows = [
        f"| {r.campaign} | {r.delivery} | {words.share(r.progress, 0)} | {r.quality} | {r.money} |"
        for r in stand.itertuples()
    ]
    return "\n".join(
        ["| campaign | delivery | accepted | quality | money |", "|---|---|---|---|---|", *rows]
    )
