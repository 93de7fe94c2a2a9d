"""What pages are made of: the answer, charts with their definitions, tables, links, the end of the page."""

from dashboard.show.answer import ICONS, Figure, attention, figures, verdict
from dashboard.show.definitions import definition, says, workbench
from dashboard.show.links import about, core, link, owner, person
from dashboard.show.page import LOAD, chart, footer, grid, heading, missing, nothing, reach
from dashboard.show.tables import (
    Column,
    count,
    day,
    difference,
    history,
    moment,
    money,
    number,
    progress,
    scoreboard,
    share,
    table,
    text,
)

__all__ = [
    "ICONS",
    "Column",
    "Figure",
    "LOAD",
    "about",
    "attention",
    "chart",
    "core",
    "count",
    "day",
    "definition",
    "difference",
    "figures",
    "footer",
    "grid",
    "heading",
    "history",
    "link",
    "missing",
    "moment",
    "money",
    "nothing",
    "number",
    "owner",
    "person",
    "progress",
    "reach",
    "says",
    "scoreboard",
    "share",
    "table",
    "text",
    "verdict",
    "workbench",
]
