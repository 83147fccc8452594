"""What the pages of the register ask for: elements, code lists and standards on their way, and conformance."""

from collections.abc import Mapping
from typing import Protocol

from lingnan.casework import Download
from lingnan.catalogue import CodeTable
from lingnan.insight import (
    CodeListDraft,
    ConformanceBoard,
    ConformanceSheet,
    ElementForm,
    ElementVerdict,
    ProjectPage,
    ProjectSheet,
    UnderWayPage,
    Upload,
)
from lingnan.trust import Subject


class ElementSource(Protocol):
    """The forms of data elements."""

    def form(self, element: str, subject: Subject) -> ElementForm:
        """An empty form, that of the next version, or of one that came back."""
        ...

    def examine(self, values: Mapping[str, str], subject: Subject) -> ElementVerdict:
        """What is written so far is worth."""
        ...

    def propose(self, request: str, values: Mapping[str, str], subject: Subject) -> str:
        """Hand it in; gives the case's number."""
        ...

    def ask(self, element: str, request: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask for an element to be preferred or retired; gives the case's number."""
        ...


class CodeListSource(Protocol):
    """The forms of the hub's own code lists."""

    def form(self, name: str, subject: Subject) -> CodeListDraft:
        """An empty form, a draft, or that of the next version."""
        ...

    def keep(self, values: Mapping[str, str], file: Upload | None, subject: Subject) -> tuple[str, CodeTable | None]:
        """Keep a draft; gives its name, and the table with its faults when nothing was kept."""
        ...

    def submit(self, name: str, reason: str, subject: Subject) -> str:
        """Hand a draft in; gives the case's number."""
        ...

    def retire(self, name: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask for a list to be retired; gives the case's number."""
        ...

    def discard(self, name: str, subject: Subject) -> None:
        """Throw a draft away."""
        ...


class UnderWaySource(Protocol):
    """What is on its way into the register."""

    def listing(self, mine: bool, subject: Subject) -> UnderWayPage:
        """One's own, or everybody's."""
        ...


class ProjectSource(Protocol):
    """Standards in the making."""

    def listing(self, stage: str, subject: Subject) -> ProjectPage:
        """Those in one stage, or all."""
        ...

    def sheet(self, document: str, subject: Subject) -> ProjectSheet:
        """One standard."""
        ...

    def comment(self, document: str, values: Mapping[str, str], subject: Subject) -> int:
        """Comment on a draft; gives the comment's number."""
        ...

    def dispose(self, document: str, number: int, disposition: str, reason: str, subject: Subject) -> None:
        """Say what is done with a comment."""
        ...

    def attach(self, document: str, file: Upload | None, subject: Subject) -> None:
        """Add a file."""
        ...

    def download(self, document: str, attachment: str, subject: Subject) -> Download:
        """A file on its way out."""
        ...


class ConformanceSource(Protocol):
    """How well columns keep to their elements."""

    def board(self, department: str, subject: Subject) -> ConformanceBoard:
        """All departments, or one department's resources."""
        ...

    def sheet(self, resource: str, subject: Subject) -> ConformanceSheet:
        """One resource column by column."""
        ...

    def bind(self, resource: str, chosen: Mapping[str, str], subject: Subject) -> str:
        """Give columns elements, as a draft; gives the resource's key."""
        ...
