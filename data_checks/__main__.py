"""Checks: judge the warehouse, keep the flags, tell people.

Exit codes: 0 done, 1 done and something critical was found that is neither muted nor dismissed,
2 refused, or at least one suite could not run (what it would have said is unknown, so this
outranks 1; everything else was judged, written and notified all the same).
"""

from __future__ import annotations

from warehouse import interrupt

if __name__ == "__main__":
    interrupt.say("python -m data_checks")  # what follows takes a second to import

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from data_checks.tuning import tuned
from data_checks.words import finding_line, flags_table, suppressions_table
from warehouse import engine, ledger, settings
from warehouse.errors import Refused
from warehouse.ledger.store import now

if TYPE_CHECKING:
    from data_checks.changes import Changes
    from data_checks.run import Judged

EXIT_CODES = {"passed": 0, "failed": 0, "critical": 1, "could not run": 2}
SHOWN = 20
"""So many failures of one suite are printed; the others are in the ledger."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    if not told or (told[0].startswith("-") and told[0] not in ("-h", "--help")):
        told.insert(0, "run")
    parser = _parser()
    try:
        if told[0] == "detect":
            from data_checks import detect

            return detect.main(told[1:])
        args = parser.parse_args(told)
        return args.run(args)
    except Refused as refusal:
        print(f"{parser.prog}: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted; nothing was written", file=sys.stderr)
        return 2
    except sa.exc.OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        print(f"{parser.prog}: a database does not answer: {reason}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data_checks",
        description=__doc__.splitlines()[0],
        epilog="example: python -m data_checks run --as-of 2026-06-30 (`run` may be left out). "
        + " ".join(__doc__.split("\n\n")[1].split()),
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, says: str, example: str, run: Callable) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=says, description=says, epilog=f"example: python -m data_checks {example}"
        )
        made.set_defaults(run=run)
        return made

    running = command(
        "run",
        "Run every suite, open and close flags, notify.",
        "run --as-of 2026-06-30 --suite regressions",
        _run,
    )
    running.add_argument(
        "--as-of", type=_day, metavar="DAY", help="by default the day after the last event"
    )
    running.add_argument(
        "--since",
        type=_day,
        metavar="DAY",
        help="first run for each day from this one on, as if the checks had run then; days already "
        "judged are left out, so an interrupted run goes on where it stopped, and nobody is notified of them",
    )
    running.add_argument(
        "--months-between-false-flags",
        type=float,
        metavar="MONTHS",
        help="about one false flag per campaign and figure in so many months, instead of what "
        "checks.yaml says (30 without it); the detectors then judge all days anew",
    )
    running.add_argument("--suite", action="append", metavar="NAME", help="only this one; repeat")
    running.add_argument(
        "--docs",
        action="store_true",
        help="write Data Docs beside the warehouse: pages of every suite",
    )
    running.add_argument("--no-notify", action="store_true", help="write, but tell nobody")
    running.add_argument("-v", "--verbose", action="store_true", help="show what passed, too")

    listing = command(
        "flags", "List the open flags, worst and oldest first.", "flags --all", _flags
    )
    listing.add_argument("--all", action="store_true", help="dismissed and closed ones, too")

    muting = command(
        "mute",
        "Tell nobody of some flags until a day, and why; without a reason, list what is muted.",
        'mute --campaign news --figure throughput --until 2026-07-10 --reason "holidays"',
        _mute,
    )
    for name in ("campaign", "suite", "figure", "kind", "subject"):
        muting.add_argument(f"--{name}", help="only flags of this one")
    muting.add_argument("--until", type=_day, metavar="DAY", help="the day on which it ends")
    muting.add_argument("--reason", help="why; shown wherever the flag is")
    muting.add_argument("--end", type=int, metavar="NUMBER", help="let this suppression end now")
    muting.add_argument(
        "--by", default=None, help="who says so; by default the user of this machine"
    )

    command(
        "detect",
        "Find regressions in a plain table of submissions, outside of any warehouse.",
        "detect --events events.parquet --out flags.csv",
        _notify,
    )
    command(
        "notify",
        "Send what waits: retries, and what quiet hours held back.",
        "notify",
        _notify,
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"expected a day such as 2026-06-30, got {text}"
        ) from error


def _run(args: argparse.Namespace) -> int:
    started_at = now()
    warehouse, book = engine.connect(), ledger.connect()
    # Imported here: Great Expectations takes seconds that listing flags need not wait for.
    from data_checks.changes import Changes
    from data_checks.run import day_to_ask_about, days_before, judge_all, record_all
    from data_checks.suites import chosen, watched_by
    from data_checks.watch import Watch

    wanted = chosen(args.suite)
    as_of = args.as_of or day_to_ask_about(warehouse)
    told = tuned(settings.checks_file(), args.months_between_false_flags, ledger.new_levels(book))
    changes = Changes(Watch(told, settings.watch_folder(), until=as_of if args.since else None))
    suites = watched_by(changes, wanted)
    if args.since:
        _replay(warehouse, book, suites, days_before(book, args.since, as_of), changes)
        started_at = now()
    judged = []
    for one in judge_all(warehouse, suites, as_of):
        judged.append(one)
        _print_suite(one, is_verbose=args.verbose)
    recorded = record_all(book, judged, as_of, started_at, changes)
    print()
    for one in judged:
        for finding in one.failed[:SHOWN]:
            print(finding_line(finding, recorded.muted.get(finding.key)))
        if len(one.failed) > SHOWN:
            print(f"      ... and {len(one.failed) - SHOWN:,} more of {one.suite.name}")
    print()
    _summary(recorded, as_of, (now() - started_at).total_seconds())
    if told := changes.expectation():
        print(told)
    if args.docs:
        from data_checks.docs import build

        whole = [(one.suite, one.frame) for one in judged if one.frame is not None]
        print(f"Data Docs: {build(settings.data_folder() / 'data_docs', whole)}")
    if not args.no_notify:
        _notify(args)
    return EXIT_CODES[recorded.outcome]


def _replay(
    warehouse: sa.Engine, book: sa.Engine, suites: Sequence, days: list[date], changes: Changes
) -> None:
    """Judge past days one after the other, so that flags have opened and closed when they would have."""
    from data_checks.outbox import notice
    from data_checks.run import judge_all, record_all

    for day in days:
        started_at = now()
        recorded = record_all(
            book, list(judge_all(warehouse, suites, day)), day, started_at, changes
        )
        # Old news: noticed, so that the next run does not tell them.
        notice(book, None, now())
        _summary(recorded, day, (now() - started_at).total_seconds())


def _print_suite(told: Judged, *, is_verbose: bool) -> None:
    passed = sum(f.outcome == "pass" for f in told.findings)
    print(
        f"{told.suite.name}: {passed} passed, {len(told.failed)} failed, "
        f"{len(told.errors)} could not run; {told.rows:,} rows, {told.seconds:.2f} s"
    )
    for finding in told.findings if is_verbose else told.errors:
        if finding.outcome != "fail":
            print(finding_line(finding))


def _summary(recorded: ledger.Recorded, as_of: date, seconds: float) -> None:
    whats = [change.what for change in recorded.changes]
    flags = ", ".join(f"{whats.count(w)} {w}" for w in ("opened", "worsened", "closed"))
    print(
        f"As of {as_of}, run {recorded.run_id}: {recorded.outcome}. Flags: {flags}. {seconds:.1f} s"
    )
    if recorded.is_look_back:
        print(
            "A later day was judged before: the findings are written, the flags stay as they are."
        )


def _flags(args: argparse.Namespace) -> int:
    frame = ledger.flags(ledger.connect(), states=None if args.all else ("open",))
    print(flags_table(frame))
    return 0


def _mute(args: argparse.Namespace) -> int:
    book, by = ledger.connect(), args.by or getpass.getuser()
    if args.end is not None:
        ledger.end_suppression(book, args.end, by=by)
        print(f"Suppression {args.end} has ended.")
    elif args.reason or args.until:
        number = ledger.suppress(
            book,
            by=by,
            until=args.until,
            reason=args.reason or "",
            suite=args.suite,
            figure=args.figure,
            kind=args.kind,
            subject=args.subject,
            campaign_id=args.campaign,
        )
        print(
            f"Suppression {number} until {args.until}: findings are still written and shown as muted."
        )
    else:
        print(suppressions_table(ledger.suppressions(book, on=now().date())))
    return 0


def _notify(args: argparse.Namespace) -> int:
    from data_checks.notify import deliver

    told = deliver(ledger.connect())
    if told is not None:
        print(told)
    return 0


if __name__ == "__main__":
    interrupt.hand_over()
    sys.exit(main())
