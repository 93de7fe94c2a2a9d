"""The detectors between two runs: kept, taken up again, taken back to a day that changed; missing work; words."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_world

from data_checks import carriers, changes, checkpoints, tuning
from data_checks.changes import Changes, _OfFigure
from data_checks.checkpoints import Digest
from data_checks.detectors import Detector, Settings
from data_checks.volume import losses
from data_checks.watch import Watch
from data_checks.watched import WATCHED
from warehouse import engine as door
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.ledger import Finding
from warehouse.ledger.act import HAVE_A_LEVEL
from warehouse.refresh import refresh

LAST = small_world.AS_OF
FELL_ON = 50
SURE = Settings(months_between_false_flags=6, months_between_false_critical=60)


def world(url):
    """One campaign, whose golds are wrong in two of five cases from day 50 on."""
    frame = small_world.submissions(("alpha",))
    worse = (frame["day_no"] >= FELL_ON) & (frame.index % 5 < 2)
    frame.loc[worse, "is_right"] = False
    return small_world.fill(url, frame, promised=small_world.charters(("alpha",)))


@pytest.fixture(scope="module")
def fell(tmp_path_factory):
    return world(f"duckdb:///{tmp_path_factory.mktemp('fell') / 'w.duckdb'}")


def kept(folder, figure="gold_accuracy-down"):
    """The days of the checkpoints of one figure, and when each was written."""
    places = sorted((folder / figure).iterdir())
    return {p.name: (p / "told.json").stat().st_mtime_ns for p in places}


def standing(frame):
    return frame[frame["standing"] > 0].reset_index(drop=True)


@pytest.fixture(scope="module")
def at_once(fell):
    return Changes(Watch(SURE)).frame(fell, LAST)


def test_a_fall_is_one_row_with_onset_size_cause_and_days(at_once):
    found = standing(at_once)
    assert list(found["figure"]) == ["gold_accuracy"]
    row = found.iloc[0]
    onset = small_world.BEGIN.date() + dt.timedelta(FELL_ON)
    assert abs((row["onset_on"] - onset).days) <= 4
    # Right were .92 of the golds, and three in five of them afterwards.
    assert row["effect_low"] < -0.37 < row["effect_high"]
    assert "Gold accuracy fell by" in row["sentence"] and "hidden golds" in row["sentence"]
    assert row["months"] >= 6
    assert len(row["days"]) == small_world.DAYS
    assert row["by_rate"] == pytest.approx(-row["effect"], abs=0.12)
    assert abs(row["by_mix"]) < 0.02


def test_figures_at_rest_have_a_row_that_closes_their_flags(at_once):
    rest = at_once[at_once["standing"] == 0]
    assert {"rejection_rate", "handle_time_up", "throughput"} <= set(rest["figure"])
    assert {"alpha", ""} == set(rest["campaign_id"])


def test_days_one_by_one_from_a_folder_say_what_all_at_once_says(fell, at_once, tmp_path):
    for day in (LAST - dt.timedelta(9), LAST - dt.timedelta(1), LAST):
        found = Changes(Watch(SURE, tmp_path)).frame(fell, day)
    told, wanted = standing(found).iloc[0], standing(at_once).iloc[0]
    same = ["figure", "onset_on", "opened_on", "sentence", "cause"]
    assert told[same].to_dict() == wanted[same].to_dict()
    assert list(kept(tmp_path))[-1] == str(LAST - dt.timedelta(1))


def test_a_day_that_changed_since_is_judged_again(tmp_path):
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    engine = world(url)
    folder = tmp_path / "watch"
    for day in (LAST - dt.timedelta(16), LAST):
        Changes(Watch(SURE, folder)).frame(engine, day)
    figures = ("gold_accuracy-down", "handle_time-up")
    before = {figure: kept(folder, figure) for figure in figures}
    assert list(before["gold_accuracy-down"]) == [
        str(LAST - dt.timedelta(n)) for n in (23, 7, 4, 1)
    ]
    rescored = small_world.submissions(("alpha",))
    rescored = rescored[(rescored["day_no"] >= FELL_ON) & rescored["is_gold"]]
    made = small_world.events(rescored.assign(is_right=True))
    again = made[made["event_type"] == "gold_scored"]
    whole = small_world.events(small_world.submissions(("alpha",)))
    names = whole[whole["event_type"] == "gold_scored"].set_index(["trainer_id", "occurred_at"])
    place = list(zip(again["trainer_id"], again["occurred_at"], strict=True))
    again = again.assign(
        item_id=names.loc[place, "item_id"].to_numpy(),
        assignment_id=names.loc[place, "assignment_id"].to_numpy(),
        event_id="again-" + again["event_id"],
        occurred_at=again["occurred_at"] + pd.Timedelta(hours=1),
        recorded_at=again["recorded_at"] + pd.Timedelta(days=30),
    )
    with door.publish(url) as connection:
        door.insert(connection, "annotation_events", again)
        refresh(connection, rebuild=True)
    watch = Watch(SURE, folder)
    found = Changes(watch).frame(door.connect(url), LAST)
    assert standing(found).empty
    after = {figure: kept(folder, figure) for figure in figures}
    assert after["handle_time-up"] == before["handle_time-up"], "golds alone changed"
    same = before["gold_accuracy-down"].items() & after["gold_accuracy-down"].items()
    assert dict(same).keys() == {str(LAST - dt.timedelta(23))}, (
        "what stood before the first changed day"
    )
    assert after["gold_accuracy-down"].keys() == before["gold_accuracy-down"].keys()


def test_few_checkpoints_are_kept_and_always_one_a_little_older(tmp_path):
    """A hundred days in a row: what changed two, seven or twenty days ago goes back little further."""
    place, nothing = checkpoints.Kept(tmp_path), Digest(dt.date(2025, 1, 1), {})
    for day in (dt.date(2026, 1, 1) + dt.timedelta(n) for n in range(100)):
        place.keep(Detector("gold_accuracy", "down"), day, nothing, SURE)
    ages = [(day - dt.date.fromisoformat(p.name)).days for p in tmp_path.iterdir()]
    assert len(ages) <= len(checkpoints.AGES)
    for late, most in ((1, 2), (2, 5), (5, 12), (12, 29)):
        assert min(age for age in ages if age >= late) < most


def test_another_rate_of_false_flags_begins_anew(fell, tmp_path):
    Changes(Watch(SURE, tmp_path)).frame(fell, LAST)
    other = Settings(months_between_false_flags=12, months_between_false_critical=60)
    Changes(Watch(other, tmp_path)).frame(fell, LAST)
    told = [json.loads(path.read_text()) for path in tmp_path.rglob("told.json")]
    assert {t["settings"]["months"] for t in told} == {12}


def test_an_accepted_level_closes_the_change(fell, at_once):
    accepted = Settings(
        months_between_false_flags=6, months_between_false_critical=60,
        new_levels={("alpha", "gold_accuracy"): LAST - dt.timedelta(2)},
    )  # fmt: skip
    assert len(standing(at_once)) == 1
    assert standing(Changes(Watch(accepted)).frame(fell, LAST)).empty


def test_what_came_near_to_a_flag_is_told_in_months(fell):
    watched = Changes(Watch(SURE))
    watched.frame(fell, LAST)
    told = watched.told(LAST)
    assert (told["months"], told["scopes"]) == (6, 12)
    assert all(near["months"] >= changes.NEAR_MONTHS for near in told["near"])
    assert ("alpha", "gold_accuracy") not in {(n["campaign_id"], n["figure"]) for n in told["near"]}
    assert "about one false flag per campaign and figure in 6 months" in watched.expectation()


def test_a_further_fall_has_a_name_of_its_own_for_good():
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-05-01"])
    ends = pd.to_datetime(["2026-02-10", None, "2026-03-20", None])
    told = pd.DataFrame({"opened": days, "closed": ends})
    names = ["", "again 2026-02-01", "again 2026-03-01", "again 2026-05-01"]
    assert changes._changes_of(told) == names
    assert changes._changes_of(told.head(1)) == [""]
    ended = told.assign(closed=pd.to_datetime(["2026-01-20", "2026-02-10", "2026-03-20", None]))
    assert changes._changes_of(ended) == ["", "", "", ""]


# -- submissions that are missing


def work(per_day, days=70, stops=None, share=0.0, vendors=("acme", "zeta"), seed=1):
    rng = np.random.default_rng(seed)
    begin = pd.Timestamp("2026-01-05")
    rows = [
        ("alpha", vendor, begin + pd.Timedelta(days=day), n)
        for vendor in vendors
        for day in range(days)
        if (n := rng.poisson(_usual(per_day, day) * (share if stops and vendor == "acme" and day >= stops else 1)))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["campaign_id", "vendor_id", "day", "submitted"])


def _usual(per_day, day):
    return per_day * (0.3 if day % 7 >= 5 else 1.0)


def lost(frame, days=70):
    found = losses(frame, np.datetime64("2026-01-05") + days, Settings())[0]
    return [(f.vendor_id, f.opened, f.onset, f.closed) for f in found]


def test_a_vendor_that_stops_is_named_within_days():
    ((vendor, opened, onset, closed),) = lost(work(30, stops=56, share=0.15))
    assert (vendor, closed) == ("acme", None)
    assert 56 <= onset <= opened <= 59


def test_quiet_weekends_and_days_that_vary_lose_nothing():
    assert [lost(work(30, seed=seed)) for seed in range(5)] == [[]] * 5


def test_work_that_comes_back_closes_the_loss():
    frame = work(30, days=90)
    away = frame["day"].between("2026-03-02", "2026-03-08") & (frame["vendor_id"] == "acme")
    ((_, opened, _, closed),) = lost(frame[~away], days=90)
    assert opened < closed <= 56 + 14


def test_few_submissions_and_short_pasts_say_nothing():
    assert lost(work(3, stops=56)) == []
    assert lost(work(30, days=20, stops=14), days=20) == []
    assert losses(work(1).head(0), np.datetime64("2026-03-01"), Settings())[0] == []


# -- whose rejections


def quicker(cohort_began, cohort="new"):
    """How grave it is that half of a campaign, its class ``cohort``, works quicker from day 65 of 95 on."""
    days = pd.date_range("2026-01-05", periods=95)
    rows = [
        {"campaign_id": "alpha", "vendor_id": "acme", "trainer_id": f"{name}{n}", "onboarding_cohort": name,
         "task_type": "x", "day": day, "units": 12.0, "bad": 11.0 if name == cohort and at >= 65 else 6.0}
        for at, day in enumerate(days) for name in ("old", "new") for n in range(6)
        if name == "old" or at >= cohort_began
    ]  # fmt: skip
    watched = next(w for w in WATCHED if (w.figure, w.direction) == ("handle_time", "down"))
    watch = Watch(SURE)
    watch.detectors[watched] = Detector("handle_time", "down", SURE)
    watch.detectors[watched].add(pd.DataFrame(rows), through=days[-1].date())
    (row,) = _OfFigure(None, watch, watched, dt.date(2026, 4, 10), {}).rows()
    assert row["cause"] == f"the class of {cohort}"
    return row["standing"]


def test_a_new_class_that_becomes_quicker_learns_and_an_old_one_does_not():
    assert quicker(20) == changes.LEARNING
    assert quicker(20, "old") > changes.LEARNING


def test_a_reviewer_who_alone_rejects_more_is_told_from_a_campaign_that_does(tmp_path):
    frame = small_world.submissions(("harsh", "worse"))
    late = (frame["day_no"] >= FELL_ON) & (frame.index % 10 < 4)
    rex = frame["reviewer_id"] == "rex"
    frame.loc[late & ((frame["campaign_id"] == "worse") | rex), "is_accepted"] = False
    names = ("harsh", "worse")
    promised = small_world.charters(names)
    engine = small_world.fill(f"duckdb:///{tmp_path / 'w.duckdb'}", frame, promised=promised)
    onset = small_world.BEGIN.date() + dt.timedelta(FELL_ON)
    harsh, worse = (carriers.reviewer(engine, name, onset, LAST) for name in names)
    assert harsh[0][0] == "rex" and harsh[0][1] > 0.95
    assert worse[0][0] == "" and worse[0][1] > 0.95


# -- the setting


def test_the_setting_is_the_file_s_unless_the_command_says_another(tmp_path):
    path = tmp_path / "checks.yaml"
    assert tuning.tuned(path).months_between_false_flags == Settings().months_between_false_flags
    path.write_text("months_between_false_flags: 12")
    told = tuning.tuned(path)
    assert (told.months_between_false_flags, told.months_between_false_critical) == (12, 60)
    assert tuning.tuned(path, 24).months_between_false_flags == 24


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("months: 12", "expected months_between_false_flags"),
        ("months_between_false_flags: often", "expected a number of months"),
        ("months_between_false_flags: 0.1", "expected 1 <="),
        ("months_between_false_flags: 20\nmonths_between_false_critical: 10", "expected 1 <="),
        ("[", "is no YAML"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, text, sentence):
    path = tmp_path / "checks.yaml"
    path.write_text(text)
    with pytest.raises(Refused, match=sentence):
        tuning.tuned(path)


# -- the ledger


def finding(opened_on, outcome="fail"):
    return Finding(
        outcome=outcome, suite="regressions", figure="gold_accuracy", kind="regression",
        severity="warning", sentence="Worse.", subject="alpha", campaign_id="alpha",
        evidence={"opened_on": opened_on, "days": [[1, 2]], "n": 3},
    )  # fmt: skip


def test_a_change_that_comes_back_is_the_same_flag_and_another_one_is_not(tmp_path):
    book = ledger.connect(f"sqlite:///{tmp_path / 'l.sqlite'}")
    days = [LAST + dt.timedelta(n) for n in range(5)]
    well = Finding(
        "pass", "regressions", "standing", "regression", "warning", "0 of 1.",
        cleared=frozenset({finding("x").key}),
    )  # fmt: skip
    for day, found in zip(days, ("a", None, "a", None, "b"), strict=True):
        told = [finding(found)] if found else [well]
        ledger.record(book, told, as_of=day, closes_after={"regressions": 1})
    flags = ledger.flags(book, states=None).sort_values("flag_id")
    assert list(flags["state"]) == ["closed", "open"]
    assert list(ledger.history(book, 1)["what"]) == ["opened", "closed", "reopened", "closed"]


def test_lists_of_the_evidence_are_kept_with_the_flag_only(tmp_path):
    book = ledger.connect(f"sqlite:///{tmp_path / 'l.sqlite'}")
    ledger.record(book, [finding("a")], as_of=LAST)
    assert ledger.flag(book, 1).evidence["days"] == [[1, 2]]
    assert ledger.findings(book)["evidence"].iloc[0] == {"opened_on": "a", "n": 3}


def test_a_list_that_a_day_does_not_tell_anew_stays(tmp_path):
    book = ledger.connect(f"sqlite:///{tmp_path / 'l.sqlite'}")
    ledger.record(book, [finding("a")], as_of=LAST)
    later = replace(finding("a"), evidence={"opened_on": "a", "days": None, "n": 4})
    ledger.record(book, [later], as_of=LAST + dt.timedelta(1))
    assert ledger.flag(book, 1).evidence == {"opened_on": "a", "days": [[1, 2]], "n": 4}


def test_accepting_a_level_says_from_which_day(tmp_path):
    book = ledger.connect(f"sqlite:///{tmp_path / 'l.sqlite'}")
    ledger.record(book, [finding("a")], as_of=LAST)
    assert ledger.new_levels(book) == {}
    ledger.act(book, 1, by="ann", seen=1, action="accept the new level")
    assert ledger.new_levels(book) == {("alpha", "gold_accuracy"): LAST}


def test_a_level_is_accepted_where_a_detector_keeps_one_and_nowhere_else(tmp_path):
    book = ledger.connect(f"sqlite:///{tmp_path / 'l.sqlite'}")
    others = [
        replace(finding("a"), subject="team", campaign_id=None),
        replace(finding("a"), figure="throughput"),
        replace(finding("a"), suite="trainer_quality", kind="outlier", subject="alpha/ann"),
        replace(finding("a"), suite="campaign_bars", kind="floor breach"),
    ]
    ledger.record(book, [finding("a"), *others], as_of=LAST)
    for flag in ledger.flags(book).itertuples():
        is_own = (flag.kind, flag.figure, flag.subject) == ("regression", "gold_accuracy", "alpha")
        assert ("accept the new level" in ledger.actions(ledger.flag(book, flag.flag_id))) == is_own
        if not is_own:
            with pytest.raises(Refused, match="has no level to accept"):
                ledger.act(book, flag.flag_id, by="ann", seen=1, action="accept the new level")
    assert ledger.new_levels(book) == {}


def test_the_ledger_knows_the_figures_that_the_detectors_watch():
    assert set(HAVE_A_LEVEL) == {w.code for w in WATCHED}


def test_a_level_accepted_either_way_reaches_the_detector_of_its_figure():
    early, late = LAST - dt.timedelta(9), LAST
    told = tuning.tuned(
        Path("none"), new_levels={("alpha", "handle_time_up"): late, ("alpha", "handle_time_down"): early},
    )  # fmt: skip
    assert told.new_levels == {("alpha", "handle_time"): late}


def test_what_a_former_detector_kept_is_judged_anew_and_not_refused(fell, tmp_path):
    fresh = Changes(Watch(SURE, tmp_path)).frame(fell, LAST)
    for path in tmp_path.rglob("told.json"):
        former = [checkpoints.VERSION[0], checkpoints.VERSION[1] - 1]
        path.write_text(json.dumps(json.loads(path.read_text()) | {"version": former}))
    for path in tmp_path.rglob("state.npy"):
        path.write_bytes(b"of another program")
    again = Changes(Watch(SURE, tmp_path)).frame(fell, LAST)
    pd.testing.assert_frame_equal(fresh, again)
