"""Puts what a look found into the inventory: only what differs is written, what is gone gets a tombstone, decisions stay."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.base import new_id
from lingnan.catalogue.inventory.records import DatabaseTable, SystemDatabase, TableColumn
from lingnan.catalogue.inventory.shapes import ColumnFound, DatabaseFound, Discovered, TableFound
from lingnan.catalogue.inventory.suggestion import may_keep_values, suggest_column, without_values
from lingnan.catalogue.records import System
from lingnan.storage import Storage

_AT_ONCE = 500


class Recorder:
    """Records one look into one database within one session."""

    def __init__(self, session: Session, storage: Storage, system: System, found: DatabaseFound) -> None:
        self._session, self._storage, self._found = session, storage, found
        self._counts: Counter[str] = Counter()
        self._retyped: list[str] = []
        self._database = self._take_database(system)

    def record(self) -> Discovered:
        """Take every table; gives what changed."""
        held = {
            (table.schema_name, table.name): table
            for table in self._session.scalars(select(DatabaseTable).where(DatabaseTable.database_id == self._database.id))
        }
        for at in range(0, len(self._found.tables), _AT_ONCE):
            self._take_tables(self._found.tables[at : at + _AT_ONCE], held)
        if self._found.complete:
            self._bury(held, {(table.schema_name, table.name) for table in self._found.tables})
        self._session.flush()
        return Discovered(database=self._database.key, retyped=tuple(self._retyped), **self._counts)

    def _take_database(self, system: System) -> SystemDatabase:
        key = f"{system.key}/{self._found.name}"
        record = self._session.scalars(select(SystemDatabase).where(SystemDatabase.key == key)).first()
        if record is None:
            record = SystemDatabase(id=self._new_id(), key=key, system_id=system.id, name=self._found.name)
            self._session.add(record)
        record.deleted_at, record.discovered_at = None, self._storage.clock.now()
        record.kind, record.version, record.place = self._found.kind, self._found.version, self._found.place
        self._session.flush()
        return record

    def _take_tables(self, found: Iterable[TableFound], held: dict[tuple[str, str], DatabaseTable]) -> None:
        pairs = [(table, self._take_table(table, held)) for table in found]
        self._session.flush()
        known: dict[str, dict[str, TableColumn]] = {record.id: {} for _table, record in pairs}
        for column in self._session.scalars(select(TableColumn).where(TableColumn.table_id.in_(list(known)))):
            known[column.table_id][column.name] = column
        for table, record in pairs:
            self._take_columns(table, record, known[record.id])
        self._session.flush()

    def _take_table(self, found: TableFound, held: dict[tuple[str, str], DatabaseTable]) -> DatabaseTable:
        record = held.get((found.schema_name, found.name))
        if record is None:
            record = DatabaseTable(id=self._new_id(), database_id=self._database.id, schema_name=found.schema_name, name=found.name)
            self._session.add(record)
            self._counts["tables_added"] += 1
        elif record.deleted_at is not None:
            record.deleted_at = None
            self._counts["tables_back"] += 1
        seen = {"kind": found.kind, "comment": found.comment, "references": _as_json(list(found.references))}
        if found.rows is not None:
            seen |= {"rows": found.rows, "rows_are": found.rows_are}
        if _set(record, seen) and record not in self._session.new:
            self._counts["tables_changed"] += 1
        return record

    def _take_columns(self, found: TableFound, table: DatabaseTable, known: dict[str, TableColumn]) -> None:
        for position, wanted in enumerate(found.columns, start=1):
            record = known.pop(wanted.name, None)
            if record is None:
                record = TableColumn(
                    id=self._new_id(), table_id=table.id, name=wanted.name, type=wanted.type, classification="", changed_from="", profile={}
                )
                self._session.add(record)
                self._counts["columns_added"] += 1
                self._see(record, wanted, position)
            elif self._see(record, wanted, position):
                self._counts["columns_changed"] += 1
        for gone in known.values():
            if gone.deleted_at is None:
                gone.deleted_at = self._storage.clock.now()
                self._counts["columns_gone"] += 1

    def _see(self, record: TableColumn, found: ColumnFound, position: int) -> bool:
        """Take over what the database says; whether anything differs."""
        if record.type != found.type:
            # The type it was decided on stays until somebody decides again.
            record.changed_from = record.changed_from or record.type
            self._retyped.append(f"{self._name_of(record)}.{found.name}")
        profile = _as_json(found.profile) or record.profile or {}
        judged = suggest_column(found.name, found.comment, profile)
        if not may_keep_values(record.classification or judged.classification, judged.free_text):
            profile = without_values(profile)
        seen = {
            "position": position, "type": found.type, "length": found.length, "nullable": found.nullable, "key": found.key,
            "comment": found.comment, "profile": profile, "suggested_element": judged.element, "suggested_score": judged.score,
            "element_reasons": list(judged.reasons), "suggested_classification": judged.classification,
            "classification_reason": {"zh": judged.zh, "en": judged.en}, "free_text": judged.free_text, "deleted_at": None,
        }
        return _set(record, seen)

    def _name_of(self, record: TableColumn) -> str:
        table = self._session.get(DatabaseTable, record.table_id)
        return table.name if table else ""

    def _bury(self, held: dict[tuple[str, str], DatabaseTable], found: set[tuple[str, str]]) -> None:
        now = self._storage.clock.now()
        looked_into = set(self._found.schemas)
        gone = [
            table for name, table in held.items()
            if name not in found and table.deleted_at is None and (not looked_into or name[0] in looked_into)
        ]
        for table in gone:
            table.deleted_at = now
        self._counts["tables_gone"] += len(gone)

    def _new_id(self) -> str:
        return new_id(self._storage.node, self._storage.clock)


def _set(record: Any, values: dict[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in changed.items():
        setattr(record, name, value)
    return bool(changed)


def _as_json(value: Any) -> Any:
    """As it comes back from the database, so that equal things compare as equal."""
    return json.loads(json.dumps(value, ensure_ascii=False))
