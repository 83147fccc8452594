"""A hub that is attacked: open in this process, and served by `lingnan serve` in another over the same home."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.access.ground import Ground, open_ground

LINGNAN = str(Path(sys.executable).parent / "lingnan")


@dataclass
class Site:
    """A served hub: its address, its process, and the file its standard error goes to."""

    address: str
    process: subprocess.Popen[bytes]
    said: Path


@pytest.fixture(scope="session")
def ground(new_home: Callable[[str], Path]) -> Iterator[Ground]:
    """Two organisations, their people and their objects."""
    made = open_ground(new_home("attacked"))
    with made.hub, made.client:
        yield made


@pytest.fixture(scope="session")
def site(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The ground, served by another process."""
    with served(ground.hub.home, tmp_path_factory.mktemp("said") / "stderr") as found:
        yield found


@contextmanager
def served(home: Path, said: Path) -> Iterator[Site]:
    """`lingnan serve` over a home, on a free port of every loopback address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LINGNAN_HOST": "0.0.0.0", "LINGNAN_MEMORY": "512MB"}
    with said.open("wb") as log:
        process = subprocess.Popen([LINGNAN, "serve", "--home", str(home), "--port", str(port)], stderr=log, stdout=log, env=environment)
    try:
        _wait(port, process)
        yield Site(f"http://127.0.0.1:{port}", process, said)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {process.poll()}")


@pytest.fixture(scope="session")
def access() -> dict[str, Any]:
    """What `tests/access/access.yaml` says of every route."""
    listed: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "access" / "access.yaml").read_text(encoding="utf-8"))
    return listed
