"""Looks through the standards of the house, or through files given, for everything that breaks a rule."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lingnan.base import BadInput
from lingnan.standards.codes import code_list, code_lists
from lingnan.standards.contracts.rules import CLASSIFICATIONS, IDENTIFIER_KINDS, RULES
from lingnan.standards.elements import FOLDER, Area, DataElement, Elements, data_elements, make_element
from lingnan.standards.formats import read_format
from lingnan.standards.lint.duplicates import find_duplicates
from lingnan.standards.lint.fault import Fault
from lingnan.standards.lint.libraries import lint_data_sets, lint_documents, lint_indicators
from lingnan.standards.lint.lists import lint_list
from lingnan.standards.lint.names import definition_faults, name_faults, term_faults
from lingnan.standards.lists import CodeList
from lingnan.standards.vocabulary import SHIPPED, Vocabulary

_REQUIRED = ("zh", "en", "object", "property", "representation", "classification", "source", "means")
_ALLOWED = frozenset((
    *_REQUIRED, "proofed", "code_list", "code_list_edition", "identifier", "unit", "severity", "standardise", "rules", "term", "synonyms", "columns",
    "relations", "version", "logical_type",
))
_LONG = 1000
_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
Names = dict[str, str]


def lint_standards(files: Iterable[Path] = ()) -> list[Fault]:
    """Faults of the files given, of everything that ships when none is given; sorted, empty when all is in order."""
    given = list(files)
    if given:
        return sorted(fault for path in given for fault in lint_file(path))
    found = lint_elements(data_elements())
    found += [fault for name in code_lists() for fault in lint_list(code_lists()[name].path)]
    return sorted([*found, *lint_data_sets(), *lint_indicators(), *lint_documents()])


def lint_file(path: Path) -> list[Fault]:
    """Faults of one file: a code list (CSV) or elements (YAML), the latter also against the elements that ship."""
    if path.suffix.lower() == ".csv":
        return lint_list(path)
    try:
        given = Elements([path])
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"文件 {path} 无法读取：{problem}", f"The file {path} cannot be read: {problem}", path=str(path)) from problem
    if not given:
        return [Fault(path.stem, "", "unreadable", path.name)]
    others = () if path.resolve().parent == FOLDER.resolve() else data_elements().values()
    return lint_elements(given, others)


def lint_elements(elements: Elements, others: Iterable[DataElement] = (), vocabulary: Vocabulary = SHIPPED) -> list[Fault]:
    """Faults of elements, each alone and all together; `others` are known and not judged, `vocabulary` gives the code lists they may name."""
    found = [Fault(area, name, "id_repeated") for name, area in elements.repeated]
    sound: list[DataElement] = []
    for name in elements:
        area = elements.areas[elements.area_of(name)]
        faults, element = _judged(name, elements, area, vocabulary)
        found += [Fault(area.id, name, rule, told) for rule, told in faults]
        if element:
            sound.append(element)
    known = {each.id: each for each in others if each.id not in elements}
    found += [Fault(element.area, element.id, rule, told) for element, rule, told in _together(sound, list(known.values()))]
    return found


def lint_id(name: str, place: str = "") -> list[Fault]:
    """The fault of an element's id, when it has one: such a name cannot stand in a file of elements, so no other fault can be found."""
    return [] if _ID.fullmatch(name) else [Fault(place, name, "id", name)]


def _judged(name: str, elements: Elements, area: Area, vocabulary: Vocabulary) -> tuple[list[tuple[str, str]], DataElement | None]:
    try:
        written = elements.written(name)
    except Exception as problem:  # a YAML error of whatever kind is one fault of this entry
        return [("unreadable", str(problem).splitlines()[0])], None
    faults = list(_written_faults(name, written))
    if any(rule in ("incomplete", "format", "unreadable", "unknown_item") for rule, _told in faults):
        return faults, None
    element = make_element(name, written, area)
    faults += name_faults(element)
    faults += term_faults(element)
    faults += definition_faults(element.zh, written["means"])
    faults += _domain_faults(element, vocabulary)
    return faults, element


def _written_faults(name: str, written: Any) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(name):
        yield "id", name
    if not isinstance(written, Mapping):
        yield "unreadable", str(written)[:40]
        return
    for item in _REQUIRED:
        if not written.get(item):
            yield "incomplete", item
    for item in written.keys() - _ALLOWED:
        yield "unknown_item", str(item)
    if means := written.get("means"):
        if not isinstance(means, Mapping):
            yield "unreadable", "means"
        else:
            yield from (("incomplete", f"means.{lang}") for lang in ("zh", "en") if not means.get(lang))
    try:
        read_format(str(written.get("representation", "")))
    except BadInput:
        if written.get("representation"):
            yield "format", str(written["representation"])


def _domain_faults(element: DataElement, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    if element.classification not in CLASSIFICATIONS:
        yield "classification", element.classification
    if element.identifier and element.identifier not in IDENTIFIER_KINDS:
        yield "identifier_unknown", element.identifier
    if element.unit and element.unit not in code_list("indicator-units").label_to_code:
        yield "unit_unknown", element.unit
    for rule in element.rules:
        if rule.get("rule") not in RULES:
            yield "rule_unknown", str(rule.get("rule"))
    low, high = element.value_domain.minimum, element.value_domain.maximum
    if low is not None and high is not None and low >= high:
        yield "range_empty", f"{low} … {high}"
    if element.code_list:
        yield from _list_faults(element, element.code_list, vocabulary.lists)


def _list_faults(element: DataElement, name: str, lists: Mapping[str, CodeList]) -> Iterator[tuple[str, str]]:
    if name not in lists:
        yield "list_unknown", name
        return
    edition = element.code_list_edition
    if edition and f"{name}-{edition}" not in lists and edition != lists[name].header.edition:
        yield "list_edition", f"{name} {edition}"
    wrong = [entry.code for entry in lists[name].entries if not element.format.accepts(entry.code)]
    # Long lists hold codes of several lengths (divisions, industries); there only a format that fits none is a fault.
    if len(wrong) == len(lists[name]) or (wrong and len(lists[name]) < _LONG):
        yield "list_format", f"{element.representation}: {', '.join(wrong[:3])}"


def _together(elements: list[DataElement], others: list[DataElement]) -> Iterator[tuple[DataElement, str, str]]:
    names: Names = {each.zh: each.id for each in others}
    english: Names = {each.en: each.id for each in others}
    synonyms: Names = {form: each.id for each in others for form in each.synonyms}
    for element in elements:
        for told, taken in ((element.zh, names), (element.en, english)):
            if taken.setdefault(told, element.id) != element.id:
                yield element, "name_repeated", f"{told} = {taken[told]}"
    known = {each.id for each in (*elements, *others)}
    for element in elements:
        for form in element.synonyms:
            holder = names.get(form) or synonyms.setdefault(form, element.id)
            if holder != element.id or form == element.zh:
                yield element, "synonym_taken", f"{form} = {holder}"
        for target in (each for targets in element.relations.values() for each in targets):
            if target not in known:
                yield element, "relation_unknown", target
    own = {each.id: each for each in elements}
    for pair in find_duplicates([*elements, *others]):
        if pair.first in own or pair.second in own:
            yield own.get(pair.second) or own[pair.first], "duplicate", pair.text()
