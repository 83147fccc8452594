"""The step after the identifiers: rows that lack a right one are met with the entries, and with each other, and every meeting is weighed.

Only entries that share an anchor with such a row are compared, so the cost goes by the number of rows that identifiers left over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lingnan.govern import GROUND, LEFT, RIGHT, agreeing_levels, comparable_sql, weigh_pairs
from lingnan.lake import EngineSession
from lingnan.registers.decisions.shapes import read_reference
from lingnan.registers.linked import lay
from lingnan.registers.placing import Candidate, LooseRow
from lingnan.registers.shapes import Linking, RegisterDefinition

GROUND_ENTRIES, MOST_GROUND, GROUND_SHARE = 4_000, 20_000, 5
"""Entries that tell how often strangers agree and how rare a name is: one in five, within these bounds."""

MOST_MET, MOST_KEPT = 400, 5
"""Records that one row is compared with by one anchor, beyond which the anchor tells nothing; candidates kept of each row."""


def ground_limit(entries: int) -> int:
    """How many of so many entries tell of strangers."""
    return min(MOST_GROUND, max(GROUND_ENTRIES, entries // GROUND_SHARE))


def lay_rows(session: EngineSession, definition: RegisterDefinition) -> dict[str, LooseRow]:
    """Make `loose_rows`, one row for each delivered row that no identifier joins; gives them by reference."""
    values = ", ".join(f"max({name}) as {name}" for name in definition.attributes)
    said = " and ".join(f"{name} is not null" for name in definition.linking.found) or "false"
    session.execute(
        f"create temp table loose_rows as with gathered as (select source_table, source_key, max(identifier) as identifier, "
        f"min(known_from) as first_heard, {values} from loose group by source_table, source_key), heard as "
        "(select source_table, source_key, min(known_from) as held_from from held_loose group by source_table, source_key) "
        f"select source_table, source_key, identifier, least(first_heard, held_from) as known_from, {', '.join(definition.attributes)}, "
        f"'row:' || source_table || ':' || source_key as ref, ({said}) as able from gathered left join heard using (source_table, source_key) "
        "where not exists (select 1 from observations as o where o.known_to is null and o.source_table = gathered.source_table "
        "and o.source_key = gathered.source_key)"
    )
    own = f"'{definition.prefix}' || substr(md5('{definition.register_}:' || ref), 1, 20)"
    rows = session.query(f"select ref, source_table, source_key, known_from, {own} as own_id, able from loose_rows order by ref").to_pylist()
    return {
        row["ref"]: LooseRow(row["ref"], row["source_table"], row["source_key"], row["known_from"], row["own_id"], row["able"]) for row in rows
    }


def candidates(session: EngineSession, definition: RegisterDefinition) -> list[Candidate]:
    """Rows with the entries, or the other rows, that they may be one with."""
    linking = definition.linking
    _lay_records(session, definition)
    _meet(session, linking)
    if not session.query("select count(*) as n from met").column(0)[0].as_py():
        return []
    names = ", ".join(f"cast({name} as varchar) as {name}" for name in linking.compare)
    population = session.query("select count(*) as n from survivors").column(0)[0].as_py()
    session.execute(
        f"create temp table given_sides as select {LEFT} as side, rec as id, {names} from row_records where rec in (select left_id from met) "
        f"union all select {RIGHT}, rec, {names} from entry_records where rec in (select right_id from met) "
        f"union all select {RIGHT}, rec, {names} from row_records where rec in (select right_id from met) "
        f"union all select {GROUND}, rec, {names} from "
        f"(select * from entry_records where node like 'entry:%' order by rec limit {ground_limit(population)})"
    )
    weigh_pairs(session, "given_sides", "met", linking.compare, population)
    session.execute(_BEST.format(agreed=_agreed(linking), review=linking.review))
    _mark_certain(session, linking)
    kept = session.query(
        f"select row_ref, node, weight, probability, certain from judged qualify row_number() over (partition by row_ref order by weight desc, node) "
        f"<= {MOST_KEPT} order by row_ref, weight desc, node"
    ).to_pylist()
    return [Candidate(row["row_ref"], row["node"], row["weight"], row["probability"], row["certain"]) for row in kept]


_BEST = """create temp table judged_pairs as select l.ref as row_ref, coalesce(e.node, r.node) as node, max(weight) as weight,
  max(probability) as probability, bool_or({agreed}) as agreed
from weighed join row_records as l on l.rec = left_id left join entry_records as e on e.rec = right_id left join row_records as r on r.rec = right_id
group by all having max(weight) >= {review}"""


def _lay_records(session: EngineSession, definition: RegisterDefinition) -> None:
    """One record for each name that a row or an entry has gone by, so that former names are met too."""
    label, linking = definition.label, definition.linking
    others = ", ".join(name for name in linking.compare if name not in (label, "identifier"))
    own = "identifier" if "identifier" in linking.compare else "cast(null as varchar) as identifier"
    shared = ", ".join(filter(None, (f"n.{label} as {label}", others)))
    session.execute(
        f"create temp table row_records as select ref || '#' || coalesce(n.{label}, '') as rec, ref as node, ref, source_table, {own}, {shared} "
        f"from loose_rows left join (select distinct source_table, source_key, {label} from loose where {label} is not null) as n "
        "using (source_table, source_key)"
    )
    session.execute(
        f"create temp table entry_records as select entry_id || '#' || coalesce(n.{label}, '') as rec, 'entry:' || entry_id as node, "
        f"{definition.identifier} as identifier, {shared} from survivors "
        f"left join (select distinct entry_id, {label} from observations where known_to is null and {label} is not null) as n using (entry_id)"
    )


def _meet(session: EngineSession, linking: Linking) -> None:
    """Pairs of records that are equal in every part of an anchor."""
    parts = []
    for anchor in linking.anchors:
        keys = ", ".join(f"{_part(linking, part)} as k{n}" for n, part in enumerate(anchor))
        equal = " and ".join(f"l.k{n} = r.k{n}" for n in range(len(anchor)))
        for right, apart in (("entry_records", "true"), ("row_records", "l.node > r.node")):
            parts.append(
                f"(select l.rec as left_id, r.rec as right_id from (select rec, node, {keys} from row_records) as l "
                f"join (select rec, node, {keys} from {right}) as r on {equal} and {apart} qualify count(*) over (partition by l.rec) <= {MOST_MET})"
            )
    session.execute(f"create temp table met as select distinct left_id, right_id from ({' union all '.join(parts)}) as anchored")


def _part(linking: Linking, part: str) -> str:
    column, colon, key = part.partition(":")
    return comparable_sql(linking.compare[column], key, column) if colon else f"({part})"


def _agreed(linking: Linking) -> str:
    def agrees(name: str) -> str:
        return f"l_{name} in {(*agreeing_levels(linking.compare[name]), 1)}"

    return " or ".join("(" + " and ".join(agrees(name) for name in names) + ")" for names in linking.agree)


_BEST_FIRST = "(partition by row_ref, node like 'entry:%' order by weight desc, node)"


def _mark_certain(session: EngineSession, linking: Linking) -> None:
    """Certain is what is heavy, agrees in what it must, has no rival nearly as good, and whose table does not speak of the entry already."""
    once = ", ".join(f"'{table}'" for table in linking.once) or "''"
    session.execute(
        "create temp table judged as with spoken as (select distinct 'entry:' || entry_id as node, source_table from observations "
        f"where known_to is null and source_table in ({once}) and entry_id in (select substr(node, 7) from judged_pairs where node like 'entry:%')), "
        "told as (select p.*, split_part(row_ref, ':', 2) as source_table, node like 'entry:%' as entry, "
        f"lead(weight) over {_BEST_FIRST} as next, row_number() over {_BEST_FIRST} as rank from judged_pairs as p), "
        f"heavy as (select told.*, weight >= {linking.threshold} and agreed "
        f"and (not entry or (rank = 1 and (next is null or next < weight - {linking.margin}))) "
        f"and spoken.node is null and not (not entry and told.source_table in ({once}) "
        f"and split_part(told.node, ':', 2) = told.source_table) as fine "
        "from told left join spoken on spoken.node = told.node and spoken.source_table = told.source_table), "
        "counted as (select *, count(*) filter (where fine) over (partition by node, source_table) as rivals from heavy) "
        f"select row_ref, node, weight, probability, fine and (rivals = 1 or source_table not in ({once})) as certain from counted"
    )


def referenced(session: EngineSession, definition: RegisterDefinition, rows: Mapping[str, LooseRow], refs: set[str]) -> dict[str, str]:
    """The node that each reference means now: a row without a right identifier, or an entry with one; a reference that means nothing is left out."""
    found = {ref: ref for ref in refs if ref in rows}
    parts = [{"ref": ref, "table": read_reference(ref)[0], "key": read_reference(ref)[1]} for ref in sorted(refs - set(found))]
    if not parts:
        return found
    own = {row.own_id: ref for ref, row in rows.items()}
    found |= {each["ref"]: own[each["key"]] for each in parts if not each["table"] and each["key"] in own}
    _lay_refs(session, [each for each in parts if each["ref"] not in found])
    met = session.query(
        "select distinct asked.ref, 'entry:' || o.entry_id as node from asked join observations as o "
        "on o.source_table = asked.table and o.source_key = asked.key where o.known_to is null "
        "union select distinct asked.ref, 'entry:' || key from asked join survivors on entry_id = asked.key where asked.table = ''"
    ).to_pylist()
    found |= {row["ref"]: row["node"] for row in met}
    return found | _of_numbered(session, definition, {each["key"]: each["ref"] for each in parts if not each["table"] and each["ref"] not in found})


def _lay_refs(session: EngineSession, parts: list[dict[str, Any]]) -> None:
    lay(session, "asked", {"ref": "VARCHAR", "table": "VARCHAR", "key": "VARCHAR"}, parts)


def _of_numbered(session: EngineSession, definition: RegisterDefinition, entries: Mapping[str, str]) -> dict[str, str]:
    """Entries that a row founded before its number came lead to the entry of that number."""
    if not entries:
        return {}
    own = f"'{definition.prefix}' || substr(md5('{definition.register_}:row:' || source_table || ':' || source_key), 1, 20)"
    lay(session, "founded_ids", {"entry": "VARCHAR"}, [{"entry": each} for each in sorted(entries)])
    rows = session.query(
        f"select distinct own_id, entry_id from (select {own} as own_id, entry_id from observations where known_to is null) as numbered "
        "where own_id in (select entry from founded_ids)"
    ).to_pylist()
    return {entries[row["own_id"]]: f"entry:{row['entry_id']}" for row in rows}


def known_since(session: EngineSession, entries: set[str]) -> dict[str, datetime]:
    """When each of these entries with an identifier was first known, by node."""
    if not entries:
        return {}
    lay(session, "asked_ids", {"entry": "VARCHAR"}, [{"entry": each.removeprefix("entry:")} for each in sorted(entries)])
    rows = session.query(
        "select 'entry:' || entry_id as node, min(known_from) as since from observations where entry_id in (select entry from asked_ids) "
        "group by entry_id"
    ).to_pylist()
    return {row["node"]: row["since"] for row in rows}
