"""Formats of data elements (数据格式, GB/T 19488.1): what `an..18`, `n..18,2`, `d8` or `YYYYMMDD` ask of a value."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lingnan.standards.faults import bad_input

_WRITTEN = re.compile(r"(an|a|n)(?:(\d+)?(\.\.)(\d+|ul)|(\d+))(?:,(\d+))?", re.ASCII)
_CLOCK = r"(?:[01]\d|2[0-3]):?[0-5]\d:?[0-5]\d"
_DAY = r"\d{4}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
_CHARACTERS = {"a": r"[\s\S]", "an": "[0-9A-Za-z/._() -]", "n": "[0-9]"}
_DIGITS_OF_DECIMAL = 38
_FIXED = {
    "d8": ("date", "date", "DATE", _DAY, 8, 10, "日期，年月日", "date: year, month, day"),
    "dt14": ("timestamp", "timestamp", "TIMESTAMPTZ", rf"{_DAY}(?:[T ]?{_CLOCK})(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?", 14, 32,
             "时间，年月日时分秒", "moment: year to second"),
    "ym6": ("month", "string", "VARCHAR", r"\d{4}-?(?:0[1-9]|1[0-2])", 6, 7, "年月", "year and month"),
    "y4": ("year", "string", "VARCHAR", r"\d{4}", 4, 4, "年份", "year"),
    "t6": ("time", "string", "VARCHAR", _CLOCK, 6, 8, "时刻，时分秒", "time of day"),
    "b1": ("boolean", "boolean", "BOOLEAN", r"[01]|[Yy]|[Nn]|[Tt]rue|[Ff]alse|TRUE|FALSE|是|否", 1, 5, "是或否", "yes or no"),
}
_SAME = {
    "YYYYMMDD": "d8", "YYYY-MM-DD": "d8", "YYYYMMDDhhmmss": "dt14", "YYYY-MM-DDThh:mm:ss": "dt14", "YYYYMM": "ym6", "YYYY-MM": "ym6",
    "YYYY": "y4", "hhmmss": "t6", "hh:mm:ss": "t6", "b": "b1",
}


@dataclass(frozen=True)
class Format:
    """A format as read: `kind` is text, number, date, timestamp, month, year, time or boolean.

    Lengths count characters (a number: digits before the point); `longest` None has no end. `decimals` None is a whole number. `pattern` is an
    expression that a whole value must fit, in what Python and RE2 share. `canonical` is the house's way to write it.
    """

    written: str
    canonical: str
    kind: str
    shortest: int
    longest: int | None
    decimals: int | None
    logical: str
    physical: str
    pattern: str
    zh: str
    en: str

    def accepts(self, value: str) -> bool:
        """Whether a value written as text fits; empty text fits nothing."""
        return re.fullmatch(self.pattern, value) is not None


@lru_cache(maxsize=4096)
def read_format(written: str) -> Format:
    """The format that text stands for; BadInput says what is wrong with it.

    `a` any characters, `an` letters, digits and what identifiers carry, `n` digits; `18` exactly so many, `..18` at most, `3..8` from to, `..ul`
    without end; `n18,2` and `n..18,2` of 18 digits 2 behind the point; `d8 dt14 t6 b1`, also as `YYYYMMDD YYYY-MM-DD YYYYMMDDhhmmss YYYYMM YYYY
    hhmmss`.
    """
    if fixed := _FIXED.get(_SAME.get(written, written)):
        kind, logical, physical, pattern, least, most, *titles = fixed
        return Format(written, _SAME.get(written, written), kind, least, most, None, logical, physical, pattern, *titles)
    found = _WRITTEN.fullmatch(written)
    if not found:
        raise _wrong(written, "不是已知的写法", "this way of writing is not known")
    letters, low, dots, high, exact, decimals = found.groups()
    shortest, longest = int(exact or low or 1), None if high == "ul" else int(high or exact)
    _sound(written, letters, shortest, longest, decimals)
    if letters == "n":
        return _number(written, shortest, longest or 0, dots, decimals)
    pattern = f"{_CHARACTERS[letters]}{{{shortest},{'' if longest is None else longest}}}"
    zh = f"{'字母数字' if letters == 'an' else '字符'}，{_span(shortest, longest, '位')}"
    en = f"{'letters and digits' if letters == 'an' else 'characters'}, {_span(shortest, longest, '', 'to', 'without end')}"
    return Format(written, written, "text", shortest, longest, None, "string", "VARCHAR", pattern, zh, en)


def _number(written: str, shortest: int, longest: int, dots: str | None, decimals: str | None) -> Format:
    if decimals is None:
        pattern = rf"[0-9]{{{longest}}}" if not dots else rf"[+-]?[0-9]{{{shortest},{longest}}}"
        return Format(
            written, written, "number", shortest, longest, None, "integer", "BIGINT", pattern,
            f"数字，{_span(shortest, longest, '位')}", f"digits, {_span(shortest, longest, '', 'to', '')}",
        )
    whole, behind = longest - int(decimals), int(decimals)
    pattern = rf"[+-]?[0-9]{{1,{max(whole, 1)}}}(?:\.[0-9]{{1,{behind}}})?"
    return Format(
        written, written, "number", 1, whole, behind, "number", f"DECIMAL({longest},{behind})", pattern,
        f"数值，至多 {longest} 位，其中小数 {behind} 位", f"number of at most {longest} digits, {behind} behind the point",
    )


def _sound(written: str, letters: str, shortest: int, longest: int | None, decimals: str | None) -> None:
    if longest == 0 or shortest == 0:
        raise _wrong(written, "长度不能为零", "a length cannot be zero")
    if longest is not None and shortest > longest:
        raise _wrong(written, "最短长度大于最长长度", "the shortest length exceeds the longest")
    if letters != "n":
        if decimals is not None:
            raise _wrong(written, "只有数字 n 可以有小数位", "only digits (n) can have decimals")
    elif longest is None:
        raise _wrong(written, "数字须有位数上限", "digits need a longest length")
    elif decimals is not None and not 0 < int(decimals) <= longest <= _DIGITS_OF_DECIMAL:
        raise _wrong(written, f"小数位须在 1 与总位数之间，总位数至多 {_DIGITS_OF_DECIMAL}",
                     f"decimals must be between 1 and the number of digits, which is at most {_DIGITS_OF_DECIMAL}")


def _span(shortest: int, longest: int | None, unit: str, to: str = "至", endless: str = "不限") -> str:
    if longest is None:
        return endless
    return f"{longest} {unit}".rstrip() if shortest == longest else f"{shortest} {to} {longest} {unit}".rstrip()


def _wrong(written: str, zh: str, en: str) -> Exception:
    return bad_input(
        f"数据格式“{written}”{zh}；可写 an18、an..18、a..50、a..ul、n6、n..9、n..18,2、d8、dt14、YYYYMMDD、b1。",
        f"The format “{written}” cannot be used: {en}; write an18, an..18, a..50, a..ul, n6, n..9, n..18,2, d8, dt14, YYYYMMDD or b1.",
        format=written,
    )
