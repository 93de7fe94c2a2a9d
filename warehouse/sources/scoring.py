"""Gold: the right answers of items, and what submissions scored on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.errors import Refused
from warehouse.schema import GOLD_KINDS
from warehouse.sources import answers as given
from warehouse.sources.answers import Answers, GoldColumn
from warehouse.sources.batch import EVENT, GOLD, table
from warehouse.sources.mapping import COUNTS_AS, Told, gold_columns

KEYS = ("gold", "gold_kind", "gold_counts_as")


@dataclass(frozen=True)
class Scoring:
    """Columns of right answers; which ``kind`` of gold they make, and what the items ``counts_as``."""

    columns: tuple[GoldColumn, ...]
    kind: str
    counts_as: str


def scoring(told: Told) -> Scoring:
    """What a mapping says of gold."""
    return Scoring(
        gold_columns(told),
        told.one_of("gold_kind", GOLD_KINDS[1:], "hidden"),
        told.one_of("gold_counts_as", COUNTS_AS, "gold"),
    )


@dataclass(frozen=True)
class Scores:
    """The ``score`` of each row (null where it holds no gold) and the right ``answers`` of the items."""

    score: pa.Array
    answers: pa.Table
    scoring: Scoring

    @property
    def gold_kind(self) -> pa.Array | str:
        """What the submissions themselves are: production work that is scored as well is ``none``."""
        if self.scoring.counts_as == "production":
            return "none"
        return pc.if_else(pc.is_valid(self.score), self.scoring.kind, "none")

    def events(self, common: dict, given_at_all: pa.Array | None = None) -> pa.Table:
        """``gold_scored`` for each row with gold; its ``gold_kind`` is the kind of the gold in any case."""
        outcome = pc.if_else(pc.equal(self.score, 1.0), "correct", "incorrect")
        made = common | {
            "event_type": "gold_scored",
            "gold_kind": self.scoring.kind,
            "score": self.score,
            "outcome": pc.if_else(pc.is_valid(self.score), outcome, pa.scalar(None, pa.string())),
            "duration_basis": "none",
        }
        here = pc.is_valid(self.score)
        if given_at_all is not None:
            here = pc.and_(here, given_at_all)
        return table(EVENT, len(self.score), **made).filter(here)


def score(
    told: Scoring,
    every: Sequence[Answers],
    cells: pa.Table,
    item: pa.Array,
    campaign: pa.Array | str | None = None,
) -> Scores | None:
    """The share of a row's gold questions that were answered rightly; None where there is no gold at all."""
    if not told.columns:
        return None
    by_name = {one.question.question_id: one for one in every}
    hits = asked = pa.repeat(pa.scalar(0.0), cells.num_rows)
    answers = []
    for gold in told.columns:
        if gold.question_id not in by_name:
            raise Refused(
                f"mapping.gold.{gold.question_id}: expected the name of a question, "
                f"found none of {', '.join(by_name) or 'no questions'}"
            )
        one = by_name[gold.question_id]
        wanted = given.gold_answers(gold, one, cells.column(gold.column).combine_chunks())
        is_right = given.right(gold, one, wanted)
        asked = pc.add(asked, pc.is_valid(is_right).cast(pa.float64()))
        hits = pc.add(hits, pc.fill_null(is_right, False).cast(pa.float64()))
        said = table(
            GOLD,
            cells.num_rows,
            campaign_id=campaign,
            item_id=item,
            question_id=given.named(one.question),
            answer=wanted.value_text,
            gold_kind=told.kind,
        ).filter(pc.is_valid(wanted.value_text))
        answers.append(said.group_by(GOLD.names).aggregate([]).select(GOLD.names).cast(GOLD))
    some = pc.if_else(pc.greater(asked, 0.0), asked, pa.scalar(None, pa.float64()))
    return Scores(pc.divide(hits, some), pa.concat_tables(answers), told)
