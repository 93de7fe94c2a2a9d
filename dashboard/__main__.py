"""``python -m dashboard``: serve the pages on this computer, or write the report.

Examples:
    python -m dashboard serve --port 8501
    python -m dashboard report --as-of 2026-03-05 > report.md
    python -m dashboard report --campaign helpful_chat
    python -m dashboard report --again 7
"""

from __future__ import annotations

from warehouse import interrupt

if __name__ == "__main__":
    interrupt.say("python -m dashboard")  # what follows takes a second to import

import argparse
import getpass
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

from warehouse import settings
from warehouse.errors import Refused

APP = Path(__file__).resolve().parent / "app.py"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 1 another report than then, 2 refused with one line that says why."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command")
    serve = commands.add_parser("serve", help="start the pages on 127.0.0.1 (the default)")
    serve.add_argument("--port", type=int, default=8501)
    serve.add_argument("--no-browser", action="store_true", help="do not open a browser")
    report = commands.add_parser(
        "report",
        help="print the team's weekly digest, or a campaign's status, as Markdown; keep it",
    )
    report.add_argument("--campaign", help="the id of one campaign instead of the whole team")
    report.add_argument(
        "--again",
        type=int,
        metavar="NUMBER",
        help="make a kept report anew from what was known then, and say whether it is the same (1 if not)",
    )
    report.add_argument(
        "--as-of", type=date.fromisoformat, help="the first day that does not count"
    )
    report.add_argument(
        "--known-at",
        type=datetime.fromisoformat,
        help="make it from what was known then, e.g. 2026-03-05T09:00",
    )
    told = parser.parse_args(arguments)
    try:
        if told.command == "report":
            return _again(told.again) if told.again else _report(told)
        return _serve(getattr(told, "port", 8501), getattr(told, "no_browser", False))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted; nothing was changed", file=sys.stderr)
        return 2


def _report(told: argparse.Namespace) -> int:
    """Make a report, print it and keep it."""
    from dashboard import report
    from warehouse import engine, ledger

    book = ledger.connect()
    made = report.made(
        engine.connect(),
        campaign=told.campaign,
        as_of=told.as_of,
        known_at=told.known_at,
        flags=ledger.flags(book, states=None),
    )
    number = ledger.write_report(book, made.row, by=getpass.getuser())
    print(made.markdown)
    print(f"Kept as report {number}", file=sys.stderr)
    return 0


def _again(number: int) -> int:
    """Make a kept report again and say query by query whether it is the same."""
    from dashboard import report
    from warehouse import engine, ledger

    kept = ledger.report(ledger.connect(), number)
    rows = report.compared(kept.sources, report.again(engine.connect(), kept).sources)
    for row in rows.itertuples():
        print(f"{row.outcome:9} {row.query} {row.why}".rstrip())
    return 0 if (rows["outcome"] == report.SAME).all() else 1


def _serve(port: int, headless: bool) -> int:
    """Streamlit from the checkout's own folder, where its configuration lies."""
    command = [
        sys.executable, "-m", "streamlit", "run", str(APP),
        "--server.address", "127.0.0.1",
        "--server.port", str(port),
        "--server.headless", str(headless or not os.isatty(0)).lower(),
    ]  # fmt: skip
    print(f"Human Data Command Center on http://127.0.0.1:{port} (Ctrl+C ends it)")
    # In a session of its own: amid its imports Streamlit answers Ctrl-C with a traceback.
    server = subprocess.Popen(command, cwd=settings.ROOT, start_new_session=True)
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0


if __name__ == "__main__":
    interrupt.hand_over()
    sys.exit(main())
