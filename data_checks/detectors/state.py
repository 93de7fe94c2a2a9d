"""What a tracker knows, moved to a layout with new people, and kept in a file between two days."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from numpy.lib.format import read_array_header_1_0, read_magic, write_array

from data_checks.detectors.cause import Cause
from data_checks.detectors.cells import KEYS, Layout, Panel
from data_checks.detectors.flags import Flag, Tracker
from data_checks.detectors.past import NONE, Past
from data_checks.detectors.settings import Settings
from data_checks.detectors.team import Team
from warehouse.errors import Refused

VERSION = 4
KEPT_DAYS = 120
"""Older days are forgotten: no onset of a flag that is still followed reaches further back."""

STEP = 28
"""Days are forgotten in whole four weeks, so that nothing that goes by weeks or fours shifts."""

OF_PARTS, OF_CAMPAIGNS = ("counts",), ("common", "learned", "daily", "worth", "unequal_before")
"""Kept for all days that are not forgotten."""

OF_PAST = ("base", "all", "base_of_stratum")
NUMBERS = ("frozen", "unequal", "dispersion", "last_information")
DAY_NUMBERS = ("start", "valid_from", "past_from", "onset")
LAGGED = ("last_z", "last_left")
KEPT = (*NUMBERS, *DAY_NUMBERS, *LAGGED, "first_day", "last_day", "at_onset")
FLAG_DAYS = ("opened", "closed", "onset")


@dataclass(frozen=True)
class Places:
    """Where what an old layout numbered stands in a new one."""

    cell: np.ndarray
    part: np.ndarray
    stratum: np.ndarray
    campaign: np.ndarray
    trainer: np.ndarray


def places(old: Layout, new: Layout, person: np.ndarray) -> Places:
    """The new numbers of the old layout's cells and groups; ``person`` are those of its people."""
    cell = np.stack([2 * person, 2 * person + 1], axis=1).ravel()

    def group(of: Callable[[Layout], np.ndarray]) -> np.ndarray:
        first = np.unique(of(old), return_index=True)[1]
        return of(new)[cell[first]]

    task = group(lambda layout: layout.task)
    return Places(
        cell,
        group(lambda layout: layout.part),
        np.stack([2 * task, 2 * task + 1], axis=1).ravel(),
        group(lambda layout: layout.campaign),
        group(lambda layout: layout.trainer),
    )


def days_to_forget(tracker: Tracker) -> int:
    """How many of the first days are needed no more."""
    return max(tracker.watch.today + 1 - KEPT_DAYS, 0) // STEP * STEP


def moved(
    old: Tracker,
    layout: Layout,
    panel: Panel,
    guidelines: list[dict[int, str]],
    dropped: int,
    to: Places,
) -> Tracker:
    """A tracker over ``layout`` and ``panel`` that knows what ``old`` knows."""
    new = Tracker(layout, panel, old.settings, guidelines)
    was, now = old.watch, new.watch
    kept = was.today + 2 - dropped
    for names, rows in ((OF_PARTS, to.part), (OF_CAMPAIGNS, to.campaign)):
        for name in names:
            known = getattr(was, name)[:, :, dropped : was.today + 2]
            getattr(now, name)[:, rows, : known.shape[2]] = known
    for name in OF_PAST:
        rows = to.stratum if name == "base_of_stratum" else to.cell
        getattr(now.past, name)[:, rows] = getattr(was.past, name)
    now.past.days = np.where(was.past.days == NONE, NONE, was.past.days - dropped)
    now.at_onset[:, to.cell] = was.at_onset
    now.last_day[to.cell] = was.last_day - dropped
    for name in NUMBERS:
        getattr(now, name)[to.campaign] = getattr(was, name)
    for name in DAY_NUMBERS:
        getattr(now, name)[to.campaign] = getattr(was, name) - dropped
    for name in LAGGED:
        getattr(now, name)[:, to.campaign] = getattr(was, name)
    now.first_day[to.trainer] = np.where(
        was.first_day > was.today, now.first_day[to.trainer], was.first_day - dropped
    )
    now.today = was.today - dropped
    now.roster_day = was.roster_day - dropped
    new.log_e[to.campaign, : kept - 1] = old.log_e[:, dropped : was.today + 1]
    _move_flags(old, new, to, dropped)
    return new


def _move_flags(old: Tracker, new: Tracker, to: Places, dropped: int) -> None:
    seen = {}
    for flag in old.flags:
        days = {n: getattr(flag, n) - dropped for n in FLAG_DAYS if getattr(flag, n) is not None}
        seen[id(flag)] = replace(flag, campaign=int(to.campaign[flag.campaign]), **days)
    new.flags = [seen[id(flag)] for flag in old.flags]
    for name in ("open", "last"):
        flags = [seen[id(flag)] for flag in getattr(old, name).values()]
        setattr(new, name, {flag.campaign: flag for flag in flags})
    new.settled = [seen[id(flag)] for flag in old.settled]


# -- in a file ------------------------------------------------------------------------


def save(
    path: Path, tracker: Tracker, team: Team, versions: dict[str, dict[str, np.datetime64]]
) -> None:
    """Write what is known, through a file beside it, so that a killed run leaves the old state."""
    watch, panel = tracker.watch, tracker.panel
    until = watch.today + 2
    arrays = {n: getattr(watch, n)[:, :, :until] for n in (*OF_PARTS, *OF_CAMPAIGNS)}
    arrays |= {n: getattr(watch, n) for n in KEPT}
    arrays |= {f"past_{n}": getattr(watch.past, n) for n in (*OF_PAST, "days")}
    arrays |= {"log_e": tracker.log_e}
    arrays |= {f"people_{k}": tracker.layout.people[k].to_numpy(dtype=str) for k in KEYS}
    arrays |= {f"team_{n}": values for n, values in team.arrays().items()}
    place = {id(flag): number for number, flag in enumerate(tracker.flags)}
    told = {
        "version": VERSION,
        "metric": panel.metric,
        "direction": panel.direction,
        "first_day": str(panel.first_day),
        "least_dispersion": panel.least_dispersion,
        "today": watch.today,
        "roster_day": watch.roster_day,
        "versions": {c: {v: str(d) for v, d in days.items()} for c, days in versions.items()},
        "flags": [asdict(flag) for flag in tracker.flags],
        "open": [place[id(f)] for f in tracker.open.values()],
        "last": [place[id(f)] for f in tracker.last.values()],
        "settled": [place[id(f)] for f in tracker.settled],
    }
    told["arrays"] = list(arrays)
    text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    # One array after the other: an archive of them would be read and written in small pieces.
    with beside.open("wb") as file:
        for array in (text, *arrays.values()):
            write_array(file, np.asarray(array, order="C"), allow_pickle=False)
    beside.replace(path)


def load(
    path: Path, settings: Settings
) -> tuple[Tracker, Team, dict[str, dict[str, np.datetime64]]]:
    """Read what ``save`` wrote."""
    try:
        with path.open("rb") as file:
            told = json.loads(_mapped(file).tobytes())
            if told["version"] != VERSION:
                raise Refused(
                    f"{path} is of version {told['version']}, expected {VERSION}: begin anew"
                )
            arrays = {name: _mapped(file) for name in told["arrays"]}
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise Refused(f"{path} is no state of a detector that can be read: {error}") from error
    people = pd.DataFrame({k: arrays[f"people_{k}"].astype(object) for k in KEYS}, dtype=object)
    first = np.datetime64(told["first_day"], "D")
    layout = Layout(people)
    none = np.zeros((layout.cells, 0), dtype=np.float32)
    days = arrays["log_e"].shape[1]
    panel = Panel(
        told["metric"], told["direction"], first, none, none, told["least_dispersion"], since=days
    )
    tracker = Tracker(layout, panel, settings)
    watch = tracker.watch
    # Days were judged to the end of what was kept, so these are as long as a new watch's.
    for name in (*OF_PARTS, *OF_CAMPAIGNS, *KEPT):
        setattr(watch, name, arrays[name])
    watch.past = Past(**{name: arrays[f"past_{name}"] for name in (*OF_PAST, "days")})
    watch.today, watch.roster_day = told["today"], told["roster_day"]
    tracker.log_e = arrays["log_e"]
    tracker.flags = [_flag(flag) for flag in told["flags"]]
    for name in ("open", "last"):
        flags = [tracker.flags[number] for number in told[name]]
        setattr(tracker, name, {flag.campaign: flag for flag in flags})
    tracker.settled = [tracker.flags[number] for number in told["settled"]]
    team = Team(0, settings)
    columns = {n.removeprefix("team_"): a for n, a in arrays.items() if n.startswith("team_")}
    team.fill((panel.metric, panel.direction), columns)
    versions = {
        c: {v: np.datetime64(d, "D") for v, d in days.items()}
        for c, days in told["versions"].items()
    }
    return tracker, team, versions


def _mapped(file: BinaryIO) -> np.ndarray:
    """The next array of the file, from its pages: most of it is only copied on to where it is needed."""
    read_magic(file)
    shape, _, dtype = read_array_header_1_0(file)  # rows first, as they were written
    begin, size = file.tell(), int(np.prod(shape)) * dtype.itemsize
    array = np.memmap(file, dtype, "c", begin, shape) if size else np.empty(shape, dtype)
    file.seek(begin + size)
    return np.asarray(array)


def _flag(told: dict) -> Flag:
    causes = {name: [Cause(**cause) for cause in told[name]] for name in ("causes", "later")}
    return Flag(**(told | causes))
