"""The demo's planted incidents of people, found from the first page within three clicks, in a real Chromium.

A demo of 300,000 events: in a smaller one a person has too few answers for anybody to tell.
"""

import datetime as dt

import pandas as pd
import pytest

from dashboard import severity
from dashboard.panels import reviewers, vendors
from tests.test_browser import browser, settle, started, visit  # noqa: F401 - a fixture
from warehouse import demo
from warehouse import engine as door
from warehouse.read import fetch
from warehouse.scope import Scope

pytestmark = pytest.mark.slow
EVENTS = 300_000
HEADER, ROW = 35, 35
"""Heights of a table's header and rows, in pixels."""


@pytest.fixture(scope="module")
def large_url(tmp_path_factory):
    url = f"duckdb:///{tmp_path_factory.mktemp('large') / 'warehouse.duckdb'}"
    demo.build(url, events=EVENTS, progress=False)
    return url


@pytest.fixture(scope="module")
def large(large_url, tmp_path_factory):
    """The address of the app on the large demo."""
    server, address = started(tmp_path_factory.mktemp("served"), large_url)
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def truth():
    return demo.truth(events=EVENTS).set_index("incident")


@pytest.fixture(scope="module")
def called(large_url):
    """What people are called, by id: pages show names, addresses keep ids."""
    rows = fetch(door.connect(large_url), "team/people_v1")
    return dict(zip(rows["trainer_id"], rows["full_name"], strict=True))


def drawn(page):
    """The page has run to its end: what the last one drew is gone by then."""
    page.wait_for_timeout(1000)
    settle(page)
    page.wait_for_selector("text=Days and weeks in UTC", state="attached")
    settle(page)


def rows_of(page, table=0):
    """The words of the rows of a table that are in sight; it draws them late."""
    grid = page.get_by_test_id("stDataFrame").nth(table)
    grid.scroll_into_view_if_needed()
    grid.locator("[role=row]").nth(1).wait_for(state="attached")
    return [row.text_content() for row in grid.locator("[role=row]").all()][1:]


class Walk:
    """Clicks from the first page, counted."""

    def __init__(self, browser, address, day):  # noqa: F811
        self.page = visit(browser, f"{address}/?day={day}")
        self.clicks = 0

    def to(self, page, heading):
        self.page.get_by_role("link", name=page, exact=True).first.click()
        return self.on(heading)

    def only(self, name):
        self.page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        return self.on()

    def row(self, number, address, table=0):
        """Open a row by its first cell: the cells are drawn, so it is found by its place."""
        grid = self.page.get_by_test_id("stDataFrame").nth(table)
        grid.scroll_into_view_if_needed()
        self.page.wait_for_timeout(500)
        box = grid.bounding_box()
        place = box["x"] + 60, box["y"] + HEADER + ROW * number + ROW / 2
        self.page.mouse.move(*place)
        self.page.wait_for_timeout(300)
        self.page.mouse.click(*place)
        self.page.wait_for_url(lambda url: address in url)
        return self.on()

    def on(self, heading=None):
        self.clicks += 1
        assert self.clicks <= 3
        if heading:
            self.page.get_by_role("heading", name=heading).wait_for()
        drawn(self.page)
        return self

    def on_page(self, heading):
        self.page.get_by_role("heading", name=heading).first.wait_for()
        return self

    def rows(self, table=0):
        """The text of the rows that are in sight."""
        return rows_of(self.page, table)

    def text(self):
        return self.page.get_by_test_id("stMain").inner_text().replace("\u00a0", " ")


WHOSE, WHY = "Whose work needs attention?", "How is this trainer doing, and why?"


@pytest.mark.parametrize(
    ("incident", "day", "sign"),
    [
        ("speeding", "2026-05-30", "suddenly quick"),
        ("straight-lining", "2026-06-29", "straight-lining"),
    ],
)
def test_people_with_a_planted_sign_are_found_by_it(
    incident,
    day,
    sign,
    large,
    browser,  # noqa: F811
    truth,
    called,
):
    walk = Walk(browser, large, day).to("Trainers", WHOSE).only("With signals")
    planted = truth.loc[incident, "segment"].split(",")
    at = {who: k for k, row in enumerate(walk.rows()) for who in planted if called[who] in row}
    assert set(at) == set(planted)
    first = min(at, key=at.get)
    walk.row(at[first], f"trainer={first}").on_page(WHY)
    assert sign in walk.text()


def test_the_planted_fifth_of_the_trainers_is_most_of_those_at_the_lower_end(
    large,
    browser,  # noqa: F811
    truth,
    called,
):
    address = f"{large}/?campaigns=Intent+classification&period=Last+4+weeks"
    page = visit(browser, f"{address}&day=2026-05-24")
    page.get_by_role("link", name="Trainers", exact=True).first.click()
    page.get_by_role("heading", name=WHOSE).wait_for()
    drawn(page)
    rows = rows_of(page)[:8]
    planted = truth.loc["fifth-of-trainers", "segment"].split(",")
    assert sum(any(called[who] in row for who in planted) for row in rows) >= 4


def test_the_planted_reviewer_is_found_and_opened(large, browser, truth, called):  # noqa: F811
    planted = truth.loc["severe-reviewer", "segment"]
    severe = called[planted]
    walk = Walk(browser, large, "2026-05-14").to("Reviewers", "Do all reviewers judge")
    assert f"{severe} rejects more" in walk.text() or f"{severe}, " in walk.text()
    assert f"beyond chance: {severe}" in walk.text()
    tables = walk.page.get_by_test_id("stDataFrame").count()
    assert severe in walk.rows(tables - 1)[0]
    walk.row(0, f"reviewer={planted}", table=tables - 1).on_page(severe)
    assert "Whose work they reviewed" in walk.text()


def test_the_planted_queue_of_reviews_is_said_to_be_long(large, browser, truth):  # noqa: F811
    walk = Walk(browser, large, "2026-06-30").to("Reviewers", "Do all reviewers judge")
    first = walk.rows(0)[0]
    assert "Document spans" in first and "long" in first
    assert truth.loc["review-backlog", "campaign_id"] == "document-spans"
    walk.row(0, "/campaign").on_page("Will this campaign")


def test_the_planted_class_of_newcomers_is_named_at_once(large, browser, truth):  # noqa: F811
    assert truth.loc["bad-cohort", "segment"] == "2026-04"
    walk = Walk(browser, large, "2026-06-30").to("Onboarding", "Do newcomers get into")
    assert "Fact checking, April 2026" in walk.text()


def test_a_pure_mix_shift_moves_the_raw_figure_and_not_the_adjusted_one(large_url, truth):
    shift = truth.loc["mix-shift"]
    asked = Scope(campaigns=(shift["campaign_id"],))
    day = shift["starts_on"].date()
    spans = {"before": (dt.date(2026, 2, 1), day), "after": (day, dt.date(2026, 7, 1))}
    summary = "trainers/summary_by_trainer_v1"
    work = [
        fetch(door.connect(large_url), summary, scope=asked, since=s, until=u).assign(vendor=name)
        for name, (s, u) in spans.items()
    ]
    for x, n, least in (("correct", "scored", 0.03), ("first_accepted", "reviewed", 0.02)):
        rows = pd.concat(work).groupby(["vendor", "campaign_id", "task_type"], as_index=False)[[x, n]].sum()  # fmt: skip
        raw = rows.groupby("vendor")[[x, n]].sum()
        rate = raw[x] / raw[n]
        assert rate["before"] - rate["after"] > least, "the raw figure falls"
        same_work = vendors.adjusted(rows, x, n).loc["after"]
        assert same_work["above_low"] < 0 < same_work["above_high"], "on the same work nothing fell"


def test_a_planted_reviewers_change_is_attributed_to_that_reviewer(large_url, truth):
    planted = truth.loc["severe-reviewer"]
    begun = planted["starts_on"].date()
    month = dt.timedelta(days=28)
    asked = Scope(campaigns=(planted["campaign_id"],))
    before, after = (
        fetch(door.connect(large_url), "reviewers/reviews_by_trainer_v1", scope=asked, since=s, until=s + month)
        for s in (begun - month, begun)
    )  # fmt: skip
    own = severity.by_reviewer(before, after)
    assert own["reviewer_id"].iloc[0] == planted["segment"] and own["points_low"].iloc[0] > 0.04
    whole = severity.parts(before, after)
    assert f"beyond chance: {planted['segment']}" in reviewers.attributed(whole, own)
