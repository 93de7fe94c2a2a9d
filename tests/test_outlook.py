"""Outlooks: each campaign seen from every week of its past, and what came of it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from warehouse import engine as door
from warehouse import forecast, ledger, outlook

FIRST = dt.date(2026, 1, 5)
UNTIL = dt.date(2026, 7, 1)


def history(days=56, target=1000, changes=(), **more):
    """Ten items a day for two dollars each; promises: (changed_on, target)."""
    rows = [(FIRST - dt.timedelta(days=7), target), *changes]
    promises = pd.DataFrame(
        {
            "changed_on": pd.to_datetime([day for day, _ in rows]),
            "target_items": [wanted for _, wanted in rows],
            "deadline": pd.Timestamp("2026-05-01"),
        }
    )
    told = {"spent_before": 100.0, "budget": 2000.0} | more
    return outlook.History(
        "alpha", FIRST, np.full(days, 10.0), np.full(days, 20.0), promises=promises, **told
    )


def day(number):
    return FIRST + dt.timedelta(days=number)


def test_what_is_left_ends_and_costs_what_the_pace_says():
    seen = outlook.outlook(history(), day(56))
    assert (seen.remaining, seen.target) == (440, 1000)
    assert seen.days.p50 == pytest.approx(44, abs=2)
    assert seen.cost.p50 == pytest.approx(100 + 1120 + 880, rel=0.02)
    # 780 dollars are left of the budget: 39 days at 20 a day.
    assert seen.money_lasts.p50 == pytest.approx(39, abs=2)


def test_only_what_was_known_then_counts():
    raised = history(changes=[(day(30), 2000)])
    assert outlook.outlook(raised, day(28)).target == 1000
    assert outlook.outlook(raised, day(31)).target == 2000
    assert outlook.outlook(raised, day(28)).remaining == 720


@pytest.mark.parametrize("days", [0, 13])
def test_under_two_weeks_of_data_there_is_no_outlook(days):
    assert outlook.outlook(history(), day(days)) is None


def test_a_campaign_that_is_done_has_no_outlook_and_the_day_after_its_last_item():
    done = history(target=200)
    assert done.came_on == day(20)
    assert outlook.outlook(done, day(20)) is None
    assert outlook.outlook(done, day(19)).days.p50 == 1


def test_twice_the_people_and_half_the_price_are_what_they_say():
    plain = outlook.outlook(history(), day(56))
    other = outlook.outlook(history(), day(56), quicker=2.0, pricier=0.5)
    assert other.days.p50 == pytest.approx(plain.days.p50 / 2, abs=1)
    assert other.cost.p50 == pytest.approx(100 + 1120 + 440, rel=0.02)


def test_the_widening_is_learned_from_ten_finished_campaigns_on():
    def weeks(campaigns):
        return pd.DataFrame(
            {
                "campaign_id": [f"c{k % campaigns}" for k in range(60)],
                "as_of": pd.Timestamp("2026-01-05"),
                "came_on": pd.Timestamp("2026-01-25"),  # 20 days, where 8 to 13 were told
                "plain_p10": 8.0, "plain_p50": 10.0, "plain_p90": 13.0,
                "method": forecast.METHOD,
            }
        )  # fmt: skip

    assert outlook.learned(weeks(9), UNTIL) == forecast.UNLEARNED_SCALE
    assert outlook.learned(weeks(10), UNTIL) == pytest.approx(np.log(2) / np.log(1.3))
    assert outlook.learned(weeks(10), dt.date(2026, 1, 24)) == forecast.UNLEARNED_SCALE
    former = weeks(10).assign(method=None)
    assert outlook.learned(former, UNTIL) == forecast.UNLEARNED_SCALE


def test_the_weeks_of_the_demo_are_written_once_and_an_interrupted_run_goes_on(demo_url, tmp_path):
    source, book = door.connect(demo_url), ledger.connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    begun = outlook.record(source, book, dt.date(2026, 3, 1))
    for _ in range(3):
        next(begun)
    begun.close()
    list(outlook.record(source, book, dt.date(2026, 3, 1)))
    written = ledger.outlooks(book)
    assert not written.duplicated(["campaign_id", "as_of"]).any()
    assert written["campaign_id"].nunique() > 8 and written["as_of"].is_monotonic_increasing
    assert list(outlook.record(source, book, dt.date(2026, 3, 1))) == []


def test_a_forecast_takes_the_place_of_a_former_methods_and_of_no_other(tmp_path):
    import sqlalchemy as sa

    from warehouse import schema

    book = ledger.connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    row = outlook.as_row(outlook.outlook(history(), day(56)), history())
    ledger.write_outlook(book, row)
    with book.begin() as connection:
        connection.execute(sa.update(schema.outlooks).values(method=None, chance=0.0))
    assert outlook.by_this_method(ledger.outlooks(book)).empty
    ledger.write_outlook(book, row)
    (kept,) = ledger.outlooks(book)["chance"]
    assert kept == row["chance"] and len(outlook.by_this_method(ledger.outlooks(book))) == 1
    with pytest.raises(sa.exc.IntegrityError):
        ledger.write_outlook(book, row)


def test_an_older_ledger_gets_the_table_of_forecasts(tmp_path):
    import sqlalchemy as sa

    from warehouse import schema

    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    book = ledger.connect(url)
    with book.begin() as connection:
        schema.outlooks.drop(connection)
        connection.execute(sa.update(schema.ledger_versions).values(version=1))
    assert ledger.outlooks(ledger.connect(url)).empty


def test_a_stored_outlook_says_what_was_told_in_the_last_week_and_nothing_older():
    seen = outlook.outlook(history(), day(56))
    rows = [outlook.as_row(seen, history()), outlook.as_row(seen, history()) | {"as_of": day(49)}]
    written = pd.DataFrame(rows)
    for name in ("as_of", "deadline"):
        written[name] = pd.to_datetime(written[name])
    (told,) = outlook.stored(written, day(60)).values()
    assert (told.as_of, told.chance, told.days, told.cost) == (
        day(56),
        seen.chance,
        seen.days,
        seen.cost,
    )
    assert told.day(told.days.p50) == seen.day(seen.days.p50)
    assert outlook.stored(written, day(64)) == {}
    assert outlook.stored(written, day(52))["alpha"].as_of == day(49)
