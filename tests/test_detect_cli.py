"""The command that flags from a plain table of submissions: what it writes, and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from bench.worlds import BY_NAME, START, campaign
from data_checks import detect

ROOT = Path(__file__).parents[1]
COLUMNS = [
    "scope", "campaign_id", "metric", "direction", "kind", "opened", "closed", "onset_est", "effect",
    "n", "cause_dimension", "cause_segment", "posterior", "cause7_dimension", "cause7_segment",
    "posterior7",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> tuple[Path, Path]:
    """A campaign whose vendor falls by 15 points, as files: submissions and guideline versions."""
    folder = tmp_path_factory.mktemp("world")
    events, versions, _ = campaign(BY_NAME["S05"], "alpha", 5, 50)
    events = events[events["event_time"] < pd.Timestamp(START) + pd.Timedelta(days=125)]
    events.to_parquet(folder / "events.parquet")
    versions.to_csv(folder / "versions.csv", index=False)
    return folder / "events.parquet", folder / "versions.csv"


def run(*arguments: object) -> int:
    return detect.main([str(a) for a in arguments])


def changed(world, tmp_path: Path, change) -> Path:
    """The world's events after a change, in a file of their own."""
    path = tmp_path / "changed.parquet"
    change(pd.read_parquet(world[0])).to_parquet(path)
    return path


def test_flags_are_written_with_exactly_the_promised_columns(world, tmp_path):
    out = tmp_path / "flags.csv"
    assert run("--events", world[0], "--guidelines", world[1], "--out", out) == 0
    flags = pd.read_csv(out)
    assert list(flags.columns) == COLUMNS
    flag = flags[flags["metric"] == "gold_accuracy"].iloc[0]
    assert (flag["scope"], flag["campaign_id"], flag["kind"]) == ("campaign", "alpha", "regression")
    assert (flag["cause7_dimension"], flag["cause7_segment"]) == ("vendor_id", "vendor0")
    assert 0 < flag["posterior7"] <= 1
    assert pd.to_datetime(flag["onset_est"]) <= pd.to_datetime(flag["opened"])


def test_the_command_is_one_of_data_checks(world, tmp_path):
    out = tmp_path / "flags.csv"
    told = subprocess.run(
        [sys.executable, "-m", "data_checks", "detect", "--events", world[0], "--out", out],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "1 campaign" in told.stdout
    assert list(pd.read_csv(out).columns) == COLUMNS


def test_csv_and_parquet_give_the_same_flags(world, tmp_path):
    csv = tmp_path / "events.csv"
    pd.read_parquet(world[0]).to_csv(csv, index=False)
    assert run("--events", world[0], "--out", tmp_path / "a.csv") == 0
    assert run("--events", csv, "--out", tmp_path / "b.csv") == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_no_events_give_a_header_and_no_rows(world, tmp_path):
    empty = changed(world, tmp_path, lambda e: e.head(0))
    assert run("--events", empty, "--out", tmp_path / "flags.csv") == 0
    assert list(pd.read_csv(tmp_path / "flags.csv").columns) == COLUMNS


def test_times_with_a_zone_are_taken_as_utc(world, tmp_path):
    zoned = changed(
        world,
        tmp_path,
        lambda e: e.assign(
            event_time=e["event_time"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")
        ),
    )
    assert run("--events", world[0], "--out", tmp_path / "a.csv") == 0
    assert run("--events", zoned, "--out", tmp_path / "b.csv") == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_times_of_whole_seconds_among_finer_ones_are_read(world, tmp_path):
    def as_text(events: pd.DataFrame) -> pd.DataFrame:
        whole = events["event_time"].where(events.index % 2 > 0, events["event_time"].dt.floor("s"))
        return events.assign(event_time=[time.isoformat(sep=" ") for time in whole])

    texts = changed(world, tmp_path, as_text)
    assert run("--events", world[0], "--out", tmp_path / "a.csv") == 0
    assert run("--events", texts, "--out", tmp_path / "b.csv") == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_columns_that_nobody_filled_are_no_obstacle(world, tmp_path):
    bare = changed(
        world,
        tmp_path,
        lambda e: e.assign(
            label=None, review_time=None, review_outcome=None, handle_time_s=None, vendor_id=None,
            onboarding_cohort=None, guideline_version=None,
        ).iloc[::3],
    )  # fmt: skip
    assert run("--events", bare, "--out", tmp_path / "flags.csv") == 0
    assert set(pd.read_csv(tmp_path / "flags.csv")["metric"]) <= {"gold_accuracy"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda e: e.drop(columns=["label", "is_gold"]), "the events lack the columns is_gold, label"),
        (lambda e: e.assign(review_outcome="maybe"), "review_outcome must be accept, reject or empty; found maybe"),
        (lambda e: e.assign(gold_correct=7.0), "gold_correct must be 0 to 1"),
        (lambda e: e.assign(event_time="yesterday"), "event_time holds what is no time"),
        (lambda e: e.assign(handle_time_s="long"), "handle_time_s holds what is no number"),
        (lambda e: e.assign(is_gold="perhaps"), "is_gold must be true or false; found 'perhaps'"),
        (lambda e: e.assign(campaign_id=None), "have no campaign_id"),
        (
            lambda e: e.assign(event_time=e["event_time"].where(e["task_id"] > 0, pd.Timestamp("1970-01-01"))),
            "is a time mistyped?",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_sentence(world, tmp_path, capsys, change, sentence):
    bad = changed(world, tmp_path, change)
    assert run("--events", bad, "--out", tmp_path / "flags.csv") == 2
    told = capsys.readouterr().err.strip()
    assert sentence in told
    assert "\n" not in told
    assert not (tmp_path / "flags.csv").exists()


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert run("--events", tmp_path / "none.parquet", "--out", tmp_path / "flags.csv") == 2
    assert "no file" in capsys.readouterr().err


def test_a_file_that_is_no_table_is_refused(tmp_path, capsys):
    (tmp_path / "events.parquet").write_text("not a table")
    assert run("--events", tmp_path / "events.parquet", "--out", tmp_path / "flags.csv") == 2
    assert "no table that can be read" in capsys.readouterr().err


def test_a_guideline_file_without_its_columns_is_refused(world, tmp_path, capsys):
    (tmp_path / "versions.csv").write_text("campaign,version\nalpha,v2\n")
    told = run(
        "--events", world[0], "--guidelines", tmp_path / "versions.csv", "--out", tmp_path / "f.csv"
    )
    assert told == 2
    assert "the guidelines lack" in capsys.readouterr().err


def test_months_between_false_flags_are_one_or_more(world, tmp_path, capsys):
    told = run("--events", world[0], "--out", tmp_path / "f.csv", "--months-between-false-flags", 0)
    assert told == 2
    assert "must be 1 or more" in capsys.readouterr().err
