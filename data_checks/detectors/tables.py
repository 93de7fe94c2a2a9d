"""What a detector knows, as tables with names and dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data_checks.detectors import floor, mix
from data_checks.detectors import settings as s
from data_checks.detectors.flags import Flag, Tracker
from data_checks.detectors.panels import SHARES
from data_checks.detectors.settings import DAYS_A_MONTH, Settings
from data_checks.detectors.team import Team, TeamFlag

KEY = ("scope", "campaign_id", "metric", "direction", "kind", "opened")
FLAG_COLUMNS = (
    "scope", "campaign_id", "metric", "direction", "kind", "severity", "opened", "closed",
    "onset_est", "effect", "effect_low", "effect_high", "n", "cause_dimension", "cause_segment",
    "posterior", "cause7_dimension", "cause7_segment", "posterior7", "months",
)  # fmt: skip
CAUSE_COLUMNS = (*KEY, "place", "dimension", "segment", "posterior")
DAILY_COLUMNS = ("campaign_id", "day", "units", "bad", "expected", "low", "high")
SURE = 1.96
LATELY = 14
UNSURE_DAYS = 64


def date_of(first: np.datetime64, day: int | None) -> pd.Timestamp:
    """The date of a day's number."""
    return pd.NaT if day is None else pd.Timestamp(first + day)


def sign_of(direction: str) -> int:
    """Effects are told in the figure's own sense: a fall is negative."""
    return -1 if direction == "down" else 1


def regression(flag: Flag, tracker: Tracker) -> dict:
    """A change from the past."""
    then, later = flag.causes[0], flag.cause
    sign = sign_of(tracker.panel.direction)
    ends = sorted(sign * (flag.effect + k * flag.error) for k in (-SURE, SURE))
    return _row(tracker, flag.campaign, "regression", flag.opened, flag.closed, flag.onset) | {
        "severity": flag.severity,
        "effect": round(sign * flag.effect, 5),
        "effect_low": round(ends[0], 5),
        "effect_high": round(ends[1], 5),
        "n": round(flag.units),
        "cause_dimension": then.dimension,
        "cause_segment": then.segment,
        "posterior": round(then.posterior, 4),
        "cause7_dimension": later.dimension,
        "cause7_segment": later.segment,
        "posterior7": round(later.posterior, 4),
        "months": float(np.exp(min(flag.log_e, 30)) / DAYS_A_MONTH),
    }


def breach(found: floor.Breach, tracker: Tracker) -> dict:
    """A level on the wrong side of the bar."""
    row = _row(tracker, found.campaign, "floor", found.opened, found.closed, found.opened)
    effect = sign_of(tracker.panel.direction) * found.effect
    return row | {"effect": round(effect, 5), "n": round(found.units)}


def mix_shift(shift: mix.MixShift, tracker: Tracker) -> dict:
    """A change that the mix of the work explains."""
    effect = sign_of(tracker.panel.direction) * shift.effect
    row = _row(tracker, shift.campaign, "mix", shift.opened, shift.closed, shift.onset)
    then = {"cause_dimension": shift.dimension, "cause_segment": shift.segment}
    later = {"cause7_dimension": shift.dimension, "cause7_segment": shift.segment}
    return row | {"effect": round(effect, 5), "n": round(shift.units)} | then | later


def of_team(flag: TeamFlag, first: np.datetime64) -> dict:
    """A change that the whole team shares."""
    return _blank() | {
        "scope": "team",
        "metric": flag.metric,
        "direction": flag.direction,
        "kind": "regression",
        "opened": date_of(first, flag.opened),
        "closed": date_of(first, flag.closed),
        "onset_est": date_of(first, flag.onset),
        "effect": round(sign_of(flag.direction) * flag.effect, 5),
        "n": round(flag.units),
    }


def _blank() -> dict:
    return {
        "campaign_id": "", "severity": "warning", "effect_low": np.nan, "effect_high": np.nan,
        "cause_dimension": "campaign", "cause_segment": "", "posterior": np.nan,
        "cause7_dimension": "campaign", "cause7_segment": "", "posterior7": np.nan,
        "months": np.nan,
    }  # fmt: skip


def _row(
    tracker: Tracker, campaign: int, kind: str, opened: int, closed: int | None, onset: int
) -> dict:
    panel = tracker.panel
    return _blank() | {
        "scope": "campaign",
        "campaign_id": str(tracker.layout.campaigns[campaign]),
        "metric": panel.metric,
        "direction": panel.direction,
        "kind": kind,
        "opened": date_of(panel.first_day, opened),
        "closed": date_of(panel.first_day, closed),
        "onset_est": date_of(panel.first_day, onset),
    }


def bars(tracker: Tracker, settings: Settings) -> dict[int, float]:
    """The bars of a figure that is a share, as the largest bad share, by campaign."""
    panel = tracker.panel
    if panel.metric not in SHARES:
        return {}
    place = {str(c): i for i, c in enumerate(tracker.layout.campaigns)}
    return {
        place[campaign]: 1 - bar if panel.direction == "down" else bar
        for (campaign, metric), bar in settings.bars.items()
        if metric == panel.metric and campaign in place
    }


def of_levels(tracker: Tracker, settings: Settings) -> list[dict]:
    """The rows of what is no regression: breaches of a bar, shifts of the mix.

    Where days were forgotten, what seems to begin in the first weeks left may have begun before.
    """
    levels = floor.breaches(tracker.watch, bars(tracker, settings))
    if tracker.panel.metric in SHARES:
        levels += mix.shifts(tracker.layout, tracker.watch.counts)
    forgotten = tracker.watch.start < 0
    return [
        breach(found, tracker) if isinstance(found, floor.Breach) else mix_shift(found, tracker)
        for found in levels
        if not forgotten[found.campaign] or found.opened >= UNSURE_DAYS
    ]


def ordered(rows: list[dict], columns: tuple[str, ...]) -> pd.DataFrame:
    """The rows as a table, in the order of their opening."""
    table = pd.DataFrame(rows, columns=list(columns))
    order = ["opened", "scope", "campaign_id", "metric", "direction", "kind"]
    return table.sort_values(order, kind="stable").reset_index(drop=True)


def flags(tracker: Tracker | None, team: Team, settings: Settings) -> pd.DataFrame:
    """All flags of a figure."""
    if tracker is None:
        return ordered([], FLAG_COLUMNS)
    rows = [regression(flag, tracker) for flag in tracker.flags]
    rows += of_levels(tracker, settings)
    rows += [of_team(flag, tracker.panel.first_day) for flag in team.flags()]
    return ordered(rows, FLAG_COLUMNS)


def causes(tracker: Tracker | None) -> pd.DataFrame:
    """The most probable causes of each regression."""
    rows = []
    for flag in tracker.flags if tracker else []:
        told = regression(flag, tracker)
        for place, cause in enumerate(flag.later or flag.causes, start=1):
            rows.append(
                {k: told[k] for k in KEY}
                | {"place": place, "dimension": cause.dimension, "segment": cause.segment}
                | {"posterior": round(cause.posterior, 4)}
            )
    return pd.DataFrame(rows, columns=list(CAUSE_COLUMNS))


def daily(tracker: Tracker | None) -> pd.DataFrame:
    """Each campaign's days with units, beside what was expected of them."""
    if tracker is None:
        return pd.DataFrame(columns=list(DAILY_COLUMNS))
    watch, panel = tracker.watch, tracker.panel
    until = watch.today + 1
    units, bad = watch.counts_of_campaigns[:, :, :until].astype(float)
    expected, variance = watch.daily[:, :, 1 : until + 1]
    campaign, day = np.nonzero(units)
    at = (campaign, day)
    usual, spread = expected[at], SURE * np.sqrt(variance[at])
    return pd.DataFrame(
        {
            "campaign_id": tracker.layout.campaigns[campaign].astype(str),
            "day": pd.DatetimeIndex(panel.first_day + day.astype("timedelta64[D]")),
            "units": units[at],
            "bad": bad[at],
            "expected": usual,
            "low": np.maximum(usual - spread, 0),
            "high": np.minimum(usual + spread, units[at]),
        }
    )


def visible(tracker: Tracker | None, settings: Settings) -> pd.DataFrame:
    """The smallest change of each campaign's share that two weeks would have shown.

    Of ``n`` units a change d leaves evidence of about n d^2 / (2 p (1 - p)) in logarithms; it
    must reach that of the wanted days between false flags.
    """
    if tracker is None:
        return pd.DataFrame(columns=["campaign_id", "drop"])
    watch, until = tracker.watch, tracker.watch.today + 1
    start = max(until - LATELY, 0)
    units = watch.day_units[:, start:until].sum(axis=1)
    expected, variance = watch.daily[:, :, start + 1 : until + 1].sum(axis=2)
    p = np.clip(expected / np.maximum(units, 1), 0.002, 0.998)
    restless = np.maximum(variance / np.maximum(units * p * (1 - p), 1e-9), 1)
    needed = np.log(settings.days_between_false_flags) + 1
    drop = np.sqrt(2 * p * (1 - p) * restless * needed / np.maximum(units, 1e-9))
    drop = np.where((units >= s.CAMPAIGN_UNITS) & (drop < 1), drop, np.nan)
    return pd.DataFrame({"campaign_id": tracker.layout.campaigns.astype(str), "drop": drop})
