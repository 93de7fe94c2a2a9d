"""Figures of how long things take: pure functions from a frame to a figure, in the manner of charts.py."""

from __future__ import annotations

import pandas as pd

from dashboard import words
from dashboard.charts import BAND, SERIES, _figure
from dashboard.charts import go as plotly


def accepted_within(frame: pd.DataFrame) -> plotly.Figure:
    """The share accepted within so many days (within_hours, accepted_share, its interval), as steps."""
    frame = frame.sort_values("within_hours")
    days = frame["within_hours"] / 24
    figure = _figure(300)
    band = frame["accepted_low"].notna() & frame["accepted_high"].notna()
    for edge, fill in (("accepted_high", None), ("accepted_low", "tonexty")):
        figure.add_scatter(
            x=days[band], y=frame.loc[band, edge], mode="lines", line={"width": 0, "shape": "hv"},
            fill=fill, fillcolor=BAND, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=days,
        y=frame["accepted_share"],
        mode="lines",
        line={"color": SERIES[0], "width": 2.5, "shape": "hv"},
        text=[
            f"<b>{words.share(row.accepted_share)}</b> within {words.duration(row.within_hours * 3600)}, "
            f"{words.count(row.at_risk)} still open before"
            for row in frame.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(title="days since the item became available", rangemode="tozero", nticks=8)
    figure.update_yaxes(title="accepted", tickformat=".0%", range=[0, 1.02], nticks=6)
    return figure
