"""Pseudonyms that differ per grant: a keyed hash of the normalised value, so that tables given under two grants cannot be joined."""

import hmac
import re
import unicodedata

from lingnan.lake import keyed_hash
from lingnan.trust.policy.masks import quoted
from lingnan.trust.shapes import Column

DIGITS = 32
"""Hexadecimal digits of a pseudonym: 128 bits."""
USE = "grant-pseudonym"
"""What the hub's key is derived for; each grant has its own beneath."""
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
_NARROW = "".join(map(chr, range(0x21, 0x7F))) + " "
_TO_NARROW = str.maketrans(_WIDE, _NARROW)
# Spaces are listed, since regular expression engines differ in what they take for one.
_SPACES = "[ \\t\\r\\n\u00a0]"
_PHONES = ("phone", "mobile_phone")


def key_name(grant: str) -> str:
    """The name under which a view carries the key of a grant."""
    return "grant_" + re.sub(r"[^a-z0-9]", "", grant.lower())


def pseudonym_sql(column: Column, grant: str) -> str:
    """The expression that replaces a text column by its pseudonym under the grant."""
    return f"left({keyed_hash(key_name(grant), _normalised_sql(column))}, {DIGITS})"


def pseudonym_of(column: Column, key: bytes, value: str | None) -> str | None:
    """The pseudonym of one value, the same as the engine's."""
    return None if value is None else hmac.digest(key, normalised(column, value).encode(), "sha256").hex()[:DIGITS]


def normalised(column: Column, value: str) -> str:
    """One spelling of a value: composed, half width, without spaces, capital letters; phones without country code and hyphens."""
    text = re.sub(_SPACES, "", unicodedata.normalize("NFC", value).translate(_TO_NARROW))
    if column.element in _PHONES or column.name in _PHONES:
        text = re.sub(r"^(?:\+|00)86", "", text.replace("-", ""))
    return "".join(chr(ord(each) - 32) if "a" <= each <= "z" else each for each in text)


def _normalised_sql(column: Column) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    wide, narrow = _literal(_WIDE + letters), _literal(_NARROW.translate(_capital()) + letters.upper())
    text = f"regexp_replace(translate(nfc_normalize({quoted(column.name)}), {wide}, {narrow}), '{_SPACES}', '', 'g')"
    if column.element in _PHONES or column.name in _PHONES:
        text = f"regexp_replace(replace({text}, '-', ''), '^(?:\\+|00)86', '')"
    return text


def _capital() -> dict[int, int]:
    return {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
