"""People: speed against quality, growth into the work, weeks to come."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import (
    BAND,
    FAINT,
    FINDING,
    MUTED,
    PALE,
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
) -> go.Figure:
    """One line per ``by``: two in one picture, more in a picture each, with the others pale behind.

    The interval of a point is in its hover, in a picture of its own also drawn.
    """
    groups = {
        str(name): part.dropna(subset=[y]).sort_values(x)
        for name, part in frame.groupby(by, sort=False)
    }
    form = words.share if share else words.number
    is_one = len(groups) <= MOST_TOGETHER
    rows = 1 if is_one else math.ceil(len(groups) / 2)
    figure = blank(
        320 if is_one else 90 + 135 * rows, bottom=85 if is_one else 60, right=24 if words.is_unknown(bar) else 72
    )  # fmt: skip
    if not is_one:
        figure.set_subplots(
            rows, 2, shared_xaxes="all", shared_yaxes="all", subplot_titles=list(groups),
            vertical_spacing=0.16 / max(rows - 1, 1) + 0.04, horizontal_spacing=0.06,
        )  # fmt: skip
        figure.update_annotations(font={"size": 12}, yshift=-2)
    for k, (name, part) in enumerate(groups.items()):
        place = {} if is_one else {"row": k // 2 + 1, "col": k % 2 + 1}
        if not is_one:
            band = (
                part.dropna(subset=[f"{y}_low", f"{y}_high"])
                if f"{y}_low" in part
                else part.head(0)
            )
            for edge, fill in ((f"{y}_high", None), (f"{y}_low", "tonexty")):
                figure.add_scatter(
                    x=band[x], y=band.get(edge), mode="lines", line={"width": 0}, fill=fill,
                    fillcolor=BAND, hoverinfo="skip", showlegend=False, **place,
                )  # fmt: skip
            for other in groups.values():
                figure.add_scatter(
                    x=other[x], y=other[y], mode="lines", hoverinfo="skip", showlegend=False,
                    line={"color": FAINT, "width": 1}, **place,
                )  # fmt: skip
        figure.add_scatter(
            x=part[x],
            y=part[y],
            mode="lines+markers",
            name=name,
            line={"color": SERIES[k] if is_one else SERIES[0], "width": 2.5},
            marker={"size": 6 if is_one else 4, "symbol": "circle" if k == 0 or not is_one else "square"},
            text=[_told(row, y, form) + f", {words.count(row[n])} {of}" for _, row in part.iterrows()],
            hovertemplate="%{text}<extra>" + name + "</extra>",
            **place,
        )  # fmt: skip
    figure.update_xaxes(showgrid=False, zeroline=False, automargin=True)
    if pd.api.types.is_datetime64_any_dtype(frame[x]):
        time_axis(figure, x_title)
    else:
        figure.update_xaxes(title=x_title, nticks=7, tickangle=0)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6, zeroline=False)
    if is_one:
        bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
        figure.update_layout(showlegend=True, legend=legend())
        return figure
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title=None)
    figure.update_xaxes(title=x_title, row=rows, col=1)
    # The lines fill their pictures; an interval from hardly anything may reach beyond them.
    low, high = frame[y].min(), frame[y].max()
    room = 0.15 * max(high - low, 0.01)
    figure.update_yaxes(title=None, nticks=4, range=[low - room, high + room])
    figure.update_yaxes(title=title, row=math.ceil(rows / 2), col=1)
    if not words.is_unknown(bar):
        figure.add_hline(y=bar, line={"color": MUTED, "dash": "dash", "width": 1})
        figure.add_annotation(
            x=1, xref="paper", y=bar, yref="y2", text=f"bar<br>{form(bar)}", xanchor="left", xshift=4,
            showarrow=False, align="left", font={"color": MUTED, "size": 11},
        )  # fmt: skip
    return figure


MOST_TOGETHER = 2
"""Lines that are told apart at a glance where they cross."""


def reached(frame: pd.DataFrame, *, cohort: str, stage: str, share: str, n: str) -> go.Figure:
    """How far each cohort has come: the share of it that reached each stage, in the order of the frame."""
    wide, counts = (
        frame.pivot_table(index=cohort, columns=stage, values=v, sort=False) for v in (share, n)
    )
    figure = blank(80 + 36 * len(wide), top=30, bottom=8)
    figure.add_heatmap(
        x=list(wide.columns),
        y=[str(name) for name in wide.index],
        z=wide.to_numpy(),
        customdata=counts.to_numpy(),
        zmin=0,
        zmax=1,
        texttemplate="%{z:.0%}",
        colorscale=[[0, PALE], [1, SERIES[0]]],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y}: %{z:.1%} of %{customdata} invited reached this<extra>%{x}</extra>",
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(type="category", side="top")
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
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
    time_axis(figure, "week from Monday (UTC)")
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
    figure.update_xaxes(title=x_title, nticks=9, tickangle=0)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6)
    return figure
