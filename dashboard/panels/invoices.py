"""What vendors were promised, did, billed and got; and where a bill is not what the work came to."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import charts, data, show, words
from dashboard.filters import Filters

MONEY = "spend/money_by_vendor_v1"
INVOICES = "spend/invoices_by_period_v1"
EVER = date(1990, 1, 1)
STAGES = {
    "committed_usd": "Committed",
    "accrued_usd": "Accrued",
    "invoiced_usd": "Invoiced",
    "paid_usd": "Paid",
}
PARTS = {
    "from_hours": "hours",
    "from_count": "count",
    "from_rate": "rate",
    "from_exchange": "exchange",
}
DISPUTED = ("hours", "count", "rate")
"""Causes that somebody has to ask the vendor about; exchange rates are nobody's fault."""
_UNITS = {"assignment": "assignments", "review": "reviews", "bonus": "bonuses", "fee": "fees"}
LOAD = "Load invoices with `python -m warehouse load invoices.csv --format invoices`."


def stages(chosen: Filters) -> None:
    """Committed, accrued, invoiced and paid, of all vendors and of each."""
    rows = data.frame(MONEY, chosen.scope, as_of=chosen.until)
    vendors = rows.groupby("vendor")[[*STAGES, "orders", "invoices"]].sum(min_count=1)
    sums = vendors[[*STAGES]].sum(min_count=1)
    bars = pd.DataFrame({"stage": STAGES.values(), "usd": sums.to_numpy()}).fillna({"usd": 0.0})
    figure = charts.ranked(
        bars, label="stage", value="usd", title="", in_order=True,
        text=[words.money(v) if pd.notna(v) else f"no {_missing(k)}" for k, v in sums.items()],
    )  # fmt: skip
    show.chart("Committed, accrued, invoiced, paid", figure, MONEY, _said(vendors, chosen))
    table = vendors.assign(left=vendors["committed_usd"] - vendors["accrued_usd"])
    with st.expander(f"By vendor ({len(table)})"):
        show.table(
            table.sort_values("accrued_usd", ascending=False).reset_index(),
            {
                "vendor": show.text("Vendor", width="medium"),
                "committed_usd": show.money("Committed", "purchase orders of the charters in force"),
                "accrued_usd": show.money("Accrued", "what the work done came to, in-house reviews of it included"),
                "invoiced_usd": show.money("Invoiced"),
                "paid_usd": show.money("Paid"),
                "left": show.money("Left of the order", "committed less accrued; below 0 more was done than ordered"),
            },
            key="stages",
        )  # fmt: skip


def _missing(stage: str) -> str:
    return "purchase orders are known" if stage == "committed_usd" else "invoices are loaded"


def _said(vendors: pd.DataFrame, chosen: Filters) -> str:
    """What the four are, who is beyond the order, and what is still to be billed and paid."""
    says = f"Until {words.day(chosen.until - timedelta(days=1))}: what was ordered, what was done, what was billed and what was paid."
    over = vendors[vendors["accrued_usd"] > vendors["committed_usd"]]
    if len(over):
        says += f" Beyond its order: {words.listed(list(over.index))}."
    billing = vendors[vendors["invoices"] > 0]
    if len(billing):
        open_ = billing["accrued_usd"].sum() - billing["invoiced_usd"].sum()
        says += f" Not billed yet by those who bill: {words.money(open_)} (in-house reviews of their work included)."
        says += (
            f" To pay: {words.money(billing['invoiced_usd'].sum() - billing['paid_usd'].sum())}."
        )
    else:
        says += f" {LOAD}"
    return says


def reconciliation(chosen: Filters) -> None:
    """Every invoice against the work it bills: the verdict, the differences over time, and each by its cause."""
    rows = data.frame(INVOICES, chosen.scope, since=EVER, until=chosen.until)
    if rows.empty:
        show.missing("Do invoices agree with the work?", f"No invoice is known. {LOAD}")
        return
    show.heading("Do invoices agree with the work?", INVOICES)
    wrong = rows[rows["cause"].isin(DISPUTED)]
    st.markdown(verdict(rows, wrong))
    rows = rows.assign(
        period=[_period(r) for r in rows.itertuples()],
        billed_for=rows["unit"].map(words.plain),
        where=rows["campaign"].fillna("all campaigns"),
        why=rows["cause"].map(lambda c: words.plain(c) if c else "agrees"),
        size=rows["difference_usd"].abs(),
    ).sort_values("size", ascending=False)
    if len(wrong):
        wrong = wrong.assign(disputed=[_part(r) for r in wrong.itertuples()])
        shown = wrong.sort_values("disputed", ascending=False)
        figure = charts.ranked(
            shown.assign(name=[f"{r.vendor}<br>{_period(r)}" for r in shown.itertuples()]),
            label="name", value="disputed", title="in dispute, US dollars", in_order=True,
            text=[f"{words.money(r.disputed)}: {_what(r)}" for r in shown.itertuples()],
        )  # fmt: skip
        figure.update_layout(margin_r=150)
        st.plotly_chart(
            figure,
            config=charts.CONFIG,
            alt="What is in dispute, by invoice",
        )
        _lines(rows.loc[rows["cause"].isin(DISPUTED)], "disputed")
    with st.expander(f"All {words.plural(len(rows), 'line')}"):
        _lines(rows, "invoices")


def verdict(rows: pd.DataFrame, wrong: pd.DataFrame) -> str:
    """How many lines are in dispute, over how much money, and the largest."""
    unknown = int(rows["difference_usd"].isna().sum())
    rest = (
        f" {words.plural(unknown, 'line')} cannot be compared: work without a price, or no exchange rate."
        if unknown
        else ""
    )
    if wrong.empty:
        return f":green[:material/check_circle:] **All {words.count(len(rows) - unknown)} lines that can be compared agree**, exchange rates apart.{rest}"
    told = [
        _largest(row) for row in wrong.sort_values("difference_usd", ascending=False).itertuples()
    ]
    over = wrong[["from_hours", "from_count", "from_rate"]].sum().sum()
    side = "too much" if over > 0 else "too little"
    return (
        f":red[:material/error:] **{len(wrong)} of {words.plural(len(rows), 'invoice line')} in dispute, {words.money(abs(over))} {side}**: "
        f"{words.listed(told)}.{rest}"
    )


def _largest(row: object) -> str:
    """``Kestrel Labs, April: the rate +15 % ($659)``."""
    return f"{row.vendor}, {row.period_start:%B}: {_what(row)} ({words.money(_part(row))})"


def _part(row: object) -> float:
    """What is in dispute of a line: its cause's part of the difference, exchange rates apart."""
    return {"rate": row.from_rate, "hours": row.from_hours, "count": row.from_count}[row.cause]


def _what(row: object) -> str:
    """``the rate +15 %``: what was billed otherwise than accrued, and by how much."""
    billed, accrued = (
        (row.rate_invoiced, row.rate_accrued)
        if row.cause == "rate"
        else (row.units_invoiced, row.units_accrued)
    )
    what = {"rate": "the rate", "hours": "hours", "count": _UNITS.get(row.unit, row.unit)}
    by = words.relative(billed / accrued - 1) if pd.notna(accrued) and accrued else "never accrued"
    return f"{what[row.cause]} {by}"


def _period(row: object) -> str:
    last = row.period_until - timedelta(days=1)
    is_month = (
        row.period_start.day == 1 and row.period_until == row.period_start + pd.offsets.MonthBegin()
    )
    return (
        f"{row.period_start:%B %Y}"
        if is_month
        else f"{words.day(row.period_start)} to {words.day(last)}"
    )


def _lines(rows: pd.DataFrame, key: str) -> None:
    show.table(
        rows,
        {
            "vendor": show.text("Vendor"),
            "where": show.text("Campaign", width="medium"),
            "period": show.text("Period"),
            "billed_for": show.text("Billed per"),
            "why": show.text("Cause", "the largest part of the difference"),
            "difference_usd": show.money("Difference", "billed less accrued; the four parts add up to it", 2),
            "from_hours": show.money("Hours", "hours billed that were not worked", 2),
            "from_count": show.money("Count", "units billed that were not submitted", 2),
            "from_rate": show.money("Rate", "another rate than agreed, on what was billed", 2),
            "from_exchange": show.money("Exchange", "the exchange rate moved since the work was done", 2),
            "units_invoiced": show.number("Billed", "units"),
            "units_accrued": show.number("Accrued", "units"),
            "rate_invoiced": show.number("Rate billed", "in the invoice's currency"),
            "rate_accrued": show.number("Rate accrued", "in the invoice's currency"),
            "currency": show.text("Currency"),
            "invoice_no": show.text("Invoice"),
        },
        key=key,
    )  # fmt: skip
