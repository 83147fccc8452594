"""Workbooks that were uploaded and never confirmed: the nightly round lets go of them."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from lingnan.casework.attachments import Attachments
from lingnan.casework.notice_records import Attachment
from lingnan.hub.office import WORKBOOK
from lingnan.storage import Storage
from lingnan.trust import SYSTEM

WAITS: Final = timedelta(days=1)
"""So long an uploaded workbook waits for its sender to confirm it; the pages tell them."""
EXPIRED: Final = "未在一天内确认 not confirmed within a day"


def sweep_workbooks(attachments: Attachments, storage: Storage) -> int:
    """Remove every workbook that nobody confirmed in time, leaving its tombstone; gives how many."""
    waiting = Attachment.owner_kind == WORKBOOK, Attachment.removed_at.is_(None), Attachment.uploaded_at <= storage.clock.now() - WAITS
    with storage.reading() as session:
        expired = list(session.scalars(select(Attachment.id).where(*waiting).order_by(Attachment.id)))
    for each in expired:
        attachments.remove(SYSTEM, each, EXPIRED)
    return len(expired)
