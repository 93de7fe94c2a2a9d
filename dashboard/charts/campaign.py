"""A campaign's items: accepted against the plan, by state, and within so many days."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.charts.base import (
    BAND,
    MUTED,
    SERIES,
    blank,
    end_labels,
    legend,
    marks_on,
    time_axis,
)


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
    figure = blank(380, right=84, top=26)
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
    marks_on(figure, marks)
    end_labels(figure, labels, room=0)
    time_axis(figure)
    figure.update_yaxes(title="accepted items", tickformat=",~s", rangemode="tozero", nticks=6)
    return figure


STATES = {
    "accepted": SERIES[2],
    "awaiting_review": SERIES[0],
    "in_rework": SERIES[1],
    "in_work": SERIES[4],
    "available": "rgba(138, 143, 152, 0.55)",
    "removed": "rgba(138, 143, 152, 0.25)",
}
"""Items' states in the order in which they are stacked, the finished ones at the ground."""


def stock(frame: pd.DataFrame, *, marks: pd.DataFrame | None = None) -> go.Figure:
    """Items in each state at the end of each day (day, state, items), stacked."""
    figure = blank(320, bottom=70)
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
    figure.update_layout(showlegend=True, legend=legend())
    marks_on(figure, marks)
    time_axis(figure)
    figure.update_yaxes(title="items at the end of the day", tickformat=",~s", nticks=6)
    return figure


def accepted_within(frame: pd.DataFrame) -> go.Figure:
    """The share accepted within so many days (within_hours, accepted_share, its interval), as steps."""
    frame = frame.sort_values("within_hours")
    days = frame["within_hours"] / 24
    figure = blank(300)
    band = frame["accepted_low"].notna() & frame["accepted_high"].notna()
    for edge, fill in (("accepted_high", None), ("accepted_low", "tonexty")):
        figure.add_scatter(
            x=days[band], y=frame.loc[band, edge], mode="lines", line={"width": 0, "shape": "hv"},
            fill=fill, fillcolor=BAND, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=days,
        y=frame["accepted_share"],
        mode="lines",
        line={"color": SERIES[0], "width": 2.5, "shape": "hv"},
        text=[
            f"<b>{words.share(row.accepted_share)}</b> within {words.duration(row.within_hours * 3600)}, "
            f"{words.count(row.at_risk)} still open before"
            for row in frame.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    figure.update_xaxes(title="days since the item became available", rangemode="tozero", nticks=8)
    figure.update_yaxes(title="accepted", tickformat=".0%", range=[0, 1.02], nticks=6)
    return figure
