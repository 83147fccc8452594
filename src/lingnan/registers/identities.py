"""What happened to the ids of entries: founded by a row, merged into another entry, split or unmerged again, retired; and who succeeds whom."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lingnan.lake import Engine, EngineSession, View
from lingnan.registers.definitions import register_definition
from lingnan.registers.placing import LooseRow, Place, Ruling
from lingnan.registers.shapes import RegisterDefinition

Row = dict[str, Any]
_LONGEST_CHAIN = 40


@dataclass(frozen=True)
class Turn:
    """Everything known of rows without a right identifier in one build: where they are, and who last decided about them when."""

    rows: Mapping[str, LooseRow]
    places: Mapping[str, Place]
    rulings: tuple[Ruling, ...]
    turned: Mapping[str, datetime]


def follow_identities(session: EngineSession, definition: RegisterDefinition, turn: Turn, held: bool, prior: bool) -> list[Row]:
    """The rows of `_identities` after this build: those there were, with the ones that hold no longer closed, and what is new.

    `held` says that earlier words stand in `held_before`, `prior` that earlier identities do.
    """
    before = session.query(f"select * from {definition.identities}").to_pylist() if prior else []
    history = _History(before)
    members = _members(session) if held else []
    now = {turn.rows[ref].own_id: ref for ref, place in turn.places.items() if place.joined_by == "founding"}
    for entry, ref in sorted(now.items()):
        history.founded(entry, turn.places[ref].known_from, *_cause(turn, ref))
    gone = sorted(history.lifecycle - set(now))
    if gone:
        numbered, still = _numbered(session), _still(session)
        for entry in gone:
            _follow(definition, history, entry, turn, members, numbered, still)
    for each in members:
        place = turn.places.get(each["ref"])
        if each["open"] and each["entry_id"] not in history.lifecycle and place is not None and place.entry_id != each["entry_id"]:
            history.left(each["entry_id"], place.known_from, *_cause(turn, each["ref"]))
    return sorted(history.rows, key=lambda row: (row["entry_id"], row["known_from"], row["event"], row["superseded_by"] or ""))


class _History:
    """The rows of `_identities` while a build changes them."""

    def __init__(self, before: list[Row]) -> None:
        self.rows = before
        self.lifecycle = {row["entry_id"] for row in before if row["event"] == "founded"}
        self._open = {row["entry_id"]: row for row in before if row["known_to"] is None and row["entry_id"] in self.lifecycle}

    def founded(self, entry: str, at: datetime, by: str, reason: str) -> None:
        """The entry stands by itself, for the first time or again."""
        last = self._open.get(entry)
        if last is None:
            self._add(entry, None, "founded", at, "founding", "")
            self.lifecycle.add(entry)
        elif last["superseded_by"] is not None or last["event"] == "retired":
            self._add(entry, None, "unmerged" if by == "decision" else "split", at, by, reason)

    def merged(self, entry: str, successor: str, at: datetime, by: str, reason: str) -> None:
        """The entry is part of another from now on."""
        if self._open[entry]["superseded_by"] != successor:
            self._add(entry, successor, "merged", at, by, reason)

    def retired(self, entry: str, at: datetime) -> None:
        """Nobody speaks of the entry any more."""
        if self._open[entry]["event"] != "retired":
            self._add(entry, None, "retired", at, "identifier", "")

    def stands(self, entry: str) -> bool:
        """Whether the entry has stood by itself so far: one that was merged stays part of its successor when its row is gone."""
        return self._open[entry]["superseded_by"] is None

    def left(self, entry: str, at: datetime, by: str, reason: str) -> None:
        """Rows that were linked to an entry with an identifier are no longer; told once a moment."""
        event = "unmerged" if by == "decision" else "split"
        if not any(row["entry_id"] == entry and row["known_from"] == at and row["event"] == event for row in self.rows):
            self._add(entry, None, event, at, by, reason)

    def _add(self, entry: str, successor: str | None, event: str, at: datetime, by: str, reason: str) -> None:
        last = self._open.get(entry)
        if last is not None:
            at = max(at, last["known_from"])
            last["known_to"] = at
        made = {
            "entry_id": entry, "superseded_by": successor, "event": event, "reason": reason or None, "by": by, "valid_from": None, "known_from": at,
            "known_to": None,
        }
        self.rows.append(made)
        if entry in self.lifecycle or event == "founded":
            self._open[entry] = made


def _follow(
    definition: RegisterDefinition, history: _History, entry: str, turn: Turn, members: list[Row], numbered: Mapping[str, Row],
    still: Mapping[str, datetime | None],
) -> None:
    """Where an entry went that stands no longer by itself: to where its founding row is now, else most of its rows, else nowhere."""
    own = {row.own_id: ref for ref, row in turn.rows.items()}
    founding = own.get(entry) or next((each["ref"] for each in members if each["own_id"] == entry), "")
    if founding in turn.places:
        place = turn.places[founding]
        history.merged(entry, place.entry_id, place.known_from, *_cause(turn, founding))
    elif founding in numbered:
        history.merged(entry, numbered[founding]["entry_id"], numbered[founding]["since"], "identifier", "")
    elif history.stands(entry):
        others = Counter(
            turn.places[each["ref"]].entry_id for each in members if each["entry_id"] == entry and each["open"] and each["ref"] in turn.places
        )
        if others:
            successor = min(others, key=lambda each: (-others[each], each))
            at = max(place.known_from for place in turn.places.values() if place.entry_id == successor)
            history.merged(entry, successor, at, "link", "")
        elif (closed := still.get(entry)) is not None:
            history.retired(entry, closed)


def _cause(turn: Turn, ref: str) -> tuple[str, str]:
    """By what a row is where it is, and the last reason a clerk gave for it."""
    place = turn.places[ref]
    if turn.turned.get(ref) is None:
        return ("decision" if place.joined_by == "decision" else "link"), ""
    said = sorted((each for each in turn.rulings if ref in (each.left, each.right) and each.reason), key=lambda each: each.decided_at)
    return "decision", said[-1].reason if said else ""


def _members(session: EngineSession) -> list[Row]:
    """Which rows were joined to which entries by something else than an identifier, before this build; `open` while they still are."""
    rows: list[Row] = session.query(
        "select 'row:' || source_table || ':' || source_key as ref, entry_id, bool_or(known_to is null) as open, own_id from held_loose "
        "group by all order by ref, entry_id"
    ).to_pylist()
    return rows


def _numbered(session: EngineSession) -> dict[str, Row]:
    """Rows that now have an identifier, by reference: their entry, and when it was learnt."""
    rows = session.query(
        "select 'row:' || o.source_table || ':' || o.source_key as ref, any_value(o.entry_id) as entry_id, min(o.known_from) as since "
        "from observations as o join (select distinct source_table, source_key from held_loose) using (source_table, source_key) "
        "where o.known_to is null and o.joined_by = 'identifier' group by all"
    ).to_pylist()
    return {row["ref"]: row for row in rows}


def _still(session: EngineSession) -> dict[str, datetime | None]:
    """Entries without identifier whose words have all ended, with when; one that is still spoken of is null."""
    rows = session.query(
        "select entry_id, case when bool_or(known_to is null) then null else max(known_to) end as ended from observations "
        "where joined_by <> 'identifier' group by entry_id"
    ).to_pylist()
    return {row["entry_id"]: row["ended"] for row in rows}


def successor_of(register: str, entry: str, engine: Engine, views: Mapping[str, View]) -> str:
    """The entry that this one is part of now, itself when it was never superseded; `views` gives the register's identities."""
    table = register_definition(register).identities
    if table not in views:
        return entry
    for _step in range(_LONGEST_CHAIN):
        sql = f"select superseded_by from {table} where entry_id = $entry and known_to is null and superseded_by is not null"
        found = engine.query(sql, {table: views[table]}, {"entry": entry}).to_pylist()
        if not found:
            return entry
        entry = found[0]["superseded_by"]
    return entry
