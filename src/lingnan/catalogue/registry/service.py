"""The verbs of the metadata registry: who uses what, how well columns conform, which elements are registered, which standards are in the making."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lingnan.base import CHINA
from lingnan.catalogue import cards
from lingnan.catalogue.registry import conformance, usage
from lingnan.catalogue.registry.shapes import ColumnMeasure, Conformance, Impact, MeasuredColumn, Usage
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

    def record_conformance(self, resource: str, measures: Sequence[ColumnMeasure], version: str = "") -> bool:
        """Keep what was counted of a resource's columns; False when this version of its table was counted before. Too few fitting values are told."""
        with self._storage.session() as session:
            return conformance.keep(session, self._storage, cards.find_resource(session, resource, drafts=True), measures, version)

    def conformance(self, department: str = "", resource: str = "") -> list[Conformance]:
        """Coverage and conformance of all departments, of one department's resources, or of one resource."""
        with self._storage.reading() as session:
            if resource:
                return conformance.of_resources(session, resource=cards.find_resource(session, resource).id)
            return conformance.of_resources(session, department) if department else conformance.of_departments(session)

    def columns(self, resource: str) -> list[MeasuredColumn]:
        """The measured columns of a resource, the least conforming first."""
        with self._storage.reading() as session:
            return conformance.columns_of(session, cards.find_resource(session, resource))

    def sampled(self, table: str) -> dict[str, float | None]:
        """The decided columns of a discovered table with the share of sampled values that fit; None where the sample does not tell."""
        with self._storage.reading() as session:
            return conformance.sampled(session, table)

    def measured_version(self, resource: str) -> str:
        """Which version of a resource's table was counted last; empty when none was."""
        with self._storage.reading() as session:
            return conformance.version_of(session, cards.find_resource(session, resource, drafts=True).id)
