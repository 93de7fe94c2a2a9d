"""How each vendor's newcomers grow into the work, side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, data, show, sums
from dashboard.filters import Filters
from dashboard.panels.growth import GROWS, RAMP

WEEKS = 12


def panel(chosen: Filters) -> None:
    """Quality or pace by working week, one line per vendor, all cohorts together."""
    rows = data.frame(RAMP, chosen.scope, as_of=chosen.until)
    rows = rows[(rows["working_week"] <= WEEKS) & rows["vendor_id"].notna()]
    title = "How each vendor's newcomers grow into the work"
    if rows.empty:
        show.missing(title, "No production work with recorded times yet.")
        return
    by = st.segmented_control(
        "Measured by", list(GROWS), default="First pass", required=True, key="grows", bind="query-params",
    )  # fmt: skip
    x, n, of, _ = GROWS[by]
    is_share = by != "Pace"
    if is_share:
        told = sums.rate(rows, ["vendor", "working_week"], x, n)
    else:
        told = rows.groupby(["vendor", "working_week"], as_index=False)[[x, n]].sum()
        told["rate"] = told[x] / told[n].where(told[n] > 0)
    figure = charts.lines(
        told, x="working_week", y="rate", by="vendor", n=n, of=of, share=is_share,
        title=by.lower() if is_share else "submitted per active day", x_title="working week since the first production day",
    )  # fmt: skip
    note = "Everybody who ever began, by the weeks since. Vendors with other tasks cannot be compared by it."
    show.chart(title, figure, RAMP, note)
