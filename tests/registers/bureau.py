"""A small lake in which departments hand over typed rows at a time, and the registers built from them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

import lingnan
from lingnan.base import CHINA, FixedClock
from lingnan.lake import CommitFacts, Lake, View, content_hash
from lingnan.registers import (
    PLACES,
    SERIES,
    Entry,
    RegisterDefinition,
    Rulings,
    build_divisions,
    build_register,
    build_series,
    entry_of,
    find_entries,
    register_definition,
    register_entry,
    register_inputs,
)
from lingnan.standards import CITIZEN_NUMBER, USCC, Contract, read_contract

SOURCES = Path(lingnan.__file__).parent / "world" / "sources"
TYPES = {"DATE": pa.date32(), "BIGINT": pa.int64(), "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"), "VARCHAR": pa.string()}
FIRST, SECOND, THIRD = (datetime(2026, month, 1, tzinfo=CHINA) for month in (3, 6, 9))
TODAY = date(2026, 10, 31)


def number(place: int, born: str = "19800101") -> str:
    """A right citizen number of a made person."""
    body = f"440103{born}{place:03d}"
    return next(body + last for last in "0123456789X" if CITIZEN_NUMBER.valid(body + last))


def credit(place: int) -> str:
    """A right unified social credit code of a made firm; the organisation's own check character is sought as well."""
    characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91440101{place:08d}"
    return next(body + own + last for own in "0123456789X" for last in characters if USCC.valid(body + own + last))


def contract(table: str) -> Contract:
    department, feed = table.split(".")
    return read_contract(SOURCES / department / f"{feed}.contract.yaml")


def schema_of(table: str) -> pa.Schema:
    """The accepted table's columns as its contract promises them."""
    def kind(physical: str) -> pa.DataType:
        if physical.startswith("DECIMAL"):
            return pa.decimal128(*(int(part) for part in physical[8:-1].split(",")))
        return TYPES[physical]

    columns = [(each.name, kind(each.physical_type)) for each in contract(table).properties]
    return pa.schema([*columns, ("_batch", pa.string()), ("_position", pa.string()), ("_received_at", TYPES["TIMESTAMPTZ"])])


class Bureau:
    """Takes deliveries, builds, and answers."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(folder, FixedClock(datetime(2026, 10, 31, tzinfo=UTC)))
        self.engine = self.lake.engine(threads=2, memory="1GB")

    def deliver(self, table: str, received: datetime, *rows: dict[str, Any]) -> None:
        """A snapshot: the accepted table now holds these rows alone."""
        self.lake.overwrite(table, self._typed(table, received, rows), CommitFacts(job="test"))

    def add(self, table: str, received: datetime, *rows: dict[str, Any]) -> None:
        """One more batch of an append feed."""
        self.lake.append(table, self._typed(table, received, rows), CommitFacts(job="test"))

    def _typed(self, table: str, received: datetime, rows: Iterable[dict[str, Any]]) -> pa.Table:
        schema = schema_of(table)
        assert all(row.keys() <= set(schema.names) for row in rows)
        placed = [{"_batch": str(received), "_position": str(n), "_received_at": received, **row} for n, row in enumerate(rows)]
        return pa.Table.from_pylist(placed, schema)

    def views(self, *tables: str) -> dict[str, View]:
        return {table: View.for_step(table, "test") for table in tables if self.lake.exists(table)}

    def build(self, register: str | RegisterDefinition, rulings: Rulings | None = None) -> dict[str, int]:
        if register == "places":
            return build_divisions(self.lake, self.engine, self.views(*PLACES.inputs, PLACES.outputs[0]), CommitFacts(job="test"))
        if register == "series":
            return build_series(self.lake, self.engine, self.views(*SERIES.inputs, SERIES.outputs[0]), CommitFacts(job="test"))
        found = register if isinstance(register, RegisterDefinition) else register_definition(register)
        views = self.views(*register_inputs(found), found.observations, found.identities)
        return build_register(found, self.lake, self.engine, views, CommitFacts(job="test"), rulings)

    def rows(self, table: str, where: str = "true") -> list[dict[str, Any]]:
        return self.engine.query(f"select * from {table} where {where} order by all", self.views(table)).to_pylist()

    def hash(self, table: str) -> str:
        return content_hash(self.lake, self.engine, table)

    def entry(self, register: str, identifier: str, as_of: date = TODAY, known_at: datetime = datetime(2026, 10, 31, tzinfo=CHINA)) -> Entry:
        views = self.views(register_definition(register).observations)
        return register_entry(register, entry_of(register, identifier), self.engine, views, as_of=as_of, known_at=known_at)

    def find(self, register: str, words: str, views: dict[str, View] | None = None, **page: int) -> tuple[int, list[dict[str, Any]]]:
        views = views or self.views(register_definition(register).table)
        return find_entries(register, words, self.engine, views, **page)


def resident(place: int, **other: Any) -> dict[str, Any]:
    """One row of the household register."""
    return {
        "resident_no": f"R{place}", "citizen_number": number(place), "name": "陈明", "sex": "1", "nationality": "01", "birth_date": date(1980, 1, 1),
        "division": "440103", "address": "和平路1号", "household": "H1", "updated_on": date(2020, 5, 1), **other,
    }


def insured(place: int, **other: Any) -> dict[str, Any]:
    """One row of social insurance."""
    return {
        "insured_no": f"I{place}", "citizen_number": number(place), "name": "陈明", "sex": "1", "birth_date": date(1980, 1, 1),
        "employer_uscc": credit(1), "employer_name": "甲公司", "insured_since": date(2010, 7, 1), "status": "在保", **other,
    }


def firm(place: int, **other: Any) -> dict[str, Any]:
    """One row of market regulation."""
    return {
        "uscc": credit(place), "name": "丙公司", "kind": "1130", "industry": "5211", "division": "440103", "address": "和平路1号",
        "founded_on": date(2005, 3, 1), "status": "1", "updated_on": date(2026, 1, 1), **other,
    }


def change(place: int, at: date, before: str, after: str, item: str = "名称", firm: int = 1) -> dict[str, Any]:
    """One entry of the register of changes."""
    return {"change_no": f"C{place}", "uscc": credit(firm), "item": item, "before": before, "after": after, "changed_on": at}
