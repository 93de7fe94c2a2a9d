"""Data Docs are handed out where they exist, to whoever may see everything, and that is written down."""

import datetime as dt
import io
import os
import zipfile

import pytest
from test_views import CAMPAIGN, FELL, open_view, text, use

from dashboard import access
from dashboard.panels import docs
from warehouse import ledger, settings
from warehouse.scope import Scope

PAGE = f"validations/{FELL.suite}/__none__/20260701T000000Z/frames-{FELL.suite}.html"


@pytest.fixture
def full(demo_url, tmp_path, monkeypatch):
    """The demo through a link of the test's own, so that its Data Docs lie beside it and not beside the others'."""
    (tmp_path / "warehouse.duckdb").symlink_to(
        os.path.realpath(demo_url.removeprefix("duckdb:///"))
    )
    use(f"duckdb:///{tmp_path / 'warehouse.duckdb'}", tmp_path, monkeypatch)
    ledger.record(ledger.connect(), [FELL], as_of=dt.date(2026, 7, 1))


def write():
    """Data Docs of one suite, as the checks leave them."""
    place = settings.data_folder() / docs.FOLDER
    for name in ("index.html", PAGE):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("<html>what was checked</html>")
    return place


def test_without_any_the_page_says_how_to_write_them(full):
    at = open_view("data_health.py")
    assert "run --docs" in text(at) and not at.get("download_button")


def test_where_they_exist_they_are_handed_out(full):
    write()
    at = open_view("data_health.py")
    assert len(at.get("download_button")) == 1 and "what its data said, written on" in text(at)
    at = open_view("flags.py", flag="1")
    assert len(at.get("download_button")) == 1


def test_docs_of_before_the_newest_run_are_said_to_be(full):
    place = write()
    os.utime(place / "index.html", (0, 0))
    assert "before the newest run" in text(open_view("data_health.py"))


def test_whoever_sees_a_part_gets_none(full, monkeypatch):
    write()
    own = access.Access("res", "researcher", Scope(campaigns=(CAMPAIGN,)))
    monkeypatch.setattr(access, "LOCAL", own)
    assert not open_view("data_health.py").get("download_button")
    assert not open_view("flags.py", flag="1").get("download_button")


def test_the_archive_holds_every_page(full):
    names = zipfile.ZipFile(io.BytesIO(docs.packed(write()))).namelist()
    assert names == ["data_docs/index.html", f"data_docs/{PAGE}"]
