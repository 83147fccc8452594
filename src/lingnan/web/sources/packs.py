"""What the pages of packs ask for."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from lingnan.insight import PackAnswer, PackCard, PackIndex, PackQueryRows, PackSheet
from lingnan.trust import Purpose, Subject


class PackSource(Protocol):
    """The packs of a hub; a part that is not for the subject is Refused."""

    def index(self, subject: Subject) -> PackIndex:
        """Every row of the plan with the packs that answer it."""
        ...

    def pack(self, subject: Subject, pack: str) -> PackSheet:
        """One pack whole."""
        ...

    def query(
        self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], purpose: Purpose | None = None, cursor: str = "",
    ) -> PackAnswer:
        """A query's page, with rows once what is required was given."""
        ...

    def query_rows(
        self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], purpose: Purpose | None = None, cursor: str = "",
    ) -> PackQueryRows:
        """A query's rows for a program."""
        ...

    def query_batch(
        self, subject: Subject, pack: str, name: str, many: Sequence[Mapping[str, str]], purpose: Purpose | None = None,
    ) -> PackQueryRows:
        """The rows of many questions to a query, each with the place of its question."""
        ...

    def page(self, subject: Subject, pack: str, name: str, asked: Mapping[str, str], cursor: str = "") -> PackAnswer | PackCard | str:
        """A list, search or card; or the address of the form, cases or board that it leads to."""
        ...
