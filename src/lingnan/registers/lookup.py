"""Finding entries and reading one as of a day, by what was known at a moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import md5
from typing import Any

import pyarrow as pa

from lingnan.base import Missing, WrongUse
from lingnan.lake import Engine, Lake, View
from lingnan.registers.definitions import register_definition, register_definitions
from lingnan.registers.shapes import Entry, Fact, RegisterDefinition
from lingnan.registers.statements import surviving, words_of
from lingnan.registers.words import TECHNICAL
from lingnan.standards import IDENTIFIERS, normalise_text

OTHER_SIZES = {"places": ("registers.divisions", "registers.addresses"), "series": ("registers.series",)}
MOST_ROWS = 1000
HELD_THEN = "known_from <= $known and (known_to is null or known_to > $known)"
"""The words held so at a moment of knowing."""


def register_sizes(lake: Lake) -> dict[str, int]:
    """How many entries each register has; a register not built yet has none."""
    tables = {definition.register_: (definition.table,) for definition in register_definitions()} | OTHER_SIZES
    return {register: sum(lake.rows(table) for table in found if lake.exists(table)) for register, found in tables.items()}


def find_entries(
    register: str, words: str, engine: Engine, views: Mapping[str, View], *, limit: int = 20, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """How many entries answer to `words` and one page of them; without words an open register gives all, people give none.

    An identifier finds its entry. A person is found by the whole name only (through its digest), so that masked
    readers cannot page through people; an entity also by part of its name.
    """
    if not (0 <= limit <= MOST_ROWS and offset >= 0):
        raise WrongUse(
            f"每页条数须在 0 到 {MOST_ROWS} 之间，起点不得为负；收到 {limit} 和 {offset}。",
            f"A page has 0 to {MOST_ROWS} rows and begins at 0 or later; got {limit} and {offset}.", limit=limit, offset=offset,
        )
    definition = register_definition(register)
    condition, params = _condition(definition, normalise_text(words) or "")
    source = f"from {definition.table} where {condition}"
    with engine.session(views) as session:
        total = session.query(f"select count(*) as n {source}", params).to_pylist()[0]["n"]
        rows = session.query(f"select * {source} order by entry_id limit {int(limit)} offset {int(offset)}", params).to_pylist()
    return int(total), rows


def _condition(definition: RegisterDefinition, words: str) -> tuple[str, dict[str, Any]]:
    is_open = definition.attributes[definition.label].classification == "public"
    if not words:
        return ("true" if is_open else "false"), {}
    identifier = IDENTIFIERS[definition.identifier_kind]
    if is_entry(definition, words):
        return "entry_id = $entry", {"entry": words}
    if identifier.valid(identifier.normal(words)):
        return "entry_id = $entry", {"entry": entry_of(definition.register_, words)}
    if is_open:
        keys = "".join(f" or {name} = $words" for name in definition.find_by)
        return f"contains({definition.label}, $words){keys}", {"words": words}
    return "name_key = $key", {"key": _digest(words)}


def is_entry(definition: RegisterDefinition, words: str) -> bool:
    """Whether the words have the form of an entry's id in this register."""
    return len(words) == 21 and words[0] == definition.prefix and all(character in "0123456789abcdef" for character in words[1:])


def entry_of(register: str, identifier: str) -> str:
    """The stable id of the entry with this identifier, however it is typed; the same at every node and in every build."""
    definition = register_definition(register)
    return definition.prefix + _digest(f"{register}:{IDENTIFIERS[definition.identifier_kind].normal(identifier)}")[:20]


def own_entry(register: str, reference: str) -> str:
    """The id of the entry that a row without a right identifier founds, by the row's reference."""
    return register_definition(register).prefix + _digest(f"{register}:{reference}")[:20]


def register_entry(
    register: str, entry: str, engine: Engine, views: Mapping[str, View], *, as_of: date, known_at: datetime
) -> Entry:
    """One entry as it was true on `as_of` by what the hub had learnt at `known_at`; Missing when there was none."""
    definition = register_definition(register)
    # A fact true since nobody knows when (null) is true on every day.
    true_then = "$day >= coalesce(valid_from, date '0001-01-01') and $day < coalesce(valid_to, date '9999-12-31')"
    params = {"entry": entry, "known": known_at, "day": as_of}
    with engine.session(views) as session:
        facts = session.query(f"select * from {definition.observations} where entry_id = $entry and {HELD_THEN} and {true_then}", params)
        facts = whole(definition, facts)
        session.add_arrow("facts", facts)
        values = session.query(surviving(definition, "facts")).to_pylist()
    if not values:
        shape, called = f"{definition.prefix}{'0' * 20}", definition.identifier_title
        raise Missing(
            f"{definition.title.zh}中没有编号为 {entry} 的条目（截至 {as_of} 的事实、{known_at:%Y-%m-%d %H:%M} 之前获知）。"
            f"条目编号形如 {shape}（{definition.prefix} 加 20 位 0–9、a–f）；也可填写完整的{called.zh}。",
            f"{definition.title.en} has no entry {entry} as of {as_of}, known at {known_at:%Y-%m-%d %H:%M}. "
            f"An id looks like {shape} ({definition.prefix} and 20 of 0–9, a–f); a whole {called.en.lower()} will do as well.",
            register=register, entry=entry,
        )
    return Entry(register, entry, as_of, known_at, values[0], _facts(definition, facts, values[0]))


def without_birthday(found: Entry, view: View) -> Entry:
    """The same entry for a reader to whom the birth date is masked to its year: a fact true since birth must not tell the day."""
    born = found.values.get("birth_date")
    if "birth_date" not in view.masks or not isinstance(born, date):
        return found

    def coarse(day: date | None) -> date | None:
        return date(day.year, 1, 1) if day is not None and day.year == born.year else day

    facts = [replace(fact, valid_from=coarse(fact.valid_from), valid_to=coarse(fact.valid_to)) for fact in found.facts]
    return replace(found, facts=facts)


def whole(definition: RegisterDefinition, facts: pa.Table) -> pa.Table:
    """The same words with every column: a view may leave some out, and a column that was not shown has no values."""
    for name in (*TECHNICAL, *words_of(definition, ()).columns):
        if name not in facts.schema.names:
            facts = facts.append_column(name, pa.nulls(facts.num_rows, pa.int64() if name == "word" else pa.string()))
    return facts


def _facts(definition: RegisterDefinition, observations: pa.Table, survivors: Mapping[str, Any]) -> list[Fact]:
    ordered = sorted(observations.to_pylist(), key=lambda row: (row["valid_from"] or date.min, row["source"] or "", row["source_key"] or ""))
    return [
        Fact(name, row[name], f"{row['source_table']}·{row['source']}", row["source_key"], row["valid_from"], row["valid_to"],
             row["known_from"], row["known_to"], survives=row[name] == survivors[name], joined_by=row["joined_by"] or "")
        for row in ordered for name in definition.attributes if row[name] is not None
    ]


def _digest(text: str) -> str:
    # MD5 as a key, not as a seal: it must equal the engines' md5().
    return md5(text.encode(), usedforsecurity=False).hexdigest()
