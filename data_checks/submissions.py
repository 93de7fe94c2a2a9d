"""A plain table of submissions from outside of the product: read from a file, its columns checked and made alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.tseries.api import guess_datetime_format
from pyarrow import json

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
TEXTS = (
    "campaign_id",
    "vendor_id",
    "trainer_id",
    "onboarding_cohort",
    "task_id",
    "task_type",
    "guideline_version",
    "label",
    "review_outcome",
)
OUTCOMES = ("accept", "reject")
KINDS = "Parquet, CSV, TSV or JSON lines"

WORDS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0}
BLANK = ("", "null", "none", "nan", "nat", "na", "n/a")
"""What stands for nothing among numbers and times; a label may be called so."""

CLOCKS = ((1e11, "s"), (1e14, "ms"), (1e17, "us"), (np.inf, "ns"))
"""Times as numbers count from 1970; up to these sizes in these units (1e11 s is the year 5138)."""


def read_table(path: Path, what: str) -> pd.DataFrame:
    """The table in ``path``, of ``KINDS``; texts of a Parquet file as categories."""
    if not path.is_file():
        raise Refused(f"no file {path}; expected a table of {what} ({KINDS})")
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith((".csv", ".tsv")):
            return _delimited(path, "\t" if name.endswith(".tsv") else ",")
        if name.endswith((".jsonl", ".ndjson")):
            return json.read_json(pa.input_stream(path)).to_pandas()
        return _parquet(path)
    except (OSError, ValueError, EOFError, NotImplementedError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise Refused(f"{path} is no table that can be read: {reason}") from error


def _delimited(path: Path, separator: str) -> pd.DataFrame:
    """Texts stay as they are written: a label may be called NA, a version 1.0."""
    return pd.read_csv(
        path, sep=separator, dtype=dict.fromkeys(TEXTS, "string"), keep_default_na=False,
        na_values=[""], encoding="utf-8-sig", low_memory=False,
    )  # fmt: skip


def _parquet(path: Path) -> pd.DataFrame:
    names = pq.read_schema(path).names
    table = pq.read_table(path, columns=[c for c in names if c in (*COLUMNS, "effective_date")])
    for field in table.schema:
        if str(field.type) in ("string", "large_string") and field.name in TEXTS:
            place = table.schema.get_field_index(field.name)
            table = table.set_column(
                place, field.name, table.column(field.name).dictionary_encode()
            )
    return table.to_pandas()


def checked(events: pd.DataFrame) -> pd.DataFrame:
    """The events with their columns checked, times in UTC without zone."""
    missing = [c for c in COLUMNS if c not in events.columns]
    if missing:
        raise Refused(
            f"the events lack the column{'s' * (len(missing) > 1)} {', '.join(missing)};"
            f" expected {', '.join(COLUMNS)}"
        )
    events = events.assign(
        **{name: texts(events[name]) for name in TEXTS if name != "review_outcome"},
        event_time=times(events["event_time"], "event_time"),
        review_time=times(events["review_time"], "review_time"),
        review_outcome=_outcomes(events["review_outcome"]),
        handle_time_s=_numbers(events["handle_time_s"], "handle_time_s"),
        gold_correct=_numbers(events["gold_correct"], "gold_correct"),
        is_gold=_flags(events["is_gold"], "is_gold"),
        # Without its task nobody knows with whom a submission overlaps.
        is_overlap=_flags(events["is_overlap"], "is_overlap") & events["task_id"].notna(),
        is_rework=_flags(events["is_rework"], "is_rework"),
    )
    for needed in ("campaign_id", "event_time"):
        empty = int(events[needed].isna().sum())
        if empty:
            raise Refused(f"{empty} of {len(events)} events have no {needed}; each row needs one")
    seconds = events["handle_time_s"].to_numpy()
    impossible = np.flatnonzero((seconds < 0) | np.isinf(seconds))
    if len(impossible):
        raise Refused(
            f"handle_time_s must be 0 or more seconds or empty; found {seconds[impossible[0]]:g}"
            f" in row {impossible[0] + 1:,}, {len(impossible):,} such rows in all"
        )
    correct = events["gold_correct"].dropna()
    if not correct.between(0, 1).all():
        raise Refused(
            f"gold_correct must be 0 to 1, true, false or empty; found {correct[~correct.between(0, 1)].iloc[0]:g}"
        )
    return events


def oddities(events: pd.DataFrame, guidelines: pd.DataFrame | None) -> list[str]:
    """A sentence per thing that is accepted and hardly meant so; ``events`` are checked."""
    told = []
    early = int((events["review_time"] < events["event_time"]).sum())
    if early:
        told.append(f"{early:,} of {len(events):,} events were reviewed before they were submitted")
    if guidelines is not None and "campaign_id" in guidelines.columns:
        known = set(events["campaign_id"].astype("string"))
        strange = ~texts(guidelines["campaign_id"]).astype("string").isin(known)
        if strange.any():
            first = guidelines.loc[strange, "campaign_id"].iloc[0]
            told.append(
                f"{int(strange.sum()):,} of {len(guidelines):,} guideline versions are of campaigns"
                f" without events, such as {first}"
            )
    return told


def texts(column: pd.Series) -> pd.Series:
    """The column with values that can be compared: lists as texts, whole numbers without decimals, empty ones as none."""
    if pd.api.types.is_float_dtype(column.dtype):
        known = column.dropna()
        whole = bool((known % 1 == 0).all()) and bool((known.abs() < 2**53).all())
        return column.astype("Int64").astype("string") if whole else column.astype("string")
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_categories([c for c in column.cat.categories if c == ""])
    if column.dtype == object:
        column = column.map(str, na_action="ignore").astype("string")
    return column.mask(column == "") if pd.api.types.is_string_dtype(column.dtype) else column


def times(column: pd.Series, name: str) -> pd.Series:
    """The column as times in UTC without zone."""
    try:
        read = _read_times(column)
    except (ValueError, TypeError, OverflowError) as error:
        reason = str(error).splitlines()[0].split(". ")[0]
        raise Refused(f"{name} holds what is no time: {reason}") from error
    return read.dt.tz_localize(None).astype("datetime64[us]")


def _read_times(column: pd.Series) -> pd.Series:
    """Numbers as seconds or parts of them since 1970; texts as most tools write them, else as the first is."""
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool:
        unit = next(unit for most, unit in CLOCKS if not column.abs().max() > most)
        return pd.to_datetime(column, unit=unit, utc=True)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = column.astype(object).mask(column.map(_is_blank).astype(bool), None)
    try:
        return pd.to_datetime(column, utc=True, format="ISO8601")
    except ValueError:
        first = str(column.dropna().iloc[0])
        form = guess_datetime_format(first)
        if form is None:
            raise ValueError(f"{first!r}") from None
        return pd.to_datetime(column, utc=True, format=form)


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in BLANK


def _outcomes(column: pd.Series) -> pd.Series:
    """The outcomes in lower case; an empty one is none."""
    told = {u: str(u).strip().lower() for u in column.dropna().unique()}
    strange = [u for u, plain in told.items() if plain not in (*OUTCOMES, "")]
    if strange:
        raise Refused(
            f"review_outcome must be accept, reject or empty; found {', '.join(sorted(map(str, strange))[:3])}"
        )
    return texts(column.astype(object).map(told, na_action="ignore"))


def _numbers(column: pd.Series, name: str) -> pd.Series:
    """The column as numbers; words for true and false count as 1 and 0."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        plain = column.astype("object")
        is_text = plain.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        if is_text.any():
            lower = plain[is_text].str.strip().str.lower()
            known = WORDS | dict.fromkeys(BLANK, np.nan)
            plain = plain.mask(is_text, lower.map(known).where(lower.isin(list(known)), lower))
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
