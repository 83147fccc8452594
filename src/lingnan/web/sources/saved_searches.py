"""What the page of saved searches asks for."""

from collections.abc import Mapping
from typing import Protocol

from lingnan.insight import SavedSearchPage
from lingnan.trust import Subject


class SavedSearchSource(Protocol):
    """One's own saved searches."""

    def listing(self, subject: Subject) -> SavedSearchPage:
        """One's searches, the youngest first."""
        ...

    def save(self, subject: Subject, title: str, words: str, filters: Mapping[str, tuple[str, ...]]) -> None:
        """Keep a search."""
        ...

    def remove(self, subject: Subject, search: str) -> None:
        """Forget one of one's searches."""
        ...
