"""What a code list is: its entries with their time, names and successors, read from a small file of the house."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import dropwhile
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa

from lingnan.base import Damaged

ARROW_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("parent", pa.string()),
        ("level", pa.int32()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("successor", pa.string()),
        ("role", pa.string()),
    ]
)


class Code(NamedTuple):
    """One code with one meaning during `valid_from <= day < valid_to`; None leaves that end open.

    `level` counts from 1 at the top; 0 marks a row that only groups others (市辖区). `successors` are the codes that took
    its place on `valid_to`, `change` how, `role` what a list says beside the meaning, `labels` other ways to write it.
    """

    code: str
    zh: str
    en: str = ""
    parent: str | None = None
    level: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    change: str = ""
    role: str = ""
    proofed: bool = True

    def holds(self, at: date) -> bool:
        """Whether the code had this meaning on that day."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Header:
    """What a list says about itself: its titles, its standard and edition, since when that holds, where it was read."""

    id: str
    zh: str
    en: str
    standard: str
    edition: str
    valid_from: date | None
    valid_to: date | None
    source: str
    proofed: bool
    successor_list: str
    note: str


class CodeList:
    """One list of codes; its entries are read from disk when first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.header = read_header(path)

    @property
    def path(self) -> Path:
        """The file that the list stands in."""
        return self._path

    @property
    def id(self) -> str:
        """The list's name, as in `code_list(name)`."""
        return self.header.id

    @cached_property
    def entries(self) -> tuple[Code, ...]:
        """Every meaning every code ever had, in the list's order; a code stands several times when its meaning changed."""
        return tuple(self._read())

    def _read(self) -> Iterator[Code]:
        proofed = self.header.proofed
        for row in read_rows(self._path):
            yield Code(
                row["code"],
                row["zh"],
                row.get("en", ""),
                row.get("parent") or None,
                int(row.get("level") or 1),
                read_day(row.get("valid_from")),
                read_day(row.get("valid_to")),
                read_several(row.get("successors")),
                read_several(row.get("labels")),
                row.get("change", ""),
                row.get("role", ""),
                proofed and row.get("proofed") != "false",
            )

    @cached_property
    def versions(self) -> Mapping[str, tuple[Code, ...]]:
        """The meanings of each code, oldest first."""
        found: dict[str, tuple[Code, ...]] = {}
        for entry in self.entries:
            found[entry.code] = (*found.get(entry.code, ()), entry)
        return found

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, code: object) -> bool:
        return code in self.versions

    def get(self, code: str, at: date | None = None) -> Code | None:
        """The code's meaning on that day (without a day: its last one), or None."""
        known = self.versions.get(code, ())
        if at is None:
            return known[-1] if known else None
        return next((version for version in known if version.holds(at)), None)

    def at(self, at: date, level: int | None = None) -> tuple[Code, ...]:
        """The entries in force on that day, rows that only group others left out; `level` keeps one level."""
        return tuple(entry for entry in self.entries if entry.level and (level is None or entry.level == level) and entry.holds(at))

    def name(self, code: str, at: date | None = None) -> str | None:
        """The code's Chinese name on that day (without a day: its last one), or None when it had none."""
        entry = self.get(code, at)
        return entry.zh if entry else None

    def label(self, code: str, lang: str = "zh", at: date | None = None) -> str | None:
        """The code's name in the reader's language; Chinese where the list has no English."""
        entry = self.get(code, at)
        return None if entry is None else (entry.en or entry.zh if lang == "en" else entry.zh)

    def full_name(self, code: str, at: date | None = None) -> str | None:
        """The code's name, with what stands above it where the list's names need it (divisions)."""
        return self.name(code, at)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code and those above it, nearest first; empty for an unknown code."""
        entry = self.get(code)
        return () if entry is None else (entry.code, *(self.ancestors(entry.parent) if entry.parent else ()))

    def ever_existed(self, code: str) -> bool:
        """Whether the code was ever in force."""
        return code in self.versions

    def successor(self, code: str, at: date | None = None, used_on: date | None = None) -> tuple[str, ...]:
        """The codes that stand on day `at` (default: latest) for what `code` meant on `used_on` (default: last of all).

        A code still in force gives itself; an unknown code, or one whose place nobody took, gives an empty tuple.
        """
        start = self.get(code, used_on)
        return tuple(dict.fromkeys(self._follow(start, at, frozenset()))) if start else ()

    def _follow(self, entry: Code, at: date | None, seen: frozenset[Code]) -> Iterator[str]:
        if self.header.successor_list:
            yield from entry.successors
        elif entry.valid_to is None or (at is not None and at < entry.valid_to):
            yield entry.code
        elif entry not in seen:
            for code in entry.successors:
                following = self.get(code, entry.valid_to) or self.get(code)
                if following:
                    yield from self._follow(following, at, seen | {entry})

    @cached_property
    def label_to_code(self) -> Mapping[str, str]:
        """Each way to write an entry (name, English, short forms) to its code; what could mean two things is left out."""
        return self.labels_within("")

    def labels_within(self, prefix: str) -> Mapping[str, str]:
        """As `label_to_code`, for the codes that begin with `prefix` alone (南山区 is one place within 44)."""
        found: dict[str, list[Code]] = {}
        for entry in self.entries:
            if entry.level and entry.code.startswith(prefix):
                for label in {entry.zh, entry.en, *entry.labels, *self._short_forms(entry)} - {""}:
                    found.setdefault(label, []).append(entry)
        chosen = ((label, self._one_of(entries)) for label, entries in found.items())
        return MappingProxyType({label: code for label, code in chosen if code})

    def _one_of(self, entries: list[Code]) -> str:
        """What is in force goes before what was, the higher level before the lower, the finer code before its parent."""
        standing = [entry for entry in entries if entry.valid_to is None]
        if not standing and len(entries) > 1:
            if len({self.successor(entry.code, used_on=entry.valid_from) for entry in entries}) == 1:
                return max(entries, key=lambda entry: entry.valid_to or date.max).code
            return ""
        codes = {entry.code for entry in standing or entries}
        finest = max(codes, key=len)
        if all(finest.startswith(code) for code in codes):
            return finest
        top = min(entry.level for entry in standing)
        highest = {entry.code for entry in standing if entry.level == top}
        return highest.pop() if len(highest) == 1 else ""

    def _short_forms(self, entry: Code) -> Iterable[str]:
        return ()

    def arrow(self, at: date | None = None, *, versions: bool = False) -> pa.Table:
        """One row per code (its last name, its whole validity, the one code in force today that follows it, or null).

        `at` keeps the codes in force that day with their names then; `versions=True` gives a row per meaning instead.
        """
        # Entries never change, so a table is made once; every contract with divisions asks for them.
        if (at, versions) not in self._tables:
            self._tables[at, versions] = self._table(self._spans(at, versions=versions))
        return self._tables[at, versions]

    @cached_property
    def _tables(self) -> dict[tuple[date | None, bool], pa.Table]:
        return {}

    def _spans(self, at: date | None, *, versions: bool) -> Iterator[tuple[Code, date | None, date | None]]:
        if versions or at is not None:
            shown = self.entries if versions or at is None else self.at(at)
            return ((entry, entry.valid_from, entry.valid_to) for entry in shown)
        return ((known[-1], known[0].valid_from, known[-1].valid_to) for known in self.versions.values())

    def _table(self, rows: Iterable[tuple[Code, date | None, date | None]]) -> pa.Table:
        values = [
            (entry.code, entry.zh, entry.parent, entry.level, start, end, self._single_successor(entry), entry.role) for entry, start, end in rows
        ]
        columns = zip(*values, strict=True) if values else ([] for _ in ARROW_SCHEMA)
        return pa.table([list(column) for column in columns], schema=ARROW_SCHEMA)

    def _single_successor(self, entry: Code) -> str | None:
        if not entry.successors:
            return None
        following = tuple(dict.fromkeys(self._follow(entry, None, frozenset())))
        return following[0] if len(following) == 1 else None

    @property
    def unproofed(self) -> int:
        """How many entries nobody has yet checked against the standard's own text."""
        return sum(not entry.proofed for entry in self.entries)


class HeldList(CodeList):
    """A list that stands in no file, as those that a hub registers."""

    def __init__(self, header: Header, entries: Iterable[Code]) -> None:
        self.header, self._held = header, tuple(entries)

    def _read(self) -> Iterator[Code]:
        yield from self._held


def read_header(path: Path) -> Header:
    """The header record of a list's file; raises Damaged when an item is missing."""
    values: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("# "):
                break
            key, _, value = line[2:].partition(":")
            values[key.strip()] = value.strip()
    try:
        return Header(
            path.stem,
            values["zh"],
            values["en"],
            values["standard"],
            values["edition"],
            read_day(values["valid_from"]),
            read_day(values.get("valid_to")),
            values["source"],
            values.get("proofed", "true") == "true",
            values.get("successor_list", ""),
            values.get("note", ""),
        )
    except (KeyError, ValueError) as problem:
        raise Damaged(
            f"代码表 {path.name} 的表头缺少或写错了一项：{problem}；请按其他代码表的表头补全。",
            f"The header of code list {path.name} lacks or misspells an item: {problem}; complete it as in the other lists.",
            path=str(path),
        ) from problem


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """The column names of a list's file and its rows below the header."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(dropwhile(lambda line: line.startswith("# "), lines))
        return next(rows), list(rows)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a list's file below its header, by column name."""
    columns, rows = read_table(path)
    for row in rows:
        yield dict(zip(columns, row, strict=True))


@lru_cache(maxsize=4096)
def read_day(text: str | None) -> date | None:
    """A day written 2014-01-25; empty is None."""
    return date.fromisoformat(text) if text else None


def read_several(text: str | None) -> tuple[str, ...]:
    """Values parted by an upright stroke; empty is none."""
    return tuple(text.split("|")) if text else ()
