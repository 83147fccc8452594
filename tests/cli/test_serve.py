"""One command serves pages and works beside them; a worker of its own takes that over."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

from sqlalchemy import select

from lingnan.base import AlertRaised, Settings
from lingnan.cli.serve import work_beside
from lingnan.hub import Hub
from lingnan.jobs.leases import held
from lingnan.jobs.records import Lease
from tests.served import free_port
from tests.shelter import deliver, describe

LINGNAN = Path(sys.executable).parent / "lingnan"
PROPERTIES = """
      - name: opened
        physicalName: 启用
        logicalType: string
        physicalType: VARCHAR
        classification: public
        quality: [{type: library, metric: invalidValues, arguments: {pattern: "^[0-9-]+$"}, mustBe: 0}]
"""
FIRST_PAGE = """
import json, sys
from fastapi.testclient import TestClient
from lingnan.cli.opening import open_hub
from lingnan.hub import HubPages
from lingnan.web import create_app
with open_hub(sys.argv[1], "zh") as hub, TestClient(create_app(HubPages(hub), hub.settings), base_url="http://127.0.0.1") as visitor:
    assert visitor.get("/").status_code == 200
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {"openpyxl", "pandas", "pyspark", "py4j", "scipy", "sklearn", "splink", "typst", "xlsxwriter"}
"""What only some pages or steps need, each of which takes a tenth of a second or more to open."""


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def alerts(hub: Hub) -> int:
    auditor = hub.trust.accounts.subject_for("shenji")
    return len(hub.office.alerts.alerts(auditor).items)


def until(condition, seconds: float = 20.0) -> bool:  # type: ignore[no-untyped-def]
    waited = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if condition():
            return True
        waited.wait(0.1)
    return False


def test_pages_work_too_unless_a_worker_lives(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("lingnan.cli.serve.WORKER_LOOK_S", 0.2)
    with Hub.open(Settings(home=tmp_path)) as hub:
        hub.trust.accounts.make_account("shenji", "审计员", "Auditor", roles=("auditor",))
        stop = threading.Event()
        thread = threading.Thread(target=work_beside, args=(hub, stop))
        with held(hub.storage, "worker", "another"):
            thread.start()
            with hub.storage.session() as session:
                hub.storage.announce(session, AlertRaised("water", "red", "西江", "水位超过警戒", "The water is high"))
            assert not until(lambda: alerts(hub), 2.0), "the other worker delivers"
        try:
            assert until(lambda: alerts(hub) == 1, 90.0), "now these pages do"
        finally:
            stop.set()
            thread.join(20)
        assert not thread.is_alive()


def test_what_only_some_pages_need_is_opened_by_those(tmp_path: Path) -> None:
    deliver(describe(tmp_path, PROPERTIES), "编号,启用\nS1,2024-01-31\n")
    built = subprocess.run([LINGNAN, "build", "--home", tmp_path], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FIRST_PAGE, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(HEAVY & set(json.loads(done.stdout.splitlines()[-1]))) == []


def test_asked_to_end_it_hangs_up_and_leaves_nothing_held(tmp_path: Path) -> None:
    port = free_port()
    site = subprocess.Popen([LINGNAN, "serve", "--home", tmp_path, "--port", str(port)], stdout=subprocess.DEVNULL)
    with Hub.open(Settings(home=tmp_path)) as hub:

        def leases() -> set[str]:
            with hub.storage.session() as session:
                return set(session.scalars(select(Lease.name)))

        try:
            assert until(lambda: "worker" in leases(), 90.0), "it works beside its pages"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
                assert page.status == 200
        finally:
            site.send_signal(signal.SIGTERM)
        assert site.wait(60) == 0
        assert leases() == set()


def test_ctrl_c_ends_the_departments_beside_it_without_a_fault(tmp_path: Path) -> None:
    port, api_port = free_port(), free_port()
    (tmp_path / "world" / "handover").mkdir(parents=True)
    (tmp_path / "world" / "demo.json").write_text(json.dumps({"api_port": api_port, "api_place": "renshe"}))
    site = subprocess.Popen(
        [LINGNAN, "serve", "--home", tmp_path, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    try:
        assert until(lambda: answers(port) and answers(api_port), 90.0)
    finally:
        os.killpg(site.pid, signal.SIGINT)
        told = site.communicate(timeout=60)[1]
    assert "Traceback" not in told, told
    assert not answers(api_port)
