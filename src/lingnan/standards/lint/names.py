"""Whether names and definitions of elements say what names and definitions must (GB/T 19488.1, ISO/IEC 11179-4 and -5)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lingnan.standards.elements import DataElement

TERMS: Mapping[str, tuple[str, ...]] = {
    "代码": ("text", "number"), "号码": ("text", "number"), "名称": ("text",), "文本": ("text",), "描述": ("text",), "地址": ("text",),
    "日期": ("date", "month", "year", "number", "text"), "时间": ("timestamp", "time"), "指示符": ("boolean",), "金额": ("number",),
    "数量": ("number",), "比率": ("number",), "数值": ("number",), "坐标": ("number",),
}
"""Representation terms 表示词 and the kinds of format each may have."""

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "日期": ("日期",), "时间": ("时间",), "金额": ("金额",), "名称": ("名称",), "姓名": ("名称",), "地址": ("地址",), "代码": ("代码", "号码"),
    "编码": ("代码", "号码"), "号码": ("号码",), "编号": ("号码",), "文号": ("号码",), "桩号": ("数值",), "号": ("号码", "代码"),
    "面积": ("数量",), "人数": ("数量",),
    "次数": ("数量",), "比例": ("比率",), "年份": ("日期", "数值"), "月份": ("日期", "文本"), "经度": ("坐标",), "纬度": ("坐标",),
}
_VAGUE = re.compile(r"等(?![级效待位])|其他|其它|之类")
_DOUBLED = re.compile(r"(..+)\1|(?:编号|号码|代码){2}|日期时间|名称名")
_REFERS = re.compile(r"如上|(?<!合)同上|见上|上述|如下|详见|参见|^以上|，以上|as above|see above|see below|the above", re.IGNORECASE)
_USE = re.compile(r"^(?:用于|供(?![电水气销])|以便|为了)|^(?:Used |For |To |Serves )")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_EMPTY = re.compile(r"[的之是即指为一个人其本该所在和与、。 ]")
_REST_OF_DEFINITION = 4


def name_faults(element: DataElement) -> Iterator[tuple[str, str]]:
    """Broken rules of the element's names, with what was found."""
    zh, en = element.zh, element.en
    if vague := _VAGUE.search(zh):
        yield "name_vague", vague[0]
    if doubled := _DOUBLED.search(zh):
        yield "name_doubled", doubled[0]
    if not _says_parts(element):
        yield "name_parts", f"{element.object_class}·{element.property}"
    if not re.match(r"[A-Z0-9]|pH|e-", en) or _CHINESE.search(en):
        yield "name_en", en
    ending = next((word for word in _ENDINGS if zh.endswith(word)), "")
    if ending and element.term not in _ENDINGS[ending]:
        yield "name_term", f"{ending} ≠ {element.term}"
    if zh.startswith("是否") and element.term != "指示符":
        yield "name_term", f"是否 ≠ {element.term}"


def _says_parts(element: DataElement) -> bool:
    """Whether the name shares a word with object class or property, or ends in its representation; national names may leave the object out."""
    told = element.object_class + element.property
    pairs = {element.zh[at : at + 2] for at in range(len(element.zh) - 1)}
    return any(pair in told for pair in pairs) or element.property in element.zh or any(element.zh.endswith(word) for word in _ENDINGS)


def term_faults(element: DataElement) -> Iterator[tuple[str, str]]:
    """Broken rules of the representation term."""
    if element.term not in TERMS:
        yield "term_unknown", element.term
    elif element.format.kind not in TERMS[element.term]:
        yield "term_format", f"{element.term} ≠ {element.representation}"
    if element.term == "金额" and not element.unit:
        yield "unit_missing", element.term


def definition_faults(zh_name: str, written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Broken rules of a definition in both languages."""
    zh, en = str(written.get("zh", "")), str(written.get("en", ""))
    if not zh.endswith("。") or zh.count("。") != 1 or "；" in zh or "\n" in zh:
        yield "definition_sentence", zh
    if not en.endswith(".") or re.search(r"[.!?;]\s", en) or not re.match(r"[A-Z0-9]", en) or "\n" in en:
        yield "definition_sentence", en
    for text in (zh, en):
        if found := _REFERS.search(text):
            yield "definition_refers", found[0]
        if found := _USE.search(text):
            yield "definition_use", found[0]
    if re.match(rf"{re.escape(zh_name)}(?:[，是即指为]|就是|。)", zh) or len(_EMPTY.sub("", zh.replace(zh_name, ""))) < _REST_OF_DEFINITION:
        yield "definition_circular", zh
