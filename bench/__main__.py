"""How long loading, refreshing and each page's questions take, beside DuckDB alone and beside pandas.

    python -m bench                       1 and 10 million events
    python -m bench --events 200000       another size; several may be given

Prints a table and writes ``bench/results/warehouse.json``. Every time is of one process with nothing else
running that we started; a question is asked three times and the median counts.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import streamlit as st

from warehouse import engine, schema
from warehouse.read import fetch
from warehouse.settings import ROOT

RESULTS = Path(__file__).parent / "results"
MAPPING = """\
constants: {task_type: rating}
columns:
  item_id: item
  assignment_id: assignment
  trainer_id: worker
  started_at: started
  submitted_at: submitted
  duration_s: seconds
duration_basis: active
questions:
  label: {column: label, scale: nominal}
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark at each size and print what it measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    args = parser.parse_args(arguments)
    results = [size(events) for events in args.events]
    RESULTS.mkdir(exist_ok=True)
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "on": str(date.today()),
    }
    (RESULTS / "warehouse.json").write_text(
        json.dumps({"machine": machine, "sizes": results}, indent=1)
    )
    return 0


def size(events: int) -> dict[str, object]:
    """Every measurement at one size, printed as it comes."""
    print(f"\n== {events:,} events ==", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        return {
            "events": events,
            "load": loading(Path(folder), events),
            **asking(Path(folder), events),
        }


# -- load -----------------------------------------------------------------------------


def loading(folder: Path, rows: int) -> dict[str, float]:
    """A Parquet file of ``rows`` submissions through the front door, and through DuckDB's own."""
    from warehouse import ingest

    path, mapping = folder / "work.parquet", folder / "mapping.yaml"
    _write_submissions(path, rows)
    mapping.write_text(MAPPING)
    url = f"duckdb:///{folder / 'loaded.duckdb'}"
    worked = time.process_time()
    ours = _timed(
        lambda: ingest.load_files(
            [path], format="table", campaign="bench", mapping=mapping, url=url, refresh=False
        )
    )
    worked = time.process_time() - worked
    bare = _timed(lambda: _bare_load(path, folder / "bare.duckdb"))
    print(
        f"load      {rows / ours:>12,.0f} rows/s   {ours:8.2f} s   DuckDB alone {bare:6.2f} s   "
        f"{rows / worked:,.0f} rows per second of a core's work"
    )
    return {
        "rows_per_s": rows / ours,
        "rows_per_core_s": rows / worked,
        "seconds": ours,
        "duckdb_alone_seconds": bare,
    }


def _write_submissions(path: Path, rows: int) -> None:
    draw = np.random.default_rng(1)
    start = np.datetime64("2026-01-01T00:00:00", "us")
    submitted = start + np.sort(draw.integers(0, 180 * 86400, rows)).astype("timedelta64[s]")
    seconds = np.round(np.exp(draw.normal(5, 0.6, rows)), 1)
    number = np.arange(rows)
    pq.write_table(
        pa.table(
            {
                "assignment": pa.array(np.char.add("a", number.astype(str))),
                "item": pa.array(np.char.add("i", (number // 3).astype(str))),
                "worker": pa.array(np.char.add("w", draw.integers(0, 400, rows).astype(str))),
                "started": pa.array(submitted - (seconds * 1e6).astype("timedelta64[us]")),
                "submitted": pa.array(submitted),
                "seconds": pa.array(seconds),
                "label": pa.array(draw.choice(["good", "bad", "unsure"], rows)),
            }
        ),
        path,
    )


def _bare_load(path: Path, database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table work as select * from read_parquet(?)", [str(path)])


# -- refresh and questions ------------------------------------------------------------


def asking(folder: Path, events: int) -> dict[str, object]:
    """The demo team at this size: refresh from nothing and after 1 % new events, then every page's questions."""
    from warehouse import demo
    from warehouse.refresh import refresh

    url = f"duckdb:///{folder / 'demo.duckdb'}"
    built = _timed(lambda: demo.build(url=url, events=events, progress=False))
    print(
        f"demo      {events / built:>12,.0f} events/s {built:8.2f} s   (generate, load and refresh)"
    )
    with engine.publish(url) as connection:
        full = _timed(lambda: refresh(connection, rebuild=True))
    new = _one_percent(url, folder, events)
    with engine.publish(url) as connection:
        added = _timed(lambda: refresh(connection))
    print(f"refresh   {full:8.2f} s from nothing   {added:8.2f} s after {new:,} new events")
    pages = questions(url)
    print(f"\n{'question':52} {'rows':>8} {'ms':>8}")
    for name, told in pages["questions"].items():
        print(f"{name:52} {told['rows']:>8,} {told['ms']:>8.0f}")
    print(f"\n{'page':24} {'questions':>9} {'ms':>8}")
    for page, told in pages["pages"].items():
        print(f"{page:24} {told['questions']:>9} {told['ms']:>8.0f}")
    return {
        "demo_seconds": built,
        "refresh_full_seconds": full,
        "refresh_one_percent_seconds": added,
        "new_events": new,
        **pages,
        "pandas": against_pandas(url),
    }


def _one_percent(url: str, folder: Path, events: int) -> int:
    """Load one day's work more: 1 % of the events, all in one campaign."""
    from warehouse import ingest

    path, mapping = folder / "new.parquet", folder / "new.yaml"
    rows = max(events // 200, 1)  # a submission with its start is two events
    _write_submissions(path, rows)
    mapping.write_text(MAPPING)
    summary = ingest.load_files(
        [path], format="table", campaign="newcomer", mapping=mapping, url=url, refresh=False
    )
    return sum(summary.events.values())


def questions(url: str) -> dict[str, dict]:
    """Milliseconds of warehouse time per question as the pages ask it, and per page: the sum of its questions.

    Every page is opened three times as a person opens it, with nothing cached; the median counts.
    """
    os.environ["WAREHOUSE_URL"] = url
    os.environ["LEDGER_URL"] = url.replace("duckdb:", "sqlite:") + ".ledger"
    logging.disable(logging.WARNING)  # Streamlit misses a browser here, rightly
    st.cache_resource.clear()  # the engine of the size before
    times: dict[str, dict[str, float]] = {}
    pages: dict[str, dict[str, float]] = {}
    for view in sorted((ROOT / "dashboard" / "views").glob("*.py")):
        opened = [_opened(view.name, url) for _ in range(3)]
        totals = [sum(ms for _, _, ms in asked) for asked in opened]
        pages[view.stem] = {"questions": len(opened[0]), "ms": statistics.median(totals)}
        for at, (name, rows, _) in enumerate(opened[0]):
            ms = statistics.median(asked[at][2] for asked in opened if at < len(asked))
            slowest = max(ms, times.get(name, {"ms": 0.0})["ms"])
            times[name] = {"rows": rows, "ms": slowest}
    return {"questions": dict(sorted(times.items())), "pages": pages}


def _opened(view: str, url: str) -> list[tuple[str, int, float]]:
    """The questions that opening a page asks: name, rows, milliseconds."""
    from streamlit.testing.v1 import AppTest

    from dashboard import data

    asked: list[tuple[str, int, float]] = []

    def timed(source, name: str, **told) -> pd.DataFrame:
        began = time.perf_counter()
        frame = fetch(source, name, **told)
        asked.append((name, len(frame), (time.perf_counter() - began) * 1000))
        return frame

    data.fetch, before = timed, data.fetch
    try:
        page = AppTest.from_file(ROOT / "dashboard" / "app.py", default_timeout=120)
        warehouse = engine.connect(url)
        if view == "trainer.py":
            page.query_params["trainer"] = _somebody(warehouse)
        page.run()
        st.cache_data.clear()
        asked.clear()
        page.switch_page(f"views/{view}").run()
        if page.exception:
            raise SystemExit(f"bench: {view} fails: {page.exception[0].message}")
    finally:
        data.fetch = before
    return asked


def _somebody(warehouse) -> str:
    with warehouse.connect() as connection:
        people = schema.assignments.select().with_only_columns(schema.assignments.c.trainer_id)
        return connection.execute(people.limit(1)).scalar()


def _asked(warehouse, name: str) -> dict[str, float]:
    reach = fetch(warehouse, "team/reach_v1")
    end = reach["last_occurred"].max().date() + timedelta(days=1)
    params = {"since": date(2000, 1, 1), "until": end}
    frame = fetch(warehouse, name, **params)
    taken = [_timed(lambda: fetch(warehouse, name, **params)) for _ in range(3)]
    return {"ms": statistics.median(taken) * 1000, "rows": len(frame)}


def against_pandas(url: str) -> dict[str, dict[str, float]]:
    """The same questions asked of the events with pandas, as a notebook would."""
    copy = Path(url.removeprefix("duckdb:///") + ".copy")
    shutil.copyfile(os.path.realpath(url.removeprefix("duckdb:///")), copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        frame = connection.execute(
            "select campaign_id, event_type, day, trainer_id, gold_kind, score, assignment_id "
            "from annotation_events"
        ).df()
    copy.unlink()
    asked: dict[str, tuple[str, Callable[[], object]]] = {
        "submissions per day": (
            "throughput/submissions_by_day_v1",
            lambda: (
                frame[(frame.event_type == "assignment_submitted") & (frame.gold_kind == "none")]
                .drop_duplicates("assignment_id")
                .groupby(["campaign_id", "day"])
                .agg(submitted=("assignment_id", "size"), trainers=("trainer_id", "nunique"))
            ),
        ),
        "gold accuracy per campaign": (
            "quality/gold_accuracy_by_campaign_v1",
            lambda: (
                frame[(frame.event_type == "gold_scored") & (frame.gold_kind == "hidden")]
                .groupby("campaign_id")["score"]
                .agg(["size", "mean"])
            ),
        ),
    }
    warehouse = engine.connect(url)
    told = {}
    print(f"\n{'the same question':32} {'pandas ms':>10} {'here ms':>10}")
    for says, (name, ask) in asked.items():
        slow = statistics.median(_timed(ask) for _ in range(3)) * 1000
        ours = _asked(warehouse, name)["ms"]
        print(f"{says:32} {slow:>10.0f} {ours:>10.0f}")
        told[says] = {"pandas_ms": slow, "ms": ours}
    return told


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
