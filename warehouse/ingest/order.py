"""What a load was asked for, and the stamp that it puts on what it writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from types import ModuleType

from warehouse.errors import Refused
from warehouse.sources import label_studio, mturk, table
from warehouse.sources import mapping as mappings

SOURCES: Mapping[str, ModuleType] = {
    "label-studio": label_studio,
    "mturk": mturk,
    "table": table,
}

NUMBERED = ("label-studio",)
"""Formats of tools that number tasks, annotations and people, each server from 1."""
WORLDWIDE = ("mturk",)
"""Formats of tools in which a person has one name, whoever asks."""


@dataclass(frozen=True)
class Order:
    """What was asked for: enough to do it again with the rows that were set aside.

    ``source`` names where ids count, where it is not one place for all files of the format.
    """

    format: str
    campaign: str | None
    vendor: str | None
    options: dict | None
    source: str | None = None

    @property
    def module(self) -> ModuleType:
        return SOURCES[self.format]

    @property
    def origin(self) -> str:
        """What the warehouse calls the source."""
        return self.source or self.format

    @property
    def is_numbered(self) -> bool:
        return self.format in NUMBERED

    @property
    def task_type(self) -> str | None:
        """What the mapping says that the task is."""
        told = self.options or {}
        return told.get("task_type") or (told.get("constants") or {}).get("task_type")

    def told(self) -> str:
        return json.dumps(
            {
                "format": self.format,
                "campaign": self.campaign,
                "vendor": self.vendor,
                "mapping": self.options,
            }
            | ({"source": self.source} if self.source else {}),
            ensure_ascii=False,
            default=str,
        )

    @classmethod
    def again(cls, load_id: str, told: str, options: dict | None) -> Order:
        """The order that ``told`` once told, with other ``options`` if there are any."""
        try:
            said = json.loads(told)
            asked = said["format"], said["campaign"], said["vendor"], options or said["mapping"]
            return cls(*asked, said.get("source"))
        except (ValueError, TypeError, KeyError) as error:
            raise Refused(
                f"load {load_id} was not made by `load`: its rows cannot be replayed"
            ) from error


def options_of(told: str | Path | Mapping | None) -> dict | None:
    """A mapping as it stands in a file, or as it is given."""
    if told is None or isinstance(told, Mapping):
        return dict(told) if told is not None else None
    return mappings.load(told)


@dataclass(frozen=True)
class Stamp:
    """Which load it is and when: the same on every row it writes."""

    load_id: str
    started_at: datetime
    recorded_at: datetime

    @property
    def nominal(self) -> datetime:
        """The time given to events of which no time is known."""
        return datetime.combine(self.recorded_at.date(), time())


def now() -> datetime:
    """The moment, as the warehouse keeps it: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
