"""One row per thing measured: estimates with their intervals, bars with their figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import FAINT, FINDING, MUTED, SERIES, blank, in_points, legend


def intervals(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    n: str,
    title: str,
    of: str,
    bars: str | None = None,
    share: bool = True,
) -> go.Figure:
    """One row per thing measured: its estimate, its 95 % interval, its n at the right, and its bar.

    ``bars`` names the column with each row's bar. A row whose whole interval lies below it is
    red and carries a cross.
    """
    frame = frame.dropna(subset=[value]).iloc[::-1]
    names = [str(name) for name in frame[label]]
    low, high = frame[f"{value}_low"], frame[f"{value}_high"]
    bar = frame[bars].astype(float) if bars else pd.Series(float("nan"), index=frame.index)
    below = high < bar
    form = words.share if share else words.number
    figure = blank(90 + 32 * max(len(frame), 1), right=90)
    _spans(figure, names, low, high, below)
    figure.add_scatter(
        x=bar,
        y=names,
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"color": MUTED, "width": 2.5}},
        hovertemplate="bar %{x:.2f}<extra></extra>",
    )
    _estimates(figure, names, frame[value], low, high, frame[n], below, form, of)
    if names and bar.notna().any():
        k = int(bar.notna().to_numpy().nonzero()[0][-1])
        figure.add_annotation(
            x=bar.iloc[k], y=names[k], text="bar", yshift=19, showarrow=False,
            font={"color": MUTED, "size": 11},
        )  # fmt: skip
    edges = [v for v in (low.min(), frame[value].min(), bar.min()) if not words.is_unknown(v)]
    floor = min(edges, default=0.0) - 0.05
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(
        title=title,
        tickformat=".0%" if share else ".1f",
        showgrid=True,
        nticks=7,
        range=[max(floor, 0) if share else min(floor, 0), 1.02],
    )
    figure.update_yaxes(title=None, type="category")
    return figure


def ranked(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    title: str,
    text: Sequence[str],
    most: int = 12,
    in_order: bool = False,
) -> go.Figure:
    """Horizontal bars, largest first or ``in_order`` of the frame, each with its figure written at its end."""
    frame = frame.assign(_text=list(text))
    if not in_order:
        frame = frame.sort_values(value, ascending=False)
    frame = frame.head(most).iloc[::-1]
    figure = blank(60 + 28 * max(len(frame), 1), right=110)
    figure.add_bar(
        x=frame[value],
        y=[str(v) for v in frame[label]],
        orientation="h",
        marker={"color": SERIES[0], "line": {"width": 0}},
        text=frame["_text"],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title=title, showgrid=False, showticklabels=False)
    figure.update_yaxes(title=None, type="category")
    return figure


def _tints(is_found: pd.Series) -> list[str]:
    return [FINDING if found else SERIES[0] for found in is_found]


def _spans(
    figure: go.Figure, names: list[str], low: pd.Series, high: pd.Series, is_found: pd.Series
) -> None:
    """Each row's interval, below what is drawn later."""
    for name, lo, hi, tint in zip(names, low, high, _tints(is_found), strict=True):
        figure.add_scatter(
            x=[lo, hi], y=[name, name], mode="lines", hoverinfo="skip",
            line={"color": tint, "width": 7}, opacity=0.3,
        )  # fmt: skip


def _estimates(
    figure: go.Figure,
    names: list[str],
    values: pd.Series,
    low: pd.Series,
    high: pd.Series,
    counts: pd.Series,
    is_found: pd.Series,
    form: Callable[[float], str],
    of: str,
) -> None:
    """Each row's estimate, a finding with a cross, and its n at the right."""
    figure.add_scatter(
        x=values,
        y=names,
        mode="markers",
        marker={
            "size": 10,
            "color": _tints(is_found),
            "symbol": ["x" if found else "circle" for found in is_found],
        },
        text=[
            f"<b>{form(v)}</b> ({form(lo)} to {form(hi)}), {words.count(k)} {of}"
            for v, lo, hi, k in zip(values, low, high, counts, strict=True)
        ],
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    for name, k in zip(names, counts, strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=f"n {words.count(k)}", xanchor="left", xshift=8,
            showarrow=False, font={"color": MUTED, "size": 11},
        )  # fmt: skip


MOST_ROWS = 30
"""Rows that a person reads; a longer list belongs in a table."""


def around(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    n: str,
    of: str,
    title: str,
    middle: float = 0.0,
    form: str = "points",
    found: str | None = None,
    middle_name: str = "expected",
) -> go.Figure:
    """One row per person: estimate and 95 % interval on either side of ``middle``, n at the right.

    ``found`` names the boolean column of rows that are a finding: red, with a cross.
    """
    frame = frame.dropna(subset=[value]).head(MOST_ROWS).iloc[::-1]
    names = [str(name) for name in frame[label]]
    is_found = frame[found] if found else pd.Series(False, index=frame.index)
    said = {"points": words.points, "share": words.share}.get(form, words.number)
    figure = blank(90 + 28 * max(len(frame), 1), right=90)
    low, high = frame[f"{value}_low"], frame[f"{value}_high"]
    _spans(figure, names, low, high, is_found)
    _estimates(figure, names, frame[value], low, high, frame[n], is_found, said, of)
    figure.add_vline(x=middle, line={"color": MUTED, "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=middle, y=1, yref="paper", yanchor="bottom", text=middle_name, showarrow=False,
        font={"color": MUTED, "size": 11},
    )  # fmt: skip
    figure.update_layout(hovermode="closest", margin_t=26)
    tick = ".0%" if form == "share" else ".1f"
    drawn = pd.concat([low, high, frame[value], pd.Series([middle])]).astype(float)
    room = 0.04 * max(drawn.max() - drawn.min(), 0.01)
    figure.update_xaxes(
        title=title, tickformat=tick, showgrid=True, nticks=7,
        range=[drawn.min() - room, drawn.max() + room],
    )  # fmt: skip
    if form == "points":
        in_points(figure, pd.concat([low, high, frame[value]]))
    figure.update_yaxes(title=None, type="category")
    return figure


def parts(frame: pd.DataFrame, *, label: str, value: str, title: str) -> go.Figure:
    """What a change of a share is made of, one bar per part with its 95 % interval where there is one."""
    frame = frame.iloc[::-1]
    figure = blank(70 + 36 * len(frame), right=120)
    known = frame[f"{value}_low"].notna()
    figure.add_bar(
        x=frame[value],
        y=frame[label],
        orientation="h",
        marker={
            "color": [SERIES[0] if p != "the whole change" else MUTED for p in frame[label]],
            "line": {"width": 0},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (frame[f"{value}_high"] - frame[value]).where(known, 0),
            "arrayminus": (frame[value] - frame[f"{value}_low"]).where(known, 0),
            "color": MUTED,
            "thickness": 1.5,
        },
        hovertext=[words.points(v) for v in frame[value]],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )
    for name, v in zip(frame[label], frame[value], strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=words.points(v), xanchor="left", xshift=8,
            showarrow=False, font={"size": 12},
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": FAINT, "width": 1.5})
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title=title, showgrid=True)
    in_points(figure, pd.concat([frame[value], frame[f"{value}_low"], frame[f"{value}_high"]]))
    figure.update_yaxes(title=None, type="category")
    return figure


def side_by_side(
    frame: pd.DataFrame, *, label: str, ways: dict[str, tuple[str, str]], title: str
) -> go.Figure:
    """One row per person with an estimate and its 95 % interval for each way to judge, one above the other.

    ``ways`` names each way's share and count columns; the share's interval stands beside it.
    """
    frame = frame.iloc[::-1].reset_index(drop=True)
    figure = blank(120 + 30 * max(len(frame), 1), right=20, bottom=90)
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
    figure.update_layout(hovermode="closest", showlegend=True, legend=legend())
    figure.update_xaxes(title=title, tickformat=".0%", showgrid=True, nticks=7)
    figure.update_yaxes(
        tickvals=list(range(len(frame))), ticktext=[str(v) for v in frame[label]], showgrid=False,
        tickfont={"color": MUTED}, range=[-0.7, len(frame) - 0.3],
    )  # fmt: skip
    return figure
