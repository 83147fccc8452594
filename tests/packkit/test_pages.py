"""What a hub makes of a pack's parts: pages, one address for each query, alerts once a version, sources taken over, flows and boards bound."""

import hmac
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as xml

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from lingnan.base import CHINA, load_settings
from lingnan.hub import Hub, HubPages
from lingnan.hub.boards import hub_boards
from lingnan.hub.pack_alerts import PackAlerts
from lingnan.hub.pack_sources import take_over
from lingnan.lake import CommitFacts
from lingnan.trust import EntryQuery, Purpose
from lingnan.web import create_app
from tests.packkit.test_packs import named_demo, swapped, written
from tests.packkit.whole import whole_pack

TABLE = "demo_pack.county_enterprises"
COUNTIES = pa.table({
    "county": ["440104", "440105", "440106", "440305"], "enterprises": pa.array([1, 2, 9, 3], pa.int64()), "watched": [False, True, True, True],
})


@pytest.fixture(scope="module")
def ground(new_home: Callable[[str], Path]) -> Iterator[Any]:
    """A hub with the whole pack, its table made, and its site."""
    home = new_home("packs")
    folder = whole_pack(home / "packs", home).place.folder
    written(folder, "queries/by_county.yaml", swapped("audience: public", "audience: public\npurpose: true"))
    with Hub.open(load_settings(home)) as hub:
        hub.engine.write(TABLE, "select * from counties", {}, CommitFacts("test"), arrow={"counties": COUNTIES})
        account = hub.trust.accounts.make_account("keeper", "管", "Keeper", roles=["steward"])
        session = hub.trust.sessions.open(account, 2, method="password").token
        site = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        keeper = hub.trust.subject_of(session)
        yield SimpleNamespace(hub=hub, site=site, session={"Cookie": f"lingnan_session={session}"}, home=home, keeper=keeper)


def test_the_index_follows_the_plan(ground: Any) -> None:
    told = ground.site.get("/api/v1/packs").json()
    rows = {line["row"]: [each["id"] for each in line["packs"]] for line in told["items"]}
    assert rows["C12"] == ["demo_pack"]
    assert rows["C16"] == []
    assert {row[0] for row in rows} == {"C", "D", "E"}, "other chapters are the hub's own rooms"
    assert told["count"] == len({pack for packs in rows.values() for pack in packs})
    assert told["covered"] == sum(bool(packs) for packs in rows.values())
    tile = next(each for each in told["packs"] if each["line"]["id"] == "demo_pack")
    assert tile["rows"] == ["C12"]
    assert {each["href"] for each in tile["ways"]} >= {"/boards/demo_pack.overview"}
    page = ground.site.get("/packs").text
    assert 'href="/packs/demo_pack"' in page
    assert "样例" in page
    assert page.count("尚无") == len(rows) - told["covered"]


def test_a_packs_page_shows_figures_with_their_law(ground: Any) -> None:
    page = ground.site.get("/packs/demo_pack").text
    for shown in ("样例数值，请换成有依据的数值", "未校核", "区县企业数查询", "现行", "/packs/demo_pack/queries/by_county", "/forms/shengtai.visits"):
        assert shown in page
    assert "各区县的在册企业数。每个区县代码一行。" in page, "what one row is, by the key of its contract"
    english = ground.site.get("/packs/demo_pack?lang=en").text
    assert "Enterprises of a county" in english
    assert "one county: how many enterprises it has" in english
    ground.site.cookies.clear()
    sheet = ground.site.get("/api/v1/packs/demo_pack").json()
    assert {(each["source"], each["target"]) for each in sheet["lineage"]["edges"]} >= {
        ("registers.entities", "demo_pack.stg_enterprise"), ("demo_pack.stg_enterprise", TABLE),
    }
    assert ground.site.get("/packs/other").status_code == 404


def test_who_is_in_charge_of_a_pack_is_called_by_name(ground: Any) -> None:
    [owner] = ground.site.get("/api/v1/packs/gov_services").json()["owners"]
    assert owner == {"zh": "政务服务数据管理局", "en": "Government Services and Data Administration"}
    assert owner["zh"] in ground.site.get("/packs/gov_services").text


def test_a_query_is_one_address_with_typed_parameters(ground: Any) -> None:
    first = ground.site.get("/api/v1/packs/demo_pack/queries/by_county?county=44").json()
    assert [row["county"] for row in first["rows"]] == ["440104", "440105"]
    assert (first["next"], first["versions"], first["unproofed"]) == ("2", {TABLE: 0}, ["watch_line"])
    assert int(first["decision"]) > 0
    second = ground.site.get("/api/v1/packs/demo_pack/queries/by_county?county=44&cursor=2").json()
    assert [row["county"] for row in second["rows"]] == ["440106", "440305"]
    assert second["next"] is None
    for wrong in ("", "?county=44010600", "?county=44' or '1'='1", "?county=44&height=2"):
        assert ground.site.get(f"/api/v1/packs/demo_pack/queries/by_county{wrong}").status_code == 422
    entry, *_earlier = ground.hub.trust.log.page(EntryQuery(kind="query", resource="pack:demo_pack:by_county")).entries
    assert (entry.facts["rows"], entry.facts["versions"]) == (2, {TABLE: 0})
    assert "44" not in entry.facts.values(), "what was asked stands in no log"


def test_officials_state_what_they_ask_for(ground: Any) -> None:
    """Where the query says so: without a purpose nothing is shown, with one it stands in the log."""
    asked = "/packs/demo_pack/queries/by_county?county=4403"
    page = ground.site.get(asked, headers=ground.session).text
    assert "查询须载明目的" in page
    assert "440305" not in page
    token = re.search(r'name="forgery_token" value="([0-9a-f]+)"', page)
    assert token is not None
    form = {"county": "4403", "purpose": "case-handling", "article": "第十条", "matter": "2026-1", "forgery_token": token[1]}
    shown = ground.site.post("/packs/demo_pack/queries/by_county", data=form, headers=ground.session)
    assert "440305" in shown.text, shown.text[:500]


def test_many_questions_are_asked_at_once(ground: Any) -> None:
    """Under one decision and one entry of the log; each row says which question it answers, and one that is wrong fails them all."""
    ground.site.cookies.clear()
    address, asked = "/api/v1/packs/demo_pack/queries/by_county", [{"county": "4403"}, {"county": "99"}, {"county": "44"}]
    told = ground.site.post(address, json={"asked": asked}).json()
    assert [(row["asked"], row["county"]) for row in told["rows"]] == [(0, "440305"), (2, "440104"), (2, "440105")]
    assert (told["cut"], told["next"], told["unproofed"]) == ([2], None, ["watch_line"])
    entry, *_earlier = ground.hub.trust.log.page(EntryQuery(kind="query", resource="pack:demo_pack:by_county")).entries
    assert (entry.facts["asked"], entry.facts["rows"]) == (3, 3)
    for wrong in ({"asked": []}, {"asked": [{"county": "44"}] * 51}, {"asked": [{"county": "44"}, {"height": "2"}]}, {"asked": asked, "day": "x"}):
        assert ground.site.post(address, json=wrong).status_code == 422, wrong
    held = {**ground.session, "X-Forgery-Token": hmac.digest(ground.session["Cookie"].partition("=")[2].encode(), b"lingnan form", "sha256").hex()}
    assert ground.site.post(address, json={"asked": asked}, headers=held).status_code == 403, "officials state what they ask for"
    purpose = {"purpose": "case-handling", "article": "第十条", "matter": "2026-1"}
    assert ground.site.post(address, json={"asked": asked, **purpose}, headers=held).status_code == 200


def test_each_of_many_questions_is_a_call_of_a_token(ground: Any) -> None:
    """A token of 50 calls a minute asks 50 questions at once and no more; what was refused was not asked."""
    ground.site.cookies.clear()
    purpose, until = Purpose("case-handling", "第十条", "2026-1"), ground.hub.clock.now() + timedelta(days=1)
    made = ground.hub.trust.tokens.make(
        ground.keeper, name="batches", scope=("page.view", "read"), purpose=purpose, expires_at=until, calls_a_minute=50,
    )
    address, held = "/api/v1/packs/demo_pack/queries/by_county", {"Authorization": f"Bearer {made.secret}"}
    stated = {"purpose": purpose.code, "article": purpose.article, "matter": purpose.matter}
    whole = ground.site.post(address, json={"asked": [{"county": "4403"}] * 50, **stated}, headers=held)
    assert (whole.status_code, len(whole.json()["rows"])) == (200, 50), whole.text
    more = ground.site.post(address, json={"asked": [{"county": "4403"}] * 2, **stated}, headers=held)
    assert (more.status_code, more.json()["title"]) == (429, "quota")
    entry, *_earlier = ground.hub.trust.log.page(EntryQuery(kind="query", resource="pack:demo_pack:by_county")).entries
    assert entry.facts["asked"] == 50


def test_pages_of_a_pack_show_rows_by_the_address(ground: Any) -> None:
    listing = ground.site.get("/packs/demo_pack/pages/counties?watched=true").text
    assert re.findall(r"county=(\d+)", listing) == ["440106", "440305", "440105"], "the greatest first, one is left out"
    card = ground.site.get("/packs/demo_pack/pages/county?county=440106").text
    assert "440106" in card
    assert ground.site.get("/packs/demo_pack/pages/county?county=1").status_code == 404
    assert ground.site.get("/packs/demo_pack/pages/find?q=4403").status_code == 403, "it is for officials"
    found = ground.site.get("/packs/demo_pack/pages/find?q=4403", headers=ground.session).text
    assert "440305" in found
    assert "440106" not in found
    ways = {name: ground.site.get(f"/packs/demo_pack/pages/{name}", headers=ground.session) for name in ("visit", "ask", "asked", "overview")}
    assert {name: way.headers["location"] for name, way in ways.items()} == {
        "visit": "/forms/shengtai.visits", "ask": "/cases/new/demo_pack-explain", "asked": "/cases?flow=demo_pack-explain",
        "overview": "/boards/demo_pack.overview",
    }


def test_codes_are_shown_in_words(ground: Any) -> None:
    """In lists, cards, queries and boards, and yes or no for truths; a program is told the code, and what it is called beside."""
    listing = ground.site.get("/packs/demo_pack/pages/counties").text
    assert '<span title="440106">东部</span>' in listing
    assert '<option value="true">是</option>' in listing
    assert "The east" in ground.site.get("/packs/demo_pack/pages/county?county=440106&lang=en").text
    ground.site.cookies.clear()
    answered = ground.site.get("/packs/demo_pack/queries/by_county?county=4401").text
    assert "河南" in answered
    assert ground.site.get("/api/v1/packs/demo_pack/queries/by_county?county=4401").json()["rows"][0]["county"] == "440104"
    board = ground.site.get("/api/v1/boards/demo_pack.overview", headers=ground.session).json()
    panels = {panel["id"]: panel for panel in board["sections"][0]["panels"]}
    assert [(row[0]["zh"], row[1]["en"]) for row in panels["each"]["rows"]][:2] == [("老城", "no"), ("河南", "yes")]
    assert {label["title"]["zh"] for label in panels["reached"]["labels"]} == {"是", "否"}


def test_alerts_are_raised_once_a_version(ground: Any) -> None:
    hub, pack = ground.hub, named_demo(ground.hub.packs)
    alert, watch = pack.part("alerts", "watched"), PackAlerts(ground.hub)
    assert watch.look(pack, alert, 0) == 3
    assert watch.look(pack, alert, 0) == 3
    page = hub.office.alerts.alerts(ground.keeper)
    told = {card.key: (card.rule, card.level, card.count, card.zh) for card in page.items}
    assert told["440106"] == ("demo_pack.watched", "orange", 1, "东部 有 9 家在册企业，达到关注线。"), "a message tells what a code is called"
    assert {key: level for key, (_rule, level, _count, _zh) in told.items()} == {"440105": "yellow", "440106": "orange", "440305": "yellow"}
    assert hub.office.alerts.rules.handling("demo_pack.watched").cool_down_minutes == 1440
    east = next(card.id for card in page.items if card.key == "440106")
    shown = ground.site.get(f"/alerts/{east}", headers=ground.session).text
    assert pack.part("alerts", "watched").file.title.zh in shown
    assert re.search(r'<dt title="county">[^<]*[\u4e00-\u9fff]</dt><dd>东部</dd>', shown), "called by the contract, its value by the code list"


CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ALERT_ORDER = ("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "code", "note", "references",
               "incidents", "info")
INFO_ORDER = ("language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode", "effective", "onset",
              "expires", "senderName", "headline", "description", "instruction", "web", "contact", "parameter", "resource", "area")


def test_an_alert_leaves_as_a_message_of_the_common_alerting_protocol(ground: Any) -> None:
    """The rules of CAP 1.2: the order of its elements, those that are needed, its words, its form of time, its references."""
    PackAlerts(ground.hub).look(named_demo(ground.hub.packs), named_demo(ground.hub.packs).part("alerts", "watched"), 0)
    found = next(card for card in ground.hub.office.alerts.alerts(ground.keeper).items if card.key == "440106")
    answer = ground.site.get(f"/alerts/{found.id}.cap.xml", headers=ground.session)
    assert answer.headers["content-type"].startswith("application/cap+xml")
    root = valid_cap(answer.content)
    info = root.findall(f"{CAP}info")
    assert [each.findtext(f"{CAP}language") for each in info] == ["zh-CN", "en-US"]
    assert (root.findtext(f"{CAP}msgType"), info[0].findtext(f"{CAP}severity")) == ("Alert", "Severe")
    area = info[0].find(f"{CAP}area")
    assert area is not None
    assert area.findtext(f"{CAP}areaDesc") == "广东省广州市天河区"
    assert area.findtext(f"{CAP}geocode/{CAP}value") == "440106"
    ground.hub.office.alerts.resolve(ground.keeper, found.id)
    over = valid_cap(ground.site.get(f"/alerts/{found.id}.cap.xml", headers=ground.session).content)
    assert over.findtext(f"{CAP}msgType") == "Cancel"
    assert (over.findtext(f"{CAP}references") or "").split(",")[1:] == [found.id, root.findtext(f"{CAP}sent")]


def valid_cap(message: bytes) -> xml.Element:
    root = xml.fromstring(message)
    assert root.tag == f"{CAP}alert"
    names = [each.tag.removeprefix(CAP) for each in root]
    assert names == sorted(names, key=ALERT_ORDER.index)
    assert {"identifier", "sender", "sent", "status", "msgType", "scope"} <= set(names)
    for name in ("identifier", "sender"):
        assert not set(" ,<&") & set(root.findtext(f"{CAP}{name}") or " ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", root.findtext(f"{CAP}sent") or "")
    assert datetime.fromisoformat(root.findtext(f"{CAP}sent") or "").tzinfo is not None
    assert (root.findtext(f"{CAP}scope") == "Restricted") == (root.find(f"{CAP}restriction") is not None)
    assert (root.findtext(f"{CAP}msgType") in ("Update", "Cancel")) == (root.find(f"{CAP}references") is not None)
    for info in root.findall(f"{CAP}info"):
        parts = [each.tag.removeprefix(CAP) for each in info]
        assert parts == sorted(parts, key=INFO_ORDER.index)
        assert {"category", "event", "urgency", "severity", "certainty"} <= set(parts)
        assert info.findtext(f"{CAP}severity") in ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
        assert len(info.findtext(f"{CAP}headline") or "") <= 160
    return root


def test_streams_and_forms_become_sources_of_the_home(ground: Any) -> None:
    """Taken over once; what somebody changed stays, what nobody changed follows the pack."""
    hub, home = ground.hub, ground.home
    written_first = {file.relative_to(home).as_posix() for file in take_over(home, [named_demo(hub.packs)])}
    assert written_first == {
        "sources/shengtai/visits.yaml", "sources/shengtai/visits.contract.yaml", "forms/shengtai.visits.yaml",
        "sources/shengtai/visits_live.yaml", "sources/shengtai/visits_live.contract.yaml",
    }
    assert take_over(home, [named_demo(hub.packs)]) == []
    hub.follow_sources()
    feeds = {feed.id: feed for feed in hub.feeds}
    assert feeds["shengtai.visits_live"].file.stream.topics == ("visits/#",)
    assert hub.forms.form("shengtai.visits").file.title.zh == "走访登记"
    stream = home / "sources/shengtai/visits_live.yaml"
    stream.write_text(stream.read_text(encoding="utf-8").replace("127.0.0.1", "broker.example"), encoding="utf-8")
    assert take_over(home, [named_demo(hub.packs)]) == []
    form = home / "packs/demo_pack/forms/shengtai.visits.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("走访登记", "走访记录"), encoding="utf-8")
    with Hub.open(load_settings(home)) as again:
        assert [file.relative_to(home).as_posix() for file in take_over(home, [named_demo(again.packs)])] == ["sources/shengtai/visits.contract.yaml",
                                                                                              "sources/shengtai/visits.yaml",
                                                                                              "forms/shengtai.visits.yaml"]
    assert "broker.example" in stream.read_text(encoding="utf-8")


def test_flows_and_boards_are_bound(ground: Any) -> None:
    hub = ground.hub
    flow = hub.office.casework.flows.flow("demo_pack-explain")
    limit = hub.office.casework.flows.rules.find("demo_pack.answer_days", "440100", hub.clock.now().astimezone(CHINA).date())
    assert (flow.deadline("answer").rule, limit.days) == ("demo_pack.answer_days", 5)
    board = hub_boards(hub, hub.clock.now().astimezone(CHINA).date())["demo_pack.overview"]
    told = board.threshold("watch_line")
    assert told is not None
    assert (told.value, told.proofed, board.unproofed(TABLE)) == (2, False, ("watch_line",))
    note = board.note(TABLE, "enterprises")
    assert note is not None
    assert note.title.en == "Enterprises"
