"""The command that flags from a plain table of submissions: what it writes, and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from bench.worlds import BY_NAME, START, campaign
from data_checks import detect, submissions

ROOT = Path(__file__).parents[1]
COLUMNS = [
    "scope", "campaign_id", "metric", "direction", "kind", "opened", "closed", "onset_est", "effect",
    "n", "cause_dimension", "cause_segment", "posterior", "cause7_dimension", "cause7_segment",
    "posterior7",
]  # fmt: skip


COLUMNS_IN = list(submissions.COLUMNS)


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


def spoilt(events: pd.DataFrame, seconds: float | None) -> pd.DataFrame:
    """The events, whose third took so many seconds."""
    times = events["handle_time_s"].astype("float64").copy()
    times.iloc[2] = seconds
    return events.assign(handle_time_s=times)


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


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.assign(event_time=e["event_time"].astype("int64")),
        lambda e: e.assign(event_time=e["event_time"].dt.strftime("%m/%d/%Y %H:%M:%S.%f")),
        lambda e: e.assign(review_outcome=e["review_outcome"].astype("str").str.title()),
        lambda e: e.assign(is_overlap=e["is_overlap"].map({True: "y", False: "n"}), extra=1),
        lambda e: e.assign(label=[[one] for one in e["label"].astype(object)]),
        lambda e: e.assign(task_id=e["task_id"].astype(float)),
    ],
)  # fmt: skip
def test_the_same_submissions_told_otherwise_are_the_same(world, tmp_path, change):
    """Each row as the command reads it; lists of labels and floats are alike where their values are."""
    events = pd.read_parquet(world[0])
    changed(world, tmp_path, change)
    told = submissions.checked(submissions.read_table(tmp_path / "changed.parquet", "submissions"))
    wanted = submissions.checked(events)
    for name in ("campaign_id", "event_time", "task_id", "review_outcome", "is_overlap"):
        assert told[name].astype("str").tolist() == wanted[name].astype("str").tolist(), name
    assert told["label"].isna().tolist() == wanted["label"].isna().tolist()


@pytest.mark.parametrize(("unit", "divisor"), [("s", 1_000_000), ("ms", 1000), ("us", 1)])
def test_numbers_are_times_since_1970_in_the_unit_that_they_fit(unit, divisor):
    told = pd.Series(pd.to_datetime(["2026-03-01 12:00:00", "2026-03-02 00:00:01"])).astype(
        "datetime64[us]"
    )
    numbers = told.astype("int64") // divisor
    assert submissions.times(numbers, "event_time").tolist() == told.tolist()
    assert submissions.times(numbers.astype("float64"), "event_time").tolist() == told.tolist()


def test_json_lines_and_tab_separated_tables_say_what_a_parquet_file_says(world, tmp_path):
    events = pd.read_parquet(world[0]).head(2000)
    events.to_parquet(tmp_path / "e.parquet")
    events.to_csv(tmp_path / "e.tsv", sep="\t", index=False)
    times = {n: events[n].astype("str").where(events[n].notna()) for n in ("event_time", "review_time")}  # fmt: skip
    events.assign(**times).to_json(tmp_path / "e.jsonl.gz", orient="records", lines=True)
    told = [
        submissions.checked(submissions.read_table(tmp_path / name, "submissions")).astype("str")
        for name in ("e.parquet", "e.tsv", "e.jsonl.gz")
    ]
    same = [c for c in COLUMNS_IN if c != "handle_time_s"]  # written with fewer digits
    for other in told[1:]:
        assert other[same].fillna("").to_dict("list") == told[0][same].fillna("").to_dict("list")


def test_a_label_called_none_is_a_label(tmp_path):
    text = ",".join(submissions.COLUMNS) + "\n"
    text += "a,v,t,c,1,x,1.0,2026-01-05,false,NA,true,None,null,,false,9\n"
    (tmp_path / "e.csv").write_text(text)
    (row,) = submissions.checked(submissions.read_table(tmp_path / "e.csv", "submissions")).to_dict("records")  # fmt: skip
    assert (row["label"], row["guideline_version"]) == ("None", "1.0")
    assert pd.isna(row["gold_correct"]) and pd.isna(row["review_time"])


def test_submissions_without_a_task_agree_with_nobody(world):
    events = pd.read_parquet(world[0]).assign(task_id=None)
    assert not submissions.checked(events)["is_overlap"].any()


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
        (lambda e: spoilt(e, -1.5), "handle_time_s must be 0 or more seconds or empty; found -1.5 in row 3, 1 such"),
        (lambda e: spoilt(e, float("inf")), "found inf in row 3"),
        (lambda e: spoilt(e, float("-inf")), "found -inf in row 3"),
        (lambda e: e.assign(is_gold="perhaps"), "is_gold must be true or false; found 'perhaps'"),
        (lambda e: e.assign(campaign_id=None), "have no campaign_id"),
        (lambda e: e.assign(campaign_id=""), "have no campaign_id"),
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


@pytest.mark.parametrize("seconds", [0.0, None])
def test_no_time_and_unknown_time_are_accepted(world, tmp_path, capsys, seconds):
    events = changed(world, tmp_path, lambda e: spoilt(e.head(500), seconds))
    assert run("--events", events, "--out", tmp_path / "flags.csv") == 0
    assert capsys.readouterr().err == ""


def test_what_is_accepted_and_hardly_meant_so_is_told_in_a_line(world, tmp_path, capsys):
    def early(events):
        events = events.head(500).copy()
        events["review_time"] = events["event_time"] + pd.Timedelta(hours=1)
        events.loc[events.index[:2], "review_time"] -= pd.Timedelta(hours=2)
        events.loc[events.index[2], "review_time"] -= pd.Timedelta(hours=1)  # at once is not before
        return events

    versions = "campaign_id,guideline_version,effective_date\n"
    (tmp_path / "versions.csv").write_text(
        versions + "alpha,v1,2026-01-01\nbeta,v1,2026-01-01\ngamma,v1,2026-01-01\n"
    )
    events = changed(world, tmp_path, early)
    told = run(
        "--events", events, "--guidelines", tmp_path / "versions.csv", "--out", tmp_path / "f.csv"
    )
    assert told == 0
    assert capsys.readouterr().err.splitlines() == [
        "2 of 500 events were reviewed before they were submitted",
        "2 of 3 guideline versions are of campaigns without events, such as beta",
    ]


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert run("--events", tmp_path / "none.parquet", "--out", tmp_path / "flags.csv") == 2
    assert "no file" in capsys.readouterr().err


def test_a_file_that_is_no_table_is_refused(tmp_path, capsys):
    (tmp_path / "events.parquet").write_text("not a table")
    assert run("--events", tmp_path / "events.parquet", "--out", tmp_path / "flags.csv") == 2
    assert "no table that can be read" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused_before_anything_is_read(world, tmp_path, capsys):
    assert run("--events", tmp_path / "none", "--out", tmp_path / "no" / "flags.csv") == 2
    assert "there is no folder" in capsys.readouterr().err


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
