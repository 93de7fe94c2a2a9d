"""What all charts share: the palette, the blank figure, the time axis, the bar, marks and names at line ends.

Colours carry little: one strong colour for what the chart is about, greys for what it is held
against, red only for findings. Lines are labelled at their end instead of in a legend.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import words

SERIES = (
    "#3b7dc4",
    "#d48806",
    "#1b9e8a",
    "#9467c8",
    "#55a6d9",
    "#8a8b2f",
    "#b0648f",
    "#8a8f98",
)
"""The same as ``chartCategoricalColors`` in .streamlit/config.toml; chosen to read on light and dark."""


FINDING = "#d3464d"


MUTED = "#8a8f98"


BAND = "rgba(59, 125, 196, 0.18)"


FAINT = "rgba(138, 143, 152, 0.45)"


PALE = "#e8f1fa"
"""The pale end of a scale: opaque, so that numbers upon it are readable on light and dark ground."""

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def blank(height: int = 300, *, right: int = 16, top: int = 20, bottom: int = 40) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": right, "t": top, "b": bottom},
        showlegend=False,
        hovermode="x unified",
        hoverlabel={"namelength": -1},
        bargap=0.25,
    )
    figure.update_xaxes(automargin=True, showgrid=False, zeroline=False)
    figure.update_yaxes(automargin=True, zeroline=False)
    return figure


MONDAY = "2000-01-03"
"""Where weekly ticks are counted from; Plotly's own begin on Sundays."""

MOST_TICKS = 5
"""Days that stand beside each other upright on a phone and in half a laptop's width."""


def time_axis(figure: go.Figure, title: str | None = None) -> None:
    """A time axis that reads the same on every chart: ticks on Mondays, on firsts of months where it is long."""
    first, last = reach(figure)
    weeks = 0 if first is None else max((last - first).days / 7, 1)
    every = 7 * 86_400_000 * max(math.ceil(weeks / MOST_TICKS), 1)
    ticks = {"tick0": MONDAY, "dtick": every} if weeks <= 30 else {"nticks": MOST_TICKS}
    figure.update_xaxes(
        title=title,
        type="date",
        hoverformat="%-d %b %Y",
        tickformat="%-d %b" if weeks <= 30 else "%b\n%Y",  # the year once, below its first month
        ticklabelmode="instant",
        tickangle=0,
        **ticks,
    )


def reach(figure: go.Figure) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    drawn = [pd.to_datetime(pd.Series(t.x)) for t in figure.data if t.x is not None and len(t.x)]
    return (min(x.min() for x in drawn), max(x.max() for x in drawn)) if drawn else (None, None)


def bar_line(figure: go.Figure, bar: float | None, label: str) -> None:
    """The charter's bar, dashed, named outside at the right."""
    if words.is_unknown(bar):
        return
    figure.add_hline(
        y=bar,
        line={"color": MUTED, "dash": "dash", "width": 1.5},
    )
    figure.add_annotation(
        x=1, xref="paper", y=bar, text=label, xanchor="left", xshift=4, showarrow=False,
        align="left", font={"color": MUTED, "size": 11},
    )  # fmt: skip


def marks_on(figure: go.Figure, marks: pd.DataFrame | None) -> None:
    """Guideline versions as dotted lines, each named at the top."""
    if marks is None:
        return
    first, last = reach(figure)
    said = None
    for mark in marks.sort_values("effective_from").itertuples():
        if first is None or not first <= mark.effective_from <= last:
            continue
        version = str(mark.guideline_version).removeprefix("guideline").strip()
        is_near = said is not None and mark.effective_from - said < (last - first) / 4
        said = said if is_near else mark.effective_from
        if is_near:  # its name stands above the other's: both must fit
            figure.update_layout(margin_t=max(figure.layout.margin.t or 0, 34))
        figure.add_vline(x=mark.effective_from, line={"color": FAINT, "dash": "dot", "width": 1.5})
        figure.add_annotation(
            x=mark.effective_from,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor="left",
            text=version if is_near else f"guideline {version}",
            yshift=11 if is_near else 0,
            showarrow=False,
            font={"color": MUTED, "size": 11},
            hovertext=getattr(mark, "summary", None) or None,
        )


def events_on(figure: go.Figure, events: Sequence[tuple[pd.Timestamp, str]]) -> None:
    """Days of a finding as red lines, named at the foot."""
    for k, (day, name) in enumerate(events):
        figure.add_vline(x=day, line={"color": FINDING, "width": 1.5})
        figure.add_annotation(
            x=day, y=0.02 + 0.09 * k, yref="paper", text=name, showarrow=False, xanchor="right", xshift=-4,
            font={"color": FINDING, "size": 11},
        )  # fmt: skip


def end_labels(
    figure: go.Figure, ends: Sequence[tuple[object, float, str, str]], *, room: float
) -> None:
    """Names at the ends of lines (x, y, text, colour), pushed apart where they would overlap."""
    placed = []
    for x, y, text, color in sorted(ends, key=lambda end: end[1]):
        at = max(y, placed[-1] + room) if placed else y
        placed.append(at)
        figure.add_annotation(
            x=x, xref="paper" if x == 1 else "x", y=at, text=text, xanchor="left", xshift=6,
            showarrow=False, font={"color": color, "size": 12},
        )  # fmt: skip


def legend() -> dict[str, object]:
    """At the foot of the figure, under the axis title whatever the height."""
    return {
        "orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "title": None,
        "traceorder": "normal",
    }  # fmt: skip


STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def in_points(figure: go.Figure, drawn: pd.Series) -> None:
    """Ticks of a difference of shares as points, -5, 0, +5: in per cent it would read like a share."""
    low, high = min(drawn.min(), 0.0), max(drawn.max(), 0.0)
    step = next((s for s in STEPS if (high - low) / s <= 7), 1.0)
    at = [k * step for k in range(round(low / step) - 1, round(high / step) + 2)]
    said = [f"{100 * v:+.4g}" if round(v, 6) else "0" for v in at]
    figure.update_xaxes(tickmode="array", tickvals=at, ticktext=said)
