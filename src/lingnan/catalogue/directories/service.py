"""The verbs of directories: trees, the guide's spreadsheet, DCAT-AP."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Literal

from rdflib import Graph

from lingnan.base import Missing, WrongUse
from lingnan.catalogue.directories.dcat import DcatWriter
from lingnan.catalogue.directories.entries import PORTION, DirectoryKind, Entry, entries
from lingnan.catalogue.directories.guide_form import write_guide_form
from lingnan.catalogue.directories.shapes import DirectoryBy, DirectoryNode
from lingnan.catalogue.directories.trees import branches
from lingnan.storage import Storage

RdfFormat = Literal["turtle", "xml", "json-ld"]
SUFFIXES: dict[str, RdfFormat] = {".ttl": "turtle", ".rdf": "xml", ".jsonld": "json-ld"}
LARGEST_PAGE = 1000


class Directories:
    """The directories of one hub; they are made from the resources at the moment of asking."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def tree(self, kind: DirectoryKind, by: DirectoryBy) -> list[DirectoryNode]:
        """The branches of a directory by department, theme, level or region, with their counts."""
        with self._storage.reading() as session:
            return branches(session, kind, by)

    def dcat_page(self, kind: DirectoryKind, site: str, after: str = "", size: int = PORTION) -> Graph:
        """A directory as DCAT-AP from after a code on; Hydra's `next` leads to what follows."""
        size = min(max(size, 1), LARGEST_PAGE)
        with self._storage.reading() as session:
            found = [entry for portion in entries(session, kind, after=after, limit=size) for entry in portion]
        following = f"{site.rstrip('/')}/directories/{kind}.ttl?after={found[-1].resource.code}&size={size}" if len(found) == size else ""
        return DcatWriter(site, kind).graph(found, self._storage.clock.now(), following)

    def dcat_dataset(self, kind: DirectoryKind, site: str, code: str) -> Graph:
        """One resource of a directory as a data set; Missing when it does not stand there."""
        with self._storage.reading() as session:
            found = next((entry for portion in entries(session, kind, only=code) for entry in portion), None)
        if found is None:
            raise Missing(f"目录中没有“{code}”。", f"The directory has no “{code}”.", resource=code)
        return DcatWriter(site, kind).dataset(found)

    def write_dcat(self, path: Path, kind: DirectoryKind, site: str) -> int:
        """Write a whole directory as Turtle, portion by portion; a file appears only when it is whole. Gives the number of data sets."""
        if path.suffix != ".ttl":
            raise WrongUse(
                f"整个目录只能写成 .ttl 文件，不能写成“{path.name}”。",
                f"A whole directory is written as .ttl, not as “{path.name}”.",
                file=path.name,
            )
        writer, written = DcatWriter(site, kind), 0
        with _whole(path) as part, self._storage.reading() as session, part.open("wb") as file:
            now, nothing = self._storage.clock.now(), list[Entry]()
            for portion in chain([nothing], entries(session, kind)):
                writer.graph(portion, now).serialize(file, format="turtle", encoding="utf-8")
                written += len(portion)
        return written

    def write_guide_form(self, path: Path, kind: DirectoryKind, department: str = "") -> int:
        """Write a directory, or one department's part, as the guide's spreadsheet; gives the number of resources."""
        with _whole(path) as part, self._storage.reading() as session:
            return write_guide_form(part, kind, entries(session, kind, department=department), self._storage.clock.now())


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside the wanted one, which takes its place when all went well and vanishes otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
