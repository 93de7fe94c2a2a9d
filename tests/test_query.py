"""The compiler: scope around every table, values only bound, the past made again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from conftest import add
from sqlglot import expressions as exp
from sqlglot import parse_one

from warehouse import schema
from warehouse.compile import compile_past, compile_query, compile_rollup
from warehouse.compile import free as typed_in
from warehouse.errors import Refused
from warehouse.query import Query, load, names
from warehouse.read import ask, fetch, known_until, wilson
from warehouse.scope import EVERYTHING, SCOPED, Scope

DIALECTS = ("duckdb", "postgresql", "clickhousedb")
GLOT = {"duckdb": "duckdb", "postgresql": "postgres", "clickhousedb": "clickhouse"}
NARROW = Scope(campaigns=("alpha",), vendors=("v1",), trainers=("ann",))


def free(sql: str) -> Query:
    return typed_in(sql, limit=10)


def read_by(sql: str, dialect: str) -> set[str]:
    """The tables that ``sql`` reads and does not define itself."""
    tree = parse_one(re.sub(r"(?<!:):(\w+)", r"\1", sql.replace(r"\:", "")), read=GLOT[dialect])
    return {t.name for t in tree.find_all(exp.Table)} - {c.alias for c in tree.find_all(exp.CTE)}


def restricted(sql: str, dialect: str) -> dict[str, set[str]]:
    """For each warehouse table that ``sql`` reads, the scope columns its own subquery restricts."""
    tree = parse_one(re.sub(r"(?<!:):(\w+)", r"\1", sql.replace(r"\:", "")), read=GLOT[dialect])
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    found: dict[str, set[str]] = {}
    for table in tree.find_all(exp.Table):
        if table.name in own:
            continue
        select = table.find_ancestor(exp.Select)
        where = select.args.get("where")
        columns = {c.name for c in where.find_all(exp.Column)} if where else set()
        found.setdefault(table.name, set()).update(columns & set(SCOPED))
        assert len(list(select.find_all(exp.Table))) >= 1
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", names())
def test_every_table_of_every_query_is_read_within_the_scope(name: str, dialect: str) -> None:
    sql = compile_query(load(name, dialect), dialect, NARROW)
    for table, columns in restricted(sql, dialect).items():
        wanted = set(SCOPED) & set(schema.metadata.tables[table].columns.keys())
        assert columns == wanted, f"{name} reads {table} without the scope's {wanted - columns}"


MEASURED = {
    "duration_s",
    "seconds",
    "worked_s",
    "claimed_s",
    "rework_s",
    "rework_seconds",
    "known_s",
}
"""Columns of seconds, each of which was measured on some basis."""


@pytest.mark.parametrize("name", sorted(set(names()) - {"checks/digest_by_day_v2"}))
def test_no_query_puts_seconds_of_several_bases_together_without_saying_so(name: str) -> None:
    """The digest is left out: its sums are compared with themselves, and nobody sees them."""
    query = load(name)
    tree = parse_one(query.sql, read="duckdb")
    summed = [a for a in tree.find_all(exp.AggFunc) if {c.name for c in a.find_all(exp.Column)} & MEASURED]  # fmt: skip
    is_apart = "duration_basis" in query.grain
    assert not summed or is_apart or re.search(r"\bbas[ie]s\b|measur", query.header)


@pytest.mark.parametrize("name", names())
def test_every_query_can_be_asked_about_the_past(name: str) -> None:
    sql = compile_query(load(name), "duckdb", NARROW, is_past=True)
    assert not read_by(sql, "duckdb") & set(schema.DERIVED), (
        "a derived table holds what was learned later"
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_definition_of_the_past_reads_what_was_learned_later(dialect: str) -> None:
    for table in schema.DERIVED:
        for _, sql in compile_past(load(f"rollups/{table}", dialect), dialect):
            assert not read_by(sql, dialect) & set(schema.DERIVED), table


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_scope_around_one_table_does_not_leak_past_an_alias_or_a_join(dialect: str) -> None:
    query = free(
        "with x as (select i.campaign_id from items as i join assignments on assignments.item_id = i.item_id)"
        " select campaign_id from x where exists (select 1 from annotation_events)"
        " union all select campaign_id from loads"
    )
    sql = compile_query(query, dialect, Scope(campaigns=("alpha",)))
    assert sql.count(":scope_campaign_id") == 4


def test_a_part_called_like_a_table_cannot_slip_past_the_scope() -> None:
    query = free("with items as (select campaign_id from items) select campaign_id from items")
    with pytest.raises(Refused, match="may not be called like the table items"):
        compile_query(query, "duckdb", NARROW)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("delete from items", "one select"),
        ("select 1; select 2", "one select"),
        ("select campaign_id from read_csv('/etc/passwd')", "tables only|function"),
        ("select campaign_id from '/etc/passwd'", "no table"),
        ("select campaign_id from information_schema.tables", "no table"),
        ("select campaign_id from nowhere", "no table"),
        ("selec campaign_id from items", "one select"),
        ("copy items to 'x.csv'", "one select"),
        ("with x as (delete from items returning campaign_id) select campaign_id from x", "select"),
        ("select full_name from people", "no table"),
        ("select campaign_id from items, read_text('/etc/passwd')", "function|tables only"),
        ("select getenv('HOME') as campaign_id from items", "getenv"),
        ("select pg_read_file('/etc/passwd') as campaign_id from items", "pg_read_file"),
        ("select current_setting('x') as campaign_id from items", "current_setting"),
        ("select * from items, lateral read_csv('/etc/passwd')", "function"),
        ("select read_parquet('x') from items", "read_parquet"),
        ("select current_user from items", "current_user"),
        ("select version() from items", "current_version"),
        ("select cast(7 as regrole) from items", "no type"),
        ("select $1 from items", "parameter"),
        ("select repeat(item_id, 1000000000) from items", "values of nothing"),
        ("select lpad(item_id, 1000000000, 'x') from items", "values of nothing"),
        ("select unnest(range(1000000000)) from items", "values of nothing"),
        ("select * from unnest(generate_series(1, 1000000000))", "values of nothing"),
        # An engine reads a table of its own where a part of that name is not, or not yet, in sight.
        (
            "with y as (with pg_shadow as (select 1 as a) select a from pg_shadow) select * from pg_shadow",
            "no table",
        ),
        (
            "with a as (select * from pg_user), pg_user as (select 1 as x) select x from a",
            "no table",
        ),
        ("select * from (with x as (select 1 as a) select a from x) as t, x", "no table"),
        ("(with x as (select 1 as a) select a from x) union all select a from x", "no table"),
        ('with "PG_USER" as (select 1 as a) select * from PG_USER', "no table"),
        ("with x as (select * from x) select * from x", "no table"),
        ("with People as (select 1 as a) select * from People", "called like the table people"),
    ],
)
def test_a_statement_that_does_more_than_read_the_warehouse_is_refused(sql: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        compile_query(free(sql), "duckdb", EVERYTHING)


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select 1 as x), b as (select x from a) select b.x from b join a using (x)",
        "with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r",
        "with a as (select 1 as x) select x from a union all (select x from a where x in (select x from a))",
        "select x from (with a as (with b as (select 1 as x) select x from b) select x from a) as t",
    ],
)
def test_parts_in_sight_are_read_on_every_engine(sql: str, writing: sa.Connection) -> None:
    ask(writing, sql, scope=NARROW)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "sql",
    [
        "select * from items tablesample 10%",
        "select * from items pivot (count(*) for state in ('accepted'))",
        "select a from items as i(a)",
    ],
)
def test_what_the_scope_would_lose_of_a_statement_is_refused(sql: str, dialect: str) -> None:
    with pytest.raises(Refused, match="around a select from items"):
        compile_query(free(sql), dialect, NARROW)


def test_what_an_engine_cannot_be_asked_is_refused_and_not_left_out() -> None:
    query = free("select * from (pivot items on state using count(*))")
    assert "PIVOT" in compile_query(query, "duckdb", NARROW)
    with pytest.raises(Refused, match="postgres cannot be asked so"):
        compile_query(query, "postgresql", NARROW)


@pytest.mark.parametrize("sql", [
    "select count(*) as n from campaigns where cast(campaign_name as int) = 1",
    "select count(*) as n from trainers where cast(cohort as int) = 1",
])  # fmt: skip
def test_whether_a_statement_fails_tells_nothing_of_rows_out_of_sight(
    sql: str, writing: sa.Connection
) -> None:
    """An engine may try a condition before the scope's; one that fails on another's row would say that it is there."""
    add(writing, "submissions_by_day", [{"campaign_id": "alpha", "vendor_id": "v1"}])
    for campaign, name in (("alpha", "1"), ("beta", "no number")):
        add(writing, "campaigns", [{"campaign_id": campaign, "campaign_name": name}])
    for vendor, cohort in (("v1", "1"), ("v2", "no number")):
        add(writing, "trainers", [{"vendor_id": vendor, "cohort": cohort}])
    theirs = Scope(vendors=("v1", "v3"), is_own_only=True)
    assert ask(writing, sql, scope=theirs)["n"].tolist() == [1]


def test_a_value_is_bound_and_never_part_of_the_statement(writing: sa.Connection) -> None:
    add(writing, "campaigns", [{"campaign_id": "alpha"}])
    evil = "x'); delete from campaigns; --"
    assert fetch(writing, "team/vendors_v1", scope=Scope(vendors=(evil,))).empty
    assert writing.execute(sa.select(sa.func.count()).select_from(schema.campaigns)).scalar() == 1


def test_a_scope_of_nothing_sees_nothing(writing: sa.Connection) -> None:
    add(writing, "vendors", [{"vendor_id": "v1", "vendor_name": "One"}])
    assert len(fetch(writing, "team/vendors_v1")) == 1
    assert fetch(writing, "team/vendors_v1", scope=Scope(vendors=())).empty


def test_sums_without_trainers_have_the_columns_of_what_they_sum_up() -> None:
    for sums, whole in schema.SAYS_WHO.items():
        columns = schema.metadata.tables[whole].columns.keys()
        assert schema.metadata.tables[sums].columns.keys() == [
            c for c in columns if c != "trainer_id"
        ]


def test_a_scope_of_trainers_sees_their_part_of_what_is_summed_up(writing: sa.Connection) -> None:
    told = {"vendor_id": "v1", "category": "annotation", "currency": "USD"}
    for trainer, cost in (("ann", 2.0), ("bo", 5.0)):
        add(writing, "spend_by_day", [told | {"trainer_id": trainer, "cost_usd": cost}])
    add(writing, "vendor_spend_by_day", [told | {"cost_usd": 7.0}])
    asked = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 2, 1)}
    for scope, cost in (
        (EVERYTHING, 7.0),
        (Scope(vendors=("v1",)), 7.0),
        (Scope(trainers=("ann",)), 2.0),
        (Scope(vendors=("v2",), trainers=("ann",)), 0.0),
    ):
        spent = fetch(writing, "spend/spend_by_campaign_v1", scope=scope, **asked)
        assert spent["cost_usd"].sum() == cost


def test_scopes_narrow_and_never_widen() -> None:
    mine = Scope(campaigns=("a", "b"))
    assert (mine & Scope(campaigns=("b", "c"))).campaigns == ("b",)
    assert (mine & EVERYTHING) == mine
    assert (mine & Scope(vendors=("v",))) == Scope(("a", "b"), ("v",), None)
    assert (mine & Scope(campaigns=("c",))).campaigns == ()


def test_what_was_known_then_is_without_what_was_recorded_later(writing: sa.Connection) -> None:
    monday, tuesday = dt.datetime(2026, 1, 5, 9), dt.datetime(2026, 1, 6, 9)
    add(
        writing,
        "vendors",
        [
            {"vendor_id": "v1", "vendor_name": "One", "recorded_at": monday},
            {"vendor_id": "v2", "vendor_name": "Two", "recorded_at": tuesday},
        ],
    )
    then = fetch(writing, "team/vendors_v1", known_at=monday)
    assert list(then["vendor_id"]) == ["v1"]


def test_all_is_known_until_what_was_recorded_last(writing: sa.Connection) -> None:
    add(writing, "vendors", [{"vendor_id": "v1", "recorded_at": dt.datetime(2026, 1, 5, 9)}])
    add(writing, "charters", [{"recorded_at": dt.datetime(2026, 1, 6, 9)}])
    assert known_until(writing) == dt.datetime(2026, 1, 6, 9)


def test_wrong_parameters_are_named() -> None:
    engine = sa.create_engine("duckdb:///:memory:")
    with pytest.raises(Refused, match="takes as_of; got campaign"):
        fetch(engine, "team/campaigns_v1", campaign="alpha")
    with pytest.raises(Refused, match="as_of takes a date, got '2026'"):
        fetch(engine, "team/campaigns_v1", as_of="2026")


def test_an_unknown_query_is_refused_with_the_names_nearest_to_it() -> None:
    with pytest.raises(Refused, match=r"no query 'quality/nothing_v9': did you mean quality/"):
        load("quality/nothing_v9")


@pytest.mark.parametrize("table", schema.DERIVED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_refresh_reads_its_sources_only_where_they_were_touched(table: str, dialect: str) -> None:
    definition = load(f"rollups/{table}", dialect)
    sql = compile_rollup(table, dialect, is_touched=True)
    assert definition.refresh, f"{table} does not say by which key it is refreshed"
    assert "touched_" in sql


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_wilson_interval_as_published(x: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, table I, gives these to four digits for the method without continuity correction.
    assert [round(float(v), 4) for v in wilson(x, n)] == [x / n, low, high]


def test_a_share_of_nothing_is_unknown() -> None:
    p, low, high = wilson(0, 0)
    assert all(map(lambda v: v != v, (p, low, high)))


def test_a_design_effect_widens_the_interval_and_leaves_the_share() -> None:
    plain, clustered = wilson(80, 100), wilson(80, 100, 4.0)
    assert clustered[0] == plain[0]
    assert clustered[1] == pytest.approx(wilson(20, 25)[1])
    assert clustered[2] == pytest.approx(wilson(20, 25)[2])


def test_a_vendors_person_sees_nothing_that_cannot_be_told_to_be_the_vendors(
    writing: sa.Connection,
) -> None:
    work = {"campaign_id": "alpha", "vendor_id": "v1", "submitted": 3}
    add(writing, "submissions_by_day", [work, {**work, "campaign_id": "beta", "vendor_id": "v2"}])
    add(writing, "charters", [{"campaign_id": "alpha", "budget": 1000.0}])
    for campaign in ("alpha", "beta"):
        add(writing, "campaigns", [{"campaign_id": campaign, "campaign_name": campaign.title()}])
    add(writing, "item_flow_by_day", [{"state": "accepted", "entered": 5, "left_it": 0}])
    theirs = Scope(vendors=("v1",), is_own_only=True)
    asked = {"as_of": dt.date(2026, 2, 1)}
    campaigns = fetch(writing, "team/campaigns_v1", scope=theirs, **asked)
    assert list(campaigns["campaign_id"]) == ["alpha"], "another vendor's campaign is named"
    assert campaigns["budget"].isna().all(), "the budget is shown"
    seen = fetch(writing, "progress/progress_by_campaign_v1", scope=theirs, **asked)
    assert not seen["accepted_items"].fillna(0).any(), "others' items are counted"
    assert (theirs & Scope(campaigns=("alpha",))).is_own_only
    everybody = fetch(writing, "team/campaigns_v1", scope=Scope(vendors=("v1",)), **asked)
    assert everybody["budget"].notna().any(), "a page's filter hides the budget"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", names())
def test_no_query_reads_a_table_past_a_vendors_person(name: str, dialect: str) -> None:
    theirs = Scope(vendors=("v1",), is_own_only=True)
    sql = compile_query(load(name, dialect), dialect, theirs)
    tree = parse_one(re.sub(r"(?<!:):(\w+)", r"\1", sql.replace(r"\:", "")), read=GLOT[dialect])
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name in own or table.name == "fx_rates":
            continue
        where = table.find_ancestor(exp.Select).args.get("where")
        assert where is not None, f"{name} reads {table.name} unrestricted"


def test_a_persons_events_under_every_login_are_within_the_scope(writing: sa.Connection) -> None:
    add(writing, "trainer_identities", [{"login_id": "ann-2", "trainer_id": "ann"}])
    for login in ("ann", "ann-2", "bo"):
        add(writing, "annotation_events", [{"trainer_id": login, "event_id": login}])
    rows = ask(writing, "select trainer_id from annotation_events", scope=Scope(trainers=("ann",)))
    assert sorted(rows["trainer_id"]) == ["ann", "ann-2"]


def test_a_free_statement_is_cut_at_its_limit(writing: sa.Connection) -> None:
    add(writing, "vendors", [{"vendor_id": f"v{n}", "vendor_name": "x"} for n in range(5)])
    assert len(ask(writing, "select vendor_id from vendors order by vendor_id", limit=3)) == 3


def test_a_vendors_person_who_asks_freely_gets_no_row_that_names_no_vendor(
    writing: sa.Connection,
) -> None:
    cards = [{"vendor_id": v, "campaign_id": "alpha"} for v in ("v1", "v2", None)]
    add(writing, "rate_cards", cards)
    seen = ask(
        writing, "select vendor_id from rate_cards", scope=Scope(vendors=("v1",), is_own_only=True)
    )
    assert seen["vendor_id"].tolist() == ["v1"]
    assert len(ask(writing, "select vendor_id from rate_cards", scope=Scope(vendors=("v1",)))) == 2
