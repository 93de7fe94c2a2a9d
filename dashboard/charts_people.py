"""Figures of people and answers: pure functions from a frame to a figure, in the manner of charts.py."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard import words
from dashboard.charts import BAND, FAINT, FINDING, MUTED, SERIES, _bar_line, _figure, _legend, _time
from dashboard.charts import go as plotly

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
) -> plotly.Figure:
    """One row per person: estimate and 95 % interval on either side of ``middle``, n at the right.

    ``found`` names the boolean column of rows that are a finding: red, with a cross.
    """
    frame = frame.dropna(subset=[value]).head(MOST_ROWS).iloc[::-1]
    names = [str(name) for name in frame[label]]
    is_found = frame[found] if found else pd.Series(False, index=frame.index)
    tints = [FINDING if f else SERIES[0] for f in is_found]
    said = {"points": words.points, "share": words.share}.get(form, words.number)
    figure = _figure(90 + 28 * max(len(frame), 1), right=90)
    low, high = frame[f"{value}_low"], frame[f"{value}_high"]
    for name, lo, hi, tint in zip(names, low, high, tints, strict=True):
        figure.add_scatter(
            x=[lo, hi], y=[name, name], mode="lines", hoverinfo="skip",
            line={"color": tint, "width": 7}, opacity=0.3,
        )  # fmt: skip
    figure.add_scatter(
        x=frame[value],
        y=names,
        mode="markers",
        marker={"size": 10, "color": tints, "symbol": ["x" if f else "circle" for f in is_found]},
        text=[
            f"<b>{said(v)}</b> ({said(lo)} to {said(hi)}), {words.count(k)} {of}"
            for v, lo, hi, k in zip(frame[value], low, high, frame[n], strict=True)
        ],
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    for name, k in zip(names, frame[n], strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=f"n {words.count(k)}", xanchor="left", xshift=8,
            showarrow=False, font={"color": MUTED, "size": 11},
        )  # fmt: skip
    figure.add_vline(x=middle, line={"color": MUTED, "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=middle, y=1, yref="paper", yanchor="bottom", text=middle_name, showarrow=False,
        font={"color": MUTED, "size": 11},
    )  # fmt: skip
    figure.update_layout(hovermode="closest", margin_t=26)
    tick = ".0%" if form == "share" else ".1f"
    figure.update_xaxes(title=title, tickformat=tick, showgrid=True, nticks=7)
    if form == "points":
        _in_points(figure, pd.concat([low, high, frame[value]]))
    figure.update_yaxes(title=None, type="category")
    return figure


def parts(frame: pd.DataFrame, *, label: str, value: str, title: str) -> plotly.Figure:
    """What a change of a share is made of, one bar per part with its 95 % interval where there is one."""
    frame = frame.iloc[::-1]
    figure = _figure(70 + 36 * len(frame), right=120)
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
    _in_points(figure, pd.concat([frame[value], frame[f"{value}_low"], frame[f"{value}_high"]]))
    figure.update_yaxes(title=None, type="category")
    return figure


STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def _in_points(figure: plotly.Figure, drawn: pd.Series) -> None:
    """Ticks of a difference of shares as points, -5, 0, +5: in per cent it would read like a share."""
    low, high = min(drawn.min(), 0.0), max(drawn.max(), 0.0)
    step = next((s for s in STEPS if (high - low) / s <= 7), 1.0)
    at = [k * step for k in range(round(low / step) - 1, round(high / step) + 2)]
    said = [f"{100 * v:+.4g}" if round(v, 6) else "0" for v in at]
    figure.update_xaxes(tickmode="array", tickvals=at, ticktext=said)


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
) -> plotly.Figure:
    """One line per ``by``, named below; the interval of a point is in its hover, the newest line is strongest."""
    figure = _figure(340, bottom=95, right=24 if words.is_unknown(bar) else 72)
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
    _bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    figure.update_layout(showlegend=True, legend=_legend())
    if order is not None:
        figure.update_xaxes(categoryorder="array", categoryarray=list(order), type="category")
    if pd.api.types.is_datetime64_any_dtype(frame[x]):
        _time(figure, x_title)
    else:
        figure.update_xaxes(title=x_title)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6)
    return figure


def _told(row: pd.Series, y: str, form) -> str:
    low, high = row.get(f"{y}_low"), row.get(f"{y}_high")
    interval = "" if words.is_unknown(low) else f" ({form(low)} to {form(high)})"
    return f"<b>{form(row[y])}</b>{interval}"


def projected(weeks: pd.DataFrame) -> plotly.Figure:
    """Weeks to come (week, people, value) with their 80 % range."""
    figure = _figure(300)
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
    _time(figure, "week from")
    figure.update_yaxes(title="submissions a week, 80 % range", rangemode="tozero", nticks=6)
    return figure


def within_limits(figure: plotly.Figure, weeks: pd.DataFrame) -> plotly.Figure:
    """The chart with the limits (limit_low, limit_high) in which weeks of somebody usual lie, dotted."""
    for edge in ("limit_low", "limit_high"):
        figure.add_scatter(
            x=weeks["week"], y=weeks[edge], mode="lines", hoverinfo="skip",
            line={"color": MUTED, "width": 1.2, "dash": "dot", "shape": "hvh"},
        )  # fmt: skip
    return figure


def clickable(figure: plotly.Figure) -> plotly.Figure:
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
) -> plotly.Figure:
    """One person's line (``rate``) with its interval over that of the people who began with them (``cohort``)."""
    figure = _figure(320, bottom=85, right=24 if words.is_unknown(bar) else 72)
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
    _bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    figure.update_layout(showlegend=True, legend=_legend())
    figure.update_xaxes(title=x_title, dtick=1 if len(frame) <= 16 else None)
    figure.update_yaxes(title=title, tickformat=".0%" if share else None, nticks=6)
    return figure
