"""The level behind a noisy series: equal to the exact posterior where that can be written down, and what moves it."""

import numpy as np
import pytest

from warehouse import level
from warehouse.level import believe


def alone(values, drift=0.1, noise=0.3, **more):
    """The belief of one hypothesis: nothing is weighed."""
    return believe(np.array(values, float), drifts=(drift,), noises=(noise,), **more)


def exact(values, drift, noise, trend):
    """Mean and variance of today's level and trend, from the joint normal of all values at once."""
    steps = len(values)
    prior = np.diag([1.0, trend[1] ** 2, *[drift**2] * (steps - 1)])
    mean = np.array([np.median(values[np.isfinite(values)][:7]), trend[0], *[0.0] * (steps - 1)])
    rows, slopes = [], []
    for now in range(steps):
        gained = sum(level.FADING**n for n in range(now))
        rows.append([1, gained, *[1.0 if n < now else 0.0 for n in range(steps - 1)]])
        slopes.append([0, level.FADING**now, *[0.0] * (steps - 1)])
    seen, today = np.array(rows), np.array([rows[-1], slopes[-1]])
    known = np.isfinite(values)
    spread = seen[known] @ prior @ seen[known].T + noise**2 * np.eye(known.sum())
    gain = today @ prior @ seen[known].T @ np.linalg.inv(spread)
    return (
        today @ mean + gain @ (values[known] - seen[known] @ mean),
        today @ prior @ today.T - gain @ seen[known] @ prior @ today.T,
    )


def test_one_hypothesis_is_the_exact_posterior_of_a_joint_normal():
    values = 2 + np.random.default_rng(4).normal(0, 0.3, 9)
    values[5] = np.nan
    told = alone(values, trend=(0.05, 0.1), may_jump=False)
    mean, variance = exact(values, 0.1, 0.3, (0.05, 0.1))
    assert [told.level[0], told.trend[0]] == pytest.approx(mean)
    assert told.variance[:, 0] == pytest.approx([variance[0, 0], variance[0, 1], variance[1, 1]])


def test_paths_have_the_mean_and_spread_of_the_belief_and_its_drift():
    told = alone(2 + np.zeros(9), trend=(0.05, 0.1), may_jump=False)
    paths = told.levels(np.random.default_rng(1), 40_000, 10)
    gained = (
        0.9 + 0.81 + 0.729
    )  # of the trend by the third day, on the scale of the day before the first
    own, both, slope = told.variance[:, 0]
    third = told.level[0] + told.trend[0] * gained / 0.9
    spread = own + 2 * both * gained / 0.9 + slope * (gained / 0.9) ** 2 + 3 * 0.1**2
    assert paths[:, 2].mean() == pytest.approx(third, abs=0.01)
    assert paths[:, 2].std() == pytest.approx(np.sqrt(spread), rel=0.02)


def test_the_drift_and_noise_that_made_the_values_weigh_most():
    draw = np.random.default_rng(3)
    still = draw.normal(0, 0.3, 100)
    moving = np.cumsum(draw.normal(0, 0.3, 100)) + draw.normal(0, 0.05, 100)
    for values, drift in ((still, 0.01), (moving, 0.3)):
        told = believe(values, drifts=(0.01, 0.3), noises=(0.05, 0.3), may_jump=False)
        assert told.weight[told.drift == drift].sum() > 0.99
        assert told.weight.sum() == pytest.approx(1)


def test_one_odd_day_moves_the_level_little_and_a_jump_that_stays_moves_it():
    draw = np.random.default_rng(5)
    values = draw.normal(0, 0.1, 60)
    odd, jumped = values.copy(), values.copy()
    odd[-3] -= 5
    jumped[-12:] += 0.6
    usual = dict(drifts=(0.005, 0.01), noises=(0.1, 0.2))
    assert abs(believe(odd, **usual).middle - believe(values, **usual).middle) < 0.1
    assert believe(jumped, **usual).middle > 0.5
    assert believe(jumped, **usual, may_jump=False).middle < 0.45


def test_a_jump_on_a_known_day_is_followed_at_once():
    values = np.r_[np.zeros(60), np.full(3, 0.5)] + np.random.default_rng(6).normal(0, 0.1, 63)
    usual = dict(drift=0.01, noise=0.1, may_jump=False)
    assert alone(values, **usual, known_jumps={60}).middle == pytest.approx(0.5, abs=0.15)
    assert alone(values, **usual).middle < 0.3


def test_small_counts_scatter_by_themselves():
    few, many = (
        alone(np.full(20, np.log(n)), weight=np.ones(20)).variance[0, 0] for n in (2, 2000)
    )
    plain = alone(np.full(20, 0.0)).variance[0, 0]
    assert few > 1.5 * plain and many == pytest.approx(plain, rel=0.02)
