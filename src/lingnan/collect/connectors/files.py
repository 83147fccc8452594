"""Files of a department: found by path or wildcard, taken out of archives, each read by its format."""

import glob
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from lingnan.base import BadInput, Unavailable, content_digest
from lingnan.collect.connectors.archive import opened_file
from lingnan.collect.connectors.delimited import DelimitedReading
from lingnan.collect.connectors.json_file import JsonReading
from lingnan.collect.connectors.parquet import ParquetReading
from lingnan.collect.connectors.protocol import Delivery, Reading
from lingnan.collect.connectors.workbook import WorkbookReading
from lingnan.collect.connectors.xml import XmlReading
from lingnan.collect.rejects import Rejects
from lingnan.collect.shapes import Column, Notice, ReadOptions

READERS = ("csv", "xlsx", "json", "xml", "parquet", "form")


def find_files(home: Path, location: str) -> list[Path]:
    """The files a location names, sorted; Unavailable when there is none."""
    pattern = location if Path(location).is_absolute() else str(home / location)
    found = sorted(Path(name) for name in glob.glob(pattern, recursive=True) if Path(name).is_file())
    if not found:
        raise Unavailable(
            f"没有找到与“{location}”相符的文件。请确认来源部门已交付，路径相对于 {home}。",
            f"No file matches “{location}”. Make sure the department has delivered; paths are relative to {home}.", location=location,
        )
    return found


def reading_of(
    kind: str, path: Path, name: str, options: ReadOptions, types: Mapping[str, str] | None = None, empty_is_null: bool = False
) -> Reading:
    """One plain file read by its kind."""
    if kind == "csv":
        return DelimitedReading(path, name, options, types or {}, empty_is_null)
    if kind == "xlsx":
        return WorkbookReading(path, name, options)
    if kind in ("json", "form"):
        return JsonReading(path, name, options)
    if kind == "xml":
        return XmlReading(path, name, options)
    if kind == "parquet":
        return ParquetReading(path, name)
    raise BadInput(
        f"没有读取 {kind} 文件的方式。允许：{'、'.join(READERS)}。", f"No way to read {kind} files. Allowed: {', '.join(READERS)}.", kind=kind,
    )


@dataclass
class FileSource:
    """All files of one feed."""

    kind: str
    home: Path
    location: str
    options: ReadOptions
    digest: Callable[[Path], str]
    spool: Path
    empty_is_null: bool = False

    @property
    def text(self) -> bool:
        """Whether rows come as text."""
        return self.kind != "parquet"

    def deliveries(self) -> list[Delivery]:
        """The files with the digests of their contents; a form that nobody has filled in yet has none and is not away."""
        try:
            found = find_files(self.home, self.location)
        except Unavailable:
            if self.kind != "form":
                raise
            found = []
        return [Delivery(path.name, self.digest(path), path) for path in found]

    def open(self, delivery: Delivery, types: Mapping[str, str] | None = None) -> Reading:
        """One file, or the members of one archive one after another."""
        assert delivery.path is not None  # noqa: S101 — deliveries of files always have one
        members = opened_file(delivery.path, self.spool, self.options.member, self.kind)
        readings = [reading_of(self.kind, path, name, self.options, types, self.empty_is_null) for name, path in members]
        return readings[0] if len(readings) == 1 else ChainedReading(readings)

    def fingerprint(self) -> str | None:
        """Names, sizes and times of the files."""
        try:
            found = find_files(self.home, self.location)
        except Unavailable:
            return None
        return content_digest(*(f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in found))


@dataclass
class ChainedReading:
    """Several members of one archive, read as one; columns are joined by name."""

    readings: list[Reading]
    columns: list[Column] = field(init=False)
    notices: list[Notice] = field(init=False)

    def __post_init__(self) -> None:
        named = {column.name: column for reading in reversed(self.readings) for column in reading.columns}
        order = dict.fromkeys(column.name for reading in self.readings for column in reading.columns)
        self.columns = [named[name] for name in order]
        self.notices = [notice for reading in self.readings for notice in reading.notices]

    def batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The rows of all members."""
        for reading in self.readings:
            yield from reading.batches(rejects)
