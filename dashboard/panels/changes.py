"""A change of a figure: against its own past, what carries it, the items behind it; and what the setting of the checks means."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import access, charts, data, show, words
from warehouse.scope import Scope

BEHIND = "checks/assignments_behind_change_v1"
MOST_ITEMS = 50
STEPS = (6.0, 12.0, 24.0, 30.0, 60.0, 120.0)
"""Months between false flags that people compare their setting with."""

READ_AS = {
    "gold_accuracy": ("gold accuracy", "hidden golds"),
    "rejection_rate": ("reviews that reject", "reviews"),
    "rework_rate": ("work that is rework", "submissions"),
    "handle_time_up": ("work slower than usual", "timed submissions"),
    "handle_time_down": ("work quicker than usual", "timed submissions"),
    "agreement": ("agreeing pairs", "items"),
    "first_position_up": ("first answer preferred", "comparisons"),
    "first_position_down": ("second answer preferred", "comparisons"),
    "label_drift_up": ("unusual answers", "answers"),
    "label_drift_down": ("usual answers", "answers"),
}
"""What the share on the chart is, and what it counts."""

FALLS = ("gold_accuracy", "agreement")
"""The figures whose share is the good one, so that the worse is below."""

CARRIED_DAYS = 28
"""The items behind a change are those until so many days after its flag: later ones may be better again."""

DIMENSIONS = {
    "campaign": "everybody",
    "vendor_id": "vendor",
    "vendor_id*task_type": "vendor by task type",
    "onboarding_cohort": "class",
    "trainer_id": "trainers",
    "reviewer_id": "reviewer",
    "guideline_version": "guideline",
}


def has_days(flag: object) -> bool:
    """Whether the flag holds the days of a detector."""
    return bool((flag.evidence or {}).get("days"))


def picture(flag: object, events: Sequence[tuple[pd.Timestamp, str]]) -> None:
    """The figure with its baseline, the range of usual days, the onset and the guideline versions."""
    if access.current().role == "vendor":
        st.caption(
            "The days are counted for the whole campaign, other vendors included: they are not shown to one."
        )
        return
    days = pd.DataFrame(flag.evidence["days"], columns=charts.COLUMNS)
    days["day"] = pd.to_datetime(days["day"])
    scope = Scope(campaigns=(flag.campaign_id,))
    title, of = READ_AS.get(flag.figure, (words.figure(flag.figure), "units"))
    events = [(day, name) for day, name in events if day >= days["day"].min()]
    drawn = charts.against_past(
        days, title=title, of=of, events=events, falls=flag.figure in FALLS,
        marks=data.frame("team/guidelines_by_campaign_v1", scope),
    )  # fmt: skip
    who = flag.vendor or (show.person(flag.trainer_id) if flag.trainer_id else None)
    part = f" Drawn for the whole campaign; the change is in the part of {who}." if who else ""
    st.subheader("Against its own past", anchor=False)
    st.caption(
        "Dashed: what the past let expect of the same people on the same kinds of work; where a change has "
        "lasted for six weeks, its own level. Band: 95 % of usual "
        "days. A red cross is worse than that." + part
    )
    st.plotly_chart(drawn, alt=f"{title} against its own past", config={"displayModeBar": False})


def carried(flag: object) -> None:
    """Whether the mix or the rates changed, and which parts carry it."""
    told = flag.evidence or {}
    if access.current().role == "vendor" or not (told.get("causes") or told.get("parts")):
        return
    st.subheader("What carries it", anchor=False)
    if not words.is_unknown(told.get("by_rate")):
        st.markdown(
            f"Whoever worked on whatever, the figure has been **{_worse(told['by_rate'] + told['by_mix'])}** since the "
            f"onset than in the 56 days before: {_worse(told['by_rate'])} from the rates, {_worse(told['by_mix'])} "
            "from another mix of vendors and task types."
        )
    causes = [(d, s, p) for d, s, p in told.get("causes") or () if p == p]
    if causes:
        rows = pd.DataFrame(
            [{"what": words.plain(DIMENSIONS.get(d, d)), "who": _named(d, s), "chance": p} for d, s, p in causes]
        )  # fmt: skip
        show.table(
            rows,
            {
                "what": show.text("Cause"),
                "who": show.text("Which", width="medium"),
                "chance": show.progress("Probability"),
            },
        )
    if parts := told.get("parts"):
        _parts(parts)


def _worse(change: float) -> str:
    """``2.6 points worse``: the change of a share that had better be small."""
    size = words.points(abs(change)).removeprefix("+")
    return f"{size} {'worse' if change > 0 else 'better'}"


def _parts(parts: list[list]) -> None:
    rows = pd.DataFrame(parts, columns=["dimension", "segment", "n0", "x0", "n1", "x1"])
    rows = rows.assign(
        part=rows["dimension"].map(lambda d: words.plain(DIMENSIONS.get(d, d))),
        name=[_named(d, s) for d, s in zip(rows["dimension"], rows["segment"], strict=True)],
        before=rows["x0"] / rows["n0"].where(rows["n0"] > 0),
        since=rows["x1"] / rows["n1"].where(rows["n1"] > 0),
    )
    rows = rows.assign(moved=100 * (rows["since"] - rows["before"]))
    rows = rows.sort_values("moved", ascending=False, na_position="last")
    with st.expander("Each part, before and since the onset", icon=":material/table_rows:"):
        show.table(
            rows,
            {
                "name": show.text("Part"),
                "part": show.text("Of"),
                "before": show.share("Bad before"),
                "since": show.share("Bad since"),
                "moved": show.number("Worse by", "points of the share", 1),
                "n0": show.count("n before"),
                "n1": show.count("n since"),
            },
            height=320 if len(rows) > 8 else "auto",
        )


def _named(dimension: str, segment: str) -> str:
    vendors = data.vendor_names()
    if dimension in ("trainer_id", "reviewer_id"):
        return words.listed([show.person(one) for one in segment.split("|")], 6)
    if dimension.startswith("vendor_id"):
        vendor, _, task = segment.partition("|")
        return f"{vendors.get(vendor, vendor)}{f' on {words.plain(task)}' if task else ''}"
    return segment or "all of the campaign"


def items(flag: object) -> None:
    """The work behind the change since its onset; a click opens the item."""
    if flag.kind not in ("regression", "mix") or not flag.campaign_id or not flag.onset_on:
        return
    st.subheader("The items behind it", anchor=False)
    rows = _behind(flag)
    if rows.empty:
        st.caption(":material/inbox: No such work since the onset: the days before it are what the change is held against.")  # fmt: skip
        return
    rows = rows.assign(
        address=rows["campaign_id"] + "/" + rows["item_id"],
        person=[show.person(t) if not words.is_unknown(t) else "unknown" for t in rows["trainer_id"]],
        reviewer=[show.person(t) if not words.is_unknown(t) else "" for t in rows["reviewer_id"]],
        seconds=rows["duration_s"].map(words.duration),
        kind=rows["task_type"].map(words.plain),
        stands=rows["state"].map(words.plain),
    )  # fmt: skip
    columns = {
        "item_id": show.text("Item", width="medium"), "day": show.day("Day"), "person": show.text("Trainer"),
        "kind": show.text("Task type"), "stands": show.text("State"), "reviewer": show.text("Reviewed by"),
        "gold_score": show.number("Gold score"), "seconds": show.text("Time"),
    }  # fmt: skip
    kept = {n: c for n, c in columns.items() if not rows[n].replace("", None).isna().all()}
    show.table(rows, kept, opens="item", by="item", named="address", key="behind", height=320)
    more = f"the newest {MOST_ITEMS}" if len(rows) == MOST_ITEMS else "all"
    whose = (
        "those who carry the change"
        if _carrier(flag)[0] in NARROWED
        else "everybody on the campaign"
    )
    st.caption(
        f"Since {words.day(flag.onset_on)}: {more} that count against the figure, of {whose}."
    )


NARROWED = ("vendor_id", "vendor_id*task_type", "trainer_id", "task_type", "reviewer_id")
"""The causes whose own work is shown; of others it is the whole campaign's."""


def _carrier(flag: object) -> tuple[str, str]:
    """The dimension and segment that probably carry the change; the campaign where none is sure."""
    causes = (flag.evidence or {}).get("causes") or [["campaign", "", None]]
    dimension, segment, chance = causes[0]
    is_sure = chance is not None and chance == chance and chance >= 0.6
    return (dimension, segment) if is_sure else ("campaign", "")


def _behind(flag: object) -> pd.DataFrame:
    dimension, segment = _carrier(flag)
    scope, task = Scope(campaigns=(flag.campaign_id,)), None
    if dimension.startswith("vendor_id"):
        vendor, _, rest = segment.partition("|")
        scope, task = scope & Scope(vendors=(vendor,)), rest or None
    elif dimension == "trainer_id":
        scope = scope & Scope(trainers=tuple(segment.split("|")))
    elif dimension == "task_type":
        task = segment
    last = pd.Timestamp(flag.opened_as_of) + pd.Timedelta(days=CARRIED_DAYS)
    until = min(pd.Timestamp(flag.seen_as_of), last).date()
    rows = data.frame(
        BEHIND, scope, figure=flag.figure, task_type=task, since=flag.onset_on, until=until, limit=MOST_ITEMS,
    )  # fmt: skip
    if dimension == "reviewer_id":
        rows = rows[rows["reviewer_id"] == segment]
    return rows


def setting() -> None:
    """How often a flag may be false, and what a stricter or looser setting would have shown."""
    run = data.last_run()
    told = ((run.detail if run else None) or {}).get("false flags")
    if not told:
        return
    st.subheader("How often a flag may be false", anchor=False)
    st.markdown(
        f"A regression is flagged so that there is **about one false flag per campaign and figure in "
        f"{told['months']:g} months**: over the {told['scopes']:,} watched, at most "
        f"{told['scopes'] / told['months']:.1f} a month. Set it in `checks.yaml` or with "
        "`--months-between-false-flags`."
    )
    if access.current().role == "vendor":
        return
    rows = would_be(_months_of_flags(), [n["months"] for n in told["near"]], told["months"])
    show.table(
        rows,
        {
            "setting": show.text("Setting"),
            "kept": show.text("Of these flags"),
            "more": show.text("Near to one"),
            "false": show.number("False a month", "at most", 1),
        },
    )
    st.caption("From the evidence stored with each regression that stood in the last 90 days, and with what came near to one.")  # fmt: skip


def _months_of_flags() -> list[float]:
    flags = data.flags(states=("open", "dismissed", "closed"))
    late = pd.Timestamp(data.last_run().as_of) - pd.Timedelta(days=90)
    own = flags[(flags["kind"] == "regression") & flags["evidence"].notna()]
    own = own[own["closed_as_of"].isna() | (own["closed_as_of"] >= late)]
    months = [e.get("months") for e in own["evidence"]]
    return [m for m in months if not words.is_unknown(m)]


def would_be(shown: list[float], near: list[float], months: float) -> pd.DataFrame:
    """Per setting how many of the shown flags it keeps, and how many more a looser one adds."""
    scopes = (data.last_run().detail or {})["false flags"]["scopes"]
    rows = []
    for step in sorted({*STEPS, months}):
        kept = sum(m >= step for m in shown)
        more = sum(step <= m < months for m in near) if step < months else 0
        rows.append(
            {
                "setting": f"1 in {step:g} months{' (now)' if step == months else ''}",
                "kept": f"{kept} of {len(shown)}",
                "more": f"and {more} more" if more else "none",
                "false": scopes / step,
            }
        )
    return pd.DataFrame(rows)


def rightness(scope: Scope) -> None:
    """How often past flags were right, by kind."""
    past = data.precision(scope)
    if past.empty:
        return
    st.subheader("How often flags were right", anchor=False)
    judged = past["right"] + past["wrong"]
    rows = past.assign(
        name=past["kind"].map(words.plain),
        share=[words.share(p, 0) if n else "not judged" for p, n in zip(past["precision"], judged, strict=True)],
        between=[f"{words.share(r.precision_low, 0)} to {words.share(r.precision_high, 0)}" if r.right + r.wrong else "" for r in past.itertuples()],
        judged=judged,
    )  # fmt: skip
    show.table(
        rows,
        {
            "name": show.text("Kind"),
            "share": show.text("Right"),
            "between": show.text("95 %"),
            "judged": show.count("Judged"),
            "unjudged": show.count("Not judged"),
        },
    )
    st.caption("People say on each flag whether it was right; what nobody judged counts in neither.")  # fmt: skip
