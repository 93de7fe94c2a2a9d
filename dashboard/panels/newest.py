"""The items that were annotated last, with what each person answered; as a file, too."""

from __future__ import annotations

import io

import pandas as pd
import streamlit as st

from dashboard import access, data, show, words
from dashboard.filters import Filters
from warehouse import ledger
from warehouse.scope import Scope

NEWEST = "items/newest_answers_by_item_v1"
LABELS = "quality/label_distribution_by_campaign_v1"
ITEMS = 100


@st.fragment
def items(chosen: Filters, campaign: str) -> None:
    """The newest items, filtered by label, disagreement and vendor; each opens on a click."""
    show.heading("Newest items", NEWEST)
    labels = data.frame(LABELS, chosen.scope, **chosen.range)
    labels = labels[labels["scale"] == "nominal"].sort_values("answers", ascending=False)
    names = data.vendor_names()
    first, second, third = st.columns([2, 2, 1], vertical_alignment="bottom")
    label = first.selectbox(
        "Label", labels["value_text"].drop_duplicates().head(200).tolist(), None, key="newest_label",
        placeholder="Any", help="Items that at least one person gave this answer",
    )  # fmt: skip
    vendor = second.selectbox(
        "People of", sorted(names, key=names.get), None, key="newest_vendor", placeholder="All vendors",
        format_func=lambda v: names[v],
    )  # fmt: skip
    disputed = third.checkbox("People differ", key="newest_disputed")
    scope = chosen.scope & Scope(vendors=(vendor,) if vendor else None)
    rows = data.frame(
        NEWEST,
        scope,
        campaign=campaign,
        label=label,
        disputed=disputed,
        limit=ITEMS,
        **chosen.range,
    )
    if rows.empty:
        st.caption(":material/inbox: No item with such answers in this period.")
        return
    rows = rows.assign(address=campaign + "/" + rows["item_id"])
    show.table(
        rows,
        {
            "item_id": show.text("Item", width="medium"),
            "question_id": show.text("Question"),
            "value_text": show.text("Answer", width="medium"),
            "given": show.count("Gave it"),
            "annotations": show.count("Of"),
            "trainer_id": show.text("Trainer"),
            "vendor": show.text("Vendor"),
            "last_day": show.day("Last annotated"),
        },
        opens="item",
        by="item",
        named="address",
    )
    st.caption(
        f"{words.plural(rows['item_id'].nunique(), 'item')}, {words.plural(len(rows), 'answer')}; at most {ITEMS} items."
    )
    save(rows.drop(columns=["address", "vendor"]), f"{campaign}-newest-items", campaign)


def save(rows: pd.DataFrame, name: str, about: str) -> None:
    """What is shown, as CSV and as Parquet; noted in the audit log."""
    parquet = io.BytesIO()
    rows.to_parquet(parquet, index=False)
    files = {
        "csv": (rows.to_csv(index=False).encode(), "text/csv"),
        "parquet": (parquet.getvalue(), "application/vnd.apache.parquet"),
    }
    with st.container(horizontal=True):
        for kind, (content, mime) in files.items():
            st.download_button(
                {"csv": "CSV", "parquet": "Parquet"}[kind], content, f"{name}.{kind}", mime,
                icon=":material/download:", key=f"{name}_{kind}",
                on_click=_noted, args=(f"{name}.{kind}", about, len(rows)),
            )  # fmt: skip


def _noted(file: str, about: str, rows: int) -> None:
    person = access.current().person
    ledger.audit(data.book(), person, "export", about, {"file": file, "rows": rows})
