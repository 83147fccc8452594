"""A worker as a process of its own, for tests that stop or kill it; refuses and tells every connection it would make."""

import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lingnan.base import Incomplete, Settings
from lingnan.jobs import run_worker
from lingnan.storage import Storage

home = Path(sys.argv[1])


def refuse(self, address):
    (home / "connections").write_text(repr(address))
    raise OSError("no network")


socket.socket.connect = refuse


def write(arguments, stop):
    with (home / "log").open("a") as log:
        log.write(f"{arguments['word']}\n")
    return "written"


def slow(arguments, stop):
    (home / "slow-began").touch()
    for _ in range(200):
        if (home / "quick").exists():
            return write(arguments, stop)
        if stop.is_set():
            raise Incomplete("停止", "stopped")
        time.sleep(0.05)
    return "never"


settings = Settings(home=home, clock=datetime(2026, 10, 31, tzinfo=UTC))
storage = Storage.open(settings)
print("ready", flush=True)
run_worker(storage, settings, duties={"write": write, "slow": slow}, tick_s=0.1)
print("stopped", flush=True)
