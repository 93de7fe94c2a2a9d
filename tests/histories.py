"""Random histories of annotation work for tests: lives of items with all that goes wrong, arriving in loads.

A history is what happened; how it arrives (in which load, in which order) is drawn apart, so that a review may be
loaded before the submission it belongs to.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from hypothesis import strategies as st

START = dt.datetime(2026, 1, 5)
LOADS = 4
CAMPAIGNS = ("alpha", "beta")
LOGINS = ("ann", "ann2", "bo")
REVIEWERS = ("rev", "rev2", "bo")
BASES = ("active", "elapsed_accept_to_submit", "self_reported", "none")
SECONDS = (None, 0.0, 40.0, 600.0, 1800.0, 5000.0, -3.0)


@dataclass
class Step:
    """One load and what was agreed before it, with what the next refresh is told about that."""

    events: list[dict] = field(default_factory=list)
    responses: list[dict] = field(default_factory=list)
    agreed: dict[str, list[dict]] = field(default_factory=dict)
    pending: list[dict] = field(default_factory=list)


def recorded(load: int) -> dt.datetime:
    """When the warehouse came to know of a load and what was agreed before it."""
    return START + dt.timedelta(days=30 + load)


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Steps of a random history."""
    return steps(draw(st.randoms(use_true_random=False)))


def steps(random: Random) -> list[Step]:
    """A history drawn from ``random``."""
    story = _Story(random)
    for number in range(random.randint(1, 8)):
        story.item(f"i{number}")
    for _ in range(random.randint(0, 2)):
        story.session()
        story.posted()
    arriving = [Step() for _ in range(LOADS)]
    for event, answers in story.told:
        load = random.randrange(LOADS)
        arrived = {"load_id": f"load-{load}", "recorded_at": recorded(load)}
        arriving[load].events.append(event | arrived)
        arriving[load].responses += [answer | arrived for answer in answers]
    for number, step in enumerate(arriving):
        _agree(random, number, step)
    return arriving


class _Story:
    """What happened, event by event."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.told: list[tuple[dict, list[dict]]] = []

    def item(self, item: str) -> None:
        """An item's life: created, worked on by up to three people, perhaps removed."""
        random = self.random
        campaign = random.choice(CAMPAIGNS)
        base = {
            "item_id": item,
            "campaign_id": campaign,
            "task_type": random.choice(("rating", "rating", "unknown")),
            "gold_kind": random.choice(("none", "none", "none", "hidden", "training")),
            "time_basis": "assumed" if random.random() < 0.1 else "recorded",
        }
        if random.random() < 0.7:
            self.happen(base, "item_created", self.moment())
        for number in range(random.randint(0, 3)):
            self.assignment(base, f"{item}-a{number}")
        if random.random() < 0.15:
            removed = self.moment()
            self.happen(base, "item_removed", removed)
            if random.random() < 0.3:
                self.happen(base, "item_created", removed + dt.timedelta(hours=1))

    def assignment(self, base: dict, assignment: str) -> None:
        """One person's pass: started, submitted, edited, reviewed, done again; or skipped, or expired."""
        random = self.random
        base = base | {
            "assignment_id": assignment,
            "trainer_id": random.choice((*LOGINS, None)) if random.random() < 0.2 else "ann",
            "vendor_id": random.choice(("acme", "other", None)),
            "role": random.choice((None, "annotator", "adjudicator")),
            "guideline_version": random.choice((None, "g1", "g2")),
        }
        if random.random() < 0.5:
            base["trainer_id"] = random.choice(LOGINS)
        at = self.moment()
        for attempt in range(1, random.randint(1, 3) + 1):
            base = base | {"attempt_no": attempt}
            if random.random() < 0.6:
                self.happen(base, "assignment_started", at)
                at += dt.timedelta(seconds=random.choice((0, 30, 700, 4000)))
            if random.random() < 0.15:
                self.happen(base, random.choice(("assignment_skipped", "assignment_expired")), at)
                if random.random() < 0.7:
                    return
            for _ in range(1 if random.random() < 0.8 else 2):  # the second is an edit
                self.submit(base, at)
                at += dt.timedelta(seconds=random.choice((0, 60, 90000)))
            if base["gold_kind"] != "none" and random.random() < 0.7:
                self.happen(base, "gold_scored", at, score=random.choice((0.0, 0.5, 1.0)))
            if not self.review(base, at):
                return
            at += dt.timedelta(seconds=random.choice((100, 50000)))

    def submit(self, base: dict, at: dt.datetime) -> None:
        random = self.random
        told = {
            "duration_s": random.choice(SECONDS),
            "duration_basis": random.choice(BASES),
            "cost": random.choice((None, None, 1.0, 2.5)),
            "currency": random.choice((None, "USD", "EUR")),
        }
        event = self.happen(base, "assignment_submitted", at, **told)
        answered = [
            ("label", "nominal", random.choice(("cat", "dog")), None),
            ("score", "interval", "7", 7.0),
        ]
        for question, scale, text, number in answered[: random.randint(0, 2)]:
            self.told[-1][1].append(
                {
                    **{k: v for k, v in event.items() if k in _OF_ANSWERS},
                    "question_id": question,
                    "scale": scale,
                    "value_text": text,
                    "value_number": number,
                }
            )

    def review(self, base: dict, at: dt.datetime) -> bool:
        """Whether the reviewer asks for another attempt."""
        random = self.random
        outcome = random.choice(
            ("", "accepted", "accepted", "accepted_with_fix", "rejected", "rejected", "escalated")
        )
        if not outcome:
            return False
        at += dt.timedelta(seconds=random.choice((0, 100, 100000)))
        told = {
            "actor_id": random.choice((*REVIEWERS, None)),
            "duration_s": random.choice((None, 60.0)),
            "duration_basis": "active",
            "reason": "wrong" if outcome == "rejected" else None,
        }
        self.happen(base, f"review_{outcome}", at, **told)
        if outcome == "rejected" and random.random() < 0.3:
            self.happen(base, "review_overturned", at + dt.timedelta(hours=30), actor_id="rev")
            return False
        return outcome == "rejected"

    def session(self) -> None:
        self.happen(
            {
                "campaign_id": self.random.choice(CAMPAIGNS),
                "trainer_id": self.random.choice(LOGINS),
            },
            "work_session",
            self.moment(),
            duration_s=self.random.choice((600.0, 7200.0)),
            duration_basis="active",
        )

    def posted(self) -> None:
        self.happen(
            {"campaign_id": self.random.choice(CAMPAIGNS)},
            "cost_posted",
            self.moment(),
            cost=10.0,
            currency=self.random.choice(("USD", "EUR", "XXX")),
            reason=self.random.choice((None, "bonus")),
        )

    def moment(self) -> dt.datetime:
        """Some second of three days, often close to a midnight."""
        if self.random.random() < 0.4:
            seconds = self.random.choice((0, 86400, 172800)) + self.random.randint(-900, 900)
        else:
            seconds = self.random.randint(0, 3 * 86400)
        return START + dt.timedelta(seconds=seconds)

    def happen(self, base: dict, event_type: str, at: dt.datetime, **told: object) -> dict:
        event = {
            "event_id": f"e{len(self.told):03d}",
            "source": "test",
            "event_type": event_type,
            "occurred_at": at,
            "day": at.date(),
            "time_basis": "recorded",
            "attempt_no": 1,
            "task_type": "rating",
            "gold_kind": "none",
            "duration_basis": "none",
        }
        event |= base | told
        if event_type in ("item_created", "item_removed"):
            event |= {"attempt_no": 0}
        self.told.append((event, []))
        return event


_OF_ANSWERS = [
    "event_id",
    "occurred_at",
    "day",
    "campaign_id",
    "item_id",
    "assignment_id",
    "trainer_id",
    "vendor_id",
    "task_type",
    "gold_kind",
]


def _agree(random: Random, number: int, step: Step) -> None:
    """What is agreed before the load: charters, rates, exchange rates, who is whom; and what is told of it."""
    at = recorded(number)

    def tell(**told: object) -> None:
        if number:  # before the first refresh there is nothing to recompute
            step.pending.append({"reason": "a test", "recorded_at": at} | told)

    if number == 0 or random.random() < 0.3:
        campaign = random.choice(CAMPAIGNS)
        step.agreed["charters"] = [
            {
                "campaign_id": campaign,
                "version": number + 1,
                "recorded_at": at,
                "campaign_name": campaign,
                "target_items": 10,
                "required_annotations": random.randint(1, 2),
                "acceptance": random.choice(("review", "submission")),
                "starts_on": START.date(),
                "deadline": START.date(),
                "currency": "EUR",
                "idle_limit_s": random.choice((60.0, 1800.0)),
                "source_text": "",
            }
        ]
        tell(campaign_id=campaign)
    if random.random() < 0.4:
        campaign = random.choice(CAMPAIGNS)
        acceptance = random.choice(("review", "submission"))
        step.agreed["acceptance_rules"] = [
            {"campaign_id": campaign, "acceptance": acceptance, "recorded_at": at}
        ]
        tell(campaign_id=campaign)
    if number == 0 or random.random() < 0.3:
        since = START.date() + dt.timedelta(days=random.randint(-1, 3))
        campaign = random.choice((*CAMPAIGNS, None))
        step.agreed["rate_cards"] = [
            {
                "campaign_id": campaign,
                "vendor_id": random.choice((None, "acme")),
                "role": random.choice((None, None, "annotator", "reviewer")),
                "unit": random.choice(("assignment", "hour")),
                "amount": float(random.randint(1, 9)),
                "currency": random.choice(("USD", "EUR")),
                "valid_from": since,
                "valid_until": random.choice((None, since + dt.timedelta(days=2))),
                "recorded_at": at,
            }
        ]
        tell(campaign_id=campaign, since=since)
    if random.random() < 0.3:
        since = START.date() + dt.timedelta(days=random.randint(-2, 3))
        step.agreed["fx_rates"] = [
            {"currency": "EUR", "day": since, "usd": 1 + random.random(), "recorded_at": at}
        ]
        tell(since=since)
    if random.random() < 0.4:
        login, person = random.choice((("ann2", "ann"), ("ann2", "bo"), ("rev2", "rev")))
        step.agreed["trainer_identities"] = [
            {"login_id": login, "trainer_id": person, "recorded_at": at}
        ]
        tell(trainer_id=person)
