"""The sentence each page opens with: a verdict from the figures, and 'cannot tell yet' where they do not carry one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, isfinite, sqrt

import pandas as pd

from dashboard import words
from warehouse.outlook import Outlook

GOOD, WATCH, ACT, UNKNOWN = "good", "watch", "act", "unknown"
"""How things stand. ``act``: a person has to do something; ``unknown``: the figures do not say."""

Z = 1.96


@dataclass(frozen=True)
class Verdict:
    """How things stand, in one word and one sentence."""

    standing: str
    word: str
    says: str

    @property
    def sentence(self) -> str:
        """Word and sentence: ``On track: 62 % accepted ...``."""
        return f"{self.word}: {self.says}"


@dataclass(frozen=True)
class Measured:
    """A figure with its interval, its n and the bar of the charter, if there is one."""

    name: str
    value: float
    low: float
    high: float
    n: int
    bar: float | None = None
    is_share: bool = True
    unit: str = "answers"

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None where the interval spans it, or there is no bar or no figure."""
        if any(words.is_unknown(v) for v in (self.bar, self.low, self.high)):
            return None
        return True if self.low >= self.bar else False if self.high < self.bar else None

    @property
    def verdict(self) -> str:
        """met, not met, cannot tell yet, or why there is none."""
        if words.is_unknown(self.value):
            return "nothing measured"
        if words.is_unknown(self.bar):
            return "no bar set"
        return {True: "met", False: "not met", None: "cannot tell yet"}[self.met]

    @property
    def more(self) -> int | None:
        """How many more observations would tell, if the figure stays where it is."""
        if self.verdict != "cannot tell yet" or not self.n or self.value == self.bar:
            return None
        if words.is_unknown(self.low) or words.is_unknown(self.high):
            return None
        half = (self.high - self.low) / 2
        return max(ceil(self.n * ((half / abs(self.value - self.bar)) ** 2 - 1)), 1)

    def shown(self, value: float | None) -> str:
        """``value`` in this figure's unit."""
        return words.share(value) if self.is_share else words.number(value)

    @property
    def compared(self) -> str:
        """``gold accuracy 84.1 to 89.9 % against 85.0 %``"""
        if words.is_unknown(self.value):
            return f"{self.name} not measured"
        bar = "" if words.is_unknown(self.bar) else f" against {self.shown(self.bar)}"
        if words.is_unknown(self.low) or words.is_unknown(self.high):
            return f"{self.name} {self.shown(self.value)}{bar}, too few for an interval"
        if self.is_share:
            return f"{self.name} {words.between(self.low, self.high)}{bar}"
        return f"{self.name} {words.number(self.low)} to {words.number(self.high)}{bar}"


def finish(row: pd.Series, as_of: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """The earliest and latest end at the pace of the last two weeks; None where there is no pace.

    The range is the pace give or take twice its error, taken from what the two weeks
    differ by or from counting noise, whichever is larger.
    """
    left = row["target_items"] - row["accepted_items"]
    last, before = row["accepted_last_7"], row["accepted_before_7"]
    # A count is net: weeks in which more acceptances were lost than won have no pace.
    if words.is_unknown(last) or words.is_unknown(before) or last + before <= 0 or left <= 0:
        return None
    pace = (last + before) / 2
    error = max(abs(last - before) / 2, sqrt(last + before) / 2)
    quick, slow = pace + 2 * error, pace - 2 * error
    longest = left / slow * 7 if slow > 0 else 10 * 365
    return (
        as_of + timedelta(days=ceil(left / quick * 7)),
        as_of + timedelta(days=min(ceil(longest), 10 * 365)),
    )


LIKELY, UNLIKELY = 0.8, 0.2
"""A deadline with such a chance will be met, one with a fifth will not."""


def foreseen(done: str, seen: Outlook) -> Verdict:
    """The forecast in words: the chance of the deadline, and the range of the end."""
    first, last = seen.day(seen.days.p10), seen.day(seen.days.p90)
    chance, due = seen.chance, words.day(seen.deadline)
    if first is None:
        return Verdict(
            ACT, "Late", f"{done}; not complete within two years at this pace, due {due}"
        )
    until = f"{words.day(first)} and {words.day(last)}" if last else ""
    span = f"complete between {until}" if last else f"complete not before {words.day(first)}"
    said = f"{done}; {words.chance(chance)} by {due}, {span} (80 % range)".replace(
        " %", words.PERCENT
    )
    if chance >= LIKELY:
        return Verdict(GOOD, "On track", said)
    if chance <= UNLIKELY:
        return Verdict(ACT, "Late", said)
    return Verdict(WATCH, "Cannot tell yet", said)


def delivery(row: pd.Series, as_of: pd.Timestamp, seen: Outlook | None = None) -> Verdict:
    """Whether a campaign will deliver its target by its deadline: by its forecast, else by its recent pace."""
    accepted, target, deadline = row["accepted_items"], row["target_items"], row["deadline"]
    if words.is_unknown(target):
        return Verdict(
            UNKNOWN,
            "No charter",
            f"{words.count(accepted)} items accepted, and no target to hold them against",
        )
    done = f"{words.share(accepted / target, 0)} accepted" if target else "no target"
    if accepted >= target:
        return Verdict(GOOD, "Done", f"all {words.count(target)} items accepted")
    if as_of > deadline:
        return Verdict(ACT, "Overdue", f"{done}, the deadline was {words.day(deadline)}")
    if not accepted:
        return Verdict(
            WATCH,
            "Not delivering yet",
            f"no item accepted so far, due {words.day(deadline)}",
        )
    ends = finish(row, as_of)
    if words.is_unknown(row["accepted_last_7"]):
        return Verdict(
            UNKNOWN,
            "Pace unknown",
            f"{done}, at times that the source does not know, due {words.day(deadline)}",
        )
    if ends is None:
        return Verdict(
            ACT,
            "Stalled",
            f"{done}, no item won in the last 14 days, due {words.day(deadline)}",
        )
    if seen is not None:
        return foreseen(done, seen)
    first, last = ends
    at_pace, due = f"{done}; at the pace of the last two weeks", f"due {words.day(deadline)}"
    if last <= deadline:
        return Verdict(
            GOOD, "On track", f"{at_pace} complete by {words.day(last)} at the latest, {due}"
        )
    if first > deadline:
        return Verdict(ACT, "Late", f"{at_pace} complete not before {words.day(first)}, {due}")
    return Verdict(
        WATCH,
        "Cannot tell yet",
        f"{at_pace} complete between {words.day(first)} and {words.day(last)}, {due}",
    )


def _first(told: list[str], most: int = 3) -> str:
    """The first figures; of more only how many."""
    rest = f"; and {len(told) - most} more" if len(told) > most else ""
    return "; ".join(told[:most]) + rest


def quality(figures: list[Measured]) -> Verdict:
    """Whether the figures with a bar reach it."""
    barred = [f for f in figures if not words.is_unknown(f.bar)]
    missed = [f for f in barred if f.met is False]
    unsure = [f for f in barred if f.met is None]
    if not barred:
        measured = [f.compared for f in figures if not words.is_unknown(f.value)]
        return Verdict(UNKNOWN, "No bar set", _first(measured) or "no quality figure measured")
    if missed:
        return Verdict(ACT, "Below the bar", _first([f.compared for f in missed]))
    if unsure:
        met = [f.name for f in barred if f.met]
        verb = "meets" if len(met) == 1 else "meet"
        rest = f" ({words.listed(met)} {verb} the bar)" if met else ""
        return Verdict(WATCH, "Quality not settled", _first([f.compared for f in unsure]) + rest)
    return Verdict(GOOD, "Meets the bar", _first([f.compared for f in barred]))


ORDER = (ACT, WATCH, UNKNOWN, GOOD)


def worst(*verdicts: Verdict) -> str:
    """The standing that most needs a person; what is merely unknown does not outweigh what is good."""
    standings = {v.standing for v in verdicts}
    if standings <= {GOOD, UNKNOWN} and GOOD in standings:
        return GOOD
    return next(s for s in ORDER if s in standings)


def campaign(delivered: Verdict, good: Verdict, paid: Verdict) -> Verdict:
    """Delivery, quality and money of one campaign: what needs a person first, what is not known left out."""
    parts = [delivered]
    if good.standing != UNKNOWN:
        parts.append(good)
    if paid.standing in (ACT, WATCH):
        parts.append(paid)
    standing = worst(*parts)
    first = next(v for v in parts if v.standing == standing)
    rest = [v.sentence for v in parts if v is not first]
    if good.standing == UNKNOWN and "not measured" not in good.says:
        rest.append(good.says[:1].upper() + good.says[1:])
    return Verdict(standing, first.word, ". ".join([first.says, *rest]))


def team(standings: pd.DataFrame, flags: int) -> Verdict:
    """The whole team from ``standings`` (campaign, standing, word): who needs a person today."""
    total = len(standings)
    act = standings.loc[standings["standing"] == ACT, "campaign"].tolist()
    watch = standings.loc[standings["standing"] == WATCH, "campaign"].tolist()
    good = int((standings["standing"] == GOOD).sum())
    flagged = f"; {words.plural(flags, 'flag')} open" if flags else ""
    untold = total - good - len(act)
    unclear = f", {untold} cannot be told yet" if untold else ""
    if act:
        verb = "needs" if len(act) == 1 else "need"
        return Verdict(
            ACT,
            f"{len(act)} of {words.plural(total, 'campaign')} {verb} a person",
            f"{words.listed(act, 4)}. {good} on track{unclear}{flagged}",
        )
    if watch:
        return Verdict(
            WATCH,
            "Nothing urgent",
            f"{good} of {words.plural(total, 'campaign')} on track; not yet clear: {words.listed(watch)}{flagged}",
        )
    if good:
        return Verdict(
            GOOD, "On track", f"{good} of {words.plural(total, 'campaign')} on track{flagged}"
        )
    return Verdict(
        UNKNOWN,
        "Cannot tell",
        f"none of {words.plural(total, 'campaign')} has a charter to be held against{flagged}; "
        "apply one with `python -m warehouse charter apply FILE.yaml`",
    )


NO_COST = Verdict(UNKNOWN, "No cost known", "no price is known")


def budget(row: pd.Series) -> Verdict:
    """Whether the accepted work is worth what was spent: cost performance against the budget."""
    cost, planned = row["cost_usd"], row["budget_usd"]
    if words.is_unknown(cost):
        return NO_COST
    if words.is_unknown(planned) or not planned:
        return Verdict(
            UNKNOWN,
            "No budget set",
            f"{words.money(cost)} spent on {words.plural(int(row['accepted_items']), 'accepted item')}",
        )
    used = f"{words.money(cost)} of {words.money(planned)} spent ({words.share(cost / planned, 0)})"
    cpi = row["cpi"]
    if cost > planned:
        return Verdict(ACT, "Budget is spent", used.replace(" spent ", " "))
    if words.is_unknown(cpi) or not isfinite(cpi) or not row["accepted_items"]:
        return Verdict(UNKNOWN, "Cannot tell yet", f"{used}, nothing accepted to hold it against")
    said = f"{used}; at CPI {words.number(cpi)} the whole costs {words.money(planned / cpi)}"
    if cpi < 0.9:
        return Verdict(ACT, "Over budget", said)
    if cpi < 0.97:
        return Verdict(WATCH, "Slightly over", said)
    return Verdict(GOOD, "Inside the budget", said)


def money(rows: pd.DataFrame, ending: Sequence[str] = ()) -> Verdict:
    """The budget verdict of several campaigns (campaign, cost_usd, budget, cpi ...): sums, and who overruns.

    ``ending`` names those whose money is forecast to end before their work, with the days.
    """
    total = rows["cost_usd"].sum()
    judged = [
        (name, budget(row))
        for name, (_, row) in zip(rows["campaign"], rows.iterrows(), strict=True)
    ]
    over = [name for name, verdict in judged if verdict.standing == ACT]
    near = [name for name, verdict in judged if verdict.standing == WATCH]
    barred = rows.dropna(subset=["budget_usd"])
    planned = barred["budget_usd"].sum()
    if not planned:
        return Verdict(UNKNOWN, "No budget set", f"{words.money(total)} spent in all")
    used = (
        f"{words.money(barred['cost_usd'].sum())} of {words.money(planned)} spent "
        f"({words.share(barred['cost_usd'].sum() / planned, 0)})"
    )
    short = (
        f". The money may run out before the work is done: {words.listed(list(ending))}"
        if ending
        else ""
    )
    if over:
        return Verdict(
            ACT,
            f"{words.plural(len(over), 'campaign')} over budget",
            f"{words.listed(over, 4)}. {used} in all{short}",
        )
    if near:
        return Verdict(WATCH, "Slightly over", f"{words.listed(near)}. {used} in all{short}")
    if ending:
        word = f"The money of {words.plural(len(ending), 'campaign')} may not last"
        return Verdict(WATCH, word, f"{used} in all{short}")
    return Verdict(GOOD, "Inside the budgets", f"{used} in all")


def trainers(below: list[str], unsure: int, clear: int, bar: float) -> Verdict:
    """Who is below the bar with certainty, of those who were measured."""
    measured = len(below) + unsure + clear
    if not measured:
        return Verdict(UNKNOWN, "Cannot tell", "nobody has a scored gold answer or a review yet")
    rest = f"{clear} {'is' if clear == 1 else 'are'} above it, {unsure} cannot be told yet"
    if below:
        verb = "is" if len(below) == 1 else "are"
        return Verdict(
            ACT,
            f"{len(below)} of {words.plural(measured, 'trainer')} {verb} below {words.share(bar, 0)}",
            f"{words.listed(below)} with 95 % certainty; {rest}",
        )
    return Verdict(
        GOOD if clear else WATCH,
        f"Nobody is below {words.share(bar, 0)} for certain",
        f"of {words.plural(measured, 'trainer')}, {rest}",
    )


def health(
    late: list[str],
    faults: int,
    quarantined: int,
    lost: int,
    reach: pd.Timestamp | None,
    flags: int = 0,
) -> Verdict:
    """Whether the data can be trusted today."""
    until = (
        "no event is known"
        if words.is_unknown(reach)
        else f"data reach until {words.moment(reach)}"
    )
    troubles = []
    if lost:
        troubles.append(f"the rows of {words.plural(lost, 'load')} do not add up")
    if quarantined:
        troubles.append(f"{words.plural(quarantined, 'row')} in quarantine")
    if late:
        troubles.append(f"silent for longer than usual: {words.listed(late)}")
    if faults:
        troubles.append(f"{words.plural(faults, 'event')} with a fault")
    if flags:
        troubles.append(f"{words.plural(flags, 'open flag')} about the data")
    if not troubles:
        return Verdict(GOOD, "Sound", f"{until}; no fault, no row in quarantine, nobody late")
    is_grave = bool(lost or quarantined)
    return Verdict(
        ACT if is_grave else WATCH, "Look at this first", f"{'; '.join(troubles)}; {until}"
    )
