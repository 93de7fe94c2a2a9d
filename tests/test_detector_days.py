"""A detector fed with counts, day by day or at once: its tables, and what it keeps between days."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from bench.worlds import BY_NAME, START, campaign
from data_checks.detect import checked
from data_checks.detectors import Detector, Settings, panels
from data_checks.detectors.cells import KEYS
from warehouse.errors import Refused

FIRST = pd.Timestamp(START)


def counts_of(scenario: str, seed: int, golds: float, name: str = "c") -> pd.DataFrame:
    """The golds of a campaign per person, task type and day."""
    events = checked(campaign(BY_NAME[scenario], name, seed, golds)[0])
    rows = panels.rows_of(events, START, 200)
    panel = panels.panels(rows, (panels.GOLD,))[0]
    cell, day = np.nonzero(panel.units)
    told = rows.layout.people.iloc[cell // 2][list(KEYS)].reset_index(drop=True)
    days = pd.DatetimeIndex(START + day.astype("timedelta64[D]"))
    return told.assign(day=days, units=panel.units[cell, day], bad=panel.bad[cell, day])


def day(number: int):
    return (FIRST + timedelta(days=number)).date()


def between(counts: pd.DataFrame, since: int, until: int) -> pd.DataFrame:
    number = (counts["day"] - FIRST).dt.days
    return counts[(number >= since) & (number < until)]


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    """A campaign that falls by ten points, and one in which people come and go."""
    return pd.concat([counts_of("S03", 1, 50, "falls"), counts_of("N05", 3, 50, "calm")])


@pytest.fixture(scope="module")
def at_once(counts) -> Detector:
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 175), day(174))
    return detector


def test_the_fall_is_a_flag_of_its_campaign(at_once):
    flags = at_once.flags()
    assert list(flags["campaign_id"]) == ["falls"]
    flag = flags.iloc[0]
    assert (flag["kind"], flag["cause7_dimension"]) == ("regression", "campaign")
    assert flag["effect_low"] < -0.10 < flag["effect_high"] < 0
    assert flag["months"] >= Settings().months_between_false_flags


def test_causes_are_told_with_their_probabilities(at_once):
    causes = at_once.causes()
    assert list(causes["place"]) == [1, 2, 3]
    assert causes["posterior"].is_monotonic_decreasing
    assert causes["posterior"].sum() <= 1.0001


def test_a_calm_campaign_stays_within_its_range_on_most_days(at_once):
    daily = at_once.daily().query("campaign_id == 'calm'")
    daily = daily[daily["day"] >= FIRST + pd.Timedelta(days=30)]
    inside = daily["bad"].between(daily["low"], daily["high"]).mean()
    assert 0.88 <= inside <= 1.0
    assert daily["expected"].sum() == pytest.approx(daily["bad"].sum(), rel=0.1)


def test_more_units_show_smaller_changes():
    small, large = Detector("gold_accuracy", "down"), Detector("gold_accuracy", "down")
    small.add(between(counts_of("N01", 1, 20), 0, 60), day(59))
    large.add(between(counts_of("N01", 1, 200), 0, 60), day(59))
    assert large.visible()["drop"].iloc[0] < 0.7 * small.visible()["drop"].iloc[0]


def test_days_one_by_one_saved_and_loaded_give_the_flags_of_all_at_once(counts, at_once, tmp_path):
    path = tmp_path / "gold"
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 60), day(59))
    # Steps of a week, with single days about the fall, until well after old days are forgotten.
    stops = [*range(67, 95, 7), *range(95, 112), *range(119, 169, 7), 174]
    before = 60
    for stop in stops:
        detector.save(path)
        detector = Detector.load(path)
        detector.add(between(counts, before, stop + 1), day(stop))
        before = stop + 1
    assert detector.through == day(174)
    assert detector.tracker.panel.first_day > START
    wanted, found = at_once.flags(), detector.flags()
    exact = [c for c in wanted if wanted[c].dtype.kind != "f"]
    pd.testing.assert_frame_equal(found[exact], wanted[exact])
    pd.testing.assert_frame_equal(found, wanted, atol=1e-3)


def test_days_without_rows_are_days_without_work(counts):
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 30), day(29))
    detector.add(counts.head(0), day(40))
    assert detector.through == day(40)
    assert detector.daily()["day"].max() == FIRST + pd.Timedelta(days=29)


def test_nothing_yet_is_empty_tables():
    detector = Detector("gold_accuracy", "down")
    assert detector.through is None
    for table in (detector.flags(), detector.causes(), detector.daily(), detector.visible()):
        assert table.empty


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda c: c.drop(columns="bad"), "counts lack bad"),
        (lambda c: c.assign(bad=c["units"] + 1), "more bad units than units"),
        (lambda c: c.assign(day=pd.Timestamp("2030-01-01")), "expected none after"),
        (lambda c: c.assign(day=FIRST), "judged through"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, spoil, sentence):
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 10), day(9))
    with pytest.raises(Refused, match=sentence):
        detector.add(spoil(between(counts, 10, 11)), day(10))


def test_a_file_that_is_no_state_is_refused(tmp_path):
    (tmp_path / "gold").write_text("nothing")
    with pytest.raises(Refused, match="no state of a detector"):
        Detector.load(tmp_path / "gold")


def test_a_state_of_a_former_program_is_refused(counts, tmp_path):
    path = tmp_path / "gold"
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 10), day(9))
    detector.save(path)
    told = json.loads(np.load(path).tobytes()) | {"version": 1}
    with path.open("wb") as file:
        np.save(file, np.frombuffer(json.dumps(told).encode(), dtype=np.uint8))
    with pytest.raises(Refused, match="is of version 1, expected 4: begin anew"):
        Detector.load(path)


def test_a_state_that_was_cut_off_is_refused(counts, tmp_path):
    path = tmp_path / "gold"
    detector = Detector("gold_accuracy", "down")
    detector.add(between(counts, 0, 10), day(9))
    detector.save(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused, match="no state of a detector"):
        Detector.load(path)
