"""A figure against what its own past let expect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import (
    BAND,
    FINDING,
    MUTED,
    SERIES,
    blank,
    events_on,
    marks_on,
    time_axis,
)

BY_DAY_FROM = 40.0
"""Days with fewer units than this on the average are drawn by sevens: single ones would only jump."""


COLUMNS = ["day", "n", "share", "expected", "low", "high"]


def sevens(days: pd.DataFrame) -> pd.DataFrame:
    """``days`` (``COLUMNS``) added up to seven days each, the newest whole; the range of a mean of days."""
    if days["n"].mean() >= BY_DAY_FROM:
        return days
    last = days["day"].max()
    back = (last - days["day"]).dt.days // 7
    n = days["n"]
    told = pd.DataFrame(
        {
            "n": n,
            "share": days["share"] * n,
            "expected": days["expected"] * n,
            "above": ((days["high"] - days["expected"]) * n) ** 2,
            "below": ((days["expected"] - days["low"]) * n) ** 2,
        }
    )
    sums = told.groupby(back).sum().sort_index(ascending=False)
    share, expected = sums["share"] / sums["n"], sums["expected"] / sums["n"]
    return pd.DataFrame(
        {
            "day": last - pd.to_timedelta(7 * sums.index.to_numpy() + 6, unit="D"),
            "n": sums["n"].to_numpy(),
            "share": share.to_numpy(),
            "expected": expected.to_numpy(),
            "low": (expected - np.sqrt(sums["below"]) / sums["n"]).clip(lower=0).to_numpy(),
            "high": (expected + np.sqrt(sums["above"]) / sums["n"]).clip(upper=1).to_numpy(),
        }
    )


def against_past(
    days: pd.DataFrame,
    *,
    title: str,
    of: str,
    falls: bool,
    marks: pd.DataFrame | None,
    events: Sequence[tuple[pd.Timestamp, str]],
) -> go.Figure:
    """The figure, what the past let expect of the same people and work, and the range of a usual day or week.

    What is worse than the range (below it where the figure ``falls``, else above) is a red cross.
    """
    drawn = sevens(days).dropna(subset=["expected"])
    figure = blank(320)
    for edge, fill in (("high", None), ("low", "tonexty")):
        figure.add_scatter(
            x=drawn["day"], y=drawn[edge], mode="lines", line={"width": 0}, fill=fill,
            fillcolor=BAND, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=drawn["day"], y=drawn["expected"], mode="lines", hoverinfo="skip",
        line={"color": MUTED, "dash": "dash", "width": 1.5},
    )  # fmt: skip
    is_out = drawn["share"] < drawn["low"] if falls else drawn["share"] > drawn["high"]
    said = [
        f"<b>{words.share(r.share)}</b> of {words.count(r.n)} {of}; expected {words.share(r.expected)}, "
        f"usually {words.share(r.low)} to {words.share(r.high)}"
        for r in drawn.itertuples()
    ]
    figure.add_scatter(
        x=drawn["day"], y=drawn["share"], mode="lines+markers", line={"color": SERIES[0], "width": 2},
        marker={
            "size": [10 if out else 6 for out in is_out],
            "symbol": ["x" if out else "circle" for out in is_out],
            "color": [FINDING if out else SERIES[0] for out in is_out],
        },
        text=said, hovertemplate="%{text}<extra></extra>", name="",
    )  # fmt: skip
    marks_on(figure, marks)
    events_on(figure, events)
    time_axis(figure, "first of seven days (UTC)" if len(drawn) < len(days) else "day (UTC)")
    figure.update_yaxes(title=title, tickformat=".0%", nticks=6)
    return figure
