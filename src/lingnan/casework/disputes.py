"""Disputed marks 异议标注: which entries of which tables are disputed, found by a keyed digest of the key, until the case is decided."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lingnan.casework.form import canonical
from lingnan.casework.moving import Mover
from lingnan.casework.policy import find
from lingnan.casework.records import Dispute
from lingnan.casework.shapes import Authority, DisputeView, Vault
from lingnan.jobs import Announced
from lingnan.storage import Storage
from lingnan.trust import SYSTEM

USE = "casework.dispute"
Key = str | Mapping[str, Any]
"""An entry's key: one value, or a value for each column of it."""


class Disputes:
    """Marks and unmarks entries, once a case, and tells what is disputed."""

    def __init__(self, storage: Storage, trust: Authority, vault: Vault | None = None) -> None:
        self._storage, self._trust, self._vault = storage, trust, vault

    def open_for(self, table: str) -> list[DisputeView]:
        """Every open dispute about the table, oldest first."""
        return self._views(Dispute.table_name == table, Dispute.until.is_(None))

    def of(self, table: str, key: Key) -> list[DisputeView]:
        """The open disputes about one entry."""
        return self._views(Dispute.table_name == table, Dispute.key_digest == self.digest(table, key), Dispute.until.is_(None))

    def of_case(self, case: str) -> list[DisputeView]:
        """Every mark a case brought, decided or not."""
        return self._views((Dispute.case_id == case) | (Dispute.case_number == case))

    def digest(self, table: str, key: Key) -> str:
        """The keyed name of an entry; the same for the same table and key, and it does not tell the key."""
        return self._trust.pseudonym("dispute", canonical({"table": table, "key": _plain(key)}))

    def key_of(self, session: Session, dispute: Dispute) -> str:
        """The key a mark was made with; empty where it was personal and there was no vault to seal it."""
        return self._vault.unseal(USE, dispute.key) if dispute.sealed and self._vault else "" if dispute.sealed else dispute.key

    def mark(self, session: Session, case: str, number: str, table: str, key: Key, items: list[str], *, personal: bool = True) -> None:
        """Mark an entry as disputed by a case; a second time changes nothing, even after it was unmarked."""
        digest = self.digest(table, key)
        same = select(Dispute).where(Dispute.case_id == case, Dispute.table_name == table, Dispute.key_digest == digest)
        if session.scalar(same) is not None:
            return
        text, sealed = canonical({"key": _plain(key)}), personal
        kept = text if not personal else self._vault.seal(USE, text) if self._vault else ""
        session.add(Dispute(
            case_id=case, case_number=number, table_name=table, key_digest=digest, key=kept, sealed=sealed, items=sorted(items),
            since=self._storage.clock.now(),
        ))
        session.flush()

    def unmark(self, session: Session, case: str) -> None:
        """Take the marks of a case away; they stay on record with their end."""
        for dispute in session.scalars(select(Dispute).where(Dispute.case_id == case, Dispute.until.is_(None))):
            dispute.until = self._storage.clock.now()

    def take(self, session: Session, event: Announced, mover: Mover) -> None:
        """Carry out `mark_disputed` and `unmark_disputed` of an announced effect, within the delivery's session."""
        effect, case = event.payload["effect"], event.payload["case"]
        if effect == "unmark_disputed":
            self.unmark(session, case)
        elif effect == "mark_disputed":
            found = find(session, SYSTEM, case).case
            facts = mover.facts(found)
            items = [item.strip() for item in str(facts.get("items", "")).replace("、", ",").split(",") if item.strip()]
            self.mark(session, found.id, found.number, str(facts["table"]), str(facts["entry_key"]), items)

    def _views(self, *conditions: Any) -> list[DisputeView]:
        with self._storage.reading() as session:
            found = session.scalars(select(Dispute).where(*conditions).order_by(Dispute.since, Dispute.id))
            return [
                DisputeView(
                    case=each.case_id, number=each.case_number, table=each.table_name, key_digest=each.key_digest, items=each.items, since=each.since,
                    until=each.until,
                )
                for each in found
            ]


def _plain(key: Key) -> Any:
    return key if isinstance(key, str) else {name: str(value) for name, value in key.items()}
