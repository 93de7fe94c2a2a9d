"""What goes wrong in the demo, on purpose: the truth that flags are held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from warehouse.demo.plan import CAMPAIGN, CAMPAIGNS, DAYS, reviewers_of
from warehouse.demo.team import BAD_CLASS_AFTER, Team, cohort_name, reviewer_id, trainer_id

UNTIL = date(2026, 6, 30)
"""The demo's last day where nobody asks for another: a fixed one keeps every figure the same."""


PLANTED = {
    "vendor-drop": (98, 126, 0.2),
    "position-bias": (112, None, 0.08),
    "vendor-stops": (146, 157, 0.85),
    "severe-reviewer": (105, 140, 0.3),
    "straight-lining": (141, None, 0.95),
    "guideline": (96, 126, 0.1),
    "behind-schedule": (0, None, 36),
    "vendor-by-type": (110, 138, 0.3),
    "rate-change": (126, None, 0.375),
    "over-budget": (126, None, 0.1),
    "mix-shift": (108, None, 0.35),
    "scope-change": (75, None, 0.25),
    "review-backlog": (148, None, 7),
    "fifth-of-trainers": (115, 143, 0.25),
    "future-events": (60, 61, 0.4),
    "missing-durations": (61, 68, 1.0),
    "bad-cohort": (BAD_CLASS_AFTER, None, 0.2),
    "speeding": (118, 150, 0.65),
    "wrong-gold": (60, 120, 1.0),
    "leaked-gold": (146, None, 5),
    "invoice-count": (70, None, 0.08),
    "invoice-rate": (100, None, 0.15),
    "invoice-hours": (130, None, 0.12),
}
"""First day, first day after (None: it stays), and size of each incident, in its own unit; an invoice is wrong for the month of its day."""


@dataclass(frozen=True)
class Incident:
    """One planted incident: what, where, when, how large, and why.

    ``kind`` says what finds it: ``regression`` (against its own past), ``mix``, ``person`` (the
    trainer's page), ``gold`` (health of gold items), ``preference`` (diagnostics), ``queue``,
    ``spend``, ``invoice``, ``schedule``, ``scope`` or ``integrity``. It begins on ``starts_on`` and is over
    on ``ends_on`` (never, where that is empty). ``size`` is in ``unit``.
    """

    incident: str
    campaign_id: str
    kind: str
    figure: str
    direction: str
    starts: int
    ends: int | None
    size: float
    dimension: str
    segment: str
    unit: str
    cause: str
    sentence: str

    def at(self, day: int) -> bool:
        return self.starts <= day < (DAYS if self.ends is None else self.ends)


def incidents(people: Team, first: date, leaked: str, mistaken: str) -> tuple[Incident, ...]:
    """All incidents of the demo that these people live through."""
    severe = reviewer_id(reviewers_of(CAMPAIGN["safety-redteam"])[1])
    careless = trainer_id(people.careless[0])
    fifth = ",".join(trainer_id(number) for number in people.fifth)
    speeding = ",".join(trainer_id(number) for number in people.speeding)
    bad_class = int(people.starts[people.cohort[0]])
    cohort = cohort_name(first, bad_class)
    return (
        Incident(
            "vendor-drop", "coding-preferences", "regression", "gold_accuracy", "down", *PLANTED["vendor-drop"],
            "vendor_id", "kestrel", "points", "vendor",
            "Kestrel Labs moved its best people elsewhere: its gold accuracy falls by 20 points for four weeks.",
        ),
        Incident(
            "position-bias", "chat-preferences", "preference", "first_position", "up", *PLANTED["position-bias"],
            "vendor_id", "solstice", "points", "vendor",
            "Solstice's tool no longer scrolls to the second answer: where both are about equal, its trainers now take the first.",
        ),
        Incident(
            "vendor-stops", "chat-preferences", "regression", "throughput", "down", *PLANTED["vendor-stops"],
            "vendor_id", "tamarind", "share of its submissions", "vendor",
            "Tamarind Crowd loses 85 % of its submissions for eleven days: its portal is down.",
        ),
        Incident(
            "severe-reviewer", "safety-redteam", "regression", "rejection_rate", "up", *PLANTED["severe-reviewer"],
            "reviewer_id", severe, "points of that reviewer", "reviewer",
            f"{severe} begins to reject work that others accept; the trainers have not changed.",
        ),
        Incident(
            "straight-lining", "safety-redteam", "person", "label_entropy", "down", *PLANTED["straight-lining"],
            "trainer_id", careless, "share of equal answers", "trainer",
            f"{careless} gives the same answer to nearly everything.",
        ),
        Incident(
            "guideline", "helpfulness-ratings", "regression", "alpha", "down", *PLANTED["guideline"],
            "guideline_version", "v3", "alpha", "guideline_version",
            "Guideline v3 is read in two ways: half of the trainers now rate one step lower, until v4 makes it clear.",
        ),
        Incident(
            "behind-schedule", "helpfulness-ratings", "schedule", "progress", "down", *PLANTED["behind-schedule"],
            "campaign", "helpfulness-ratings", "days late", "capacity",
            "Helpfulness ratings never had the people its plan assumed: at this pace it ends about five weeks late.",
        ),
        Incident(
            "vendor-by-type", "translation-quality", "regression", "gold_accuracy", "down", *PLANTED["vendor-by-type"],
            "vendor_id*task_type", "meridian|legal", "points", "vendor by task type",
            "Meridian's legal specialists are on leave: its gold accuracy on legal texts alone falls by 30 points.",
        ),
        Incident(
            "rate-change", "translation-quality", "spend", "cost_per_item", "up", *PLANTED["rate-change"],
            "vendor_id", "meridian", "share of the rate", "rate card",
            "Meridian's new rate card: 33 EUR an hour instead of 24, and the cost per item follows.",
        ),
        Incident(
            "over-budget", "translation-quality", "spend", "cost_at_completion", "up", *PLANTED["over-budget"],
            "campaign", "translation-quality", "share of the budget", "rate card",
            "Translation quality will cost more than its budget, which had little room before the new rate.",
        ),
        Incident(
            "mix-shift", "document-spans", "mix", "gold_accuracy", "down", *PLANTED["mix-shift"],
            "task_type", "contract", "share of the work", "task mix",
            "Contracts grow from 30 to 65 % of the work: raw accuracy falls, nobody is worse at either type.",
        ),
        Incident(
            "scope-change", "document-spans", "scope", "target_items", "up", *PLANTED["scope-change"],
            "campaign", "document-spans", "share of the target", "charter",
            "The charter's second version asks for a quarter more documents, later and for more money.",
        ),
        Incident(
            "review-backlog", "document-spans", "queue", "backlog", "up", *PLANTED["review-backlog"],
            "campaign", "document-spans", "times as long to a review", "reviewers",
            "Reviewers of document spans are busy elsewhere: reviews take a week and more, the queue grows.",
        ),
        Incident(
            "fifth-of-trainers", "intent-classification", "regression", "gold_accuracy", "down", *PLANTED["fifth-of-trainers"],
            "trainer_id", fifth, "points", "trainers",
            "A fifth of the trainers, across vendors, falls by 25 points of gold accuracy; the others hold.",
        ),
        Incident(
            "future-events", "intent-classification", "integrity", "future", "up", *PLANTED["future-events"],
            "load_id", f"demo-label-studio-{first + timedelta(days=61)}", "share of the load's submissions", "source",
            "One load of label-studio carries submissions dated two days after they were recorded: a clock ran ahead.",
        ),
        Incident(
            "missing-durations", "intent-classification", "integrity", "duration_unknown", "up", *PLANTED["missing-durations"],
            "source", "label-studio", "share of its durations", "source",
            "For a week label-studio reports no durations for intent classification.",
        ),
        Incident(
            "bad-cohort", "fact-checking", "regression", "gold_accuracy", "down", bad_class, *PLANTED["bad-cohort"][1:],
            "onboarding_cohort", cohort, "points", "onboarding",
            f"The class of {cohort} was trained on the old guideline: 20 points below the others from its first day.",
        ),
        Incident(
            "speeding", "toxicity-labels", "regression", "handle_time", "down", *PLANTED["speeding"],
            "trainer_id", speeding, "share of the seconds", "trainers",
            "Four trainers of Northwind work in a third of the usual time, and 30 points less accurately.",
        ),
        Incident(
            "wrong-gold", "toxicity-labels", "gold", "gold_item", "down", *PLANTED["wrong-gold"],
            "item_id", mistaken, "item", "gold",
            "The stored answer of one gold item of the second wave is wrong: the best trainers fail it.",
        ),
        Incident(
            "leaked-gold", "toxicity-labels", "gold", "gold_item", "up", *PLANTED["leaked-gold"],
            "item_id", leaked, "items", "gold",
            "Gold items are passed around: everybody gets them right, in seconds.",
        ),
        Incident(
            "invoice-count", "chat-preferences", "invoice", "count", "up", *_billed(first, "invoice-count"),
            "vendor_id", "solstice", "share of the units", "invoice",
            "Solstice bills 8 % more assignments than it submitted: it counts those that were skipped.",
        ),
        Incident(
            "invoice-rate", "coding-preferences", "invoice", "rate", "up", *_billed(first, "invoice-rate"),
            "vendor_id", "kestrel", "share of the rate", "invoice",
            "Kestrel bills its weekday work at a weekend rate that nobody agreed to: 15 % more each.",
        ),
        Incident(
            "invoice-hours", "translation-quality", "invoice", "hours", "up", *_billed(first, "invoice-hours"),
            "vendor_id", "meridian", "share of the hours", "invoice",
            "Meridian bills 12 % more hours than its timesheets say.",
        ),
    )  # fmt: skip


def _billed(first: date, incident: str) -> tuple[int, int, float]:
    """The month in which an invoice is wrong, as days of the demo, and by how much."""
    day, _, size = PLANTED[incident]
    start = (first + timedelta(days=day)).replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1)
    return max((start - first).days, 0), (end - first).days, size


def quiet() -> tuple[str, ...]:
    """The campaigns in which nothing is planted: a flag there is a false one."""
    told = ("code-bug-triage", "image-quality-ratings", "audio-captions")
    return tuple(c.campaign_id for c in CAMPAIGNS if c.campaign_id in told)


def first_day(until: date) -> date:
    return until - timedelta(days=DAYS - 1)
