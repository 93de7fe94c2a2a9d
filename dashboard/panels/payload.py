"""What was shown to the people who worked on an item: texts, pictures and what else the source kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pandas as pd
import streamlit as st

from dashboard import show, words

LONG = 90
"""Characters from which a text gets a box of its own."""
PICTURE = re.compile(r"^(https?://\S+\.(png|jpe?g|gif|webp)(\?\S*)?|data:image/\S+)$", re.IGNORECASE)  # fmt: skip
MOST_SHORT = 12


def shown(history: pd.DataFrame) -> None:
    """The item as people saw it; nothing where the source kept none of it."""
    told = _payload(history)
    if told is None:
        return
    st.subheader("What was shown", anchor=False)
    fields = _fields(told)
    if fields is None:
        with st.container(border=True, height=260):
            st.text(told)
        st.caption("As the source wrote it; a long one is kept in part.")
        return
    short = []
    for name, value in fields:
        if PICTURE.match(value):
            st.caption(words.plain(name))
            st.image(value, width=480)
        elif len(value) > LONG or "\n" in value:
            st.caption(words.plain(name))
            with st.container(border=True, height=260 if len(value) > 1200 else "content"):
                st.text(value)  # not markdown: it is data, and may hold anything
        else:
            short.append({"what": words.plain(name), "value": value})
    if short:
        rows = pd.DataFrame(short[:MOST_SHORT])
        show.table(rows, {"what": show.text("What"), "value": show.text("Value", width="large")})
    if len(short) > MOST_SHORT:
        st.caption(f"The first {MOST_SHORT} of {len(short)} short fields.")


def _payload(history: pd.DataFrame) -> str | None:
    """What came with the item itself, or else with the first work on it."""
    rows = history[history["payload"].notna() & history["payload"].ne("null")]
    for event in ("item_created", "assignment_submitted"):
        found = rows.loc[rows["event_type"] == event, "payload"]
        if len(found):
            return str(found.iloc[0])
    return None


def _fields(told: str) -> list[tuple[str, str]] | None:
    """Names and values, nested ones by their path; None where it is not whole JSON."""
    try:
        parsed = json.loads(told)
    except ValueError:
        return None
    return list(_leaves("", parsed))


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{path} {name}".strip(), inner)
    elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        for number, inner in enumerate(value, 1):
            yield from _leaves(f"{path} {number}".strip(), inner)
    elif isinstance(value, list):
        yield path or "value", ", ".join(map(str, value))
    elif value not in (None, ""):
        yield path or "value", str(value)
