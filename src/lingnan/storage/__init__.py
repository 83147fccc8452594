"""What the hub knows: one SQL database, its sessions, its record base, its outbox of events."""

from lingnan.storage.intents import Intent, IntentMark, marking, unmarked
from lingnan.storage.outbox import OutboxEvent, pending_events
from lingnan.storage.records import NodeSequence, Record, Travelling, UtcDateTime
from lingnan.storage.service import Storage

__all__ = [
    "Intent", "IntentMark", "NodeSequence", "OutboxEvent", "Record", "Storage", "Travelling", "UtcDateTime", "marking", "pending_events", "unmarked",
]
