"""Items that leave by a mark in the workbook, and the extension fields of a province as its columns."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from lingnan.base import Settings
from lingnan.catalogue import Catalogue, Rules
from lingnan.catalogue.resources.drafts import Drafts
from lingnan.catalogue.resources.records import ResourceDraft
from lingnan.catalogue.shapes import ResourceForm
from lingnan.storage import Storage
from tests.catalogue.conftest import NOW
from tests.catalogue.test_template import BY

CHENGDU = {"id": "chengdu", "zh": "成都市大数据局", "division": "510100", "level": "city"}
ITEMS = [{"name": f"c{at}", "zh": f"列{at}", "classification": "public", "length": 9, "source": f"c{at}"} for at in range(4)]
HERE: dict[str, Any] = {
    "key": "chengdu.bus", "zh": "公交线路", "department": CHENGDU, "abstract_zh": "线路", "update_cycle": "daily", "format": "csv", "origin": "real",
    "items": ITEMS, "extension": {"secrecy": "none", "served": ["person", "entity"]},
}
THERE = {**HERE, "key": "gongan.road", "zh": "道路", "department": {"id": "gongan", "zh": "公安厅", "division": "440000"}, "extension": {}}
SECRECY, SERVED, UNIT, MARK = "四川省·涉密性", "四川省·服务对象", "四川省·最小分级单元", "处理"


@pytest.fixture
def kept(catalogue: Catalogue, tmp_path: Path) -> Path:
    catalogue.register_many([HERE, THERE])
    path = tmp_path / "清单.xlsx"
    catalogue.inventory.write_template(path)
    return path


def headers(book: Workbook, title: str) -> dict[str, int]:
    return {str(cell.value).rstrip("*"): int(cell.column) for cell in book[title][1]}


def rows(book: Workbook, title: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every row by its key, each cell by its header."""
    named, width = headers(book, title), 2 if title == "信息项" else 1
    found = ({header: page_row[column - 1].value for header, column in named.items()} for page_row in book[title].iter_rows(min_row=2))
    return {tuple(list(row.values())[:width]): row for row in found}


def put(path: Path, title: str, key: tuple[Any, ...], cells: dict[str, Any]) -> None:
    book = load_workbook(path)
    named, page = headers(book, title), book[title]
    at = next(number for number in range(2, page.max_row + 1) if tuple(page.cell(number, column).value for column in range(1, len(key) + 1)) == key)
    for header, value in cells.items():
        page.cell(at, named[header]).value = value
    book.save(path)


def draft(storage: Storage, key: str) -> ResourceForm | None:
    with storage.reading() as session:
        forms = [ResourceForm.model_validate(row.content) for row in session.scalars(select(ResourceDraft))]
    return next((form for form in forms if form.key == key), None)


@pytest.mark.on_both
def test_a_marked_item_leaves_and_the_others_stay(kept: Path, catalogue: Catalogue, storage: Storage) -> None:
    put(kept, "信息项", ("chengdu.bus", "c1"), {MARK: "删除"})
    done = catalogue.inventory.import_template(kept, BY)
    assert (done.faults, done.removed, done.cells, done.changed["item"]) == ((), {"item": 1}, 0, 0)
    form = draft(storage, "chengdu.bus")
    assert form is not None
    assert [item.name for item in form.items] == ["c0", "c2", "c3"]
    assert len(catalogue.resource("chengdu.bus").items) == 4, "what is published stays until the case agrees"
    assert draft(storage, "gongan.road") is None


def test_a_row_that_is_missing_removes_nothing(kept: Path, catalogue: Catalogue, storage: Storage) -> None:
    book = load_workbook(kept)
    book["信息项"].delete_rows(2)
    book.save(kept)
    done = catalogue.inventory.import_template(kept, BY)
    assert (done.faults, done.removed, done.missing) == ((), {}, 1)
    assert draft(storage, "chengdu.bus") is None


@pytest.mark.parametrize(("key", "cells", "told"), [
    (("chengdu.bus", "c1"), {MARK: "删除", "信息项名称": "又改"}, "请只做其一"), (("chengdu.bus", "c1"), {MARK: "去掉"}, "不在可选值之内"),
    (("chengdu.bus", "c1"), {"字段名": "c9", MARK: "删除"}, "无可删除"),
])
def test_a_mark_that_cannot_be_meant_is_told_at_its_cell(kept: Path, catalogue: Catalogue, key: Any, cells: Any, told: str) -> None:
    put(kept, "信息项", key, cells)
    faults = catalogue.inventory.import_template(kept, BY).faults
    assert [(fault.sheet, fault.column, told in fault.zh) for fault in faults] == [("信息项", MARK, True)]


def test_an_item_that_changed_since_the_export_is_not_removed(kept: Path, catalogue: Catalogue) -> None:
    catalogue.register({**HERE, "items": [{**ITEMS[0], "zh": "新名"}, *ITEMS[1:]]})
    put(kept, "信息项", ("chengdu.bus", "c0"), {MARK: "删除"})
    assert ["已被他人修改" in fault.zh for fault in catalogue.inventory.import_template(kept, BY).faults] == [True]


def test_extension_fields_stand_as_columns_where_a_province_asks_for_them(kept: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    told = rows(load_workbook(kept), "信息资源")
    assert [told["chengdu.bus",][name] for name in (SECRECY, SERVED, UNIT)] == ["非涉密", "自然人、法人", None]
    assert [told["gongan.road",][name] for name in (SECRECY, SERVED, UNIT)] == [None, None, None]
    catalogue.inventory.write_template(tmp_path / "gongan.xlsx", ["gongan"])
    assert SECRECY not in headers(load_workbook(tmp_path / "gongan.xlsx"), "信息资源")
    catalogue.inventory.write_template(tmp_path / "empty.xlsx", [])
    assert SECRECY in headers(load_workbook(tmp_path / "empty.xlsx"), "信息资源")
    assert catalogue.inventory.import_template(tmp_path / "gongan.xlsx", BY).faults == ()


@pytest.mark.on_both
def test_extension_cells_are_taken_as_values_of_their_fields(kept: Path, catalogue: Catalogue, storage: Storage) -> None:
    put(kept, "信息资源", ("chengdu.bus",), {SERVED: "政务部门，自然人", SECRECY: "内部（工作秘密）", UNIT: "item"})
    done = catalogue.inventory.import_template(kept, BY)
    assert (done.faults, done.cells) == ((), 3)
    form = draft(storage, "chengdu.bus")
    assert form is not None
    assert form.extension == {"secrecy": "inner", "served": ["person", "government"], "smallest_unit": "item"}


@pytest.mark.parametrize(("key", "cells", "column", "told"), [
    ("chengdu.bus", {SECRECY: "绝密"}, SECRECY, "不在可选值之内"), ("chengdu.bus", {SECRECY: None}, SECRECY, "请填写四川省扩展字段"),
    ("gongan.road", {SECRECY: "非涉密"}, SECRECY, "不属于此省"),
])
def test_extension_cells_that_do_not_hold_are_told(kept: Path, catalogue: Catalogue, key: str, cells: Any, column: str, told: str) -> None:
    put(kept, "信息资源", (key,), cells)
    faults = catalogue.inventory.import_template(kept, BY).faults
    assert [(fault.column, told in fault.zh) for fault in faults] == [(column, True)]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gone=st.sets(st.sampled_from([item["name"] for item in ITEMS]), max_size=3),
    renamed=st.dictionaries(st.integers(0, 3), st.text("甲乙丙", min_size=1), max_size=2), secrecy=st.sampled_from(["非涉密", "内部（工作秘密）"]),
    served=st.lists(st.sampled_from(["自然人", "法人", "政务部门"]), min_size=1, unique=True),
)
def test_marks_and_extension_cells_come_back_as_they_were_set(
    gone: set[str], renamed: dict[int, str], secrecy: str, served: list[str], furnish: Any, tmp_path_factory: Any
) -> None:
    storage = Storage.open(Settings(home=furnish(tmp_path_factory.mktemp("hub")), clock=NOW))
    catalogue, path = Catalogue(storage), tmp_path_factory.mktemp("book") / "a.xlsx"
    catalogue.register({**THERE, "key": "gongan.first"})
    # A draft, so that a change shows in the rows themselves.
    _drafted(storage, catalogue, path)
    wanted = {title: rows(load_workbook(path), title) for title in ("信息资源", "信息项")}
    for name in gone:
        put(path, "信息项", ("chengdu.bus", name), {MARK: "删除"})
        del wanted["信息项"]["chengdu.bus", name]
    for at, text in renamed.items():
        if f"c{at}" not in gone:
            put(path, "信息项", ("chengdu.bus", f"c{at}"), {"信息项名称": text})
            wanted["信息项"]["chengdu.bus", f"c{at}"]["信息项名称"] = text
    put(path, "信息资源", ("chengdu.bus",), {SECRECY: secrecy, SERVED: "、".join(served)})
    order = ["自然人", "法人", "政务部门"]
    wanted["信息资源"]["chengdu.bus",] |= {SECRECY: secrecy, SERVED: "、".join(sorted(served, key=order.index))}
    assert catalogue.inventory.import_template(path, BY).faults == ()
    catalogue.inventory.write_template(path)
    assert {title: rows(load_workbook(path), title) for title in wanted} == wanted
    storage.close()


def _drafted(storage: Storage, catalogue: Catalogue, path: Path) -> None:
    """The resource of the province as a draft, and the workbook that holds it."""
    with storage.session() as session:
        Drafts(session, storage, Rules()).keep([ResourceForm.model_validate(HERE)], BY)
    catalogue.inventory.write_template(path)
