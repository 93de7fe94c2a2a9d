"""What changes if a newer version of a figure is adopted: both versions on the user's own data."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, show, words
from dashboard.filters import Filters
from warehouse.query import Query, load, names

BEFORE, AFTER = "_old", "_new"
LEAST = 1e-9
"""A smaller part of a number is the order in which an engine added up."""


def panel(name: str, chosen: Filters) -> None:
    """Old and new side by side, wherever the query supersedes another or is superseded."""
    pair = versions(name)
    if pair is None:
        return
    old, new = pair
    st.subheader(f"What changes with `{new.name.rsplit('_', 1)[-1]}`", anchor=False)
    asked = [{f.name for f in q.params} - {"since", "until", "as_of"} for q in pair]
    if any(asked):
        st.caption(f"It asks about one {words.listed(sorted(asked[0] | asked[1]))}: compare the two in the workbench.")  # fmt: skip
        for query in pair:
            show.workbench(query.name)
        return
    before, after = (_frame(q, chosen) for q in pair)
    keys = [k for k in old.grain if k in new.grain]
    rows = moved(before, after, keys)
    st.markdown(f"Over {chosen.span}: {sentence(before, after, rows, keys)}")
    if len(rows):
        show.table(
            data.named(rows),
            {
                **{k.removesuffix("_id"): show.text(words.plain(k.removesuffix("_id"))) for k in keys},
                "figure": show.text("Figure"),
                "old": show.text(old.name.rsplit("_", 1)[-1]),
                "new": show.text(new.name.rsplit("_", 1)[-1]),
                "change": show.text("Change"),
            },
        )  # fmt: skip


def versions(name: str) -> tuple[Query, Query] | None:
    """The older and the newer version that ``name`` is one of, where both are there."""
    every = {q.supersedes: q for q in map(load, names()) if q.supersedes}
    told = load(name)
    if name in every:
        return told, every[name]
    return (load(told.supersedes), told) if told.supersedes in names() else None


def _frame(query: Query, chosen: Filters) -> pd.DataFrame:
    days = {"since": chosen.since, "until": chosen.until, "as_of": chosen.until}
    return data.frame(query.name, chosen.scope, **{f.name: days[f.name] for f in query.params})


def moved(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per number that is another one, or is there in one version only."""
    numbers = [
        c for c in before
        if c in after and c not in keys and pd.api.types.is_numeric_dtype(before[c]) and not c.endswith(("_low", "_high"))
    ]  # fmt: skip
    if not keys:
        before, after = before.assign(_one=0), after.assign(_one=0)
    both = before[[*(keys or ["_one"]), *numbers]].merge(
        after[[*(keys or ["_one"]), *numbers]],
        how="outer",
        on=keys or ["_one"],
        suffixes=(BEFORE, AFTER),
    )
    told = [
        {k: row[k] for k in keys} | _change(c, row[f"{c}{BEFORE}"], row[f"{c}{AFTER}"])
        for _, row in both.iterrows()
        for c in numbers
        if _differs(row[f"{c}{BEFORE}"], row[f"{c}{AFTER}"])
    ]
    return pd.DataFrame(told, columns=[*keys, "figure", "old", "new", "change"])


def _differs(old: float, new: float) -> bool:
    if words.is_unknown(old) or words.is_unknown(new):
        return words.is_unknown(old) != words.is_unknown(new)
    return abs(float(new) - float(old)) > LEAST * max(abs(float(old)), abs(float(new)))


def _change(column: str, old: float, new: float) -> dict[str, str]:
    known = not (words.is_unknown(old) or words.is_unknown(new))
    return {
        "figure": words.plain(column),
        "old": _said(old),
        "new": _said(new),
        "change": f"{float(new) - float(old):+,.4g}" if known else "",
    }


def _said(value: float) -> str:
    return words.UNKNOWN if words.is_unknown(value) else words.short(float(value))


def sentence(before: pd.DataFrame, after: pd.DataFrame, rows: pd.DataFrame, keys: list[str]) -> str:
    """``5 of 12 rows change, in correct and accuracy; 1 row only in the old one.``"""
    if not keys:
        return "nothing changes." if rows.empty else f"{words.listed(sorted(set(rows['figure'])))} change."  # fmt: skip
    old, new = (set(map(tuple, f[keys].astype(str).to_numpy())) for f in (before, after))
    said = [
        f"{words.plural(len(part), 'row')} only in the {which} version"
        for which, part in (("old", old - new), ("new", new - old))
        if part
    ]
    if rows.empty and not said:
        return f"nothing changes in any of {words.plural(len(old), 'row')}."
    changed = len(rows[keys].drop_duplicates())
    figures = words.listed([f.lower() for f in dict.fromkeys(rows["figure"])])
    return "; ".join([f"{changed} of {words.plural(len(old | new), 'row')} change, in {figures}", *said]) + "."  # fmt: skip
