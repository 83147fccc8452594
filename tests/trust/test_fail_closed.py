"""A full disk under the log: the served hub stops answering before anything leaves, says why, and goes on when there is space again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lingnan.base import load_settings
from lingnan.hub import Hub
from tests.shelter import deliver, describe

ROWS = "/api/v1/resources/minzheng.shelter/preview"
PAGES = ("/", "/catalogue", "/registers", "/api/v1/cockpit", "/api/v1/registers", "/api/v1/resources", "/api/v1/departments", ROWS)
ROOM = "24m"
PROPERTIES = """
      - {name: name, physicalName: 名称, logicalType: string, physicalType: VARCHAR, required: true, classification: public}
"""
LINGNAN = str(Path(sys.executable).parent / "lingnan")


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of a few megabytes; what is on it is a whole, empty hub."""
    place = tmp_path_factory.mktemp("small")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(place)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a small file system needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`lingnan serve` in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [LINGNAN, "serve", "--home", str(home), "--port", str(port)], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LINGNAN_MEMORY": "512MB"},
    )
    try:
        for _ in range(600):
            assert server.poll() is None, "the server ended"
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def fill(home: Path) -> Path:
    """A file that takes all the space there is, to the last byte."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 4096, 512, 1):
            while True:
                try:
                    if not file.write(bytes(size)):
                        break
                except OSError:
                    break
    return filler


def with_rows(home: Path) -> None:
    """One department with one small public table."""
    deliver(describe(home, PROPERTIES), "编号,名称\nS1,越秀公园\nS2,天河体育中心\n")
    with Hub.open(load_settings(home)) as hub:
        assert hub.build().state == "done"


def entries(home: Path) -> int:
    with Hub.open(load_settings(home)) as hub:
        found = hub.trust.verify()
    assert found.damaged == (), "no torn entry"
    return found.entries


def test_a_full_disk_stops_every_answer_and_nothing_is_torn(small_disk: Path) -> None:
    with_rows(small_disk)
    with served(small_disk) as address:
        before = {page: get(address + page) for page in PAGES}
        assert {status for status, _text in before.values()} == {200}
        assert "越秀公园" in before[ROWS][1]
        filler = fill(small_disk)
        # What SQLite had set aside in its WAL may take a few entries more; then it is over for every page.
        for _ in range(400):
            if get(address + "/catalogue")[0] == 503:
                break
        for page in PAGES:
            status, text = get(address + page)
            assert status == 503, page
            assert "越秀公园" not in text
            if page.startswith("/api/"):
                told = json.loads(text)
                assert "审计日志无法读写" in told["detail_zh"]
                assert "no data is given" in told["detail_en"]
                assert "items" not in told
            else:
                assert "审计日志无法读写" in text
        filler.unlink()
        for page in PAGES:
            assert get(address + page)[0] == 200, page
    assert entries(small_disk) > len(PAGES)


def test_a_log_that_may_not_grow_stops_answers_too(tmp_path: Path) -> None:
    """Without a file system to fill: the process may make no file larger than the log is now."""
    home = tmp_path / "home"
    Hub.open(load_settings(home)).close()
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from lingnan.base import Unavailable, load_settings\n"
        "from lingnan.hub import Hub\n"
        "from lingnan.trust import ANONYMOUS\n"
        "hub = Hub.open(load_settings(Path(sys.argv[1])))\n"
        "hub.trust.allow(ANONYMOUS, 'catalogue.search')\n"
        "size = max(Path(sys.argv[1], name).stat().st_size for name in ('audit.db', 'audit.db-wal'))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
        "refused = 0\n"
        "for _ in range(50):\n"
        "    try:\n"
        "        hub.trust.allow(ANONYMOUS, 'catalogue.search')\n"
        "    except Unavailable:\n"
        "        refused += 1\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "hub.trust.allow(ANONYMOUS, 'catalogue.search')\n"
        "print(refused, hub.trust.verify().sound)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=False)
    refused, sound = done.stdout.split()
    assert int(refused) > 40, done.stderr
    assert sound == "True"
