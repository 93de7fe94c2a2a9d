"""The figure of any answer: a pure function from a frame to a figure, in the manner of charts.py."""

from __future__ import annotations

import pandas as pd

from dashboard.charts import SERIES, _figure, _time
from dashboard.charts import go as plotly

MOST = 2000
"""Points that a browser draws at once without waiting."""


def simple(frame: pd.DataFrame, *, x: str, y: str, form: str) -> plotly.Figure:
    """``y`` by ``x`` as bars, a line or points."""
    figure = _figure(320)
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
        _time(figure, x)
    else:
        figure.update_xaxes(title=x, type=None if is_ordered else "category")
    figure.update_yaxes(title=y, nticks=6)
    return figure
