"""The identifier of an electronic certificate, GB/T 36904-2018: root, type, issuer, serial number, version, check character, with dots between.

The check character is that of ISO 7064 MOD 37,36 over type, issuer, serial number and version; neither root nor dots count. The lengths of the
parts and what the check covers have not been compared with the standard's own text.
"""

import re

from lingnan.standards.identifiers import Identifier, reasons
from lingnan.standards.organisations import ALPHABET as CODE_ALPHABET
from lingnan.standards.text import compact_sql, compact_text

ROOT = "1.2.156.3005.2"
SERIAL = 10
"""Characters of a serial number at the most."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = f"[{CODE_ALPHABET}]{{18}}"
_PARTS = rf"{_CODE}\d{{3}}\.{_CODE}\.[0-9A-Z]{{1,{SERIAL}}}\.\d{{3}}\.[0-9A-Z]"
_SHAPE = ROOT.replace(".", r"\.") + r"\." + _PARTS
_START = len(ROOT) + 2  # where the parts begin, counted from one
_LONGEST = 21 + 18 + SERIAL + 3
_HALF = _LONGEST // 2


def certificate_check(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 for a text of digits and capitals."""
    state = 36
    for character in text:
        state = 2 * ((state + _ALPHABET.index(character)) % 36 or 36) % 37
    return _ALPHABET[(37 - state) % 36]


def _check(value: str) -> str | None:
    if not value.startswith(ROOT + "."):
        return "root"
    if not re.fullmatch(_PARTS, value[_START - 1 :], re.ASCII):
        return "parts"
    body = value[_START - 1 :].replace(".", "")
    return None if certificate_check(body[:-1]) == body[-1] else "check_digit"


# The standard doubles modulo 37 what it adds modulo 36. Counted from zero, t becomes 2t + 2, less one from t = 18 on; modulo 36 that is two more
# than (142t + 35) // 72, and undoing it (684t + 17) // 37 and nineteen. So each character costs one pair of brackets. Readers of SQL follow some
# thirty: the first half is reckoned forwards, the second backwards from the check character, and both must meet. Characters are counted from the
# end. The value 18 leaves the state with which the standard begins as it was; so its alphabet here begins with I, as which missing places count.
_FROM_I = _ALPHABET[18:] + _ALPHABET[:18]


def _sql(expr: str) -> str:
    parts = f"regexp_replace({expr}, '^.{{{_START - 1}}}|[^0-9A-Z]', '', 'g')"
    values = [f"strpos('{_FROM_I}', substr({parts}, -{place}, 1))" for place in range(_LONGEST + 1, 0, -1)]
    forwards, backwards = str(34 * 142), str(18 * 684)
    for value in values[:_HALF]:
        forwards = f"({forwards} + {value} * 142 + 2591) % 5112 // 72 * 142"
    for value in values[:_HALF:-1]:
        backwards = f"({backwards} + 25325 - {value} * 684) % 24624 // 37 * 684"
    meeting = f"({backwards} + 24641 - {values[_HALF]} * 684) % 24624 // 684"
    return f"least(regexp_full_match({expr}, '{_SHAPE}'), {forwards} // 142 % 36 = {meeting})"


CERTIFICATE_ID = Identifier(
    "certificate_id", "电子证照标识", "Identifier of electronic certificate", "GB/T 36904-2018",
    reasons(
        root=(f"不以电子证照根代码 {ROOT} 开头", f"does not begin with the root of electronic certificates, {ROOT}"),
        parts=(
            "根代码之后须依次为 21 位类型代码、18 位颁发机构代码、流水号、3 位版本号、校验位，以点分隔",
            "after the root come, with dots between, a type (21), an issuer (18), a serial number, a version (3 digits) and a check character",
        ),
        check_digit=("校验位不符", "the check character does not match"),
    ),
    _check, compact_text, _sql, compact_sql,
)
