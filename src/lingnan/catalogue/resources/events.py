"""What the catalogue announces of its resources; nothing in it is a personal value."""

from dataclasses import dataclass, field
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class ResourcesOverdue(Event):
    """Resources of a department are later than their declared cycle and its grace allow; once a day and department."""

    name: ClassVar[str] = "catalogue.resources_overdue"
    department: str
    organisation: str
    zh: str
    en: str
    count: int
    worst_days: int
    day: str
    resources: list[str] = field(default_factory=list)
