"""The verbs of the metadata registry: who uses what, how well columns conform, which elements are registered, which standards are in the making."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lingnan.base import CHINA
from lingnan.catalogue import cards
from lingnan.catalogue.registry import conformance, elements, usage
from lingnan.catalogue.registry.code_lists import RegisteredLists
from lingnan.catalogue.registry.documents import StandardDocuments
from lingnan.catalogue.registry.list_registration import ListEffects
from lingnan.catalogue.registry.mapping import Mappings
from lingnan.catalogue.registry.registration import ElementEffects
from lingnan.catalogue.registry.shapes import (
    ColumnMeasure,
    Conformance,
    ElementCard,
    Examined,
    Impact,
    MeasuredColumn,
    MeasuredOnce,
    Usage,
)
from lingnan.standards import Contract, DataElement
from lingnan.storage import Storage
from lingnan.trust import Subject

if TYPE_CHECKING:
    from lingnan.casework import Cases

PAGE_LIMIT = 500
REGISTRATION = "element-registration"


class Registry:
    """The metadata registry of one hub; `cases` gives its cases, `contracts` those whose rules an impact names.

    `mappings` suggests elements for columns that have none and writes what a steward accepts.
    """

    def __init__(
        self, storage: Storage, cases: "Callable[[], Cases]", contracts: Callable[[], Iterable[Contract]], mappings: Mappings
    ) -> None:
        self._storage, self._open_cases, self._contracts, self.mappings = storage, cases, contracts, mappings

    @cached_property
    def cases(self) -> "Cases":
        """The cases of this hub."""
        return self._open_cases()

    @cached_property
    def documents(self) -> StandardDocuments:
        """Standards in the making, with the comments on their drafts and the calendar of their reviews."""
        return StandardDocuments(self._storage, lambda: self.cases)

    @cached_property
    def lists(self) -> RegisteredLists:
        """The code lists that this hub registers; those that ship are read by `standards`."""
        return RegisteredLists(self._storage, lambda: self.cases, self.impact)

    @property
    def verbs(self) -> Mapping[str, Callable[[str, Mapping[str, Any]], None]]:
        """What the cases of elements, code lists and standards bring about, for `hub` to bind to the flows' effects."""
        of_lists = ListEffects(self._storage, lambda: self.cases, self.lists.change)
        return {**ElementEffects(self._storage, lambda: self.cases).verbs, **of_lists.verbs, **self.documents.verbs}

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self._storage.clock.now().astimezone(CHINA).date()

    def used_by(self, element: str, *, page: int = 1, page_size: int = 50) -> Usage:
        """Who uses an element: items of resources, columns of registers and databases, contracts; Missing when there is no such element."""
        with self._storage.reading() as session:
            return usage.usage(session, elements.current(session, element), max(page, 1), max(0, min(page_size, PAGE_LIMIT)))

    def impact(self, code_list: str, code: str = "", *, page: int = 1, page_size: int = 50) -> Impact:
        """What a change of a code list, or of one code, touches, and which codes follow it; Missing for a list or code that there is not."""
        with self._storage.reading() as session:
            vocabulary = elements.vocabulary(session)
            codes, found = vocabulary.list_of(code_list), vocabulary.elements_of(code_list)
            span = max(page, 1), max(0, min(page_size, PAGE_LIMIT))
            return usage.impact(session, codes, code, found, vocabulary.lists, self._contracts(), self.today, *span)

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

    def element(self, element: str, version: str = "") -> ElementCard:
        """One version of an element, for good; without a version the one to use. Missing when there is none."""
        with self._storage.reading() as session:
            return elements.current(session, element, version)

    def versions(self, element: str) -> list[ElementCard]:
        """Every version of an element, the one that ships first."""
        with self._storage.reading() as session:
            return list(elements.cards(session, element))

    def listing(self, status: str = "", area: str = "", words: str = "") -> list[ElementCard]:
        """Versions of all elements in one state, of one area, whose names or definition hold all words."""
        wanted = words.lower().split()
        with self._storage.reading() as session:
            return [
                each for each in elements.cards(session)
                if status in ("", each.status) and area in ("", each.area) and all(word in _text(each) for word in wanted)
            ]

    def proposed(self, by: str = "", case: str = "") -> list[ElementCard]:
        """Versions registered or asked for here, those of one proposer or one case when given, youngest first."""
        with self._storage.reading() as session:
            rows = [row for row in elements.rows_of(session) if not row.shipped]
            chosen = [row for row in rows if by in ("", row.proposed_by) and case in ("", row.case_number)]
            return [elements.card_of(row) for row in sorted(chosen, key=lambda row: row.created_at, reverse=True)]

    def meaning(self, element: str, version: str = "") -> DataElement:
        """One version of an element as standards read it; Missing for none, and for a proposal that cannot be read yet."""
        with self._storage.reading() as session:
            return elements.meaning_of(session, element, version)

    def content(self, element: str, version: str = "") -> Mapping[str, Any]:
        """An element as it stands in a file of elements, to be written on from; Missing when there is none."""
        with self._storage.reading() as session:
            return elements.content_of(session, element, version)

    def examine(self, element: str, content: Mapping[str, Any], submitter: str = "", area: str = "") -> Examined:
        """What an element being written is worth: the state it would reach, what to mend, what it is alike. Nothing is kept."""
        with self._storage.reading() as session:
            others = elements.in_use(session)
            judged = elements.judge(element, content, elements.area_of(area or "own", submitter, "1.0"), others, elements.vocabulary(session))
        titles = {each.id: (each.zh, each.en) for each in others}
        told = ((each.second if each.first == element else each.first) for each in judged.pairs)
        return Examined(status=judged.status, faults=judged.faults, alike=tuple((other, *titles.get(other, ("", ""))) for other in told))

    def history(self, resource: str) -> list[MeasuredOnce]:
        """What each counting of a resource came to, the oldest first."""
        with self._storage.reading() as session:
            return conformance.history_of(session, cards.find_resource(session, resource))

    def trend(self, department: str = "") -> list[MeasuredOnce]:
        """What a department's resources, or all, came to together after each day of counting, the oldest first."""
        with self._storage.reading() as session:
            return conformance.trend_of(session, department)

    def propose(self, request: Mapping[str, str], by: Subject) -> str:
        """Ask for an element to be registered (`new`), changed, preferred or retired; gives the case's number.

        `request` fills the flow's form: element, request, content (YAML as in a file of elements), reason, provider, and where needed area,
        element_version, replacement. BadInput for a wrong form, Refused for who may not.
        """
        return self.cases.open(REGISTRATION, by, request, about=f"element:{request.get('element', '')}").number


def _text(card: ElementCard) -> str:
    return " ".join((card.id, card.zh, card.en, *card.synonyms, card.definition_zh, card.definition_en)).lower()
