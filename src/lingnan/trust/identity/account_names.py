"""What an account may be called: a name that can be seen, is nobody's number, and cannot be taken for another's because of look-alike letters."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lingnan.base import WrongUse, load_yaml
from lingnan.trust.log.personal import holds_personal_value

_RULES = Path(__file__).parent / "account-names.yaml"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Controls, signs of direction and joining, halves of characters and those of private use; not the unassigned, which may be rare characters."""
_UNSEEN_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Fillers and selectors of variants: letters and marks by their category, yet nothing is seen of them."""
_NAME = re.compile(r"[^\s/:@\x00-\x1f]{1,80}")
_AS_LETTERS = frozenset("〇\u0f0b")
"""What names are written with though it is no letter: the zero among Chinese numerals, the Tibetan mark between syllables."""
_HAN = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC")
_HAN_PLANES = range(0x20000, 0x40000)
"""Rare characters, some of which this Python's Unicode does not know yet."""


@dataclass(frozen=True)
class NameRules:
    """The scripts of names, from `account-names.yaml`."""

    valid_from: date
    proofed: bool
    basis: str
    together: frozenset[str]
    scripts: dict[str, str]
    lookalikes: dict[str, str]
    phonetic: tuple[range, ...]
    signs: frozenset[str]

    @classmethod
    @cache
    def read(cls) -> "NameRules":
        """The rules in force."""
        told = load_yaml(_RULES.read_text(encoding="utf-8"))
        ranges = tuple(range(first, last + 1) for first, last in told.pop("phonetic"))
        return cls(together=frozenset(told.pop("together")), phonetic=ranges, signs=frozenset(told.pop("signs")), **told)


def canonical_name(name: str) -> str:
    """The one spelling of an account's name: NFKC, without capitals, so that names that look alike are one name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def check_name(name: str) -> None:
    """WrongUse unless an account may have this name, given in its one spelling."""
    unseen = any(unicodedata.category(sign) in _UNSEEN for sign in name) or _UNSEEN_LETTERS.search(name)
    if not _NAME.fullmatch(name) or unseen or holds_personal_value(name):
        raise WrongUse(
            "账号名称为 1 至 80 个字符，不含空白、不可见字符与 / : @，也不得是身份证号或手机号。请换一个名称。",
            "An account name has 1 to 80 characters without blanks, unseen ones and / : @, and is no citizen or mobile number. Choose another.",
        )
    rules = NameRules.read()
    scripts = [script for sign in name if (script := _script(sign, rules))]
    _check_mixed(frozenset(scripts), rules)
    _check_lookalikes(name, frozenset(scripts), rules)


def _script(sign: str, rules: NameRules) -> str:
    """The script of a letter or mark, empty for what goes with every script; WrongUse for a sign that names do not have."""
    title, is_letter = unicodedata.name(sign, ""), unicodedata.category(sign)[0] in "LM" or sign in _AS_LETTERS
    if sign in rules.signs or (sign.isascii() and sign.isdigit()) or title.startswith("COMBINING "):
        return ""
    script = title.partition(" ")[0].lower().removesuffix("-hiragana")
    if ord(sign) in _HAN_PLANES or title.startswith(_HAN):
        script, is_letter = "han", is_letter or ord(sign) in _HAN_PLANES
    if not is_letter or script not in rules.scripts or any(ord(sign) in each for each in rules.phonetic):
        raise WrongUse(
            f"账号名称中不能使用“{sign}”。请使用汉字、拉丁字母、数字 0-9 或 . - _ ·，或单独使用一种其他文字。",
            f"An account name has no “{sign}”. Use Chinese characters, Latin letters, digits 0-9, . - _ ·, or letters of one other script alone.",
            sign=sign,
        )
    return script


def _check_mixed(scripts: frozenset[str], rules: NameRules) -> None:
    if len(scripts) > 1 and not scripts <= rules.together:
        named = sorted(scripts)
        raise WrongUse(
            f"账号名称混用了{'、'.join(rules.scripts[each] for each in named)}，其中有形状相同的字母，会被误认为他人的账号。"
            "请只用一种文字；汉字与拉丁字母可以并用。",
            f"The account name mixes letters of several scripts ({', '.join(named)}); some look the same, so it could pass for another's. "
            "Keep to one script; Chinese characters and Latin letters go together.", scripts=named,
        )


def _check_lookalikes(name: str, scripts: frozenset[str], rules: NameRules) -> None:
    for script in scripts & frozenset(rules.lookalikes):
        # An accent does not make a letter another's: ё looks like ë as е looks like e.
        letters = {sign for sign in unicodedata.normalize("NFD", name) if unicodedata.category(sign)[0] == "L"}
        if letters <= set(rules.lookalikes[script]):
            raise WrongUse(
                f"账号名称全部由与拉丁字母或汉字同形的{rules.scripts[script]}写成，会被误认为他人的账号。请改用汉字或拉丁字母。",
                f"The account name is written in {script} letters alone that look like Latin letters or Chinese characters, so it could pass for "
                "another's. Use Chinese characters or Latin letters.", scripts=[script],
            )
