"""How long a free statement may run, and what may be said of why it did not."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import sqlalchemy as sa

from warehouse.compile import FREE
from warehouse.errors import Refused
from warehouse.scope import Scope

BEFORE_ROWS = ("BinderException", "CatalogException", "ParserException")
"""DuckDB's errors from before any row is read."""


@contextlib.contextmanager
def within(connection: sa.Connection, seconds: float, scope: Scope) -> Iterator[None]:
    """Let what runs on ``connection`` run for ``seconds`` at most; what the engine refuses is refused in one sentence."""
    over = threading.Event()
    clock = threading.Timer(seconds, lambda: (over.set(), _stop(connection)))
    clock.daemon = True
    with _told_to_stop_itself(connection, seconds):
        clock.start()
        try:
            yield
        except Exception as error:
            if isinstance(error, Refused):
                raise
            if connection.dialect.name != "clickhousedb":  # whose connections hold no state
                connection.invalidate()
            if over.is_set() or "TIMEOUT_EXCEEDED" in str(error):
                raise Refused(
                    f"{FREE} was stopped after {seconds:g} seconds: ask for fewer days, or of a table by day"
                ) from error
            raise Refused(f"{FREE} could not be run: {_why(error, scope)}") from error
        finally:
            clock.cancel()


def _stop(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    for name in ("interrupt", "cancel"):  # DuckDB, PostgreSQL
        if hasattr(driver, name):
            getattr(driver, name)()
            return


@contextlib.contextmanager
def _told_to_stop_itself(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """ClickHouse cannot be stopped from another thread; it is told how long before."""
    if connection.dialect.name != "clickhousedb":
        yield
        return
    client = connection.connection.driver_connection.client
    client.set_client_setting("max_execution_time", seconds)
    try:
        yield
    finally:
        client.set_client_setting("max_execution_time", 0)


def _why(error: Exception, scope: Scope) -> str:
    """The engine's reason in one line. Whoever may see a part only is not told of values: an engine
    may compute with a row before it leaves it out, and quote it where that fails."""
    reason = getattr(error, "orig", None) or error
    line = (str(reason).strip().splitlines() or [""])[0]
    is_early = type(reason).__name__ in BEFORE_ROWS or str(
        getattr(reason, "sqlstate", "")
    ).startswith("42")
    if is_early or not (scope.limits() or scope.is_own_only):
        return line
    return f"{type(reason).__name__} (its words may quote rows that you may not see)"
