"""One item: everybody's answers, reviews and times, and everything that happened to it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from dashboard import data, show, verdicts, words
from dashboard.filters import Filters
from dashboard.show import Figure
from warehouse.scope import Scope

ANSWERS = "items/answers_by_item_v1"
WORK = "items/assignments_by_item_v1"
HISTORY = "items/history_by_item_v1"
CONSENSUS = "items/consensus_by_item_v1"
DISAGREEMENTS = "quality/disagreements_by_item_v2"
NEIGHBOURS = 500
MOST_PEOPLE = 12
"""People whose answers stand side by side; more would not be read."""


def address(rows: pd.DataFrame) -> pd.Series:
    """What the address of each row's item is: ``?item=CAMPAIGN/ITEM``."""
    return rows["campaign_id"] + "/" + rows["item_id"]


def asked(chosen: Filters) -> tuple[str, str] | None:
    """The campaign and item of the address; without one the item that people disagree on most."""
    told = st.query_params.get("item")
    if told:
        campaigns = sorted(data.campaign_names(), key=len, reverse=True)
        found = next((c for c in campaigns if told.startswith(f"{c}/")), None)
        return (found, told[len(found) + 1 :]) if found else None
    rows = _disagreements(chosen.scope, chosen, 1)
    return None if rows.empty else (rows["campaign_id"].iloc[0], rows["item_id"].iloc[0])


def _disagreements(scope: Scope, chosen: Filters, limit: int) -> pd.DataFrame:
    return data.frame(
        DISAGREEMENTS, scope, since=dt.date(1990, 1, 1), until=chosen.until, limit=limit,
    )  # fmt: skip


def neighbours(campaign: str, item: str, chosen: Filters) -> None:
    """The way to the items of the campaign that people disagree on a little more and a little less."""
    rows = _disagreements(chosen.scope & Scope(campaigns=(campaign,)), chosen, NEIGHBOURS)
    order = rows["item_id"].drop_duplicates().tolist()
    if not order:
        return
    here = order.index(item) if item in order else None
    before, after = (None, 0) if here is None else (here - 1 if here else None, here + 1)
    left, middle, right = st.columns([1, 2, 1], vertical_alignment="center")
    most = f"the {len(order):,} items of the campaign that people differ on most"
    middle.caption(
        f"Number {here + 1} of {most}." if here is not None else f"This item is not among {most}."
    )
    for column, label, icon, at in (
        (left, "Before", ":material/arrow_back:", before),
        (right, "Next", ":material/arrow_forward:", after if after < len(order) else None),
    ):
        # Not a link: one to the page that is open already changes nothing.
        column.button(
            label, icon=icon, key=label, disabled=at is None, width="stretch", on_click=_go,
            args=(None if at is None else f"{campaign}/{order[at]}",),
        )  # fmt: skip


def _go(address: str) -> None:
    st.query_params["item"] = address


def frames(campaign: str, item: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Assignments, answers and history of the item."""
    scope = Scope(campaigns=(campaign,))
    return tuple(
        data.frame(query, scope, campaign=campaign, item=item)
        for query in (WORK, ANSWERS, HISTORY)
    )  # fmt: skip


def verdict(work: pd.DataFrame, answers: pd.DataFrame) -> verdicts.Verdict:
    """Whether people agree on the item, whether the gold agrees with them, and how it stands."""
    counted = answers[answers["annotations"] > 0]
    by_question = counted.drop_duplicates(["question_id", "value_text"]).groupby("question_id")
    labels = by_question.size()
    split = labels[labels > 1]
    wrong = int((answers["is_right"].eq(False) & (answers["given"] > 0)).sum())
    rejections = int(work["rejections"].sum())
    said = [
        f"{words.plural(len(work), 'piece')} of work by {words.plural(work['trainer_id'].nunique(), 'person', 'people')}"
    ]
    if len(split):
        said.append(
            f"people differ on {words.listed([words.plain(q).lower() for q in split.index])}"
        )
    elif len(labels) and counted["annotations"].max() > 1:
        said.append("all answers are alike")
    if wrong:
        said.append(f"{words.plural(wrong, 'answer')} against the gold answer")
    if rejections:
        said.append(f"{words.plural(rejections, 'rejection')}")
    if len(split) or wrong:
        return verdicts.Verdict(verdicts.WATCH, "Read this one", "; ".join(said))
    if counted.empty or counted["annotations"].max() < 2:
        return verdicts.Verdict(verdicts.UNKNOWN, "Nobody to compare with", "; ".join(said))
    return verdicts.Verdict(verdicts.GOOD, "Agreed", "; ".join(said))


def figures(work: pd.DataFrame, answers: pd.DataFrame, history: pd.DataFrame) -> None:
    """People, answers, rejections, time spent and what it cost."""
    spent = work["duration_s"].sum(min_count=1)
    rework = work["rework_s"].sum(min_count=1)
    priced = history["cost"].notna()
    cost = " + ".join(
        words.money(v, c) for c, v in history[priced].groupby("currency")["cost"].sum().items()
    )
    last = work.sort_values("pass_no")["state"].map(words.plain).iloc[-1] if len(work) else "–"
    show.figures(
        [
            Figure("Worked on it", words.plural(work["trainer_id"].nunique(), "person", "people"), WORK, detail=f"latest: {last.lower()}"),
            Figure("Answers", words.count(len(answers)), ANSWERS, detail=words.plural(answers["question_id"].nunique(), "question")),
            Figure("Rejections", words.count(work["rejections"].sum()), WORK, detail=f"{words.count(work['overturned'].sum())} overturned"),
            Figure("Time spent", words.duration(spent), WORK, detail=f"rework {words.duration(rework)}" if not words.is_unknown(rework) else "no rework timed"),
            Figure("Cost, own events", cost or "none", HISTORY, detail=f"{words.plural(int(priced.sum()), 'event')} of {len(history)} with a price of their own" if cost else "paid by rate card, if at all"),
        ]
    )  # fmt: skip


def answered(answers: pd.DataFrame, told: pd.DataFrame) -> None:
    """What everybody answered, side by side and question by question, after gold, majority and what is probable."""
    if answers.empty:
        show.missing("What everybody answered", "No answer is stored for this item.")
        return
    show.heading("What everybody answered", ANSWERS)
    wide, people = _side_by_side(answers)
    said = told.set_index("question_id").reindex(wide.index)
    nothing = (wide[people].isin(["0", ""])).all(axis=1)
    wide = wide.assign(
        question=[words.plain(q) for q in wide.index],
        majority=_majority(answers).reindex(wide.index),
        weighed=[
            "" if words.is_unknown(w) else f"{w} ({words.chance(c)})"
            for w, c in zip(said["weighed"], said["certainty"], strict=True)
        ],
    )
    columns = {
        "question": show.text("Question", width="medium"),
        "gold": show.text("Gold answer"),
        "majority": show.text("Most common"),
        "weighed": show.text("Probably", "weighed by Dawid-Skene over all answers to the question, with how probable it is"),
    } | {name: show.text(name) for name in people}  # fmt: skip
    empty = {c for c in ("gold", "weighed") if wide[c].eq("").all()}
    shown = wide[~nothing] if nothing.any() and not nothing.all() else wide
    show.table(shown, {name: c for name, c in columns.items() if name not in empty})
    for caption in _remarks(answers, told, len(wide) - len(shown), people):
        st.caption(caption)


def _side_by_side(answers: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """A row per question, a column per piece of work; a cross or a tick where gold tells."""
    names = answers["trainer_id"].map(_person)
    roles = answers["role"].where(answers["role"].isin(["reviewer", "adjudicator"]))
    names = names.where(roles.isna(), names + " (" + roles.fillna("") + ")")
    work = answers.assign(name=names).drop_duplicates("assignment_id")
    again = work.groupby("name").cumcount()
    called = [n if not k else f"{n}, {k + 1}" for n, k in zip(work["name"], again, strict=True)]
    by_work = dict(zip(work["assignment_id"], called, strict=True))
    marks = answers["is_right"].map({True: "✓ ", False: "✕ "}).fillna("")
    rows = answers.assign(name=answers["assignment_id"].map(by_work), cell=marks + answers["value_text"])  # fmt: skip
    wide = rows.pivot_table(index="question_id", columns="name", values="cell", aggfunc="first")
    wide = wide.fillna("").rename_axis(columns=None)
    wide["gold"] = rows.groupby("question_id")["gold_answer"].first().fillna("")
    return wide, list(by_work.values())[:MOST_PEOPLE]


def _majority(answers: pd.DataFrame) -> pd.Series:
    """``cat (3 of 4)`` by question; a tie where several answers are as common."""
    rows = answers[answers["annotations"] > 1].drop_duplicates(["question_id", "value_text"])
    most = rows.groupby("question_id")["given"].transform("max")
    top = rows[rows["given"] == most].groupby("question_id")
    first, equals = top.first(), top.size()
    return pd.Series(
        [
            f"{r.value_text} ({r.given} of {r.annotations})" if equals[r.Index] == 1 else f"tied at {r.given} of {r.annotations}"
            for r in first.itertuples()
        ],
        index=first.index, dtype="str",
    )  # fmt: skip


def _remarks(
    answers: pd.DataFrame, told: pd.DataFrame, left_out: int, people: list[str]
) -> list[str]:
    every = answers["assignment_id"].nunique()
    remarks = []
    if left_out:
        remarks.append(f"{words.plural(left_out, 'label')} that nobody marked left out.")
    if every > len(people):
        remarks.append(f"The first {len(people)} of {every} people.")
    if len(told) and told["is_stale"].any():
        remarks.append(f":orange-badge[:material/history: Older than the data] Weighed on {words.day(told['computed_at'].min())}; answers came in since: run `python -m warehouse consensus` again.")  # fmt: skip
    return remarks


def _person(trainer_id: object) -> str:
    return "nobody known" if words.is_unknown(trainer_id) else show.person(str(trainer_id))


def worked(work: pd.DataFrame) -> None:
    """Each piece of work with its reviews and times."""
    show.heading("Work, reviews and times", WORK)
    show.table(
        work.assign(
            person=work["trainer_id"].map(_person),
            stood=work["state"].map(words.plain),
            first=work["first_outcome"].map(_said),
            last=work["last_outcome"].map(_said),
            reviewer=work["first_reviewer_id"].map(_person).where(work["first_outcome"].notna(), ""),
            took=[_took(s) for s in work["duration_s"]],
            again=[_took(s) for s in work["rework_s"]],
            gold=["" if words.is_unknown(s) else f"{s:.2f}" for s in work["gold_score"]],
            basis=work["duration_basis"].map(words.basis),
        ),
        {
            "person": show.text("Trainer", width="medium"),
            "stood": show.text("State"),
            "started_at": show.moment("Started"),
            "submitted_at": show.moment("Submitted"),
            "took": show.text("Took"),
            "basis": show.text("Measured"),
            "first": show.text("First review"),
            "reviewer": show.text("Reviewer"),
            "first_reviewed_at": show.moment("Reviewed"),
            "last": show.text("Latest review"),
            "attempts": show.count("Attempts"),
            "again": show.text("Rework"),
            "gold": show.text("Gold score"),
            "guideline_version": show.text("Guideline"),
        },
        opens="trainer", by="trainer", named="trainer_id", key="item_work",
    )  # fmt: skip


def _said(code: object) -> str:
    return "" if words.is_unknown(code) else words.plain(str(code))


def _took(seconds: object) -> str:
    return "" if words.is_unknown(seconds) else words.duration(seconds)


def happened(history: pd.DataFrame) -> None:
    """Everything that happened, oldest first."""
    show.heading("Everything that happened, in order", HISTORY)
    rows = history.sort_values("occurred_at")
    told = rows.assign(
        at=rows["occurred_at"].mask(rows["is_assumed"]),
        what=rows["event_type"].map(words.plain),
        whose=rows["trainer_id"].map(_blank),
        by=rows["actor_id"].map(_blank),
        outcome=rows["outcome"].map(_said),
        reason=rows["reason"].map(_said),
        took=[_took(s) for s in rows["duration_s"]],
        paid=["" if words.is_unknown(c) else words.money(c, unit) for c, unit in zip(rows["cost"], rows["currency"], strict=True)],
        attempt=[str(n) if n > 1 else "" for n in rows["attempt_no"]],
        said=rows["payload"].map(words.said),
    )  # fmt: skip
    columns = {
        "at": show.moment("When"),
        "what": show.text("What"),
        "whose": show.text("Whose work"),
        "by": show.text("By"),
        "outcome": show.text("Outcome"),
        "reason": show.text("Reason", width=150),
        "took": show.text("Took", width=90),
        "paid": show.text("Cost", width=70),
        "attempt": show.text("Attempt", "after a rejection"),
        "said": show.text("What was said"),
        "recorded_at": show.moment("Known since"),
    }
    empty = {name for name in columns if told[name].eq("").all()}
    show.table(told, {name: c for name, c in columns.items() if name not in empty})
    if rows["is_assumed"].any():
        st.caption("Empty times: the source does not know when.")


def _blank(who: object) -> str:
    return "" if words.is_unknown(who) else show.person(str(who))
