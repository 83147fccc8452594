"""A process that writes one entry of the negative list after another until it is killed: by its parent, or at a point of its own."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lingnan.base import Settings
from lingnan.storage import Storage
from lingnan.trust import NegativeForm, Subject, Trust

SECURITY = Subject("official", "x1", roles=frozenset({"security"}), assurance=2)
WRITES_BEFORE_THE_END = 3


def settings_of(home: Path, url: str) -> Settings:
    """The settings parent and child share."""
    return Settings(home=home, storage_url=url) if url else Settings(home=home)


def die(*_arguments: Any, **_named: Any) -> None:
    """As a power switch would."""
    os.kill(os.getpid(), signal.SIGKILL)


def write(trust: Trust, name: str) -> None:
    """One write, named so that the log's intent tells which entry it was about."""
    form = NegativeForm(name, "数据安全法 第二十一条", "不共享", "Not shared", table="gongan.resident", columns=("income",))
    trust.negative_list.add(form, SECURITY)


def run(home: Path, how: str, url: str, name: str) -> None:
    """Write for ever, or die `before` the commit or `after` it (before the outcome) of the last of a few writes."""
    storage = Storage.open(settings_of(home, url))
    trust = Trust.open(storage, home, storage.clock)
    print("ready", flush=True)  # the parent waits for it
    number = 0
    while True:
        if number == WRITES_BEFORE_THE_END and how == "before":
            event.listen(storage._engine, "commit", die)
        elif number == WRITES_BEFORE_THE_END and how == "after":
            trust.audit.outcome = die  # type: ignore[method-assign]
        write(trust, f"{name}-{number}")
        number += 1


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
