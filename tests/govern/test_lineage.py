"""Column lineage: sixty queries with what each column of theirs comes from, written down by hand."""

import pytest

from lingnan.base import BadInput
from lingnan.govern.lineage import column_lineage

TABLES = {
    "t": ["a", "b", "c", "k", "v", "g", "l", "s"], "u": ["id", "x", "y"], "o": ["id", "uid", "p", "d"], "gongan.resident": ["no", "name", "division"],
    "tree": ["id", "parent", "name"],
}

CASES = {
    "plain": ("select a, b from t", "a=t.a b=t.b"),
    "renamed": ("select a as x, b y from t", "x=t.a y=t.b"),
    "computed": ("select a + b * 2 as n, upper(c) as m, 1 as one from t", "n=t.a,t.b m=t.c one="),
    "cast": ("select cast(a as integer) as i, b::date as d, try_cast(c as double) as f from t", "i=t.a d=t.b f=t.c"),
    "star": ("select * from u", "id=u.id x=u.x y=u.y"),
    "star_of_one": ("select u.*, p from u join o on o.uid = u.id", "id=u.id x=u.x y=u.y p=o.p"),
    "star_without": ("select * exclude (x) from u", "id=u.id y=u.y"),
    "star_replaced": ("select * replace (x || y as y) from u", "id=u.id x=u.x y=u.x,u.y"),
    "star_renamed": ("select * rename (x as z) from u", "id=u.id z=u.x y=u.y"),
    "star_all": ("select * exclude (id) replace (upper(x) as x) from u", "x=u.x y=u.y"),
    "from_first": ("from u", "id=u.id x=u.x y=u.y"),
    "from_first_select": ("from u select x", "x=u.x"),
    "schema": ("select r.name, gongan.resident.no from gongan.resident as r, gongan.resident", "name=gongan.resident.name no=gongan.resident.no"),
    "join_on": ("select u.x, o.p from u join o on u.id = o.uid", "x=u.x p=o.p"),
    "join_unqualified": ("select x, p from u left join o on u.id = o.uid", "x=u.x p=o.p"),
    "join_using": ("select * from u join o using (id)", "id=o.id,u.id x=u.x y=u.y uid=o.uid p=o.p d=o.d"),
    "join_natural": ("select id, x, p from u natural join o", "id=o.id,u.id x=u.x p=o.p"),
    "join_self": ("select a.name as child, b.name as parent from tree a join tree b on a.parent = b.id", "child=tree.name parent=tree.name"),
    "comma": ("select x, p from u, o where u.id = o.uid", "x=u.x p=o.p"),
    "subquery": ("select n from (select x || y as n from u) q", "n=u.x,u.y"),
    "subquery_star": ("select * from (select id, x from u) as q", "id=u.id x=u.x"),
    "subquery_names": ("select m from (select x, y from u) as q(n, m)", "m=u.y"),
    "cte": ("with q as (select x as n from u) select n from q", "n=u.x"),
    "cte_chain": ("with q as (select x, y from u), r as (select x || y as z from q) select z from r", "z=u.x,u.y"),
    "cte_names": ("with q(m, n) as (select x, y from u) select n from q", "n=u.y"),
    "cte_hides_a_table": ("with u as (select p as x from o) select x from u", "x=o.p"),
    "cte_twice": ("with q as (select id, x from u) select a.x as l, b.id as r from q a join q b on a.id = b.id", "l=u.x r=u.id"),
    "cte_within": ("select n from (with q as (select x as n from u) select n from q)", "n=u.x"),
    "recursive": (
        "with recursive r(id, top) as (select id, name from tree where parent is null union all select t.id, r.top from tree t join r "
        "on t.parent = r.id) select id, top from r", "id=tree.id top=tree.name",
    ),
    "recursive_adds": (
        "with recursive r(n) as (select a from t union all select r.n + u.x from r, u) select n from r", "n=t.a,u.x",
    ),
    "union": ("select x from u union all select p from o", "x=o.p,u.x"),
    "union_three": ("select x from u union select y from u union select d from o", "x=o.d,u.x,u.y"),
    "union_by_name": ("select x, y from u union all by name select d as y, p as z from o", "x=u.x y=o.d,u.y z=o.p"),
    "except": ("select x from u except select p from o", "x=u.x"),
    "intersect": ("select x from u intersect select p from o", "x=u.x"),
    "union_in_cte": ("with q as (select x from u union all select p from o) select x as z from q", "z=o.p,u.x"),
    "scalar_subquery": ("select x, (select max(p) from o) as m from u", "x=u.x m=o.p"),
    "correlated": ("select x, (select max(p) from o where o.uid = u.id) as m from u", "x=u.x m=o.p"),
    "correlated_value": ("select (select p || u.x from o where o.uid = u.id limit 1) as m from u", "m=o.p,u.x"),
    "exists": ("select exists (select 1 from o where o.uid = u.id) as e from u", "e=o.uid,u.id"),
    "in_subquery": ("select x in (select p from o) as e from u", "e=o.p,u.x"),
    "case": ("select case when a > 1 then b else c end as z from t", "z=t.a,t.b,t.c"),
    "coalesce": ("select coalesce(x, p) as z from u left join o on o.uid = u.id", "z=o.p,u.x"),
    "aggregate": ("select g, sum(v) as total, count(*) as n from t group by g", "g=t.g total=t.v n="),
    "filter": ("select count(*) filter (where b > 1) as n, max(a) filter (where c = 2) as m from t", "n=t.b m=t.a,t.c"),
    "window": ("select sum(v) over (partition by g order by k) as run, row_number() over (order by a) as n from t", "run=t.g,t.k,t.v n=t.a"),
    "named_window": ("select lag(v) over w as before from t window w as (partition by g order by k)", "before=t.g,t.k,t.v"),
    "qualify": ("select a from t qualify row_number() over (partition by g order by v) = 1", "a=t.a"),
    "unnest_from": ("select a, x.e from t, unnest(t.l) as x(e)", "a=t.a e=t.l"),
    "unnest_select": ("select a, unnest(l) as e from t", "a=t.a e=t.l"),
    "lateral": ("select u.x, q.m from u, lateral (select max(p) as m from o where o.uid = u.id) q", "x=u.x m=o.p"),
    "values": ("select v.n, u.x from (values (1, 2), (3, 4)) v(n, m) join u on u.id = v.m", "n= x=u.x"),
    "pack": ("select struct_pack(m := a, n := b).n as z from t", "z=t.b"),
    "pack_from_below": ("select q.e.m as z, e.n as w from (select {'m': a, 'n': b} as e from t) q", "z=t.a w=t.b"),
    "pack_whole": ("select {'m': a, 'n': b} as z, s.f as f, s['f'] as g from t", "z=t.a,t.b f=t.s g=t.s"),
    "pack_in_cte": ("with q as (select struct_pack(m := a, n := struct_pack(o := b, p := c)) as e from t) select e.n.p as z from q", "z=t.c"),
    "lambda": ("select list_transform(l, e -> e + a) as z from t", "z=t.a,t.l"),
    "earlier_result": ("select a + 1 as n, n * b as m from t", "n=t.a m=t.a,t.b"),
    "pivot": ("select * from t pivot (sum(v) for k in ('p', 'q') group by g)", "g=t.g p=t.k,t.v q=t.k,t.v"),
    "unpivot": ("select id, n, w from u unpivot (w for n in (x, y))", "id=u.id n= w=u.x,u.y"),
    "columns_by_pattern": ("select columns('^[xy]$') from u", "x=u.x y=u.y"),
    "create_as": ("create table z as select x from u", "x=u.x"),
    "case_of_letters": ("select U.X as Z from u", "Z=u.x"),
    "unknown_table": ("select w.a, w.b + 1 as c from elsewhere w", "a=elsewhere.a c=elsewhere.b"),
}


def told(text: str) -> dict[str, tuple[str, ...]]:
    parts = (each.partition("=") for each in text.split())
    return {name: tuple(each for each in columns.split(",") if each) for name, _equal, columns in parts}


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES)
def test_each_column_is_told_from_where_it_comes(case: str) -> None:
    sql, wanted = CASES[case]
    assert column_lineage(sql, TABLES) == told(wanted)


@pytest.mark.parametrize(
    "sql", ["select nothing from u", "select q.x from u", "select", "delete from u", "select * from elsewhere", "select ''' from u"]
)
def test_what_has_no_lineage_is_said(sql: str) -> None:
    with pytest.raises(BadInput):
        column_lineage(sql, TABLES)
