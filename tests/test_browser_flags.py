"""From the link of a notification to an item behind the flag, in a real Chromium; and what the page makes of a change."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from dashboard import charts
from tests.test_browser import browser, settle, started, visit  # noqa: F401 - fixtures
from tests.test_views import FELL
from warehouse import ledger

ONSET = dt.date(2026, 4, 10)
DAYS = [
    [f"{ONSET + dt.timedelta(n):%Y-%m-%d}", 10.0, 0.6 if n >= 0 else 0.9, 0.9, 0.75, 1.0]
    for n in range(-28, 14)
]
CHANGED = replace(
    FELL, suite="regressions", subject="coding-preferences", campaign_id="coding-preferences", onset_on=ONSET,
    sentence="Gold accuracy fell by 30.0 points on like work since about 10 April 2026, 40 hidden golds.",
    evidence={"days": DAYS, "causes": [["campaign", "", 0.9]], "by_rate": 0.3, "by_mix": 0.0, "months": 80.0,
              "opened_on": "2026-04-24", "parts": [["vendor_id", "kestrel", 30.0, 3.0, 20.0, 8.0]]},
)  # fmt: skip


@pytest.fixture(scope="module")
def flagged(demo_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flagged")
    book = ledger.connect(f"sqlite:///{folder / 'ledger.sqlite'}")
    told = {"months": 30.0, "critical": 150.0, "scopes": 132, "near": [{"months": 13.0}]}
    ledger.record(book, [CHANGED], as_of=dt.date(2026, 4, 25), detail={"false flags": told})
    server, address = started(folder, demo_url)
    yield address
    server.terminate()
    server.wait(20)


def test_from_a_notifications_link_to_an_item_in_three_clicks(flagged, browser):  # noqa: F811
    page = visit(browser, f"{flagged}/flags?flag=1")
    page.get_by_role("heading", name="Against its own past").wait_for()
    assert page.locator(".js-plotly-plot").count() == 1
    page.get_by_role("heading", name="The items behind it").wait_for()
    page.set_viewport_size({"width": 1440, "height": 3400})
    settle(page)
    heading = page.get_by_role("heading", name="The items behind it").bounding_box()
    tables = [t.bounding_box() for t in page.get_by_test_id("stDataFrame").all()]
    box = min((t for t in tables if t and t["y"] > heading["y"]), key=lambda t: t["y"])
    page.mouse.click(box["x"] + 60, box["y"] + 35 + 17)
    page.wait_for_url("**/item?item=*")
    settle(page)
    page.get_by_text("What everybody answered").wait_for()
    page.close()


def test_the_page_says_how_often_flags_may_be_false_and_what_else_would_show(flagged, browser):  # noqa: F811
    page = visit(browser, f"{flagged}/flags")
    page.get_by_text("about one false flag per campaign and figure in 30 months").wait_for()
    page.get_by_role("heading", name="How often flags were right").wait_for()
    page.close()


def test_days_with_few_units_are_drawn_by_sevens_and_many_by_the_day():
    days = pd.DataFrame(DAYS, columns=charts.COLUMNS)
    days["day"] = pd.to_datetime(days["day"])
    weeks = charts.sevens(days)
    assert len(weeks) == 6
    assert weeks["n"].tolist() == [70.0] * 6
    assert weeks["share"].round(3).tolist() == [0.9] * 4 + [0.6] * 2
    # Seven days' mean is narrower than a day by the root of seven: 0.15 / 2.646 = 0.0567.
    assert weeks["low"].iloc[0] == pytest.approx(0.9 - 0.0567, abs=1e-3)
    assert len(charts.sevens(days.assign(n=100.0))) == len(days)
