"""States, hours and spend worked out in plain Python, second by second, to hold the SQL against.

Slow and direct on purpose: one pass over the events in their order, a set of seconds for each person and day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

TURNS = (
    "item_created",
    "assignment_started",
    "assignment_submitted",
    "assignment_skipped",
    "assignment_expired",
    "gold_scored",
    "review_rejected",
    "review_escalated",
    "review_overturned",
    "review_accepted_with_fix",
    "review_accepted",
    "item_removed",
)
IDLE_S = 1800.0
DAY_S = 86400


@dataclass
class Known:
    """All that is known in the end."""

    events: list[dict]
    charters: list[dict]
    rates: list[dict]
    exchange: list[dict]
    identities: list[dict]
    acceptances: list[dict]

    def acceptance(self, campaign: str) -> str:
        """As the charter says or, where there is none, as the campaign's files let expect."""
        told = [a for a in self.acceptances if a["campaign_id"] == campaign]
        unsaid = max(told, key=lambda a: a["recorded_at"], default={"acceptance": "review"})
        return self.charter(campaign).get("acceptance", unsaid["acceptance"])

    def charter(self, campaign: str) -> dict:
        told = [c for c in self.charters if c["campaign_id"] == campaign]
        return max(told, key=lambda c: c["version"], default={})

    def person(self, login: str | None) -> str | None:
        told = [i for i in self.identities if i["login_id"] == login]
        return max(told, key=lambda i: i["recorded_at"])["trainer_id"] if told else login

    def of(self, *prefixes: str) -> list[dict]:
        """Events of items and assignments in the order in which they count."""
        found = [e for e in self.events if e["event_type"].startswith(prefixes)]
        return sorted(found, key=_order)


def _order(event: dict) -> tuple:
    turn = TURNS.index(event["event_type"]) if event["event_type"] in TURNS else 99
    return event["occurred_at"], event["attempt_no"], turn, event.get("assignment_id") or ""


# -- states ---------------------------------------------------------------------------


def states_of(known: Known) -> list[tuple]:
    """(item, moment, from, to) of every change of state, in order."""
    changes = []
    by_item = defaultdict(list)
    for event in known.of("item_", "assignment_", "review_"):
        by_item[event["item_id"]].append(event)
    for item, events in by_item.items():
        charter = known.charter(events[0]["campaign_id"])
        removed, work, attempts, state = False, {}, {}, ""
        for event in events:
            kind, assignment = event["event_type"], event.get("assignment_id")
            if kind.startswith("item_"):
                removed = kind == "item_removed"
            elif kind == "assignment_submitted":
                if event["attempt_no"] > attempts.get(assignment, -1):
                    attempts[assignment] = event["attempt_no"]
                    by_submission = known.acceptance(event["campaign_id"]) == "submission"
                    work[assignment] = "accepted" if by_submission else "waiting"
            elif kind.startswith("assignment_"):
                if assignment not in attempts:
                    work[assignment] = "started" if kind == "assignment_started" else "gone"
            elif assignment in attempts:
                work[assignment] = {
                    "review_rejected": "rejected",
                    "review_escalated": "waiting",
                }.get(kind, "accepted")
            else:
                continue  # a review of what was not submitted makes nothing known
            now = _state(removed, list(work.values()), charter.get("required_annotations", 1))
            if now != state:
                changes.append((item, event["occurred_at"], state, now))
            state = now
    return changes


def _state(removed: bool, work: list[str], required: int) -> str:
    if removed:
        return "removed"
    if work.count("accepted") >= required:
        return "accepted"
    for told, state in (
        ("rejected", "in_rework"),
        ("waiting", "awaiting_review"),
        ("started", "in_work"),
    ):
        if told in work:
            return state
    return "available"


# -- pieces of work -------------------------------------------------------------------


@dataclass
class Piece:
    """One piece of work or one cost."""

    event: dict
    kind: str
    person: str | None
    role: str
    category: str
    is_again: bool
    begin: dt.datetime | None
    end: dt.datetime
    cost: float | None
    currency: str | None


def pieces_of(known: Known) -> list[Piece]:
    """Attempts, reviews by somebody, sessions and costs."""
    found = []
    attempts: dict[tuple, list[dict]] = defaultdict(list)
    starts: dict[tuple, list[dt.datetime]] = defaultdict(list)
    gold = set()
    for event in known.events:
        key = event.get("item_id"), event.get("assignment_id"), event["attempt_no"]
        if event["event_type"] == "assignment_submitted":
            attempts[key].append(event)
        elif event["event_type"] == "assignment_started" and event["time_basis"] == "recorded":
            starts[key].append(event["occurred_at"])
        elif event["event_type"].startswith("review_") and event.get("actor_id"):
            found.append(_piece(known, event, event, "review", event["actor_id"], "review"))
        elif event["event_type"] == "work_session":
            found.append(
                _piece(known, event, event, "session", event.get("trainer_id"), "annotation")
            )
        elif event["event_type"] == "cost_posted":
            category = event.get("reason") or "fee"
            found.append(_piece(known, event, event, "other", event.get("trainer_id"), category))
        if event.get("assignment_id") and event["gold_kind"] != "none":
            gold.add(event["assignment_id"])
    firsts = {}
    for (item, assignment, _), events in attempts.items():
        first = min(e["occurred_at"] for e in events)
        place = (first, assignment)
        firsts.setdefault(item, {})
        firsts[item][assignment] = min(place, firsts[item].get(assignment, place))
    for (item, assignment, attempt), events in attempts.items():
        in_order = sorted(events, key=lambda e: (e["occurred_at"], e["recorded_at"], e["event_id"]))
        first, last = in_order[0], in_order[-1]
        is_again = attempt > min(n for i, a, n in attempts if (i, a) == (item, assignment))
        if assignment in gold:
            category = "gold"
        elif first.get("role") == "adjudicator":
            category = "review"
        elif is_again:
            category = "rework"
        elif firsts[item][assignment] > min(firsts[item].values()):
            category = "overlap"
        else:
            category = "annotation"
        piece = _piece(
            known, first, last, "submission", first.get("trainer_id"), category, is_again
        )
        told = starts.get((item, assignment, attempt))
        if piece.begin is not None and told and min(told) <= piece.end:
            piece.begin = max(piece.begin, min(told))
        found.append(piece)
    return found


def _piece(
    known: Known,
    first: dict,
    last: dict,
    kind: str,
    login: str | None,
    category: str,
    again: bool = False,
) -> Piece:
    seconds, basis = last.get("duration_s"), last["duration_basis"]
    begin = None
    is_known = seconds is not None and seconds >= 0 and (basis != "none" or kind == "session")
    if is_known and kind != "other" and first["time_basis"] == "recorded":
        limit = known.charter(first["campaign_id"]).get("idle_limit_s", IDLE_S)
        if kind == "session" or basis in ("active", "self_reported"):
            limit = DAY_S
        begin = first["occurred_at"] - dt.timedelta(seconds=min(seconds, limit))
    role = "reviewer" if kind == "review" else first.get("role") or "annotator"
    return Piece(
        first,
        kind,
        known.person(login),
        role,
        category,
        again,
        begin,
        first["occurred_at"],
        last.get("cost"),
        last.get("currency"),
    )


# -- hours ----------------------------------------------------------------------------


def credits_of(known: Known) -> list[tuple[Piece, dt.date, int]]:
    """Seconds of each piece on each of its days that no earlier piece of the person has."""
    by_day: dict[tuple, list[Piece]] = defaultdict(list)
    for piece in pieces_of(known):
        if piece.person is None or piece.begin is None:
            continue
        for day in {piece.begin.date(), piece.end.date()}:
            by_day[piece.person, day].append(piece)
    credits = []
    for (_, day), pieces in sorted(by_day.items(), key=str):
        sessions = {p.event["campaign_id"] for p in pieces if p.kind == "session"}
        midnight = dt.datetime(day.year, day.month, day.day)
        seen: set[int] = set()
        for piece in sorted(pieces, key=lambda p: (p.begin, p.end, p.event["event_id"])):
            if piece.kind != "session" and piece.event["campaign_id"] in sessions:
                continue
            begin, end = ((m - midnight).total_seconds() for m in (piece.begin, piece.end))
            own = set(range(int(max(begin, 0)), int(min(end, DAY_S)))) - seen
            seen |= own
            credits.append((piece, day, len(own)))
    return credits


def hours_of(known: Known) -> dict[tuple, float]:
    """Seconds worked by campaign, person, category and day."""
    worked: dict[tuple, float] = defaultdict(float)
    for piece, day, seconds in credits_of(known):
        worked[piece.event["campaign_id"], piece.person, piece.category, day] += seconds
    return {key: seconds for key, seconds in worked.items() if seconds}


# -- spend ----------------------------------------------------------------------------


def spend_of(known: Known) -> dict[tuple, tuple]:
    """(units, unpriced, dollars) by campaign, category and day."""
    total: dict[tuple, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    credits = credits_of(known)
    told = {(p.event["campaign_id"], p.person, day) for p, day, _ in credits}
    for piece in pieces_of(known):
        if piece.kind == "session" and piece.cost is None:
            continue
        event, day = piece.event, piece.end.date()
        units = total[event["campaign_id"], piece.category, day]
        units[0] += 1
        if piece.cost is not None:
            currency = piece.currency or known.charter(event["campaign_id"]).get("currency")
            dollars = _dollars(known, piece.cost, currency, day)
        else:
            rate = _rate(known, piece, day)
            is_paid = not piece.is_again and piece.kind != "other"
            if rate is None:
                dollars = None if is_paid else 0.0
            elif rate["unit"] == "hour":
                is_timed = piece.begin is not None and piece.person is not None
                is_timed = is_timed or (event["campaign_id"], piece.person, day) in told
                is_known = _dollars(known, 0.0, rate["currency"], day) is not None
                dollars = 0.0 if is_timed and is_known else None
            else:
                dollars = _dollars(known, rate["amount"], rate["currency"], day) if is_paid else 0.0
        units[1] += dollars is None
        units[2] += dollars or 0.0
    for piece, day, seconds in credits:
        rate = _rate(known, piece, day)
        if piece.cost is None and rate is not None and rate["unit"] == "hour":
            paid = _dollars(known, rate["amount"] * seconds / 3600, rate["currency"], day)
            total[piece.event["campaign_id"], piece.category, day][2] += paid or 0.0
    return {k: (u, n, round(d, 4)) for k, (u, n, d) in total.items() if u or round(d, 9)}


def _rate(known: Known, piece: Piece, day: dt.date) -> dict | None:
    latest: dict[tuple, dict] = {}
    for rate in sorted(known.rates, key=lambda r: (r["recorded_at"], r["amount"])):
        key = tuple(rate.get(f) for f in ("vendor_id", "campaign_id", "role", "unit", "valid_from"))
        latest[key] = rate
    is_review = piece.role == "reviewer"
    fits = [
        rate
        for rate in latest.values()
        if rate["valid_from"] <= day
        and (rate["valid_until"] is None or day < rate["valid_until"])
        and rate["campaign_id"] in (None, piece.event["campaign_id"])
        and rate["vendor_id"] in (None, piece.event.get("vendor_id"))
        and rate["role"] in (None, piece.role)
        and not (is_review and rate["unit"] == "assignment" and rate["role"] is None)
    ]

    def rank(rate: dict) -> tuple:
        fields = sum(rate[f] is not None for f in ("vendor_id", "campaign_id", "role"))
        return fields, rate["valid_from"], rate["recorded_at"], rate["unit"] == "assignment"

    return max(fits, key=rank, default=None)


def _dollars(known: Known, amount: float, currency: str | None, day: dt.date) -> float | None:
    if currency is None:
        return None
    told = [x for x in known.exchange if x["currency"] == currency and x["day"] <= day]
    if not told:
        return amount if currency == "USD" else None
    return amount * max(told, key=lambda x: (x["day"], x["recorded_at"]))["usd"]
