"""The one cache: frames of queries, at most five minutes old, never wider than the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pandas as pd
import sqlalchemy as sa
import streamlit as st

from dashboard import access
from dashboard import report as reporting
from dashboard.doubt import Doubt, bearing, meant
from dashboard.stores import book, engine
from warehouse import ledger, read
from warehouse import outlook as forecasts
from warehouse.read import fetch
from warehouse.scope import EVERYTHING, Scope

EVER = date(2200, 1, 1)
"""As a day asked about: after everything."""


@st.cache_data(ttl="5m", max_entries=1000, show_spinner=False)
def _fetched(name: str, scope: Scope, **params: object) -> pd.DataFrame:
    return fetch(engine(), name, scope=scope, **params)


def frame(name: str, scope: Scope = EVERYTHING, **params: object) -> pd.DataFrame:
    """The rows of the query called ``name`` within ``scope`` and what the person may see.

    With the columns ``campaign`` and ``vendor``, the names, where there are ids.
    """
    seen = access.current().scope & scope
    _note(name, seen.campaigns)
    return named(_fetched(name, seen, **params))


def ask(sql: str, limit: int, seconds: float, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """The rows of a statement that the person wrote, within what they may see; never from the cache."""
    seen = access.current().scope & scope
    return read.ask(engine(), sql, scope=seen, limit=limit, seconds=seconds)


def reports() -> pd.DataFrame:
    """The reports kept that the person may read, newest first."""
    return ledger.reports(book(), access.current().scope)


def report(number: int) -> sa.Row:
    """One report; refused where there is none in sight."""
    return ledger.report(book(), number, access.current().scope)


def make_report(campaign: str | None, as_of: date) -> int:
    """Make a report of what the person may see, and keep it; its number."""
    scope = access.current().scope
    made = reporting.made(
        engine(), campaign=campaign, as_of=as_of, scope=scope, flags=ledger.flags(book(), scope, states=None),
    )  # fmt: skip
    return ledger.write_report(book(), made.row, by=access.current().person, scope=scope)


def made_again(number: int) -> pd.DataFrame:
    """Query by query, whether a kept report is the same made from what was known then."""
    kept = report(number)
    anew = reporting.again(engine(), kept, scope=access.current().scope)
    return reporting.compared(kept.sources, anew.sources)


def own_acts(what: str) -> pd.DataFrame:
    """What the person did of that kind, as the audit log has it, newest first."""
    log = ledger.audit_entries(book(), actor=access.current().person)
    return log[log["what"] == what]


def agreed(name: str, scope: Scope = EVERYTHING, **params: object) -> pd.DataFrame:
    """What was agreed (bars, guidelines, service levels) for the campaigns in sight.

    A charter's row belongs to no vendor, yet its people are held against it: they get those of the
    campaigns they work on, and of agreements with vendors their own alone.
    """
    seen = _facts() & scope
    _note(name, seen.campaigns)
    rows = named(_fetched(name, seen, **params))
    own = (access.current().scope & scope).vendors
    return rows if own is None or "vendor_id" not in rows else rows[rows["vendor_id"].isin(own)]


def asked() -> dict[str, tuple[str, ...] | None]:
    """The queries this run of the page has asked so far, in that order, and of which campaigns (None: all)."""
    return st.session_state.setdefault("asked", {})


def _note(name: str, campaigns: tuple[str, ...] | None) -> None:
    before = asked().get(name, ())
    widest = None if campaigns is None or before is None else (*before, *campaigns)
    asked()[name] = widest


def named(rows: pd.DataFrame, no_vendor: str | None = "no vendor") -> pd.DataFrame:
    """``rows`` with the names of campaigns and vendors beside their ids."""
    for column, names, nobody in (
        ("campaign_id", campaign_names, None),
        ("vendor_id", vendor_names, no_vendor),
    ):
        if column in rows and column.removesuffix("_id") not in rows:
            ids = rows[column].astype("str")
            said = ids.map(names()).astype("str").fillna(ids)
            said = said if nobody is None else said.fillna(nobody)
            rows = rows.assign(**{column.removesuffix("_id"): said.astype("str")})
    return rows


def _facts() -> Scope:
    """What names, dates and reach of campaigns may be told of.

    Whoever sees one vendor only gets those of the campaigns that vendor works on: a campaign's row
    belongs to nobody, so the person's own scope would show none.
    """
    scope = access.current().scope
    if not scope.is_own_only:
        return scope
    own = _fetched("spend/cost_by_vendor_v1", scope, since=date(1990, 1, 1), until=EVER)
    return Scope(campaigns=scope.campaigns) & Scope(
        campaigns=tuple(sorted(set(own["campaign_id"])))
    )


def campaign_names() -> dict[str, str]:
    """The name of every campaign in sight by its id; the id is added where two share a name."""
    rows = _fetched("team/campaigns_v1", _facts(), as_of=EVER)
    return _unique(rows["campaign_id"], rows["campaign_name"])


def vendor_names() -> dict[str, str]:
    """The name of every vendor in sight by its id."""
    rows = _fetched("team/vendors_v1", access.current().scope)
    return _unique(rows["vendor_id"], rows["vendor_name"])


def person_names() -> dict[str, str]:
    """What people in sight are called, for roles that may know; the id is added where two share a name."""
    if (
        "names" not in st.session_state
    ):  # once in a run of the page: tables ask for each of their rows
        told = access.current()
        st.session_state["names"] = _names(told.scope) if told.knows_names else {}
    return st.session_state["names"]


@st.cache_resource(ttl="5m", max_entries=100, show_spinner=False)
def _names(scope: Scope) -> dict[str, str]:
    """Not cached as data, which would copy all names for each that is asked."""
    rows = _fetched("team/people_v1", scope)
    return _unique(rows["trainer_id"], rows["full_name"])


def dated(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` without those of campaigns whose source knows no real time: their days are nominal."""
    known = _fetched("team/campaigns_v1", _facts(), as_of=EVER)
    return rows[~rows["campaign_id"].isin(known.loc[~known["has_times"], "campaign_id"])]


def _unique(ids: pd.Series, names: pd.Series) -> dict[str, str]:
    doubled = names.duplicated(keep=False)
    shown = names.where(~doubled, names + " (" + ids + ")")
    return dict(zip(ids, shown, strict=True))


def campaigns(as_of: date, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """The campaigns in sight with their charters."""
    return frame("team/campaigns_v1", scope, as_of=as_of)


def reach(scope: Scope = EVERYTHING) -> pd.DataFrame:
    """How far the data reach, per source and campaign."""
    return _fetched("team/reach_v1", _facts() & scope)


@st.cache_data(ttl="20s", max_entries=200, show_spinner=False)
def _flags(scope: Scope, states: tuple[str, ...]) -> pd.DataFrame:
    return ledger.flags(book(), scope, states=states)


def flags(scope: Scope = EVERYTHING, states: tuple[str, ...] = ("open",)) -> pd.DataFrame:
    """The flags in sight, worst first, then oldest first; at most 20 seconds old."""
    return named(_flags(access.current().scope & scope, states), no_vendor=None)


@st.cache_data(ttl="20s", max_entries=200, show_spinner=False)
def _doubts(scope: Scope) -> pd.DataFrame:
    return ledger.doubts(book(), scope)


def _doubts_of_this_run() -> pd.DataFrame:
    """Read and named once however many figures a page shows."""
    if st.session_state.get("doubted") is None:
        rows = _doubts(access.current().scope)
        if access.current().scope.is_own_only:
            # Of a campaign that a vendor has no part in, not even the id is for its people.
            rows = rows[
                rows["campaign_id"].isna() | rows["campaign_id"].isin(list(campaign_names()))
            ]
        st.session_state["doubted"] = named(rows, no_vendor=None)
    return st.session_state["doubted"]


def doubts(queries: Iterable[str], label: str = "") -> list[Doubt]:
    """Why what these queries answered cannot be believed, for the campaigns they were asked about.

    ``label`` is that of the tile, which tells what is meant where a query holds several figures.
    """
    rows = _doubts_of_this_run()
    found: dict[Doubt, None] = {}
    for query in queries:
        about = meant(query, label)
        campaigns = asked().get(query)
        is_one = campaigns is not None and len(set(campaigns)) == 1  # the page says which
        told = rows.assign(campaign="") if is_one else rows
        found |= dict.fromkeys(bearing(told, about, campaigns))
    return list(found)


def last_run() -> sa.Row | None:
    """The newest run of the checks."""
    return ledger.last_run(book())


def findings(outcomes: tuple[str, ...]) -> pd.DataFrame:
    """What the newest run of the checks found."""
    return ledger.findings(book(), None, access.current().scope, outcomes=outcomes)


def muted() -> pd.DataFrame:
    """What is muted now, in sight: with ``found``, how many findings of the newest run each muted."""
    told = ledger.suppressions(book(), on=datetime.now(UTC).date())
    scope = access.current().scope
    if (
        scope.is_own_only
    ):  # a vendor's person is told of the own flags that are muted, of nothing else
        told = told[told["suppression_id"].isin(_flags(scope, ("open",))["suppressed_by"])]
    elif scope.campaigns is not None:
        told = told[told["campaign_id"].isna() | told["campaign_id"].isin(scope.campaigns)]
    found = findings(("fail",))["suppressed_by"].value_counts()
    return told.assign(found=[int(found.get(i, 0)) for i in told["suppression_id"]])


def figures_of_flags() -> list[str]:
    """The codes of all figures that a check in sight has ever judged or flagged."""
    judged = findings(("pass", "fail"))["figure"]
    ever = _flags(access.current().scope, ("open", "dismissed", "closed"))["figure"]
    return sorted({*judged.dropna(), *ever.dropna()})


def flag(flag_id: int) -> SimpleNamespace:
    """One flag as it is now, with the names of whom it is about; refused where there is none in sight."""
    told = dict(ledger.flag(book(), flag_id, access.current().scope)._mapping)
    return SimpleNamespace(
        **told,
        campaign=campaign_names().get(told["campaign_id"], told["campaign_id"]),
        vendor=vendor_names().get(told["vendor_id"], told["vendor_id"]),
    )


def history(flag_id: int) -> pd.DataFrame:
    """Everything that happened to a flag."""
    return ledger.history(book(), flag_id, access.current().scope)


def notes(trainer: str) -> pd.DataFrame:
    """What was written down about a trainer, as far as the person who looks may see it."""
    return named(ledger.notes(book(), trainer, access.current().scope), no_vendor=None)


def similar(flag_id: int) -> pd.DataFrame:
    """Other flags of the same figure and kind."""
    return named(ledger.similar(book(), flag_id, access.current().scope), no_vendor=None)


def together(flag_id: int) -> pd.DataFrame:
    """Other flags of the same incident."""
    return named(ledger.together(book(), flag_id, access.current().scope), no_vendor=None)


def precision(scope: Scope = EVERYTHING) -> pd.DataFrame:
    """How often past flags were right."""
    return ledger.precision(book(), access.current().scope & scope)


@st.cache_data(ttl="5m", max_entries=100, show_spinner=False)
def _histories(scope: Scope, until: date) -> dict[str, forecasts.History]:
    return forecasts.histories(engine(), until, scope)


@st.cache_data(ttl="5m", show_spinner=False)
def past_outlooks() -> pd.DataFrame:
    """The forecasts of past weeks, of all campaigns: the widening is learned from all."""
    return ledger.outlooks(book())


@st.cache_data(ttl="5m", max_entries=1000, show_spinner=False)
def _outlook(
    scope: Scope, campaign: str, until: date, **what_if: float
) -> forecasts.Outlook | None:
    history = _histories(scope, until).get(campaign)
    if history is None:
        return None
    scale = forecasts.learned(past_outlooks(), until)
    return forecasts.outlook(history, until, scale, **what_if)


def outlook(
    campaign: str, until: date, scope: Scope = EVERYTHING, **what_if: float
) -> forecasts.Outlook | None:
    """The campaign's forecast; None under two weeks of data, once it is done, or where only a part is in sight.

    ``scope`` holds the page's filters: a vendor's part of the work says nothing of the whole campaign's end.
    """
    seen = access.current().scope & scope & Scope(campaigns=(campaign,))
    if seen.vendors is not None or seen.trainers is not None:
        return None
    return _outlook(seen, campaign, until, **what_if)


MOST_OUTLOOKS = 40


def outlooks(
    campaigns: Iterable[str], until: date, scope: Scope = EVERYTHING
) -> dict[str, forecasts.Outlook | forecasts.Stored | None]:
    """The forecasts of many campaigns; of so many that a page would wait for them, those of the last week as stored.

    ``python -m warehouse forecast`` writes them. A vendor's part of the work has none.
    """
    named = list(campaigns)
    if len(named) <= MOST_OUTLOOKS:
        return {c: outlook(c, until, scope) for c in named}
    seen = access.current().scope & scope
    if seen.vendors is not None or seen.trainers is not None:
        return {}
    told = forecasts.stored(past_outlooks(), until)
    return {c: told.get(c) for c in named}


def forget_flags() -> None:
    """Read the flags anew: somebody has acted on one."""
    _flags.clear()
    _doubts.clear()
