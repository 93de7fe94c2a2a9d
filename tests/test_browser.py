"""The real app, started from another folder and driven in a real Chromium; a picture of each view.

The pictures lie in tests/artifacts/ (ignored by git) at phone, laptop and wall-screen width,
light and dark. Look at them after every change of a page.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.test_views import CAMPAIGN, FELL, VIEWS
from warehouse import ledger

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "tests" / "artifacts"
WIDTHS = {"phone": 390, "laptop": 1440, "wall": 2560}
ADDRESSES = {
    "campaign": f"campaign={CAMPAIGN}",
    "trainer": "trainer=trainer-0204",
    "flags": "flag=1",
    "metric_catalogue": "query=quality/gold_accuracy_by_campaign_v1",
}
STARTED_S = 60
pytestmark = pytest.mark.xdist_group("browser")  # one app and one window serve them all


def chromium():
    """The system's Chromium, which Playwright drives; the tests are skipped with the reason where there is none."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        pytest.skip("no Chromium: install it with `apt-get install chromium`")
    return found


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def started(folder, warehouse_url, *options, port=None, **settings):
    """The app, served from ``folder``, and its address once it says that it is healthy."""
    port = port or free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py"),
        "--server.port", str(port), "--server.headless", "true", "--server.fileWatcherType", "none", *options,
    ]  # fmt: skip
    environment = os.environ | {
        "WAREHOUSE_URL": warehouse_url, "LEDGER_URL": f"sqlite:///{folder / 'ledger.sqlite'}",
    } | settings  # fmt: skip
    log = (folder / "log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + STARTED_S
    while time.monotonic() < end and server.poll() is None:
        try:
            if urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read() == b"ok":
                return server, address
        except OSError:
            time.sleep(0.3)
    server.kill()
    raise AssertionError(f"the app did not start: {(folder / 'log').read_text()[-2000:]}")


@pytest.fixture(scope="module")
def app(demo_url, tmp_path_factory):
    """The address of the app on the demo."""
    folder = tmp_path_factory.mktemp("elsewhere")
    ledger.record(
        ledger.connect(f"sqlite:///{folder / 'ledger.sqlite'}"), [FELL], as_of=FELL.onset_on
    )
    server, address = started(folder, demo_url)
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def browser():
    """One window for all tests: what it has loaded of the app once it keeps."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = opened.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(90_000)
        yield context
        opened.close()


def visit(browser, address):
    """A page that has drawn everything."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("text=Days and weeks in UTC", state="attached")
    settle(page)
    return page


def settle(page):
    page.wait_for_timeout(300)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(300)


def fit(page, width):
    """Make the window as wide as told and as tall as the page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    height = page.evaluate(
        "Math.max(...[...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollHeight))"
    )
    page.set_viewport_size({"width": width, "height": min(int(height) + 40, 8000)})
    settle(page)


def pictured(page, name):
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


STEMS = [Path(v).stem for v in VIEWS]
USUAL = (("phone", "light"),)
"""Where most goes wrong; the other looks are among the slow tests."""
OTHERS = tuple((w, t) for w in WIDTHS for t in ("light", "dark") if (w, t) not in USUAL)


@pytest.mark.parametrize("view", STEMS)
def test_view_draws_everything_in_a_browser(view, app, browser):
    drawn(view, app, browser, USUAL)


@pytest.mark.slow
@pytest.mark.parametrize("view", STEMS)
def test_view_draws_everything_at_every_width_and_theme(view, app, browser):
    drawn(view, app, browser, OTHERS)


def drawn(view, app, browser, looks):
    """Open the view, look at it in each width and theme, and keep the pictures."""
    outside = []
    browser.on(
        "request",
        lambda r: outside.append(r.url) if app not in r.url and r.url.startswith("http") else None,
    )
    name = "" if view == "command_center" else view
    page = visit(browser, f"{app}/{name}?{ADDRESSES.get(view, '')}")
    for width, theme in looks:
        page.emulate_media(color_scheme=theme)
        fit(page, WIDTHS[width])
        pictured(page, f"{view}-{width}-{theme}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= WIDTHS[width] + 1, "the page is wider than the window"
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("h1").inner_text().endswith("?")
    assert outside == []
    page.close()


def test_view_of_an_empty_warehouse_says_what_to_do(tmp_path, browser):
    server, address = started(tmp_path, f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    try:
        page = visit(browser, address)
        pictured(page, "command_center-empty")
        assert "python -m warehouse demo" in page.locator("[data-testid=stAlert]").inner_text()
    finally:
        server.terminate()


def test_without_sign_in_another_address_is_refused_in_the_browser(tmp_path, browser):
    server, address = started(
        tmp_path, f"duckdb:///{tmp_path / 'w.duckdb'}", "--server.address", "0.0.0.0"
    )
    try:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("[data-testid=stAlert]", timeout=60_000)
        assert "Refused" in page.locator("[data-testid=stAlert]").inner_text()
        assert page.locator("[data-testid=stMetric]").count() == 0
    finally:
        server.terminate()


def test_from_the_first_page_to_the_items_behind_a_flag_in_three_clicks(app, browser):
    page = visit(browser, app)
    page.get_by_role("link", name="Helpfulness ratings: gold accuracy").click()
    page.get_by_text("Gold accuracy fell by 9.1 points.").first.wait_for()
    page.get_by_role("link", name="The people behind it").click()
    page.get_by_role("heading", name="Whose work needs attention?").wait_for()
    assert "campaigns=Helpfulness" in page.url
    settle(page)
    page.close()


def test_a_choice_of_period_stays_in_the_address_from_page_to_page(app, browser):
    page = visit(browser, f"{app}/?period=Last+26+weeks")
    page.get_by_role("link", name="Spend").first.click()
    page.get_by_role("heading", name="Are we inside the budget").wait_for()
    settle(page)
    assert "period=Last" in page.url
    assert page.title().startswith("Spend · "), "each tab of the browser says which page it holds"
    page.close()
