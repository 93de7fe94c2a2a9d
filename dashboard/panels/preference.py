"""Preference diagnostics of comparison campaigns: ties, first position, length, and preferences that go in a circle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st
from scipy.stats import norm

from dashboard import charts, data, show, sums, verdicts, words
from dashboard.filters import Filters
from dashboard.panels.item import address
from dashboard.show import Figure

CATEGORIES = "preference/choices_by_category_v1"
PEOPLE = "preference/choices_by_trainer_v1"
WEEKS = "preference/choices_by_week_v1"
TRIADS = "preference/intransitive_triads_by_campaign_v1"
SIDES = {
    "First answer": ("first_chosen", "decided", 0.5, "decided comparisons"),
    "Longer answer": ("longer_chosen", "measured", 0.5, "comparisons of different length"),
    "Ties": ("ties", "comparisons", None, "comparisons"),
}
ITEMS = "preference/comparisons_v1"
CIRCLES = "preference/circles_v1"
CHOICES = {"First": "A", "Second": "B", "Tie": "tie"}
MOST = 200
AMONG_FOUND = 0.05


def whole(rows: pd.DataFrame, side: str) -> pd.Series | None:
    """The share over everything in sight; None where nothing was compared."""
    x, n, *_ = SIDES[side]
    told = sums.rate(rows.assign(all="all"), ["all"], x, n)
    return None if told.empty else told.iloc[0]


def verdict(rows: pd.DataFrame, people: pd.DataFrame) -> verdicts.Verdict:
    """Whether the first answer is favoured, by everybody or by single people."""
    first = whole(rows, "First answer")
    if first is None:
        return verdicts.Verdict(verdicts.UNKNOWN, "Cannot tell", "every comparison is a tie")
    said = f"the first answer was chosen in {words.share(first['rate'])} ({words.between(first['rate_low'], first['rate_high'])}) of {words.count(first['decided'])} decided comparisons"
    found = people.loc[people["stands_out"], "trainer"].tolist()
    rest = f"; {words.listed(found)} far more or less often than half, beyond chance" if found else ""  # fmt: skip
    if not first["rate_low"] <= 0.5 <= first["rate_high"]:
        return verdicts.Verdict(verdicts.WATCH, "Position matters", f"{said}{rest}")
    if found:
        return verdicts.Verdict(verdicts.WATCH, f"{words.plural(len(found), 'trainer')} to look at", f"{said}{rest}")  # fmt: skip
    return verdicts.Verdict(verdicts.GOOD, "No position bias to be seen", said)


def figures(rows: pd.DataFrame, chosen: Filters) -> None:
    """Comparisons, ties, first chosen, longer chosen, circles."""
    shown = [Figure("Comparisons", words.count(rows["comparisons"].sum()), CATEGORIES, detail=words.plural(rows["campaign_id"].nunique(), "campaign"))]  # fmt: skip
    for label, side in (("First chosen", "First answer"), ("Longer chosen", "Longer answer"), ("Ties", "Ties")):  # fmt: skip
        told = whole(rows, side)
        if told is None:
            shown.append(Figure(label, words.UNKNOWN, CATEGORIES, detail="lengths are not told"))
            continue
        n = told[SIDES[side][1]]
        shown.append(Figure(label, words.share(told["rate"]), CATEGORIES, detail=f"{words.between(told['rate_low'], told['rate_high'])}, n {words.count(n)}"))  # fmt: skip
    triads = data.frame(TRIADS, chosen.scope, **chosen.range)
    total = triads["triads"].sum()
    circle = words.share(triads["intransitive"].sum() / total) if total else words.UNKNOWN
    shown.append(Figure("Circles", circle, TRIADS, detail=f"of {words.count(total)} triads; chance is 25 %" if total else "no three answers to one prompt"))  # fmt: skip
    show.figures(shown)


def side() -> str:
    """What the charts are about, from the address."""
    return st.segmented_control(
        "How often", list(SIDES), default="First answer", required=True, key="side", bind="query-params",
    )  # fmt: skip


def categories(rows: pd.DataFrame, asked: str) -> None:
    """Per category of the prompt."""
    x, n, middle, of = SIDES[asked]
    told = sums.rate(rows, ["campaign", "category"], x, n)
    if told.empty:
        show.missing(f"{asked} by category", "Nothing of that kind was compared.")
        return
    several = told["campaign"].nunique() > 1
    named = told["category"].map(words.plain) + (" · " + told["campaign"] if several else "")
    overall = told[x].sum() / told[n].sum()
    figure = charts.around(
        told.assign(named=named).sort_values("rate", ascending=False), label="named", value="rate", n=n, of=of,
        title=f"{asked.lower()}, share", form="share", middle=overall if middle is None else middle,
        middle_name="all" if middle is None else "half",
    )  # fmt: skip
    note = "That longer answers are chosen need not be a bias: they may be better." if asked == "Longer answer" else None  # fmt: skip
    show.chart(f"{asked} by category of the prompt", figure, CATEGORIES, note)


def weeks(chosen: Filters, asked: str) -> None:
    """Week by week, per campaign."""
    x, n, _, of = SIDES[asked]
    rows = data.dated(data.frame(WEEKS, chosen.scope, **chosen.range))
    told = sums.rate(rows, ["campaign", "week"], x, n)
    told = told[told[n] >= 10]
    if told.empty:
        show.missing(f"{asked} by week", "No week has ten of these with recorded times.")
        return
    figure = charts.lines(
        told, x="week", y="rate", by="campaign", n=n, of=of, title=asked.lower(), x_title="week from Monday (UTC)",
    )  # fmt: skip
    show.chart(f"{asked} by week", figure, WEEKS)


def people(chosen: Filters) -> pd.DataFrame:
    """One row per trainer; who favours one position beyond chance, all trainers considered, stands out."""
    rows = data.frame(PEOPLE, chosen.scope, **chosen.range)
    counts = ["comparisons", "ties", "decided", "first_chosen", "measured", "longer_chosen"]
    own = rows.groupby("trainer_id")[counts].sum()
    own["vendor"] = rows.groupby("trainer_id")["vendor"].first()
    for x, n, name in (("first_chosen", "decided", "first"), ("longer_chosen", "measured", "longer"), ("ties", "comparisons", "tie")):  # fmt: skip
        own[name] = own[x] / own[n].where(own[n] > 0)
    z = (own["first"] - 0.5) * np.sqrt(4 * own["decided"])
    own["p"] = 2 * norm.sf(z.abs())
    ranked = own["p"].sort_values()
    passed = ranked[ranked.to_numpy() <= AMONG_FOUND * np.arange(1, len(ranked) + 1) / max(len(ranked), 1)]  # fmt: skip
    own["stands_out"] = own["p"] <= (passed.max() if len(passed) else -1)
    own["trainer"] = own.index.map(show.person)
    return own.sort_values("p").reset_index()


def listing(own: pd.DataFrame) -> None:
    """Every trainer, those who favour one position most first."""
    show.heading("By trainer, the least even first", PEOPLE)
    show.table(
        own.head(1000).assign(verdict=own["stands_out"].map({True: "! beyond chance", False: "within chance"})),
        {
            "trainer": show.text("Trainer", width="medium"),
            "vendor": show.text("Vendor"),
            "verdict": show.text("Position"),
            "first": show.share("First chosen"),
            "decided": show.count("of decided"),
            "longer": show.share("Longer chosen"),
            "measured": show.count("of measured"),
            "tie": show.share("Ties"),
            "comparisons": show.count("of comparisons"),
        },
        opens="trainer", by="trainer", named="trainer_id", height=380,
    )  # fmt: skip


def circles(chosen: Filters) -> list[str]:
    """Preferences that go round in a circle; the prompts, of which the address may name one."""
    rows = data.frame(CIRCLES, chosen.scope, limit=MOST, **chosen.range)
    if rows.empty:
        return []
    show.heading("Preferences that go in a circle", CIRCLES)
    show.table(
        rows.assign(circle=rows["one"] + " beats " + rows["two"] + " beats " + rows["three"] + " beats " + rows["one"]),
        {
            "prompt": show.text("Prompt", width="medium"),
            "circle": show.text("Circle", width="large"),
            "comparisons": show.count("Comparisons"),
            "campaign": show.text("Campaign"),
        },
        height=240,
    )  # fmt: skip
    st.caption("Choose its prompt below for the comparisons behind a circle.")
    return rows["prompt"].drop_duplicates().tolist()


def behind(rows: pd.DataFrame, prompts: list[str], chosen: Filters) -> None:
    """The comparisons behind the shares; a click opens the item."""
    show.heading("The comparisons themselves", ITEMS)
    first, second, third = st.columns(3, vertical_alignment="bottom")
    with first:
        category = _chosen("Category", "category", sorted(rows["category"].unique()), words.plain)
    with second:
        choice = _chosen("Chosen", "choice", list(CHOICES))
    with third:
        prompt = _chosen("Prompt of a circle", "prompt", prompts)
    found = data.frame(
        ITEMS, chosen.scope, category=category, choice=CHOICES.get(choice), prompt=prompt, limit=MOST, **chosen.range,
    )  # fmt: skip
    if found.empty:
        st.caption(":material/inbox: No comparison of that kind in this period.")
        return
    names = {code: name for name, code in CHOICES.items()}
    show.table(
        found.assign(
            address=address(found), trainer=found["trainer_id"].fillna("").map(show.person), chose=found["choice"].map(names),
            when=data.dated(found)["day"], kind=found["category"].map(words.plain),
        ),
        {
            "item_id": show.text("Item", width="medium"),
            "chose": show.text("Chosen"),
            "first_name": show.text("Shown first"),
            "first_chars": show.count("Characters"),
            "second_name": show.text("Shown second"),
            "second_chars": show.count("Characters"),
            "kind": show.text("Category"),
            "trainer": show.text("Trainer"),
            "when": show.day("Submitted"),
        },
        opens="item", by="item", named="address", height=380,
    )  # fmt: skip
    if len(found) == MOST:
        st.caption(f"The newest {MOST}.")


def _chosen(
    label: str, key: str, options: list[str], said: Callable[[str], str] = str
) -> str | None:
    """A choice that the address names; none is all."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    return st.selectbox(
        label, options, None, key=key, bind="query-params", placeholder="All", format_func=said
    )
