"""At the door: people's e-mail addresses become pseudonyms before anything is kept.

A pseudonym is a keyed hash (HMAC-SHA256) of the address, the same in every file, tool and load, so that a
person stays one person; without the key nobody can tell whose it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re

import pyarrow as pa

from warehouse.sources.characters import holds

ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
PREFIX = "p-"
LENGTH = 16
"""Hexadecimal digits: 64 bits, so that two of a million people collide once in ten million teams."""


class Door:
    """Replaces addresses, and remembers which it met so that ``people`` can name them."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.met: dict[str, str] = {}
        """Pseudonym to address."""

    def pseudonym(self, address: str) -> str:
        """The pseudonym of ``address``; upper and lower case are one address."""
        plain = address.strip().lower()
        digest = hmac.new(self._key, plain.encode(), hashlib.sha256).hexdigest()
        return PREFIX + digest[:LENGTH]

    def person(self, login: str | None) -> str | None:
        """Who ``login`` is: a pseudonym if there is an address in it, or else itself."""
        found = ADDRESS.search(login) if login else None
        if found is None:
            return login
        name = self.pseudonym(found[0])
        self.met[name] = found[0].strip().lower()
        return name

    def clean(self, text: str) -> str:
        """``text`` with every address in it replaced."""
        return ADDRESS.sub(lambda found: self.pseudonym(found[0]), text)

    def people(self, column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """A column of logins as a column of persons."""
        return _each(column, self.person)

    def texts(self, table: pa.Table) -> pa.Table:
        """``table`` with the addresses in all its texts replaced."""
        for at, field in enumerate(table.schema):
            if pa.types.is_string(field.type) and _may_hold_addresses(table.column(at)):
                table = table.set_column(at, field, _each(table.column(at), self.clean))
        return table


def _may_hold_addresses(column: pa.Array | pa.ChunkedArray) -> bool:
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return any(holds(chunk, "@") for chunk in chunks)


def _each(column: pa.Array | pa.ChunkedArray, change) -> pa.Array | pa.ChunkedArray:
    """``column`` with ``change`` made to every value that holds an @; each different value once."""
    if not _may_hold_addresses(column):
        return column
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    changed = [change(v) if "@" in v else v for v in encoded.dictionary.to_pylist()]
    return pa.array(changed, pa.string()).take(encoded.indices)
