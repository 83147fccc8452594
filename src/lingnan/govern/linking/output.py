"""Writes what linking found: one file with every record's cluster and every pair's weight, and counts of both."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from lingnan.base import BadInput
from lingnan.govern.linking import clusters
from lingnan.govern.linking.threshold import BIN, HIGHEST, LOWEST, Threshold
from lingnan.govern.linking.values import GIVEN_RECORDS
from lingnan.lake import EngineSession

LINKS = pa.schema([
    ("kind", pa.string()), ("side", pa.int8()), ("id", pa.string()), ("cluster", pa.int64()), ("left_id", pa.string()), ("right_id", pa.string()),
    ("weight", pa.float64()), ("probability", pa.float64()), ("status", pa.string()), ("by", pa.string()),
])
"""A row of kind `record` has side, id and cluster; of kind `pair` left_id, right_id, weight, probability, status and by.

Status: linked, review (for a clerk to decide), split (alike, but the rest of a cluster speaks against it) or different.
"""
REVIEW_FROM, REVIEW_TO = 0.05, 0.95
"""Pairs whose probability lies between are for a clerk to decide."""

_STAR_FROM = 20
_OF_PAIRS = {"left_id": "varchar", "right_id": "varchar", "weight": "double", "probability": "double", "status": "varchar", '"by"': "varchar"}


@dataclass(frozen=True)
class Told:
    """Counts of what was written."""

    pairs: int
    clusters: int
    linked_records: int
    compared: int
    review: int
    by_identifier: int


def write_links(session: EngineSession, chosen: Threshold, out: Path | None, linking: bool) -> Told:
    """Write OUT when it is asked for, Parquet or CSV by its ending, and count."""
    _judged(session, chosen)
    told = _counts(session, linking)
    if out is not None:
        _write(session, out, linking)
    return told


def _judged(session: EngineSession, chosen: Threshold) -> None:
    span = f"floor(greatest({LOWEST}, least({HIGHEST}, weight)) / {BIN}) * {BIN}"
    session.add_arrow("probabilities_given", pa.table(
        {"span": [each[0] for each in chosen.probabilities], "probability": [each[1] for each in chosen.probabilities]},
        pa.schema([("span", pa.float64()), ("probability", pa.float64())]),
    ))
    # A pair compared later may lie in a span that no pair had; its weight is its own probability then.
    session.execute(
        f"create or replace temp table judged_pairs as select s.a, s.b, s.weight, l.cluster = r.cluster as linked, "
        "coalesce(p.probability, 1 / (1 + pow(2.0, -greatest(-100, least(100, weight))))) as probability, "
        f"weight >= {chosen.weight:.6f} as above from {clusters.SCORED} as s join {clusters.CLUSTERS} as l on l.rid = s.a "
        f"join {clusters.CLUSTERS} as r on r.rid = s.b left join probabilities_given as p on p.span = {span}"
    )


def _status() -> str:
    unsure = f"probability between {REVIEW_FROM} and {REVIEW_TO}"
    return (
        f"case when linked and not ({unsure} and above) then 'linked' when not linked and above and not ({unsure}) then 'split' "
        f"when {unsure} then 'review' else 'different' end"
    )


def _counts(session: EngineSession, linking: bool) -> Told:
    def number(sql: str) -> int:
        return int(session.query(f"select {sql} as n").column(0)[0].as_py() or 0)

    each = "l * r" if linking else "(l + r) * (l + r - 1) / 2"
    sides = "cast(count(*) filter (where side = 0) as double) as l, cast(count(*) filter (where side = 1) as double) as r"
    joined = f"{clusters.CLUSTERS} join grouped using (rid)"
    row = session.query(
        f"select sum({each}) as pairs, count(*) as clusters, coalesce(sum(l + r) filter (where l + r > 1), 0) as linked "
        f"from (select {sides} from {joined} group by cluster) as c"
    ).to_pylist()[0]
    same = number(f"(select sum({each}) from (select {sides} from {joined} where ident is not null group by ident, cluster) as c)")
    return Told(
        int(row["pairs"] or 0), int(row["clusters"]), int(row["linked"]), number(f"(select count(*) from {clusters.SCORED})"),
        number(f"(select count(*) from judged_pairs where {_status()} in ('review', 'split'))"), same,
    )


def _parts(linking: bool) -> list[str]:
    """The rows that are written: records, pairs compared, pairs of one identifier."""
    star = "select ident, min(rid) as first, count(*) as n from grouped where ident is not null group by ident"
    across = "l.side = 0 and r.side = 1" if linking else f"l.rid < r.rid and (s.n <= {_STAR_FROM} or l.rid = s.first)"
    nothing = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in _OF_PAIRS.items())
    pair = "select 'pair' as kind, cast(null as tinyint) as side, cast(null as varchar) as id"
    return [
        f"select 'record' as kind, cast(g.side as tinyint) as side, g.id, c.cluster, {nothing} "
        f"from {GIVEN_RECORDS} as g join {clusters.CLUSTERS} as c using (rid)",
        f"{pair}, case when linked then c.cluster end as cluster, l.id as left_id, r.id as right_id, weight, probability, {_status()} as status, "
        f"'weight' as \"by\" from judged_pairs join {GIVEN_RECORDS} as l on l.rid = a join {GIVEN_RECORDS} as r on r.rid = b "
        f"join {clusters.CLUSTERS} as c on c.rid = a",
        f"{pair}, c.cluster, lg.id as left_id, rg.id as right_id, cast(null as double) as weight, cast(1.0 as double) as probability, "
        f"'linked' as status, 'identifier' as \"by\" from ({star}) as s "
        f"join grouped as l using (ident) join grouped as r using (ident) join {GIVEN_RECORDS} as lg on lg.rid = l.rid "
        f"join {GIVEN_RECORDS} as rg on rg.rid = r.rid join {clusters.CLUSTERS} as c on c.rid = l.rid where {across}",
    ]


def _write(session: EngineSession, out: Path, linking: bool) -> None:
    if out.is_dir():
        raise BadInput(f"{out} 是文件夹，请给出文件名（.parquet 或 .csv）。", f"{out} is a folder; give a file (.parquet or .csv).", path=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    writer = pcsv.CSVWriter(out, LINKS) if out.suffix.lower() == ".csv" else pq.ParquetWriter(out, LINKS, compression="zstd")
    with writer:
        for sql in _parts(linking):
            # Joins are done before anything is streamed: over millions of rows the engine's threads and its reader wait for each other for ever.
            session.execute(f"create or replace temp table written as {sql}")
            for batch in session.stream("select * from written"):
                writer.write_table(pa.Table.from_batches([batch]).cast(LINKS))
    session.execute("drop table written")
