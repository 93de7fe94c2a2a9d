"""Numbers as people read them."""

import pandas as pd
import pytest

from dashboard import words


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.count(12340.4), "12,340"),
        (words.number(0.7123), "0.71"),
        (words.share(0.8731), "87.3 %"),
        (words.share(0.62, 0), "62 %"),
        (words.share(1.0), "100 %"),
        (words.share(0.0), "0 %"),
        (words.points(0.0213), "+2.1 points"),
        (words.points(-0.00001), "0.0 points"),
        (words.relative(-0.1249), "-12 %"),
        (words.relative(0.001), "0 %"),
        (words.money(12340.4), "$12,340"),
        (words.money(-1234), "-$1,234"),
        (words.money(0.134), "$0.13"),
        (words.money(0.0234), "$0.023"),
        (words.money(12.5, "EUR"), "€12.50"),
        (words.money(12, "CHF"), "CHF 12.00"),
        (words.duration(8.24), "8.2 s"),
        (words.duration(59.7), "1 min 00 s"),
        (words.duration(250), "4 min 10 s"),
        (words.duration(7500), "2 h 05 min"),
        (words.duration(280_000), "3 d 6 h"),
        (words.hours(1203.6), "1,204 h"),
        (words.between(0.841, 0.899), "84.1 to 89.9 %"),
        (words.day(pd.Timestamp("2026-03-05")), "5 March 2026"),
        (words.moment(pd.Timestamp("2026-03-05 14:05")), "5 March 2026, 14:05 UTC"),
        (words.plural(1, "campaign"), "1 campaign"),
        (words.plural(2, "query", "queries"), "2 queries"),
        (words.listed(["a", "b"]), "a and b"),
        (words.listed(["a", "b", "c", "d", "e"]), "a, b, c and 2 more"),
        (words.plain("awaiting_review"), "Awaiting review"),
        (words.figure("gold_accuracy"), "gold accuracy"),
        (words.spaced("59% of 59, 88 % elsewhere"), "59 % of 59, 88 % elsewhere"),
    ],
)
def test_numbers_read_as_people_write_them(said, expected):
    assert said.replace("\u00a0", " ") == expected


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT])
def test_what_is_unknown_is_said_and_never_0(value):
    form = (words.count, words.number, words.share, words.points, words.money, words.duration)
    assert {say(value) for say in form} == {"unknown"}


def test_a_share_short_of_all_is_never_rounded_to_all():
    assert words.share(0.99999).startswith("99.9") and words.share(0.00001).startswith("0.1")
