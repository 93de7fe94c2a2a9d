"""From a question's alpha to its answers, to their items, to one item and the next, in a real Chromium."""

import urllib.parse

import pytest

from tests.test_browser import app, browser, settle, visit  # noqa: F401 - fixtures


def query(page):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlparse(page.url).query))


def press(page, mark):
    """Click in the middle of a mark of a chart, as a hand would."""
    mark.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1500)
    settle(page)


@pytest.mark.slow
def test_from_a_questions_alpha_to_one_item_in_three_clicks(app, browser):  # noqa: F811
    page = visit(browser, f"{app}/agreement?about=coding-preferences%2Fpreferred")
    page.set_viewport_size({"width": 1440, "height": 3400})
    settle(page)
    press(page, page.locator(".js-plotly-plot").first.locator("g.points path.point").last)
    told = query(page)["about"]
    assert told != "Coding preferences: preferred"
    press(page, page.locator(".js-plotly-plot .bars .point path").last)
    assert " / " in query(page)["pair"] and query(page)["about"] == told
    grid = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    page.mouse.click(grid["x"] + 60, grid["y"] + 35 + 17)
    page.wait_for_url("**/item?item=*")
    settle(page)
    first = query(page)["item"]
    page.get_by_text("What everybody answered").wait_for()
    page.get_by_role("button", name="Next").click()
    page.wait_for_timeout(1500)
    settle(page)
    assert query(page)["item"] not in ("", first)
    page.close()
