"""The digest: the pages' verdicts as text, and the same again from what was known then."""

import datetime as dt

import pytest

from dashboard import report
from dashboard.__main__ import main
from warehouse import engine as door
from warehouse.read import fetch


def test_the_digest_names_every_campaign_with_its_verdict(demo_url, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", demo_url)
    told = report.digest()
    names = fetch(door.connect(demo_url), "team/campaigns_v1", as_of=dt.date(2026, 7, 1))[
        "campaign_name"
    ]
    assert all(f"| {name} |" in told for name in names)
    assert told.startswith("# The team up to 30 June 2026") and "Events until 30 June 2026" in told


def test_the_digest_of_a_past_day_is_made_from_what_was_known_then(demo_url, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", demo_url)
    day = dt.date(2026, 5, 1)
    then = report.digest(day, dt.datetime(2026, 5, 1, 4))
    assert "as known at 1 May 2026, 04:00 UTC" in then and "Events until 30 June" not in then
    later_reviews_count = report.digest(day)
    assert then.split("##")[0] != later_reviews_count.split("##")[0]


def test_without_events_the_command_refuses_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WAREHOUSE_URL", f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    assert main(["report"]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("expected events to report on, found none") and "\n" not in said


@pytest.mark.parametrize("arguments", [["report", "--as-of", "yesterday"], ["dance"]])
def test_a_wrong_argument_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
