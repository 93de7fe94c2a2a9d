"""What pages are made of: the verdict, a row of figures, a chart with its definition, a table, the end of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from pandas.io.formats.style import Styler

from dashboard import access, data, doubt, standings, words
from dashboard.charts import CONFIG
from dashboard.verdicts import ACT, GOOD, UNKNOWN, WATCH, Measured, Verdict
from warehouse.compile import may_be_asked_freely
from warehouse.query import load

ICONS = {
    GOOD: (":material/check_circle:", "green"),
    WATCH: (":material/help:", "orange"),
    ACT: (":material/error:", "red"),
    UNKNOWN: (":material/do_not_disturb_on:", "gray"),
}


@dataclass(frozen=True)
class Figure:
    """One of the at most five figures at the top of a page."""

    label: str
    value: str
    query: str | None = None
    change: str | None = None
    detail: str = ""
    """The interval and n, or what stands behind the value."""
    history: Sequence[float] | None = None


def verdict(told: Verdict, queries: Iterable[str] | None = None) -> None:
    """The page's answer: an icon, a word and a sentence; never colour alone.

    It rests on ``queries``, by default on all that the page has asked so far. What is wrong stays red where that is in doubt;
    what looks fine is greyed.
    """
    icon, color = ICONS[told.standing]
    doubts = data.doubts(data.asked() if queries is None else queries)
    if doubts and told.standing == GOOD:
        color = "gray"
    with st.container(border=True):
        st.markdown(f"#### :{color}[{icon} {told.word}]\n{_first_capital(told.says)}.")
        if doubts:
            _doubted(doubt.summary(doubts))


IN_DOUBT = ":gray-badge[:material/report: In doubt]"


def _doubted(why: str) -> None:
    """That something is in doubt, why, and the way to where that can be looked into."""
    way = " [Data health](data_health)" if access.current().opens("data_health") else ""
    st.caption(f"{IN_DOUBT} {why}{way}")


def heading(title: str, query: str) -> None:
    """The title of a chart or table with its definition; greyed with the reason where its data are in doubt."""
    doubts = data.doubts([query])
    st.subheader(f":gray[{title}]" if doubts else title, help=says(query), anchor=False)
    if doubts:
        st.caption(IN_DOUBT, help=doubt.reason(doubts))


def _first_capital(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.rstrip(",;:").isalpha() else text


def says(query: str) -> str:
    """What the query's header says, as a help text, with its name and version."""
    told = load(query)
    return f"{told.says}\n\n{told.counts}\n\n`{told.name}`"


def figures(row: Sequence[Figure]) -> None:
    """Figures side by side, each with its definition, its change and its small history.

    Changes are in one colour whichever way they go: red is for what was found to be wrong.
    """
    for column, figure in zip(st.columns(len(row)), row, strict=True):
        history = [v for v in figure.history or () if not words.is_unknown(v)]
        doubts = data.doubts([figure.query], figure.label) if figure.query else []
        stays = figure.change in (None, words.relative(0), words.points(0))
        with column.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                figure.label,
                f":gray[{figure.value}]" if doubts else figure.value,
                figure.change,
                delta_color="off" if stays else "primary",
                delta_arrow="off" if stays else "auto",
                help=says(figure.query) if figure.query else None,
                chart_data=history if len(history) > 1 else None,
            )
            if figure.detail:
                st.caption(figure.detail)
            if doubts:
                # The verdict says why in full; said again in each figure, nobody would read any of it.
                st.caption(IN_DOUBT, help=doubt.reason(doubts))
    if any(figure.change for figure in row):
        st.caption(
            "Change: the last whole week against the four before it. Small lines: by whole week."
        )


def chart(title: str, figure: go.Figure, query: str, note: str | None = None) -> None:
    """A chart under its title, with the definition of what it shows one hover away."""
    heading(title, query)
    if note:
        st.caption(note)
    st.plotly_chart(figure, config=CONFIG, alt=title)


def missing(title: str, why: str) -> None:
    """A chart that cannot be drawn: its title and what is missing."""
    st.subheader(title, anchor=False)
    st.caption(f":material/inbox: {why}")


def grid(*parts: Callable[[], None]) -> None:
    """Parts of a page two by two, one below the other on a narrow screen."""
    for first in range(0, len(parts), 2):
        for column, part in zip(st.columns(2, gap="large"), parts[first : first + 2], strict=False):
            with column:
                part()


def scoreboard(figures: Sequence[Measured], span: str) -> None:
    """Each quality figure, its interval, its bar and its verdict; how many more observations would tell."""
    table(
        standings.scoreboard(figures),
        {
            "figure": text("Figure"),
            "value": text("Measured"),
            "interval": text("95 % interval"),
            "bar": text("Bar"),
            "verdict": text("Verdict"),
            "n": text("From"),
            "more": text(
                "To tell",
                "how many more observations would settle it if the figure stays where it is",
            ),
        },
    )
    st.caption(f"Measured over {span}.")


@dataclass(frozen=True)
class Column:
    """A column of a table: how it is shown, by how much values are multiplied before, and the cents of money."""

    config: object
    times: float = 1
    cents: int | None = None


def text(label: str, help: str | None = None, width: str | int | None = None) -> Column:
    """Words."""
    return Column(st.column_config.TextColumn(label, help=help, width=width))


def count(label: str, help: str | None = None) -> Column:
    """12,340"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%,d"))


def difference(label: str, help: str | None = None) -> Column:
    """+90"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%+d"))


def money(label: str, help: str | None = None, places: int = 0) -> Column:
    """$12,340"""
    config = st.column_config.NumberColumn(label, help=help, format=f"$%,.{places}f")
    return Column(config, cents=places)


def number(label: str, help: str | None = None, places: int = 2) -> Column:
    """0.74"""
    return Column(st.column_config.NumberColumn(label, help=help, format=f"%,.{places}f"))


def share(label: str, help: str | None = None) -> Column:
    """87.3 %"""
    return Column(st.column_config.NumberColumn(label, help=help, format="%.1f %%"), times=100)


def progress(label: str, help: str | None = None) -> Column:
    """A bar of 0 to 100 %."""
    config = st.column_config.ProgressColumn(
        label, help=help, format="%.0f %%", min_value=0, max_value=100
    )
    return Column(config, times=100)


def history(
    label: str, help: str | None = None, low: float | None = None, high: float | None = None
) -> Column:
    """A small line of the last weeks."""
    return Column(
        st.column_config.LineChartColumn(label, help=help, y_min=low, y_max=high, width=110)
    )


def day(label: str, help: str | None = None) -> Column:
    """5 Mar 2026"""
    return Column(st.column_config.DateColumn(label, help=help, format="D MMM YYYY"))


def moment(label: str, help: str | None = None) -> Column:
    """5 Mar 2026, 14:05 (UTC)"""
    return Column(st.column_config.DatetimeColumn(label, help=help, format="D MMM YYYY, HH:mm"))


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, Column],
    *,
    opens: str | None = None,
    by: str | None = None,
    named: str | None = None,
    key: str | None = None,
    height: int | str = "auto",
) -> None:
    """``frame`` in the named ``columns``; a click on a row's first cell opens the page ``opens`` for it.

    ``by`` is the parameter of that page's address, ``named`` the column whose value it gets.
    """
    shown = pd.DataFrame(
        {
            name: frame[name] * c.times if c.times != 1 else frame[name]
            for name, c in columns.items()
        }
    )
    configs = {name: c.config for name, c in columns.items()}
    shown = _signed(shown, columns, configs)
    if height == "auto" and len(frame) <= WHOLE:
        height = "content"
    opens = opens if opens and access.current().opens(opens) else None
    if opens:
        first = next(iter(columns))
        key = key or f"{opens}_{first}"
        configs[first] = st.column_config.ButtonColumn(
            columns[first].config["label"],
            type="tertiary",
            alignment="left",
            key=key,
            help="Click to open",
        )
    st.dataframe(shown, column_config=configs, hide_index=True, height=height, placeholder="–")
    if opens and (click := st.session_state.get(key)):
        value = str(frame[named or first].iloc[click["row"]])
        st.switch_page(f"views/{opens}.py", query_params={by: value})


WHOLE = 15
"""Tables of so many rows are shown whole: a scroll bar that hides two rows of twelve helps nobody."""


def _signed(
    shown: pd.DataFrame, columns: Mapping[str, Column], configs: dict
) -> pd.DataFrame | Styler:
    """Amounts below 0 as -$823, which the format of a column writes as $-823."""
    below = [n for n, c in columns.items() if c.cents is not None and shown[n].lt(0).any()]
    if not below:
        return shown
    for name in below:
        # A format of the column's own would win over what the style says.
        configs[name] = configs[name] | {"type_config": {"type": "number"}}
    forms = {name: partial(_dollars, columns[name].cents) for name in below}
    return shown.reset_index(drop=True).style.format(forms, na_rep="–")


def _dollars(places: int, value: float) -> str:
    rounded = round(value, places) + 0.0
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.{places}f}"


LOAD = (
    "Load some with `python -m warehouse load FILE --format F --campaign C`, "
    "or make a demo with `python -m warehouse demo`."
)


def attention(stand: pd.DataFrame, flags: pd.DataFrame, most: int = 6) -> None:
    """What needs a person: campaigns in trouble and open flags, each with its link; what is fine stays quiet."""
    act = stand[stand["standing"] == ACT]
    if act.empty and flags.empty:
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"Campaigns that need a person ({len(act)})", anchor=False)
        if act.empty:
            st.caption("None: no campaign is late, stalled or below its bar for certain.")
        for row in act.head(most).itertuples():
            with st.container(border=True, gap=None):
                link("campaign", f"**{row.campaign}**", ":material/error:", campaign=row.campaign)
                st.caption(row.needs)
        if len(act) > most:
            st.caption(f"And {len(act) - most} more in the table below.")
    with right:
        st.subheader(f"Open flags ({len(flags)})", anchor=False)
        if flags.empty:
            st.caption("None. The checks run with `python -m data_checks`.")
        for row in flags.head(most).itertuples():
            with st.container(border=True, gap=None):
                icon = ":material/error:" if row.severity == "critical" else ":material/warning:"
                link("flags", f"**{about(row)}**", icon, flag=row.flag_id)
                st.caption(
                    f"{row.sentence}  \n{row.severity} · since {words.day(row.opened_as_of)} · {owner(row)}"
                )
        if len(flags) > most:
            link("flags", f"And {len(flags) - most} more")


def person(trainer_id: str) -> str:
    """What a person is called, where the role may know it; else the pseudonym, short enough to read."""
    name = data.person_names().get(trainer_id)
    if name:
        return name
    return trainer_id if len(trainer_id) <= 16 else f"{trainer_id[:12]}…"


def about(flag: object) -> str:
    """Whom a flag is about, and its figure: ``Helpful chat, Acme Data: gold accuracy``."""
    whom = [
        flag.campaign,
        flag.vendor,
        None if words.is_unknown(flag.trainer_id) else person(flag.trainer_id),
    ]
    named = ", ".join(w for w in whom if not words.is_unknown(w)) or "The whole team"
    return f"{named}: {words.figure(flag.figure)}"


def owner(flag: object) -> str:
    """Who has a flag."""
    return "nobody has it" if words.is_unknown(flag.owner) else f"{flag.owner} has it"


def link(page: str, label: str, icon: str | None = None, **address: object) -> None:
    """A link to another page with its filters; plain words where the person may not open it."""
    if not access.current().opens(page):
        st.markdown(label)
        return
    st.page_link(
        f"views/{page}.py",
        label=label,
        icon=icon,
        query_params={k: str(v) for k, v in address.items()} or None,
    )


def nothing(what: str, do: str) -> None:
    """An empty state: what is missing and what to do about it; the page ends here.

    In a warehouse without an event there is one thing to do, whatever the page.
    """
    if data.reach().empty:
        what, do = "Nothing is loaded yet.", LOAD
    st.info(f"**{what}** {do}", icon=":material/inbox:")
    reach()
    st.stop()


def reach() -> None:
    """Until when the data reach."""
    reach = data.reach()
    last, heard = reach["last_occurred"].max(), reach["last_recorded"].max()
    until = (
        "No events yet."
        if pd.isna(last)
        else f"Events until {words.moment(last)}, loaded {words.moment(heard)}."
    )
    st.caption(f"{until} Days and weeks in UTC.")


def footer() -> None:
    """Until when the data reach, and the definitions of all figures on the page."""
    reach()
    names = list(data.asked())
    if not names:
        return
    label = (
        f"How the figures on this page are counted ({words.plural(len(names), 'query', 'queries')})"
    )
    with st.expander(
        label, icon=":material/function:", key="definitions", on_change="rerun"
    ) as opened:
        if opened.open:
            for name in names:
                definition(name)


def definition(name: str) -> None:
    """Header, version and SQL of one query."""
    told = load(name)
    st.markdown(
        f"**{told.says}** {told.counts}\n\n`{told.name}` · one row per {', '.join(told.grain) or 'team'}"
    )
    with st.popover("SQL", icon=":material/code:"):
        st.code(told.sql, language="sql")
    workbench(name)


def workbench(name: str) -> None:
    """The way from a query to its statement in the workbench, for whoever may write their own."""
    if access.current().opens("sql_workbench") and may_be_asked_freely(name):
        link("sql_workbench", "Open in workbench", ":material/terminal:", query=name)
