"""When each campaign will be done and what it will have cost, seen from any day of its past.

Histories come from the same queries that the pages show; the forecast is ``forecast.py``. One outlook per campaign and
week is written to the ledger with the widening of that day, and what came once it is known: so the pages can say how
often past ranges held. It is a command of its own (``python -m warehouse forecast``), not part of a load: it reads all
weeks of all campaigns, and a load must not wait for that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import sqlalchemy as sa

from warehouse import forecast, ledger
from warehouse.coming import WHOLE, Coming, ramp
from warehouse.forecast import Finish, Range
from warehouse.read import fetch
from warehouse.scope import EVERYTHING, Scope

BEGINNING = date(1990, 1, 1)
TENTHS = (0.1, 0.5, 0.9)
ENOUGH_CAMPAIGNS = 10
"""Finished campaigns from which the widening is learned: the weeks of one campaign miss together."""


@dataclass(frozen=True)
class History:
    """What a campaign promised, delivered and cost, day by day from its first accepted item."""

    campaign_id: str
    first_day: date
    accepted: np.ndarray
    cost: np.ndarray
    spent_before: float
    """Dollars spent before the first item was accepted."""
    promises: pd.DataFrame
    """Every charter version: changed_on, target_items, deadline."""
    budget: float | None
    coming: Coming | None = None
    """Holidays and people to come; None where the charter tells of none."""

    @property
    def end(self) -> date:
        """The day after the last one known."""
        return self.first_day + timedelta(days=len(self.accepted))

    def promise(self, as_of: date) -> pd.Series:
        """The version in force before ``as_of``; before the first was written down, the first."""
        known = self.promises[self.promises["changed_on"] < pd.Timestamp(as_of)]
        return known.iloc[-1] if len(known) else self.promises.iloc[0]

    @property
    def came_on(self) -> date | None:
        """The day after the one on which the last target was met; None where it is not met yet."""
        done = np.cumsum(self.accepted) >= self.promises.iloc[-1]["target_items"]
        return self.first_day + timedelta(days=int(done.argmax()) + 1) if done.any() else None

    def cost_by(self, as_of: date) -> float:
        """Dollars spent before ``as_of``."""
        return self.spent_before + float(self.cost[: (as_of - self.first_day).days].sum())


@dataclass(frozen=True)
class Outlook:
    """One campaign seen from ``as_of``: the range of its end and its cost, and the chance of its deadline."""

    campaign_id: str
    as_of: date
    target: int
    remaining: int
    deadline: date
    finish: Finish
    unwidened: Range
    """Days left before the learned widening."""
    days: Range
    cost: Range
    money_lasts: Range
    """Days until the budget is spent at this pace; empty without a budget."""
    chance: float
    scale: float

    is_stored = False

    @property
    def needed(self) -> Range:
        """The factor on today's pace that the deadline needs."""
        return forecast.needed(self.finish, self.remaining, self.deadline, self.scale)

    def day(self, days: float | None) -> date | None:
        """``days`` from as_of as the last day of work, 11 days being the eleventh."""
        return None if days is None else self.as_of + timedelta(days=max(round(days) - 1, 0))


NOT_KEPT = Range(None, None, None)


@dataclass(frozen=True)
class Stored:
    """An outlook as it was told: what the ledger keeps of it. How long the money lasts and who is needed are not kept."""

    campaign_id: str
    as_of: date
    target: int
    remaining: int
    deadline: date
    days: Range
    cost: Range
    chance: float
    scale: float
    money_lasts: Range = NOT_KEPT
    needed: Range = NOT_KEPT
    is_stored = True

    day = Outlook.day


def stored(written: pd.DataFrame, until: date) -> dict[str, Stored]:
    """The newest outlook of each campaign among those of the last week before ``until``."""
    day = written["as_of"]
    recent = (day <= pd.Timestamp(until)) & (day > pd.Timestamp(until - timedelta(days=8)))
    newest = written[recent].sort_values("as_of").drop_duplicates("campaign_id", keep="last")
    return {r.campaign_id: _as_told(r) for r in newest.itertuples()}


def _as_told(row: object) -> Stored:
    def tenths(what: str) -> Range:
        told = (getattr(row, f"{what}_{p}") for p in ("p10", "p50", "p90"))
        return Range(*(None if pd.isna(v) else float(v) for v in told))

    return Stored(
        row.campaign_id, row.as_of.date(), int(row.target), int(row.remaining), row.deadline.date(),
        tenths("days"), tenths("cost"), float(row.chance), float(row.scale),
    )  # fmt: skip


def histories(
    source: sa.Engine | sa.Connection, until: date, scope: Scope = EVERYTHING
) -> dict[str, History]:
    """The history before ``until`` of every campaign in sight with a charter and dated acceptances."""
    span = {"since": BEGINNING, "until": until}
    accepted = fetch(source, "progress/accepted_items_by_day_v1", scope=scope, **span)
    promises = fetch(source, "progress/scope_changes_by_campaign_v1", scope=scope)
    spent = fetch(source, "spend/spend_by_day_v1", scope=scope, **span)
    paid = fetch(source, "spend/cost_per_item_by_campaign_v2", scope=scope, as_of=until)
    budgets = paid.set_index("campaign_id")["budget_usd"]
    coming = _coming(source, scope, span)
    found = {}
    for key, own in accepted.groupby("campaign_id"):
        told = promises[promises["campaign_id"] == key].sort_values("charter_version")
        if told.empty or not own["accepted_items"].any():
            continue
        first = own["day"].min()
        # Where a campaign stopped its silence says something: its zeros reach to the end.
        days = pd.date_range(first, pd.Timestamp(until) - pd.Timedelta(days=1))
        cost = spent[spent["campaign_id"] == key].groupby("day")["cost_usd"].sum()
        budget = budgets.get(key)
        found[str(key)] = History(
            str(key),
            first.date(),
            own.set_index("day")["accepted_items"].reindex(days, fill_value=0).to_numpy(float),
            cost.reindex(days, fill_value=0).to_numpy(float),
            float(cost[cost.index < first].sum()),
            told[["changed_on", "target_items", "deadline"]],
            None if budget is None or pd.isna(budget) else float(budget),
            coming.get(str(key)),
        )
    return found


def _coming(
    source: sa.Engine | sa.Connection, scope: Scope, span: dict[str, date]
) -> dict[str, Coming]:
    """What the charters tell of the days to come, with the work that it is held against."""
    plans = fetch(source, "progress/plans_by_campaign_v1", scope=scope)
    planned = tuple(sorted(set(plans["campaign_id"])))
    if not planned:
        return {}
    work = fetch(
        source, "throughput/submissions_by_day_v1", scope=scope & Scope(campaigns=planned), **span
    )
    return {
        key: Coming(plans[plans["campaign_id"] == key], work[work["campaign_id"] == key])
        for key in planned
    }


def outlook(
    history: History,
    as_of: date,
    scale: float = forecast.UNLEARNED_SCALE,
    quicker: float = 1.0,
    pricier: float = 1.0,
    joining: float = 0.0,
    joins_in: int = 0,
    ramp_days: int = 0,
) -> Outlook | None:
    """The campaign seen from ``as_of``; None under two weeks of data, or once it is done.

    What-ifs are factors on what is still to come: ``quicker`` on the items per day from ``as_of`` on, ``pricier`` on the
    cost of an item. ``joining`` is a share of today's team that comes on top after
    ``joins_in`` days and is proficient after ``ramp_days`` more. The charter's holidays and people to come are in the range.
    """
    known = (as_of - history.first_day).days
    promise = history.promise(as_of)
    target = int(promise["target_items"])
    remaining = target - int(history.accepted[: max(known, 0)].sum())
    away = history.coming.away(as_of) if history.coming else {}
    quiet = [day for day, share in away.items() if share >= WHOLE]
    joined = history.coming.joined(as_of) if history.coming else []
    pace = forecast.pace(history.accepted[: max(known, 0)], history.first_day, quiet, joined)
    if pace is None or remaining <= 0:
        return None
    seed = zlib.crc32(f"{history.campaign_id} {as_of}".encode())
    capacity = _capacity(history, as_of, quicker, joining, joins_in, ramp_days)
    plain = forecast.finish(
        pace, remaining, as_of, scale=1.0, holidays=away, capacity=capacity, seed=seed
    )
    finish = Finish(as_of, forecast.widened(plain.days_left, scale), plain.items)
    weekly = _cost_per_item(history, known) * pricier
    spent = history.cost_by(as_of)
    cost = forecast.cost_at_completion(finish, remaining, spent, weekly, seed=seed)
    recent = weekly[np.isfinite(weekly)][-4:]
    money = Range(None, None, None)
    if history.budget and len(recent):
        money = forecast.runs_out(finish, history.budget - spent, float(recent.mean()))
    deadline = promise["deadline"].date()
    return Outlook(
        history.campaign_id, as_of, target, remaining, deadline, finish,
        _tenths(plain.days_left), _tenths(finish.days_left), cost, money,
        finish.chance_by(deadline), scale,
    )  # fmt: skip


def _capacity(
    history: History, as_of: date, quicker: float, joining: float, joins_in: int, ramp_days: int
) -> dict[date, float]:
    """The factor on the pace from each day on: the charter's people to come, times the what-if."""
    planned = history.coming.joining(as_of, forecast.HORIZON) if history.coming else {}
    steps = planned or {as_of: 1.0}
    if joining:
        ends = range(joins_in, joins_in + ramp_days + 1)
        steps = {as_of + timedelta(days=n): 1.0 for n in (0, *ends)} | steps
    made = {
        day: times * quicker * (1 + joining * ramp((day - as_of).days - joins_in, ramp_days))
        for day, times in steps.items()
    }
    return {} if set(made.values()) == {1.0} else made


def _tenths(days: np.ndarray) -> Range:
    return Range(*(forecast.quantile(days, share) for share in TENTHS))


def _cost_per_item(history: History, known: int) -> np.ndarray:
    """Dollars per accepted item of the whole weeks before the ``known``-th day, the newest last."""
    whole = known - known % 7
    start = known - whole
    items = history.accepted[start:known].reshape(-1, 7).sum(axis=1)
    paid = history.cost[start:known].reshape(-1, 7).sum(axis=1)
    is_known = (items > 0) & (paid > 0)
    return np.divide(paid, items, out=np.full(len(paid), np.nan), where=is_known)


def record(source: sa.Engine, book: sa.Engine, until: date) -> Iterator[tuple[int, int]]:
    """Write the outlooks of all past weeks that the ledger lacks or has from a former method; yields how many of how many are done.

    Oldest first, the widening learned from what had finished by then; each is written at once, so that an interrupted
    run goes on where it stopped.
    """
    known = histories(source, until)
    ledger.note_outcomes(
        book, {k: (h.came_on, h.cost_by(h.came_on)) for k, h in known.items() if h.came_on}
    )
    written = by_this_method(ledger.outlooks(book))
    have = {(r.campaign_id, r.as_of.date()) for r in written.itertuples()}
    wanted = sorted(
        (monday, key)
        for key, history in known.items()
        for monday in _mondays(history)
        if (key, monday) not in have
    )
    for number, (monday, key) in enumerate(wanted, 1):
        history = known[key]
        scale = learned(written, monday)
        seen = outlook(history, monday, scale)
        if seen is not None:
            row = as_row(seen, history)
            ledger.write_outlook(book, row)
            written = pd.concat([written, _typed(row, written)], ignore_index=True)
        yield number, len(wanted)


def _typed(row: dict[str, object], like: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([row]).reindex(columns=like.columns).astype(like.dtypes.to_dict())


def _mondays(history: History) -> list[date]:
    first = history.first_day + timedelta(days=forecast.ENOUGH_DAYS)
    first += timedelta(days=-first.weekday() % 7)
    last = min(history.came_on or history.end, history.end)
    return [first + timedelta(days=n) for n in range(0, (last - first).days + 1, 7)]


def by_this_method(written: pd.DataFrame) -> pd.DataFrame:
    """The outlooks that were made as they are made today."""
    return written[written["method"] == forecast.METHOD]


def learned(written: pd.DataFrame, as_of: date) -> float:
    """The widening that the outlooks of campaigns that had finished by ``as_of`` teach."""
    own = by_this_method(written)
    over = own[own["came_on"] <= pd.Timestamp(as_of)]
    if over["campaign_id"].nunique() < ENOUGH_CAMPAIGNS:
        return forecast.UNLEARNED_SCALE
    told = over[["plain_p10", "plain_p50", "plain_p90"]].to_numpy(float)
    came = (over["came_on"] - over["as_of"]).dt.days.to_numpy(float)
    # A path that never ends is no number in the ledger.
    return forecast.learned_scale(np.where(np.isnan(told), np.inf, told), came)


def held(written: pd.DataFrame) -> tuple[int, int]:
    """How many of past ranges held the day that came, and of how many whose day is known."""
    came = (written["came_on"] - written["as_of"]).dt.days.to_numpy(float)
    told = written[["days_p10", "days_p90"]].to_numpy(float)
    return forecast.held(np.where(np.isnan(told), np.inf, told).round(), came)


def held_cost(written: pd.DataFrame) -> tuple[int, int]:
    """The same of the cost at completion."""
    priced = written.dropna(subset=["cost_p10", "came_cost"])
    told = priced[["cost_p10", "cost_p90"]].to_numpy(float)
    return forecast.held(told, priced["came_cost"].to_numpy(float))


def as_row(seen: Outlook, history: History) -> dict[str, object]:
    """An outlook as the ledger keeps it."""
    came = history.came_on
    return {
        "campaign_id": seen.campaign_id,
        "as_of": seen.as_of,
        "target": seen.target,
        "remaining": seen.remaining,
        "deadline": seen.deadline,
        "plain_p10": seen.unwidened.p10,
        "plain_p50": seen.unwidened.p50,
        "plain_p90": seen.unwidened.p90,
        "scale": seen.scale,
        "days_p10": seen.days.p10,
        "days_p50": seen.days.p50,
        "days_p90": seen.days.p90,
        "chance": seen.chance,
        "cost_p10": seen.cost.p10,
        "cost_p50": seen.cost.p50,
        "cost_p90": seen.cost.p90,
        "came_on": came,
        "came_cost": history.cost_by(came) if came else None,
        "method": forecast.METHOD,
    }
