"""How each campaign stands: its figures held against its charter, from the frames of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard import verdicts, words
from dashboard.verdicts import Measured, Verdict
from warehouse.outlook import Outlook

FIGURES = {
    "gold_accuracy": ("gold accuracy", "accuracy", "scored", "gold answers"),
    "first_pass": ("first pass", "first_pass", "reviewed", "reviews"),
    "final_acceptance": ("final acceptance", "final_acceptance", "reviewed", "reviews"),
}
"""Figures of one row per campaign: bar's name -> name, column of the share, of its n, and what n counts."""


def measured(
    campaign_id: str, frames: dict[str, pd.DataFrame], agreement: pd.DataFrame, bars: pd.DataFrame
) -> list[Measured]:
    """The quality figures of one campaign with their bars; a bar without a figure is there, unmeasured."""
    own = bars[bars["campaign_id"] == campaign_id]
    found = []
    for figure, frame in frames.items():
        name, share, n, unit = FIGURES[figure]
        bar = bar_of(own, figure)
        row = frame[frame["campaign_id"] == campaign_id]
        if len(row) and row[n].iloc[0]:
            r = row.iloc[0]
            found.append(
                Measured(
                    name, r[share], r[f"{share}_low"], r[f"{share}_high"], int(r[n]), bar, unit=unit
                )
            )
        elif bar is not None:
            found.append(Measured(name, None, None, None, 0, bar, unit=unit))
    questions = agreement[agreement["campaign_id"] == campaign_id]
    for r in questions.itertuples():
        low, high = (r.alpha_low, r.alpha_high) if r.is_enough else (None, None)
        name = "alpha" if len(questions) == 1 else f"alpha of {words.plain(r.question_id).lower()}"
        bar = bar_of(own, "alpha", r.question_id)
        found.append(
            Measured(name, r.alpha, low, high, int(r.items), bar, is_share=False, unit="items")
        )
    if questions.empty and (bar := bar_of(own, "alpha")) is not None:
        found.append(Measured("alpha", None, None, None, 0, bar, is_share=False, unit="items"))
    return found


def bar_of(own: pd.DataFrame, figure: str, question: str = "") -> float | None:
    """The bar that one campaign has set for ``figure``: of the question, else the one that holds for all."""
    told = own[own["figure"] == figure].set_index("question_id")["bar"]
    for key in (question, ""):
        if key in told.index:
            return float(told[key])
    return None


def scoreboard(figures: Sequence[Measured]) -> pd.DataFrame:
    """The figures as a table: value, interval, bar, verdict in words and sign, and how many more would tell."""
    signs = {"met": "✓ met", "not met": "✕ not met", "cannot tell yet": "? cannot tell yet"}
    return pd.DataFrame(
        [
            {
                "figure": words.plain(f.name),
                "value": f.shown(f.value),
                "interval": _interval(f),
                "bar": "" if words.is_unknown(f.bar) else f.shown(f.bar),
                "verdict": signs.get(f.verdict, f"– {f.verdict}"),
                "n": f"{words.count(f.n)} {f.unit}",
                "more": _more(f),
            }
            for f in figures
        ],
        columns=["figure", "value", "interval", "bar", "verdict", "n", "more"],
    )


def _more(f: Measured) -> str:
    if not f.more:
        return ""
    return (
        f"about {words.count(f.more)} more"
        if f.more < 20 * f.n
        else "too close to the bar to settle"
    )


def _interval(f: Measured) -> str:
    if words.is_unknown(f.low) or words.is_unknown(f.high):
        return "" if words.is_unknown(f.value) else "too few"
    return words.between(f.low, f.high) if f.is_share else f"{f.low:.2f} to {f.high:.2f}"


def standings(
    campaigns: pd.DataFrame,
    progress: pd.DataFrame,
    frames: dict[str, pd.DataFrame],
    agreement: pd.DataFrame,
    bars: pd.DataFrame,
    cost: pd.DataFrame,
    as_of: pd.Timestamp,
    outlooks: Mapping[str, Outlook | None] | None = None,
) -> pd.DataFrame:
    """One row per campaign, those that need a person first: its verdicts and the figures behind them."""
    money = {row["campaign_id"]: verdicts.budget(row) for _, row in cost.iterrows()}
    rows = campaigns.merge(
        progress.drop(columns=["target_items", "campaign"], errors="ignore"),
        on="campaign_id",
        how="inner",
    )
    told = []
    for _, row in rows.iterrows():
        figures = measured(row["campaign_id"], frames, agreement, bars)
        delivered, good = (
            verdicts.delivery(row, as_of, (outlooks or {}).get(row["campaign_id"])),
            verdicts.quality(figures),
        )
        paid = money.get(row["campaign_id"], verdicts.NO_COST)
        told.append(
            {
                "standing": verdicts.worst(delivered, good, paid),
                "delivery": sign(delivered),
                "quality": sign(good),
                "money": sign(paid),
                "needs": needs(delivered, good, paid),
            }
        )
    columns = ["standing", "delivery", "quality", "money", "needs"]
    rows = pd.concat([rows, pd.DataFrame(told, index=rows.index, columns=columns)], axis=1)
    order = rows["standing"].map({s: k for k, s in enumerate(verdicts.ORDER)})
    return rows.assign(_order=order).sort_values(["_order", "campaign"]).drop(columns="_order")


SIGNS = {verdicts.GOOD: "✓", verdicts.WATCH: "?", verdicts.ACT: "!", verdicts.UNKNOWN: "–"}
"""The standings in a table's cell, beside the word."""


def sign(verdict: Verdict) -> str:
    """``! Late``"""
    return f"{SIGNS[verdict.standing]} {verdict.word}"


def needs(*told: Verdict) -> str:
    """What a campaign needs a person for, in one sentence each."""
    grave = [v for v in told if v.standing == verdicts.ACT]
    grave = grave or [v for v in told if v.standing == verdicts.WATCH]
    return ". ".join(v.sentence for v in grave or told[:1]) + "."


def weekly(frame: pd.DataFrame, value: str, by: str = "campaign_id") -> pd.Series:
    """The weeks of ``value`` as one list per ``by``, for small histories in a table."""
    return frame.dropna(subset=[value]).sort_values("week").groupby(by)[value].agg(list)
