"""Answers: given against right, everybody against everybody, how often each number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from dashboard import words
from dashboard.charts.base import BAND, SERIES, blank


def confusion(frame: pd.DataFrame, *, right: str, given: str, n: str, axis: str) -> go.Figure:
    """Given answers against right ones: shares of each row, the number in each cell; the diagonal is right."""
    order = sorted({*frame[right], *frame[given]}, key=str)
    counts = frame.pivot_table(index=right, columns=given, values=n, aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=order, columns=order, fill_value=0)
    counts = counts[counts.sum(axis=1) > 0]
    shares = counts.div(counts.sum(axis=1), axis=0)
    figure = blank(120 + 34 * len(counts), top=40)
    figure.add_heatmap(
        x=[str(c) for c in counts.columns],
        y=[str(r) for r in counts.index],
        z=shares.to_numpy(),
        text=[[words.count(v) if v else "" for v in row] for row in counts.to_numpy()],
        texttemplate="%{text}",
        zmin=0,
        zmax=1,
        colorscale=[[0, "rgba(59, 125, 196, 0.04)"], [1, "rgba(59, 125, 196, 0.9)"]],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="right: %{y}<br>given: %{x}<br>%{text} times, %{z:.1%} of these<extra></extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title="given", side="top", type="category", automargin=True)
    figure.update_yaxes(title=axis, autorange="reversed", type="category", showgrid=False)
    return figure


def clickable(figure: go.Figure) -> go.Figure:
    """A heat map whose cells can be clicked: Plotly selects marks only, so each cell gets an unseen one.

    The numbers are the marks' too: in the colour of the theme's text they read on dark ground as well.
    """
    cells = figure.data[0]
    places = [(x, y, i, j) for i, y in enumerate(cells.y) for j, x in enumerate(cells.x)]
    places = [p for p in places if cells.text[p[2]][p[3]]]
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=[p[0] for p in places],
        y=[p[1] for p in places],
        mode="markers+text",
        marker={"size": 30, "symbol": "square", "opacity": 0, "color": SERIES[0]},
        selected=unseen,
        unselected=unseen,
        text=[cells.text[i][j] for *_, i, j in places],
        hovertext=[
            f"{cells.text[i][j]} times, {words.share(cells.z[i][j])} of these"
            for *_, i, j in places
        ],
        hovertemplate="right: %{y}<br>given: %{x}<br>%{hovertext}<extra></extra>",
    )
    cells.texttemplate = None
    # Long answers stand aslant over narrow columns: the cells keep their height.
    figure.update_layout(height=figure.layout.height + 50)
    return figure


def alike(frame: pd.DataFrame, *, a: str, b: str, value: str) -> list[str]:
    """The names in an order in which those who agree are neighbours, those who agree least with all first.

    Average linkage with the leaves turned so that neighbours are as close as can be (Bar-Joseph et al.
    2001); a pair that was never seen together is taken to agree as pairs do on average.
    """
    both = pd.concat([frame, frame.rename(columns={a: b, b: a})])
    wide = both.pivot_table(index=a, columns=b, values=value, aggfunc="mean")
    usual = wide.mean(axis=1)
    if len(wide) < 3:
        return list(usual.sort_values().index)
    apart = 1 - wide.fillna(float(frame[value].mean())).to_numpy()
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform((apart + apart.T) / 2), "average", optimal_ordering=True)
    order = list(wide.index[leaves_list(tree)])
    return order if usual[order[0]] <= usual[order[-1]] else order[::-1]


def heat(frame: pd.DataFrame, *, a: str, b: str, value: str, n: str, of: str) -> go.Figure:
    """Everybody against everybody: the share in each cell, alike people next to each other."""
    order = alike(frame, a=a, b=b, value=value)
    both = pd.concat([frame, frame.rename(columns={a: b, b: a})])
    wide, counts = (
        both.pivot_table(index=a, columns=b, values=v, aggfunc="first").reindex(
            order, columns=order
        )
        for v in (value, n)
    )
    figure = blank(150 + 20 * len(order), top=20)
    figure.add_heatmap(
        x=order,
        y=order,
        z=wide.to_numpy(),
        customdata=counts.to_numpy(),
        colorscale=[[0, "rgba(211, 70, 77, 0.75)"], [0.5, BAND], [1, "rgba(59, 125, 196, 0.95)"]],
        zmin=0,
        zmax=1,
        xgap=1,
        ygap=1,
        colorbar={"tickformat": ".0%", "thickness": 10, "outlinewidth": 0},
        hovertemplate="%{y} and %{x}<br>%{z:.0%} alike of %{customdata} " + of + "<extra></extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(type="category", tickangle=-60)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure


def spread(frame: pd.DataFrame, *, x: str, y: str, title: str) -> go.Figure:
    """How often each number was given: a histogram in twenty steps."""
    figure = blank(300)
    figure.add_histogram(
        x=pd.to_numeric(frame[x], errors="coerce"),
        y=frame[y],
        histfunc="sum",
        nbinsx=20,
        marker={"color": SERIES[0], "line": {"width": 0}},
        hovertemplate="%{x}: %{y:,.0f}<extra></extra>",
    )
    figure.update_xaxes(title="answer")
    figure.update_yaxes(title=title, tickformat=",~s", nticks=5)
    return figure
