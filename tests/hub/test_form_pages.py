"""The pages of forms without scripts: filling in, faults beside their fields, rows added, one's own entries, a form made from a resource's page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lingnan.base import load_settings
from lingnan.hub import Hub, HubPages
from lingnan.web import create_app
from tests.access.ground import forgery
from tests.back_ends import Furnish
from tests.collect.pictures import jpeg
from tests.hub.form_ground import FORM, describe, given, make


@pytest.fixture
def hub(tmp_path: Path, furnish: Furnish) -> Iterator[Hub]:
    home = tmp_path / "home"
    home.mkdir()
    with Hub.open(load_settings(describe(furnish(home)))) as opened:
        unit = opened.trust.organisations.make("minzheng", "民政厅", "Civil Affairs")
        opened.trust.accounts.make_account("worker", "外勤", "Worker", roles=("analyst",), organisation=unit)
        opened.trust.accounts.make_account("keeper", "管理员", "Steward", roles=("steward",), organisation=unit)
        yield opened


class Browser:
    """Somebody without scripts."""

    def __init__(self, hub: Hub, account: str) -> None:
        self.client = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        self.session = hub.trust.sessions.open(hub.trust.accounts.subject_for(account).account, 2, method="password").token
        self.client.cookies.set("lingnan_session", self.session)

    def post(self, path: str, data: dict[str, Any], **more: Any) -> Any:
        return self.client.post(path, data={"forgery_token": forgery(self.session), **data}, **more)

    def fill(self, **changes: str | None) -> dict[str, str]:
        found = given(1, **changes)
        return {"entry": found.entry, "revision": "0", **{f"form.0.{name}": value or "" for name, value in found.rows[0].items() if name != "photo"}}


def test_a_form_is_filled_in_corrected_and_taken_back(hub: Hub) -> None:
    make(hub)
    worker = Browser(hub, "worker")
    page = worker.client.get(f"/forms/{FORM}")
    assert page.headers["Permissions-Policy"] == "geolocation=(self), camera=(), microphone=()"
    assert re.findall(r'name="form\.0\.(\w+)"', page.text) == ["shelter_no", "name", "division", "places", "present", "keeper", "photo"]
    assert 'min="1" max="5000"' in page.text
    assert 'data-identifier="citizen_number"' in page.text
    wrong = worker.post(f"/forms/{FORM}", worker.fill(places="9000", present="1"))
    assert wrong.status_code == 422
    assert re.search(r'id="f-0-places-hint" role="alert">[^<]*容纳人数', wrong.text)
    assert 'value="天河体育中心"' in wrong.text
    taken = worker.post(f"/forms/{FORM}", worker.fill(), files={"form.0.photo": ("a.jpg", jpeg(), "image/jpeg")})
    assert (taken.status_code, taken.headers["location"]) == (303, "/forms?given=given")
    mine = worker.client.get("/forms?given=given").text
    assert "已收到" in mine
    entry = f"/forms/{FORM}/entries/{given(1).entry}"
    before = hub.forms.entries.of(hub.forms.form(FORM), given(1).entry, hub.trust.accounts.subject_for("worker")).rows[0]["photo"]
    assert 'value="300"' in worker.client.get(entry).text
    again = worker.post(entry, {**worker.fill(places="400"), "revision": "1"})
    assert again.status_code == 303
    card = hub.forms.entries.of(hub.forms.form(FORM), given(1).entry, hub.trust.accounts.subject_for("worker"))
    assert (card.rows[0]["places"], card.rows[0]["photo"], card.revision) == ("400", before, 2)
    assert worker.post(entry, {**worker.fill(places="500"), "revision": "1"}).status_code == 409
    assert worker.post(f"{entry}/withdraw", {}).headers["location"] == "/forms?given=withdrawn"
    assert worker.client.get(entry).status_code == 403


def test_a_script_is_answered_in_json(hub: Hub) -> None:
    make(hub)
    worker, accept = Browser(hub, "worker"), {"Accept": "application/json"}
    wrong = worker.post(f"/forms/{FORM}", worker.fill(places="0"), headers=accept)
    assert (wrong.status_code, [each["column"] for each in wrong.json()["faults"]]) == (422, ["places", "present"])
    for _again in range(2):
        good = worker.post(f"/forms/{FORM}", worker.fill(), headers=accept)
        assert good.json() == {"entry": given(1).entry, "state": "waiting", "case": "", "trace_code": "", "on_arrival": []}
    assert worker.post(f"/forms/{FORM}", worker.fill(places="50"), headers=accept).status_code == 409


def test_what_only_other_tables_tell_is_said_to_be_checked_on_arrival(hub: Hub) -> None:
    """Rules across fields of the row bite when it is given; one that refers to a table waits, and the answer and one's own entries say so."""
    contract = hub.home / "sources" / "minzheng" / "shelter.contract.yaml"
    rule = (
        "{id: division_is_served, type: custom, engine: lingnan, name: 区划应有救助站, description: The division has an aid station, "
        "dimension: consistency, severity: error, implementation: {rule: references, of: division, table: minzheng.station, column: code}}"
    )
    text = contract.read_text(encoding="utf-8")
    contract.write_text(f"{text.rstrip()}\n    quality: [{rule}]\n", encoding="utf-8")
    hub.follow_sources()
    make(hub)
    worker, accept = Browser(hub, "worker"), {"Accept": "application/json"}
    wrong = worker.post(f"/forms/{FORM}", worker.fill(present="301"), headers=accept)
    assert [each["column"] for each in wrong.json()["faults"]] == ["present"]
    assert worker.post(f"/forms/{FORM}", worker.fill(), headers=accept).json()["on_arrival"] == ["行政区划代码：区划应有救助站"]
    assert "送达时另行检查：行政区划代码：区划应有救助站" in worker.client.get("/forms").text


def test_rows_are_added_without_scripts_and_keep_what_was_typed(hub: Hub) -> None:
    make(hub, sections="[{id: heads, zh: 人数, en: Heads, items: [shelter_no, present], repeat: 2}]")
    worker = Browser(hub, "worker")
    more = worker.post(f"/forms/{FORM}", {**worker.fill(), "more": "1"}).text
    assert 'name="form.1.present"' in more
    assert 'name="form.1.name"' not in more
    assert 'value="天河体育中心"' in more
    assert 'name="form.2.present"' not in worker.post(f"/forms/{FORM}", {**worker.fill(), "form.1.present": "1", "more": "1"}).text
    assert worker.post(f"/forms/{FORM}", {**worker.fill(), "form.1.shelter_no": "S7", "form.1.present": "8"}).status_code == 303
    rows = hub.forms.entries.of(hub.forms.form(FORM), given(1).entry, hub.trust.accounts.subject_for("worker")).rows
    assert [(row["shelter_no"], row["name"], row["present"]) for row in rows] == [("S1", "天河体育中心", "20"), ("S7", "天河体育中心", "8")]


def test_a_steward_makes_a_form_from_the_resources_page(hub: Hub) -> None:
    from lingnan.hub.registration import resource_forms

    hub.catalogue.register_many(resource_forms(hub.feeds))
    keeper, worker = Browser(hub, "keeper"), Browser(hub, "worker")
    code = hub.catalogue.resource("minzheng.shelter").code
    assert f'action="/catalogue/{code}/form"' in keeper.client.get("/catalogue/minzheng.shelter").text
    assert f'action="/catalogue/{code}/form"' not in worker.client.get("/catalogue/minzheng.shelter").text
    assert worker.post("/catalogue/minzheng.shelter/form", {}).status_code == 403
    assert keeper.post("/catalogue/minzheng.shelter/form", {}).headers["location"] == f"/forms/{FORM}"
    assert "避难场所填报" in worker.client.get("/forms").text
    assert any(feed.id == FORM for feed in hub.feeds)
    assert keeper.post("/catalogue/minzheng.shelter/form", {}).status_code == 409


def test_signing_out_tells_the_browser_to_forget(hub: Hub) -> None:
    worker = Browser(hub, "worker")
    assert worker.post("/sign-out", {}).headers["Clear-Site-Data"] == '"storage"'
