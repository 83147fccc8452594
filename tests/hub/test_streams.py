"""A stream in a whole hub: the command listens and ends in order, a build governs what it brought, and the page says how it fares."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from lingnan.base import Missing, Refused, load_settings
from lingnan.collect import stream_states
from lingnan.hub import Hub, HubPages, listen_to
from lingnan.web import create_app
from tests.back_ends import Furnish
from tests.collect.brokers import Mosquitto, publish

pytest.importorskip("paho.mqtt.client")
FEED = """feed: shidian.reading
title: {zh: 电表读数, en: Meter readings}
department: {id: shidian, zh: 市电网, en: City Grid}
connector: mqtt
location: mqtt://%s
load: append
key: [meter, seen_at]
contract: reading.contract.yaml
origin: made
stream: {topics: ["meters/#"], event_time: seen_at, batch_seconds: 0.1}
"""
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: shidian.reading
version: 1.0.0
status: active
schema:
  - name: reading
    physicalName: reading
    customProperties: [{property: titleZh, value: 电表读数}, {property: titleEn, value: Meter readings}]
    properties:
      - {name: meter, physicalName: meter, logicalType: string, physicalType: VARCHAR, required: true, classification: public}
      - {name: seen_at, physicalName: at, logicalType: timestamp, physicalType: TIMESTAMPTZ, required: true, classification: public}
      - {name: kwh, physicalName: kwh, logicalType: number, physicalType: DOUBLE, classification: public}
"""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path_factory.mktemp("broker"))
    yield made
    made.end()


@pytest.fixture
def home(tmp_path: Path, furnish: Furnish, broker: Mosquitto) -> Path:
    made = furnish(tmp_path / "hub")
    folder = made / "sources" / "shidian"
    folder.mkdir(parents=True)
    (folder / "reading.yaml").write_text(FEED % broker.place, encoding="utf-8")
    (folder / "reading.contract.yaml").write_text(CONTRACT, encoding="utf-8")
    return made


def until(told: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not told():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)


def test_the_command_listens_and_a_build_governs_what_it_brought(home: Path, broker: Mosquitto) -> None:
    command = [str(Path(sys.executable).parent / "lingnan"), "collect", "listen", "shidian.reading", "--home", str(home), "--json", "--lang", "en"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    with Hub.open(load_settings(home)) as hub:

        def state() -> tuple[str, int]:
            found = stream_states(hub.storage).get("shidian.reading")
            return (found.state, found.rows) if found else ("", 0)

        until(lambda: state()[0] == "listening" or child.poll() is not None)
        begun = datetime.now(UTC) - timedelta(minutes=10)
        messages = [{"meter": f"m{at % 3}", "at": (begun + timedelta(seconds=at)).isoformat(), "kwh": at if at else "much"} for at in range(30)]
        publish(broker.port, [(f"meters/{each['meter']}", json.dumps(each).encode()) for each in messages])
        until(lambda: state()[1] == 30 or child.poll() is not None)
        page = TestClient(create_app(HubPages(hub), hub.settings))
        assert page.get("/outgoing-sources", follow_redirects=False).status_code in (302, 303, 401, 403)
        hub.trust.accounts.make_organisation("zhengwu", "政务局", "Data Bureau")
        hub.trust.accounts.make_account("anna", "anna", "Anna", roles=("steward",), organisation="zhengwu")
        page.headers["Cookie"] = f"lingnan_session={hub.trust.sessions.open('anna', 2, method='password+totp').token}"
        text = page.get("/outgoing-sources?lang=en").text
        assert "Meter readings" in text
        assert "listening" in text
        child.send_signal(signal.SIGTERM)
        told = json.loads(child.communicate(timeout=60)[0])
        assert (child.returncode, told["rows"], told["duplicates"]) == (0, 30, 0)
        assert "stopped" in page.get("/outgoing-sources?lang=en").text
        report = hub.build(only=["collect:shidian.reading", "govern:shidian.reading"])
        assert report.state == "done"
        assert hub.lake.rows("shidian.reading") == 29
        assert hub.lake.rows("quarantine.shidian_reading") == 1
        [collected] = [each for each in report.outcomes if each.step == "collect:shidian.reading"]
        assert "No process listens" in " ".join(collected.notes)


def test_a_stream_nobody_described_and_a_broker_nobody_approved(home: Path, broker: Mosquitto) -> None:
    import threading

    with Hub.open(load_settings(home)) as hub:
        with pytest.raises(Missing, match=r"Streams: shidian\.reading"):
            listen_to(hub, "shidian.other", threading.Event())
        text = (FEED % broker.place).replace("origin: made", "origin: real\nlicence: 内部使用")
        (home / "sources" / "shidian" / "reading.yaml").write_text(text, encoding="utf-8")
    with Hub.open(load_settings(home)) as hub, pytest.raises(Refused, match="no registered source"):
        listen_to(hub, "shidian.reading", threading.Event())
