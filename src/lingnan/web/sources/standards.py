"""What the pages of standards ask for."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from lingnan.insight import CodeListSheet, DataSetSheet, DocumentSheet, ElementSheet, IndicatorSheet, StandardLine, StandardPage, Words
from lingnan.standards import Code
from lingnan.trust import Subject


class StandardSource(Protocol):
    """Data elements, code lists, minimal data sets, indicators, documents."""

    def browse(self, kind: str, words: str, group: str, cursor: str, subject: Subject) -> StandardPage:
        """A page of one kind of thing."""
        ...

    def lines(self, kind: str, words: str, group: str, subject: Subject) -> list[StandardLine]:
        """The same whole, for the export."""
        ...

    def element(self, element: str, version: str, subject: Subject) -> ElementSheet:
        """One data element and where it is used."""
        ...

    def code_list(self, name: str, at: date | None, words: str, cursor: str, subject: Subject, version: str = "") -> CodeListSheet:
        """One code list, on a day or through all time."""
        ...

    def codes(self, name: str, at: date | None, version: str, subject: Subject) -> tuple[Words, Iterable[Code]]:
        """The title and every code of a list."""
        ...

    def document(self, number: str, subject: Subject) -> DocumentSheet:
        """One standard, law or format that is referred to."""
        ...

    def data_set(self, name: str, subject: Subject) -> DataSetSheet:
        """One minimal data set."""
        ...

    def indicator(self, name: str, subject: Subject) -> IndicatorSheet:
        """One indicator."""
        ...
