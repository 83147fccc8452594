"""Measures the audit log and the policy point: entries a second, verification, decisions over a table of 30 columns."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from lingnan.base import load_settings
from lingnan.storage import Storage
from lingnan.trust import ANONYMOUS, Classified, Column, Draft, Subject, Trust

ENTRIES = 20_000
DECISIONS = 1_000
STEWARD = Subject("official", "a1", roles=frozenset({"steward"}), assurance=2)
CLASSES: tuple[Any, ...] = ("public", "internal", "personal", "sensitive")
WIDE = Classified("area.wide", tuple(Column(f"c{n}", CLASSES[n % 4], ("", "phone")[n % 8 // 4]) for n in range(30)))


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def measure(home: Path) -> list[tuple[str, float, str, float]]:
    """Rows of name, value, unit and the promised limit."""
    settings = load_settings(home)
    trust = Trust.open(Storage.open(settings), home, settings.make_clock(), {WIDE.table: WIDE}.get)

    def append() -> None:
        for number in range(ENTRIES):
            trust.record("decision", ANONYMOUS, "read", "area.wide", "allowed", "bench", {"n": number})

    def append_many() -> None:
        for begin in range(0, ENTRIES, 1_000):
            trust.audit.record_many(
                Draft("decision", ANONYMOUS, "read", "area.wide", "allowed", facts={"n": n}) for n in range(begin, begin + 1_000)
            )

    def decide(subject: Subject) -> float:
        """Milliseconds of one decision with its masks and its entry in the log."""
        return seconds(lambda: trust.decide(subject, "read", "area.wide")) * 1_000

    one, many = ENTRIES / seconds(append), ENTRIES / seconds(append_many)
    first = decide(STEWARD)
    # Nobody has asked as these accounts yet, so nothing of their decisions is remembered.
    cold = median(decide(replace(STEWARD, account=f"b{number}")) for number in range(DECISIONS // 5))
    warm = median(decide(STEWARD) for _ in range(DECISIONS))
    allow = median(seconds(lambda: trust.allow(STEWARD, "page.view")) * 1_000 for _ in range(DECISIONS))
    found = trust.verify()
    verified = found.entries / seconds(trust.verify)
    trust.close()
    return [
        ("append, one by one", one, "entries/s", 2_000), ("append, in batches", many, "entries/s", 2_000),
        ("verify", verified, "entries/s", 1_000_000 / 60), ("first of a process", first, "ms", 200),
        ("decide, cold", cold, "ms", 10), ("decide, remembered", warm, "ms", 2), ("allow, remembered", allow, "ms", 2),
    ]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, value, unit, limit in measure(Path(folder)):
            ratio = value / limit if unit == "entries/s" else limit / value
            print(f"{name:22} {value:12,.2f} {unit:10} limit {limit:12,.2f}   {ratio:8.1f} x")


if __name__ == "__main__":
    main()
