"""Loads one file as one table: typed by its contract or by what is in it; values that do not convert go to the rejects."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from itertools import chain
from pathlib import Path

import pyarrow as pa

from lingnan.base import BadInput, Clock, Progress, content_digest
from lingnan.collect import alarms
from lingnan.collect.connectors import Delivery, Reading
from lingnan.collect.connectors.database import ScanReading
from lingnan.collect.conversion import Converter
from lingnan.collect.inspection import Understood, saved_options, understand_file
from lingnan.collect.landing import Landing, Plan, matched, plan
from lingnan.collect.ledger import Intake, Ledger, Outcome
from lingnan.collect.package import descriptor, package_faults, refused
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Alarm, LoadResult, ReadOptions
from lingnan.collect.sqlite_rows import SqliteRowsReading
from lingnan.collect.survey import Survey, survey
from lingnan.lake import CommitFacts, Engine, Lake
from lingnan.standards import Contract
from lingnan.storage import Storage

CODE = "1"
"""Raised when a change of this room makes the same file load otherwise."""

_MINIMUM_RATIO = 0.7


@dataclass(frozen=True)
class _Order:
    """What is to be loaded, where, and with what."""

    path: Path
    table: str
    contract: Contract | None
    options: ReadOptions
    lake: Lake
    engine: Engine
    progress: Progress

    @property
    def rejects(self) -> str:
        return "rejects." + self.table.replace(".", "_")


def load_file(
    path: Path, table: str, contract: Contract | None = None, *, lake: Lake, engine: Engine, storage: Storage, clock: Clock, progress: Progress,
    options: ReadOptions | None = None,
) -> LoadResult:
    """Load a file as a table (a name without area goes to `landing`); the same file again makes no new version, a changed one replaces the rows."""
    table = table if "." in table else f"landing.{table}"
    order = _Order(path, table, contract, options or saved_options(path) or ReadOptions(), lake, engine, progress)
    _check_package(path)
    digest, ledger = _digest(path), Ledger(storage, f"file:{table}", clock)
    columns = [(each.name, each.source, each.physical_type) for each in contract.properties] if contract else []
    batch = content_digest(table, digest, order.options.model_dump_json(exclude_defaults=True), str(columns), CODE)[:32]
    known = ledger.known().get(batch)
    if known is not None and known.current and lake.exists(table):
        return LoadResult(
            batch=batch, rows=known.rows, rejected=known.rejected, skipped=True, version=known.version, table=table, reject_table=order.rejects,
        )
    received_at, _resumed = ledger.begin(batch, [Intake(batch, (Delivery(path.name, digest, path),))])
    with tempfile.TemporaryDirectory(prefix="lingnan-load-", dir=_spool(lake)) as spool:
        landing, version = _loaded(order, batch, Path(spool), lambda laid, converter: Landing(laid, received_at, converter, Rejects()))
    outcome = _outcome(landing, version, batch, ledger, path)
    ledger.finish(batch, outcome, table=table, snapshot=True)
    return LoadResult(
        batch=batch, rows=outcome.rows.get(batch, 0), rejected=outcome.rejected.get(batch, 0), alarms=outcome.alarms, version=version, table=table,
        reject_table=order.rejects, columns=tuple(landing.plan.types),
    )


def _check_package(path: Path) -> None:
    described = descriptor(path) if path.is_file() else None
    if described is None:
        return
    if faults := package_faults(described, path.parent):
        raise refused(path.name, faults)
    raise BadInput(
        f"{path.name} 是数据包的说明，不是数据。说明没有错误；请逐个载入其中的数据文件。",
        f"{path.name} describes a data package and holds no rows. It has no fault; load its data files one by one."
    )


def _spool(lake: Lake) -> Path:
    folder = lake.folder / ".spill"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _digest(path: Path) -> str:
    if not path.is_file():
        raise BadInput(f"没有文件 {path}。请核对路径。", f"There is no file {path}. Check the path.", path=str(path))
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


class _Widen(Exception):
    """An inferred type does not hold further down the file."""

    def __init__(self, column: str, kind: str) -> None:
        super().__init__(column)
        self.column, self.kind = column, kind


def _loaded(order: _Order, batch: str, spool: Path, make: Callable[[Plan, Converter], Landing]) -> tuple[Landing, int | None]:
    """Read a sample for types, then the whole; a type that does not hold further down is widened and the file read again."""
    sample = understand_file(order.path, order.options, spool)
    found = survey(sample.reading, sample.options, sample.delimiter, sample_only=True)
    types = {column.name: column.type for column in found.columns}
    order.progress.begin(order.table, f"载入 {order.path.name}", f"Load {order.path.name}")
    while True:
        understood = _again(order, sample, found, types, spool)
        typed = [column.model_copy(update={"type": types.get(column.name, column.type)}) for column in understood.reading.columns]
        understood.reading.columns = typed
        laid = plan([understood.reading], order.contract, text=False, typed=order.contract is not None)
        with order.engine.session({}) as session:
            landing = make(laid, Converter(session, found.markers, found.decimal))
            try:
                version = _land(order, batch, landing, understood.reading, inferred=order.contract is None)
            except _Widen as widen:
                types[widen.column] = widen.kind
                continue
        order.progress.finish(order.table)
        return landing, version


def _again(order: _Order, sample: Understood, found: Survey, types: dict[str, str], spool: Path) -> Understood:
    """The file opened for the whole reading, with the markers and types found in the sample."""
    settled = {"null_markers": found.markers or order.options.null_markers, "decimal": order.options.decimal or found.decimal}
    options = order.options.model_copy(update=settled)
    if isinstance(sample.plain, SqliteRowsReading):
        path, table = sample.path, sample.plain.table
        reading = ScanReading(f"{sample.plain.name}/{table}", partial(order.engine.scan_sqlite, path, table))
        return Understood(path, sample.format, [], table, reading, reading, options, [])
    return understand_file(order.path, options, spool, {} if sample.options.unpivot else _plain_types(order, found, types))


def _plain_types(order: _Order, found: Survey, types: dict[str, str]) -> dict[str, str]:
    """The columns a plain parser can read straight to the wanted type, judging by the sample."""
    wanted = dict(types)
    for target, column in matched(found.columns, order.contract).items():
        if order.contract is not None and (property_ := order.contract.named(target)) is not None:
            wanted[column.name] = property_.physical_type
    return {name: kind for name, kind in wanted.items() if name in found.plain and _reads_plainly(kind.upper(), types[name])}


def _reads_plainly(wanted: str, seen: str) -> bool:
    number = wanted in ("DOUBLE", "FLOAT") or wanted.startswith("DECIMAL")
    return wanted in (seen, "VARCHAR") or (seen == "BIGINT" and (number or wanted == "INTEGER")) or (seen == "DOUBLE" and number)


def _land(order: _Order, batch: str, landing: Landing, reading: Reading, *, inferred: bool) -> int | None:
    stream = _watched(landing.batches([batch], [reading]), landing, order, inferred=inferred)
    first = next(stream, None)
    rows = chain([first], stream) if first is not None else iter(())
    # The count of rejects is not known before the end, so a killed load is simply made again: overwriting twice keeps one set of rows.
    facts = CommitFacts(f"collect:{order.table}", CODE, {}, {"delivery": batch, "batches": [batch], "file": order.path.name})
    version = None
    # An empty delivery makes a table that is new, and leaves the rows of one that stands.
    if first is not None or not order.lake.exists(order.table):
        version = order.lake.overwrite(order.table, pa.RecordBatchReader.from_batches(landing.plan.schema, rows), facts)
    if len(landing.rejects) or order.lake.exists(order.rejects):
        order.lake.overwrite(order.rejects, landing.rejects.table(landing.received_at), facts)
    return version


def _watched(stream: Iterator[pa.RecordBatch], landing: Landing, order: _Order, *, inferred: bool) -> Iterator[pa.RecordBatch]:
    """The stream, stopped when too many values of an inferred type do not convert."""
    seen = 0
    for batch in stream:
        order.progress.advance(order.table, sum(landing.rows.values()))
        if inferred and len(landing.rejects) > seen:
            _judge(landing, batch.num_rows, seen)
            seen = len(landing.rejects)
        yield batch
    if inferred and len(landing.rejects) > seen:
        _judge(landing, 0, seen)


def _judge(landing: Landing, taken: int, seen: int) -> None:
    """A few odd values are rejects; many mean that the type was inferred too narrowly."""
    columns = Counter(column for column in landing.rejects.columns[seen:] if column is not None)
    for column, count in columns.items():
        if count > max(5, (taken + count) // 50):
            raise _Widen(column, "DOUBLE" if landing.plan.types[column] == "BIGINT" else "VARCHAR")


def _outcome(landing: Landing, version: int | None, batch: str, ledger: Ledger, path: Path) -> Outcome:
    last, rows = ledger.last(), landing.rows.get(batch, 0)
    raised: list[Alarm] = [*landing.plan.alarms]
    raised += alarms.changed_columns(landing.plan.types, last, {alarm.code for alarm in raised})
    raised += alarms.shrunken(rows, last, last.rows if last else 0, _MINIMUM_RATIO) if rows else [alarms.empty(last is not None)]
    return Outcome(
        "landed" if rows else "empty", landing.rows, Counter(landing.rejects.batches), version, tuple(raised), landing.plan.types, path.name,
    )
