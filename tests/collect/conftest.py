"""A hub in a temporary folder, feeds written as an implementer writes them, and what landed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import FixedClock, Settings, SilentProgress
from lingnan.collect import Feed, LoadResult, live_place, load_feed, load_file, read_feed
from lingnan.lake import Engine, Lake, View
from lingnan.storage import Storage
from tests.back_ends import Furnish

DATA = Path(__file__).parent / "data"


@dataclass
class Hub:
    """Everything a load needs."""

    home: Path
    clock: FixedClock
    lake: Lake
    engine: Engine
    storage: Storage

    def doors(self) -> dict[str, Any]:
        return {"lake": self.lake, "engine": self.engine, "storage": self.storage, "clock": self.clock, "progress": SilentProgress()}

    def load(self, feed: Feed) -> LoadResult:
        """A load by a hub that has approved the feed's own place."""
        return load_feed(feed, home=self.home, **self.doors(), allowed=[place] if (place := live_place(feed)) else [])

    def load_file(self, path: Path, table: str, **more: Any) -> LoadResult:
        return load_file(path, table, **self.doors(), **more)

    def rows(self, table: str, columns: str = "*", order: str = "_position") -> list[tuple[Any, ...]]:
        views = {table: View.for_step(table, "test")}
        found = self.engine.query(f"select {columns} from {table} order by {order}", views)
        return [tuple(row.values()) for row in found.to_pylist()]

    def feed(self, columns: dict[str, str], name: str = "ceshi.item", **keys: Any) -> Feed:
        """A feed with its contract; `columns` gives target name → delivered header."""
        department, feed = name.split(".")
        folder = self.home / "sources" / department
        folder.mkdir(parents=True, exist_ok=True)
        properties = "".join(
            f"      - {{name: {target}, physicalName: '{source}', logicalType: string, physicalType: VARCHAR}}\n" for target,
            source in columns.items()
        )
        (folder / f"{feed}.contract.yaml").write_text(
            f"apiVersion: v3.1.0\nkind: DataContract\nid: {name}\nversion: 1.0.0\nstatus: active\nname: 测试\n"
            f"schema:\n  - name: {feed}\n    physicalName: {feed}\n    properties:\n{properties}", encoding="utf-8",
        )
        given = {"connector": "csv", "load": "snapshot", "origin": "made", **keys}
        lines = [f"{key}: {value}" for key, value in given.items()]
        path = folder / f"{feed}.yaml"
        path.write_text(
            f"feed: {name}\ntitle: {{zh: 测试, en: Test}}\ndepartment: {{id: {department}, zh: 测试局}}\n"
            f"contract: {feed}.contract.yaml\n" + "\n".join(lines),
            encoding="utf-8",
        )
        return read_feed(path)


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish) -> Hub:
    home, clock = furnish(tmp_path / "hub"), FixedClock(datetime(2026, 10, 31, 2, tzinfo=UTC))
    lake = Lake(home / "lake", clock)
    storage = Storage.open(Settings(home=home, clock=clock.now()))
    return Hub(home, clock, lake, lake.engine(threads=1), storage)
