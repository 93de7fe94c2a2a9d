"""What happened to a flag, in words: one event of its history, one line."""

from __future__ import annotations

from datetime import date

from dashboard import words

JUDGED = {"true": "Judged to be right", "false": "Judged to be wrong", "not sure": "Judged: not sure"}  # fmt: skip
STATES = {"dismissed": "Dismissed", "open": "Opened again", "closed": "Closed"}


def happened(event: object) -> str:
    """``**Worsened** from warning to critical “Gold accuracy fell.”``"""
    old, new = (None if words.is_unknown(v) else str(v) for v in (event.old, event.new))
    match event.what:
        case "worsened":
            told = f"**Worsened** from {old} to {new}"
        case "reopened":
            told = "**Opened again**"
        case "unmuted":
            told = "**No longer muted**"
        case "acted":
            told = f"**{words.plain(new)}**"
        case "commented":
            told = "**Comment**"
        case "changed":
            told = _changed(event.field, old, new)
        case what:
            told = f"**{words.plain(what)}**"
    return told if words.is_unknown(event.said) else f"{told} “{event.said}”"


def _changed(field: str, old: str | None, new: str | None) -> str:
    match field:
        case "owner":
            return f"**{new} has it**" if new else f"**Nobody has it** any more, {old} had it"
        case "due_on":
            return f"**Due on {_day(new)}**" if new else "**No longer due** on a day"
        case "verdict":
            return f"**{JUDGED.get(new, words.plain(new))}**"
        case "state":
            return f"**{STATES.get(new, words.plain(new))}**"
        case "level":
            return f"**New level** from {_day(new)} on: what comes is held against it"
        case _:
            return f"**{words.plain(field)}** is now {new or 'none'}"


def _day(told: str) -> str:
    return words.day(date.fromisoformat(told))
