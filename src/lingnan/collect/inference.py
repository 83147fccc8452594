"""Finds the type of a column from the texts in it; what could be a code stays text."""

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lingnan.collect.cells import NULL_MARKERS

TRUE_TEXTS = ("true", "True", "TRUE", "yes", "Yes", "YES")
FALSE_TEXTS = ("false", "False", "FALSE", "no", "No", "NO")
_CODE_HEADER = re.compile(
    r".*(code|phone|mobile|zip|postcode|number|代码|编码|编号|号码|证号|号|电话|手机|邮编|区划|批次)(_\d+)?|.*(.+_no|(.+_)?(id_?card|uscc|division))",
    re.IGNORECASE
)
_DATE_HEADER = re.compile(r".*(date|_on|日期|时间|年月日|出生)(_\d+)?", re.IGNORECASE)
_LEADING_ZERO = r"^[+-]?0\d"
_INTEGER = r"^[+-]?\d{1,15}$"
_DECIMAL = r"^[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_DECIMAL_COMMA = r"^[+-]?\d{1,15}(,\d+)?$"
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
_DATE = r"^(1[89]|20)\d{2}([-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)$"
_COMPACT_DATE = r"^(1[89]|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_TIME = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"
_ZONED_TIME = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)?$"


@dataclass(frozen=True)
class Inferred:
    """A column's type, whether a plain parser reads its texts, the markers of no value it holds and how many cells are empty."""

    type: str
    plain: bool
    markers: tuple[str, ...]
    nulls: int


def infer(values: pa.Array, header: str, decimal: str = ".", forced: str = "", known: tuple[str, ...] | None = None) -> Inferred:
    """The type that fits every text of a column, markers of no value apart; a column that nothing fits is text."""
    trimmed = pc.utf8_trim_whitespace(values)
    distinct = pc.unique(trimmed).drop_null()
    distinct = distinct.filter(pc.not_equal(distinct, ""))
    is_marker = pc.is_in(distinct, pa.array(NULL_MARKERS if known is None else known, pa.string()))
    filled, markers = distinct.filter(pc.invert(is_marker)), tuple(distinct.filter(is_marker).to_pylist())
    blank = pc.sum(pc.fill_null(pc.equal(trimmed, ""), True)).as_py() or 0
    kind, plain = _fit(filled, header, decimal)
    if kind == "VARCHAR" and not forced:
        return Inferred("VARCHAR", True, (), blank)
    marked = pc.sum(pc.is_in(trimmed, pa.array(markers, pa.string()))).as_py() or 0 if markers else 0
    return Inferred(forced or kind, plain and forced in ("", kind), markers, blank + marked)


def _fit(filled: pa.Array, header: str, decimal: str) -> tuple[str, bool]:
    if not len(filled):
        return "VARCHAR", True
    if not (_any(filled, _LEADING_ZERO) or _CODE_HEADER.fullmatch(header)):
        if _DATE_HEADER.fullmatch(header) and _all(filled, _COMPACT_DATE):
            return "DATE", False
        if _all(filled, _INTEGER):
            return "BIGINT", True
    if _numeric(filled, decimal):
        return ("VARCHAR", True) if _CODE_HEADER.fullmatch(header) else ("DOUBLE", not _any(filled, _GROUPED) or decimal == ",")
    if _all(filled, _ISO_DATE):
        return "DATE", True
    if _all(filled, _DATE):
        return "DATE", False
    if _all(filled, _TIME):
        return "TIMESTAMPTZ", True
    if _all(filled, _ZONED_TIME):
        return "TIMESTAMPTZ", False
    truth = pc.all(pc.is_in(filled, pa.array(TRUE_TEXTS + FALSE_TEXTS))).as_py()
    return ("BOOLEAN", True) if truth else ("VARCHAR", True)


def _numeric(filled: pa.Array, decimal: str) -> bool:
    if _any(filled, r"^[+-]?0\d+([.,]|$)"):
        return False
    if decimal == ",":
        return _all(filled, _DECIMAL_COMMA)
    return _all(filled, f"{_DECIMAL}|{_GROUPED}")


def decimal_mark(columns: list[pa.Array], delimiter: str) -> str:
    """`,` when numbers are written with a decimal comma, as they can be where the delimiter is another sign."""
    if delimiter == ",":
        return "."
    for values in columns:
        distinct = pc.unique(pc.utf8_trim_whitespace(values)).drop_null()
        distinct = distinct.filter(pc.not_equal(distinct, ""))
        if len(distinct) and _all(distinct, _DECIMAL_COMMA) and _any(distinct, r"^[+-]?\d+,(\d{1,2}|\d{4,})$"):
            return ","
    return "."


def _all(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _any(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())
