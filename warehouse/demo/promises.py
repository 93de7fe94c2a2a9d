"""The demo's agreements: charters and their changes, rates, exchange rates, people, gold answers."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
import yaml

from warehouse.charter import charters_from, rows_of
from warehouse.demo.plan import (
    CAMPAIGNS,
    DAYS,
    GOLD_WAVES,
    REVIEWERS,
    USD_PER,
    VENDOR,
    VENDORS,
    WEEKDAYS,
    Campaign,
    Vendor,
)
from warehouse.demo.tables import VALUES, value_codes
from warehouse.demo.team import cohort_name, people_names, reviewer_id, trainer_id
from warehouse.demo.terms import terms
from warehouse.demo.truths import item_name
from warehouse.demo.world import TAPER, World, pace

ACCEPTED = {"review": 0.965, "submission": 0.99}
"""Share of production items that end accepted."""

HOURLY = {"internal": 1.13, "meridian": 1.28}
"""Hours paid against the median's: slow days, rework, and how timesheets are rounded."""

FINISHING_EARLY = 0.985
"""A campaign that is to finish inside the demo gets a target that it surely meets."""

REVIEW_PAY = 0.3
"""A review's pay against an annotation's."""


def dimensions(world: World) -> dict[str, list[dict]]:
    """Every agreed row of the demo, by table."""
    rows = _people(world)
    rows["vendors"] = [
        {
            "vendor_id": vendor.vendor_id,
            "vendor_name": vendor.vendor_name,
            "recorded_at": _moment(world, -30),
        }
        for vendor in VENDORS
    ]
    rows["fx_rates"] = _exchange(world)
    rows["gold_items"] = _gold(world)
    for number in range(len(CAMPAIGNS)):
        before = None
        for version, (day, text) in enumerate(charter_texts(world, number), 1):
            (charter,) = charters_from(text)
            for table, told in rows_of(charter, version, _moment(world, day), before).items():
                rows.setdefault(table, []).extend(told)
            before = charter
    return rows


def _moment(world: World, day: int) -> datetime:
    return datetime.combine(world.day(day), time(9))


# -- charters ------------------------------------------------------------------------------------


def charter_texts(world: World, campaign: int) -> list[tuple[int, str]]:
    """The versions of a campaign's charter, as files, with the day each was recorded on."""
    told = CAMPAIGNS[campaign]
    target = expected_items(world, campaign)
    target *= FINISHING_EARLY if told.finishes < DAYS else 1
    scope, rate = world.incident("scope-change"), world.incident("rate-change")
    days = {_announced(told, begins) for begins, _, _ in told.guidelines}
    if told.campaign_id == scope.campaign_id:
        days.add(scope.starts)
    if told.campaign_id == rate.campaign_id:
        days.add(rate.starts - 10)
    versions = []
    for day in sorted(days):
        is_small = told.campaign_id == scope.campaign_id and day < scope.starts
        share = 1 / (1 + scope.size) if is_small else 1
        deadline = told.starts + round((told.deadline - told.starts) * share)
        promise = _charter(world, campaign, day, rounded(target * share), deadline)
        text = yaml.dump(promise, Dumper=_Plain, sort_keys=False, allow_unicode=True)
        versions.append((day, text))
    return versions


class _Plain(yaml.SafeDumper):
    """YAML as people write it: a day that occurs twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _announced(told: Campaign, begins: int) -> int:
    """The day on which a guideline version enters the charter: the first with the charter itself."""
    return told.starts - 7 if begins <= told.starts else begins - 4


def _charter(world: World, campaign: int, day: int, target: int, deadline: int) -> dict:
    told = CAMPAIGNS[campaign]
    # Contracts cost more than invoices: document spans was given room for more of them.
    rooms = {
        world.incident("over-budget").campaign_id: 0.92,
        world.incident("mix-shift").campaign_id: 1.16,
    }
    room = rooms.get(told.campaign_id, 1.07)
    bars = {
        "gold_accuracy": 0.8,
        "alpha": {question.question_id: 0.5 for question in told.questions},
    }
    return {
        "campaign": told.campaign_id,
        "name": told.name,
        "task_type": told.task_type,
        "target_items": target,
        "required_annotations": told.required,
        "acceptance": told.acceptance,
        "starts_on": world.day(told.starts),
        "deadline": world.day(deadline),
        "budget": rounded(target * cost_of_item(world, campaign) * room),
        "currency": "USD",
        "review_share": told.reviewed,
        "gold_share": told.gold,
        "owners": [told.owner],
        "quality_bar": bars | {"first_pass": 0.8},
        "guidelines": [
            {"version": version, "from": world.day(begins), "summary": summary}
            for begins, version, summary in told.guidelines
            if _announced(told, begins) <= day
        ],
        "rates": _rates(world, told, day),
        **terms(world, campaign),
    }


def _rates(world: World, told: Campaign, day: int) -> list[dict]:
    since = world.day(told.starts)
    rates = [
        {"role": "reviewer", "amount": round(REVIEW_PAY * told.pay, 2), "from": since},
        {"role": "adjudicator", "amount": round(2 * REVIEW_PAY * told.pay, 2), "from": since},
    ]
    change = world.incident("rate-change")
    for name in told.vendors:
        vendor = VENDORS[VENDOR[name]]
        if vendor.unit == "event":
            continue  # its files state the cost of each assignment
        row = {"vendor": name, "role": "annotator", "unit": vendor.unit}
        row |= {"amount": _amount(told, vendor), "currency": vendor.currency, "from": since}
        is_changed = told.campaign_id == change.campaign_id and name == change.segment
        if is_changed and day >= change.starts - 10:
            begins = world.day(change.starts)
            rates.append(row | {"until": begins})
            row |= {"amount": round(row["amount"] * (1 + change.size), 2), "from": begins}
        rates.append(row)
    return rates


def _amount(told: Campaign, vendor: Vendor) -> float:
    if vendor.unit == "hour":
        return vendor.price
    return round(told.pay * vendor.price / USD_PER[vendor.currency], 2)


def rounded(number: float) -> int:
    """As people promise it: three digits that count."""
    digits = 3 - len(str(int(number)))
    return max(1, int(round(number, min(digits, 0))))


def expected_items(world: World, campaign: int) -> float:
    """Items that the campaign will have accepted when it finishes, at the pace that was planned."""
    told = CAMPAIGNS[campaign]
    days = np.arange(DAYS)
    week = np.array(WEEKDAYS)[(world.first.weekday() + days) % 7]
    done = world.assignments(campaign)
    unit = done.sum() / (pace(told, days) * week).sum()
    later = np.arange(DAYS, max(told.finishes, DAYS))
    # The pace falls over the last days and runs on past the finish: after the demo both cancel out.
    total = done[: told.finishes + TAPER].sum() + unit * np.mean(WEEKDAYS) * len(later)
    return total * (1 - told.gold - 0.008) / told.overlap * ACCEPTED[told.acceptance]


def cost_of_item(world: World, campaign: int) -> float:
    """What an accepted item costs in US dollars at the first rates, everything included."""
    told, people = CAMPAIGNS[campaign], world.team
    done = np.where(world.roster == campaign, world.expected, 0).sum(axis=1)
    seconds = sum(kind.share * kind.seconds for kind in told.kinds)
    price = np.array(
        [
            v.price * USD_PER[v.currency] * HOURLY[v.vendor_id] * seconds / 3600
            if v.unit == "hour"
            else told.pay * v.price
            for v in VENDORS
        ]
    )
    annotation = float((done * price[people.vendor]).sum() / done.sum())
    review = told.reviewed * 1.15 * REVIEW_PAY * told.pay
    each = annotation * 1.07 + review * (1 - told.gold)
    return each * told.overlap / (1 - told.gold) / ACCEPTED[told.acceptance]


# -- people ----------------------------------------------------------------------------------------


def _people(world: World) -> dict[str, list[dict]]:
    team = world.team
    numbers = [*range(team.size), *team.candidates]
    ids = [trainer_id(n) for n in range(team.size)] + team.ids[team.first_candidate :]
    since = [_moment(world, max(-30, int(team.starts[n]) - 14)) for n in numbers]
    trainers = [
        {
            "trainer_id": name,
            "vendor_id": VENDORS[team.vendor[n]].vendor_id,
            "cohort": cohort_name(world.first, team.starts[n]),
            "locale": CAMPAIGNS[team.campaign[n]].locale,
            "recorded_at": at,
        }
        for name, n, at in zip(ids, numbers, since, strict=True)
    ]
    ids += [reviewer_id(n) for n in range(REVIEWERS)]
    houses = [VENDORS[team.vendor[n]].vendor_id for n in numbers] + ["internal"] * REVIEWERS
    since += [_moment(world, -30)] * REVIEWERS
    people = [
        {
            "trainer_id": name,
            "full_name": full,
            "email": f"{full.lower().replace(' ', '.')}@{house}.example",
            "recorded_at": at,
        }
        for name, full, house, at in zip(ids, people_names(len(ids)), houses, since, strict=True)
    ]
    identities = [
        {
            "login_id": f"{trainer_id(n)}-b",
            "trainer_id": trainer_id(n),
            "recorded_at": _moment(world, 62),
        }
        for n in team.merged
    ]
    return {"trainers": trainers, "people": people, "trainer_identities": identities}


# -- money and gold --------------------------------------------------------------------------------


def _exchange(world: World) -> list[dict]:
    """A rate per currency and day, wandering a little."""
    rows = []
    for number, (currency, usd) in enumerate(USD_PER.items()):
        steps = world.rng(7, number).normal(0, 0.003, DAYS + 30)
        walk = usd * np.exp(np.cumsum(steps)) if currency != "USD" else np.ones(DAYS + 30)
        rows += [
            {
                "currency": currency,
                "day": world.day(day),
                "usd": round(float(rate), 6),
                "recorded_at": datetime.combine(world.day(day), time(6)),
            }
            for day, rate in zip(range(-30, DAYS), walk, strict=True)
        ]
    return rows


def _gold(world: World) -> list[dict]:
    rows = []
    for campaign, (told, pool) in enumerate(zip(CAMPAIGNS, world.gold, strict=True)):
        question = told.questions[0]
        answers = np.where(pool.is_mistaken, pool.wrong[0], pool.truth[0])
        words = [VALUES[code] for code in value_codes(question, answers)]
        begins = np.maximum(np.array([*GOLD_WAVES, 0])[pool.wave], told.starts)
        rows += [
            {
                "campaign_id": told.campaign_id,
                "item_id": item_name(campaign, number, is_gold=True),
                "question_id": question.question_id,
                "answer": word,
                "gold_kind": "training" if wave < 0 else "hidden",
                "recorded_at": datetime.combine(world.day(day), time(0, 5)),
            }
            for number, word, wave, day in zip(
                range(1, len(words) + 1), words, pool.wave, begins, strict=True
            )
        ]
    return rows
