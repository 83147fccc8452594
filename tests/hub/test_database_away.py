"""PostgreSQL is stopped and started again under a build and under pages: a build ends right or stops with a sentence and goes on, pages say so."""

import json
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from lingnan.base import load_settings
from lingnan.cli.serve import work_beside
from lingnan.hub import Hub, HubPages
from lingnan.jobs import ask, tasks, workers
from lingnan.lake import content_hash
from lingnan.storage import faults
from lingnan.web import create_app
from tests.shelter import TABLE, deliver, describe
from tests.terminal import run

pytestmark = pytest.mark.postgres
LONG = bool(os.environ.get("LINGNAN_LONG"))
TABLES = (f"landing.{TABLE.replace('.', '_')}", TABLE, f"quarantine.{TABLE.replace('.', '_')}")
COLUMNS = "- {name: places, physicalName: 容纳人数, logicalType: integer, physicalType: BIGINT, classification: public}"


def laid(home: Path) -> Path:
    """A home with one feed, of whose rows every seventh is refused."""
    describe(home, f"      {COLUMNS}")
    with (home / "settings.env").open("a", encoding="utf-8") as settings:
        settings.write("LINGNAN_CLOCK=2026-11-01T08:00:00+08:00\n")
    deliver(home, "编号,容纳人数\n" + "".join(f"S{number},{number if number % 7 else '三千'}\n" for number in range(20_000)))
    return home


@pytest.fixture
def on_postgres(tmp_path, postgres_databases):
    """Such a home whose hub knows what it knows on the server."""
    with postgres_databases.furnished(tmp_path / "home"):
        yield laid(tmp_path / "home")


@pytest.fixture(scope="module")
def undisturbed(new_home):
    """Content hashes of a build nobody disturbed, and how many files it wrote."""
    home = laid(new_home("calm"))
    assert run("build", "--only", TABLE, "--home", home).returncode == 0
    with Hub.open(load_settings(home)) as hub:
        return {table: content_hash(hub.lake, hub.engine, table) for table in TABLES}, files(home)


def wait_for(condition: Callable[[], object], seconds: float = 120) -> object:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found


def files(home: Path) -> int:
    return sum(path.is_file() for path in (home / "lake").rglob("*")) if (home / "lake").exists() else 0


@pytest.mark.parametrize("seed", range(1, 11 if LONG else 4))
def test_build_under_which_the_server_restarts_ends_right_or_stops_with_a_sentence_and_goes_on(on_postgres, undisturbed, postgres_process, seed):
    """The moment is told by what is written, which a busy machine does not shift; some long seeds outlast the patience."""
    expected, written = undisturbed
    chance, command = random.Random(seed), ("build", "--only", TABLE, "--home", on_postgres, "--json", "--lang", "en")
    moment, away = chance.randrange(written), 12.0 if seed > 7 else chance.uniform(0, 1.0)
    with ThreadPoolExecutor() as beside:
        building = beside.submit(run, *command)
        wait_for(lambda: files(on_postgres) >= moment or building.done())
        time.sleep(chance.uniform(0, 0.05))
        postgres_process.stop()
        time.sleep(away)
        postgres_process.start()
        done = building.result()
    assert done.returncode in (0, 4), done.stderr
    assert "Traceback" not in done.stderr
    if done.returncode == 4:
        assert "database does not answer, or went away" in done.stderr
        done = run(*command)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "done"
    assert json.loads(run(*command).stdout)["steps_run"] == 0
    with Hub.open(load_settings(on_postgres)) as hub:
        assert {table: content_hash(hub.lake, hub.engine, table) for table in TABLES} == expected


def test_pages_and_worker_say_so_and_go_on_without_a_restart(on_postgres, postgres_process, monkeypatch):
    monkeypatch.setattr(faults, "PATIENCE_S", 0.3)
    stop = threading.Event()
    with Hub.open(load_settings(on_postgres)) as hub, TestClient(create_app(HubPages(hub), hub.settings)) as site:
        working = threading.Thread(target=work_beside, args=(hub, stop))
        working.start()
        try:
            wait_for(lambda: workers(hub.storage, hub.settings))
            assert site.get("/catalogue").status_code == 200
            postgres_process.stop()
            try:
                answers = [site.get(f"/catalogue?lang={lang}") for lang in ("zh", "en")]
                told = site.get("/api/v1/resources?lang=en")
            finally:
                postgres_process.start()
            assert [answer.status_code for answer in (*answers, told)] == [503, 503, 503]
            assert "枢纽的数据库没有应答" in answers[0].text
            assert "The hub&#39;s database does not answer" in answers[1].text
            assert told.json()["detail"].startswith("The hub's database does not answer")
            assert site.get("/catalogue").status_code == 200
            ask(hub.settings, "snapshot", task_id="after")
            wait_for(lambda: [each.state for each in tasks(hub.settings) if each.id == "after"] == ["done"])
        finally:
            stop.set()
            working.join()
