"""Checks a table or a file without changing anything: counts per rule, and every failing row with rule and value in a Parquet file."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lingnan.govern.files import GIVEN, Given, given_file, given_last, given_table
from lingnan.govern.judging import Judged, judge
from lingnan.govern.rules import statement
from lingnan.govern.rules.compiler import compile_contract
from lingnan.govern.rules.plan import Plan
from lingnan.govern.rules.quoting import used
from lingnan.govern.shapes import CheckReport
from lingnan.govern.suggestion import suggested_contract
from lingnan.lake import Engine, View
from lingnan.standards import Contract

FAILURES = pa.schema([
    ("key", pa.string()), ("rule", pa.string()), ("column", pa.string()), ("value", pa.string()), ("severity", pa.string()), ("batch", pa.string()),
    ("position", pa.string()),
])


def check(
    subject: str | Path, contract: Contract | None, out: Path | None, *, engine: Engine, views: Mapping[str, View], today: str,
    last: str | Path | None = None,
) -> CheckReport:
    """Check a table of the lake (its view must be given) or a file; without a contract, one is suggested from what the columns hold.

    `last` is the load before, a table or file, for rules that compare loads. Every row of a repeated key fails, since nothing is kept here.
    """
    opened: AbstractContextManager[Given] = (
        given_table(subject, engine, views) if isinstance(subject, str) else given_file(subject, contract, engine, views)
    )
    with opened as given:
        asked = contract or suggested_contract(given)
        with given_last(given, last, contract, engine) as past:
            plan = compile_contract(asked, GIVEN, given.schema, today=today, tables=views.keys(), past=past, every_copy=True)
            plan.own_places = given.numbered
            plan.told = frozenset([*asked.key, *(name for rule in plan.rules for name in rule.columns)])
            judged = judge(given.session, plan)
        written = _write(given, plan, judged, asked.key, out) if out else ""
    return CheckReport(str(subject), judged.rows, judged.failing, judged.checks, written, contract is None, tuple(plan.notes))


def _write(given: Given, plan: Plan, judged: Judged, key: tuple[str, ...], out: Path) -> str:
    """All failures, one row each, streamed to OUT/failures.parquet, and the counts to OUT/rules.parquet."""
    out.mkdir(parents=True, exist_ok=True)
    sql = statement.failures_sql(plan, judged.broken, key)
    with pq.ParquetWriter(out / "failures.parquet", FAILURES, compression="zstd") as writer:
        for batch in given.session.stream(sql, used(sql, plan.values)):
            writer.write_table(pa.Table.from_batches([batch]).cast(FAILURES))
        writer.write_table(_failed_loads(judged))
    pq.write_table(pa.Table.from_pylist([count.payload() for count in judged.checks]), out / "rules.parquet")
    return str(out / "failures.parquet")


def _failed_loads(judged: Judged) -> pa.Table:
    """One line for each rule over the load as a whole that failed: no key and no position, the number it saw as the value."""
    lines = [
        {"rule": count.rule, "column": count.column, "value": f"{count.observed:g}", "severity": count.severity}
        for count in judged.checks if count.over == "table" and count.failed and count.severity != "info"
    ]
    return pa.Table.from_pylist(lines, FAILURES)
