"""Ways into departments' systems, one file each; `connector_for` picks by the word a feed uses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from lingnan.collect.connectors.files import READERS, FileSource
from lingnan.collect.connectors.json_api import ApiSource
from lingnan.collect.connectors.postgres import PostgresSource
from lingnan.collect.connectors.protocol import Connector, Delivery, Reading
from lingnan.collect.connectors.sql import SqlSource
from lingnan.collect.connectors.sqlite import SqliteSource
from lingnan.collect.shapes import ReadOptions
from lingnan.lake import Engine

__all__ = ["Connector", "Delivery", "Ground", "Reading", "connector_for"]


@dataclass(frozen=True)
class Ground:
    """What connectors stand on: the hub's folder, the engine, digests of files, a folder for what is unpacked or fetched, places to call."""

    home: Path
    engine: Engine
    digest: Callable[[Path], str]
    spool: Path
    allowed: Collection[str] | None = None


def connector_for(kind: str, location: str, options: ReadOptions, ground: Ground) -> Connector:
    """The connector of a feed's word: csv, xlsx, json, xml, parquet, sqlite, postgres, sql or json_api."""
    if kind in READERS:
        return FileSource(kind, ground.home, location, options, ground.digest, ground.spool)
    if kind == "sqlite":
        return SqliteSource(ground.home, location, options, ground.digest, ground.engine)
    if kind == "postgres":
        return PostgresSource(location, options, ground.engine)
    if kind == "sql":
        return SqlSource(location, options, ground.spool)
    return ApiSource(ground.home, location, options, ground.digest, ground.spool, ground.allowed)
