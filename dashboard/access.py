"""Who is looking, and what they may see.

Without an identity provider this is a tool for one computer: it answers on 127.0.0.1 only, and
whoever sits there sees everything. With one (``[auth]`` in .streamlit/secrets.toml, read by
``st.login``) nobody sees anything without an entry in access.yaml:

    people:
      ada@example.org: {role: operations}
      vic@acme.example: {role: vendor, vendors: [acme]}
    groups:
      research: {role: researcher, campaigns: [helpful_chat, summaries]}
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import yaml

from dashboard import stores
from warehouse import ledger, settings
from warehouse.errors import Refused
from warehouse.scope import EVERYTHING, Scope

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ROLES = ("admin", "operations", "program_manager", "researcher", "vendor")
PAGES = {"vendor": ("vendors", "trainers", "trainer", "onboarding", "flags", "sql_workbench")}
"""The pages of a role that does not get all, its first page first. A vendor manager gets those whose rows
say whose they are: budgets, items and raw rows belong to no vendor alone."""

NAMELESS = ("researcher",)
"""Roles that know people by their pseudonym only: they judge data, not people."""

PARTS = ("campaigns", "vendors", "trainers")


@dataclass(frozen=True)
class Access:
    """A person's role, and the part of the warehouse that every query of theirs is narrowed to."""

    person: str
    role: str
    scope: Scope

    def opens(self, page: str) -> bool:
        """Whether ``page`` is among this role's pages."""
        return self.role not in PAGES or page in PAGES[self.role]

    @property
    def knows_names(self) -> bool:
        """Whether this role may know what people are called."""
        return self.role in ROLES and self.role not in NAMELESS

    @property
    def home(self) -> str:
        """The page this role begins on."""
        return PAGES[self.role][0] if self.role in PAGES else "command_center"


LOCAL = Access(person="local", role="admin", scope=EVERYTHING)


def refusal(address: str | None, *, has_sign_in: bool, is_serving: bool) -> str | None:
    """Why the dashboard must not answer on ``address``, or None."""
    if has_sign_in or not is_serving or address in LOOPBACK:
        return None
    return (
        f"Refused: the server listens on {address or 'every address of this computer'} and no sign-in is "
        "configured, so anybody who reaches it would see everything. Start it with "
        "`python -m dashboard serve` (127.0.0.1 only), or configure sign-in under `[auth]` in "
        ".streamlit/secrets.toml and name people in access.yaml."
    )


def granted(person: str, groups: Iterable[str], file: Path) -> Access | None:
    """What access.yaml gives ``person``, directly or through the first group named there; None is nothing.

    Raises ``Refused`` for a file that does not say clearly who may see what.
    """
    if not file.exists():
        return None
    told = yaml.safe_load(file.read_text()) or {}
    if not isinstance(told, dict) or set(told) - {"people", "groups"}:
        raise Refused(f"{file}: expected `people:` and `groups:`, found {told!r:.80}")
    people = {str(name).lower(): entry for name, entry in (told.get("people") or {}).items()}
    member_of = {str(group) for group in groups}
    entries = [
        people.get(person.lower()),
        *(entry for name, entry in (told.get("groups") or {}).items() if str(name) in member_of),
    ]
    entry = next((e for e in entries if e is not None), None)
    return None if entry is None else _access(person, entry, file)


def _access(person: str, entry: object, file: Path) -> Access:
    if not isinstance(entry, dict) or entry.get("role") not in ROLES:
        raise Refused(
            f"{file}: {person} needs a role, one of {', '.join(ROLES)}; found {entry!r:.80}"
        )
    if unknown := set(entry) - {"role", *PARTS}:
        raise Refused(f"{file}: {person} has unknown fields {', '.join(sorted(unknown))}")
    parts = {}
    for part in PARTS:
        value = entry.get(part)
        if value is not None and not (
            isinstance(value, list) and all(isinstance(v, str) for v in value)
        ):
            raise Refused(f"{file}: {person}: {part} must be a list of ids, found {value!r:.80}")
        parts[part] = None if value is None else tuple(value)
    if entry["role"] == "vendor" and not parts["vendors"]:
        raise Refused(f"{file}: {person} has the role vendor and must be given `vendors:`")
    # Whoever sees one vendor sees nothing of what cannot be told to be that vendor's: budgets, others' items.
    is_own_only = parts["vendors"] is not None or parts["trainers"] is not None
    return Access(person=person, role=entry["role"], scope=Scope(**parts, is_own_only=is_own_only))


def _has_sign_in() -> bool:
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def enter() -> Access:
    """The access of whoever looks, or the end of the page with the reason why there is none."""
    has_sign_in = _has_sign_in()
    said = refusal(
        st.get_option("server.address"),
        has_sign_in=has_sign_in,
        is_serving=st.runtime.exists(),
    )
    if said:
        st.error(said, icon=":material/lock:")
        st.stop()
    if not has_sign_in:
        return _remember(LOCAL)
    if not st.user.is_logged_in:
        st.title("Human Data Command Center")
        st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
        st.stop()
    told = st.user.to_dict()
    person = str(told.get("email") or told.get("sub"))
    is_proven = told.get("email_verified") is not False
    access = (
        granted(person, told.get("groups") or (), settings.access_file()) if is_proven else None
    )
    if access is None:
        st.error(
            f"{person} is signed in but has no role here. Ask whoever keeps access.yaml to add you.",
            icon=":material/lock:",
        )
        st.button("Sign out", on_click=st.logout)
        st.stop()
    return _remember(access)


def _remember(access: Access) -> Access:
    if st.session_state.get("access") != access:
        st.session_state["access"] = access
        log("signed in", access.role)
    return access


def current() -> Access:
    """The access that ``enter`` gave; nobody where it has not run."""
    return st.session_state.get("access") or Access("nobody", "none", Scope((), (), ()))


def log(what: str, about: str | None = None, **detail: object) -> None:
    """Write an act of the person who looks into the audit log."""
    ledger.audit(stores.book(), current().person, what, about, detail or None)
