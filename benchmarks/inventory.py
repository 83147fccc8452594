"""Measures the inventory's workbook: taking in and writing out 20,000 rows, with the memory that costs."""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from lingnan.base import Settings
from lingnan.catalogue import Catalogue
from lingnan.storage import Storage
from lingnan.trust import Subject

RESOURCES, ITEMS = 1_000, 19
LIMIT_S, LIMIT_MB = 60.0, 300
BY = Subject("official", account="bench")


def memory() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fill_in(template: Path, filled: Path) -> None:
    """The empty template's sheets with rows, written anew because a workbook of this size is slow to change in place."""
    from openpyxl import load_workbook

    book = load_workbook(template, read_only=True)
    sheets = {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book.worksheets}
    headers = {title: [str(each).rstrip("*") for each in rows[0]] for title, rows in sheets.items() if rows and title not in ("_版本", "_代码")}
    resources = ({
        "资源键": f"bench.r{at}", "信息资源名称": f"资源{at}", "信息资源提供方": "bench", "信息资源摘要": "摘要", "信息资源格式": "database",
        "共享类型": "有条件共享", "共享条件": "履行职责", "开放属性": "有条件开放", "开放条件": "实名", "更新周期": "每日",
    } for at in range(RESOURCES))
    items = ({
        "资源键": f"bench.r{at // ITEMS}", "字段名": f"c{at % ITEMS}", "信息项名称": f"项{at % ITEMS}", "数据类型": "VARCHAR", "数据长度": 20,
        "数据分类": "内部", "共享类型": "有条件共享", "是否主键": "否",
    } for at in range(RESOURCES * ITEMS))
    new = {"信息资源": resources, "信息项": items}
    with xlsxwriter.Workbook(str(filled), {"constant_memory": True}) as written:
        for title, rows in sheets.items():
            page = written.add_worksheet(title)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
            for number, row in enumerate(new.get(title, ()), start=len(rows)):
                page.write_row(number, 0, [row.get(header) for header in headers[title]])


def main() -> int:
    """Print the table; exit code 1 beyond a limit."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        storage = Storage.open(Settings(home=home, clock=datetime(2026, 11, 1, tzinfo=UTC)))
        catalogue = Catalogue(storage)
        catalogue.register({"key": "bench.first", "zh": "首个", "department": {"id": "bench", "zh": "测试局"}})
        catalogue.inventory.write_template(home / "empty.xlsx")
        fill_in(home / "empty.xlsx", home / "filled.xlsx")
        before, rows = memory(), []
        for name, action in (
            ("take in", lambda: catalogue.inventory.import_template(home / "filled.xlsx", BY)),
            ("write out", lambda: catalogue.inventory.write_template(home / "out.xlsx")),
            ("take in, nothing changed", lambda: catalogue.inventory.import_template(home / "out.xlsx", BY)),
        ):
            begin = time.perf_counter()
            action()
            rows.append((name, time.perf_counter() - begin))
        more = memory() - before
        storage.close()
    print(f"| {RESOURCES * (ITEMS + 1):,} rows | seconds | limit |\n|---|---:|---:|")
    for name, took in rows:
        print(f"| {name} | {took:.1f} | {LIMIT_S:.0f} |")
    print(f"| further memory, MB | {more} | {LIMIT_MB} |")
    return 1 if more > LIMIT_MB or any(took > LIMIT_S for _name, took in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
