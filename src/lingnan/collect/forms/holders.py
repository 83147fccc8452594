"""Whose an entry is: the one question that its pictures ask."""

from sqlalchemy import select

from lingnan.collect.forms.records import FormEntry
from lingnan.storage import Storage
from lingnan.trust import SYSTEM, Subject

PICTURE = "form-entry"
"""The kind of object whose attachments are the pictures of entries; its id is the record's."""


class EntryHolders:
    """Pictures of an entry are for who gave it; nobody takes one away but with the entry."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def may(self, subject: Subject, row: str, action: str) -> bool:
        """Whether the subject may `read` or `add`."""
        if subject == SYSTEM:
            return True
        with self._storage.reading() as session:
            holder = session.scalar(select(FormEntry.account).where(FormEntry.id == row))
        return bool(holder) and holder == subject.account and action in ("read", "add")
