"""Dates and times in all the shapes that offices type, read alike by Python and by the engine."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from lingnan.standards.text import literal

_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers (its 1900 has a 29 February that never was)."""

_CHINA = timezone(timedelta(hours=8))
_YEAR = r"(?:1[89]\d\d|2\d{3}|9999)"  # 9999-12-31 stands for “without end”
_ISO = rf"{_YEAR}-\d\d-\d\d"
_DIGITS = rf"{_YEAR}\d{{4}}"
_SERIAL = r"[1-6]\d{4}(?:\.\d+)?"  # 1927 to 2091; shorter ones would be taken for years
_CLOCK = r"(?:[T \t　\xa0]+|日|号)\d{1,2}[:：时点][\d:：.时分点秒ZT+ AMP-]*$"
_FOLDED = "０１２３４５６７８９〇○零一二三四五六七八九／－．—–/.年月、。\\元"
_FOLDS = "0123456789000123456789-------" + "--" + "---1"  # 元月 is January
_GONE = " \t\n\r　\xa0\u200b\ufeff'"
_REPLACED = (("廿", "2十"), ("卅", "3十"), ("-十", "-1十"))
_TENS = r"-([1-3])十([1-9])"
_FULL_TENS = r"-([1-3])十"
_RUN = rf"^({_YEAR})(\d\d)(\d\d)(?:\d{{6}})?$"
_WHOLE = rf"^({_YEAR}-\d{{1,2}}-\d{{1,2}})[日号]?$"


def parse_date(text: str | None) -> date | None:
    """The date in a text, without the clock after it, or None.

    2026-11-20, 2026/1/2, 2026.1.2, 20261120, 2026年11月20日, 二〇二六年十一月二十日, a spreadsheet's serial 46000.
    """
    if text is None:
        return None
    if re.fullmatch(_SERIAL, text, re.ASCII):
        return _EPOCH + timedelta(days=int(text[:5]))
    found = re.search(_WHOLE.replace("$", r"\Z"), _canonical(text), re.ASCII)
    return _calendar_date(found[1]) if found else None


def _canonical(text: str) -> str:
    """Folded digits with hyphens; the words for ten become digits: 十一 → 11, 二十 → 20, 廿三 → 23."""
    text = re.sub(_CLOCK.replace("$", r"\Z"), "", text, flags=re.ASCII)
    text = text.translate({**dict(zip(map(ord, _FOLDED), _FOLDS, strict=True)), **dict.fromkeys(map(ord, _GONE))})
    for old, new in _REPLACED:
        text = text.replace(old, new)
    text = re.sub(_FULL_TENS, r"-\g<1>0", re.sub(_TENS, r"-\1\2", text))
    return re.sub(_RUN.replace("$", r"\Z"), r"\1-\2-\3", text, flags=re.ASCII)


_MONTH = rf"^({_YEAR})-?(0?[1-9]|1[0-2])-?$"


def parse_month(text: str | None) -> str | None:
    """The month in a text as 2026-01 (2026-1, 2026年1月, 202601, 二〇二六年一月, or any whole date), or None."""
    if text is None:
        return None
    found = re.search(_MONTH.replace("$", r"\Z"), _canonical(text), re.ASCII)
    if found:
        return f"{found[1]}-{int(found[2]):02}"
    day = parse_date(text)
    return f"{day:%Y-%m}" if day else None


def month_sql(expr: str) -> str:
    """SQL (VARCHAR) for `parse_month` over a text expression, null when there is none."""
    text = _canonical_sql(expr)
    year, month = (f"regexp_extract({text}, {literal(_MONTH)}, {group})" for group in (1, 2))
    return (
        f"case when regexp_matches({text}, {literal(_MONTH)}) then concat({year}, '-', right(concat('0', {month}), 2)) "
        f"else substr(cast({date_sql(expr)} as varchar), 1, 7) end"
    )


def _calendar_date(text: str) -> date | None:
    year, month, day = map(int, text.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_sql(expr: str) -> str:
    """SQL (DATE) for `parse_date` over a text expression, null when there is none; clean columns take a short branch."""
    digits = f"concat(substr({expr}, 1, 4), '-', substr({expr}, 5, 2), '-', substr({expr}, 7, 2))"
    return (
        f"case when regexp_full_match({expr}, {literal(_ISO)}) then try_cast({expr} as date) "
        f"when regexp_full_match({expr}, {literal(_DIGITS)}) then try_cast({digits} as date) "
        f"when regexp_full_match({expr}, {literal(_SERIAL)}) then date '1899-12-30' + cast(substr({expr}, 1, 5) as integer) "
        f"else try_cast(regexp_extract({_canonical_sql(expr)}, {literal(_WHOLE)}, 1) as date) end"
    )


def _canonical_sql(expr: str) -> str:
    sql = f"regexp_replace({expr}, {literal(_CLOCK)}, '')"
    sql = f"translate({sql}, {literal(_FOLDED + _GONE)}, {literal(_FOLDS)})"
    for old, new in _REPLACED:
        sql = f"replace({sql}, '{old}', '{new}')"
    sql = rf"regexp_replace(regexp_replace({sql}, '{_TENS}', '-\1\2', 'g'), '{_FULL_TENS}', '-\10', 'g')"
    return rf"regexp_replace({sql}, {literal(_RUN)}, '\1-\2-\3')"


_TIME = r"^(.*?)[T ]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2}))?(?:\.\d+)?[秒分]?(Z|[+-](?:0\d|1[0-3])(?::?[0-5]\d)?)?$"
_TIME_RUN = rf"^({_YEAR}\d{{4}})(\d\d)(\d\d)(\d\d)$"


def parse_timestamp(text: str | None) -> datetime | None:
    """The moment in a text (date in any shape, then a clock, to the second); China's time unless a zone stands there; a bare date is its midnight."""
    if text is None:
        return None
    text = _clock_text(text)
    found = re.search(_TIME.replace("$", r"\Z"), text, re.ASCII)
    day = parse_date(found[1] if found else text)
    if day is None:
        return None
    hour, minute, second, zone = (int(found[2]), int(found[3]), int(found[4] or 0), found[5]) if found else (0, 0, 0, None)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(zone))


_CLOCK_WIDE = "：　\xa0\t０１２３４５６７８９"
_CLOCK_PLAIN = ":   0123456789"


def _clock_text(text: str) -> str:
    text = text.translate(str.maketrans(_CLOCK_WIDE, _CLOCK_PLAIN)).strip(" ")
    return re.sub(_TIME_RUN.replace("$", r"\Z"), r"\1 \2:\3:\4", text, flags=re.ASCII)


def _zone(text: str | None) -> timezone:
    if text is None:
        return _CHINA
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:].removeprefix(":") or 0))
    return timezone(offset if text[0] == "+" else -offset)


def timestamp_sql(expr: str) -> str:
    """SQL (TIMESTAMPTZ) for `parse_timestamp` over a text expression, null when there is none."""
    plain = rf"{_ISO}[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    text = f"trim(translate({expr}, '{_CLOCK_WIDE}', '{_CLOCK_PLAIN}'))"
    text = rf"regexp_replace({text}, '{_TIME_RUN}', '\1 \2:\3:\4')"
    return (
        f"case when regexp_full_match({expr}, '{plain}') then try_cast(concat({expr}, '+08') as timestamptz) "
        f"when regexp_matches({text}, '{_TIME}') then {_clocked_sql(text)} "
        f"else try_cast(cast({date_sql(text)} as varchar) || ' 00:00:00+08' as timestamptz) end"
    )


def _clocked_sql(text: str) -> str:
    hour, minute, second, zone = (f"regexp_extract({text}, '{_TIME}', {group})" for group in (2, 3, 4, 5))
    zone = (
        f"case when {zone} = '' then '+08:00' when {zone} = 'Z' then '+00:00' "
        f"else concat(substr({zone}, 1, 3), ':', right(concat('00', replace(substr({zone}, 4), ':', '')), 2)) end"
    )
    before = f"regexp_extract({text}, '{_TIME}', 1)"
    day = f"cast({date_sql(before)} as varchar)"
    clock = f"lpad({hour}, 2, '0'), ':', lpad({minute}, 2, '0'), ':', lpad({second}, 2, '0')"
    # Joined by || and not concat(): without a day there is no moment.
    return f"try_cast({day} || concat(' ', {clock}, {zone}) as timestamptz)"
