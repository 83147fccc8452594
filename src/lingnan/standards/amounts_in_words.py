"""Amounts of money in Chinese words, as cheques and contracts bear them: 壹佰贰拾叁万肆仟伍佰元整.

By the rules for filling in bills and settlement vouchers (支付结算办法, annex 1), with traditional characters and plain numerals (一二三) besides.
A zero that the annex lets be left out may be; one without which an amount could be read in two ways must stand: 壹仟玖元 and 壹亿贰仟元 are none.
"""

import re
from decimal import Decimal

from lingnan.standards.text import literal

_VARIANTS = "〇○一二两兩貳弍三參叄参四五六陸七八九十百千萬億圆圓正负負"
_CAPITALS = "零零壹贰贰贰贰贰叁叁叁叁肆伍陆陆柒捌玖拾佰仟万亿元元整--"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"

_D = "[壹贰叁肆伍陆柒捌玖]"
# What may stand at the end of four places: after a place left out, a digit without a unit of its own needs its zero.
_TENS = f"{_D}拾{_D}?"
_HUNDREDS = f"{_D}佰(?:{_TENS}|零{_D})?"
_THOUSANDS = f"{_D}仟(?:{_HUNDREDS}|零?{_TENS}|零零?{_D})?"
_FIRST = f"(?:{_THOUSANDS}|{_HUNDREDS}|{_D}?拾{_D}?|{_D})"
_NEXT = f"(?:零?(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS})|零{{1,3}}{_D})"
_AFTER_A_GAP = f"零{{1,7}}(?:{_THOUSANDS}|{_HUNDREDS}|{_TENS}|{_D})"
_HIGH = f"(?:{_FIRST}万{_NEXT}?|{_FIRST})亿"
_YUAN = f"(?:(?:{_HIGH}(?:{_NEXT}万{_NEXT}?|{_AFTER_A_GAP})?|{_FIRST}万{_NEXT}?|{_FIRST}|零)元)"
_CENTS = f"(?:零?{_D}角(?:{_D}分|零分)?|零?{_D}分|零角(?:{_D}分|零分)?)"
_LABEL = r"(?:人民币)?(?:\(?大写\)?[:：]?)?(?:人民币)?"
_AMOUNT = f"^{_LABEL}-?{_LABEL}(?:{_YUAN}{_CENTS}?|{_D}角(?:{_D}分|零分)?|{_D}分|零)整?$"
_ZERO_FOR_NOTHING = f"{_D}万零{_D}仟|{_D}亿零{_D}仟[^万亿元]*万|{_D}元零{_D}角"
"""A zero between places that follow one another: it cannot be told whether a place was lost, so this is no amount either."""

_PARTS = r"^(?:(?:([^万亿]+)万)?([^万亿]*)亿)?(?:([^万元]+)万)?(?:([^元角分]*)元)?(?:(.)角)?(?:(.)分)?整?$"
_LAID_OUT = r"<\1><\2><\3><\4>.{\5}{\6}"
_FILLED = (
    ("<拾", "<壹拾"), ("([<仟佰拾])>", r"\1零>"), ("([<仟佰])(.>)", r"\1零拾\2"), ("([<仟])(.拾)", r"\1零佰\2"), ("<(.佰)", r"<零仟\1"),
    ("[{]}", "零"),
)
"""Every place that is not written gets its zero, from the lowest up."""
_LEFT_OUT = "人民币大写():：-"
_MARKS = "<>{}拾佰仟"


def parse_amount_in_words(text: str) -> Decimal | None:
    """Yuan with two decimals from an amount in words without blanks, None for other text."""
    words = text.translate(str.maketrans(_VARIANTS, _CAPITALS))
    if not re.search(_AMOUNT.replace("$", r"\Z"), words) or re.search(_ZERO_FOR_NOTHING, words):
        return None
    bare = re.sub("零[角分]?", "", words.translate(dict.fromkeys(map(ord, _LEFT_OUT))))
    laid = re.sub(_PARTS.replace("$", r"\Z"), _LAID_OUT, bare)
    for old, new in _FILLED:
        laid = re.sub(old, new, laid)
    digits = laid.translate({**{ord(digit): str(value) for value, digit in enumerate(_DIGITS)}, **dict.fromkeys(map(ord, _MARKS))})
    return Decimal(digits) * (-1 if "-" in words else 1)


def amount_in_words_sql(text: str) -> str:
    """SQL (DECIMAL(18,2), yuan) for `parse_amount_in_words` over a text expression, null when it is none."""
    words = f"translate({text}, '{_VARIANTS}', '{_CAPITALS}')"
    laid = f"regexp_replace(translate({words}, '{_LEFT_OUT}', ''), '零[角分]?', '', 'g')"
    laid = f"regexp_replace({laid}, {literal(_PARTS)}, '{_LAID_OUT}')"
    for old, new in _FILLED:
        laid = f"regexp_replace({laid}, '{old}', '{new}', 'g')"
    digits = f"translate({laid}, '{_DIGITS + _MARKS}', '0123456789')"
    understood = f"regexp_matches({words}, {literal(_AMOUNT)}) and not regexp_matches({words}, {literal(_ZERO_FOR_NOTHING)})"
    return f"case when {understood} then try_cast(concat(regexp_extract({words}, '-'), {digits}) as decimal(18,2)) end"
