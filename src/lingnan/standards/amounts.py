"""Amounts of money in yuan from the ways offices write them, and whole numbers in Chinese words."""

import re
from decimal import ROUND_HALF_UP, Decimal

from lingnan.standards.amounts_in_words import amount_in_words_sql, parse_amount_in_words
from lingnan.standards.text import literal

UNITS = {"元": 1, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
"""Units an amount may carry, in yuan."""

_WIDE = "０１２３４５６７８９，．（）－￥"
_PLAIN = "0123456789,.()-¥"
_GONE = " \t\n\r　\xa0\u200b\ufeff"
_SCALES = "|".join(sorted((unit for unit in UNITS if unit != "元"), key=len, reverse=True))
_AMOUNT = rf"^(?:人民币|RMB|CNY)?¥?(-?(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,15}})(?:\.\d+)?)({_SCALES})?(元|圆|块)?(?:整|正|人民币)?$"
_COMPOUND = r"^(?:人民币)?¥?(-?)(\d{1,8}(?:\.\d{1,4})?)亿(\d{1,4}(?:\.\d{1,4})?)万元?(?:整|正)?$"
_BRACKETED = r"^\(([^()-]+)\)$"  # accountants' minus
_MONEY = Decimal("0.01")
_FINE = Decimal("0.00000001")


def parse_amount(text: str | None, unit: str = "元") -> Decimal | None:
    """Yuan with two decimals from 1,234.5 / 12万元 / 3.2亿元 / (500) / 壹佰元整; a bare number counts in `unit`; None for other currencies."""
    if text is None:
        return None
    folded = text.translate({**dict(zip(map(ord, _WIDE), _PLAIN, strict=True)), **dict.fromkeys(map(ord, _GONE))})
    folded = re.sub(_BRACKETED.replace("$", r"\Z"), r"-\1", folded)
    found = re.search(_AMOUNT.replace("$", r"\Z"), folded, re.ASCII)
    if not found:
        compound = _compound(folded)
        return parse_amount_in_words(folded) if compound is None else compound
    number = Decimal(found[1].replace(",", "")).quantize(_FINE, ROUND_HALF_UP)
    scale = UNITS[found[2]] if found[2] else 1 if found[3] else UNITS[unit]
    amount = (number * scale).quantize(_MONEY, ROUND_HALF_UP)
    return amount if abs(number) < 10**16 and abs(amount) < 10**16 else None


def _compound(text: str) -> Decimal | None:
    """1亿2000万元: hundreds of millions and tens of thousands written one after the other."""
    found = re.search(_COMPOUND.replace("$", r"\Z"), text, re.ASCII)
    if not found:
        return None
    amount = Decimal(found[2]) * UNITS["亿"] + Decimal(found[3]) * UNITS["万"]
    return (-amount if found[1] else amount).quantize(_MONEY) if amount < 10**16 else None


def amount_sql(expr: str, unit: str = "元") -> str:
    """SQL (DECIMAL(18,2), yuan) for `parse_amount` over a text expression, null when there is none."""
    text = f"translate({expr}, '{_WIDE + _GONE}', '{_PLAIN}')"
    text = rf"regexp_replace({text}, '{_BRACKETED}', '-\1')"
    number, scale, yuan = (f"regexp_extract({text}, {literal(_AMOUNT)}, {group})" for group in (1, 2, 3))
    scales = " ".join(f"when '{name}' then {factor}" for name, factor in UNITS.items() if name != "元")
    # Each factor fits DECIMAL(9,0), so the product of both stays within 38 digits.
    factor = f"case {scale} {scales} else case when {yuan} <> '' then 1 else {UNITS[unit]} end end"
    sign, high, low = (f"regexp_extract({text}, {literal(_COMPOUND)}, {group})" for group in (1, 2, 3))
    compound = (
        f"try_cast((cast(try_cast({high} as decimal(12,4)) as decimal(24,4)) * 100000000 + try_cast({low} as decimal(8,4)) * 10000) "
        f"* case {sign} when '-' then -1 else 1 end as decimal(18,2))"  # no wider, or the places of the other branch would be cut to make room
    )
    slow = (
        f"case when regexp_matches({text}, '^[^0-9]*[元圆圓角分零〇○][^0-9]*$') then {amount_in_words_sql(text)} else "
        f"try_cast(case when regexp_matches({text}, {literal(_COMPOUND)}) then {compound} "
        f"else try_cast(replace({number}, ',', '') as decimal(24,8)) * ({factor}) end as decimal(18,2)) end"
    )
    if unit != "元":
        return slow
    return f"case when regexp_full_match({expr}, '-?\\d{{1,15}}(?:\\.\\d{{1,2}})?') then try_cast({expr} as decimal(18,2)) else {slow} end"


_DIGITS = {c: i for word in ("零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖") for i, c in enumerate(word)} | {"两": 2, "○": 0}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}


def parse_chinese_number(text: str | None) -> int | None:
    """The whole number in Chinese words (三百二十一, 壹万贰仟, 二〇二六), None when it is none."""
    if not text or not set(text) <= _DIGITS.keys() | _TENS.keys() | _GROUPS.keys():
        return None
    if set(text) <= _DIGITS.keys():
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (total + section + digit) * _GROUPS[c] if c == "亿" else total + (section + digit) * _GROUPS[c]
            section = digit = 0
    return total + section + digit
