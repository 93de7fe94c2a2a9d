"""Figures of agreement: everybody against everybody, and two ways to judge one person side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from dashboard import words
from dashboard.charts import BAND, MUTED, SERIES, _figure, _legend
from dashboard.charts import go as plotly


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


def heat(frame: pd.DataFrame, *, a: str, b: str, value: str, n: str, of: str) -> plotly.Figure:
    """Everybody against everybody: the share in each cell, alike people next to each other."""
    order = alike(frame, a=a, b=b, value=value)
    both = pd.concat([frame, frame.rename(columns={a: b, b: a})])
    wide, counts = (
        both.pivot_table(index=a, columns=b, values=v, aggfunc="first").reindex(
            order, columns=order
        )
        for v in (value, n)
    )
    figure = _figure(150 + 20 * len(order), top=20)
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


def side_by_side(
    frame: pd.DataFrame, *, label: str, ways: dict[str, tuple[str, str]], title: str
) -> plotly.Figure:
    """One row per person with an estimate and its 95 % interval for each way to judge, one above the other.

    ``ways`` names each way's share and count columns; the share's interval stands beside it.
    """
    frame = frame.iloc[::-1].reset_index(drop=True)
    figure = _figure(120 + 30 * max(len(frame), 1), right=20, bottom=90)
    shift = np.linspace(0.18, -0.18, len(ways))
    symbols = ("circle", "square", "diamond")
    for (way, (value, n)), up, color, symbol in zip(
        ways.items(), shift, SERIES, symbols, strict=False
    ):
        rows = frame[frame[value].notna()]
        spot = rows.index.to_numpy() + up
        figure.add_scatter(
            x=rows[value],
            y=spot,
            mode="markers",
            name=way,
            marker={"size": 9, "color": color, "symbol": symbol},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": rows[f"{value}_high"] - rows[value],
                "arrayminus": rows[value] - rows[f"{value}_low"],
                "color": color,
                "thickness": 2,
                "width": 0,
            },
            text=[
                f"{name}: <b>{words.share(v)}</b> ({words.between(lo, hi)}), n {words.count(k)}"
                for name, v, lo, hi, k in zip(
                    rows[label], rows[value], rows[f"{value}_low"], rows[f"{value}_high"], rows[n],
                    strict=True,
                )
            ],
            hovertemplate="%{text}<extra>" + way + "</extra>",
        )  # fmt: skip
    figure.update_layout(hovermode="closest", showlegend=True, legend=_legend())
    figure.update_xaxes(title=title, tickformat=".0%", showgrid=True, nticks=7)
    figure.update_yaxes(
        tickvals=list(range(len(frame))), ticktext=[str(v) for v in frame[label]], showgrid=False,
        tickfont={"color": MUTED}, range=[-0.7, len(frame) - 0.3],
    )  # fmt: skip
    return figure
