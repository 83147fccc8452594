"""Finds data elements, code lists, data sets and indicators by words in their names, synonyms, columns and definitions."""

from collections.abc import Iterator
from dataclasses import dataclass

from lingnan.standards.codes import code_lists
from lingnan.standards.elements import data_elements
from lingnan.standards.indicator_dictionary import indicators
from lingnan.standards.minimal_sets import data_sets

_EXACT, _BEGINNING, _INSIDE, _DEFINED = 4, 3, 2, 1


@dataclass(frozen=True)
class Hit:
    """One thing found: kind (element, code_list, data_set, indicator), id, names, and by what it was found."""

    kind: str
    id: str
    zh: str
    en: str
    by: str
    rank: int


def find_standards(words: str) -> list[Hit]:
    """What all the words fit, exact names first; every word must be found in the thing's names, columns or definition."""
    asked = words.lower().split()
    if not asked:
        return []
    found = [hit for kind, name, zh, en, names, told in _things() if (hit := _hit(asked, kind, name, zh, en, names, told))]
    return sorted(found, key=lambda hit: (-hit.rank, len(hit.zh), hit.kind, hit.id))


def _things() -> Iterator[tuple[str, str, str, str, tuple[str, ...], str]]:
    for element in data_elements().values():
        names = (element.zh, element.id, element.en, *element.synonyms, *element.columns)
        yield "element", element.id, element.zh, element.en, names, f"{element.definition} {element.definition_en} {element.source}"
    for name, listed in code_lists().items():
        header = listed.header
        yield "code_list", name, header.zh, header.en, (header.zh, name, header.en, header.standard), header.source
    for known in data_sets().values():
        yield "data_set", known.id, known.zh, known.en, (known.zh, known.id, known.en), f"{known.definition} {known.definition_en}"
    for each in indicators().values():
        yield "indicator", each.id, each.zh, each.en, (each.zh, each.id, each.en), f"{each.definition} {each.definition_en}"


def _hit(asked: list[str], kind: str, name: str, zh: str, en: str, names: tuple[str, ...], told: str) -> Hit | None:
    found = [_rank(word, names, told) for word in asked]
    if not all(rank for rank, _by in found):
        return None
    rank, by = min(found)
    return Hit(kind, name, zh, en, by, rank)


def _rank(word: str, names: tuple[str, ...], told: str) -> tuple[int, str]:
    best = (0, "")
    for form in names:
        low = form.lower()
        rank = _EXACT if low == word else _BEGINNING if low.startswith(word) else _INSIDE if word in low else 0
        if rank > best[0]:
            best = (rank, form)
    return best if best[0] else (_DEFINED, told) if word in told.lower() else best
