"""How long a day's run of the checks takes where many campaigns run: load, figures, detectors, suites.

    python -m bench.daily                                  500 campaigns, 20,000 trainers, 90 days and one more
    python -m bench.daily --campaigns 50 --days 40         a smaller team, in a minute

Ninety days are loaded and judged, then one day more; what that last day takes is printed, and written to
``bench/results/daily.json``. The detectors read what they kept of the day before and keep what they know now.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from data_checks.detectors import Settings
from data_checks.watch import Watch
from warehouse import engine

RESULTS = Path(__file__).parent / "results"
FIRST = date(2026, 3, 2)
TRAINERS, SUBMISSIONS = 40, 30
"""People of a campaign, and what they submit on a day."""
TOGETHER = (4, 30)
"""Of so many submissions that many are of one item."""
MAPPING = """\
columns:
  id: id
  campaign_id: campaign
  trainer_id: trainer
  vendor_id: vendor
  task_type: task_type
  item_id: item
  started_at: started
  submitted_at: submitted
  duration_s: seconds
questions:
  category: {column: category, scale: nominal}
  better: {column: better, scale: nominal}
gold:
  category: gold
gold_kind: hidden
gold_counts_as: gold
duration_basis: elapsed_open_to_submit
review:
  outcome: review
  accepted: [accept]
  rejected: [reject]
  at: reviewed
payload: [first, second]
"""


def submissions(rng: np.random.Generator, campaigns: int, days: range) -> pd.DataFrame:
    """What all campaigns submit on ``days``: golds, reviews, items done together, comparisons."""
    many = rng.poisson(SUBMISSIONS, (len(days), campaigns))
    day = np.repeat(np.repeat(np.array(days), campaigns), many.ravel())
    campaign = np.repeat(np.tile(np.arange(campaigns), len(days)), many.ravel())
    rows = len(day)
    trainer, task = rng.integers(0, TRAINERS, rows), rng.integers(0, 2, rows)
    number = np.arange(rows) + 10_000_000 * days.start
    several, of = TOGETHER
    item = np.where(number % of < several, number - number % of, number)
    started = np.datetime64(FIRST) + day.astype("timedelta64[D]")
    started = started + (rng.uniform(8, 18, rows) * 3600).astype("timedelta64[s]")
    seconds = np.exp(rng.normal(np.log(60 + 100 * task), 0.5)).round(1)
    category = rng.integers(0, 3, rows)
    is_gold, is_right = rng.random(rows) < 0.15, rng.random(rows) < 0.9 - 0.1 * task
    answer = np.where(is_right, category, (category + 1) % 3)
    letters = np.array(list("abc"), dtype=object)
    reviewed = ~is_gold & (rng.random(rows) < 0.5)
    return pd.DataFrame(
        {
            "id": [f"s{n}" for n in number],
            "campaign": [f"campaign-{c:03d}" for c in campaign],
            "trainer": [f"t{c:03d}-{t:02d}" for c, t in zip(campaign, trainer, strict=True)],
            "vendor": [f"vendor-{t % 3}" for t in trainer],
            "task_type": np.where(task == 0, "easy", "hard"),
            "item": [f"i{n}" for n in item],
            "started": started,
            "submitted": started + seconds.astype("timedelta64[s]"),
            "seconds": seconds,
            "category": letters[category],
            "gold": np.where(is_gold, letters[answer], None),
            "better": rng.choice(["A", "B"], rows),
            "first": "one",
            "second": "other",
            "review": np.where(
                reviewed, np.where(rng.random(rows) < 0.9, "accept", "reject"), None
            ),
            "reviewed": started + np.timedelta64(20, "h"),
        }
    )


def measured(folder: Path, campaigns: int, days: int) -> dict[str, float]:
    """Seconds of each step of the last day's run, once the days before are judged."""
    rng = np.random.default_rng(1)
    (folder / "mapping.yaml").write_text(MAPPING)
    last = FIRST + timedelta(days=days)
    _load(folder, submissions(rng, campaigns, range(days)))
    _command(folder, "data_checks", "run", "--as-of", str(last))
    loading = _load(folder, submissions(rng, campaigns, range(days, days + 1)))
    kept = folder / "ledger.sqlite.watch"
    judged = time.perf_counter()
    watch = Watch(Settings(), Path(shutil.copytree(kept, folder / "kept")))
    watch.judge(engine.connect(f"duckdb:///{folder / 'warehouse.duckdb'}"), last + timedelta(1))
    judged = time.perf_counter() - judged
    whole = _command(folder, "data_checks", "run", "--as-of", str(last + timedelta(1)))
    size = sum(f.stat().st_size for f in kept.rglob("*") if f.is_file())
    return {
        "load and figures of the day, s": round(loading, 1),
        "detectors with reading and keeping what they know, s": round(judged, 1),
        "figures that had data": sum(d.tracker is not None for d in watch.detectors.values()),
        "all suites, ledger and start of the command, s": round(whole, 1),
        "kept by the detectors, GB": round(size / 1e9, 2),
    }


def _load(folder: Path, rows: pd.DataFrame) -> float:
    rows.to_parquet(folder / "day.parquet")
    options = ("--format", "table", "--mapping", str(folder / "mapping.yaml"))
    return _command(folder, "warehouse", "load", str(folder / "day.parquet"), *options)


def _command(folder: Path, *words: str) -> float:
    """Seconds that a command of the product takes, as a user starts it."""
    urls = {
        "WAREHOUSE_URL": f"duckdb:///{folder / 'warehouse.duckdb'}",
        "LEDGER_URL": f"sqlite:///{folder / 'ledger.sqlite'}",
    }
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *words], env=os.environ | urls, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):  # 1: something critical was found
        raise RuntimeError(f"{' '.join(words)}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.perf_counter() - began


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was measured and write it as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.daily", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--campaigns", type=int, default=500)
    parser.add_argument("--days", type=int, default=90)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        told = measured(Path(folder), args.campaigns, args.days)
    for name, value in told.items():
        print(f"{value:>10}  {name}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "on": str(date.today())}
    whole = {"machine": machine, "campaigns": args.campaigns, "days": args.days, **told}
    (RESULTS / "daily.json").write_text(json.dumps(whole, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
