"""Roles of accounts: which there are, and which exclude each other so that nobody administers, guards and audits at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lingnan.base import Refused, WrongUse, load_yaml

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Role:
    """A role with its name in both languages."""

    name: str
    zh: str
    en: str


def known_roles() -> dict[str, Role]:
    """Every role there is, by name."""
    return {name: Role(name, words["zh"], words["en"]) for name, words in _read()["roles"].items()}


def check_roles(kind: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """The roles in order; WrongUse for one that does not exist, Refused for roles on a citizen's account or roles that exclude each other."""
    known, asked = known_roles(), sorted(set(wanted))
    for name in asked:
        if name not in known:
            raise WrongUse(
                f"没有角色“{name}”。可用的角色：{'、'.join(known)}。", f"There is no role “{name}”. Roles are: {', '.join(known)}.", role=name
            )
    if asked and kind != "official":
        raise Refused("只有工作人员账号可以有角色。", "Only officials' accounts hold roles.", roles=asked)
    for group in _read()["apart"]:
        together = [name for name in group if name in asked]
        if len(together) > 1:
            zh, en = "、".join(known[name].zh for name in together), ", ".join(known[name].en for name in together)
            raise Refused(
                f"一个账号不能同时担任{zh}（三员分立）。请分给不同的人。",
                f"One account cannot be {en} at once (duties are kept apart). Give them to different people.", roles=together,
            )
    return tuple(asked)


@cache
def _read() -> Any:
    return load_yaml((Path(__file__).parent / "roles.yaml").read_text(encoding="utf-8"))
