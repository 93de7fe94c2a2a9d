"""Reports that were made: their list, one to read and download, made again, and a new one."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa
import streamlit as st

from dashboard import access, data, printed, show, verdicts, words
from dashboard.filters import Filters
from dashboard.report import KINDS, OTHER, SAME
from warehouse.errors import Refused

EXPORTED = "exported a report"
SIGNS = {SAME: "✓ same", OTHER: "✕ different"}


def verdict(kept: pd.DataFrame) -> verdicts.Verdict:
    """How many there are, and how old the newest is."""
    if kept.empty:
        return verdicts.Verdict(
            verdicts.UNKNOWN, "No report yet",
            "make one below, or every Monday with `python -m dashboard report`",
        )  # fmt: skip
    newest = kept.iloc[0]
    return verdicts.Verdict(
        verdicts.GOOD, words.plural(len(kept), "report"),
        f"the newest is {newest['title']}, made by {newest['made_by']} on {words.moment(newest['made_at'])}; each can be made again from what was known then",
    )  # fmt: skip


def new(chosen: Filters) -> None:
    """The form that makes one now."""
    campaigns = data.campaign_names()
    with st.form("new", border=True):
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
        kind = left.selectbox("Report", list(KINDS), format_func=KINDS.get, key="kind")
        about = middle.selectbox(
            "Of the campaign", sorted(campaigns, key=lambda i: campaigns[i].casefold()), None,
            format_func=campaigns.get, placeholder="The whole team", key="about",
        )  # fmt: skip
        is_pressed = right.form_submit_button("Make it now", type="primary", key="make")
        st.caption(
            f"Of the week and the four weeks to {words.day(chosen.until - pd.Timedelta(days=1))}, the last day of the filters; all that you may see."
        )
    if is_pressed:
        _make(kind, about, chosen)


def _make(kind: str, about: str | None, chosen: Filters) -> None:
    try:
        if (kind == "campaign") != (about is not None):
            raise Refused("expected a campaign for a campaign's status and none for the digest: choose the one that fits")  # fmt: skip
        with st.spinner("Asking every query ..."):
            number = data.make_report(about, chosen.until)
    except Refused as refused:
        st.error(str(refused), icon=":material/error:")
        return
    st.query_params["report"] = str(number)
    st.rerun()


def listing(kept: pd.DataFrame) -> None:
    """The reports, newest first; a click opens one."""
    st.subheader("Reports", anchor=False)
    if kept.empty:
        st.caption(":material/inbox: None was made yet.")
        return
    show.table(
        kept.assign(
            what=kept["kind"].map(KINDS), queries=kept["sources"].map(len),
            as_of=pd.to_datetime(kept["as_of"]) - pd.Timedelta(days=1), report_id=kept["report_id"].astype(str),
        ),
        {
            "title": show.text("Report", width="large"),
            "what": show.text("Kind"),
            "as_of": show.day("Last day"),
            "made_at": show.moment("Made (UTC)"),
            "made_by": show.text("By"),
            "queries": show.count("Queries"),
        },
        opens="reports", by="report", named="report_id",
    )  # fmt: skip


def one(number: str) -> None:
    """A report as it was told, to read, to download and to make again."""
    try:
        kept = data.report(int(number))
    except (Refused, ValueError):
        st.warning(
            f"There is no report {number}, or you may not see it.", icon=":material/search_off:"
        )
        return
    with st.container(border=True):
        st.markdown(printed.markdown(kept.title, kept.blocks).replace("# ", "## "))
        st.caption(f"Made by {kept.made_by} on {words.moment(kept.made_at)}, from what was known at {words.moment(kept.known_at)}.")  # fmt: skip
    _files(kept)
    _again(kept)


def _files(kept: sa.Row) -> None:
    forms = (
        ("To print (HTML)", printed.page(kept.title, kept.blocks), "html", "text/html"),
        ("Tables (CSV)", printed.tables(kept.blocks), "csv", "text/csv"),
        ("Markdown", printed.markdown(kept.title, kept.blocks), "md", "text/markdown"),
    )
    with st.container(horizontal=True):
        for label, body, kind, mime in forms:
            st.download_button(
                label, body, f"report-{kept.report_id}.{kind}", mime, key=f"as_{kind}",
                icon=":material/download:", on_click=_exported, args=(kept.report_id, kind),
            )  # fmt: skip
        show.link("reports", "All reports", ":material/arrow_back:")


def _exported(number: int, kind: str) -> None:
    access.log(EXPORTED, f"report {number}", format=kind)


def _again(kept: sa.Row) -> None:
    """Whether it is the same from what was known then, query by query."""
    st.subheader("Made again", anchor=False)
    st.caption("From what the warehouse knew at that moment: the same figures, number for number, or the reason why not.")  # fmt: skip
    if st.button("Make it again", icon=":material/replay:", key="again"):
        with st.spinner("Asking every query of that moment ..."):
            st.session_state["made_again"] = (kept.report_id, data.made_again(kept.report_id))
    number, rows = st.session_state.get("made_again", (None, None))
    if number != kept.report_id:
        return
    other = int((rows["outcome"] == OTHER).sum())
    said = (
        f":green[:material/check_circle: **The same**]: all {len(rows)} answers are the same, number for number."
        if not other
        else f":red[:material/error: **Different**]: {other} of {len(rows)} answers are not what they were."
    )
    st.markdown(said)
    show.table(
        rows.assign(outcome=rows["outcome"].map(SIGNS)),
        {
            "query": show.text("Query", width="large"),
            "before": show.count("Rows then"),
            "after": show.count("Rows now"),
            "outcome": show.text("Answer"),
            "why": show.text("Why", width="large"),
        },
        opens="metric_catalogue", by="query", key="compared",
    )  # fmt: skip
