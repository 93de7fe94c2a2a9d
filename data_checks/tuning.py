"""How often a flag may be false: the one place where a team says so, in words that people understand.

```yaml
# checks.yaml
months_between_false_flags: 30      # about one false flag per campaign and figure in so many months
months_between_false_critical: 150  # the same for critical ones
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from data_checks.detectors import Settings
from data_checks.watched import by_figure
from warehouse.errors import Refused

KEYS = ("months_between_false_flags", "months_between_false_critical")
CRITICAL_TIMES = 5
"""A critical flag is to be false so many times less often, where only the one is told."""


def tuned(
    path: Path,
    months: float | None = None,
    new_levels: Mapping[tuple[str, str], date] | None = None,
) -> Settings:
    """The settings of the file (the usual ones without a file), with what the command line says instead."""
    told = _told(path)
    if months is not None:
        told = {KEYS[0]: months}
    usual = Settings()
    wanted = float(told.get(KEYS[0], usual.months_between_false_flags))
    critical = float(told.get(KEYS[1], CRITICAL_TIMES * wanted))
    if not 1 <= wanted <= critical:
        raise Refused(
            f"expected 1 <= {KEYS[0]} <= {KEYS[1]}, found {wanted:g} and {critical:g} in {path}"
        )
    return replace(
        usual,
        months_between_false_flags=wanted,
        months_between_false_critical=critical,
        new_levels=by_figure(new_levels or {}),
    )


def in_words(settings: Settings) -> str:
    """``about one false flag per campaign and figure in 30 months``"""
    return f"about one false flag per campaign and figure in {settings.months_between_false_flags:g} months"


def _told(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        told = yaml.safe_load(path.read_text()) or {}
    except yaml.YAMLError as error:
        raise Refused(f"{path} is no YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(told, dict) or set(told) - set(KEYS):
        raise Refused(f"expected {' and '.join(KEYS)} in {path}, found {told}")
    for name, value in told.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Refused(f"expected a number of months as {name} in {path}, found {value!r}")
    return told
