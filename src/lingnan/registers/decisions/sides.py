"""What stands on either side of a pair: the values of one delivered row, or of all rows that speak in an entry, with where they come from."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from lingnan.lake import EngineSession
from lingnan.registers.decisions.shapes import ENTRY, entry_reference, read_reference, row_reference
from lingnan.registers.shapes import RegisterDefinition, Source
from lingnan.standards import IDENTIFIERS

Hidden = Callable[[str], Collection[str]]
"""The columns of a table that the reader's view leaves out."""
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class SideRow:
    """One delivered row: where it stands, what it says by attribute (a former name is a second name), since when."""

    table: str
    key: str
    values: Mapping[str, tuple[Any, ...]]
    identifiers: tuple[str, ...] = ()
    valid_from: date | None = None
    known_from: datetime | None = None
    joined_by: str = ""

    @property
    def reference(self) -> str:
        """How a decision names it."""
        return row_reference(self.table, self.key)


@dataclass(frozen=True)
class Side:
    """A row, or an entry with its rows; without rows there is no such thing (any more)."""

    reference: str
    rows: tuple[SideRow, ...] = ()
    surviving: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identifiers(self) -> frozenset[str]:
        """The identifiers its rows carry, right or wrong."""
        return frozenset(each for row in self.rows for each in row.identifiers)

    def said(self, attribute: str, without: Collection[str] = ()) -> tuple[Any, ...]:
        """The different values of an attribute, the surviving one first; of an entry, rows of these references left out."""
        survives = self.surviving.get(attribute)
        without = without if self.reference.startswith(ENTRY) else ()
        values = [value for row in self.rows if row.reference not in without for value in row.values.get(attribute, ())]
        first = [survives] if survives is not None and survives in values else []
        return tuple(dict.fromkeys([*first, *values]))


def read_sides(session: EngineSession, definition: RegisterDefinition, references: Iterable[str], hidden: Hidden) -> dict[str, Side]:
    """What stands behind references, in the columns that the session's views show; one that is gone has no rows."""
    wanted = list(dict.fromkeys(references))
    entries = [each.removeprefix(ENTRY) for each in wanted if each.startswith(ENTRY)]
    rows = [read_reference(each) for each in wanted if not each.startswith(ENTRY)]
    return {**{each: Side(each) for each in wanted}, **_entries(session, definition, entries), **_rows(session, definition, rows, hidden)}


def read_row(session: EngineSession, definition: RegisterDefinition, reference: str, sources: Iterable[Source], hidden: Hidden) -> Side:
    """One delivered row as some sources of its table speak of it; the session's view shows that row alone, its key perhaps masked."""
    told = [row for source in sources for row in session.query(_values_sql(definition, source, hidden(source.table))).to_pylist()]
    return Side(reference, _together(definition, told)[:1])


def joined(reference: str, sides: Iterable[Side]) -> Side:
    """One side out of what is known of it in parts."""
    rows = [row for side in sides for row in side.rows]
    if not rows:
        return Side(reference)
    names = dict.fromkeys(name for row in rows for name in row.values)
    values = {name: tuple(dict.fromkeys(value for row in rows for value in row.values.get(name, ()))) for name in names}
    days, moments = ([each for each in found if each] for found in zip(*((row.valid_from, row.known_from) for row in rows), strict=True))
    identifiers = tuple(dict.fromkeys(each for row in rows for each in row.identifiers))
    whole = SideRow(rows[0].table, rows[0].key, values, identifiers, max(days, default=None), max(moments, default=None), rows[0].joined_by)
    return Side(reference, (whole,))


def tables_of(definition: RegisterDefinition, references: Iterable[str]) -> tuple[str, ...]:
    """The tables that hold what stands behind references."""
    known = {source.table for source in definition.sources}
    found: dict[str, None] = {}
    for each in references:
        table, _key = read_reference(each)
        found.update(dict.fromkeys([table] if table in known else [] if table else [definition.table, definition.observations]))
    return tuple(found)


def same_evidence(definition: RegisterDefinition, left: Side, right: Side) -> dict[str, Any] | None:
    """What a decision about two sides rests on: the different values of what both speak of; None when one is gone.

    An entry is taken without the other side's own rows, so that a row that was joined to it does not change what its joining rests on.
    """
    if not left.rows or not right.rows:
        return None
    mine, other = ({row.reference for row in side.rows} for side in (left, right))
    shown = {name: (_plain(left.said(name, other)), _plain(right.said(name, mine))) for name in definition.attributes}
    return {name: both for name, both in shown.items() if all(both)}


def contradicting_identifiers(definition: RegisterDefinition, left: Side, right: Side) -> bool:
    """Whether both sides carry right identifiers and none in common: then they are never the same."""
    kind = IDENTIFIERS[definition.identifier_kind]
    one, two = ({kind.normal(each) for each in side.identifiers if kind.valid(kind.normal(each))} for side in (left, right))
    return bool(one and two) and not one & two


def _plain(values: Iterable[Any]) -> list[str]:
    return sorted({str(value) for value in values})


def _entries(session: EngineSession, definition: RegisterDefinition, entries: list[str]) -> dict[str, Side]:
    if not entries:
        return {}
    session.add_arrow("entries_wanted", pa.table({"entry_id": pa.array(entries, pa.string())}))
    told = session.query(
        f"select o.* from {definition.observations} as o join entries_wanted as w on w.entry_id = o.entry_id "
        "where o.known_to is null and o.valid_to is null order by o.source_table, o.source_key, o.known_from"
    ).to_pylist()
    survived = session.query(f"select e.* from {definition.table} as e join entries_wanted as w on w.entry_id = e.entry_id").to_pylist()
    survivors = {row["entry_id"]: row for row in survived}
    found = {}
    for entry in entries:
        rows = _together(definition, (row for row in told if row["entry_id"] == entry))
        found[entry_reference(entry)] = Side(entry_reference(entry), rows, survivors.get(entry, {}))
    return found


def _rows(session: EngineSession, definition: RegisterDefinition, rows: list[tuple[str, str]], hidden: Hidden) -> dict[str, Side]:
    if not rows:
        return {}
    session.add_arrow("rows_wanted", pa.table({
        "source_table": pa.array([each[0] for each in rows], pa.string()), "source_key": pa.array([each[1] for each in rows], pa.string()),
    }))
    tables = {table for table, _key in rows}
    told = [
        row for source in definition.sources if source.table in tables and not _speaks_of(f"{source.key} {source.where}", hidden(source.table))
        for row in session.query(_row_sql(definition, source, hidden(source.table))).to_pylist()
    ]
    together = _together(definition, told)
    return {row.reference: Side(row.reference, (row,)) for row in together}


def _row_sql(definition: RegisterDefinition, source: Source, hidden: Collection[str]) -> str:
    wanted = f"select source_key from rows_wanted where source_table = '{source.table}'"
    return f"{_values_sql(definition, source, hidden)} where cast({source.key} as varchar) in ({wanted}) and ({source.where})"


def _values_sql(definition: RegisterDefinition, source: Source, hidden: Collection[str]) -> str:
    """Masked columns come masked; what a view leaves out comes as nothing."""
    def shown(sql: str, kind: str) -> str:
        return f"cast(null as {kind})" if _speaks_of(sql, hidden) else f"try_cast({sql} as {kind})"

    values = "".join(f", {shown(sql, definition.attributes[name].type)} as {name}" for name, sql in source.columns.items())
    return (
        f"select '{source.table}' as source_table, {shown(source.key, 'varchar')} as source_key, "
        f"{shown(source.identifier, 'varchar')} as identifier, {shown(source.valid_from, 'date')} as valid_from, "
        f"{shown('_received_at', 'timestamptz')} as known_from{values} from {source.table}"
    )


def _speaks_of(sql: str, hidden: Collection[str]) -> bool:
    """Whether an expression of a definition names one of the columns, its texts aside."""
    return not set(hidden).isdisjoint(_NAME.findall(re.sub(r"'[^']*'", " ", sql.lower())))


def _together(definition: RegisterDefinition, told: Iterable[Mapping[str, Any]]) -> tuple[SideRow, ...]:
    """Words of one delivered row, which several sources may speak of, as one row."""
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in told:
        grouped.setdefault((str(row.get("source_table") or ""), str(row.get("source_key") or "")), []).append(row)
    return tuple(_one(definition, table, key, words) for (table, key), words in grouped.items())


def _one(definition: RegisterDefinition, table: str, key: str, words: list[Mapping[str, Any]]) -> SideRow:
    values = {name: tuple(dict.fromkeys(word[name] for word in words if word.get(name) is not None)) for name in definition.attributes}
    days, moments = ([word[name] for word in words if word.get(name)] for name in ("valid_from", "known_from"))
    return SideRow(
        table, key, {name: each for name, each in values.items() if each},
        tuple(dict.fromkeys(str(word["identifier"]) for word in words if word.get("identifier"))),
        max(days, default=None), max(moments, default=None), next((str(word["joined_by"]) for word in words if word.get("joined_by")), ""),
    )
