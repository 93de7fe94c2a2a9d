"""What several suites do with their frames before they judge them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from warehouse.read import fetch

ALIKE = 2.0
"""One trainer's answers, and one day's, are alike: a rate varies about so many times more than coins would."""


def for_every_campaign(engine: sa.Engine, as_of: date, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a row for each campaign, unknown where it says nothing: no rows means that something broke."""
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    return campaigns.merge(frame, how="left", on="campaign_id")
