"""The method as METRICS.md describes it, which the bench holds beside our detector."""

import numpy as np
import pandas as pd
import pytest

from bench import trial
from bench.worlds import Change, Scenario, campaign, world

STEP = Scenario("step", "all by 15 points", (Change("gold_accuracy", "down", 0.15),))


def test_a_step_of_15_points_is_flagged_once_and_told_to_be_everybodys():
    events, versions, truth = campaign(STEP, "step", 5, golds=50)
    flags = trial.flags(events, pd.DataFrame(versions))
    found = flags[(flags["metric"] == "gold_accuracy") & (flags["kind"] == "regression")]
    assert len(found) == 1
    flag = found.iloc[0]
    delay = (flag["opened"] - pd.Timestamp(truth[0]["onset"])).days
    assert 0 <= delay <= 7
    assert flag["cause7_dimension"] == "campaign"
    assert flag["effect"] == pytest.approx(-0.15, abs=0.06)


def test_where_nothing_changes_nothing_is_flagged():
    # Five figures and directions over 160 days: at one false flag in 60,000 days each, one world in 75.
    drawn = world(["N02"], 1, seed=3)
    assert trial.flags(drawn.events, drawn.guidelines, days_between_false_flags=60_000).empty


def test_people_are_as_unequal_as_the_method_of_moments_says():
    # 5 and 1 bad of 10 each, mean .3: (10 x .04 x 2 - .21) / (.21 x (20 - 200 / 20 - 1)) = .59 / 1.89
    task, units, bad = np.zeros(2, int), np.array([10, 10]), np.array([5, 1])
    assert trial.inequality(task, units, bad) == pytest.approx(0.59 / 1.89)
