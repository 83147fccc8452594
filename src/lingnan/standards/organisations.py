"""The unified social credit code of GB 32100-2015 and the organisation code of GB 11714-1997 inside it."""

import re

from lingnan.standards.identifiers import Identifier, digit_terms, reasons
from lingnan.standards.text import compact_sql, compact_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_C = "[0-9A-HJ-NPQRTUWXY]"
_SHAPE = rf"{_C}{{2}}\d{{6}}{_C}{{10}}"
_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_LETTERS = [0, 1, *range(8, 17)]  # positions that may hold letters; 2..7 are the division's digits


def uscc_check_digit(first17: str) -> str:
    """The 18th character for the first seventeen; when their weighted sum is a multiple of 31 it is 0, not the 31st letter."""
    return ALPHABET[-sum(ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True)) % 31]


def _check_uscc(value: str) -> str | None:
    if len(value) != 18:
        return "length"
    if not re.fullmatch(_C + "{18}", value):
        return "characters"
    if not re.fullmatch(_SHAPE, value, re.ASCII):
        return "division"
    return None if uscc_check_digit(value[:17]) == value[17] else "check_digit"


def _sql_uscc(expr: str) -> str:
    # Six characters such as 99e7 also cast to a number; quotients times these factors stay within INTEGER for any of them.
    division = f"try_cast(substr({expr}, 3, 6) as integer)"
    terms = [f"strpos('{ALPHABET}', substr({expr}, {i + 1}, 1)) * {_WEIGHTS[i]}" for i in _LETTERS]
    terms += digit_terms(division, _WEIGHTS[7:1:-1], 31)
    offset = sum(_WEIGHTS[i] for i in _LETTERS) + 1  # strpos counts from one
    return f"least(regexp_full_match({expr}, '{_SHAPE}'), ({' + '.join(terms)} + strpos('{ALPHABET}', substr({expr}, 18, 1)) - {offset}) % 31 = 0)"


def _without_hyphens(value: str) -> str:
    return compact_text(value).replace("-", "")


def _without_hyphens_sql(expr: str) -> str:
    return f"replace({compact_sql(expr)}, '-', '')"


USCC = Identifier(
    "uscc", "统一社会信用代码", "Unified social credit code", "GB 32100-2015",
    reasons(
        length=("不是 18 位", "not 18 characters long"),
        characters=("含有代码字符集以外的字符（不用 I、O、S、V、Z）", "a character outside the code's set (no I, O, S, V, Z)"),
        division=("第 3–8 位须为数字", "characters 3–8 must be digits"),
        check_digit=("校验码不符", "the check character does not match"),
    ),
    _check_uscc, _without_hyphens, _sql_uscc, _without_hyphens_sql,
)

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_SHAPE = r"[0-9A-Z]{8}[0-9X]"
_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_CHECKS = "0X987654321"  # by the sum modulo 11


def organisation_check_digit(first8: str) -> str:
    """The ninth character for the first eight."""
    return _ORGANISATION_CHECKS[sum(_BASE36.index(c) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True)) % 11]


def _check_organisation(value: str) -> str | None:
    if len(value) != 9:
        return "length"
    if not re.fullmatch(_ORGANISATION_SHAPE, value):
        return "characters"
    return None if organisation_check_digit(value[:8]) == value[8] else "check_digit"


def _sql_organisation(expr: str) -> str:
    terms = [f"strpos('{_BASE36}', substr({expr}, {i + 1}, 1)) * {w}" for i, w in enumerate(_ORGANISATION_WEIGHTS)]
    total = f"({' + '.join(terms)} - {sum(_ORGANISATION_WEIGHTS)} + 11)"  # never negative, whatever the text
    return f"least(regexp_full_match({expr}, '{_ORGANISATION_SHAPE}'), substr('{_ORGANISATION_CHECKS}', 1 + {total} % 11, 1) = substr({expr}, 9, 1))"


ORGANISATION_CODE = Identifier(
    "organisation_code", "组织机构代码", "Organisation code", "GB 11714-1997",
    reasons(
        length=("不是 9 位（不计连字符）", "not 9 characters long (without the hyphen)"),
        characters=("前 8 位须为数字或大写字母，末位须为数字或 X", "the first 8 characters must be digits or capitals, the last a digit or X"),
        check_digit=("校验码不符", "the check character does not match"),
    ),
    _check_organisation, _without_hyphens, _sql_organisation, _without_hyphens_sql,
)
