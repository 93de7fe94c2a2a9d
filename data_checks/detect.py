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
import pyarrow.parquet as pq

from data_checks.detectors import effects, panels, tables, team
from data_checks.detectors.detector import guideline_days, versions_of
from data_checks.detectors.flags import Flag, Tracker
from data_checks.detectors.settings import Settings
from warehouse.errors import Refused

COLUMNS = (
    "campaign_id",
    "vendor_id",
    "trainer_id",
    "onboarding_cohort",
    "task_id",
    "task_type",
    "guideline_version",
    "event_time",
    "is_gold",
    "gold_correct",
    "is_overlap",
    "label",
    "review_time",
    "review_outcome",
    "is_rework",
    "handle_time_s",
)
OUTCOMES = ("accept", "reject")
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
    settings = settings or Settings()
    events = checked(events)
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


def checked(events: pd.DataFrame) -> pd.DataFrame:
    """The events with their columns checked, times in UTC without zone."""
    missing = [c for c in COLUMNS if c not in events.columns]
    if missing:
        raise Refused(
            f"the events lack the column{'s' * (len(missing) > 1)} {', '.join(missing)};"
            f" expected {', '.join(COLUMNS)}"
        )
    events = events.assign(
        event_time=_times(events["event_time"], "event_time"),
        review_time=_times(events["review_time"], "review_time"),
        handle_time_s=_numbers(events["handle_time_s"], "handle_time_s"),
        gold_correct=_numbers(events["gold_correct"], "gold_correct"),
        is_gold=_flags(events["is_gold"], "is_gold"),
        is_overlap=_flags(events["is_overlap"], "is_overlap"),
        is_rework=_flags(events["is_rework"], "is_rework"),
    )
    for needed in ("campaign_id", "event_time"):
        empty = int(events[needed].isna().sum())
        if empty:
            raise Refused(f"{empty} of {len(events)} events have no {needed}; each row needs one")
    outcomes = set(events["review_outcome"].dropna().unique()) - {*OUTCOMES, ""}
    if outcomes:
        raise Refused(
            f"review_outcome must be accept, reject or empty; found {', '.join(sorted(map(str, outcomes))[:3])}"
        )
    correct = events["gold_correct"].dropna()
    if not correct.between(0, 1).all():
        raise Refused(
            f"gold_correct must be 0 to 1, true, false or empty; found {correct[~correct.between(0, 1)].iloc[0]:g}"
        )
    return events


def _times(column: pd.Series, name: str) -> pd.Series:
    try:
        times = _read_times(column)
    except (ValueError, TypeError) as error:
        reason = str(error).splitlines()[0].split(". ")[0]
        raise Refused(f"{name} holds what is no time: {reason}") from error
    return times.dt.tz_localize(None).astype("datetime64[us]")


def _read_times(column: pd.Series) -> pd.Series:
    """Times as most tools write them (whole seconds may lack their decimals), else as the first is."""
    try:
        return pd.to_datetime(column, utc=True, format="ISO8601")
    except ValueError:
        return pd.to_datetime(column, utc=True)


WORDS = {"true": 1.0, "t": 1.0, "yes": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "": float("nan")}


def _numbers(column: pd.Series, name: str) -> pd.Series:
    """The column as numbers; words for true and false count as 1 and 0."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        plain = column.astype("object")
        is_text = plain.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        if is_text.any():
            lower = plain[is_text].str.strip().str.lower()
            plain = plain.mask(is_text, lower.map(WORDS).where(lower.isin(list(WORDS)), lower))
        column = plain
    try:
        return pd.to_numeric(column.astype("object").where(column.notna(), np.nan)).astype(
            "float64"
        )
    except (ValueError, TypeError) as error:
        raise Refused(f"{name} holds what is no number: {error}") from error


def _flags(column: pd.Series, name: str) -> pd.Series:
    """The column as true and false; nothing is false."""
    if column.dtype == bool:
        return column
    try:
        values = _numbers(column, name)
    except Refused:
        values = pd.Series(np.nan, index=column.index)
        strange = column.dropna()
    else:
        strange = column[~values.isna() & ~values.isin([0, 1])]
    if len(strange):
        raise Refused(f"{name} must be true or false; found {strange.tolist()[0]!r}")
    return values == 1


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
        dates = _times(guidelines["effective_date"], "effective_date")
        guidelines = guidelines.assign(effective_date=dates)
    return versions_of(guidelines)


def _regression(flag: Flag, tracker: Tracker, rows: panels.Rows) -> dict:
    """A flag with its effect in the figure's own unit, which only the submissions know."""
    return tables.regression(flag, tracker) | {"effect": effects.in_own_unit(flag, tracker, rows)}


def read_events(path: Path) -> pd.DataFrame:
    """The table of submissions in ``path`` (Parquet or CSV), texts as categories."""
    if not path.is_file():
        raise Refused(f"no file {path}; expected a Parquet or CSV table of submissions")
    try:
        if path.suffix.lower() == ".csv":
            return pd.read_csv(path, dtype={c: "string" for c in COLUMNS if c.endswith("_id")})
        names = pq.read_schema(path).names
        table = pq.read_table(path, columns=[c for c in COLUMNS if c in names])
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Refused(f"{path} is no table that can be read: {reason}") from error
    text = [
        field.name
        for field in table.schema
        if str(field.type) in ("string", "large_string") and not field.name.endswith("_time")
    ]
    for name in text:
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).dictionary_encode())
    return table.to_pandas()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``python -m data_checks detect`` takes."""
    parser.description = (
        "Flags from a plain table of submissions, as a run each day had raised them."
    )
    parser.epilog = "example: python -m data_checks detect --events events.parquet --out flags.csv"
    parser.add_argument(
        "--events", type=Path, required=True, help="Parquet or CSV, one row per submission"
    )
    parser.add_argument(
        "--guidelines",
        type=Path,
        help="CSV or Parquet: campaign_id, guideline_version, effective_date",
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
    events = read_events(args.events)
    guidelines = None
    if args.guidelines is not None:
        guidelines = _read_guidelines(args.guidelines)
    flags = detect(events, guidelines, Settings(months_between_false_flags=months))
    try:
        flags.to_csv(args.out, index=False, date_format="%Y-%m-%d")
    except OSError as error:
        raise Refused(f"{args.out} cannot be written: {error.strerror}") from error
    print(
        f"{len(flags)} flags in {events['campaign_id'].nunique()} campaigns, written to {args.out}"
    )
    return 0


def _read_guidelines(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise Refused(f"no file {path}; expected a table of guideline versions")
    try:
        if path.suffix.lower() == ".parquet":
            return pq.read_table(path).to_pandas()
        return pd.read_csv(path, dtype="string")
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Refused(f"{path} is no table that can be read: {reason}") from error


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
