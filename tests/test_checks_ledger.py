"""The ledger: flags open once, close slowly, and nobody's act is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import ledger
from warehouse.errors import Refused
from warehouse.ledger.finding import Key
from warehouse.schema import LEDGER_VERSION, flag_events, ledger_metadata

DAY = date(2026, 3, 2)
FELL = ledger.Finding(
    outcome="fail",
    suite="campaign_quality",
    figure="gold_accuracy",
    kind="regression",
    severity="warning",
    sentence="Gold accuracy fell.",
    subject="alpha",
    campaign_id="alpha",
    value=0.8,
    n=120,
    evidence={"campaign_id": "alpha", "change": -0.1},
)
WELL = replace(FELL, outcome="pass", subject="", campaign_id=None, cleared=frozenset({FELL.key}))
BACK = "the figure is back: it passed 3 checks in a row, the last on"
NOT_JUDGED = replace(WELL, cleared=frozenset())


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request, tmp_path):
    """An empty ledger on each engine that carries one."""
    if request.param == "sqlite":
        engine = ledger.connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    else:
        url = request.getfixturevalue("server_urls")["postgres"]
        engine = ledger.connect(url)
        with engine.begin() as connection:
            for table in reversed(ledger_metadata.sorted_tables):
                if table.name != "ledger_versions":
                    connection.execute(table.delete())
    yield engine
    engine.dispose()


def run(book, *found, day=0, at=None, **options):
    when = at or datetime.combine(DAY + timedelta(day), datetime.min.time())
    return ledger.record(book, found, as_of=DAY + timedelta(day), at=when, **options)


def whats(recorded):
    return [change.what for change in recorded.changes]


def only(book, **options):
    frame = ledger.flags(book, **options)
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_failing_figure_opens_one_flag_however_often_it_fails(book):
    assert whats(run(book, FELL)) == ["opened"]
    assert whats(run(book, FELL)) == []
    assert whats(run(book, replace(FELL, value=0.7), day=1)) == []
    flag = only(book)
    assert (flag.severity, flag.value, flag.opened_as_of.date()) == ("warning", 0.7, DAY)
    assert flag.evidence == {"campaign_id": "alpha", "change": -0.1}


def test_a_fault_of_the_data_stands_after_changes_that_are_as_grave(book):
    run(book, replace(FELL, suite="event_integrity", kind="integrity", figure="future"))
    run(book, FELL, day=1)
    assert list(ledger.flags(book)["kind"]) == ["regression", "integrity"]


def test_kinds_and_subjects_are_never_mixed(book):
    run(
        book, FELL, replace(FELL, kind="outlier"), replace(FELL, subject="beta", campaign_id="beta")
    )
    assert len(ledger.flags(book)) == 3


def test_a_flag_closes_after_three_passing_days_in_a_row(book):
    run(book, FELL)
    assert whats(run(book, WELL, day=1)) == []
    assert whats(run(book, WELL, day=2)) == []
    assert whats(run(book, WELL, day=3)) == ["closed"]
    assert only(book, states=None).closed_why == f"{BACK} 5 March 2026"


def test_several_runs_of_one_day_count_as_one_passing_day(book):
    run(book, FELL)
    for _ in range(5):
        run(book, WELL, day=1)
    assert only(book).passing == 1


def test_a_day_that_failed_in_the_morning_does_not_count_as_passing_in_the_evening(book):
    run(book, FELL)
    run(book, WELL)
    assert only(book).passing == 0


def test_a_failure_in_between_starts_the_count_again(book):
    for day, found in enumerate([FELL, WELL, WELL, FELL, WELL, WELL]):
        run(book, found, day=day)
    assert only(book).passing == 2


def test_a_suite_may_close_its_flags_sooner(book):
    run(book, FELL)
    assert whats(run(book, WELL, day=1, closes_after={"campaign_quality": 1})) == ["closed"]
    why = only(book, states=None).closed_why
    assert why == "the figure is back: it passed the check of 3 March 2026"


def test_a_fault_of_the_data_that_is_mended_is_gone(book):
    kind = {"kind": "integrity"}
    fault = replace(FELL, **kind)
    run(book, fault)
    well = replace(WELL, **kind, cleared=frozenset({fault.key}))
    run(book, well, day=1, closes_after={"campaign_quality": 1})
    assert only(book, states=None).closed_why.startswith("the fault is gone: it passed")


def test_not_judged_is_not_passing(book):
    run(book, FELL)
    for day in range(1, 31):
        run(book, NOT_JUDGED, day=day)
    assert only(book).passing == 0


def test_a_flag_that_nobody_could_judge_for_a_month_closes_and_says_so(book):
    run(book, FELL)
    run(book, NOT_JUDGED, day=31)
    assert only(book, states=None).closed_why == "not judged since 2 March 2026: too few data"


def test_an_error_neither_opens_nor_closes(book):
    run(book, FELL)
    error = replace(NOT_JUDGED, outcome="error")
    recorded = run(book, error, day=40)
    assert (recorded.outcome, whats(recorded)) == ("could not run", [])
    assert only(book).state == "open"


def test_a_figure_that_fails_again_soon_is_the_same_flag_and_later_another_one(book):
    soon = {"campaign_quality": 1}
    run(book, FELL)
    run(book, WELL, day=1, closes_after=soon)
    assert whats(run(book, FELL, day=15)) == ["reopened"]  # 14 days later
    assert pd.isna(only(book).closed_as_of)
    run(book, WELL, day=16, closes_after=soon)
    assert whats(run(book, FELL, day=31)) == ["opened"]  # 15 days later
    assert list(ledger.flags(book, states=None).state) == ["closed", "open"]


def test_a_dismissed_flag_that_closed_is_not_opened_again(book):
    run(book, FELL)
    ledger.act(book, only(book).flag_id, by="ann", seen=1, action="dismiss", comment="known")
    run(book, WELL, day=1, closes_after={"campaign_quality": 1})
    assert whats(run(book, FELL, day=2)) == ["opened"]


def test_a_critical_finding_worsens_the_flag_and_a_milder_one_does_not_soften_it(book):
    run(book, FELL)
    recorded = run(book, FELL, replace(FELL, severity="critical"), day=1)
    assert (recorded.outcome, whats(recorded)) == ("critical", ["worsened"])
    assert whats(run(book, FELL, day=2)) == []
    assert only(book).severity == "critical"


def test_of_several_findings_about_one_thing_the_worst_is_written(book):
    other = replace(FELL, subject="beta").key
    milder = replace(FELL, cleared=frozenset({other}))
    run(book, replace(FELL, subject="beta"))
    run(book, milder, replace(FELL, severity="critical"), day=1)
    assert list(ledger.findings(book).severity) == ["critical"]
    assert ledger.last_run(book).failed == 1
    assert dict(zip(*ledger.flags(book)[["subject", "passing"]].T.values, strict=True)) == {
        "alpha": 0,
        "beta": 1,
    }


def test_a_run_for_a_past_day_leaves_the_flags_alone(book):
    run(book, FELL, day=5)
    recorded = run(book, WELL, replace(FELL, subject="beta"), day=2)
    assert recorded.is_look_back
    assert only(book).passing == 0


def test_regressions_of_one_campaign_within_a_week_are_one_incident(book):
    rework = replace(FELL, figure="rework")
    late = replace(FELL, figure="handle_time")
    run(book, FELL)
    run(book, FELL, rework, day=7)
    run(book, FELL, rework, late, day=15)
    incidents = ledger.flags(book).set_index("figure")["incident"]
    assert incidents["gold_accuracy"] == incidents["rework"] != incidents["handle_time"]


def test_outcomes_of_a_run(book):
    assert run(book, WELL).outcome == "passed"
    assert run(book, FELL).outcome == "failed"
    assert run(book, replace(FELL, severity="critical")).outcome == "critical"
    newest = ledger.last_run(book)
    assert (newest.failed, newest.outcome) == (1, "critical")
    assert list(ledger.findings(book).outcome) == ["fail"]


# -- muted and dismissed


def test_a_suppressed_finding_is_written_and_flagged_but_not_loud(book):
    ledger.suppress(
        book, by="ann", until=DAY + timedelta(3), reason="known outage", campaign_id="alpha",
        at=datetime(2026, 3, 1),
    )  # fmt: skip
    recorded = run(book, replace(FELL, severity="critical"))
    assert recorded.outcome == "failed"
    assert recorded.muted == {FELL.key: "muted until 2026-03-05: known outage"}
    assert only(book).muted_reason == "known outage"
    assert ledger.findings(book).suppressed_by.notna().all()


def test_a_suppression_ends_on_its_day(book):
    ledger.suppress(book, by="ann", until=DAY + timedelta(1), reason="x", kind="regression", at=datetime(2026, 3, 1))  # fmt: skip
    run(book, FELL)
    recorded = run(book, replace(FELL, severity="critical"), day=1)
    assert (recorded.outcome, dict(recorded.muted)) == ("critical", {})
    assert "unmuted" in list(ledger.history(book, only(book).flag_id).what)


def test_a_suppression_of_another_campaign_mutes_nothing(book):
    ledger.suppress(book, by="ann", until=DAY + timedelta(9), reason="x", campaign_id="beta", at=datetime(2026, 3, 1))  # fmt: skip
    assert not run(book, FELL).muted


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"until": DAY}, {"campaign_id": None}],
)
def test_a_suppression_needs_a_reason_an_end_and_an_object(book, wrong):
    good = {"by": "ann", "until": DAY + timedelta(1), "reason": "x", "campaign_id": "alpha"}
    with pytest.raises(Refused):
        ledger.suppress(book, **(good | wrong), at=datetime.combine(DAY, datetime.min.time()))


def test_a_suppression_can_be_ended(book):
    number = ledger.suppress(book, by="ann", until=DAY + timedelta(9), reason="x", kind="regression", at=datetime(2026, 3, 1))  # fmt: skip
    ledger.end_suppression(book, number, by="bo")
    assert ledger.suppressions(book, on=DAY).empty
    assert ledger.suppressions(book).ended_by.item() == "bo"
    with pytest.raises(Refused):
        ledger.end_suppression(book, number, by="bo")


def test_a_dismissed_flag_stays_quiet_until_the_figure_has_passed(book):
    run(book, FELL)
    ledger.act(book, only(book).flag_id, by="ann", seen=1, action="dismiss", comment="a holiday")
    assert whats(run(book, FELL, day=1)) == []
    assert ledger.flags(book).empty
    for day in (2, 3, 4):
        run(book, WELL, day=day)
    assert only(book, states=None).closed_why == f"dismissed; {BACK} 6 March 2026"
    assert whats(run(book, FELL, day=5)) == ["opened"]


def test_a_dismissed_flag_comes_back_when_it_gets_worse(book):
    run(book, FELL)
    ledger.act(book, only(book).flag_id, by="ann", seen=1, action="dismiss", comment="a holiday")
    assert whats(run(book, replace(FELL, severity="critical"), day=1)) == ["worsened"]
    assert only(book).state == "open"


# -- people


def test_an_act_is_in_the_flag_its_history_and_the_audit_log(book):
    run(book, FELL)
    number = only(book).flag_id
    version = ledger.act(
        book, number, by="ann", seen=1, owner="bo", due_on=date(2026, 3, 9), action="coach",
        comment="three people",
    )  # fmt: skip
    flag = ledger.flag(book, number)
    assert (flag.owner, flag.due_on, flag.action, flag.version) == (
        "bo", date(2026, 3, 9), "coach", version,
    )  # fmt: skip
    told = ledger.history(book, number)
    assert list(told.what) == ["opened", "changed", "changed", "acted"]
    assert told.said.iloc[-1] == "three people"
    assert ledger.audit_entries(book).about.item() == f"flag {number}"


def test_the_second_of_two_who_change_the_same_field_is_told(book):
    run(book, FELL)
    number = only(book).flag_id
    ledger.act(book, number, by="ann", seen=1, owner="ann")
    with pytest.raises(ledger.Conflict, match="ann changed the owner of flag"):
        ledger.act(book, number, by="bo", seen=1, owner="bo")
    assert ledger.flag(book, number).owner == "ann"


def test_two_who_change_different_fields_both_succeed(book):
    run(book, FELL)
    number = only(book).flag_id
    ledger.act(book, number, by="ann", seen=1, owner="ann")
    ledger.act(book, number, by="bo", seen=1, verdict="true", comment="seen on the items")
    flag = ledger.flag(book, number)
    assert (flag.owner, flag.verdict, flag.version) == ("ann", "true", 3)


def test_a_hundred_acts_at_once_lose_nothing(book):
    run(book, FELL)
    number = only(book).flag_id
    start = threading.Barrier(10)

    def comment(person):
        start.wait()
        for turn in range(10):
            ledger.act(book, number, by=f"p{person}", seen=1, comment=f"{person}.{turn}")

    with ThreadPoolExecutor(10) as people:
        list(people.map(comment, range(10)))
    said = ledger.history(book, number).query("what == 'commented'")
    assert len(set(said.said)) == 100
    assert ledger.flag(book, number).version == 101
    assert sorted(said.version) == list(range(2, 102))


def test_of_ten_who_claim_a_flag_at_once_one_gets_it(book):
    run(book, FELL)
    number = only(book).flag_id
    start = threading.Barrier(10)

    def claim(person):
        start.wait()
        try:
            ledger.act(book, number, by=f"p{person}", seen=1, owner=f"p{person}")
        except ledger.Conflict:
            return None
        return f"p{person}"

    with ThreadPoolExecutor(10) as people:
        winners = [w for w in people.map(claim, range(10)) if w]
    assert winners == [ledger.flag(book, number).owner]


def test_two_runs_at_once_open_one_flag(book):
    start = threading.Barrier(6)

    def check(_):
        start.wait()
        return whats(run(book, FELL, replace(FELL, subject="beta")))

    with ThreadPoolExecutor(6) as programs:
        changes = [what for whats_ in programs.map(check, range(6)) for what in whats_]
    assert changes == ["opened", "opened"]
    assert len(ledger.flags(book)) == 2


def test_acts_during_runs_are_kept(book):
    run(book, FELL)
    number = only(book).flag_id

    def check(day):
        run(book, replace(FELL, value=day / 100), day=day)

    def comment(turn):
        ledger.act(book, number, by="ann", seen=1, comment=str(turn))

    with ThreadPoolExecutor(4) as both:
        jobs = [both.submit(check, d) for d in range(1, 15)]
        jobs += [both.submit(comment, t) for t in range(30)]
        for job in jobs:
            job.result()
    assert len(ledger.history(book, number).query("what == 'commented'")) == 30
    assert only(book).version == 31


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "shout"},
        {"verdict": "maybe"},
        {"action": "dismiss"},
        {"action": "reopen"},
        {},
    ],
)
def test_an_act_that_makes_no_sense_is_refused(book, wrong):
    run(book, FELL)
    with pytest.raises(Refused):
        ledger.act(book, only(book).flag_id, by="ann", seen=1, **wrong)
    assert only(book).version == 1


def test_a_closed_flag_can_be_judged_and_opened_again(book):
    run(book, FELL)
    run(book, WELL, day=1, closes_after={"campaign_quality": 1})
    number = only(book, states=None).flag_id
    version = ledger.act(book, number, by="ann", seen=2, verdict="true", action="reopen")
    assert only(book).version == version
    assert whats(run(book, FELL, day=2)) == []


def test_a_flag_is_not_opened_again_beside_a_newer_one(book):
    run(book, FELL)
    run(book, WELL, day=1, closes_after={"campaign_quality": 1})
    run(book, FELL, day=20)
    first = ledger.flags(book, states=["closed"]).flag_id.item()
    with pytest.raises(Refused, match="work on that one"):
        ledger.act(book, first, by="ann", seen=2, action="reopen")


def test_history_only_grows(book):
    run(book, FELL)
    number = only(book).flag_id
    before = ledger.history(book, number)
    ledger.act(book, number, by="ann", seen=1, owner="ann")
    run(book, WELL, day=1, closes_after={"campaign_quality": 1})
    after = ledger.history(book, number)
    assert after.head(len(before)).equals(before)
    with book.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(flag_events)) == len(after)


def test_precision_counts_verdicts_by_kind(book):
    found = [replace(FELL, subject=f"c{i}") for i in range(4)]
    run(book, *found, replace(FELL, kind="outlier"))
    for flag, verdict in zip(ledger.flags(book, kinds=["regression"]).flag_id, ("true", "true", "false"), strict=False):  # fmt: skip
        ledger.act(book, flag, by="ann", seen=1, verdict=verdict)
    told = ledger.precision(book).set_index("kind")
    assert told.loc["regression", ["flags", "right", "wrong", "unjudged"]].tolist() == [4, 2, 1, 1]
    assert told.loc["regression", "precision"] == pytest.approx(2 / 3)
    assert told.loc["outlier", "precision"] != told.loc["outlier", "precision"]


def test_similar_flags_are_of_the_same_figure_and_the_same_campaign_first(book):
    run(
        book,
        FELL,
        replace(FELL, subject="beta", campaign_id="beta"),
        replace(FELL, figure="rework"),
    )
    run(book, replace(FELL, subject="alpha / x", trainer_id="x"), day=1)
    first = (
        ledger.flags(book).query("subject == 'alpha' and figure == 'gold_accuracy'").flag_id.item()
    )
    assert list(ledger.similar(book, first).subject) == ["alpha / x", "beta"]


def test_regressions_of_a_campaign_within_a_week_began_together(book):
    beta = replace(FELL, subject="beta", campaign_id="beta")
    outliers = [replace(FELL, kind="outlier", subject=f"alpha / {x}") for x in "xy"]
    run(book, FELL, beta, *outliers)
    run(book, FELL, beta, *outliers, replace(FELL, figure="rework_rate"), day=6)
    flags = ledger.flags(book).set_index(["campaign_id", "figure", "kind", "subject"])["flag_id"]
    fell = flags["alpha", "gold_accuracy", "regression", "alpha"]
    assert list(ledger.together(book, fell).figure) == ["rework_rate"]
    assert ledger.together(book, flags["beta", "gold_accuracy", "regression", "beta"]).empty
    assert ledger.together(book, flags["alpha", "gold_accuracy", "outlier", "alpha / x"]).empty


# -- who sees what


def seen_by(**chosen):
    return SimpleNamespace(**({"campaigns": None, "vendors": None, "trainers": None} | chosen))


def test_a_scope_sees_its_own_flags_only(book):
    team = replace(FELL, subject="", campaign_id=None)
    acme = replace(FELL, subject="acme", campaign_id=None, vendor_id="acme")
    run(book, FELL, team, acme)
    assert set(ledger.flags(book, seen_by()).subject) == {"alpha", "", "acme"}
    assert list(ledger.flags(book, seen_by(campaigns=("alpha",))).subject) == ["alpha"]
    assert list(ledger.flags(book, seen_by(vendors=("acme",))).subject) == ["acme"]
    assert ledger.flags(book, seen_by(campaigns=())).empty
    assert set(ledger.findings(book, scope=seen_by(vendors=("acme",))).subject) == {"acme", ""}


def test_a_flag_out_of_sight_reads_like_one_that_is_not_there(book):
    run(book, FELL)
    number = only(book).flag_id
    with pytest.raises(Refused) as hidden:
        ledger.flag(book, number, seen_by(campaigns=("beta",)))
    with pytest.raises(Refused) as absent:
        ledger.flag(book, number + 1)
    assert str(hidden.value).replace(str(number), "N") == str(absent.value).replace(str(number + 1), "N")  # fmt: skip


def test_nobody_acts_on_or_looks_into_a_flag_out_of_sight(book):
    run(book, FELL, replace(FELL, subject="beta", campaign_id="beta"))
    alpha, beta = ledger.flags(book).sort_values("campaign_id").flag_id
    mine = seen_by(campaigns=("alpha",))
    with pytest.raises(Refused, match="you may not see it"):
        ledger.act(book, beta, by="ann", seen=1, verdict="true", scope=mine)
    with pytest.raises(Refused, match="you may not see it"):
        ledger.history(book, beta, mine)
    assert ledger.similar(book, alpha, mine).empty
    assert ledger.act(book, alpha, by="ann", seen=1, verdict="true", scope=mine) == 2


def test_doubts_name_the_figures_that_cannot_be_believed(book):
    late = replace(
        FELL, suite="freshness", kind="integrity", figure="freshness", subject="alpha",
        sentence="No event for 4 days.", bears_on=("throughput", "progress"),
    )  # fmt: skip
    run(book, late, FELL)
    told = ledger.doubts(book, seen_by(vendors=("acme",)))
    assert told[["campaign_id", "figure"]].values.tolist() == [["alpha", "throughput"], ["alpha", "progress"]]  # fmt: skip
    assert set(told.sentence) == {"A check of the campaign's data failed; its people know."}
    assert set(ledger.doubts(book, seen_by(campaigns=("alpha",))).sentence) == {
        "No event for 4 days."
    }
    assert ledger.doubts(book, seen_by(campaigns=("beta",))).empty


def test_keys_that_read_alike_are_two_keys():
    assert Key("a", "b", "c", "d").text() != Key("a", "b, c", "", "d").text()


def test_a_ledger_that_cannot_be_opened_is_refused_in_words(tmp_path):
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(Refused, match="expected a ledger at"):
        ledger.connect(f"sqlite:///{tmp_path / 'folder.sqlite'}")


def test_an_older_ledger_gets_the_tables_and_columns_it_lacks(tmp_path, monkeypatch):
    address = f"sqlite:///{tmp_path / 'older.sqlite'}"
    with ledger.connect(address).begin() as connection:
        connection.execute(sa.DDL("drop table trainer_notes"))
        connection.execute(sa.DDL("alter table flags drop column effect"))
    monkeypatch.setattr("warehouse.schema.LEDGER_VERSION", LEDGER_VERSION + 1)
    found = sa.inspect(ledger.connect(address))
    assert found.has_table("trainer_notes")
    assert "effect" in {c["name"] for c in found.get_columns("flags")}


def test_a_newer_ledger_is_refused(book, monkeypatch):
    monkeypatch.setattr("warehouse.schema.LEDGER_VERSION", 0)
    with pytest.raises(Refused, match=r"has version [0-9]+, this program needs 0"):
        ledger.connect(book.url.render_as_string(hide_password=False))
