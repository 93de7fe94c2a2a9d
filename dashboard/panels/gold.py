"""Gold: which right answers are doubtful, how one is corrected, and what was scored then and again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, show, sums, words
from dashboard.filters import Filters
from dashboard.panels.item import address

HEALTH = "quality/gold_health_by_item_v2"
RESCORED = "quality/gold_rescored_by_campaign_v2"


def doubtful(gold: pd.DataFrame) -> None:
    """Gold that is probably wrong or known; a click opens the item."""
    show.heading("Doubtful gold", HEALTH)
    rows = gold[gold["is_suspect"] | gold["is_leaked"]]
    if gold.empty:
        st.caption(":material/inbox: No gold was scored in the last 56 days.")
        return
    if rows.empty:
        st.caption(f":material/check_circle: None of {words.plural(len(gold), 'gold item')} of the last 56 days.")  # fmt: skip
        return
    show.table(
        rows.assign(
            address=address(rows),
            why=["! suspect" if s else "! leaked" for s in rows["is_suspect"]],
            took=[f"{words.duration(a)} against {words.duration(b)}" if not words.is_unknown(a) else "" for a, b in zip(rows["recent_seconds"], rows["usual_seconds"], strict=True)],
            best=[f"{words.count(x)} of {words.count(n)}" for x, n in zip(rows["best_wrong"], rows["best_shown"], strict=True)],
        ).sort_values(["is_suspect", "best_wrong"], ascending=False),
        {
            "item_id": show.text("Item", width="medium"),
            "why": show.text("Probably", "suspect: the gold answer is wrong; leaked: trainers know it"),
            "campaign": show.text("Campaign"),
            "wrong_share": show.share("Wrong"),
            "shown": show.count("of answers"),
            "best": show.text("Wrong by the best"),
            "disputes": show.count("Disputes"),
            "took": show.text("Typical time", "of the last 28 days, against all gold of the task type"),
        },
        opens="item", by="item", named="address", key="gold_item",
    )  # fmt: skip


def correction(gold: pd.DataFrame) -> None:
    """How a wrong gold answer is corrected, with a file of the suspects to start from."""
    suspects = gold[gold["is_suspect"]]
    if suspects.empty:
        return
    with st.expander("Correct a gold answer", icon=":material/edit:"):
        st.markdown(
            "Read the item; if its gold answer is wrong, put the right one into a CSV file with the columns `campaign_id`, `item_id`, "
            "`question_id` and `answer` and run `python -m warehouse gold FILE`. The old answer stays known, submissions that it "
            "scored wrongly are scored again, and every figure and the next checks count them anew from the day of their submission."
        )
        start = suspects[["campaign_id", "item_id"]].assign(question_id="", answer="")
        st.download_button(
            "The suspects as a file to fill in", start.to_csv(index=False).encode(), "gold-corrections.csv", "text/csv",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def rescored(chosen: Filters) -> None:
    """Gold accuracy as the source scored it, and against the gold answers now in force."""
    rows = data.frame(RESCORED, chosen.scope, **chosen.range)
    show.heading("Scored then, and scored again", RESCORED)
    changed = rows[rows["changed"] > 0]
    if changed.empty:
        total = words.plural(int(rows["scored"].sum()), "scored answer")
        st.caption(f":material/check_circle: No gold answer was corrected that would change one of {total}.")  # fmt: skip
        return
    total = sums.rate(rows.assign(all="all"), ["all"], "rescored_correct", "scored").iloc[0]
    then = rows["correct"].sum() / rows["scored"].sum()
    st.caption(
        f"All together {words.share(then)} as scored then and {words.share(total['rate'])} "
        f"({words.between(total['rate_low'], total['rate_high'])}) scored again, n {words.count(total['scored'])}. {_counts(changed)}"
    )
    show.table(
        changed.assign(interval=[words.between(lo, hi) for lo, hi in zip(changed["rescored_accuracy_low"], changed["rescored_accuracy_high"], strict=True)]),
        {
            "campaign": show.text("Campaign", width="medium"),
            "accuracy": show.share("As scored then"),
            "rescored_accuracy": show.share("Scored again"),
            "interval": show.text("95 % interval"),
            "scored": show.count("From"),
            "changed": show.count("Answers that change"),
            "waiting": show.count("Still counted as then"),
            "items_changed": show.count("Gold items"),
        },
    )  # fmt: skip


def _counts(changed: pd.DataFrame) -> str:
    waiting = int(changed["waiting"].sum())
    if not waiting:
        return "All other figures count them as scored again."
    return f"Other figures still count {words.plural(waiting, 'answer')} as then: run `python -m warehouse gold`."
