"""Figures that are told by several queries are the same in each, and parts add up to their whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from conftest import add

from warehouse import schema
from warehouse.engine import insert
from warehouse.read import fetch

BEGIN = dt.date(2026, 1, 5)
DAYS = 40
AS_OF = BEGIN + dt.timedelta(days=DAYS)
CAMPAIGNS = ("alpha", "beta", "gamma")
VENDORS = ("north", "south", None)
TYPES = ("rating", "span")
CATEGORIES = ("annotation", "overlap", "review", "rework", "gold", "onboarding", "bonus", "fee")


@pytest.fixture(scope="module", params=[1, 2, 3], ids="seed {}".format)
def world(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A warehouse with random daily sums of three campaigns, of which gamma has no charter."""
    rng = np.random.default_rng(request.param)
    with sa.create_engine("duckdb:///:memory:").connect() as connection:
        schema.metadata.create_all(connection)
        for table, rows in _rows(rng).items():
            add(connection, table, rows)
        for sums in schema.SAYS_WHO:
            insert(connection, sums, fetch(connection, f"rollups/{sums}"))
        yield connection


def _rows(rng: np.random.Generator) -> dict[str, list[dict[str, object]]]:
    days = [BEGIN + dt.timedelta(days=n) for n in range(DAYS)]
    charters = [
        {
            "campaign_id": campaign,
            "target_items": int(rng.integers(200, 900)),
            "starts_on": BEGIN + dt.timedelta(days=int(rng.integers(-5, 10))),
            "deadline": BEGIN + dt.timedelta(days=int(rng.integers(20, 90))),
            "budget": float(rng.integers(500, 5000)),
            "currency": currency,
            "acceptance": acceptance,
        }
        for campaign, currency, acceptance in (
            ("alpha", "USD", "review"),
            ("beta", "EUR", "submission"),
        )
    ]
    flow, work, spend = [], [], []
    for campaign in CAMPAIGNS:
        for day in days:
            if rng.random() < 0.2:  # a day off
                continue
            for before, after in (("available", "in_work"), ("in_work", "accepted")):
                moved = int(rng.integers(0, 9))
                told = {"campaign_id": campaign, "day": day}
                flow.append(told | {"state": before, "entered": 0, "left_it": moved})
                flow.append(told | {"state": after, "entered": moved, "left_it": 0})
            for vendor in VENDORS:
                for task_type in TYPES:
                    told = {
                        "campaign_id": campaign, "vendor_id": vendor, "task_type": task_type, "day": day,
                        "trainer_id": f"{vendor}-{int(rng.integers(0, 4))}",
                    }  # fmt: skip
                    submitted = int(rng.integers(0, 12))
                    accepted = int(rng.integers(0, submitted + 1))
                    rejected = int(rng.integers(0, submitted - accepted + 1))
                    counts = {
                        "submitted": submitted,
                        "last_accepted": accepted,
                        "last_rejected": rejected,
                    }
                    work.append(told | counts)
                    paid = {"category": str(rng.choice(CATEGORIES)), "units": submitted + 1}
                    spend.append(told | paid | {"cost_usd": float(rng.integers(0, 40)) / 4})
    return {
        "charters": charters,
        "fx_rates": [{"currency": "EUR", "day": BEGIN - dt.timedelta(days=9), "usd": 1.25}],
        "item_flow_by_day": flow,
        "submissions_by_day": work,
        "spend_by_day": spend,
        "events_by_day": [
            {"campaign_id": "alpha", "day": day, "last_recorded": day + dt.timedelta(days=1)}
            for day in days
        ],
    }


RANGE = {"since": BEGIN - dt.timedelta(days=9), "until": AS_OF}


def test_what_each_vendor_adds_to_the_variance_adds_up(world: sa.Connection) -> None:
    vendors = fetch(world, "spend/variance_by_vendor_v1", as_of=AS_OF)
    parts = vendors[["volume", "price", "mix", "rework", "overhead"]].sum(axis=1)
    np.testing.assert_allclose(parts, vendors["variance"], atol=1e-6)

    whole = fetch(world, "spend/cost_per_item_by_campaign_v2", as_of=AS_OF).set_index("campaign_id")
    assert set(vendors["campaign_id"]) == {"alpha", "beta"}
    for campaign, rows in vendors.groupby("campaign_id"):
        told = whole.loc[campaign]
        assert rows["cost_usd"].sum() == pytest.approx(told["cost_usd"])
        assert rows["planned_cost"].sum() == pytest.approx(told["planned_cost"])
        assert rows["variance"].sum() == pytest.approx(told["cost_usd"] - told["planned_cost"])
        assert rows["volume"].sum() == pytest.approx(told["schedule_variance"])
        assert rows["mix"].sum() == pytest.approx(0, abs=1e-6)


def test_the_last_day_of_earned_value_is_what_stands_as_of_the_next(world: sa.Connection) -> None:
    days = fetch(world, "spend/earned_value_by_day_v1", **RANGE)
    last = days[days["day"] == days["day"].max()].set_index("campaign_id").loc[["alpha", "beta"]]
    stands = fetch(world, "spend/cost_per_item_by_campaign_v2", as_of=AS_OF).set_index(
        "campaign_id"
    )
    for by_day, by_campaign in (
        ("cost_to_date", "cost_usd"),
        ("planned_cost", "planned_cost"),
        ("earned_value", "earned_value"),
    ):
        np.testing.assert_allclose(last[by_day], stands.loc[last.index, by_campaign])
    spent = days.groupby("campaign_id")["cost_usd"].sum()
    np.testing.assert_allclose(spent[last.index], last["cost_to_date"])


def test_a_plan_spends_its_budget_to_the_cent_between_its_days(world: sa.Connection) -> None:
    plans = fetch(world, "team/campaigns_v1", as_of=AS_OF).dropna(subset=["deadline"])
    for plan in plans.itertuples():
        days = fetch(
            world,
            "spend/earned_value_by_day_v1",
            since=plan.starts_on.date(),
            until=plan.deadline.date(),
        )
        own = days[days["campaign_id"] == plan.campaign_id]
        budget = plan.budget * (1.25 if plan.currency == "EUR" else 1)
        assert own["planned_cost"].iloc[-1] == pytest.approx(budget)
        steps = own["planned_cost_of_day"] * (own["day"].diff().dt.days.fillna(1))
        assert steps.sum() == pytest.approx(budget)


def test_burn_up_and_state_flow_end_where_progress_stands(world: sa.Connection) -> None:
    stands = fetch(world, "progress/progress_by_campaign_v1", as_of=AS_OF).set_index("campaign_id")
    burn_up = fetch(world, "progress/burn_up_by_day_v1", **RANGE)
    last = burn_up.groupby("campaign_id").last()
    assert (last["accepted_items"] == stands["accepted_items"]).all()
    planned = last["planned_items"].dropna()
    np.testing.assert_allclose(planned, stands.loc[planned.index, "planned_items"])

    flow = fetch(world, "progress/state_flow_by_day_v1", **RANGE)
    for state in ("available", "in_work", "accepted"):
        at_end = flow[flow["state"] == state].groupby("campaign_id")["items"].last()
        assert (at_end == stands[state if state != "accepted" else "accepted_items"]).all()

    daily = fetch(world, "progress/accepted_items_by_day_v1", **RANGE)
    assert (daily.groupby("campaign_id")["accepted_items"].sum() == stands["accepted_items"]).all()


def test_all_views_of_spend_have_one_total(world: sa.Connection) -> None:
    totals = {
        name: fetch(world, f"spend/{name}_v1", **RANGE).groupby("campaign_id")["cost_usd"].sum()
        for name in (
            "spend_by_day",
            "spend_by_campaign",
            "spend_by_currency",
            "cost_by_vendor",
            "waterfall_by_campaign",
        )
    }
    stands = fetch(world, "spend/cost_per_item_by_campaign_v2", as_of=AS_OF).set_index(
        "campaign_id"
    )
    for total in totals.values():
        np.testing.assert_allclose(total, stands["cost_usd"])
    parts = fetch(world, "spend/waterfall_by_campaign_v1", **RANGE).groupby("campaign_id")
    np.testing.assert_allclose(parts["cost_share"].sum(), 1)
    np.testing.assert_allclose(parts["cost_per_item"].sum(), stands["cost_per_item"])


def test_the_team_submits_what_its_vendors_submit(world: sa.Connection) -> None:
    vendors = (
        fetch(world, "throughput/submissions_by_day_v1", **RANGE).groupby("day")["submitted"].sum()
    )
    team = fetch(world, "throughput/submissions_of_team_by_day_v1", **RANGE).set_index("day")
    assert (team.loc[vendors.index, "submitted"] == vendors).all()
    weeks = fetch(world, "throughput/capacity_by_week_v1", **RANGE)
    assert weeks["submitted"].sum() == vendors.sum()


def test_cycle_time_is_the_product_limit_of_the_items_one_by_one() -> None:
    rng = np.random.default_rng(5)
    begin, until = pd.Timestamp(BEGIN), pd.Timestamp(AS_OF)
    available = begin + pd.to_timedelta(rng.integers(0, DAYS * 24 * 60, 400), unit="min")
    took = pd.to_timedelta(rng.integers(0, 30 * 24 * 60, 400), unit="min")
    accepted = [
        at + t if rng.random() < 0.8 else None for at, t in zip(available, took, strict=True)
    ]
    rows = [
        {
            "item_id": f"i{n}",
            "state": "in_work" if done is None else "accepted",
            "state_since": at if done is None else done,
            "available_at": at,
            "accepted_at": done,
        }
        for n, (at, done) in enumerate(zip(available, accepted, strict=True))
    ]
    with sa.create_engine("duckdb:///:memory:").connect() as connection:
        schema.metadata.create_all(connection)
        add(connection, "items", rows)
        told = fetch(connection, "progress/cycle_time_by_campaign_v1", since=BEGIN, until=AS_OF)

    spans = []
    for at, done in zip(available, accepted, strict=True):
        is_done = done is not None and done < until
        minutes = ((done if is_done else until) - at) // pd.Timedelta(minutes=1)
        step = 1 if minutes < 1440 else 10 if minutes < 14400 else 60
        spans.append((minutes // step * step, is_done))
    left, median, p90 = 1.0, None, None
    for minutes in sorted({m for m, is_done in spans if is_done}):
        at_risk = sum(m >= minutes for m, _ in spans)
        left *= 1 - sum(m == minutes and is_done for m, is_done in spans) / at_risk
        median = minutes / 60 if median is None and left <= 0.5 else median
        p90 = minutes / 60 if p90 is None and left <= 0.1 else p90
    row = told.iloc[0]
    assert (row["items"], row["median_hours"]) == (400, pytest.approx(median))
    assert row["p90_hours"] == pytest.approx(p90) if p90 else pd.isna(row["p90_hours"])


def test_percentiles_read_from_buckets_are_right_to_within_one_per_cent() -> None:
    rng = np.random.default_rng(6)
    seconds = np.exp(rng.normal(4, 1.2, 5001))
    buckets = pd.Series(seconds).groupby(np.ceil(np.log(seconds) / np.log(1.02)).astype(int))
    rows = [
        {
            "bucket": int(bucket),
            "assignments": len(times),
            "seconds": float(times.sum()),
            "day": BEGIN,
        }
        for bucket, times in buckets
    ]
    with sa.create_engine("duckdb:///:memory:").connect() as connection:
        schema.metadata.create_all(connection)
        add(connection, "durations_by_day", rows)
        told = fetch(
            connection, "throughput/handle_time_by_campaign_v1", since=BEGIN, until=AS_OF
        ).iloc[0]
    assert told["mean_seconds"] == pytest.approx(seconds.mean())
    assert told["median_seconds"] == pytest.approx(np.quantile(seconds, 0.5), rel=0.01)
    assert told["p90_seconds"] == pytest.approx(np.quantile(seconds, 0.9, method="lower"), rel=0.01)
