"""Figures: pure functions from a frame to a Plotly figure. Background, text and grid come from the theme.

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

STATES = {
    "accepted": SERIES[2],
    "awaiting_review": SERIES[0],
    "in_rework": SERIES[1],
    "in_work": SERIES[4],
    "available": "rgba(138, 143, 152, 0.55)",
    "removed": "rgba(138, 143, 152, 0.25)",
}
"""Items' states in the order in which they are stacked, the finished ones at the ground."""

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def _figure(height: int = 300, *, right: int = 16, top: int = 20, bottom: int = 40) -> go.Figure:
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


def _time(figure: go.Figure, title: str | None = None) -> None:
    """A time axis that reads the same on every chart: ticks on Mondays, on firsts of months where it is long."""
    first, last = _reach(figure)
    weeks = 0 if first is None else max((last - first).days / 7, 1)
    every = 7 * 86_400_000 * max(math.ceil(weeks / 8), 1)
    ticks = {"tick0": MONDAY, "dtick": every} if weeks <= 30 else {"nticks": 8}
    figure.update_xaxes(
        title=title,
        type="date",
        hoverformat="%-d %b %Y",
        tickformat="%-d %b" if weeks <= 30 else "%b %Y",
        ticklabelmode="instant",
        **ticks,
    )


def _bar_line(figure: go.Figure, bar: float | None, label: str) -> None:
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


def _marks(figure: go.Figure, marks: pd.DataFrame | None) -> None:
    """Guideline versions as dotted lines, each named at the top."""
    if marks is None:
        return
    first, last = _reach(figure)
    for mark in marks.itertuples():
        if first is None or not first <= mark.effective_from <= last:
            continue
        figure.add_vline(x=mark.effective_from, line={"color": FAINT, "dash": "dot", "width": 1.5})
        figure.add_annotation(
            x=mark.effective_from,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"guideline {mark.guideline_version}".replace("guideline guideline", "guideline"),
            showarrow=False,
            font={"color": MUTED, "size": 11},
            hovertext=getattr(mark, "summary", None) or None,
        )


def _events(figure: go.Figure, events: Sequence[tuple[pd.Timestamp, str]]) -> None:
    """Days of a finding as red lines, named at the foot."""
    for k, (day, name) in enumerate(events):
        figure.add_vline(x=day, line={"color": FINDING, "width": 1.5})
        figure.add_annotation(
            x=day, y=0.02 + 0.09 * k, yref="paper", text=name, showarrow=False, xanchor="right", xshift=-4,
            font={"color": FINDING, "size": 11},
        )  # fmt: skip


def _reach(figure: go.Figure) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    drawn = [pd.to_datetime(pd.Series(t.x)) for t in figure.data if t.x is not None and len(t.x)]
    return (min(x.min() for x in drawn), max(x.max() for x in drawn)) if drawn else (None, None)


def _end_labels(
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
    figure = _figure(right=24 if words.is_unknown(bar) else 72)
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
    _bar_line(figure, bar, f"bar<br>{form(bar)}" if not words.is_unknown(bar) else "")
    _marks(figure, marks)
    _events(figure, events)
    _time(figure, "week from Monday (UTC)")
    figure.update_yaxes(title=title, tickformat=".0%" if share else ".2f", nticks=6)
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
    figure = _figure(330, bottom=105)
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
    figure.update_layout(barmode="stack", showlegend=len(kept) > 1, legend=_legend())
    _time(figure, x_title)
    figure.update_yaxes(title=title, tickprefix="$" if money else None, tickformat=",~s", nticks=6)
    return figure


def _legend() -> dict[str, object]:
    """At the foot of the figure, under the axis title whatever the height."""
    return {
        "orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "title": None,
        "traceorder": "normal",
    }  # fmt: skip


def burn_up(
    frame: pd.DataFrame,
    *,
    ends: tuple[pd.Timestamp, pd.Timestamp] | None = None,
    marks: pd.DataFrame | None = None,
    until: pd.Timestamp | None = None,
) -> go.Figure:
    """Accepted items to date (day, accepted_items, planned_items, target_items) against plan and target.

    The plan bends and the target steps where the promise was changed.
    """
    figure = _figure(380, right=84, top=26)
    frame = frame.sort_values("day")
    done = frame.dropna(subset=["accepted_items"])
    done = done[done["day"] < until] if until is not None else done
    figure.add_scatter(
        x=done["day"],
        y=done["accepted_items"],
        mode="lines",
        line={"color": SERIES[0], "width": 3},
        fill="tozeroy",
        fillcolor=BAND,
        hovertemplate="<b>%{y:,.0f}</b> accepted<extra></extra>",
    )
    labels = []
    if len(done):
        labels.append(
            (done["day"].iloc[-1], done["accepted_items"].iloc[-1], "accepted", SERIES[0])
        )
    plan = frame.dropna(subset=["planned_items"])
    target = frame.dropna(subset=["target_items"])
    if len(plan):
        figure.add_scatter(
            x=plan["day"],
            y=plan["planned_items"],
            mode="lines",
            line={"color": MUTED, "dash": "dash", "width": 1.5},
            hovertemplate="%{y:,.0f} planned<extra></extra>",
        )
        middle = plan.iloc[len(plan) * 2 // 3]
        known = not words.is_unknown(middle["accepted_items"])
        ahead = known and middle["accepted_items"] > middle["planned_items"]
        figure.add_annotation(
            x=middle["day"], y=middle["planned_items"], text="plan", showarrow=False,
            xanchor="left" if ahead else "right", xshift=6 if ahead else -6, yshift=-9 if ahead else 9,
            font={"color": MUTED, "size": 12},
        )  # fmt: skip
    if len(target):
        last = float(target["target_items"].iloc[-1])
        right = max([target["day"].iloc[-1], *(ends or ())])
        figure.add_scatter(
            x=[*target["day"], right],
            y=[*target["target_items"], last],
            mode="lines",
            line={"color": MUTED, "width": 1.5, "shape": "hv"},
            hovertemplate="target %{y:,.0f}<extra></extra>",
        )
        figure.add_annotation(
            x=1, xref="paper", y=last, text=f"target<br>{words.count(last)}", xanchor="left", xshift=4,
            showarrow=False, align="left", font={"color": MUTED, "size": 11},
        )  # fmt: skip
        if ends and len(done) and (ends[1] - ends[0]).days < 1000:
            start, reached = done["day"].iloc[-1], done["accepted_items"].iloc[-1]
            figure.add_scatter(
                x=[start, ends[0], ends[1], start],
                y=[reached, last, last, reached],
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor="rgba(59, 125, 196, 0.12)",
                hoverinfo="skip",
            )
    _marks(figure, marks)
    _end_labels(figure, labels, room=0)
    _time(figure)
    figure.update_yaxes(title="accepted items", tickformat=",~s", rangemode="tozero", nticks=6)
    return figure


def stock(frame: pd.DataFrame, *, marks: pd.DataFrame | None = None) -> go.Figure:
    """Items in each state at the end of each day (day, state, items), stacked."""
    figure = _figure(320, bottom=70)
    for state, color in STATES.items():
        part = frame[frame["state"] == state].sort_values("day")
        if part.empty or not part["items"].any():
            continue
        figure.add_scatter(
            x=part["day"],
            y=part["items"],
            mode="lines",
            line={"width": 0.5, "color": color},
            stackgroup="items",
            fillcolor=color,
            name=words.plain(state),
            hovertemplate="%{y:,.0f}<extra>" + words.plain(state) + "</extra>",
        )
    figure.update_layout(showlegend=True, legend=_legend())
    _marks(figure, marks)
    _time(figure)
    figure.update_yaxes(title="items at the end of the day", tickformat=",~s", nticks=6)
    return figure


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
    figure = _figure(90 + 32 * max(len(frame), 1), right=90)
    color = [FINDING if b else SERIES[0] for b in below]
    for name, lo, hi, tint in zip(names, low, high, color, strict=True):
        figure.add_scatter(
            x=[lo, hi], y=[name, name], mode="lines", hoverinfo="skip",
            line={"color": tint, "width": 7}, opacity=0.3,
        )  # fmt: skip
    figure.add_scatter(
        x=bar,
        y=names,
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"color": MUTED, "width": 2.5}},
        hovertemplate="bar %{x:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=frame[value],
        y=names,
        mode="markers",
        marker={"size": 10, "color": color, "symbol": ["x" if b else "circle" for b in below]},
        text=[
            f"<b>{form(v)}</b> ({form(lo)} to {form(hi)}), {words.count(k)} {of}"
            for v, lo, hi, k in zip(frame[value], low, high, frame[n], strict=True)
        ],
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    for name, k in zip(names, frame[n], strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=f"n {words.count(k)}", xanchor="left", xshift=8,
            showarrow=False, font={"color": MUTED, "size": 11},
        )  # fmt: skip
    if names and bar.notna().any():
        k = int(bar.notna().to_numpy().nonzero()[0][-1])
        figure.add_annotation(
            x=bar.iloc[k], y=names[k], text="bar", yshift=16, showarrow=False,
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
    figure = _figure(60 + 28 * max(len(frame), 1), right=110)
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


def waterfall(frame: pd.DataFrame, *, label: str, value: str, title: str, total: str) -> go.Figure:
    """Where a dollar goes: one step per category in the order of ``frame``, the whole at the foot."""
    whole = frame[value].sum()
    figure = _figure(110 + 30 * (len(frame) + 1), right=120)
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


def handle_time(
    frame: pd.DataFrame,
    *,
    marks: pd.DataFrame | None = None,
    events: Sequence[tuple[pd.Timestamp, str]] = (),
) -> go.Figure:
    """Median minutes per assignment by week; with one way of measuring the 90th percentile too, else a line per way."""
    figure = _figure(right=130)
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
    _marks(figure, marks)
    _events(figure, events)
    _end_labels(figure, ends, room=top * 0.07)
    _time(figure, "week from Monday (UTC)")
    figure.update_yaxes(title="minutes per assignment", rangemode="tozero", nticks=6)
    return figure


def speed_and_quality(frame: pd.DataFrame, *, bar: float | None, quality: str) -> go.Figure:
    """One mark per trainer (trainer, quality, quality_low, quality_high, n, pace, standing).

    ``pace`` is the time against the team's on the same tasks; who is below the bar for certain is a red cross.
    """
    figure = _figure(420, bottom=85)
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
    _bar_line(figure, bar, f"bar<br>{words.share(bar, 0)}" if not words.is_unknown(bar) else "")
    figure.update_layout(hovermode="closest", showlegend=True, legend=_legend(), margin_r=64)
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
    figure = _figure(260)
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
    _marks(figure, marks)
    _events(figure, events)
    _time(figure, x_title)
    figure.update_yaxes(title=title, tickformat=",~s", nticks=5)
    return figure


def spread(frame: pd.DataFrame, *, x: str, y: str, title: str) -> go.Figure:
    """How often each number was given: a histogram in twenty steps."""
    figure = _figure(300)
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


def earned_value(frame: pd.DataFrame) -> go.Figure:
    """Planned value, earned value and actual cost to date (day, planned_cost, earned_value, cost_to_date)."""
    figure = _figure(330, right=84)
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
    _end_labels(figure, ends, room=top * 0.06)
    _time(figure)
    figure.update_yaxes(
        title="US dollars to date", tickprefix="$", tickformat=",~s", rangemode="tozero", nticks=6
    )
    return figure


def confusion(frame: pd.DataFrame, *, right: str, given: str, n: str, axis: str) -> go.Figure:
    """Given answers against right ones: shares of each row, the number in each cell; the diagonal is right."""
    order = sorted({*frame[right], *frame[given]}, key=str)
    counts = frame.pivot_table(index=right, columns=given, values=n, aggfunc="sum", fill_value=0)
    counts = counts.reindex(index=order, columns=order, fill_value=0)
    counts = counts[counts.sum(axis=1) > 0]
    shares = counts.div(counts.sum(axis=1), axis=0)
    figure = _figure(120 + 34 * len(counts), top=40)
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
