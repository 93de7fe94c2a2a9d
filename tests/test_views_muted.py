"""Muting on the Flags page: with a reason and an end, written down, counted, shown, and ended at once."""

import datetime as dt
from dataclasses import replace

import pytest
from test_views import CAMPAIGN, FELL, open_view, text, use

from dashboard import access
from warehouse import ledger
from warehouse.scope import Scope

RUN = dt.date(2026, 7, 1)


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo, and a ledger in which the checks have found one thing."""
    use(demo_url, tmp_path, monkeypatch)
    ledger.record(ledger.connect(), [FELL], as_of=RUN)


def mute(**what):
    """A suppression that somebody made, and the next run of the checks."""
    book = ledger.connect()
    end = dt.date.today() + dt.timedelta(days=9)
    number = ledger.suppress(book, by="Ann", until=end, reason="known outage", **what)
    ledger.record(book, [FELL], as_of=RUN + dt.timedelta(days=1))
    return number


def test_nothing_muted_is_said_so(full):
    told = text(open_view("flags.py"))
    assert "Muted (0)" in told and "No flag on this page is muted" in told


def test_what_is_muted_is_listed_with_who_why_until_when_and_counted(full):
    mute(campaign_id=CAMPAIGN, figure="gold_accuracy")
    at = open_view("flags.py")
    told = text(at)
    assert "Muted (1)" in told and "1 flag on this page is muted" in told and "1 muted" in told
    assert "Helpfulness ratings, gold accuracy" in told and "known outage" in told and "Ann" in told
    assert "mutes 1 finding of the newest run" in told
    assert "known outage" in at.dataframe[0].value["muted"].iloc[0]
    assert "by Ann: known outage" in text(open_view("flags.py", flag="1"))


def test_a_form_begins_with_the_flag_in_sight_and_mutes_it_with_a_reason(full):
    at = open_view("flags.py", flag="1")
    assert at.selectbox(key="mute_figure_1").value == "gold_accuracy"
    assert at.selectbox(key="mute_campaign_1").value == CAMPAIGN
    at.text_input(key="mute_reason").input("the vendor moves offices")
    at.button(key="mute_save").click().run()
    assert not at.error and not at.exception
    told = ledger.suppressions(ledger.connect()).iloc[0]
    assert (told.campaign_id, told.figure, told.made_by) == (CAMPAIGN, "gold_accuracy", "local")
    assert "the vendor moves offices" in text(at)
    assert "suppressed" in set(ledger.audit_entries(ledger.connect())["what"])


def test_without_a_reason_nothing_is_muted_and_the_page_says_why(full):
    at = open_view("flags.py", flag="1")
    at.button(key="mute_save").click().run()
    assert "needs a reason" in at.error[0].value
    assert ledger.suppressions(ledger.connect()).empty


def test_it_ends_at_once_by_its_button(full):
    number = mute(figure="gold_accuracy")
    at = open_view("flags.py")
    at.button(key=f"end_{number}").click().run()
    assert not at.exception and "Muted (0)" in text(at)
    ended = ledger.suppressions(ledger.connect()).iloc[0]
    assert ended.ended_by == "local"


def test_whoever_sees_some_campaigns_mutes_and_ends_within_them_only(full, monkeypatch):
    other = ledger.suppress(
        ledger.connect(), by="Ann", until=dt.date.today() + dt.timedelta(days=9), reason="x", kind="mix"
    )  # fmt: skip
    own = access.Access("res", "researcher", Scope(campaigns=(CAMPAIGN,)))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("flags.py")
    assert f"end_{other}" not in {b.key for b in at.button}
    at.text_input(key="mute_reason").input("everything, please")
    at.button(key="mute_save").click().run()
    assert "you do not see them all" in at.error[0].value


def test_a_vendor_s_person_reads_of_the_own_flags_and_mutes_nothing(full, monkeypatch):
    book = ledger.connect()
    mine = replace(FELL, vendor_id="kestrel", subject="kestrel", figure="first_pass")
    ledger.suppress(
        book, by="Ann", until=dt.date.today() + dt.timedelta(days=9), reason="their new site", figure="first_pass"
    )  # fmt: skip
    ledger.suppress(
        book, by="Ann", until=dt.date.today() + dt.timedelta(days=9), reason="not theirs", kind="mix"
    )  # fmt: skip
    ledger.record(book, [FELL, mine], as_of=RUN + dt.timedelta(days=1))
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("flags.py")
    assert "their new site" in text(at) and "not theirs" not in text(at)
    assert not [b for b in at.button if (b.key or "").startswith(("end_", "mute"))]
