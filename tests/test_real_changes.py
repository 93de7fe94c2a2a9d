"""Recorded MTurk work (Snow et al. 2008, textual entailment): a harder batch is told from a worker who drops.

What is recorded: who answered which item, and whether the answer was right. The file knows no days, so they
are constructed, as stated at each test; the answers stay those that people gave, but for the one worker
whose drop is planted by turning recorded right answers wrong.
"""

import datetime as dt
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_checks.detectors import Detector

FIRST = pd.Timestamp("2026-01-05")
DAYS, FELL_ON = 100, 70
BATCH_OF_HARD = 0.3
"""The hardest items by what the others answered, told of each worker without the own answer."""


@pytest.fixture(scope="module")
def answers():
    """One row per recorded answer: worker, item, is it right, is the item hard for the others."""
    folder = Path(os.environ.get("REAL_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
    path = folder / "crowdtruth_core" / "rte.standardized.csv"
    if not path.exists():
        pytest.skip(f"no recorded data in {folder}: set REAL_DATA_DIR")
    told = pd.read_csv(path).rename(columns={"!amt_worker_ids": "trainer_id", "orig_id": "item"})
    told["right"] = (told["response"] == told["gold"]).astype(int)
    of_item = told.groupby("item")["right"]
    others = (of_item.transform("sum") - told["right"]) / (of_item.transform("size") - 1)
    told["is_hard"] = others <= others.quantile(BATCH_OF_HARD)
    return told[["trainer_id", "item", "right", "is_hard"]]


def laid_out(answers, hard_before, hard_after, seed=5):
    """The answers on 100 days, each worker's spread evenly; hard items make up the given shares of the work."""
    rng = np.random.default_rng(seed)
    parts = []
    for is_hard in (True, False):
        own = answers[answers["is_hard"] == is_hard].sample(frac=1, random_state=seed)
        early, late = (hard_before, hard_after) if is_hard else (1 - hard_before, 1 - hard_after)
        weight = np.where(np.arange(DAYS) < FELL_ON, early, late)
        parts.append(own.assign(day_no=rng.choice(DAYS, len(own), p=weight / weight.sum())))
    return pd.concat(parts, ignore_index=True)


def dropped(laid, worker):
    """From day 70 on every second right answer of the worker is wrong."""
    own = laid.index[(laid["trainer_id"] == worker) & (laid["day_no"] >= FELL_ON)]
    right = [i for i in own if laid.loc[i, "right"]]
    return laid.assign(right=laid["right"].where(~laid.index.isin(right[::2]), 0))


def flags(laid, batch_is_known):
    counts = laid.assign(
        campaign_id="rte", vendor_id="mturk", onboarding_cohort="all",
        task_type=np.where(laid["is_hard"] & batch_is_known, "hard batch", "batch"),
        day=FIRST + pd.to_timedelta(laid["day_no"], unit="D"), units=1.0, bad=1.0 - laid["right"],
    )  # fmt: skip
    keys = ["campaign_id", "vendor_id", "trainer_id", "onboarding_cohort", "task_type", "day"]
    detector = Detector("gold_accuracy", "down")
    last = (FIRST + dt.timedelta(days=DAYS - 1)).date()
    detector.add(counts.groupby(keys, as_index=False)[["units", "bad"]].sum(), through=last)
    return detector.flags()


def busiest(answers):
    """The good worker with most answers: whose drop can be seen at all."""
    by = answers.groupby("trainer_id")["right"].agg(["size", "mean"])
    return by[by["mean"] >= 0.85]["size"].idxmax()


def test_a_harder_batch_that_nobody_marked_is_everybody_s_and_no_worker_is_named(answers):
    found = flags(laid_out(answers, 0.3, 0.75), batch_is_known=False)
    (told,) = found[found["kind"] == "regression"].to_dict("records")
    assert told["cause7_dimension"] == "campaign"
    assert told["opened"] <= FIRST + pd.Timedelta(days=FELL_ON + 21)


def test_a_harder_batch_that_is_marked_is_a_change_of_the_mix_and_no_regression(answers):
    found = flags(laid_out(answers, 0.3, 0.75), batch_is_known=True)
    assert set(found["kind"]) == {"mix"}
    assert found.iloc[0]["cause_segment"] == "hard batch"


def test_a_worker_who_drops_is_named(answers):
    """At most with one other, whose few answers of those days were unlucky: nobody else, and not the batch."""
    worker = busiest(answers)
    found = flags(dropped(laid_out(answers, 0.3, 0.3), worker), batch_is_known=True)
    (told,) = found[found["kind"] == "regression"].to_dict("records")
    assert told["cause7_dimension"] == "trainer_id" and told["posterior7"] > 0.95
    named = told["cause7_segment"].split("|")
    assert worker in named and len(named) <= 2


def test_a_worker_who_drops_while_the_batch_gets_harder_is_still_named(answers):
    worker = busiest(answers)
    found = flags(dropped(laid_out(answers, 0.3, 0.75), worker), batch_is_known=True)
    (told,) = found[found["kind"] == "regression"].to_dict("records")
    assert (told["cause7_dimension"], told["cause7_segment"]) == ("trainer_id", worker)
    assert "mix" in set(found["kind"])


def test_recorded_work_in_which_nothing_changes_is_silent(answers):
    laid = [laid_out(answers, 0.3, 0.3, seed) for seed in (5, 6, 7)]
    assert sum(len(flags(one, batch_is_known=True)) for one in laid) == 0
