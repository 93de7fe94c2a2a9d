"""Do the ranges for finish date and cost hold? Coverage and width on invented campaigns, beside a plain bootstrap.

    python -m bench.forecast              400 campaigns, one forecast every two weeks
    python -m bench.forecast --campaigns 60
    python -m bench.forecast --warehouse     the campaigns in the warehouse instead, seen from each of their past days

A campaign has weekends, holidays, a ramp-up, level shifts, a vendor that joins on a date the plan knows, and in one of
five a scope change that no forecast before it can know. The widening factor is learned only from campaigns that
finished earlier in the run, and begins unlearned, as in the product. Nothing is fitted to the seed that is reported.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from warehouse import engine, forecast, outlook
from warehouse.errors import Refused
from warehouse.read import fetch

RESULTS = Path(__file__).parent / "results"
FIRST = date(2025, 1, 6)
LENGTH = 900


METHODS = (
    "finish date, here",
    "finish date, 28-day bootstrap",
    "finish date, bootstrap widened alike",
)
"""The last is the fair one to compare widths with: the bootstrap with its own learned widening."""


@dataclass(frozen=True)
class Campaign:
    """A campaign as it will have gone: what came in each day, what it cost, what was planned."""

    accepted: np.ndarray
    cost: np.ndarray
    target: np.ndarray
    """The target in force on each day."""
    holidays: tuple[date, ...]
    joins: tuple[int, float]
    """The day on which a vendor joins and the planned factor on the rate."""
    days: int
    """Days until the last target was met."""


@dataclass(frozen=True)
class Told:
    """One forecast and what came: unwidened paths of days left, and p10, p50, p90 of the total cost."""

    days: np.ndarray
    plain: np.ndarray
    came: float
    cost: np.ndarray
    plain_cost: np.ndarray
    came_cost: float


def invented(draw: np.random.Generator) -> Campaign:
    """A campaign of 60 to 240 days or so."""
    weekday = np.array([1, 1.05, 1.05, 1, 0.95, *draw.uniform(0, 0.5, 2)])
    holidays = tuple(FIRST + timedelta(days=int(d)) for d in draw.choice(LENGTH, 20, replace=False))
    level = np.log(draw.uniform(15, 400)) + np.cumsum(
        draw.standard_t(4, LENGTH) * draw.uniform(0.005, 0.03)
    )
    ramp = np.minimum(1, (np.arange(LENGTH) + 3) / draw.integers(5, 45))
    day, planned = int(draw.integers(20, 120)), float(draw.choice([1.0, 1.0, 1.3, 1.6]))
    came = 1 + (planned - 1) * draw.uniform(0.5, 1.3)
    joined = np.where(np.arange(LENGTH) >= day, came, 1.0)
    rate = np.exp(level) * ramp * joined * weekday[np.arange(LENGTH) % 7]
    rate *= np.exp(draw.normal(0, draw.uniform(0.1, 0.35), LENGTH))
    rate[[(h - FIRST).days for h in holidays]] *= 0.1
    accepted = draw.poisson(rate)
    total = np.cumsum(accepted)
    target = np.full(LENGTH, max(int(total[int(draw.integers(60, 240))]), 50))
    if draw.random() < 0.2:
        target[int(draw.integers(20, 100)) :] = int(target[0] * draw.uniform(0.8, 1.4))
    price = draw.uniform(2, 40) * np.exp(np.cumsum(draw.normal(0, 0.004, LENGTH)))
    cost = price * (accepted * draw.uniform(0.85, 1.15, LENGTH) + rate * 0.1)
    done = np.nonzero(total >= target)[0]
    return Campaign(
        accepted, cost, target, holidays, (day, planned), int(done[0]) + 1 if len(done) else LENGTH
    )


def told_of(campaign: Campaign, seed: int) -> list[Told]:
    """An unwidened forecast every two weeks of ``campaign`` from its third week until it is done."""
    found = []
    total, spent = np.cumsum(campaign.accepted), np.cumsum(campaign.cost)
    for now in range(21, campaign.days - 2, 14):
        remaining = float(campaign.target[now] - total[now - 1])
        seen = forecast.pace(campaign.accepted[:now], FIRST, campaign.holidays)
        if remaining <= 0 or seen is None:
            continue
        since = FIRST + timedelta(days=now - 1)
        day, planned = campaign.joins
        capacity = {FIRST + timedelta(days=day): planned} if day > now else {}
        paths = forecast.finish(
            seen,
            remaining,
            since,
            scale=1.0,
            holidays=campaign.holidays,
            capacity=capacity,
            seed=seed,
        )
        weeks = [slice(max(now - 7 * (n + 1), 0), now - 7 * n) for n in range(now // 7)][::-1]
        items = np.array([campaign.accepted[w].sum() for w in weeks], float)
        paid = np.array([campaign.cost[w].sum() for w in weeks])
        per_item = np.divide(paid, items, out=np.full(len(paid), np.nan), where=items > 0)
        cost = forecast.cost_at_completion(
            paths, remaining, float(spent[now - 1]), per_item, seed=seed
        )
        plain = _bootstrap(campaign.accepted[max(now - 28, 0) : now], remaining, seed)
        plain_cost = float(spent[now - 1]) + remaining * _ratios(
            campaign.cost[max(now - 28, 0) : now], campaign.accepted[max(now - 28, 0) : now], seed
        )
        found.append(
            Told(
                paths.days_left,
                plain,
                campaign.days - now + 1,
                np.array([cost.p10, cost.p50, cost.p90]),
                np.quantile(plain_cost, [0.1, 0.5, 0.9]),
                float(spent[campaign.days - 1]),
            )
        )
    return found


def _tenths(days: np.ndarray) -> np.ndarray:
    """p10, p50, p90; a path that is never done counts as five horizons long."""
    return np.quantile(np.where(np.isfinite(days), days, forecast.HORIZON * 5), [0.1, 0.5, 0.9])


def _bootstrap(recent: np.ndarray, remaining: float, seed: int) -> np.ndarray:
    """The usual method: days of the last four weeks drawn with replacement until the rest is done."""
    draw = np.random.default_rng(seed)
    days = draw.choice(recent, (300, forecast.HORIZON))
    done = np.cumsum(days, axis=1) >= remaining
    return np.where(done.any(axis=1), done.argmax(axis=1) + 1.0, forecast.HORIZON)


def _ratios(cost: np.ndarray, items: np.ndarray, seed: int) -> np.ndarray:
    picked = np.random.default_rng(seed).integers(0, len(cost), (300, len(cost)))
    return cost[picked].sum(axis=1) / np.maximum(items[picked].sum(axis=1), 1)


def run(campaigns: int, seed: int) -> dict[str, dict[str, float]]:
    """Coverage, median width over what came, and median error, of both methods, for date and cost."""
    draw = np.random.default_rng(seed)
    told: list[Told] = []
    ranges: dict[str, list[np.ndarray]] = {name: [] for name in METHODS}
    for number in range(campaigns):
        came = np.array([t.came for t in told])
        scale, plain_scale = (
            forecast.learned_scale(np.array([_tenths(d) for d in past]).reshape(-1, 3), came)
            for past in ([t.days for t in told], [t.plain for t in told])
        )
        new = told_of(invented(draw), seed * 1000 + number)
        for t in new:
            for name, left in zip(
                METHODS,
                (
                    forecast.widened(t.days, scale),
                    t.plain,
                    forecast.widened(t.plain, plain_scale),
                ),
                strict=True,
            ):
                ranges[name].append(_tenths(left))
        told += new
        if number % 20 == 19 and sys.stderr.isatty():
            print(f"\r{number + 1} of {campaigns} campaigns", end="", file=sys.stderr, flush=True)
    came, cost = np.array([t.came for t in told]), np.array([t.came_cost for t in told])
    return {name: _score(np.array(found), came) for name, found in ranges.items()} | {
        "cost, here": _score(np.array([t.cost for t in told]), cost),
        "cost, 28-day bootstrap": _score(np.array([t.plain_cost for t in told]), cost),
    }


def _score(ranges: np.ndarray, came: np.ndarray) -> dict[str, float]:
    low, middle, high = ranges.T
    return {
        "forecasts": len(came),
        "held": float(np.mean((low <= came) & (came <= high))),
        "width": float(np.median((high - low) / came)),
        "error": float(np.median(np.abs(middle - came) / came)),
        # Gneiting and Raftery 2007: width plus what lies outside, at 80 %; lower is better at any coverage.
        "interval_score": float(
            np.mean(
                ((high - low) + 10 * np.maximum(low - came, 0) + 10 * np.maximum(came - high, 0))
                / came
            )
        ),
    }


def of_warehouse() -> dict[str, dict[str, float]]:
    """Each campaign in the warehouse seen from its past days: when would what was accepted in the end be there?

    A campaign need not have met its target for that, so real work with dates counts. Unlearned widening throughout.
    """
    source = engine.connect()
    reach = fetch(source, "team/reach_v1")
    if reach.empty:
        raise Refused("expected a warehouse with campaigns, found an empty one: load a file first")
    until = reach["last_occurred"].max().date() + timedelta(days=1)
    found = {}
    for name, history in outlook.histories(source, until).items():
        total = np.cumsum(history.accepted)
        last = int(total.argmax())
        promises = history.promises.assign(target_items=int(total[last]))
        same = replace(history, promises=promises)
        ranges, came = [], []
        # A short history day by day, a long one week by week: neighbouring days say nearly the same.
        for now in range(forecast.ENOUGH_DAYS, last, 1 if last < 60 else 7):
            seen = outlook.outlook(same, history.first_day + timedelta(days=now))
            if seen is not None:
                ranges.append(_tenths(seen.finish.days_left))
                came.append(last + 1 - now)
        found[name] = _score(np.array(ranges), np.array(came)) if came else {"forecasts": 0}
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the table and write ``bench/results/forecast.json``."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.forecast", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--campaigns", type=int, default=400)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--warehouse", action="store_true", help="back-test what is loaded instead")
    args = parser.parse_args(arguments)
    table = of_warehouse() if args.warehouse else run(args.campaigns, args.seed)
    print(f"\n{'80 % ranges':38} {'n':>6} {'held':>6} {'width':>7} {'error':>7} {'score':>7}")
    for name, s in table.items():
        if not s["forecasts"]:
            print(f"{name:38} {0:>6} under two weeks with dates")
            continue
        print(
            f"{name:38} {s['forecasts']:>6} {s['held']:>6.2f} {s['width']:>7.3f} {s['error']:>7.3f} {s['interval_score']:>7.3f}"
        )
    RESULTS.mkdir(exist_ok=True)
    name = "forecast_of_warehouse.json" if args.warehouse else "forecast.json"
    (RESULTS / name).write_text(json.dumps(table, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
