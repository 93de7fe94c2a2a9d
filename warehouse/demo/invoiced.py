"""The demo's invoices: each vendor bills each month, mostly what its work came to, three times not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pandas as pd
import sqlalchemy as sa

from warehouse import engine
from warehouse.demo.incidents import Incident
from warehouse.demo.plan import VENDOR, VENDORS
from warehouse.demo.world import World
from warehouse.read import fetch

BILLABLE = "spend/billable_by_month_v1"
ISSUED_AFTER, PAID_AFTER = 5, 30
"""Days after a month's end until it is billed, and after that until it is paid."""
POSTED = ("onboarding", "bonus", "fee")


def write_invoices(connection: sa.Connection, world: World) -> int:
    """Bill what was accrued, inside a publication whose figures are there; the number of rows written."""
    until = world.until + timedelta(days=1)
    billable = fetch(connection, BILLABLE, since=world.first, until=until)
    return engine.insert(connection, "invoices", list(_rows(world, billable)))


def _rows(world: World, billable: pd.DataFrame) -> Iterator[dict]:
    # Who is employed here bills nobody, and reviews are done in the house.
    billed = billable[(billable["vendor_id"] != "internal") & (billable["kind"] != "review")]
    sums = billed.groupby(["vendor_id", "campaign_id", "month", "kind"], as_index=False)
    for row in sums[["units", "hours", "cost"]].sum().itertuples():
        vendor = VENDORS[VENDOR[row.vendor_id]]
        start = row.month.date()
        end = (start + timedelta(days=31)).replace(day=1)
        issued = end + timedelta(days=ISSUED_AFTER)
        is_hourly = row.kind == "work" and vendor.unit == "hour"
        units = round(row.hours, 2) if is_hourly else row.units
        if not units or row.cost <= 0 or issued > world.until:
            continue
        rate = row.cost / units
        if row.kind == "work":
            units, rate = _altered(world, row.vendor_id, row.campaign_id, start, units, rate)
        line = {
            "vendor_id": row.vendor_id,
            "campaign_id": row.campaign_id,
            "invoice_no": f"{row.vendor_id[:3].upper()}-{start:%Y-%m}",
            "period_start": start,
            "period_until": end,
            "unit": row.kind if row.kind in POSTED else "hour" if is_hourly else "assignment",
            "units": float(units),
            "rate": rate,
            "amount": round(units * rate, 2),
            "currency": vendor.currency,
            "issued_on": issued,
            "paid_on": None,
            "load_id": f"demo-invoices-{start:%Y-%m}",
        }
        yield line | {"recorded_at": _morning(issued)}
        paid = issued + timedelta(days=PAID_AFTER)
        if paid <= world.until:
            yield line | {"paid_on": paid, "recorded_at": _morning(paid)}


def _altered(
    world: World, vendor: str, campaign: str, month: date, units: float, rate: float
) -> tuple[float, float]:
    """What the vendor bills of it: the same, but where something else is planted."""
    for told in world.incidents:
        if told.kind == "invoice" and _is_about(told, vendor, campaign, world, month):
            more = 1 + told.size
            if told.figure == "rate":
                return units, rate * more
            return round(units * more, 2 if told.figure == "hours" else 0), rate
    return units, rate


def _is_about(told: Incident, vendor: str, campaign: str, world: World, month: date) -> bool:
    return (
        told.segment == vendor
        and told.campaign_id == campaign
        and world.day(told.starts) == max(month, world.first)
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9))
