"""Ways into departments' systems, one file each; `connector_for` picks by the word a feed uses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from lingnan.base import BadInput, Clock, Missing, SystemClock, Unavailable
from lingnan.collect.addresses import DatabaseAddress, read_address
from lingnan.collect.connectors.files import READERS, FileSource
from lingnan.collect.connectors.json_api import ApiSource
from lingnan.collect.connectors.postgres import PostgresSource
from lingnan.collect.connectors.protocol import Connector, Delivery, Reading
from lingnan.collect.connectors.sql import SqlSource
from lingnan.collect.connectors.sqlite import SqliteSource
from lingnan.collect.connectors.web_page import PagesSource
from lingnan.collect.shapes import ReadOptions
from lingnan.lake import Engine

__all__ = ["Connector", "Delivery", "Ground", "Reading", "connector_for"]


@dataclass(frozen=True)
class Ground:
    """What connectors stand on: the hub's folder, the engine, digests of files, a folder for what is unpacked or fetched.

    `allowed` are the only places (`host:port`) that may be called, web or database; none unless they are given; `contact` says to sites who calls.
    """

    home: Path
    engine: Engine
    digest: Callable[[Path], str]
    spool: Path
    allowed: Collection[str] = ()
    contact: str = ""
    clock: Clock = field(default_factory=SystemClock)


def connector_for(kind: str, location: str, options: ReadOptions, ground: Ground) -> Connector:
    """The connector of a feed's word: csv, xlsx, json, xml, parquet, sqlite, postgres, sql, json_api or web_page."""
    if kind in READERS:
        return FileSource(kind, ground.home, location, options, ground.digest, ground.spool)
    if kind == "sqlite":
        return SqliteSource(ground.home, location, options, ground.digest, ground.engine)
    if kind == "postgres":
        return PostgresSource(_postgres_address(location, ground), options, ground.engine)
    if kind == "sql":
        return SqlSource(_database_address(location, ground), options, ground.spool)
    if kind == "web_page":
        # Pages are kept beside the spool, which is emptied: what was seen must be there to be shown, and to ask only for what changed.
        folder = ground.home / "collect" / "pages" / ground.spool.name
        return PagesSource(location, options, folder, ground.spool, ground.allowed, ground.contact, ground.clock)
    return ApiSource(ground.home, location, options, ground.digest, ground.spool, ground.allowed)


def _database_address(location: str, ground: Ground) -> DatabaseAddress:
    """The address of a database that may be called; an SQLite file that is not there is a source that is away."""
    try:
        return read_address(location, allowed=ground.allowed)
    except Missing as error:
        raise Unavailable(error.zh, error.en, **error.facts) from None


def _postgres_address(location: str, ground: Ground) -> DatabaseAddress:
    address = _database_address(location, ground)
    if address.kind != "postgresql":
        raise BadInput(
            f"连接器 postgres 的地址应为 postgresql://…，现为 {address.kind}。其他数据库请用连接器 sql。",
            f"The connector postgres takes postgresql://…, not {address.kind}. Use the connector sql for other databases.", kind=address.kind,
        )
    return address
