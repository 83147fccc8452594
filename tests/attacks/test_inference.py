"""F20: figures over masked tables put together to learn of few: joins that repeat rows, conditions inside aggregates, differences, many questions.

Most attacks run on the statement as it is rewritten, in an engine of this process; one of each kind goes the whole way through a hub.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import duckdb
import pytest

from lingnan.base import FixedClock, Refused, load_settings
from lingnan.hub import Hub, make_steward
from lingnan.lake import CommitFacts, ShapeLimits, Support, rows_in
from lingnan.lake.sandbox.grammar import allowed_functions
from lingnan.lake.sandbox.groups import plan_of
from lingnan.lake.sandbox.keys import KEY, KEYED, aggregate_functions
from lingnan.lake.sandbox.refusals import Unclear
from lingnan.lake.sandbox.service import _support
from lingnan.storage import Storage
from lingnan.trust import Subject
from lingnan.trust.disclosure.service import Disclosure
from tests.pension import CONTRACT, FEED, describe

T, LIST = "minzheng.pension", "minzheng.office"
ROWS = """
    select 'P' || range as pension_no, '44010' || (range % 3) as division, case when range % 10 = 0 then 0 else range * 10 end as amount,
        case when range = 3 then '独孤三' else (case range % 2 when 0 then '王' else '李' end) || chr((20000 + range)::int) end as person
    from range(60)
"""
"""Sixty persons, one of whom has a rare name that its mask keeps: 独**."""
OFFICES = "select 'O' || range as office_no, '44010' || range as division, range as amount, '窗口' || range as person from range(3)"
PARTS_OF = f"select person, count(*) as n from {T} group by"
NOTHING: list[dict[str, Any]] = []


@pytest.fixture(scope="module")
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    home = describe(new_home("inference"))
    folder = home / "sources" / "minzheng"
    (folder / "office.yaml").write_text(FEED.replace("pension", "office"), encoding="utf-8")
    office = CONTRACT.replace("pension", "office").replace("classification: personal", "classification: public")
    (folder / "office.contract.yaml").write_text(office.replace("classification: internal", "classification: public"), encoding="utf-8")
    with Hub.open(load_settings(home)) as opened:
        opened.engine.write(T, ROWS, {}, CommitFacts("test"))
        opened.engine.write(LIST, OFFICES, {}, CommitFacts("test"))
        make_steward(opened)
        yield opened


class Bench:
    """The rewriting, the settling and an engine, without processes: the same tables, masked, with a key for each row beside them."""

    def __init__(self, storage: Storage) -> None:
        self._engine, self._disclosure = duckdb.connect(), Disclosure(storage, FixedClock(datetime(2026, 11, 1, tzinfo=UTC)))
        masked = f"select pension_no, division, amount, left(person, 1) || '*' as person, hash(pension_no) as \"{KEY}\" from ({ROWS})"
        self._engine.execute(f'create schema minzheng; create table minzheng."pension{KEYED}" as {masked}')
        self._engine.execute(f'create view {T} as select * exclude ("{KEY}") from minzheng."pension{KEYED}"')
        self._engine.execute(f"create table {LIST} as {OFFICES}")
        self._columns = {table: [row[0] for row in self._engine.execute(f"describe {table}").fetchall()] for table in (T, LIST)}

    def ask(self, sql: str, who: Subject | None = None) -> list[dict[str, Any]]:
        """The rows of a statement by an account, a fresh one where none is named; Unclear when it is refused."""
        limits = ShapeLimits.read()
        plan = plan_of(self._engine, sql, self._columns, [T], {"amount": "number"}, limits.least_group)
        if plan:
            told = [_support(each) for each in plan.count(self._engine, limits.most_groups)]
            sql = plan.sql(self._disclosure.settle((who or asker()).reference, told, {T: 1}, limits))
        rows: list[dict[str, Any]] = self._engine.sql(sql).to_arrow_table().to_pylist()
        return rows


@pytest.fixture(scope="module")
def bench(storage: Storage) -> Bench:
    return Bench(storage)


_COUNT = iter(range(1_000_000))


def asker() -> Subject:
    """An account that has asked nothing yet."""
    return Subject("official", f"asker{next(_COUNT)}", "minzheng", frozenset({"steward"}), "s1", assurance=2)


def ask(hub: Hub, sql: str, who: Subject | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = hub.query(who or asker(), sql).rows.to_pylist()
    return rows


@pytest.mark.parametrize(("sql", "says"), [
    (f"select count(*) as n from {T} p cross join range(10) where p.pension_no = 'P3' and p.person > ''", NOTHING),
    (f"select count(*) as n from {T} p, {LIST} o where p.person like '独%'", NOTHING),
    (f"select count(*) as n from {T} p join {T} q on p.person like '独%' and q.person > ''", NOTHING),
    (f"select count(*) as n from (select person from {T}, range(9) where pension_no = 'P3')", NOTHING),
    (f"select person, count(*) as n from {T}, range(9) group by 1 order by all", [{"person": "王*", "n": 270}]),
    (f"select pension_no, person, count(*) as n from {T}, range(9) group by 2, pension_no", NOTHING),
    (f"with w as (select p.* from {T} p, unnest(range(20)) u(i)) select person, count(*) as n from w group by person having count(*) < 1000",
     [{"person": "王*", "n": 600}]),
    (f"with w(a, b, c, d) as (select * from {T}), v as (select d from w, range(9)) select count(*) as n from v where d like '独%'", NOTHING),
    (f"select count(*) as n from {T} p natural join {T} q where p.person like '独%'", NOTHING),
    (f"select count(*) as n from {T} as t(no, place, sum, who) left join range(6) on true where who like '独%'", NOTHING),
    (f"select count(distinct p.pension_no) as n from {T} p semi join {LIST} o using (division) where person like '独%'", NOTHING),
    (f"select o.person as w, count(*) as n from {LIST} o left join {T} p on p.pension_no = 'P3' and p.person > '' group by all", NOTHING),
])
def test_repeated_rows_are_one_person(bench: Bench, sql: str, says: list[dict[str, Any]]) -> None:
    assert bench.ask(sql) == says


def test_joins_that_are_honest_count_as_before(hub: Hub) -> None:
    asked = f"o.person as office, count(*) as n, sum(p.amount) as s, count(p.person) as who from {T} p join {LIST} o using (division)"
    told = ask(hub, f"select {asked} group by o.person order by office")
    assert [row["n"] for row in told] == [20, 20, 20]
    assert [row["who"] for row in told] == [20, 20, 20]
    same = f"with w as (select *, amount as a from {T} where person > '') select division, sum(a) as s from w group by division order by division"
    assert [row["s"] for row in ask(hub, same)] == [row["s"] for row in told]
    tree = f"select max(n) as most from (select division, count(person) as n from {T} group by division) where n > 0"
    assert ask(hub, tree) == [{"most": 20}]
    assert ask(hub, f"select count({T}.person) as n, count(*) from {T}") == [{"n": 60, "count_star()": 60}]


@pytest.mark.parametrize(("sql", "says"), [
    (f"select person, count(*) as n from {T}, range(9) group by all order by all", [{"person": "王*", "n": 270}]),
    (f"select count(*) filter (where person like '独%') as few, sum(amount) as s from {T}", [{"few": None, "s": 16_200}]),
    (f"with w as (select * from {T}) select division, max(w.person) as m from w group by division order by division limit 1",
     [{"division": "440100", "m": "王*"}]),
    (f"select minzheng.pension.division, count(distinct person) as n from {T} group by all order by all limit 1", [{"division": "440100", "n": 3}]),
])
def test_the_whole_way_through_a_hub(hub: Hub, sql: str, says: list[dict[str, Any]]) -> None:
    assert ask(hub, sql) == says


@pytest.mark.parametrize(("sql", "code", "words"), [
    (f"select sum(case when person like '独%' then 1 else 0 end) as n from {T}", "QueryProtected", "FILTER (WHERE"),
    (f"select (select count(*) from {T} p where p.person > '' and p.amount = o.amount) as n from {LIST} o", "QueryProtected", "Join and group"),
    (f"select count(person) as n from {T} group by pension_no || person", "", ""),
])
def test_refusals_through_a_hub_are_told_and_logged(hub: Hub, sql: str, code: str, words: str) -> None:
    if not code:
        assert ask(hub, sql) == NOTHING
        return
    with pytest.raises(Refused) as refused:
        ask(hub, sql)
    assert (refused.value.code, refused.value.exit_code) == (code, 3)
    assert words in refused.value.en
    last = hub.trust.audit.entries(hub.trust.audit.size() - 1)[-1]
    assert (last.outcome, last.facts["reason"]) == ("refused", code)


@pytest.mark.parametrize("figure", [
    "count(*) filter (where person like '独%')", "count(*) filter (where pension_no = 'P3')", "sum(amount) filter (where pension_no = 'P3')",
    "max(person) filter (where pension_no = 'P3')", "count(*) filter (where pension_no in ('P3', 'P4', 'P5', 'P6'))",
    "count(*) filter (where pension_no <> 'P3')", "any_value(amount) filter (where person like '独%')",
    "case when count(*) filter (where person like '独%' and amount = 30) = 1 then 'yes' end", "1 + coalesce(sum(amount) filter (where false), -1)",
])
def test_an_aggregate_with_a_condition_has_rows_of_its_own(bench: Bench, figure: str) -> None:
    """Fewer than five, none at all, or all but fewer than five: each says something of those few."""
    [row] = bench.ask(f"select count(*) as n, {figure} as f from {T} where person > ''")
    assert row["n"] == 60
    assert row["f"] in (None, 0)
    assert bench.ask(f"select count(*) as n from {T} where person > '' having {figure} is null") in ([{"n": 60}], NOTHING)


def test_a_condition_that_many_meet_is_told(bench: Bench) -> None:
    sql = f"select count(*) filter (where amount > 300) as n, sum(amount) filter (where division = '440101') as s from {T} where person > ''"
    assert bench.ask(sql) == [{"n": 27, "s": sum(10 * i for i in range(60) if i % 3 == 1 and i % 10)}]
    assert bench.ask(f"select division, count(person) filter (where amount > 300) as n from {T} group by division order by all") == [
        {"division": f"44010{d}", "n": sum(1 for i in range(60) if i % 3 == d and i % 10 and i > 30)} for d in range(3)
    ]


def test_a_sum_of_zeros_and_few_values_tells_of_the_few(bench: Bench) -> None:
    """Six have none: five of them and P3 make a group of six in which one person alone has any. Few zeros among many values tell nothing."""
    chosen = "pension_no in ('P0', 'P10', 'P20', 'P30', 'P40', 'P3') and person > ''"
    assert bench.ask(f"select sum(amount) as s from {T} where {chosen}") == [{"s": None}]
    assert bench.ask(f"select avg(amount) as s, count(*) as n from {T} where {chosen}") == [{"s": None, "n": 6}]
    assert bench.ask(f"select avg(amount) as s, count(*) as n from {T} where person > '' and amount < 600") == [{"s": 270.0, "n": 60}]


@pytest.mark.parametrize("figure", [
    "sum(case when person like '独%' then 1 else 0 end)", "sum(if(person like '独%', 1000001, 1))", "sum((pension_no = 'P3')::integer)",
    "count(nullif(pension_no, 'P3'))", "count_if(pension_no = 'P3')", "sum(1 - sign(abs(amount - 30)))", "avg(amount * 2)",
    "bool_or(person like '独%')", "max(case when pension_no = 'P3' then person end)", "sum(length(person))",
    "sum(cast(case when pension_no = 'P3' then '1' else '0' end as integer))",
    "count(distinct case when pension_no = 'P3' then 1 end)", "sum((select 1 where pension_no = 'P3'))", "sum(p.amount + 1)",
])
def test_weights_that_the_reader_makes_are_refused_with_the_way_to_write_it(bench: Bench, figure: str) -> None:
    with pytest.raises(Unclear) as refused:
        bench.ask(f"select count(*) as n, {figure} as f from {T} p where person > ''")
    assert refused.value.told["code"] == "QueryProtected"
    assert "FILTER (WHERE" in refused.value.told["en"]
    assert "FILTER (WHERE" in refused.value.told["zh"]


@pytest.mark.parametrize("sql", [
    f"select sum(x) as s from (select case when pension_no = 'P3' then 1 else 0 end as x, person from {T})",
    f"with w as (select *, (pension_no = 'P3')::int as x from {T} where person > '') select sum(x) as s from w",
    f"with w(a, b, c, d, x) as (select *, amount * 2 from {T}) select sum(x) as s, count(d) as n from w",
    f"select sum(w) as s from {T} p join (values ('P3', 1000001), ('P4', 1)) v(no, w) on p.pension_no = v.no where p.person > ''",
    f"select sum(l.x) as s from {T} p, lateral (select case when p.person like '独%' then 1 else 0 end as x) l",
    f"select sum(i) as s from {T} p, unnest(case when p.person like '独%' then [1, 2] else [0] end) u(i)",
    f"select sum(amount) as s from (select * replace (amount * 2 as amount) from {T} where person > '')",
    f"select sum(amount) as s from (select amount from {T} where person > '' union all select 1)",
    f"select count(*) as n from (select distinct person from {T})", f"select count(*) as n from (select person from {T} intersect select '独**')",
    f"select person, count(*) over (partition by person) as n from {T}", f"select list(person) as l from {T}",
    f"select histogram(person) as h from {T}",
    f"select json_group_array(person) as j from {T} where pension_no = 'P3'", f"select string_agg(person, ',') as l from {T}",
    f"select count(person) as n from {T} where random() < 0.5", f"select count(person) as n from {T} using sample 10 rows",
    f"select count(person) as n from {T} tablesample reservoir(50%)", f"select count(p) as n from {T} p where person > ''",
    f"select *, count(*) as n from {T} group by all", f"select count(columns('p.*')) from {T}", f"{PARTS_OF} rollup (person)",
    f"{PARTS_OF} cube (person, division)",
    f"select count(*) as n from {T} where pension_no <> 'P3' and person > '' or (select count(person) from {T} where pension_no = 'P3') is not null",
    f"with few as (select count(person) as n from {T} where amount = 30) select count(*) as n from {T}, few where person > '' and few.n is null",
    f"with recursive r as (select person, 1 as i from {T} union all select person, i + 1 from r where i < 9) select count(*) as n from r",
    f"with w as (select 1), v as (with w as (select person from {T}) select count(*) as n from w) select n from v",
])
def test_what_loses_sight_of_rows_is_refused(bench: Bench, sql: str) -> None:
    with pytest.raises(Unclear) as refused:
        bench.ask(sql)
    assert refused.value.told["code"] == "QueryProtected"
    assert refused.value.told["zh"] != refused.value.told["en"]


@pytest.mark.parametrize(("earlier", "later", "says"), [
    (f"select count(person) as n from {T}", f"select count(person) as n from {T} where pension_no <> 'P3'", [{"n": None}]),
    (f"select count(person) as n from {T} where pension_no <> 'P3'", f"select count(person) as n from {T}", [{"n": None}]),
    (f"select count(*) as n from {T} where person > ''", f"select count(*) as n from {T} where person not like '独%'", NOTHING),
    (f"select sum(amount) as s from {T} where person > '' and amount > 0",
     f"select sum(amount) as s from {T} where person > '' and amount > 30", [{"s": None}]),
    (f"select count(person) as n from {T} where division = '440100'",
     f"select count(*) filter (where division = '440100' and person not like '独%') as n from {T}", [{"n": None}]),
    (f"select division, count(person) as n from {T} group by division",
     f"select division, count(*) as n from {T} p, range(3) where person not like '独%' group by division order by division",
     [{"division": "440101", "n": 60}, {"division": "440102", "n": 60}]),
    (f"select count(person) as n from {T} where pension_no <> 'P4'", f"select count(person) as n from {T} where pension_no <> 'P3'", [{"n": None}]),
    (f"select count(person) as n from {T}",
     f"select count(person) as n from {T} where pension_no not in ('P1', 'P2', 'P3', 'P4', 'P5')", [{"n": 55}]),
    (f"select count(person) as n from {T}", f"select count(*) as n from {T} where person > ''", [{"n": 60}]),
])
def test_two_answers_that_differ_by_few_rows_are_not_both_told(bench: Bench, earlier: str, later: str, says: list[dict[str, Any]]) -> None:
    who = asker()
    assert bench.ask(earlier, who)
    assert bench.ask(later, who) == says
    assert bench.ask(later), "another account may ask"


PARTS, TOTAL = f"select person, count(*) as n from {T} group by person", f"select count(*) as n from {T} where person > ''"


@pytest.mark.parametrize("parts", [
    PARTS, PARTS.replace("group by", "where person not like '独%' group by"), PARTS.replace(f"{T} ", f"{T} p cross join range(1) "),
    PARTS.replace("group by", "group by all having person not like '独%' --"), f"select person, n from ({PARTS}) where n > 4",
])
@pytest.mark.parametrize("total_first", [True, False])
def test_a_total_and_its_parts_do_not_tell_the_small_part(bench: Bench, parts: str, total_first: bool) -> None:
    """独* is one of sixty: whoever has the total must not have all the other parts, in whatever order."""
    who = asker()
    told = {sql: bench.ask(sql, who) for sql in ((TOTAL, parts) if total_first else (parts, TOTAL))}
    total, shown = sum(row["n"] for row in told[TOTAL]), sum(row["n"] for row in told[parts])
    assert total in (0, 60)
    assert total == 0 or total - shown >= 5
    assert total + shown > 0


def test_two_questions_at_once_know_of_each_other(hub: Hub) -> None:
    who, told, start = asker(), [], Barrier(2)

    def question(sql: str) -> None:
        start.wait()
        told.extend(row["n"] for row in ask(hub, sql, who))

    threads = [Thread(target=question, args=(f"select count(person) as n from {T}{where}",)) for where in ("", " where pension_no <> 'P3'")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each is None for each in told) == [False, True]


def test_the_days_budget_ends_is_told_and_watched(hub: Hub) -> None:
    who, limits = asker(), hub.sandbox.limits
    hub.sandbox.limits = replace(limits, shape=replace(limits.shape, aggregates_a_day=3))
    try:
        for _ in range(3):
            assert ask(hub, f"select count(person) as n from {T}", who)
        assert ask(hub, f"select person from {T} where pension_no = 'P3'", who), "rows are not aggregates"
        assert ask(hub, f"select count(*) as n from {T}", who) == [{"n": 60}], "no masked value is used"
        with pytest.raises(Refused) as refused:
            ask(hub, f"select count(person) as n from {T}", who)
    finally:
        hub.sandbox.limits = limits
    assert (refused.value.code, refused.value.facts["most"]) == ("QueryBudget", 3)
    assert 86_000 < refused.value.facts["retry_after"] <= 86_400
    last = hub.trust.audit.entries(hub.trust.audit.size() - 1)[-1]
    assert (last.kind, last.outcome, last.facts["reason"]) == ("query", "refused", "QueryBudget")
    found = [each for each in hub.trust.keep_watch() if each.subject == who.reference]
    assert "query-budget" in {each.rule for each in found}


@pytest.fixture
def disclosure(storage: Storage) -> tuple[Disclosure, FixedClock]:
    clock = FixedClock(datetime(2026, 11, 1, tzinfo=UTC))
    return Disclosure(storage, clock), clock


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    opened = Storage.open(load_settings(tmp_path_factory.mktemp("disclosure")))
    yield opened
    opened.close()


def support(*sizes: int, table: str = "a.t", left_out: int = 0) -> Support:
    return Support(table, (0, 0, 0), tuple((size, *[7] * 31, 1) for size in sizes), left_out)


def test_a_budget_slides_and_versions_and_days_are_forgotten(disclosure: tuple[Disclosure, FixedClock]) -> None:
    kept, clock = disclosure
    limits = replace(ShapeLimits.read(), aggregates_a_day=2, remembered_days=30)

    def settle(size: int, version: int = 1) -> bool:
        return not kept.settle("official:b", [support(size)], {"a.t": version}, limits)

    assert settle(100)
    clock.advance(timedelta(hours=23))
    assert not settle(98)
    with pytest.raises(Refused) as refused:
        settle(100)
    assert refused.value.facts["retry_after"] == 3600
    clock.advance(timedelta(hours=1))
    assert settle(104, version=2), "rows have other keys in another version"
    clock.advance(timedelta(days=2))
    assert not settle(100, version=2)
    clock.advance(timedelta(days=31))
    assert settle(100, version=2), "longer ago than is remembered"
    assert not kept.settle("official:c", [support(100)], {"a.t": 2}, limits)


def test_no_account_holds_figures_without_end(disclosure: tuple[Disclosure, FixedClock]) -> None:
    kept, _clock = disclosure
    limits = replace(ShapeLimits.read(), figures_remembered=3)
    for size in (100, 200, 100, 300):
        assert kept.settle("official:f", [support(size)], {"a.t": 1}, limits) == {}
    with pytest.raises(Refused) as refused:
        kept.settle("official:f", [support(400)], {"a.t": 1}, limits)
    assert refused.value.code == "QueryBudget"
    assert kept.settle("official:f", [support(400)], {"a.t": 2}, limits) == {}


def test_the_smallest_part_goes_with_one_that_is_too_small(disclosure: tuple[Disclosure, FixedClock]) -> None:
    kept, _clock = disclosure
    small = kept.settle("official:d", [support(300, 200, 100, left_out=3)], {"a.t": 1}, ShapeLimits.read())
    assert {rows_in(sketch) for sketches in small.values() for sketch in sketches} == {100 + 31 * 7}
    assert kept.settle("official:e", [support(300, 200, 100, left_out=9)], {"a.t": 1}, ShapeLimits.read()) == {}


def test_every_aggregate_that_may_be_called_is_known_as_one() -> None:
    """One that is not would give a group of one person back; the engine itself says which functions aggregate, in macros too."""
    with duckdb.connect() as engine:
        told = engine.execute("select function_name, function_type, coalesce(macro_definition, '') from duckdb_functions()").fetchall()
    aggregating = {name for name, kind, _text in told if kind == "aggregate"}
    for name, kind, text in told:
        if kind == "macro" and set(re.findall(r"[a-z_0-9]+(?=\()", text.lower())) & aggregating:
            aggregating.add(name)
    assert (allowed_functions() & aggregating) - aggregate_functions() == set()


@pytest.mark.postgres
def test_two_questions_at_once_on_postgresql_too(tmp_path: Path, postgres_database: str) -> None:
    url = postgres_database.replace("postgresql://", "postgresql+psycopg://")
    opened = Storage.open(load_settings(tmp_path).model_copy(update={"storage_url": url}))
    kept, start, refused = Disclosure(opened, FixedClock(datetime(2026, 11, 1, tzinfo=UTC))), Barrier(8), list[int]()

    def question(size: int) -> None:
        start.wait()
        refused.append(sum(map(len, kept.settle("official:g", [support(size)], {"a.t": 1}, ShapeLimits.read()).values())))

    threads = [Thread(target=question, args=(100 + number % 4,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == [0, 0, 1, 1, 1, 1, 1, 1], "one size of four is told, twice the same"
    opened.close()
