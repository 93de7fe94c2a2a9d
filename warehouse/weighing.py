"""Weighing: run Dawid-Skene over the questions of the warehouse and keep what it found.

It is a model over all answers to a question, not a sum over days: it runs by a command, outside of
pages, and each run takes the place of the one before. Pages say when a run is older than the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd
import sqlalchemy as sa

from warehouse import engine, schema
from warehouse.consensus import Consensus, consensus
from warehouse.errors import Refused
from warehouse.read import fetch
from warehouse.scope import Scope

METHOD = "one-coin Dawid-Skene"
MOST_LABELS = 100
"""A question with more different answers asks for words or passages: nobody picks among such."""
EVER = {"since": date(1990, 1, 1), "until": date(2200, 1, 1)}


@dataclass(frozen=True)
class Weighed:
    """One question, what its answers say together, and how far it is right where gold tells."""

    campaign: str
    question: str
    known_until: datetime
    told: Consensus
    vendors: pd.Series
    """The vendor of each person."""
    known: int
    """Items with a gold answer; of these right by weighing, and by the majority (ties by halves and so on)."""
    right: int
    majority_right: float

    def __str__(self) -> str:
        of = f"{self.campaign}, {self.question}: {len(self.told.items):,} items, {len(self.told.people):,} people, {self.told.steps} steps"
        if not self.known:
            return of
        return f"{of}; of {self.known:,} with gold {self.right / self.known:.1%} right, the majority {self.majority_right / self.known:.1%}"


def questions(
    warehouse: sa.Engine | sa.Connection, campaigns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The questions that can be weighed: several people's answers to one item, few different ones."""
    rows = fetch(warehouse, "quality/weighable_questions_v1", scope=Scope(campaigns=None if campaigns is None else tuple(campaigns)))  # fmt: skip
    return rows[rows["labels"] <= MOST_LABELS]


def weigh(warehouse: sa.Engine | sa.Connection, campaign: str, question: str) -> Weighed:
    """What the answers to a question make probable, on items that several people answered.

    Raises ``Refused`` where nobody answered the question at all.
    """
    answers = fetch(warehouse, "quality/answers_v2", campaign=campaign, question=question, **EVER)
    if answers.empty:
        raise Refused(
            f"expected answers to the question {question} of the campaign {campaign}, found none"
        )
    reach = fetch(warehouse, "team/reach_v1", scope=Scope(campaigns=(campaign,)))
    known_until = reach["last_recorded"].max().to_pydatetime()
    # An answer that stands alone would vouch for itself: it says nothing of its person.
    people = answers.groupby("item_id")["trainer_id"].transform("nunique")
    answers = answers[people > 1]
    told = consensus(answers)
    vendors = answers.groupby("trainer_id")["vendor_id"].last()
    gold = answers.dropna(subset=["gold_answer"]).drop_duplicates("item_id")
    known = told.items.merge(gold[["item_id", "gold_answer"]], on="item_id")
    right = known["answer"] == known["gold_answer"]
    votes = answers.drop_duplicates(["item_id", "trainer_id"])
    hits = votes[votes["value_text"] == votes["gold_answer"]].groupby("item_id").size()
    wins = hits.reindex(known["item_id"], fill_value=0).to_numpy() >= known["majority_by"]
    return Weighed(
        campaign, question, known_until, told, vendors,
        len(known), int(right.sum()), float((wins / known["equals"]).sum()),
    )  # fmt: skip


def keep(connection: sa.Connection, found: Weighed, at: datetime) -> None:
    """Put what was found in the place of the run before, inside a publication."""
    for name in schema.WEIGHED:
        table = schema.metadata.tables[name]
        before = (table.c.campaign_id == found.campaign, table.c.question_id == found.question)
        connection.execute(sa.delete(table).where(*before))
    key = {"campaign_id": found.campaign, "question_id": found.question, "recorded_at": at}
    told = found.told
    run = key | {
        "known_until": found.known_until, "method": METHOD, "items": len(told.items),
        "people": len(told.people), "answers": int(told.people["answers"].sum()), "steps": told.steps,
    }  # fmt: skip
    engine.insert(connection, "consensus_runs", [run])
    engine.insert(connection, "consensus_items", told.items.assign(**key))
    people = told.people.drop(columns="accuracy")
    people["vendor_id"] = people["trainer_id"].map(found.vendors)
    engine.insert(connection, "consensus_people", people.assign(**key))


def run(
    url: str | None = None,
    asked: Sequence[tuple[str, str]] | None = None,
    *,
    at: datetime | None = None,
    tell: Callable[[Weighed], None] = lambda found: None,
) -> list[Weighed]:
    """Weigh the questions (campaign, question) ``asked``, or all that can be, and publish all at once."""
    warehouse = engine.connect(url)
    found = list(_each(warehouse, asked, tell))
    if found:
        with engine.publish(url) as connection:
            _keep(connection, found, at)
    return found


def fill(connection: sa.Connection, at: datetime) -> None:
    """The same inside a publication, of what it has written so far."""
    _keep(connection, list(_each(connection, None, lambda found: None)), at)


def _each(
    source: sa.Engine | sa.Connection,
    asked: Sequence[tuple[str, str]] | None,
    tell: Callable[[Weighed], None],
) -> Iterator[Weighed]:
    if asked is None:
        asked = list(questions(source)[["campaign_id", "question_id"]].itertuples(index=False))
    for campaign, question in asked:
        found = weigh(source, campaign, question)
        tell(found)
        if len(found.told.items):
            yield found


def _keep(connection: sa.Connection, found: Sequence[Weighed], at: datetime | None) -> None:
    moment = at or datetime.now(UTC).replace(tzinfo=None)
    for one in found:
        keep(connection, one, moment)
