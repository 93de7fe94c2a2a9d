"""Money in tables and verdicts: signs where people write them, and one story about when it runs out."""

import pandas as pd
from pandas.io.formats.style import Styler

from dashboard import show, verdicts, words
from dashboard.panels import completion, invoices
from dashboard.show import tables
from warehouse.forecast import Range


class Seen:
    """An outlook of which only the cost and the days are asked."""

    is_stored = False

    def __init__(self, cost, money, days):
        self.cost, self.money_lasts, self.days = Range(*cost), Range(*money), Range(*days)

    def day(self, days):
        return None if days is None else pd.Timestamp("2026-07-01") + pd.Timedelta(days=days)


def test_an_amount_below_nothing_has_its_sign_before_the_dollar():
    columns = {"a": show.money("A"), "b": show.money("B", places=2)}
    configs = {name: c.config for name, c in columns.items()}
    rows = pd.DataFrame({"a": [-823.4, 12340.0, None], "b": [1.0, 2.0, 3.0]})
    shown = tables._signed(rows, columns, configs)
    assert isinstance(shown, Styler)
    html = shown.to_html()
    assert "-$823" in html and "$12,340" in html and "–" in html
    assert "format" not in configs["a"]["type_config"]
    assert configs["b"]["type_config"]["format"] == "$%,.2f"


def test_amounts_above_nothing_are_left_to_the_column():
    rows = pd.DataFrame({"a": [0.0, 12.0]})
    assert tables._signed(rows, {"a": show.money("A")}, {}) is rows


def test_money_that_lasts_beyond_every_likely_cost_does_not_run_out():
    seen = Seen(cost=(80, 90, 99), money=(40, 45, 50), days=(30, 50, 70))
    assert completion.lasts(seen, budget=100) == "not before the target is met"


def test_money_that_runs_out_on_some_paths_only_is_said_so():
    seen = Seen(cost=(80, 90, 110), money=(40, 45, 50), days=(30, 50, 70))
    assert completion.lasts(seen, budget=100) == "if at all, from 10 August 2026 on"


def test_money_that_runs_out_on_nearly_all_paths_has_its_days():
    seen = Seen(cost=(110, 120, 130), money=(40, 45, 50), days=(30, 50, 70))
    assert completion.lasts(seen, budget=100) == "10 August 2026 to 20 August 2026"


def test_the_verdict_names_campaigns_whose_money_may_not_last():
    row = {"campaign": "A", "cost_usd": 50.0, "budget_usd": 100.0, "cpi": 1.0, "accepted_items": 5}
    told = verdicts.money(pd.DataFrame([row]), ["A (10 August 2026 to 20 August 2026)"])
    assert told.standing == verdicts.WATCH
    assert "may run out before the work is done: A (10 August" in told.says
    assert verdicts.money(pd.DataFrame([row])).standing == verdicts.GOOD


def test_a_disputed_line_has_one_amount_wherever_it_is_told():
    row = pd.DataFrame(
        [{"cause": "hours", "from_hours": 179.55, "from_count": 0.0, "from_rate": 0.01, "difference_usd": 146.42}]
    ).iloc[0]  # fmt: skip
    assert invoices._part(row) == 179.55


def test_an_interval_of_points_names_its_unit_once():
    assert words.points_between(-0.076, -0.021) == "-7.6 to -2.1 points"
    assert words.points_between(None, 0.1) == "no interval"


def test_a_campaign_past_its_target_has_left_what_it_has_not_spent():
    """Budgets of 100: at the cost so far one would have cost 82 for the target and has spent 90 on more than that."""
    rows = pd.DataFrame(
        {
            "budget_usd": [100.0, 100.0, 100.0],
            "cost_usd": [90.0, 60.0, 50.0],
            "estimate_at_completion": [82.0, 120.0, float("nan")],
            "variance_at_completion": [18.0, -20.0, float("nan")],
        }
    )
    shown = completion.with_whole(rows)[["whole", "variance_at_completion"]]
    assert shown.head(2).to_numpy().tolist() == [[90.0, 10.0], [120.0, -20.0]]
    assert shown.iloc[2].isna().all()
