"""Brings rows without a right identifier into a register: their places, their words, the pairs behind them, and the history of ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lingnan.lake import EngineSession
from lingnan.registers.identities import Turn, follow_identities
from lingnan.registers.linked import IDENTITIES, LINKS, lay
from lingnan.registers.linking import candidates, known_since, lay_rows, referenced
from lingnan.registers.placing import Candidate, Place, Ruling, place, turns
from lingnan.registers.rulings import Rulings
from lingnan.registers.shapes import RegisterDefinition
from lingnan.registers.statements import surviving
from lingnan.registers.words import TECHNICAL, Words, digest, hold

_PLACES = {
    "source_table": "VARCHAR", "source_key": "VARCHAR", "entry_id": "VARCHAR", "joined_by": "VARCHAR", "turned": "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class Before:
    """What the last build left: its table of words with the columns it had, and whether its identities are at hand."""

    observations: str | None
    columns: Sequence[str]
    identities: bool


def join_rows(session: EngineSession, definition: RegisterDefinition, words: Words, rulings: Rulings, before: Before) -> None:
    """Bring `observations` and `survivors` up to date with rows that no identifier joins; make `places`, `links` and `identities`."""
    held = before.observations is not None and "joined_by" in before.columns
    _lay_held(session, definition, before.observations if held else None)
    rows = lay_rows(session, definition)
    if not rows and not _any(session, "held_loose"):
        turn, found, nodes = Turn({}, {}, (), {}), [], dict[str, str]()
    else:
        found = candidates(session, definition) if rows else []
        nodes = referenced(session, definition, rows, {ref for pair in rulings.moments for ref in pair})
        turn = _placed(session, rows, found, rulings, nodes)
    lay(session, "places", _PLACES, [
        {"source_table": row.table, "source_key": row.key, "entry_id": at.entry_id, "joined_by": at.joined_by, "turned": at.known_from}
        for row, at in ((turn.rows[ref], at) for ref, at in turn.places.items())
    ])
    if rows or _any(session, "held_loose"):
        _say(session, definition, words, before if held else Before(None, (), before.identities))
    lay(session, "links", LINKS, _links(turn, found, rulings, nodes))
    lay(session, "identities", IDENTITIES, follow_identities(session, definition, turn, held, before.identities))


def _any(session: EngineSession, table: str) -> bool:
    return bool(session.query(f"select count(*) as n from {table}").column(0)[0].as_py())


def _lay_held(session: EngineSession, definition: RegisterDefinition, prior: str | None) -> None:
    """Rows that earlier builds joined by something else than an identifier."""
    own = f"'{definition.prefix}' || substr(md5('{definition.register_}:row:' || source_table || ':' || source_key), 1, 20) as own_id"
    kinds = {name: TECHNICAL.get(name, "VARCHAR") for name in ("source_table", "source_key", "entry_id", "joined_by", "known_from", "known_to")}
    empty = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in kinds.items())
    source = prior or f"(select {empty} where false) as nothing"
    session.execute(f"create temp table held_loose as select {', '.join(kinds)}, {own} from {source} where joined_by <> 'identifier'")


def _placed(
    session: EngineSession, rows: Mapping[str, Any], found: Sequence[Candidate], rulings: Rulings, nodes: Mapping[str, str]
) -> Turn:
    told = tuple(
        Ruling(nodes[each.left], nodes[each.right], each.verdict, each.decided_at, each.reason) for each in rulings.in_force
        if each.left in nodes and each.right in nodes and nodes[each.left] != nodes[each.right]
    )
    moments = [(nodes.get(left, left), nodes.get(right, right), at) for (left, right), at in rulings.moments.items()]
    entries = {node for node in (*nodes.values(), *(each.entry for each in found)) if node.startswith("entry:")}
    turned = turns(rows, moments)
    return Turn(rows, place(rows, found, told, known_since(session, entries), turned), told, turned)


def _say(session: EngineSession, definition: RegisterDefinition, words: Words, before: Before) -> None:
    """Let the joined rows speak of their entries, keep what they said before, and let values survive anew where they speak."""
    values = ", ".join(name for name in words.columns if name not in ("identifier", "joined_by"))
    joined = (
        f"select p.entry_id, l.source_table, l.source, l.source_key, l.valid_from, greatest(l.known_from, p.turned) as known_from, "
        f"s.{definition.identifier} as identifier, p.joined_by, {', '.join(f'l.{name}' for name in definition.attributes)} "
        "from loose as l join places as p using (source_table, source_key) left join survivors as s on s.entry_id = p.entry_id"
    )
    session.execute("drop table if exists said")
    session.execute(
        f"create temp table said as select entry_id, source_table, source, source_key, {digest(words.columns)} as word, valid_from, "
        f"cast(null as date) as valid_to, min(known_from) as known_from, cast(null as timestamptz) as known_to, identifier, joined_by, {values} "
        f"from ({joined}) as joined group by all"
    )
    hold(session, words, before.observations, before.columns, "joined_words", "joined_by <> 'identifier'", turned="places")
    session.execute("insert into observations by name select * from joined_words")
    affected = "select entry_id from joined_words where known_to is null and valid_to is null"
    session.execute(f"delete from survivors where entry_id in ({affected})")
    today = f"(select * from observations where known_to is null and valid_to is null and entry_id in ({affected}))"
    session.execute(f"insert into survivors {surviving(definition, today)}")


def _links(turn: Turn, found: Sequence[Candidate], rulings: Rulings, nodes: Mapping[str, str]) -> list[dict[str, object]]:
    """One row for each pair that was weighed or decided about."""
    weighed = {frozenset((each.row, each.entry)): each for each in found}
    decided = {frozenset((nodes[each.left], nodes[each.right])): each for each in rulings.in_force if each.left in nodes and each.right in nodes}
    made: list[dict[str, object]] = []
    for pair in (*weighed, *(pair for pair in decided if pair not in weighed and len(pair) > 1)):
        each, ruling = weighed.get(pair), decided.get(pair)
        left, right = (each.row, each.entry) if each else sorted(pair, key=lambda node: (not node.startswith("row:"), node))
        if left not in turn.rows:
            continue
        at, row = turn.places.get(left), turn.rows[left]
        together = at is not None and at.entry_id == _entry_of(turn, right)
        verdict = ruling.verdict if ruling else None
        made.append({
            "left_ref": left, "right_ref": right, "entry_id": _entry_of(turn, right), "weight": each.weight if each else None,
            "probability": each.probability if each else None, "status": _status(at, together, verdict), "decided": verdict,
            "by": "decision" if verdict else "model", "source_table": row.table, "source_key": row.key,
            "known_from": max(filter(None, (row.known_from, at.known_from if at and together else None, ruling.decided_at if ruling else None))),
        })
    return sorted(made, key=lambda row: (str(row["left_ref"]), str(row["right_ref"])))


def _entry_of(turn: Turn, node: str) -> str | None:
    """The entry that a node is part of now."""
    if node.startswith("entry:"):
        return node.removeprefix("entry:")
    return turn.places[node].entry_id if node in turn.places else None


def _status(at: Place | None, together: bool, verdict: str | None) -> str:
    """Whether a pair is linked, a clerk's to decide, or rejected: decided so, or the row is linked elsewhere."""
    if verdict == "unsure":
        return "review"
    if together:
        return "linked"
    settled = verdict is not None or (at is not None and at.joined_by != "founding")
    return "rejected" if settled else "review"


__all__ = ["Before", "join_rows"]
