"""Signals in one trainer's work: haste, monotony, duplicate texts, bursts; what each shows and what it does not prove."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import data, show, signs, words
from dashboard.filters import Filters
from dashboard.signs import ENOUGH, TIMES

PACE = "trainers/pace_by_trainer_v1"
VARIETY = "trainers/answer_variety_by_trainer_v1"
SESSIONS = "trainers/sessions_v1"
REPEATED = "trainers/repeated_answers_v1"
EXPECTED = "trainers/gold_expected_by_trainer_v2"
REJECTIONS = "trainers/rejections_v1"
DOUBLED = 0.05
"""Share of answers repeated beyond what is expected from which on it is worth a look."""
BURST = 5
"""A session with so many times a person's usual pieces per hour is a burst."""
RECENT = 28
COLUMNS = ["signal", "found", "evidence", "proves_not"]


def recent(chosen: Filters) -> date:
    """The first of the last four weeks' days: what began lately is lost in a long period."""
    return max(chosen.since, chosen.until - timedelta(days=RECENT))


def pace(chosen: Filters) -> pd.DataFrame:
    """How quick everybody in sight is, in the period and lately."""
    return data.frame(PACE, chosen.scope, recent=recent(chosen), **chosen.range)


def gold(chosen: Filters) -> pd.DataFrame:
    """Everybody's gold beside what was to be expected, in the period and lately."""
    return data.frame(EXPECTED, chosen.scope, recent=recent(chosen), **chosen.range)


def _span(chosen: Filters, is_late: bool) -> dict[str, date]:
    return chosen.range | ({"since": recent(chosen)} if is_late else {})


def _quick(chosen: Filters, is_late: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pace and gold, of the period or of the last weeks."""
    both = pace(chosen), gold(chosen)
    return tuple(signs.lately(rows) for rows in both) if is_late else both


def found(trainer: str, chosen: Filters) -> pd.DataFrame:
    """One row per signal: signal, found (yes, no or not known), evidence, proves_not."""
    told = []
    for look in (speeding, monotony, duplicates, bursts):
        lately, ever = (look(trainer, chosen, is_late) for is_late in (True, False))
        is_new = lately[1] == "! yes" and ever[1] != "! yes"
        name, said, evidence, means_not = lately if is_new else ever
        told.append((name, said, f"in the last {RECENT} days {evidence}" if is_new else evidence, means_not))  # fmt: skip
    return pd.DataFrame([*told, hurry(trainer, chosen)], columns=COLUMNS)


def named(trainer: str, chosen: Filters) -> None:
    """One line that names the signals, where there are any."""
    told = of_all(chosen)
    if trainer in told.index:
        st.caption(
            f":material/visibility: Signals: {told[trainer]}. A reason to look, not a finding: the evidence is under Signals."
        )


def hurry(trainer: str, chosen: Filters) -> tuple[str, str, str, str]:
    """Much quicker of late than the same person was before on the same kinds of work, and gold no better for it."""
    means_not = "A better tool, shorter items or practice make people quick too."
    rows = signs.hurry(*(f[f["trainer_id"] == trainer] for f in (pace(chosen), gold(chosen))))
    if rows.empty or not rows["is_known"].iloc[0]:
        return "Suddenly quick", "not known", f"fewer than {ENOUGH} timed submissions in the last {RECENT} days, or before", means_not  # fmt: skip
    r = rows.iloc[0]
    evidence = f"in the last {RECENT} days {r['pace']:.2f} times the own time before, on {words.count(r['timed'])} submissions"
    if r["scored"]:
        evidence += f"; {words.count(r['correct'])} of {words.count(r['scored'])} gold answers right, {r['expected']:.1f} expected"
    return "Suddenly quick", "! yes" if r["is_found"] else "no", evidence, means_not


def of_all(chosen: Filters) -> pd.Series:
    """The signals of everybody in sight who has one, in words by trainer."""
    told = [
        signs.told(
            *_quick(chosen, is_late), data.frame(VARIETY, chosen.scope, **_span(chosen, is_late))
        )
        for is_late in (True, False)
    ]
    quick = signs.hurry(pace(chosen), gold(chosen))
    told.append(pd.Series("suddenly quick", quick.index[quick["is_found"]]))
    both = pd.concat(told).str.split(", ").explode()
    return both.groupby(level=0).agg(lambda s: ", ".join(sorted(set(s)))).rename("signals")


def speeding(trainer: str, chosen: Filters, is_late: bool) -> tuple[str, str, str, str]:
    """Many submissions faster than the fastest twentieth of established trainers, and gold no better for it."""
    means_not = "Practised people are quick: only together with low quality is it worth a talk."
    rows = signs.haste(*(f[f["trainer_id"] == trainer] for f in _quick(chosen, is_late)))
    if rows.empty or not rows["is_known"].iloc[0]:
        return "Speeding", "not known", f"{words.count(rows['timed'].sum())} timed submissions; {ENOUGH} are needed", means_not  # fmt: skip
    r = rows.iloc[0]
    evidence = (
        f"{words.share(r['fast'] / r['timed'])} of {words.count(r['timed'])} submissions faster than the usual fastest 5 %, "
        f"typically {r['pace']:.2f} times the team's time"
    )
    if r["scored"]:
        evidence += f"; {words.count(r['correct'])} of {words.count(r['scored'])} gold answers right, {r['expected']:.1f} expected on these items"
    return "Speeding", "! yes" if r["is_found"] else "no", evidence, means_not


def monotony(trainer: str, chosen: Filters, is_late: bool) -> tuple[str, str, str, str]:
    """Nearly always the same answer, while the others vary (straight-lining)."""
    means_not = "Who was given items of one kind gives answers of one kind: look at the items."
    rows = data.frame(VARIETY, chosen.scope, **_span(chosen, is_late))
    rows = signs.monotony(rows[rows["trainer_id"] == trainer])
    if rows.empty:
        return "Straight-lining", "not known", f"no question with {ENOUGH} answers", means_not
    r = rows.iloc[0]
    evidence = (
        f"{words.plain(r['question_id'])}: “{r['most_common']}” in {words.share(r['most_common_share'], 0)} of "
        f"{words.count(r['answers'])} answers, the others in {words.share(r['others_share'], 0)}"
    )
    return "Straight-lining", "! yes" if r["is_found"] else "no", evidence, means_not


def duplicates(trainer: str, chosen: Filters, is_late: bool) -> tuple[str, str, str, str]:
    """The very same answers to different items, more often than the others' answers let expect."""
    means_not = (
        "Items that are alike deserve like answers, and templates are allowed in some campaigns."
    )
    rows = data.frame(REPEATED, chosen.scope, trainer=trainer, **_span(chosen, is_late))
    rows = rows[(rows["answers"] >= ENOUGH) & (rows["others_answers"] >= ENOUGH)]
    if rows.empty:
        return "Duplicates", "not known", f"no question with {ENOUGH} answers of this person and of others", means_not  # fmt: skip
    told = surplus(rows)
    r = told.loc[told["surplus"].idxmax()]
    what = words.plain(r["question_id"]) if r["question_id"] else "All answers of a piece together"
    evidence = (
        f"{what}: {words.count(r['repeated'])} of {words.count(r['answers'])} given to another item too, "
        f"{r['expected']:.0f} expected from the others' answers; “{_short(r['most_common'])}” on {words.count(r['most_common_by'])} items"
    )
    return "Duplicates", "! yes" if told["is_found"].any() else "no", evidence, means_not


def surplus(rows: pd.DataFrame) -> pd.DataFrame:
    """How many more answers are repeated than expected, as a share; found where that is large and no chance."""
    more = rows["repeated"] - rows["expected"]
    # A repeated answer comes with its twin: the spread is that of half as many draws.
    chance = TIMES * np.sqrt(2 * rows["variance"] + 1)
    share = more / rows["answers"]
    return rows.assign(surplus=share, is_found=(share >= DOUBLED) & (more > chance))


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def bursts(trainer: str, chosen: Filters, is_late: bool) -> tuple[str, str, str, str]:
    """Sessions with far more submissions per hour than is usual for this person."""
    means_not = "Work saved up and sent at once looks like a burst; some tasks come in bundles."
    rows = data.frame(SESSIONS, chosen.scope, trainer=trainer, **_span(chosen, is_late))
    rows = rows[(rows["submissions"] >= 10) & (rows["worked_s"] > 0)]
    if len(rows) < 5:
        return "Bursts", "not known", "fewer than five sessions with ten submissions", means_not
    pace = rows["submissions"] / (rows["worked_s"] / 3600)
    top = rows.loc[pace.idxmax()]
    evidence = (
        f"most: {words.count(top['submissions'])} submissions in {words.duration(top['worked_s'])} on "
        f"{words.day(top['day'])}, {pace.max() / pace.median():.1f} times the usual pace of this person"
    )
    return "Bursts", "! yes" if pace.max() > BURST * pace.median() else "no", evidence, means_not


def panel(trainer: str, chosen: Filters) -> None:
    """The signals with their evidence."""
    show.heading("Signals", PACE)
    st.caption("A signal is a reason to look, not a finding: none of them proves anything.")
    told = found(trainer, chosen)
    with st.container(horizontal=True):  # in pairs on a phone
        for s in told.itertuples():
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{s.signal}**  \n{s.found}")
                st.caption(words.spaced(f"{s.evidence[:1].upper()}{s.evidence[1:]}."))
                st.caption(f"*{s.proves_not}*")


def sheet(trainer: str, own: pd.DataFrame, chosen: Filters) -> None:
    """A page to hand to the trainer, of their own work only: no other person is named or told apart."""
    rows = data.frame(REJECTIONS, chosen.scope, trainer=trainer, limit=20, **chosen.range)
    st.download_button(
        "Feedback sheet",
        feedback(trainer, own, rows, chosen.span),
        file_name=f"feedback-{trainer}.md",
        mime="text/markdown",
        icon=":material/print:",
        help="One page to print, with this person's own figures and rejections only.",
        on_click="ignore",
    )


def feedback(trainer: str, own: pd.DataFrame, rejections: pd.DataFrame, span: str) -> str:
    """The sheet as Markdown."""
    sums = own[["submitted", "scored", "correct", "reviewed", "first_accepted", "reworked"]].sum()
    lines = [
        f"# Feedback for {trainer}",
        "",
        f"Your work in {span}.",
        "",
        f"- You submitted {words.count(sums['submitted'])} pieces of work; {words.count(sums['reworked'])} were done again after a rejection.",
    ]
    for label, x, n, of in (
        ("Gold answers right", "correct", "scored", "gold answers"),
        ("Passed the first review", "first_accepted", "reviewed", "reviews"),
    ):
        if sums[n]:
            lines.append(f"- {label}: {words.share(sums[x] / sums[n])} of {words.count(sums[n])} {of}.")  # fmt: skip
    if len(rejections):
        lines += ["", "## Rejected work to learn from", ""]
        for r in rejections.itertuples():
            # Of raw payloads, which may name other people, only what was said is passed on.
            said = f" {words.said(r.comment)}".rstrip()
            turned = " (overturned later)" if r.overturned else ""
            lines.append(f"- {r.campaign}, item {r.item_id}: {words.plain(r.reason).lower()}{turned}.{said}")  # fmt: skip
    lines += ["", "Figures from few answers say little. If something here looks wrong to you, say so: you can dispute it.", ""]  # fmt: skip
    return "\n".join(lines)
