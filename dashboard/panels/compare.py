"""Trainers side by side: raw and adjusted, and up to five of them compared."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import adjusted, charts, data, filters, show, words
from dashboard.filters import Filters
from dashboard.panels import found, signals

SEVERITY = "reviewers/severity_by_reviewer_v1"
REVIEWS = "reviewers/reviews_by_trainer_v1"
MOST = 5


def with_adjusted(people: pd.DataFrame, by: str, chosen: Filters) -> pd.DataFrame:
    """``people`` with the column ``adjusted``: gold on items of usual difficulty, first pass by usual reviewers."""
    if by == "Gold accuracy":
        made = adjusted.for_items(signals.gold(chosen))
    else:
        made = adjusted.for_reviewers(
            people.set_index("trainer_id")["raw"],
            data.frame(SEVERITY, chosen.scope, **chosen.range),
            data.frame(REVIEWS, chosen.scope, **chosen.range),
        )
    return people.assign(adjusted=people["trainer_id"].map(made))


def offered(people: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Whom one can choose: everybody in a small team, else those searched for and those chosen already."""
    if len(names) <= found.OFFERED:
        return sorted(names)
    chosen = [i for i in st.query_params.get_all("compare") if i in names]
    chosen += st.session_state.get("compare", [])
    asked = people[found.matches(people, st.session_state.get("find"))]
    return sorted({*asked["trainer_id"].head(found.OFFERED), *chosen})


def apart(measured: pd.DataFrame) -> str:
    """Which of the compared can be told apart: pairs whose intervals do not touch, and nothing else."""
    rows = list(measured.sort_values("quality").itertuples())
    pairs = [
        f"{low.trainer} below {high.trainer}"
        for k, low in enumerate(rows)
        for high in rows[k + 1 :]
        if low.quality_high < high.quality_low
    ]
    if len(rows) < 2:
        return "One person is measured: nothing to compare."
    if not pairs:
        return "All intervals overlap: nothing here ranks these people."
    return (
        f"Told apart are {words.listed(pairs, 10)}; any other two are not: their intervals overlap."
    )


def panel(people: pd.DataFrame, by: str, bar: float) -> None:
    """Up to five people chosen by the address, side by side."""
    st.subheader("Compare", anchor=False)
    if len(people) > found.OFFERED:
        st.caption(f"Offered are {found.OFFERED} people of those that the search above finds.")
    names = dict(zip(people["trainer_id"], people["trainer"], strict=True))
    told = filters.several_people(
        f"Up to {MOST} people", "compare", offered(people, names), names,
        max_selections=MOST, placeholder="Choose people to see them side by side",
    )  # fmt: skip
    own = people[people["trainer_id"].isin(told)].sort_values("trainer_id")
    if own.empty:
        return
    measured = own.dropna(subset=["quality"])
    if len(measured):
        figure = charts.intervals(
            measured.assign(bar=bar), label="trainer", value="quality", n="n", of="answers", bars="bar",
            title=f"{by.lower()}, estimate",
        )  # fmt: skip
        st.plotly_chart(figure, config=charts.CONFIG, alt="Compared people", key="compared")
        st.caption(apart(measured))
    show.table(
        own,
        {
            "trainer": show.text("Trainer", width="medium"),
            "vendor": show.text("Vendor"),
            "quality": show.share("Estimate"),
            "raw": show.share("Raw"),
            "adjusted": show.share("Adjusted", "raw, without what the items or the reviewers have to do with it"),
            "n": show.count("From"),
            "submitted": show.count("Submitted"),
            "flags": show.count("Open flags"),
            "rate": show.number("Accepted per hour", places=1),
            "pace": show.number("Pace"),
            "rework": show.share("Rework"),
            "hours": show.count("Hours"),
            "cost_per_accepted": show.money("Per accepted", places=2),
            "tenure_days": show.count("Tenure, days"),
            "last_day": show.day("Last active"),
        },
        opens="trainer", by="trainer", named="trainer_id", key="compared_row",
    )  # fmt: skip
    differ = own[(own["raw"] - own["adjusted"]).abs() > 0.03]
    for r in differ.itertuples():
        said = (
            "harder items or stricter reviewers"
            if r.adjusted > r.raw
            else "easier items or milder reviewers"
        )
        st.caption(f"{r.trainer}: {words.points(r.adjusted - r.raw)} for {said} than usual.")
