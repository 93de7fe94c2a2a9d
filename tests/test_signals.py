"""Duplicates are found where people repeat themselves, not where labels are few."""

import pandas as pd
import pytest

from dashboard.panels import signals


def rows(**told):
    usual = {"answers": 100, "repeated": 0, "expected": 0.0, "variance": 0.0}
    return pd.DataFrame([usual | told])


@pytest.mark.parametrize(
    ("repeated", "expected", "variance", "found"),
    [
        (100, 99.0, 0.9, False),  # labels: everything is repeated, by everybody
        (12, 0.9, 0.9, True),  # free text copied to twelve items
        (4, 0.9, 0.9, False),  # two texts twice: under a twentieth
        (30, 22.0, 17.0, False),  # eight more than expected: chance
        (60, 22.0, 17.0, True),
    ],
)
def test_copies_beyond_what_the_others_answers_let_expect(repeated, expected, variance, found):
    told = signals.surplus(rows(repeated=repeated, expected=expected, variance=variance))
    assert told["is_found"].tolist() == [found]
