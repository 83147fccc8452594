"""Text as offices type it, made comparable: full width, compatibility forms, invisible characters and outer spaces; rare characters stay.

The subset of NFKC that is applied is exactly `FOLDED`, the same in Python and in SQL; characters outside it only get NFC.
"""

import unicodedata
from functools import cache

_COMMON = (
    (0xFF01, 0xFF5E), (0xFFE0, 0xFFE2), (0xFFE4, 0xFFE6),  # full-width ASCII and signs
    (0x00A0, 0x00A0), (0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),  # spaces
)
_RARE = (
    (0x2F00, 0x2FD5), (0x2E9F, 0x2E9F), (0x2EF3, 0x2EF3),  # radicals that PDF text layers put for the characters
    (0x2460, 0x2472), (0x3220, 0x3229), (0x2160, 0x216B),  # ① to ⑲, ㈠ to ㈩, Ⅰ to Ⅻ
    (0x00B2, 0x00B3), (0x00B9, 0x00B9), (0x2070, 0x2070), (0x2074, 0x2079), (0x2080, 0x2089),  # super- and subscript digits
    (0x2103, 0x2103), (0x2116, 0x2116), (0x338E, 0x338F), (0x339C, 0x339E), (0x33A1, 0x33A1), (0x33A5, 0x33A5), (0x33C4, 0x33C4),  # ℃ № ㎎ … ㏄
    (0xFE50, 0xFE52), (0xFE54, 0xFE57), (0xFE59, 0xFE66), (0xFE68, 0xFE6B),  # small forms
)
FOLDED = _COMMON + _RARE
"""Ranges of characters replaced by their NFKC form."""

WHITE = "\t\n\v\f\r\x85\u2028\u2029\u1680"
"""Further white space that becomes a plain space."""

DROPPED = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0xFEFF, 0xFEFF),
)
"""Control and zero-width characters that are removed."""

# Text made only of these needs nothing but trimming; most of a column does, so it never meets the slow branch.
_PLAIN = r"[\x20-\x7E\x{3001}-\x{3029}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{20000}-\x{2EBEF}\x{30000}-\x{323AF}]*"


@cache
def _folds(ranges: tuple[tuple[int, int], ...]) -> dict[str, str]:
    """The characters of the ranges with their NFKC forms, and white space."""
    points = (chr(point) for first, last in ranges for point in range(first, last + 1))
    return {**dict.fromkeys(WHITE, " "), **{character: unicodedata.normalize("NFKC", character) for character in points}}


@cache
def _python_table() -> dict[int, str | None]:
    dropped = {point: None for first, last in DROPPED for point in range(first, last + 1)}
    return {**dropped, **{ord(character): folded for character, folded in _folds(FOLDED).items()}}


def literal(text: str) -> str:
    """The text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def normalise_text(text: str | None) -> str | None:
    """The comparable form of a text: FOLDED as NFKC folds it, no invisible characters, NFC, no outer spaces; None stays None."""
    if text is None:
        return None
    return unicodedata.normalize("NFC", text.translate(_python_table())).strip(" ")


def normalise_sql(expr: str) -> str:
    """SQL for `normalise_text` over a text expression."""
    return f"trim(case when regexp_full_match({expr}, {literal(_PLAIN)}) then {expr} else nfc_normalize({_folded_sql(expr)}) end)"


def _folded_sql(expr: str) -> str:
    sql = _translated(f"regexp_replace({expr}, {literal(_class(DROPPED))}, '', 'g')", _folds(_COMMON))
    return f"case when regexp_matches({sql}, {literal(_class(_RARE))}) then {_rare_sql(sql)} else {sql} end"


def _rare_sql(sql: str) -> str:
    """Longer forms are put together from what stands before, a character that `translate` makes, and what stands behind."""
    around: dict[tuple[str, str], str] = {}
    single = {}
    for character, folded in _folds(_RARE).items():
        middle = 1 if folded.startswith("(") and len(folded) > 1 else len(folded) - 1
        single[character] = folded[middle]
        if len(folded) > 1:
            key = (folded[:middle], folded[middle + 1 :])
            around[key] = around.get(key, "") + character
    for (before, behind), characters in around.items():
        sql = rf"regexp_replace({sql}, '([{characters}])', '{before}\1{behind}', 'g')"
    return _translated(sql, single)


def _translated(sql: str, single: dict[str, str]) -> str:
    # The engine reads the table anew for every row, so tables are short and stand behind a test for their characters.
    return f"translate({sql}, {literal(''.join(single))}, {literal(''.join(single.values()))})"


def _class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "[" + "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in ranges) + "]"


_UPPER = {**{ord("ａ") + i: chr(ord("A") + i) for i in range(26)}, **{ord("a") + i: chr(ord("A") + i) for i in range(26)}}
_WIDE = {**{ord("Ａ") + i: chr(ord("A") + i) for i in range(26)}, **{ord("０") + i: str(i) for i in range(10)}}
_DASHES = dict.fromkeys(map(ord, "－—–‐‑−"), "-")
_SPACES = [*range(0x21), 0x7F, 0xA0, 0xAD, *range(0x2000, 0x2010), *range(0x2028, 0x2030), 0x205F, *range(0x2060, 0x2065), 0x3000, 0xFEFF]
_COMPACT: dict[int, str | None] = {**_UPPER, **_WIDE, **_DASHES, **dict.fromkeys([*_SPACES, *map(ord, "'`‘’＇")])}


def compact_text(text: str) -> str:
    """An identifier's characters alone: full width folded, upper case, one kind of hyphen, no spaces, no apostrophes of a spreadsheet."""
    return text.translate(_COMPACT)


def compact_sql(expr: str) -> str:
    """SQL for `compact_text` over a text expression."""
    kept = "".join(chr(point) for point, to in _COMPACT.items() if to is not None)
    gone = "".join(chr(point) for point, to in _COMPACT.items() if to is None and point)
    to = "".join(to for to in _COMPACT.values() if to is not None)
    folded = f"translate(replace({expr}, chr(0), ''), {literal(kept + gone)}, {literal(to)})"
    return f"case when regexp_full_match({expr}, '[0-9A-Z]*') then {expr} else {folded} end"
