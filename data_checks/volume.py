"""Submissions that are missing: each campaign's days, and its vendors', against the same weekdays before.

Counts of a day vary more than coins would, so evidence is divided by how much they did lately
(quasi-Poisson). Evidence for three sizes of loss is gathered since any day (Shiryaev-Roberts), half of it
weighted on the campaign and half over its vendors; a flag opens where it exceeds the wanted number
of days between false flags.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data_checks.detectors.settings import Settings

LEFT = np.array([0.5, 0.25, 0.05])
"""The parts of the usual volume that evidence is gathered for; a slow decline is the plan's business."""

WEEKS = 8
LEAST_WEEKS = 3
GUARD = 7
"""Days just before the day judged that are no part of what is usual."""

LEAST_EXPECTED = 5.0
"""Series with fewer submissions on a usual day are not judged."""

LEAST_LOSS = 0.25
CALM = 0.8
CALM_DAYS = 3
DAY = np.timedelta64(1, "D")


@dataclass
class Loss:
    """Submissions missing in one campaign: since when, how many, and whose."""

    campaign_id: str
    opened: int
    onset: int
    vendor_id: str
    """Empty where it is the campaign as a whole."""
    closed: int | None = None
    peak: float = 0.0
    submitted: float = 0.0
    expected: float = 0.0
    last: list[tuple[float, float]] = field(default_factory=list)
    """Of the last days: submitted and usual."""


@dataclass
class Series:
    """Daily submissions of the campaigns and, below them, of their vendors."""

    campaigns: np.ndarray
    vendors: np.ndarray
    counts: np.ndarray
    weight: np.ndarray
    first: np.ndarray


def series_of(work: pd.DataFrame, first: np.datetime64, days: int) -> Series:
    """``work`` (campaign_id, vendor_id, day, submitted) as a row of days per campaign and per vendor."""
    work = work.assign(
        vendor_id=work["vendor_id"].fillna("unknown"),
        at=((work["day"].to_numpy("datetime64[D]") - first) / DAY).astype(int),
    )
    whole = work.assign(vendor_id="").groupby(["campaign_id", "vendor_id", "at"])["submitted"].sum()
    parts = work.groupby(["campaign_id", "vendor_id", "at"])["submitted"].sum()
    table = pd.concat([whole, parts]).unstack("at").reindex(columns=range(days)).fillna(0.0)
    names = table.index.to_frame(index=False)
    of_campaign = names.groupby("campaign_id")["vendor_id"].transform("size") - 1
    weight = np.where(names["vendor_id"] == "", 0.5, 0.5 / of_campaign.clip(lower=1))
    counts = table.to_numpy(float)
    begun = np.where((counts > 0).any(axis=1), (counts > 0).argmax(axis=1), days)
    return Series(
        names["campaign_id"].to_numpy(str), names["vendor_id"].to_numpy(str), counts, weight, begun
    )


def losses(
    work: pd.DataFrame, until: np.datetime64, settings: Settings
) -> tuple[list[Loss], np.datetime64]:
    """The losses as each day would have told them, and the day that their numbers count from."""
    if work.empty:
        return [], until
    first = work["day"].min().to_datetime64().astype("datetime64[D]")
    days = int((until - first) / DAY)
    return _found(series_of(work, first, days), settings), first


def _found(series: Series, settings: Settings) -> list[Loss]:
    size, days = series.counts.shape
    gathered = np.full((size, len(LEFT)), -np.inf)
    since = np.zeros((size, len(LEFT)))
    residuals = np.full((size, days), np.nan)
    open_: dict[str, Loss] = {}
    found: list[Loss] = []
    frozen = np.full(size, days)
    for day in range(days):
        usual = _usual(series, day, frozen)
        x = series.counts[:, day]
        judged = usual >= LEAST_EXPECTED
        with np.errstate(invalid="ignore", divide="ignore"):
            residuals[:, day] = np.where(judged & (frozen > day), (x - usual) ** 2 / usual, np.nan)
        spread = _spread(residuals[:, max(day - 63, 0) : max(day - GUARD, 0)])
        mu = np.where(judged, usual, 0)[:, None]
        ratio = (x[:, None] * np.log(LEFT) * judged[:, None] + mu * (1 - LEFT)) / spread[:, None]
        begins = gathered <= 0
        since = np.where(begins, day, since)
        gathered = np.logaddexp(0, gathered) + ratio
        log_e = np.logaddexp.reduce(gathered, axis=1) - np.log(len(LEFT))
        for campaign in [c for c in open_ if _settles(open_[c], series, day, usual)]:
            open_.pop(campaign).closed = day
            own = series.campaigns == campaign
            frozen[own], gathered[own], log_e[own] = days, -np.inf, -np.inf
        total = _by_campaign(series, log_e + np.log(series.weight))
        for campaign, value in total.items():
            loss = open_.get(campaign)
            if loss is not None:
                loss.peak = max(loss.peak, value)
            elif value >= np.log(settings.days_between_false_flags):
                loss = _opened(series, campaign, day, gathered, since, log_e)
                _measure(loss, series, day, usual)
                if loss.expected and loss.submitted <= (1 - LEAST_LOSS) * loss.expected:
                    loss.peak = value
                    open_[campaign] = loss
                    found.append(loss)
                    frozen[series.campaigns == campaign] = loss.onset
        for loss in open_.values():
            if day > loss.opened:
                _measure_day(loss, series, day, usual)
    return found


def _usual(series: Series, day: int, frozen: np.ndarray) -> np.ndarray:
    """What the same weekdays before had, without the best and the worst; 0 where too few are known."""
    past = np.full((len(frozen), WEEKS), np.nan)
    for row_frozen in np.unique(frozen):
        rows = frozen == row_frozen
        last = min(day - GUARD, row_frozen - 1)
        last -= (last - day) % 7
        at = last - 7 * np.arange(WEEKS)
        known = at >= 0
        past[np.ix_(rows, known)] = series.counts[np.ix_(rows, at[known])]
        past[np.ix_(rows, known)] = np.where(
            at[known][None, :] >= series.first[rows][:, None], past[np.ix_(rows, known)], np.nan
        )
    many = (~np.isnan(past)).sum(axis=1)
    inner = np.nansum(past, axis=1)
    trims = many >= 5
    with np.errstate(all="ignore"):
        low = np.where(trims, np.nanmin(np.where(np.isnan(past), np.inf, past), axis=1), 0)
        high = np.where(trims, np.nanmax(np.where(np.isnan(past), -np.inf, past), axis=1), 0)
    kept = many - 2 * trims
    mean = (inner - low - high) / np.maximum(kept, 1)
    return np.where(many >= LEAST_WEEKS, mean, 0.0)


def _spread(residuals: np.ndarray) -> np.ndarray:
    """How many times more a day varies than a Poisson count would: at least once, three times before data speak."""
    known = (~np.isnan(residuals)).sum(axis=1)
    total = np.nansum(np.minimum(np.nan_to_num(residuals), 60), axis=1)
    return np.maximum((total + 3 * 14) / (known + 14), 1.0)


def _by_campaign(series: Series, log_e: np.ndarray) -> dict[str, float]:
    names, place = np.unique(series.campaigns, return_inverse=True)
    total = np.full(len(names), -np.inf)
    np.logaddexp.at(total, place, log_e)
    return dict(zip(names.tolist(), total.tolist(), strict=True))


def _opened(
    series: Series,
    campaign: str,
    day: int,
    gathered: np.ndarray,
    since: np.ndarray,
    log_e: np.ndarray,
) -> Loss:
    """The series that carries the evidence: the campaign, unless one vendor has more."""
    own = np.flatnonzero(series.campaigns == campaign)
    best = own[np.argmax(log_e[own] + np.log(series.weight[own]))]
    size = int(np.argmax(gathered[best]))
    return Loss(campaign, day, int(since[best, size]), str(series.vendors[best]))


def _row(loss: Loss, series: Series) -> int:
    own = (series.campaigns == loss.campaign_id) & (series.vendors == loss.vendor_id)
    return int(np.flatnonzero(own)[0])


def _measure(loss: Loss, series: Series, day: int, usual: np.ndarray) -> None:
    row = _row(loss, series)
    frozen = np.full(len(series.first), loss.onset)
    for at in range(loss.onset, day + 1):
        loss.submitted += series.counts[row, at]
        loss.expected += float(_usual(series, at, frozen)[row])


def _measure_day(loss: Loss, series: Series, day: int, usual: np.ndarray) -> None:
    row = _row(loss, series)
    loss.submitted += series.counts[row, day]
    loss.expected += float(usual[row])


def _settles(loss: Loss, series: Series, day: int, usual: np.ndarray) -> bool:
    """Whether the volume of the last three days with work to be expected is back."""
    row = _row(loss, series)
    if usual[row] >= LEAST_EXPECTED:
        loss.last = [*loss.last, (float(series.counts[row, day]), float(usual[row]))][-CALM_DAYS:]
    came, expected = (
        (sum(column) for column in zip(*loss.last, strict=True)) if loss.last else (0, 0)
    )
    return len(loss.last) == CALM_DAYS and came >= CALM * expected
