"""Folders for what does not fit into memory: each is one process's own, and goes with it.

A folder holds a lock for as long as its process lives, and the system frees it whatever the process dies of. So the
next process tells what the dead have left from what the living use, without asking for numbers of processes, which are
given again and mean nothing on another machine or in a container.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import socket
import tempfile
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import TextIO

PREFIX = "warehouse-scratch-"
LOCK = "lock"

SILENT = 7 * 24 * 3600
"""Seconds after which another machine's folder is taken for a dead process's: not every shared disk shares its locks."""


class Folder:
    """A folder in ``place`` that only this process uses, until it is closed or the process ends."""

    def __init__(self, place: Path) -> None:
        self.path, self._lock = _locked(place)
        self._end = weakref.finalize(self, _remove, self.path, self._lock, os.getpid())

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._end()


def folder(beside: Path | None) -> Folder:
    """A folder in ``beside``, or where the system keeps temporary files if that cannot be written."""
    if beside is not None:
        with contextlib.suppress(OSError):
            beside.mkdir(parents=True, exist_ok=True)
            forget_dead(beside)
            return Folder(beside)
    place = Path(tempfile.gettempdir())
    forget_dead(place)
    return Folder(place)


def forget_dead(place: Path) -> None:
    """Remove what dead processes of this user left in ``place``."""
    for left in place.glob(f"{PREFIX}*"):
        # Another process may be removing the same.
        with contextlib.suppress(FileNotFoundError):
            if left.lstat().st_uid == os.geteuid() and not left.is_symlink():
                _forget(left)


def _forget(left: Path) -> None:
    try:
        lock = (left / LOCK).open("r+")
    except FileNotFoundError:
        with contextlib.suppress(OSError):  # it is not empty: somebody else is removing it
            left.rmdir()
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # its process lives
            return
        if left.name.startswith(_prefix()) or _is_silent(left):
            shutil.rmtree(left)


def _is_silent(left: Path) -> bool:
    return time.time() - max(p.stat().st_mtime for p in (left, *left.rglob("*"))) > SILENT


def _locked(place: Path) -> tuple[Path, TextIO]:
    """A new folder and its lock."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=_prefix(), dir=place))
        # Until it is locked it looks like a dead process's, and one that cleans up may take it.
        try:
            lock = (made / LOCK).open("w")
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock.fileno()).st_nlink:
            return made, lock
        lock.close()


def _prefix() -> str:
    return f"{PREFIX}{re.sub('[^A-Za-z0-9.]', '_', socket.gethostname())}-"


def _remove(path: Path, lock: TextIO, owner: int) -> None:
    if os.getpid() == owner:  # a forked child ends, and its parent works on
        shutil.rmtree(path, ignore_errors=True)  # what is left, the next process removes
    lock.close()
