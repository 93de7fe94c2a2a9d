"""Whether the data can be trusted: freshness, faults, loads, quarantine, checks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, show, verdicts, words
from dashboard.filters import Filters
from dashboard.show import Figure

FRESH = "health/freshness_by_campaign_v1"
FAULTS = "health/integrity_by_campaign_v1"
LOADS = "health/loads_v1"
BOOKS = "health/reconciliation_by_load_v1"
REASONS, QUARANTINE = "health/quarantine_by_reason_v1", "health/quarantine_v1"
TYPES = "health/event_types_v1"

WRONG = {
    "future": "dated after they were recorded",
    "without_item": "name no item and need one",
    "without_person": "name no person and need one",
    "negative_time": "have a duration below 0",
    "unknown_type": "are of a type that no figure reads",
    "unknown_basis": "have a duration measured in an unknown way",
    "orphan_reviews": "review work of which no submission is known",
    "duplicates": "are there more than once",
}
GAPS = {
    "assumed_times": "events without a real time",
    "without_duration": "submissions without a duration",
    "unpriced": "units of work without a price",
}


def late(fresh: pd.DataFrame) -> pd.DataFrame:
    """Campaigns that are silent for longer than is usual for them and delivered in the week before."""
    silent = fresh["silent_days"].fillna(0) > fresh["usual_silence"].fillna(0) + 2
    return fresh[silent & ((fresh["events_before_7"] > 0) | (fresh["events_last_7"] > 0))]


def found(chosen: Filters) -> pd.DataFrame:
    """The open flags about the data themselves, without those that are for information only."""
    flags = data.flags(chosen.scope)
    return flags[(flags["kind"] == "integrity") & (flags["severity"] != "info")]


def verdict(
    fresh: pd.DataFrame, faults: pd.DataFrame, waiting: int, lost: int, flags: pd.DataFrame
) -> verdicts.Verdict:
    """Whether figures can be trusted today."""
    return verdicts.health(
        late(fresh)["campaign"].tolist(), int(faults[list(WRONG)].sum().sum()), waiting, lost,
        data.reach()["last_occurred"].max(), flags=len(flags),
    )  # fmt: skip


def figures(
    fresh: pd.DataFrame, faults: pd.DataFrame, reasons: pd.DataFrame, loads: pd.DataFrame
) -> None:
    """Events, faults, quarantine, loads, gaps."""
    wrong = faults[list(WRONG)].sum()
    worst = wrong.idxmax() if wrong.sum() else None
    total = int(faults["events"].sum())
    timed = fresh["timed_events"].sum()
    last = loads["recorded_at"].max()
    show.figures(
        [
            Figure("Events", words.count(total), FAULTS, detail=f"{words.plural(len(fresh), 'campaign')}"),
            Figure("With a fault", words.count(wrong.sum()), FAULTS, detail=f"most {WRONG[worst]}" if worst else "none"),
            Figure("In quarantine", words.count(reasons["waiting"].sum()), REASONS, detail=f"{words.count(reasons['quarantined'].sum())} ever refused"),
            Figure("Loads", words.count(len(loads)), LOADS, detail=f"last {words.moment(last)}" if len(loads) else "none yet"),
            Figure("With a real time", words.share(timed / total) if total else words.UNKNOWN, FRESH, detail="the rest counts in no figure that needs a clock"),
        ]
    )  # fmt: skip


def faults(rows: pd.DataFrame) -> None:
    """What is wrong with events and what is missing, as sentences per campaign."""
    st.subheader("Faults and gaps", anchor=False, help=show.says(FAULTS))
    told = [
        {"campaign": r["campaign"], "what": f"✕ {words.count(r[c])} events {text}", "of": words.share(r[c] / r["events"])}
        for _, r in rows.iterrows() for c, text in WRONG.items() if r[c]
    ] + [
        {"campaign": r["campaign"], "what": f"– {words.count(r[c])} {text}", "of": words.share(r[c] / r["events"])}
        for _, r in rows.iterrows() for c, text in GAPS.items() if r[c]
    ]  # fmt: skip
    if not told:
        st.caption(":material/check_circle: No fault and no gap in any event.")
        return
    show.table(
        pd.DataFrame(told),
        {"campaign": show.text("Campaign", width="medium"), "what": show.text("What", width="large"), "of": show.text("Of its events")},
        opens="campaign", by="campaign", key="faults",
    )  # fmt: skip
    st.caption(
        "✕ a fault: mend the source or the mapping. – a gap: figures that need it leave such work out."
    )


def freshness(rows: pd.DataFrame) -> None:
    """When each campaign was last heard of."""
    st.subheader("Last heard of", anchor=False, help=show.says(FRESH))
    tardy = set(late(rows)["campaign_id"])
    rows = rows.assign(
        state=["! late" if c in tardy else "– no real times" if not t else "✓ as usual" for c, t in zip(rows["campaign_id"], rows["timed_events"], strict=True)]
    ).sort_values(["state", "last_day"], ascending=[True, False])  # fmt: skip
    show.table(
        rows,
        {
            "campaign": show.text("Campaign", width="medium"),
            "state": show.text("State"),
            "last_day": show.day("Last event"),
            "silent_days": show.count("Silent days"),
            "usual_silence": show.count(
                "Usual at most", "the longest silence in the 8 weeks before"
            ),
            "events_last_7": show.count("Events, 7 days"),
            "events_before_7": show.count("7 days before"),
        },
        key="freshness",
    )


def quarantine(reasons: pd.DataFrame) -> None:
    """Rows that could not be loaded: why, and word for word."""
    st.subheader("Rows in quarantine", anchor=False, help=show.says(REASONS))
    waiting = reasons[reasons["waiting"] > 0]
    if waiting.empty:
        st.caption(
            ":material/check_circle: No row waits. Rows that a load cannot read are kept here with the reason."
        )
        return
    for r in waiting.itertuples():
        st.markdown(
            f":material/error: **{words.plural(r.waiting, 'row')}**: {r.reason} ({r.campaign}, last {words.moment(r.last_recorded)})"
        )
    st.caption("Mend the file or the mapping, then run `python -m warehouse replay`.")
    with st.expander("The rows word for word", key="rows", on_change="rerun") as opened:
        if opened.open:
            rows = data.frame(QUARANTINE, limit=500)
            show.table(
                rows[rows["is_waiting"]],
                {
                    "file": show.text("File"),
                    "row_no": show.count("Row"),
                    "reason": show.text("Reason"),
                    "raw": show.text("As it was", width="large"),
                },
            )


def loads(rows: pd.DataFrame, books: pd.DataFrame) -> None:
    """What was loaded and whether every row is accounted for."""
    st.subheader("Loads", anchor=False, help=show.says(LOADS))
    if rows.empty:
        st.caption(":material/inbox: Nothing was loaded from files.")
        return
    whole = books.set_index("load_id")["is_whole"]
    rows = rows.assign(
        books=["✓ whole" if whole.get(i, True) else "✕ rows lost or doubled" for i in rows["load_id"]],
        campaign=rows["campaign"].fillna("several"),
    ).sort_values("recorded_at", ascending=False)  # fmt: skip
    show.table(
        rows.head(200),
        {
            "recorded_at": show.moment("Loaded (UTC)"),
            "files": show.text("File", width="medium"),
            "source": show.text("Format"),
            "campaign": show.text("Campaign"),
            "rows_read": show.count("Rows read"),
            "rows_loaded": show.count("New"),
            "rows_there": show.count("There before"),
            "rows_quarantined": show.count("Quarantined"),
            "events": show.count("Events"),
            "books": show.text("Books"),
        },
    )


def checks(chosen: Filters) -> None:
    """The newest run of the checks, and what could not be judged."""
    st.subheader("Checks", anchor=False)
    run = data.last_run()
    if run is None:
        st.caption(
            ":material/inbox: The checks have never run. Start them with `python -m data_checks`."
        )
        return
    st.markdown(
        f"Last run {words.moment(run.finished_at)} for {words.day(run.as_of)}: {words.count(run.passed)} passed, "
        f"{words.count(run.failed)} failed, **{words.count(run.errors)} could not be judged**."
    )
    errors = data.findings(("error",))
    for sentence in errors["sentence"].head(8):
        st.markdown(f":material/help: {sentence}")
