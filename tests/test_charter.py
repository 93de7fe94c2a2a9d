"""Charters: what a file promises is what the warehouse knows, and what is wrong has a name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse import charter, engine, schema
from warehouse.errors import Refused

EXAMPLES = Path(__file__).parent.parent / "examples" / "charters"

MINIMAL = """
campaign: alpha
target_items: 100
starts_on: 2026-01-05
deadline: 2026-03-31
"""

RATES = """
rates:
  - {vendor: northwind, unit: assignment, amount: 2, from: 2026-01-05}
  - {unit: hour, amount: 20, currency: EUR, from: 2026-01-05}
"""


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        charter.charters_from(text, "a.yaml")
    return str(refused.value)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"


@pytest.fixture
def applied(url: str, tmp_path: Path):
    """Apply a text as a file; the sentence that came back."""

    def apply(text: str) -> str:
        path = tmp_path / "charter.yaml"
        path.write_text(text)
        return charter.apply(path, url)

    return apply


@pytest.fixture
def rows(url: str):
    """The rows of a table as published now, oldest first."""
    chosen = schema.metadata.tables
    reader = []

    def read(table: str) -> list[sa.Row]:
        if not reader:
            reader.append(engine.connect(url))
        statement = sa.select(chosen[table]).order_by(chosen[table].c.recorded_at)
        with reader[0].connect() as connection:
            return connection.execute(statement).all()

    return read


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_a_charter(path):
    assert charter.charters_from(path.read_text(), path.name)


def test_what_is_not_said_has_a_stated_default():
    (told,) = charter.charters_from(MINIMAL)
    assert (told.campaign_name, told.acceptance, told.required_annotations) == (
        "alpha",
        "review",
        1,
    )
    assert (told.budget, told.currency, told.idle_limit_s) == (None, "USD", 1800.0)


def test_an_unknown_field_is_refused_with_the_one_that_was_meant():
    assert "target_itms: unknown field, did you mean target_items?" in refusal(
        MINIMAL.replace("target_items", "target_itms")
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("target_items: many", "target_items: expected a whole number from 1, found 'many'"),
        (f"target_items: {10**30}", "target_items: expected a whole number up to 1,000,000,000"),
        ("target_items: 0", "target_items: expected a whole number from 1, found 0"),
        ("deadline: soon", "deadline: expected a day like 2026-03-31, found 'soon'"),
        ("deadline: 2026-01-04", "deadline: expected a day from 2026-01-05, found 2026-01-04"),
        ("acceptance: maybe", "acceptance: expected review or submission, found 'maybe'"),
        ("review_share: 1.5", "review_share: expected a share from 0 to 1, found 1.5"),
        ("budget: -1", "budget: expected a number from 0, found -1"),
        ("currency: dollars", "currency: expected a currency code like USD, found 'dollars'"),
        ("owners: me", "owners: expected a list, found 'me'"),
        (
            "quality_bar: {gold: 0.9}",
            "quality_bar.gold: unknown field, did you mean gold_accuracy?",
        ),
        ("quality_bar: {alpha: {tone: 7}}", "quality_bar.alpha.tone: expected a share from 0 to 1"),
        (
            "guidelines: [{version: v1}]",
            "guidelines[1].from: expected a day like 2026-03-31, found nothing",
        ),
        (
            "rates: [{unit: item, amount: 1, from: 2026-01-01}]",
            "rates[1].unit: expected assignment or hour, found 'item'",
        ),
        (
            "rates: [{amount: 1, from: 2026-01-02, until: 2026-01-02}]",
            "rates[1].until: expected a day after 2026-01-02",
        ),
        ("target_items: [", "not readable as YAML in line"),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected_and_found(change, sentence):
    key = change.split(":")[0]
    kept = "".join(f"{line}\n" for line in MINIMAL.split("\n") if not line.startswith(f"{key}:"))
    assert sentence in refusal(kept + change)


def test_a_field_given_twice_is_refused():
    assert "'target_items' is given twice" in refusal(MINIMAL + "target_items: 7")


def test_all_faults_are_told_at_once():
    told = refusal("campaign: alpha\ntarget_items: 0\nstarts_on: x\ndeadline: y")
    assert all(field in told for field in ("target_items:", "starts_on:", "deadline:"))


def test_an_empty_file_is_no_charter():
    assert "found nothing" in refusal("# only a comment\n")


def test_a_charter_becomes_rows_of_every_table_it_speaks_of(rows, applied):
    sentence = applied((EXAMPLES / "full.yaml").read_text())
    assert sentence == (
        "coding-preferences: version 1 applied: 12,000 items by 2026-07-31, 96,000 USD, accepted by review"
    )
    (told,) = rows("charters")
    assert (told.version, told.target_items, told.acceptance) == (1, 12000, "review")
    assert told.deadline == dt.date(2026, 7, 31)
    assert {(r.figure, r.question_id, r.bar) for r in rows("charter_bars")} == {
        ("gold_accuracy", "", 0.85),
        ("first_pass", "", 0.8),
        ("alpha", "preferred", 0.6),
    }
    assert len(rows("guideline_versions")) == 2
    assert len(rows("rate_cards")) == 4
    assert [r.campaign_name for r in rows("campaigns")] == ["Coding preferences"]


def test_the_next_refresh_is_told_to_recompute_the_campaign(rows, applied):
    applied(MINIMAL)
    (pending,) = rows("pending_changes")
    assert (pending.campaign_id, pending.trainer_id, pending.since) == ("alpha", None, None)


def test_the_same_text_is_no_new_version(rows, applied):
    applied(MINIMAL)
    assert applied(MINIMAL) == "alpha: version 1 holds already, nothing changed"
    assert len(rows("charters")) == 1
    assert len(rows("pending_changes")) == 1


def test_a_changed_text_is_a_new_version_that_says_what_changed(rows, applied):
    applied(MINIMAL + RATES)
    sentence = applied(MINIMAL.replace("100", "150") + RATES.replace("amount: 2,", "amount: 3,"))
    assert sentence == (
        "alpha: version 2 applied: target_items 100 -> 150; "
        "rate northwind from 2026-01-05 2 USD per assignment -> 3 USD per assignment"
    )
    assert [r.target_items for r in rows("charters")] == [100, 150]
    assert len(rows("campaigns")) == 1, "the campaign is still called the same"
    assert [r.amount for r in rows("rate_cards")] == [2, 20, 3], "only the changed rate is new"


def test_a_rate_taken_out_is_recorded_with_an_empty_validity(rows, applied):
    applied(MINIMAL + RATES)
    sentence = applied(MINIMAL)
    assert "rate northwind from 2026-01-05 dropped" in sentence
    ends = [r.valid_until for r in rows("rate_cards")]
    assert ends == [None, None, dt.date(2026, 1, 5), dt.date(2026, 1, 5)]
    applied(MINIMAL + RATES)
    assert len(rows("rate_cards")) == 6, "a rate that comes back is recorded again"


def test_a_change_of_wording_is_a_version_too(applied):
    applied(MINIMAL)
    assert applied("# agreed by mail\n" + MINIMAL).endswith(
        "version 2 applied: only its wording changed"
    )


def test_several_charters_may_share_a_file(rows, applied):
    sentence = applied(MINIMAL + "---" + MINIMAL.replace("alpha", "beta"))
    assert [line.split(":")[0] for line in sentence.split("\n")] == ["alpha", "beta"]
    assert "two charters in one file" in refusal(MINIMAL + "---" + MINIMAL)


def test_a_refused_charter_changes_nothing(rows, applied):
    applied(MINIMAL)
    with pytest.raises(Refused):
        applied(MINIMAL.replace("beta", "alpha") + "---" + MINIMAL.replace("100", "none"))
    assert len(rows("charters")) == 1


def test_a_missing_file_is_refused(url, tmp_path):
    with pytest.raises(Refused, match="could not read it"):
        charter.apply(tmp_path / "nothing.yaml", url)
