"""Writes docs/glossary.md anew from docs/glossary.csv."""

import csv
from itertools import groupby
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
HEAD = """# 术语表 Glossary

由 `docs/glossary.csv` 生成，请改该文件后运行 `python tools/write_glossary.py`。
Made from `docs/glossary.csv`; change that file, then run the tool. Names in code come from this page; a term that a
room adds is added there.

词不相撞 Words do not collide: a *record* 记录 is a row in the hub's database, a *table* 数据表 is in the lake, a *contract* 数据契约 is the
promise about a table, a *resource* 信息资源 stands in the catalogue, an *item* 信息项 is one of its columns as the catalogue describes it.
"""


def terms() -> list[dict[str, str]]:
    """Every term with its Chinese, English, name in code, source and rooms, in the order of the file."""
    with (DOCS / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """The page, one table per room that brought the term in."""
    parts = [HEAD]
    for room, group in groupby(terms(), key=lambda term: term["room"].split("; ")[0]):
        parts.append(f"\n## {room}\n\n| 中文 | English | 代码中 in code | 出处 source |\n| --- | --- | --- | --- |\n")
        parts += (f"| {term['中文']} | {term['English']} | {_code(term['code'])} | {term['source']} |\n" for term in group)
    return "".join(parts)


def _code(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split("; ") if name)


if __name__ == "__main__":
    (DOCS / "glossary.md").write_text(page(), encoding="utf-8")
