"""Lays rows of any reading into the columns of their table: renamed by contract, completed, typed, with batch and receipt time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from lingnan.collect import cells
from lingnan.collect.arrow_types import UTC_TIME, arrow_type, lake_type
from lingnan.collect.connectors.protocol import POSITION, Reading
from lingnan.collect.conversion import Converter
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Alarm, Column
from lingnan.standards import Contract

TECHNICAL = (("_batch", pa.dictionary(pa.int32(), pa.string())), (POSITION, pa.string()), ("_received_at", UTC_TIME))


@dataclass
class Plan:
    """The columns of a landing table (`types` by target name) and, for each reading, which of its columns fills which."""

    types: dict[str, str]
    fills: list[dict[str, str]]
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def schema(self) -> pa.Schema:
        """The table's schema with its technical columns."""
        return pa.schema([*((name, arrow_type(kind)) for name, kind in self.types.items()), *TECHNICAL])


def plan(readings: Sequence[Reading], contract: Contract | None, *, text: bool, typed: bool = False, known: pa.Schema | None = None) -> Plan:
    """The columns that all readings together fill; columns the contract misses or does not know raise alarms."""
    result = Plan({}, [])
    by_reading = [matched(reading.columns, contract) for reading in readings]
    for property_ in contract.properties if contract else ():
        found = [kinds[property_.name].type for kinds in by_reading if property_.name in kinds]
        result.types[property_.name] = property_.physical_type if typed else ("VARCHAR" if text or not found else found[0])
        if len(found) < len(readings):
            result.alarms.append(_missing(property_.name, property_.source, len(readings) - len(found), len(readings)))
    for kinds in by_reading:
        for name, column in kinds.items():
            if name not in result.types:
                result.types[name] = "VARCHAR" if text and not typed else column.type
                if contract:
                    result.alarms.append(_new(column.source))
    result.fills = [{target: column.name for target, column in kinds.items()} for kinds in by_reading]
    if known is not None:
        _keep_known_types(result, known)
    return result


def matched(columns: Sequence[Column], contract: Contract | None) -> dict[str, Column]:
    """Target name → column: by delivered header, by header without unit, or by target name."""
    targets: dict[str, Column] = {}
    ways: dict[str, str] = {}
    for property_ in contract.properties if contract else ():
        for way in (property_.source, cells.split_unit(property_.source)[0], property_.name):
            ways.setdefault(_plain(way), property_.name)
    for column in columns:
        meant = ways.get(_plain(column.source)) or ways.get(_plain(cells.split_unit(column.source)[0])) or ways.get(_plain(column.name))
        target = meant if meant and meant not in targets else column.name
        targets[target if target not in targets else f"{target}_extra"] = column
    return targets


def _plain(text: str) -> str:
    return "".join(text.split()).lower()


def _missing(name: str, source: str, count: int, of: int) -> Alarm:
    return Alarm(
        "missing_column", f"交付缺少列“{source}”（{name}）：{of} 份中 {count} 份没有，该列记为空。",
        f"Column “{source}” ({name}) is missing in {count} of {of} deliveries; it is left empty.",
    )


def _new(source: str) -> Alarm:
    return Alarm(
        "new_column", f"交付多出契约没有的列“{source}”，已照收。请核对是否更新契约。",
        f"Column “{source}” is not in the contract; it was taken. Check whether the contract needs it.",
    )


def _keep_known_types(result: Plan, known: pa.Schema) -> None:
    """A table's column keeps its type; a source that changed it is converted, and the steward told."""
    for name, kind in result.types.items():
        if name in known.names and arrow_type(kind) != known.field(name).type:
            kept = lake_type(known.field(name).type)
            result.types[name] = kept
            result.alarms.append(
                Alarm("retyped_column", f"列“{name}”的类型由 {kept} 变为 {kind}，仍按 {kept} 收，不能转换的行在拒收表。",
                      f"Column “{name}” changed its type from {kept} to {kind}; it stays {kept}, rows that do not convert are rejected.")
            )


@dataclass
class Landing:
    """Streams the rows of readings into the plan's columns and counts them."""

    plan: Plan
    received_at: datetime
    converter: Converter
    rejects: Rejects
    rows: dict[str, int] = field(default_factory=dict)

    def batches(self, batches: Sequence[str], readings: Sequence[Reading]) -> Iterator[pa.RecordBatch]:
        """The rows of every reading under its batch id."""
        for batch, reading, fills in zip(batches, readings, self.plan.fills, strict=True):
            self.rejects.batch = batch
            self.rows.setdefault(batch, 0)
            for part in reading.batches(self.rejects):
                laid = self._laid(part, fills, batch)
                self.rows[batch] += laid.num_rows
                yield from laid.to_batches()

    def _laid(self, part: pa.RecordBatch, fills: Mapping[str, str], batch: str) -> pa.Table:
        present = set(part.schema.names)
        columns = {
            name: part.column(fills[name]) if fills.get(name) in present else pa.nulls(part.num_rows, arrow_type(kind))
            for name, kind in self.plan.types.items()
        }
        table = pa.table({**columns, POSITION: part.column(POSITION)})
        table = self.converter.convert(table, self.plan.types, self.rejects)
        count = table.num_rows
        # One value for all rows: as a dictionary it is written for next to nothing.
        batches = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), [batch])
        technical = [batches, table.column(POSITION), pa.repeat(pa.scalar(self.received_at, UTC_TIME), count)]
        return pa.Table.from_arrays([*(table.column(name) for name in self.plan.types), *technical], schema=self.plan.schema)

