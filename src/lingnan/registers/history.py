"""What an entry was over time: the value that survived on each day, from when to when, and what happened to its id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lingnan.lake import Engine, View
from lingnan.registers.definitions import register_definition
from lingnan.registers.lookup import HELD_THEN, whole
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import surviving

_EVER = date(1, 1, 1)
"""Stands for “since nobody knows when”."""
MOST_DAYS = 400


@dataclass(frozen=True)
class Span:
    """A value that survived from a day (None: since nobody knows when) to another, not included (None: still), and the source that gave it."""

    attribute: str
    value: Any
    source: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Happening:
    """What happened to an entry's id at a moment of knowing: founded, merged, split, unmerged or retired; `other` is the entry it concerns too."""

    event: str
    at: datetime
    other: str
    reason: str


def entry_spans(register: str, entry: str, engine: Engine, views: Mapping[str, View], *, known_at: datetime) -> tuple[Span, ...]:
    """What survived of each attribute from when to when, as known at a moment; attribute by attribute, oldest first."""
    definition = register_definition(register)
    with engine.session(views) as session:
        words = session.query(f"select * from {definition.observations} where entry_id = $entry and {HELD_THEN}", {"entry": entry, "known": known_at})
        words = whole(definition, words)
        rows = words.to_pylist()
        days = sorted({day or _EVER for row in rows for day in (row["valid_from"], row["valid_to"] or _EVER)})[:MOST_DAYS]
        if not rows:
            return ()
        session.add_arrow("words", words)
        listed = ", ".join(f"({place}, date '{day.isoformat()}')" for place, day in enumerate(days))
        rest = ", ".join(f"w.{name}" for name in words.schema.names if name not in ("entry_id", "identifier"))
        # Each day is an entry of its own; rows that were linked have no identifier, and one entry has one.
        relation = f"""(select cast(d.place as varchar) as entry_id, '' as identifier, {rest} from words as w join (values {listed}) as d(place, day)
  on d.day >= coalesce(w.valid_from, date '0001-01-01') and d.day < coalesce(w.valid_to, date '9999-12-31'))"""
        found = {int(row["entry_id"]): row for row in session.query(surviving(definition, relation)).to_pylist()}
    return tuple(span for name in definition.attributes for span in _spans(definition, name, days, found, rows))


def _spans(
    definition: RegisterDefinition, name: str, days: list[date], found: Mapping[int, dict[str, Any]], rows: list[dict[str, Any]]
) -> Iterable[Span]:
    """Neighbouring days with one value are one span."""
    values = [(day, found.get(place, {}).get(name)) for place, day in enumerate(days)]
    turns = [(day, value) for place, (day, value) in enumerate(values) if place == 0 or value != values[place - 1][1]]
    for place, (day, value) in enumerate(turns):
        if value is not None:
            until = turns[place + 1][0] if place + 1 < len(turns) else None
            yield Span(name, value, _source(definition, name, day, value, rows), None if day == _EVER else day, until)


def _source(definition: RegisterDefinition, name: str, day: date, value: Any, rows: list[dict[str, Any]]) -> str:
    order = definition.attributes[name].order
    said = [row["source"] for row in rows if row[name] == value and (row["valid_from"] or _EVER) <= day < (row["valid_to"] or date.max)]
    source = min(said, key=lambda each: order.index(each) if each in order else len(order), default="")
    table = next((row["source_table"] for row in rows if row["source"] == source), "")
    return f"{table}·{source}" if table else ""


def entry_happenings(register: str, entry: str, engine: Engine, views: Mapping[str, View]) -> tuple[Happening, ...]:
    """What happened to the id of an entry, and which entries were merged into it; oldest first. `views` gives the register's identities."""
    table = register_definition(register).identities
    rows = engine.query(f"select * from {table} where entry_id = $entry or superseded_by = $entry", views, {"entry": entry}).to_pylist()
    found = (Happening(row["event"], row["known_from"], _other(row, entry), row.get("reason") or "") for row in rows)
    return tuple(sorted(found, key=lambda each: (each.at, each.event, each.other)))


def _other(row: Mapping[str, Any], entry: str) -> str:
    return row["entry_id"] if row["entry_id"] != entry else row.get("superseded_by") or ""

