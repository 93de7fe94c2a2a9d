"""Agreement on recorded work with published figures: RTE, SQuALITY, and LEOKA beside Label Studio's own figure."""

import datetime as dt
import json
import os
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from scipy.stats import spearmanr

from warehouse import engine as door
from warehouse import ingest, schema, weighing
from warehouse.read import fetch
from warehouse.refresh import refresh
from warehouse.scope import Scope

ROOT = Path(__file__).resolve().parent.parent
REAL = Path(os.environ.get("REAL_DATA_DIR") or ROOT / ".." / "shared" / "data")
MAPPINGS = ROOT / "examples" / "mappings"
EVER = {"since": dt.date(1990, 1, 1), "until": dt.date(2200, 1, 1)}
TEAMS = (1, 2, 3, 4, 6, 7, 8, 10, 11)
pytestmark = [
    pytest.mark.skipif(
        not (REAL / "README.md").exists(), reason=f"no real data at REAL_DATA_DIR ({REAL})"
    ),
    pytest.mark.xdist_group("recorded work"),  # one load of it serves them all
]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A warehouse with the recorded work, its answers weighed."""
    url = f"duckdb:///{tmp_path_factory.mktemp('real') / 'warehouse.duckdb'}"
    crowd, squality = REAL / "crowdtruth_core", REAL / "squality_humaneval" / "all-responses.jsonl"
    told = [
        (crowd / "rte.standardized.csv", "table", "rte", "rte.yaml"),
        (crowd / "temp.standardized.csv", "table", "temp", "temp.yaml"),
        (squality, "table", "squality", "squality.yaml"),
    ]
    told += [
        (REAL / "leoka_labelstudio" / f"LEOKA_team_{t}.json", "label-studio", f"leoka-{t}", "label_studio.yaml")
        for t in TEAMS
    ]  # fmt: skip
    for path, form, campaign, mapping in told:
        ingest.load_files(
            [path], format=form, campaign=campaign, vendor="crowd", mapping=MAPPINGS / mapping, url=url, refresh=False,
        )  # fmt: skip
    with door.publish(url) as connection:
        refresh(connection)
    weighing.run(url)
    return door.connect(url)


def of(warehouse, query, campaign, **params):
    return fetch(warehouse, query, scope=Scope(campaigns=(campaign,)), **params)


@pytest.mark.parametrize(
    ("campaign", "question", "alpha"),
    [
        ("rte", "entailed", 0.2415),
        ("temp", "order", 0.2234),
        ("squality", "overall", 0.798),
        ("squality", "selection", 0.781),
        ("squality", "correctness", 0.459),
    ],
)
def test_alpha_is_as_published(real, campaign, question, alpha):
    rows = of(real, "quality/agreement_by_campaign_v2", campaign, **EVER).set_index("question_id")
    digits = 4 if campaign in ("rte", "temp") else 3
    assert round(rows.loc[question, "alpha"], digits) == alpha


@pytest.mark.parametrize(
    ("campaign", "single", "mean", "majority", "weighed"),
    [("rte", 0.7291, 0.8370, 0.8969, 0.92), ("temp", 0.7338, 0.8413, 0.9361, 0.93)],
)
def test_people_majority_and_weighing_are_right_as_often_as_published(
    real, campaign, single, mean, majority, weighed
):
    told = of(real, "quality/consensus_accuracy_by_campaign_v1", campaign, **EVER).iloc[0]
    assert round(told["consensus_accuracy"], 4) == majority
    assert round(told["accuracy"], 4) == single
    run = of(real, "quality/consensus_by_question_v1", campaign).iloc[0]
    assert run["weighed_accuracy"] >= weighed
    assert run["majority_right"] == pytest.approx(told["right_items"])
    people = fetch(real, "quality/consensus_by_trainer_v1", campaign=campaign, question=run["question_id"])  # fmt: skip
    assert round(people["gold"].mean(), 4) == mean


MEANS = {
    "bart": {"correctness": 34.8, "selection": 15.6, "overall": 18.1},
    "bart-dpr": {"correctness": 45.4, "selection": 24.3, "overall": 27.9},
    "human": {"correctness": 94.1, "selection": 88.8, "overall": 91.3},
}


@pytest.mark.parametrize("question", ["correctness", "selection", "overall"])
def test_squality_means_are_as_published(real, question):
    rows = fetch(real, "quality/answers_v2", campaign="squality", question=question, **EVER)
    found = rows.groupby(rows["item_id"].str.split("/").str[-1])["value_number"].mean().round(1)
    assert found.to_dict() == {system: told[question] for system, told in MEANS.items()}


def own_agreement(team):
    """What the export itself says of each task, by the item's number."""
    tasks = json.loads((REAL / "leoka_labelstudio" / f"LEOKA_team_{team}.json").read_text())
    return {str(task["id"]): task["agreement"] for task in tasks}


def both(real, team):
    """The items people differ on with their agreement here and in Label Studio, in the order of the list."""
    rows = of(real, "quality/disagreements_by_item_v2", f"leoka-{team}", limit=10_000, **EVER)
    own = own_agreement(team)
    rows["own"] = [own.get(i.split(":")[-1], own.get(i)) for i in rows["item_id"]]
    return rows.dropna(subset=["own"])


@pytest.mark.parametrize("team", TEAMS)
def test_the_list_of_disagreements_ranks_items_as_the_export_does(real, team):
    """Label Studio compares the places of spans, the list how many of each label were marked: alike, not equal."""
    rows = both(real, team)
    assert len(rows) >= 120
    assert spearmanr(rows["agreement"], rows["own"])[0] > 0.3
    assert rows.head(20)["own"].mean() < rows.tail(20)["own"].mean() - 6


# -- LEOKA: what its exports hold ---------------------------------------------------------


def rows(real, table, *columns):
    told = schema.metadata.tables[table]
    wanted = sa.select(*(told.c[name] for name in columns)).where(
        told.c.campaign_id.like("leoka-%")
    )
    with real.connect() as connection:
        return pd.DataFrame(connection.execute(wanted).all(), columns=list(columns))


def test_leoka_holds_the_work_of_29_coders(real):
    work = rows(
        real, "assignments", "campaign_id", "item_id", "trainer_id", "state", "submitted_at"
    )
    assert (len(work), work["trainer_id"].nunique()) == (3538, 29)
    assert (work["state"] == "skipped").sum() == 6
    each = work.groupby(["campaign_id", "trainer_id"]).size().sort_values()
    assert [n for n in each if n < 120] == [51, 71, 73, 101]
    assert (work.groupby(["campaign_id", "item_id", "trainer_id"]).size() == 2).sum() == 6
    assert work.groupby("campaign_id")["item_id"].nunique().tolist() == [130] * 9
    days = work["submitted_at"].dropna().dt.date
    assert (days.min(), days.max()) == (dt.date(2024, 3, 11), dt.date(2024, 4, 8))


def test_leoka_has_a_right_answer_of_every_task_but_the_one_whose_truth_was_cancelled(real):
    told = rows(real, "gold_items", "campaign_id", "item_id", "gold_kind").drop_duplicates()
    assert len(told) == 1169
    assert set(told["gold_kind"]) == {"none"}


def test_leoka_hours_are_those_worked_and_not_the_sum_of_its_lead_times(real):
    told = rows(real, "annotation_events", "duration_s", "event_type")
    known = told["duration_s"].dropna()
    assert (len(known), round(known.median()), round(known.max())) == (3538, 216, 340_298)
    hours = fetch(real, "throughput/hours_by_campaign_v1", **EVER)
    hours = hours[hours["campaign_id"].str.startswith("leoka-")]
    submitted = told.loc[told["event_type"] != "assignment_skipped", "duration_s"]
    assert hours["claimed_hours"].sum() == pytest.approx(submitted.sum() / 3600)
    assert hours["hours"].sum() < 0.25 * 1707


@pytest.mark.parametrize(
    ("team", "mean"),
    list(zip(TEAMS, (71.3, 70.6, 79.1, 72.5, 63.8, 74.3, 76.9, 76.7, 66.9), strict=True)),
)
def test_the_exports_own_agreement_is_that_of_all_tasks(team, mean):
    assert sum(own_agreement(team).values()) / 130 == pytest.approx(mean, abs=0.06)


@pytest.mark.parametrize("campaign", ["rte", "temp", "squality"])
def test_without_real_times_there_is_no_throughput_and_no_handle_time(real, campaign):
    for query in (
        "throughput/submissions_by_day_v1",
        "throughput/hours_by_campaign_v1",
        "throughput/handle_time_by_campaign_v1",
    ):
        assert of(real, query, campaign, **EVER).empty
    progress = of(real, "progress/progress_by_campaign_v1", campaign, as_of=EVER["until"]).iloc[0]
    items = {"rte": 800, "temp": 462, "squality": 300}[campaign]
    assert (progress["accepted_items"], progress["awaiting_review"]) == (items, 0)
    assert pd.isna(progress["accepted_last_7"])
