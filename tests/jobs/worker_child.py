"""A worker as a process of its own, for tests that stop or kill it; refuses and tells every connection it would make off this machine.

With a folder as its only word it is one worker. Without any it forks a worker for every line it is given, having read the libraries once.
"""

import json
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from lingnan.base import Incomplete, Settings
from lingnan.jobs import Pace, Work, run_worker
from lingnan.storage import Storage

PACE = {"tick_s": 0.1, "poll_s": 0.5, "look_s": 0.2, "silence_s": 120}


class Child:
    """What a worker of a test can do: write a word to a file, be slow about it, and have an effect in the hub's database."""

    def __init__(self, home, storage):
        self.home = home
        self.storage = storage
        self.duties = {"write": self.write, "slow": self.slow, "count": self.count}

    def write(self, arguments, stop):
        with (self.home / "log").open("a") as log:
            log.write(f"{arguments['word']}\n")
        return "written"

    def slow(self, arguments, stop):
        (self.home / "slow-began").touch()
        for _ in range(200):
            if (self.home / "quick").exists():
                return self.write(arguments, stop)
            if stop.is_set():
                raise Incomplete("停止", "stopped")
            time.sleep(0.05)
        return "never"

    def count(self, arguments, stop):
        """Two units of work; the second has an effect, safe to repeat unless `blind`. Between them it waits for a file when `hold` names one."""
        number, hold = arguments["number"], arguments.get("hold")
        with self.storage.session() as session:
            session.execute(text("insert into begun (number) values (:number)"), {"number": number})
        while hold and not (self.home / hold).exists():
            time.sleep(0.01)
        guard = "" if arguments.get("blind") else "where not exists (select 1 from ended where number = :number)"
        with self.storage.session() as session:
            session.execute(text(f"insert into ended (number) select cast(:number as integer) {guard}"), {"number": number})
        return "counted"


def work(home, storage_url="", told=None, **pace):
    """Be one worker."""
    settings = Settings(home=home, clock=datetime(2026, 10, 31, tzinfo=UTC), storage_url=storage_url)
    storage = Storage.open(settings)
    print("ready", flush=True)
    pace = PACE | pace
    silence = timedelta(seconds=pace.pop("silence_s"))
    run_worker(storage, settings, Work(Child(home, storage).duties, told=told or (lambda *_news: None)), pace=Pace(**pace, silence=silence))
    print("stopped", flush=True)


def nest():
    """Fork a worker for every line; its words go to the file `out`, and its number back."""
    from lingnan.jobs.queue import load_queue

    load_queue()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(asked.pop("out"), os.O_WRONLY | os.O_CREAT | os.O_APPEND), 1)
            work(Path(asked.pop("home")), told=lambda *news: print(*news, sep="|", flush=True), **asked)
            os._exit(0)
        print(number, flush=True)


if __name__ == "__main__" and len(sys.argv) == 1:
    nest()
elif __name__ == "__main__":
    place = Path(sys.argv[1])

    def refuse(self, address):
        (place / "connections").write_text(repr(address))
        raise OSError("no network")

    socket.socket.connect = refuse
    work(place)
