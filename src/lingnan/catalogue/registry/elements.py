"""The elements of the register: those that ship with the hub and those registered here, seen as one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.catalogue.registry import code_rows
from lingnan.catalogue.registry.records import RegisteredElement
from lingnan.catalogue.registry.shapes import ElementCard
from lingnan.standards import (
    Area,
    DataElement,
    Duplicate,
    Elements,
    Vocabulary,
    data_elements,
    find_duplicates,
    lint_elements,
    lint_id,
    make_element,
)

IN_FORCE = ("preferred", "standard")
CITABLE = (*IN_FORCE, "qualified", "recorded", "candidate", "incomplete")
NOT_COMPLETE = ("incomplete", "unreadable", "format", "unknown_item", "id")
"""Rules of the lint that say a mandatory attribute is missing or cannot be read."""

NOT_THERE = ("list_unknown", "list_edition", "identifier_unknown", "unit_unknown", "rule_unknown", "relation_unknown", "classification")
"""Rules that say the value domain names what does not exist, so that the element cannot be recorded yet."""


@dataclass(frozen=True)
class Judgement:
    """What a proposal is worth: the state it has reached by itself, what to mend, what it is alike, and the element where it could be read."""

    status: str
    faults: tuple[tuple[str, str], ...]
    pairs: tuple[Duplicate, ...]
    element: DataElement | None

    @property
    def alike(self) -> tuple[str, ...]:
        """What it is alike, each pair in a sentence."""
        return tuple(each.text() for each in self.pairs)

    @property
    def told(self) -> str:
        """The faults, one a line, in both languages."""
        return "\n".join(f"{zh} / {en}" for zh, en in self.faults)


def concept_of(element: DataElement) -> str:
    """The data element concept as one text: object class and property."""
    return f"{element.object_class}/{element.property}"


def area_of(name: str, submitter: str, version: str) -> Area:
    """The area of that name that ships, or one of the submitter's own."""
    known = data_elements().areas.get(name)
    return known or Area(name, name, name, submitter, submitter, submitter, submitter, version)


def element_of(row: RegisteredElement) -> DataElement:
    """The element that a row says; of a shipped one, what ships."""
    if row.shipped:
        return data_elements()[row.element]
    return make_element(row.element, {**row.content, "version": row.version}, area_of(row.area, row.submitter, row.version))


def judge(name: str, content: Mapping[str, Any], area: Area, others: Iterable[DataElement], vocabulary: Vocabulary) -> Judgement:
    """Lint a proposal and look for its likes; `vocabulary` gives the code lists it may name.

    Incomplete while something mandatory is missing, candidate while its value domain names what is not there, recorded while any other
    fault of the lint is left, qualified when none is.
    """
    known = [each for each in others if each.id != name]
    if strange := lint_id(name, area.id):
        return Judgement("incomplete", tuple((each.text(), each.text("en")) for each in strange), (), None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{area.id or 'own'}.yaml"
        path.write_text(f"{name}: {json.dumps(dict(content), ensure_ascii=False, default=str)}\n", encoding="utf-8")
        elements = Elements([path])
        found = lint_elements(elements, known, vocabulary)
    faults = tuple((each.text(), each.text("en")) for each in found)
    if any(each.rule in NOT_COMPLETE for each in found):
        return Judgement("incomplete", faults, (), None)
    element = make_element(name, content, area)
    if any(each.rule in NOT_THERE for each in found):
        return Judgement("candidate", faults, (), element)
    alike = tuple(each for each in find_duplicates([element, *known], 0.7) if name in (each.first, each.second))
    return Judgement("recorded" if faults else "qualified", faults, alike, element)


def rows_of(session: Session, element: str = "") -> list[RegisteredElement]:
    """The register's own rows, of one element when given, by element and age."""
    wanted = select(RegisteredElement).where(RegisteredElement.deleted_at.is_(None))
    if element:
        wanted = wanted.where(RegisteredElement.element == element)
    return sorted(session.scalars(wanted), key=lambda row: (row.element, row.created_at, code_rows.number_of(row.version)))


def cards(session: Session, element: str = "") -> Iterator[ElementCard]:
    """Every version of every element, or of one: what ships first, then what was registered here."""
    rows = rows_of(session, element)
    overridden = {(row.element, row.version): row for row in rows if row.shipped}
    shipped = data_elements()
    for name in [element] if element else shipped:
        if name in shipped:
            found = shipped[name]
            yield _card(found, overridden.get((name, found.version)), "standard" if found.proofed else "recorded")
    for row in rows:
        if not row.shipped:
            yield card_of(row)


def current(session: Session, element: str, version: str = "") -> ElementCard:
    """One version of an element; without a version the one to use: in force before what is on its way, younger before older. Missing for none."""
    found = [each for each in cards(session, element) if not version or each.version == version]
    ordered = sorted(enumerate(found), key=lambda each: (_rank(each[1].status), -each[0]))
    if not ordered:
        raise Missing(
            f"没有注册数据元“{element}”{f'第 {version} 版' if version else ''}；可用 lingnan standards search 查找。",
            f"No element “{element}”{f' {version}' if version else ''} is registered; look for it with lingnan standards search.",
            element=element, version=version,
        )
    return ordered[0][1]


def vocabulary(session: Session) -> Vocabulary:
    """What ships with what is registered here; of each element the youngest version that was in force, retired too: contracts still name them."""
    rows = [row for row in rows_of(session) if not row.shipped and row.status in (*IN_FORCE, "retired")]
    return Vocabulary({row.element: element_of(row) for row in rows}, code_rows.usable(session))


def content_of(session: Session, element: str, version: str = "") -> Mapping[str, Any]:
    """One version as it stands in a file of elements."""
    wanted = current(session, element, version)
    if wanted.shipped:
        return dict(data_elements().written(element))
    return next(dict(row.content) for row in rows_of(session, element) if row.version == wanted.version and not row.shipped)


def meaning_of(session: Session, element: str, version: str = "") -> DataElement:
    """One version as standards read it; Missing for a proposal that lacks something."""
    wanted = current(session, element, version)
    if wanted.shipped:
        return data_elements()[element]
    if wanted.status == "incomplete":
        raise Missing(f"数据元“{element}”的提案尚不完整。", f"The proposal of “{element}” is not complete yet.", element=element)
    return next(element_of(row) for row in rows_of(session, element) if row.version == wanted.version and not row.shipped)


def card_of(row: RegisteredElement) -> ElementCard:
    """A row of the register as pages show it."""
    return _unread(row) if row.status == "incomplete" else _card(element_of(row), row, row.status)


def in_use(session: Session) -> list[DataElement]:
    """One version of each element, that a proposal is compared with."""
    own = {row.element: row for row in rows_of(session) if not row.shipped and row.status in (*IN_FORCE, "qualified", "recorded")}
    shipped = [element for name, element in data_elements().items() if name not in own]
    return [*shipped, *(element_of(row) for row in own.values())]


def of_list(session: Session, code_list: str) -> list[DataElement]:
    """The elements registered here whose values a code list gives."""
    wanted = select(RegisteredElement).where(
        RegisteredElement.code_list == code_list, RegisteredElement.deleted_at.is_(None), RegisteredElement.status.in_(IN_FORCE)
    )
    return [element_of(row) for row in session.scalars(wanted.order_by(RegisteredElement.element)) if not row.shipped]


def preferred(session: Session, concept: str) -> RegisteredElement | None:
    """The preferred element of a concept, if it has one."""
    wanted = select(RegisteredElement).where(
        RegisteredElement.concept == concept, RegisteredElement.status == "preferred", RegisteredElement.deleted_at.is_(None)
    )
    return session.scalars(wanted).first()


def _rank(status: str) -> int:
    return CITABLE.index(status) if status in CITABLE else len(CITABLE)


def _card(element: DataElement, row: RegisteredElement | None, status: str) -> ElementCard:
    return ElementCard(
        id=element.id, version=row.version if row else element.version, status=row.status if row else status, shipped=row is None or row.shipped,
        zh=element.zh, en=element.en, object_class=element.object_class, property=element.property, definition_zh=element.definition,
        definition_en=element.definition_en, representation=element.representation, code_list=element.code_list or "", unit=element.unit,
        classification=element.classification, synonyms=element.synonyms, area=element.area, steward=element.steward, submitter=element.submitter,
        source=element.source, proofed=element.proofed, case=row.case_number if row else "", registered_at=row.registered_at if row else None,
        replaced_by=row.replaced_by if row else "", reason=row.reason if row else "", proposed_by=row.proposed_by if row else "",
    )


def _unread(row: RegisteredElement) -> ElementCard:
    """A proposal that lacks something: only what it says of itself."""
    zh, en, form, source, about, said = (str(row.content.get(name, "")) for name in ("zh", "en", "representation", "source", "object", "property"))
    return ElementCard(
        id=row.element, version=row.version, status=row.status, shipped=False, zh=zh, en=en, representation=form, source=source, object_class=about,
        property=said, area=row.area, submitter=row.submitter, case=row.case_number, proofed=False, proposed_by=row.proposed_by, reason=row.reason,
    )
