"""The detector: its arithmetic on cases small enough to do by hand, and what it says of planted changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from bench.worlds import BY_NAME, START, Change, Scenario, campaign, world
from data_checks.detect import FLAG_COLUMNS, checked, detect
from data_checks.detectors import cause, effects, mix, panels
from data_checks.detectors import settings as s
from data_checks.detectors.cells import KEYS, Layout, Panel, layout_of
from data_checks.detectors.evidence import Evidence, Groups
from data_checks.detectors.expectation import inequality
from data_checks.detectors.flags import log_beginnings
from data_checks.detectors.logs import NO_EVIDENCE, log_mean, log_sum
from data_checks.detectors.past import Past
from data_checks.detectors.roster import roster_of
from data_checks.detectors.settings import Settings, Worsening
from data_checks.detectors.team import Sums, Team
from data_checks.detectors.watch import Watch
from data_checks.detectors.weigh import moved_by_mix

GOLD = ("gold_accuracy",)


def groups(units, bad, rate, usual=0.0, sums=((1.0,),)) -> Groups:
    """One campaign's groups (the first is the campaign) over cells on one possible beginning."""
    units, bad, rate = (np.array(v, dtype=float).reshape(-1, 1) for v in (units, bad, rate))
    matrix = sparse.csr_matrix(np.array(sums))
    seen = units * rate * (1 - rate)
    return Groups(
        matrix, units, bad, rate, seen, np.array([[usual]]), np.zeros(len(sums), dtype=int)
    )


def the_log_ratio(worse: Worsening, units: float, bad: float, rate: float) -> float:
    return float(groups(units, bad, rate).log_ratio(worse)[0, 0])


def test_doubled_odds_turn_a_tenth_into_two_elevenths():
    assert Worsening(odds=2).of(0.1) == pytest.approx(2 / 11)


def test_a_tenth_of_the_good_turned_bad_makes_a_tenth_nineteen_hundredths():
    assert Worsening(turned=0.1).of(0.1) == pytest.approx(0.19)


@pytest.mark.parametrize("worse", [Worsening(odds=2), Worsening(turned=0.1)])
def test_the_log_likelihood_ratio_is_that_of_the_binomial(worse):
    # 3 bad of 10, expected .1: 3 ln(b / .1) + 7 ln((1 - b) / .9)
    b = worse.of(0.1)
    expected = 3 * np.log(b / 0.1) + 7 * np.log((1 - b) / 0.9)
    assert the_log_ratio(worse, 10, 3, 0.1) == pytest.approx(expected, rel=1e-5)


def test_the_likelihood_ratio_is_one_on_average_where_nothing_changed():
    # One unit, bad with .2: .2 b/.2 + .8 (1-b)/.8 = 1, whatever b.
    for worse in s.WORSENINGS:
        bad, good = (np.exp(the_log_ratio(worse, 1, x, 0.2)) for x in (1, 0))
        assert 0.2 * bad + 0.8 * good == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("worse", [Worsening(odds=2), Worsening(turned=0.1)])
def test_what_common_days_explain_counts_for_the_share_that_they_leave(worse):
    # Days in common take 60 % of the campaign's information: of the ratio 40 % is left.
    alone = groups([10, 20], [3, 4], [0.1, 0.2], sums=[[1, 1]]).log_ratio(worse)[0, 0]
    shared = groups([10, 20], [3, 4], [0.1, 0.2], usual=0.6, sums=[[1, 1]]).log_ratio(worse)[0, 0]
    assert shared == pytest.approx(0.4 * alone)


def test_a_bad_day_for_all_is_nobodys_own():
    # Both halves of the campaign have 6 bad of 20 where 2 were expected; common days explain
    # 90 %: to either half is left 4 - .5 x .9 x 8 = .4 of the excess of 4.
    told = groups([20, 20], [6, 6], [0.1, 0.1], usual=0.9, sums=[[1, 1], [1, 0], [0, 1]])
    assert told.excess[1, 0] * (1 - told.taken[1, 0]) == pytest.approx(0.4)
    assert told.taken[:, 0] == pytest.approx([0.9, 0.45, 0.45])


def test_the_sum_over_beginnings_is_the_recursion_of_shiryaev_and_roberts():
    # Three days with ratios 2, 1/2, 3: R = (R + 1) L gives 2, 1.5, 7.5; the sum over
    # beginnings on the third day is 2 * .5 * 3 + .5 * 3 + 3 = 7.5.
    daily = np.log([2.0, 0.5, 3.0])
    since = np.cumsum(daily[::-1])[::-1]
    recursion = 0.0
    for ratio in np.exp(daily):
        recursion = (recursion + 1) * ratio
    assert recursion == pytest.approx(7.5)
    assert np.exp(log_sum(since, 0)) == pytest.approx(recursion)


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_sizes_between_those_watched_are_read_off_a_smooth_curve(rate):
    # Of 1000 units, as many bad as ten points more make: what 50, 100 and 220 thousandths are
    # worth is missed by less than one part in e, where they are up to a hundred parts apart.
    bad = 1000 * Worsening(turned=0.1).of(rate)
    ratio = lambda t: the_log_ratio(Worsening(turned=t), 1000, bad, rate)  # noqa: E731
    told = cause.with_sizes_between(np.array([ratio(t) for t in cause.TURNED]))
    assert told[-3:] == pytest.approx([ratio(t) for t in cause.BETWEEN], abs=1)


def test_what_is_likely_before_data_speak_adds_up_to_one():
    for shares in (s.WHOLE_LOSES, s.PART_LOSES, s.SCOPE_SHARES.values(), s.CAUSE_SHARES.values()):
        assert sum(shares) == pytest.approx(1)
    assert len(s.WHOLE_LOSES) == len(s.PART_LOSES) == len(s.WORSENINGS)


def moved(easy: float, hard: float, is_past: tuple[bool, bool] = (True, True)) -> np.ndarray:
    """What a mix explains that moves from 600 easy and 400 hard ones (.05, .25 bad), by beginning."""
    people = [{**dict.fromkeys(KEYS, "a"), "task_type": kind} for kind in ("easy", "hard")]
    layout = layout_of(pd.DataFrame(people))[0]
    roster = roster_of(layout, np.ones(layout.cells, dtype=bool))
    # Cells: easy on weekdays and weekends, hard on weekdays and weekends; two beginnings.
    before, rate = (
        np.array([a]).T.repeat(2, axis=1) for a in ([600, 0, 400, 0], [0.05, 0.05, 0.25, 0.25])
    )
    since = np.array([[easy, 6], [0, 0], [hard, 4], [0, 0]])
    return moved_by_mix(roster, before, since, rate, np.array([is_past]))[0]


def test_what_the_mix_explains_is_the_change_of_the_expected_share():
    # From .6 x .05 + .4 x .25 = .13 to .2 x .05 + .8 x .25 = .21, less two errors of
    # .2 sqrt(.2 x .8 / 10,000); as much for later beginnings, on which the mix is as of old.
    assert moved(2000, 8000) == pytest.approx([0.08 - 2 * 0.0008] * 2)


def test_a_mix_that_is_easier_or_of_few_units_explains_nothing():
    assert moved(8000, 2000) == pytest.approx([0, 0])
    assert moved(4, 6) == pytest.approx([0, 0])


def test_a_mix_of_before_an_accepted_level_explains_nothing():
    assert moved(2000, 8000, (False, True)) == pytest.approx([0, 0])


def test_beginnings_beside_a_worse_mix_need_more_and_those_of_a_guideline_are_likelier():
    one, none = np.zeros((1, 4)), np.zeros((0, 4))
    told = Evidence(
        begins=np.array([4, 8, 9, 10]), weight=np.array([4.0, 1, 1, 1]), ratio=none, some=one,
        newcomers=one, trainers=none, of_trainer=none, units=one, excess=one, worth=one, spread=one,
        possible=np.array([[False, True, True, True]]), moved=np.array([[0, 0, 0.01, 0.05]]),
        dispersion=np.ones(1),
    )  # fmt: skip
    # Of a change from day 9 on the mix explains one point, half of two: half of what is demanded.
    demanded = [0, s.DEMANDED / 2, s.DEMANDED]
    assert log_beginnings(told, [{}])[0] == pytest.approx([NO_EVIDENCE, *-np.array(demanded)])
    new = np.log(1 + s.NEW_GUIDELINE_WEIGHT) - np.array(demanded)
    assert log_beginnings(told, [{8: "v2"}])[0] == pytest.approx([NO_EVIDENCE, *new])


def test_logs_of_sums_and_means_do_not_overflow():
    assert log_sum(np.array([1000.0, 1000.0]), 0) == pytest.approx(1000 + np.log(2))
    assert log_mean(np.array([1000.0, 1000.0])) == pytest.approx(1000)


# --- mix or rate -------------------------------------------------------------------------------


def test_mix_and_rate_add_up_to_the_change():
    # Before 60 easy (6 bad) and 40 hard (10 bad): .16. Now 20 easy (2) and 80 hard (24): .26.
    # Mix: (-.4)(.1 + .1)/2 + (.4)(.25 + .3)/2 = .07; rate: 0 + .05 (.4 + .8)/2 = .03.
    by_mix, by_rate = mix.parts(
        *(np.array(a, float) for a in ([60, 40], [6, 10], [20, 80], [2, 24]))
    )
    assert by_mix == pytest.approx(0.07)
    assert by_rate == pytest.approx(0.03)
    assert by_mix + by_rate == pytest.approx(0.26 - 0.16)


def test_a_segment_that_is_new_is_mix_and_not_rate():
    by_mix, by_rate = mix.parts(
        *(np.array(a, float) for a in ([100, 0], [10, 0], [50, 50], [5, 15]))
    )
    assert by_mix == pytest.approx(0.10)
    assert by_rate == pytest.approx(0)


# --- cells -------------------------------------------------------------------------------------


def people(*rows: tuple[str, str, str, str, str]) -> Layout:
    return Layout(
        pd.DataFrame(
            rows,
            columns=["campaign_id", "vendor_id", "trainer_id", "onboarding_cohort", "task_type"],
        )
    )


def test_each_person_and_type_has_a_cell_for_weekdays_and_one_for_weekends():
    layout = people(
        ("c", "v", "ann", "k", "easy"),
        ("c", "v", "ann", "k", "hard"),
        ("c", "v", "bo", "k", "easy"),
    )
    assert layout.cells == 6
    assert list(layout.trainer) == [0, 0, 0, 0, 1, 1]
    assert list(layout.stratum) == [0, 1, 2, 3, 0, 1]
    assert list(layout.is_weekend) == [False, True] * 3


def test_the_order_of_the_rows_changes_nothing():
    rows = pd.DataFrame(
        {
            "campaign_id": ["b", "a", "a"],
            "vendor_id": ["v", "w", "v"],
            "trainer_id": ["x", "y", "x"],
            "onboarding_cohort": ["k", "k", None],
            "task_type": ["t", "t", "t"],
        }
    )
    layout, place = layout_of(rows)
    turned, turned_place = layout_of(rows[::-1])
    pd.testing.assert_frame_equal(layout.people, turned.people)
    assert list(place) == list(turned_place[::-1])
    assert "unknown" in set(layout.people["onboarding_cohort"])


def test_a_missing_name_and_one_spelled_unknown_are_the_same_person():
    rows = pd.DataFrame({"trainer_id": ["unknown", None, "ann"]})
    layout, place = layout_of(rows.assign(**dict.fromkeys(set(KEYS) - {"trainer_id"}, "x")))
    assert list(layout.people["trainer_id"]) == ["ann", "unknown"]
    assert list(place) == [1, 1, 0]


def test_a_segment_is_only_what_is_less_than_the_whole():
    layout = people(("c", "v", "ann", "k", "easy"), ("c", "w", "bo", "k", "easy"))
    found = layout.segments.table
    assert list(zip(found["dimension"], found["segment"], strict=True)) == [
        ("campaign", ""),
        ("vendor_id", "v"),
        ("vendor_id", "w"),
        ("weekday", "weekend"),
    ]


# --- how unequal people and days are -----------------------------------------------------------


def test_equal_trainers_are_found_more_equal_than_unequal_ones():
    names = [("c", "v", f"t{i:02d}", "k", "easy") for i in range(40)]
    layout = people(*names)
    units = np.zeros(layout.cells)
    units[0::2] = 200
    rng = np.random.default_rng(1)
    equal, unequal = np.zeros_like(units), np.zeros_like(units)
    equal[0::2] = rng.binomial(200, 0.1, 40)
    unequal[0::2] = rng.binomial(200, rng.beta(0.1 * 9, 0.9 * 9, 40))  # correlation 1 / (9 + 1)
    assert inequality(layout, units, equal)[0] < 0.03
    assert inequality(layout, units, unequal)[0] == pytest.approx(0.1, rel=0.5)


def watched(days: int, shock: float, seed: int = 3) -> Watch:
    """A campaign of ten people with 100 units a day, whose days differ by ``shock`` (deviation)."""
    rng = np.random.default_rng(seed)
    layout = people(*[("c", "v", f"t{i}", "k", "easy") for i in range(10)])
    rate = np.clip(0.2 + rng.normal(0, shock, days), 0.01, 0.99)
    weekend = np.arange(days) % 7 >= 5
    units = np.where(layout.is_weekend[:, None] == weekend[None, :], 10, 0).astype(np.float32)
    bad = rng.binomial(units.astype(int), rate[None, :]).astype(np.float32)
    watch = Watch(layout, Panel("gold_accuracy", "down", START, units, bad))
    for _ in range(days):
        watch.add_day()
    return watch


def test_restless_days_make_a_whole_day_worth_less():
    # Once learned (the last 30 of 140 days): the part of the information that common days leave.
    calm, restless = (watched(140, shock).common[:, 0] for shock in (0.0, 0.1))
    left = [(c[0, -1] - c[0, -31]) / (c[1, -1] - c[1, -31]) for c in (calm, restless)]
    assert left[0] > 0.7
    assert left[1] < 0.5 * left[0]


def test_dispersion_is_never_less_than_chance():
    assert watched(60, 0.0).dispersion[0] >= 1


# --- planted changes ---------------------------------------------------------------------------


def flags_of(scenario: str, golds: float, seed: int, metrics=GOLD, **settings) -> pd.DataFrame:
    events, versions, _ = campaign(BY_NAME[scenario], "c", seed, golds)
    return detect(events, versions, Settings(**settings), metrics)


def onset_of(scenario: str, golds: float, seed: int) -> pd.Timestamp:
    return pd.Timestamp(campaign(BY_NAME[scenario], "c", seed, golds)[2][0]["onset"])


@pytest.fixture(scope="module")
def step() -> pd.DataFrame:
    """The flags of a campaign whose gold accuracy falls by ten points."""
    return flags_of("S03", 200, 1)


def test_a_step_is_one_flag_soon_after_it(step):
    onset = onset_of("S03", 200, 1)
    flags = step[step["scope"] == "campaign"]
    assert len(flags) == 1
    flag = flags.iloc[0]
    assert onset <= flag["opened"] <= onset + pd.Timedelta(days=7)
    assert abs(flag["onset_est"] - onset) <= pd.Timedelta(days=2)
    assert flag["effect"] == pytest.approx(-0.10, abs=0.04)
    assert (flag["kind"], flag["direction"]) == ("regression", "down")


def test_a_step_of_everybody_is_the_campaigns(step):
    assert step.iloc[0]["cause7_dimension"] == "campaign"
    assert step.iloc[0]["posterior7"] > 0.6


@pytest.mark.parametrize(
    ("scenario", "dimension", "segment"),
    [
        ("S05", "vendor_id", "vendor0"),
        ("S07", "task_type", "hard"),
        ("X06", "vendor_id*task_type", "vendor0|easy"),
        ("S08", "guideline_version", "v2"),
    ],
)
def test_who_carries_the_change_is_named(scenario, dimension, segment):
    flag = flags_of(scenario, 200, 2).iloc[0]
    assert (flag["cause7_dimension"], flag["cause7_segment"]) == (dimension, segment)


def test_a_kind_of_task_that_lost_much_is_named_rather_than_its_whole_vendor():
    # 20 points of one kind of the vendor's work are 12 of all of it, on few golds.
    flag = flags_of("X06", 50, 2).iloc[0]
    assert (flag["cause7_dimension"], flag["cause7_segment"]) == (
        "vendor_id*task_type",
        "vendor0|easy",
    )


def test_the_trainers_who_carry_the_change_are_named():
    flag = flags_of("X08", 200, 3).iloc[0]
    truth = campaign(BY_NAME["X08"], "c", 3, 200)[2][0]
    assert flag["cause7_dimension"] == "trainer_id"
    assert truth["cause_segment"] in flag["cause7_segment"].split("|")


@pytest.mark.parametrize("scenario", ["M01", "M02"])
def test_a_change_of_the_mix_alone_is_no_regression(scenario):
    flags = flags_of(scenario, 200, 4)
    onset = onset_of(scenario, 200, 4)
    later = flags[flags["opened"] >= onset]
    assert set(later["kind"]) == {"mix"}
    assert later.iloc[0]["effect"] < -0.02


def test_a_change_of_the_mix_is_none_of_the_rate_where_people_are_unequal_by_type():
    drawn = world(["Z14"], 4, 33, golds=lambda i: 200)
    flags = detect(drawn.events, drawn.guidelines, metrics=GOLD)
    assert set(flags["kind"]) == {"mix"}


def test_a_fall_beside_a_worse_mix_is_found():
    fall = (Change("gold_accuracy", "down", 0.10),)
    both = Scenario("T", "10 points while the mix gets worse", fall, mix="task_type")
    events, versions, truth = campaign(both, "c", 4, 50)
    flags = detect(events, versions, metrics=GOLD)
    flags = flags[flags["opened"] >= pd.Timestamp(truth[0]["onset"])]
    assert set(flags["kind"]) == {"regression", "mix"}


def test_nobody_is_slower_because_one_vendor_became_faster():
    flags = flags_of("S12", 200, 3, ("handle_time_median",))
    assert list(flags["direction"]) == ["down"]
    assert flags.iloc[0]["cause7_segment"] == "vendor0"


def test_flags_of_trainers_stay_open_while_they_are_worse():
    flags = flags_of("S06", 200, 3)
    assert len(flags) == 1
    assert flags.iloc[0]["cause7_dimension"] == "trainer_id"


@pytest.mark.parametrize(
    ("figure", "better"), [("gold_correct", 1.0), ("review_outcome", "accept")]
)
def test_an_improvement_raises_no_flag(figure, better):
    events, versions, _ = campaign(BY_NAME["N01"], "c", 61, 100)
    metric = {"gold_correct": "gold_accuracy", "review_outcome": "rejection_rate"}[figure]
    late = events["event_time"] >= pd.Timestamp(START) + pd.Timedelta(days=100)
    half = np.random.default_rng(1).random(len(events)) < 0.5
    events.loc[late & half & events[figure].notna(), figure] = better
    assert detect(events, versions, metrics=(metric,)).empty


def test_a_second_fall_after_a_recovery_is_a_second_flag():
    events, versions, _ = campaign(BY_NAME["N01"], "c", 61, 100)
    day = (events["event_time"] - pd.Timestamp(START)).dt.days
    spoiled = np.random.default_rng(1).random(len(events)) < 0.15
    falls = ((day >= 100) & (day < 120)) | (day >= 155)
    events.loc[falls & spoiled & events["is_gold"], "gold_correct"] = 0.0
    flags = detect(events, versions, metrics=GOLD)
    assert len(flags) == 2
    first = flags.iloc[0]
    assert pd.Timestamp(START) + pd.Timedelta(days=120) < first["closed"]
    assert first["closed"] < flags.iloc[1]["opened"]


@pytest.mark.filterwarnings("error")
def test_a_kind_of_task_that_is_new_silences_nothing():
    events, versions, truth = campaign(BY_NAME["S03"], "c", 1, 200)
    onset = pd.Timestamp(truth[0]["onset"])
    is_new = events["task_type"] == "hard"
    events = events[~is_new | (events["event_time"] >= onset - pd.Timedelta(days=20))]
    flags = detect(events, versions, metrics=GOLD)
    opened = flags[flags["kind"] == "regression"]["opened"]
    assert onset <= opened.iloc[0] <= onset + pd.Timedelta(days=7)


def test_a_campaign_of_one_trainer_is_watched_too():
    events, versions, _ = campaign(BY_NAME["N12"], "c", 4, 200)
    events = events[events["trainer_id"] == events["trainer_id"].value_counts().index[0]].copy()
    late = events["event_time"] >= pd.Timestamp(START) + pd.Timedelta(days=100)
    spoiled = np.random.default_rng(1).random(len(events)) < 0.3
    events.loc[late & spoiled & events["is_gold"], "gold_correct"] = 0.0
    flags = detect(events, versions, metrics=GOLD)
    assert (flags["opened"] >= pd.Timestamp(START) + pd.Timedelta(days=100)).any()


def test_a_fall_hidden_by_an_easier_mix_is_found():
    assert set(flags_of("S10", 200, 5)["kind"]) == {"regression"}


def test_a_flag_closes_when_the_figure_is_back():
    flags = flags_of("S08", 200, 2)
    assert len(flags) == 1
    assert flags.iloc[0]["closed"] > flags.iloc[0]["opened"]


def test_nothing_changed_nothing_flagged_beyond_the_stated_rate():
    # 12 campaigns of 6 months less the first 3 weeks, 4 figures: about 250 months; at one in
    # 30 months 8 false flags may come. The worlds are fixed, so the count is too.
    drawn = world(["N01", "N05", "N10"], 4, 7, golds=lambda i: (20, 50)[i % 2])
    flags = detect(drawn.events, drawn.guidelines)
    assert len(flags[flags["kind"] == "regression"]) <= 8


def test_a_stricter_setting_flags_less():
    drawn = world(["N10", "S01"], 4, 8, golds=lambda i: 20)
    loose, strict = (
        detect(drawn.events, None, Settings(months_between_false_flags=m), GOLD) for m in (1, 60)
    )
    assert len(strict) < len(loose)


def test_settings_say_what_to_expect():
    assert Settings(months_between_false_flags=20).days_between_false_flags == 600
    assert Settings(months_between_false_flags=20).false_flags_a_month(100) == pytest.approx(5)


# --- beginnings, ends, late news ---------------------------------------------------------------


def test_no_events_are_no_flags():
    events = campaign(BY_NAME["N01"], "c", 1, 20)[0].iloc[:0]
    flags = detect(events)
    assert flags.empty
    assert tuple(flags.columns) == FLAG_COLUMNS


def test_a_handful_of_events_is_no_flag():
    assert detect(campaign(BY_NAME["N01"], "c", 1, 20)[0].iloc[:7]).empty


def test_nothing_is_flagged_before_three_weeks_of_history():
    events = campaign(BY_NAME["N01"], "c", 1, 200)[0]
    early = events[events["event_time"] < pd.Timestamp(START) + pd.Timedelta(days=30)].copy()
    spoiled = early["event_time"] >= pd.Timestamp(START) + pd.Timedelta(days=14)
    early.loc[spoiled & early["is_gold"], "gold_correct"] = 0.0
    flags = detect(early, None, metrics=GOLD)
    assert (flags["opened"] >= pd.Timestamp(START) + pd.Timedelta(days=s.HISTORY_DAYS)).all()


def test_a_review_counts_on_the_day_it_came():
    events = checked(campaign(BY_NAME["N01"], "c", 1, 20)[0])
    late = events[events["review_time"] - events["event_time"] > pd.Timedelta(days=7)].iloc[[0]]
    rows = panels.rows_of(late, START, 200)
    panel = panels.panels(rows, (panels.REJECTION,))[0]
    day = int((late["review_time"].iloc[0] - pd.Timestamp(START)) / pd.Timedelta(days=1))
    assert panel.units[:, day].sum() == 1
    assert panel.units.sum() == 1


def test_what_comes_later_changes_no_flag_of_before():
    """A run over the first 120 days flags what a run over all days flags until then."""
    events, versions, _ = campaign(BY_NAME["S03"], "c", 9, 50)
    until = pd.Timestamp(START) + pd.Timedelta(days=120)
    known = events[events["event_time"] < until].copy()
    known.loc[known["review_time"] >= until, ["review_time"]] = pd.NaT
    short, full = (detect(e, versions, metrics=GOLD) for e in (known, events))
    asked = ["campaign_id", "metric", "opened", "cause_dimension", "cause_segment", "posterior"]
    full = full[full["opened"] < until]
    pd.testing.assert_frame_equal(short[asked], full[asked].reset_index(drop=True))


def test_the_same_events_give_the_same_flags_in_any_order():
    events, versions, _ = campaign(BY_NAME["S05"], "c", 9, 50)
    shuffled = events.sample(frac=1, random_state=1)
    asked = ("gold_accuracy", "agreement_alpha")
    pd.testing.assert_frame_equal(
        detect(events, versions, metrics=asked), detect(shuffled, versions, metrics=asked)
    )


def test_campaigns_do_not_change_each_others_flags():
    alone = campaign(BY_NAME["S03"], "a", 9, 50)
    other = campaign(BY_NAME["S12"], "b", 3, 50)
    both = pd.concat(
        [e.astype({c: "str" for c in e.select_dtypes("category")}) for e in (alone[0], other[0])]
    )
    both["task_id"] = both["campaign_id"] + both["task_id"].astype(str)
    together = detect(both, metrics=GOLD)
    own = together[together["campaign_id"] == "a"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, detect(alone[0], metrics=GOLD), check_dtype=False)


def test_an_accepted_level_is_the_new_past():
    events, versions, truth = campaign(BY_NAME["S03"], "c", 1, 200)
    onset = truth[0]["onset"]
    accepted = Settings(new_levels={("c", "gold_accuracy"): pd.Timestamp(onset).date()})
    flags = detect(events, versions, accepted, GOLD)
    assert flags[flags["kind"] == "regression"].empty


def test_below_the_bar_is_a_breach_and_no_regression():
    events, versions, _ = campaign(BY_NAME["N01"], "c", 1, 200)
    flags = detect(events, versions, Settings(bars={("c", "gold_accuracy"): 0.97}), GOLD)
    assert set(flags["kind"]) == {"floor"}
    assert len(flags) == 1


# --- sizes in the figures' own units ------------------------------------------------------------


def test_alpha_of_a_known_table():
    # Krippendorff's example of two coders, nominal: items 1-4, labels (a a), (a b), (b b), (b b).
    # Pairs apart: 2 of 8 values; expected 2 * 3 * 5 / 7 of 8: 1 - 2 / (30 / 7) = .5333.
    item = np.repeat([1, 2, 3, 4], 2)
    label = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    assert effects.alpha(item, label) == pytest.approx(1 - 2 / (30 / 7))


def test_handle_time_is_told_as_a_share_of_itself():
    flags = flags_of("S13", 50, 2, ("handle_time_median",))
    assert flags.iloc[0]["direction"] == "up"
    assert flags.iloc[0]["effect"] == pytest.approx(0.25, abs=0.06)


def test_fewer_agreements_are_told_as_points_of_alpha():
    flags = flags_of("S14", 200, 2, ("agreement_alpha",))
    assert flags.iloc[0]["effect"] == pytest.approx(-0.10, abs=0.06)


def test_a_slip_of_the_whole_team_is_the_teams_flag():
    drawn = world(["S15"], 20, 3, golds=lambda i: (50, 200)[i % 2])
    flags = detect(drawn.events, drawn.guidelines, metrics=GOLD)
    team = flags[flags["scope"] == "team"]
    assert len(team) == 1
    onset = drawn.truth["onset"].min()
    assert onset <= team.iloc[0]["opened"] <= onset + pd.Timedelta(days=21)


def test_a_few_campaigns_that_fall_are_not_the_team():
    drawn = world(["N01", "S03"], 3, 3, golds=lambda i: 50)
    more = world(["N02", "N08"], 6, 3, golds=lambda i: 50)
    events = pd.concat(
        [
            e.astype({c: "str" for c in e.select_dtypes("category")})
            for e in (drawn.events, more.events)
        ]
    )
    events["task_id"] = events["campaign_id"] + events["task_id"].astype(str)
    flags = detect(events, metrics=GOLD)
    assert (flags["scope"] == "team").sum() == 0


def test_the_past_is_kept_of_the_days_that_a_change_could_have_begun_on():
    layout = people(("c", "v", "t", "k", "easy"))
    past, ones = Past.of(layout), np.ones((2, 2))
    for today in range(100):
        past.add(today + 1, today * ones, today * ones, today * ones)
    kept = sorted(past.days)
    assert kept == [*range(44, 86, 4), *range(86, 101)]
    assert past.all[0, 0, past.column(48)] == 47
    assert list(past.since(np.array([0]), 48, 100)[:, 0]) == [52, 52]
    with pytest.raises(LookupError, match=r"found \[45\]"):
        past.column(45)


def test_what_is_frozen_is_what_was_known_before_the_onset():
    layout = people(("c", "v", "t", "k", "easy"), ("d", "v", "t", "k", "easy"))
    past = Past.of(layout)
    for today in range(20):
        past.add(today + 1, np.full((2, 4), today), np.full((2, 4), today), np.full((2, 4), today))
    past.freeze(np.array([0, 1]), np.array([0, 1]), onset=12)
    known = past.base[0][:, past.columns(np.array([10, 12, 16, 20]))]
    assert known.tolist() == [[9, 11, 11, 11], [9, 11, 11, 11], [9, 11, 15, 19], [9, 11, 15, 19]]
    assert past.all[0, 0, past.column(20)] == 19


def test_a_flag_closes_though_the_figure_came_back_only_after_weeks():
    lasting = Scenario(
        "late", "twelve points for 34 days", (Change("gold_accuracy", "down", 0.12, lasts=34),)
    )
    for seed in (
        2,
        4,
        10,
    ):  # of none of them the return was seen within the seven weeks that follow
        events, versions, truth = campaign(lasting, "late", seed, 20)
        flag = detect(events, versions, metrics=GOLD).iloc[0]
        back = pd.Timestamp(truth[0]["end"])
        assert back - pd.Timedelta(days=7) <= flag["closed"] <= back + pd.Timedelta(days=28)


def test_a_teams_flag_stays_when_old_days_are_forgotten():
    team = Team(0, Settings())
    for day in range(40):
        begins = np.arange(max(day - 13, 0), day + 1)
        is_worse = (begins >= 5).astype(float)
        many = np.ones(len(begins))
        ratio = np.tile((day - 5) * is_worse, (2, 1))
        sums = Sums(begins, ratio, 9 * is_worse, 100 * many, many, 5 * many, 5 * is_worse)
        team.sums.setdefault(("gold_accuracy", "down"), {})[day] = sums
    (before,) = team.flags()
    team.shift(28)
    (after,) = team.flags()
    assert (after.opened, after.onset) == (before.opened - 28, before.onset - 28)
    assert after.closed == before.closed
