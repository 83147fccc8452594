"""Whether minimal data sets, indicators and the list of documents hold together."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from lingnan.standards.codes import code_list
from lingnan.standards.document_list import KINDS, STATES, Document, documents
from lingnan.standards.elements import data_elements
from lingnan.standards.indicator_dictionary import Indicator, indicators
from lingnan.standards.lint.fault import Fault
from lingnan.standards.lint.names import definition_faults
from lingnan.standards.minimal_sets import OBLIGATIONS, DataSet, data_sets

_NUMBERS = {
    "national": r"GB(?:/[TZ])? \d+(?:\.\d+)?-\d{4}",
    "industry": r"[A-Z]{2,4}(?:/T)? [A-Z]?\d+(?:\.\d+)?-\d{4}",
    "local": r"DB\d{2,4}(?:/T)? \d+(?:\.\d+)?-\d{4}",
    "regulation": r"国务院令第\d+号",
    "policy": r"[\u3400-\u9fff]+〔\d{4}〕\d+号",
}


def lint_data_sets(given: Mapping[str, DataSet] | None = None) -> list[Fault]:
    """Faults of minimal data sets, of those that ship when none are given."""
    sets = data_sets() if given is None else given
    return [Fault("data_sets", name, rule, told) for name, found in sets.items() for rule, told in _of_set(found)]


def _of_set(found: DataSet) -> Iterator[tuple[str, str]]:
    yield from (("incomplete", item) for item in ("zh", "en", "source") if not getattr(found, item))
    yield from definition_faults(found.zh, {"zh": found.definition, "en": found.definition_en})
    seen: set[str] = set()
    for member in found.members:
        if member.element not in data_elements():
            yield "element_unknown", member.element
        if member.element in seen:
            yield "id_repeated", member.element
        seen.add(member.element)
        if member.obligation not in OBLIGATIONS or (member.obligation == "conditional") != bool(member.condition and member.condition_en):
            yield "obligation", member.element
    if not found.named("required"):
        yield "incomplete", "required"


def lint_indicators(given: Mapping[str, Indicator] | None = None) -> list[Fault]:
    """Faults of indicators, of those that ship when none are given."""
    listed = indicators() if given is None else given
    found = [Fault("indicators", name, rule, told) for name, each in listed.items() for rule, told in _of_indicator(each, listed)]
    names: dict[str, str] = {}
    for each in listed.values():
        if names.setdefault(each.zh, each.id) != each.id:
            found.append(Fault("indicators", each.id, "name_repeated", f"{each.zh} = {names[each.zh]}"))
    return found


def _of_indicator(each: Indicator, listed: Mapping[str, Indicator]) -> Iterator[tuple[str, str]]:
    yield from (("incomplete", item) for item in ("zh", "en", "source", "formula", "formula_en") if not getattr(each, item))
    yield from definition_faults(each.zh, {"zh": each.definition, "en": each.definition_en})
    if each.unit not in code_list("indicator-units"):
        yield "unit_unknown", each.unit
    if each.frequency not in code_list("update-cycles").label_to_code:
        yield "frequency", each.frequency
    yield from (("element_unknown", used) for used in each.uses if used not in listed or used == each.id)


def lint_documents(given: tuple[Document, ...] | None = None) -> list[Fault]:
    """Faults of the list of documents, of that which ships when none is given."""
    listed = documents() if given is None else given
    found = [Fault("documents", each.number, rule, told) for each in listed for rule, told in _of_document(each, listed)]
    numbers = sorted(each.number for each in listed)
    return found + [Fault("documents", one, "id_repeated", one) for one, next_one in pairwise(numbers) if one == next_one]


def _of_document(each: Document, listed: tuple[Document, ...]) -> Iterator[tuple[str, str]]:
    yield from (("incomplete", item) for item in ("number", "zh", "en") if not getattr(each, item))
    if each.kind not in KINDS or each.state not in STATES:
        yield "document_kind", f"{each.kind}, {each.state}"
    if each.kind in _NUMBERS and not re.fullmatch(_NUMBERS[each.kind], each.number):
        yield "document_number", each.number
    by_number = {other.number: other for other in listed}
    for number in each.replaces:
        older = by_number.get(number)
        if older and older.state == "in_force" and each.state == "in_force":
            yield "replaces", number
        if older and older.in_force and each.in_force and older.in_force >= each.in_force:
            yield "dates", f"{number}: {older.in_force} … {each.in_force}"
