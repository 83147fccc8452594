"""The citizen identification number of GB 11643-1999: check, normal form (15 digits become 18) and what it says: birth, sex, division."""

import re
from datetime import date

from lingnan.standards.identifiers import Identifier, digit_terms, reasons
from lingnan.standards.text import compact_sql, compact_text

_CHECKS = "10X98765432"
_WEIGHTS = [pow(2, k + 1, 11) for k in range(17)]  # from the lowest digit, GB 11643 with ISO 7064 MOD 11-2

# All dates of 1800..2099 in one expression; the engine's own date parser would cost as much as the whole check.
_MONTH_DAY = r"(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|1\d|2[0-8])"
_LEAP = r"(?:1[89](?:0[48]|[2468][048]|[13579][26])|20(?:[02468][048]|[13579][26]))0229"
_BIRTH = rf"(?:(?:18|19|20)\d\d(?:{_MONTH_DAY})|{_LEAP})"
_SHAPE = rf"[1-8]\d{{5}}{_BIRTH}\d{{3}}[\dX]"
_CHARACTERS = r"\d{17}[\dX]"
_CENTENARY = r"99[6-9]"  # sequence codes that the 15-digit number kept for those born before 1900


def check_digit(first17: str) -> str:
    """The 18th character for seventeen digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(reversed(first17), _WEIGHTS, strict=True)) % 11]


def _check(value: str) -> str | None:
    if re.fullmatch(r"\d{15}", value, re.ASCII):
        return "fifteen"
    if len(value) != 18:
        return "length"
    if not re.fullmatch(_CHARACTERS, value, re.ASCII):
        return "characters"
    if value[0] in "09":
        return "division"
    if not re.fullmatch(_SHAPE, value, re.ASCII):
        return "birth"
    return None if check_digit(value[:17]) == value[17] else "check_digit"


def _normal(value: str) -> str:
    text = compact_text(value)
    if not re.fullmatch(r"\d{15}", text, re.ASCII):
        return text
    first17 = text[:6] + ("18" if re.fullmatch(_CENTENARY, text[12:]) else "19") + text[6:]
    return first17 + check_digit(first17)


def _sql(expr: str) -> str:
    # least() and not AND: the engine computes shared parts once, but not within AND; a failed cast is null, which least() skips.
    # To look at the end is cheaper than to cut it out.
    return f"least(regexp_full_match({expr}, '{_SHAPE}'), {_ends_right(expr)})"


def _shared_sql(expr: str) -> str:
    return f"least({_formed_sql(expr)}, {_ends_right(expr)})"


def _ends_right(expr: str) -> str:
    return f"ends_with({expr}, {_check_sql(_seventeen(expr))})"


def _seventeen(expr: str) -> str:
    return f"try_cast(substr({expr}, 1, 17) as bigint)"


def _formed_sql(expr: str) -> str:
    """Whether a text has the shape of a number; whoever ends in the right character and was born on day 1 to 28 is seen by whole numbers.

    Seventeen characters that read as a number from 1·10^16 on are its digits, unless they write it with an exponent, which leaves at most
    fifteen digits and so two zeros at the end, or in another base, which begins with 0. Month and day lie between 0101 and 1228 with a day from
    01 to 28 only on the calendar. Of the others, one in twelve, the pattern is asked.
    """
    number, born = _seventeen(expr), f"{_seventeen(expr)} // 1000 % 100000000"
    plain = (
        f"{_ends_right(expr)} and {number} between {10**16} and {9 * 10**16 - 1} and {number} % 100 <> 0 "
        f"and {expr} >= '1' and length({expr}) = 18 "
        f"and {born} between 18000101 and 20991228 and {born} % 10000 between 101 and 1228 and {born} % 100 between 1 and 28"
    )
    return f"if({plain}, true, regexp_full_match({expr}, '{_SHAPE}'))"


def _check_sql(number: str, weights: list[int] = _WEIGHTS, more: int = 0) -> str:
    # An element of a list costs half of what a character of a text does; a text with a sign is a number below zero, which names no element.
    return f"({list(_CHECKS)})[cast(1 + abs(({' + '.join(digit_terms(number, weights, 11))} + {more}) % 11) as integer)]"


def _normal_sql(expr: str) -> str:
    text = compact_sql(expr)
    old = f"regexp_full_match(substr({text}, 13, 3), '{_CENTENARY}')"
    longer = f"case when {old} then {_longer_sql(text, 18)} else {_longer_sql(text, 19)} end"
    return (
        f"case when regexp_full_match({expr}, '{_CHARACTERS}') then {expr} "
        rf"when regexp_full_match({text}, '\d{{15}}') then {longer} else {text} end"
    )


def _longer_sql(text: str, century: int) -> str:
    """Eighteen characters from fifteen digits: the century's two digits go in between, and count in the check character."""
    weights = _WEIGHTS[:9] + _WEIGHTS[11:]
    more = century // 10 * _WEIGHTS[10] + century % 10 * _WEIGHTS[9]
    check = _check_sql(f"try_cast({text} as bigint)", weights, more)
    return f"concat(substr({text}, 1, 6), '{century}', substr({text}, 7, 9), {check})"


CITIZEN_NUMBER = Identifier(
    "citizen_number", "公民身份号码", "Citizen identification number", "GB 11643-1999",
    reasons(
        fifteen=("是 15 位旧号码，应为 18 位", "a 15-digit number of the old form; 18 characters are required"),
        length=("不是 18 位", "not 18 characters long"),
        characters=("前 17 位须为数字，末位须为数字或大写 X", "the first 17 characters must be digits, the last a digit or capital X"),
        division=("首位不是行政区划代码的首位（1–8）", "the first digit begins no division code (1–8)"),
        birth=("第 7–14 位不是日历上的日期", "characters 7–14 are no date of the calendar"),
        check_digit=("校验码不符", "the check character does not match"),
    ),
    _check, _normal, _sql, _normal_sql, _shared_sql=_shared_sql,
)


def citizen_birth(value: str | None) -> date | None:
    """The birth date that an 18-character number says, None when it says none."""
    if value is None or not re.fullmatch(_SHAPE, value, re.ASCII):
        return None
    return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))


def citizen_birth_sql(expr: str) -> str:
    """SQL for the birth date (DATE) in an 18-character citizen number, null when it says none."""
    parts = f"concat(substr({expr}, 7, 4), '-', substr({expr}, 11, 2), '-', substr({expr}, 13, 2))"
    return f"case when regexp_full_match({expr}, '{_SHAPE}') then cast({parts} as date) end"


def citizen_born_sql(number: str, birth: str, *, shared: bool = False) -> str:
    """SQL for whether an 18-character citizen number says that birth date (DATE); null when it says none or the date is null.

    Both are compared as a number of year, month and day: to make a date of eight characters costs as much as all other rules of a person.
    `shared` as in `Identifier.sql`.
    """
    formed = _formed_sql(number) if shared else f"regexp_full_match({number}, '{_SHAPE}')"
    return (
        f"case when {formed} then "
        f"{_seventeen(number)} // 1000 % 100000000 = year({birth}) * 10000 + month({birth}) * 100 + day({birth}) end"
    )


def citizen_sex_sql(expr: str) -> str:
    """SQL for the sex of GB/T 2261.1 in an 18-character citizen number: '1' male (odd sequence), '2' female, null when not such a number."""
    # A number's remainder is cheaper than a list of odd characters.
    return f"case when regexp_full_match({expr}, '{_CHARACTERS}') then case when {_seventeen(expr)} % 2 = 1 then '1' else '2' end end"


def citizen_sexed_sql(number: str, sex: str) -> str:
    """SQL that is false where an 18-character citizen number and a sex of GB/T 2261.1 contradict each other, else true or null.

    Whether the number is one is asked only where they differ; 0 (unknown) and 9 (not stated) contradict nothing.
    """
    agrees = f"({_seventeen(number)} % 2 = 1) = ({sex} = '1')"
    return f"case when {agrees} then true when {sex} in ('1', '2') and regexp_full_match({number}, '{_CHARACTERS}') then false end"


def citizen_division_sql(expr: str) -> str:
    """SQL for the six-digit division of first registration in an 18-character citizen number, null when not such a number."""
    return f"case when regexp_full_match({expr}, '{_CHARACTERS}') then substr({expr}, 1, 6) end"
