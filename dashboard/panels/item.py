"""One item: everybody's answers, reviews and times, and everything that happened to it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from dashboard import data, show, verdicts, words
from dashboard.filters import Filters
from dashboard.show import Figure
from warehouse.query import Scope

ANSWERS = "items/answers_by_item_v1"
WORK = "items/assignments_by_item_v1"
HISTORY = "items/history_by_item_v1"
DISAGREEMENTS = "quality/disagreements_v1"


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
    rows = data.frame(
        DISAGREEMENTS, chosen.scope, since=dt.date(1990, 1, 1), until=chosen.until, limit=1
    )
    return None if rows.empty else (rows["campaign_id"].iloc[0], rows["item_id"].iloc[0])


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
    last = work.sort_values("pass_no")["state"].map(words.plain).iloc[-1] if len(work) else "–"
    show.figures(
        [
            Figure("Worked on it", words.plural(work["trainer_id"].nunique(), "person", "people"), WORK, detail=f"latest: {last.lower()}"),
            Figure("Answers", words.count(len(answers)), ANSWERS, detail=words.plural(answers["question_id"].nunique(), "question")),
            Figure("Rejections", words.count(work["rejections"].sum()), WORK, detail=f"{words.count(work['overturned'].sum())} overturned"),
            Figure("Time spent", words.duration(spent), WORK, detail=f"rework {words.duration(rework)}" if not words.is_unknown(rework) else "no rework timed"),
            Figure("Events", words.count(len(history)), HISTORY, detail=words.plain(work["task_type"].iloc[0]) if len(work) else ""),
        ]
    )  # fmt: skip


def answered(answers: pd.DataFrame) -> None:
    """What everybody answered, question by question, beside gold and the others."""
    if answers.empty:
        show.missing("Answers", "No answer is stored for this item.")
        return
    show.heading("What everybody answered", ANSWERS)
    gold = answers["is_right"].map({True: "✓ gold", False: "✕ not gold"}).fillna("")
    show.table(
        answers.assign(
            person=answers["trainer_id"].map(_person),
            question=answers["question_id"].map(words.plain),
            alike=[f"{g} of {n}" if n > 1 else "" for g, n in zip(answers["given"], answers["annotations"], strict=True)],
            verdict=gold,
            who=answers["role"].map(words.plain),
        ).sort_values(["question", "given"], ascending=[True, False]),
        {
            "person": show.text("Trainer", width="medium"),
            "question": show.text("Question"),
            "value_text": show.text("Answer"),
            "alike": show.text("Gave this answer"),
            "gold_answer": show.text("Gold answer"),
            "verdict": show.text("Against gold"),
            "who": show.text("Role"),
            "vendor": show.text("Vendor"),
        },
        opens="trainer", by="trainer", named="trainer_id",
    )  # fmt: skip


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
    show.table(
        rows.assign(
            at=rows["occurred_at"].mask(rows["is_assumed"]),
            what=rows["event_type"].map(words.plain),
            whose=rows["trainer_id"].map(_blank),
            by=rows["actor_id"].map(_blank),
            outcome=rows["outcome"].map(_said),
            reason=rows["reason"].map(_said),
        ),
        {
            "at": show.moment("When"),
            "what": show.text("What"),
            "whose": show.text("Whose work"),
            "by": show.text("By"),
            "outcome": show.text("Outcome"),
            "reason": show.text("Reason"),
            "attempt_no": show.count("Attempt"),
            "payload": show.text("What was shown or said"),
            "recorded_at": show.moment("Known since"),
        },
    )
    if rows["is_assumed"].any():
        st.caption("Empty times: the source does not know when.")


def _blank(who: object) -> str:
    return "" if words.is_unknown(who) else show.person(str(who))
