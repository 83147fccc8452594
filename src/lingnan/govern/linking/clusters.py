"""Makes clusters of linked pairs: identifiers first, then pairs by weight; a chain is cut where its ends are too different to be one entity."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from lingnan.govern.linking.agglomeration import Edge, agglomerate
from lingnan.govern.linking.comparisons import lay_compared
from lingnan.govern.linking.shapes import Comparison
from lingnan.govern.linking.values import RECORDS
from lingnan.lake import EngineSession

CLUSTERS, SCORED, EDGES = "clusters", "scored", "edges"
LARGEST = 150
"""Records of a component beyond which its weaker links are cut before all its pairs are compared."""

_STEP = 2.0
_ROUNDS = 60


def lay_groups(session: EngineSession) -> None:
    """Every record's group: those of one valid identifier are one, each other record is its own."""
    session.execute(
        f"create or replace temp table grouped as select rid, side, ident, coalesce(first, rid) as grp from {RECORDS} "
        f"left join (select ident, min(rid) as first from {RECORDS} where ident is not null group by ident) using (ident)"
    )


def lay_edges(session: EngineSession, lowest: float) -> None:
    """Between two groups, the weight of their best pair."""
    session.execute(
        f"create or replace temp table {EDGES} as select least(l.grp, r.grp) as a, greatest(l.grp, r.grp) as b, max(weight) as weight "
        f"from {SCORED} join grouped as l on l.rid = a join grouped as r on r.rid = b where weight >= {lowest:.6f} and l.grp <> r.grp group by 1, 2"
    )


def one_to_one(session: EngineSession, threshold: float) -> None:
    """Each record of one file with at most one of the other: pairs that are best for both, taken out, again and again."""
    session.execute(f"create or replace temp table open_pairs as select a, b, weight from {SCORED} where weight >= {threshold:.6f}")
    _identified_first(session)
    for _round in range(_ROUNDS):
        session.execute(
            "create or replace temp table taken as with ranked as (select a, b, "
            "row_number() over (partition by a order by weight desc, b) as of_a, row_number() over (partition by b order by weight desc, a) as of_b "
            "from open_pairs) select a, b from ranked where of_a = 1 and of_b = 1"
        )
        if not session.query("select count(*) as n from taken").column(0)[0].as_py():
            break
        session.execute("insert into matched select a, b from taken")
        session.execute(
            "create or replace temp table open_pairs as select * from open_pairs "
            "where a not in (select a from taken) and b not in (select b from taken)"
        )
    session.execute(
        f"create or replace temp table {CLUSTERS} as select rid, coalesce(a, rid) as cluster from {RECORDS} left join matched on b = rid"
    )


def _identified_first(session: EngineSession) -> None:
    # Two records of one number on one side would not be one to one; the first of each is taken.
    session.execute(
        f"create or replace temp table matched as select l.a, r.b from "
        f"(select ident, min(rid) as a from {RECORDS} where side = 0 and ident is not null group by ident) as l "
        f"join (select ident, min(rid) as b from {RECORDS} where side = 1 and ident is not null group by ident) as r using (ident)"
    )
    session.execute("delete from open_pairs where a in (select a from matched) or b in (select b from matched)")


def cluster(session: EngineSession, comparisons: Sequence[Comparison], weight: str, threshold: float, linking: bool) -> int:
    """Clusters of all records in `clusters` (rid, cluster); `weight` is the SQL of a pair's weight. Gives how many pairs were cut."""
    _components(session, threshold)
    _complete(session, comparisons, weight, linking)
    _agglomerated(session, threshold)
    session.execute(
        f"create or replace temp table {CLUSTERS} as select rid, coalesce(s.cluster, c.component, grp) as cluster from grouped "
        "left join components as c using (grp) left join split as s using (grp)"
    )
    return int(session.query(
        f"select count(*) as n from {SCORED} join {CLUSTERS} as l on l.rid = a join {CLUSTERS} as r on r.rid = b "
        f"where weight >= {threshold:.6f} and l.cluster <> r.cluster"
    ).column(0)[0].as_py())


def _components(session: EngineSession, threshold: float) -> None:
    """Connected groups, none larger than can be compared pair by pair: in larger ones the threshold rises until they fall apart."""
    session.execute(f"create or replace temp table strong as select a, b, weight from {EDGES} where weight >= {threshold:.6f}")
    for step in range(1, _ROUNDS):
        _connected(session)
        session.execute(
            "create or replace temp table large as select component from components join grouped using (grp) "
            f"group by component having count(*) > {LARGEST}"
        )
        if not session.query("select count(*) as n from large").column(0)[0].as_py():
            return
        session.execute(
            "create or replace temp table strong as select s.* from strong as s join components as c on c.grp = s.a "
            f"where weight >= {threshold + step * _STEP:.6f} or c.component not in (select component from large)"
        )


def _connected(session: EngineSession) -> None:
    session.execute("create or replace temp table both_ways as select a, b from strong union all select b as a, a as b from strong")
    session.execute("create or replace temp table components as select distinct a as grp, a as component from both_ways")
    for _round in range(_ROUNDS):
        session.execute(
            "create or replace temp table following as select c.grp, least(c.component, min(n.component)) as component from components as c "
            "join both_ways as e on e.a = c.grp join components as n on n.grp = e.b group by c.grp, c.component"
        )
        # A label's own label is nearer to the end: following it halves the way.
        session.execute(
            "create or replace temp table jumped as select f.grp, least(f.component, g.component) as component from following as f "
            "join following as g on g.grp = f.component"
        )
        moved = session.query(
            "select count(*) as n from components as c join jumped as j using (grp) where c.component <> j.component"
        ).column(0)[0].as_py()
        session.execute("create or replace temp table components as select * from jumped")
        if not moved:
            return


def _complete(session: EngineSession, comparisons: Sequence[Comparison], weight: str, linking: bool) -> None:
    """Compare the pairs of larger components that no rule met, so that distance counts against a merger too."""
    session.execute(
        "create or replace temp table wide as select component, grp from components where component in "
        "(select component from components group by component having count(*) > 2)"
    )
    session.execute("create or replace temp table members as select component, grp, rid, side, ident from wide join grouped using (grp)")
    across = "l.side <> r.side" if linking else "true"
    session.execute(
        "create or replace temp table lacking as select l.rid as a, r.rid as b from members as l join members as r using (component) "
        f"where l.rid < r.rid and l.grp <> r.grp and {across} and (l.ident is null or r.ident is null) "
        f"and not exists (select 1 from {SCORED} as s where s.a = l.rid and s.b = r.rid)"
    )
    joined = f"from lacking join {RECORDS} as l on l.rid = lacking.a join {RECORDS} as r on r.rid = lacking.b"
    gammas = ", ".join(each.gamma for each in comparisons)
    lay_compared(session, "more_pairs", comparisons, joined, parts=(f"{weight} as weight",))
    session.execute(f"insert into {SCORED} select a, b, {gammas}, rarity, weight, -1 as rule from more_pairs")


def _agglomerated(session: EngineSession, threshold: float) -> None:
    session.execute(
        f"create or replace temp table inner_edges as select l.component, l.grp as a, r.grp as b, max(weight) - {threshold:.6f} as weight "
        f"from {SCORED} join members as l on l.rid = {SCORED}.a join members as r on r.rid = {SCORED}.b "
        "where l.component = r.component and l.grp <> r.grp group by all order by l.component"
    )
    identified = session.query("select distinct grp from members where ident is not null").column(0).to_pylist()
    nodes: dict[int, list[int]] = {}
    for row in session.query("select component, grp from wide order by component, grp").to_pylist():
        nodes.setdefault(row["component"], []).append(row["grp"])
    found: list[tuple[int, int]] = []
    for component, edges in _by_component(session):
        found += agglomerate(nodes[component], edges, frozenset(identified))
    session.add_arrow("split_given", pa.table({"grp": [each[0] for each in found], "cluster": [each[1] for each in found]},
                                              pa.schema([("grp", pa.int64()), ("cluster", pa.int64())])))
    session.execute("create or replace temp table split as select * from split_given")


def _by_component(session: EngineSession) -> Iterator[tuple[int, list[Edge]]]:
    rows = (
        row for batch in session.stream("select component, a, b, weight from inner_edges order by component")
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    for component, edges in groupby(rows, key=itemgetter(0)):
        yield component, [(a, b, weight) for _component, a, b, weight in edges]
