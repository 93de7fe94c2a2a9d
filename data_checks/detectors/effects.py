"""How large a flagged change is, in the unit of its figure."""

from __future__ import annotations

import numpy as np

from data_checks.detectors import panels
from data_checks.detectors.flags import Flag, Tracker

BEFORE_DAYS = 56
AFTER_DAYS = 28


def in_own_unit(flag: Flag, tracker: Tracker, rows: panels.Rows) -> float:
    """The signed change: points of a share, relative change of handle time, points of alpha."""
    match tracker.panel.metric:
        case panels.HANDLE:
            return round(_of_seconds(flag, tracker, rows), 5)
        case panels.ALPHA:
            return round(_of_alpha(flag, rows), 5)
        case _:
            sign = -1 if tracker.panel.direction == "down" else 1
            return round(sign * flag.effect, 5)


def _chosen(flag: Flag, tracker: Tracker, rows: panels.Rows) -> np.ndarray:
    """The rows of the segment, or of the trainers, that carry the change."""
    layout, cause = tracker.layout, flag.cause
    row = cause.row(layout, flag.campaign)
    if row >= 0:
        cells = layout.segments.sums[row].indices
    else:
        named = np.isin(layout.trainer_names[layout.trainer], cause.segment.split("|"))
        cells = np.flatnonzero(named & (layout.campaign == flag.campaign))
    return np.isin(rows.place, np.unique(cells // 2))


def _of_seconds(flag: Flag, tracker: Tracker, rows: panels.Rows) -> float:
    """Change of the mean logarithm, person by person and type by type, as a ratio less one."""
    seconds = rows.events["handle_time_s"].to_numpy(float)
    rework = rows.events["is_rework"].to_numpy(bool)
    good = _chosen(flag, tracker, rows) & (seconds > 0) & ~rework
    after = good & (rows.day >= flag.onset) & (rows.day <= flag.opened + AFTER_DAYS)
    before = good & (rows.day < flag.onset) & (rows.day >= flag.onset - BEFORE_DAYS)
    size = len(tracker.layout.people)
    logs = np.log(np.maximum(seconds, 1e-9))
    many = [np.bincount(rows.place[w], minlength=size) for w in (before, after)]
    total = [np.bincount(rows.place[w], logs[w], minlength=size) for w in (before, after)]
    both = (many[0] > 0) & (many[1] > 0)
    if not both.any():
        return float("nan")
    weight = many[0][both] * many[1][both] / (many[0][both] + many[1][both])
    change = total[1][both] / many[1][both] - total[0][both] / many[0][both]
    return float(np.expm1((weight * change).sum() / weight.sum()))


def alpha(item: np.ndarray, label: np.ndarray) -> float:
    """Krippendorff's alpha (nominal) of labels by item."""
    if not len(item):
        return float("nan")
    item = np.unique(item, return_inverse=True)[1]
    people = np.bincount(item)
    pairs = people >= 2
    label = np.unique(label, return_inverse=True)[1]
    table = np.zeros((len(people), int(label.max()) + 1))
    np.add.at(table, (item, label), 1)
    table, people = table[pairs], people[pairs]
    n = people.sum()
    apart = ((people**2 - (table**2).sum(axis=1)) / np.maximum(people - 1, 1)).sum()
    by_chance = n**2 - (table.sum(axis=0) ** 2).sum()
    return float(1 - (n - 1) * apart / by_chance) if by_chance > 0 else float("nan")


def _of_alpha(flag: Flag, rows: panels.Rows) -> float:
    together = panels.labelled_together(rows)
    campaign = rows.layout.campaign[2 * rows.place[together["row"].to_numpy()]]
    own = together[campaign == flag.campaign]
    day = own["day"].to_numpy()
    after = (day >= flag.onset) & (day <= flag.opened + AFTER_DAYS)
    before = (day < flag.onset) & (day >= flag.onset - BEFORE_DAYS)
    item, label = own["item"].to_numpy(), own["label"].to_numpy()
    return alpha(item[after], label[after]) - alpha(item[before], label[before])
