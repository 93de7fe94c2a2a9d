"""Signals over many people at once: who hurries beyond the usual, and who nearly always gives the same answer.

Reasons to look and nothing more; what each does not prove stands beside it on the person's page.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

from dashboard import estimate

USUAL_FAST = 0.05
TIMES = 3
HALF = 0.5
SUDDEN = 0.6
MONOTONE = 0.5
"""Share of everybody's entropy under which answers are called monotone."""
ENOUGH = 30


def haste(speed: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Per trainer: timed and fast submissions, gold right and expected, and whether it is a signal.

    It is where more than three times the usual share is fast, with 95 % certainty, or the typical time
    is under half of the team's (several who hurry together shift what the fastest twentieth is), and
    gold is no better than expected on the same items. Under 30 timed submissions it is not known.
    """
    own = speed.groupby("trainer_id")[["timed", "fast"]].sum().join(estimate.pace(speed))
    right = gold.groupby("trainer_id")[["correct", "expected", "scored"]].sum()
    own = own.join(right).fillna(0)
    low = beta.ppf(0.05, 1 + own["fast"], 19 + own["timed"] - own["fast"])
    is_better = (own["scored"] > 0) & (own["correct"] > own["expected"])
    is_quick = (low > TIMES * USUAL_FAST) | (own["pace"] < HALF)
    own["is_known"] = own["timed"] >= ENOUGH
    own["is_found"] = own["is_known"] & is_quick & ~is_better
    return own


def lately(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` of whoever did something in the last days, with the recent figures in place of the whole range's."""
    recent = [c for c in rows.columns if c.startswith("recent_")]
    names = {c: c.removeprefix("recent_") for c in recent}
    return rows[rows[recent[0]] > 0].drop(columns=list(names.values())).rename(columns=names)


def hurry(speed: pd.DataFrame, gold: pd.DataFrame) -> pd.DataFrame:
    """Per trainer the typical time of late against their own before, on the same kinds of work.

    It is a signal under three fifths, from 30 timed submissions on either side, where gold of late
    is no better than expected: colleagues who hurry too do not hide it.
    """
    speed = speed.assign(before=speed["timed"] - speed["recent_timed"])
    both = speed[(speed["before"] >= 10) & (speed["recent_timed"] > 0)]
    logs, logs_ever = np.log(both["recent_typical_seconds"]), np.log(both["typical_seconds"])
    # Typical times are means of logarithms: what was before is the whole less what was lately.
    earlier = (logs_ever * both["timed"] - logs * both["recent_timed"]) / both["before"]
    both = both.assign(_log=(logs - earlier) * both["recent_timed"], timed=both["recent_timed"])
    own = both.groupby("trainer_id")[["timed", "before", "_log"]].sum()
    own["pace"] = np.exp(own.pop("_log") / own["timed"])
    right = lately(gold).groupby("trainer_id")[["correct", "expected", "scored"]].sum()
    own = own.join(right).fillna(0)
    is_better = (own["scored"] > 0) & (own["correct"] > own["expected"])
    own["is_known"] = own[["timed", "before"]].min(axis=1) >= ENOUGH
    own["is_found"] = own["is_known"] & (own["pace"] < SUDDEN) & ~is_better
    return own


def monotony(variety: pd.DataFrame) -> pd.DataFrame:
    """Per trainer the question whose answers vary least against everybody's, and whether it is a signal."""
    rows = variety[(variety["answers"] >= ENOUGH) & (variety["campaign_entropy"] > 0)]
    rows = rows.assign(relative=rows["entropy"] / rows["campaign_entropy"])
    worst = rows.sort_values(["relative", "question_id"]).drop_duplicates("trainer_id")
    return worst.assign(is_found=worst["relative"] < MONOTONE).set_index("trainer_id")


def told(speed: pd.DataFrame, gold: pd.DataFrame, variety: pd.DataFrame) -> pd.Series:
    """The signals of each person who has one, in words."""
    found = [("speeding", haste(speed, gold)), ("straight-lining", monotony(variety))]
    named = [pd.Series(name, f.index[f["is_found"]]) for name, f in found]
    both = pd.concat(named).groupby(level=0).agg(", ".join)
    return both.rename("signals")
