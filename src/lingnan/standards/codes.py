"""The code lists of the standards by their names, and the page that tells what is in them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from lingnan.base import Missing
from lingnan.standards.divisions import Divisions
from lingnan.standards.industries import Industries
from lingnan.standards.lists import Code, CodeList

__all__ = ["Code", "CodeList", "Divisions", "Industries", "code_list", "code_lists", "codes_page", "divisions"]

_FOLDER = Path(__file__).parent / "data" / "codes"
_KINDS: Mapping[str, type[CodeList]] = {"divisions": Divisions, "industries-2011": Industries, "industries-2017": Industries}


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every list by its name; entries are read when first used."""
    return MappingProxyType({path.stem: _KINDS.get(path.stem, CodeList)(path) for path in sorted(_FOLDER.glob("*.csv"))})


def code_list(name: str) -> CodeList:
    """The list of that name; raises Missing with the names there are."""
    try:
        return code_lists()[name]
    except KeyError:
        known = "、".join(code_lists())
        raise Missing(
            f"没有名为“{name}”的代码表；现有：{known}。",
            f"There is no code list named “{name}”; there are: {', '.join(code_lists())}.",
            list=name,
        ) from None


def divisions() -> Divisions:
    """The administrative divisions, with what only they can do (`counties`, `townships`, `full_name`)."""
    found = code_list("divisions")
    if not isinstance(found, Divisions):
        raise TypeError("the divisions list is read by its own class")
    return found


def codes_page() -> str:
    """The Markdown of docs/codes.md: every list with its size, edition, source and what is not yet proofed."""
    lists = code_lists()
    rows = [
        f"| `{name}` | {found.header.zh} / {found.header.en} | {found.header.standard} | {found.header.edition} "
        f"| {len(found.versions):,} | {found.unproofed:,} | {found.header.source} |"
        for name, found in lists.items()
    ]
    open_places = divisions().without_successor
    recent = [entry for entry in open_places if entry.valid_to and entry.valid_to.year > 2002]
    unmatched = sum(not entry.successors for entry in lists["industries-2011"].entries)
    return "\n".join(
        [
            "# 代码表 Code lists",
            "",
            "由 `lingnan.standards.codes.codes_page()` 生成，请勿手改；重新生成：`python tools/write_codes_page.py`。",
            "Written by that function; do not edit by hand. “Unproofed” counts the entries with a name, number or date that nobody has",
            "yet checked against the standard's own text.",
            "",
            "| 名称 id | 标题 title | 标准 standard | 版本 edition | 代码数 codes | 待校条目 unproofed | 来源 source |",
            "|---|---|---|---|---:|---:|---|",
            *rows,
            "",
            "## 行政区划的去向 Where divisions went",
            "",
            f"已废止的代码中有 {len(open_places):,} 条找不到可靠的去向，`successors` 为空，不作猜测；其中 2003 年以后废止的 {len(recent)} 条，"
            f"广东 {sum(entry.code.startswith('44') for entry in recent)} 条。",
            f"Of the codes that ended, {len(open_places):,} have no successor that is beyond doubt and none is guessed; {len(recent)} of them "
            f"ended after 2002, {sum(entry.code.startswith('44') for entry in recent)} in Guangdong.",
            "",
            "## 行业 2011 → 2017 Industries",
            "",
            f"2011 版 {len(lists['industries-2011']):,} 个代码中 {unmatched:,} 个在 2017 版没有同名或名称相近的同码条目，`successors` 留空。",
            f"Of the codes of 2011, {unmatched:,} have neither an entry of the same name nor one of the same code and a like name in 2017.",
            "",
        ]
    )
