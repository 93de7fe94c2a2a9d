"""The warehouse's commands: load, refresh, charter, query, replay, status, forecast, consensus, directory, gold,
demo, migrate.

Exit codes: 0 done, 2 refused or could not run, with one line that says why.
"""

from __future__ import annotations

from warehouse import interrupt

if __name__ == "__main__":
    interrupt.say("python -m warehouse")  # what follows takes a second to import

import argparse
import functools
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import duckdb
import pandas as pd
import sqlalchemy as sa

from warehouse import engine
from warehouse.errors import Refused
from warehouse.query import Field, Query, load, names
from warehouse.read import fetch
from warehouse.scope import Scope

SCOPE = ("campaign", "vendor", "trainer")
"""What an answer may be narrowed to."""

FORMATS = ("label-studio", "mturk", "table", "invoices")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    try:
        if told[:1] == ["query"]:
            return _query(told[1:])
        args = parser.parse_args(told)
        return args.run(args)
    except Refused as refusal:
        print(f"{parser.prog}: {refusal}", file=sys.stderr)
        return 2
    except RecursionError:
        print(f"{parser.prog}: found data that are nested too deeply", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, RuntimeError) as error:
        # DuckDB turns an interruption of its query into an error of its own.
        if not isinstance(error.__cause__ or error, KeyboardInterrupt):
            raise
        print(f"{parser.prog}: interrupted; nothing was changed", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read has seen enough, as `head` does; Python must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{parser.prog}: {where}{error.strerror or error}", file=sys.stderr)
        return 2
    except (sa.exc.DBAPIError, duckdb.Error) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        print(f"{parser.prog}: the warehouse could not do that: {reason}", file=sys.stderr)
        return 2


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, as everything here does."""

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}; see `{self.prog} --help`")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m warehouse",
        description=__doc__.splitlines()[0],
        epilog="example: python -m warehouse load export.json --format label-studio --campaign news",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, says: str, example: str, run: Callable) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=says, description=says, epilog=f"example: python -m warehouse {example}"
        )
        made.set_defaults(run=run)
        return made

    loading = command(
        "load",
        "Load files of a labelling tool, or invoices; all or nothing, and twice changes nothing.",
        "load batch.csv --format mturk --campaign sentiment --vendor mturk",
        _load,
    )
    loading.format_help = functools.partial(_with_mappings, loading.format_help)
    loading.add_argument("files", nargs="+", type=Path, metavar="FILE")
    loading.add_argument("--format", required=True, choices=FORMATS)
    loading.add_argument("--campaign", help="whose work it is, unless the file says; invoices do")
    loading.add_argument("--vendor", help="whose people did the work, unless the file says")
    loading.add_argument(
        "--source",
        metavar="NAME",
        help="which server or account the files are from, where several number tasks and people alike",
    )
    loading.add_argument(
        "--mapping", type=Path, help="which column is what (YAML); needed by table"
    )
    loading.add_argument(
        "--no-refresh", action="store_true", help="leave the figures to a later `refresh`"
    )

    again = command(
        "replay",
        "Load the rows in quarantine again, after the mapping was mended.",
        "replay --mapping mended.yaml",
        _replay,
    )
    again.add_argument("--load", help="only the rows that this load refused")
    again.add_argument("--mapping", type=Path)

    refreshing = command(
        "refresh",
        "Recompute the figures of the days that new events touch.",
        "refresh --rebuild",
        _refresh,
    )
    refreshing.add_argument("--rebuild", action="store_true", help="all days, from nothing")

    charter = command(
        "charter",
        "Apply a charter: what a campaign promised.",
        "charter apply charters/news.yaml",
        _charter,
    )
    charter.add_argument("action", choices=["apply"])
    charter.add_argument("files", nargs="+", type=Path, metavar="FILE.yaml")

    command(
        "query",
        "Print the rows of a query; `query` alone lists them all.",
        "query progress/progress_by_campaign_v1 --as_of 2026-06-30 --csv progress.csv",
        _status,
    )
    command("status", "Say what the warehouse holds and until when.", "status", _status)

    command(
        "forecast",
        "Write the forecasts of all past weeks, so that the pages can say how often they held.",
        "forecast",
        _forecast,
    )

    weighing = command(
        "consensus",
        "Weigh people's answers against each other (Dawid-Skene) and keep what is probable.",
        "consensus --campaign news",
        _consensus,
    )
    weighing.add_argument("--campaign", help="only this campaign")
    weighing.add_argument("--question", help="only this question of the campaign")
    weighing.add_argument("--csv", metavar="NAME", help="write NAME.items.csv and NAME.people.csv")

    telling = command(
        "directory",
        "Tell what no tool knows: who a login is, what a vendor is called, what a currency was worth.",
        "directory people people.csv",
        _directory,
    )
    telling.add_argument(
        "kind",
        choices=["people", "vendors", "rates"],
        help="people: login, and any of name, email, same_person_as; "
        "vendors: vendor_id, vendor_name; rates: currency, day, usd (for one unit)",
    )
    telling.add_argument("file", type=Path, metavar="FILE.csv")

    correcting = command(
        "gold",
        "Correct gold answers (CSV: campaign_id, item_id, question_id, answer) and score again what they change.",
        "gold corrections.csv",
        _gold,
    )
    correcting.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="none: only what loads have corrected"
    )

    demo = command(
        "demo",
        "Fill the warehouse with an invented team of 400 trainers.",
        "demo --events 1000000 --seed 7",
        _demo,
    )
    demo.add_argument("--events", type=int, default=1_000_000)
    demo.add_argument("--seed", type=int, default=7)
    demo.add_argument("--replace", action="store_true", help="even where other data are")
    demo.add_argument("--if-empty", action="store_true", help="only where nothing was loaded yet")
    demo.add_argument(
        "--truth", action="store_true", help="print what was planted, and change nothing"
    )

    command(
        "migrate", "Bring the tables to the version that this program needs.", "migrate", _migrate
    )
    return parser


def _with_mappings(plain: Callable[[], str]) -> str:
    """The help of `load`, with all that a mapping of each format can say."""
    from warehouse.sources import label_studio, mapping, mturk

    told = [plain(), "Mappings (YAML; examples/mappings/ holds some to start from)"]
    for name, module in (("label-studio", label_studio), ("mturk", mturk)):
        parts = [part for part in module.__doc__.split("\n\n") if part.startswith("Options")]
        told += [f"--format {name}. {part}" for part in parts]
    told.append(f"--format table. {mapping.__doc__.split(chr(10) * 2, 1)[1]}")
    return "\n\n".join(told).replace("``", "`").replace("::\n", ":\n")


def _load(args: argparse.Namespace) -> int:
    from warehouse import ingest

    if args.format == "invoices":
        if args.campaign or args.vendor or args.mapping or args.source:
            raise Refused(
                "invoices name vendor and campaign in each row: expected no --campaign, --vendor, --source or --mapping"
            )
        print(ingest.load_invoices(args.files))
        return 0
    if not args.campaign and args.format != "table":  # a table may say it row by row
        raise Refused("expected --campaign, the campaign that these files belong to; found none")
    print(
        ingest.load_files(
            args.files,
            format=args.format,
            campaign=args.campaign,
            vendor=args.vendor,
            mapping=args.mapping,
            source=args.source,
            refresh=not args.no_refresh,
        )
    )
    return 0


def _replay(args: argparse.Namespace) -> int:
    from warehouse import ingest

    print(ingest.replay(load_id=args.load, mapping=args.mapping))
    return 0


def _refresh(args: argparse.Namespace) -> int:
    from warehouse.refresh import refresh, shown

    began = datetime.now(UTC)
    with engine.publish() as connection, shown() as progress:
        refresh(connection, rebuild=args.rebuild, progress=progress)
    print(f"refreshed in {(datetime.now(UTC) - began).total_seconds():.1f} s")
    return 0


def _charter(args: argparse.Namespace) -> int:
    from warehouse import charter

    for path in args.files:
        charter.read(path)  # a fault in one file holds back all of them
    for path in args.files:
        print(charter.apply(path))
    return 0


def _forecast(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from warehouse import ledger, outlook

    warehouse, book = engine.connect(), ledger.connect()
    with tqdm(disable=None, unit="week", desc="Forecasts") as bar:
        for done, total in outlook.record(warehouse, book, _usual_day(warehouse, "until")):
            bar.total = total
            bar.update(done - bar.n)
    written = ledger.outlooks(book)
    inside, of = outlook.held(written)
    print(f"{len(written):,} forecasts of {written['campaign_id'].nunique()} campaigns")
    if of:
        print(f"P10 to P90 held the day that came in {inside} of {of} weeks ({inside / of:.0%})")
    return 0


def _consensus(args: argparse.Namespace) -> int:
    from warehouse import weighing

    if args.question and not args.campaign:
        raise Refused("--question: expected --campaign beside it, found none")
    asked = [(args.campaign, args.question)] if args.question else None
    if asked is None:
        told = weighing.questions(engine.connect(), args.campaign and [args.campaign])
        asked = list(told[["campaign_id", "question_id"]].itertuples(index=False))
    if args.csv and len(asked) != 1:
        raise Refused(f"--csv: expected one question, found {len(asked)}: say --question")
    found = weighing.run(asked=asked, tell=print)
    if not found:
        print("no question was answered by several people on the same items: nothing to weigh")
    elif args.csv:
        found[0].told.items.to_csv(f"{args.csv}.items.csv", index=False)
        found[0].told.people.to_csv(f"{args.csv}.people.csv", index=False)
        print(f"written to {args.csv}.items.csv and {args.csv}.people.csv")
    return 0


def _directory(args: argparse.Namespace) -> int:
    from warehouse import directory

    print(directory.apply(args.kind, args.file))
    return 0


def _gold(args: argparse.Namespace) -> int:
    from warehouse import gold

    print(gold.correct(args.files))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from warehouse import demo

    if args.truth:
        print(demo.truth(args.seed, args.events).to_string(index=False))
        return 0
    if args.if_empty and len(fetch(engine.connect(), "health/loads_v1")):
        print("the warehouse holds data already: nothing to do")
        return 0
    began = datetime.now(UTC)
    print(f"Inventing a team of 400 trainers and {args.events:,} events ...", flush=True)
    written = demo.build(events=args.events, seed=args.seed, replace=args.replace)
    print(f"{written:,} events in {(datetime.now(UTC) - began).total_seconds():.0f} s")
    return 0


def _migrate(args: argparse.Namespace) -> int:
    from warehouse.refresh import refresh, shown

    with engine.publish(upgrade=True) as connection, shown() as progress:
        refresh(connection, progress=progress)
    print("the warehouse has the tables that this program needs")
    return 0


def _status(args: argparse.Namespace) -> int:
    reach = fetch(engine.connect(), "team/reach_v1")
    if reach.empty:
        print("The warehouse is empty. Load a file, or run `python -m warehouse demo`.")
        return 0
    print(
        f"{reach['events'].sum():,} events of {reach['campaign_id'].nunique()} campaigns from "
        f"{reach['source'].nunique()} sources, until {reach['last_occurred'].max():%-d %B %Y, %H:%M} UTC"
    )
    print(reach.to_string(index=False))
    return 0


# -- query ----------------------------------------------------------------------------


def _query(told: list[str]) -> int:
    if not told or told[0] in ("-h", "--help"):
        print("usage: python -m warehouse query NAME [--PARAMETER VALUE ...] [--campaign ID ...]")
        print("       [--vendor ID ...] [--trainer ID ...] [--known-at TIME] [--csv FILE]")
        print("example: python -m warehouse query team/campaigns_v1 --as_of 2026-06-30\n\nQueries:")
        for name in names():
            print(f"  {name:55} {load(name).says}")
        return 0
    query = load(told[0])
    args = _query_parser(query).parse_args(told[1:])
    warehouse = engine.connect()
    only = [_listed(vars(args).get(column)) for column in SCOPE]
    frame = fetch(
        warehouse,
        query.name,
        scope=Scope(*only),
        known_at=args.known_at,
        **_values(warehouse, query, vars(args)),
    )
    if args.csv:
        frame.to_csv(args.csv, index=False)
        print(f"{len(frame):,} rows written to {args.csv}")
    else:
        print(frame.to_string(index=False) if len(frame) else "no rows")
    return 0


def _query_parser(query: Query) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m warehouse query {query.name}",
        description=f"{query.says} {query.counts}",
        epilog="returns: " + ", ".join(f.name for f in query.returns),
        allow_abbrev=False,
    )
    for told in query.params:
        flags = {f"--{told.name}", f"--{told.name.replace('_', '-')}"}
        parser.add_argument(
            *sorted(flags), dest=f"param_{told.name}", help=f"{told.type}: {told.says}"
        )
    asked = {told.name for told in query.params}
    for column in SCOPE:
        if column in asked:  # then it is what the query itself asks for
            continue
        parser.add_argument(f"--{column}", action="append", help=f"only this {column}; repeatable")
    parser.add_argument(
        "--known-at", type=_moment, help="what the warehouse knew then, as 2026-06-01T09:00 (UTC)"
    )
    parser.add_argument("--csv", type=Path, help="write the rows to this file")
    return parser


def _moment(told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError) as error:
        raise Refused(f"expected a time such as 2026-06-01T09:00, found {told!r}") from error


def _yes_or_no(told: str) -> bool:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
        told.lower()
    ]


def _listed(told: list[str] | None) -> tuple[str, ...] | None:
    return None if told is None else tuple(told)


def _values(warehouse: sa.Engine, query: Query, told: dict[str, object]) -> dict[str, object]:
    """The parameters as typed values; days that were left out span the data."""
    values: dict[str, object] = {}
    for declared in query.params:
        text = told[f"param_{declared.name}"]
        if text is None and declared.name in ("as_of", "since", "until"):
            values[declared.name] = _usual_day(warehouse, declared.name)
        elif text is None and declared.is_optional:
            values[declared.name] = None
        elif text is None:
            raise Refused(f"{query.name} needs --{declared.name} ({declared.says})")
        else:
            values[declared.name] = _typed(query, declared, str(text))
    return values


def _usual_day(warehouse: sa.Engine, parameter: str) -> date:
    """`since` is the first day with data, `until` and `as_of` the day after the last."""
    reach = fetch(warehouse, "team/reach_v1")
    if parameter == "since":
        return date(2000, 1, 1)
    last = reach["last_occurred"].max() if len(reach) else pd.Timestamp(datetime.now(UTC).date())
    return (last + timedelta(days=1)).date()


def _typed(query: Query, declared: Field, text: str) -> object:
    if declared.is_list:
        return text.split(",")
    convert = {
        "bigint": int,
        "double": float,
        "date": date.fromisoformat,
        "timestamp": _moment,
        "boolean": _yes_or_no,
    }.get(declared.type, str)
    try:
        return convert(text)
    except (ValueError, KeyError) as error:
        raise Refused(
            f"{query.name}: --{declared.name} takes a {declared.type}, got {text!r}"
        ) from error


if __name__ == "__main__":
    interrupt.hand_over()
    sys.exit(main())
