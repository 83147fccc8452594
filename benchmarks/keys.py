"""Measures keys: signatures and checks a second by suite, bare and through the key ring, whole receipts, and encryption."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lingnan.base import load_settings
from lingnan.storage import Storage
from lingnan.trust import Subject, Trust, suite_by_name
from lingnan.trust.keys.suites import verify_with

TIMES = 500
DATA = b"x" * 1_000
BLOCK = bytes(1 << 20)
CLERK = Subject("official", "bench", roles=frozenset({"steward"}), assurance=2)


def per_second(times: int, action: Callable[[], object]) -> float:
    """How often an action is done in a second."""
    action()
    begin = time.perf_counter()
    for _turn in range(times):
        action()
    return times / (time.perf_counter() - begin)


def bare(name: str) -> list[tuple[str, float, str]]:
    """A suite by itself."""
    suite = suite_by_name(name)
    key, secret = suite.make_key(), bytes(suite.secret_bytes)
    signature, sealed = key.sign(DATA), suite.seal(secret, BLOCK, b"")
    return [
        (f"{name}: signatures", per_second(TIMES, lambda: key.sign(DATA)), "a second"),
        (f"{name}: checks", per_second(TIMES, lambda: verify_with(key.algorithm, key.public, DATA, signature)), "a second"),
        (f"{name}: hash", per_second(20, lambda: suite.digest(BLOCK)), "MB/s"),
        (f"{name}: seal", per_second(20, lambda: suite.seal(secret, BLOCK, b"")), "MB/s"),
        (f"{name}: unseal", per_second(20, lambda: suite.unseal(secret, sealed, b"")), "MB/s"),
    ]


def in_a_hub(name: str, home: Path) -> list[tuple[str, float, str]]:
    """Through the key ring, which looks into the database at every call, and as receipts, which are logged and kept."""
    settings = load_settings(home)
    storage = Storage.open(settings)
    trust = Trust.open(storage, home, settings.make_clock(), suite=name)
    signature = trust.keys.sign("message", DATA)
    digest = trust.signatures.digest(DATA)
    receipt = trust.signatures.sign(CLERK, "document", digest, "bench")
    found = [
        (f"{name}: ring signatures", per_second(TIMES, lambda: trust.keys.sign("message", DATA)), "a second"),
        (f"{name}: ring checks", per_second(TIMES, lambda: trust.keys.verify(signature, DATA, "message")), "a second"),
        (f"{name}: receipts signed", per_second(100, lambda: trust.signatures.sign(CLERK, "document", digest, "bench")), "a second"),
        (f"{name}: receipts checked", per_second(200, lambda: trust.signatures.verify(receipt, DATA)), "a second"),
    ]
    trust.close()
    storage.close()
    return found


if __name__ == "__main__":
    for suite_name in ("international", "gm"):
        with tempfile.TemporaryDirectory() as folder:
            for title, value, unit in (*bare(suite_name), *in_a_hub(suite_name, Path(folder))):
                print(f"{title:<36} {value:>12,.0f} {unit}")
