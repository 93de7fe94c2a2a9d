"""Figures in doubt are greyed with the reason, on every page, and nothing else is."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from test_views import CAMPAIGN, FELL, open_view, text, use

from dashboard import access, doubt
from data_checks.suite import could_not_run
from data_checks.suites import SUITES
from warehouse import ledger
from warehouse.ledger import Finding
from warehouse.query import names
from warehouse.scope import Scope

RUN = dt.date(2026, 7, 1)
LEAKED = Finding(
    outcome="fail", suite="gold_health", figure="leaked_gold", kind="integrity", severity="warning",
    sentence="Gold items are probably known. 3 of 40.", subject=CAMPAIGN, campaign_id=CAMPAIGN,
    bears_on=("gold_accuracy",),
)  # fmt: skip


@pytest.fixture
def found(demo_url, tmp_path, monkeypatch):
    """The demo, and a way to write what the checks found of it."""
    use(demo_url, tmp_path, monkeypatch)
    return lambda *told: ledger.record(ledger.connect(), told, as_of=RUN)


SIGN = " :gray[:material/report:]"


def metric(at, label):
    return next(m for m in at.metric if m.label.removesuffix(SIGN) == label)


def greyed(at):
    """The labels of greyed tiles; each carries the sign of doubt, so that grey is not all that says it."""
    found = [m.label for m in at.metric if m.value.startswith(":gray[")]
    assert all(label.endswith(SIGN) for label in found)
    return {label.removesuffix(SIGN) for label in found}


def test_every_query_says_what_it_rests_on():
    assert [q for q in names() if not any(q.startswith(b) for b in doubt.RESTS_ON)] == []


def test_every_figure_that_a_suite_bears_on_is_that_of_some_query():
    told = {f for figures in doubt.RESTS_ON.values() for f in figures} | {doubt.ALL}
    assert {f for suite in SUITES for f in suite.unchecked} <= told


def test_without_a_doubt_nothing_is_grey(found):
    found(FELL)
    at = open_view("campaign.py", campaign=CAMPAIGN)
    assert greyed(at) == set() and "In doubt" not in text(at)


def test_a_figure_in_doubt_is_greyed_and_says_why_and_the_others_are_not(found):
    found(LEAKED)
    at = open_view("campaign.py", campaign=CAMPAIGN)
    assert greyed(at) == {"Gold accuracy"}
    assert metric(at, "Gold accuracy").value.endswith("%]")  # greyed, not hidden
    assert "Gold items are probably known. 3 of 40." in text(at) and "(data_health)" in text(at)


def test_the_heading_of_a_chart_in_doubt_is_greyed(found):
    found(LEAKED)
    at = open_view("campaign.py", campaign=CAMPAIGN, tab="Quality")
    headings = [s.value for s in at.subheader]
    assert f":gray[Gold accuracy by week]{SIGN}" in headings
    assert not [h for h in headings if "First pass" in h and h.startswith(":gray")]


def test_a_doubt_of_one_campaign_leaves_another_alone(found):
    found(LEAKED)
    at = open_view("campaign.py", campaign="Chat preferences")
    assert at.selectbox(key="campaign").value != CAMPAIGN
    assert greyed(at) == set() and "In doubt" not in text(at)


def test_a_doubt_about_everything_greys_every_figure_of_the_work(found):
    found(
        replace(LEAKED, campaign_id=None, subject="load-1", bears_on=("all",), severity="critical")
    )
    for view in ("command_center.py", "spend.py", "throughput.py"):
        at = open_view(view)
        assert greyed(at) and len(greyed(at)) >= len(at.metric) - 1, view


def test_of_a_query_of_several_figures_only_the_tile_that_is_meant_is_grey(found):
    found(replace(LEAKED, campaign_id=None, subject="", bears_on=("hours",)))
    assert greyed(open_view("trainers.py")) == {"Hours worked", "Below the bar"}


def test_what_is_only_for_information_greys_nothing(found):
    found(replace(LEAKED, severity="info"))
    assert greyed(open_view("campaign.py", campaign=CAMPAIGN)) == set()


def test_a_check_that_could_not_run_leaves_its_figures_in_doubt(found):
    suite = next(s for s in SUITES if s.name == "gold_health")
    found(could_not_run(suite, "no such column"))
    at = open_view("campaign.py", campaign=CAMPAIGN)
    assert greyed(at) == {"Gold accuracy"} and "Could not run: no such column" in text(at)


def test_once_it_runs_again_the_doubt_is_gone(found):
    suite = next(s for s in SUITES if s.name == "gold_health")
    found(could_not_run(suite, "no such column"))
    ledger.record(
        ledger.connect(), [replace(LEAKED, outcome="pass", bears_on=())], as_of=RUN + dt.timedelta(1)
    )  # fmt: skip
    assert greyed(open_view("campaign.py", campaign=CAMPAIGN)) == set()


def test_a_verdict_that_looks_fine_is_greyed_and_one_that_does_not_stays_red(found):
    found(replace(LEAKED, bears_on=("all",), campaign_id=None))
    at = open_view("command_center.py")
    assert at.markdown[0].value.startswith(("#### :red[", "#### :gray[", "#### :orange["))
    assert "Rests on data in doubt" in text(at)


def test_a_vendor_s_person_learns_that_it_is_in_doubt_not_whose_fault(found, monkeypatch):
    found(LEAKED)
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    told = text(open_view("vendors.py"))
    assert "In doubt" in told and "its people know" in told and "3 of 40" not in told


def test_a_vendor_s_person_hears_nothing_of_a_campaign_without_their_work(found, monkeypatch):
    found(replace(LEAKED, campaign_id="somebody-elses"))
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    assert "somebody-elses" not in text(open_view("vendors.py"))


ROWS = pd.DataFrame(
    {
        "flag_id": pd.array([1, 2, None], "Int64"), "campaign_id": ["a", "b", ""], "campaign": ["A", "B", ""],
        "severity": ["critical", "warning", "info"], "sentence": ["x", "y", "z"],
        "figure": ["gold_accuracy", "all", "gold_accuracy"],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "campaigns", "expected"),
    [
        (("gold_accuracy",), None, [1, 2]),
        (("gold_accuracy",), ("b",), [2]),
        (("spend",), None, [2]),
        (("spend",), ("a",), []),
        ((), None, []),
    ],
)
def test_what_bears_on_a_figure_in_sight(figures, campaigns, expected):
    assert [d.flag_id for d in doubt.bearing(ROWS, figures, campaigns)] == expected
