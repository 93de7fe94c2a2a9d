"""What nobody is told of for a while: muted by whom, why and until when; counted, and to be ended at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from dashboard import access, data, words
from warehouse import ledger
from warehouse.errors import Refused

DAYS = 7
"""A new one ends after so many days unless another day is chosen."""


def note(row: object) -> str:
    """``until 5 March 2026: known outage``: of a flag that is muted; nothing of others."""
    if words.is_unknown(row.muted_until):
        return ""
    return f"until {words.day(row.muted_until)}: {row.muted_reason}"


def of_flag(flag: object) -> None:
    """That nobody is told of this flag, until when, why and by whose word."""
    told = data.muted()
    for row in told[told["suppression_id"] == flag.suppressed_by].itertuples():
        st.caption(f":material/notifications_off: Muted until {words.day(row.until)} by {row.made_by}: {row.reason}")  # fmt: skip


def panel(flags: pd.DataFrame) -> None:
    """What is muted now, each with its button to end it, and the form to mute something."""
    now = data.muted()
    counted = silenced(flags)
    st.subheader(f"Muted ({len(now)})", anchor=False)
    st.caption(
        f"{words.plural(counted, 'flag')} on this page {'is' if counted == 1 else 'are'} muted: "
        "still found, counted and shown; only nobody is told of them."
        if counted
        else "No flag on this page is muted. What is muted is still found, counted and shown; only nobody is told of it."
    )
    for row in now.itertuples():
        _one(row)
    if may_mute():
        with st.expander("Mute something until a day", icon=":material/notifications_off:"):
            _form(_asked_about())


def silenced(flags: pd.DataFrame) -> int:
    """How many open flags nobody is told of."""
    return int((flags["muted_until"].notna() & (flags["state"] == "open")).sum())


def may_mute() -> bool:
    """A vendor's person may read what is muted, not mute."""
    return access.current().role != "vendor"


def _may_end(row: object) -> bool:
    """Whoever sees some campaigns only may not end what mutes all of them."""
    sees_all = access.current().scope.campaigns is None
    return may_mute() and (sees_all or not words.is_unknown(row.campaign_id))


def about(row: object, campaigns: Mapping[str, str]) -> str:
    """``Helpful chat, gold accuracy, regression``: what a suppression covers, in words."""
    said = [
        None if words.is_unknown(row.campaign_id) else campaigns.get(row.campaign_id, row.campaign_id),
        None if words.is_unknown(row.figure) else words.figure(row.figure),
        None if words.is_unknown(row.kind) else str(row.kind),
        None if words.is_unknown(row.suite) else f"suite {words.plain(row.suite).lower()}",
        None if words.is_unknown(row.subject) else str(row.subject),
    ]  # fmt: skip
    return ", ".join(s for s in said if s)


def _one(row: object) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        told = (
            "no finding of the newest run"
            if not row.found
            else f"{words.plural(row.found, 'finding')} of the newest run"
        )
        st.markdown(
            f":material/notifications_off: **{about(row, data.campaign_names())}** until {words.day(row.until)}: {row.reason}  \n"
            f":gray[{row.made_by}, {words.moment(row.made_at)} · mutes {told}]"
        )  # fmt: skip
        if _may_end(row) and st.button("End it now", key=f"end_{row.suppression_id}"):
            _done(lambda: ledger.end_suppression(data.book(), row.suppression_id, by=access.current().person))  # fmt: skip


def _asked_about() -> Mapping[str, object]:
    """The flag that the page shows, whose campaign, figure and kind the form begins with."""
    told = st.query_params.get("flag", "")
    try:
        return vars(data.flag(int(told)))
    except (Refused, ValueError):  # no flag in the address, or none in sight: the page has said so
        return {}


def _form(begin: Mapping[str, object]) -> None:
    campaigns = data.campaign_names()
    ids = sorted(campaigns, key=lambda i: campaigns[i].casefold())
    figures = sorted(set(data.figures_of_flags()), key=words.figure)
    first = datetime.now(UTC).date()
    with st.form("mute", border=False):
        left, middle, right = st.columns(3)
        campaign = left.selectbox(
            "Campaign to mute", ids, _at(ids, begin.get("campaign_id")),
            format_func=campaigns.get, placeholder="Any", key=f"mute_campaign_{begin.get('flag_id')}",
        )  # fmt: skip
        figure = middle.selectbox(
            "Figure to mute", figures, _at(figures, begin.get("figure")), format_func=words.figure,
            placeholder="Any", key=f"mute_figure_{begin.get('flag_id')}",
        )  # fmt: skip
        kind = right.selectbox(
            "Kind to mute", ledger.KINDS, _at(ledger.KINDS, begin.get("kind")), format_func=words.plain,
            placeholder="Any", key=f"mute_kind_{begin.get('flag_id')}",
        )  # fmt: skip
        until = left.date_input(
            "Muted until", first + timedelta(days=DAYS), min_value=first + timedelta(days=1),
            format="YYYY-MM-DD", key="mute_until", help="From that day on people are told again.",
        )  # fmt: skip
        reason = st.text_input("Reason for muting", key="mute_reason", placeholder="e.g. known outage at the vendor, mended by Friday")  # fmt: skip
        if st.form_submit_button("Mute", key="mute_save"):
            _done(lambda: _mute(campaign, figure, kind, until, reason))
    st.caption("It holds from the next run of the checks on, and for messages that still wait.")


def _at(options: list[str] | tuple[str, ...], value: object) -> int | None:
    return list(options).index(value) if value in options else None


def _mute(
    campaign: str | None, figure: str | None, kind: str | None, until: date, reason: str
) -> None:
    if campaign is None and access.current().scope.campaigns is not None:
        raise Refused("expected one of your campaigns to mute, found none: you do not see them all")
    what = {"campaign_id": campaign, "figure": figure, "kind": kind}
    ledger.suppress(data.book(), by=access.current().person, until=until, reason=reason, **what)


def _done(act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refused:
        st.error(str(refused), icon=":material/error:")
        return
    data.forget_flags()
    st.rerun()
