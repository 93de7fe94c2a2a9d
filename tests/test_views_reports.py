"""Reports: kept with their sources, read, downloaded, made again number for number, within what one may see."""

import datetime as dt

import pandas as pd
import pytest
from test_views import CAMPAIGN, FELL, open_view, text, use

from dashboard import access, printed, report
from dashboard.__main__ import main
from dashboard.panels import reports as panel
from tests.conftest import add
from warehouse import engine as door
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.refresh import refresh
from warehouse.scope import Scope

BLOCKS = [
    {"text": "**Fine.** <b>not bold</b>"},
    {"heading": "Campaigns"},
    {"list": ["one", "`two`"]},
    {"table": [["campaign", "n"], ["A | B", "1"]]},
]


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo, and a ledger in which the checks have found one thing."""
    use(demo_url, tmp_path, monkeypatch)
    ledger.record(ledger.connect(), [FELL], as_of=dt.date(2026, 7, 1))
    return demo_url


def kept(number=1):
    return ledger.report(ledger.connect(), number)


def test_one_is_made_kept_and_shown(full):
    at = open_view("reports.py")
    assert "No report yet" in text(at)
    at.button(key="make").click().run()
    assert not at.error and not at.exception
    told = text(at)
    assert "The team up to 30 June 2026" in told and "What changed this week" in told
    assert "Gold accuracy fell by 9.1 points." in told
    assert kept().made_by == "local" and len(kept().sources) >= 10
    log = ledger.audit_entries(ledger.connect())
    assert "made a report" in set(log["what"])


@pytest.mark.slow
def test_made_again_it_is_the_same_number_for_number(full):
    open_view("reports.py").button(key="make").click().run()
    at = open_view("reports.py", report="1")
    at.button(key="again").click().run()
    assert "The same" in text(at) and "Different" not in text(at)
    compared = next(d.value for d in at.dataframe if "outcome" in d.value)
    assert set(compared["outcome"]) == {"✓ same"} and len(compared) == len(kept().sources)


def test_the_status_of_a_campaign_speaks_of_that_campaign_only(full):
    at = open_view("reports.py")
    at.selectbox(key="kind").set_value("campaign")
    at.selectbox(key="about").set_value(CAMPAIGN)
    at.button(key="make").click().run()
    assert not at.error and kept().campaign_id == CAMPAIGN
    body = printed.markdown(kept().title, kept().blocks)
    assert (
        body.startswith("# Helpfulness ratings up to 30 June 2026")
        and "Chat preferences" not in body
    )


def test_a_kind_without_its_campaign_is_refused(full):
    at = open_view("reports.py")
    at.selectbox(key="kind").set_value("campaign")
    at.button(key="make").click().run()
    assert "expected a campaign" in at.error[0].value and ledger.reports(ledger.connect()).empty


def test_exports_are_written_down(full):
    open_view("reports.py").button(key="make").click().run()
    panel._exported(1, "html")
    log = ledger.audit_entries(ledger.connect())
    assert log.loc[log["what"] == panel.EXPORTED, "about"].tolist() == ["report 1"]


def test_whoever_sees_a_part_reads_reports_of_that_part_only(full, monkeypatch):
    open_view("reports.py").button(key="make").click().run()
    own = access.Access("res", "researcher", Scope(campaigns=(CAMPAIGN,)))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("reports.py", report="1")
    assert "There is no report 1" in text(at) and "No report yet" in text(at)
    at.button(key="make").click().run()
    body = printed.markdown(kept(2).title, kept(2).blocks)
    assert "Helpfulness ratings" in body and "Chat preferences" not in body
    assert ledger.reports(ledger.connect(), Scope(campaigns=("chat-preferences",))).empty
    with pytest.raises(Refused):
        ledger.report(ledger.connect(), 2, Scope(campaigns=("chat-preferences",)))


def submit(url, *marks, **told):
    """One submission per mark, each of an item of its own."""
    row = {"campaign_id": "alpha", "occurred_at": dt.datetime(2026, 6, 29), **told}
    rows = [row | {"event_id": m, "item_id": m, "assignment_id": m} for m in marks]
    with door.publish(url) as connection:
        add(connection, "annotation_events", rows)
        refresh(connection, rebuild=True)


def test_what_was_changed_behind_it_is_found(tmp_path, monkeypatch):
    url = use(f"duckdb:///{tmp_path / 'w.duckdb'}", tmp_path, monkeypatch)
    submit(url, "a", "b", "c")
    assert main(["report"]) == 0 and main(["report", "--again", "1"]) == 0
    known = kept().known_at
    assert known == dt.datetime(2026, 6, 29), "what was being loaded meanwhile would be among it"
    submit(url, "after", recorded_at=known + dt.timedelta(seconds=1))
    assert main(["report", "--again", "1"]) == 0
    submit(url, "dated back", recorded_at=known - dt.timedelta(days=1))
    assert main(["report", "--again", "1"]) == 1


def test_a_report_of_the_command_is_kept_with_its_number(full, capsys):
    assert main(["report", "--campaign", CAMPAIGN]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("# Helpfulness ratings") and "Kept as report 1" in said.err
    assert main(["report", "--again", "99"]) == 2
    assert main(["report", "--campaign", "nobody"]) == 2


def test_another_version_of_a_query_is_told_from_other_data():
    then = {
        "a as_of=1": {"version": "1", "rows": 3, "frame": "x"},
        "b": {"version": "1", "rows": 1, "frame": "x"},
    }
    now = {
        "a as_of=1": {"version": "2", "rows": 3, "frame": "y"},
        "b": {"version": "1", "rows": 1, "frame": "x"},
    }
    rows = report.compared(then, now).set_index("query")
    assert rows.loc["a", "outcome"] == report.OTHER and "another one" in rows.loc["a", "why"]
    assert rows.loc["b", "outcome"] == report.SAME


def test_a_page_to_print_is_whole_and_takes_nothing_for_markup_but_its_own():
    page = printed.page("A & B", BLOCKS)
    assert "<h1>A &amp; B</h1>" in page and "<strong>Fine.</strong>" in page
    assert "&lt;b&gt;not bold" in page and "http" not in page and "<style" not in page
    assert "<code>two</code>" in page and "<td>A | B</td>" in page


def test_tables_are_told_as_csv_and_markdown():
    assert printed.tables(BLOCKS) == "campaign,n\r\nA | B,1\r\n"
    assert "| A \\| B | 1 |" in printed.markdown("t", BLOCKS)


def test_flags_of_the_week_are_those_opened_in_it_and_known_then():
    from dashboard import week

    day = pd.Timestamp("2026-07-01")
    rows = pd.DataFrame(
        {
            "campaign_id": ["a", "a", "b", "a"], "figure": "first_pass", "severity": ["critical", "critical", "critical", "info"],
            "sentence": ["new", "old", "other", "gap"],
            "opened_as_of": [day, day - pd.Timedelta(days=7), day, day], "opened_at": [day] * 4,
            "closed_as_of": [pd.NaT] * 4, "closed_at": [pd.NaT] * 4,
        }
    )  # fmt: skip
    told = week.flags(rows, day.date(), None, {"a": "Alpha"})
    assert told[1]["list"] == ["**Alpha**, first-pass acceptance: new"]
    assert (
        "0 opened"
        in week.flags(rows, day.date(), day - pd.Timedelta(days=1), {"a": "Alpha"})[0]["heading"]
    )
