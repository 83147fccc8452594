"""SQLite files: one table of a file, changed when the file is."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lingnan.base import BadInput, content_digest
from lingnan.collect.connectors.database import ScanReading
from lingnan.collect.connectors.files import find_files
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.shapes import ReadOptions
from lingnan.lake import Engine


def sqlite_tables(path: Path) -> list[str]:
    """Tables and views of an SQLite file; BadInput when it is none."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name")
            return [str(row[0]) for row in found]
    except sqlite3.Error as error:
        raise BadInput(
            f"文件 {path.name} 不是可读的 SQLite 数据库：{error}。请重新交付。",
            f"File {path.name} is no readable SQLite database: {error}. Deliver it again.", path=str(path)
        ) from error


def chosen_table(tables: list[str], wanted: str | None, name: str) -> str:
    """The table the options name, or the only one; BadInput lists what there is."""
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted in tables and wanted is not None:
        return wanted
    raise BadInput(
        f"请用选项 table 指定 {name} 中的表。其中有：{'、'.join(tables) or '无'}。",
        f"Name the table of {name} in the option `table`. There are: {', '.join(tables) or 'none'}.", tables=tables
    )


@dataclass
class SqliteSource:
    """One table of one or more SQLite files."""

    home: Path
    location: str
    options: ReadOptions
    digest: Callable[[Path], str]
    engine: Engine
    text: bool = False

    def deliveries(self) -> list[Delivery]:
        """The files with the digests of their contents."""
        return [Delivery(path.name, self._digest(path), path) for path in find_files(self.home, self.location)]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """The table of one file."""
        path = delivery.path
        assert path is not None  # noqa: S101 — deliveries of files always have one
        table = chosen_table(sqlite_tables(path), self.options.table, path.name)
        return ScanReading(f"{path.name}/{table}", partial(self.engine.scan_sqlite, path, table))

    def fingerprint(self) -> str | None:
        """Names, sizes and times of the files and their write-ahead logs."""
        parts = [f"{part}:{part.stat().st_size}:{part.stat().st_mtime_ns}" for path in find_files(self.home, self.location) for part in _parts(path)]
        return content_digest(*parts)

    def _digest(self, path: Path) -> str:
        return content_digest(self.options.table or "", *(self.digest(part) for part in _parts(path)))


def _parts(path: Path) -> list[Path]:
    log = path.with_name(path.name + "-wal")
    return [path, log] if log.exists() and log.stat().st_size else [path]
