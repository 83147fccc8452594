"""What each kind of rule says to a reader, in Chinese and English; rules that a contract words itself keep their own words."""

from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "required": ("必须填写", "must be filled in"),
    "type": ("应能转换为 {physical} 类型", "must be readable as {physical}"),
    "identifier": ("应符合编码标准且校验码正确", "must fit its standard, check character included"),
    "code_valid": ("代码应在代码表“{list}”中且当时有效", "must be a code of “{list}” that is valid at the time"),
    "division_ever_existed": ("行政区划代码应曾经存在", "must be a division code that has existed at some time"),
    "division_current": ("旧代码对应多个现行代码，无法自动替换", "old code with several successors, or none; it was not replaced"),
    "birth_matches_number": ("出生日期应与公民身份号码一致", "must agree with the citizen number"),
    "sex_matches_number": ("性别应与公民身份号码一致", "must agree with the citizen number"),
    "in_range": ("应在规定范围内", "must lie within its range"),
    "pattern": ("应符合规定格式", "must fit its pattern"),
    "length": ("字符数应在规定范围内", "must have a permitted number of characters"),
    "not_after": ("不应晚于“{column}”", "must not be later than “{column}”"),
    "before": ("不应晚于“{second}”", "must not be later than “{second}”"),
    "duplicate_key": ("键不应重复，只保留先收到的一行", "the key must stand once; the row received first is kept"),
    "references": ("应在表 {table} 中存在", "must exist in table {table}"),
    "sum_of_parts": ("应等于各分项之和", "must be the sum of its parts"),
    "rows_add_up": ("应等于同组各分项行之和", "must be the sum of the rows that are its parts"),
    "never_falls": ("累计值不应下降", "must never fall along its series"),
    "readable": ("不应含乱码或自造字", "must hold no broken or private characters"),
    "retained": ("不应超过保存期限", "must not be older than it may be kept"),
    "holds": ("应满足 {condition}", "must fulfil {condition}"),
    "failing_rows": ("不应在规则的查询结果中", "must not be among the rows that the rule's query selects"),
    "fresh": ("最新数据应足够新", "the newest value must be recent enough"),
    "volume": ("行数应与以往各批相当", "must have about as many rows as earlier loads"),
    "drift": ("取值分布应与上一批相当", "must be distributed as in the last load"),
    "same_in": ("应与表 {table} 一致", "must agree with table {table}"),
}


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(kind: str, args: Mapping[str, Any]) -> tuple[str, str]:
    """The rule's sentence in Chinese and English with its arguments filled in; a kind without one is named."""
    zh, en = _SENTENCES.get(kind, (kind, kind))
    if args.get("column") == "today":
        return zh.format_map(_Blank(args)).replace("“today”", "今天"), en.format_map(_Blank(args)).replace("“today”", "today")
    return zh.format_map(_Blank(args)), en.format_map(_Blank(args))
