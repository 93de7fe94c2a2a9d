"""The ranges on invented campaigns: they hold, are narrower than the usual method's, and no narrower than can be."""

import pytest

from bench import forecast


@pytest.mark.slow
@pytest.mark.parametrize("world", forecast.WORLDS)
def test_ranges_hold_and_are_narrower_than_a_bootstrap_that_holds_as_often(world):
    told = forecast.run(world, 30, seed=3)
    here, plain = told["finish date, here"], told["finish date, bootstrap widened alike"]
    assert 0.70 <= here["held"] <= 0.92  # 30 campaigns: .80 give or take .08
    assert here["width"] < plain["width"]
    assert here["interval_score"] < 0.75 * plain["interval_score"]
    assert 0.65 <= told["cost, here"]["held"] <= 0.95
    if knowing := told.get("finish date, knowing the world"):
        assert here["width"] > knowing["width"]
