"""What the hub knows: one SQL database, its sessions, its record base, its outbox of events."""

from lingnan.storage.copying import TableContent, content, copy, neutral
from lingnan.storage.fences import Fence, fenced
from lingnan.storage.intents import Intent, IntentMark, marking, unmarked
from lingnan.storage.moving import Place, held_still
from lingnan.storage.outbox import OutboxEvent, pending_events
from lingnan.storage.records import NodeSequence, Record, Travelling, UtcDateTime
from lingnan.storage.service import Storage, connected_engine
from lingnan.storage.upserts import insert_of
from lingnan.storage.urls import database_url, shown

__all__ = [
    "Fence", "Intent", "IntentMark", "NodeSequence", "OutboxEvent", "Place", "Record", "Storage", "TableContent", "Travelling", "UtcDateTime",
    "connected_engine", "content", "copy", "database_url", "fenced", "held_still", "insert_of", "marking", "neutral", "pending_events", "shown",
    "unmarked",
]
