"""Entries become deliveries: files of one form that the ordinary load reads, written from the words that stand and again when one changes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lingnan.collect.forms.definitions import ENTRIES, FOLDER
from lingnan.collect.forms.entries import STANDING, Content, Entries
from lingnan.collect.forms.records import FormBatch, FormEntry
from lingnan.storage import Storage

ROWS = 500
"""Entries a batch: small enough that a correction writes little, large enough that a year of entries is no crowd of files."""


class Batches:
    """Cuts what waits into batches. A batch that was begun before a crash is written by the next cut; written twice it is the same file."""

    def __init__(self, storage: Storage, entries: Entries, home: Path) -> None:
        self._storage, self._entries, self._folder = storage, entries, home / FOLDER / ENTRIES

    def cut(self) -> int:
        """Give every waiting entry its batch and write the batches that changed; gives how many files were written."""
        while self._assign():
            continue
        with self._storage.reading() as session:
            changed = session.execute(select(FormBatch.form, FormBatch.number).where(FormBatch.changed > FormBatch.written)).all()
        for form, number in changed:
            self._write(form, number)
        return len(changed)

    def _assign(self) -> bool:
        """Put up to a batch's worth of one form's waiting entries into a new batch; whether there were any."""
        waiting = select(FormEntry).where(FormEntry.state == "waiting", FormEntry.batch.is_(None)).order_by(FormEntry.form, FormEntry.id)
        with self._storage.session() as session:
            found = session.scalars(waiting.limit(ROWS).with_for_update()).all()
            if not found:
                return False
            form = found[0].form
            number = (session.scalar(select(func.max(FormBatch.number)).where(FormBatch.form == form)) or 0) + 1
            session.add(FormBatch(form=form, number=number, changed=1, written=0))
            for each in found:
                if each.form == form:
                    each.batch, each.state = number, "delivered"
            return True

    def _write(self, form: str, number: int) -> None:
        with self._storage.reading() as session:
            batch = session.get_one(FormBatch, (form, number))
            changed, rows = batch.changed, list(self._rows(session, form, number))
        folder = self._folder / form
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{number:08d}.json"
        _replace(path, json.dumps({"rows": rows}, ensure_ascii=False))
        with self._storage.session() as session:
            # A word that came while the file was written leaves the batch to be written once more.
            at = (FormBatch.form == form, FormBatch.number == number, FormBatch.written < changed)
            session.execute(update(FormBatch).where(*at).values(written=changed))

    def _rows(self, session: Session, form: str, number: int) -> Iterator[dict[str, object]]:
        held = select(FormEntry).where(FormEntry.form == form, FormEntry.batch == number, FormEntry.state.in_(STANDING))
        for entry in session.scalars(held.order_by(FormEntry.id)).all():
            content = self._entries.content(session, entry)
            for line, row in enumerate(content.rows, start=1):
                yield {**row, **_told(entry, content, line)}


def _told(entry: FormEntry, content: Content, line: int) -> dict[str, object]:
    """What the form adds to a row: where it came from."""
    place = content.position
    return {
        "form_entry": entry.entry, "form_line": line, "form_revision": entry.revision, "form_organisation": entry.organisation or None,
        "form_account": entry.account or None, "form_received": entry.received_at.isoformat(),
        "form_longitude": place.longitude if place else None, "form_latitude": place.latitude if place else None,
        "form_accuracy": place.accuracy if place else None,
    }


def _replace(path: Path, text: str) -> None:
    """The file with this content, whole or as it was."""
    made = path.with_suffix(".part")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
