"""Weekday factors: a pattern without noise is found, holidays and ramps are not taken for one."""

import numpy as np
import pytest

from warehouse.weekdays import weekdays

PATTERN = np.array([1.2, 1, 1, 1, 0.8, 0.3, 0.1])
DAYS = np.arange(56)
WORK = np.ones(56, bool)


def factors(done, is_work=WORK):
    return weekdays(np.asarray(done, float), DAYS[: len(done)] % 7, is_work[: len(done)])


@pytest.mark.parametrize("weeks, within", [(8, 0.03), (3, 0.06)])
def test_a_pattern_without_noise_is_found(weeks, within):
    told = factors(1000 * np.tile(PATTERN, weeks))
    assert told.factors == pytest.approx(PATTERN / PATTERN.mean(), abs=within)
    assert not told.is_quiet.any()


def test_a_ramp_up_is_no_pattern():
    assert factors(100 * 1.03**DAYS).factors == pytest.approx(np.ones(7), abs=0.02)


def test_holidays_are_no_pattern():
    done, work = 1000 * np.tile(PATTERN, 8), WORK.copy()
    work[[7, 14, 21, 28]] = False
    done[~work] = 0
    assert factors(done, work).factors == pytest.approx(PATTERN / PATTERN.mean(), abs=0.03)


def test_a_weekday_on_which_hardly_anybody_works_counts_its_mean_and_is_told_apart():
    done = np.full(56, 100.0)
    done[DAYS % 7 == 6] = 0
    done[6] = 80  # one Sunday of eight: ten a Sunday
    told = factors(done)
    assert told.is_quiet.tolist() == [False] * 6 + [True]
    assert told.factors[6] / told.factors[0] == pytest.approx(0.1, rel=0.02)


def test_few_noisy_weeks_are_drawn_towards_the_mean():
    noisy = np.exp(np.random.default_rng(1).normal(0, 1.0, 14)) * 100
    plain = factors(noisy)
    assert np.log(plain.factors).std() < 0.5
