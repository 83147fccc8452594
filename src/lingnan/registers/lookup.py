"""Finding entries and reading one as of a day, by what was known at a moment."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import md5
from typing import Any

import pyarrow as pa

from lingnan.base import Missing
from lingnan.lake import Engine, Lake, View
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.shapes import Entry, Fact, RegisterDefinition
from lingnan.registers.statements import surviving
from lingnan.standards import CITIZEN_NUMBER, USCC, normalise_text

OTHER_SIZES = {"places": ("registers.divisions", "registers.addresses"), "series": ("registers.series",)}
_IDENTIFIERS = {identifier.name: identifier for identifier in (CITIZEN_NUMBER, USCC)}


def register_sizes(lake: Lake) -> dict[str, int]:
    """How many entries each register has; a register not built yet has none."""
    tables = {definition.register_: (definition.table,) for definition in register_definitions()} | OTHER_SIZES
    return {register: sum(lake.rows(table) for table in found if lake.exists(table)) for register, found in tables.items()}


def find_entries(
    register: str, words: str, engine: Engine, views: Mapping[str, View], *, limit: int = 20, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """How many entries answer to `words` and one page of them.

    An identifier finds its entry. A person is found by the whole name only (through its digest), so that masked
    readers cannot page through people; an entity also by part of its name.
    """
    definition = register_definition(register)
    condition, params = _condition(definition, normalise_text(words))
    source = f"from {definition.table} where {condition}"
    with engine.session(views) as session:
        total = session.query(f"select count(*) as n {source}", params).to_pylist()[0]["n"]
        rows = session.query(f"select * {source} order by entry_id limit {int(limit)} offset {int(offset)}", params).to_pylist()
    return int(total), rows


def _condition(definition: RegisterDefinition, words: str) -> tuple[str, dict[str, Any]]:
    if not words:
        return "true", {}
    identifier = _IDENTIFIERS.get(definition.identifier_kind or "")
    if words.startswith(definition.prefix) and len(words) == len(definition.prefix) + 20:
        return "entry_id = $entry", {"entry": words}
    if identifier is not None and identifier.valid(words.upper()):
        return "entry_id = $entry", {"entry": entry_of(definition.register_, words.upper())}
    if definition.attributes[definition.label].classification == "public":
        return "(contains(name, $words) or name_key = $key)", {"words": words, "key": _digest(words)}
    return "name_key = $key", {"key": _digest(words)}


def entry_of(register: str, identifier: str) -> str:
    """The stable id of the entry with this (normalised) identifier."""
    definition = register_definition(register)
    return definition.prefix + _digest(f"{register}:{identifier}")[:20]


def register_entry(
    register: str, entry: str, engine: Engine, views: Mapping[str, View], *, as_of: date, known_at: datetime
) -> Entry:
    """One entry as it was true on `as_of` by what the hub had learnt at `known_at`; Missing when there was none."""
    definition = register_definition(register)
    known = (
        f"(select * from {definition.observations} where entry_id = $entry and known_from <= $known "
        f"and (known_to is null or known_to > $known))"
    )
    # A fact true since nobody knows when (null) is true on every day.
    params = {"entry": entry, "known": known_at, "day": as_of}
    with engine.session(views) as session:
        facts = session.query(f"select * from {known} where $day >= coalesce(valid_from, date '0001-01-01') order by valid_from, source", params)
        values = session.query(surviving(definition, f"(select * from {known} where $day >= coalesce(valid_from, date '0001-01-01'))"), params)
    if not values.num_rows:
        raise Missing(
            f"{definition.title.zh}中没有编号为 {entry} 的条目（截至 {as_of} 的事实、{known_at:%Y-%m-%d %H:%M} 之前获知）。",
            f"{definition.title.en} has no entry {entry} as of {as_of}, known at {known_at:%Y-%m-%d %H:%M}.",
            register=register, entry=entry,
        )
    survivors = values.to_pylist()[0]
    return Entry(register, entry, as_of, known_at, survivors, _facts(definition, facts, survivors))


def _facts(definition: RegisterDefinition, observations: pa.Table, survivors: Mapping[str, Any]) -> list[Fact]:
    return [
        Fact(name, row[name], f"{row['source_table']}·{row['source']}", row["source_key"], row["valid_from"], row["known_from"],
             row["known_to"], survives=row[name] == survivors[name])
        for row in observations.to_pylist() for name in definition.attributes if row[name] is not None
    ]


def _digest(text: str) -> str:
    # MD5 as a key, not as a seal: it must equal the engines' md5().
    return md5(text.encode(), usedforsecurity=False).hexdigest()
