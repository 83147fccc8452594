"""Milliseconds to tell where thirty columns of a model come from: our one walk beside sqlglot.lineage, asked once a column.

Run: .venv/bin/python benchmarks/lineage.py
"""

import sys
import time
from collections.abc import Callable

from sqlglot.lineage import lineage

from lingnan.govern import column_lineage

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


def main() -> int:
    """Both, and whether ours keeps to its limit."""
    ours, library = milliseconds(lambda: column_lineage(MODEL, TABLES), 20), milliseconds(theirs, 2)
    print("| 30 columns, joins, CTEs, windows | ms |\n| --- | ---: |")
    print(f"| `column_lineage` (limit {LIMIT_MS:.0f}) | {ours:.1f} |\n| `sqlglot.lineage` a column | {library:.1f} |")
    print(f"| ratio | {library / ours:.0f} |")
    return int(ours > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
