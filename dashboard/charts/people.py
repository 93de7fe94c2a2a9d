"""People: speed against quality, growth into the work, weeks to come."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import (
    BAND,
    FAINT,
    FINDING,
    MUTED,
    SERIES,
    bar_line,
    blank,
    legend,
    time_axis,
)


def speed_and_quality(frame: pd.DataFrame, *, bar: float | None, quality: str) -> go.Figure:
    """One mark per trainer (trainer, quality, quality_low, quality_high, n, pace, standing).

    ``pace`` is the time against the team's on the same tasks; who is below the bar for certain is a red cross.
    """
    figure = blank(420, bottom=85)
    for standing, color, symbol, name in (
        ("good", SERIES[0], "circle", "above the bar"),
        ("unsure", MUTED, "circle-open", "cannot tell yet"),
        ("below", FINDING, "x", "below the bar for certain"),
    ):
        part = frame[frame["standing"] == standing]
        if part.empty:
            continue
        figure.add_scatter(
            x=part["pace"],
            y=part["quality"],
            mode="markers",
            name=name,
            marker={
                "color": color,
                "symbol": symbol,
                "size": 9,
                "opacity": 0.8,
                "line": {"width": 1.5, "color": color},
            },
            text=[
                f"<b>{r.trainer}</b><br>{quality} {words.share(r.quality)} "
                f"({words.between(r.quality_low, r.quality_high)}), n {words.count(r.n)}<br>"
                f"{r.pace:.2f} times the usual time"
                for r in part.itertuples()
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    bar_line(figure, bar, f"bar<br>{words.share(bar, 0)}" if not words.is_unknown(bar) else "")
    figure.update_layout(hovermode="closest", showlegend=True, legend=legend(), margin_r=64)
    figure.add_vline(x=1, line={"color": FAINT, "dash": "dot", "width": 1.5})
    figure.update_xaxes(
        title="pace (1 is usual, 2 takes twice as long)",
        type="log",
        tickvals=[0.25, 0.5, 0.7, 1, 1.5, 2, 3, 4],
        ticktext=["0.25", "0.5", "0.7", "1", "1.5", "2", "3", "4"],
        showgrid=True,
    )
    figure.update_yaxes(title=f"{quality}, shrunken", tickformat=".0%", nticks=6)
    return figure


def lines(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    by: str,
    n: str,
    of: str,
    title: str,
    x_title: str,
    share: bool = True,
    bar: float | None = None,
    order: Sequence[str] | None = None,
) -> go.Figure:
    """One line per ``by``, named below; the interval of a point is in its hover, the newest line is strongest."""
    figure = blank(340, bottom=95, right=24 if words.is_unknown(bar) else 72)
    form = words.share if share else words.number
    groups = list(dict.fromkeys(frame[by]))
    for color, name in zip(SERIES, groups, strict=False):
        part = frame[frame[by] == name].dropna(subset=[y])
        part = part.sort_values(x) if order is None else part
        figure.add_scatter(
            x=part[x],
            y=part[y],
            mode="lines+markers",
            name=str(name),
            line={"color": color, "width": 3 if name == groups[-1] else 1.8},
            marker={"size": 6},
            text=[_told(row, y, form) + f", {words.count(row[n])} {of}" for _, row in part.iterrows()],
            hovertemplate="%{text}<extra>" + str(name) + "</extra>",
        )  # fmt: skip
    bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    figure.update_layout(showlegend=True, legend=legend())
    if order is not None:
        figure.update_xaxes(categoryorder="array", categoryarray=list(order), type="category")
    if pd.api.types.is_datetime64_any_dtype(frame[x]):
        time_axis(figure, x_title)
    else:
        figure.update_xaxes(title=x_title)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6)
    return figure


def _told(row: pd.Series, y: str, form) -> str:
    low, high = row.get(f"{y}_low"), row.get(f"{y}_high")
    interval = "" if words.is_unknown(low) else f" ({form(low)} to {form(high)})"
    return f"<b>{form(row[y])}</b>{interval}"


def projected(weeks: pd.DataFrame) -> go.Figure:
    """Weeks to come (week, people, value) with their 80 % range."""
    figure = blank(300)
    for edge, fill in (("value_high", None), ("value_low", "tonexty")):
        figure.add_scatter(
            x=weeks["week"], y=weeks[edge], mode="lines", line={"width": 0}, fill=fill,
            fillcolor=BAND, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=weeks["week"],
        y=weeks["value"],
        mode="lines+markers",
        line={"color": SERIES[0], "width": 2.5, "dash": "dash"},
        text=[
            f"<b>{words.count(w.value)}</b> ({words.count(w.value_low)} to {words.count(w.value_high)}) submissions "
            f"by {words.count(w.people)} people"
            for w in weeks.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    time_axis(figure, "week from")
    figure.update_yaxes(title="submissions a week, 80 % range", rangemode="tozero", nticks=6)
    return figure


def within_limits(figure: go.Figure, weeks: pd.DataFrame) -> go.Figure:
    """The chart with the limits (limit_low, limit_high) in which weeks of somebody usual lie, dotted."""
    for edge in ("limit_low", "limit_high"):
        figure.add_scatter(
            x=weeks["week"], y=weeks[edge], mode="lines", hoverinfo="skip",
            line={"color": MUTED, "width": 1.2, "dash": "dot", "shape": "hvh"},
        )  # fmt: skip
    return figure


def against_cohort(
    frame: pd.DataFrame,
    *,
    x: str,
    share: bool,
    title: str,
    x_title: str,
    n: str,
    of: str,
    bar: float | None,
) -> go.Figure:
    """One person's line (``rate``) with its interval over that of the people who began with them (``cohort``)."""
    figure = blank(320, bottom=85, right=24 if words.is_unknown(bar) else 72)
    form = words.share if share else words.number
    band = frame.dropna(subset=["rate_low", "rate_high"]) if share else frame.head(0)
    for edge, fill in (("rate_high", None), ("rate_low", "tonexty")):
        if len(band):
            figure.add_scatter(
                x=band[x], y=band[edge], mode="lines", line={"width": 0}, fill=fill,
                fillcolor=BAND, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
    for column, count, name, color, width in (
        ("cohort", f"{n}_cohort", "others who began that month", MUTED, 1.8),
        ("rate", n, "this person", SERIES[0], 3),
    ):
        part = frame.dropna(subset=[column])
        figure.add_scatter(
            x=part[x], y=part[column], mode="lines+markers", name=name,
            line={"color": color, "width": width}, marker={"size": 6},
            text=[f"<b>{form(v)}</b>, {words.count(k)} {of}" for v, k in zip(part[column], part[count], strict=True)],
            hovertemplate="%{text}<extra>" + name + "</extra>",
        )  # fmt: skip
    bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    figure.update_layout(showlegend=True, legend=legend())
    figure.update_xaxes(title=x_title, dtick=1 if len(frame) <= 16 else None)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6)
    return figure
