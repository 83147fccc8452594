"""Measures the audit log: entries a second with signed, durable checkpoints, proofs and verification at a million entries."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lingnan.base import load_settings
from lingnan.storage import Storage
from lingnan.trust import Draft, Subject, Trust

ENTRIES, ONE_BY_ONE, PROOFS, BUSY_HOUR = 1_000_000, 20_000, 200, 100_000
OFFICIAL = Subject("official", "a1", roles=frozenset({"steward"}))
FACTS = {"decisions": {"area.wide": {"clear": 20, "masked": ["name"], "denied": [], "rules": ["steward-plain-columns"]}}}


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def milliseconds(actions: list[Callable[[], object]]) -> float:
    """The 95th of a hundred of such actions."""
    return statistics.quantiles([seconds(action) * 1_000 for action in actions], n=20)[-1]


def measure(home: Path, entries: int) -> list[tuple[str, float, str, float]]:
    """Rows of name, value, unit and the promised limit."""
    settings = load_settings(home)
    storage = Storage.open(settings)
    trust = Trust.open(storage, home, settings.make_clock())
    audit = trust.audit

    def append() -> None:
        for number in range(ONE_BY_ONE):
            audit.record("decision", OFFICIAL, "read", "area.wide", "allowed", "bench", {**FACTS, "about": f"people:{number}"})

    one = ONE_BY_ONE / seconds(append)
    begin = time.perf_counter()
    for _ in range(ONE_BY_ONE, entries, 10_000):
        audit.record_many(Draft("decision", OFFICIAL, "read", "area.wide", "allowed", facts={"n": 1}) for _ in range(10_000))
    many = (entries - ONE_BY_ONE) / (time.perf_counter() - begin)
    size = audit.size()
    step = max(1, size // PROOFS)
    inclusion = milliseconds([lambda number=number: audit.inclusion(number) for number in range(1, size, step)])
    consistency = milliseconds([lambda first=first: audit.consistency(first) for first in range(1, size, step)])
    sighting = milliseconds([lambda n=n: trust.sightings.of("people", str(n)) for n in range(20)])
    checkpoint = milliseconds([lambda: (audit.record("decision", OFFICIAL, "read", "a.t", "allowed"), audit.checkpoint()) for _ in range(20)])
    verified = seconds(lambda: trust.verify())
    audit.record_many(Draft("decision", OFFICIAL, "read", "area.wide", "allowed", facts={"n": 1}) for _ in range(500))
    since = seconds(lambda: trust.verify(whole=False)) * 1_000
    trust.close()
    storage.close()
    return [
        ("append, one by one", one, "entries/s", 2_000), ("append, in batches", many, "entries/s", 2_000),
        (f"verify {size:,} entries", verified, "s", 60 * size / 1_000_000), ("verify 500 entries that are new since", since, "ms", 1_000),
        ("proof of inclusion, p95", inclusion, "ms", 50),
        ("proof of consistency, p95", consistency, "ms", 50), ("signed durable checkpoint", checkpoint, "ms", 100),
        ("who looked at a record", sighting, "ms", 50),
    ]


def measure_watch(home: Path) -> list[tuple[str, float, str, float]]:
    """A round over what 20 seconds bring in a busy hour, and one with nothing new."""
    settings = load_settings(home)
    storage = Storage.open(settings)
    trust = Trust.open(storage, home, settings.make_clock())
    accounts = [Subject("official", f"a{number}") for number in range(200)]

    def busy(entries: int) -> None:
        trust.audit.record_many(Draft("decision", accounts[n % 200], "read", "a.t", "allowed", facts=FACTS) for n in range(entries))

    for _ in range(10):
        busy(BUSY_HOUR // 10)
    while trust.audit.size() > trust.watch._seen:
        trust.watch.round()
    rounds = []
    for _ in range(5):
        busy(500)
        rounds.append(seconds(trust.watch.round) * 1_000)
    idle = milliseconds([trust.watch.round for _ in range(20)])
    trust.close()
    storage.close()
    return [("watching, busy hour", max(rounds), "ms", 2_000), ("watching, idle", idle, "ms", 10)]


def main(entries: int) -> int:
    """Print the table; 1 when a limit is missed."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, value, unit, limit in (*measure(Path(folder, "log"), entries), *measure_watch(Path(folder, "watch"))):
            ratio = value / limit if unit == "entries/s" else limit / value
            missed += ratio < 1
            print(f"{name:28} {value:12,.2f} {unit:10} limit {limit:12,.2f}   {ratio:8.1f} x")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES))
