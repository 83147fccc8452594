"""The verbs of the metadata registry: who uses what, how well columns conform, which elements are registered, which standards are in the making."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from lingnan.base import CHINA
from lingnan.catalogue.registry import usage
from lingnan.catalogue.registry.shapes import Impact, Usage
from lingnan.standards import Contract, data_element, elements_of
from lingnan.storage import Storage

if TYPE_CHECKING:
    from lingnan.casework import Cases

PAGE_LIMIT = 500


class Registry:
    """The metadata registry of one hub; `cases` gives its cases, `contracts` those whose rules an impact names."""

    def __init__(self, storage: Storage, cases: "Callable[[], Cases]", contracts: Callable[[], Iterable[Contract]] = tuple) -> None:
        self._storage, self._open_cases, self._contracts = storage, cases, contracts

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self._storage.clock.now().astimezone(CHINA).date()

    def used_by(self, element: str, *, page: int = 1, page_size: int = 50) -> Usage:
        """Who uses an element: items of resources, columns of registers and databases, contracts; Missing when there is no such element."""
        with self._storage.reading() as session:
            return usage.usage(session, data_element(element), max(page, 1), max(0, min(page_size, PAGE_LIMIT)))

    def impact(self, code_list: str, code: str = "", *, page: int = 1, page_size: int = 50) -> Impact:
        """What a change of a code list, or of one code, touches, and which codes follow it; Missing for a list or code that there is not."""
        with self._storage.reading() as session:
            return usage.impact(
                session, code_list, code, elements_of(code_list), self._contracts(), self.today, max(page, 1), max(0, min(page_size, PAGE_LIMIT)),
            )
