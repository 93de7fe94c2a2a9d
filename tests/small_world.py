"""A small team whose data the tests of the checks can bend: three campaigns, two vendors, 63 days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import sqlalchemy as sa

from warehouse import engine as door
from warehouse.refresh import refresh

BEGIN = dt.datetime(2026, 1, 5)
DAYS = 63
AS_OF = (BEGIN + dt.timedelta(days=DAYS)).date()
VENDOR = {f"t{i}": "acme" if i % 2 else "zeta" for i in range(12)}


NAMES = ("alpha", "beta", "gamma")


def submissions(campaigns: tuple[str, ...] = NAMES, *, seed: int = 3) -> pd.DataFrame:
    """One row per submission, before anything goes wrong: three a day of each trainer and campaign."""
    rng = np.random.default_rng(seed)
    rows = [
        (campaign, trainer, BEGIN + dt.timedelta(days=day, hours=9, minutes=30 * n))
        for campaign in campaigns
        for trainer in VENDOR
        for day in range(DAYS)
        for n in range(3)
    ]
    frame = pd.DataFrame(rows, columns=["campaign_id", "trainer_id", "occurred_at"])
    size = len(frame)
    frame["is_gold"] = rng.random(size) < 0.25
    frame["is_right"] = rng.random(size) < 0.92
    frame["is_reviewed"] = rng.random(size) < 0.6
    frame["is_accepted"] = rng.random(size) < 0.90
    frame["reviewer_id"] = rng.choice(["rex", "sue", "tim"], size)
    frame["duration_s"] = np.exp(rng.normal(5, 0.5, size)).round(1)
    frame["vendor_id"] = frame["trainer_id"].map(VENDOR)
    frame["day_no"] = (frame["occurred_at"] - BEGIN).dt.days
    return frame


def events(frame: pd.DataFrame) -> pd.DataFrame:
    """The events of these submissions: each with its item, its gold score or its review."""
    number = frame.reset_index(drop=True).index.astype(str)
    told = frame.assign(
        item_id="i" + number,
        assignment_id="a" + number,
        gold_kind=np.where(frame["is_gold"], "hidden", "none"),
    )
    gold = told[told["is_gold"]]
    reviewed = told[~told["is_gold"] & told["is_reviewed"]]
    parts = [
        told.assign(event_type="item_created", trainer_id=None, occurred_at=pd.Timestamp(BEGIN)),
        told.assign(event_type="assignment_submitted", known_s=told["duration_s"]),
        gold.assign(
            event_type="gold_scored",
            score=gold["is_right"].astype(float),
            outcome=np.where(gold["is_right"], "correct", "incorrect"),
        ),
        reviewed.assign(
            event_type=np.where(reviewed["is_accepted"], "review_accepted", "review_rejected"),
            reason=np.where(reviewed["is_accepted"], None, "typo"),
            actor_id=reviewed["reviewer_id"],
            occurred_at=reviewed["occurred_at"] + pd.Timedelta(hours=3),
        ),
    ]
    made = pd.concat(parts, ignore_index=True)
    made = made.assign(
        event_id="e" + made.index.astype(str),
        source="test",
        load_id="load-1",
        day=made["occurred_at"].dt.normalize(),
        time_basis="recorded",
        recorded_at=made["occurred_at"] + pd.Timedelta(minutes=1),
        attempt_no=1,
        role="annotator",
        task_type="rating",
        duration_s=made["known_s"],
        duration_basis=np.where(made["known_s"].notna(), "active", "none"),
        cost=np.where(made["event_type"].str.match("assignment|review"), 0.25, None),
        currency="USD",
    )
    kept = "event_id source load_id event_type occurred_at day time_basis recorded_at campaign_id item_id "
    kept += "assignment_id attempt_no trainer_id actor_id vendor_id role task_type gold_kind outcome reason score "
    kept += "duration_s duration_basis cost currency"
    return made[kept.split()].astype({"cost": "float64"})


def charters(campaigns: tuple[str, ...] = NAMES, **changes: object) -> pd.DataFrame:
    """The campaigns' charters: on plan, unless changed."""
    row = {
        "version": 1,
        "recorded_at": pd.Timestamp(BEGIN),
        "campaign_name": "A campaign",
        "target_items": 1200,
        "required_annotations": 1,
        "acceptance": "review",
        "starts_on": BEGIN.date(),
        "deadline": (BEGIN + dt.timedelta(days=90)).date(),
        "budget": 3000.0,
        "currency": "USD",
        "idle_limit_s": 1800.0,
        "source_text": "",
    }
    return pd.DataFrame([row | changes | {"campaign_id": name} for name in campaigns])


def fill(
    url: str,
    frame: pd.DataFrame | None = None,
    *,
    promised: pd.DataFrame | None = None,
    bars: dict[str, float] | None = None,
    made: pd.DataFrame | None = None,
) -> sa.Engine:
    """A warehouse at ``url`` with these submissions, refreshed."""
    made = events(submissions() if frame is None else frame) if made is None else made
    promised = charters() if promised is None else promised
    with door.publish(url) as connection:
        door.insert(connection, "annotation_events", made)
        door.insert(connection, "charters", promised)
        if bars:
            told = [
                {"campaign_id": c, "version": 1, "recorded_at": BEGIN, "figure": f, "question_id": "", "bar": b}
                for c in promised["campaign_id"]
                for f, b in bars.items()
            ]  # fmt: skip
            door.insert(connection, "charter_bars", told)
        load = {
            "load_id": "load-1",
            "source": "test",
            "files": "x",
            "options": "",
            "events": len(made),
        }
        load |= {
            "rows_read": len(made),
            "rows_loaded": len(made),
            "rows_there": 0,
            "rows_quarantined": 0,
        }
        load |= {"started_at": BEGIN, "recorded_at": BEGIN}
        door.insert(connection, "loads", [load])
        refresh(connection, rebuild=True)
    return door.connect(url)
