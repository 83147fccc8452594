"""Which process this is, and whether another one still lives; a number alone may have been given to a newcomer."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

GONE_STATES = ("Z", "X")
"""A killed child that its parent has not collected yet is a zombie: it does no work any more."""


@dataclass(frozen=True)
class ProcessMark:
    """A process, told apart from every other on every host: host, number, and when it started."""

    host: str
    pid: int
    started: str

    @classmethod
    def own(cls) -> "ProcessMark":
        """The process that asks."""
        return cls(_host(), os.getpid(), _started(os.getpid()) or "")

    def is_dead(self) -> bool | None:
        """True or False for a process of this host; None when it ran elsewhere and only its silence can tell."""
        if self.host != _host():
            return None
        return _started(self.pid) != self.started


def _host() -> str:
    """Containers may share a host name but not their numbering of processes, so that is part of it where it is known."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()} {namespace.readlink() if namespace.is_symlink() else ''}".strip()[:200]


def _started(pid: int) -> str | None:
    """When the process started, in ticks since this boot; None when there is none."""
    if not Path("/proc/self/stat").exists():
        return _answers(pid)
    try:
        told = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The name in brackets may hold anything, so fields are counted after its last bracket: state is field 3, start 22.
    fields = told.rpartition(")")[2].split()
    if fields[0] in GONE_STATES:
        return None
    return f"{_boot()} {fields[19]}"


def _boot() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return boot.read_text().strip() if boot.exists() else ""


def _answers(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""
