"""The filters of every page. They live in the address, so a link is a view.

The address names campaigns and vendors as people do; links made elsewhere (a notification, a
script) may name the id instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from dashboard import data
from warehouse.scope import EVERYTHING, Scope

PERIODS = {"Last 4 weeks": 28, "Last 12 weeks": 84, "Last 26 weeks": 182, "Everything": None}
DEFAULT = "Last 12 weeks"


@dataclass(frozen=True)
class Filters:
    """What is looked at: ``since`` is a Monday, ``until`` the day after the last one that counts."""

    scope: Scope
    since: date
    until: date
    period: str
    has_times: bool = True

    def of(self, campaign: pd.Series) -> Filters:
        """The same for one campaign: a period that ends with its work, and all of it where times are assumed."""
        last, has_times = campaign["last_day"], bool(campaign["has_times"])
        until = self.until if pd.isna(last) else min(self.until, last.date() + timedelta(days=1))
        period = self.period if has_times else "Everything"
        return Filters(
            scope=self.scope & Scope(campaigns=(campaign["campaign_id"],)),
            since=_since(period, until),
            until=until,
            period=period,
            has_times=has_times,
        )

    def on(self, campaigns: Iterable[str]) -> Filters:
        """The same, narrowed to these campaigns."""
        return replace(self, scope=self.scope & Scope(campaigns=tuple(sorted(set(campaigns)))))

    @property
    def span(self) -> str:
        """``the last 12 weeks to 5 March 2026``"""
        last = self.until - timedelta(days=1)
        if not self.has_times:
            return "all work, whenever it was done: the source knows no times"
        if self.period == "Everything":
            return f"everything to {last.day} {last:%B %Y}"
        return f"the {self.period[0].lower()}{self.period[1:]} to {last.day} {last:%B %Y}"

    @property
    def range(self) -> dict[str, date]:
        """The parameters of queries that take a range of days."""
        return {"since": self.since, "until": self.until}


def _since(period: str, until: date) -> date:
    days = PERIODS[period]
    if days is None:
        return date(1990, 1, 1)
    first = until - timedelta(days=days)
    return first - timedelta(days=first.weekday())


def _last_day() -> date:
    """The last day with a real event, at most today; today where there is none."""
    today = datetime.now(UTC).date()
    reach = data.reach()
    timed = reach[reach["timed_events"] > 0]
    last = (timed if len(timed) else reach)["last_occurred"].max()
    return today if pd.isna(last) else min(last.date(), today)


def _by_name(key: str, names: Mapping[str, str]) -> None:
    """Let the address name ids too: ``?campaigns=c_017`` becomes the name that the widget knows."""
    told = st.query_params.get_all(key)
    if key not in st.session_state and any(t in names and names[t] != t for t in told):
        st.session_state[key] = [t if t in names else _id(t, names) for t in told]


def in_any_case(key: str, names: Mapping[str, str]) -> None:
    """Let the address name things in any case: ``?kind=regression`` becomes what the widget knows."""
    if key not in st.session_state and (told := st.query_params.get_all(key)):
        meant = {said.casefold(): one for one, said in names.items()}
        st.session_state[key] = [meant[t.casefold()] for t in told if t.casefold() in meant]


def _id(name: str, names: Mapping[str, str]) -> str | None:
    return next((key for key, said in names.items() if said == name), None)


def bar() -> Filters:
    """Draw the filters that all pages share, in one row above the page, and what they say."""
    campaigns, vendors = data.campaign_names(), data.vendor_names()
    with st.container(horizontal=True):
        chosen = _several("Campaigns", "campaigns", campaigns)
        hired = _several("Vendors", "vendors", vendors)
        period = st.selectbox(
            "Period", list(PERIODS), list(PERIODS).index(DEFAULT), key="period", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        last = st.date_input(
            "Last day that counts (UTC)", _last_day(), key="day", format="YYYY-MM-DD", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
    until = last + timedelta(days=1)
    scope = Scope(campaigns=tuple(chosen) or None, vendors=tuple(hired) or None)
    if chosen and _lie_outside(chosen, _since(period, until), until):
        # Old work that somebody asks for by name is shown, whatever the period says.
        period = "Everything"
        st.caption(":material/history: No work in this period: everything is shown.")
    filters = Filters(scope=scope, since=_since(period, until), until=until, period=period)
    st.session_state["filters"] = filters
    return filters


def _lie_outside(campaigns: Sequence[str], since: date, until: date) -> bool:
    """Whether all that is known of ``campaigns`` had ended before ``since``."""
    if since == _since("Everything", until):
        return False
    last = data.reach(Scope(campaigns=tuple(campaigns)))["last_occurred"].max()
    return not pd.isna(last) and last.date() < since


def _several(label: str, key: str, names: Mapping[str, str]) -> list[str]:
    _by_name(key, names)
    options = sorted(names, key=lambda i: names[i].casefold())
    return st.multiselect(
        label,
        options,
        key=key,
        placeholder=f"All {label.lower()}",
        format_func=lambda i: names[i],
        bind="query-params",
        label_visibility="collapsed",
    )


def chosen() -> Filters:
    """What ``bar`` was told, for the page that runs now."""
    told = st.session_state.get("filters")
    return told or Filters(EVERYTHING, date(1990, 1, 1), date(1990, 1, 2), "Everything")


def one(label: str, key: str, names: Mapping[str, str], *, first: str | None = None) -> str | None:
    """A choice of one thing that the address names, e.g. ``?campaign=Helpful chat``."""
    told = st.query_params.get(key)
    if key not in st.session_state and told in names and names[told] != told:
        st.session_state[key] = told
    options = sorted(names, key=lambda i: names[i].casefold())
    return st.selectbox(
        label,
        options,
        index=options.index(first) if first in names and key not in st.session_state else 0,
        key=key,
        format_func=lambda i: names[i],
        bind="query-params",
    )


def one_person(label: str, key: str, names: Mapping[str, str]) -> str | None:
    """A choice of one person, whose id the address keeps: a name in it would go to everybody who gets the link."""
    _follow(key, [i for i in st.query_params.get_all(key) if i in names][:1], many=False)
    return st.selectbox(
        label, _by_called(names), key=key, format_func=lambda i: names[i], on_change=_keep, args=(key,)
    )  # fmt: skip


def several_people(label: str, key: str, offered: Sequence[str], names: Mapping[str, str], **told) -> list[str]:  # fmt: skip
    """A choice of several people of those offered, whose ids the address keeps."""
    _follow(key, [i for i in st.query_params.get_all(key) if i in offered], many=True)
    return st.multiselect(
        label, [i for i in _by_called(names) if i in set(offered)], key=key,
        format_func=lambda i: names[i], on_change=_keep, args=(key,), **told,
    )  # fmt: skip


def _by_called(names: Mapping[str, str]) -> list[str]:
    return sorted(names, key=lambda i: names[i].casefold())


def _follow(key: str, told: list[str], *, many: bool) -> None:
    """Let the address speak where it was opened or changed by a link."""
    chosen = st.session_state.get(key)
    if told and told != (chosen if many else [chosen]):
        st.session_state[key] = told if many else told[0]


def _keep(key: str) -> None:
    """Let the address say what was chosen."""
    st.query_params[key] = st.session_state[key]


def campaign() -> pd.Series | None:
    """The campaign that the page is about, with its charter; None where there is none.

    Without a name in the address it is the one with the newest work.
    """
    names = data.campaign_names()
    if not names:
        return None
    known = data.campaigns(chosen().until).set_index("campaign_id", drop=False)
    newest = known["last_day"].idxmax() if known["last_day"].notna().any() else None
    told = one("Campaign", "campaign", names, first=newest)
    return known.loc[told] if told in known.index else known.iloc[0]
