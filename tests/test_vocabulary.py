"""Codes of the ledger in the field's words, the same on pages, in sentences and in messages."""

import pandas as pd
import pytest

from dashboard import words
from data_checks.campaign_bars import campaign_bars
from data_checks.suite import judge
from warehouse import vocabulary
from warehouse.charter_file import FIGURES


@pytest.mark.parametrize("code", FIGURES)
def test_no_figure_of_a_charter_is_shown_as_its_code(code):
    assert "_" not in vocabulary.figure(code) and words.figure(code) == vocabulary.figure(code)


def test_the_field_s_words_stand_where_the_code_is_not_enough():
    assert vocabulary.figure("first_pass") == "first-pass acceptance"
    assert vocabulary.figure_first("handle_time") == "Handle time"


def test_a_flag_s_sentence_names_the_figure_in_words():
    row = {
        "campaign_id": "alpha", "question_id": "", "figure": "first_pass", "value": 0.6, "low": 0.5,
        "high": 0.7, "n": 90.0, "bar": 0.9, "short": 0.2, "over": None,
        "missed_by": None, "vendor_id": "",
    }  # fmt: skip
    told = judge(campaign_bars, pd.DataFrame([row]))
    said = " ".join(f.sentence for f in told if f.outcome == "fail")
    assert "First-pass acceptance is 0.600" in said and "first_pass" not in said
