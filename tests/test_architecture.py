"""The rules of the layout, read from the syntax of every module."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("warehouse", "data_checks", "dashboard")
MODULES = sorted(p for part in PARTS for p in (ROOT / part).rglob("*.py"))
VIEWS = sorted((ROOT / "dashboard" / "views").glob("*.py"))
VIEW_LINES = 60

STATEMENT = re.compile(
    r"\b(select\s[\s\S]*\bfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(table|view)\s)",
    re.I,
)
ADMINISTERS = {
    "warehouse/engine/clickhouse.py",
    "warehouse/engine/embedded.py",
    "warehouse/engine/postgres.py",
    "warehouse/schema/migration.py",
    "warehouse/compile.py",
    "warehouse/dialect.py",
    "warehouse/scope.py",
    "warehouse/refresh.py",
}
"""Administer an engine or compile statements; their docstrings say what SQL they hold. No figures."""


def place(path):
    return path.relative_to(ROOT).as_posix()


def tree(path):
    return ast.parse(path.read_text(), str(path))


def imports(path):
    """Every module that ``path`` imports, at its top or within a function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def docstrings(root):
    """The nodes that are documentation, wherever a string stands alone."""
    return {
        id(n.value)
        for n in ast.walk(root)
        if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
    }


def users(package):
    return {
        place(p)
        for p in MODULES
        if any(i == package or i.startswith(f"{package}.") for i in imports(p))
    }


def within(folder):
    return {place(p) for p in MODULES if place(p).startswith(folder)}


def test_pages_and_checks_never_import_each_other():
    assert not users("data_checks") & within("dashboard/")
    assert not users("dashboard") & within("data_checks/")


def test_the_warehouse_knows_neither_pages_nor_checks():
    assert not (users("dashboard") | users("data_checks")) & within("warehouse/")


def test_streamlit_is_in_the_dashboard_only():
    assert users("streamlit") <= within("dashboard/")


def test_plotly_is_in_the_charts_and_what_shows_them_only():
    assert users("plotly") <= within("dashboard/charts/") | {"dashboard/show/page.py"}


def test_great_expectations_is_in_the_checks_only():
    assert users("great_expectations") <= within("data_checks/")


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_the_environment_is_read_in_one_place(path):
    if place(path) == "warehouse/settings.py":
        return
    names = {ast.unparse(n) for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute)}
    assert not names & {"os.environ", "os.getenv", "environ.get"}


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_sql_lies_in_queries(path):
    if place(path) in ADMINISTERS:
        return
    root = tree(path)
    told = docstrings(root)
    texts = [
        n.value
        for n in ast.walk(root)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    ]
    assert not [t for t in texts if STATEMENT.search(t)]


def test_ddl_is_in_the_schema_only():
    tables = {
        place(p) for p in MODULES if "sa.Table(" in p.read_text() or "MergeTree(" in p.read_text()
    }
    assert tables <= within("warehouse/schema/")


@pytest.mark.parametrize("path", VIEWS, ids=place)
def test_a_view_is_at_most_sixty_lines_without_functions(path):
    assert len(path.read_text().splitlines()) <= VIEW_LINES
    assert not [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)]


@pytest.mark.parametrize("path", VIEWS, ids=place)
def test_a_view_says_which_question_it_answers(path):
    assert ast.get_docstring(tree(path)).rstrip().endswith("?")


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard").rglob("*.py")), ids=place)
def test_nothing_about_appearance_is_spliced_into_pages(path):
    assert "unsafe_allow_html" not in path.read_text()


def test_every_view_is_a_page():
    app = (ROOT / "dashboard" / "app.py").read_text()
    assert [v.stem for v in VIEWS if f'"{v.stem}"' not in app] == []


def test_no_two_modules_of_the_dashboard_need_each_other():
    """Imports within a function count too: they only hide a circle."""
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in MODULES}
    names = {n.removesuffix(".__init__"): p for n, p in names.items() if n.startswith("dashboard")}
    needs = {n: {i for i in imports(p) if i in names and i != n} for n, p in names.items()}
    while leaves := {n for n, needed in needs.items() if not needed & needs.keys()}:
        needs = {n: needed for n, needed in needs.items() if n not in leaves}
    assert sorted(needs) == []
