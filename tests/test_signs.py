"""Signals over many people: haste without quality, and answers that do not vary."""

import pandas as pd

from dashboard import signs
from dashboard.panels import classes


def speed(times=1.0, **fast):
    return pd.DataFrame(
        [
            {"trainer_id": t, "timed": n, "fast": f, "typical_seconds": 60.0 * times, "team_seconds": 60.0}
            for t, (f, n) in fast.items()
        ]
    )  # fmt: skip


def gold(**right):
    return pd.DataFrame(
        [
            {"trainer_id": t, "correct": c, "expected": e, "scored": 20}
            for t, (c, e) in right.items()
        ]
    )


def variety(**entropy):
    return pd.DataFrame(
        [
            {"trainer_id": t, "question_id": "q", "answers": n, "entropy": e, "campaign_entropy": 2.0}
            for t, (e, n) in entropy.items()
        ]
    )  # fmt: skip


def test_haste_is_a_signal_only_where_gold_is_no_better_for_it():
    made = signs.haste(
        speed(quick=(60, 100), able=(60, 100), usual=(5, 100), few=(20, 29), nogold=(60, 100)),
        gold(quick=(10, 16.0), able=(18, 16.0), usual=(15, 16.0)),
    )
    assert made["is_found"].to_dict() == {
        "quick": True, "able": False, "usual": False, "few": False, "nogold": True,
    }  # fmt: skip


def test_several_who_hurry_together_are_found_by_their_typical_time():
    # They are so many that the fastest twentieth of all is theirs: few of each lie under it.
    both = pd.concat([speed(0.4, quick=(5, 100)), speed(0.6, brisk=(5, 100))])
    assert signs.haste(both, gold(quick=(10, 16.0), brisk=(10, 16.0)))["is_found"].to_dict() == {
        "brisk": False, "quick": True,
    }  # fmt: skip


def test_who_hurries_of_late_is_held_against_their_own_past():
    # 40 submissions of 20 s after 60 of 60 s: the whole is (60^60 * 20^40)^(1/100), the pace a third.
    def rows(timed, recent):
        return pd.DataFrame(
            [
                {"trainer_id": t, "timed": timed, "typical_seconds": (60**60 * s**40) ** 0.01}
                | {"recent_timed": 40, "recent_typical_seconds": s}
                for t, s in recent.items()
            ]
        )

    def right(**late):
        # Long ago all were much better than expected: that does not count.
        told = gold(**late).rename(columns=lambda c: c if c == "trainer_id" else f"recent_{c}")
        return told.assign(scored=90, correct=90, expected=10.0)

    speed = {"a": 20.0, "b": 50.0, "c": 20.0}
    made = signs.hurry(rows(100, speed), right(a=(10, 16.0), b=(10, 16.0), c=(18, 16.0)))
    assert made["pace"].round(3).to_dict() == {"a": 0.333, "b": 0.833, "c": 0.333}
    assert made["is_found"].to_dict() == {"a": True, "b": False, "c": False}
    assert not signs.hurry(rows(69, speed), right(a=(1, 2.0)))["is_found"].any()


def test_lately_only_those_count_who_did_something():
    both = pd.DataFrame(
        {"trainer_id": ["a", "b"], "timed": [5, 5], "recent_timed": [0, 2], "basis": ["x", "y"]}
    )
    assert signs.lately(both).to_dict("records") == [{"trainer_id": "b", "timed": 2, "basis": "y"}]


def test_answers_that_vary_half_as_much_as_everybodys_are_monotone():
    made = signs.monotony(variety(one=(0.9, 30), two=(1.1, 30), few=(0.0, 29)))
    assert made["is_found"].to_dict() == {"one": True, "two": False}


def test_the_signals_of_a_person_are_told_together():
    told = signs.told(
        speed(a=(60, 100), b=(5, 100)), gold(a=(10, 16.0)), variety(a=(0.1, 50), b=(0.1, 50))
    )
    assert told.to_dict() == {"a": "speeding, straight-lining", "b": "straight-lining"}
    assert signs.told(speed(b=(5, 100)), gold(b=(1, 1.0)), variety(b=(1.9, 50))).empty


def ramp(*rows):
    columns = ["campaign", "cohort", "working_week", "correct", "scored"]
    told = pd.DataFrame(rows, columns=columns).assign(campaign_id="c")
    return told.assign(cohort=pd.to_datetime(told["cohort"]))


def test_a_class_is_held_against_the_others_in_the_same_weeks():
    # May is young and works in the hard first weeks only: no worse there than the others were.
    told = classes.against_others(
        ramp(
            ("C", "2026-03-01", 1, 140, 200), ("C", "2026-03-01", 9, 180, 200),
            ("C", "2026-04-01", 1, 90, 200), ("C", "2026-04-01", 9, 130, 200),
            ("C", "2026-02-01", 1, 140, 200), ("C", "2026-02-01", 9, 180, 200),
            ("C", "2026-05-01", 1, 138, 200),
        ),
        "correct", "scored",
    )  # fmt: skip
    assert told.set_index("class")["is_worse"].to_dict() == {
        "C, March 2026": False, "C, April 2026": True, "C, February 2026": False, "C, May 2026": False,
    }  # fmt: skip
