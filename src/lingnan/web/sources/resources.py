"""What the pages around a resource ask for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from lingnan.insight import (
    BulkLineView,
    BulkSheet,
    BulkStart,
    CatalogueQuery,
    DraftList,
    DraftSheet,
    ItemPage,
    ItemSheet,
    OverdueBoard,
    ResourceComparison,
    ResourceVersions,
    ResourceVersionSheet,
    StarSheet,
    SuggestionList,
    WithdrawalSheet,
)
from lingnan.trust import Subject


class ResourceSource(Protocol):
    """Versions and stars of a resource, found items, suggestions, what is late, drafts."""

    def versions(self, code: str, subject: Subject) -> ResourceVersions:
        """Every version, the youngest first."""
        ...

    def version(self, code: str, number: int, subject: Subject) -> ResourceVersionSheet:
        """One version whole."""
        ...

    def item(self, code: str, name: str, subject: Subject) -> ItemSheet:
        """One information item whole."""
        ...

    def compare(self, code: str, before: int, after: int, subject: Subject) -> ResourceComparison:
        """In what two versions differ."""
        ...

    def stars(self, code: str, subject: Subject) -> StarSheet:
        """The rating with every point."""
        ...

    def found_items(self, words: str, chosen: Mapping[str, Sequence[str]], cursor: str, limit: int, subject: Subject) -> ItemPage:
        """Information items found by their own words."""
        ...

    def suggestions(self, words: str, limit: int, subject: Subject) -> SuggestionList:
        """Names that what was typed may grow into."""
        ...

    def overdue(self, department: str, subject: Subject, cursor: str = "", *, whole: bool = False) -> OverdueBoard:
        """What is later than tolerated, by department; `whole` lists every resource."""
        ...

    def drafts(self, subject: Subject) -> DraftList:
        """Every draft the reader may see."""
        ...


class DraftSource(Protocol):
    """The forms with which stewards describe resources."""

    def sheet(self, code: str, subject: Subject, division: str = "") -> DraftSheet:
        """What the authors are at; `division` is what was typed and not kept yet."""
        ...

    def blank(self, subject: Subject, department: str = "", division: str = "") -> DraftSheet:
        """A resource still to be described."""
        ...

    def begin(
        self, department: str, name: str, values: Mapping[str, str], items: Sequence[Mapping[str, str]], extension: Mapping[str, Sequence[str]],
        subject: Subject,
    ) -> str:
        """Keep a new draft; gives its key."""
        ...

    def keep(
        self, code: str, values: Mapping[str, str], items: Sequence[Mapping[str, str]], extension: Mapping[str, Sequence[str]], subject: Subject
    ) -> str:
        """Keep what was written; gives the key."""
        ...

    def submit(self, code: str, summary: str, subject: Subject) -> str:
        """Hand a draft in for review; gives the number of its case."""
        ...

    def discard(self, code: str, subject: Subject) -> None:
        """Throw a draft away."""
        ...

    def withdrawal(self, code: str, subject: Subject) -> WithdrawalSheet:
        """What is to be withdrawn."""
        ...

    def withdraw(self, code: str, reason: str, replacement: str, subject: Subject) -> str:
        """Ask that a resource be withdrawn; gives the number of the case."""
        ...


class BulkSource(Protocol):
    """Changes of many resources at once."""

    def start(self, query: CatalogueQuery, subject: Subject) -> BulkStart:
        """The resources that a search found, and what may be changed."""
        ...

    def begin(self, chosen: CatalogueQuery | Sequence[str], changes: Mapping[str, Sequence[str]], subject: Subject) -> str:
        """Begin with the resources of a search, or those named; gives the id."""
        ...

    def sheet(self, edit: str, cursor: str, subject: Subject) -> BulkSheet:
        """How it stands, with a page of its lines."""
        ...

    def lines(self, edit: str, subject: Subject) -> Iterator[BulkLineView]:
        """Every line."""
        ...

    def agree(self, edit: str, summary: str, subject: Subject) -> None:
        """Apply what was shown."""
        ...
