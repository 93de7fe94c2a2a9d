"""Numbers as people read them: $12,340, 87.3 %, 4 min 10 s, 5 March 2026; unknown is said, never 0."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import pandas as pd

from warehouse import vocabulary

UNKNOWN = "unknown"
PERCENT = "\u00a0%"
"""With a space that no line breaks at."""

Number = float | int | None
Moment = date | datetime | pd.Timestamp | None

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def is_unknown(value: object) -> bool:
    """Whether ``value`` is None, NaN, NaT or NA."""
    return value is None or bool(pd.isna(value))


def count(value: Number) -> str:
    """12,340"""
    return UNKNOWN if is_unknown(value) else f"{round(value):,}"


def number(value: Number, places: int = 2) -> str:
    """0.74: a bare figure such as alpha or CPI."""
    return UNKNOWN if is_unknown(value) else f"{value:,.{places}f}"


def share(value: Number, places: int = 1) -> str:
    """87.3 %; a share that is not quite all or nothing is never rounded to 100 or 0."""
    if is_unknown(value):
        return UNKNOWN
    per_cent = round(value * 100, places)
    step = 10**-places
    if per_cent >= 100 and value < 1:
        per_cent = 100 - step
    if per_cent <= 0 and value > 0:
        per_cent = step
    if per_cent == round(per_cent) and value in (0, 1):
        return f"{per_cent:.0f}{PERCENT}"
    return f"{per_cent:,.{places}f}{PERCENT}"


def chance(value: Number) -> str:
    """91 % likely; a forecast is never quite certain."""
    if is_unknown(value):
        return "chance unknown"
    if value > 0.99:
        return f"over 99{PERCENT} likely"
    return f"under 1{PERCENT} likely" if value < 0.01 else f"{value * 100:.0f}{PERCENT} likely"


def points(value: Number) -> str:
    """+2.1 points: the difference of two shares."""
    if is_unknown(value):
        return UNKNOWN
    rounded = round(value * 100, 1) + 0.0
    return f"{rounded:+.1f} points" if rounded else "0.0 points"


def points_between(low: Number, high: Number) -> str:
    """-7.6 to -2.1 points: an interval of the difference of two shares."""
    if is_unknown(low) or is_unknown(high):
        return "no interval"
    return f"{points(low).removesuffix(' points')} to {points(high)}"


def relative(value: Number) -> str:
    """+12 %: how much more, as a share of what was."""
    if is_unknown(value):
        return UNKNOWN
    return f"{round(value * 100):+,}{PERCENT}" if round(value * 100) else f"0{PERCENT}"


def money(value: Number, currency: str = "USD") -> str:
    """$12,340; with cents below $100, with tenths of cents below 10 cents."""
    if is_unknown(value):
        return UNKNOWN
    sign = "-" if value < 0 else ""
    size = abs(value)
    places = 0 if size >= 100 or size == 0 else 2 if size >= 0.1 else 3
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{size:,.{places}f}"


def duration(seconds: Number) -> str:
    """4 min 10 s, 2 h 05 min, 3 d 4 h: the two largest units."""
    if is_unknown(seconds):
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    hours = round(seconds / 3600)
    return f"{hours // 24:,} d {hours % 24} h"


def hours(value: Number) -> str:
    """1,204 h"""
    if is_unknown(value):
        return UNKNOWN
    return f"{value:,.0f} h" if value >= 10 else f"{value:.1f} h"


def day(value: Moment) -> str:
    """5 March 2026"""
    return UNKNOWN if is_unknown(value) else f"{value.day} {value:%B %Y}"


def moment(value: Moment) -> str:
    """5 March 2026, 14:05 UTC"""
    return UNKNOWN if is_unknown(value) else f"{day(value)}, {value:%H:%M} UTC"


def between(low: Number, high: Number) -> str:
    """84.1 to 89.9 %: an interval of shares."""
    if is_unknown(low) or is_unknown(high):
        return "no interval"
    return f"{low * 100:.1f} to {high * 100:.1f}{PERCENT}"


def plural(n: int, one: str, many: str | None = None) -> str:
    """1 campaign, 2 campaigns"""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def spaced(sentence: str) -> str:
    """``sentence`` with its shares as pages write them: 59 %, on one line."""
    return re.sub(r"(?<=\d)\s?%", PERCENT, sentence)


def listed(names: list[str], most: int = 3) -> str:
    """a, b and c; a, b, c and 4 more"""
    if not names:
        return "none"
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def plain(code: str | None) -> str:
    """``awaiting_review`` as ``Awaiting review``: codes of the data as words."""
    if is_unknown(code) or not str(code):
        return UNKNOWN
    said = str(code).replace("_", " ").strip()
    return said[:1].upper() + said[1:]


BASES = {
    "active": "active time, idle cut",
    "elapsed_open_to_submit": "open to submit, pauses included",
    "elapsed_accept_to_submit": "accept to submit, pauses included",
    "gap_between_submits": "gap between submissions",
    "self_reported": "as reported by the person",
    "vendor_billed": "as billed by the vendor",
    "none": "not recorded",
}


SHORT_BASES = {
    "active": "active",
    "elapsed_open_to_submit": "open to submit",
    "elapsed_accept_to_submit": "accept to submit",
    "gap_between_submits": "between submits",
    "self_reported": "self-reported",
    "vendor_billed": "billed",
}
"""The same, short enough for the end of a line."""


def basis(code: str) -> str:
    """How a duration was measured, in words."""
    return BASES.get(code, plain(code))


def figure(code: str) -> str:
    """``gold_accuracy`` as ``gold accuracy``: a figure's code as it stands within a sentence."""
    return UNKNOWN if is_unknown(code) or not str(code) else vocabulary.figure(code)


def short(value: object) -> str:
    """Any number of a row as short as it can be told: 41,506, 0.873, yes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value != round(value):
        return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


SPOKEN = ("comment", "note", "feedback", "text", "message", "said")


def said(payload: object) -> str:
    """What somebody wrote: the payload itself where it is plain words, else its comment, else nothing.

    The rest of a raw payload may name other people: it is not passed on.
    """
    if is_unknown(payload) or not str(payload).strip():
        return ""
    text = str(payload).strip()
    if not text.startswith(("{", "[")):
        return text
    try:
        told = json.loads(text)
    except ValueError:
        return ""
    found = [told[k] for k in SPOKEN if k in told] if isinstance(told, dict) else []
    return "; ".join(v.strip() for v in found if isinstance(v, str) and v.strip())
