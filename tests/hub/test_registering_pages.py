"""The pages of registering over a real hub: an element and a code list from form to register, a standard from comments to table, and conformance."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from lingnan.base import FixedClock, load_settings
from lingnan.catalogue import ColumnMeasure
from lingnan.hub import Hub, HubPages
from lingnan.trust import SYSTEM
from lingnan.web import create_app
from tests.access.ground import forgery
from tests.back_ends import migrated_file
from tests.catalogue.conftest import FORMS

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNITS = {"zhengwu": "政务服务数据管理局", "gongan": "公安厅", "shuiwu": "税务局"}
PEOPLE = {
    "author": ("gongan", "steward", "official"), "office": ("zhengwu", "reviewer", "official"), "other": ("shuiwu", "steward", "official"),
    "analyst": ("shuiwu", "analyst", "official"), "citizen": ("gongan", "", "citizen"),
}
ELEMENT = {
    "form.element": "household_class", "form.area": "", "form.zh": "家庭户分类代码", "form.en": "Class of household", "form.object": "家庭户",
    "form.property": "分类", "form.representation": "n1", "form.code_list": "household-classes", "form.classification": "internal",
    "form.source": "户口登记工作规范", "form.means_zh": "家庭户按居住方式所属的分类。", "form.means_en": "Class of a household by how it lives.",
    "form.synonyms": "户的分类", "form.reason": "业务需要",
}
LIST = {
    "form.name": "household-classes", "form.zh": "家庭户分类", "form.en": "Classes of household", "form.edition": "2026",
    "form.source": "户口登记工作规范", "form.submitter": "gongan",
}
CODES = "代码,名称,停用日期,后继代码\n1,单人户,,\n2,多人户,,\n"
PROPOSAL = {"document": "db44-household", "title": "家庭户数据编码规范", "kind": "local", "scope": "家庭户数据的编码。", "drafter": "gongan"}


class Site:
    """The site as one after another of these people uses it."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.client = hub, TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        self.accounts = {
            name: hub.trust.accounts.make_account(
                name, name, name, kind=kind, **({"roles": (role,), "organisation": unit} if kind == "official" else {})  # type: ignore[arg-type]
            )
            for name, (unit, role, kind) in PEOPLE.items()
        }
        self._sessions: dict[str, str] = {}

    def session(self, who: str) -> str:
        if who and who not in self._sessions:
            self._sessions[who] = self.hub.trust.sessions.open(self.accounts[who], 2, method="password").token
        return self._sessions.get(who, "")

    def get(self, who: str, path: str, **asked: Any) -> Any:
        cookie = {"Cookie": f"lingnan_session={self.session(who)}"} if who else {}
        return self.client.get(path, headers=cookie, params=asked)

    def post(self, who: str, path: str, form: dict[str, str] | None = None, **sent: Any) -> Any:
        session = self.session(who)
        return self.client.post(
            path, data=form or {}, headers={"Cookie": f"lingnan_session={session}", "X-Forgery-Token": forgery(session)}, **sent
        )

    def act(self, case: str, transition: str, who: str, form: dict[str, Any] | None = None) -> str:
        self.hub.office.casework.cases.act(case, transition, self.hub.trust.accounts.subject_for(self.accounts[who]), form, "")
        self.hub.deliver()
        return self.hub.office.casework.cases.sheet(case, SYSTEM).line.state

    def agree(self, case: str) -> None:
        self.act(case, "close_comments", "office")
        assert self.act(case, "register", "office") == "registered"

    def opened(self, answer: Any) -> str:
        """The case that a form led to."""
        assert answer.status_code == 303, answer.text
        self.hub.deliver()
        return str(answer.headers["location"].removeprefix("/cases/"))


def make_site(hub: Hub) -> Site:
    """Two offices with people, their resources, one of them measured twice, and a standard that is open for comments."""
    hub.storage.clock = hub.trust.audit.clock = FixedClock(NOW)
    hub.catalogue.register_many(FORMS)
    for key, zh in UNITS.items():
        hub.trust.accounts.make_organisation(key, zh, key)
    site, register = Site(hub), hub.catalogue.elements
    for day, fits in ((0, 80), (1, 95)):
        hub.storage.clock = FixedClock(NOW + timedelta(days=day))
        measure = ColumnMeasure(item="citizen_number", element="citizen_number", filled=100, conforming=fits, faults={"identifier": 100 - fits})
        register.record_conformance("gongan.resident", [measure], f"v{day}")
    case = register.documents.propose(PROPOSAL, hub.trust.accounts.subject_for(site.accounts["author"]))
    hub.deliver()
    site.act(case, "take_up", "office")
    assert site.act(case, "consult", "author") == "consulting"
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("registering")
    (home / "hub.db").write_bytes(migrated_file().read_bytes())
    with Hub.open(load_settings(home)) as hub:
        yield make_site(hub)


def test_a_code_list_goes_from_a_file_into_the_register(site: Site) -> None:
    wrong = site.post("author", "/standards/new-code-list", LIST, files={"file": ("codes.csv", b"\xe4\xbb\xa3\xe7\xa0\x81,x\n", "text/csv")})
    assert (wrong.status_code, "首行缺少列" in wrong.text, "户口登记工作规范" in wrong.text) == (422, True, True)
    kept = site.post("author", "/standards/new-code-list", LIST, files={"file": ("codes.csv", CODES.encode(), "text/csv")})
    assert kept.headers["location"] == "/standards/code-lists/household-classes/edit?done=kept"
    assert "单人户" in site.get("author", "/standards/code-lists/household-classes/edit").text
    assert site.get("other", "/standards/code-lists/household-classes/edit").status_code == 404
    assert site.get("", "/standards/code-lists/household-classes").status_code == 404
    case = site.opened(site.post("author", "/standards/code-lists/household-classes/submit", {"reason": "业务需要"}))
    assert "合格" in site.get("analyst", "/standards/code-lists/household-classes", lang="zh").text
    site.agree(case)
    page = site.get("", "/standards/code-lists/household-classes", lang="zh").text
    assert "多人户" in page
    book = openpyxl.load_workbook(io.BytesIO(site.get("", "/standards/code-lists/household-classes/codes.xlsx").content))
    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["代码", "1", "2"]
    assert any(line["id"] == "household-classes" for line in site.get("", "/api/v1/standards", kind="code-lists", q="家庭户").json()["items"])


def test_an_element_is_checked_as_it_is_written_and_registered(site: Site) -> None:
    empty = site.post("author", "/standards/new-element/check", {"form.zh": "人数等"}).text
    assert "<html" not in empty
    assert "缺少必备项" in empty
    alike = site.post("author", "/standards/new-element/check", {**ELEMENT, "form.zh": "公民身份号码"}).text
    assert "另一项同名" in alike
    taken = site.post("author", "/standards/new-element", {**ELEMENT, "form.element": "sex"})
    assert (taken.status_code, "数据元 sex 已在册" in taken.text) == (422, True)
    refused = site.post("author", "/standards/new-element", {**ELEMENT, "form.representation": "zz"})
    assert (refused.status_code, "家庭户分类代码" in refused.text, "数据格式无法解析" in refused.text) == (422, True, True)
    case = site.opened(site.post("author", "/standards/new-element", ELEMENT))
    mine = site.get("author", "/standards/under-way", lang="zh").text
    assert "household_class" in mine
    assert "征求意见" in mine
    assert "household_class" not in site.get("other", "/standards/under-way").text
    assert "household_class" in site.get("other", "/standards/under-way", mine="false").text
    site.agree(case)
    card = site.get("", "/api/v1/standards/elements/household_class").json()
    assert (card["status"], card["code_list"], card["steward"]) == ("standard", "household-classes", "公安厅")


def test_an_element_of_the_hub_is_suggested_by_its_very_name(site: Site) -> None:
    items = [{"name": "hlb", "zh": "家庭户分类代码"}, {"name": "xb", "zh": "性别"}]
    site.hub.catalogue.register({"key": "shuiwu.family", "zh": "家庭户", "department": FORMS[2]["department"], "format": "csv", "items": items})
    found = site.hub.catalogue.elements.mappings.suggest_for("shuiwu.family")
    assert (found[0].item, found[0].element) == ("hlb", "household_class")
    assert any((each.item, each.element) == ("xb", "sex") for each in found)


def test_a_registered_element_gets_its_next_version_and_is_retired(site: Site) -> None:
    form = site.get("author", "/standards/elements/household_class/change").text
    assert "家庭户按居住方式所属的分类。" in form
    assert "户的分类" in form
    changed = {**ELEMENT, "request": "change", "form.zh": "家庭户类别代码"}
    site.agree(site.opened(site.post("author", "/standards/elements/household_class/change", changed)))
    page = site.get("", "/standards/elements/household_class", lang="zh").text
    assert "被代替" in page
    assert "家庭户类别代码" in page
    assert "家庭户分类代码" in site.get("", "/standards/elements/household_class", version="1.0").text
    assert site.post("author", "/standards/elements/household_class/ask", {"request": "retire", "reason": ""}).status_code == 422
    asked = {"request": "retire", "reason": "停用", "replacement": "citizen_number"}
    site.agree(site.opened(site.post("author", "/standards/elements/household_class/ask", asked)))
    card = site.get("", "/api/v1/standards/elements/household_class").json()
    assert (card["status"], card["versions"][-1]["follows_href"]) == ("retired", "/standards/elements/citizen_number")


def test_an_element_that_was_given_back_is_mended(site: Site) -> None:
    told = {
        **ELEMENT, "form.element": "household_headcount", "form.zh": "家庭户人口数量", "form.en": "Size of household",
        "form.property": "人口数量", "form.representation": "n..4", "form.code_list": "", "form.unit": "人", "form.synonyms": "",
        "form.means_zh": "一个家庭户登记在册的人员总数。", "form.means_en": "How many people are registered in one household.",
    }
    case = site.opened(site.post("author", "/standards/new-element", told))
    site.hub.office.casework.cases.act(case, "return", site.hub.trust.accounts.subject_for(site.accounts["office"]), note="补充同义名称")
    site.hub.deliver()
    assert "/standards/elements/household_headcount/change" in site.get("author", "/standards/under-way").text
    form = site.get("author", "/standards/elements/household_headcount/change").text
    assert 'name="request" value="mend"' in form
    mended = {**told, "request": "mend", "form.synonyms": "户内人数"}
    assert site.opened(site.post("author", "/standards/elements/household_headcount/change", mended)) == case
    assert site.hub.catalogue.elements.element("household_headcount").synonyms == ("户内人数",)


def test_anybody_signed_in_comments_and_the_drafters_dispose(site: Site) -> None:
    address = "/standards/documents/db44-household"
    assert "征求意见至" in site.get("", address, lang="zh").text
    lacking = site.post("citizen", f"{address}/comments", {"clause": "", "kind": "te", "comment": "应写明"})
    assert (lacking.status_code, "应写明" in lacking.text) == (422, True)
    for who, clause in (("citizen", "4.1"), ("analyst", "附录A")):
        assert site.post(who, f"{address}/comments", {"clause": clause, "kind": "te", "comment": "=应写明", "proposal": "改"}).status_code == 303
    assert site.post("other", f"{address}/comments/1", {"disposition": "accepted"}).status_code == 403
    without = site.post("author", f"{address}/comments/1", {"disposition": "rejected", "reason": ""})
    assert (without.status_code, "须写明理由" in without.text) == (422, True)
    assert site.post("author", f"{address}/comments/1", {"disposition": "partly", "reason": "已并入"}).status_code == 303
    page = site.get("", address, lang="zh").text
    assert all(told in page for told in ("部分采纳", "已并入", "社会公众", "税务局", "未处理"))
    assert "citizen" not in page
    book = openpyxl.load_workbook(io.BytesIO(site.get("", f"{address}/comments.xlsx", lang="zh").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:3] == ("序号", "条款", "提出单位")
    assert [(row[1], row[2], row[4], row[6], row[7]) for row in rows[1:]] == [
        ("4.1", "社会公众", "=应写明", "部分采纳", "已并入"), ("附录A", "税务局", "=应写明", "未处理", ""),
    ]


def test_the_text_of_a_draft_is_added_by_its_drafters_and_read_by_all(site: Site) -> None:
    address = "/standards/documents/db44-household"
    file = {"file": ("征求意见稿.txt", "1 范围".encode(), "text/plain")}
    assert site.post("other", f"{address}/files", files=file).status_code in (403, 404)
    assert site.post("author", f"{address}/files", files=file).status_code == 303
    found = site.get("", "/api/v1/standards/projects/db44-household").json()["files"]
    assert [each["name"] for each in found] == ["征求意见稿.txt"]
    assert site.get("", f"{address}/files/{found[0]['id']}").content == "1 范围".encode()
    stages = site.get("", "/api/v1/standards/projects").json()["stages"]
    assert stages == [["consulting", 1]]
    assert site.get("", "/standards/documents", stage="spells").status_code == 404


def test_conformance_goes_from_departments_to_columns_and_binds_what_is_suggested(site: Site) -> None:
    board = site.get("analyst", "/api/v1/standards/conformance").json()
    line = next(each for each in board["items"] if each["key"] == "gongan")
    assert (line["columns"], line["mapped"], float(line["coverage"]), float(line["share"])) == (2, 1, 50.0, 95.0)
    assert (board["faults"], [float(each["share"]) for each in board["trend"]]) == ([["identifier", 5]], [80.0, 95.0])
    assert "标识错误" in site.get("analyst", "/standards/conformance", department="gongan", lang="zh").text
    columns = {each["name"]: each for each in site.get("author", "/api/v1/standards/conformance/gongan.resident").json()["columns"]}
    suggested = [each[0] for each in columns["division"]["suggestions"]]
    assert columns["citizen_number"]["faults"] == [["identifier", 5]]
    assert "division" in " ".join(suggested)
    assert 'name="one"' not in site.get("other", "/standards/conformance/gongan.resident").text
    assert site.post("other", "/standards/conformance/gongan.resident/bind", {"one": f"division={suggested[0]}"}).status_code == 403
    bound = site.post("author", "/standards/conformance/gongan.resident/bind", {"one": f"division={suggested[0]}"})
    assert bound.headers["location"] == "/catalogue/gongan.resident/edit?done=kept"
    draft = site.hub.catalogue.life.card("gongan.resident", site.hub.trust.accounts.subject_for(site.accounts["author"])).form
    assert {item.name: item.element for item in draft.items}["division"] == suggested[0]


@pytest.mark.parametrize("path", [
    "/standards/export.xlsx?kind=elements&q=姓名", "/standards/export.xlsx?kind=indicators", "/standards/export.xlsx?kind=documents",
    "/standards/sets/natural_person/members.xlsx", "/standards/conformance.xlsx", "/standards/new-code-list/template.xlsx",
])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_are_workbooks_too(site: Site, path: str, lang: str) -> None:
    answer = site.get("author", f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == 200
    head = next(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert all(head)


def test_a_document_tells_what_names_it(site: Site) -> None:
    page = site.get("", "/standards/references/GB/T 2261.1-2003", lang="zh").text
    assert "/standards/code-lists/sexes" in page
    assert site.get("", "/standards/references/none").status_code == 404


def test_who_uses_a_code_is_told_to_officials_alone(site: Site) -> None:
    assert site.get("", "/api/v1/standards/code-lists/sexes").json()["impact"] is None
    found = site.get("", "/standards/code-lists/sexes", lang="zh").text
    assert "使用情况与影响" not in found
    assert "使用情况与影响" in site.get("analyst", "/standards/code-lists/sexes", q="1", lang="zh").text
