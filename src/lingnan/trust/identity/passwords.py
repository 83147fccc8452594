"""Passwords: Argon2id hashes, and which passwords are too weak to be taken (ASVS 5.0 6.2)."""

import base64
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from lingnan.base import WrongUse
from lingnan.trust.identity.sign_in_rules import Argon2Rules, SignInRules

WEAK_PARTS = Path(__file__).parent / "weak-passwords.txt"
LONGEST_PART = 20
SHORTEST_OWN = {True: 4, False: 2}
"""How long a word of one's own must be to count: four letters, or two characters of another script."""
_UNREADABLE = 1024
_SEPARATORS = str.maketrans("", "", " -_.,:;/|+*!@#$%^&()")
_AS_LETTERS = (str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasl"))


class Passwords:
    """Makes, checks and judges passwords; no method keeps, logs or repeats one."""

    def __init__(self, rules: SignInRules) -> None:
        self._rules, costs = rules.passwords, rules.argon2
        self._hasher = PasswordHasher(time_cost=costs.time_cost, memory_cost=costs.memory_kib, parallelism=costs.parallelism)
        # Each hash takes its memory for itself: many sign-ins at once must not exhaust the machine.
        self._turn = threading.BoundedSemaphore(costs.at_once)
        self._nobodys = _nobodys(costs)

    def hash(self, password: str) -> str:
        """The password as an Argon2id hash with its parameters and salt."""
        with self._turn:
            return self._hasher.hash(_bytes(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; without a kept hash the same work is done for nothing."""
        try:
            with self._turn:
                right = self._hasher.verify(kept or self._nobodys, _bytes(password[:_UNREADABLE]))
        except (VerificationError, InvalidHashError):
            return False
        return right and kept is not None and len(password) <= _UNREADABLE

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with less work than is asked for now."""
        was, asked = extract_parameters(kept), extract_parameters(self._nobodys)
        return was.time_cost < asked.time_cost or was.memory_cost < asked.memory_cost or was.type is not asked.type

    def check(self, password: str, own_words: Iterable[str] = ()) -> None:
        """WrongUse when the password is too short, too long, easily guessed, or made of one's own name or organisation."""
        text, rules = normal(password[: _UNREADABLE + 1]), self._rules
        if len(password) > _UNREADABLE or not rules.shortest <= len(text) <= rules.longest:
            raise _weak(
                f"密码应为 {rules.shortest} 至 {rules.longest} 个字符，可用任意字符。建议用几个互不相关的词。",
                f"A password has {rules.shortest} to {rules.longest} characters, any characters. Take several unrelated words.",
            )
        if any(word in text.casefold() for word in _own(own_words)):
            raise _weak(
                "密码不得包含本人或所属机构的名称。请换一个。", "A password must not contain your own or your organisation's name. Take another."
            )
        if parts(text) < rules.fewest_parts:
            raise _weak(
                "密码由常见的词、年份或键盘顺序组成，容易被猜到。请用几个互不相关的词。",
                "The password is made of common words, years or rows of keys and easily guessed. Take several unrelated words.",
            )


def _nobodys(costs: Argon2Rules) -> str:
    """A hash in form, of no password: to check against it costs what checking against a real one does."""
    salt, digest = (base64.b64encode(bytes(length)).decode().rstrip("=") for length in (16, 32))
    return f"$argon2id$v=19$m={costs.memory_kib},t={costs.time_cost},p={costs.parallelism}${salt}${digest}"


def normal(password: str) -> str:
    """The password as it is counted and hashed: Unicode normal form NFKC, so that one password is one however it was typed."""
    return unicodedata.normalize("NFKC", password)


def parts(text: str) -> int:
    """The least number of listed words, runs of one character, and other single characters that make up the text, however it is disguised."""
    folded = text.casefold()
    return min(_parts(_once(each)) + (_once(each) != each) for each in {folded, folded.translate(_SEPARATORS)})


def _parts(text: str) -> int:
    listed, least = _listed(), [0]
    spellings = (text, *(text.translate(letters) for letters in _AS_LETTERS))

    def known(piece: slice) -> bool:
        return len(set(text[piece])) == 1 or any(each[piece] in listed or each[piece][::-1] in listed for each in spellings)

    for end in range(1, len(text) + 1):
        begins = range(max(0, end - LONGEST_PART), end - 2)
        least.append(min([least[end - 1], *(least[begin] for begin in begins if known(slice(begin, end)))]) + 1)
    return least[-1]


def _once(text: str) -> str:
    """The unit of a text that only repeats it, else the text."""
    again = (text + text).find(text, 1)
    return text[:again] if 0 < again < len(text) else text


def _own(words: Iterable[str]) -> set[str]:
    from pypinyin import lazy_pinyin  # its tables take a while to load, and few commands set a password

    folded = {normal(word).casefold() for word in words if word}
    folded |= {"".join(lazy_pinyin(word)) for word in folded if not word.isascii()}
    folded |= {word.replace(" ", "") for word in folded}
    return {word for word in folded if len(word) >= SHORTEST_OWN[word.isascii()]}


@cache
def _listed() -> frozenset[str]:
    lines = WEAK_PARTS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


def _weak(zh: str, en: str) -> WrongUse:
    return WrongUse(zh, en, code="WeakPassword")
