"""The pages of people: number, chart, list and item hang together through addresses."""

import datetime as dt

import pandas as pd
import pytest

from dashboard import access
from dashboard.panels import compare, confused, signals, worked
from tests.test_views import full, open_view, text  # noqa: F401 - a fixture
from warehouse import engine as door
from warehouse.read import fetch
from warehouse.scope import Scope

PERSON = "trainer-0204"


@pytest.mark.parametrize("by", ["Gold accuracy", "First pass"])
def test_raw_and_adjusted_stand_side_by_side(by, full):  # noqa: F811
    rows = open_view("trainers.py", by=by).dataframe[0].value
    assert rows["adjusted"].notna().any() and rows["raw"].notna().any()


def test_people_are_compared_through_the_address(full):  # noqa: F811
    chosen = ["trainer-0001", "trainer-0005"]
    at = open_view("trainers.py", compare=chosen)
    assert set(at.dataframe[-1].value["trainer"]) == {called(full)[c] for c in chosen}


def called(url: str) -> dict[str, str]:
    """What people are called, by id."""
    rows = fetch(door.connect(url), "team/people_v1")
    return dict(zip(rows["trainer_id"], rows["full_name"], strict=True))


def test_whoever_judges_data_knows_people_by_their_pseudonym_only(full, monkeypatch):  # noqa: F811
    judge = access.Access("ada", "researcher", Scope())
    for me, is_named in ((access.LOCAL, True), (judge, False)):
        monkeypatch.setattr(access, "enter", lambda me=me: access._remember(me))
        shown = set(open_view("trainers.py").dataframe[0].value["trainer"])
        assert bool(shown & set(called(full).values())) == is_named
        assert bool(shown & set(called(full))) != is_named


def test_an_address_opens_the_item_with_everybodys_answers(full):  # noqa: F811
    first = fetch(
        door.connect(full), "quality/disagreements_v3", question=None, answer_a=None, answer_b=None,
        since=dt.date(1990, 1, 1), until=dt.date(2026, 7, 1), limit=1,
    ).iloc[0]  # fmt: skip
    at = open_view("item.py", item=f"{first['campaign_id']}/{first['item_id']}")
    assert first["item_id"] in text(at)
    work = next(t.value for t in at.dataframe if "submitted_at" in t.value)
    assert len(work) >= first["annotations"]


def test_a_reviewer_of_the_address_is_shown_with_whose_work_it_was(full):  # noqa: F811
    at = open_view("reviewers.py", reviewer="reviewer-01")
    assert at.header[0].value == called(full)["reviewer-01"]
    assert "Whose work they reviewed" in [s.value for s in at.subheader]


def test_a_signal_never_comes_without_what_it_does_not_prove(full):  # noqa: F811
    at = open_view("trainer.py", trainer="trainer-0003", tab="Signals")
    told = text(at)
    for signal in ("Speeding", "Straight-lining", "Duplicates", "Bursts"):
        assert f"**{signal}**  \n" in told
    assert "Practised people are quick" in told and "look at the items" in told
    assert "none of them proves anything" in told


def test_a_link_to_a_cell_of_the_confusion_lists_as_many_items_as_the_cell_counts(full):  # noqa: F811
    for side, query in (("gold", confused.GOLD), ("peers", confused.PEERS)):
        right = "right_answer" if side == "gold" else "consensus"
        cells = counted(full, query)
        wrong = cells[cells[right] != cells["given_answer"]]
        cell = wrong.groupby([right, "given_answer"])["answers"].sum().sort_values()
        (said, given), n = cell.index[-1], cell.iloc[-1]
        named = "Gold answer" if side == "gold" else "Most others"
        at = open_view(
            "trainer.py", trainer=PERSON, tab="Answers", cell=f"{named} “{said}”, given “{given}”"
        )
        assert len(at.dataframe[0].value) == n


def counted(url, query):
    """The cells of the question that the page shows first."""
    chosen = {"since": dt.date(2026, 4, 6), "until": dt.date(2026, 7, 1), "trainer": PERSON}
    both = [fetch(door.connect(url), name, **chosen) for name in (confused.GOLD, confused.PEERS)]
    most = pd.concat(both).groupby("question_id")["answers"].sum().idxmax()
    cells = fetch(door.connect(url), query, **chosen)
    return cells[cells["question_id"] == most]


def test_every_tab_of_a_person_opens_from_its_address(full):  # noqa: F811
    for tab in ("Quality", "Answers", "Reviews", "Time", "Signals", "Flags and notes", "Work"):
        at = open_view("trainer.py", trainer=PERSON, tab=tab)
        assert not at.error and at.subheader, tab


def test_a_note_is_kept_and_read_by_the_next_who_looks(full):  # noqa: F811
    at = open_view("trainer.py", trainer=PERSON, tab="Flags and notes")
    at.text_area[0].set_value("Talked about v3 of the guideline.")
    at.button[0].click().run()
    at = open_view("trainer.py", trainer=PERSON, tab="Flags and notes")
    assert "Talked about v3 of the guideline." in [t.value for t in at.text]


def test_a_person_out_of_sight_is_not_taken_for_another(full):  # noqa: F811
    at = open_view("trainer.py", trainer="trainer-9999")
    assert "No work of this person" in at.info[0].value and not at.metric


def test_people_are_searched_filtered_and_put_in_order_by_the_address(full):  # noqa: F811
    shown = open_view("trainers.py", find="kestrel", order="Most work").dataframe[0].value
    assert set(shown["vendor"]) == {"Kestrel Labs"} and shown["submitted"].is_monotonic_decreasing
    new = open_view("trainers.py", only="New").dataframe[0].value
    assert len(new) and (new["tenure_days"] <= 28).all()


def test_only_people_whose_intervals_part_are_told_apart():
    rows = pd.DataFrame(
        {
            "trainer": ["ann", "bo", "cy"],
            "quality": [0.6, 0.8, 0.82],
            "quality_low": [0.5, 0.72, 0.75],
            "quality_high": [0.7, 0.88, 0.89],
        }
    )
    assert "ann below bo, ann below cy" in compare.apart(rows).replace(" and ", ", ")
    assert "bo below cy" not in compare.apart(rows)
    assert "overlap" in compare.apart(rows.iloc[1:])


def test_a_reviewers_page_says_how_much_is_the_reviewers_and_what_waits(full):  # noqa: F811
    at = open_view("reviewers.py", day="2026-05-12", change="safety-redteam")
    assert "Awaiting review" in [s.value for s in at.subheader]
    assert "through individual reviewers" in text(at)


def test_newcomers_page_foresees_what_they_bring_as_a_range(full):  # noqa: F811
    told = text(open_view("onboarding.py"))
    assert "What the newcomers will deliver" in told and "(80 % range)" in told


def test_a_vendors_scorecard_holds_its_own_rows_its_own_levels_and_the_bar(full, monkeypatch):  # noqa: F811
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("vendors.py")
    tables = [d.value for d in at.dataframe if "vendor" in d.value]
    assert len(tables) >= 3 and all(set(t["vendor"]) == {"Kestrel Labs"} for t in tables)
    levels = next(t for t in tables if "asked" in t)
    assert {"turnaround, hours", "submitted a week", "first pass"} <= set(levels["what"])
    assert next(t for t in tables if "bar" in t)["bar"].notna().all()


def test_another_vendors_person_is_out_of_sight_whatever_the_tab(full, monkeypatch):  # noqa: F811
    rows = fetch(
        door.connect(full), "trainers/summary_by_trainer_v1",
        since=dt.date(2026, 4, 6), until=dt.date(2026, 7, 1),
    )  # fmt: skip
    other = rows.loc[rows["vendor_id"] == "tamarind", "trainer_id"].iloc[0]
    own = access.Access("vic", "vendor", Scope(vendors=("kestrel",), is_own_only=True))
    monkeypatch.setattr(access, "LOCAL", own)
    at = open_view("trainer.py", trainer=other, tab="Flags and notes")
    assert at.info and not at.metric and not at.text_area


def test_the_address_keeps_the_id_of_a_person_not_the_name(full):  # noqa: F811
    at = open_view("trainer.py", trainer=PERSON)
    picker = next(s for s in at.selectbox if s.label == "Trainer")
    assert picker.value == PERSON and PERSON in at.query_params["trainer"]
    other = next(i for i in called(full) if i != PERSON and called(full)[i] in picker.options)
    picker.set_value(other).run()
    assert other in at.query_params["trainer"]
    assert next(s for s in at.selectbox if s.label == "Trainer").value == other


@pytest.mark.parametrize("query", [signals.PACE, signals.EXPECTED, signals.VARIETY, worked.SPEED])
def test_what_is_told_of_a_person_is_the_same_without_the_campaigns_of_others(full, query):  # noqa: F811
    period = {"since": dt.date(2026, 4, 6), "until": dt.date(2026, 7, 1)}
    if query in (signals.PACE, signals.EXPECTED):
        period["recent"] = dt.date(2026, 6, 3)
    team = fetch(door.connect(full), query, **period)
    own = team[team["trainer_id"] == PERSON]
    campaigns = tuple(own["campaign_id"].unique())
    assert 0 < len(campaigns) < team["campaign_id"].nunique()
    few = fetch(door.connect(full), query, scope=Scope(campaigns=campaigns), **period)
    few = few[few["trainer_id"] == PERSON]
    pd.testing.assert_frame_equal(few.reset_index(drop=True), own.reset_index(drop=True))
