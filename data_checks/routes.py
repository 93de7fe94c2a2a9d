"""Who is told of what, on which channel and when: the YAML file of notifications.

```yaml
link: http://127.0.0.1:8501              # the dashboard, for links to flags
zone: Europe/Zurich                      # of the hours below; UTC where none is given
quiet_hours: {from: "20:00", until: "07:00"}
people:
  ann:
    channels:                            # any address that apprise knows
      chat: slack://token-a/token-b/token-c
      mail: mailtos://user:password@example.com?to=ann@example.com
    quiet_hours: {from: "22:00", until: "06:00"}   # instead of everybody's
routes:
  - {to: ann, channel: chat, severity: [critical], wakes: true}      # at once, quiet hours or not
  - {to: ann, channel: mail, severity: [warning, info], digest: "08:00"}
  - {to: bo, channel: mail, severity: [critical], campaigns: [alpha], vendors: [acme], kinds: [plan]}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from warehouse.errors import Refused
from warehouse.ledger.finding import KINDS, SEVERITIES

KEYS = {
    "": {"link", "zone", "quiet_hours", "people", "routes"},
    "person": {"channels", "quiet_hours", "zone"},
    "route": {"to", "channel", "severity", "wakes", "digest", "campaigns", "vendors", "kinds"},
}


@dataclass(frozen=True)
class Hours:
    """A part of the day, perhaps over midnight, in a zone."""

    start: time
    end: time
    zone: ZoneInfo

    def end_of(self, at: datetime) -> datetime:
        """``at`` (UTC), or the end of these hours where it falls into them."""
        local = at.replace(tzinfo=UTC).astimezone(self.zone)
        over_midnight = self.start > self.end
        clock = local.time()
        inside = (
            clock >= self.start or clock < self.end
            if over_midnight
            else self.start <= clock < self.end
        )
        return _next(at, self.end, self.zone) if inside else at


@dataclass(frozen=True)
class Person:
    name: str
    channels: Mapping[str, str]
    quiet: Hours | None
    zone: ZoneInfo


@dataclass(frozen=True)
class Route:
    """Which changes one person is told of on one channel."""

    to: Person
    channel: str
    severities: tuple[str, ...]
    wakes: bool
    digest: time | None
    campaigns: tuple[str, ...] | None
    vendors: tuple[str, ...] | None
    kinds: tuple[str, ...] | None

    def takes(self, flag: Mapping[str, object]) -> bool:
        """Whether a change of ``flag`` goes this way."""
        return flag["severity"] in self.severities and all(
            wanted is None or flag[column] in wanted
            for column, wanted in (
                ("campaign_id", self.campaigns),
                ("vendor_id", self.vendors),
                ("kind", self.kinds),
            )
        )

    def send_after(self, at: datetime) -> datetime:
        """When what is known at ``at`` (UTC) may go out."""
        if self.digest is not None:
            return _next(at, self.digest, self.to.zone)
        return at if self.wakes or self.to.quiet is None else self.to.quiet.end_of(at)


@dataclass(frozen=True)
class Routes:
    link: str
    people: Mapping[str, Person]
    routes: tuple[Route, ...]

    def address(self, person: str, channel: str) -> str | None:
        """Where a notification goes, or nothing where the file no longer says."""
        found = self.people.get(person)
        return found.channels.get(channel) if found else None


def read_routes(path: Path) -> Routes | None:
    """The routes of the file; nothing where there is no file. Refused with the place of the first fault."""
    if not path.exists():
        return None
    try:
        told = yaml.safe_load(path.read_text()) or {}
    except yaml.YAMLError as error:
        raise Refused(f"{path}: expected YAML: {' '.join(str(error).split())}") from error
    reader = _Reader(path)
    reader.known(told, "", "the top")
    zone = reader.zone(told.get("zone", "UTC"), "zone")
    quiet = reader.hours(told.get("quiet_hours"), zone, "quiet_hours")
    people = {
        name: reader.person(name, one, zone, quiet)
        for name, one in reader.mapping(told.get("people", {}), "people").items()
    }
    routes = tuple(
        reader.route(one, people, f"routes[{n}]") for n, one in enumerate(told.get("routes") or [])
    )
    return Routes(str(told.get("link", "")).rstrip("/"), people, routes)


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, place: str, says: str) -> Refused:
        return Refused(f"{self.path}: {place}: {says}")

    def mapping(self, told: object, place: str) -> dict:
        if not isinstance(told, dict):
            raise self.refuse(place, f"expected names and values, got {told!r}")
        return told

    def known(self, told: object, what: str, place: str) -> None:
        unknown = set(self.mapping(told, place)) - KEYS[what]
        if unknown:
            raise self.refuse(
                place, f"expected {', '.join(sorted(KEYS[what]))}; got {', '.join(sorted(unknown))}"
            )

    def person(self, name: str, told: object, zone: ZoneInfo, quiet: Hours | None) -> Person:
        place = f"people.{name}"
        self.known(told, "person", place)
        own = self.zone(told["zone"], f"{place}.zone") if "zone" in told else zone
        hours = quiet and Hours(quiet.start, quiet.end, own)
        if "quiet_hours" in told:
            hours = self.hours(told["quiet_hours"], own, f"{place}.quiet_hours")
        channels = self.mapping(told.get("channels", {}), f"{place}.channels")
        return Person(name, {str(k): str(v) for k, v in channels.items()}, hours, own)

    def route(self, told: object, people: Mapping[str, Person], place: str) -> Route:
        self.known(told, "route", place)
        person = people.get(told.get("to"))
        if person is None:
            raise self.refuse(
                f"{place}.to", f"expected one of {', '.join(people)}; got {told.get('to')!r}"
            )
        channel = told.get("channel")
        if channel not in person.channels:
            raise self.refuse(
                f"{place}.channel",
                f"expected one of {person.name}'s channels {', '.join(person.channels)}; got {channel!r}",
            )
        return Route(
            to=person,
            channel=channel,
            severities=self.listed(
                told.get("severity", list(SEVERITIES)), SEVERITIES, f"{place}.severity"
            ),
            wakes=bool(told.get("wakes", False)),
            digest=self.clock(told["digest"], f"{place}.digest") if "digest" in told else None,
            campaigns=self.listed(told.get("campaigns"), None, f"{place}.campaigns"),
            vendors=self.listed(told.get("vendors"), None, f"{place}.vendors"),
            kinds=self.listed(told.get("kinds"), KINDS, f"{place}.kinds"),
        )

    def listed(
        self, told: object, allowed: tuple[str, ...] | None, place: str
    ) -> tuple[str, ...] | None:
        if told is None:
            return None
        values = tuple(str(v) for v in told) if isinstance(told, list) else (str(told),)
        wrong = [v for v in values if allowed is not None and v not in allowed]
        if wrong:
            raise self.refuse(place, f"expected of {', '.join(allowed)}; got {', '.join(wrong)}")
        return values

    def hours(self, told: object, zone: ZoneInfo, place: str) -> Hours | None:
        if not told:
            return None
        if not isinstance(told, dict) or set(told) != {"from", "until"}:
            raise self.refuse(place, f"expected from and until, got {told!r}")
        return Hours(
            self.clock(told["from"], f"{place}.from"),
            self.clock(told["until"], f"{place}.until"),
            zone,
        )

    def clock(self, told: object, place: str) -> time:
        if isinstance(told, int) and 0 <= told < 24 * 60:
            return time(told // 60, told % 60)  # YAML reads 20:00 without quotes as 1200
        try:
            if ":" not in str(told):
                raise ValueError
            return time.fromisoformat(str(told))
        except ValueError as error:
            raise self.refuse(place, f'expected a time such as "20:00", got {told!r}') from error

    def zone(self, told: object, place: str) -> ZoneInfo:
        try:
            return ZoneInfo(str(told))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.refuse(
                place, f"expected a zone such as Europe/Zurich, got {told!r}"
            ) from error


def _next(at: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """The next moment (UTC) at which clocks in ``zone`` show ``clock``."""
    local = at.replace(tzinfo=UTC).astimezone(zone)
    day = local.date()
    moment = datetime.combine(day, clock, zone)
    if moment <= local:
        moment = datetime.combine(day + timedelta(days=1), clock, zone)
    return moment.astimezone(UTC).replace(tzinfo=None)
