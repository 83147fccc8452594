"""The standards as lines of a list: elements, code lists, minimal data sets, indicators, documents."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from lingnan.insight import StandardLine, Words
from lingnan.standards import CodeList, DataElement, HeldList, Vocabulary, data_elements, data_sets, documents, indicators
from lingnan.standards.document_list import KINDS, STATES


def line(kind: str, key: str, zh: str, en: str, note: str, group: Words, source: str, proofed: bool) -> StandardLine:
    """One thing with the address of its page."""
    href = f"/standards/{kind}/{key}" if kind != "documents" else f"/standards/references/{quote(key, safe='')}"
    return StandardLine(id=key, title=Words(zh=zh, en=en), note=note, group=group, source=source, proofed=proofed, href=href)


def area_of(found: DataElement) -> Words:
    """The area an element stands in; one of an office's own by its name."""
    area = data_elements().areas.get(found.area)
    return Words(zh=area.zh, en=area.en) if area else Words(zh="本枢纽自定", en="This hub's own") if found.area == "own" else Words(zh=found.area)


def element_line(each: DataElement) -> StandardLine:
    """An element."""
    made = line("elements", each.id, each.zh, each.en, each.representation, area_of(each), each.source, each.proofed)
    return made if each is data_elements().get(each.id) else made.model_copy(update={"own": True})


def list_line(name: str, found: CodeList) -> StandardLine:
    """A code list."""
    header = found.header
    group = Words(zh=header.standard.split("-")[0].split("〔")[0] or "其他", en="")
    made = line("code-lists", name, header.zh, header.en, header.edition, group, header.source, header.proofed)
    return made.model_copy(update={"own": True}) if isinstance(found, HeldList) else made


def _elements(known: Vocabulary) -> Iterator[StandardLine]:
    yield from map(element_line, known.elements.values())


def _code_lists(known: Vocabulary) -> Iterator[StandardLine]:
    yield from (list_line(name, found) for name, found in known.lists.items())


def _sets(_known: Vocabulary) -> Iterator[StandardLine]:
    for found in data_sets().values():
        yield line("sets", found.id, found.zh, found.en, str(len(found.members)), Words(zh=""), found.source, found.proofed)


def _indicators(_known: Vocabulary) -> Iterator[StandardLine]:
    for found in indicators().values():
        yield line("indicators", found.id, found.zh, found.en, found.unit, Words(zh=""), found.source, found.proofed)


def _documents(_known: Vocabulary) -> Iterator[StandardLine]:
    for found in documents():
        kind, state = KINDS[found.kind], STATES[found.state]
        told = f"{state[0]} {found.in_force.isoformat() if found.in_force else ''}".strip()
        yield line("documents", found.number, found.zh, found.en, told, Words(zh=kind[0], en=kind[1]), "", found.proofed)


LINES: Mapping[str, Callable[[Vocabulary], Iterator[StandardLine]]] = {
    "elements": _elements, "code-lists": _code_lists, "sets": _sets, "indicators": _indicators, "documents": _documents,
}
"""What makes the lines of each kind."""
