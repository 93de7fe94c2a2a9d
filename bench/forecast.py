"""Do the ranges for finish date and cost hold? Coverage and width on invented campaigns, beside a plain bootstrap.

    python -m bench.forecast              200 campaigns in each of two worlds, one forecast every two weeks
    python -m bench.forecast --campaigns 60
    python -m bench.forecast --warehouse     the campaigns in the warehouse instead, seen from each of their past days

The widening factor is learned only from campaigns that finished earlier in the run, and begins unlearned, as in the
product. "knowing the world" is told the level, drift, noise, weekdays and ramp that made a campaign, and draws what is to
come from the world itself: no forecaster can be much narrower. No setting was chosen on the seed that is reported, and
none on the world of single trainers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench.campaigns import FIRST, LENGTH, Campaign, drifting, of_trainers
from warehouse import engine, forecast, outlook
from warehouse.errors import Refused
from warehouse.read import fetch

RESULTS = Path(__file__).parent / "results"
WORLDS: dict[str, Callable[[np.random.Generator], Campaign]] = {
    "drifting levels": drifting,
    "single trainers": of_trainers,
}
YOUNG = 60
"""Days of history below which a forecast is told apart: the ramp-up is in them."""


@dataclass(frozen=True)
class Told:
    """One forecast and what came: unwidened days left of each path, and p10, p50, p90 of the total cost."""

    age: int
    days: np.ndarray
    plain: np.ndarray
    knowing: np.ndarray | None
    came: float
    cost: np.ndarray
    plain_cost: np.ndarray
    came_cost: float


def told_of(campaign: Campaign, seed: int) -> list[Told]:
    """An unwidened forecast every two weeks of ``campaign`` from its third week until it is done."""
    found = []
    total, spent = np.cumsum(campaign.accepted), np.cumsum(campaign.cost)
    for now in range(21, campaign.days - 2, 14):
        remaining = float(campaign.target[now] - total[now - 1])
        paths = _here(campaign, now, remaining, seed)
        if remaining <= 0 or paths is None:
            continue
        weeks = [slice(max(now - 7 * (n + 1), 0), now - 7 * n) for n in range(now // 7)][::-1]
        items = np.array([campaign.accepted[w].sum() for w in weeks], float)
        paid = np.array([campaign.cost[w].sum() for w in weeks])
        per_item = np.divide(paid, items, out=np.full(len(paid), np.nan), where=items > 0)
        cost = forecast.cost_at_completion(
            paths, remaining, float(spent[now - 1]), per_item, seed=seed
        )
        last = slice(max(now - 28, 0), now)
        plain_cost = float(spent[now - 1]) + remaining * _ratios(
            campaign.cost[last], campaign.accepted[last], seed
        )
        found.append(
            Told(
                now,
                paths.days_left,
                _bootstrap(campaign.accepted[last], remaining, seed),
                _knowing(campaign, now, remaining, seed),
                campaign.days - now,
                np.array([cost.p10, cost.p50, cost.p90]),
                np.quantile(plain_cost, [0.1, 0.5, 0.9]),
                float(spent[campaign.days - 1]),
            )
        )
    return found


def _here(campaign: Campaign, now: int, remaining: float, seed: int) -> forecast.Finish | None:
    day, planned = campaign.joins
    joins = FIRST + timedelta(days=day)
    joined = (joins,) if planned > 1 and day < now else ()
    seen = forecast.pace(campaign.accepted[:now], FIRST, campaign.holidays, joined)
    if seen is None:
        return None
    return forecast.finish(
        seen,
        remaining,
        FIRST + timedelta(days=now),
        scale=1.0,
        holidays=campaign.holidays,
        capacity={joins: planned} if day >= now else {},
        seed=seed,
    )


def _knowing(campaign: Campaign, now: int, remaining: float, seed: int) -> np.ndarray | None:
    """Days left where all that made the past is known; what is to come is drawn as the world draws it."""
    truth = campaign.truth
    if truth is None:
        return None
    draw = np.random.default_rng(seed)
    size = (300, LENGTH - now)
    level = truth.level[now - 1] + np.cumsum(draw.standard_t(4, size) * truth.drift, axis=1)
    day, planned = campaign.joins
    gains = 1 + (planned - 1) * draw.uniform(0.5, 1.3, (300, 1)) if day >= now else truth.gains
    rate = np.exp(level + draw.normal(0, truth.noise, size)) * truth.usual[now:]
    rate *= np.where(np.arange(now, LENGTH) >= day, gains, 1.0)
    done = np.cumsum(rate, axis=1) >= remaining
    return np.where(done.any(axis=1), done.argmax(axis=1) + 1.0, np.inf)


def _tenths(days: np.ndarray) -> np.ndarray:
    """p10, p50, p90 in whole days; a path that is never done counts as five horizons long."""
    known = np.where(np.isfinite(days), days, forecast.HORIZON * 5)
    return np.quantile(known, [0.1, 0.5, 0.9]).round()


def _bootstrap(recent: np.ndarray, remaining: float, seed: int) -> np.ndarray:
    """The usual method: days of the last four weeks drawn with replacement until the rest is done."""
    draw = np.random.default_rng(seed)
    days = draw.choice(recent, (300, forecast.HORIZON))
    done = np.cumsum(days, axis=1) >= remaining
    return np.where(done.any(axis=1), done.argmax(axis=1) + 1.0, forecast.HORIZON)


def _ratios(cost: np.ndarray, items: np.ndarray, seed: int) -> np.ndarray:
    picked = np.random.default_rng(seed).integers(0, len(cost), (300, len(cost)))
    return cost[picked].sum(axis=1) / np.maximum(items[picked].sum(axis=1), 1)


def run(world: str, campaigns: int, seed: int) -> dict[str, dict[str, float]]:
    """Coverage, median width over what came, and median error of each method, for date and cost."""
    draw = np.random.default_rng(seed)
    told: list[Told] = []
    ranges: dict[str, list[np.ndarray]] = {}
    plain: dict[str, list[np.ndarray]] = {name: [] for name in METHODS}
    for number in range(campaigns):
        came = np.array([t.came for t in told])
        new = told_of(WORLDS[world](draw), seed * 1000 + number)
        for name, paths in METHODS.items():
            kept = ranges.setdefault(name, [])
            scale = forecast.learned_scale(np.array(plain[name]).reshape(-1, 3), came)
            plain[name] += [_tenths(paths(t)) for t in new]
            kept += [_tenths(forecast.widened(paths(t), scale)) for t in new]
        told += new
        if number % 20 == 19 and sys.stderr.isatty():
            print(f"\r{number + 1} of {campaigns} campaigns", end="", file=sys.stderr, flush=True)
    return _table(told, {name: np.array(found) for name, found in ranges.items()})


METHODS: dict[str, Callable[[Told], np.ndarray]] = {
    "finish date, here": lambda t: t.days,
    "finish date, bootstrap widened alike": lambda t: t.plain,
    "finish date, knowing the world": lambda t: t.days if t.knowing is None else t.knowing,
}
"""Each with the widening that it learned itself, so that widths are compared at like coverage."""


def _table(told: list[Told], ranges: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    came, cost = np.array([t.came for t in told]), np.array([t.came_cost for t in told])
    here, plain = ranges["finish date, here"], "finish date, 28-day bootstrap"
    unlearned = [_tenths(forecast.widened(t.days, forecast.UNLEARNED_SCALE)) for t in told]
    is_young = np.array([t.age < YOUNG for t in told])
    if told[0].knowing is None:
        ranges = {k: v for k, v in ranges.items() if k != "finish date, knowing the world"}
    return {
        **{name: _score(found, came) for name, found in ranges.items()},
        f"finish date, here, first {YOUNG} days": _score(here[is_young], came[is_young]),
        "finish date, here, later": _score(here[~is_young], came[~is_young]),
        "finish date, here, nothing learned": _score(np.array(unlearned), came),
        plain: _score(np.array([_tenths(t.plain) for t in told]), came),
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


def _print(world: str, table: dict[str, dict[str, float]]) -> None:
    print(
        f"\n{f'80 % ranges, {world}':38} {'n':>6} {'held':>6} {'width':>7} {'error':>7} {'score':>7}"
    )
    for name, s in table.items():
        if not s["forecasts"]:
            print(f"{name:38} {0:>6} under two weeks with dates")
            continue
        print(
            f"{name:38} {s['forecasts']:>6} {s['held']:>6.2f} {s['width']:>7.3f} {s['error']:>7.3f} {s['interval_score']:>7.3f}"
        )


def main(arguments: list[str] | None = None) -> int:
    """Print the table and write ``bench/results/forecast.json``."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.forecast", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--campaigns", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--warehouse", action="store_true", help="back-test what is loaded instead")
    args = parser.parse_args(arguments)
    if args.warehouse:
        tables = {"warehouse": of_warehouse()}
    else:
        tables = {world: run(world, args.campaigns, args.seed) for world in WORLDS}
    for world, table in tables.items():
        _print(world, table)
    RESULTS.mkdir(exist_ok=True)
    name = "forecast_of_warehouse.json" if args.warehouse else "forecast.json"
    (RESULTS / name).write_text(json.dumps(tables, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
