"""What contradicts a register goes back to its source as a case that holds no value; what changed in it is announced once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from lingnan.base import CHINA, FixedClock, Settings
from lingnan.casework import CaseQuery, CaseSheet
from lingnan.hub import Hub, HubPages
from lingnan.hub.tickets import FLOW
from lingnan.hub.timetables import YEARLY
from lingnan.jobs import latest_due
from lingnan.lake import CommitFacts
from lingnan.registers import RegisterChanged
from lingnan.storage import OutboxEvent
from lingnan.trust import Subject
from lingnan.web import create_app
from tests import persons

PEOPLE = [persons.person(place) for place in range(20)]


@pytest.fixture
def hub(new_home: Callable[[str], Path]) -> Iterator[Hub]:
    home = persons.describe(new_home("news"))
    with Hub.open(Settings(home=home, clock=datetime(2026, 3, 2, 9, tzinfo=UTC), packs="")) as opened:
        for unit in ("gongan", "renshe", "zhengwu"):
            opened.trust.accounts.make_organisation(unit, unit, unit)
        opened.trust.accounts.make_account("source", "source", "source", roles=("steward",), organisation="renshe")
        yield opened


def deliver(hub: Hub, wrong: int) -> None:
    """Both departments deliver; social insurance has so many names wrong."""
    assert isinstance(hub.clock, FixedClock)
    hub.clock.advance(timedelta(days=1))
    persons.deliver(hub.home, "resident", PEOPLE)
    persons.deliver(hub.home, "insured", [{**each, "name": "陈错"} if place < wrong else each for place, each in enumerate(PEOPLE)])
    assert hub.build().state == "done"


def cases(hub: Hub) -> list[CaseSheet]:
    who, casework = Subject("system"), hub.office.casework
    found = [casework.cases.sheet(line.number, who) for line in casework.inbox.of(who, CaseQuery(scope="visible", flow=FLOW)).items]
    return sorted(found, key=lambda sheet: sheet.line.number)


def news(hub: Hub) -> list[dict[str, object]]:
    with hub.storage.reading() as session:
        mine = OutboxEvent.name == RegisterChanged.name, OutboxEvent.subject == "people"
        return [dict(payload) for payload in session.scalars(select(OutboxEvent.payload).where(*mine).order_by(OutboxEvent.sequence))]


def test_contradicting_rows_become_a_case_that_a_corrected_delivery_closes(hub: Hub) -> None:
    deliver(hub, 6)
    (opened,) = cases(hub)
    told = {fact.name: fact.value for fact in opened.facts}
    assert (told["feed"], told["rule"], told["failed"], told["checked"]) == ("renshe.insured", "people.name", 6, 20)
    assert told["rows"] == "/registers/people/conflicts?table=renshe.insured&attribute=name"
    assert told["batch"]
    assert not {"陈错", "陈明"} & set(str(told).replace("'", " ").split()), "no personal value stands in a case"
    assert [limit.deadline for limit in opened.deadlines] == ["rectify"]
    source = hub.trust.accounts.subject_for("source")
    assert [line.number for line in hub.office.casework.inbox.of(source).items] == [opened.line.number], "it waits at the source department"
    assert [event["added"] for event in news(hub)] == [20]
    deliver(hub, 5)
    assert len(cases(hub)) == 1, "one case while it goes on"
    assert len(news(hub)) == 2
    hub.deliver()
    assert len(news(hub)) == 2, "the same build is told once"
    deliver(hub, 0)
    (closed,) = cases(hub)
    assert (closed.line.state, closed.line.outcome) == ("rectified", "done")
    lines = HubPages(hub).cases.rectification(source, None, None).lines
    assert [(line.title.zh, line.opened, line.closed) for line in lines] == [("renshe", 1, 1)]


def test_the_pages_of_a_registers_history(hub: Hub) -> None:
    assert HubPages(hub).register_history.changes("people", "", 10, False, Subject("anonymous")).items == (), "nothing is built yet"
    deliver(hub, 6)
    deliver(hub, 5)
    hub.snapshots.take(Subject("system"), "people", 2025)
    session = hub.trust.sessions.open(hub.trust.accounts.subject_for("source").account, 2, method="test").token
    site = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False, headers={"Cookie": f"lingnan_session={session}"})
    rows = site.get("/registers/people/conflicts?table=renshe.insured&attribute=name&lang=zh").text
    assert ">I0<" in rows
    assert "陈错" not in rows
    assert cases(hub)[0].line.number in rows
    assert ">I0<" not in site.get("/registers/people/conflicts?department=gongan").text
    assert "2025" in site.get("/registers/people/snapshots").text
    first = site.get("/api/v1/registers/people/changes", params={"limit": 15})
    told = first.json()
    assert len(told["items"]) == 15
    assert {each["kind"] for each in told["items"]} == {"added"}
    assert persons.number(0) not in first.text
    assert all("*" in each["label"] for each in told["items"]), "people are called as the reader may see them"
    assert site.get("/api/v1/registers/people/changes", params={"limit": 15}, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    rest = site.get("/api/v1/registers/people/changes", params={"cursor": told["next"]}).json()
    assert rest["next"] is None
    assert [each["kind"] for each in rest["items"]][:5] == ["added"] * 5
    assert site.get("/api/v1/registers/people/changes", params={"cursor": rest["cursor"]}).json()["items"] == []
    assert site.get("/api/v1/registers/people/changes", params={"cursor": "x"}).status_code == 422
    for path in ("/registers/people/changes", "/registers/people/changes.xlsx", f"/registers/people/{told['items'][0]['entry']}"):
        assert site.get(path).status_code == 200, path
    old, heir = told["items"][0]["entry"], told["items"][1]["entry"]
    _merge(hub, old, heir)
    led = site.get(f"/api/v1/registers/people/{old}").json()
    assert (led["id"], led["led_from"], led["superseded_by"]) == (heir, old, "")
    assert [(each["event"], each["other"]) for each in led["happenings"]] == [("merged", old)]
    then = site.get(f"/api/v1/registers/people/{old}", params={"as_of": "2026-01-01"}).json()
    assert (then["id"], then["superseded_by"]) == (old, heir)
    assert {each["attribute"]["zh"] for each in then["spans"]} >= {"姓名", "户籍地区划"}
    page = site.get(f"/registers/people/{old}?lang=zh").text
    assert f"您查询的条目 {old} 已并入本条目" in page
    visitor = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
    assert visitor.get("/api/v1/registers/people/changes").status_code == 403
    assert visitor.get("/api/v1/registers/people/conflicts").status_code == 403
    assert visitor.get("/api/v1/registers/people/snapshots").json()["counts"] == []


def test_the_snapshot_comes_due_on_the_last_evening_of_the_year() -> None:
    assert latest_due(YEARLY, datetime(2027, 1, 5, tzinfo=UTC)) == datetime(2026, 12, 31, 23, 55, tzinfo=CHINA)


def _merge(hub: Hub, old: str, heir: str) -> None:
    """Say in the history of ids that one entry became part of another."""
    schema = hub.lake.schema("registers.people_identities")
    row = {"entry_id": old, "superseded_by": heir, "event": "merged", "by": "decision", "known_from": hub.clock.now()}
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names}], schema)
    hub.lake.overwrite("registers.people_identities", table, CommitFacts(job="test"))
