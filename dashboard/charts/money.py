"""Money: where a dollar goes, and cost against plan and earned value."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import FAINT, MUTED, SERIES, blank, end_labels, time_axis


def waterfall(frame: pd.DataFrame, *, label: str, value: str, title: str, total: str) -> go.Figure:
    """Where a dollar goes: one step per category in the order of ``frame``, the whole at the foot."""
    whole = frame[value].sum()
    figure = blank(110 + 30 * (len(frame) + 1), right=120)
    shares = [
        f"{words.money(v)}, {words.share(v / whole, 0)}" if whole else "" for v in frame[value]
    ]
    figure.add_waterfall(
        orientation="h",
        y=[*frame[label], total],
        x=[*frame[value], whole],
        measure=[*["relative"] * len(frame), "total"],
        text=[*shares, words.money(whole)],
        textposition="outside",
        textfont={"size": 12},
        cliponaxis=False,
        constraintext="none",
        connector={"line": {"color": FAINT, "width": 1}},
        increasing={"marker": {"color": SERIES[0]}},
        decreasing={"marker": {"color": SERIES[1]}},
        totals={"marker": {"color": MUTED}},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title=title, tickprefix="$", tickformat=",~s", nticks=5, showgrid=True)
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def earned_value(frame: pd.DataFrame) -> go.Figure:
    """Planned value, earned value and actual cost to date (day, planned_cost, earned_value, cost_to_date)."""
    figure = blank(330, right=84)
    ends = []
    for column, name, color, dash in (
        ("planned_cost", "plan", MUTED, "dash"),
        ("earned_value", "earned", SERIES[2], None),
        ("cost_to_date", "cost", SERIES[0], None),
    ):
        part = frame.dropna(subset=[column])
        if part.empty:
            continue
        figure.add_scatter(
            x=part["day"],
            y=part[column],
            mode="lines",
            line={"color": color, "width": 2.5 if dash is None else 1.5, "dash": dash},
            text=[words.money(v) for v in part[column]],
            name=name,
            hovertemplate="%{text}<extra>" + name + "</extra>",
        )
        ends.append((part["day"].iloc[-1], part[column].iloc[-1], name, color))
    top = max((end[1] for end in ends), default=0)
    end_labels(figure, ends, room=top * 0.06)
    time_axis(figure)
    figure.update_yaxes(
        title="US dollars to date", tickprefix="$", tickformat=",~s", rangemode="tozero", nticks=6
    )
    return figure
