"""What an argument of a rule, a metric or a step may be; every fault is noted at its line."""

import re
import warnings
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from lingnan.standards.amounts import UNITS
from lingnan.standards.contracts.rules import IDENTIFIER_KINDS
from lingnan.standards.contracts.source import Path, Source
from lingnan.standards.vocabulary import Vocabulary

SHOWN = 20
_WHOLE = {"integer": re.compile(r"[-+]?\d{1,18}"), "number": re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?([eE][-+]?\d{1,3})?")}
WANTED: Mapping[str, tuple[str, str]] = {
    "label_or_code": ("code、label 或 label_or_code", "code, label or label_or_code"),
    "flag": ("true 或 false", "true or false"),
    "mapping": ("键值表", "a mapping"),
    "text": ("文本（数字请加引号）", "a text (put numbers in quotes)"),
    "count": ("不小于零的整数", "a whole number of zero or more"),
    "number_of_loads": ("1 到 100 的整数", "a whole number from 1 to 100"),
    "limit": ("不小于零的数", "a number of zero or more"),
    "share": ("0 到 1 之间的数", "a number from 0 to 1"),
    "scalar": ("数或文本", "a number or a text"),
    "regex": ("RE2 可用的正则表达式（无前后查找与反向引用）", "a pattern that RE2 reads (no look-around, no back reference)"),
    "values": ("值的列表", "a list of values"),
    "integer": ("整数", "a whole number"),
    "number": ("数", "a number"),
    "date": ("日期，如 '2026-01-31'", "a date such as '2026-01-31'"),
    "timestamp": ("时刻，如 '2026-01-31T08:00:00'", "a moment such as '2026-01-31T08:00:00'"),
    "boolean": ("true 或 false", "true or false"),
}
"""What is allowed for each kind of argument, in Chinese and English."""


class Arguments:
    """The checks of arguments against the columns of one contract's table."""

    def __init__(self, source: Source, table: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self.source, self.vocabulary = source, vocabulary
        self.table = table
        self.names = [str(each["name"]) for each in table.get("properties", ())]
        self.types = {str(each["name"]): _logical(each, vocabulary) for each in table.get("properties", ())}

    def _fault(self, path: Path, zh: str, en: str) -> None:
        self.source.fault(path, zh, en)

    def _one_of(self, path: Path, what: tuple[str, str], value: Any, allowed: Any) -> None:
        names = list(map(str, allowed))
        if isinstance(value, str) and value in names:
            return
        near = get_close_matches(str(value), names, 1)
        shown = names if len(names) <= SHOWN else [*names[:SHOWN], "…"]
        zh = f"是否想写“{near[0]}”？" if near else f"现有：{'、'.join(shown)}。"
        en = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(shown)}."
        self._fault(path, f"没有{what[0]}“{value}”。{zh}", f"There is no {what[1]} “{value}”. {en}")

    def _argument(self, path: Path, key: str, value: Any, kind: str) -> None:
        if kind == "code_list":
            self._one_of(path, ("代码表", "code list"), value, self.vocabulary.lists)
        elif kind == "identifier":
            self._one_of(path, ("标识种类", "kind of identifier"), value, IDENTIFIER_KINDS)
        elif kind == "unit":
            self._one_of(path, ("金额单位", "unit of money"), value, UNITS)
        elif kind == "column" or (kind == "column?" and value is not None):
            self._one_of(path, ("信息项", "property"), value, self.names)
        elif kind == "column|today" and value != "today":
            self._one_of(path, ("信息项", "property"), value, [*self.names, "today"])
        elif kind in ("columns", "keys", "own_keys"):
            self._columns(path, key, value, kind)
        else:
            self._plain(path, key, value, kind)

    def _columns(self, path: Path, key: str, value: Any, kind: str) -> None:
        # A key may also be written {own column: their column}.
        mapped = isinstance(value, dict) and kind != "columns"
        if not mapped and (kind == "own_keys" or not isinstance(value, list | str)):
            own = kind == "own_keys"
            zh, en = ("{本表列: 对方列}", "{own column: their column}") if own else ("列名或列名的列表", "a column or a list of columns")
            self._fault(path, f"参数“{key}”的值“{value}”不可用（应为{zh}）。", f"Argument “{key}” cannot be “{value}” ({en} is asked for).")
            return
        given = list(value) if isinstance(value, list | dict) else [value]
        if not given:
            self._fault(path, f"参数“{key}”没有列名。", f"Argument “{key}” names no column.")
        for each in given:
            self._one_of(path, ("信息项", "property"), each, self.names)
        if len(set(map(str, given))) < len(given):
            self._fault(path, f"参数“{key}”中有重复的列。", f"Argument “{key}” names a column twice.")
        if mapped and not all(isinstance(theirs, str) and theirs for theirs in value.values()):
            self._fault(path, f"参数“{key}”中对方的列须为文本。", f"In argument “{key}” the other table's columns must be texts.")

    def _plain(self, path: Path, key: str, value: Any, kind: str) -> None:
        if kind in _REFUSED and _REFUSED[kind](value):
            zh, en = WANTED[kind]
            self._fault(
                path, f"参数“{key}”的值“{_short(value)}”不可用（应为{zh}）。", f"Argument “{key}” cannot be “{_short(value)}” ({en} is asked for).",
            )

    def _comparable(self, path: Path, key: str, value: Any, column: str | None) -> None:
        """A value that is compared with a column must be readable as the column's type."""
        logical = self.types.get(column or "", "string")
        if logical == "string":
            self._plain(path, key, value, "scalar")
        else:
            self._plain(path, key, value, logical)


def _logical(each: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    if each.get("logicalType"):
        return str(each["logicalType"])
    custom = {entry["property"]: entry["value"] for entry in each.get("customProperties", ())}
    element = vocabulary.elements.get(str(custom.get("dataElement", "")))
    return element.logical_type if element else "string"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30


def _not_numeric(value: Any, logical: str) -> bool:
    if isinstance(value, str):
        return not _WHOLE[logical].fullmatch(value)
    return not _is_number(value) or (logical == "integer" and (value != int(value) or abs(value) >= 1 << 63))


def _not_iso(value: Any, kind: type[date]) -> bool:
    try:
        kind.fromisoformat(value)
    except (TypeError, ValueError):
        return True
    return False


def _is_scalar(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool) and (isinstance(value, str) or _is_number(value))


_REFUSED: Mapping[str, Callable[[Any], bool]] = {
    "label_or_code": lambda value: value not in ("code", "label", "label_or_code"),
    "flag": lambda value: not isinstance(value, bool),
    "mapping": lambda value: not isinstance(value, dict),
    "text": lambda value: not isinstance(value, str),
    "count": lambda value: not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 62,
    "number_of_loads": lambda value: not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100,
    "limit": lambda value: not _is_number(value) or value < 0,
    "share": lambda value: not _is_number(value) or not 0 <= value <= 1,
    "scalar": lambda value: not _is_scalar(value),
    "regex": lambda value: not portable(value),
    "values": lambda value: not isinstance(value, list) or any(isinstance(each, list | dict) for each in value),
    "integer": lambda value: _not_numeric(value, "integer"),
    "number": lambda value: _not_numeric(value, "number"),
    "date": lambda value: _not_iso(value, date),
    "timestamp": lambda value: _not_iso(value, datetime),
    "boolean": lambda value: not isinstance(value, bool),
}


def portable(regex: Any) -> bool:
    """Whether a pattern means the same to Python, RE2 and Java: no look-around, no back reference, and RE2 takes it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of sets that it may read otherwise one day; RE2 decides
            re.compile(regex)
    except (re.error, TypeError, RecursionError, OverflowError):
        return False
    return not re.search(r"\(\?[=!<P]|\\[1-9]|\\[ZAG]|[*+?}]\+", regex) and _by_re2(regex)


def _by_re2(regex: str) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.nulls(1, pa.string()), pattern=regex)  # made without a look for pandas, which takes a third of a second
    except (pa.ArrowInvalid, UnicodeError):
        return False
    return True
