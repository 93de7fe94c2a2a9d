"""The warehouse's commands: what they cannot do they say in one line, with exit code 2 and nothing changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from data_checks import __main__ as checks
from warehouse import __main__ as commands
from warehouse.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
CHARTER = "campaign: news\ntarget_items: 10\nstarts_on: 2026-01-05\ndeadline: 2026-03-31\n"
PROGRESS = ["query", "progress/progress_by_campaign_v1"]


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """An empty warehouse of this test's own, and some files of a user's."""
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "good.yaml").write_text(CHARTER)
    (tmp_path / "day.yaml").write_text(CHARTER.replace("03-31", "02-30"))
    (tmp_path / "twice.yaml").write_text("task_type: a\ntask_type: b\n")
    (tmp_path / "idle.yaml").write_text(CHARTER + "idle_limit_s: 0\n")
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    assert main(["migrate"]) == 0


LOAD = ["load", "rows.csv", "--format", "mturk", "--campaign"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["query", "progress/progres_by_campaign_v1"], "did you mean progress/progress_by_campaign_v1 or"),
        ([*PROGRESS, "--as_of", "2026-02-30"], "--as_of takes a date, got '2026-02-30'"),
        ([*PROGRESS, "--known-at", "then"], "expected a time such as 2026-06-01T09:00, found 'then'"),
        ([*PROGRESS, "--known-at", "0001-01-01T00:00+05:00"], "expected a time such as"),
        ([*PROGRESS, "--csv", "folder"], "folder: Is a directory"),
        ([*PROGRESS, "--csv", "none/x.csv"], "non-existent directory: 'none'"),
        ([*PROGRESS, "--color", "red"], "unrecognized arguments: --color red; see `python -m warehouse query"),
        (["query", "trainers/assignments_v1", "--trainer", "ann", "--limit", "-1"], "cannot be negative"),
        (["charter", "apply", "day.yaml"], "in line 4: no such day '2026-02-30'"),
        (["charter", "apply", "good.yaml", "day.yaml"], "in line 4: no such day '2026-02-30'"),
        (["charter", "apply", "idle.yaml"], "idle_limit_s: expected seconds above 0, found 0"),
        (["load", "folder", "--format", "mturk", "--campaign", "c"], "folder: expected a file, found a folder"),
        (["load", "/dev/null", "--format", "mturk", "--campaign", "c"], "/dev/null: expected a file, found a pipe or a device"),
        (["load", "rows.csv", "--format", "csv"], "argument --format: invalid choice: 'csv'"),
        ([*LOAD, "  "], "--campaign: expected a name, found '  '"),
        ([*LOAD, "c", "--mapping", "twice.yaml"], "'task_type' is given twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_one_line(capsys, told, said):
    capsys.readouterr()
    assert main(told) == 2
    out, error = capsys.readouterr()
    assert said in error
    assert (out, error.count("\n")) == ("", 1)


def test_the_help_of_load_says_all_that_a_mapping_can_say(capsys):
    with pytest.raises(SystemExit):
        main(["load", "--help"])
    told = capsys.readouterr().out
    for word in ("ground_truth", "gold_counts_as", "waiting: [open]", "named_zone", "delimiter"):
        assert word in told
    assert "``" not in told


def test_a_query_that_asks_for_a_trainer_takes_one(capsys):
    asked = ["query", "trainers/assignments_v1", "--trainer", "ann", "--limit", "5"]
    assert main(asked) == 0
    assert capsys.readouterr().out.endswith("no rows\n")


def test_a_warehouse_that_cannot_be_written_is_refused(capsys, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", "duckdb:////proc/none/warehouse.duckdb")
    assert main(["refresh"]) == 2
    assert capsys.readouterr().err == "python -m warehouse: /proc/none: No such file or directory\n"


def test_an_interruption_while_the_warehouse_computes_is_said_in_one_line(capsys, monkeypatch):
    def compute(args):
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        duckdb.sql("select count(*) from range(1000000000000)").fetchall()

    monkeypatch.setattr(commands, "_refresh", compute)
    capsys.readouterr()
    # Where tests run side by side, each process ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["refresh"]) == 2
    finally:
        signal.signal(signal.SIGINT, before)
    told = capsys.readouterr().err
    assert told == "python -m warehouse: interrupted; nothing was changed\n"


@pytest.mark.parametrize("program", ["warehouse", "data_checks", "dashboard"])
@pytest.mark.parametrize("stop", ["SIGINT", "SIGTERM"])
def test_an_interruption_while_a_program_is_imported_is_said_in_one_line(tmp_path, program, stop):
    first_import = tmp_path / "argparse.py"
    first_import.write_text(f"import os, signal\nos.kill(os.getpid(), signal.{stop})\n")
    told = subprocess.run(
        [sys.executable, "-m", program],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr == f"python -m {program}: interrupted; nothing was changed\n"
    assert (told.returncode, told.stdout) == (2, "")


def test_the_readme_says_what_to_run_when(capsys):
    told = (ROOT / "README.md").read_text()
    named = [f"python -m {c}" for c in ("warehouse load", "data_checks run", "data_checks notify")]
    places = [
        told.index(f"`{command}`", told.index("Each day, in this order")) for command in named
    ]
    assert places == sorted(places)
    for program, command in ((checks, "run"), (checks, "notify"), (commands, "load")):
        with pytest.raises(SystemExit) as done:
            program.main([command, "--help"])
        assert done.value.code == 0
