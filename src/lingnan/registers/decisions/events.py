"""What is announced of decisions; nothing in it names a record."""

from dataclasses import dataclass
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class LinkDecided(Event):
    """Decisions about pairs of a register were made or taken back, so that its links are due to be made anew."""

    name: ClassVar[str] = "registers.link_decided"
    register: str
    decisions: int
    mark: str
