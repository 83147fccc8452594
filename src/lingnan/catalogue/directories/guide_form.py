"""A directory as the spreadsheet of the 2017 compilation guide: one line an information item, its resource's fields beside it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from lingnan.base import CHINA
from lingnan.catalogue.directories.entries import DirectoryKind, Entry
from lingnan.catalogue.labels import label

LARGEST_SHEET = 1_000_000
"""Lines after which another sheet begins; a spreadsheet holds 1,048,576."""
CLASSES = {"public": "公开", "internal": "内部", "personal": "个人信息", "sensitive": "敏感个人信息"}
FORMAT_CLASSES = {
    "document": "电子文件", "spreadsheet": "电子表格", "database": "数据库", "image": "图形图像", "media": "流媒体", "self_describing": "自描述格式",
    "service": "服务接口",
}
WAYS = {"database": "数据库", "file": "文件", "service": "服务接口"}
COLUMNS = (
    ("类", 10), ("项", 8), ("目", 8), ("细目", 8), ("信息资源名称", 34), ("信息资源代码", 22), ("信息资源提供方", 26), ("资源提供方代码", 22),
    ("信息资源摘要", 44), ("信息资源格式分类", 14), ("信息资源格式类型", 12), ("信息项名称", 24), ("数据类型", 14), ("长度", 8), ("数据元", 20),
    ("信息项分类", 12), ("共享类型", 12), ("共享条件", 26), ("共享方式", 12), ("不予共享依据", 26), ("开放类型", 12), ("开放条件", 26),
    ("更新周期", 10), ("发布日期", 12), ("关联资源代码", 24),
)
TITLES = {"sharing": "政务信息资源共享目录", "open": "公共数据开放目录"}
_DATES = {COLUMNS.index(column) for column in COLUMNS if column[0] == "发布日期"}
_CLASS_NAMES = {"1": "基础信息资源", "2": "主题信息资源", "3": "部门信息资源"}


def write_guide_form(path: Path, kind: DirectoryKind, portions: Iterable[list[Entry]], now: datetime) -> int:
    """Write the spreadsheet in the order given, line by line without holding it; gives the number of resources."""
    resources = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": TITLES[kind], "created": now.astimezone(CHINA).replace(tzinfo=None)})
        sheet = _Sheet(book, TITLES[kind])
        for portion in portions:
            for entry in portion:
                resources += 1
                for line in lines(entry):
                    sheet.write(line)
        sheet.finish()
    return resources


def lines(entry: Entry) -> Iterator[tuple[Any, ...]]:
    """The lines of one resource in the order of `COLUMNS`; a resource without items has one line."""
    resource, category = entry.resource, entry.resource.category
    before = (
        _CLASS_NAMES.get(category[:1], category[:1]), category[1:3], category[3:6], category[6:], resource.zh, resource.code, entry.department.zh,
        entry.department.code, resource.abstract_zh, FORMAT_CLASSES.get(resource.format_class, ""), resource.format,
    )
    after = (
        label("share_type", resource.share_type)[0], resource.share_condition, WAYS.get(resource.share_way, ""),
        resource.share_basis if resource.share_type == "none" else "", label("open_type", resource.open_type)[0], resource.open_condition,
        label("update_cycle", resource.update_cycle)[0], resource.published_on, "；".join(relation.target for relation in entry.relations),
    )
    for item in entry.items:
        yield (*before, item.zh or item.name, item.type, item.length, item.element, CLASSES.get(item.classification, ""), *after)
    if not entry.items:
        yield (*before, "", "", None, "", "", *after)


class _Sheet:
    """The sheet that is being written; a full one is followed by another."""

    def __init__(self, book: xlsxwriter.Workbook, title: str) -> None:
        self._book, self._title, self._number, self._row = book, title, 0, 0
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8EEF4"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._begin()

    def write(self, line: tuple[Any, ...]) -> None:
        """Write one line below the last."""
        if self._row > LARGEST_SHEET:
            self.finish()
            self._begin()
        for column, value in enumerate(line):
            if value is None or value == "":
                continue
            if column in _DATES:
                self._sheet.write_datetime(self._row, column, datetime(value.year, value.month, value.day), self._date)
            elif isinstance(value, int):
                self._sheet.write_number(self._row, column, value)
            else:
                self._sheet.write_string(self._row, column, str(value))
        self._row += 1

    def finish(self) -> None:
        """Put the filter over what was written."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), len(COLUMNS) - 1)

    def _begin(self) -> None:
        self._number += 1
        self._sheet = self._book.add_worksheet(self._title if self._number == 1 else f"{self._title}{self._number}")
        self._sheet.freeze_panes(1, 6)
        self._sheet.set_landscape()
        self._sheet.set_paper(8)
        self._sheet.repeat_rows(0)
        self._sheet.fit_to_pages(1, 0)
        for column, (name, width) in enumerate(COLUMNS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, self._head)
        self._row = 1
