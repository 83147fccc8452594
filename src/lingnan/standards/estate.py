"""The code of a unit of immovable property, GB/T 37346-2019: seven parts in 28 characters, without a check character."""

import re

from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.text import compact_sql, compact_text

_DIVISION = r"[1-8]\d{5}"
_CADASTRAL = r"\d{6}"  # district and sub-district, three digits each
_PARCEL = r"[GJZ][ABSXCDEFLNHGWY]\d{5}"  # whose land (state, collective, not settled), by which right it is used, serial number
_FIXTURE = r"(?:[FLQ]\d{8}|W0{8})"  # building, trees, other; a unit of bare land has none
_SHAPE = _DIVISION + _CADASTRAL + _PARCEL + _FIXTURE


def _check(value: str) -> str | None:
    if len(value) != 28:
        return "length"
    if not re.fullmatch(_DIVISION + _CADASTRAL, value[:12], re.ASCII):
        return "division"
    if not re.fullmatch(_PARCEL, value[12:19], re.ASCII):
        return "parcel"
    return None if re.fullmatch(_FIXTURE, value[19:], re.ASCII) else "fixture"


ESTATE_UNIT = Identifier(
    "estate_unit", "不动产单元代码", "Code of immovable property unit", "GB/T 37346-2019",
    reasons(
        length=("不是 28 位（不计空格）", "not 28 characters long (without blanks)"),
        division=("前 12 位须为县级区划、地籍区与地籍子区的数字", "the first 12 must be digits: county, cadastral district, sub-district"),
        parcel=("第 13–19 位须为宗地特征码两位字母与五位顺序号", "characters 13–19 must be two letters of the kind of parcel and five digits"),
        fixture=("第 20–28 位须为 F、L、Q 加八位数字，或 W 加八个零", "characters 20–28 must be F, L or Q and eight digits, or W and eight zeros"),
    ),
    _check, compact_text, lambda expr: f"regexp_full_match({expr}, '{_SHAPE}')", compact_sql,
)
