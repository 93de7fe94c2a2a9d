"""Free questions: the statement, its answer, a picture of it, files of it, and what one asked before."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import access, charts, data, show, verdicts, words
from dashboard.filters import Filters
from warehouse.dictionary import tables
from warehouse.errors import Refused
from warehouse.query import Field, load, names
from warehouse.scope import Scope

BEGIN = "team/reach_v1"
"""The query whose statement stands there at first."""

ROWS = (1_000, 10_000, 100_000)
SECONDS = 30
RAN = "ran a statement"
EXPORTED = "exported a statement's rows"


@dataclass(frozen=True)
class Answer:
    """What a statement gave, or the sentence with which it was refused."""

    sql: str
    limit: int
    scope: Scope
    """The page's filters, which narrow a free statement like every other."""
    rows: pd.DataFrame
    is_cut: bool
    seconds: float
    refused: str = ""


def statement(name: str, chosen: Filters) -> str:
    """The statement of the query called ``name`` with the page's days in place of its parameters."""
    query = load(name)
    told = {f.name: _literal(f, chosen) for f in query.params}
    sql = re.sub(r"(?<![:\w]):(\w+)", lambda found: told.get(found[1], found[0]), query.sql)
    return f"-- {query.says}\n{sql}"


def _literal(told: Field, chosen: Filters) -> str:
    days = {"since": chosen.since, "until": chosen.until, "as_of": chosen.until}
    if told.type == "date":
        return f"date '{days.get(told.name, chosen.until):%Y-%m-%d}'"
    if told.type == "bigint":
        return "1000" if told.name == "limit" else "0"
    if told.type in ("boolean", "double"):
        return "false" if told.type == "boolean" else "0.0"
    value = f"'{told.name}'"  # to be replaced by the person: the page cannot know whom they mean
    return f"({value})" if told.is_list else value


def asked(chosen: Filters) -> tuple[str, int, bool]:
    """What the person asks, of how many rows at most, and whether the button was pressed."""
    named = st.query_params.get("query")
    if named in names() and "sql" not in st.session_state:
        st.session_state["sql"] = statement(named, chosen)
    with st.form("ask", border=False):
        sql = st.text_area("Statement", statement(BEGIN, chosen), key="sql", bind="query-params", height=220,
            help="One select in DuckDB's dialect, whichever engine the warehouse is. It reads what you may see of what the filters leave, and nothing else.",
        )  # fmt: skip
        left, right = st.columns([1, 3], vertical_alignment="bottom")
        limit = left.selectbox("Rows at most", ROWS, format_func=words.count, key="rows", bind="query-params")  # fmt: skip
        is_pressed = right.form_submit_button("Run", type="primary", icon=":material/play_arrow:", key="run")  # fmt: skip
    return sql, limit, is_pressed


def answer(sql: str, limit: int, is_pressed: bool, scope: Scope) -> Answer:
    """The statement's answer: asked once, logged once, and kept while the page is only looked at."""
    kept = st.session_state.get("answer")
    if kept and not is_pressed and (kept.sql, kept.limit, kept.scope) == (sql, limit, scope):
        return kept
    began = time.perf_counter()
    try:
        rows, refused = data.ask(sql, limit + 1, SECONDS, scope), ""
    except Refused as why:
        rows, refused = pd.DataFrame(), str(why)
    seconds = time.perf_counter() - began
    given = Answer(sql, limit, scope, rows.head(limit), len(rows) > limit, seconds, refused)
    outcome = {"refused": refused} if refused else {"rows": len(given.rows), "cut": given.is_cut}
    access.log(RAN, None, sql=sql, limit=limit, seconds=round(seconds, 3), **outcome)
    st.session_state["answer"] = given
    return given


def verdict(given: Answer) -> verdicts.Verdict:
    """How many rows, whether that is all of them, and how long it took."""
    if given.refused:
        return verdicts.Verdict(verdicts.UNKNOWN, "Not run", given.refused.rstrip("."))
    took = f"in {words.duration(given.seconds)}"
    if given.rows.empty:
        return verdicts.Verdict(verdicts.UNKNOWN, "No rows", f"nothing you may see matches, {took}; widen the condition")  # fmt: skip
    if given.is_cut:
        return verdicts.Verdict(
            verdicts.WATCH, f"Cut at {words.count(given.limit)} rows",
            f"there are more: sums and charts of these are not of all; group in the statement, or ask for more rows ({took})",
        )  # fmt: skip
    return verdicts.Verdict(verdicts.GOOD, words.plural(len(given.rows), "row"), f"all there are, {took}")  # fmt: skip


def result(given: Answer) -> None:
    """The rows, and as files; each export is written down."""
    st.dataframe(given.rows, hide_index=True, placeholder="–")
    forms = (
        ("CSV", _csv, "csv", "text/csv"),
        ("Parquet", _parquet, "parquet", "application/vnd.apache.parquet"),
    )
    with st.container(horizontal=True):
        for label, make, kind, mime in forms:
            st.download_button(
                f"Download {label}", make(given.rows), f"answer.{kind}", mime, key=f"as_{kind}",
                icon=":material/download:", on_click=_exported, args=(given, kind),
            )  # fmt: skip


def _exported(given: Answer, kind: str) -> None:
    access.log(EXPORTED, None, sql=given.sql, rows=len(given.rows), cut=given.is_cut, format=kind)


def _csv(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False).encode()


def _parquet(rows: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    rows.to_parquet(file, index=False)
    return file.getvalue()


FORMS = ("Bars", "Line", "Points")


def picture(rows: pd.DataFrame) -> None:
    """A simple chart: one column along, one number up."""
    numbers = [c for c in rows if pd.api.types.is_numeric_dtype(rows[c])]
    if not numbers or len(rows.columns) < 2:
        show.missing("Chart", "A chart needs a column of numbers and one other column.")
        return
    st.subheader("Chart", anchor=False)
    first, second, third = st.columns(3)
    others = [c for c in rows if c not in numbers] + numbers
    along = first.selectbox("Along", others, key="along")
    up = second.selectbox("Up", [c for c in numbers if c != along] or numbers, key="up")
    form = third.segmented_control("Form", FORMS, default="Bars", required=True, key="form")
    shown = rows.head(charts.MOST_POINTS)
    st.plotly_chart(charts.simple(shown, x=along, y=up, form=form), config=charts.CONFIG, alt=f"{up} by {along}")  # fmt: skip
    if len(rows) > len(shown):
        st.caption(f"Of the first {words.count(len(shown))} rows.")


def known() -> None:
    """The tables that may be read, with their columns."""
    with st.expander("Tables and columns", icon=":material/table:", key="tables", on_change="rerun") as told:  # fmt: skip
        if not told.open:
            return
        every = {t.name: t for t in tables()}
        one = every[st.selectbox("Table", list(every), list(every).index("annotation_events"), key="table")]  # fmt: skip
        if one.says:
            st.markdown(one.says)
        rows = pd.DataFrame(one.columns, columns=["column", "type"])
        show.table(rows, {"column": show.text("Column"), "type": show.text("Type", "? may be unknown")})  # fmt: skip
        st.caption("Names of persons are in none of them.")


def history() -> None:
    """What the person asked before, newest first; a click asks it again."""
    st.subheader("Your statements", anchor=False)
    log = data.own_acts(RAN)
    if log.empty:
        st.caption(":material/inbox: None yet.")
        return
    told = pd.DataFrame([dict(d) for d in log["detail"]], log.index).assign(at=log["at"])
    told = told.drop_duplicates("sql").head(20)
    rows = told.assign(
        gave=["refused" if not words.is_unknown(r.get("refused")) else f"{words.count(r['rows'])}{'+' if r['cut'] else ''}" for _, r in told.reindex(columns=["refused", "rows", "cut"]).iterrows()],
    )  # fmt: skip
    show.table(
        rows,
        {"sql": show.text("Statement", width="large"), "gave": show.text("Rows"), "at": show.moment("When (UTC)")},
        opens="sql_workbench", by="sql", key="asked_again",
    )  # fmt: skip
