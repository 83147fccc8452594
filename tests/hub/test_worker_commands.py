"""Three `lingnan worker` on one hub: its tasks and what its schedule makes due are done once, and the hub tells who is at work."""

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lingnan.base import Settings, SystemClock, load_settings
from lingnan.jobs import ask, tasks
from lingnan.jobs.records import Schedule
from lingnan.storage import Storage
from tests.terminal import run

TASKS = 100 if os.environ.get("LINGNAN_LONG") else 12


def wait_for(condition: Callable[[], object], seconds: float = 240) -> object:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
    return found


def at_work(settings: Settings) -> list[dict[str, object]]:
    done = run("status", "--home", settings.home, "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)["workers"]
    return found


@pytest.mark.on_both
def test_three_workers_share_the_tasks_and_ask_for_what_is_due_once(tmp_path, furnish):
    settings = load_settings(furnish(tmp_path / "hub"))
    storage = Storage.open(settings)
    with storage.session() as session:
        # As if the hub had been off since two days ago: the nightly sweep is made up once, whoever of the three sees it first.
        session.add(Schedule(name="sweep", cron="30 3 * * *", seen_until=SystemClock().now() - timedelta(days=2)))
    for number in range(TASKS):
        ask(settings, "snapshot", task_id=f"n{number}")
    with ThreadPoolExecutor() as beside:
        working = [beside.submit(run, "worker", "--home", settings.home, "--lang", "en") for _ in range(3)]
        try:
            found = wait_for(lambda: workers if len(workers := at_work(settings)) == 3 else None)
            wait_for(lambda: {each.state for each in tasks(settings, 1000)} == {"done"} and len(tasks(settings, 1000)) == TASKS + 1)
        finally:
            for each in at_work(settings):
                os.kill(int(str(each["pid"])), signal.SIGTERM)
        said = [each.result() for each in working]
    assert [each.returncode for each in said] == [0, 0, 0], [each.stderr for each in said]
    names = {re.search(r"Worker (\S+) begins", each.stdout + each.stderr)[1] for each in said}
    assert names == {each["name"] for each in found}
    done = Counter(line.split(": ")[1].split(" → ")[0] for each in said for line in (each.stdout + each.stderr).splitlines() if " → " in line)
    assert done == {"snapshot": TASKS, "sweep": 1}
    assert {each.worker for each in tasks(settings, 1000)} <= names
    assert at_work(settings) == []
    storage.close()
