"""Flags between the checks and the page: two people on one flag lose nothing."""

import datetime as dt
from types import SimpleNamespace

import pytest
from test_views import FELL, open_view, use

from dashboard.panels import changes
from warehouse import ledger


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo, and a ledger in which the checks have found one thing."""
    use(demo_url, tmp_path, monkeypatch)
    ledger.record(ledger.connect(), [FELL], as_of=dt.date(2026, 7, 1))


def test_two_people_who_open_a_flag_and_save_in_turn_lose_nothing(full):
    ann, bo = open_view("flags.py", flag="1"), open_view("flags.py", flag="1")
    ann.text_input[0].input("Ann")
    ann.button[0].click().run()
    bo.text_input[0].input("Bo")
    bo.text_area[0].input("Mine, I think")
    bo.button[0].click().run()
    assert "changed the owner of flag 1" in bo.error[0].value
    assert ledger.flag(ledger.connect(), 1).owner == "Ann"
    bo.run()
    bo.text_area[0].input("Fine, it is Ann's")
    bo.button[0].click().run()
    assert not bo.error
    flag = ledger.flag(ledger.connect(), 1)
    assert flag.owner == "Ann"
    assert "Fine, it is Ann's" in list(ledger.history(ledger.connect(), 1).said)


def test_a_comment_beside_another_s_change_of_owner_is_kept(full):
    ann, bo = open_view("flags.py", flag="1"), open_view("flags.py", flag="1")
    ann.text_input[0].input("Ann")
    ann.button[0].click().run()
    bo.text_area[0].input("Looks like the guideline")
    bo.button[0].click().run()
    assert not bo.error
    assert ledger.flag(ledger.connect(), 1).owner == "Ann"
    assert "Looks like the guideline" in list(ledger.history(ledger.connect(), 1).said)


@pytest.mark.parametrize(
    ("cause", "whose"),
    [
        (["vendor_id*task_type", "acme|legal", 0.9], "vendor_id*task_type"),
        (["vendor_id", "acme", 0.59], "campaign"),
        (["vendor_id", "acme", float("nan")], "campaign"),
        (["onboarding_cohort", "2026-04", 0.9], "onboarding_cohort"),
    ],
)
def test_items_are_of_the_carrier_only_where_one_is_sure(cause, whose):
    """Of a class, whose people the page does not know, it shows everybody's and says so."""
    assert changes._carrier(SimpleNamespace(evidence={"causes": [cause]}))[0] == whose
    assert (whose in changes.NARROWED) == whose.startswith("vendor_id")
