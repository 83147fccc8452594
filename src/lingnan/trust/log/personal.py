"""Recognises a person's identifier in a text that must hold none."""

import re
import unicodedata

_DAY = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# GB 11643: province 11..82, birth date of 1900..2099, three digits, check digit. The check digit is not asked for:
# a mistyped number still tells who is meant. Organisation codes begin with 9 and so do not match.
_CITIZEN_NUMBER = rf"[1-8]\d{{5}}{_DAY}\d{{3}}[\dXx]|[1-8]\d{{5}}[ -]{_DAY}[ -]\d{{3}}[\dXx]"
_MOBILE_NUMBER = r"1[3-9]\d{9}"
_SPACED_MOBILE = r"1[3-9]\d[ -]\d{4}[ -]\d{4}"
# A bare JSON number between ':' or ',' and ',' or '}' is a count, not a mobile number.
_MOBILE = rf"(?<![:,\[]){_MOBILE_NUMBER}|{_MOBILE_NUMBER}(?![,}}\]])|{_SPACED_MOBILE}"
# Ordinary, service, official and diplomatic passports since 1997, with the second letter in use since 2017;
# passes to Hong Kong, Macao and Taiwan.
_PASSPORT = r"[EGDSPCWHMLT]\d{8}|E[A-HJ-NP-Z]\d{7}|[HM]\d{10}"
_PERSONAL = re.compile(rf"(?<![0-9A-Za-z])(?:{_CITIZEN_NUMBER}|{_MOBILE}|{_PASSPORT})(?![0-9A-Za-z])")


def holds_personal_value(text: str) -> bool:
    """Whether a citizen number, a mobile number or a passport number stands in the text, also in full-width digits or spaced."""
    return _PERSONAL.search(text if text.isascii() else unicodedata.normalize("NFKC", text)) is not None
