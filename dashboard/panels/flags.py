"""Flags: what was found, the picture behind it, who has it, what was done, and how often flags were right."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import access, charts, data, filters, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.happened import happened
from dashboard.panels import campaign, changes, delivery, docs, muted, spend
from dashboard.show import Figure
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.scope import Scope

STATES = {
    "Open": ("open",),
    "Dismissed": ("dismissed",),
    "Closed": ("closed",),
    "All": ("open", "dismissed", "closed"),
}
SEVERITY = {"critical": "! critical", "warning": "? warning", "info": "– info"}
GRAVE_PX, KIND_PX = 84, 104

GOLD, PASS = "quality/gold_accuracy_by_week_v1", "quality/first_pass_by_cohort_v1"
ALPHA, HANDLE = "quality/agreement_by_week_v2", "throughput/handle_time_by_week_v1"
SUBMITTED = "throughput/submissions_by_day_v1"


def chosen_ones(chosen: Filters) -> pd.DataFrame:
    """The flags that the page's own filters leave."""
    left, middle, right = st.columns(3)
    state = left.segmented_control(
        "State", list(STATES), default="Open", required=True, key="state", bind="query-params"
    )
    flags = data.flags(chosen.scope, STATES[state])
    flags = flags.assign(about=[show.about(f) for f in flags.itertuples()])
    filters.in_any_case("kind", {kind: words.plain(kind) for kind in ledger.KINDS})
    kinds = middle.multiselect(
        "Kind",
        ledger.KINDS,
        key="kind",
        format_func=words.plain,
        placeholder="All",
        bind="query-params",
    )
    owners = sorted({o for o in flags["owner"].dropna()})
    owner = right.selectbox(
        "Owner", ["Anybody", "Nobody", *owners], key="owner", bind="query-params"
    )
    if kinds:
        flags = flags[flags["kind"].isin(kinds)]
    if owner != "Anybody":
        flags = flags[flags["owner"].isna() if owner == "Nobody" else flags["owner"] == owner]
    return flags


def verdict(flags: pd.DataFrame) -> verdicts.Verdict:
    """How many are open, how grave, and how many nobody has."""
    still = flags[flags["state"] == "open"]
    if still.empty:
        return verdicts.Verdict(
            verdicts.GOOD, "Nothing open", "no check has found anything that still stands"
        )
    critical = still[still["severity"] == "critical"]
    alone = int(still["owner"].isna().sum())
    worst = (critical if len(critical) else still).iloc[0]
    grave = f"{words.count(len(critical))} critical" if len(critical) else "none critical"
    silent = muted.silenced(still)
    quiet = f", {words.count(silent)} muted" if silent else ""
    nobody = f"{words.count(alone)} without an owner" if alone else "each has an owner"
    first = f"First: {worst['about']}. {show.sentence(worst).rstrip('.')}"
    return verdicts.Verdict(
        verdicts.ACT if len(critical) else verdicts.WATCH,
        f"{words.plural(len(still), 'flag')} open",
        f"{grave}, {nobody}{quiet}. {first}",
    )


def figures(chosen: Filters, flags: pd.DataFrame) -> None:
    """Open, critical, without an owner, overdue, and how often past flags were right."""
    still = flags[flags["state"] == "open"]
    past = data.precision(chosen.scope)
    judged, right = (past["right"] + past["wrong"]).sum(), past["right"].sum()
    due = pd.to_datetime(still["due_on"])
    show.figures(
        [
            Figure("Open", words.count(len(still)), detail=f"{words.plural(still['campaign_id'].nunique(), 'campaign')} concerned"),
            Figure("Critical", words.count((still["severity"] == "critical").sum()), detail="to be acted on today"),
            Figure("Without an owner", words.count(still["owner"].isna().sum()), detail="open, and nobody has it"),
            Figure("Overdue", words.count((due < pd.Timestamp(chosen.until)).sum()), detail="past the day it was due"),
            Figure("Were right", words.share(right / judged, 0) if judged else "not judged", detail=f"of {words.plural(judged, 'past flag')} judged so far" if judged else "no past flag was judged so far"),
        ]
    )  # fmt: skip


def listing(flags: pd.DataFrame) -> None:
    """The flags, worst first; a click opens one.

    How grave and of what kind come first: a phone shows little more than them.
    """
    if flags.empty:
        st.caption(
            ":material/inbox: No flag of that kind. The checks run with `python -m data_checks`."
        )
        return
    shown = flags["state"].nunique() > 1
    silent = flags.assign(muted=[muted.note(f) for f in flags.itertuples()])["muted"]
    show.table(
        flags.assign( grave=flags["severity"].map(SEVERITY), what=flags["kind"].map(words.plain),
            stands=flags["state"].map(words.plain), has=flags["owner"].fillna("nobody"),
            since=pd.to_datetime(flags["onset_on"]).fillna(pd.to_datetime(flags["opened_as_of"])), due_on=pd.to_datetime(flags["due_on"]),
            flag_id=flags["flag_id"].astype(str), muted=silent,
            sentence=[show.core(f) for f in flags.itertuples()],
        ),
        {
            "grave": show.text("Severity", width=GRAVE_PX),
            "what": show.text("Kind", width=KIND_PX),
            "about": show.text("About"),
            **({"muted": show.text("Muted")} if silent.any() else {}),
            "since": show.day("Since", "the day on which it began, where that is known; else that of the check that found it"),
            "has": show.text("Owner"),
            **({"due_on": show.day("Due")} if flags["due_on"].notna().any() else {}),
            **({"stands": show.text("State")} if shown else {}),
            "sentence": show.text("What was found", width="large"),
        },
        opens="flags", by="flag", named="flag_id", clicked="about",
    )  # fmt: skip


def one(flag_id: str, chosen: Filters) -> None:
    """One flag: the sentence, the picture, where to look, what was done, and the form to act."""
    try:
        flag = data.flag(int(flag_id))
    except (Refused, ValueError):
        st.warning(
            f"There is no flag {flag_id}, or you may not see it.", icon=":material/search_off:"
        )
        return
    icon, color = show.ICONS[verdicts.ACT if flag.severity == "critical" else verdicts.WATCH]
    with st.container(border=True):
        st.markdown(f"#### :{color}[{icon} {show.about(flag)}]\n{show.sentence(flag)}")
        st.caption(
            f"{words.plain(flag.severity)} {flag.kind} · {flag.state} · opened {words.day(flag.opened_as_of)} · "
            + (f"began about {words.day(flag.onset_on)} · " if flag.onset_on else "")
            + f"owner: {flag.owner or 'nobody'}" + (f" · due {words.day(flag.due_on)}" if flag.due_on else "")
        )  # fmt: skip
        muted.of_flag(flag)
        links(flag)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if changes.has_days(flag):
            changes.picture(flag, events(flag))
        else:
            picture(flag, chosen)
        changes.carried(flag)
        measured(flag)
        docs.of_suite(flag.suite)
    with right:
        form(flag)
    changes.items(flag)
    told(flag)


def measured(flag: object) -> None:
    """The row that was judged, as it was then."""
    kept = {
        k: v
        for k, v in (flag.evidence or {}).items()
        if v not in (None, "", 0) and not isinstance(v, dict | list)
    }
    if not kept:
        return
    names = data.campaign_names() | data.vendor_names() | data.person_names()
    if "figure" in kept:
        kept["figure"] = words.figure(kept["figure"])
    rows = [
        {
            "what": words.plain(k.removesuffix("_id")),
            "value": names.get(v, v) if isinstance(v, str) else words.short(v),
        }
        for k, v in kept.items()
    ]
    with st.expander("What was measured", icon=":material/straighten:"):
        show.table(
            pd.DataFrame(rows),
            {"what": show.text("What"), "value": show.text("Value")},
            height=240 if len(rows) > 6 else "auto",
        )


def links(flag: object) -> None:
    """Where the evidence lies: the campaign, the trainer, the query."""
    with st.container(horizontal=True):
        show.link("flags", "All flags", ":material/arrow_back:")
        if flag.campaign_id:
            show.link(
                "campaign",
                f"Open {flag.campaign}",
                ":material/flag_circle:",
                campaign=flag.campaign,
                tab="Quality",
            )
        if flag.trainer_id:
            show.link(
                "trainer",
                f"Open {show.person(flag.trainer_id)} and the items behind it",
                ":material/person:",
                trainer=flag.trainer_id,
            )
        elif flag.campaign_id:
            show.link(
                "trainers", "The people behind it", ":material/groups:", campaigns=flag.campaign
            )
        if flag.query:
            show.link(
                "metric_catalogue", "How it is measured", ":material/menu_book:", query=flag.query
            )


def picture(flag: object, chosen: Filters) -> None:
    """The figure over time with the onset and the day on which the flag opened; the plan for what is about it."""
    if flag.kind == "plan" and flag.campaign_id:
        about = (
            data.campaigns(chosen.until).set_index("campaign_id", drop=False).loc[flag.campaign_id]
        )
        own = chosen.of(about)
        if flag.suite == "spend":
            spend.earned_value(own)
        else:
            delivery.burn_up(
                own,
                campaign.standing(own, about).state,
                data.frame("team/guidelines_by_campaign_v1", own.scope),
            )
        return
    until = max(pd.Timestamp(chosen.until), pd.Timestamp(flag.opened_as_of)).date()
    since = (pd.Timestamp(flag.opened_as_of) - pd.Timedelta(days=120)).date()
    only = {"campaigns": flag.campaign_id, "vendors": flag.vendor_id, "trainers": flag.trainer_id}
    scope = Scope(**{part: (value,) for part, value in only.items() if value})
    span = {"since": since, "until": until}
    figure = str(flag.figure)
    common = {
        "marks": data.frame("team/guidelines_by_campaign_v1", scope) if flag.campaign_id else None,
        "events": events(flag),
    }
    if "alpha" in figure or "agreement" in figure:
        rows = data.frame(ALPHA, scope, **span).dropna(subset=["alpha"])
        if len(rows):
            rows = rows[rows["question_id"] == rows.groupby("question_id")["items"].sum().idxmax()]
            drawn = charts.rate(
                rows,
                x="week",
                y="alpha",
                n="items",
                title="alpha",
                of="items",
                bar=flag.bar,
                share=False,
                until=pd.Timestamp(until),
                **common,
            )
            show.chart("Agreement by week", drawn, ALPHA)
            return
    elif "handle" in figure or "speed" in figure:
        rows = data.frame(HANDLE, scope, **span)
        if len(rows):
            show.chart("Handle time by week", charts.handle_time(rows, **common), HANDLE)
            return
    elif "throughput" in figure or "submi" in figure or "accepted" in figure:
        rows = data.frame(SUBMITTED, scope, **span)
        if len(rows):
            drawn = charts.bars(
                sums.weekly(rows, "submitted"),
                x="week",
                y="submitted",
                title="assignments submitted",
                unit="submitted",
                until=pd.Timestamp(until),
                **common,
            )
            show.chart("Submitted per week", drawn, SUBMITTED)
            return
    else:
        is_gold = "gold" in figure or "accuracy" in figure
        query, x, n, of = (
            (GOLD, "correct", "scored", "gold answers")
            if is_gold
            else (PASS, "accepted", "reviewed", "reviews")
        )
        rows = sums.rate(data.frame(query, scope, **span), ["week"], x, n)
        if len(rows) and flag.kind != "integrity":
            title = "Gold accuracy by week" if is_gold else "First pass by week of submission"
            bar = flag.bar if flag.kind == "floor breach" else None
            drawn = charts.rate(
                rows,
                x="week",
                y="rate",
                n=n,
                title=title.split(" by ")[0].lower(),
                of=of,
                bar=bar,
                until=pd.Timestamp(until),
                **common,
            )
            show.chart(title, drawn, query)
            return
    show.missing(
        "Over time",
        "This flag is about the data or the plan, not about a figure that moves from week to week.",
    )


def events(flag: object) -> list[tuple[pd.Timestamp, str]]:
    """The days to mark: when it began and when it was found."""
    found = [(pd.Timestamp(flag.opened_as_of), "flag opened")]
    return [(pd.Timestamp(flag.onset_on), "began about here"), *found] if flag.onset_on else found


def form(flag: object) -> None:
    """Take it, act on it, judge it."""
    st.subheader("What do you do about it?", anchor=False)
    if access.current().role == "vendor":
        st.caption("Your role may read flags. Talk to your contact about acting on them.")
        return
    # What the person looked at, not what is true at the moment of saving: somebody else may have acted.
    seen = st.session_state.setdefault(_seen(flag), flag)
    # Each saving begins a new form: what was said stays in it only where saving was refused.
    turn = st.session_state.setdefault(_turn(flag), 0)
    with st.form("act", border=True):
        owner = st.text_input("Owner", seen.owner or "")
        due = st.date_input("Due", seen.due_on, format="YYYY-MM-DD")
        action = st.selectbox(
            "Action", ledger.actions(seen), None, format_func=words.plain, placeholder="None",
            key=f"action {turn}",
        )  # fmt: skip
        judged = st.selectbox(
            "Was it right?",
            ledger.VERDICTS,
            None,
            format_func=words.plain,
            placeholder="Not judged",
            key=f"judged {turn}",
        )
        comment = st.text_area("Comment or reason", height=80, key=f"comment {turn}")
        if st.form_submit_button("Save", type="primary"):
            _save(seen, owner, due, action, judged, comment)


def _save(
    flag: object, owner: str, due: date | None, action: str | None, judged: str | None, comment: str
) -> None:
    try:
        ledger.act(
            data.book(), flag.flag_id, by=access.current().person, seen=flag.version, owner=owner if owner != (flag.owner or "") else None,
            due_on=due if due != flag.due_on else None, action=action, verdict=judged, comment=comment or None,
            scope=access.current().scope,
        )  # fmt: skip
    except Refused as refused:
        st.session_state.pop(_seen(flag))
        st.error(str(refused), icon=":material/sync_problem:")
        return
    st.session_state.pop(_seen(flag))
    st.session_state[_turn(flag)] += 1
    data.forget_flags()
    st.rerun()


def _seen(flag: object) -> str:
    """Where the session keeps the flag as it was when its form was first shown."""
    return f"flag {flag.flag_id} as seen"


def _turn(flag: object) -> str:
    """Where the session counts how often the person has saved this flag."""
    return f"flag {flag.flag_id} saved"


def told(flag: object) -> None:
    """What happened to it, and what became of others like it."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("History", anchor=False)
        for e in (
            data.history(flag.flag_id)
            .sort_values("event_id", ascending=False)
            .head(20)
            .itertuples()
        ):
            line = show.with_names(happened(e), flag)
            st.markdown(f"{line}  \n:gray[{e.actor}, {words.moment(e.at)}]")
    with right:
        same = data.together(flag.flag_id)
        if len(same):
            st.subheader("Began with it", anchor=False)
            st.caption("Regressions of the same campaign within a week: probably one story.")
            others(same)
        st.subheader("Others like it", anchor=False)
        like = data.similar(flag.flag_id)
        if like.empty:
            st.caption("None of this figure and kind so far.")
        others(like.head(6))


def others(flags: pd.DataFrame) -> None:
    """Other flags, each a link and what became of it."""
    for s in flags.itertuples():
        show.link("flags", f"**{show.about(s)}**", flag=s.flag_id)
        since = s.opened_as_of if words.is_unknown(s.onset_on) else s.onset_on
        judged = "not judged" if words.is_unknown(s.verdict) else f"judged {s.verdict}"
        st.caption(
            f"{show.core(s)}  \n{words.plain(s.state)} · since {words.day(since)} · {judged}"
        )
