"""What the pages of standards ask for."""

from datetime import date
from typing import Protocol

from lingnan.insight import CodeListSheet, DataSetSheet, ElementSheet, IndicatorSheet, StandardPage
from lingnan.trust import Subject


class StandardSource(Protocol):
    """Data elements, code lists, minimal data sets, indicators, documents."""

    def browse(self, kind: str, words: str, group: str, cursor: str, subject: Subject) -> StandardPage:
        """A page of one kind of thing."""
        ...

    def element(self, element: str, subject: Subject) -> ElementSheet:
        """One data element and where it is used."""
        ...

    def code_list(self, name: str, at: date | None, words: str, cursor: str, subject: Subject) -> CodeListSheet:
        """One code list, on a day or through all time."""
        ...

    def data_set(self, name: str, subject: Subject) -> DataSetSheet:
        """One minimal data set."""
        ...

    def indicator(self, name: str, subject: Subject) -> IndicatorSheet:
        """One indicator."""
        ...
