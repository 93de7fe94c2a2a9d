"""Who may see what: a scope, and the conditions that it puts on the rows of each table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import expressions as exp

from warehouse import schema

SCOPED = ("campaign_id", "vendor_id", "trainer_id")
NAMES = {
    "campaigns": "campaign_id",
    "charter_bars": "campaign_id",
    "guideline_versions": "campaign_id",
    "people": "trainer_id",
}
"""What a vendor's person may know of the campaigns that the vendor works in and of the people who work for it, though no
row is the vendor's own; by which column."""
PUBLIC = ("fx_rates", "schema_versions")
SHARED = ("rate_cards", "charter_terms", "quarantine", "loads", "pending_changes")
"""Tables in which an empty campaign or vendor means any, so that a narrow scope still sees the row."""

HIDDEN = ("people",)
"""Tables that a free statement may not read: names of persons."""


@dataclass(frozen=True)
class Scope:
    """Which campaigns, vendors and trainers may be seen; None is all, an empty tuple none."""

    campaigns: tuple[str, ...] | None = None
    vendors: tuple[str, ...] | None = None
    trainers: tuple[str, ...] | None = None
    is_own_only: bool = False
    """Whether a table that does not say whose row it is (items, charters, loads) shows nothing to a vendor
    or trainer. So it is for a person who may see one vendor; a page's filter only narrows what can be told apart."""

    def __and__(self, other: Scope) -> Scope:
        """What both allow: a page's filter narrows what a person may see, never widens it."""
        return Scope(
            *(
                theirs if mine is None else mine if theirs is None else _common(mine, theirs)
                for mine, theirs in zip(self._parts(), other._parts(), strict=True)
            ),
            is_own_only=self.is_own_only or other.is_own_only,
        )

    def _parts(self) -> tuple[tuple[str, ...] | None, ...]:
        return self.campaigns, self.vendors, self.trainers

    def limits(self) -> dict[str, tuple[str, ...]]:
        """The restricted columns and the values that are allowed in each."""
        told = zip(SCOPED, self._parts(), strict=True)
        return {column: tuple(allowed) for column, allowed in told if allowed is not None}


EVERYTHING = Scope()
OWN_ONLY = "own only"
"""Among the limited columns: what cannot be told apart is hidden."""


def _common(mine: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    allowed = set(theirs)
    return tuple(value for value in mine if value in allowed)


def conditions(
    table: str, limits: frozenset[str], *, is_free: bool = False
) -> list[exp.Expression]:
    """What a row of ``table`` has to fulfil where the columns ``limits`` are restricted.

    The values stand as ``:scope_campaign_id`` and so on; ``is_free`` is a statement that somebody typed.
    """
    columns = schema.metadata.tables[table].columns
    found: list[exp.Expression] = []
    for column in SCOPED:
        if column in limits and column in columns:
            allowed = exp.In(this=exp.column(column), field=exp.Placeholder(this=f"scope_{column}"))
            # Whoever sees one vendor and asks freely gets no row that is not said to be that vendor's.
            if table in SHARED and not (is_free and OWN_ONLY in limits):
                allowed = exp.or_(allowed, exp.column(column).is_(exp.null()))
            if column == "trainer_id" and table in schema.EVENTS:
                allowed = exp.or_(allowed, _by_another_login(allowed))
            found.append(allowed)
    if OWN_ONLY in limits:
        found += _own_only(table, limits)
    return found


def _by_another_login(allowed: exp.In) -> exp.In:
    """Events know logins; the scope names persons, whose other logins are theirs too."""
    logins = exp.select("login_id").from_("trainer_identities").where(allowed.copy())
    return exp.In(this=exp.column("trainer_id"), query=logins.subquery())


def _own_only(table: str, limits: frozenset[str]) -> list[exp.Expression]:
    """What a person who may see one vendor or trainer sees of a table that does not say whose a row is."""
    columns = schema.metadata.tables[table].columns
    unsaid = [c for c in ("vendor_id", "trainer_id") if c in limits and c not in columns]
    if not unsaid or table in PUBLIC:
        return []
    if table not in NAMES:
        return [exp.false()]
    key = NAMES[table]
    own = exp.select(key).from_("submissions_by_day")
    for column in unsaid:
        own = own.where(
            exp.In(this=exp.column(column), field=exp.Placeholder(this=f"scope_{column}"))
        )
    return [exp.In(this=exp.column(key), query=own.subquery())]
