"""Charts: pure functions whose figures carry n, units, the bar and no colour that says a thing alone."""

import tomllib
from datetime import date
from pathlib import Path

import pandas as pd

from dashboard import charts, sums

ROOT = Path(__file__).resolve().parent.parent
MONDAYS = pd.date_range("2026-01-05", periods=6, freq="7D")


def weeks(**more):
    frame = {
        "week": MONDAYS, "rate": 0.9, "rate_low": 0.85, "rate_high": 0.94, "scored": 100,
    }  # fmt: skip
    return pd.DataFrame(frame | more)


def rate(frame, **options):
    return charts.rate(
        frame, x="week", y="rate", n="scored", title="gold accuracy", of="gold answers", **options
    )


def test_pages_and_charts_have_one_palette():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    assert tuple(theme["chartCategoricalColors"]) == charts.SERIES


def test_red_is_reserved_for_findings():
    assert charts.FINDING not in charts.SERIES


def test_a_rate_says_its_n_and_interval_on_hover():
    said = rate(weeks()).data[-1].text[0].replace("\u00a0", " ")
    assert said == "<b>90.0 %</b> (85.0 % to 94.0 %), 100 gold answers"


def test_a_rate_shows_its_bar_and_its_unit():
    figure = rate(weeks(), bar=0.85)
    assert any("bar" in a.text and "85.0" in a.text for a in figure.layout.annotations)
    assert figure.layout.yaxis.tickformat == ".0%" and figure.layout.yaxis.title.text


def test_a_week_that_is_not_over_is_drawn_hollow():
    symbols = rate(weeks(), until=pd.Timestamp("2026-02-12")).data[-1].marker.symbol
    assert list(symbols) == ["circle"] * 5 + ["circle-open"]


def test_a_guideline_version_is_marked_where_it_falls_into_the_range():
    marks = pd.DataFrame(
        {
            "guideline_version": ["v1", "v2"],
            "effective_from": pd.to_datetime(["2025-01-01", "2026-01-20"]),
        }
    )
    assert [a.text for a in rate(weeks(), marks=marks).layout.annotations] == ["guideline v2"]


def test_guideline_versions_near_each_other_do_not_stand_upon_each_other():
    begun = pd.to_datetime(["2026-01-06", "2026-01-12"])
    marks = pd.DataFrame({"guideline_version": ["v1", "v2"], "effective_from": begun})
    figure = rate(weeks(), marks=marks)
    first, second = figure.layout.annotations
    assert (first.text, second.text) == ("guideline v1", "v2") and second.yshift > first.yshift
    letters = 15
    assert figure.layout.margin.t >= second.yshift + letters, "the upper name is cut off"


def grown(*names):
    rows = [
        {"who": name, "week": k, "rate": 0.8 + 0.01 * k, "rate_low": 0.7, "rate_high": 0.95, "n": 9}
        for name in names for k in range(1, 5)
    ]  # fmt: skip
    return charts.lines(
        pd.DataFrame(rows), x="week", y="rate", by="who", n="n", of="reviews", title="first pass", x_title="week",
        bar=0.75,
    )  # fmt: skip


def test_two_lines_share_a_picture_and_are_told_apart_without_their_colour():
    told = [t for t in grown("a", "b").data if t.mode == "lines+markers"]
    assert {t.xaxis for t in told} <= {None, "x"} and told[0].marker.symbol != told[1].marker.symbol


def test_more_lines_get_a_picture_each_with_their_interval():
    figure = grown("a", "b", "c")
    told = [t for t in figure.data if t.mode == "lines+markers"]
    assert [t.name for t in told] == ["a", "b", "c"] and len({t.xaxis for t in told}) == 3
    assert len({t.line.color for t in told}) == 1 and not figure.layout.showlegend
    assert {"a", "b", "c"} <= {a.text for a in figure.layout.annotations}
    assert len([t for t in figure.data if t.fill == "tonexty"]) == 3


def test_an_interval_ends_within_the_picture():
    frame = pd.DataFrame(
        {"who": ["a", "b"], "x": [0.08, -0.05], "x_low": [0.05, -0.1], "x_high": [0.2, 0.0], "n": 50}
    )  # fmt: skip
    axis = charts.around(
        frame, label="who", value="x", n="n", of="reviews", title="points"
    ).layout.xaxis
    assert axis.range[0] < -0.1 and axis.range[1] > 0.2


def test_weekly_ticks_stand_on_mondays():
    axis = rate(weeks()).layout.xaxis
    assert pd.Timestamp(axis.tick0).weekday() == 0 and axis.dtick % (7 * 86_400_000) == 0


def test_what_is_below_its_bar_for_certain_is_a_red_cross():
    frame = pd.DataFrame(
        {
            "q": ["a", "b"],
            "alpha": [0.5, 0.8],
            "alpha_low": [0.4, 0.7],
            "alpha_high": [0.6, 0.9],
            "n": [90, 90],
            "bar": 0.7,
        }
    )
    figure = charts.intervals(
        frame, label="q", value="alpha", n="n", title="alpha", of="items", bars="bar", share=False
    )
    marks = figure.data[-1].marker
    assert dict(zip(figure.data[-1].y, marks.symbol, strict=True)) == {"a": "x", "b": "circle"}
    assert charts.FINDING in marks.color


def test_a_waterfall_ends_in_the_whole():
    frame = pd.DataFrame({"kind": ["Annotation", "Review"], "cost": [75.0, 25.0]})
    drawn = charts.waterfall(
        frame, label="kind", value="cost", title="US dollars", total="All"
    ).data[0]
    assert drawn.x[-1] == 100 and drawn.measure[-1] == "total"
    assert drawn.text[0].replace("\u00a0", " ") == "$75.00, 75 %"


def test_small_groups_are_drawn_together():
    frame = pd.DataFrame({"week": MONDAYS[0], "kind": list("abcdefgh"), "cost": range(8, 0, -1)})
    drawn = charts.stacked(frame, x="week", y="cost", by="kind", title="US dollars", most=3)
    assert [t.name for t in drawn.data] == ["a", "b", "c", "5 others"]
    assert sum(sum(t.y) for t in drawn.data) == 36


def test_rates_add_up_as_ratios_of_sums():
    frame = pd.DataFrame({"week": MONDAYS[0], "correct": [1, 90], "scored": [10, 90]})
    told = sums.rate(frame, ["week"], "correct", "scored")
    assert told["rate"].iloc[0] == 0.91


def test_a_design_effect_widens_the_interval_of_a_sum():
    frame = pd.DataFrame(
        {"week": MONDAYS[0], "correct": [80], "scored": [100], "design_effect": [4.0]}
    )
    wide = sums.rate(frame, ["week"], "correct", "scored").iloc[0]
    narrow = sums.rate(frame.drop(columns="design_effect"), ["week"], "correct", "scored").iloc[0]
    assert wide["rate_low"] < narrow["rate_low"] and wide["rate_high"] > narrow["rate_high"]


def test_the_week_that_is_cut_short_is_in_no_change():
    frame = pd.DataFrame({"day": pd.date_range("2026-01-05", periods=10), "n": 1})
    assert sums.by_week(frame, date(2026, 1, 15), "n")["n"].tolist() == [7]


def test_a_ratio_of_sums_leaves_out_rows_that_do_not_know_both():
    rows = pd.DataFrame(
        [("a", 10.0, 2.0), ("a", 90.0, None), ("a", None, 7.0), ("a", 5.0, 0.0), ("b", 3.0, 0.0), ("c", 3.0, None)],
        columns=["vendor", "pay_usd", "hours"],
    )  # fmt: skip
    told = sums.per(rows, "vendor", "pay_usd", "hours")
    assert told["a"] == 7.5, "15 for the 2 hours of which both are known"
    assert pd.isna(told["b"]) and "c" not in told
