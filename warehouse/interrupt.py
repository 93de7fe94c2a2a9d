"""Ctrl-C and being told to stop, from the first moment of a command on."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM)


def say(program: str) -> None:
    """End in one line where ``program`` is stopped while it is still being imported."""

    def stop(number: int, frame: FrameType | None) -> None:
        sys.stderr.write(f"{program}: interrupted; nothing was changed\n")
        sys.stderr.flush()
        os._exit(2)  # an exception would surface in whatever module is half imported

    for one in STOPS:
        signal.signal(one, stop)


def hand_over() -> None:
    """From here on a stop is a ``KeyboardInterrupt``: what was begun is cleaned up."""
    for one in STOPS:
        signal.signal(one, signal.default_int_handler)
