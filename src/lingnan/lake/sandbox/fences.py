"""What the operating system forbids the child: more memory, time and disk than allowed, any file but those named, core dumps, the network."""

import ctypes
import math
import os
import resource
import struct
import time
from collections.abc import Iterable
from pathlib import Path

_NO_NEW_PRIVILEGES = 38
# Landlock's calls have the same numbers on every architecture (Linux 5.13 and later).
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ_FILE, _EXECUTE_BIT, _ALL_OF_ABI_1 = 1 << 2, 1 << 0, (1 << 13) - 1
_SPARE_BYTES, _THREAD_BYTES = 512 << 20, 128 << 20
_OPEN_FILES = 512


def limit_resources(memory: int, disk: int, cpu_seconds: int, threads: int) -> None:
    """Bound what this process may use: `memory` and `disk` in bytes, a file is never larger than `disk`, no core is dumped.

    The engine counts its own memory; the address space bounds what it does not count, with room for every thread's stack and arena.
    """
    space = _address_space() + 2 * memory + _SPARE_BYTES + threads * _THREAD_BYTES
    wanted = {
        resource.RLIMIT_AS: space, resource.RLIMIT_FSIZE: disk, resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
    }
    for kind, most in wanted.items():
        _soft, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def limit_reading(seconds: int) -> None:
    """End this process when it has used so many more seconds of the processor; `limit_resources` takes the place of this bound."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def forbid_processes() -> None:
    """No thread or process is begun from here on; the superuser is exempt from this limit."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def enclose(readable: Iterable[str], spill: Path) -> bool:
    """Leave this thread, and those it begins, only the named files to read and one folder to spill into; whether the kernel can (Landlock)."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return False
    everything = _ALL_OF_ABI_1 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0) | (1 << 15 if version >= 5 else 0)
    # From version 4 on also: bind and connect TCP; from 6 on: abstract sockets and signals to others.
    attributes = struct.pack("Q", everything) + (struct.pack("Q", 3) if version >= 4 else b"") + (struct.pack("Q", 3) if version >= 6 else b"")
    rules = libc.syscall(_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    for file in readable:
        _allow(libc, rules, file, _READ_FILE)
    _allow(libc, rules, str(spill), everything & ~_EXECUTE_BIT)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = bool(libc.syscall(_RESTRICT, rules, 0) == 0)
    os.close(rules)
    return done


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(_ADD, rules, 1, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
