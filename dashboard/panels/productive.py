"""What those ramping up now will deliver in the weeks to come, from what newcomers before them delivered."""

from __future__ import annotations

import pandas as pd

from dashboard import charts, data, newcomers, show, waiting, words
from dashboard.filters import Filters

OUTPUT = "onboarding/output_by_working_week_v1"
TITLE = "What the newcomers will deliver"
BEFORE = ["invited", "quiz", "calibration", "gated"]


def panel(people: pd.DataFrame, chosen: Filters) -> None:
    """Submissions a week that those ramping, and those about to begin, are expected to bring."""
    rows = data.frame(OUTPUT, chosen.scope, as_of=chosen.until)
    until = pd.Timestamp(chosen.until)
    coming = starts(people, until)
    told = newcomers.projected(rows, coming, until)
    if told["value"].sum() == 0:
        show.missing(
            TITLE,
            f"Nobody is in the first {newcomers.RAMP_WEEKS} working weeks or about to begin, or fewer than "
            f"{newcomers.ENOUGH} people have gone before them.",
        )
        return
    ramping = rows.loc[rows["working_week"] <= newcomers.RAMP_WEEKS, "people_now"].sum()
    about = sum(c.sum() for c in coming.values())
    first, last = told.iloc[0], told.iloc[-1]
    note = (
        f"{words.plural(int(ramping), 'person', 'people')} in the first {newcomers.RAMP_WEEKS} working weeks, and "
        f"{f'about {words.count(about)}' if about >= 0.5 else 'hardly any'} of those who wait will begin within "
        f"{newcomers.AHEAD} weeks: {_said(first)} submissions in the next "
        f"week, {_said(last)} in the {newcomers.AHEAD}th (80 % range). Who leaves is counted in; holidays and plans are not."
    )
    show.chart(TITLE, charts.projected(told), OUTPUT, note)


def starts(people: pd.DataFrame, until: pd.Timestamp) -> dict[str, object]:
    """How many are expected to begin production in each of the next weeks, per campaign."""
    found = {}
    for campaign, own in people.groupby("campaign_id"):
        own = own.assign(first_at=own[[f"{s}_at" for s in BEFORE]].min(axis=1))
        spells = waiting.spells(own, "first_at", ["production_at", "proficient_at"], until)
        found[campaign] = waiting.coming(spells, newcomers.AHEAD)
    return found


def _said(week: pd.Series) -> str:
    return f"{words.count(week['value_low'])} to {words.count(week['value_high'])}"
