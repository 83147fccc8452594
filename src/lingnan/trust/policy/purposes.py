"""The coded list of purposes, and what an access that needs one must state."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lingnan.base import load_yaml
from lingnan.trust.shapes import Purpose

LIST = Path(__file__).parent / "purposes.yaml"


@dataclass(frozen=True)
class PurposeCode:
    """One purpose; `laws` are those its article must be taken from, any law when there are none; one not `stated` only the log gives."""

    code: str
    zh: str
    en: str
    basis: str
    laws: tuple[str, ...] = ()
    stated: bool = True


OWN_DUTY = "own-duty"
"""What officials look at tables of their own organisation for, unless they state another purpose."""


@cache
def purpose_codes() -> dict[str, PurposeCode]:
    """Every purpose that an access may state, by its code."""
    return {code: each for code, each in all_purposes().items() if each.stated}


@cache
def all_purposes() -> dict[str, PurposeCode]:
    """Every purpose of the list by its code, also what only the log gives."""
    loaded = load_yaml(LIST.read_text(encoding="utf-8"))
    return {each["code"]: PurposeCode(**{**each, "laws": tuple(each["laws"])}) for each in loaded["purposes"]}


def as_purpose(given: Purpose | str) -> Purpose:
    """The purpose itself; a bare text is a purpose's code."""
    return given if isinstance(given, Purpose) else Purpose(given)


def missing_parts(purpose: Purpose, *, with_codes: bool = True) -> list[tuple[str, str]]:
    """What an access that needs a purpose still has to state, in Chinese and English; nothing when all is there.

    `with_codes` also lists the codes there are.
    """
    known = purpose_codes().get(purpose.code)
    found = []
    if known is None:
        codes = "、".join(purpose_codes()), ", ".join(purpose_codes())
        found.append((f"目的代码（{codes[0]} 之一）", f"a purpose code (one of {codes[1]})") if with_codes else ("目的代码", "a purpose code"))
    if not purpose.article.strip():
        found.append(("法律依据条款", "the legal article"))
    elif known is not None and known.laws and not any(law in purpose.article for law in known.laws):
        named = "、".join(known.laws)
        found.append((f"出自{named}的法律依据条款", f"a legal article of {named}"))
    if not purpose.matter.strip():
        found.append(("事项编号", "the number of the matter"))
    return found
