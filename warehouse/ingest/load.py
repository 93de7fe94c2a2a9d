"""Loading files: read, stage, publish."""

from __future__ import annotations

import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from tqdm import tqdm

from warehouse import engine, settings
from warehouse.errors import Refused
from warehouse.ingest import collisions
from warehouse.ingest.arrived import OF_ANOTHER_ITEM, TOLD_OTHERWISE, Arrived
from warehouse.ingest.order import SOURCES, Order, Stamp, now, options_of
from warehouse.ingest.pseudonyms import Door
from warehouse.ingest.staging import Staging
from warehouse.ingest.summary import LoadSummary
from warehouse.ingest.write import write
from warehouse.refresh import refresh as refresh_figures
from warehouse.refresh import shown
from warehouse.sources.batch import Batch


def load_files(
    paths: Sequence[str | Path],
    *,
    format: str,  # the command line's word
    campaign: str | None,
    vendor: str | None = None,
    mapping: str | Path | Mapping | None = None,
    source: str | None = None,
    url: str | None = None,
    refresh: bool = True,
) -> LoadSummary:
    """Load ``paths`` into the warehouse in one publication; what was read twice changes nothing.

    ``mapping`` is a YAML file, or what stands in one. ``source`` names the server the files are from, where several
    number their tasks alike. Raises ``Refused``, with nothing changed, where a file is
    not of ``format`` or the mapping does not fit it.
    """
    if format not in SOURCES:
        raise Refused(f"expected a format of {', '.join(SOURCES)}; found {format!r}")
    files = [Path(path) for path in paths]
    if not files:
        raise Refused("expected at least one file to load, found none")
    for name, value in (("campaign", campaign), ("vendor", vendor), ("source", source)):
        if value is not None and not value.strip():
            raise Refused(f"--{name}: expected a name, found {value!r}")
    campaign, vendor, source = (told and told.strip() for told in (campaign, vendor, source))
    order = Order(format, campaign, vendor, options_of(mapping), source)
    twice = [str(path) for path, n in Counter(path.resolve() for path in files).items() if n > 1]
    if twice:
        raise Refused(f"expected each file once, found twice: {', '.join(twice)}")

    def raws(number: int, rows: set[int]) -> dict[int, str]:
        return order.module.raws(files[number], order.options, rows)

    batches = _read(files, order)
    return load(batches, raws, order, _called(files), url, refresh)


def _called(files: Sequence[Path]) -> list[str]:
    """What the files are called in the books: by their names, where these tell them apart."""
    names = [path.name for path in files]
    return names if len(set(names)) == len(names) else [str(path) for path in files]


def _read(files: Sequence[Path], order: Order) -> Iterator[tuple[int, Batch]]:
    """The batches of all files, each with the number of its file, behind a progress bar for a person."""
    total = 0
    for path in files:
        if not path.is_file():
            other = "a folder" if path.is_dir() else "a pipe or a device"
            what = f"expected a file, found {other}" if path.exists() else "no such file"
            raise Refused(f"{path}: {what}")
        total += path.stat().st_size
    before = 0
    with tqdm(
        total=total,
        unit="B",
        unit_scale=True,
        desc="Loading",
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:
        for number, path in enumerate(files):
            for batch in order.module.read(path, order.options):
                yield number, batch
                bar.update(max(0, min(before + batch.bytes_read, total) - bar.n))
            before += path.stat().st_size


def load(
    batches: Iterator[tuple[int, Batch]],
    raws: Callable[[int, set[int]], dict[int, str]],
    order: Order,
    files: Sequence[str],
    url: str | None,
    refresh: bool,
    after: Callable[[sa.Connection, str], None] | None = None,
) -> LoadSummary:
    """Load ``batches``, each with its file's number; ``raws`` tells the text of rows.

    ``after`` is called in the same publication when all is written.
    """
    engine.checked_address(url)  # before a key is made beside it
    started, began, figures = now(), time.perf_counter(), 0.0
    load_id = f"{started:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    with Staging(order.origin, url) as staging:
        arrived = Arrived(order, Door(settings.pseudonym_key()), staging, len(files))
        for number, batch in batches:
            arrived.take(number, batch)
        # A file of one bad row says nothing of its mapping; a replay that mends nothing is none.
        arrived.require_some(of_at_least=1 if after else 2)
        # Nobody waits for a file to be read: the publication begins when all is ready.
        with engine.publish(url) as connection:
            stamp = Stamp(load_id, started, now())
            known = collisions.there(connection, staging, order)
            staging.keep_new(known)
            arrived.set_aside(staging.set_aside_contradictions(), TOLD_OTHERWISE, raws)
            arrived.set_aside(staging.set_aside_other_items(), OF_ANOTHER_ITEM, raws)
            others = [] if known is None else collisions.other_items(connection, staging, order)
            if after:  # one row does not hold up what else was mended
                odd = staging.set_aside_work({own for own, _, _ in others})
                arrived.set_aside(odd, OF_ANOTHER_ITEM, raws)
            else:
                collisions.require_none(others)
            summary = write(connection, arrived, staging, order, stamp, files)
            if after:
                after(connection, load_id)
            if refresh:
                written = time.perf_counter()
                with shown() as progress:
                    refresh_figures(connection, progress=progress)
                figures = time.perf_counter() - written
    return replace(summary, seconds=time.perf_counter() - began - figures, figures_seconds=figures)
