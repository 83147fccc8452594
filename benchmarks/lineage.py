"""Lineage: milliseconds to read thirty columns of a model, beside sqlglot.lineage asked once a column; and to walk forward over a thousand
models of thirty columns each, beside recursive SQL in DuckDB written by hand over the same edges.

Run: .venv/bin/python benchmarks/lineage.py
"""

import random
import sys
import time
from collections.abc import Callable

import duckdb
import pyarrow as pa
from sqlglot.lineage import lineage

from lingnan.govern import ColumnGraph, column_lineage

LIMIT_MS = 15.0
TABLES = {"t": [f"c{at}" for at in range(30)], "u": ["id", *(f"d{at}" for at in range(30))]}
CASES = (
    f"case when q.c{at} > 0 then coalesce(q.c{at}, r.d{at}) else sum(r.d{at}) over (partition by q.c0 order by q.c1) end as e{at}"
    for at in range(30)
)
MODEL = (
    "with q as (select * from t where c0 is not null), r as (select id, " + ", ".join(f"max(d{at}) as d{at}" for at in range(30))
    + f" from u group by id) select {', '.join(CASES)} from q join r on q.c0 = r.id"
)


def milliseconds(run: Callable[[], object], times: int) -> float:
    """The shortest of so many runs, in CPU milliseconds."""
    best = float("inf")
    for _time in range(times):
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return best * 1000


def theirs() -> None:
    """Every column by the library's own function."""
    schema = {table: dict.fromkeys(columns, "int") for table, columns in TABLES.items()}
    for at in range(30):
        lineage(f"e{at}", MODEL, schema=schema, dialect="duckdb")


MODELS, COLUMNS, CLOSURE_LIMIT_MS = 1000, 30, 200.0
START = "m0.c0"
REACHED = """with recursive reached(name) as (
  select $start union select made from edges join reached on edges.origin = reached.name
) select count(*) from reached"""


def models() -> dict[str, set[str]]:
    """A chain through all models with fans: every column is made of one to three of the model before or of an earlier one."""
    drawn, edges = random.Random(44), {}
    for model in range(1, MODELS):
        for column in range(COLUMNS):
            before = [model - 1, *(drawn.randrange(max(0, model - 50), model) for _more in range(drawn.randrange(3)))]
            edges[f"m{model}.c{column}"] = {f"m{each}.c{drawn.randrange(COLUMNS) if at else column}" for at, each in enumerate(before)}
    return edges


def closure() -> int:
    """Impact of the first column of the first model, by both; whether ours keeps to its limit."""
    edges = models()
    built = milliseconds(lambda: ColumnGraph(edges), 3)
    graph = ColumnGraph(edges)
    ours, found = milliseconds(lambda: graph.forward(START), 5), len(graph.forward(START))
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        pairs = [(origin, made) for made, origins in edges.items() for origin in origins]
        connection.register("given", pa.table({"origin": [a for a, _b in pairs], "made": [b for _a, b in pairs]}))
        connection.execute("create table edges as select * from given")
        counted = connection.execute(REACHED, {"start": START}).fetchone()
        theirs = milliseconds(lambda: connection.execute(REACHED, {"start": START}).fetchone(), 2)
    assert counted == (found,), (counted, found)
    print(f"\n| forward over {MODELS} models, {len(pairs):,} edges, {found:,} columns reached | ms |\n| --- | ---: |")
    print(f"| `ColumnGraph.forward` (limit {CLOSURE_LIMIT_MS:.0f}) | {ours:.1f} |\n| recursive SQL, DuckDB, one thread | {theirs:.1f} |")
    print(f"| ratio | {theirs / ours:.0f} |\n| the graph made, once a version | {built:.1f} |")
    return int(ours > CLOSURE_LIMIT_MS)


def main() -> int:
    """Both, and whether ours keeps to its limit."""
    ours, library = milliseconds(lambda: column_lineage(MODEL, TABLES), 20), milliseconds(theirs, 2)
    print("| 30 columns, joins, CTEs, windows | ms |\n| --- | ---: |")
    print(f"| `column_lineage` (limit {LIMIT_MS:.0f}) | {ours:.1f} |\n| `sqlglot.lineage` a column | {library:.1f} |")
    print(f"| ratio | {library / ours:.0f} |")
    return max(int(ours > LIMIT_MS), closure())


if __name__ == "__main__":
    sys.exit(main())
