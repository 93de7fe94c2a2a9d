"""Finding people in a large team: a word to search for, whom to show, and in which order, all in the address."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import filters, show

OFFERED = 500
"""Names in a list of choices; a longer one is slow to send and not read by anybody."""
ORDERS = {
    "Those below the bar first": (["p_below", "submitted"], False),
    "Most work": (["submitted"], False),
    "Most open flags": (["flags", "p_below"], False),
    "Dearest": (["cost_per_accepted"], False),
    "Quickest": (["pace"], True),
    "Slowest": (["pace"], False),
    "Most rework": (["rework"], False),
    "Newest": (["tenure_days"], True),
    "Last active": (["last_day"], False),
    "Name": (["trainer_id"], True),
}
"""Each order's columns and whether it rises. None of them ranks people by a raw rate."""

NEW = 28
"""Days since the first work in which somebody counts as new."""
ONLY = {
    "Below the bar": lambda p: p["standing"] == "below",
    "Cannot tell yet": lambda p: p["standing"] == "unsure",
    "Above the bar": lambda p: p["standing"] == "good",
    "Not measured": lambda p: p["standing"] == "unmeasured",
    "With open flags": lambda p: p["flags"] > 0,
    "With signals": lambda p: p["signals"] != "",
    "New": lambda p: p["tenure_days"] <= NEW,
}


def asked(people: pd.DataFrame) -> pd.DataFrame:
    """The people who fit what the address asks for, in its order."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    word = left.text_input(
        "Find", key="find", bind="query-params", placeholder="Part of a trainer's or vendor's name"
    )
    order = right.selectbox("Order", list(ORDERS), key="order", bind="query-params")
    only = st.pills("Only", list(ONLY), key="only", bind="query-params")
    kept = people[ONLY[only](people)] if only else people
    return ordered(kept[matches(kept, word)], order)


def matches(people: pd.DataFrame, word: str | None) -> pd.Series:
    """Who has ``word`` in the name or in the vendor's, whatever the case."""
    if not (word or "").strip():
        return pd.Series(True, people.index)
    told = people["trainer"] + " " + people["trainer_id"] + " " + people["vendor"].fillna("")
    return told.str.contains(word.strip(), case=False, regex=False)


def ordered(people: pd.DataFrame, order: str) -> pd.DataFrame:
    """``people`` in one of ``ORDERS``; the unknown come last, equals by name."""
    by, rises = ORDERS[order]
    alike = people.sort_values("trainer_id")
    return alike.sort_values(by, ascending=rises, na_position="last", kind="stable")


def person(rows: pd.DataFrame) -> str | None:
    """One trainer of ``rows``, by the address or from a list; in a large team one searches first.

    Nobody where the address names somebody who has no work in sight: another person's page would
    be taken for theirs.
    """
    names = {i: show.person(i) for i in rows["trainer_id"].unique()}
    told = st.query_params.get("trainer")
    if told and told not in names and "trainer" not in st.session_state:
        return None
    place = st.container()
    if len(names) > OFFERED:
        left, place = st.columns([1, 2], vertical_alignment="bottom")
        word = left.text_input("Find a trainer", key="whom", placeholder="Part of the name") or ""
        chosen = st.session_state.get("trainer", told)
        fit = [i for i in sorted(names) if word.casefold() in f"{i} {names[i]}".casefold()][
            :OFFERED
        ]
        names = {i: names[i] for i in dict.fromkeys([*fit, *filter(names.get, [chosen])])}
    with place:
        return filters.one_person("Trainer", "trainer", names) if names else None
