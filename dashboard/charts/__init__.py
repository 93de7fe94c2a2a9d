"""Charts: pure functions from a frame to a Plotly figure. Background, text and grid come from the theme."""

from dashboard.charts.answers import alike, clickable, confusion, heat, spread
from dashboard.charts.base import CONFIG, FINDING, MUTED, SERIES
from dashboard.charts.campaign import accepted_within, burn_up, stock
from dashboard.charts.free import MOST_POINTS, simple
from dashboard.charts.money import earned_value, waterfall
from dashboard.charts.past import COLUMNS, against_past, sevens
from dashboard.charts.people import (
    against_cohort,
    lines,
    projected,
    reached,
    speed_and_quality,
    within_limits,
)
from dashboard.charts.rows import MOST_ROWS, around, intervals, parts, ranked, side_by_side
from dashboard.charts.weeks import bars, handle_time, rate, stacked

__all__ = [
    "COLUMNS",
    "CONFIG",
    "FINDING",
    "MOST_POINTS",
    "MOST_ROWS",
    "MUTED",
    "SERIES",
    "accepted_within",
    "against_cohort",
    "against_past",
    "alike",
    "around",
    "bars",
    "burn_up",
    "clickable",
    "confusion",
    "earned_value",
    "handle_time",
    "heat",
    "intervals",
    "lines",
    "parts",
    "projected",
    "ranked",
    "reached",
    "rate",
    "sevens",
    "side_by_side",
    "simple",
    "speed_and_quality",
    "spread",
    "stacked",
    "stock",
    "waterfall",
    "within_limits",
]
