"""How long an item takes from available to accepted, the open ones counted in."""

from __future__ import annotations

from dashboard import charts, data, show
from dashboard.filters import Filters

CURVE = "progress/cycle_time_curve_by_campaign_v1"


def curve(chosen: Filters) -> None:
    """The share of items accepted within so many days of becoming available."""
    rows = data.frame(CURVE, chosen.scope, **chosen.range)
    if rows.empty:
        show.missing("Accepted within", "No item of this period was accepted at a known time.")
        return
    show.chart(
        "Accepted within",
        charts.accepted_within(rows),
        CURVE,
        f"Items that became available over {chosen.span}. Open items count as long as they have been open.",
    )
