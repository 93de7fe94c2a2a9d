"""Telling people of changes of flags, once per change, person and channel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from data_checks import outbox
from data_checks.routes import Route, Routes, read_routes
from warehouse import settings, vocabulary
from warehouse.ledger.store import now

if TYPE_CHECKING:
    import apprise

CONNECT_S, ANSWER_S = 5.0, 60.0
"""So long a receiver may take to be reached, and to answer. One that has the message and only answers
late would get it again: slow is not failed."""

Send = Callable[[str, str, str], str | None]
"""Address, title and body of a message; the reason where it could not be delivered."""


def deliver(book: sa.Engine, *, at: datetime | None = None, send: Send | None = None) -> str | None:
    """Write what is new to the outbox and send what is due; one line that says what was done."""
    send = _apprise if send is None else send
    routes = read_routes(settings.notify_file())
    if routes is None:
        outbox.notice(book, None, at or now())
        return None
    outbox.notice(book, lambda event, flag: _rows(routes, event, flag, at or now()), at or now())
    done = lost = dropped = 0
    for claimed in outbox.claim(book, at or now()):
        rows = outbox.without_muted(book, claimed, at or now())
        dropped += len(claimed) - len(rows)
        if not rows or not outbox.hold(book, rows, at or now()):
            continue
        address = routes.address(rows[0].person, rows[0].channel)
        reason = send(address, *_message(rows)) if address else None
        if address is None:
            reason = (
                f"{settings.notify_file()} has no channel {rows[0].channel} of {rows[0].person}"
            )
        if reason is None:
            outbox.sent(book, rows, at or now())
            done += 1
        else:
            outbox.failed(book, rows, reason, at or now())
            lost += 1
    said = f"Notifications: {done} sent, {outbox.waiting(book)} waiting"
    if dropped:
        said += (
            f"; {dropped} dropped, as {'its flag is' if dropped == 1 else 'their flags are'} muted"
        )
    return f"{said}; {lost} could not be delivered and will be tried again" if lost else said


def _rows(routes: Routes, event: outbox.Row, flag: outbox.Row, at: datetime) -> list[dict]:
    """One row per person and channel that a change concerns; what goes at once beats the digest."""
    if flag["suppressed_by"] is not None or (
        flag["state"] == "dismissed" and event["what"] != "closed"
    ):
        return []
    ways: dict[tuple[str, str], Route] = {}
    for route in routes.routes:
        if not route.takes(flag) or not _concerns(event, route):
            continue
        key = (route.to.name, route.channel)
        if key not in ways or (ways[key].digest is not None and route.digest is None):
            ways[key] = route
    return [
        {
            "dedupe_key": f"{event['event_id']}/{person}/{channel}",
            "flag_id": flag["flag_id"],
            "event_id": event["event_id"],
            "person": person,
            "channel": channel,
            "severity": flag["severity"],
            "title": _title(event, flag),
            "body": _body(event, flag, routes.link),
            "is_digest": route.digest is not None,
            "state": "waiting",
            "made_at": at,
            "send_after": route.send_after(at),
            "attempts": 0,
        }
        for (person, channel), route in ways.items()
    ]


def _concerns(event: outbox.Row, route: Route) -> bool:
    """A change of owner concerns the new owner only, and nobody who took a flag needs to be told so."""
    if event["field"] != "owner":
        return True
    return event["new"] == route.to.name and event["actor"] != route.to.name


def _title(event: outbox.Row, flag: outbox.Row) -> str:
    what = "yours now" if event["field"] == "owner" else event["what"]
    figure = vocabulary.figure(flag["figure"])
    return f"[{flag['severity']}] {flag['subject'] or 'team'}: {figure}, {flag['kind']} ({what})"


def _body(event: outbox.Row, flag: outbox.Row, link: str) -> str:
    # A flag that has opened again since has no reason any more; the event has it.
    why = flag["closed_why"] or event["said"] or "closed"
    said = f"{why[:1].upper()}{why[1:]}." if event["what"] == "closed" else flag["sentence"]
    link = f"{link}/flags?flag={flag['flag_id']}" if link else f"flag {flag['flag_id']}"
    return f"{said}\nSince {flag['opened_as_of']:%-d %B %Y}. {link}"


def _message(rows: list[sa.Row]) -> tuple[str, str]:
    """One message of one or more rows, with the number that tells a repeated message from a new one."""
    number = f"notice {rows[0].notification_id}"
    if len(rows) == 1:
        return rows[0].title, f"{rows[0].body}\n({number})"
    worst = sum(row.severity == "critical" for row in rows)
    title = f"{len(rows)} changes of flags" + (f", {worst} critical" if worst else "")
    return title, "\n\n".join(f"{r.title}\n{r.body}" for r in rows) + f"\n\n({number})"


def target_of(address: str) -> apprise.NotifyBase | None:
    """Where apprise sends to, with our patience where the address names none of its own."""
    import apprise
    from apprise.plugins.email import NotifyEmail

    target = apprise.Apprise.instantiate(address)
    if target is None:
        return None
    # Mail has one limit for both.
    connect = ANSWER_S if isinstance(target, NotifyEmail) else CONNECT_S
    limits = {"socket_connect_timeout": connect, "socket_read_timeout": ANSWER_S}
    for name, seconds in limits.items():
        if name not in vars(target):
            setattr(target, name, seconds)
    return target


def _apprise(address: str, title: str, body: str) -> str | None:
    import apprise

    target = target_of(address)
    if target is None:
        return "the address is of no kind that apprise knows"
    with apprise.LogCapture(level=apprise.logging.WARNING) as log:
        if apprise.Apprise(target).notify(
            title=title, body=body, body_format=apprise.NotifyFormat.TEXT
        ):
            return None
        lines = log.getvalue().strip().splitlines()
    return lines[-1] if lines else "the receiver did not take it"
