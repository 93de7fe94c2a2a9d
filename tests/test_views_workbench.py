"""The workbench: free questions within what a person may see, cut, stopped, written down."""

import datetime as dt
import io
import time

import pandas as pd
import pytest
from test_views import open_view, text, use

from dashboard import access
from dashboard.filters import Filters
from dashboard.panels import workbench
from warehouse import dictionary, ledger
from warehouse import engine as door
from warehouse.compile import may_be_asked_freely
from warehouse.errors import Refused
from warehouse.query import names
from warehouse.read import ask
from warehouse.scope import EVERYTHING, HIDDEN, Scope

VENDORS = (
    "select vendor_id, count(*) as n from annotation_events group by vendor_id order by n desc"
)


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo and an empty ledger."""
    return use(demo_url, tmp_path, monkeypatch)


def log(what):
    entries = ledger.audit_entries(ledger.connect())
    return entries[entries["what"] == what]


def test_a_statement_of_the_address_is_answered_whole(full):
    at = open_view("sql_workbench.py", sql=VENDORS)
    expected = ask(door.connect(full), VENDORS)
    pd.testing.assert_frame_equal(at.dataframe[0].value, expected, check_dtype=False)
    assert f"{len(expected)} rows" in text(at) and "All there are" in text(at)


def test_what_is_cut_is_said_to_be_cut(full):
    at = open_view("sql_workbench.py", sql="select event_id from annotation_events")
    assert len(at.dataframe[0].value) == 1000
    assert "Cut at 1,000 rows" in text(at) and "There are more" in text(at)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("delete from annotation_events", "one select statement"),
        ("select * from people", "no table people"),
        ("select * from read_csv('/etc/passwd')", "found the function"),
        ("select nonsense from annotation_events", "nonsense"),
        ("select 1; select 2", "one select statement"),
        ("", "one select statement"),
    ],
)
def test_what_may_not_or_cannot_run_is_refused_in_one_sentence(full, sql, said):
    at = open_view("sql_workbench.py", sql=sql)
    told = text(at)
    if sql:
        assert "Not run" in told and said in told and not at.exception
        assert log(workbench.RAN)["detail"].iloc[0]["refused"]


def test_every_statement_and_every_export_is_written_down(full):
    at = open_view("sql_workbench.py", sql=VENDORS)
    told = log(workbench.RAN)
    assert len(told) == 1 and told["actor"].iloc[0] == "local"
    assert told["detail"].iloc[0]["sql"] == VENDORS and not told["detail"].iloc[0]["cut"]
    at.selectbox(key="along").set_value("vendor_id").run()
    assert len(log(workbench.RAN)) == 1  # looking at it is not asking again
    at.button(key="run").click().run()
    assert len(log(workbench.RAN)) == 2
    given = at.session_state["answer"]
    workbench._exported(given, "csv")
    assert log(workbench.EXPORTED)["detail"].iloc[0]["format"] == "csv"


def test_the_files_hold_the_rows(full):
    rows = ask(door.connect(full), VENDORS)
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(workbench._parquet(rows))), rows, check_dtype=False)  # fmt: skip
    assert len(pd.read_csv(io.BytesIO(workbench._csv(rows)))) == len(rows)


def test_the_page_s_filters_narrow_a_statement_too(full):
    at = open_view("sql_workbench.py", sql=VENDORS, vendors="Kestrel Labs")
    assert at.dataframe[0].value["vendor_id"].tolist() == ["kestrel"]


def test_own_statements_are_listed_and_nobody_else_s(full):
    ledger.audit(ledger.connect(), "eve", workbench.RAN, None, {"sql": "select 42 as e", "rows": 1, "cut": False})  # fmt: skip
    at = open_view("sql_workbench.py", sql=VENDORS)
    at.run()
    listed = at.dataframe[-1].value["sql"].tolist()
    assert listed == [VENDORS]


def test_a_vendor_manager_sees_own_rows_only(full, monkeypatch):
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("sql_workbench.py", sql=VENDORS)
    assert at.dataframe[0].value["vendor_id"].tolist() == ["kestrel"]
    for table in ("charters", "quarantine", "loads", "items"):
        at = open_view("sql_workbench.py", sql=f"select * from {table}")
        assert "No rows" in text(at), table


def test_whoever_sees_a_part_is_not_told_values_in_the_words_of_an_error(full):
    engine, sql = (
        door.connect(full),
        "select cast(event_type as bigint) as n from annotation_events",
    )
    with pytest.raises(Refused, match="Could not convert"):
        ask(engine, sql)
    with pytest.raises(Refused) as told:
        ask(engine, sql, scope=Scope(vendors=("kestrel",), is_own_only=True))
    assert "may quote rows" in str(told.value) and "assignment" not in str(told.value)


def test_what_takes_too_long_is_stopped(full):
    sql = "select count(*) as n from annotation_events a, annotation_events b, annotation_events c"
    began = time.monotonic()
    with pytest.raises(Refused, match=r"was stopped after 0\.5 seconds"):
        ask(door.connect(full), sql, seconds=0.5)
    assert time.monotonic() - began < 10
    assert len(ask(door.connect(full), VENDORS))  # the warehouse answers on


def test_names_of_people_cannot_be_asked_for_freely(full):
    assert not may_be_asked_freely("team/people_v1")
    at = open_view("metric_catalogue.py", query="team/people_v1")
    assert "Open in workbench" not in [link.label for link in at.get("page_link")]


@pytest.mark.parametrize("name", filter(may_be_asked_freely, names()))
def test_every_query_of_the_catalogue_runs_in_the_workbench(name, demo_url):
    days = Filters(EVERYTHING, dt.date(2026, 6, 1), dt.date(2026, 7, 1), "Last 4 weeks")
    told = ask(door.connect(demo_url), workbench.statement(name, days), limit=5)
    assert len(told.columns)


def test_a_query_s_link_opens_its_statement(full):
    at = open_view("sql_workbench.py", query="quality/gold_accuracy_by_campaign_v1")
    assert (
        at.text_area(key="sql").value.startswith("-- ")
        and ":since" not in at.text_area(key="sql").value
    )
    assert "scored" in at.dataframe[0].value


def test_every_table_but_that_of_persons_is_listed_with_its_columns():
    told = {t.name: t for t in dictionary.tables()}
    assert not set(told) & set(HIDDEN) and "annotation_events" in told
    events = told["annotation_events"]
    assert events.says.startswith("One thing that happened.")
    assert ("occurred_at", "timestamp") in events.columns and ("score", "double?") in events.columns
