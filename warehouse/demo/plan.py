"""The demo's team on paper: six vendors, twelve campaigns, and what each was meant to do.

Days are counted from the demo's first day (0) to its last (``DAYS`` - 1).
"""

from __future__ import annotations

from dataclasses import dataclass

DAYS = 180
WEEKDAYS = (1.0, 1.05, 1.06, 1.0, 0.92, 0.3, 0.2)
"""Work of a Monday to a Sunday, against the usual Monday."""

GOLD_WAVES = (0, 60, 120)
"""The days on which a campaign's hidden gold is replaced by new items."""


@dataclass(frozen=True)
class Vendor:
    """Who employs trainers: by which tool their work arrives, and how it is timed and paid.

    ``unit`` is ``assignment`` (``price`` times the campaign's pay), ``event`` (the same, but the
    source itself states the cost) or ``hour`` (``price`` in ``currency``).
    """

    vendor_id: str
    vendor_name: str
    source: str
    basis: str
    unit: str
    price: float
    currency: str
    opens_at: float


VENDORS = (
    Vendor("internal", "In-house team", "studio", "active", "hour", 34.0, "USD", 13.0),
    Vendor("northwind", "Northwind Data", "studio", "active", "assignment", 1.0, "USD", 14.0),
    Vendor(
        "kestrel",
        "Kestrel Labs",
        "label-studio",
        "elapsed_open_to_submit",
        "assignment",
        0.95,
        "GBP",
        8.0,
    ),
    Vendor(
        "tamarind",
        "Tamarind Crowd",
        "crowd-portal",
        "elapsed_accept_to_submit",
        "event",
        0.7,
        "USD",
        9.0,
    ),
    Vendor(
        "meridian",
        "Meridian Linguists",
        "linguist-desk",
        "self_reported",
        "hour",
        24.0,
        "EUR",
        7.0,
    ),
    Vendor(
        "solstice",
        "Solstice Annotation",
        "label-studio",
        "gap_between_submits",
        "assignment",
        0.55,
        "INR",
        4.0,
    ),
)
USD_PER = {"USD": 1.0, "EUR": 1.09, "GBP": 1.27, "INR": 0.0118}
"""Exchange rates on the first day; they wander from there."""


@dataclass(frozen=True)
class Kind:
    """A task type of a campaign: its share of the work, how often an able trainer is right, and
    the median seconds that one takes."""

    name: str
    share: float
    right: float
    seconds: float


@dataclass(frozen=True)
class Question:
    """What is asked; ``values`` are labels of a nominal question, else first and last number."""

    question_id: str
    scale: str
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Campaign:
    """A campaign as agreed. ``finishes`` is the day on which the target is met at the planned pace
    (some after the demo's end), ``deadline`` the day promised; ``pay`` is US dollars an assignment."""

    campaign_id: str
    name: str
    task_type: str
    kinds: tuple[Kind, ...]
    questions: tuple[Question, ...]
    vendors: tuple[str, ...]
    load: float
    pay: float
    starts: int
    finishes: int
    deadline: int
    gold: float
    reviewed: float
    acceptance: str
    twice: float
    thrice: float
    reasons: tuple[str, ...]
    guidelines: tuple[tuple[int, str, str], ...]
    owner: str
    required: int = 1
    locale: str = "en"

    @property
    def overlap(self) -> float:
        """Mean annotations of an item."""
        return 1 + self.twice + 2 * self.thrice


_CARELESS = ("guideline not followed", "wrong label", "incomplete", "careless")
_PREFERRED = Question("preferred", "nominal", ("A", "B", "tie"))

CAMPAIGNS = (
    Campaign(
        "coding-preferences",
        "Coding preferences",
        "preference",
        (Kind("one file", 0.65, 0.92, 420), Kind("many files", 0.35, 0.85, 760)),
        (_PREFERRED,),
        ("northwind", "kestrel", "internal"),
        load=1.25, pay=4.6, starts=0, finishes=206, deadline=212,
        gold=0.13, reviewed=1.0, acceptance="review", twice=0.16, thrice=0.05,
        reasons=("explanation too thin", "code not run", "wrong preference", "incomplete"),
        guidelines=((0, "v1", "First version"), (52, "v2", "Ties need a reason")),
        owner="Reasoning research",
    ),
    Campaign(
        "chat-preferences",
        "Chat preferences",
        "preference",
        (Kind("single turn", 0.7, 0.91, 180), Kind("multi turn", 0.3, 0.86, 330)),
        (_PREFERRED,),
        ("tamarind", "solstice", "northwind"),
        load=1.4, pay=1.9, starts=0, finishes=199, deadline=205,
        gold=0.1, reviewed=0.35, acceptance="submission", twice=0.2, thrice=0.12,
        reasons=("wrong preference", "explanation too thin", "careless"),
        guidelines=((0, "v1", "First version"), (66, "v2", "Length alone is no merit")),
        owner="Assistant research",
    ),
    Campaign(
        "safety-redteam",
        "Safety red-teaming",
        "multi-turn",
        (Kind("direct", 0.55, 0.91, 540), Kind("persuasion", 0.45, 0.85, 900)),
        (
            Question("attack_success", "nominal", ("no", "partial", "yes")),
            Question("severity", "ordinal", low=1, high=5),
        ),
        ("internal", "northwind"),
        load=0.85, pay=6.5, starts=0, finishes=214, deadline=220,
        gold=0.1, reviewed=1.0, acceptance="review", twice=0.14, thrice=0.04,
        reasons=("policy misread", "attack not serious", "incomplete", "wrong severity"),
        guidelines=((0, "v1", "First version"), (47, "v2", "Severity examples added")),
        owner="Safety research",
    ),
    Campaign(
        "helpfulness-ratings",
        "Helpfulness ratings",
        "rating",
        (Kind("short answer", 0.6, 0.9, 110), Kind("long answer", 0.4, 0.86, 210)),
        (
            Question("helpfulness", "ordinal", low=1, high=7),
            Question("correctness", "ordinal", low=1, high=5),
        ),
        ("kestrel", "solstice", "tamarind"),
        load=1.15, pay=1.3, starts=0, finishes=232, deadline=196,
        gold=0.11, reviewed=0.4, acceptance="submission", twice=0.25, thrice=0.15,
        reasons=("rating not explained", "guideline not followed", "careless"),
        guidelines=(
            (0, "v1", "First version"),
            (45, "v2", "Anchors for 3 and 5"),
            (96, "v3", "Correctness counts towards helpfulness"),
            (126, "v4", "v3 made clear by ten examples"),
        ),
        owner="Assistant research",
    ),
    Campaign(
        "translation-quality",
        "Translation quality (German)",
        "translation",
        (
            Kind("marketing", 0.32, 0.89, 190),
            Kind("technical", 0.32, 0.9, 210),
            Kind("legal", 0.36, 0.87, 280),
        ),
        (
            Question("adequacy", "ordinal", low=1, high=5),
            Question("fluency", "ordinal", low=1, high=5),
        ),
        ("meridian", "internal", "tamarind"),
        load=1.15, pay=2.1, starts=0, finishes=209, deadline=214,
        gold=0.13, reviewed=0.5, acceptance="submission", twice=0.18, thrice=0.06,
        reasons=("error missed", "error invented", "terminology", "incomplete"),
        guidelines=((0, "v1", "First version"), (58, "v2", "Terminology list added")),
        owner="Languages research", locale="de-DE",
    ),
    Campaign(
        "document-spans",
        "Document spans",
        "spans",
        (Kind("invoice", 0.7, 0.94, 150), Kind("contract", 0.3, 0.8, 340)),
        (
            Question(
                "entity", "nominal", ("party", "amount", "date", "address", "clause", "none")
            ),
            Question("spans", "interval", low=0, high=20),
        ),
        ("solstice", "kestrel", "internal"),
        load=1.05, pay=1.7, starts=10, finishes=208, deadline=216,
        gold=0.13, reviewed=1.0, acceptance="review", twice=0.14, thrice=0.05,
        reasons=("span missed", "span too wide", "wrong entity", "incomplete"),
        guidelines=((10, "v1", "First version"), (62, "v2", "Clauses are marked whole")),
        owner="Documents research",
    ),
    Campaign(
        "intent-classification",
        "Intent classification",
        "classification",
        (Kind("chat", 0.6, 0.92, 45), Kind("email", 0.4, 0.87, 80)),
        (
            Question(
                "intent",
                "nominal",
                ("buy", "cancel", "complain", "ask", "change", "praise", "pay", "other"),
            ),
        ),
        ("tamarind", "northwind", "kestrel"),
        load=1.35, pay=0.55, starts=0, finishes=194, deadline=200,
        gold=0.13, reviewed=0.4, acceptance="submission", twice=0.16, thrice=0.06,
        reasons=_CARELESS,
        guidelines=((0, "v1", "First version"), (40, "v2", "'other' only as a last resort")),
        owner="Products research",
    ),
    Campaign(
        "fact-checking",
        "Fact checking",
        "classification",
        (Kind("news", 0.6, 0.91, 260), Kind("science", 0.4, 0.85, 420)),
        (Question("verdict", "nominal", ("supported", "refuted", "not enough evidence")),),
        ("northwind", "tamarind", "kestrel"),
        load=1.1, pay=2.4, starts=20, finishes=214, deadline=222,
        gold=0.13, reviewed=0.5, acceptance="submission", twice=0.17, thrice=0.06,
        reasons=("source missing", "wrong verdict", "source not read", "incomplete"),
        guidelines=((20, "v1", "First version"), (71, "v2", "Two sources for 'refuted'")),
        owner="Reasoning research",
    ),
    Campaign(
        "toxicity-labels",
        "Toxicity labels",
        "classification",
        (Kind("comment", 0.65, 0.92, 30), Kind("thread", 0.35, 0.87, 70)),
        (Question("toxicity", "nominal", ("none", "insult", "threat", "hate", "sexual")),),
        ("tamarind", "solstice", "northwind"),
        load=1.4, pay=0.45, starts=0, finishes=198, deadline=204,
        gold=0.13, reviewed=0.3, acceptance="submission", twice=0.2, thrice=0.08,
        reasons=_CARELESS,
        guidelines=((0, "v1", "First version"), (48, "v2", "Quoted insults are 'none'")),
        owner="Safety research",
    ),
    Campaign(
        "code-bug-triage",
        "Code bug triage",
        "classification",
        (Kind("report", 0.6, 0.92, 300), Kind("crash", 0.4, 0.87, 480)),
        (
            Question(
                "component", "nominal", ("parser", "runtime", "network", "storage", "interface")
            ),
            Question("priority", "ordinal", low=1, high=4),
        ),
        ("internal", "kestrel"),
        load=0.85, pay=3.1, starts=0, finishes=210, deadline=216,
        gold=0.13, reviewed=1.0, acceptance="review", twice=0.16, thrice=0.05,
        reasons=("wrong component", "not reproduced", "incomplete"),
        guidelines=((0, "v1", "First version"), (55, "v2", "Priority follows reach")),
        owner="Reasoning research",
    ),
    Campaign(
        "image-quality-ratings",
        "Image quality ratings",
        "rating",
        (Kind("photo", 0.6, 0.9, 40), Kind("drawing", 0.4, 0.87, 55)),
        (
            Question("quality", "interval", low=0, high=100),
            Question("artefacts", "nominal", ("no", "yes")),
        ),
        ("tamarind", "solstice"),
        load=1.3, pay=0.5, starts=0, finishes=118, deadline=126,
        gold=0.11, reviewed=0.3, acceptance="submission", twice=1.0, thrice=0.0, required=2,
        reasons=_CARELESS,
        guidelines=((0, "v1", "First version"),),
        owner="Vision research",
    ),
    Campaign(
        "audio-captions",
        "Audio captions",
        "rating",
        (Kind("speech", 0.55, 0.91, 90), Kind("music", 0.45, 0.87, 120)),
        (Question("caption_quality", "ordinal", low=1, high=5),),
        ("meridian", "solstice"),
        load=1.0, pay=0.9, starts=0, finishes=152, deadline=160,
        gold=0.12, reviewed=0.4, acceptance="submission", twice=0.2, thrice=0.06,
        reasons=("error missed", "too generous", "incomplete"),
        guidelines=((0, "v1", "First version"), (38, "v2", "Names may be misspelt")),
        owner="Audio research",
    ),
)  # fmt: skip

CAMPAIGN = {campaign.campaign_id: number for number, campaign in enumerate(CAMPAIGNS)}
VENDOR = {vendor.vendor_id: number for number, vendor in enumerate(VENDORS)}

CURRENCIES = ("USD", "EUR", "GBP", "INR")
REVIEWERS = 2 * len(CAMPAIGNS)
REVIEWER_SHARES = (0.4, 0.35, 0.25)


def reviewers_of(campaign: int) -> tuple[int, int, int]:
    """A campaign's two own reviewers and the one it borrows from the next campaign."""
    return (2 * campaign, 2 * campaign + 1, (2 * campaign + 2) % REVIEWERS)


MODELS = ("sol-2", "luna-1", "terra-3")
PROMPT_CATEGORIES = {
    "coding-preferences": ("debugging", "refactoring", "tests", "explanation"),
    "chat-preferences": ("writing", "advice", "facts", "roleplay", "planning"),
}
