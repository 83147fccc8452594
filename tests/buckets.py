"""Buckets of a real S3 service on loopback: one server per test session, a bucket's own prefix per lake, faults on demand."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lingnan.base import Clock, Settings
from lingnan.lake import Lake
from lingnan.lake.store import BucketPlace

SERVER = Path(__file__).parent / "bucket_server.py"
SECRET = "sEcReT+of/the=lake"


@dataclass(frozen=True)
class BucketServer:
    """Where the service listens."""

    url: str

    def place(self, silence_s: int = 20) -> BucketPlace:
        """A new empty place in the service's one bucket."""
        return BucketPlace("lingnan", f"lake-{uuid4().hex}", self.url, "us-east-1", "AKIDLINGNAN", SECRET, silence_s=silence_s)

    def lake(self, folder: Path, clock: Clock, place: BucketPlace | None = None) -> Lake:
        """A lake of its own in the bucket."""
        from lingnan.lake.store.bucket import Bucket  # only tests with a bucket need what it needs

        return Lake(folder, clock, Bucket(place or self.place(), folder / ".copies"))

    def settings(self, home: Path, **more: Any) -> Settings:
        """A hub whose tables lie in a place of their own."""
        place = self.place()
        return Settings(
            home=home, lake_url=f"s3://{place.bucket}/{place.prefix}", lake_endpoint=place.endpoint, lake_key=place.key_id, lake_secret=SECRET, **more
        )

    def environment(self, place: BucketPlace) -> dict[str, str]:
        """The same for processes."""
        return {
            "LINGNAN_LAKE_URL": f"s3://{place.bucket}/{place.prefix}", "LINGNAN_LAKE_ENDPOINT": self.url, "LINGNAN_LAKE_KEY": place.key_id,
            "LINGNAN_LAKE_SECRET": SECRET, "LINGNAN_LAKE_SECONDS": str(place.silence_s),
        }

    def tell(self, **asked: Any) -> dict[str, int]:
        """Set the share of calls that fail, or make a bucket; gives what was done since."""
        with urllib.request.urlopen(f"{self.url}/_test", data=json.dumps(asked).encode(), timeout=10) as answer:
            return dict(json.load(answer))


def started(*words: str) -> Iterator[BucketServer]:
    """The service as a process of its own, until it is closed."""
    pytest.importorskip("moto", reason="the S3 service of the tests (moto) is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server, process = BucketServer(f"http://127.0.0.1:{port}"), subprocess.Popen([sys.executable, str(SERVER), str(port), *words])
    try:
        if not words:
            _await(server, process)
        yield server
    finally:
        process.kill()
        process.wait()


def _await(server: BucketServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.tell(bucket="lingnan")
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[BucketServer]:
    """The service all tests of a session share; none sets a share of faults here."""
    yield from started()


@pytest.fixture(scope="module")
def faulty_server() -> Iterator[BucketServer]:
    """A service of a module's own, whose calls it may let fail."""
    yield from started()


def quick(place: BucketPlace) -> BucketPlace:
    """The same place for a service that keeps silent now and then."""
    return replace(place, silence_s=2)
