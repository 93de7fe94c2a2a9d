"""The Flags page: what an address may say, what is offered, and in which words it tells."""

import datetime as dt
from dataclasses import replace

import pytest
from test_views import FELL, open_view, text, use

from dashboard import access
from warehouse import engine as door
from warehouse import ledger
from warehouse.read import fetch
from warehouse.scope import Scope

RUN = dt.date(2026, 7, 1)


@pytest.fixture
def book(demo_url, tmp_path, monkeypatch):
    """The demo, and a ledger in which the checks have found one thing."""
    use(demo_url, tmp_path, monkeypatch)
    book = ledger.connect()
    ledger.record(book, [FELL], as_of=RUN)
    return book


@pytest.mark.parametrize("number", ["1" * 25, str(2**31), "0", "-1", "x"])
def test_a_number_that_no_flag_can_have_is_a_flag_that_is_not_there(book, number):
    assert f"There is no flag {number}, or you may not see it" in text(
        open_view("flags.py", flag=number)
    )


@pytest.mark.parametrize("kind", ["Regression", "regression", "REGRESSION"])
def test_a_kind_in_the_address_counts_in_any_case(book, kind):
    ledger.record(book, [FELL, replace(FELL, kind="outlier")], as_of=RUN)
    at = open_view("flags.py", kind=kind)
    assert at.multiselect(key="kind").value == ["regression"]
    assert list(at.dataframe[0].value["what"]) == ["Regression"]


def test_a_number_that_no_report_can_have_is_a_report_that_is_not_there(book):
    assert f"There is no report {'1' * 25}" in text(open_view("reports.py", report="1" * 25))


def test_a_fault_of_no_campaign_is_the_whole_teams_on_data_health(book):
    fault = replace(
        FELL, suite="freshness", figure="missing", kind="integrity", subject="", campaign_id=None
    )
    ledger.record(book, [fault], as_of=RUN)
    at = open_view("data_health.py")
    told = [e.label for e in at.get("page_link")]
    assert "**The whole team: missing**" in told, told


def test_the_history_of_a_flag_and_what_was_measured_are_told_in_words(book):
    rose = replace(FELL, figure="rejection_rate", evidence={"figure": "rejection_rate", "n": 120})
    ledger.record(book, [rose], as_of=RUN)
    at = open_view("flags.py", flag="2")
    told = text(at)
    assert "**Opened** “Gold accuracy fell by 9.1 points.”" in told and "→" not in told
    measured = next(t.value for t in at.dataframe if "what" in t.value)
    assert measured.set_index("what").loc["Figure", "value"] == "rejection rate"


@pytest.mark.parametrize("is_told", [True, False])
def test_a_reviewer_in_a_sentence_is_called_by_name_where_the_role_may_know_it(
    book, monkeypatch, is_told
):
    rose = replace(
        FELL,
        suite="regressions",
        figure="rejection_rate",
        sentence="The share of reviews that reject rose by 9.0 points. Probably the reviewer reviewer-06 (95 %).",
        evidence={"causes": [["reviewer_id", "reviewer-06", 0.95]]},
    )
    ledger.record(book, [rose], as_of=RUN)
    people = fetch(door.connect(), "team/people_v1").set_index("trainer_id")["full_name"]
    me = access.LOCAL if is_told else access.Access("ada", "researcher", Scope())
    monkeypatch.setattr(access, "enter", lambda: access._remember(me))
    called = people["reviewer-06"] if is_told else "reviewer-06"
    told = text(open_view("flags.py", flag="2"))
    assert told.count(f"Probably the reviewer {called} (95 %)") == 2, (
        "in the sentence and the history"
    )
    listed = open_view("flags.py", kind="Regression").dataframe[0].value["sentence"]
    assert f"Probably the reviewer {called} (95\u00a0%)." in set(listed)


def test_a_new_level_is_offered_for_a_watched_figure_of_a_campaign_only(book):
    outlier = replace(FELL, kind="outlier", suite="trainer_quality")
    ledger.record(book, [FELL, outlier], as_of=RUN)
    offered = {
        number: next(
            box.options
            for box in open_view("flags.py", flag=number).selectbox
            if box.label == "Action"
        )
        for number in ("1", "2")
    }
    assert "Accept the new level" in offered["1"]
    assert "Accept the new level" not in offered["2"] and "Dismiss" in offered["2"]


def test_a_list_of_flags_begins_with_how_grave_and_of_what_kind_and_says_since_when(book):
    ledger.record(book, [FELL, replace(FELL, kind="outlier", onset_on=None)], as_of=RUN)
    rows = open_view("flags.py").dataframe[0].value
    assert list(rows.columns)[:3] == ["grave", "what", "about"]
    since = rows.set_index("what")["since"].dt.date
    assert since["Regression"] == FELL.onset_on, "when it began"
    assert since["Outlier"] == RUN, "when it was found"


def test_days_counted_over_all_vendors_are_not_shown_to_one(book, monkeypatch):
    days = [[f"2026-06-{d:02d}", 20, 0.8, 0.9, 0.85, 0.95] for d in range(1, 29)]
    fell = replace(
        FELL, suite="regressions", vendor_id="kestrel", evidence={"days": days, "direction": "down"}
    )
    ledger.record(book, [fell], as_of=RUN)
    pictures = [len(open_view("flags.py", flag="2").get("plotly_chart"))]
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("flags.py", flag="2")
    pictures.append(len(at.get("plotly_chart")))
    assert "other vendors included" in text(at)
    assert pictures == [1, 0]


def test_a_flag_names_those_that_began_with_it(book):
    outlier = replace(FELL, kind="outlier", suite="trainer_quality")
    ledger.record(book, [FELL, replace(FELL, figure="rework_rate"), outlier], as_of=RUN)
    told = {n: text(open_view("flags.py", flag=n)) for n in ("1", "2", "3")}
    assert ["Began with it" in told[n] for n in told] == [True, True, False]
