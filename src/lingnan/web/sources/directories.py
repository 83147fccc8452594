"""What the pages of directories ask for."""

from pathlib import Path
from typing import Protocol

from lingnan.insight import DirectoryBy, DirectoryKind, DirectoryPage
from lingnan.trust import Subject


class DirectorySource(Protocol):
    """The sharing directory and the open directory."""

    def tree(self, kind: DirectoryKind, by: DirectoryBy, subject: Subject) -> DirectoryPage:
        """The branches with their counts."""
        ...

    def rdf(self, kind: DirectoryKind, form: str, after: str, size: int, subject: Subject) -> bytes:
        """A portion of the directory as DCAT-AP in `turtle`, `xml` or `json-ld`, from after a code on."""
        ...

    def spreadsheet(self, kind: DirectoryKind, department: str, path: Path, subject: Subject) -> int:
        """Write the guide's spreadsheet, of one department when given; how many resources it holds."""
        ...
