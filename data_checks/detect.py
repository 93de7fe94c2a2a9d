"""Flags from a plain table of submissions, as they would have been raised day by day.

python -m data_checks detect --events events.parquet --guidelines versions.csv --out flags.csv
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data_checks.detectors import effects, panels, tables, team
from data_checks.detectors.detector import guideline_days, versions_of
from data_checks.detectors.flags import Flag, Tracker
from data_checks.detectors.settings import Settings
from data_checks.submissions import KINDS, checked, oddities, read_table, texts, times
from warehouse.errors import Refused

FLAG_COLUMNS = (
    "scope",
    "campaign_id",
    "metric",
    "direction",
    "kind",
    "opened",
    "closed",
    "onset_est",
    "effect",
    "n",
    "cause_dimension",
    "cause_segment",
    "posterior",
    "cause7_dimension",
    "cause7_segment",
    "posterior7",
)
LONGEST_YEARS = 10
CELL_DAYS_AT_ONCE = 4_000_000
"""So many cells times days are watched together: about 100 MB of sums."""


def detect(
    events: pd.DataFrame,
    guidelines: pd.DataFrame | None = None,
    settings: Settings | None = None,
    metrics: tuple[str, ...] = panels.METRICS,
) -> pd.DataFrame:
    """One row per flag, as they would have been raised by a run at the end of each day.

    A cause is what the data said at the opening, and again seven days later. Times are UTC.
    """
    return _flags(checked(events), guidelines, settings or Settings(), metrics)


def _flags(
    events: pd.DataFrame,
    guidelines: pd.DataFrame | None,
    settings: Settings,
    metrics: tuple[str, ...] = panels.METRICS,
) -> pd.DataFrame:
    versions = _versions(events, guidelines)
    if events.empty:
        return pd.DataFrame(columns=list(FLAG_COLUMNS))
    found: list[dict] = []
    span = _span(events)
    together = team.Team(span.days, settings)
    for part in _parts(events, span.days):
        rows = panels.rows_of(part, span.first, span.days)
        days = [guideline_days(versions.get(str(c), {}), span.first) for c in rows.layout.campaigns]
        for panel in panels.panels(rows, metrics):
            tracker = Tracker(rows.layout, panel, settings, days)
            for _ in range(panel.days):
                evidence = tracker.step()
                if evidence is not None:
                    together.add(panel, tracker, evidence)
            found += [_regression(flag, tracker, rows) for flag in tracker.flags]
            found += tables.of_levels(tracker, settings)
    found += [tables.of_team(flag, span.first) for flag in together.flags()]
    return tables.ordered(found, FLAG_COLUMNS)


@dataclass(frozen=True)
class Span:
    """The first day of the events and reviews, and how many days they cover."""

    first: np.datetime64
    days: int


def _span(events: pd.DataFrame) -> Span:
    first = events["event_time"].min().to_datetime64().astype("datetime64[D]")
    last = max(
        t.max() for t in (events["event_time"], events["review_time"].fillna(events["event_time"]))
    )
    days = int((last.to_datetime64().astype("datetime64[D]") - first) / np.timedelta64(1, "D")) + 1
    if days > 366 * LONGEST_YEARS:
        raise Refused(
            f"the events reach from {first} to {last.date()};"
            f" expected at most {LONGEST_YEARS} years: is a time mistyped?"
        )
    return Span(first, days)


def _parts(events: pd.DataFrame, days: int) -> Iterator[pd.DataFrame]:
    """The events in parts of whole campaigns, each small enough to be watched at once."""
    campaign = events["campaign_id"].astype("string").astype("category")
    codes = campaign.cat.codes.to_numpy()
    people = pd.Series(
        pd.factorize(events["trainer_id"])[0].astype(np.int64) * (int(codes.max()) + 1) + codes
    )
    first = ~people.duplicated().to_numpy()
    weight = np.bincount(codes[first], minlength=len(campaign.cat.categories)) * 4 * days
    part = (np.cumsum(weight) - weight) // CELL_DAYS_AT_ONCE
    of_row = part[codes]
    for number in np.unique(part):
        yield events[of_row == number].reset_index(drop=True)


def _versions(
    events: pd.DataFrame, guidelines: pd.DataFrame | None
) -> dict[str, dict[str, np.datetime64]]:
    """Campaign -> version -> first day: from the guideline file, else the first use of each."""
    if guidelines is None:
        seen = events.dropna(subset=["guideline_version"])
        guidelines = (
            seen.groupby(["campaign_id", "guideline_version"], observed=True)["event_time"]
            .min()
            .reset_index(name="effective_date")
        )
    if "effective_date" in guidelines.columns:
        dates = times(guidelines["effective_date"], "effective_date")
        guidelines = guidelines.assign(effective_date=dates)
    if "guideline_version" in guidelines.columns:
        guidelines = guidelines.assign(guideline_version=texts(guidelines["guideline_version"]))
    return versions_of(guidelines)


def _regression(flag: Flag, tracker: Tracker, rows: panels.Rows) -> dict:
    """A flag with its effect in the figure's own unit, which only the submissions know."""
    return tables.regression(flag, tracker) | {"effect": effects.in_own_unit(flag, tracker, rows)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``python -m data_checks detect`` takes."""
    parser.description = (
        "Flags from a plain table of submissions, as a run each day had raised them."
    )
    parser.epilog = "example: python -m data_checks detect --events events.parquet --out flags.csv"
    parser.add_argument(
        "--events", type=Path, required=True, help=f"{KINDS}, one row per submission"
    )
    parser.add_argument(
        "--guidelines",
        type=Path,
        help="the same kinds: campaign_id, guideline_version, effective_date",
    )
    parser.add_argument("--out", type=Path, required=True, help="CSV to write, one row per flag")
    parser.add_argument(
        "--months-between-false-flags",
        type=float,
        default=Settings.months_between_false_flags,
        help="per campaign and metric (default %(default)g)",
    )


def run(args: argparse.Namespace) -> int:
    """Detect as ``args`` say; the exit code."""
    months = args.months_between_false_flags
    if not months >= 1:
        raise Refused(f"months between false flags must be 1 or more; got {months:g}")
    if not args.out.parent.is_dir():
        raise Refused(f"{args.out} cannot be written: there is no folder {args.out.parent}")
    events = read_table(args.events, "submissions")
    guidelines = None
    if args.guidelines is not None:
        guidelines = read_table(args.guidelines, "guideline versions")
    events = checked(events)
    flags = _flags(events, guidelines, Settings(months_between_false_flags=months))
    for told in oddities(events, guidelines):
        print(told, file=sys.stderr)
    try:
        flags.to_csv(args.out, index=False, date_format="%Y-%m-%d")
    except OSError as error:
        raise Refused(f"{args.out} cannot be written: {error.strerror}") from error
    print(
        f"{len(flags)} flags in {events['campaign_id'].nunique()} campaigns, written to {args.out}"
    )
    return 0


def main(argv: list[str] | None = None) -> int:
    """The command by itself, for use without the other commands of data_checks."""
    parser = argparse.ArgumentParser(prog="python -m data_checks detect")
    add_arguments(parser)
    try:
        return run(parser.parse_args(argv))
    except Refused as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
