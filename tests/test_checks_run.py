"""The checks on a real warehouse: every suite on its real query, planted incidents, the command."""

import datetime as dt
import functools
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import small_world

pytestmark = pytest.mark.xdist_group("great_expectations")

from data_checks import __main__ as command  # noqa: E402
from data_checks.event_integrity import TIME  # noqa: E402
from data_checks.run import day_to_ask_about, judge_all  # noqa: E402
from data_checks.suites import SUITES  # noqa: E402
from warehouse import engine as door  # noqa: E402
from warehouse import ledger  # noqa: E402
from warehouse.errors import Refused  # noqa: E402
from warehouse.ingest import load_files  # noqa: E402

LAST_WEEK = small_world.DAYS - 7


SHARED = set()


@functools.cache
def told_by(engine, as_of, names):
    suites = [s for s in SUITES if not names or s.name in names]
    return [f for told in judge_all(engine, suites, as_of) for f in told.findings]


def judged(engine, *names, as_of=small_world.AS_OF):
    """The findings of some suites, or of all; a warehouse that tests share is judged once."""
    if engine in SHARED and as_of == small_world.AS_OF:
        return [f for f in told_by(engine, as_of, ()) if not names or f.suite in names]
    return told_by(engine, as_of, names)


def failed(engine, *names, as_of=small_world.AS_OF):
    found = [f for f in judged(engine, *names, as_of=as_of) if f.outcome == "fail"]
    return {(f.suite, f.kind, f.figure, f.subject) for f in found}


def errors(engine):
    return [(f.suite, f.sentence) for f in judged(engine) if f.outcome == "error"]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The small world when nothing is wrong."""
    url = f"duckdb:///{tmp_path_factory.mktemp('quiet') / 'w.duckdb'}"
    engine = small_world.fill(url, bars={"gold_accuracy": 0.85, "first_pass": 0.80})
    SHARED.add(engine)
    return engine


@pytest.fixture
def url(tmp_path):
    return f"duckdb:///{tmp_path / 'w.duckdb'}"


def test_every_suite_runs_on_its_real_query(quiet):
    assert errors(quiet) == []


def test_a_quiet_team_raises_nothing(quiet):
    assert failed(quiet) == set()


def test_a_quiet_team_raises_no_regression_on_any_day(quiet):
    days = [small_world.BEGIN.date() + dt.timedelta(n) for n in range(35, small_world.DAYS, 7)]
    found = [failed(quiet, "regressions", as_of=day) for day in days]
    assert sum(map(len, found)) == 0


def test_what_is_judged_was_not_left_out(quiet):
    """Passing means judged: most expectations had rows on this world."""
    found = [f for f in judged(quiet) if f.outcome == "pass"]
    idle = {(f.suite, f.sentence) for f in found if f.judged == 0}
    # Every campaign of this world has one source only, and no bar but those that figures have to reach.
    assert {suite for suite, _ in idle} <= {"schedule", "source_freshness", "campaign_bars"}


def test_the_day_asked_about_is_the_day_after_the_last_event(quiet):
    assert day_to_ask_about(quiet) == small_world.AS_OF


def test_an_empty_warehouse_is_refused(url):
    with pytest.raises(Refused, match="holds no events"):
        day_to_ask_about(door.connect(url))


# -- planted incidents, each in a campaign of its own


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """A team of eight campaigns, in seven of which something else goes wrong."""
    names = (
        "fine",
        "fell",
        "always_bad",
        "bad_vendor",
        "bad_trainer",
        "harsh_reviewer",
        "stopped",
        "faults",
    )
    frame = small_world.submissions(names)
    some = frame.index % 10

    def of(campaign):
        return frame["campaign_id"] == campaign

    last_week = frame["day_no"] >= LAST_WEEK
    frame.loc[of("fell") & last_week & (some < 4), ["is_right", "is_accepted"]] = False
    frame.loc[of("always_bad") & (some < 3), "is_right"] = False
    frame.loc[of("bad_vendor") & (frame["vendor_id"] == "acme") & (some < 3), "is_right"] = False
    frame.loc[of("bad_trainer") & (frame["trainer_id"] == "t4") & (some < 6), "is_right"] = False
    frame.loc[
        of("harsh_reviewer") & (frame["reviewer_id"] == "rex") & (some < 4), "is_accepted"
    ] = False
    made = small_world.events(frame[~(of("stopped") & last_week)])
    faulty = made["campaign_id"] == "faults"
    made.loc[faulty & (made.index % 100 == 0), "recorded_at"] -= pd.Timedelta(days=90)
    made = pd.concat([made, made[faulty].head(5)], ignore_index=True)
    url = f"duckdb:///{tmp_path_factory.mktemp('troubled') / 'w.duckdb'}"
    with door.publish(url) as connection:
        door.insert(connection, "loads", [lost_load()])
    promised = small_world.charters(names, target_items=1500)
    engine = small_world.fill(url, made=made, promised=promised, bars={"gold_accuracy": 0.85})
    SHARED.add(engine)
    return engine


def lost_load():
    when = small_world.BEGIN
    load = {"load_id": "load-0", "source": "test", "files": "y", "options": "", "events": 0}
    load |= {"rows_read": 10, "rows_loaded": 7, "rows_there": 1, "rows_quarantined": 1}
    return load | {"started_at": when, "recorded_at": when}


def test_a_campaign_that_gets_worse_is_a_regression_of_that_campaign_only(troubled):
    assert failed(troubled, "regressions") == {
        ("regressions", "regression", "gold_accuracy", "fell"),
        ("regressions", "regression", "rejection_rate", "fell"),
        ("regressions", "regression", "throughput", "stopped"),
    }


def test_a_campaign_that_was_always_bad_is_a_floor_breach_and_no_regression(troubled):
    assert failed(troubled, "campaign_bars") == {
        ("campaign_bars", "floor breach", "gold_accuracy", "always_bad")
    }


def test_a_vendor_that_is_worse_than_the_others_is_an_outlier(troubled):
    assert failed(troubled, "vendor_quality") == {
        ("vendor_quality", "outlier", "gold_accuracy", "bad_vendor / acme")
    }


def test_a_trainer_far_from_peers_is_an_outlier_and_carries_the_vendor(troubled):
    found = [
        f
        for f in judged(troubled, "trainer_quality")
        if f.outcome == "fail" and f.kind == "outlier"
    ]
    assert [(f.subject, f.figure, f.vendor_id) for f in found] == [
        ("bad_trainer / t4", "gold_accuracy", "zeta")
    ]


def test_nobody_is_below_the_bar_because_the_campaign_is(troubled):
    found = [f for f in judged(troubled, "trainer_quality") if f.outcome == "fail"]
    below = [f for f in found if f.kind == "floor breach"]
    assert all(f.evidence["rate"] < f.evidence["bar"] for f in below)
    assert {f.campaign_id for f in below} <= {"always_bad", "bad_vendor", "bad_trainer", "fell"}
    assert len([f for f in below if f.campaign_id == "always_bad"]) < 12


def test_a_reviewer_who_rejects_far_more_is_an_outlier(troubled):
    assert failed(troubled, "reviewer_quality") == {
        ("reviewer_quality", "outlier", "rejection_rate", "harsh_reviewer / rex")
    }


@pytest.mark.parametrize("later", [1, 3, 14])
def test_days_after_the_last_event_are_not_known_and_no_missing_work(quiet, later):
    late = small_world.AS_OF + dt.timedelta(days=later)
    assert [key for key in failed(quiet, "regressions", as_of=late) if key[2] == "throughput"] == []


@pytest.mark.parametrize("later", [0, 5])
def test_work_that_was_missing_before_the_data_end_stays_missing(troubled, later):
    late = small_world.AS_OF + dt.timedelta(days=later)
    lost = {key for key in failed(troubled, "regressions", as_of=late) if key[2] == "throughput"}
    assert lost == {("regressions", "regression", "throughput", "stopped")}


def test_a_campaign_that_is_silent_while_others_deliver_is_missing_work(url):
    frame = small_world.submissions()
    ended = (frame["campaign_id"] == "alpha") & (frame["day_no"] >= small_world.DAYS - 5)
    engine = small_world.fill(
        url, frame[~ended], promised=small_world.charters(target_items=90_000)
    )
    lost = {key[3] for key in failed(engine, "regressions") if key[2] == "throughput"}
    assert lost == {"alpha"}


def test_work_that_stops_is_seen_as_silence_and_lost_volume(troubled):
    assert failed(troubled, "freshness") == {("freshness", "integrity", "freshness", "stopped")}
    assert ("regressions", "regression", "throughput", "stopped") in failed(troubled, "regressions")


def test_faults_of_events_and_books_are_found(troubled):
    found = failed(troubled, "event_integrity", "reconciliation")
    assert {(figure, subject) for _, _, figure, subject in found} == {
        ("duplicates", "faults"),
        ("future", "faults"),
        ("unaccounted", "load-0"),
        ("quarantine_missing", "load-0"),
    }


def test_a_campaign_that_met_its_target_may_stop(url):
    frame = small_world.submissions()
    frame = frame[~((frame["campaign_id"] == "alpha") & (frame["day_no"] >= LAST_WEEK))]
    promised = small_world.charters(target_items=500, budget=9000.0)
    found = failed(
        small_world.fill(url, frame, promised=promised), "freshness", "regressions", "schedule"
    )
    assert found == set()


@pytest.mark.parametrize(("target", "found"), [(500, set()), (4000, {"alpha / hub"})])
def test_a_source_that_falls_silent_matters_until_the_campaign_is_done(url, target, found):
    made = small_world.events(small_world.submissions(("alpha",)))
    is_hub = made["trainer_id"] == "t1"
    is_late = made["day"] >= pd.Timestamp(small_world.BEGIN) + pd.Timedelta(days=LAST_WEEK)
    made = made.assign(source=is_hub.map({True: "hub", False: "test"}))[~(is_hub & is_late)]
    promised = small_world.charters(("alpha",), target_items=target)
    told = failed(small_world.fill(url, made=made, promised=promised), "source_freshness")
    assert {subject for _, _, _, subject in told} == found


def test_a_campaign_behind_plan_and_over_budget(url):
    promised = small_world.charters(target_items=4000, budget=500.0)
    found = failed(small_world.fill(url, promised=promised), "schedule", "spend")
    assert {figure for _, _, figure, _ in found} == {"progress", "pace", "budget", "cost"}


def test_a_campaign_whose_deadline_passed(url):
    promised = small_world.charters(deadline=small_world.AS_OF)
    found = failed(small_world.fill(url, promised=promised), "schedule")
    assert {figure for _, _, figure, _ in found} == {"deadline"}


# -- warehouses that lack things: unknown is not wrong, and not an error


@pytest.mark.parametrize(
    "lacking",
    [("times", "durations"), ("gold", "reviews"), ("people", "charters")],
    ids=" and ".join,
)
def test_a_warehouse_that_lacks_something_can_be_judged(url, lacking):
    frame = small_world.submissions(("alpha",))
    promised = small_world.charters(("alpha",))
    if "charters" in lacking:
        promised = promised.head(0)
    if "gold" in lacking:
        frame["is_gold"] = False
    if "reviews" in lacking:
        frame["is_reviewed"] = False
    made = small_world.events(frame)
    if "times" in lacking:
        made["time_basis"] = "assumed"
    if "durations" in lacking:
        made["duration_s"] = float("nan")
        made["duration_basis"] = "none"
    if "people" in lacking:
        made[["trainer_id", "actor_id", "vendor_id"]] = None
    engine = small_world.fill(url, made=made, promised=promised)
    assert errors(engine) == []


def test_every_suite_runs_on_the_demo_and_finds_what_was_planted(demo_url):
    engine = door.connect(demo_url)
    found = judged(engine, as_of=day_to_ask_about(engine))
    assert [f.sentence for f in found if f.outcome == "error"] == []
    failing = {(f.suite, f.subject) for f in found if f.outcome == "fail"}
    assert ("schedule", "helpfulness-ratings") in failing
    assert ("event_integrity", "intent-classification") in failing
    doubted = {f.bears_on for f in found if f.suite == "event_integrity" and f.outcome == "fail"}
    assert doubted == {
        (),
        TIME,
    }  # few events from the future; durations that the source does not know
    assert ("spend", "translation-quality") in failing


def test_recorded_work_of_real_coders_can_be_judged(url):
    """Two teams of real coders: one reviewer rejects two fifths of what the other lets pass."""
    folder = Path(os.environ.get("REAL_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
    exports = sorted((folder / "leoka_labelstudio").glob("*.json"))
    if not exports:
        pytest.skip(f"no recorded data in {folder}: set REAL_DATA_DIR")
    for number in (0, 1):
        load_files([exports[number]], format="label-studio", campaign=f"team-{number}", url=url)
    engine = door.connect(url)
    found = judged(engine, as_of=day_to_ask_about(engine))
    assert [f.sentence for f in found if f.outcome == "error"] == []
    assert {(f.suite, f.figure) for f in found if f.outcome == "fail"} >= {
        ("charters", "charter"),
        ("reviewer_quality", "rejection_rate"),
    }


def test_a_warehouse_of_one_day_can_be_judged(url):
    frame = small_world.submissions()
    engine = small_world.fill(url, frame[frame["day_no"] == 0])
    assert [f for f in judged(engine, as_of=day_to_ask_about(engine)) if f.outcome == "error"] == []


# -- the command


@pytest.fixture
def place(monkeypatch, tmp_path, url):
    monkeypatch.setenv("WAREHOUSE_URL", url)
    monkeypatch.setenv("LEDGER_URL", f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    monkeypatch.setenv("NOTIFY_FILE", str(tmp_path / "notify.yaml"))
    return tmp_path


def test_a_run_of_a_quiet_team_ends_with_0_and_says_so(place, url, capsys):
    small_world.fill(url)
    assert command.main([]) == 0
    assert f"As of {small_world.AS_OF}, run 1: passed" in capsys.readouterr().out
    assert ledger.last_run(ledger.connect()).outcome == "passed"


def test_a_critical_finding_ends_with_1_is_printed_and_becomes_a_flag(place, url, capsys):
    small_world.fill(url, promised=small_world.charters(target_items=9000))
    assert command.main(["run", "--suite", "schedule"]) == 1
    printed = capsys.readouterr().out
    assert "fail  critical schedule beta: More than 25 % of the target behind plan." in printed
    assert command.main(["flags"]) == 0
    assert "progress" in capsys.readouterr().out
    flags = ledger.flags(ledger.connect())
    assert set(flags.campaign_id) == {"alpha", "beta", "gamma"}
    assert (flags.query("figure == 'progress'").severity == "critical").all()


def test_running_twice_opens_nothing_twice(place, url):
    small_world.fill(url, promised=small_world.charters(target_items=9000))
    command.main(["run", "--suite", "schedule"])
    before = ledger.flags(ledger.connect())
    command.main(["run", "--suite", "schedule"])
    after = ledger.flags(ledger.connect())
    assert list(before.flag_id) == list(after.flag_id)


def test_a_suite_that_cannot_run_ends_with_2_and_hides_no_other(place, url, capsys, monkeypatch):
    def broken(engine, as_of):
        raise ValueError("no such column: x")

    small_world.fill(url, promised=small_world.charters(target_items=9000))
    schedule, spend = (next(s for s in SUITES if s.name == n) for n in ("schedule", "spend"))
    from dataclasses import replace

    suites = (replace(spend, query=None, frame=broken), schedule)
    monkeypatch.setattr("data_checks.suites.chosen", lambda names: suites)
    assert command.main(["run"]) == 2
    printed = capsys.readouterr().out
    assert "error critical spend: Could not run: ValueError: no such column: x" in printed
    assert "fail  critical schedule" in printed
    assert ledger.last_run(ledger.connect()).outcome == "could not run"
    assert len(ledger.flags(ledger.connect(), suites=["schedule"])) > 0


def test_past_days_are_judged_in_order_once_and_tell_nobody(place, url, capsys):
    (place / "notify.yaml").write_text(
        "people: {ann: {channels: {chat: 'json://127.0.0.1:9'}}}\nroutes: [{to: ann, channel: chat}]"
    )
    frame = small_world.submissions(("alpha",))
    stops = frame["day_no"].between(50, 56)
    small_world.fill(url, frame[~stops], promised=small_world.charters(("alpha",)))
    since = str(small_world.AS_OF - dt.timedelta(12))
    assert command.main(["run", "--suite", "freshness", "--since", since]) == 0
    book = ledger.connect()
    flag = ledger.flags(book, states=None).iloc[0]
    opened = small_world.BEGIN.date() + dt.timedelta(54)
    assert (flag.opened_as_of.date(), flag.state) == (opened, "closed")
    assert "0 sent, 0 waiting" in capsys.readouterr().out
    command.main(["run", "--suite", "freshness", "--since", since])
    assert len(ledger.runs(book)) == 14


def test_muting_needs_a_reason_and_an_end_and_can_be_ended(place, capsys):
    until = str(dt.date.today() + dt.timedelta(9))
    assert command.main(["mute"]) == 0
    assert command.main(["mute", "--campaign", "alpha", "--reason", "holidays"]) == 2
    assert command.main(["mute", "--until", until, "--reason", "holidays"]) == 2
    told = ["mute", "--campaign", "alpha", "--until", until, "--reason", "holidays", "--by", "ann"]
    assert command.main(told) == 0
    assert command.main(["mute"]) == 0
    assert command.main(["mute", "--end", "1"]) == 0
    assert command.main(["mute", "--end", "1"]) == 2
    printed = capsys.readouterr()
    assert f"1  until {until}  alpha: holidays (ann)" in printed.out
    assert "needs a day to come on which it ends; got none" in printed.err
    assert "needs at least one of suite" in printed.err


def test_data_docs_show_every_suite_that_ran(place, url, capsys):
    small_world.fill(url, promised=small_world.charters(target_items=9000))
    command.main(["run", "--suite", "schedule", "--suite", "charters", "--docs"])
    page = place / "data_docs" / "index.html"
    assert f"Data Docs: {page}" in capsys.readouterr().out
    assert "schedule" in page.read_text()
    (shown,) = place.glob("data_docs/validations/schedule/**/*.html")
    assert "More than 25 % of the target behind plan." in shown.read_text()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["run", "--suite", "nosuch"], "no suite nosuch; there are: event_integrity"),
        (["run"], "the warehouse holds no events"),
    ],
)
def test_a_wrong_call_ends_with_2_and_one_line(place, capsys, told, says):
    assert command.main(told) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "told",
    [
        ["--help"],
        ["run", "--help"],
        ["flags", "--help"],
        ["notify", "--help"],
        ["detect", "--help"],
    ],
)
def test_help_shows_an_example(told, capsys):
    with pytest.raises(SystemExit) as end:
        command.main(told)
    assert end.value.code == 0
    assert "example: python -m data_checks" in capsys.readouterr().out


def test_listing_flags_does_not_wait_for_the_library_that_judges(place):
    code = "import sys; from data_checks.__main__ import main; main(['flags']); main(['notify']); "
    code += "assert not any(m.startswith('great_expectations') for m in sys.modules)"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "No open flags." in done.stdout
