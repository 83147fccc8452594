"""The code of a city component, GB/T 30428.2: division, large and small class, serial number; sixteen digits, without a check digit."""

import re

from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.text import compact_sql, compact_text

_LARGE = "0[1-5]"  # public utilities, roads, appearance and environment, greenery, others; the small classes are the list city-components
_SHAPE = rf"[1-8]\d{{5}}{_LARGE}\d{{8}}"


def _check(value: str) -> str | None:
    if len(value) != 16:
        return "length"
    if not re.fullmatch(r"\d{16}", value, re.ASCII):
        return "characters"
    if value[0] in "09":
        return "division"
    return None if re.fullmatch(_SHAPE, value, re.ASCII) else "large_class"


CITY_COMPONENT = Identifier(
    "city_component", "城市部件代码", "Code of city component", "GB/T 30428.2-2013",
    reasons(
        length=("不是 16 位", "not 16 digits long"),
        characters=("须全为数字", "all characters must be digits"),
        division=("首位不是行政区划代码的首位（1–8）", "the first digit begins no division code (1–8)"),
        large_class=("第 7–8 位不是部件大类（01–05）", "digits 7–8 are no large class (01–05)"),
    ),
    _check, compact_text, lambda expr: f"regexp_full_match({expr}, '{_SHAPE}')", compact_sql,
)
