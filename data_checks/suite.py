"""A suite: one frame and what may be expected of it. ``judge`` holds the one against the other.

Facts about Great Expectations 1.24 that shape this module (each has a test):

- It reads frames, not the database: through SQLAlchemy on DuckDB every expectation errs.
- An expectation that could not run says ``success=False`` like one that failed; only
  ``exception_info`` tells them apart. Hence three outcomes.
- An empty or all-null column passes. Hence "at least one row" first in every suite, and an
  error where every row that should be judged is unknown.
- One validation names all culprits at once; one per campaign would take minutes.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import great_expectations as gx
import pandas as pd
import sqlalchemy as sa
from great_expectations import expectations as gxe
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import Expectation

from warehouse import read, vocabulary
from warehouse.ledger.finding import Finding, Key
from warehouse.query import load

ROW = "row number"
"""The column by which culprits are found again in the frame."""

SCOPES = ("campaign_id", "vendor_id", "trainer_id")


@dataclass(frozen=True)
class Suite:
    """Expectations for the frame of one query (or of a detector), and whom the rows are about."""

    name: str
    says: str
    expectations: tuple[Expectation, ...]
    query: str | None = None
    """Takes ``as_of`` or nothing."""
    frame: Callable[[sa.Engine, date], pd.DataFrame] | None = None
    """Instead of a query: what a detector computed, or several queries side by side."""
    subject: tuple[str, ...] = ()
    """The columns that name a row's subject; none where the one row is the whole team."""
    figure: str | None = None
    """The column that names each row's figure, where the frame has a row per figure."""
    kind: str = "integrity"
    n: str | None = None
    """The column that counts what a row rests on."""
    bears_on: tuple[str, ...] = ()
    """The figures that cannot be believed where this suite fails."""
    closes_after: int = 3
    """Days in a row that have to pass before a flag closes."""

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The figures whose data nobody has checked where this suite could not run."""
        told = [e.meta or {} for e in self.expectations]
        integrity = [m for m in told if m.get("kind", self.kind) == "integrity"]
        return tuple(dict.fromkeys(f for m in integrity for f in m.get("bears_on", self.bears_on)))

    def fetch(self, engine: sa.Engine, as_of: date) -> pd.DataFrame:
        """The frame to judge."""
        if self.frame is not None:
            return self.frame(engine, as_of)
        takes = {field.name for field in load(self.query).params}
        return read.fetch(engine, self.query, **({"as_of": as_of} if "as_of" in takes else {}))


def about(
    figure: str | None = None,
    kind: str | None = None,
    *,
    told: str = "",
    n: str | None = None,
    effect: str | None = None,
    bar: str | None = None,
    value: str | None = None,
    onset: str | None = None,
    bears_on: tuple[str, ...] | None = None,
) -> dict[str, object]:
    """The ``meta`` of an expectation: its figure and kind of flag where they are not the suite's.

    ``told`` is put after the description with the row's numbers: "{accuracy:.1%} of {scored:,}".
    ``n``, ``effect``, ``bar``, ``value`` and ``onset`` name columns; the value is that of the judged column unless
    named, the onset that of ``onset_on``.
    """
    given = {"figure": figure, "kind": kind, "told": told, "n": n, "effect": effect}
    given |= {"bar": bar, "value": value, "onset": onset}
    return {k: v for k, v in given.items() if v} | (
        {} if bears_on is None else {"bears_on": list(bears_on)}
    )


SOME_ROWS = gxe.ExpectTableRowCountToBeBetween(
    min_value=1,
    severity="critical",
    description="There is nothing to judge: the frame has no rows.",
    meta=about("rows", "integrity"),
)


def judge(suite: Suite, frame: pd.DataFrame) -> list[Finding]:
    """Hold ``frame`` against ``suite``: a finding per subject that fails, one per pass or error."""
    table = plain(frame)
    batch = _context().data_sources.pandas_default.read_dataframe(table)
    result_format = {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]}
    return [
        finding
        for expectation in (SOME_ROWS, *suite.expectations)
        for finding in _Reading(suite, table, expectation).of(
            batch.validate(expectation, result_format=result_format)
        )
    ]


def could_not_run(suite: Suite, reason: str) -> Finding:
    """The finding of a suite that has no frame."""
    return Finding(
        outcome="error",
        suite=suite.name,
        figure="rows",
        kind="integrity",
        severity="critical",
        sentence=f"Could not run: {reason}",
        query=suite.query,
        bears_on=suite.unchecked,
    )


class _Reading:
    """What one expectation's result says about the rows of a table."""

    def __init__(self, suite: Suite, table: pd.DataFrame, expectation: Expectation) -> None:
        self.suite, self.table, self.expectation = suite, table, expectation
        self.meta = expectation.meta or {}
        self.columns = [
            getattr(expectation, name)
            for name in ("column", "column_A", "column_B")
            if getattr(expectation, name, None)
        ]

    def of(self, result: gx.core.ExpectationValidationResult) -> Iterator[Finding]:
        error = _exception(result.exception_info)
        if error:
            yield self._finding("error", f"Could not be judged: {error}", None, 0)
            return
        judged = self._judged()
        known = judged.dropna(subset=self.columns)
        if len(judged) and known.empty:
            reason = f"{' and '.join(self.columns)} unknown in all {len(judged)} rows"
            yield self._finding("error", f"Could not be judged: {reason}", None, 0)
            return
        if result.success:
            cleared = frozenset(self._key(row) for row in known.to_dict("records"))
            if not self.columns:
                cleared = frozenset({self._key({})})
            yield self._finding("pass", self._passed(len(known)), None, len(known), cleared)
            return
        culprits = {row[ROW] for row in result.result.get("unexpected_index_list") or ()}
        if not culprits:  # an expectation about the table as a whole
            yield self._finding("fail", self.expectation.description, None, len(known))
            return
        well = known[~known[ROW].isin(culprits)].to_dict("records")
        cleared = frozenset(self._key(row) for row in well)
        for row in known[known[ROW].isin(culprits)].to_dict("records"):
            yield self._finding("fail", self._sentence(row), row, len(known), cleared)
            cleared = frozenset()  # once is enough

    def _passed(self, judged: int) -> str:
        if not self.columns:
            return f"{len(self.table):,} rows to judge."
        if not judged:
            return f"Too few data to judge any: {self.expectation.description}"
        return f"0 of {judged:,}: {self.expectation.description}"

    def _judged(self) -> pd.DataFrame:
        """The rows that the expectation's condition lets through, by the library's own reading."""
        condition = getattr(self.expectation, "row_condition", None)
        if condition is None or self.table.empty:
            return self.table
        return self.table.query(_engine().condition_to_filter_clause(condition))

    def _figure(self, row: dict) -> str:
        named = self.meta.get("figure")
        if named is None and self.suite.figure:
            named = row.get(self.suite.figure)
        return str(named or (self.columns[0] if self.columns else "rows"))

    def _kind(self) -> str:
        return self.meta.get("kind") or self.suite.kind

    def _subject(self, row: dict) -> str:
        return " / ".join(str(row[c]) for c in self.suite.subject if row.get(c) not in (None, ""))

    def _key(self, row: dict) -> Key:
        return Key(self.suite.name, self._figure(row), self._kind(), self._subject(row))

    def _sentence(self, row: dict) -> str:
        told = str(self.meta.get("told") or "").format_map(_Spoken(row))
        return f"{self.expectation.description} {told}".strip()

    def _bar(self, row: dict) -> float | None:
        if "bar" in self.meta:
            return _number(row.get(self.meta["bar"]))
        if getattr(self.expectation, "column_B", None):
            return _number(row.get(self.expectation.column_B))
        low = getattr(self.expectation, "min_value", None)
        high = getattr(self.expectation, "max_value", None)
        value = _number(row.get(self.columns[0])) if self.columns else None
        over = high is not None and value is not None and value > high
        return _number(high if low is None or over else low)

    def _finding(
        self,
        outcome: str,
        sentence: str,
        row: dict | None,
        judged: int,
        cleared: frozenset[Key] = frozenset(),
    ) -> Finding:
        about_row = row or {}
        scopes = {c: about_row.get(c) for c in SCOPES}
        onset = about_row.get(self.meta.get("onset", "onset_on"))
        counted = self.meta.get("n") or self.suite.n
        return Finding(
            outcome=outcome,
            suite=self.suite.name,
            figure=self._figure(about_row),
            kind=self._kind(),
            severity=str(getattr(self.expectation.severity, "value", self.expectation.severity)),
            sentence=sentence,
            subject=self._subject(about_row),
            **{c: None if v in (None, "") else str(v) for c, v in scopes.items()},
            value=_number(about_row.get(self.meta.get("value") or (self.columns or [""])[0])),
            bar=self._bar(about_row) if row else None,
            n=_number(about_row.get(counted)) if counted else None,
            effect=_number(about_row.get(self.meta.get("effect", "effect"))),
            cause=about_row.get("cause"),
            onset_on=onset.date() if isinstance(onset, datetime) else onset,
            judged=judged,
            query=self.suite.query,
            bears_on=tuple(self.meta.get("bears_on", self.suite.bears_on)),
            evidence=_evidence(about_row) if row else None,
            cleared=cleared,
        )


class _Spoken(dict):
    """A row whose unknown values read ``unknown`` whatever the format asked for."""

    def __missing__(self, name: str) -> object:
        return _Unknown()

    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name) if name in self else None
        if name == "figure":
            return vocabulary.figure_first(value)
        return _Unknown() if _is_unknown(value) else value


class _Unknown:
    def __format__(self, spec: str) -> str:
        return "unknown"


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as the library reads it without surprises: unknown numbers as NaN, rows numbered."""
    table = frame.reset_index(drop=True)
    for name, dtype in table.dtypes.items():
        if isinstance(dtype, pd.Int64Dtype | pd.BooleanDtype | pd.Float64Dtype):
            table[name] = table[name].astype("float64")
        elif isinstance(dtype, pd.StringDtype):
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    return table.assign(**{ROW: range(len(table))})


def _exception(info: dict) -> str | None:
    """What went wrong, in one line, if anything did.

    The library says it at the top where it knew early and per metric where it knew late.
    """
    told = [info] if "raised_exception" in info else list(info.values())
    messages = [str(t.get("exception_message")) for t in told if t.get("raised_exception")]
    return messages[0].strip().splitlines()[0] if messages else None


def _evidence(row: dict) -> dict:
    """The row as JSON can hold it."""
    kept = {}
    for name, value in row.items():
        if name == ROW:
            continue
        if _is_unknown(value):
            kept[name] = None
        elif isinstance(value, date | datetime):
            kept[name] = value.isoformat()
        else:
            kept[name] = value.item() if hasattr(value, "item") else value
    return kept


def _number(value: object) -> float | None:
    if _is_unknown(value) or isinstance(value, str):
        return None
    number = float(value)
    return None if math.isnan(number) else number


def _is_unknown(value: object) -> bool:
    return value is None or (not isinstance(value, list | dict) and bool(pd.isna(value)))


@functools.cache
def _engine() -> PandasExecutionEngine:
    return PandasExecutionEngine()


@functools.cache
def _context() -> gx.data_context.EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context
