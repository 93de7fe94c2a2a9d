"""What one trainer answers against gold and against most others, and the items behind each cell."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, words
from dashboard.filters import Filters
from dashboard.panels import item

GOLD = "trainers/label_confusion_v1"
PEERS = "trainers/label_confusion_with_peers_v1"
GOLD_ITEMS = "trainers/gold_answers_v1"
PEER_ITEMS = "trainers/items_of_peer_cell_v1"
ROWS = 300
MOST_LABELS = 15
"""A larger matrix is no picture: then only the most frequent mistakes are drawn."""


def panel(trainer: str, chosen: Filters) -> None:
    """Both matrices side by side, and below them the items of the cell that was chosen."""
    sides = {
        "gold": (data.frame(GOLD, chosen.scope, trainer=trainer, **chosen.range), "right_answer"),
        "peers": (data.frame(PEERS, chosen.scope, trainer=trainer, **chosen.range), "consensus"),
    }
    question = _question([cells for cells, _ in sides.values()])
    cells = {
        side: _summed(frame[frame["question_id"] == question], right)
        for side, (frame, right) in sides.items()
    }
    show.grid(lambda: _matrix("gold", cells["gold"]), lambda: _matrix("peers", cells["peers"]))
    _behind(trainer, question, cells, chosen)


def _question(frames: list[pd.DataFrame]) -> str | None:
    """The question that is looked at: of the address, at first the one with most answers."""
    counts = pd.concat(frames).groupby("question_id")["answers"].sum()
    if counts.empty:
        return None
    names = list(counts.sort_values(ascending=False).index)
    if len(names) == 1:
        return names[0]
    return st.segmented_control(
        "Question", names, default=names[0], required=True, key="question", bind="query-params",
        format_func=words.plain,
    )  # fmt: skip


def _summed(cells: pd.DataFrame, right: str) -> pd.DataFrame:
    own = cells.rename(columns={right: "right"})
    return own.groupby(["right", "given_answer"], as_index=False)["answers"].sum()


TOLD = {
    "gold": ("Answers against gold", "gold answer", GOLD, None,
             "No answer of this period has a gold answer to be held against."),
    "peers": ("Answers against most others", "answer of most others", PEERS,
              "Most people can be wrong: a consensus is no gold.",
              "No item of this period was answered by enough others."),
}  # fmt: skip


def _matrix(side: str, cells: pd.DataFrame) -> None:
    title, axis, query, note, nothing = TOLD[side]
    if cells.empty:
        show.missing(title, nothing)
        return
    right = cells.loc[cells["right"] == cells["given_answer"], "answers"].sum()
    said = f"{words.share(right / cells['answers'].sum())} of {words.count(cells['answers'].sum())} alike. Click a cell for its items."
    show.heading(title, query)
    st.caption(f"{said} {note}" if note else said)
    if cells["right"].nunique() > MOST_LABELS:
        wrong = cells[cells["right"] != cells["given_answer"]]
        figure = charts.ranked(
            wrong.assign(pair=wrong["right"] + " → " + wrong["given_answer"]), label="pair", value="answers",
            title="times", text=[words.count(v) for v in wrong["answers"]],
        )  # fmt: skip
        st.plotly_chart(figure, config=charts.CONFIG, alt=title)
        return
    figure = charts.clickable(
        charts.confusion(cells, right="right", given="given_answer", n="answers", axis=axis)
    )
    st.plotly_chart(
        figure, config=charts.CONFIG, alt=title, key=f"cells_{side}", selection_mode="points",
        on_select=lambda: _choose(side),
    )  # fmt: skip


def _choose(side: str) -> None:
    """Put the clicked cell where the list of cells reads it, and with it the address."""
    points = st.session_state[f"cells_{side}"]["selection"]["points"]
    if points:
        st.session_state["cell"] = _code(side, points[0]["y"], points[0]["x"])


def _code(side: str, right: object, given: object) -> str:
    return f"{side}: {right} → {given}"


def _behind(
    trainer: str, question: str | None, cells: dict[str, pd.DataFrame], chosen: Filters
) -> None:
    """The items of one cell, chosen by a click or from the list; the mistakes come first."""
    known = pd.concat([c.assign(side=side) for side, c in cells.items()])
    if known.empty:
        return
    known = known.assign(is_wrong=known["right"] != known["given_answer"])
    known = known.sort_values(["is_wrong", "side", "answers"], ascending=[False, True, False])
    codes = {_code(r.side, r.right, r.given_answer): r for r in known.itertuples()}
    named = {"gold": "Gold answer", "peers": "Most others"}
    st.subheader("The items behind a cell", anchor=False)
    told = st.selectbox(
        "Cell", list(codes), index=None, key="cell", bind="query-params", placeholder="Click a cell above, or choose one here",
        format_func=lambda c: f"{named[codes[c].side]} “{codes[c].right}”, given “{codes[c].given_answer}”",
    )  # fmt: skip
    if told is None:
        return
    cell = codes[told]
    items = _gold_items if cell.side == "gold" else _peer_items
    rows = items(trainer, question, cell, chosen)
    show.table(
        rows.assign(address=item.address(rows), day=data.dated(rows)["day"]),
        {
            "item_id": show.text("Item"),
            "campaign": show.text("Campaign"),
            "day": show.day("Day"),
            "task_type": show.text("Task type"),
            "others": show.text("The others"),
        },
        opens="item", by="item", named="address", key="item_of_cell",
        height=min(38 + 35 * len(rows), 380),
    )  # fmt: skip
    if len(rows) == ROWS:
        st.caption(f"The newest {ROWS}. Choose a shorter period to see others.")


def _gold_items(trainer: str, question: str, cell: object, chosen: Filters) -> pd.DataFrame:
    rows = data.frame(GOLD_ITEMS, chosen.scope, trainer=trainer, limit=50_000, **chosen.range)
    rows = rows[
        (rows["gold_kind"] != "training")
        & (rows["question_id"] == question)
        & (rows["right_answer"] == cell.right)
        & (rows["given_answer"] == cell.given_answer)
    ].head(ROWS)
    told = [f"{r.right_by} of {r.annotations} right" for r in rows.itertuples()]
    return rows.assign(others=told)


def _peer_items(trainer: str, question: str, cell: object, chosen: Filters) -> pd.DataFrame:
    rows = data.frame(
        PEER_ITEMS, chosen.scope, trainer=trainer, question=question, consensus=cell.right,
        given_answer=cell.given_answer, limit=ROWS, **chosen.range,
    )  # fmt: skip
    told = [f"{r.votes} of {r.others} “{cell.right}”" for r in rows.itertuples()]
    return rows.assign(others=told)
