"""What the registers announce; nothing in it names an entry."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class RegisterChanged(Event):
    """After a build something new is known of a register: how many entries were added, changed, merged, split and retired.

    `since` and `until` are moments of knowing (ISO 8601, UTC); `since` is empty for the first news of a register.
    """

    name: ClassVar[str] = "registers.register_changed"
    register: str
    since: str
    until: str
    added: int = 0
    changed: int = 0
    merged: int = 0
    split: int = 0
    retired: int = 0
