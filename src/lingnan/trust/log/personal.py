"""Recognises a person's identifier in a text that must hold none."""

import re

# GB 11643: province 11..82, birth date of 1900..2099, three digits, check digit. The check digit is not asked for:
# a mistyped number still tells who is meant. Organisation codes begin with 9 and so do not match.
_CITIZEN_NUMBER = r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_MOBILE_NUMBER = r"1[3-9]\d{9}"
# A bare JSON number between ':' or ',' and ',' or '}' is a count, not a mobile number.
_MOBILE = rf"(?<![:,\[]){_MOBILE_NUMBER}|{_MOBILE_NUMBER}(?![,}}\]])"
_PERSONAL = re.compile(rf"(?<![0-9A-Za-z])(?:{_CITIZEN_NUMBER}|{_MOBILE})(?![0-9A-Za-z])")


def holds_personal_value(text: str) -> bool:
    """Whether a citizen number or a mobile number stands in the text."""
    return _PERSONAL.search(text) is not None
