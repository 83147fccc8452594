"""What every room stands on: errors, settings, clock, identifiers, event types, progress, guarded outgoing HTTP."""

from lingnan.base.addresses import WebAddress, read_place, read_web_address, shown
from lingnan.base.clock import CHINA, Clock, FixedClock, SystemClock
from lingnan.base.errors import (
    BadInput,
    Conflict,
    Damaged,
    DatabaseAway,
    Incomplete,
    LingnanError,
    Missing,
    Refused,
    Unavailable,
    WrongUse,
)
from lingnan.base.events import (
    AlertRaised,
    BatchLoaded,
    Event,
    LoadAlarmed,
    ModelMoved,
    RegisterBuilt,
    TableCommitted,
    TableGoverned,
)
from lingnan.base.form_faults import fitted, form_misfits, misfits_told
from lingnan.base.identifiers import content_digest, new_id, new_ids
from lingnan.base.later import opened_later
from lingnan.base.outgoing import Answer, OutgoingClient, Resolver
from lingnan.base.progress import Progress, SilentProgress
from lingnan.base.settings import Settings, load_settings, setting_rows
from lingnan.base.yaml_text import load_yaml

__all__ = [
    "CHINA",
    "AlertRaised",
    "Answer",
    "BadInput",
    "BatchLoaded",
    "Clock",
    "Conflict",
    "Damaged",
    "DatabaseAway",
    "Event",
    "FixedClock",
    "Incomplete",
    "LingnanError",
    "LoadAlarmed",
    "Missing",
    "ModelMoved",
    "OutgoingClient",
    "Progress",
    "Refused",
    "RegisterBuilt",
    "Resolver",
    "Settings",
    "SilentProgress",
    "SystemClock",
    "TableCommitted",
    "TableGoverned",
    "Unavailable",
    "WebAddress",
    "WrongUse",
    "content_digest",
    "fitted",
    "form_misfits",
    "load_settings",
    "load_yaml",
    "misfits_told",
    "new_id",
    "new_ids",
    "opened_later",
    "read_place",
    "read_web_address",
    "setting_rows",
    "shown",
]
