"""Whether code lists are whole: headers, parents, levels, dates, successors."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

from lingnan.base import Damaged
from lingnan.standards.codes import code_lists
from lingnan.standards.lint.fault import Fault
from lingnan.standards.lists import Code, CodeList

_LONG = 1000


def lint_list(path: Path) -> list[Fault]:
    """Faults of one code list's file."""
    shipped = code_lists().get(path.stem)
    try:
        found = shipped if shipped and shipped.path == path.resolve() else CodeList(path)
        entries = found.entries
    except (Damaged, ValueError, KeyError, UnicodeDecodeError) as problem:
        return [Fault(path.stem, "", "header", str(problem))]
    return lint_codes(found, entries, code_lists())


def lint_codes(found: CodeList, entries: tuple[Code, ...], known: Mapping[str, CodeList]) -> list[Fault]:
    """Faults of a list that could be read; `known` are the lists that may follow it."""
    following = known.get(found.header.successor_list, found)
    faults = [Fault(found.id, code, rule, told) for code, rule, told in _faults(found, entries, following)]
    header = found.header
    if header.valid_from and header.valid_to and header.valid_to <= header.valid_from:
        faults.append(Fault(found.id, "", "dates", f"{header.valid_from} … {header.valid_to}"))
    return faults


def _faults(found: CodeList, entries: tuple[Code, ...], following: CodeList) -> Iterator[tuple[str, str, str]]:
    seen: dict[tuple[str, str | None], str] = {}
    for entry in entries:
        yield from _entry_faults(found, entry, following)
        place = (entry.zh, entry.parent)
        if len(entries) < _LONG and seen.setdefault(place, entry.code) != entry.code:
            yield entry.code, "name_repeated", entry.zh
        if len(entries) < _LONG and not entry.en:
            yield entry.code, "name_en", entry.zh
    for code, versions in found.versions.items():
        if any(_end(before) > (after.valid_from or date.min) for before, after in pairwise(versions)):
            yield code, "overlap", ""
    yield from _rings(found.versions)


def _end(entry: Code) -> date:
    return entry.valid_to or date.max


def _entry_faults(found: CodeList, entry: Code, following: CodeList) -> Iterator[tuple[str, str, str]]:
    if not entry.zh:
        yield entry.code, "incomplete", "zh"
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield entry.code, "dates", f"{entry.valid_from} … {entry.valid_to}"
    if entry.parent:
        above = found.get(entry.parent)
        if above is None:
            yield entry.code, "parent", entry.parent
        elif entry.level and above.level >= entry.level:
            yield entry.code, "level", f"{entry.level} ≤ {above.level}"
    for code in entry.successors:
        if code not in following:
            yield entry.code, "successor", code


def _rings(versions: Mapping[str, tuple[Code, ...]]) -> Iterator[tuple[str, str, str]]:
    sound: set[str] = set()
    for start in versions:
        path: list[str] = []
        code: str | None = start
        while code and code in versions and code not in sound and code not in path:
            path.append(code)
            code = versions[code][-1].parent
        if code in path:
            yield start, "cycle", " → ".join([*path[path.index(code) :], code])
        sound.update(path)
