"""The embedded DuckDB file: a symbolic link to the published state, moved by one rename."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

from warehouse import scratch, settings
from warehouse.engine.version import prepare

FICLONE = 0x40049409
"""Linux's request for a copy that shares its blocks (btrfs, xfs): instant whatever the size."""

STORAGE = {"storage_compatibility_version": "latest"}
"""A new file is for this version of DuckDB, not for any: its texts are packed faster and read faster."""

WORK = "work"
"""How the file of an unfinished publication is called; under the lock, one found is a dead writer's."""


def states_of(address: sa.URL) -> Path:
    """The folder of all states of the warehouse."""
    path = Path(address.database).absolute()
    return path.with_name(path.name + ".states")


_readers: dict[tuple[int, Path], scratch.Folder] = {}
_one_reader = threading.Lock()


def _reader_folder(path: Path) -> str:
    """Where this process puts what its queries of the warehouse at ``path`` cannot keep in memory.

    DuckDB's own choice is one folder per file: two processes that read the file would write into each other's. Within a
    process a file has one, by whatever address it is read, since DuckDB opens it with one configuration.
    """
    file = Path(os.path.realpath(path))
    states = file.parent if path.is_symlink() else file.with_name(file.name + ".states")
    with _one_reader:
        key = os.getpid(), states
        if key not in _readers:
            _readers[key] = scratch.folder(states)
        return str(_readers[key].path)


def read(address: sa.URL) -> sa.Engine:
    path = Path(address.database)
    if not path.exists():
        with publish(address) as connection:
            prepare(connection)
    reader = {
        "enable_external_access": False,
        "lock_configuration": True,
        "temp_directory": _reader_folder(path),
    }
    engine = sa.create_engine(
        address,
        poolclass=sa.QueuePool,
        pool_size=4,
        max_overflow=16,
        isolation_level="AUTOCOMMIT",  # what is published never changes: a transaction would be for nothing
    )

    @event.listens_for(engine, "do_connect")
    def open_published(dialect, record, args, parameters):
        published = os.path.realpath(path)
        record.info["published"] = published
        parameters.update(database=published, read_only=True, config=reader)

    @event.listens_for(engine, "checkout")
    def follow(connection, record, proxy):
        if record.info.get("published") != os.path.realpath(path):
            raise DisconnectionError("a newer state of the warehouse is published")

    return engine


@contextlib.contextmanager
def publish(address: sa.URL) -> Iterator[sa.Connection]:
    path = Path(address.database).absolute()
    states = states_of(address)
    states.mkdir(parents=True, exist_ok=True)
    with _only_writer(states / "lock"):
        _forget_work(states)
        scratch.forget_dead(states)
        work = states / f"{WORK}.duckdb"
        if path.exists():
            _clone(Path(os.path.realpath(path)), work)
        try:
            engine = sa.create_engine(
                address.set(database=str(work)),
                poolclass=sa.NullPool,
                connect_args={"config": STORAGE},
            )
            with engine.connect() as connection:
                # Without this a load larger than memory keeps its order at the price of memory.
                connection.exec_driver_sql("set preserve_insertion_order = false")
                connection.commit()
                with connection.begin():
                    yield connection
                connection.exec_driver_sql("checkpoint")
                connection.commit()
            engine.dispose()
        except BaseException:
            _forget_work(states)
            raise
        _move_link(path, work, states)
        _forget_old(path, states)


@contextlib.contextmanager
def _only_writer(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system frees it when its holder dies
        yield


def _clone(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        try:
            fcntl.ioctl(write.fileno(), FICLONE, read.fileno())
        except OSError:  # this file system has no shared copies
            shutil.copyfile(source, target)


def _move_link(path: Path, work: Path, states: Path) -> None:
    """Make ``work`` the published state: durable first, then visible in one step."""
    with work.open("rb") as file:
        os.fsync(file.fileno())
    state = states / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.duckdb"
    work.rename(state)
    link = states / f"{WORK}.link"
    link.symlink_to(os.path.relpath(state, path.parent))
    if path.exists() and not path.is_symlink():
        # A warehouse that was copied here as a plain file: kept as the oldest state.
        path.rename(states / "00000000T000000.000000.duckdb")
    link.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _forget_work(states: Path) -> None:
    """Remove what an unfinished publication left: files, and the folder of what did not fit into memory."""
    for left in states.glob(f"{WORK}.*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _forget_old(path: Path, states: Path) -> None:
    """Remove states that were replaced longer ago than readers may need them."""
    kept_since = time.time() - settings.snapshot_hours() * 3600
    published = os.path.realpath(path)
    every = sorted(states.glob("[0-9]*.duckdb"))
    for state, successor in itertools.pairwise(every):
        if str(state) != published and successor.stat().st_mtime < kept_since:
            state.unlink()
