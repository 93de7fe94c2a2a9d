"""What several suites do with their frames before they judge them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from warehouse.read import fetch

ALIKE = 2.0
"""One trainer's answers, and one day's, are alike: a rate varies about so many times more than coins would."""


def for_every_campaign(engine: sa.Engine, as_of: date, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a row for each campaign, unknown where it says nothing: no rows means that something broke."""
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    return campaigns.merge(frame, how="left", on="campaign_id")


def known_until(engine: sa.Engine, as_of: date) -> date:
    """``as_of``, or the day after the last event of any source: of later days nothing is known yet.

    Silence is told by itself; it is no missing work, and a week cut short by it is no week.
    """
    last = fetch(engine, "team/reach_v1")["last_occurred"].max()
    return as_of if pd.isna(last) else min(as_of, last.date() + timedelta(days=1))
