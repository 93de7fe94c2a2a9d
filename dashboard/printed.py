"""A report's blocks as Markdown for a chat or a mail, as a page to print, and its tables as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from html import escape

Block = dict[str, object]
"""``{"heading": text}``, ``{"text": text}``, ``{"list": [text]}`` or ``{"table": rows}``, the first row the names."""


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """The report as Markdown."""
    return "\n\n".join([f"# {title}", *(_as_markdown(b) for b in blocks)])


def _as_markdown(block: Block) -> str:
    ((kind, told),) = block.items()
    if kind == "heading":
        return f"## {told}"
    if kind == "list":
        return "\n".join(f"- {line}" for line in told)
    if kind == "table":
        names, *rows = told
        return "\n".join(_row(r) for r in [names, ["---"] * len(names), *rows])
    return str(told)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |"


def page(title: str, blocks: Sequence[Block]) -> str:
    """The report as a page of its own: plain, printable, nothing fetched from anywhere."""
    body = "\n".join(_as_html(b) for b in blocks)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def _as_html(block: Block) -> str:
    ((kind, told),) = block.items()
    if kind == "heading":
        return f"<h2>{_inline(told)}</h2>"
    if kind == "list":
        return "<ul>" + "".join(f"<li>{_inline(line)}</li>" for line in told) + "</ul>"
    if kind == "table":
        names, *rows = told
        head = "".join(f'<th align="left">{_inline(n)}</th>' for n in names)
        lines = "".join(f"<tr>{''.join(f'<td>{_inline(c)}</td>' for c in r)}</tr>" for r in rows)
        return f'<table border="1" cellpadding="6" cellspacing="0"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
    return f"<p>{_inline(told)}</p>"


def _inline(text: object) -> str:
    """Bold and code; everything else is text, whatever it looks like."""
    said = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(str(text)))
    return re.sub(r"`(.+?)`", r"<code>\1</code>", said)


def tables(blocks: Sequence[Block]) -> str:
    """The tables of the report as CSV, one below the other."""
    file = io.StringIO()
    writer = csv.writer(file)
    for number, told in enumerate(b["table"] for b in blocks if "table" in b):
        writer.writerows(([[]] if number else []) + [list(r) for r in told])
    return file.getvalue()
