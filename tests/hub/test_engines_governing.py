"""What departments deliver is governed alike on both engines: accepted rows, quarantined rows with their reasons, counts."""

import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lingnan.collect import Feed
from lingnan.govern import FeedTables, GovernResult, govern_table, inputs_of, looks_back
from lingnan.hub import Hub
from lingnan.lake import CommitFacts, Lake, View

pytestmark = [pytest.mark.spark, pytest.mark.timeout(3600)]

HARDEST = ("gongan.resident", "shichang.enterprise")
"""The feeds with the most rules and steps; the long run takes all."""
DAY = "2026-11-01"


def chosen(hub: Hub) -> list[Feed]:
    return [feed for feed in hub.feeds if hub.lake.exists(feed.landing) and (os.environ.get("LINGNAN_LONG") or feed.id in HARDEST)]


def governed(hub: Hub, feed: Feed, engine: str, folder: Path) -> tuple[GovernResult, dict[str, list[dict[str, Any]]]]:
    """The feed governed in a lake of its own, which holds what the rules look at."""
    lake, tables = Lake(folder, hub.clock), FeedTables.of(feed.id)
    read = [table for table in (*inputs_of(feed.id, feed.contract), *([feed.id] if looks_back(feed.contract) else [])) if hub.lake.exists(table)]
    for table in read:
        shutil.copytree(hub.lake.path(table), lake.path(table))
    views = {table: View.for_step(table, "test") for table in read}
    result = govern_table(
        feed.id, feed.contract, lake=lake, engine=lake.engine(engine, threads=2, memory="2GB"), views=views, facts=CommitFacts("test"), today=DAY,
    )
    reading = lake.engine(threads=2)
    held = {table: reading.query(f"select * from {table} order by all", {table: View.for_step(table, "test")}) for table in tables.outputs}
    return result, {table: [{"types": str(rows.schema)}, *rows.to_pylist()] for table, rows in held.items()}


def test_every_feed_is_governed_alike(built: Hub, spark_local: str, tmp_path: Path) -> None:
    feeds, differing = chosen(built), {}
    assert feeds
    for feed in feeds:
        (here, mine), (there, theirs) = (governed(built, feed, name, tmp_path / name / feed.id) for name in ("duckdb", spark_local))
        if (asdict(here), mine) != (asdict(there), theirs):
            differing[feed.id] = [table for table in mine if mine[table] != theirs[table]] or "counts"
    assert differing == {}
