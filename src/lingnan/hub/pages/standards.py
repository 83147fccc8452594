"""Answers the pages of standards: what is shipped and registered, and where this hub uses it."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from lingnan.base import Missing
from lingnan.catalogue.registry.shapes import Use
from lingnan.hub.pages.desk import Desk
from lingnan.insight import (
    CodeListSheet,
    CodeMeaning,
    Count,
    DataSetSheet,
    ElementSheet,
    ElementUse,
    IndicatorSheet,
    SetMember,
    StandardLine,
    StandardPage,
    Words,
)
from lingnan.standards import (
    Code,
    DataElement,
    code_list,
    code_lists,
    data_element,
    data_elements,
    data_set,
    data_sets,
    documents,
    elements_of,
    find_standards,
    indicator,
    indicators,
)
from lingnan.standards.document_list import KINDS as DOCUMENT_KINDS
from lingnan.standards.document_list import STATES
from lingnan.standards.minimal_sets import OBLIGATIONS
from lingnan.trust import Subject

PORTION, CODES, USES = 50, 200, 100
KINDS = ("elements", "code-lists", "sets", "indicators", "documents")
_HITS = {"element": "elements", "code_list": "code-lists", "data_set": "sets", "indicator": "indicators"}


class StandardPages:
    """The standards as one hub shows them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def browse(self, kind: str, words: str, group: str, cursor: str, subject: Subject) -> StandardPage:
        """A page of one kind of thing: all of it, or what the words fit, exact names first."""
        self._allow(subject)
        if kind not in KINDS:
            raise Missing(f"标准中没有“{kind}”这一类。", f"There is no kind “{kind}” among the standards.", kind=kind)
        found = {name: self._found(name, words) for name in KINDS}
        groups = Counter((line.group.zh, line.group.en) for line in found[kind])
        lines = [line for line in found[kind] if group in ("", line.group.zh)]
        start = int(cursor) if cursor.isdigit() and len(cursor) < 6 else 0
        following = start + PORTION
        return StandardPage(
            kind=kind, words=words, group=group, total=len(lines), items=tuple(lines[start:following]),
            kinds=tuple(Count(key=name, title=Words(zh=name), count=len(lines_of)) for name, lines_of in found.items()),
            groups=tuple(Count(key=zh, title=Words(zh=zh, en=en), count=count) for (zh, en), count in groups.items()),
            next=str(following) if following < len(lines) else None,
        )

    def element(self, element: str, subject: Subject) -> ElementSheet:
        """One data element and where it is used."""
        self._allow(subject)
        found = data_element(element)
        used = self._desk.hub.catalogue.elements.used_by(element, page_size=USES)
        domain, area = found.value_domain, _area(found)
        return ElementSheet(
            id=found.id, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en),
            synonyms=found.synonyms, columns=found.columns, object_class=found.object_class, property=found.property, term=found.term,
            representation=found.representation, format=Words(zh=found.format.zh, en=found.format.en), datatype=domain.datatype, unit=domain.unit,
            minimum=domain.minimum, maximum=domain.maximum, pattern=domain.pattern or "", code_list=domain.code_list or "",
            code_list_edition=domain.code_list_edition or "", identifier=found.identifier or "", classification=found.classification,
            steps=tuple(step if isinstance(step, str) else next(iter(step)) for step in found.standardise),
            rules=tuple(str(rule["rule"]) for rule in found.rules), steward=found.steward, submitter=found.submitter, version=found.version,
            source=found.source, proofed=found.proofed, area=area, sets=tuple(self._sets_with(found.id)),
            relations=tuple((kind, tuple(others)) for kind, others in found.relations.items()),
            used=used.counts.items + used.counts.register_columns + used.counts.database_columns, uses=tuple(map(_use, used.places)),
        )

    def code_list(self, name: str, at: date | None, words: str, cursor: str, subject: Subject) -> CodeListSheet:
        """One code list, on a day or through all time."""
        self._allow(subject)
        found = code_list(name)
        held = found.entries if at is None else found.at(at)
        asked = words.strip().lower()
        fitting = [code for code in held if not asked or asked in code.code.lower() or asked in code.zh.lower() or asked in code.en.lower()]
        start = int(cursor) if cursor.isdigit() and len(cursor) < 7 else 0
        header = found.header
        return CodeListSheet(
            id=name, title=Words(zh=header.zh, en=header.en), standard=header.standard, edition=header.edition, source=header.source,
            note=header.note, proofed=header.proofed, unproofed=found.unproofed, at=at, words=words, total=len(fitting),
            elements=tuple(_element_line(each) for each in elements_of(name)), codes=tuple(map(_code, fitting[start : start + CODES])),
            next=str(start + CODES) if start + CODES < len(fitting) else None,
        )

    def data_set(self, name: str, subject: Subject) -> DataSetSheet:
        """One minimal data set."""
        self._allow(subject)
        found = data_set(name)
        return DataSetSheet(
            id=name, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en), source=found.source,
            proofed=found.proofed,
            members=tuple(
                SetMember(
                    element=each.element, title=Words(zh=data_element(each.element).zh, en=data_element(each.element).en),
                    obligation=Words(zh=OBLIGATIONS[each.obligation][0], en=OBLIGATIONS[each.obligation][1]),
                    condition=Words(zh=each.condition, en=each.condition_en), representation=data_element(each.element).representation,
                )
                for each in found.members
            ),
        )

    def indicator(self, name: str, subject: Subject) -> IndicatorSheet:
        """One indicator."""
        self._allow(subject)
        found = indicator(name)
        unit = code_list("indicator-units").get(found.unit)
        known = indicators()
        return IndicatorSheet(
            id=name, title=Words(zh=found.zh, en=found.en), definition=Words(zh=found.definition, en=found.definition_en),
            formula=Words(zh=found.formula, en=found.formula_en), unit=Words(zh=unit.zh, en=unit.en) if unit else Words(zh=found.unit),
            frequency=found.frequency, source=found.source, proofed=found.proofed,
            uses=tuple(_line("indicators", key, known[key].zh, known[key].en, "", Words(zh=""), "", True) for key in found.uses if key in known),
        )

    def _found(self, kind: str, words: str) -> list[StandardLine]:
        lines = self._all[kind]
        if not words.strip():
            return lines
        if kind == "documents":
            asked = words.lower().split()
            return [line for line in lines if all(word in f"{line.id} {line.title.zh} {line.title.en}".lower() for word in asked)]
        at = {line.id: line for line in lines}
        return [at[hit.id] for hit in find_standards(words) if _HITS[hit.kind] == kind]

    @cached_property
    def _all(self) -> dict[str, list[StandardLine]]:
        made: dict[str, Callable[[], Iterator[StandardLine]]] = {
            "elements": _elements, "code-lists": _code_lists, "sets": _sets, "indicators": _indicators, "documents": _documents,
        }
        return {kind: list(lines()) for kind, lines in made.items()}

    def _sets_with(self, element: str) -> Iterator[StandardLine]:
        held = {known.id for known in data_sets().values() if any(each.element == element for each in known.members)}
        yield from (line for line in self._all["sets"] if line.id in held)

    def _allow(self, subject: Subject) -> None:
        self._desk.hub.trust.allow(subject, "page.view", "standards")


def _area(found: DataElement) -> Words:
    """The area an element stands in."""
    area = data_elements().areas.get(found.area)
    return Words(zh=area.zh, en=area.en) if area else Words(zh=found.area)


def _line(kind: str, key: str, zh: str, en: str, note: str, group: Words, source: str, proofed: bool) -> StandardLine:
    href = f"/standards/{kind}/{key}" if kind != "documents" else ""
    return StandardLine(id=key, title=Words(zh=zh, en=en), note=note, group=group, source=source, proofed=proofed, href=href)


def _element_line(each: DataElement) -> StandardLine:
    return _line("elements", each.id, each.zh, each.en, each.representation, _area(each), each.source, each.proofed)


def _elements() -> Iterator[StandardLine]:
    yield from map(_element_line, data_elements().values())


def _code_lists() -> Iterator[StandardLine]:
    for name, found in code_lists().items():
        header = found.header
        group = Words(zh=header.standard.split("-")[0].split("〔")[0] or "其他", en="")
        yield _line("code-lists", name, header.zh, header.en, header.edition, group, header.source, header.proofed)


def _sets() -> Iterator[StandardLine]:
    for found in data_sets().values():
        yield _line("sets", found.id, found.zh, found.en, str(len(found.members)), Words(zh=""), found.source, found.proofed)


def _indicators() -> Iterator[StandardLine]:
    for found in indicators().values():
        yield _line("indicators", found.id, found.zh, found.en, found.unit, Words(zh=""), found.source, found.proofed)


def _documents() -> Iterator[StandardLine]:
    for found in documents():
        kind, state = DOCUMENT_KINDS[found.kind], STATES[found.state]
        told = f"{state[0]} {found.in_force.isoformat() if found.in_force else ''}".strip()
        yield _line("documents", found.number, found.zh, found.en, told, Words(zh=kind[0], en=kind[1]), "", found.proofed)


def _use(place: Use) -> ElementUse:
    """A resource has its page; a column that was only discovered is found in the inventory."""
    href = "/inventory" if place.place == "database_column" else f"/catalogue/{place.owner}"
    return ElementUse(
        kind=place.place, title=Words(zh=place.owner_zh, en=place.owner_en), column=place.name,
        column_title=Words(zh=place.zh, en=place.en), href=href,
    )


def _code(code: Code) -> CodeMeaning:
    return CodeMeaning(
        code=code.code, title=Words(zh=code.zh, en=code.en), level=code.level, valid_from=code.valid_from, valid_to=code.valid_to,
        successors=code.successors, proofed=code.proofed,
    )

