"""The files of standards in the making: the drafting office and the hub's add them, everybody reads them once the draft is open for comments."""

from sqlalchemy import select

from lingnan.catalogue.registry.records import StandardDocument
from lingnan.catalogue.resources.permits import belongs
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject

STANDARD = "standard"
"""What attachments of standards belong to, by the id of the project."""
INSIDE = ("proposed", "drafting", "refused", "abandoned")
"""Stages in which only those who draft see the text."""
WRITING = ("proposed", "drafting", "consulting", "settling", "examining", "counting", "approving", "approved")


class StandardFiles:
    """Who may read and add."""

    def __init__(self, storage: Storage, office: str) -> None:
        self._storage, self._office = storage, office

    def may(self, subject: Subject, document: str, action: str) -> bool:
        """Whether the subject may `read` or `add`; what was added stays, so that every draft can be cited."""
        if subject == SYSTEM:
            return True
        with self._storage.reading() as session:
            row = session.execute(
                select(StandardDocument.stage, StandardDocument.organisation).where(StandardDocument.key == document)
            ).first()
            if row is None or action not in ("read", "add"):
                return False
            inside = belongs(session, subject, row.organisation, self._office)
        return (inside and row.stage in WRITING) if action == "add" else (inside or row.stage not in INSIDE)
