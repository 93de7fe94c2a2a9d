"""Every bar that a charter accepts is judged, and a vendor's service levels with them."""

import pandas as pd
import pytest

pytest.importorskip("great_expectations")

import small_world

from data_checks.campaign_bars import _costs, campaign_bars, measured
from data_checks.suite import judge
from warehouse import engine as door
from warehouse.charter import _unjudged
from warehouse.charter_file import FIGURES, charters_from
from warehouse.charter_terms import LEVELS

MET = {
    "rejection_rate": 0.2, "rework_rate": 0.2, "handle_time": 200.0, "cost_per_item": 9.0,
    "gold_accuracy": 0.8, "first_pass": 0.8, "final_acceptance": 0.8,
}  # fmt: skip
MISSED = {
    "rejection_rate": 0.02, "handle_time": 140.0, "cost_per_item": 0.1, "gold_accuracy": 0.97,
    "first_pass": 0.96, "final_acceptance": 0.96,
}  # fmt: skip
LEVEL = {"gold_accuracy": 0.97, "turnaround_hours": 1.0, "weekly_submitted": 200.0, "rework_rate": 0.5, "first_pass": 0.7}  # fmt: skip


def world(tmp_path_factory, bars, levels, **promise):
    url = f"duckdb:///{tmp_path_factory.mktemp('bars') / 'w.duckdb'}"
    promised = small_world.charters(("alpha",), **({"target_items": 9000} | promise))
    engine = small_world.fill(
        url, small_world.submissions(("alpha",)), promised=promised, bars=bars
    )
    terms = [
        {
            "campaign_id": "alpha", "version": 1, "recorded_at": small_world.BEGIN, "kind": "level",
            "vendor_id": "acme", "name": name, "starts_on": small_world.BEGIN.date(), "amount": amount,
        }
        for name, amount in levels.items()
    ]  # fmt: skip
    with door.publish(url) as connection:
        for term in terms:
            door.insert(connection, "charter_terms", [term])
    return measured(engine, small_world.AS_OF)


@pytest.fixture(scope="module")
def missed(tmp_path_factory):
    return world(tmp_path_factory, MISSED, LEVEL)


def breaches(frame):
    return {
        (f.figure, f.subject)
        for f in judge(campaign_bars, frame)
        if f.outcome == "fail" and f.severity == "warning"
    }


def test_each_bar_that_is_missed_is_a_breach(missed):
    own = {figure for figure, subject in breaches(missed) if subject == "alpha"}
    assert own == set(MISSED)


def test_each_service_level_that_is_missed_is_a_breach_of_its_vendor(missed):
    own = {figure for figure, subject in breaches(missed) if subject == "alpha / acme"}
    assert own == {"gold_accuracy", "turnaround_hours", "weekly_submitted"}
    weekly = missed[missed["figure"] == "weekly_submitted"].iloc[0]
    # Six people with three a day, a quarter of it gold.
    assert weekly["value"] == pytest.approx(126 * 0.75, rel=0.1)


def test_bars_that_are_met_raise_nothing(tmp_path_factory):
    frame = world(tmp_path_factory, MET, {"weekly_submitted": 20.0, "gold_accuracy": 0.8})
    assert breaches(frame) == set()
    judged = frame.dropna(subset=["bar"]).set_index(["vendor_id", "figure"])
    assert {figure for vendor, figure in judged.index if not vendor} == set(MET)
    assert judged.loc[("", "handle_time"), "value"] == pytest.approx(148, rel=0.05)


def test_a_campaign_past_its_target_asks_its_vendors_for_no_more(tmp_path_factory):
    frame = world(tmp_path_factory, {}, {"weekly_submitted": 200.0}, target_items=5)
    assert frame.loc[frame["figure"] == "weekly_submitted", "value"].isna().all()


def test_a_cost_in_another_currency_is_compared_in_that_of_the_charter():
    rows = pd.DataFrame(
        {
            "campaign_id": ["euro", "dollar", "without a budget", "few"],
            "currency": ["EUR", "USD", "EUR", "USD"],
            "budget": [1000.0, None, None, None],
            "budget_usd": [1250.0, None, None, None],
            "marginal_cost": [5.0, 5.0, 5.0, 5.0],
            "accepted_last_28": [30, 30, 30, 29],
        }
    )
    told = _costs(rows).set_index("campaign_id")["value"]
    assert told["euro"] == 4.0 and told["dollar"] == 5.0
    assert told[["without a budget", "few"]].isna().all()


CHARTER = """
campaign: alpha
target_items: 10
starts_on: 2026-01-01
deadline: 2026-02-01
currency: EUR
quality_bar: {alpha: {q1: 0.7}, first_pass: {q1: 0.8}, rework_rate: 0.1, cost_per_item: 2}
"""


def test_the_loading_of_a_charter_says_which_bars_nobody_judges():
    (charter,) = charters_from(CHARTER)
    by_question, in_euros = _unjudged(charter)
    assert "no check judges the bar of first_pass for q1" in by_question
    assert "no check judges the bar of cost_per_item: it is in EUR" in in_euros
    (charter,) = charters_from(CHARTER.replace("{q1: 0.8}", "0.8") + "budget: 100\n")
    assert _unjudged(charter) == []


def test_every_figure_that_a_bar_may_be_set_for_has_its_row(missed):
    # Nobody audits in this world, nobody works again, and each item has one answer.
    unseen = {"alpha", "percent_agreement", "escape_rate"}
    assert set(FIGURES) - unseen <= set(missed.loc[missed["vendor_id"] == "", "figure"])
    of_vendors = set(missed.loc[missed["vendor_id"] == "acme", "figure"])
    assert of_vendors == set(LEVEL) <= set(LEVELS)
