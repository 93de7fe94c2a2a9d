"""Times as tools write them, turned into UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import Refused

STAMP = pa.timestamp("us")

FIRST, END = datetime(1970, 1, 1), datetime(2100, 1, 1)
"""Work is done between these; any other time is a slip, or of another unit than was said."""

SPAN = f"from {FIRST.year} to {END.year - 1}"

US_ZONES = {
    "UTC": 0, "GMT": 0, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6,
    "MDT": -6, "MST": -7, "PDT": -7, "PST": -8,
}  # fmt: skip
"""Hours from UTC of the zone names that Mechanical Turk writes; the name tells summer from winter."""

_UNIX_DATE = r"^[A-Z][a-z]{2} (?P<day>[A-Z][a-z]{2} +\d{1,2}) (?P<time>\d{1,2}:\d{2}:\d{2}) (?P<zone>[A-Z]{3,4}) (?P<year>\d{4})$"
_NAMED_ZONE = r"^(?P<time>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (?P<zone>[A-Z]{3,4})$"


def parse(column: pa.ChunkedArray, form: str, zone: str) -> pa.Array:
    """``column`` in UTC; null where a value is not of ``form``, or not of ``SPAN``.

    ``form`` is ``iso``, ``epoch_s``, ``epoch_ms``, ``named_zone`` or a pattern as ``strptime`` knows
    it. A time that names no zone is wall time of ``zone``; of the two equal hours at the end
    of summer time the first is taken.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return in_span(_read(column, form, zone))


def require_zone(zone: str) -> None:
    """Refuse a zone that nobody knows, also where every time names its own."""
    _utc(pa.array([FIRST], STAMP), zone)


def in_span(column: pa.Array) -> pa.Array:
    """``column``, unknown where it is no time in which people work."""
    late = pc.greater_equal(column, pa.scalar(END, STAMP))
    odd = pc.or_(pc.less(column, pa.scalar(FIRST, STAMP)), late)
    return pc.if_else(odd, pa.scalar(None, STAMP), column)


def _read(column: pa.Array, form: str, zone: str) -> pa.Array:
    if pa.types.is_date(column.type):
        column = column.cast(STAMP)
    if pa.types.is_timestamp(column.type):
        # Nanoseconds are cut: no tool's clock means them.
        return _utc(column, zone) if column.type.tz is None else column.cast(STAMP, safe=False)
    if form.startswith("epoch"):
        return _since_1970(_numbers(column), 1_000_000 if form == "epoch_s" else 1_000)
    column = column.cast(pa.string())
    if form == "iso":
        return _iso(column, zone)
    if form == "named_zone":
        return named_zone(column)
    if "%z" in form:
        column = _with_offsets(column)
    if "%z" in form or "%f" in form:
        return _each(column, lambda text: datetime.strptime(text, form), zone)
    return _utc(pc.strptime(column, format=form, unit="us", error_is_null=True), zone)


def named_zone(column: pa.Array) -> pa.Array:
    """Times such as ``Tue Oct 03 03:30:40 PDT 2017`` and ``2017-10-02 16:39:18 UTC``, both in one column."""
    unix = pc.extract_regex(column, pattern=_UNIX_DATE)
    day, clock, zone, year = (pc.struct_field(unix, k) for k in ("day", "time", "zone", "year"))
    text = pc.binary_join_element_wise(day, year, clock, " ")
    first = pc.strptime(text, format="%b %d %Y %H:%M:%S", unit="us", error_is_null=True)
    plain = pc.extract_regex(column, pattern=_NAMED_ZONE)
    text = pc.struct_field(plain, "time")
    second = pc.strptime(text, format="%Y-%m-%d %H:%M:%S", unit="us", error_is_null=True)
    wall = pc.coalesce(first, second)
    zones = pc.coalesce(zone, pc.struct_field(plain, "zone")).dictionary_encode()
    hours = [US_ZONES.get(name) for name in zones.dictionary.to_pylist()]
    offset = pa.array(hours, pa.int64()).take(zones.indices)
    found = pc.subtract(wall.cast(pa.int64()), pc.multiply(offset, 3_600_000_000)).cast(STAMP)
    return in_span(found)


def moment(text: str | None) -> datetime | None:
    """The time that an ISO text says, in UTC without zone; a text without zone is UTC already."""
    if not text:
        return None
    told = datetime.fromisoformat(text)
    if not FIRST.year <= told.year < END.year:
        raise ValueError(f"not {SPAN}")
    return told.astimezone(UTC).replace(tzinfo=None) if told.tzinfo else told


def _iso(column: pa.Array, zone: str) -> pa.Array:
    for target in (pa.timestamp("us", "UTC"), STAMP):
        try:
            return parse(column.cast(target), "iso", zone)
        except pa.ArrowInvalid:
            continue
    return _each(column, datetime.fromisoformat, zone)


def _with_offsets(column: pa.Array) -> pa.Array:
    """Zones as Google Forms and mail write them, ``GMT+2`` and ``GMT``, as ``strptime`` reads them."""
    for pattern, offset in (
        (r"(?:GMT|UTC)([+-])(\d)$", r"\10\2:00"),
        (r"(?:GMT|UTC)([+-])(\d\d)$", r"\1\2:00"),
        (r"(?:GMT|UTC)([+-])(\d:\d\d)$", r"\10\2"),
        (r"(?:GMT|UTC)([+-]\d\d:?\d\d)$", r"\1"),
        (r"\b(?:GMT|UTC)$", "+00:00"),
    ):
        column = pc.replace_substring_regex(column, pattern, offset)
    return column


def _each(column: pa.Array, read, zone: str) -> pa.Array:
    """Value by value, for what Arrow cannot read in one go; zoned and wall times may be mixed."""
    encoded = column.dictionary_encode()
    zoned, wall = [], []
    for text in encoded.dictionary.to_pylist():
        try:
            told = read(text.strip())
        except ValueError:
            told = None
        if told is not None and not FIRST.year <= told.year < END.year:
            told = None
        aware = told is not None and told.tzinfo is not None
        zoned.append(told.astimezone(UTC).replace(tzinfo=None) if aware else None)
        wall.append(None if aware else told)
    known = pc.coalesce(pa.array(zoned, STAMP), _utc(pa.array(wall, STAMP), zone))
    return known.take(encoded.indices)


def _utc(wall: pa.Array, zone: str) -> pa.Array:
    if zone == "UTC":
        return wall.cast(STAMP, safe=False)
    try:
        return pc.assume_timezone(
            wall.cast(STAMP, safe=False), zone, ambiguous="earliest", nonexistent="latest"
        ).cast(STAMP)
    except pa.ArrowInvalid as error:
        raise Refused(
            f"time: zone: expected a zone such as Europe/Berlin, found {zone!r} ({error})"
        ) from error


def _since_1970(count: pa.Array, microseconds: int) -> pa.Array:
    told = pc.multiply(count, float(microseconds))
    odd = pc.invert(pc.less(pc.abs(told), 2.0**53))  # more, or no number at all
    return (
        pc.if_else(odd, pa.scalar(None, pa.float64()), told)
        .cast(pa.int64(), safe=False)
        .cast(STAMP)
    )


def _numbers(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.float64(), safe=False)
    except pa.ArrowInvalid:
        return pa.array([_number(v) for v in column.to_pylist()], pa.float64())


def _number(text: object) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
