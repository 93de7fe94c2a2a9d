"""The demo: a believable team of 400 trainers over 180 days, with incidents planted in it.

``build`` writes it into a warehouse, ``truth`` tells what was planted. The same seed and
number of events give the same demo, event for event.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, time

import pyarrow as pa
import sqlalchemy as sa
from tqdm import tqdm

from warehouse import engine, schema, weighing
from warehouse.bulk import Bulk
from warehouse.demo.incidents import UNTIL, quiet
from warehouse.demo.invoiced import write_invoices
from warehouse.demo.office import paid, staged, timesheets
from warehouse.demo.plan import CAMPAIGNS, DAYS
from warehouse.demo.promises import dimensions
from warehouse.demo.reviews import reviewed
from warehouse.demo.submitted import done
from warehouse.demo.tables import Book, loads, tables
from warehouse.demo.work import Counters
from warehouse.demo.world import World, truth, world
from warehouse.errors import Refused
from warehouse.refresh import refresh, shown

SEED = 7
EVENTS = 1_000_000
EVENTS_IN_MEMORY = 400_000
"""About as many events are made at a time: a week of a usual demo, less of a large one."""


def build(
    url: str | None = None,
    events: int = EVENTS,
    seed: int = SEED,
    until: date = UNTIL,
    *,
    progress: bool = True,
    replace: bool = False,
) -> int:
    """Write the demo into the warehouse; the number of events written.

    A demo that is there already is made anew. A warehouse that holds anything else is
    refused, unless ``replace`` says that it may go. Readers see it with its figures or not at all.
    """
    if events < 20_000:
        raise Refused(f"--events: expected 20000 or more for a team to be visible, found {events}")
    quiet = not (progress and sys.stderr.isatty())
    with engine.publish(url) as connection:
        _empty(connection, replace)
        with tqdm(total=events, unit=" events", disable=quiet, desc="demo") as bar:
            written = fill(connection, world(seed, events, until), bar)
        with shown(quiet=quiet) as figures:
            refresh(connection, rebuild=True, progress=figures)
        write_invoices(connection, world(seed, events, until))
        # Stamped with the demo's own end: the same demo is the same row for row.
        weighing.fill(connection, datetime.combine(until, time()))
    return written


def fill(connection: sa.Connection, told: World, bar: tqdm | None = None) -> int:
    """Write a world's agreements, events and loads, without their figures; the number of events."""
    book = Book()
    for name, rows in dimensions(told).items():
        engine.insert(connection, name, rows)
    all_events = Bulk(connection, "annotation_events")
    all_answers = Bulk(connection, "annotation_responses")
    for made, answers in generate(told, book):
        all_events.add(made)
        all_answers.add(answers)
        if bar is not None:
            bar.update(made.num_rows)
    all_events.close()
    all_answers.close()
    engine.insert(connection, "loads", loads(told, book))
    return book.kept


def generate(told: World, book: Book) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Events and responses of the demo, some days at a time; ``book`` notes the loads they came by."""
    counters = Counters()
    step = max(1, min(7, round(DAYS * EVENTS_IN_MEMORY / told.events)))
    for start in range(0, DAYS, step):
        days = range(start, min(start + step, DAYS))
        rows = [*staged(told, days), *paid(told, days)]
        for campaign in range(len(CAMPAIGNS)):
            rng = told.rng(8, campaign, start)
            work, made = done(told, campaign, days, counters)
            rows += made
            if len(work.trainer):
                rows += timesheets(told, campaign, work, rng)
                rows += reviewed(told, campaign, work, rng)
        yield tables(told, book, rows, told.rng(9, start))


def _empty(connection: sa.Connection, replace: bool) -> None:
    """An empty warehouse to write the demo into; refuses to lose what is no demo."""
    known = {campaign.campaign_id for campaign in CAMPAIGNS}
    held = set(connection.scalars(sa.select(schema.charters.c.campaign_id)))
    held |= set(connection.scalars(sa.select(schema.campaigns.c.campaign_id)))
    sources = set(connection.scalars(sa.select(schema.loads.c.load_id)))
    others = sorted(held - known) + sorted(load for load in sources if not load.startswith("demo-"))
    if others and not replace:
        raise Refused(
            f"expected an empty warehouse or a demo, found {others[0]}"
            + (f" and {len(others) - 1} more" if len(others) > 1 else "")
            + ": choose another WAREHOUSE_URL, or say --replace to lose what is there"
        )
    if held or sources:
        schema.metadata.drop_all(connection)
        engine.prepare(connection)


__all__ = ["EVENTS", "SEED", "UNTIL", "build", "fill", "generate", "quiet", "truth", "world"]
