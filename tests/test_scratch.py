"""What does not fit into memory goes to a folder of its own process, and is removed after whatever death."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from warehouse import engine as door
from warehouse import ingest, scratch


def _hold(place: Path, ready) -> None:
    with scratch.folder(place) as made:
        (made.path / "events").write_text("half of a load")
        ready.set()
        time.sleep(60)


@pytest.fixture
def holder(tmp_path: Path):
    """A process that uses a folder in ``tmp_path``."""
    context = multiprocessing.get_context("forkserver")
    ready = context.Event()
    process = context.Process(target=_hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(30)
    yield process
    process.kill()
    process.join()


def left(place: Path) -> list[Path]:
    return list(place.glob(f"{scratch.PREFIX}*"))


def test_the_folder_of_a_living_process_stays_and_that_of_a_killed_one_goes(holder, tmp_path):
    scratch.forget_dead(tmp_path)
    assert len(left(tmp_path)) == 1
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    assert len(left(tmp_path)) == 1, "killed processes leave nothing: the test proves nothing"
    with scratch.folder(tmp_path) as mine:
        assert left(tmp_path) == [mine.path]
    assert left(tmp_path) == []


def test_a_folder_that_was_never_locked_goes_and_others_stay(tmp_path):
    (tmp_path / f"{scratch._prefix()}abc").mkdir()
    (tmp_path / "load-of-somebody-else").mkdir()
    (tmp_path / f"{scratch.PREFIX}link").symlink_to(tmp_path / "load-of-somebody-else")
    scratch.forget_dead(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {
        "load-of-somebody-else",
        f"{scratch.PREFIX}link",
    }


def test_a_forked_child_leaves_its_parent_s_folder(tmp_path):
    with scratch.folder(tmp_path) as mine:
        child = os.fork()
        if not child:
            mine.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert mine.path.exists()
    assert not mine.path.exists()


def test_another_machine_s_folder_goes_only_after_a_week_of_silence(tmp_path):
    made = tmp_path / f"{scratch.PREFIX}elsewhere-abc"
    made.mkdir()
    (made / scratch.LOCK).touch()
    scratch.forget_dead(tmp_path)
    assert made.exists()
    old = time.time() - scratch.SILENT - 60
    os.utime(made / scratch.LOCK, (old, old))
    os.utime(made, (old, old))
    scratch.forget_dead(tmp_path)
    assert not made.exists()


def test_a_load_and_a_reader_use_folders_of_their_own_beside_the_warehouse(tmp_path, monkeypatch):
    url = f"duckdb:///{tmp_path / 'w.duckdb'}"
    states = tmp_path / "w.duckdb.states"
    reader = door.connect(url)
    with reader.connect() as connection:
        told = connection.exec_driver_sql("select current_setting('temp_directory')").scalar()
    assert left(states) == [Path(told)]
    file = tmp_path / "rows.csv"
    file.write_text("i,w,t\n1,ann,2026-01-01 10:00:00\n")
    mapping = {"columns": {"item_id": "i", "trainer_id": "w", "submitted_at": "t"}}
    seen = []
    monkeypatch.setattr(
        "warehouse.ingest.load.write",
        lambda *args, original=ingest.load.write: seen.append(left(states)) or original(*args),
    )
    ingest.load_files([file], format="table", campaign="alpha", mapping=mapping, url=url)
    assert len(seen[0]) == 2
    assert left(states) == [Path(told)], "a load removes its own folder and never a reader's"


def test_a_folder_is_made_elsewhere_where_there_is_no_place_beside_the_warehouse(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    with scratch.folder(tmp_path / "file" / "states") as made:
        assert made.path.parent == tmp_path
