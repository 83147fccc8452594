"""The pages of the inventory over a real hub: what was found in a live database is shown to its keepers, decided on, and counted on the board."""

import io
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from lingnan.base import FixedClock, SilentProgress, load_settings
from lingnan.catalogue import DutyForm, SystemDetails
from lingnan.collect import discover_database
from lingnan.hub import Hub, HubPages
from lingnan.hub.workbooks import sweep_workbooks
from lingnan.trust import SYSTEM
from lingnan.web import create_app
from tests.access.ground import forgery
from tests.catalogue.conftest import FORMS
from tests.collect.test_discovery import citizen_number

PLACE = "office.db"
PEOPLE = {
    "keeper": ("gongan", "steward"), "office": ("zhengwu", "steward"), "other": ("shuiwu", "steward"), "analyst": ("gongan", "analyst"),
    "administrator": ("gongan", "administrator"),
}


class Site:
    """The site as one after another of these people uses it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.client = TestClient(create_app(HubPages(hub), hub.settings), follow_redirects=False)
        self._sessions: dict[str, str] = {}

    def session(self, who: str) -> str:
        if who not in self._sessions:
            account = self.hub.trust.accounts.make_account(who, who, who, roles=(PEOPLE[who][1],), organisation=PEOPLE[who][0])
            self._sessions[who] = self.hub.trust.sessions.open(account, 2, method="password").token
        return self._sessions[who]

    def get(self, who: str, path: str, **asked: Any) -> Any:
        return self.client.get(path, headers={"Cookie": f"lingnan_session={self.session(who)}"}, params=asked)

    def post(self, who: str, path: str, form: dict[str, str] | None = None, **sent: Any) -> Any:
        session = self.session(who)
        return self.client.post(
            path, data=form or {}, headers={"Cookie": f"lingnan_session={session}", "X-Forgery-Token": forgery(session)}, **sent
        )


def make_database(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table t_bj (bh integer primary key, sfzh varchar(18) not null, xm text, xb char(1))")
        connection.execute("create table t_log (nr integer references t_bj (bh), picture blob)")
        rows = [(number, citizen_number(number), "陈大文", str(1 + number % 2)) for number in range(60)]
        connection.executemany("insert into t_bj values (?,?,?,?)", rows)
        connection.commit()
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("inventory")
    with Hub.open(load_settings(home)) as hub:
        hub.catalogue.register_many(FORMS)
        for key, zh in (("gongan", "公安厅"), ("zhengwu", "政务服务数据管理局"), ("shuiwu", "税务局")):
            hub.trust.accounts.make_organisation(key, zh, key)
        inventory = hub.catalogue.inventory
        details = SystemDetails(purpose="办件受理", protection_grade="3", hosting="cloud", contact_unit="科技信息化处")
        inventory.put_system("gongan", "banjian", "办件系统", "Matters", details)
        inventory.put_duties("gongan", [DutyForm(number=1, zh="户籍管理", basis="户口登记条例 第三条", collects="姓名、住址")])
        path = make_database(home / PLACE)
        found = discover_database(f"sqlite:///{path}", engine=hub.engine, progress=SilentProgress())
        inventory.record_discovery("gongan.banjian", found)
        yield Site(hub)


def table_of(site: Site, name: str = "t_bj") -> str:
    inventory = site.hub.catalogue.inventory
    [database] = inventory.databases("gongan.banjian")
    return next(each.id for each in inventory.tables(database.id).items if each.name == name)


def column_of(site: Site, name: str) -> str:
    return next(each.id for each in site.hub.catalogue.inventory.columns(table_of(site)) if each.name == name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_shown_in_both_languages(site: Site, lang: str) -> None:
    for path in ("/inventory", "/inventory/gongan", "/inventory/nengyuan", "/systems/gongan.banjian", f"/database-tables/{table_of(site)}"):
        answer = site.get("keeper", path, lang=lang)
        assert answer.status_code == 200, path
        shown = re.sub(r"<[^>]*>", " ", answer.text)
        assert not re.search(r"\b(inventory|system|database_table|column|duty)\.[a-z_]+\b", shown.replace("gongan.", "")), path


def test_the_board_counts_as_the_inventory_does(site: Site) -> None:
    board = site.get("analyst", "/api/v1/inventory").json()
    progress = {each.department: each for each in site.hub.catalogue.inventory.progress()}
    assert [line["key"] for line in board["items"]] == list(progress)
    for line in board["items"]:
        steps = {step["key"]: (step["done"], step["of"]) for step in line["steps"]}
        own = progress[line["key"]]
        assert steps == {
            "systems": (own.systems_with_database, own.systems), "tables": (own.tables_described, own.tables),
            "columns": (own.columns_decided, own.columns), "resources": (own.resources_published, own.resources),
        }
    assert board["total"]["systems"] == sum(each.systems for each in progress.values()) > 0
    assert (board["begun"], board["writes"]) == (sum(each.systems > 0 for each in progress.values()), False)


def test_the_board_is_given_as_a_workbook(site: Site) -> None:
    answer = site.get("analyst", "/inventory/export.xlsx", lang="zh")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0][:3] == ("部门", "职责", "信息系统")
    assert {row[0] for row in rows[1:]} == {"公安厅", "税务局", "能源局", "合计"}


def test_who_tends_no_data_sees_nothing(site: Site) -> None:
    for path in ("/inventory", "/inventory/gongan", "/systems/gongan.banjian", f"/database-tables/{table_of(site)}"):
        assert site.get("administrator", path).status_code == 403
        site.client.cookies.clear()
        assert site.client.get(path).status_code == 303


def test_a_department_shows_its_duties_and_systems(site: Site) -> None:
    page = site.get("keeper", "/inventory/gongan", lang="zh").text
    for told in ("户籍管理", "户口登记条例 第三条", "姓名、住址", 'href="/systems/gongan.banjian"', PLACE, "第 3 级"):
        assert told in page, told


def test_other_departments_see_that_there_is_a_database_and_not_where(site: Site) -> None:
    for path in ("/inventory/gongan", "/systems/gongan.banjian"):
        page = site.get("other", path, lang="zh").text
        assert "sqlite" in page
        assert "t_bj" not in page
        assert not re.search(r"<td><code>[^<]*office", page)
    assert "只向其部门" in site.get("other", "/systems/gongan.banjian", lang="zh").text
    sheet = site.get("other", "/api/v1/systems/gongan.banjian").json()
    assert (sheet["items"], sheet["inside"], sheet["databases"][0]["place"]) == ([], False, "")
    assert site.get("other", f"/database-tables/{table_of(site)}").status_code == 404


def test_a_system_shows_all_fields_and_its_tables(site: Site) -> None:
    page = site.get("keeper", "/systems/gongan.banjian", lang="zh").text
    for told in ("办件受理", "政务云", "科技信息化处", "t_bj", "t_log", "60 行"):
        assert told in page, told
    found = site.get("keeper", "/api/v1/systems/gongan.banjian", q="log").json()
    assert [each["name"] for each in found["items"]] == ["t_log"]
    assert site.get("keeper", "/systems/gongan.banjian", database="none").status_code == 404


def test_a_column_shows_what_it_seems_to_be_and_no_value_of_persons(site: Site) -> None:
    page = site.get("keeper", f"/database-tables/{table_of(site)}", lang="zh").text
    assert "公民身份号码" in page
    assert "取样" in page
    assert 'href="/standards/elements/citizen_number"' in page
    assert "陈大文" not in page
    assert "44010619900101" not in page
    assert "t_bj" in site.get("keeper", f"/database-tables/{table_of(site, 't_log')}").text


def test_a_decision_is_kept_logged_and_counted(site: Site) -> None:
    table, column = table_of(site), column_of(site, "sfzh")
    form = {"element": "citizen_number", "classification": "sensitive", "mask": "by_kind"}
    answer = site.post("keeper", f"/database-tables/{table}/columns/{column}", form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/database-tables/{table}?done=decided#{column}")
    [kept] = [each for each in site.hub.catalogue.inventory.columns(table) if each.id == column]
    assert (kept.element, kept.classification, kept.mask, kept.decided_by.partition(":")[0]) == ("citizen_number", "sensitive", "by_kind", "official")
    assert site.hub.catalogue.inventory.progress("gongan")[0].columns_decided == 1
    logged = [entry for entry in site.hub.trust.audit.entries(limit=2000) if entry.action == "catalogue.decide_column"]
    assert logged
    assert logged[-1].subject == kept.decided_by


def test_a_class_below_that_of_the_element_is_told_where_it_was_chosen(site: Site) -> None:
    table, column = table_of(site), column_of(site, "xm")
    path = f"/database-tables/{table}/columns/{column}"
    for form, told in (
        ({"element": "citizen_number", "classification": "public", "mask": "plain"}, "不得更低"),
        ({"element": "no_such_thing", "classification": "personal"}, "没有数据元"),
        ({"element": "", "classification": "secret"}, "不存在"),
    ):
        answer = site.post("keeper", f"{path}?lang=zh", form)
        assert answer.status_code == 422
        assert told in answer.text
        assert f'value="{form["element"]}"' in answer.text
    assert not next(each for each in site.hub.catalogue.inventory.columns(table) if each.id == column).decided_by


@pytest.mark.parametrize(("who", "status"), [("other", 404), ("analyst", 403), ("office", 303)])
def test_who_may_decide(site: Site, who: str, status: int) -> None:
    path = f"/database-tables/{table_of(site)}/columns/{column_of(site, 'xb')}"
    assert site.post(who, path, {"element": "", "classification": "personal"}).status_code == status
    assert site.post(who, f"/database-tables/{table_of(site)}", {"zh": "办件"}).status_code == status


def test_a_column_of_another_table_is_not_decided_here(site: Site) -> None:
    path = f"/database-tables/{table_of(site, 't_log')}/columns/{column_of(site, 'xb')}"
    assert site.post("keeper", path, {"element": "", "classification": "personal"}).status_code == 404


def test_a_table_is_described(site: Site) -> None:
    table = table_of(site, "t_log")
    assert site.post("keeper", f"/database-tables/{table}", {"zh": " "}).status_code == 422
    assert site.post("keeper", f"/database-tables/{table}", {"zh": "附件", "en": "Files", "description": "扫描件"}).status_code == 303
    page = site.get("keeper", f"/database-tables/{table}", lang="zh", done="described").text
    assert "已保存表的说明" in page
    assert "扫描件" in page


def test_a_table_becomes_a_draft_that_is_counted_until_it_is_thrown_away(site: Site) -> None:
    table, inventory = table_of(site), site.hub.catalogue.inventory
    assert "编目" in site.get("keeper", "/systems/gongan.banjian", lang="zh").text
    answer = site.post("keeper", f"/database-tables/{table}/draft")
    assert answer.status_code == 303
    key = inventory.table(table).resource
    assert answer.headers["location"] == f"/catalogue/{key}/edit?done=kept"
    page = site.get("keeper", answer.headers["location"], lang="zh").text
    for told in ('value="sfzh"', 'value="citizen_number"', '<option value="sensitive" selected'):
        assert told in page, told
    for path in (f"/database-tables/{table}", "/systems/gongan.banjian"):
        page = site.get("keeper", path, lang="zh").text
        assert f'href="/catalogue/{key}/edit"' in page, path
        assert f'action="/database-tables/{table}/draft"' not in page, path
    assert inventory.progress("gongan")[0].tables_catalogued == 1
    assert inventory.databases("gongan.banjian")[0].catalogued == 1
    again = site.post("keeper", f"/database-tables/{table}/draft?lang=zh")
    assert (again.status_code, "已编目" in again.text) == (409, True)
    # The log's foreign key leads to the table, so their resources are related.
    assert site.post("office", f"/database-tables/{table_of(site, 't_log')}/draft").status_code == 303
    other = inventory.table(table_of(site, "t_log")).resource
    card = site.hub.catalogue.life.card(other, site.hub.trust.subject_of(site.session("keeper")))
    assert [each.target for each in card.form.relations] == [key]
    assert site.post("keeper", f"/catalogue/{key}/discard").status_code == 303
    assert (inventory.table(table).resource, inventory.progress("gongan")[0].tables_catalogued) == ("", 1)
    assert site.post("keeper", f"/database-tables/{table}/draft").status_code == 303
    assert inventory.progress("gongan")[0].tables_catalogued == 2


@pytest.mark.parametrize(("who", "status"), [("other", 404), ("analyst", 403), ("administrator", 403)])
def test_who_may_not_draft_from_a_table(site: Site, who: str, status: int) -> None:
    assert site.post(who, f"/database-tables/{table_of(site)}/draft").status_code == status


@pytest.mark.parametrize("path", ["/inventory/nobody", "/systems/gongan.none", "/systems/none", "/database-tables/none"])
def test_what_there_is_not_is_not_found(site: Site, path: str) -> None:
    assert site.get("office", path).status_code == 404


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fetched(site: Site, who: str = "keeper", department: str = "gongan") -> openpyxl.Workbook:
    answer = site.get(who, "/inventory/template", department=department)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def changed(book: openpyxl.Workbook, sheet: str, header: str, value: Any, row: int = 2) -> bytes:
    column = next(cell.column for cell in book[sheet][1] if str(cell.value).rstrip("*") == header)
    book[sheet].cell(row, column).value = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def send(site: Site, content: bytes, who: str = "keeper", name: str = "清单.xlsx", media: str = XLSX) -> Any:
    return site.post(who, "/inventory/import?lang=zh", files={"file": (name, content, media)})


def test_the_workbook_holds_ones_department_or_nothing(site: Site) -> None:
    assert [row[0] for row in fetched(site)["信息系统"].iter_rows(min_row=2, values_only=True)] == ["gongan.banjian", "gongan.hukou"]
    assert fetched(site, department="")["信息系统"].max_row == 1
    assert site.get("other", "/inventory/template", department="gongan").status_code == 403
    assert site.get("analyst", "/inventory/template").status_code == 403
    assert "department=gongan" in site.get("keeper", "/inventory/import").text


def test_a_workbook_is_checked_shown_and_then_taken(site: Site) -> None:
    content = changed(fetched(site), "信息系统", "用途", "受理与归档")
    answer = send(site, content)
    assert answer.status_code == 303
    path = answer.headers["location"]
    page = site.get("keeper", path, lang="zh").text
    assert "检查通过，尚未保存。修改单元格 1 个" in page
    assert site.hub.catalogue.inventory.systems("gongan")[0].purpose == "办件受理"
    assert site.get("other", path).status_code == 404
    assert site.post("other", path).status_code == 404
    taken = site.post("keeper", path)
    assert (taken.status_code, taken.headers["location"]) == (303, "/inventory/import?added=0&changed=1")
    assert site.hub.catalogue.inventory.systems("gongan")[0].purpose == "受理与归档"
    assert "修改 1 行" in site.get("keeper", "/inventory/import", added=0, changed=1, lang="zh").text
    assert site.get("keeper", path).status_code == 404
    logged = [entry for entry in site.hub.trust.audit.entries(limit=2000) if entry.action == "catalogue.import"]
    assert [entry.facts.get("changed") for entry in logged][-1] == 1


def test_faults_are_told_at_their_cells_and_the_marked_file_is_given_back(site: Site) -> None:
    path = send(site, changed(fetched(site), "信息系统", "等保等级", "九级")).headers["location"]
    page = site.get("keeper", path, lang="zh").text
    assert "共 1 处错误，什么也没有保存" in page
    cell = re.search(r"<th[^>]*>信息系统</th><td[^>]*><code>([A-Z]+2)</code></td><td[^>]*>等保等级</td>", page)
    assert cell
    assert f'action="{path}"' not in page
    marked = site.get("keeper", f"{path}/problems")
    assert "%E9%97%AE%E9%A2%98" in marked.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book["信息系统"][cell[1]].comment is not None
    assert site.get("other", f"{path}/problems").status_code == 404
    mended = changed(book, "信息系统", "等保等级", "二级")
    assert site.post("keeper", send(site, mended).headers["location"]).status_code == 303
    assert site.hub.catalogue.inventory.systems("gongan")[0].protection_grade == "2"


def test_rows_of_others_and_rows_changed_meanwhile_are_not_taken(site: Site) -> None:
    path = send(site, changed(fetched(site, "office", "shuiwu"), "部门", "职能概述", "税收")).headers["location"]
    assert "不归您的单位填报" in site.get("keeper", path, lang="zh").text
    path = send(site, changed(fetched(site), "信息系统", "用途", "甲")).headers["location"]
    system = site.hub.catalogue.inventory.systems("gongan")[0]
    site.hub.catalogue.inventory.put_system("gongan", "banjian", system.zh, system.en, SystemDetails(purpose="乙"))
    answer = site.post("keeper", f"{path}?lang=zh")
    assert answer.status_code == 409
    assert "已被他人修改" in answer.text
    assert site.hub.catalogue.inventory.systems("gongan")[0].purpose == "乙"


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [(b"a,b\n1,2\n", "a.csv", "text/csv"), (b"", "a.xlsx", XLSX), (b"PK\x03\x04none", "a.xlsx", XLSX), (None, "a.xlsx", XLSX)],
)
def test_what_is_no_workbook_is_refused_at_the_field(site: Site, content: bytes | None, name: str, media: str) -> None:
    if content is None:
        other = openpyxl.Workbook()
        kept = io.BytesIO()
        other.save(kept)
        content = kept.getvalue()
    answer = send(site, content, name=name, media=media)
    assert answer.status_code == 422
    assert 'id="hint-file" role="alert"' in answer.text
    assert site.post("keeper", "/inventory/import").status_code == 422


def test_an_upload_gives_way_to_the_next_and_can_be_dropped(site: Site) -> None:
    first = send(site, changed(fetched(site), "信息系统", "用途", "一")).headers["location"]
    second = send(site, changed(fetched(site), "信息系统", "用途", "二")).headers["location"]
    assert (site.get("keeper", first).status_code, site.get("keeper", second).status_code) == (404, 200)
    assert site.post("keeper", f"{second}/drop").status_code == 303
    assert site.get("keeper", second).status_code == 404


def test_an_upload_that_nobody_confirms_is_swept_at_night(site: Site) -> None:
    hub = site.hub
    clock, early = FixedClock(hub.clock.now()), (hub.storage.clock, hub.trust.audit.clock)
    hub.storage.clock = hub.trust.audit.clock = clock
    try:
        path = send(site, changed(fetched(site), "信息系统", "用途", "无人确认")).headers["location"]
        kept = path.rpartition("/")[2]
        clock.advance(timedelta(hours=23))
        hub._sweep_duty({}, threading.Event())
        assert site.get("keeper", path).status_code == 200
        clock.advance(timedelta(hours=1))
        hub._sweep_duty({}, threading.Event())
        assert site.get("keeper", path).status_code == 404
        assert list((hub.home / "attachments").rglob(kept)) == []
        gone = [entry for entry in hub.trust.audit.entries(limit=2000) if entry.action == "attachment.remove"][-1]
        assert (gone.resource, gone.subject) == (f"attachment:{kept}", SYSTEM.reference)
        assert sweep_workbooks(hub.office.attachments, hub.storage) == 0
    finally:
        hub.storage.clock, hub.trust.audit.clock = early


def test_a_second_source_is_disputed_and_the_office_settles_it(site: Site) -> None:
    path = "/sources-of-authority"
    first = {"element": "citizen_number", "resource": "gongan.resident", "division": "", "basis": "居民身份证法 第三条"}
    assert site.post("keeper", path, first).status_code == 303
    assert site.post("other", path, first).status_code == 403
    second = site.post("other", f"{path}?lang=zh", {"element": "citizen_number", "resource": "shuiwu.taxpayer_year"})
    assert second.status_code == 409
    assert "一数一源" in second.text
    [conflict] = site.hub.catalogue.inventory.conflicts()
    for lang, told in (("zh", "待裁定的来源争议"), ("en", "Disputes that wait")):
        page = site.get("keeper", path, lang=lang).text
        assert told in page
        assert f'action="{path}/{conflict.id}"' not in page
        assert not re.search(r"\bsources\.[a-z_]+\b", re.sub(r"<[^>]*>", " ", page))
    assert f'action="{path}/{conflict.id}"' in site.get("office", path).text
    assert site.post("keeper", f"{path}/{conflict.id}", {"keep": "no", "reason": "x"}).status_code == 403
    assert site.post("office", f"{path}/{conflict.id}", {"keep": "no", "reason": " "}).status_code == 422
    assert site.post("office", f"{path}/{conflict.id}", {"keep": "no", "reason": "征管更全"}).status_code == 303
    assert [each.resource for each in site.hub.catalogue.inventory.sources("citizen_number")] == ["shuiwu.taxpayer_year"]
    assert site.post("office", f"{path}/{conflict.id}", {"keep": "yes", "reason": "再议"}).status_code == 409
    page = site.get("analyst", path, lang="zh", q="纳税人").text
    assert "征管更全" in page
    assert 'href="/inventory/shuiwu"' in page
    assert "没有来源" in site.get("analyst", path, lang="zh", q="没有这个").text
