"""Ways to other pages, and the words for whom and what they lead to."""

from __future__ import annotations

import streamlit as st

from dashboard import access, data, words


def person(trainer_id: str) -> str:
    """What a person is called, where the role may know it; else the pseudonym, short enough to read."""
    name = data.person_names().get(trainer_id)
    if name:
        return name
    return trainer_id if len(trainer_id) <= 16 else f"{trainer_id[:12]}…"


def about(flag: object) -> str:
    """Whom a flag is about, and its figure: ``Helpful chat, Acme Data: gold accuracy``."""
    whom = [
        flag.campaign,
        flag.vendor,
        None if words.is_unknown(flag.trainer_id) else person(flag.trainer_id),
    ]
    named = ", ".join(w for w in whom if not words.is_unknown(w)) or "The whole team"
    return f"{named}: {words.figure(flag.figure)}"


def owner(flag: object) -> str:
    """Who has a flag."""
    return "nobody has it" if words.is_unknown(flag.owner) else f"{flag.owner} has it"


def sentence(flag: object) -> str:
    """What was found, with the names of people."""
    return with_names(words.spaced(flag.sentence), flag)


def with_names(told: str, flag: object) -> str:
    """``told`` of a flag with its reviewers by name instead of by pseudonym, where the role may know it.

    The checks write pseudonyms only: what they write is sent on and seen by every role.
    """
    for dimension, segment, _ in (flag.evidence or {}).get("causes") or ():
        if dimension == "reviewer_id":
            told = told.replace(f"the reviewer {segment}", f"the reviewer {person(segment)}")
    return told


def core(flag: object) -> str:
    """The same in one line: of a regression without the first sentence, which says how grave it is."""
    told = sentence(flag)
    return told.split(". ", 1)[-1] if flag.kind == "regression" else told


def link(page: str, label: str, icon: str | None = None, **address: object) -> None:
    """A link to another page with its filters; plain words where the person may not open it."""
    if not access.current().opens(page):
        st.markdown(label)
        return
    st.page_link(
        f"views/{page}.py",
        label=label,
        icon=icon,
        query_params={k: str(v) for k, v in address.items()} or None,
    )
