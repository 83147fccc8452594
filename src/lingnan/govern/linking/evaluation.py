"""How well clusters agree with known entities: pairs over all true pairs, so that what blocking missed counts, and B³ over records."""

from lingnan.govern.linking.shapes import Quality
from lingnan.govern.linking.values import RECORDS, TRUTHS
from lingnan.lake import EngineSession


def evaluate(session: EngineSession, clusters: str, linking: bool) -> Quality | None:
    """The quality of the table `clusters` (rid, cluster) against `truths` (rid, truth); None when no record has a known entity.

    Records without a known entity are left out. Between two files only pairs across them count.
    """
    session.execute(
        f"create or replace temp table judged as select c.cluster, t.truth, side from {clusters} as c join {TRUTHS} as t using (rid) "
        f"join {RECORDS} using (rid) where t.truth is not null"
    )
    both, found, true = (_pairs(session, keys, linking) for keys in ("cluster, truth", "cluster", "truth"))
    row = session.query(
        "with cells as (select cluster, truth, cast(count(*) as double) as n from judged group by all), "
        "sizes as (select *, sum(n) over (partition by cluster) as c, sum(n) over (partition by truth) as t from cells) "
        "select sum(n) as records, sum(n * n / c) as precision, sum(n * n / t) as recall from sizes"
    ).to_pylist()[0]
    if not row["records"]:
        return None
    precision, recall = both / found if found else 1.0, both / true if true else 1.0
    b3_precision, b3_recall = row["precision"] / row["records"], row["recall"] / row["records"]
    return Quality(precision, recall, _mean(precision, recall), b3_precision, b3_recall, _mean(b3_precision, b3_recall), int(true))


def _mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _pairs(session: EngineSession, keys: str, linking: bool) -> float:
    each = "l * r" if linking else "(l + r) * (l + r - 1) / 2"
    counts = "cast(count(*) filter (where side = 0) as double) as l, cast(count(*) filter (where side = 1) as double) as r"
    return float(session.query(f"select coalesce(sum({each}), 0) as n from (select {counts} from judged group by {keys})").column(0)[0].as_py())
