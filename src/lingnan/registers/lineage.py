"""From which columns each column of a register's tables comes: the one place that says it, read out of definitions and selects.

What policy knows of a source column goes with its values: class, grade and how its table is shared. A column that is only worked out of
others, as a digest or a count, takes their grade; its class is its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lingnan.base import load_yaml
from lingnan.registers.addresses.readings import DOOR, DOUBTS, LIBRARY, PARTS, READINGS
from lingnan.registers.addresses.shapes import address_sources
from lingnan.registers.definitions import register_definitions
from lingnan.registers.places import COLUMNS as ADDRESS
from lingnan.registers.places import SOURCE
from lingnan.registers.series import COLUMNS as INDICATOR
from lingnan.registers.series import series_sources
from lingnan.registers.service import ADDRESS_WORDS, SERIES_WORDS
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.themes import theme_definitions

RELEASES = Path(__file__).parent / "releases.yaml"
_LITERAL, _WORD = re.compile(r"'(?:[^']|'')*'"), re.compile(r"[a-z_][a-z0-9_]*")

ColumnName = tuple[str, str]
"""A table and one of its columns."""


@dataclass(frozen=True)
class Origins:
    """The columns one column comes from: those whose values it holds, and those it is only worked out of."""

    copied: frozenset[ColumnName] = frozenset()
    worked_out: frozenset[ColumnName] = frozenset()

    @property
    def all(self) -> frozenset[ColumnName]:
        """Both."""
        return self.copied | self.worked_out


class Release(BaseModel):
    """Columns that take no class from a source, while that source is classed no higher than `up_to`; why, and by what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    up_to: Literal["internal", "personal"]
    zh: str
    en: str
    basis: str
    proofed: bool = False


@cache
def releases() -> tuple[Release, ...]:
    """Every release, from `releases.yaml`."""
    return tuple(Release.model_validate(each) for each in load_yaml(RELEASES.read_text(encoding="utf-8"))["releases"])


def released(column: ColumnName, source: ColumnName) -> str:
    """The highest class the source may have without giving it to the column; empty where nothing is released."""
    return next(
        (each.up_to for each in releases() if column[0] in each.tables and column[1] in each.columns and ".".join(source) in each.sources), ""
    )


def register_lineage() -> dict[ColumnName, Origins]:
    """By column of every table the registers make. A name may be no column: expressions also name functions and types."""
    found = _Lineage()
    for definition in register_definitions():
        _of_register(definition, found)
        made = (*definition.outputs, definition.snapshot)
        found.forget(table for table in (definition.links, definition.identities, definition.conflicts) if table not in made)
    _of_themes(found)
    _of_places(found)
    _of_address_library(found)
    _of_series(found)
    return found.told()


class _Lineage:
    """Gathers origins."""

    def __init__(self) -> None:
        self._copied: defaultdict[ColumnName, set[ColumnName]] = defaultdict(set)
        self._worked_out: defaultdict[ColumnName, set[ColumnName]] = defaultdict(set)

    def copy(self, table: str, columns: Iterable[str], source: str, expression: str) -> None:
        for column in columns:
            self._copied[table, column] |= _named(source, expression)

    def work_out(self, table: str, columns: Iterable[str], source: str, expression: str) -> None:
        for column in columns:
            self._worked_out[table, column] |= _named(source, expression)

    def carry(self, table: str, source: str, columns: Mapping[str, str]) -> None:
        """A table made out of another of the registers: its column to that one's."""
        for column, name in columns.items():
            self._copied[table, column].add((source, name))

    def forget(self, tables: Iterable[str]) -> None:
        """Tables that this register does not make."""
        gone = set(tables)
        for told in (self._copied, self._worked_out):
            for key in [key for key in told if key[0] in gone]:
                del told[key]

    def told(self) -> dict[ColumnName, Origins]:
        keys = dict.fromkeys((*self._copied, *self._worked_out))
        return {key: Origins(frozenset(self._copied[key]), frozenset(self._worked_out[key])) for key in keys}


def _named(source: str, expression: str) -> set[ColumnName]:
    return {(source, word) for word in _WORD.findall(_LITERAL.sub("", expression))}


def _of_register(definition: RegisterDefinition, found: _Lineage) -> None:
    words, table = definition.observations, definition.table
    for source in definition.sources:
        for name, expression in source.columns.items():
            found.copy(words, [name], source.table, expression)
            found.work_out(words, ["word"], source.table, expression)
        found.copy(words, ["identifier"], source.table, source.identifier)
        found.copy(words, ["source_key"], source.table, source.key)
        found.copy(words, ["valid_from", "valid_to"], source.table, source.valid_from)
        found.work_out(words, ["entry_id", "word"], source.table, source.identifier)
        found.copy(definition.unlinked, ["source_key"], source.table, source.key)
        found.copy(definition.links, ["source_key", "left_ref", "right_ref"], source.table, source.key)
    found.carry(table, words, {name: name for name in definition.attributes} | {definition.identifier: "identifier"})
    found.work_out(table, ["entry_id"], words, "entry_id")
    found.work_out(definition.links, ["entry_id"], words, "entry_id")
    found.work_out(definition.links, ["weight", "probability", "status"], words, " ".join(("identifier", *definition.attributes)))
    found.work_out(definition.identities, ["entry_id", "superseded_by", "valid_from"], words, "entry_id")
    found.work_out(table, ["name_key"], words, definition.label)
    compared = " ".join(name for name, attribute in definition.attributes.items() if attribute.compare)
    found.work_out(table, ["conflicts"], words, compared)
    found.copy(definition.conflicts, ["value", "survivor"], words, compared)
    found.work_out(definition.conflicts, ["attribute", "rule"], words, compared)
    found.carry(definition.conflicts, words, {"source_key": "source_key", "division": "division"})
    found.work_out(definition.conflicts, ["entry_id"], words, "entry_id")
    kept = {name: name for name in (definition.identifier, *definition.attributes)}
    found.carry(definition.snapshot, table, kept)
    found.work_out(definition.snapshot, ["entry_id", "name_key", "conflicts"], table, "entry_id name_key conflicts")


def _of_themes(found: _Lineage) -> None:
    for definition in theme_definitions():
        for name, column in definition.columns.items():
            for tell, sources in ((found.copy, column.of), (found.work_out, column.counted)):
                for source in sources:
                    table, _, origin = source.rpartition(".")
                    tell(definition.table, [name], table, origin)


def _of_places(found: _Lineage) -> None:
    for name in ADDRESS:
        found.copy(ADDRESS_WORDS, [name], SOURCE, name)
    found.copy(ADDRESS_WORDS, ["source_key"], SOURCE, "address_no")
    found.copy(ADDRESS_WORDS, ["valid_from", "valid_to"], SOURCE, "updated_on")
    found.work_out(ADDRESS_WORDS, ["entry_id", "word"], SOURCE, " ".join(("address_no", *ADDRESS)))
    found.carry("registers.addresses", ADDRESS_WORDS, {name: name for name in (*ADDRESS, "valid_from")} | {"address_id": "source_key"})


def _of_address_library(found: _Lineage) -> None:
    parts = ("division", "township_code", "township", *PARTS, "standard", "old_code", "candidates")
    for each in address_sources().columns:
        found.copy(READINGS, parts, each.table, each.column)
        found.copy(READINGS, ["source_key"], each.table, each.key)
        found.work_out(READINGS, ["source_column", "address_id", "status", "reason"], each.table, each.column)
        found.copy(DOUBTS, ["address"], each.table, each.column)
    found.carry(LIBRARY, READINGS, {name: name for name in ("division", "township", *DOOR, "standard")})
    found.work_out(LIBRARY, ["address_id", "origin", "uses"], READINGS, "address_id")
    found.carry(DOUBTS, READINGS, {name: name for name in ("division", "road", "estate", "place", "candidates")})
    found.work_out(DOUBTS, ["status", "reason", "uses", "source_tables"], READINGS, "status")


def _of_series(found: _Lineage) -> None:
    for source in series_sources():
        for name in INDICATOR:
            found.copy(SERIES_WORDS, [name], source.table, getattr(source, name))
        found.copy(SERIES_WORDS, ["source_key"], source.table, source.key)
        found.work_out(SERIES_WORDS, ["entry_id", "word"], source.table, " ".join((source.series, source.division, source.value)))
    same = {name: name for name in ("title", "unit", "division", "frequency")}
    found.carry("registers.series", SERIES_WORDS, {**same, "first_period": "period", "last_period": "period", "last_value": "value"})
    found.work_out("registers.series", ["series_id"], SERIES_WORDS, "entry_id")
    found.work_out("registers.series", ["points"], SERIES_WORDS, "value")
