"""Reports: the pages' verdicts as text, for a mail, a chat or an archive.

Two kinds: the week's digest of the whole team, and the status of one campaign. Made again from what
the warehouse knew at that moment, last Monday's report comes out number for number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from dashboard import printed, standings, verdicts, week, words
from dashboard.printed import Block
from dashboard.sums import rate
from warehouse import fingerprint
from warehouse.engine import connect
from warehouse.errors import Refused
from warehouse.query import load
from warehouse.read import fetch, known_until
from warehouse.scope import EVERYTHING, Scope

DAYS = 28
KINDS = {"digest": "Weekly digest of the team", "campaign": "Status of one campaign"}
NOBODY = "Nobody: no campaign is late, below its bar or over its budget for certain."

QUERIES = {
    "progress": "progress/progress_by_campaign_v1",
    "cost": "spend/cost_per_item_by_campaign_v1",
}
RANGES = {
    "gold_accuracy": "quality/gold_accuracy_by_campaign_v1",
    "first_pass": "quality/first_pass_by_campaign_v1",
    "agreement": "quality/agreement_by_campaign_v2",
}


@dataclass(frozen=True)
class Report:
    """What is told, and the version and fingerprint of every query that it is told from."""

    kind: str
    title: str
    campaign_id: str | None
    as_of: date
    known_at: datetime
    blocks: list[Block]
    sources: dict[str, dict[str, object]]

    @property
    def markdown(self) -> str:
        """The report for a chat or a mail."""
        return printed.markdown(self.title, self.blocks)

    @property
    def row(self) -> dict[str, object]:
        """The report as the ledger keeps it."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass
class Asking:
    """Asks queries within one scope as of one moment, and keeps the fingerprint of each answer."""

    engine: sa.Engine
    scope: Scope
    known_at: datetime | None
    sources: dict[str, dict[str, object]] = field(default_factory=dict)

    def frame(self, name: str, **params: object) -> pd.DataFrame:
        """The rows of a query."""
        rows = fetch(self.engine, name, scope=self.scope, known_at=self.known_at, **params)
        asked = " ".join(f"{k}={v}" for k, v in sorted(params.items()))
        self.sources[f"{name} {asked}".strip()] = fingerprint.source(load(name), rows)
        return rows


def digest(as_of: date | None = None, known_at: datetime | None = None) -> str:
    """What a team lead should know on ``as_of`` (by default the day after the newest event), as Markdown."""
    return made(connect(), as_of=as_of, known_at=known_at).markdown


def made(
    engine: sa.Engine,
    *,
    campaign: str | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    scope: Scope = EVERYTHING,
    flags: pd.DataFrame | None = None,
) -> Report:
    """A report of the whole team, or of ``campaign``; from what was known at ``known_at``, by default all that is.

    ``flags`` are those in sight, whatever their state; the week's are told.
    """
    ask = Asking(engine, scope if campaign is None else scope & Scope(campaigns=(campaign,)), known_at)  # fmt: skip
    until = known_until(engine)
    heard = fetch(engine, "team/reach_v1", scope=ask.scope, known_at=known_at)
    last = heard["last_occurred"].max()
    if pd.isna(last):
        raise Refused(
            "expected events to report on, found none: load some, or run `python -m warehouse demo`"
            if campaign is None
            else f"expected a campaign with events in your sight, found none called {campaign!r}"
        )
    as_of = as_of or last.date() + timedelta(days=1)
    stand, frames = _stand(ask, as_of)
    if stand.empty:
        raise Refused(f"expected work before {as_of}, found none: choose a later day")
    name = stand["campaign"].iloc[0] if campaign else "The team"
    return Report(
        kind="campaign" if campaign else "digest",
        title=f"{name} up to {words.day(as_of - timedelta(days=1))}",
        campaign_id=campaign,
        as_of=as_of,
        known_at=known_at or _known(until, heard),
        blocks=[
            {"text": f"**{_verdict(stand, campaign)}.**"},
            {"text": _figures(frames)},
            *_needs(stand, campaign),
            {"heading": "What changed this week"},
            *week.changes(ask.frame, stand, as_of, campaign),
            *week.flags(flags, as_of, known_at, dict(zip(stand["campaign_id"], stand["campaign"], strict=True))),
            {"heading": "Every campaign" if campaign is None else "Delivery, quality, money"},
            _table(stand),
            {"text": _said_of_itself(as_of, last, known_at, ask)},
        ],
        sources=ask.sources,
    )  # fmt: skip


def _known(until: datetime | None, heard: pd.DataFrame) -> datetime:
    """The moment as of which the report is made again: up to it all that was recorded was there to be read."""
    last = heard["last_recorded"].max().to_pydatetime()
    return max(until, last) if until else last


def _verdict(stand: pd.DataFrame, campaign: str | None) -> str:
    if campaign is None:
        return verdicts.team(stand, 0).sentence
    return stand["needs"].iloc[0].rstrip(".")


def _stand(ask: Asking, as_of: date) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    span = {"since": as_of - timedelta(days=DAYS), "until": as_of}
    frames = {k: ask.frame(q, as_of=as_of) for k, q in QUERIES.items()}
    frames |= {k: ask.frame(q, **span) for k, q in RANGES.items()}
    campaigns = ask.frame("team/campaigns_v1", as_of=as_of)
    bars = ask.frame("team/bars_by_campaign_v1")
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
    """The figures in one paragraph, each with its interval and n."""
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


def _needs(stand: pd.DataFrame, campaign: str | None) -> list[Block]:
    if campaign is not None:
        return []
    act = stand[stand["standing"] == verdicts.ACT]
    told = [f"**{row.campaign}**: {row.needs}" for row in act.itertuples()]
    return [{"heading": "Who needs a person"}, {"list": told} if told else {"text": NOBODY}]


def _table(stand: pd.DataFrame) -> Block:
    names = ["campaign", "delivery", "accepted", "quality", "money"]
    rows = [
        [r.campaign, r.delivery, words.share(r.progress, 0), r.quality, r.money]
        for r in stand.itertuples()
    ]
    return {"table": [names, *rows]}


def _said_of_itself(as_of: date, last: pd.Timestamp, known_at: datetime | None, ask: Asking) -> str:
    known = f", as known at {words.moment(known_at)}" if known_at else ""
    asked = ", ".join(f"`{name}`" for name in dict.fromkeys(s.split(" ")[0] for s in ask.sources))
    return (
        f"Figures of quality: the {DAYS} days to {words.day(as_of - timedelta(days=1))}. "
        f"Events until {words.moment(last)}{known}. From {asked}."
    )


def again(
    engine: sa.Engine, told: sa.Row, *, scope: Scope = EVERYTHING, flags: pd.DataFrame | None = None
) -> Report:
    """The report ``told`` of the ledger, made from what the warehouse knew at that moment."""
    seen = Scope(**{part: tuple(ids) for part, ids in (told.scope or {}).items()})
    return made(
        engine, campaign=told.campaign_id, as_of=told.as_of, known_at=told.known_at, scope=scope & seen, flags=flags,
    )  # fmt: skip


SAME, OTHER = "same", "different"


def compared(then: dict[str, dict], now: dict[str, dict]) -> pd.DataFrame:
    """Query by query whether it says the same again, and why it may not."""
    rows = []
    for asked in dict.fromkeys([*then, *now]):
        before, after = then.get(asked), now.get(asked)
        is_same = before is not None and after is not None and before["frame"] == after["frame"]
        rows.append(
            {
                "query": asked.split(" ")[0],
                "before": None if before is None else before["rows"],
                "after": None if after is None else after["rows"],
                "outcome": SAME if is_same else OTHER,
                "why": "" if is_same else _why(before, after),
            }
        )
    return pd.DataFrame(rows, columns=["query", "before", "after", "outcome", "why"])


def _why(before: dict | None, after: dict | None) -> str:
    if before is None or after is None:
        return "asked only once: the report itself asks other queries now"
    if before["version"] != after["version"]:
        return "the query's text is another one now"
    return "the events known then are others now: were some deleted, or dated back?"
