"""Consensus on one question: what is probably right where no gold tells, and what that says of people."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, words
from dashboard.filters import Filters
from dashboard.panels.item import address
from warehouse.scope import Scope

RUNS = "quality/consensus_by_question_v1"
PEOPLE = "quality/consensus_by_trainer_v1"
ITEMS = "quality/consensus_items_v1"
WAYS = {
    "weighed (Dawid-Skene)": ("weighed", "answers"),
    "majority of the others": ("majority", "compared"),
    "gold": ("gold", "scored"),
}
MOST_PEOPLE = 15
MOST_ITEMS = 200
ENOUGH = 20
"""Answers below which a person's two figures are not held against each other."""


def run(campaign: str, asked: str, chosen: Filters) -> pd.Series | None:
    """The newest run over the question; None, with the command that makes one, where there is none."""
    title = "What is probably right, and who says so"
    rows = data.frame(RUNS, chosen.scope & Scope(campaigns=(campaign,)))
    rows = rows[rows["question_id"] == asked]
    if rows.empty:
        show.missing(
            title,
            f"Nobody weighed these answers yet. Run `python -m warehouse consensus --campaign {campaign}`: it weighs labels, "
            "not numbers, of questions with at most 100 different answers, on items that several people answered.",
        )
        return None
    show.heading(title, RUNS)
    told = rows.iloc[0]
    st.caption(_said(told))
    if told["is_stale"]:
        st.caption(
            f":orange-badge[:material/history: Older than the data] Answers came in since: run `python -m warehouse consensus --campaign {campaign}` again."
        )
    return told


def _said(told: pd.Series) -> str:
    """What was weighed, how far it is right where gold tells, and on how many items a count of votes differs."""
    parts = [
        f"{words.count(told['answers'])} answers of {words.plural(told['people'], 'person', 'people')} to "
        f"{words.plural(told['items'], 'item')}, weighed on {words.day(told['computed_at'])} over all time: who agrees "
        f"with what the others make probable counts more ({told['method']})."
    ]
    if told["gold_items"]:
        weighed, most = (
            f"{words.share(told[f'{way}_accuracy'])} ({words.between(told[f'{way}_accuracy_low'], told[f'{way}_accuracy_high'])})"
            for way in ("weighed", "majority")
        )
        parts.append(f"Of {words.plural(told['gold_items'], 'item')} with gold, weighing gets {weighed} right and the majority {most}.")  # fmt: skip
    else:
        parts.append("No gold answer is known that could tell which is right more often.")
    parts.append(
        f"The two differ on {words.plural(told['differing'], 'item')}, {words.count(told['tied'])} of them ties. The model takes people "
        "to err independently of each other, so its chances are surer than they should be."
    )
    return " ".join(parts)


def people(campaign: str, asked: str, chosen: Filters) -> None:
    """What weighing, the majority of the others and gold say of each person; where they differ comes first."""
    rows = data.frame(PEOPLE, chosen.scope, campaign=campaign, question=asked)
    if rows.empty:
        show.missing(
            "What each says of each trainer", "Nobody in sight answered what others answered too."
        )
        return
    rows = _differing(rows)
    found = int(rows["differs"].sum())
    said = f"Weighing and majority differ beyond their intervals on {found} of {words.plural(len(rows), 'trainer')}" if found else f"Weighing and majority agree within their intervals on all of {words.plural(len(rows), 'trainer')}"  # fmt: skip
    figure = charts.side_by_side(
        rows.head(MOST_PEOPLE), label="trainer", ways=WAYS, title="answers that are right, share"
    )
    few = f"; drawn are the {MOST_PEOPLE} on whom they differ most" if len(rows) > MOST_PEOPLE else ""  # fmt: skip
    show.chart("What each says of each trainer", figure, PEOPLE, f"{said}{few}.")
    _listing(rows)


def _differing(rows: pd.DataFrame) -> pd.DataFrame:
    apart = (rows["weighed_low"] > rows["majority_high"]) | (rows["weighed_high"] < rows["majority_low"])  # fmt: skip
    enough = (rows["answers"] >= ENOUGH) & (rows["compared"] >= ENOUGH)
    gap = (rows["weighed"] - rows["majority"]).abs().where(enough, -1)
    rows = rows.assign(trainer=rows["trainer_id"].map(show.person), differs=apart & enough, gap=gap)
    return rows.sort_values(["differs", "gap", "answers"], ascending=False, ignore_index=True)


def _listing(rows: pd.DataFrame) -> None:
    shown = rows.assign(
        says=rows["differs"].map({True: "! differ", False: "alike"}),
        **{
            f"{way}_interval": [
                "" if words.is_unknown(low) else words.between(low, high)
                for low, high in zip(rows[f"{way}_low"], rows[f"{way}_high"], strict=True)
            ]
            for way in ("weighed", "majority", "gold")
        },
    )
    columns = {"trainer": show.text("Trainer", width="medium"), "vendor": show.text("Vendor"), "says": show.text("The two", "whether the intervals of weighing and majority lie apart")}  # fmt: skip
    for way, n, label in (("weighed", "answers", "Weighed"), ("majority", "compared", "As the majority"), ("gold", "scored", "By gold")):  # fmt: skip
        columns |= {
            way: show.share(label),
            f"{way}_interval": show.text("95 % interval"),
            n: show.count("From"),
        }
    show.table(shown, columns, opens="trainer", by="trainer", named="trainer_id", key="consensus_trainer", height=320)  # fmt: skip


def items(campaign: str, asked: str, chosen: Filters) -> None:
    """The items on which a count of votes is probably wrong or undecided; a click opens the item."""
    rows = data.frame(ITEMS, chosen.scope, campaign=campaign, question=asked, limit=MOST_ITEMS)
    rows = rows[rows["differs"]]
    show.heading("Where a count of votes may be wrong", ITEMS)
    if rows.empty:
        st.caption(
            ":material/check_circle: Weighing and the majority say the same of every item in sight."
        )
        return
    votes = [
        f"{m} ({k} of {n})" if not words.is_unknown(m) else f"tied at {k} of {n}"
        for m, k, n in zip(rows["majority"], rows["majority_by"], rows["annotations"], strict=True)
    ]
    show.table(
        rows.assign(address=address(rows), votes=votes, chance=rows["certainty"].map(words.chance)),
        {
            "item_id": show.text("Item", width="medium"),
            "votes": show.text("By majority"),
            "weighed": show.text("Weighed"),
            "chance": show.text("How probable"),
            "gold_answer": show.text("Gold answer"),
        },
        opens="item", by="item", named="address", key="consensus_item", height=320,
    )  # fmt: skip
    if len(rows) == MOST_ITEMS:
        st.caption(f"The first {MOST_ITEMS}.")
