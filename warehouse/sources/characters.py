"""Characters that are none: each is marked as unknown, the same in every engine."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NUL, UNKNOWN = "\0", "\N{REPLACEMENT CHARACTER}"
"""What no text may hold in PostgreSQL, and what stands for it."""

LONGEST_ESCAPE = 12
"""Characters of the pair of escapes that stands for one character."""

_TOKEN = re.compile(
    rb"\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\ud[89a-f][0-9a-f]{2}|\\u0000", re.IGNORECASE
)


def mended(text: bytes) -> bytes:
    """JSON in which a NUL, and half of an emoji as cutting it in two leaves it, is marked as unknown."""
    if not any(sign in text for sign in (b"\\ud", b"\\uD", b"\\u0000")):
        return text
    return _TOKEN.sub(_token, text)


def without_nul(column: pa.StringArray) -> pa.StringArray:
    return pc.replace_substring(column, NUL, UNKNOWN) if holds(column, NUL) else column


def holds(column: pa.StringArray, sign: str) -> bool:
    """Whether any text has ``sign``, one byte long: asked of the bytes of all, which is faster than of each."""
    if column.null_count == len(column):
        return False
    _, offsets, data = column.buffers()
    start, end = np.frombuffer(offsets, np.int32)[[column.offset, column.offset + len(column)]]
    return end > start and bool((np.frombuffer(data, np.uint8)[start:end] == ord(sign)).any())


def _token(found: re.Match[bytes]) -> bytes:
    return found[0] if len(found[0]) in (2, LONGEST_ESCAPE) else b"\\ufffd"
