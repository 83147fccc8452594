"""The workbook that offices pass around: exported, changed by a client, taken in cell for cell, or refused whole with every fault at its cell."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from lingnan.base import BadInput, Settings
from lingnan.catalogue import Catalogue, DutyForm, SystemDetails
from lingnan.catalogue.cards import find_resource, resource_card
from lingnan.catalogue.inventory.template.held import held_rows
from lingnan.catalogue.inventory.template.sheets import sheets
from lingnan.catalogue.records import Resource
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.catalogue.shapes import ResourceForm
from lingnan.storage import Storage
from lingnan.trust import Subject
from tests.catalogue.conftest import NOW

BY = Subject("official", account="editor", organisation="gongan")
NEW_ROWS: dict[str, list[dict[str, Any]]] = {
    "部门": [{"部门键": "jiaotong", "部门名称": "交通运输厅", "层级": "省级", "行政区划": "440000"}],
    "部门职责": [{"部门键": "jiaotong", "序号": 1, "职责": "道路运输管理", "法律依据": "道路运输条例 第八条", "采集范围": "经营许可、车辆"}],
    "信息系统": [{
        "系统键": "jiaotong.yunzheng", "系统名称": "运政系统", "状态": "在用", "等保等级": "三级", "部署方式": "政务云", "投入使用日期": "2015-03-01",
    }],
    "信息资源": [{
        "资源键": "jiaotong.licence", "信息资源名称": "道路运输经营许可", "信息资源提供方": "jiaotong", "来源系统": "jiaotong.yunzheng",
        "信息资源摘要": "经营许可", "信息资源格式": "database", "共享类型": "无条件共享", "开放属性": "有条件开放", "开放条件": "实名",
        "更新周期": "每日", "信息资源分类": "101", "关联资源代码": "gongan.resident",
    }],
    "信息项": [
        {"资源键": "jiaotong.licence", "字段名": "xkzh", "信息项名称": "许可证号", "数据类型": "VARCHAR", "数据长度": 20, "数据分类": "公开",
         "共享类型": "无条件共享", "是否主键": "是"},
        {"资源键": "jiaotong.licence", "字段名": "uscc", "信息项名称": "统一社会信用代码", "数据类型": "VARCHAR", "数据元": "uscc",
         "数据分类": "公开", "共享类型": "无条件共享", "是否必填": True},
    ],
}


def add_rows(book: Workbook, rows: dict[str, list[dict[str, Any]]] = NEW_ROWS) -> None:
    """Fill rows in below those exported, by header."""
    for title, added in rows.items():
        page = book[title]
        headers = {str(cell.value).rstrip("*"): cell.column for cell in page[1]}
        for row in added:
            at = page.max_row + 1
            for header, value in row.items():
                page.cell(at, headers[header], value)


def state(storage: Storage) -> list[Any]:
    """Everything that an import can write."""
    with storage.reading() as session:
        rows = [(sheet.name, key, tuple(sorted(row.items()))) for sheet in sheets() for key, row in held_rows(session, sheet, None)]
        drafts = [(row.resource_id, str(row.content)) for row in session.scalars(select(ResourceDraft).order_by(ResourceDraft.resource_id))]
        return [*rows, *drafts, *(tuple(row) for row in session.execute(select(Resource.key, Resource.status).order_by(Resource.key)))]


@pytest.fixture
def exported(catalogue: Catalogue, tmp_path: Path) -> Path:
    path = tmp_path / "清单.xlsx"
    catalogue.inventory.put_system("gongan", "hukou", "人口信息管理系统", "", SystemDetails(protection_grade="3", users="公安机关"))
    catalogue.inventory.put_duties("gongan", [DutyForm(number=1, zh="户籍管理", basis="户口登记条例 第三条", collects="人口")])
    catalogue.inventory.write_template(path)
    return path


def changed(path: Path, cells: dict[tuple[str, str], Any]) -> Path:
    """A copy whose cells a client changed."""
    book = load_workbook(path)
    for (title, cell), value in cells.items():
        book[title][cell] = value
    target = path.with_name("changed.xlsx")
    book.save(target)
    return target


def test_the_form_has_headers_in_the_guides_order_lists_and_locked_keys(exported: Path) -> None:
    book = load_workbook(exported)
    assert book.sheetnames == ["填写说明", "部门", "部门职责", "信息系统", "信息资源", "信息项", "_代码", "_版本"]
    assert (book["_版本"].sheet_state, book["_代码"].sheet_state) == ("veryHidden", "hidden")
    page = book["信息资源"]
    headers = [str(cell.value).rstrip("*") for cell in page[1]]
    guide = [
        "信息资源分类", "信息资源名称", "信息资源代码", "信息资源提供方", "信息资源提供方代码", "信息资源摘要", "信息资源格式", "共享类型",
        "共享条件", "共享方式", "开放属性", "开放条件", "更新周期", "发布日期", "关联资源代码",
    ]
    assert [header for header in headers if header in guide] == guide
    assert page.freeze_panes == "B2"
    assert page.protection.sheet
    assert (page["A2"].protection.locked, page["C2"].protection.locked) == (True, False)
    lists = {str(each.sqref).partition(":")[0] for each in page.data_validations.dataValidation}
    assert f"{page.cell(2, headers.index('共享类型') + 1).coordinate}" in lists


@pytest.mark.on_both
def test_what_was_exported_comes_back_without_a_change(exported: Path, catalogue: Catalogue, storage: Storage) -> None:
    before = state(storage)
    done = catalogue.inventory.import_template(exported, BY)
    assert (done.faults, done.cells, sum(done.added.values()), sum(done.unchanged.values())) == ((), 0, 0, 12)
    assert state(storage) == before


@pytest.mark.on_both
def test_new_rows_of_every_sheet_become_departments_systems_and_drafts(exported: Path, catalogue: Catalogue, storage: Storage) -> None:
    book = load_workbook(exported)
    add_rows(book)
    book.save(exported)
    assert catalogue.inventory.import_template(exported, BY, dry_run=True).added == {
        "department": 1, "duty": 1, "system": 1, "resource": 1, "item": 2,
    }
    assert "jiaotong" not in {each.key for each in catalogue.departments()}
    done = catalogue.inventory.import_template(exported, BY)
    assert (done.faults, done.added["item"]) == ((), 2)
    with storage.reading() as session:
        card = resource_card(session, find_resource(session, "jiaotong.licence", drafts=True))
    assert (card.status, card.share_type, card.origin) == ("draft", "unconditional", "real")
    assert [(item.name, item.element, item.length, item.key, item.required) for item in card.items] == [
        ("xkzh", "", 20, True, False), ("uscc", "uscc", None, False, True),
    ]
    system = catalogue.inventory.systems("jiaotong")[0]
    assert (system.protection_grade, system.hosting, str(system.in_service_since)) == ("3", "cloud", "2015-03-01")
    assert catalogue.search("道路运输").total == 0, "a draft is not found"
    assert catalogue.inventory.duties("jiaotong")[0].collects == "经营许可、车辆"


@pytest.mark.on_both
def test_a_change_of_what_is_published_waits_and_a_draft_is_rewritten(exported: Path, catalogue: Catalogue, storage: Storage) -> None:
    done = catalogue.inventory.import_template(changed(exported, {("信息资源", "J3"): "Changed", ("信息项", "C2"): "身份号码"}), BY)
    assert (done.faults, done.cells) == ((), 2)
    with storage.reading() as session:
        drafts = {ResourceForm.model_validate(row.content).key: row for row in session.scalars(select(ResourceDraft))}
        form = ResourceForm.model_validate(drafts["gongan.resident"].content)
        assert (form.abstract_en, form.items[0].zh, form.items[1].zh) == ("Changed", "身份号码", "户籍地区划")
        assert (drafts["gongan.resident"].base, drafts["gongan.resident"].authors) == (1, ["editor"])
    card = catalogue.resource("gongan.resident")
    assert (card.status, card.abstract_en, card.items[0].zh) == ("changing", "", "公民身份号码")
    again = catalogue.inventory.import_template(changed(exported, {("信息资源", "J3"): "Once more"}), BY)
    assert [fault.cell for fault in again.faults] == ["A3"], "a change is pending already"


FREE = {"部门": "BCG", "部门职责": "CDEF", "信息系统": "BCDEGHLM", "信息资源": "CDIJMQ", "信息项": "CDGH"}
"""Columns of each sheet in which any text may stand."""
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="_"), min_size=1, max_size=30).map(
    lambda text: f"甲{text.strip()}"
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_import_changes_exactly_the_cells_a_client_changed(data: Any, exported: Path, furnish: Any, tmp_path_factory: Any) -> None:
    storage = Storage.open(Settings(home=furnish(tmp_path_factory.mktemp("hub")), clock=NOW))
    catalogue = Catalogue(storage)
    book = load_workbook(exported)
    add_rows(book)
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    book.save(path)
    # A hub of its own in which everything is a draft, so that a change shows in the rows themselves.
    _as_new(path)
    assert catalogue.inventory.import_template(path, BY).faults == ()
    catalogue.inventory.write_template(path)
    book = load_workbook(path)
    places = [(title, letter, row) for title, letters in FREE.items() for letter in letters for row in range(2, book[title].max_row + 1)]
    cells = data.draw(st.dictionaries(st.sampled_from(places), TEXTS, min_size=1, max_size=6))
    wanted = values_of(book)
    for (title, letter, row), text in cells.items():
        book[title][f"{letter}{row}"] = text
        wanted[title][row, letter] = text
    book.save(path)
    done = catalogue.inventory.import_template(path, BY)
    assert done.faults == ()
    catalogue.inventory.write_template(path)
    assert values_of(load_workbook(path)) == wanted
    storage.close()


def values_of(book: Workbook) -> dict[str, dict[tuple[int, str], Any]]:
    return {title: {(cell.row, cell.column_letter): cell.value for row in book[title].iter_rows() for cell in row} for title in FREE}


def _as_new(path: Path) -> None:
    """Make every exported row a new one, and leave out what a hub writes itself."""
    book = load_workbook(path)
    page = book["_版本"]
    page.delete_rows(2, page.max_row)
    for row in range(2, book["信息资源"].max_row + 1):
        book["信息资源"][f"I{row}"] = "摘要"
    book.save(path)


def test_formulas_merged_cells_wrong_values_and_doubles_are_told_at_their_cells(exported: Path, catalogue: Catalogue, storage: Storage) -> None:
    book = load_workbook(exported)
    page = book["信息资源"]
    page["C2"], page["L3"], page["S4"], page["T5"] = "=A1", "随便", True, "昨天"
    page.append(["gongan.resident"])
    book["信息项"]["F2"] = 1.5
    book["部门"]["D2"] = "91440000000000000X"
    book["部门职责"].merge_cells("C2:D2")
    book.save(exported)
    before = state(storage)
    done = catalogue.inventory.import_template(exported, BY)
    assert {(fault.sheet, fault.cell) for fault in done.faults} == {("部门职责", "C2:D2")}, "the form of the file comes first"
    book["部门职责"].unmerge_cells("C2:D2")
    book.save(exported)
    done = catalogue.inventory.import_template(exported, BY)
    assert {(fault.sheet, fault.cell) for fault in done.faults} >= {
        ("信息资源", "C2"), ("信息资源", "L3"), ("信息资源", "S4"), ("信息资源", "A6"), ("信息项", "F2"),
    }
    assert state(storage) == before
    marked = load_workbook(done.problems)["信息资源"]
    assert marked["C2"].value == "=A1"
    assert marked["C2"].data_type == "s"
    assert marked["L3"].fill.fgColor.rgb == "FFFFC7CE"
    assert marked["L3"].comment is not None
    told = [str(row[-1].value) for row in marked.iter_rows(min_row=1)]
    assert told[0] == "问题"
    assert "公式" in told[1]


def test_the_marked_copy_can_be_mended_and_taken(exported: Path, catalogue: Catalogue) -> None:
    done = catalogue.inventory.import_template(changed(exported, {("信息资源", "L3"): "随便", ("信息资源", "D3"): "Renamed"}), BY)
    assert len(done.faults) == 1
    mended = changed(Path(done.problems), {("信息资源", "L3"): "无条件共享"})
    again = catalogue.inventory.import_template(mended, BY)
    assert (again.faults, again.cells) == ((), 2)


def test_a_row_changed_in_the_hub_since_the_export_is_not_overwritten(exported: Path, catalogue: Catalogue) -> None:
    catalogue.inventory.put_system("gongan", "hukou", "人口系统", "", SystemDetails())
    conflict = catalogue.inventory.import_template(changed(exported, {("信息系统", "E2"): "登记"}), BY)
    assert [(fault.cell, "他人修改" in fault.zh) for fault in conflict.faults] == [("A2", True)]
    untouched = catalogue.inventory.import_template(changed(exported, {("部门", "G2"): "户籍"}), BY)
    assert untouched.faults == (), "a row that the client left alone is left alone"
    assert catalogue.inventory.systems("gongan")[0].zh == "人口系统"


def test_columns_may_move_but_not_vanish_or_appear(exported: Path, catalogue: Catalogue) -> None:
    book = load_workbook(exported)
    page = book["部门"]
    for row in page.iter_rows(min_row=1):
        row[1].value, row[6].value = row[6].value, row[1].value
    page["B2"] = "户籍"
    book.save(exported)
    assert catalogue.inventory.import_template(exported, BY).cells == 1
    page["C1"] = "英文名"
    book.save(exported)
    told = {(fault.column, fault.cell) for fault in catalogue.inventory.import_template(exported, BY).faults}
    assert told == {("英文名", "C1"), ("英文名称", "")}


def test_rows_of_another_department_are_refused(exported: Path, catalogue: Catalogue) -> None:
    path = changed(exported, {("部门", "G2"): "户籍", ("部门", "G3"): "能源"})
    done = catalogue.inventory.import_template(path, BY, allowed=lambda department: department == "gongan")
    assert len(done.faults) == 1
    assert "不归您的单位" in done.faults[0].zh


def test_a_template_of_one_department_holds_its_rows_alone_and_an_empty_one_none(catalogue: Catalogue, tmp_path: Path) -> None:
    counts = catalogue.inventory.write_template(tmp_path / "one.xlsx", ["gongan"])
    assert counts == {"department": 1, "duty": 0, "system": 1, "resource": 2, "item": 2}
    assert set(catalogue.inventory.write_template(tmp_path / "none.xlsx", []).values()) == {0}


def test_a_refusal_to_share_needs_its_article(exported: Path, catalogue: Catalogue) -> None:
    done = catalogue.inventory.import_template(changed(exported, {("信息资源", "L3"): "不予共享"}), BY)
    assert [fault.column for fault in done.faults] == ["不予共享依据"]


def test_hostile_texts_are_texts(exported: Path, catalogue: Catalogue, storage: Storage) -> None:
    path = changed(exported, {})
    book = load_workbook(path)
    cell = book["部门"]["G2"]
    cell.value, cell.data_type = "=HYPERLINK(\"http://x\")", "s"
    book.save(path)
    assert catalogue.inventory.import_template(path, BY).cells == 1
    catalogue.inventory.write_template(path)
    again = load_workbook(path)["部门"]["G2"]
    assert (again.value, again.data_type) == ("=HYPERLINK(\"http://x\")", "s")


@pytest.fixture
def others(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / f"{name}.xlsx" for name in ("gbk", "empty", "plain")}
    made["gbk"].write_bytes("部门键,部门名称\njiaotong,交通运输厅\n".encode("gbk"))
    made["empty"].write_bytes(b"")
    book = Workbook()
    book.save(made["plain"])
    return made


@pytest.mark.parametrize("name", ["gbk", "empty", "plain"])
def test_a_file_that_is_no_template_is_refused(name: str, others: dict[str, Path], catalogue: Catalogue) -> None:
    with pytest.raises(BadInput):
        catalogue.inventory.import_template(others[name], BY)
