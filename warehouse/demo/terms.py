"""What the demo's charters say of money and people to come: orders, floors, holidays, onboarding, schedules, levels."""

from __future__ import annotations

import numpy as np

from warehouse.demo.plan import CAMPAIGNS, DAYS, USD_PER, VENDOR, VENDORS, Vendor
from warehouse.demo.world import World

FLOORS = {
    "internal": 20.0,
    "northwind": 12.0,
    "kestrel": 12.21,
    "tamarind": 14.0,
    "meridian": 13.0,
    "solstice": 250.0,
}
"""The least that an hour may earn, in the vendor's currency; Tamarind's people are just below it in two campaigns."""

ORDERED = 1.45
"""Purchase orders against what the annotation is expected to come to: reviews and fees come on top."""

BOOKED = 1.6
"""Hours booked against those that the expected work takes."""

PROMISED = 0.85
"""What vendors agreed to submit a week against what is expected of them."""

LATE = "helpfulness-ratings"
"""The campaign that is behind, and for which more people were found."""


def terms(world: World, campaign: int) -> dict:
    """The parts of a campaign's charter that say them."""
    told = CAMPAIGNS[campaign]
    since = world.day(told.starts)
    vendors = [VENDORS[VENDOR[name]] for name in told.vendors]
    work = {vendor.vendor_id: _assignments(world, campaign, vendor) for vendor in vendors}
    seconds = sum(kind.share * kind.seconds for kind in told.kinds)
    weeks = (min(told.finishes, DAYS) - told.starts) / 7
    return {
        "purchase_orders": [
            {
                "number": f"PO-{campaign + 1:02d}{VENDOR[v.vendor_id]}",
                "vendor": v.vendor_id,
                "amount": _digits(work[v.vendor_id] * _price(v, told.pay, seconds) * ORDERED),
                "currency": v.currency,
                "from": since,
            }
            for v in vendors
            if v.vendor_id != "internal" and work[v.vendor_id] >= 1
        ],
        "floor_rates": [
            {
                "vendor": v.vendor_id,
                "amount": FLOORS[v.vendor_id],
                "currency": v.currency,
                "from": since,
            }
            for v in vendors
        ],
        "holidays": [
            {"name": "Summer day", "from": world.day(DAYS + 2)},
            {
                "name": "Harvest break",
                "vendor": "solstice",
                "from": world.day(DAYS + 20),
                "until": world.day(DAYS + 23),
            },
        ],
        "schedules": [
            {
                "vendor": v.vendor_id,
                "hours_per_week": _digits(work[v.vendor_id] * seconds / 3600 / weeks * BOOKED),
                "from": since,
                **({"until": world.day(told.finishes)} if told.finishes < DAYS else {}),
            }
            for v in vendors
            if v.unit == "hour" and work[v.vendor_id] >= 1
        ],
        "service_levels": [
            {
                "vendor": v.vendor_id,
                "from": since,
                "gold_accuracy": 0.8,
                "first_pass": 0.8,
                "turnaround_hours": 120,
                "weekly_submitted": max(1.0, _digits(work[v.vendor_id] / weeks * PROMISED)),
            }
            for v in vendors
            if v.vendor_id != "internal" and work[v.vendor_id] >= 1
        ],
        **(
            {"onboarding": [{"from": world.day(DAYS + 13), "trainers": 6, "ramp_days": 28}]}
            if told.campaign_id == LATE
            else {}
        ),
    }


def _assignments(world: World, campaign: int, vendor: Vendor) -> float:
    """What the vendor's people are expected to submit over the demo."""
    here = world.team.vendor == VENDOR[vendor.vendor_id]
    return float(np.where(world.roster == campaign, world.expected, 0)[here].sum())


def _price(vendor: Vendor, pay: float, seconds: float) -> float:
    """What an assignment costs, in the vendor's currency."""
    if vendor.unit == "hour":
        return vendor.price * seconds / 3600 * BOOKED
    return pay * vendor.price / USD_PER[vendor.currency]


def _digits(number: float) -> float:
    """Three digits that count."""
    return float(f"{number:.3g}")
