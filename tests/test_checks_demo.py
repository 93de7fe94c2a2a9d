"""The demo's planted changes, found by the detectors as the daily run uses them; what they cannot find is named with its reason."""

import datetime as dt

import pandas as pd
import pytest

from data_checks.changes import Changes
from data_checks.dearer import rises
from data_checks.detectors import Settings
from data_checks.spend import WORK
from data_checks.watch import Watch
from warehouse import demo
from warehouse import engine as door
from warehouse.read import fetch

pytestmark = pytest.mark.slow
EVENTS = 300_000
AS_OF = demo.UNTIL + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    url = f"duckdb:///{tmp_path_factory.mktemp('large') / 'warehouse.duckdb'}"
    demo.build(url, events=EVENTS, progress=False)
    return door.connect(url)


@pytest.fixture(scope="module")
def seen(engine):
    """Each change that ever stood, as the last of the days asked about (every third) has told it."""
    watched = Changes(Watch(Settings(), until=AS_OF))
    days = [AS_OF - dt.timedelta(days=3 * back) for back in range(45, -1, -1)]
    frames = [watched.frame(engine, day).assign(as_of=day) for day in days]
    told = pd.concat(f[f["standing"] > 0] for f in frames)
    return told.drop_duplicates(["campaign_id", "figure", "kind", "opened_on"], keep="last")


@pytest.fixture(scope="module")
def truth():
    return demo.truth(events=EVENTS).set_index("incident")


def flags_of(seen, truth, incident, figure, kind="regression"):
    """The changes of one figure that stood in the incident's campaign and began or opened during it."""
    row = truth.loc[incident]
    end = (AS_OF if pd.isna(row.ends_on) else row.ends_on.date()) + dt.timedelta(days=7)
    own = seen[(seen["campaign_id"] == row.campaign_id) & (seen["figure"] == figure)]
    own = own[own["kind"] == kind]
    return own[own["opened_on"].between(row.starts_on.date(), end)]


@pytest.mark.parametrize(
    ("incident", "figure", "kind", "cause"),
    [
        ("vendor-drop", "gold_accuracy", "regression", "Kestrel Labs"),
        ("guideline", "agreement", "regression", "guideline v3"),
        ("severe-reviewer", "rejection_rate", "regression", "the reviewer reviewer-06"),
        ("mix-shift", "gold_accuracy", "mix", None),
        ("straight-lining", "label_drift_down", "regression", "one trainer"),
        ("vendor-stops", "throughput", "regression", "Tamarind Crowd"),
        # All four who speed are Northwind's, a third of its people here: the vendor is named, not they.
        ("speeding", "handle_time_down", "regression", "Northwind Data"),
        # 8 points of one vendor among three: seen, and no cause told from the others for sure.
        ("position-bias", "first_position_up", "regression", None),
    ],
)
def test_a_planted_change_is_one_flag_with_its_cause(seen, truth, incident, figure, kind, cause):
    found = flags_of(seen, truth, incident, figure, kind)
    assert len(found) == 1
    assert found.iloc[0]["cause"] == cause


@pytest.mark.parametrize(
    ("incident", "figure"),
    [
        # Six golds a day: 30 points of one vendor's one type are two wrong golds a week.
        ("vendor-by-type", "rework_rate"),
        # Seven golds a day: a fifth of the people by 25 points are five points of the campaign's.
        ("fifth-of-trainers", "agreement"),
        # A class that is bad from its first day has no past of its own to fall from.
        ("bad-cohort", "agreement"),
    ],
)
def test_what_golds_are_too_few_for_is_seen_in_another_figure(seen, truth, incident, figure):
    assert flags_of(seen, truth, incident, "gold_accuracy").empty
    assert len(flags_of(seen, truth, incident, figure)) == 1


def test_the_mix_shift_names_what_grew_and_is_no_regression(seen, truth):
    (told,) = flags_of(seen, truth, "mix-shift", "gold_accuracy", "mix")["sentence"]
    assert "because the mix changed: more of contract" in told
    assert flags_of(seen, truth, "mix-shift", "gold_accuracy").empty


QUIET_BUT = {("audio-captions", "handle_time_down")}
"""Its people become quicker with practice, which the demo does not list as an incident."""


def test_campaigns_in_which_nothing_is_planted_stay_silent(seen):
    own = seen[seen["campaign_id"].isin(demo.quiet())]
    assert set(zip(own["campaign_id"], own["figure"], strict=True)) <= QUIET_BUT


def test_the_new_rate_card_is_told_within_weeks_and_no_other_campaign_is_dearer(engine, truth):
    work = fetch(engine, WORK, since=demo.UNTIL - dt.timedelta(days=200), until=demo.UNTIL - dt.timedelta(days=demo.UNTIL.weekday()))  # fmt: skip
    (found,) = rises(work, Settings())
    planted = truth.loc["rate-change"]
    assert found.campaign_id == planted.campaign_id
    assert pd.Timedelta(0) < found.opened - planted.starts_on <= pd.Timedelta(days=21)
    assert abs(found.onset - planted.starts_on) <= pd.Timedelta(days=7)
