"""The pages that look ahead, and the items behind a campaign: what a slider, a filter and a form change."""

from dataclasses import replace

import pandas as pd
import pytest

from dashboard import verdicts
from tests.test_outlook import day, history
from tests.test_views import full, open_view, text  # noqa: F401
from warehouse import outlook
from warehouse.charter_file import charters_from

CAMPAIGN = "helpfulness-ratings"


def shown(at, column):
    """The first table of the page that has ``column``."""
    return next(d.value for d in at.dataframe if column in d.value)


def test_the_campaigns_verdict_and_its_forecast_tell_the_same_chance(full):  # noqa: F811
    at = open_view("campaign.py", campaign=CAMPAIGN, tab="Forecast")
    ranges = shown(at, "p50")
    assert ranges["what"].tolist() == ["Finish", "Whole cost"]
    days = pd.to_datetime(ranges.loc[0, ["p10", "p50", "p90"]], format="%d %B %Y")
    assert days.is_monotonic_increasing
    assert ranges.loc[0, "p10"] in at.markdown[0].value


def test_more_trainers_bring_the_end_forward(full):  # noqa: F811
    at = open_view("campaign.py", campaign=CAMPAIGN, tab="Forecast")
    at.slider(key="what_if_trainers").set_value(50).run()
    assert not at.exception
    rows = next(d.value for d in at.dataframe if "case" in d.value)
    finish = rows[rows["what"] == "Finish"].set_index("case")["p50"]
    told = pd.to_datetime(finish, format="%d %B %Y")
    assert told["what if"] < told["as things are"]
    at.slider(key="what_if_joins").set_value(4).run()
    rows = next(d.value for d in at.dataframe if "case" in d.value)
    later = rows[rows["what"] == "Finish"].set_index("case")["p50"]["what if"]
    assert pd.to_datetime(later, format="%d %B %Y") > told["what if"]


def test_a_forecast_says_which_holidays_and_people_to_come_it_counts_in(full):  # noqa: F811
    told = text(open_view("campaign.py", campaign=CAMPAIGN, tab="Forecast"))
    assert "Counted in, as the charter says: Summer day from 3 July 2026" in told
    assert "6 new trainers from 14 July 2026, proficient after 28 days" in told


def test_only_items_on_which_people_differ(full):  # noqa: F811
    at = open_view("campaign.py", campaign=CAMPAIGN, tab="Items")
    at.checkbox(key="newest_disputed").check().run()
    rows = shown(at, "given")
    assert len(rows) and (rows["given"] < rows["annotations"]).all()


def test_the_planners_draft_is_a_charter_of_what_the_form_says(full):  # noqa: F811
    at = open_view("planner.py")
    at.number_input(key="plan_items").set_value(1234)
    at.slider(key="plan_overlap").set_value(3).run()
    (charter,) = charters_from(at.code[0].value)
    assert (charter.target_items, charter.required_annotations) == (1234, 3)


@pytest.mark.parametrize("view", ["spend.py", "throughput.py"])
def test_the_parts_of_the_page_are_there(view, full):  # noqa: F811
    heads = {s.value for s in open_view(view).subheader}
    wanted = {
        "spend.py": {"Cost at completion", "Who differs from the plan, and why"},
        "throughput.py": {"People the deadlines need", "What waits", "Handle time"},
    }
    assert wanted[view] <= heads


def test_each_vendors_parts_add_up_to_its_difference(full):  # noqa: F811
    rows = shown(open_view("spend.py"), "overhead")
    parts = rows[["volume", "price", "mix", "rework", "overhead"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(rows["variance"].tolist())


@pytest.mark.parametrize(
    ("chance", "word"),
    [(0.995, "On track"), (0.80, "On track"), (0.79, "Cannot tell yet"), (0.21, "Cannot tell yet"), (0.20, "Late"), (0.0, "Late")],
)  # fmt: skip
def test_the_verdict_follows_the_chance_of_the_deadline(chance, word):
    seen = replace(outlook.outlook(history(), day(56)), chance=chance)
    assert verdicts.foreseen("62 % accepted", seen).word == word


def test_the_delivery_tab_shows_the_open_items_within_the_cycle_time(full):  # noqa: F811
    heads = {s.value for s in open_view("campaign.py", campaign=CAMPAIGN).subheader}
    assert "Accepted within" in heads
