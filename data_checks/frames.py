"""What several suites do with their frames before they judge them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import sqlalchemy as sa

from warehouse.read import fetch

SURE = 3.0
"""A change counts from so many standard errors on: 1 of 740 changes of nothing is so far on one side."""

ALIKE = 2.0
"""One trainer's answers, and one day's, are alike: a rate varies about so many times more than coins would."""


def for_every_campaign(engine: sa.Engine, as_of: date, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with a row for each campaign, unknown where it says nothing: no rows means that something broke."""
    campaigns = fetch(engine, "team/campaigns_v1", as_of=as_of)[["campaign_id"]]
    return campaigns.merge(frame, how="left", on="campaign_id")


def change_of(
    frame: pd.DataFrame,
    figure: str,
    n: str,
    n_before: str,
    *,
    rate: str,
    change: str | None = None,
    better: int = 1,
) -> pd.DataFrame:
    """A row per row of ``frame`` for one rate: by how much it got worse, and by how much for sure.

    ``better`` is 1 where more is better and -1 where less is. ``sure`` is the worsening less
    three standard errors; the rate before is taken as half a unit from 0 and 1 at most, so that a
    spotless past does not make every error a certainty.
    """
    change = change or f"{rate}_change"
    now_n, past_n = frame[n].astype("float64"), frame[n_before].astype("float64")
    past = frame[f"{rate}_before"].clip(0.5 / (past_n + 1), 1 - 0.5 / (past_n + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(ALIKE * past * (1 - past) * (1 / now_n + 1 / past_n))
    worse = -better * frame[change]
    return pd.DataFrame(
        {
            "campaign_id": frame.get("campaign_id", ""),
            "figure": figure,
            "now": frame[rate],
            "before": frame[f"{rate}_before"],
            "change": frame[change],
            "n": now_n,
            "n_before": past_n,
            "worse": worse,
            "sure": worse - SURE * error,
            # Not sure is no worsening: it passes, and closes the flag it once opened.
            "worse_for_sure": worse.where((worse - SURE * error > 0) | worse.isna(), 0.0),
        }
    )
