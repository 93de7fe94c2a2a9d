"""Agreement and gold, and one item: figures lead to charts, charts to lists, lists to items."""

import datetime as dt
import shutil

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from dashboard import charts
from dashboard.panels import payload
from tests.test_views import empty, full, open_view, text  # noqa: F401 - fixtures
from warehouse import engine as door
from warehouse import schema
from warehouse.read import fetch
from warehouse.scope import Scope

QUESTION = "chat-preferences/preferred"
RANGE = {"since": dt.date(2026, 4, 6), "until": dt.date(2026, 7, 1)}
"""The last 12 weeks of the demo, as the pages choose them."""


def disagreements(url, campaign="chat-preferences", limit=500, **told):
    asked = {"question": None, "answer_a": None, "answer_b": None} | RANGE | told
    return fetch(
        door.connect(url), "quality/disagreements_v3", scope=Scope(campaigns=(campaign,)), limit=limit, **asked,
    )  # fmt: skip


def table(at, column):
    """The first table of the page with that column."""
    return next(t.value for t in at.dataframe if column in t.value)


def test_the_address_names_the_question_and_two_answers_and_lists_their_items(full):  # noqa: F811
    at = open_view("agreement.py", about=QUESTION, pair="A / tie")
    wanted = disagreements(full, question="preferred", answer_a="A", answer_b="tie", limit=200)
    assert len(wanted) and table(at, "split")["item_id"].tolist() == wanted["item_id"].tolist()


def test_all_questions_of_a_campaign_can_be_listed_together(full):  # noqa: F811
    at = open_view("agreement.py", about="safety-redteam/severity", whole="true")
    wanted = fetch(
        door.connect(full), "quality/disagreements_by_item_v2", scope=Scope(campaigns=("safety-redteam",)),
        limit=200, **RANGE,
    )  # fmt: skip
    assert table(at, "split")["item_id"].tolist() == wanted["item_id"].tolist()


def test_a_pair_of_answers_of_another_question_is_forgotten(full):  # noqa: F811
    at = open_view("agreement.py", about=QUESTION, pair="yes / no")
    assert len(table(at, "split")) == len(disagreements(full, question="preferred", limit=200))


def test_weighing_majority_and_gold_stand_side_by_side_for_each_trainer(full):  # noqa: F811
    at = open_view("agreement.py", about=QUESTION, tab="Probable answers")
    told = fetch(door.connect(full), "quality/consensus_by_trainer_v1", campaign="chat-preferences", question="preferred")  # fmt: skip
    shown, columns = table(at, "weighed_interval"), ["answers", "compared", "scored"]
    assert sorted(shown[columns].itertuples(index=False)) == sorted(told[columns].itertuples(index=False))  # fmt: skip
    for way in ("weighed", "majority"):
        assert sorted(shown[way]) == pytest.approx(sorted(100 * told[way]))


def test_without_a_run_the_page_says_how_to_make_one(full, tmp_path, monkeypatch):  # noqa: F811
    url = f"duckdb:///{tmp_path / 'other.duckdb'}"
    shutil.copy(full.removeprefix("duckdb:///"), tmp_path / "other.duckdb")
    with door.publish(url) as connection:
        for name in schema.WEIGHED:
            connection.execute(schema.metadata.tables[name].delete())
    monkeypatch.setenv("WAREHOUSE_URL", url)
    st.cache_data.clear()
    st.cache_resource.clear()
    assert "python -m warehouse consensus --campaign chat-preferences" in text(open_view("agreement.py", about=QUESTION, tab="Probable answers"))  # fmt: skip


def test_one_item_shows_everybodys_answer_beside_gold_majority_and_what_is_probable(full):  # noqa: F811
    first = disagreements(full).iloc[1]
    at = open_view("item.py", item=f"chat-preferences/{first['item_id']}")
    shown = table(at, "question").iloc[0]
    told = fetch(door.connect(full), "items/consensus_by_item_v1", campaign="chat-preferences", item=first["item_id"]).iloc[0]  # fmt: skip
    assert shown["weighed"].startswith(told["weighed"])
    answers = fetch(door.connect(full), "items/answers_by_item_v1", campaign="chat-preferences", item=first["item_id"])  # fmt: skip
    assert len(answers) >= first["annotations"]
    given = shown.drop(["question", "majority", "weighed", "gold"], errors="ignore")
    assert sorted(v.split()[-1] for v in given) == sorted(answers["value_text"])


def test_items_people_differ_on_are_neighbours(full):  # noqa: F811
    order = fetch(
        door.connect(full), "quality/disagreements_by_item_v2", scope=Scope(campaigns=("chat-preferences",)),
        limit=500, **RANGE | {"since": dt.date(1990, 1, 1)},
    )["item_id"].tolist()  # fmt: skip
    at = open_view("item.py", item=f"chat-preferences/{order[3]}")
    assert f"Number 4 of the {len(order):,} items" in text(at)


@pytest.mark.parametrize("view", ["agreement.py", "item.py", "preference.py"])
def test_nothing_is_drawn_without_data(view, empty):  # noqa: F811
    at = open_view(view)
    assert at.info and not at.dataframe


# -- what was shown --------------------------------------------------------------------


def told(*payloads):
    kinds = ["assignment_submitted", "item_created"][: len(payloads)]
    return pd.DataFrame({"event_type": kinds, "payload": list(payloads)})


def test_the_items_own_payload_comes_before_the_works():
    assert payload._payload(told('{"a": 1}', '{"b": 2}')) == '{"b": 2}'
    assert payload._payload(told('{"a": 1}', None)) == '{"a": 1}'
    assert payload._payload(told("null")) is None


def test_nested_fields_are_named_by_their_path_and_lists_joined():
    found = payload._fields('{"turns": [{"who": "user", "text": "hi"}], "tags": ["a", 1], "none": null}')  # fmt: skip
    assert found == [("turns 1 who", "user"), ("turns 1 text", "hi"), ("tags", "a, 1")]
    assert payload._fields('{"cut": "in the mid') is None


# -- the order of the heat map ---------------------------------------------------------


def two_teams(rng):
    """Pairs of 12 people of two teams that agree within and not across, in no order."""
    names = [f"p{i:02}" for i in range(12)]
    rng.shuffle(names)
    team = {name: i % 2 for i, name in enumerate(names)}
    rows = [
        (a, b, 0.9 if team[a] == team[b] else 0.4)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    ]
    return pd.DataFrame(rows, columns=["a", "b", "agreement"]), team


@pytest.mark.parametrize("seed", range(3))
def test_people_who_answer_alike_stand_together(seed):
    rows, team = two_teams(np.random.default_rng(seed))
    order = charts.alike(rows, a="a", b="b", value="agreement")
    sides = [team[name] for name in order]
    assert sorted(order) == sorted(team) and sides in ([0] * 6 + [1] * 6, [1] * 6 + [0] * 6)


def test_pairs_that_never_met_leave_nobody_out():
    rows, _ = two_teams(np.random.default_rng(1))
    few = rows.iloc[::3]
    order = charts.alike(few, a="a", b="b", value="agreement")
    assert sorted(order) == sorted({*few["a"], *few["b"]}) and len(order) > 8


# -- preferences -----------------------------------------------------------------------


def test_every_share_of_preferences_drills_to_its_comparisons(full):  # noqa: F811
    at = open_view("preference.py", choice="Tie")
    wanted = fetch(door.connect(full), "preference/comparisons_v1", category=None, choice="tie", prompt=None, limit=200, **RANGE)  # fmt: skip
    shown = table(at, "chose")
    assert set(shown["chose"]) == {"Tie"} and shown["item_id"].tolist() == wanted["item_id"].tolist()  # fmt: skip


def test_a_circle_leads_to_the_comparisons_of_its_prompt(full):  # noqa: F811
    found = fetch(door.connect(full), "preference/circles_v1", limit=200, **RANGE)
    counted = fetch(door.connect(full), "preference/intransitive_triads_by_campaign_v1", **RANGE)
    assert len(found) == counted["intransitive"].sum() > 0
    at = open_view("preference.py", prompt=found["prompt"].iloc[0])
    behind = fetch(
        door.connect(full), "preference/comparisons_v1", category=None, choice=None, prompt=found["prompt"].iloc[0],
        limit=200, **RANGE,
    )  # fmt: skip
    assert table(at, "chose")["item_id"].tolist() == behind["item_id"].tolist()
    assert len(behind) >= found["comparisons"].iloc[0]
