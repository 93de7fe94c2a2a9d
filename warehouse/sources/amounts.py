"""Numbers as people write them: thousands in groups, decimal commas, money with its currency, hours and minutes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.sources.characters import holds

MOST = 1e12
"""A larger number is a slip."""

POINT, COMMA = ".", ","
DECIMALS = (POINT, COMMA)

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_CURRENCY = r"(?:[A-Z]{3}|[$€£])"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_WITH_COMMA = r"^[+-]?(\d{1,3}([. '’\x{a0}\x{202f}]\d{3})+|\d*)(,\d+)?$"
_CLOCK = r"^(?:(?P<days>\d+) days?,? )?(?P<hours>\d+):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(?:\.\d+)?)$"


def decimal_of(column: pa.Array | pa.ChunkedArray, decimal: str) -> str:
    """How the cells of ``column`` write fractions: what is a number in its file has no commas."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)
    return POINT if is_number else decimal


def numbers(column: pa.Array, decimal: str = POINT) -> pa.Array:
    """``column`` as numbers, null where a cell is none, or more than anything that people count.

    Thousands may be in groups. Where the decimal sign is a point, ``1,50`` is no number: it is not 150.
    """
    found = _numbers(column, decimal)
    odd = pc.invert(pc.less_equal(pc.abs(found), MOST))  # NaN too: one of them spoils every sum
    return pc.if_else(odd, pa.scalar(None, pa.float64()), found)


def _numbers(column: pa.Array, decimal: str) -> pa.Array:
    if not pa.types.is_string(column.type):
        return column.cast(pa.float64())
    none = pa.scalar(None, pa.string())
    if decimal == COMMA:
        is_number = pc.match_substring_regex(column, _WITH_COMMA)
        plain = pc.replace_substring_regex(column, r"[. '’\x{a0}\x{202f}]", "")
        column = pc.if_else(is_number, pc.replace_substring(plain, ",", "."), none)
    elif holds(column, ","):
        is_grouped = pc.match_substring_regex(column, _GROUPED)
        column = pc.if_else(is_grouped, pc.replace_substring(column, ",", ""), column)
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:
        is_number = pc.match_substring_regex(column, _NUMBER)
        return pc.if_else(is_number, column, none).cast(pa.float64())


def seconds(column: pa.Array, decimal: str = POINT) -> pa.Array:
    """``column`` as seconds: numbers, or hours, minutes and seconds as ``1:02:30``."""
    found = numbers(column, decimal)
    if found.null_count == column.null_count:
        return found
    told = pc.extract_regex(column, pattern=_CLOCK)
    parts = {
        name: pc.if_else(pc.equal(part, ""), "0", part).cast(pa.float64())
        for name in ("days", "hours", "minutes", "seconds")
        for part in [pc.struct_field(told, name)]
    }
    hours = pc.add(pc.multiply(parts["days"], 24.0), parts["hours"])
    minutes = pc.add(pc.multiply(hours, 60.0), parts["minutes"])
    return pc.coalesce(found, pc.add(pc.multiply(minutes, 60.0), parts["seconds"]))


def without_currency(told: pa.Array) -> pa.Array:
    """Amounts such as ``€1.50``, ``EUR 1.50`` and ``1.50 €`` without what they are in."""
    plain = pc.replace_substring_regex(told, rf"^{_CURRENCY}\s*([0-9.,])", r"\1")
    return pc.replace_substring_regex(plain, rf"([0-9])\s*{_CURRENCY}$", r"\1")


def currencies(told: pa.Array) -> pa.Array:
    """The currency that an amount names itself, null where it names none."""
    before = pc.extract_regex(told, pattern=rf"^(?P<sign>{_CURRENCY})\s*[0-9.,]")
    behind = pc.extract_regex(told, pattern=rf"[0-9]\s*(?P<sign>{_CURRENCY})$")
    sign = pc.coalesce(pc.struct_field(before, "sign"), pc.struct_field(behind, "sign"))
    for short, code in SIGNS.items():
        sign = pc.if_else(pc.equal(sign, short), code, sign)
    return sign
