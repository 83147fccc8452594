"""What `jobs` announces."""

from dataclasses import dataclass, field
from typing import ClassVar

from lingnan.base import Event


@dataclass(frozen=True)
class BuildEnded(Event):
    """A build came to its end, done or incomplete."""

    name: ClassVar[str] = "jobs.build_ended"
    build: str
    state: str
    steps_run: int
    failed: list[str] = field(default_factory=list)
