"""What changes if a newer version is adopted: both versions on the same data, side by side."""

import shutil

import pandas as pd
import pytest
from test_views import open_view, text, use

from dashboard.panels import adopt
from warehouse import compile, query

OLD, NEW = "quality/gold_accuracy_by_campaign_v1", "quality/gold_accuracy_by_campaign_v2"


def forget():
    for cache in (query._files, query._load, compile._compiled, compile._past_parts):
        cache.cache_clear()


@pytest.fixture
def two_versions(demo_url, tmp_path, monkeypatch):
    """The demo, and queries among which gold accuracy has a version that forgives each campaign one answer."""
    shutil.copytree(query.QUERIES, tmp_path / "queries")
    text = (tmp_path / "queries" / f"{OLD}.sql").read_text()
    text = text.replace("-- grain:", f"-- supersedes: {OLD}\n-- grain:", 1)
    text = text.replace(
        "cast(r.correct as bigint) as correct", "cast(r.correct + 1 as bigint) as correct"
    )
    (tmp_path / "queries" / f"{NEW}.sql").write_text(text)
    monkeypatch.setattr(query, "QUERIES", tmp_path / "queries")
    forget()
    use(demo_url, tmp_path, monkeypatch)
    yield
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("name", [OLD, NEW])
def test_both_versions_stand_side_by_side_whichever_is_chosen(name, two_versions):
    at = open_view("metric_catalogue.py", query=name)
    assert "What changes with `v2`" in text(at) and "change, in correct and accuracy" in text(at)
    rows = next(d.value for d in at.dataframe if "change" in d.value)
    assert set(rows.loc[rows["figure"] == "Correct", "change"]) == {"+1"}
    assert "Helpfulness ratings" in rows["campaign"].tolist()


def test_a_query_with_one_version_says_nothing_of_others(two_versions):
    assert "What changes" not in text(open_view("metric_catalogue.py", query="team/campaigns_v1"))


def frame(**columns):
    return pd.DataFrame({"campaign_id": ["a", "b"], **columns})


def test_what_is_the_same_but_for_rounding_is_no_change():
    rows = adopt.moved(frame(x=[0.3, 1.0]), frame(x=[0.1 + 0.2, 1.0]), ["campaign_id"])
    assert rows.empty
    assert (
        adopt.sentence(frame(), frame(), rows, ["campaign_id"])
        == "nothing changes in any of 2 rows."
    )


def test_what_became_unknown_and_rows_of_one_version_are_told():
    before, after = frame(x=[1.0, 2.0]), frame(x=[None, 3.5]).replace({"campaign_id": {"b": "c"}})
    rows = adopt.moved(before, after, ["campaign_id"]).set_index("campaign_id")
    assert rows.loc["a", "new"] == "unknown" and rows.loc["b", "new"] == "unknown"
    said = adopt.sentence(before, after, rows.reset_index(), ["campaign_id"])
    assert "1 row only in the old version" in said and "1 row only in the new version" in said


def test_a_query_of_one_row_is_compared_too():
    rows = adopt.moved(pd.DataFrame({"n": [3]}), pd.DataFrame({"n": [4]}), [])
    assert rows.to_dict("records") == [{"figure": "N", "old": "3", "new": "4", "change": "+1"}]
