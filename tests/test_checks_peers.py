"""Peers: fair to small numbers, to few people and to hard work."""

import numpy as np
import pandas as pd
import pytest

from data_checks import peers
from data_checks.frames import ALIKE
from data_checks.reviewer_quality import apart


def work(*rows):
    columns = ["campaign_id", "trainer_id", "vendor_id", "task_type", "x", "n"]
    return pd.DataFrame(rows, columns=columns)


def team(trainers=200, n=40, spread=0.05, rate=0.85, seed=1):
    rng = np.random.default_rng(seed)
    own = rng.normal(rate, spread, trainers).clip(0.02, 0.98)
    return pd.DataFrame(
        {
            "campaign_id": "alpha",
            "trainer_id": [f"t{i}" for i in range(trainers)],
            "vendor_id": [f"v{i % 4}" for i in range(trainers)],
            "task_type": "rating",
            "x": rng.binomial(n, own),
            "n": n,
        }
    ), own


def test_two_wrong_of_two_are_shrunk_towards_the_others():
    frame, _ = team()
    frame = pd.concat([frame, work(("alpha", "new", "v0", "rating", 0, 2))], ignore_index=True)
    new = peers.people(frame, "x", "n").set_index("trainer_id").loc["new"]
    assert new["rate"] == 0
    assert 0.75 < new["shrunk"] < 0.85


def test_shrinking_comes_nearer_to_the_truth_than_the_raw_rates():
    frame, truth = team(n=20)
    told = peers.people(frame, "x", "n").set_index("trainer_id").loc[frame["trainer_id"]]
    raw = np.sqrt(((told["rate"].to_numpy() - truth) ** 2).mean())
    shrunk = np.sqrt(((told["shrunk"].to_numpy() - truth) ** 2).mean())
    assert shrunk < 0.7 * raw
    covered = (told["shrunk_low"].to_numpy() <= truth) & (truth <= told["shrunk_high"].to_numpy())
    assert 0.90 < covered.mean() < 0.99


def test_hard_work_is_expected_to_go_worse():
    rows = [("alpha", f"e{i}", "v", "easy", 95, 100) for i in range(5)]
    rows += [("alpha", f"h{i}", "v", "hard", 60, 100) for i in range(5)]
    told = peers.people(work(*rows), "x", "n").set_index("trainer_id")
    assert abs(told.loc["h0", "rate"] - told.loc["h0", "peers"]) < 0.03
    assert abs(told.loc["e0", "rate"] - told.loc["e0", "peers"]) < 0.03


def test_nobody_differs_where_all_are_alike():
    frame, _ = team(spread=0.0)
    assert peers.people(frame, "x", "n")["distance"].abs().max() < 2.5


def test_no_work_gives_no_rows():
    frame, _ = team()
    assert peers.people(frame.assign(n=0, x=0), "x", "n").empty
    assert peers.groups(frame.assign(n=0, x=0), "vendor_id", "x", "n").empty
    assert peers.people(frame.head(0), "x", "n").empty
    assert peers.groups(frame.head(0), "vendor_id", "x", "n").empty


def test_a_vendor_alone_has_nobody_to_be_compared_with():
    frame, _ = team()
    assert peers.groups(frame.assign(vendor_id="v0"), "vendor_id", "x", "n").empty


def test_a_worse_vendor_stands_out_and_the_others_do_not():
    frame, _ = team()
    bad = frame["vendor_id"] == "v2"
    frame.loc[bad, "x"] = (frame.loc[bad, "x"] * 0.85).astype(int)
    told = peers.groups(frame, "vendor_id", "x", "n").set_index("vendor_id")
    assert told.loc["v2", "z"] < -4
    assert told.loc["v2", "gap"] == pytest.approx(-0.14, abs=0.04)
    assert (told.drop("v2")["z"] > -2).all()


def test_a_vendor_of_people_who_all_fail_alike_stands_out():
    """Nobody differs from the others of the vendor: no spread is no reason to see nothing."""
    rows = [("alpha", f"w{i}", "wrong", "rating", 0, 20) for i in range(3)]
    rows += [("alpha", f"r{i}", "right", "rating", 20, 20) for i in range(3)]
    told = peers.groups(work(*rows), "vendor_id", "x", "n").set_index("vendor_id")
    assert told.loc["wrong", "z"] < -4 and told.loc["right", "z"] > 4
    assert np.isfinite(told["z"]).all()


def test_a_vendor_of_one_person_cannot_be_told():
    rows = [("alpha", "w", "wrong", "rating", 0, 60)]
    rows += [("alpha", f"r{i}", "right", "rating", 18 + i, 20) for i in range(3)]
    told = peers.groups(work(*rows), "vendor_id", "x", "n").set_index("vendor_id")
    assert told.loc["wrong", "z"] == 0


def test_a_vendor_with_hard_work_only_does_not_stand_out():
    rows = [("alpha", f"e{i}", "easy people", "easy", 95, 100) for i in range(5)]
    rows += [("alpha", f"b{i}", "easy people", "hard", 60, 100) for i in range(5)]
    rows += [("alpha", f"h{i}", "hard people", "hard", 60, 100) for i in range(5)]
    told = peers.groups(work(*rows), "vendor_id", "x", "n").set_index("vendor_id")
    assert abs(told.loc["hard people", "gap"]) < 0.02


def test_one_bad_trainer_of_many_does_not_condemn_the_vendor():
    """Clustering: forty answers of one person are not forty independent answers."""
    frame, _ = team(trainers=20)
    frame.loc[2, ["x", "n"]] = [0, 60]
    told = peers.groups(frame, "vendor_id", "x", "n").set_index("vendor_id")
    assert told.loc["v2", "z"] > -3


@pytest.mark.parametrize("people", [3, 6])
def test_few_trainers_make_no_outliers_by_chance(people):
    """Of 9,000 vendors that are like the others, 12 are three deviates worse; so are 1.8 % where z is taken for normal."""
    rng = np.random.default_rng(3)
    campaigns, vendors = 3000, 3
    many = campaigns * vendors * people
    n = rng.integers(10, 60, many)
    names = {
        "campaign_id": np.repeat([f"c{i}" for i in range(campaigns)], vendors * people),
        "trainer_id": [f"t{i}" for i in range(many)],
        "vendor_id": np.tile(np.repeat([f"v{i}" for i in range(vendors)], people), campaigns),
    }
    right = rng.binomial(n, rng.normal(0.88, 0.05, many).clip(0.02, 0.98))
    frame = pd.DataFrame(names | {"task_type": "rating", "x": right, "n": n})
    told = peers.groups(frame, "vendor_id", "x", "n")
    assert (told["z"] < -3).mean() < 0.003
    assert 0.015 < (told["z"] < -2).mean() < 0.035


def test_what_was_never_seen_before_is_no_boundless_certainty():
    """39 of 101 where nothing was expected, and none of 204 beside it: the spread is at least that of what was seen."""
    told = pd.DataFrame(
        {
            "campaign_id": "alpha",
            "reviewer_id": ["rae", "rex"],
            "reviews": [204.0, 101.0],
            "rejected": [0.0, 39.0],
            "expected": [84.0, 0.0],
            "variance": [49.0, 0.0],
            "rejection_rate": [0.0, 39 / 101],
            "expected_rate": [84 / 204, 0.0],
        }
    )
    harsh = apart(told).set_index("reviewer_id").loc["rex"]
    median = (39 / 101 - 84 / 204) / 2
    assert harsh["gap"] == pytest.approx(39 / 101 - median)
    assert harsh["z"] == pytest.approx(harsh["gap"] * 101 / (ALIKE * 39 * 62 / 101) ** 0.5)
