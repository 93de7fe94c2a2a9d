"""One mapping of a charter, read key by key: what is wrong is noted by its place, so that all faults are told at once."""

from __future__ import annotations

import re
from datetime import date, datetime
from difflib import get_close_matches

MOST = 10**9
"""More items or people no campaign has."""


class Fields:
    """The keys of one mapping, taken out one by one; what is wrong is collected, not raised."""

    def __init__(self, told: object, place: str, faults: list[str], known: str) -> None:
        self.place, self.faults = place, faults
        if not isinstance(told, dict):
            self.fault("", "a mapping of " + known.replace(" ", ", "), told)
        self.told = told if isinstance(told, dict) else {}
        for key in self.told:
            if key not in known.split():
                names = known.split()
                near = [name for name in names if name.startswith(str(key))]
                near += get_close_matches(str(key), names, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
                faults.append(f"{place}{key}: unknown field, {hint}")

    def fault(self, key: str, expected: str, found: object) -> None:
        """Note that ``key`` is not what was expected."""
        shown = "nothing" if found is None else repr(found)
        place = f"{self.place}{key}".rstrip(".") or "charter"
        self.faults.append(f"{place}: expected {expected}, found {shown}")

    def text(self, key: str, default: str | None = None, one_of: tuple[str, ...] = ()) -> str:
        """A word; ``default`` where it is absent, which without a default is a fault."""
        found = self.told.get(key, default)
        if one_of and found not in one_of:
            self.fault(key, " or ".join(one_of), found)
        elif not isinstance(found, str) or not found.strip():
            self.fault(key, "a text", found)
        return str(found)

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if self.told.get(key) is not None else None

    def number(self, key: str, default: float | None = None, most: float = 1e12) -> float:
        found = self.told.get(key, default)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if not is_number or not 0 <= found <= most:
            self.fault(key, "a share from 0 to 1" if most == 1 else "a number from 0", found)
            return 0.0
        return float(found)

    def maybe_number(self, key: str, most: float = 1e12) -> float | None:
        return self.number(key, most=most) if self.told.get(key) is not None else None

    def count(self, key: str, default: int | None = None) -> int:
        found = self.told.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            self.fault(key, "a whole number from 1", found)
            return 1
        if found > MOST:
            self.fault(key, f"a whole number up to {MOST:,}", found)
            return 1
        return found

    def day(self, key: str) -> date:
        found = self.told.get(key)
        if not isinstance(found, date) or isinstance(found, datetime):
            self.fault(key, "a day like 2026-03-31", found)
            return date.min
        return found

    def maybe_day(self, key: str) -> date | None:
        return self.day(key) if self.told.get(key) is not None else None

    def currency(self, key: str, default: str | None = None) -> str:
        found = self.told.get(key, default)
        if not isinstance(found, str) or not re.fullmatch("[A-Z]{3}", found):
            self.fault(key, "a currency code like USD", found)
        return str(found)

    def rows(self, key: str) -> list:
        found = self.told.get(key, [])
        if not isinstance(found, list):
            self.fault(key, "a list", found)
            return []
        return found
