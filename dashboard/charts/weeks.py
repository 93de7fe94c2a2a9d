"""A figure week by week: a rate, a count, a count by group, minutes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import (
    BAND,
    MUTED,
    SERIES,
    bar_line,
    blank,
    end_labels,
    events_on,
    legend,
    marks_on,
    time_axis,
)


def rate(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    n: str,
    title: str,
    of: str,
    bar: float | None = None,
    marks: pd.DataFrame | None = None,
    share: bool = True,
    until: pd.Timestamp | None = None,
    events: Sequence[tuple[pd.Timestamp, str]] = (),
) -> go.Figure:
    """A rate over time with its 95 % interval, the bar and the guideline versions.

    A week that ``until`` cuts short is drawn hollow. ``of`` says what n counts.
    """
    frame = frame.dropna(subset=[y]).sort_values(x)
    figure = blank(right=24 if words.is_unknown(bar) else 72)
    if f"{y}_low" in frame:
        band = frame.dropna(subset=[f"{y}_low", f"{y}_high"])
        for edge, fill in ((f"{y}_high", None), (f"{y}_low", "tonexty")):
            figure.add_scatter(
                x=band[x], y=band[edge], mode="lines", line={"width": 0}, fill=fill,
                fillcolor=BAND, hoverinfo="skip",
            )  # fmt: skip
    form = words.share if share else words.number
    said = [
        f"<b>{form(row[y])}</b>"
        + (
            f" ({form(row[f'{y}_low'])} to {form(row[f'{y}_high'])})"
            if f"{y}_low" in frame and not words.is_unknown(row[f"{y}_low"])
            else ""
        )
        + f", {words.count(row[n])} {of}"
        for _, row in frame.iterrows()
    ]
    whole = [
        until is None or week + pd.Timedelta(days=7) <= until for week in pd.to_datetime(frame[x])
    ]
    figure.add_scatter(
        x=frame[x],
        y=frame[y],
        mode="lines+markers",
        line={"color": SERIES[0], "width": 2.5},
        marker={
            "size": 7,
            "color": SERIES[0],
            "symbol": ["circle" if w else "circle-open" for w in whole],
            "line": {"width": 2, "color": SERIES[0]},
        },
        text=said,
        name="",
        hovertemplate="%{text}<extra></extra>",
    )
    bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    marks_on(figure, marks)
    events_on(figure, events)
    time_axis(figure, "week from Monday (UTC)")
    figure.update_yaxes(title=title, tickformat=".0%" if share else ".2f", nticks=6)
    return figure


def bars(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    title: str,
    until: pd.Timestamp | None = None,
    unit: str = "",
    marks: pd.DataFrame | None = None,
    x_title: str | None = "week from Monday (UTC)",
    events: Sequence[tuple[pd.Timestamp, str]] = (),
) -> go.Figure:
    """A count per week; a week that ``until`` cuts short is pale."""
    figure = blank(260)
    frame = frame.sort_values(x)
    whole = [until is None or w + pd.Timedelta(days=7) <= until for w in pd.to_datetime(frame[x])]
    figure.add_bar(
        x=frame[x],
        y=frame[y],
        marker={
            "color": SERIES[0],
            "opacity": [1 if w else 0.45 for w in whole],
            "line": {"width": 0},
        },
        text=[
            f"{words.count(v)} {unit}{'' if w else ', week not over'}"
            for v, w in zip(frame[y], whole, strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )
    marks_on(figure, marks)
    events_on(figure, events)
    time_axis(figure, x_title)
    figure.update_yaxes(title=title, tickformat=",~s", nticks=5)
    return figure


def stacked(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str,
    title: str,
    money: bool = False,
    most: int = 6,
    colors: dict[str, str] | None = None,
    x_title: str | None = None,
) -> go.Figure:
    """Bars over time, stacked by ``by``: the largest ``most`` groups and the rest together."""
    totals = frame.groupby(by)[y].sum().sort_values(ascending=False)
    kept = list(totals.index[:most])
    rest = f"{len(totals) - most} others" if len(totals) > most else None
    frame = frame.assign(**{by: frame[by].where(frame[by].isin(kept), rest)})
    table = frame.groupby([x, by], as_index=False)[y].sum()
    figure = blank(330, bottom=105)
    tint = colors or dict(zip(kept, SERIES, strict=False))
    for name in [*kept, *([rest] if rest else [])]:
        part = table[table[by] == name]
        form = words.money if money else words.count
        figure.add_bar(
            x=part[x],
            y=part[y],
            name=str(name),
            marker={"color": tint.get(name, MUTED), "line": {"width": 0}},
            text=[form(v) for v in part[y]],
            textposition="none",
            hovertemplate="%{text}<extra>" + str(name) + "</extra>",
        )
    figure.update_layout(barmode="stack", showlegend=len(kept) > 1, legend=legend())
    time_axis(figure, x_title)
    figure.update_yaxes(title=title, tickprefix="$" if money else None, tickformat=",~s", nticks=6)
    return figure


def handle_time(
    frame: pd.DataFrame,
    *,
    marks: pd.DataFrame | None = None,
    events: Sequence[tuple[pd.Timestamp, str]] = (),
) -> go.Figure:
    """Median minutes per assignment by week; with one way of measuring the 90th percentile too, else a line per way."""
    figure = blank(right=130)
    ways = list(frame.groupby("duration_basis"))
    lines = [("median_seconds", 2.5, None, "half took no longer than")]
    if len(ways) == 1:
        lines.append(("p90_seconds", 1.2, "dot", "nine in ten took no longer than"))
    ends = []
    for color, (code, part) in zip(SERIES, ways, strict=False):
        part = part.sort_values("week")
        for column, width, dash, said in lines:
            figure.add_scatter(
                x=part["week"],
                y=part[column] / 60,
                mode="lines+markers" if dash is None else "lines",
                line={"color": color, "width": width, "dash": dash},
                marker={"size": 6},
                text=[
                    f"{said} <b>{words.duration(v)}</b>, {words.count(n)} assignments"
                    for v, n in zip(part[column], part["assignments"], strict=True)
                ],
                name=words.basis(code),
                hovertemplate="%{text}<extra></extra>",
            )
            name = (
                "90th percentile"
                if dash
                else "median"
                if len(ways) == 1
                else words.SHORT_BASES.get(code, code)
            )
            ends.append((1, part[column].iloc[-1] / 60, name, color))
    top = max((frame[column].max() for column, *_ in lines), default=0) / 60
    marks_on(figure, marks)
    events_on(figure, events)
    end_labels(figure, ends, room=top * 0.07)
    time_axis(figure, "week from Monday (UTC)")
    figure.update_yaxes(title="minutes per assignment", rangemode="tozero", nticks=6)
    return figure
