"""Finds out how writes ended whose process died: builds by their ledger, loads by their batches."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lingnan.collect.records import LoadBatch
from lingnan.jobs import recent_builds
from lingnan.storage import Storage
from lingnan.trust import AuditLog, Entry, Recoverer

Found = tuple[Any, Mapping[str, Any]]


def recoverers(storage: Storage, audit: AuditLog) -> dict[str, Recoverer]:
    """By the action of an intent, for writes of many units of work; any other is known by its mark."""
    return {
        "build": lambda intent: _build(storage, intent),
        "collect.load": lambda intent: _load(storage, intent),
        # Several units, each safe to repeat: the next build does it again from the start.
        "catalogue.register": lambda intent: None,
        # Kept in the log's own file, so beside every mark.
        "checkpoint.take": lambda intent: _taken(audit, intent),
    }


def _build(storage: Storage, intent: Entry) -> Found | None:
    """The first build begun after the intent: its ledger says whether it came to its end."""
    begun = [build for build in recent_builds(storage) if build.started_at and build.started_at >= datetime.fromisoformat(intent.at)]
    if not begun or begun[-1].state not in ("done", "incomplete"):
        return None
    return "done", {"build": begun[-1].id, "state": begun[-1].state}


def _taken(audit: AuditLog, intent: Entry) -> Found:
    """Whether every co-signature that was to be taken lies under its checkpoint."""
    note = audit.notes.note(int(intent.facts["size"]))
    kept = {line.signer for line in note.lines if line.at} if note else set()
    return ("done", {}) if set(intent.facts["witnesses"]) <= kept else ("abandoned", {"changed": "nothing"})


def _load(storage: Storage, intent: Entry) -> Found | None:
    """The first batch of the table received after the intent: landed or empty means that the load was whole."""
    since, table = datetime.fromisoformat(intent.at), intent.resource if "." in intent.resource else f"landing.{intent.resource}"
    batches = select(LoadBatch).where(LoadBatch.feed == f"file:{table}", LoadBatch.received_at >= since).order_by(LoadBatch.sequence)
    with storage.reading() as session:
        batch = session.scalars(batches.limit(1)).first()
        if batch is None or batch.state not in ("landed", "empty"):
            return None
        return "done", {"batch": batch.batch, "rows": batch.rows}
