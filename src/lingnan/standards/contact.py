"""Telephone numbers (mobile, landline with area code, 400/800) and the format of number plates (GA 36-2018)."""

import re

from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.text import compact_sql, compact_text, literal

_MOBILE = r"1[3-9]\d{9}"
_AREA = r"0(?:10|2[0-57-9]|[3-9]\d{2})"
_LANDLINE = rf"{_AREA}-[2-9]\d{{6,7}}(?:-\d{{1,6}})?"
_SERVICE = r"[48]00\d{7}"
_PHONE = rf"(?:{_MOBILE}|{_LANDLINE}|{_SERVICE})"

# Applied in this order, by Python and by the engine alike.
_PHONE_REPAIRS = (
    (r"^(?:联系)?(?:电话|手机|座机|固话|TEL|PHONE|MOBILE)(?:号码?)?[:.]?(\+?[0-9(])", r"\1"),
    (r"^(?:\+86|0086|86)-?\(?0?((?:10|2[0-57-9]|[3-9]\d{2}))\)?-?([2-9]\d{6,7}(?:\D.*)?)$", r"0\1-\2"),
    (r"^(?:(?:\+86|0086|86)-?)?(1[3-9]\d)-?(\d{4})-?(\d{4})$", r"\1\2\3"),
    (r"^(?:\+86|0086)-?0?([1-9][0-9-]+)$", r"0\1"),
    (r"^\(?(0(?:10|2[0-57-9]|[3-9]\d{2}))\)?-?([2-9]\d{6,7})(?:(?:-|,?转|分机|,?EXT\.?|X|\*|#)(\d{1,6}))?$", r"\1-\2-\3"),
    (r"^([48]00)-?(\d{3})-?(\d{4})$", r"\1\2\3"),
    (r"-$", ""),
)
_WIDE_SIGNS, _SIGNS = "（）＋：＊＃，", "()+:*#,"


def _normal_phone(value: str) -> str:
    text = compact_text(value).translate(str.maketrans(_WIDE_SIGNS, _SIGNS))
    for pattern, to in _PHONE_REPAIRS:
        text = re.sub(pattern.replace("$", r"\Z"), to, text, flags=re.ASCII)
    return text


def _normal_phone_sql(expr: str) -> str:
    sql = f"translate({compact_sql(expr)}, '{_WIDE_SIGNS}', '{_SIGNS}')"
    for pattern, to in _PHONE_REPAIRS:
        sql = f"regexp_replace({sql}, {literal(pattern)}, {literal(to)})"
    return f"case when regexp_full_match({expr}, '{_MOBILE}') then {expr} else {sql} end"


def _check_phone(value: str) -> str | None:
    if re.fullmatch(_PHONE, value, re.ASCII):
        return None
    if re.fullmatch(r"[2-9]\d{6,7}", value, re.ASCII):
        return "area_code"
    return "shape" if re.fullmatch(r"[\d-]+", value, re.ASCII) else "characters"


PHONE = Identifier(
    "phone", "电话号码", "Telephone number", "工业和信息化部电信网编号计划（2017 年版）",
    reasons(
        area_code=("固定电话缺区号", "a landline number without its area code"),
        shape=("不是 11 位手机号，也不是“区号-号码”", "neither an 11-digit mobile number nor area code, hyphen and number"),
        characters=("含有数字和连字符以外的字符", "characters other than digits and hyphens"),
    ),
    _check_phone, _normal_phone, lambda expr: f"regexp_full_match({expr}, '{_PHONE}')", _normal_phone_sql,
)

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_P = "[A-HJ-NP-Z0-9]"  # no I and O in the serial
_PLATE = (
    rf"(?:[{_PROVINCES}][A-Z](?:{_P}{{5}}|{_P}{{4}}[警学挂港澳领试超]|[DABCEFGHJK]{_P}\d{{4}}|\d{{5}}[DABCEFGHJK])|使\d{{6}})"
)


def _normal_plate(value: str) -> str:
    return re.sub("[·.•・‧-]", "", compact_text(value))


def _normal_plate_sql(expr: str) -> str:
    return f"regexp_replace({compact_sql(expr)}, '[·.•・‧-]', '', 'g')"


def _check_plate(value: str) -> str | None:
    if re.fullmatch(_PLATE, value, re.ASCII):
        return None
    if not value or value[0] not in _PROVINCES + "使":
        return "province"
    return "shape"


PLATE = Identifier(
    "plate", "机动车号牌号码", "Number plate", "GA 36-2018",
    reasons(
        province=("首字不是省级行政区简称", "the first character is no province's short name"),
        shape=("不是号牌的字母数字组合（序号不用 I、O）", "no combination of letters and digits of a plate (no I or O in the serial)"),
    ),
    _check_plate, _normal_plate, lambda expr: f"regexp_full_match({expr}, '{_PLATE}')", _normal_plate_sql,
)
