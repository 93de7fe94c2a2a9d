"""The elements of a JSON list, one after the other, however long the list is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ijson
import pyarrow as pa

from warehouse.errors import Refused
from warehouse.sources import delimited
from warehouse.sources.characters import mended

OPEN = 8_000
"""More brackets than this left open within one piece of a file is nesting that nobody wrote."""

_UNFINISHED = re.compile(
    rb"\\+(?:u(?:[0-9a-f]{0,3}|d[89ab][0-9a-f]{2}(?:\\(?:u[0-9a-f]{0,3})?)?))?$", re.IGNORECASE
)


def elements(path: Path) -> Iterator[tuple[object, int]]:
    """Each element of the list in ``path``, and how many bytes were read by then."""
    with delimited.open_file(path) as file:
        whole = _Whole(file, path)
        try:
            for element in ijson.items(whole, "item", use_float=True):
                yield element, whole.bytes_read
        except (ijson.JSONError, UnicodeError) as error:
            told = error.args[0] if isinstance(error, ijson.JSONError) and error.args else error
            told = told.decode("utf-8", errors="replace") if isinstance(told, bytes) else str(told)
            said = " ".join(told.split())[:120]
            raise Refused(
                f"{path}: expected a whole JSON file, found one that is cut off or damaged ({said})"
            ) from error
        except OSError as error:
            raise Refused(f"{path}: cannot be read ({error})") from error


class _Whole:
    """A file without what a reader of JSON stumbles over; counts what was read of it."""

    def __init__(self, file: pa.NativeFile, path: Path) -> None:
        self._file = file
        self._path = path
        self._held = b""
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if not self.bytes_read:
            data = data.removeprefix(b"\xef\xbb\xbf")
        self.bytes_read += len(data)
        opened = data.count(b"[") + data.count(b"{") - data.count(b"]") - data.count(b"}")
        if opened > OPEN:
            raise Refused(f"{self._path}: expected JSON, found more than {OPEN:,} levels of it")
        ends = not data
        data = self._held + data
        unfinished = None if ends else _UNFINISHED.search(data)
        cut = len(data) if unfinished is None else unfinished.start()
        self._held = data[cut:]
        return mended(data[:cut]) or (b"" if ends else self.read(size))
