"""Classes of newcomers: who began in the same month on the same campaign, against the others there."""

from __future__ import annotations

import pandas as pd
from scipy.stats import norm

from dashboard import charts, data, severity, show
from dashboard.filters import Filters
from dashboard.panels import vendors

RAMP = "onboarding/ramp_by_working_week_v1"
WEEKS = 12
ENOUGH = 30
"""Answers or reviews that a class needs to be judged."""
TITLE = "Each class against the others of its campaign"
JUDGED = {
    "Gold accuracy": ("correct", "scored", "gold answers"),
    "First pass": ("first_accepted", "reviewed", "reviews"),
}


def panel(chosen: Filters) -> list[str]:
    """The chart of the classes; the names of those that are worse beyond chance."""
    rows = data.frame(RAMP, chosen.scope, as_of=chosen.until)
    rows = rows[rows["working_week"] <= WEEKS]
    by = "Gold accuracy" if rows["scored"].sum() > 0 else "First pass"
    x, n, of = JUDGED[by]
    told = against_others(rows, x, n)
    if len(told) < 2:
        show.missing(
            TITLE, "There are no two classes with enough work to be held against each other."
        )
        return []
    worst = told.sort_values("above").head(12)
    worst = worst.assign(label=worst["class"].str.replace(", ", "<br>"))
    figure = charts.around(
        worst, label="label", value="above", n="n", of=of, found="is_worse", middle_name="the others",
        title=f"{by.lower()} against the others, points",
    )  # fmt: skip
    figure.update_layout(height=100 + 40 * len(worst))  # names take two lines
    note = (
        f"Who began in the same month on the same campaign, against the others there in the same of the first {WEEKS} working "
        "weeks; the lowest first, red where chance is ruled out for all classes together."
    )
    show.chart(TITLE, figure, RAMP, note)
    return told.loc[told["is_worse"], "class"].tolist()


def against_others(rows: pd.DataFrame, x: str, n: str) -> pd.DataFrame:
    """Per class how far it lies above the others of its campaign, with interval, and whether it is worse.

    The first months a campaign knows are classes like all others; one alone has nobody to be held against.
    """
    named = rows.assign(
        vendor=[f"{c}, {m:%B %Y}" for c, m in zip(rows["campaign"], rows["cohort"], strict=True)],
        task_type=((rows["working_week"] - 1) // 4).astype("str"),
    )
    cells = named.groupby(["vendor", "campaign_id", "task_type"], as_index=False)[[x, n]].sum()
    told = vendors.adjusted(cells, x, n)
    told = told[(told["n"] >= ENOUGH) & (told["alone"] < 0.5)]
    error = (told["above_high"] - told["above_low"]) / (2 * severity.Z)
    p = pd.Series(norm.cdf(told["above"] / error), told.index)
    told["is_worse"] = severity.stands_out(p)
    return told.rename_axis("class").reset_index()
