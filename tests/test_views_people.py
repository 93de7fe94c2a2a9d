"""The pages of people: number, chart, list and item hang together through addresses."""

import pytest

from tests.test_views import full, open_view, text  # noqa: F401 - a fixture
from warehouse import engine as door
from warehouse.read import fetch


@pytest.mark.parametrize("by", ["Gold accuracy", "First pass"])
def test_raw_and_adjusted_stand_side_by_side(by, full):  # noqa: F811
    rows = open_view("trainers.py", by=by).dataframe[0].value
    assert rows["adjusted"].notna().any() and rows["raw"].notna().any()


def test_people_are_compared_through_the_address(full):  # noqa: F811
    at = open_view("trainers.py", compare=["trainer-0001", "trainer-0005"])
    assert set(at.dataframe[-1].value["trainer"]) == {"trainer-0001", "trainer-0005"}


def test_an_address_opens_the_item_with_everybodys_answers(full):  # noqa: F811
    import datetime as dt

    first = fetch(
        door.connect(full), "quality/disagreements_v1",
        since=dt.date(1990, 1, 1), until=dt.date(2026, 7, 1), limit=1,
    ).iloc[0]  # fmt: skip
    at = open_view("item.py", item=f"{first['campaign_id']}/{first['item_id']}")
    assert first["item_id"] in text(at) and len(at.dataframe) == 3
    assert len(at.dataframe[0].value) >= first["annotations"]


def test_a_reviewer_of_the_address_is_shown_with_whose_work_it_was(full):  # noqa: F811
    at = open_view("reviewers.py", reviewer="reviewer-01")
    assert at.header[0].value == "reviewer-01"
    assert "Whose work they reviewed" in [s.value for s in at.subheader]


def test_a_signal_never_comes_without_what_it_does_not_prove(full):  # noqa: F811
    at = open_view("trainer.py", trainer="trainer-0003")
    told = text(at)
    for signal in ("Speeding", "Straight-lining", "Bursts"):
        assert f"**{signal}: " in told
    assert "Practised people are quick" in told and "look at the items" in told
    assert "none of them proves anything" in told
