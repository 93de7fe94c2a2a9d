"""The figure of any answer of the SQL workbench."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.base import SERIES, blank, time_axis

MOST_POINTS = 2000
"""Points that a browser draws at once without waiting."""


def simple(frame: pd.DataFrame, *, x: str, y: str, form: str) -> go.Figure:
    """``y`` by ``x`` as bars, a line or points."""
    figure = blank(320)
    is_ordered = pd.api.types.is_numeric_dtype(frame[x]) or pd.api.types.is_datetime64_any_dtype(frame[x])  # fmt: skip
    rows = frame.sort_values(x) if is_ordered else frame
    drawn = {"x": rows[x], "y": rows[y], "hovertemplate": "%{x}: %{y:,}<extra></extra>"}
    if form == "Bars":
        figure.add_bar(**drawn, marker={"color": SERIES[0], "line": {"width": 0}})
    else:
        figure.add_scatter(
            **drawn, mode="lines" if form == "Line" else "markers",
            line={"color": SERIES[0], "width": 2}, marker={"color": SERIES[0], "size": 7},
        )  # fmt: skip
    figure.update_layout(hovermode="closest")
    if pd.api.types.is_datetime64_any_dtype(frame[x]):
        time_axis(figure, x)
    else:
        figure.update_xaxes(title=x, type=None if is_ordered else "category")
    figure.update_yaxes(title=y, nticks=6)
    return figure
