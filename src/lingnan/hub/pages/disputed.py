"""Marks of disputed entries on pages, in JSON and in exports: looked up by table and key, the case's number only for who may see the case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.casework.policy import visible
from lingnan.casework.records import Case, Dispute
from lingnan.hub.pages.desk import Desk
from lingnan.insight import Disputed
from lingnan.registers import register_definitions
from lingnan.trust import Subject

BETWEEN = "·"
"""Stands between the parts of a key, on pages as in the form of a dispute."""
PLACES = {"registers.divisions": ("code",), "registers.addresses": ("address_id",)}


class Marks:
    """The open disputes about some tables as one subject may know of them; nothing is counted when there are none."""

    def __init__(self, desk: Desk, subject: Subject, tables: Iterable[str]) -> None:
        self._digest = desk.hub.office.casework.disputes.digest
        wanted = select(Dispute).where(Dispute.until.is_(None), Dispute.table_name.in_(sorted(set(tables)))).order_by(Dispute.since, Dispute.id)
        self._found: dict[tuple[str, str], Disputed] = {}
        with desk.hub.storage.reading() as session:
            disputes = session.scalars(wanted).all()
            known = _known(session, subject, disputes)
            for each in disputes:
                mark = Disputed(number=each.case_number if each.case_id in known else "", items=tuple(each.items))
                self._found.setdefault((each.table_name, each.key_digest), mark)
        self._tables = {table for table, _digest in self._found}

    def of(self, table: str, key: str) -> Disputed | None:
        """The mark of an entry, or None."""
        return self._found.get((table, self._digest(table, key))) if table in self._tables and key else None

    def of_rows(self, table: str, keys: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> dict[int, Disputed]:
        """Place of a row to its mark; a row whose key may not be seen is not marked, since nobody could tell which it is."""
        if table not in self._tables or not keys:
            return {}
        found = ((place, self.of(table, joined(keys, row))) for place, row in enumerate(rows))
        return {place: mark for place, mark in found if mark is not None}


def joined(keys: Sequence[str], row: Mapping[str, Any]) -> str:
    """A row's key as one text; empty when a part of it is not shown."""
    parts = [row.get(name) for name in keys]
    return "" if any(part is None for part in parts) else BETWEEN.join(str(part) for part in parts)


def keys_of(desk: Desk, table: str) -> tuple[str, ...]:
    """The columns by which an entry of a table is named in a dispute: a register's entry id, a contract's key."""
    if table in PLACES:
        return PLACES[table]
    if any(table == defined.table for defined in register_definitions()):
        return ("entry_id",)
    feed = desk.titles.feed(table)
    return tuple(feed.file.key or feed.contract.key) if feed is not None and table == feed.target else ()


def _known(session: Session, subject: Subject, disputes: Iterable[Dispute]) -> set[str]:
    """Those of the disputes' cases that the subject may see."""
    cases = sorted({each.case_id for each in disputes})
    return set(session.scalars(select(Case.id).where(Case.id.in_(cases), visible(subject)))) if cases else set()
