"""Figures that move: a message at a real broker reaches a page in a real browser; who may see them, what is hidden, how a line is taken up again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi.testclient import TestClient

import lingnan.hub.boards as listed
from lingnan.base import load_settings
from lingnan.collect import WindowRow, stream_states
from lingnan.collect.streams.telling import Teller
from lingnan.hub import Hub, HubPages
from lingnan.insight import Words
from lingnan.insight.dashboards import BoundBoard, read_board
from lingnan.trust import Subject
from lingnan.web import create_app
from lingnan.web.pages import live
from tests.back_ends import Furnish
from tests.hub.accessible import violations
from tests.hub.test_streams import CONTRACT, FEED, until
from tests.served import Line, served

NAME = {"zh": "电", "en": "Power"}
DAY = {"seconds": 86_400, "keep": 30}
WINDOWS = {"all": {**DAY, "column": "kwh"}, "by_meter": {**DAY, "column": "kwh", "by": "meter"}, "owners": {**DAY, "by": "owner"}}
PANELS: list[dict[str, Any]] = [
    {"id": "mean", "window": "all", "measure": "mean", "unit": {"zh": "千瓦时", "en": "kWh"}},
    {"id": "meters", "window": "by_meter", "measure": "sum", "parted": True},
    {"id": "one", "window": "by_meter", "measure": "count", "part": "m1"},
    {"id": "none", "window": "nothing", "measure": "count"},
    {"id": "visits", "stream": "shidian.visit", "window": "by_meter", "measure": "count", "parted": True},
    {"id": "most", "stream": "shidian.visit", "window": "all", "measure": "max"},
    {"id": "owners", "stream": "shidian.visit", "window": "owners", "measure": "count"},
]
OWNER = "      - {name: owner, physicalName: owner, logicalType: string, physicalType: VARCHAR, classification: personal}\n"
STEWARD = Subject("official", account="1", roles=frozenset({"steward"}), assurance=2, level="province")


@pytest.fixture
def home(tmp_path: Path, furnish: Furnish) -> Path:
    """A hub with two streams: of meters, and of visits, which tells of persons."""
    made = furnish(tmp_path / "hub")
    write_feed(made, "reading", CONTRACT, "127.0.0.1:1")
    write_feed(made, "visit", CONTRACT.replace("reading", "visit") + OWNER, "127.0.0.1:1")
    return made


def write_feed(home: Path, name: str, contract: str, place: str) -> None:
    folder = home / "sources" / "shidian"
    folder.mkdir(parents=True, exist_ok=True)
    told = yaml.safe_load((FEED % place).replace("reading", name))
    windows = {key: each for key, each in WINDOWS.items() if key != "owners" or name == "visit"}
    told["stream"] = {"topics": [f"{name}/#"], "event_time": "seen_at", "batch_seconds": 30, "windows": windows}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    (folder / f"{name}.contract.yaml").write_text(contract, encoding="utf-8")


@pytest.fixture
def boards(tmp_path: Path) -> Iterator[None]:
    """Boards of live panels: for everybody, and for stewards."""
    for name, audience in (("power", "public"), ("inside", "steward")):
        panels = [{"kind": "live", "title": {**NAME, "en": each["id"]}, "stream": "shidian.reading", **each} for each in PANELS]
        told = {"id": name, "title": NAME, "audience": audience, "refresh": "realtime", "panels": panels}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    made = tuple(BoundBoard(name, read_board(tmp_path / f"{name}.yaml"), Words(zh="试")) for name in ("power", "inside"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "bound_own_boards", lambda _today: made)
        patch.setattr(live, "BEAT_S", 0.3)
        yield


@pytest.fixture
def hub(home: Path, boards: None) -> Iterator[Hub]:
    with Hub.open(load_settings(home)) as opened:
        yield opened


def window(hub: Hub, name: str, kwh: tuple[float, ...], days_ago: int = 0, part: str = "") -> WindowRow:
    begins = (hub.clock.now() + timedelta(hours=8)).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=8, days=days_ago)
    ends = begins + timedelta(days=1)
    return WindowRow(name, part, begins, ends, len(kwh), sum(kwh), min(kwh), max(kwh), kwh[-1], begins, 0)


def cards(site: TestClient, key: str = "power") -> dict[str, Any]:
    told = site.get(f"/api/v1/boards/{key}").json()
    return {panel["id"]: panel for section in told["sections"] for panel in section["panels"]}


def test_a_page_shows_windows_as_they_stand(hub: Hub) -> None:
    site = TestClient(create_app(HubPages(hub), hub.settings))
    assert cards(site)["mean"]["state"] == "empty"
    Teller("shidian.reading", hub.storage, hub.clock).begin([
        window(hub, "all", (3.0,), 1), window(hub, "all", (1.0, 2.0)), window(hub, "by_meter", (1.0,), 0, "m1"),
        window(hub, "by_meter", (2.0,), 0, "m2"), window(hub, "all", (9.0,), -2),
    ])
    told = cards(site)
    assert (told["mean"]["figure"]["value"], told["mean"]["figure"]["before"]) == ("1.5", "3.0")
    assert told["mean"]["live"] == {**told["mean"]["live"], "seconds": 86_400, "rows": 2, "late": 0, "state": "away"}
    assert [label["key"] for label in told["meters"]["labels"]] == ["m2", "m1"]
    assert told["one"]["figure"]["value"] == "1"
    assert told["none"]["state"] == "failed"
    page = site.get("/boards/power?lang=en").text
    assert 'data-since="1.0"' in page
    assert 'src="/static/script/live.js"' in page
    assert "<script>" not in page
    assert " style=" not in page
    assert 'data-src="/boards/power/live?lang=en"' in site.get("/boards/power?wall=1&lang=en").text
    assert site.get("/boards/power/mean").status_code == 200
    assert site.get("/boards/power/export.xlsx").status_code == 200


def test_few_rows_of_persons_are_hidden_as_on_any_panel(hub: Hub) -> None:
    pages = HubPages(hub)
    Teller("shidian.visit", hub.storage, hub.clock).begin([
        window(hub, "by_meter", (1.0,) * 40, 0, "m1"), window(hub, "by_meter", (1.0,) * 30, 0, "m2"), window(hub, "by_meter", (1.0,), 0, "m3"),
        window(hub, "all", (1.0,) * 40), window(hub, "owners", (1.0,) * 40, 0, "Anna"),
    ])
    board = pages.dashboards.board("power", {}, STEWARD)
    told = {panel.id: panel for section in board.sections for panel in section.panels}
    assert list(zip([each.key for each in told["visits"].labels], told["visits"].series[0].hidden, strict=True)) == [
        ("m1", False), ("m2", True), ("m3", True),
    ], "one alone would be what the whole leaves over"
    assert told["most"].state == "closed"
    line = pages.dashboards.live("power", STEWARD)
    assert {each.rows for each in line.events({}) if each.panel == "visits"} == {0}
    closed = {panel["id"] for panel in cards(TestClient(create_app(pages, hub.settings))).values() if panel["state"] == "closed"}
    assert closed >= {"owners", "most"}, "a visitor may not see who came"


class Reader:
    """Reads one line: events as pairs of kind and data."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def event(self) -> tuple[str, dict[str, Any], str]:
        """The next event: its kind, data and id."""
        told: dict[str, str] = {}
        for each in self._lines:
            if not each and "data" in told:
                return told.get("event", ""), json.loads(told["data"]), told.get("id", "")
            name, _, value = each.partition(": ")
            told |= {name: value} if name in ("event", "data", "id") else {}
        raise AssertionError("the line ended")


@contextmanager
def line_to(address: str, **asked: Any) -> Iterator[Reader]:
    with httpx.stream("GET", f"{address}/boards/power/live", timeout=120, **asked) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Reader(response)


def test_a_line_tells_what_changed_and_goes_on_where_it_was_on_any_worker(hub: Hub, home: Path) -> None:
    teller = Teller("shidian.reading", hub.storage, hub.clock)
    teller.begin([window(hub, "all", (1.0,))])
    with Hub.open(load_settings(home)) as other, served(create_app(HubPages(hub), hub.settings)) as one, served(
        create_app(HubPages(other), other.settings)
    ) as two:
        with line_to(one, params={"since": "1.0", "lang": "en"}) as reader:
            teller.tell([window(hub, "all", (1.0, 2.0)), window(hub, "all", (5.0,), 1)], {})
            events = [reader.event() for _ in range(2)]
            assert [(kind, told["panel"], told["rows"], "html" in told) for kind, told, _ in events] == [
                ("window", "mean", 1, False), ("window", "mean", 2, True),
            ]
            assert "<strong>1.5</strong>" in events[1][1]["html"]
            assert events[1][2] == "2.0"
        teller.tell([window(hub, "by_meter", (7.0,), 0, "m1")], {})
        with line_to(two, headers={"Last-Event-ID": "2.0"}) as reader:
            kinds = {reader.event()[1]["panel"] for _ in range(2)}
            assert kinds == {"meters", "one"}
        with line_to(two, params={"since": "gone"}) as reader:
            assert {reader.event()[1]["panel"] for _ in range(4)} == {"mean", "meters", "one"}


def test_a_line_is_for_the_boards_audience_and_ends_with_its_rights(hub: Hub) -> None:
    Teller("shidian.reading", hub.storage, hub.clock).begin([window(hub, "all", (1.0,))])
    hub.trust.accounts.make_organisation("zhengwu", "政务局", "Data Bureau")
    hub.trust.accounts.make_account("anna", "anna", "Anna", roles=("steward",), organisation="zhengwu")
    cookie = {"Cookie": f"lingnan_session={hub.trust.sessions.open('anna', 2, method='password+totp').token}"}
    with served(create_app(HubPages(hub), hub.settings)) as address:
        assert httpx.get(f"{address}/boards/inside/live", timeout=120).status_code in (401, 403)
        assert httpx.get(f"{address}/boards/nothing/live", timeout=120).status_code == 404
        with httpx.stream("GET", f"{address}/boards/inside/live?lang=en", headers=cookie, timeout=120) as response:
            reader = Reader(response)
            assert reader.event()[1]["panel"] == "mean"
            hub.trust.accounts.sign_out(cookie["Cookie"].partition("=")[2])
            assert reader.event()[0] == "end"


@pytest.mark.long
@pytest.mark.browser
def test_a_message_moves_the_figure_on_the_wall(home: Path, boards: None, chromium: Any, tmp_path: Path) -> None:
    pytest.importorskip("paho.mqtt.client")
    from tests.collect.brokers import Mosquitto, publish

    broker = Mosquitto(tmp_path / "broker")
    write_feed(home, "reading", CONTRACT, broker.place)
    command = [str(Path(sys.executable).parent / "lingnan"), "collect", "listen", "shidian.reading", "--home", str(home), "--json"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONIOENCODING": "utf-8"})

    def send(kwh: float, seconds: int) -> None:
        at = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
        publish(broker.port, [("reading/m1", json.dumps({"meter": "m1", "at": at, "kwh": kwh}).encode())])

    try:
        with Hub.open(load_settings(home)) as hub, served(create_app(HubPages(hub), hub.settings)) as site, Line(site) as line:
            until(lambda: (state := stream_states(hub.storage).get("shidian.reading")) is not None and state.state == "listening")
            context = chromium.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
            page = context.new_page()
            page.goto(f"{line.address}/boards/power?wall=1&lang=en", wait_until="load")
            page.locator(".line-up").wait_for(timeout=60_000)
            figure = page.locator('[data-live-panel="mean"] .board-number strong')
            send(2, 3)
            figure.filter(has_text="2").wait_for(timeout=60_000)
            assert page.evaluate("getComputedStyle(document.querySelector('.moved strong')).animationName") == "none"
            assert violations(page) == []
            line.cut()
            page.locator(".line-lost").wait_for(timeout=60_000)
            assert figure.inner_text() == "2", "what was told last stands"
            send(4, 2)
            line.mend()
            figure.filter(has_text="3").wait_for(timeout=60_000)
            assert not hub.lake.exists("landing.shidian_reading"), "the batch is open still"
            context.close()
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
        broker.end()
