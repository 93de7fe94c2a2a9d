"""Every page on a real warehouse: full, empty, through a link, and for somebody who may see a part."""

import datetime as dt
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import access, data
from tests.conftest import add
from warehouse import engine as door
from warehouse import ledger
from warehouse.read import fetch
from warehouse.refresh import refresh
from warehouse.scope import Scope

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "dashboard" / "app.py"
VIEWS = sorted(p.name for p in (APP.parent / "views").glob("*.py"))
NEEDS_NO_DATA = {"metric_catalogue.py"}
CAMPAIGN = "helpfulness-ratings"
FELL = ledger.Finding(
    outcome="fail", suite="campaign_quality", figure="gold_accuracy", kind="regression", severity="critical",
    sentence="Gold accuracy fell by 9.1 points.", subject=CAMPAIGN, campaign_id=CAMPAIGN, value=0.8, bar=0.9,
    n=120, onset_on=dt.date(2026, 6, 10), evidence={"campaign_id": CAMPAIGN, "change": -0.091},
)  # fmt: skip


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A warehouse and a ledger of the test's own, without a row."""
    return use(f"duckdb:///{tmp_path / 'warehouse.duckdb'}", tmp_path, monkeypatch)


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo, and a ledger in which the checks have found one thing."""
    use(demo_url, tmp_path, monkeypatch)
    ledger.record(ledger.connect(), [FELL], as_of=dt.date(2026, 7, 1))
    return demo_url


def use(url, folder, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", url)
    monkeypatch.setenv("LEDGER_URL", f"sqlite:///{folder / 'ledger.sqlite'}")
    st.cache_data.clear()
    st.cache_resource.clear()
    return url


def open_view(view, **address):
    at = AppTest.from_file(APP, default_timeout=90)
    for key, value in address.items():
        at.query_params[key] = value
    at.switch_page(f"views/{view}").run()
    assert not at.exception, at.exception[0].message
    return at


def text(at):
    """All words of the page."""
    told = [
        e.value
        for kind in (at.markdown, at.caption, at.info, at.title, at.subheader, at.warning)
        for e in kind
    ]
    return "\n".join(told).replace("\u00a0", " ")


@pytest.mark.parametrize("view", VIEWS)
def test_view_opens_on_a_full_warehouse_with_a_verdict(view, full):
    at = open_view(view)
    assert at.title[0].value.endswith("?") and not at.error and not at.info
    assert at.markdown[0].value.startswith("#### :")
    assert len(at.metric) <= 5
    assert "Events until 30 June 2026" in text(at)


@pytest.mark.parametrize("view", [v for v in VIEWS if v not in NEEDS_NO_DATA])
def test_view_says_what_to_do_when_there_is_nothing(view, empty):
    at = open_view(view)
    assert at.info and not at.error and not at.metric


@pytest.mark.parametrize("tab", ["Delivery", "Forecast", "Quality", "Time", "Answers"])
def test_every_tab_of_a_campaign_opens_from_its_address(tab, full):
    at = open_view("campaign.py", campaign=CAMPAIGN, tab=tab)
    assert not at.error and len(at.subheader) >= 2


def test_a_link_by_id_opens_the_campaign_under_its_name(full):
    at = open_view("campaign.py", campaign=CAMPAIGN)
    assert at.selectbox(key="campaign").value == CAMPAIGN
    assert "Helpfulness ratings" in at.selectbox(key="campaign").options


def test_a_link_by_name_opens_it_too(full):
    assert (
        open_view("campaign.py", campaign="Helpfulness ratings").selectbox(key="campaign").value
        == CAMPAIGN
    )


def test_a_link_narrows_every_figure_to_its_campaigns(full):
    at = open_view("command_center.py", campaigns="Helpfulness ratings")
    assert at.multiselect(key="campaigns").value == [CAMPAIGN]
    assert at.dataframe[0].value["campaign"].tolist() == ["Helpfulness ratings"]


def test_figures_are_those_of_the_query(full):
    at = open_view("campaign.py", campaign=CAMPAIGN, period="Everything")
    rows = fetch(
        door.connect(full),
        "quality/gold_accuracy_by_campaign_v1",
        since=dt.date(1990, 1, 1),
        until=dt.date(2026, 7, 1),
    )
    share = rows.set_index("campaign_id").loc[CAMPAIGN, "accuracy"]
    shown = next(m.value for m in at.metric if m.label == "Gold accuracy")
    assert shown.replace("\u00a0", " ") == f"{share * 100:.1f} %"


def test_campaigns_and_vendors_are_shown_by_name_never_by_id(full):
    for view in ("command_center.py", "spend.py", "trainers.py", "data_health.py"):
        at = open_view(view)
        shown = text(at) + " ".join(str(d.value) for d in at.dataframe)
        assert CAMPAIGN not in shown, view


def test_a_campaign_without_real_times_shows_no_throughput_and_says_why(empty):
    with door.publish(empty) as connection:
        rows = [
            {
                "event_type": "assignment_submitted", "time_basis": "assumed", "campaign_id": "rte",
                "item_id": f"i{n}", "assignment_id": f"a{n}", "trainer_id": f"t{n % 3}",
            }
            for n in range(30)
        ]  # fmt: skip
        add(connection, "annotation_events", rows)
        refresh(connection, rebuild=True)
    at = open_view("campaign.py", campaign="rte", tab="Time")
    assert "No throughput and no handle time" in text(at) and "records no real times" in text(at)
    assert not [s for s in at.subheader if "Handle time" in s.value or "Submitted" in s.value]


def test_a_flag_leads_from_its_address_to_the_sentence_and_the_evidence(full):
    at = open_view("flags.py", flag="1")
    assert "Gold accuracy fell by 9.1 points." in text(at)
    assert "began about 10 June 2026" in text(at)


def test_acting_on_a_flag_is_written_and_shown(full):
    at = open_view("flags.py", flag="1")
    at.text_input[0].input("Ada")
    at.text_area[0].input("Talked to the vendor")
    at.button[0].click().run()
    assert not at.exception and not at.error
    assert ledger.flag(ledger.connect(), 1).owner == "Ada"
    assert "Talked to the vendor" in text(at)


def test_a_flag_that_is_not_there_is_said_so(full):
    assert "There is no flag 999" in text(open_view("flags.py", flag="999"))


@pytest.mark.parametrize("view", access.PAGES["vendor"])
def test_a_vendor_manager_sees_the_own_vendor_only_and_campaigns_by_name(view, full, monkeypatch):
    vendors = set(fetch(door.connect(full), "team/vendors_v1")["vendor_name"])
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view(f"{view}.py")
    shown = text(at) + " ".join(str(d.value) for d in at.dataframe)
    assert "Events until 30 June 2026" in shown and not at.error
    assert not [name for name in vendors - {"Kestrel Labs"} if name in shown]
    assert not [d for d in at.dataframe if CAMPAIGN in list(d.value.get("campaign", []))]
    assert "Helpfulness ratings" in at.multiselect(key="campaigns").options


def test_a_vendor_manager_gets_no_page_of_budgets_or_raw_rows(full, monkeypatch):
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    assert not [
        page for page in ("spend", "campaign", "data_health", "command_center") if own.opens(page)
    ]


def test_filters_of_a_page_never_widen_what_a_person_may_see():
    own, asked = Scope(vendors=("acme",)), Scope(vendors=("acme", "zeta"))
    assert (own & asked).vendors == ("acme",)


@pytest.mark.parametrize("view", ["command_center.py", "spend.py"])
def test_a_changed_filter_asks_nothing_that_was_asked_before(view, full, monkeypatch):
    asked = []

    def counted(source, name, **told):
        asked.append((name, *sorted((key, str(value)) for key, value in told.items())))
        return fetch(source, name, **told)

    monkeypatch.setattr(data, "fetch", counted)
    st.cache_data.clear()
    page = open_view(view)
    first = len(asked)
    page.selectbox(key="period").select_index(0).run()
    page.multiselect(key="vendors").set_value(["kestrel"]).run()
    page.multiselect(key="vendors").set_value([]).run()
    assert not page.exception
    assert len(asked) > first > 0
    assert len(asked) == len(set(asked)), "a question was asked twice"
