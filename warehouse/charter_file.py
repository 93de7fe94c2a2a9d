"""The text of a charter: YAML read field by field, every fault named by its place.

The campaign's promise as values that travel; what becomes of them is charter.py's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import yaml

from warehouse.charter_fields import Fields
from warehouse.charter_terms import Term, terms
from warehouse.errors import Refused
from warehouse.once import Once

ACCEPTANCES = ("review", "submission")
FIGURES = (
    "gold_accuracy",
    "alpha",
    "percent_agreement",
    "first_pass",
    "final_acceptance",
    "rejection_rate",
    "rework_rate",
    "escape_rate",
    "handle_time",
    "cost_per_item",
)
"""The figures a bar may be set for; where questions differ a bar names its question."""

OF_QUESTIONS = ("alpha", "percent_agreement")
"""Those that are known by question; a bar of one question for another figure is judged by nobody."""

_SHARES = frozenset(FIGURES) - {"handle_time", "cost_per_item"}
UNITS = ("assignment", "hour")
ROLES = ("annotator", "reviewer", "adjudicator")
IDLE_LIMIT_S = 30 * 60.0
"""Longer than this without a sign of work is a break, where a charter does not say otherwise."""


@dataclass(frozen=True)
class Bar:
    """What a figure has to reach, for one question or ('') for all."""

    figure: str
    question_id: str
    bar: float


@dataclass(frozen=True)
class Guideline:
    """A version of the campaign's guidelines and the first day it was worked under."""

    guideline_version: str
    effective_from: date
    summary: str | None


@dataclass(frozen=True)
class Rate:
    """A row of the rate card; an empty field means any."""

    vendor_id: str | None
    role: str | None
    task_type: str | None
    locale: str | None
    unit: str
    amount: float
    currency: str
    valid_from: date
    valid_until: date | None

    @property
    def key(self) -> tuple:
        """What makes two rows the same agreement at different prices or ends."""
        return (self.vendor_id, self.role, self.task_type, self.locale, self.unit, self.valid_from)

    @property
    def label(self) -> str:
        """How a sentence names the rate."""
        whom = [self.vendor_id, self.role, self.task_type, self.locale]
        return f"{' '.join(filter(None, whom)) or 'everybody'} from {self.valid_from}"


@dataclass(frozen=True)
class Charter:
    """One campaign's promise, as its file states it."""

    campaign_id: str
    campaign_name: str
    task_type: str | None
    target_items: int
    required_annotations: int
    acceptance: str
    starts_on: date
    deadline: date
    budget: float | None
    currency: str
    review_share: float | None
    gold_share: float | None
    idle_limit_s: float
    owners: tuple[str, ...]
    bars: tuple[Bar, ...]
    guidelines: tuple[Guideline, ...]
    rates: tuple[Rate, ...]
    terms: tuple[Term, ...]
    source_text: str


def charters_from(text: str, origin: str = "charter") -> list[Charter]:
    """The charters in ``text``, one per YAML document; refuses with every fault it finds."""
    parts = [part.strip() + "\n" for part in re.split(r"(?m)^---[ \t]*$", text)]
    told = [(part, _content(part, origin)) for part in parts]
    charters = [_charter(part, content, origin) for part, content in told if content is not None]
    if not charters:
        raise Refused(f"{origin}: expected a charter (campaign, target_items, ...), found nothing")
    names = [charter.campaign_id for charter in charters]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(f"{origin}: campaign {twice!r} has two charters in one file")
    return charters


def _content(text: str, origin: str) -> object:
    try:
        return yaml.load(text, Loader=Once)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise Refused(f"{origin}: not readable as YAML{place}: {_problem(error)}") from error
    except RecursionError as error:
        raise Refused(f"{origin}: not readable as YAML: nested too deeply") from error


def _problem(error: yaml.YAMLError) -> str:
    return getattr(error, "problem", None) or str(error)


def _charter(text: str, content: object, origin: str) -> Charter:
    faults: list[str] = []
    told = Fields(
        content,
        "",
        faults,
        "campaign name task_type target_items required_annotations acceptance starts_on deadline "
        "budget currency review_share gold_share idle_limit_s owners quality_bar guidelines rates "
        "purchase_orders floor_rates holidays onboarding schedules service_levels",
    )
    campaign = told.text("campaign")
    currency = told.currency("currency", "USD")
    charter = Charter(
        campaign_id=campaign,
        campaign_name=told.text("name", campaign),
        task_type=told.maybe_text("task_type"),
        target_items=told.count("target_items"),
        required_annotations=told.count("required_annotations", 1),
        acceptance=told.text("acceptance", "review", ACCEPTANCES),
        starts_on=told.day("starts_on"),
        deadline=told.day("deadline"),
        budget=told.maybe_number("budget"),
        currency=currency,
        review_share=told.maybe_number("review_share", most=1),
        gold_share=told.maybe_number("gold_share", most=1),
        idle_limit_s=told.number("idle_limit_s", IDLE_LIMIT_S),
        owners=_owners(told),
        bars=_bars(told),
        guidelines=_guidelines(told),
        rates=_rates(told, currency),
        terms=terms(told, currency),
        source_text=text,
    )
    if not charter.idle_limit_s and "idle_limit_s" in told.told:
        told.fault("idle_limit_s", "seconds above 0", told.told["idle_limit_s"])
    if not faults and charter.deadline < charter.starts_on:
        faults.append(
            f"deadline: expected a day from {charter.starts_on}, found {charter.deadline}"
        )
    if faults:
        where = f"{origin}, campaign {campaign}" if campaign != "None" else origin
        raise Refused(f"{where}: {'; '.join(faults)}")
    return charter


def _owners(told: Fields) -> tuple[str, ...]:
    owners = told.rows("owners")
    if not all(isinstance(owner, str) for owner in owners):
        told.fault("owners", "a list of names or addresses", owners)
        return ()
    return tuple(owners)


def _bars(told: Fields) -> tuple[Bar, ...]:
    """``figure: bar``, or ``figure: {question: bar}`` where questions differ."""
    found = told.told.get("quality_bar", {})
    bars = Fields(found, "quality_bar.", told.faults, " ".join(FIGURES))
    built = []
    for figure, bar in bars.told.items():
        most = 1.0 if figure in _SHARES else 1e12
        if isinstance(bar, dict):
            inner = Fields(
                bar,
                f"quality_bar.{figure}.",
                told.faults,
                " ".join(str(question) for question in bar),
            )
            built += [Bar(figure, str(q), inner.number(q, most=most)) for q in inner.told]
        else:
            built.append(Bar(str(figure), "", bars.number(figure, most=most)))
    return tuple(built)


def _guidelines(told: Fields) -> tuple[Guideline, ...]:
    built = []
    for number, row in enumerate(told.rows("guidelines"), 1):
        one = Fields(row, f"guidelines[{number}].", told.faults, "version from summary")
        version = one.text("version")
        if version in {guideline.guideline_version for guideline in built}:
            one.fault("version", "each version once", version)
        built.append(Guideline(version, one.day("from"), one.maybe_text("summary")))
    return tuple(built)


def _rates(told: Fields, currency: str) -> tuple[Rate, ...]:
    built = []
    for number, row in enumerate(told.rows("rates"), 1):
        one = Fields(
            row,
            f"rates[{number}].",
            told.faults,
            "vendor role task_type locale unit amount currency from until",
        )
        rate = Rate(
            vendor_id=one.maybe_text("vendor"),
            role=one.text("role", one_of=ROLES) if one.told.get("role") is not None else None,
            task_type=one.maybe_text("task_type"),
            locale=one.maybe_text("locale"),
            unit=one.text("unit", "assignment", UNITS),
            amount=one.number("amount"),
            currency=one.currency("currency", currency),
            valid_from=one.day("from"),
            valid_until=one.maybe_day("until"),
        )
        if rate.valid_until is not None and rate.valid_until <= rate.valid_from:
            one.fault(
                "until", f"a day after {rate.valid_from} (the first day not paid)", rate.valid_until
            )
        if rate.key in {other.key for other in built}:
            one.fault("from", "each rate once", f"a second rate for {rate.label}")
        built.append(rate)
    return tuple(built)
