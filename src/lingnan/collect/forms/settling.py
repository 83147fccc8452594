"""What becomes of an entry after it was given: it counts, it is set aside, or it is taken back and nothing of it is kept."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lingnan.collect.forms.records import FormBatch, FormEntry, FormWord
from lingnan.collect.forms.shapes import EntryState
from lingnan.storage import Storage


def settle(storage: Storage, form: str, entry: str, case: str, outcome: EntryState) -> None:
    """Follow what was decided about a contribution in its own case; another case, or the same decision again, changes nothing."""
    wanted = select(FormEntry).where(FormEntry.form == form, FormEntry.entry == entry, FormEntry.case == case).with_for_update()
    with storage.session() as session:
        found = session.scalar(wanted)
        if found is None or found.state in ("withdrawn", "refused"):
            return
        if outcome == "withdrawn":
            take_back(session, found, storage.clock.now())
        elif found.state == "moderated":
            found.state = outcome


def take_back(session: Session, entry: FormEntry, now: datetime) -> None:
    """Keep that there was an entry, and nothing of what it said."""
    if entry.state == "withdrawn":
        return
    entry.state, entry.withdrawn_at = "withdrawn", now
    session.execute(update(FormWord).where(FormWord.entry_id == entry.id).values(sealed="", pictures=[]))
    touch(session, entry)


def touch(session: Session, entry: FormEntry) -> None:
    """Say that the batch which holds the entry has to be written anew."""
    if entry.batch is not None:
        at = (FormBatch.form == entry.form, FormBatch.number == entry.batch)
        session.execute(update(FormBatch).where(*at).values(changed=FormBatch.changed + 1))
