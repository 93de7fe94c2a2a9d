"""Data Docs: every suite's sentences and what its frame said, as files that the checks wrote.

They name all campaigns and people and fetch their looks from elsewhere, so no page shows them: whoever
may see everything takes them along as files.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboard import access, data, show, words
from warehouse import settings

FOLDER = "data_docs"
EXPORTED = "exported Data Docs"


def folder() -> Path | None:
    """Where they lie; None where there are none, or the person may not see all that they name."""
    scope = access.current().scope
    place = settings.data_folder() / FOLDER
    if scope.limits() or scope.is_own_only or not (place / "index.html").exists():
        return None
    return place


def page_of(suite: str) -> Path | None:
    """The newest page on what a suite's frame said."""
    place = folder()
    pages = sorted(place.glob(f"validations/{suite}/**/*.html")) if place else []
    return pages[-1] if pages else None


def panel() -> None:
    """All of them, on the page about the data's health."""
    st.subheader("Data Docs", anchor=False)
    place = folder()
    if place is None:
        st.caption(
            ":material/inbox: None here. `python -m data_checks run --docs` writes every suite with its sentences and "
            "what its data said, for whoever may see everything."
        )
        return
    written = datetime.fromtimestamp((place / "index.html").stat().st_mtime, UTC)
    run = data.last_run()
    is_old = run is not None and run.started_at.replace(tzinfo=UTC) > written
    st.caption(
        f"Every suite with its sentences and what its data said, written on {words.moment(written)}"
        + (", before the newest run of the checks." if is_old else ".")
    )
    st.download_button(
        "Download Data Docs", lambda: packed(place), "data_docs.zip", "application/zip", key="docs",
        icon=":material/folder_zip:", on_click=_exported, args=("all suites",),
        help="Unpack it and open index.html.",
    )  # fmt: skip


def of_suite(suite: str) -> None:
    """The page of the suite that found a flag, where there is one."""
    page = page_of(suite)
    if page is None:
        return
    st.download_button(
        f"All that “{words.plain(suite).lower()}” checked (Data Docs)", page.read_bytes(), f"{suite}.html", "text/html",
        key="docs_of_suite", icon=":material/description:", on_click=_exported, args=(suite,),
    )  # fmt: skip
    show.link("data_health", "Data health", ":material/monitor_heart:")


def packed(place: Path) -> bytes:
    """The folder as one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(place.parent))
    return file.getvalue()


def _exported(what: str) -> None:
    access.log(EXPORTED, what)
