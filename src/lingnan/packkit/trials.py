"""Tries a pack without a hub: rows in, rows out, for its cases, its sample and the checker."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from lingnan.base import BadInput, LingnanError, SystemClock
from lingnan.lake import Engine, Lake
from lingnan.packkit.laying import bound_values, contract_schema, in_order, lay_parameters, lay_statement, rows_table
from lingnan.packkit.models import load_code, run_model
from lingnan.packkit.pack import Pack
from lingnan.packkit.shapes import Case
from lingnan.packkit.statements import Statement, laid_name

Rows = Sequence[Mapping[str, Any]]


@contextmanager
def bench() -> Iterator[Engine]:
    """An engine over no tables at all, which leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="lingnan-pack-") as folder:
        yield Lake(Path(folder), SystemClock()).engine(threads=1, memory="1GB")


def try_pack(engine: Engine, pack: Pack, given: Mapping[str, Rows | pa.Table], as_of: date, wanted: Sequence[str] = ()) -> dict[str, pa.Table]:
    """The pack's kept tables (or those wanted) made out of rows; a needed table that is not given is empty."""
    names = [name for name in pack.order if not wanted or name in _under(pack, wanted)]
    statements = [pack.statements[name] for name in names if name in pack.statements]
    with engine.session({}) as session:
        placed = lay_parameters(session, pack, statements)
        for table in sorted({table for each in statements for table in each.needs}):
            placed[table] = laid_name(table)
            session.add_arrow(placed[table], _given(pack, table, given))
        for name in names:
            if name in pack.statements:
                lay_statement(session, pack, pack.statements[name], placed, as_of)
            else:
                reads = {each: in_order(session.query(f"select * from {each}")) for each in pack.manifest.models[name].reads}
                session.add_arrow(name, run_model(pack, name, reads, as_of))
        return {name: session.query(f"select * from {name}") for name in (wanted or pack.kept)}


def _under(pack: Pack, wanted: Sequence[str]) -> set[str]:
    found, todo = set(), list(wanted)
    while todo:
        name = todo.pop()
        found.add(name)
        todo += pack.reads(name) - found
    return found


def _given(pack: Pack, table: str, given: Mapping[str, Rows | pa.Table]) -> pa.Table:
    contract, rows = pack.contracts[table], given.get(table, ())
    return rows.cast(contract_schema(contract)) if isinstance(rows, pa.Table) else rows_table(rows, contract)


def ask(engine: Engine, pack: Pack, statement: Statement, tables: Mapping[str, pa.Table], values: Mapping[str, Any], as_of: date) -> pa.Table:
    """The rows of a select over given tables, of which those that nobody made are empty."""
    with engine.session({}) as session:
        placed = lay_parameters(session, pack, [statement])
        for name in sorted(statement.own):
            session.add_arrow(name, tables[name] if name in tables else contract_schema(pack.contracts[pack.table(name)]).empty_table())
        bound = {**bound_values(pack, statement.bound - set(values), as_of), **values}
        return session.query(statement.placed(placed), bound or None)


def failures(engine: Engine, pack: Pack, case: Case) -> list[tuple[str, str]]:
    """Where a case does not hold, in Chinese and English; empty when it does. A case that cannot be run says why."""
    try:
        return _failures(engine, pack, case)
    except LingnanError as error:
        return [(error.zh, error.en)]
    except Exception as error:  # an engine's own word on a faulty statement is what there is to tell
        return [(f"无法运行：{error}", f"it cannot be run: {error}")]


def _failures(engine: Engine, pack: Pack, case: Case) -> list[tuple[str, str]]:
    _known(pack, case)
    asked = [(answer, pack.part("queries", answer.query)) for answer in case.answers]
    told = {name: pack.part("alerts", name) for name in case.alerts}
    wanted = {*case.expect, *(table for _answer, query in asked for table in query.statement.own), *(each.file.table for each in told.values())}
    made = try_pack(engine, pack, case.given, case.as_of, sorted(wanted))
    found = [each for name, rows in case.expect.items() for each in _differences(name, rows, made[name])]
    for answer, query in asked:
        rows = ask(engine, pack, query.statement, made, query.values(answer.asked), case.as_of)
        found += _differences(f"{answer.query}{dict(answer.asked) or ''}", answer.rows, rows)
    for name, alert in told.items():
        found += _differences(name, case.alerts[name], ask(engine, pack, alert.statement, made, {}, case.as_of))
    return found


def _known(pack: Pack, case: Case) -> None:
    """BadInput for a table that the pack does not need or make."""
    for table in sorted(set(case.given) - set(pack.manifest.needs)):
        raise BadInput(f"given 中的 {table} 不在 needs 中。", f"The manifest does not need {table}, which is given.", table=table)
    for name in sorted(set(case.expect) - set(pack.order)):
        raise BadInput(f"expect 中的 {name} 不是本包的表。", f"The pack makes no table {name}, which is expected.", table=name)


def _differences(name: str, rows: Rows, made: pa.Table) -> list[tuple[str, str]]:
    columns = sorted({column for row in rows for column in row})
    unknown = [column for column in columns if column not in made.column_names]
    if unknown:
        return [(f"{name} 没有列 {'、'.join(unknown)}", f"{name} has no column {', '.join(unknown)}")]
    if len(rows) == 0 and made.num_rows == 0:
        return []
    expected, found = _counted(rows, columns), _counted(made.select(columns).to_pylist() if columns else made.to_pylist(), columns)
    lacking, surplus = list((expected - found).elements()), list((found - expected).elements())
    told = [(f"{name} 缺少 {_words(columns, row)}", f"{name} lacks {_words(columns, row)}") for row in lacking]
    return told + [(f"{name} 多出 {_words(columns, row)}", f"{name} has also {_words(columns, row)}") for row in surplus]


def _counted(rows: Rows, columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(_plain(row.get(column)) for column in columns) for row in rows)


def _plain(value: Any) -> Any:
    """A value as two sides are compared: figures to a billionth, days and moments by their text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        rounded = float(f"{float(value):.9g}")
        return int(rounded) if rounded.is_integer() else rounded
    return value.isoformat() if hasattr(value, "isoformat") else value


def _words(columns: Sequence[str], row: Sequence[Any]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in zip(columns, row, strict=True)) + "}"


def sample_rows(pack: Pack, seed: int, size: int) -> dict[str, list[dict[str, Any]]]:
    """What a pack's `sample(seed, size)` gives: rows of every table it needs."""
    found: dict[str, list[dict[str, Any]]] = load_code(pack, "sample.py").sample(seed, size)
    return found
