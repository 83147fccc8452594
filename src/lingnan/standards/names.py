"""Names of persons: normal form, check, surname and pinyin; rare characters and the middle dot of minority names are names' own."""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.text import literal, normalise_sql, normalise_text

_SURNAMES = Path(__file__).parent / "data" / "surnames.csv"
HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters as the inside of a character class, for Python's expressions and the engine's alike."""

_VARIANT = "\U000e0100-\U000e01ef"  # selectors of a glyph variant follow their character
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd"
_DOTS = "・‧•∙⋅･․.˙"
_PART = rf"[{HAN}{_VARIANT}]+"
_PARTED = " *· *"
_BLANK, _CHARACTER = "[ \u3000\xa0]", rf"[{HAN}{_VARIANT}]"
# A name of the Han has at most four characters, two of a compound surname and two given; what is longer and spaced has parts.
_SPACED = (
    rf"{_BLANK}*(?:{_CHARACTER}{{2}}{_BLANK}+{_CHARACTER}{{3,}}|{_CHARACTER}{{3,}}{_BLANK}+{_CHARACTER}{{2,}}"
    rf"|{_CHARACTER}{{2,}}(?:{_BLANK}+{_CHARACTER}{{2,}}){{2,}}){_BLANK}*"
)
_NAME = rf"(?:[{HAN}][{HAN}{_VARIANT}]+|{_PART}(?:·{_PART})+|[A-Za-zÀ-ÖØ-öø-ɏ]+(?:[ '’.·-]+[A-Za-zÀ-ÖØ-öø-ɏ]+)*\.?)"
_NOBODY = "(?:无名氏|无名|未知|不详|不明|未取名|未命名|测试|某某|[张李王赵]某某?|姓名|NULL|null|None|none|test)"
_LATIN = "[A-Za-zÀ-ÖØ-öø-ɏＡ-Ｚａ-ｚ]"


def _normal(value: str) -> str:
    if re.fullmatch(rf"[{HAN}·]*", value):
        return value
    text = normalise_text(value) or ""
    if re.search(_LATIN, value):
        return re.sub(" +", " ", text)
    text = re.sub(_PARTED, "·", text.translate(dict.fromkeys(map(ord, _DOTS), "·")))
    return re.sub(" +", "·" if re.fullmatch(_SPACED, value) else "", text)


def _normal_sql(expr: str) -> str:
    text = normalise_sql(expr)
    parted = f"regexp_replace(translate({text}, '{_DOTS}', '{'·' * len(_DOTS)}'), {literal(_PARTED)}, '·', 'g')"
    folded = f"regexp_replace({parted}, ' +', case when regexp_full_match({expr}, {literal(_SPACED)}) then '·' else '' end, 'g')"
    return (
        f"case when regexp_full_match({expr}, '[{HAN}·]*') then {expr} "
        f"when regexp_matches({expr}, '{_LATIN}') then regexp_replace({text}, ' +', ' ', 'g') else {folded} end"
    )


def _check(value: str) -> str | None:
    if re.fullmatch(_NOBODY, value):
        return "placeholder"
    if len(value) > 50:
        return "long"
    if re.fullmatch(_NAME, value):
        return None
    if re.search(f"[{_PRIVATE}]", value):
        return "private"
    if re.fullmatch(f"[{HAN}{_VARIANT}·]*", value):
        return "short" if len(value) < 2 else "dot"
    return "characters"


def _sql(expr: str) -> str:
    # Several conditions in one: least() of booleans is AND without losing the engine's shared parts.
    return (
        f"least(regexp_full_match({expr}, {literal(_NAME)}), not regexp_full_match({expr}, {literal(_NOBODY)}), length({expr}) <= 50)"
    )


PERSON_NAME = Identifier(
    "person_name", "姓名", "Name of person", "GA/T 543.1-2011",
    reasons(
        placeholder=("是占位词，不是姓名", "a placeholder, not a name"),
        long=("超过 50 个字符", "more than 50 characters"),
        private=("含有自造字区的字符，请改用国家标准编码", "a character of the private area; use its standard code"),
        short=("少于两个字", "fewer than two characters"),
        dot=("间隔号位置不对", "the middle dot stands at the wrong place"),
        characters=("含有姓名中不用的字符", "characters that names do not have"),
    ),
    _check, _normal, _sql, _normal_sql,
)


@cache
def surname_readings() -> dict[str, str]:
    """Surnames that are compound or read otherwise than the character usually is, with the syllables of their commonest reading."""
    with _SURNAMES.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {row["surname"]: row["reading"] for row in rows}


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Chinese name; a name with middle dots, or of letters, has no surname."""
    if not re.fullmatch(rf"[{HAN}{_VARIANT}]{{2,}}", name):
        return "", name
    for length in (4, 2):
        if len(name) > length and name[:length] in surname_readings():
            return name[:length], name[length:]
    return name[:1], name[1:]


@lru_cache(maxsize=65536)
def pinyin_of_name(name: str | None) -> str | None:
    """The name's syllables in lower case, without tones, joined by blanks (单田芳 → shan tian fang; ü is yu, GB/T 28039-2011); None for none."""
    if name is None:
        return None
    surname, given = split_name(PERSON_NAME.normal(name) or "")
    known = surname_readings().get(surname)
    return " ".join(([known] if known else _syllables(surname)) + _syllables(given))


def _syllables(text: str) -> list[str]:
    if not text:
        return []
    from pypinyin import lazy_pinyin

    words = " ".join(lazy_pinyin(text.replace("·", " "), errors=str.lower)).split()
    return [re.sub("^([ln])v", r"\1yu", word) for word in words]
