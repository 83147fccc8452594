"""A small lake and a way to govern rows given as a list."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lingnan.base import FixedClock
from lingnan.govern import GovernResult, govern_table
from lingnan.lake import CommitFacts, Lake, View
from lingnan.standards import read_contract

# The reference tool has an environment of its own, which the long run makes; without it there is nothing to ask.
collect_ignore = [] if (Path(__file__).parents[2] / ".oracle").exists() else ["test_oracle.py"]
RECEIVED = datetime(2026, 10, 31, tzinfo=UTC)


class Desk:
    """Governs rows under a contract and reads what came of them."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(folder, FixedClock(RECEIVED))
        self.engine = self.lake.engine(threads=2, memory="1GB")

    def put(self, table: str, rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> None:
        self.lake.overwrite(table, pa.Table.from_pylist(rows, schema), CommitFacts(job="test"))

    def land(self, rows: list[dict[str, Any]], schema: pa.Schema | None = None, feed: str = "gongan.resident") -> None:
        names = list(rows[0]) if rows else (schema.names if schema else ["name"])
        schema = schema or pa.schema([(name, pa.string()) for name in names])
        technical = [("_batch", pa.string()), ("_position", pa.string()), ("_received_at", pa.timestamp("us", tz="UTC"))]
        full = pa.schema([*[f for f in schema if not f.name.startswith("_")], *[pa.field(*each) for each in technical]])
        put = [{"_batch": "b1", "_position": f"f.csv:{n}", "_received_at": RECEIVED, **row} for n, row in enumerate(rows, 2)]
        self.put(f"landing.{feed.replace('.', '_')}", put, full)

    def govern(self, contract: str, feed: str = "gongan.resident", others: tuple[str, ...] = (), **options: Any) -> GovernResult:
        tables = (f"landing.{feed.replace('.', '_')}", *others)
        views = {table: View.for_step(table, "test") for table in tables}
        return govern_table(
            feed, read_contract(contract), lake=self.lake, engine=self.engine, views=views, facts=CommitFacts(job="govern:test"),
            today="2026-10-31", **options,
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        view = {table: View.for_step(table, "test")}
        order = " order by _batch, length(_position), _position" if "_position" in self.lake.schema(table).names else ""
        return self.engine.query(f"select * from {table}{order}", view).to_pylist()

    def failed(self) -> dict[str, list[str]]:
        """Position → rules failed."""
        return {row["_position"]: row["_rules"] for row in self.rows("quarantine.gongan_resident")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "lake")


@pytest.fixture
def contract() -> Callable[..., str]:
    return write


def write(properties: str, quality: str = "[]", table: str = "resident") -> str:
    """A contract with these properties (YAML flow mappings, one per line) and table rules."""
    lines = "\n".join(f"      - {line.strip()}" for line in properties.strip().splitlines())
    return (
        "apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: active\nschema:\n"
        f"  - name: {table}\n    physicalName: {table}\n    properties:\n{lines}\n    quality: {quality}\n"
    )
