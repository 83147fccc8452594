"""From a monitor to a person through a broker: packets land, a build finds a candidate, its alert goes unheeded and becomes a case people settle."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lingnan.base import load_settings
from lingnan.casework import AlertQuery
from lingnan.collect import stream_states
from lingnan.collect.streams.hj212 import framed
from lingnan.hub import Hub, listen_to
from tests.collect.brokers import Mosquitto, publish
from tests.hub.conftest import built, changeable, ground

pytest.importorskip("paho.mqtt.client")
pytestmark = pytest.mark.long
__all__ = ["built", "changeable", "ground"]
FEED, DAY, LATER = "shengtai.monitor_report", date(2026, 10, 30), timedelta(days=7)
STEPS = [f"collect:{FEED}", f"govern:{FEED}", "pack:environment"]
WHO = {"walk.inspector": ("steward",), "walk.chief": ("reviewer",)}


def packet(device: str, hour: int, value: float) -> bytes:
    """An hourly report: chemical oxygen demand and the water that flowed."""
    moment = f"{DAY:%Y%m%d}{hour:02d}0000"
    fields = f"DataTime={moment};w00000-Cou=100,w00000-Flag=N;w01018-Avg={value},w01018-Flag=N"
    return framed(f"QN={moment}001;ST=32;CN=2061;PW=123456;MN={device};Flag=5;CP=&&{fields}&&".encode())


def silent(hub: Hub) -> tuple[str, str]:
    """The outlet that delivered nothing that day, and the device at it."""
    views = hub.trust.views_for_step("test", {"shengtai.outlet": None, "shengtai.discharge_hour": None})
    asked = "select outlet_no, device_no from shengtai.outlet where outlet_no not in (select outlet_no from shengtai.discharge_hour where day = $day)"
    [found] = hub.engine.query(asked, views, {"day": DAY}).to_pylist()
    return found["outlet_no"], found["device_no"]


@contextmanager
def listening(hub: Hub) -> Iterator[Callable[[int], None]]:
    """A listener in a thread of its own; what is given waits until that many rows landed."""
    stop, failed = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            listen_to(hub, FEED, stop)
        except BaseException as error:
            failed.append(error)

    def until(rows: int) -> None:
        ends = time.monotonic() + 120
        while True:
            found = stream_states(hub.storage).get(FEED)
            if found and found.state == "listening" and found.rows >= rows:
                return
            assert not failed, failed
            assert time.monotonic() < ends, found
            time.sleep(0.05)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield until
    finally:
        stop.set()
        thread.join()
    assert not failed


def told(hub: Hub, who: str, outlet: str) -> Any:
    """The alert about an outlet, as somebody it concerns sees it."""
    page = hub.office.alerts.alerts(hub.trust.accounts.subject_for(who), AlertQuery(rule="environment.day_exceeds", limit=100))
    found = [each for each in page.items if each.key.startswith(f"{outlet} ")]
    assert len(found) == 1, [each.key for each in page.items]
    return found[0]


def walked(home: Path, broker: Mosquitto) -> None:
    file = home / "sources" / "shengtai" / "monitor_report.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("mqtts://broker.example.gov.cn:8883", f"mqtt://{broker.place}"), encoding="utf-8")
    with Hub.open(load_settings(home)) as hub:
        accounts = hub.trust.accounts
        if not any(unit.key == "shengtai" for unit in hub.trust.organisations.listing()):
            accounts.make_organisation("shengtai", "生态环境厅", "Ecology and Environment Department")
        for name, roles in WHO.items():
            accounts.make_account(name, name, name, roles=roles, organisation="shengtai")
        outlet, device = silent(hub)
        with listening(hub) as until:
            until(0)
            publish(broker.port, [(f"hj212/{device}", packet(device, hour, 90 + hour % 2)) for hour in range(24)])
            until(48)
        assert hub.build(only=STEPS).state == "done"
        alert = told(hub, "walk.inspector", outlet)
        assert (alert.rule, alert.level, alert.key) == ("environment.day_exceeds", "orange", f"{outlet} cod {DAY}")
        assert "化学需氧量 日均值 90.5" in alert.zh
        settled(hub, outlet)


def settled(hub: Hub, outlet: str) -> None:
    """Nobody heeds the alert in time; the case of it is verified by one and checked by another."""
    for turn in range(3):
        hub.office.alerts.tick(datetime(2026, 11, 30, 4, tzinfo=UTC) + turn * LATER)
    number = told(hub, "walk.inspector", outlet).case_number
    assert number
    cases, (inspector, chief) = hub.office.casework.cases, (hub.trust.accounts.subject_for(name) for name in WHO)
    assert cases.act(number, "take", inspector).state == "taken"
    assert cases.act(number, "report", inspector, {"found": "在线数据与手工监测一致", "visited_on": "2026-10-31"}).state == "verified"
    assert cases.act(number, "enforce", chief, note="属实").state == "enforcement"


def test_packets_through_a_broker_reach_a_person(changeable: Hub, tmp_path: Path) -> None:
    changeable.close()
    broker = Mosquitto(tmp_path / "broker")
    try:
        walked(changeable.home, broker)
    finally:
        broker.end()
